// Addresses, pointer arithmetic, blocks of memory, and aliases.
import Base
import CLLVM
import MIR

extension FunctionEmitter {
  func emitAddressOf(_ instruction: Instruction) {
    write(address(instruction.a), to: instruction.dest)
  }

  func emitPointerOffset(_ instruction: Instruction) {
    let shape = shapes[instruction.type]
    let pointer = value(instruction.a)
    let count = value(instruction.b)
    if shape.size == 0 {
      write(pointer, to: instruction.dest)
    } else {
      write(element(of: pointer, shape, at: count), to: instruction.dest)
    }
  }

  func emitMemoryBlock(_ instruction: Instruction) {
    let shape = shapes[instruction.type]
    let target = value(instruction.a)
    let second = value(instruction.b)
    let size = bytes(value(instruction.c), shape)
    let alignment = max(shape.knownAlignment, 1)
    if instruction.opcode == .memoryCopy {
      LLVMBuildMemCpy(builder, target, alignment, second, alignment, size)
    } else if instruction.opcode == .memoryMove {
      LLVMBuildMemMove(builder, target, alignment, second, alignment, size)
    } else {
      LLVMBuildMemSet(builder, target, second, size, alignment)
    }
  }

  private func bytes(_ count: Value, _ shape: TypeShape) -> Value {
    let size: Value = LLVMConstInt(types.i64, UInt64(shape.size), 0)
    return shape.size == 1 ? count : LLVMBuildMul(builder, count, size, unnamed)
  }

  /// `bind`: the alias stands for the place of the operand.
  func emitBind(_ instruction: Instruction) {
    guard case .local(let local) = function.places[instruction.dest].base else { return }
    let target = address(instruction.a)
    switch plan.homes[local.index] {
    case .nowhere: return
    case .value, .address:
      slots[local.index] = .value(target)
      if let shadow = shadows[local.index] { LLVMBuildStore(builder, target, shadow) }
    case .memory:
      if case .indirect(let slot) = slots[local.index] {
        LLVMBuildStore(builder, target, slot)
      }
    }
  }
}
