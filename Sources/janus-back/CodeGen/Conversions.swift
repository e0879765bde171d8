// `convert` and `bitcast`.
import Base
import CLLVM
import MIR

extension FunctionEmitter {
  func emitConvert(_ instruction: Instruction) {
    let from = shapes[instruction.type.exists ? instruction.type : type(of: instruction.a)]
    let to = shapes[function.places[instruction.dest].type]
    write(convert(value(instruction.a), from, to), to: instruction.dest)
  }

  private func convert(_ value: Value, _ from: TypeShape, _ to: TypeShape) -> Value {
    let type = types.scalar(to)
    switch (from.kind, to.kind) {
    case (.pointer, .pointer): return value
    case (.pointer, _): return LLVMBuildPtrToInt(builder, value, type, unnamed)
    case (_, .pointer): return LLVMBuildIntToPtr(builder, value, type, unnamed)
    case (.float, .float):
      if from.bits == to.bits { return value }
      return to.bits < from.bits
        ? LLVMBuildFPTrunc(builder, value, type, unnamed)
        : LLVMBuildFPExt(builder, value, type, unnamed)
    case (.float, _):
      let name = to.kind == .signed ? "llvm.fptosi.sat" : "llvm.fptoui.sat"
      let intrinsic = parent.intrinsic(name, type, types.scalar(from))
      var argument: Value? = value
      return LLVMBuildCall2(
        builder, intrinsic.type, intrinsic.function, &argument, 1, unnamed)
    case (.signed, .float): return LLVMBuildSIToFP(builder, value, type, unnamed)
    case (_, .float): return LLVMBuildUIToFP(builder, value, type, unnamed)
    case (_, .bool) where from.kind != .bool:
      return LLVMBuildICmp(
        builder, LLVMIntNE, value, LLVMConstNull(types.scalar(from)), unnamed)
    default: return resize(value, to: type, from)
    }
  }

  func emitBitcast(_ instruction: Instruction) {
    let fromType = instruction.type.exists ? instruction.type : type(of: instruction.a)
    let from = shapes[fromType]
    let to = shapes[function.places[instruction.dest].type]
    if from.isScalar && to.isScalar {
      write(bitcast(value(instruction.a), from, to), to: instruction.dest)
    } else if to.isScalar {
      write(load(to, from: address(instruction.a)), to: instruction.dest)
    } else {
      store(instruction.a, from, to: address(of: instruction.dest))
    }
  }

  private func bitcast(_ value: Value, _ from: TypeShape, _ to: TypeShape) -> Value {
    let type = types.scalar(to)
    switch (from.kind, to.kind) {
    case (.pointer, .pointer): return value
    case (.pointer, .float):
      let bits = LLVMBuildPtrToInt(builder, value, types.i64, unnamed)
      return LLVMBuildBitCast(builder, bits, type, unnamed)
    case (.pointer, _): return LLVMBuildPtrToInt(builder, value, type, unnamed)
    case (.float, .pointer):
      let bits = LLVMBuildBitCast(builder, value, types.i64, unnamed)
      return LLVMBuildIntToPtr(builder, bits, type, unnamed)
    case (_, .pointer): return LLVMBuildIntToPtr(builder, value, type, unnamed)
    case (.bool, _), (_, .bool): return resize(value, to: type, from)
    default: return LLVMBuildBitCast(builder, value, type, unnamed)
    }
  }
}
