// Operands: scalars as values, everything else by its address.
import Base
import CLLVM
import MIR

extension FunctionEmitter {
  func type(of operand: Operand) -> MIRTypeID {
    switch operand.kind {
    case .none, .function: .none
    case .constant: mir.constants[operand.constantID].type
    case .copy, .move, .borrow, .borrowMutable: function.places[operand.placeID].type
    }
  }

  /// A scalar operand.
  func value(_ operand: Operand) -> Value {
    switch operand.kind {
    case .none: return LLVMConstNull(types.pointer)
    case .constant: return parent.value(of: operand.constantID)
    case .function: return parent.function(operand.functionID)
    case .copy, .move, .borrow, .borrowMutable:
      let place = function.places[operand.placeID]
      if place.projectionCount == 0, case .local(let local) = place.base {
        return value(of: local)
      }
      return load(shapes[place.type], from: address(of: operand.placeID))
    }
  }

  /// The address of an operand's bytes, which are only read.
  func address(_ operand: Operand) -> Value {
    switch operand.kind {
    case .none: return LLVMConstNull(types.pointer)
    case .constant: return parent.global(of: operand.constantID)
    case .function:
      let storage = temporary(size: 8, alignment: 8)
      LLVMBuildStore(builder, parent.function(operand.functionID), storage)
      return storage
    case .copy, .move, .borrow, .borrowMutable: return address(of: operand.placeID)
    }
  }

  /// Writes an operand's value into memory.
  func store(_ operand: Operand, _ shape: TypeShape, to target: Value) {
    if shape.isScalar {
      store(value(operand), shape, to: target)
      return
    }
    guard operand.kind == .constant else {
      copyBytes(shape, from: address(operand), to: target)
      return
    }
    switch mir.constants[operand.constantID] {
    case .string(_, let text):
      LLVMBuildStore(builder, parent.bytes(of: operand.constantID), target)
      storeWord(UInt64(text.count), at: 8, of: target)
      if shape.size > 16 { storeWord(0, at: 16, of: target) }
    case .zero:
      guard shape.size > 0 else { return }
      LLVMBuildMemSet(
        builder, target, LLVMConstInt(types.i8, 0, 0),
        LLVMConstInt(types.i64, UInt64(shape.size), 0), shape.knownAlignment)
    case .undefined: return
    case .int, .float, .cString: copyBytes(shape, from: address(operand), to: target)
    }
  }

  private func storeWord(_ word: UInt64, at offset: Int64, of target: Value) {
    LLVMBuildStore(builder, LLVMConstInt(types.i64, word, 0), self.offset(target, by: offset))
  }
}
