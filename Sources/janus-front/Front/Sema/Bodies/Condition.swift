// Conditions: `and`, `or`, `not`, `let` in conditions, and what they tell about optionals. Inside
// `if x != null` and after `if x == null { return }`, `x` is its payload.
import ASTDB
import Base
import Parser

/// The optional variables known not to be null, by how a condition turned out.
struct Narrowing {
  var whenTrue: [VariableID] = []
  var whenFalse: [VariableID] = []
}

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
    let other = tree.kind(syntax.right) == .null
      ? syntax.left : tree.kind(syntax.left) == .null ? syntax.right : .none
    if other.exists, let variable = narrowable(other) {
      if syntax.operation == .notEqual {
        facts.whenTrue = [variable]
      } else {
        facts.whenFalse = [variable]
      }
    }
    return (node, facts)
  }

  /// A value as it was declared, whatever is known of it here.
  mutating func wholeValue(_ id: SyntaxID) -> NodeID {
    if !narrowed.isEmpty, tree.kind(id) == .name {
      let variable = local(tree.symbol(id))
      if variable.exists {
        noteCapture(variable, span(id))
        return emit(.variable, variableType(variable), a: variable.raw, at: id)
      }
    }
    return check(id, .lent)
  }

  /// The variable that a comparison with `null` says something about.
  private mutating func narrowable(_ id: SyntaxID) -> VariableID? {
    let variable: VariableID
    switch tree.kind(id) {
    case .name: variable = local(tree.symbol(id))
    case .selfValue: variable = selfVariable
    default: return nil  // Fields and calls may change between the test and the use.
    }
    guard variable.exists, optionalPayload(variableType(variable)).exists else { return nil }
    return variable
  }

  /// `let p = e` in a condition. A pattern that always matches asks for the payload of an optional.
  private mutating func letCondition(_ id: SyntaxID) -> NodeID {
    let syntax = tree.letCondition(id)
    let scrutinee = scrutinee(syntax.value, isWhole: true)
    let subject = subjectOfLet(scrutinee, syntax.pattern)
    let pattern = pattern(syntax.pattern, subject, wrapsSome: true)
    let test = emit(
      .patternTest, TypeTable.bool, a: pattern.raw, b: scrutinee.node.raw,
      flags: scrutinee.flags.rawValue, at: id)
    openTests.append(OpenTest(node: test, scrutinee: scrutinee))
    return test
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

  // MARK: Joining what is known

  /// What is known after branches that meet again; a branch that leaves says nothing.
  func meet(_ a: [VariableID]?, _ b: [VariableID]?) -> [VariableID] {
    guard let a else { return b ?? [] }
    guard let b else { return a }
    if a.isEmpty || b.isEmpty { return [] }
    return a.filter { b.contains($0) }
  }

  /// Before a loop: what its body may change is not known in it.
  mutating func forgetChanged(in id: SyntaxID) {
    if narrowed.isEmpty { return }
    let whole = tree.spans[id.index]
    narrowed = narrowed.filter { !isChanged($0, in: id, whole) }
  }

  /// Whether a node inside `id` assigns to the variable, lends it exclusively or moves it.
  private func isChanged(_ variable: VariableID, in id: SyntaxID, _ whole: ByteSpan) -> Bool {
    let name = body.variables[variable.index].name
    var index = id.index
    while index > 0 {
      index -= 1
      if tree.spans[index].end <= whole.start { break }
      let node = tree.nodes[index]
      let isChange = node.kind == .assignment || node.kind == .borrow || node.kind == .move
      if isChange, rootName(SyntaxID(node.lhs)) == name { return true }
    }
    return false
  }

  private func rootName(_ id: SyntaxID) -> Symbol {
    var id = id
    while id.exists {
      switch tree.kind(id) {
      case .name: return tree.symbol(id)
      case .member, .tupleMember, .index: id = SyntaxID(tree[id].lhs)
      default: return .empty  // No place.
      }
    }
    return .empty
  }
}

extension Diagnostic {
  fileprivate static func letAlwaysMatches(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPattern, "a value of type `\(type)` always matches this pattern", at: span,
      notes: ["`let` in a condition takes an optional apart, or tests a pattern that can fail"])
  }
}
