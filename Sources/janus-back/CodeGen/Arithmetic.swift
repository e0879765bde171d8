// Arithmetic, shifts and comparisons of scalars.
import Base
import CLLVM
import MIR

extension FunctionEmitter {
  /// `dest = a op b` for every opcode with two scalar operands.
  func emitBinary(_ instruction: Instruction) {
    let shape = shapes[operationType(instruction)]
    let a = value(instruction.a)
    let b = value(instruction.b)
    let result: Value
    switch instruction.opcode {
    case .add: result = arithmetic(.add, shape, a, b)
    case .sub: result = arithmetic(.sub, shape, a, b)
    case .mul: result = arithmetic(.mul, shape, a, b)
    case .addWrapping: result = LLVMBuildAdd(builder, a, b, unnamed)
    case .subWrapping: result = LLVMBuildSub(builder, a, b, unnamed)
    case .mulWrapping: result = LLVMBuildMul(builder, a, b, unnamed)
    case .addSaturating: result = saturating("add", shape, a, b)
    case .subSaturating: result = saturating("sub", shape, a, b)
    case .div, .rem: result = division(instruction.opcode, shape, a, b)
    case .shl, .shr:
      result = shift(instruction.opcode, shape, a, b, shapes[type(of: instruction.b)])
    case .bitAnd: result = LLVMBuildAnd(builder, a, b, unnamed)
    case .bitOr: result = LLVMBuildOr(builder, a, b, unnamed)
    case .bitXor: result = LLVMBuildXor(builder, a, b, unnamed)
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
      result = comparison(instruction.opcode, shape, a, b)
    case .nop, .storageLive, .storageDead, .assign, .copyValue, .regionKeep, .drop,
      .construct, .discriminant,
      .negate, .bitNot, .not, .convert, .bitcast, .addressOf, .panicPlace, .pointerOffset,
      .makeFunction,
      .boundsCheck, .check, .accessBegin, .accessEnd, .bind, .unbind, .memoryCopy, .memoryMove,
      .memorySet:
      return
    }
    write(result, to: instruction.dest)
  }

  /// The type that is operated on; that of the first operand when the instruction names none.
  private func operationType(_ instruction: Instruction) -> MIRTypeID {
    instruction.type.exists ? instruction.type : type(of: instruction.a)
  }

  func emitUnary(_ instruction: Instruction) {
    let shape = shapes[operationType(instruction)]
    let a = value(instruction.a)
    let result: Value
    if instruction.opcode != .negate {
      result = LLVMBuildNot(builder, a, unnamed)
    } else if shape.kind == .float {
      result = LLVMBuildFNeg(builder, a, unnamed)
    } else {
      result = arithmetic(.sub, shape, LLVMConstNull(LLVMTypeOf(a)), a)
    }
    write(result, to: instruction.dest)
  }

  // MARK: Sums and products

  private enum Arithmetic { case add, sub, mul }

  private func arithmetic(
    _ operation: Arithmetic, _ shape: TypeShape, _ a: Value, _ b: Value
  ) -> Value {
    if shape.kind == .float {
      return switch operation {
      case .add: LLVMBuildFAdd(builder, a, b, unnamed)
      case .sub: LLVMBuildFSub(builder, a, b, unnamed)
      case .mul: LLVMBuildFMul(builder, a, b, unnamed)
      }
    }
    guard function.overflowChecks else {
      return switch operation {
      case .add: LLVMBuildAdd(builder, a, b, unnamed)
      case .sub: LLVMBuildSub(builder, a, b, unnamed)
      case .mul: LLVMBuildMul(builder, a, b, unnamed)
      }
    }
    let isSigned = shape.kind == .signed
    let name =
      switch operation {
      case .add: isSigned ? "llvm.sadd.with.overflow" : "llvm.uadd.with.overflow"
      case .sub: isSigned ? "llvm.ssub.with.overflow" : "llvm.usub.with.overflow"
      case .mul: isSigned ? "llvm.smul.with.overflow" : "llvm.umul.with.overflow"
      }
    let pair = callIntrinsic(parent.intrinsic(name, types.scalar(shape)), a, b)
    let result: Value = LLVMBuildExtractValue(builder, pair, 0, unnamed)
    panicIf(LLVMBuildExtractValue(builder, pair, 1, unnamed), .panicOverflow)
    return result
  }

  private func callIntrinsic(_ intrinsic: Intrinsic, _ a: Value, _ b: Value) -> Value {
    var arguments: [Value?] = [a, b]
    return LLVMBuildCall2(builder, intrinsic.type, intrinsic.function, &arguments, 2, unnamed)
  }

  private func saturating(
    _ operation: String, _ shape: TypeShape, _ a: Value, _ b: Value
  ) -> Value {
    let sign = shape.kind == .signed ? "s" : "u"
    return callIntrinsic(
      parent.intrinsic("llvm.\(sign)\(operation).sat", types.scalar(shape)), a, b)
  }

  // MARK: Division

