// Conditions: `and`, `or`, `not`, `let` in conditions, and what they tell about optionals.
import ASTDB
import Base
import Parser

extension BodyChecker {
  /// Checks a condition. What it binds is declared in the current scope.
  mutating func condition(_ id: SyntaxID) -> (node: NodeID, facts: Narrowing) {
    switch tree.kind(id) {
    case .letCondition: return (letCondition(id), Narrowing())
    case .unary where tree.unary(id).operation == .not:
      let inner = condition(tree.unary(id).operand)
      if isSilent(type(of: inner.node)) { return (errorNode(id), Narrowing()) }
      let node = emit(
        .unary, TypeTable.bool, a: UnaryOperator.not.rawValue, b: inner.node.raw, at: id)
      return (node, Narrowing(whenTrue: inner.facts.whenFalse, whenFalse: inner.facts.whenTrue))
    case .binary:
      let syntax = tree.binary(id)
      switch syntax.operation {
      case .and, .or: return logical(id, syntax.operation)
      case .equal, .notEqual: return equality(id, syntax)
      default: break  // No condition by itself.
      }
    default: break  // Any other expression.
    }
    return (check(id, .condition), Narrowing())
  }

  /// A chain of one of `and`, `or`; walked along its left side.
  private mutating func logical(
    _ id: SyntaxID, _ operation: SyntaxBinaryOperator
  ) -> (node: NodeID, facts: Narrowing) {
    var spine = [id]
    while true {
      let left = tree.binary(spine[spine.count - 1]).left
      guard tree.kind(left) == .binary, tree.binary(left).operation == operation else { break }
      spine.append(left)
    }
    var (node, facts) = condition(tree.binary(spine[spine.count - 1]).left)
    let before = narrowed
    for link in spine.reversed() {
      narrowed += operation == .and ? facts.whenTrue : facts.whenFalse
      let right = condition(tree.binary(link).right)
      if operation == .and {
        facts = Narrowing(whenTrue: facts.whenTrue + right.facts.whenTrue, whenFalse: [])
      } else {
        facts = Narrowing(whenTrue: [], whenFalse: facts.whenFalse + right.facts.whenFalse)
      }
      node = emit(
        operation == .and ? .and : .or, TypeTable.bool, a: node.raw, b: right.node.raw, at: link)
    }
    narrowed = before
    return (node, facts)
  }

  private mutating func equality(
    _ id: SyntaxID, _ syntax: BinarySyntax
  ) -> (node: NodeID, facts: Narrowing) {
    let node = check(id, .condition)
    var facts = Narrowing()
    guard tree.kind(syntax.right) == .null || tree.kind(syntax.left) == .null,
      let place = comparedPlace(node)
    else { return (node, facts) }
    if syntax.operation == .notEqual { facts.whenTrue = [place] } else { facts.whenFalse = [place] }
    return (node, facts)
  }

  /// The place whose variant a comparison with `null` tests.
  private func comparedPlace(_ test: NodeID) -> NarrowedPlace? {
    var node = test
    while true {
      let n = body.nodes[node.index]
      switch n.kind {
      case .unary: node = NodeID(n.b)
      case .patternTest: return narrowable(NodeID(n.b))
      default: return nil  // A pointer, or a mistake.
      }
    }
  }

  /// `let p = e` in a condition. A pattern that always matches asks for the payload of an optional.
  private mutating func letCondition(_ id: SyntaxID) -> NodeID {
    let syntax = tree.letCondition(id)
    var scrutinee = scrutinee(syntax.value, isWhole: true)
    if syntax.isMutable { scrutinee = declaring(scrutinee, syntax.value) }
    let subject = subjectOfLet(scrutinee, syntax.pattern)
    checkDeclaredType(syntax, subject.type)
    let firstVariable = body.variables.count
    let pattern = pattern(syntax.pattern, subject, wrapsSome: true)
    if syntax.isMutable { noteVarWord(id, from: firstVariable) }
    if !isSilent(subject.type) { checkRanges(pattern) }
    let test = emit(
      .patternTest, TypeTable.bool, a: pattern.raw, b: scrutinee.node.raw,
      flags: scrutinee.flags.rawValue, at: id)
    openTests.append(OpenTest(node: test, scrutinee: scrutinee))
    return test
  }

  /// `if var x = e`: the names are variables of their own.
  private mutating func declaring(_ scrutinee: Scrutinee, _ value: SyntaxID) -> Scrutinee {
    if case .lendsExclusively = scrutinee.mode {
      report(.variableOfLent(at: span(value)))
      return scrutinee
    }
    return Scrutinee(
      node: owned(scrutinee.node, .owned), flags: .takes, mode: .declares(.varBinding))
  }

  /// `if let x: T = e`.
  private mutating func checkDeclaredType(_ syntax: LetConditionSyntax, _ subject: TypeID) {
    guard syntax.type.exists, !isSilent(subject) else { return }
    let declared = resolveType(syntax.type)
    let payload = optionalPayload(subject)
    let actual = payload.exists && isIrrefutable(syntax.pattern) ? payload : subject
    if isSilent(declared) || inference.unify(actual, declared) { return }
    report(
      .otherDeclaredType(name(of: declared), name(of: actual), at: span(syntax.type)))
  }

  /// After the code that sees what the conditions since `mark` bind: whether it may have changed
  /// what they lend.
  mutating func settleTests(since mark: Int) {
    for test in openTests[mark...] {
      body.nodes[test.node.index].flags = lendingFlags(test.scrutinee).rawValue
    }
    openTests.removeLast(openTests.count - mark)
  }

  private mutating func subjectOfLet(
    _ scrutinee: Scrutinee, _ pattern: SyntaxID
  ) -> PatternSubject {
    let type = type(of: scrutinee.node)
    if !isSilent(type) && optionalPayload(type).isNone && isIrrefutable(pattern) {
      report(.letAlwaysMatches(name(of: type), at: span(pattern)))
      return PatternSubject(type: TypeTable.error, mode: scrutinee.mode)
    }
    return PatternSubject(type: type, mode: scrutinee.mode)
  }
}

extension Diagnostic {
  fileprivate static func variableOfLent(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPattern, "`var` makes a copy of what `&` lends to be changed in place", at: span,
      notes: ["write `let inout x = &…`, or leave `&` out"])
  }

  fileprivate static func otherDeclaredType(
    _ declared: String, _ actual: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "the pattern is declared as `\(declared)`, its value is `\(actual)`", at: span)
  }

  fileprivate static func letAlwaysMatches(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPattern, "a value of type `\(type)` always matches this pattern", at: span,
      notes: ["`let` in a condition takes an optional apart, or tests a pattern that can fail"])
  }
}
