// `e as T`: conversions that may lose something, and those that are implicit anyway.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func castExpression(_ id: SyntaxID) -> NodeID {
    let syntax = tree.cast(id)
    let target = resolveType(syntax.type)
    let value = castOperand(syntax.value, target)
    let node = unboxed(value)
    var type = self.type(of: node)
    if isSilent(type) || target == TypeTable.error { return errorNode(id) }
    if inference.classOfVariable(type) != nil { type = inference.applyDefaults(type) }
    if type == target { return node }
    if type.isNumeric && target.isNumeric {
      return emit(type.widens(to: target) ? .widen : .cast, target, a: node.raw, at: id)
    }
    if isCast(from: type, to: target) { return emit(.cast, target, a: node.raw, at: id) }
    if let converted = converted(value, to: target) { return converted }
    var notes: [String] = []
    if target == TypeTable.char && type.isInteger { notes = ["`char.checked(x)` gives a `?char`"] }
    if isString(target) { notes = ["write `$\"{x}\"` to make text"] }
    if type == TypeTable.char && target.isInteger { notes = [] }
    return fail(.badCast(name(of: type), name(of: target), notes, at: span(id)), at: id)
  }

  /// A literal that fits has the target's type at once; one that does not is truncated.
  private mutating func castOperand(_ id: SyntaxID, _ target: TypeID) -> NodeID {
    if tree.kind(id) == .integer, let kind = target.integerKind {
      let literal = tree.integer(id)
      let limit = UInt128(1) << UInt128(kind.isSigned ? kind.bits - 1 : kind.bits - 1)
      let fits = kind.isSigned
        ? literal.value < limit : kind.bits == 128 || literal.value >> UInt128(kind.bits) == 0
      if !literal.overflows && fits {
        return integerLiteral(id, whole: id, Expectation(type: target))
      }
      if !literal.overflows && literal.value >= UInt128(1) << 63 {
        return integerLiteral(id, whole: id, Expectation(type: TypeTable.integer(.u128)))
      }
    }
    return check(id, .lent)
  }

  private mutating func isCast(from type: TypeID, to target: TypeID) -> Bool {
    let isTargetNumber = target.isNumeric
      || !inference.numericBounds(of: target).isDisjoint(with: [.number, .integer, .float])
    let isNumber = type.isNumeric
      || !inference.numericBounds(of: type).isDisjoint(with: [.number, .integer, .float])
    if isNumber && isTargetNumber { return true }
    if type == TypeTable.char { return target.isInteger }
    if type == TypeTable.bool { return target.isInteger }
    if target == TypeTable.char {
      if type == TypeTable.u8 { return true }
      return type == TypeTable.integer(.u32) && rules.rawPointers == .anywhere
    }
    switch (program.types[type], program.types[target]) {
    case (.pointer, .pointer): return rules.rawPointers == .anywhere || !unsafeBlocks.isEmpty
    case (.nominal(let declaration, _), .integer):
      guard case .enumeration(let detail) = program.declarations[declaration].detail else {
        return false
      }
      return detail.variants.allSatisfy { $0.fields.isEmpty }
    case (_, _): return false
    }
  }
}

extension Diagnostic {
  fileprivate static func badCast(
    _ type: String, _ target: String, _ notes: [String], at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.badCast, "`\(type)` cannot be converted to `\(target)`", at: span, notes: notes)
  }
}
