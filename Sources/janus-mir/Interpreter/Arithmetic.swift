// Arithmetic of all widths on values in memory: what the executing loop does not do inline.
import MIR

/// What stopped an operation.
enum ArithmeticFault {
  case none, overflow, division
  /// A shift by this amount, of an integer of this many bits.
  case shift(Int64, Int64)
}

typealias Memory = UnsafeMutableRawPointer

/// `code` on integers or floats: `dst = a op b`.
@inline(never)
func operate(_ code: UnsafeMutablePointer<Code>, _ dst: Memory, _ a: Memory, _ b: Memory)
  -> ArithmeticFault
{
  switch code.pointee.kind {
  case .i8: integer(code, dst, a, b, Int8.self)
  case .i16: integer(code, dst, a, b, Int16.self)
  case .i32: integer(code, dst, a, b, Int32.self)
  case .i64: integer(code, dst, a, b, Int64.self)
  case .i128: integer(code, dst, a, b, Int128.self)
  case .u8: integer(code, dst, a, b, UInt8.self)
  case .u16: integer(code, dst, a, b, UInt16.self)
  case .u32: integer(code, dst, a, b, UInt32.self)
  case .u64: integer(code, dst, a, b, UInt64.self)
  case .u128: integer(code, dst, a, b, UInt128.self)
  case .f32: floating(code, dst, a, b, Float.self)
  case .f64: floating(code, dst, a, b, Double.self)
  }
}

@inline(__always)
private func integer<T: FixedWidthInteger & BitwiseCopyable>(
  _ code: UnsafeMutablePointer<Code>, _ dst: Memory, _ left: Memory, _ right: Memory, _: T.Type
) -> ArithmeticFault {
  let a = left.loadUnaligned(as: T.self)
  switch code.pointee.op {
  case .shlChecked, .shrChecked, .shlMasked, .shrMasked:
    return shift(code.pointee, dst, a, right)
  case .negateChecked:
    let (value, overflow) = (0 as T).subtractingReportingOverflow(a)
    if overflow { return .overflow }
    dst.storeBytes(of: value, as: T.self)
    return .none
  case .negateWrapping:
    dst.storeBytes(of: 0 &- a, as: T.self)
    return .none
  case .bitNot:
    dst.storeBytes(of: ~a, as: T.self)
    return .none
  default: break
  }
  let b = right.loadUnaligned(as: T.self)
  let value: T
  var overflow = false
  switch code.pointee.op {
  case .addChecked: (value, overflow) = a.addingReportingOverflow(b)
  case .subChecked: (value, overflow) = a.subtractingReportingOverflow(b)
  case .mulChecked: (value, overflow) = a.multipliedReportingOverflow(by: b)
  case .addWrapping: value = a &+ b
  case .subWrapping: value = a &- b
  case .mulWrapping: value = a &* b
  case .addSaturating:
    let sum = a.addingReportingOverflow(b)
    value = sum.overflow ? (T.isSigned && b < 0 ? T.min : T.max) : sum.partialValue
  case .subSaturating:
    let sum = a.subtractingReportingOverflow(b)
    value = sum.overflow ? (T.isSigned && b < 0 ? T.max : T.min) : sum.partialValue
  case .div:
    if b == 0 { return .division }
    (value, overflow) = a.dividedReportingOverflow(by: b)
  case .rem:
    if b == 0 { return .division }
    (value, overflow) = a.remainderReportingOverflow(dividingBy: b)
  case .bitAnd: value = a & b
  case .bitOr: value = a | b
  case .bitXor: value = a ^ b
  default:
    dst.storeBytes(of: compare(code.pointee.op, a, b) ? 1 : 0, as: UInt8.self)
    return .none
  }
  if overflow { return .overflow }
  dst.storeBytes(of: value, as: T.self)
  return .none
}

@inline(__always)
private func compare<T: Comparable>(_ op: CodeOp, _ a: T, _ b: T) -> Bool {
  switch op {
  case .equal: a == b
  case .notEqual: a != b
  case .less: a < b
  case .lessEqual: a <= b
  case .greater: a > b
  default: a >= b
  }
}

@inline(__always)
private func shift<T: FixedWidthInteger & BitwiseCopyable>(
  _ code: Code, _ dst: Memory, _ a: T, _ right: Memory
) -> ArithmeticFault {
  let kind = ScalarKind(rawValue: UInt8(truncatingIfNeeded: code.aux)) ?? .i64
  let amount = integerValue(right, kind)
  if code.op == .shlChecked || code.op == .shrChecked,
    amount < 0 || amount >= Int128(T.bitWidth)
  {
    return .shift(Int64(clamping: amount), Int64(T.bitWidth))
  }
  let masked = T(truncatingIfNeeded: amount & Int128(T.bitWidth - 1))
  let isLeft = code.op == .shlChecked || code.op == .shlMasked
  dst.storeBytes(of: isLeft ? a &<< masked : a &>> masked, as: T.self)
  return .none
}

