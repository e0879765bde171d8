// `match`: arms in order, guards, exhaustiveness; the value is that of the arm taken.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func matchExpression(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let syntax = tree.match(id)
    let scrutinee = scrutinee(syntax.scrutinee, isWhole: mentionsAbsence(syntax.arms))
    var type = inference.resolve(type(of: scrutinee.node))
    if inference.classOfVariable(type) != nil { type = inference.applyDefaults(type) }
    let subject = PatternSubject(type: type, mode: scrutinee.mode)
    var wanted = branchExpectation(expected, id)
    let before = narrowed
    var after: [NarrowedPlace]?
    var arms: [UInt32] = []
    var allLeave = true
    for arm in syntax.arms {
      narrowed = before
      let (node, leaves) = matchArm(arm, subject, &wanted)
      arms.append(node.raw)
      if !leaves {
        allLeave = false
        after = meet(after, narrowed)
      }
    }
    narrowed = after ?? before
    if !isSilent(type) { checkExhaustive(arms, type, id, syntax.scrutinee) }
    let flags = lendingFlags(scrutinee)
    let result = branchType(expected, wanted, allLeave: allLeave || type == TypeTable.never)
    return emit(
      .match, result, a: scrutinee.node.raw, b: body.addList(arms), flags: flags.rawValue, at: id)
  }

  private mutating func matchArm(
    _ id: SyntaxID, _ subject: PatternSubject, _ wanted: inout Expectation
  ) -> (node: NodeID, leaves: Bool) {
    let syntax = tree.matchArm(id)
    openScope()
    let pattern = syntax.isElse && !syntax.pattern.exists
      ? emit(.wildcardPattern, subject.type, at: id) : pattern(syntax.pattern, subject)
    var guardNode = NodeID.none
    if syntax.guardCondition.exists {
      let (node, facts) = condition(syntax.guardCondition)
      guardNode = node
      narrowed += facts.whenTrue
    }
    let value = branch(syntax.body, wanted)
    noteBranch(value, syntax.body, &wanted)
    closeScope()
    let node = emit(
      .arm, type(of: value), a: pattern.raw, b: guardNode.raw, c: value.raw, at: id)
    return (node, isNever(value))
  }

  /// An arm is about an optional itself, not about what is in it.
  private func mentionsAbsence(_ arms: NodeList) -> Bool {
    if narrowed.isEmpty { return false }
    func mentions(_ pattern: SyntaxID) -> Bool {
      guard pattern.exists else { return false }
      switch tree.kind(pattern) {
      case .literalPattern: return tree.kind(tree.patternLiteral(pattern)) == .null
      case .constructorPattern:
        let variant = tree.constructorPattern(pattern).variant
        return variant == known.some || variant == known.noneVariant
      case .alternativePattern: return tree.elements(pattern).contains { mentions($0) }
      default: return false  // Patterns for what is inside.
      }
    }
    return arms.contains { mentions(tree.matchArm($0).pattern) }
  }

  // MARK: Branches of if and match

  /// What the branches of a construct must give: without a wanted type they agree on one.
  mutating func branchExpectation(_ expected: Expectation, _ id: SyntaxID) -> Expectation {
    var wanted = expected
    if expected.isDiscarded { return wanted }
    if expected.type.isNone { wanted.type = freshType(id) }
    if wanted.usage == .lent { wanted.usage = .owned }
    return wanted
  }

  /// A branch: a block or an expression. One that is a mere statement gives nothing.
  mutating func branch(_ id: SyntaxID, _ wanted: Expectation) -> NodeID {
    if !wanted.isDiscarded && isStatement(id) {
      let node = statement(id)
      if !isNever(node) && !isVoid(wanted) {
        return fail(.branchWithoutValue(name(of: wanted.type), at: span(id)), at: id)
      }
      return node
    }
    return check(id, wanted)
  }

  mutating func isVoid(_ wanted: Expectation) -> Bool {
    let type = inference.resolve(wanted.type)
    if inference.classOfVariable(type) != nil { return inference.unify(type, TypeTable.void) }
    if wanted.wrapsResult, let parts = resultParts(type) { return parts.value == TypeTable.void }
    return type == TypeTable.void
  }

  /// The first branch with a value explains what the others must be.
  mutating func noteBranch(_ node: NodeID, _ id: SyntaxID, _ wanted: inout Expectation) {
    guard case .none = wanted.cause, !wanted.isDiscarded, !isNever(node) else { return }
    wanted.cause = .branch(tailSpan(id))
  }

  /// Where the value of a block is written.
  func tailSpan(_ id: SyntaxID) -> SourceSpan {
    var id = id
    while tree.kind(id) == .block, let last = tree.statements(id).last { id = last }
    return span(id)
  }

  mutating func branchType(
    _ expected: Expectation, _ wanted: Expectation, allLeave: Bool
  ) -> TypeID {
    if allLeave { return TypeTable.never }
    if expected.isDiscarded { return TypeTable.void }
    let type = inference.resolve(wanted.type)
    return type
  }
}

extension Diagnostic {
  fileprivate static func branchWithoutValue(
    _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "expected a value of type `\(type)`, found a statement", at: span)
  }
}
