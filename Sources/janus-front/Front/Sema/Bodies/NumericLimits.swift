// The limits of numeric types: `i64.MAX`, `f64.INFINITY`. Those of a type are literals; those of a
// type parameter with a numeric bound are operations, whose values lowering knows.
import ASTDB
import Base
import Parser

extension BodyChecker {
  /// `i64.MAX`, `u8.MIN`, `f64.INFINITY` and the like, where std does not declare them.
  mutating func numericProperty(_ type: TypeID, _ name: Symbol, _ id: SyntaxID) -> NodeID? {
    if let kind = type.integerKind {
      let literal: (value: UInt128, isNegative: Bool)
      let top = UInt128(1) << UInt128(kind.bits - 1)
      switch text(name) {
      case "MAX": literal = (kind.isSigned ? top - 1 : (top - 1) + top, false)
      case "MIN": literal = (kind.isSigned ? top : 0, kind.isSigned)
      case "BITS":
        let node = emit(.integer, TypeTable.i64, a: UInt32(kind.bits), at: id)
        return node
      default: return nil  // Any other name.
      }
      let node = emit(.integer, type, at: id)
      writeInteger(
        PendingLiteral(
          node: node, value: literal.value, isNegative: literal.isNegative, isFloat: false))
      return node
    }
    guard type.isFloat else { return nil }
    let isSingle = type == TypeTable.f32
    let greatest = isSingle
      ? Double(Float.greatestFiniteMagnitude) : Double.greatestFiniteMagnitude
    let value: Double
    switch text(name) {
    case "INFINITY": value = .infinity
    case "NAN": value = .nan
    case "MAX": value = greatest
    case "MIN": value = -greatest
    case "EPSILON": value = isSingle ? Double(Float.ulpOfOne) : .ulpOfOne
    default: return nil  // Any other name.
    }
    let bits = value.bitPattern
    return emit(
      .float, type, a: UInt32(truncatingIfNeeded: bits), b: UInt32(truncatingIfNeeded: bits >> 32),
      at: id)
  }

  /// The limits that all types have which the bound of a type parameter admits.
  mutating func genericLimit(_ type: TypeID, _ name: Symbol, _ id: SyntaxID) -> NodeID? {
    let bounds = inference.numericBounds(of: type)
    let limit: Builtin
    var result = type
    switch text(name) {
    case "MAX" where !bounds.isDisjoint(with: [.number, .integer, .float]): limit = .greatest
    case "MIN" where !bounds.isDisjoint(with: [.number, .integer, .float]): limit = .least
    case "BITS" where bounds.contains(.integer):
      limit = .bitCount
      result = TypeTable.i64
    case "EPSILON" where bounds.contains(.float): limit = .epsilon
    case "INFINITY" where bounds.contains(.float): limit = .infinity
    case "NAN" where bounds.contains(.float): limit = .notANumber
    case _: return nil  // Any other name.
    }
    return builtin(limit, result, [], types: [type], at: id)
  }
}
