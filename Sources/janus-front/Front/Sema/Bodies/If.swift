// `if`, as statement and as expression; `s when c` and `s unless c`.
// Produces: `if` nodes whose branches fit the type that the context wants.
// Rejects:  conditions that are no `bool`, a missing branch where a value is wanted (both E2201).
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func ifExpression(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let syntax = tree.ifExpression(id)
    var wanted = syntax.otherwise.exists ? branchExpectation(expected, id) : .discarded
    let before = narrowed
    openScope()
    let mark = openTests.count
    let (test, facts) = condition(syntax.condition)
    narrowed = before + facts.whenTrue
    let then = check(syntax.then, wanted)
    settleTests(since: mark)
    closeScope()
    noteBranch(then, syntax.then, &wanted)
    let thenKnown = isNever(then) ? nil : narrowed
    narrowed = before + facts.whenFalse
    guard syntax.otherwise.exists else {
      narrowed = meet(thenKnown, narrowed)
      return withoutElse(id, test, then, expected)
    }
    let otherwise = check(syntax.otherwise, wanted)
    let otherwiseKnown = isNever(otherwise) ? nil : narrowed
    narrowed = meet(thenKnown, otherwiseKnown)
    let type = branchType(expected, wanted, allLeave: isNever(then) && isNever(otherwise))
    return emit(.if, type, a: test.raw, b: then.raw, c: otherwise.raw, at: id)
  }

  private mutating func withoutElse(
    _ id: SyntaxID, _ test: NodeID, _ then: NodeID, _ expected: Expectation
  ) -> NodeID {
    let node = emit(
      .if, TypeTable.void, a: test.raw, b: then.raw, c: NodeID.none.raw, at: id)
    if expected.isDiscarded || expected.type.isNone || isVoid(expected) { return node }
    return fail(.missingElse(name(of: expected.type), at: span(id)), at: id)
  }

  /// `s when c`, `s unless c`.
  mutating func postfixCondition(_ id: SyntaxID) -> NodeID {
    let syntax = tree.postfixCondition(id)
    let before = narrowed
    openScope()
    let mark = openTests.count
    var (test, facts) = condition(syntax.condition)
    if syntax.isUnless {
      test = emit(
        .unary, TypeTable.bool, a: UnaryOperator.not.rawValue, b: test.raw, like: test)
      facts = Narrowing(whenTrue: facts.whenFalse, whenFalse: facts.whenTrue)
    }
    narrowed = before + facts.whenTrue
    let then = statement(syntax.statement)
    settleTests(since: mark)
    closeScope()
    let known = isNever(then) ? nil : narrowed
    narrowed = meet(known, before + facts.whenFalse)
    return emit(.if, TypeTable.void, a: test.raw, b: then.raw, c: NodeID.none.raw, at: id)
  }
}

extension Diagnostic {
  fileprivate static func missingElse(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "expected a value of type `\(type)`, found `if` without `else`", at: span)
  }
}
