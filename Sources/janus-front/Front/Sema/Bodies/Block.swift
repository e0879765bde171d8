// Blocks and statements: a block's value is its last expression when the context wants one.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func block(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let statements = tree.statements(id)
    let wantsValue = !expected.isDiscarded
    var nodes: [UInt32] = []
    nodes.reserveCapacity(statements.count)
    var value = NodeID.none
    var leaves = false
    var isWarned = false
    openScope()
    let outerLocals = scope.locals
    enterLocalScope(of: id)
    for (index, syntax) in statements.enumerated() {
      if leaves && !isWarned && tree.kind(syntax).declarationKind == nil {
        isWarned = true
        report(.unreachable(at: span(syntax), after: span(statements.at(index - 1))))
      }
      if wantsValue && index == statements.count - 1 && !isStatement(syntax) {
        value = check(syntax, expected)
        if isNever(value) { leaves = true }
      } else {
        let node = statement(syntax, isLast: index == statements.count - 1)
        nodes.append(node.raw)
        if statementLeaves(node) { leaves = true }
      }
    }
    if wantsValue && value.isNone && !leaves { value = missingValue(id, expected) }
    scope.locals = outerLocals
    closeScope()
    let type = leaves
      ? TypeTable.never : value.exists ? self.type(of: value) : TypeTable.void
    return emit(.block, type, a: body.addList(nodes), b: value.raw, at: id)
  }

  private mutating func statementLeaves(_ node: NodeID) -> Bool { isNever(node) }

  /// The end of a block was reached without a value.
  private mutating func missingValue(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    if isVoid(expected) {
      guard expected.wrapsResult else { return .none }
      let unit = emit(.unit, TypeTable.void, at: id)
      return emit(
        .variant, inference.resolve(expected.type), a: 0, b: nodeList([unit]), at: id)
    }
    if inference.resolve(expected.type) == TypeTable.error { return errorNode(id) }
    let whole = span(id)
    let end = SourceSpan(file: whole.file, start: max(whole.start, whole.end - 1), end: whole.end)
    let wanted = name(of: expected.type)
    if case .result(let declared) = expected.cause {
      return fail(.missingReturn(wanted, declared: declared, at: end), at: id)
    }
    return fail(.missingBlockValue(wanted, at: end), at: id)
  }

  /// Syntax that never has a value.
  func isStatement(_ id: SyntaxID) -> Bool {
    switch tree.kind(id) {
    case .local, .assignment, .postfixCondition, .deferred, .using, .requiresCapability,
      .requiresCondition, .whileLoop, .forLoop, .constant, .function, .structure, .enumeration,
      .staticVariable, .typeAlias, .importModule, .trait, .implementation, .capability, .test:
      true
    case .ifExpression: !tree.ifExpression(id).otherwise.exists
    default: false  // Expressions.
    }
  }

  // MARK: Statements

  /// The last expression of a block is its value, even where nobody wants it.
  mutating func statement(_ id: SyntaxID, isLast: Bool = false) -> NodeID {
    switch tree.kind(id) {
    case .local: return localDeclaration(id)
    case .assignment: return assignment(id)
    case .postfixCondition: return postfixCondition(id)
    case .deferred: return deferred(id)
    case .using: return usingStatement(id)
    case .requiresCapability: return capabilityRequirement(id)
    case .requiresCondition: return requirement(id)
    case .function, .structure, .enumeration, .staticVariable, .typeAlias, .trait,
      .implementation, .capability, .test, .constant:
      // Collected and checked by itself.
      return emit(.unit, TypeTable.void, at: id)
    case .importModule: return fail(.nestedImport(at: span(id)), at: id)
    default: return expressionStatement(id, isLast)  // Expressions.
    }
  }

  private mutating func expressionStatement(_ id: SyntaxID, _ isLast: Bool) -> NodeID {
    let node = check(id, .discarded)
    let type = type(of: node)
    let kind = body.nodes[node.index].kind
    switch kind {
    case .if, .match, .while, .forRange, .forElements, .forEntries, .forIterator, .block, .grant,
      .unsafeBlock, .scratchpad, .return, .break, .continue, .error:
      return node
    default: break  // Expressions with a value.
    }
    if type != TypeTable.never { warnIfUseless(node, type, kind, isLast, id) }
    return emit(
      .evaluate, type == TypeTable.never ? TypeTable.never : TypeTable.void, a: node.raw, at: id)
  }

  private mutating func warnIfUseless(
    _ node: NodeID, _ type: TypeID, _ kind: NodeKind, _ isLast: Bool, _ id: SyntaxID
  ) {
    if let parts = resultParts(type) {
      report(.droppedResult(name(of: parts.error), at: span(id)))
      return
    }
    if isLast { return }
    switch kind {
    case .integer, .float, .bool, .character, .string, .null, .variable, .field, .index, .binary,
      .compare, .unary, .tuple, .array, .structure, .closure, .function, .concatenate, .constant,
      .staticVariable, .interpolation, .payload:
      report(.unusedValue(at: span(id)))
    default: break  // Calls and the like may do something.
    }
  }

  // MARK: Declarations

  mutating func localDeclaration(_ id: SyntaxID) -> NodeID {
    let syntax = tree.local(id)
    let kind: VariableKind = syntax.isMutable ? .varBinding : .letBinding
    let declared = syntax.type.exists
      ? resolveType(syntax.type) : TypeID.none
    if tree.kind(syntax.pattern) == .bindingPattern {
      return simpleDeclaration(id, syntax, kind, declared)
    }
    guard syntax.value.exists else {
      if tree.kind(syntax.pattern) != .error {
        report(.patternWithoutValue(at: span(syntax.pattern)))
      }
      _ = pattern(
        syntax.pattern, PatternSubject(type: TypeTable.error, mode: .declares(kind)))
      return errorNode(id)
    }
    let value = check(
      syntax.value,
      declared.exists
        ? .owned(declared, .declared(span(syntax.type))) : .owned)
    let type = declared.exists ? declared : type(of: value)
    if tree.kind(syntax.pattern) == .wildcardPattern {
      return emit(
        .evaluate, isNever(value) ? TypeTable.never : TypeTable.void, a: value.raw, at: id)
    }
    let firstVariable = body.variables.count
    let node = pattern(syntax.pattern, PatternSubject(type: type, mode: .declares(kind)))
    if syntax.isMutable { noteVarWord(id, from: firstVariable) }
    if !isSilent(type) { checkIrrefutable(node, type, syntax.pattern) }
    return emit(
      .declarePattern, isNever(value) ? TypeTable.never : TypeTable.void, a: node.raw,
      b: value.raw, flags: MatchFlags.takes.rawValue, at: id)
  }

  private mutating func simpleDeclaration(
    _ id: SyntaxID, _ syntax: LocalSyntax, _ kind: VariableKind, _ declared: TypeID
  ) -> NodeID {
    let (name, _) = tree.bindingPattern(syntax.pattern)
    let nameSpan = nodeSpan(syntax.pattern)
    var value = NodeID.none
    var type = declared
    if syntax.value.exists {
      let isClosure = tree.kind(syntax.value) == .closure
      value = check(
        syntax.value,
        declared.exists ? .owned(declared, .declared(span(syntax.type))) : .owned)
      if type.isNone { type = self.type(of: value) }
      if type == TypeTable.void && declared.isNone {
        report(.voidVariable(text(name), at: span(syntax.value)))
        type = TypeTable.error
      }
      if type == TypeTable.never { type = TypeTable.error }
      let variable = declare(name, type, kind, nameSpan)
      facts[variable.index].binding = syntax.pattern
      if syntax.isMutable { noteVarWord(id, from: variable.index) }
      // A closure that a `var` holds escapes.
      if isClosure { facts[variable.index].needsVar = true }
      if isClosure && kind == .letBinding { holdClosure(variable, value) }
      return emit(
        .declare, isNever(value) ? TypeTable.never : TypeTable.void, a: variable.raw, b: value.raw,
        at: id)
    }
    if type.isNone { type = freshType(syntax.pattern) }
    let variable = declare(name, type, kind, nameSpan)
    facts[variable.index].isWithoutValue = true
    facts[variable.index].binding = syntax.pattern
    if syntax.isMutable { noteVarWord(id, from: variable.index) }
    return emit(.declare, TypeTable.void, a: variable.raw, b: value.raw, at: id)
  }

  /// A type written in the body; `_` in it is a variable.
  mutating func resolveType(_ id: SyntaxID) -> TypeID {
    var pending: [TypeID] = []
    var inference = inference
    let place = tree.spans[id.index]
    let type = context.resolveType(id, in: tree, scope: scope) {
      let fresh = inference.fresh(.any, start: place.start, end: place.end)
      pending.append(fresh)
      return fresh
    }
    if !pending.isEmpty { self.inference = inference }
    if type == TypeTable.error { body.isValid = false }
    return type
  }

  /// `using x = e do … end`: a scope for one value.
  private mutating func usingStatement(_ id: SyntaxID) -> NodeID {
    let syntax = tree.using(id)
    openScope()
    let declared = syntax.type.exists ? resolveType(syntax.type) : TypeID.none
    let value = check(
      syntax.value,
      declared.exists ? .owned(declared, .declared(span(syntax.type))) : .owned)
    let start = tree.mainPosition(id) - base
    let nameSpan = NodeSpan(
      start: start, end: start + Int32(text(syntax.name).utf8.count))
    let variable = declare(
      syntax.name, declared.exists ? declared : type(of: value), .letBinding, nameSpan)
    let declaration = emit(.declare, TypeTable.void, a: variable.raw, b: value.raw, at: id)
    let inner = check(syntax.body, .discarded)
    closeScope()
    return emit(
      .block, isNever(inner) ? TypeTable.never : TypeTable.void,
      a: nodeList([declaration, inner]), b: NodeID.none.raw, at: id)
  }
}

