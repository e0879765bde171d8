// The dispatch from opcodes to what emits them.
import MIR

extension FunctionEmitter {
  func emit(_ instruction: Instruction) {
    switch instruction.opcode {
    case .nop, .accessBegin, .accessEnd, .unbind, .storageLive, .storageDead: return
    case .assign, .regionKeep: emitAssign(instruction)
    case .copyValue: emitCopyValue(instruction)
    case .drop: emitDrop(instruction)
    case .construct: emitConstruct(instruction)
    case .discriminant: emitDiscriminant(instruction)
    case .add, .sub, .mul, .div, .rem, .addWrapping, .subWrapping, .mulWrapping, .addSaturating,
      .subSaturating, .shl, .shr, .bitAnd, .bitOr, .bitXor, .equal, .notEqual, .less, .lessEqual,
      .greater, .greaterEqual:
      emitBinary(instruction)
    case .negate, .bitNot, .not: emitUnary(instruction)
    case .convert: emitConvert(instruction)
    case .bitcast: emitBitcast(instruction)
    case .addressOf: emitAddressOf(instruction)
    case .panicPlace: write(panicPlace(), to: instruction.dest)
    case .pointerOffset: emitPointerOffset(instruction)
    case .makeFunction: emitMakeFunction(instruction)
    case .boundsCheck: emitBoundsCheck(instruction)
    case .check: emitCheck(instruction)
    case .bind: emitBind(instruction)
    case .memoryCopy, .memoryMove, .memorySet: emitMemoryBlock(instruction)
    }
  }
}
