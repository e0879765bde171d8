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
    if from.kind == .pointer {
      return to.kind == .pointer ? value : LLVMBuildPtrToInt(builder, value, type, unnamed)
    }
    if to.kind == .pointer { return LLVMBuildIntToPtr(builder, value, type, unnamed) }
    if from.kind == .float {
      return to.kind == .float ? resizeFloat(value, from, to) : saturate(value, from, to)
    }
    if to.kind == .float {
      return from.kind == .signed
        ? LLVMBuildSIToFP(builder, value, type, unnamed)
        : LLVMBuildUIToFP(builder, value, type, unnamed)
    }
    if to.kind == .bool && from.kind != .bool {
      return LLVMBuildICmp(
        builder, LLVMIntNE, value, LLVMConstNull(types.scalar(from)), unnamed)
    }
    return resize(value, to: type, from)
  }

  private func resizeFloat(_ value: Value, _ from: TypeShape, _ to: TypeShape) -> Value {
    if from.bits == to.bits { return value }
    return to.bits < from.bits
      ? LLVMBuildFPTrunc(builder, value, types.scalar(to), unnamed)
      : LLVMBuildFPExt(builder, value, types.scalar(to), unnamed)
  }

  /// A float as an integer: what does not fit becomes the nearest that does, NaN becomes 0.
  private func saturate(_ value: Value, _ from: TypeShape, _ to: TypeShape) -> Value {
    let name = to.kind == .signed ? "llvm.fptosi.sat" : "llvm.fptoui.sat"
    let intrinsic = parent.intrinsic(name, types.scalar(to), types.scalar(from))
    var argument: Value? = value
    return LLVMBuildCall2(builder, intrinsic.type, intrinsic.function, &argument, 1, unnamed)
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
    if from.kind == .pointer {
      if to.kind == .pointer { return value }
      let bits: Value = LLVMBuildPtrToInt(builder, value, types.i64, unnamed)
      return LLVMBuildBitCast(builder, bits, type, unnamed)
    }
    if to.kind == .pointer {
      let bits: Value = LLVMBuildBitCast(builder, value, types.i64, unnamed)
      return LLVMBuildIntToPtr(builder, bits, type, unnamed)
    }
    if from.kind == .bool || to.kind == .bool { return resize(value, to: type, from) }
    return LLVMBuildBitCast(builder, value, type, unnamed)
  }
}