extension Diagnostic {
  fileprivate static func unreachable(
    at span: SourceSpan, after leaving: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unreachableCode, "this is never reached", at: span,
      labels: [Label(leaving, "nothing goes on behind this")])
  }

  fileprivate static func missingReturn(
    _ type: String, declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .missingReturn, "the function ends without returning a `\(type)`", at: span,
      labels: [Label(declared, "the result is declared here")])
  }

  fileprivate static func missingBlockValue(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "expected the block to end with a value of type `\(type)`", at: span)
  }

  fileprivate static func nestedImport(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedDeclaration, "an import cannot stand inside a function", at: span,
      notes: ["move it to the top level of the file"])
  }

  fileprivate static func droppedResult(_ error: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .droppedResult, "a result is dropped together with its error of type `\(error)`", at: span,
      notes: ["propagate it with `?`, handle it with `catch`, or write `_ =` to ignore it"])
  }

  fileprivate static func unusedValue(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unusedValue, "this value is not used", at: span,
      notes: ["use it, remove it, or write `_ =` to compute it for nothing"])
  }

  fileprivate static func patternWithoutValue(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badPattern, "a pattern is declared without a value to take apart", at: span)
  }

  fileprivate static func voidVariable(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.typeMismatch, "`\(name)` would hold `void`, which is no value", at: span)
  }
}
