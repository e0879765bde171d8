// Integers that must be known while declarations are resolved: lengths of arrays and discriminants.
// Literals, named constants and arithmetic are folded here; anything else is evaluated.
import ASTDB
import Base
import Parser

/// Constants that name each other are followed this far.
private let foldingDepthLimit = 200

extension SemaContext {
  /// The value of a constant integer expression; nil when it was reported.
  public func constantInteger(
    _ node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope
  ) -> Int128? {
    var folder = IntegerFolder(context: self)
    if let value = folder.fold(node, in: tree, scope: scope, depth: 0) { return value }
    if tree.kind(node) == .error { return nil }
    if let failure = folder.failure {
      report(failure)
      return nil
    }
    return evaluateInteger(node, in: tree, scope: scope)
  }
}

private struct IntegerFolder {
  let context: SemaContext
  var failure: Diagnostic?

  mutating func fold(
    _ node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope, depth: Int
  ) -> Int128? {
    guard node.exists, depth < foldingDepthLimit else { return nil }
    switch tree.kind(node) {
    case .integer:
      let literal = tree.integer(node)
      return literal.overflows ? nil : Int128(exactly: literal.value)
    case .byte, .character: return Int128(tree.scalar(node))
    case .unary:
      let unary = tree.unary(node)
      guard let operand = fold(unary.operand, in: tree, scope: scope, depth: depth + 1) else {
        return nil
      }
      switch unary.operation {
      case .negate: return operand == .min ? nil : -operand
      case .complement: return ~operand
      case .not: return nil
      }
    case .binary:
      let binary = tree.binary(node)
      guard let left = fold(binary.left, in: tree, scope: scope, depth: depth + 1),
        let right = fold(binary.right, in: tree, scope: scope, depth: depth + 1)
      else { return nil }
      return apply(binary.operation, left, right, at: tree.span(node))
    case .name, .member, .typeName, .typeMember:
      guard case .declaration(let constant) = context.container(node, in: tree, scope: scope) else {
        return nil
      }
      return value(of: constant, depth: depth)
    default: return nil  // No other expression is folded.
    }
  }

  private mutating func value(of constant: DeclarationID, depth: Int) -> Int128? {
    guard case .constant(_, let value) = context.program.declarations[constant].detail else {
      return nil
    }
    if case .integer(let low, let high) = value {
      return Int128(truncatingIfNeeded: UInt128(low) | UInt128(high) << 64)
    }
    guard let tree = context.tree(of: constant) else { return nil }
    let syntax = tree.constant(context.sources[constant.index].node)
    return fold(syntax.value, in: tree, scope: context.scope(of: constant), depth: depth + 1)
  }

  private mutating func apply(
    _ operation: SyntaxBinaryOperator, _ left: Int128, _ right: Int128, at span: SourceSpan
  ) -> Int128? {
    let result: (partialValue: Int128, overflow: Bool)
    switch operation {
    case .add: result = left.addingReportingOverflow(right)
    case .subtract: result = left.subtractingReportingOverflow(right)
    case .multiply: result = left.multipliedReportingOverflow(by: right)
    case .divide, .remainder:
      guard right != 0 else {
        failure = .divisionByZero(at: span)
        return nil
      }
      result = operation == .divide
        ? left.dividedReportingOverflow(by: right)
        : left.remainderReportingOverflow(dividingBy: right)
    case .shiftLeft:
      guard right >= 0, right < 64, left.magnitude < UInt128(1) << 63 else { return nil }
      result = (left << right, false)
    case .shiftRight:
      guard right >= 0, right < 127 else { return nil }
      result = (left >> right, false)
    case .bitAnd: result = (left & right, false)
    case .bitOr: result = (left | right, false)
    case .bitXor: result = (left ^ right, false)
    case .power: return power(left, right)
    case .assign, .coalesce, .or, .and, .equal, .notEqual, .less, .lessEqual, .greater,
      .greaterEqual, .addWrapping, .subtractWrapping, .addSaturating, .subtractSaturating,
      .multiplyWrapping:
      return nil
    }
    return result.overflow ? nil : result.partialValue
  }

  private func power(_ base: Int128, _ exponent: Int128) -> Int128? {
    guard exponent >= 0, exponent < 128 else { return nil }
    var result: Int128 = 1
    for _ in 0..<Int(exponent) {
      let (value, overflow) = result.multipliedReportingOverflow(by: base)
      if overflow { return nil }
      result = value
    }
    return result
  }
}

extension Diagnostic {
  fileprivate static func divisionByZero(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.constantEvaluation, "the constant divides by zero", at: span)
  }
}
