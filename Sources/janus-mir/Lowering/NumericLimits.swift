// The limits of the number type that a type parameter stands for, as constants.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  func numericLimit(_ limit: Builtin, _ source: TypeID) -> Operand {
    let type = context.mirType(source)
    switch context.module.types[type].kind {
    case .int(let bits, let isSigned):
      if limit == .bitCount { return i64(Int64(bits)) }
      return integerLimit(limit, type, bits: bits, isSigned: isSigned)
    case .float(let bits): return floatLimit(limit, type, isSingle: bits == 32)
    case _: return zero(type)  // The bound admits numbers only.
    }
  }

  private func integerLimit(
    _ limit: Builtin, _ type: MIRTypeID, bits: UInt8, isSigned: Bool
  ) -> Operand {
    let ones = UInt128.max >> UInt128(128 - Int(bits))
    let greatest = isSigned ? ones >> 1 : ones
    // The least value of a signed type is the complement of its greatest, at any width.
    let least = isSigned ? ~greatest : 0
    let value = limit == .greatest ? greatest : least
    return constant(
      .int(
        type: type, low: UInt64(truncatingIfNeeded: value),
        high: UInt64(truncatingIfNeeded: value >> 64)))
  }

  private func floatLimit(_ limit: Builtin, _ type: MIRTypeID, isSingle: Bool) -> Operand {
    let greatest =
      isSingle ? Double(Float.greatestFiniteMagnitude) : Double.greatestFiniteMagnitude
    let value: Double
    switch limit {
    case .greatest: value = greatest
    case .least: value = -greatest
    case .epsilon: value = isSingle ? Double(Float.ulpOfOne) : .ulpOfOne
    case .infinity: value = .infinity
    case _: value = .nan
    }
    return constant(.float(type: type, bits: value.bitPattern))
  }
}