@inline(__always)
private func floating<T: BinaryFloatingPoint & BitwiseCopyable>(
  _ code: UnsafeMutablePointer<Code>, _ dst: Memory, _ left: Memory, _ right: Memory, _: T.Type
) -> ArithmeticFault {
  let a = left.loadUnaligned(as: T.self)
  if code.pointee.op == .floatNegate {
    dst.storeBytes(of: -a, as: T.self)
    return .none
  }
  let b = right.loadUnaligned(as: T.self)
  switch code.pointee.op {
  case .floatAdd: dst.storeBytes(of: a + b, as: T.self)
  case .floatSub: dst.storeBytes(of: a - b, as: T.self)
  case .floatMul: dst.storeBytes(of: a * b, as: T.self)
  case .floatDiv: dst.storeBytes(of: a / b, as: T.self)
  case .floatRem: dst.storeBytes(of: a.truncatingRemainder(dividingBy: b), as: T.self)
  default: dst.storeBytes(of: compare(code.pointee.op, a, b) ? 1 : 0, as: UInt8.self)
  }
  return .none
}

/// The value of an integer of `kind`; the bits of a `u128` above `i128` wrap.
@inline(__always)
func integerValue(_ at: Memory, _ kind: ScalarKind) -> Int128 {
  switch kind {
  case .i8: Int128(at.loadUnaligned(as: Int8.self))
  case .i16: Int128(at.loadUnaligned(as: Int16.self))
  case .i32: Int128(at.loadUnaligned(as: Int32.self))
  case .i64: Int128(at.loadUnaligned(as: Int64.self))
  case .i128: at.loadUnaligned(as: Int128.self)
  case .u8: Int128(at.loadUnaligned(as: UInt8.self))
  case .u16: Int128(at.loadUnaligned(as: UInt16.self))
  case .u32: Int128(at.loadUnaligned(as: UInt32.self))
  case .u64: Int128(at.loadUnaligned(as: UInt64.self))
  case .u128: Int128(truncatingIfNeeded: at.loadUnaligned(as: UInt128.self))
  case .f32, .f64: 0
  }
}

/// `dst`, of kind `to`, = `a`, of kind `from`: integers truncate or extend, floats to integers
/// saturate, integers to floats round.
@inline(never)
func convert(_ dst: Memory, _ to: ScalarKind, _ a: Memory, _ from: ScalarKind) {
  if from.isFloat {
    let value =
      from == .f32 ? Double(a.loadUnaligned(as: Float.self)) : a.loadUnaligned(as: Double.self)
    switch to {
    case .i8: saturate(dst, value, Int8.self)
    case .i16: saturate(dst, value, Int16.self)
    case .i32: saturate(dst, value, Int32.self)
    case .i64: saturate(dst, value, Int64.self)
    case .i128: saturate(dst, value, Int128.self)
    case .u8: saturate(dst, value, UInt8.self)
    case .u16: saturate(dst, value, UInt16.self)
    case .u32: saturate(dst, value, UInt32.self)
    case .u64: saturate(dst, value, UInt64.self)
    case .u128: saturate(dst, value, UInt128.self)
    case .f32: dst.storeBytes(of: Float(value), as: Float.self)
    case .f64: dst.storeBytes(of: value, as: Double.self)
    }
    return
  }
  let value = integerValue(a, from)
  switch to {
  case .i8, .u8: dst.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
  case .i16, .u16: dst.storeBytes(of: UInt16(truncatingIfNeeded: value), as: UInt16.self)
  case .i32, .u32: dst.storeBytes(of: UInt32(truncatingIfNeeded: value), as: UInt32.self)
  case .i64, .u64: dst.storeBytes(of: UInt64(truncatingIfNeeded: value), as: UInt64.self)
  case .i128, .u128: dst.storeBytes(of: value, as: Int128.self)
  case .f32:
    let rounded = from == .u128 ? Float(UInt128(truncatingIfNeeded: value)) : Float(value)
    dst.storeBytes(of: rounded, as: Float.self)
  case .f64:
    let rounded = from == .u128 ? Double(UInt128(truncatingIfNeeded: value)) : Double(value)
    dst.storeBytes(of: rounded, as: Double.self)
  }
}

private func saturate<T: FixedWidthInteger & BitwiseCopyable>(
  _ dst: Memory, _ value: Double, _: T.Type
) {
  let result: T
  if value.isNaN {
    result = 0
  } else if value <= Double(T.min) {
    result = T.min
  } else if value >= Double(T.max) {
    // `Double(T.max)` is rounded up to a power of two for wide types: beyond every value.
    result = T.max
  } else {
    result = T(value)
  }
  dst.storeBytes(of: result, as: T.self)
}