  private func division(
    _ opcode: Opcode, _ shape: TypeShape, _ a: Value, _ b: Value
  ) -> Value {
    let isQuotient = opcode == .div
    switch shape.kind {
    case .float:
      return isQuotient
        ? LLVMBuildFDiv(builder, a, b, unnamed) : LLVMBuildFRem(builder, a, b, unnamed)
    case .signed:
      checkDivisor(shape, a, b, isSigned: true)
      return isQuotient
        ? LLVMBuildSDiv(builder, a, b, unnamed) : LLVMBuildSRem(builder, a, b, unnamed)
    case .void, .never, .bool, .unsigned, .char, .pointer, .function, .array, .aggregate,
      .enumeration:
      checkDivisor(shape, a, b, isSigned: false)
      return isQuotient
        ? LLVMBuildUDiv(builder, a, b, unnamed) : LLVMBuildURem(builder, a, b, unnamed)
    }
  }

  private func checkDivisor(_ shape: TypeShape, _ a: Value, _ b: Value, isSigned: Bool) {
    let type = LLVMTypeOf(b)!
    // A known divisor other than 0 and -1 needs no check.
    if LLVMIsAConstantInt(b) != nil, shape.bits <= 64 {
      let known = LLVMConstIntGetSExtValue(b)
      if known != 0 && (known != -1 || !isSigned) { return }
    }
    panicIf(
      LLVMBuildICmp(builder, LLVMIntEQ, b, LLVMConstNull(type), unnamed), .panicDivide)
    guard isSigned else { return }
    let isMinusOne = LLVMBuildICmp(builder, LLVMIntEQ, b, LLVMConstAllOnes(type), unnamed)
    let isLowest = LLVMBuildICmp(builder, LLVMIntEQ, a, lowest(shape, type), unnamed)
    panicIf(LLVMBuildAnd(builder, isMinusOne, isLowest, unnamed), .panicOverflow)
  }

  private func lowest(_ shape: TypeShape, _ type: LLVMTypeRef) -> Value {
    if shape.bits == 128 {
      return LLVMConstIntOfArbitraryPrecision(type, 2, [0, 1 << 63])
    }
    return LLVMConstInt(type, 1 << (UInt64(max(shape.bits, 1)) - 1), 0)
  }

  // MARK: Shifts

  private func shift(
    _ opcode: Opcode, _ shape: TypeShape, _ a: Value, _ b: Value, _ countShape: TypeShape
  ) -> Value {
    let type = LLVMTypeOf(a)!
    let countType = LLVMTypeOf(b)!
    let width = UInt64(shape.bits)
    if function.overflowChecks {
      let limit: Value = LLVMConstInt(countType, width, 0)
      // As an unsigned number a negative count is beyond every width; a count type that cannot
      // hold the width cannot exceed it either.
      if countShape.bits > 8 || width <= UInt64(Int8.max) {
        let good = LLVMBuildICmp(builder, LLVMIntULT, b, limit, unnamed)!
        guardThat(
          good, else: .panicShift, first: resize(b, to: types.i64, countShape),
          second: LLVMConstInt(types.i64, width, 0))
      }
    }
    var count = resize(b, to: type, countShape)
    if !function.overflowChecks {
      count = LLVMBuildAnd(builder, count, LLVMConstInt(type, width - 1, 0), unnamed)
    }
    if opcode == .shl { return LLVMBuildShl(builder, a, count, unnamed) }
    return shape.kind == .signed
      ? LLVMBuildAShr(builder, a, count, unnamed) : LLVMBuildLShr(builder, a, count, unnamed)
  }

  /// An integer as another width, extended as its own type says.
  func resize(_ value: Value, to type: LLVMTypeRef, _ shape: TypeShape) -> Value {
    let from = LLVMGetIntTypeWidth(LLVMTypeOf(value))
    let to = LLVMGetIntTypeWidth(type)
    if from == to { return value }
    if from > to { return LLVMBuildTrunc(builder, value, type, unnamed) }
    return shape.kind == .signed
      ? LLVMBuildSExt(builder, value, type, unnamed)
      : LLVMBuildZExt(builder, value, type, unnamed)
  }

  // MARK: Comparisons

  private func comparison(
    _ opcode: Opcode, _ shape: TypeShape, _ a: Value, _ b: Value
  ) -> Value {
    if shape.kind == .float {
      return LLVMBuildFCmp(builder, floatPredicate(opcode), a, b, unnamed)
    }
    return LLVMBuildICmp(
      builder, integerPredicate(opcode, isSigned: shape.kind == .signed), a, b, unnamed)
  }

  private func integerPredicate(_ opcode: Opcode, isSigned: Bool) -> LLVMIntPredicate {
    if opcode == .notEqual { return LLVMIntNE }
    if opcode == .less { return isSigned ? LLVMIntSLT : LLVMIntULT }
    if opcode == .lessEqual { return isSigned ? LLVMIntSLE : LLVMIntULE }
    if opcode == .greater { return isSigned ? LLVMIntSGT : LLVMIntUGT }
    if opcode == .greaterEqual { return isSigned ? LLVMIntSGE : LLVMIntUGE }
    return LLVMIntEQ
  }

  /// Comparisons with NaN are false, except `!=`.
  private func floatPredicate(_ opcode: Opcode) -> LLVMRealPredicate {
    if opcode == .notEqual { return LLVMRealUNE }
    if opcode == .less { return LLVMRealOLT }
    if opcode == .lessEqual { return LLVMRealOLE }
    if opcode == .greater { return LLVMRealOGT }
    if opcode == .greaterEqual { return LLVMRealOGE }
    return LLVMRealOEQ
  }
}
