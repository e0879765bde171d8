// The entry to checking bodies: what `checkProgram` asks for, declaration by declaration.
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Checks the code of `declaration` (a function, test, constant, static, or the top level of a
  /// script): its syntax is `bodySyntax(of:)`, its signature is in the declaration's detail. Of a
  /// constant or static without a written type, the result's root has its type.
  func checkBody(of declaration: DeclarationID) -> Body {
    guard let tree = tree(of: declaration) else { return Body(owner: declaration) }
    let syntax = bodySyntax(of: declaration)
    return withChecker(tree) { checker in
      checker.begin(declaration, tree: tree, scope: scope(of: declaration))
      return checker.checkCode(of: declaration, syntax)
    }
  }

  /// Checks a default value of a parameter or field of `owner` against its type.
  func checkDefaultValue(_ node: SyntaxID, of owner: DeclarationID, type: TypeID) -> Body {
    guard let tree = tree(of: owner) else { return Body(owner: owner) }
    return withChecker(tree) { checker in
      checker.begin(owner, tree: tree, scope: scope(of: owner))
      return checker.checkInitialiser(node, type: type, cause: .none)
    }
  }

  /// Checks an expression that must be known while the program is compiled.
  func checkConstantExpression(
    _ node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope
  ) -> Body {
    withChecker(tree) { checker in
      checker.begin(scope.owner, tree: tree, scope: scope)
      return checker.checkInitialiser(node, type: .none, cause: .none)
    }
  }

  /// A checker whose tables have their memory already. A body may ask for the type of a constant in
  /// the midst of being checked, so there can be several.
  private func withChecker(_ tree: SyntaxTree, _ check: (inout BodyChecker) -> Body) -> Body {
    var checker = idleCheckers.popLast() ?? BodyChecker(self, tree: tree)
    let body = check(&checker)
    idleCheckers.append(consume checker)
    return body
  }
}

extension BodyChecker {
  mutating func checkCode(of declaration: DeclarationID, _ syntax: BodySyntax) -> Body {
    let d = program.declarations[declaration]
    switch (d.detail, syntax) {
    case (.function(let detail), .node(let node)): checkFunction(detail, node, d)
    case (.constant(let type, _), .node(let node)), (.staticVariable(let type, _), .node(let node)):
      return checkInitialiser(
        node, type: declaredType(type, declaration), cause: declaredCause(declaration))
    case (.test, .node(let node)): checkPlain(node, .test)
    case (.function, .statements(let nodes)): checkScript(nodes)
    default: body.isValid = false  // A declaration without code.
    }
    finish()
    return takeBody()
  }

  /// The written type of a constant or static, or none.
  private func declaredType(_ type: TypeID, _ declaration: DeclarationID) -> TypeID {
    let node = context.sources[declaration.index].node
    return node.exists && tree.constant(node).type.exists ? type : .none
  }

  private func declaredCause(_ declaration: DeclarationID) -> Cause {
    let node = context.sources[declaration.index].node
    guard node.exists, tree.constant(node).type.exists else { return .none }
    return .declared(span(tree.constant(node).type))
  }

  mutating func checkInitialiser(_ node: SyntaxID, type: TypeID, cause: Cause) -> Body {
    functions.append(
      FunctionFrame(
        result: type.exists ? type : TypeTable.error, resultCause: .none, closure: .none, depth: 0,
        loopBase: 0, deferBase: 0, kind: .initialiser))
    openScope()
    body.root = check(node, type.exists ? .owned(type, cause) : .owned)
    closeScope()
    functions.removeLast()
    finish()
    return takeBody()
  }

  private mutating func checkFunction(
    _ detail: FunctionDetail, _ node: SyntaxID, _ declaration: Declaration
  ) {
    let source = context.sources[body.owner.index].node
    var cause = Cause.result(declaration.nameSpan)
    if tree.kind(source) == .function, tree.function(source).result.exists {
      cause = .result(span(tree.function(source).result))
    }
    functions.append(
      FunctionFrame(
        result: detail.result, resultCause: cause, closure: .none, depth: 0, loopBase: 0,
        deferBase: 0, kind: .function))
    openScope()
    declareParameters(detail, source)
    body.parameterCount = UInt32(body.variables.count)
    var clauses: [NodeID] = []
    if tree.kind(source) == .function {
      for clause in tree.function(source).clauses where tree.kind(clause) == .requiresCondition {
        clauses.append(requirement(clause))
      }
    }
    let isVoid = detail.result == TypeTable.void
    let frame = functions[functions.count - 1]
    var wanted = isVoid ? .discarded : returnExpectation(frame)
    wanted.ignoresValue = true
    var root = check(node, wanted)
    if !clauses.isEmpty {
      root = isVoid
        ? emit(
          .block, type(of: root), a: nodeList(clauses + [root]), b: NodeID.none.raw, at: node)
        : emit(.block, type(of: root), a: nodeList(clauses), b: root.raw, at: node)
    }
    body.root = root
    closeScope()
    functions.removeLast()
  }

  private mutating func declareParameters(_ detail: FunctionDetail, _ source: SyntaxID) {
    var syntax: [SyntaxID] = []
    if tree.kind(source) == .function {
      syntax = tree.function(source).parameters.filter { tree.kind($0) != .typeParameter }
    }
    for (index, parameter) in detail.parameters.enumerated() {
      var place = NodeSpan(start: 0, end: 0)
      if index < syntax.count {
        let node = syntax[index]
        let nameSpan = tree.kind(node) == .parameter
          ? tree.parameter(node).nameSpan : span(node)
        place = NodeSpan(start: nameSpan.start - base, end: nameSpan.end - base)
      }
      let kind = variableKind(parameter.mode)
      if index == 0 && detail.hasReceiver {
        selfVariable = addVariable(known.selfName, parameter.type, kind, place)
      } else {
        _ = declare(parameter.name, parameter.type, kind, place)
      }
    }
  }

  private mutating func checkPlain(_ node: SyntaxID, _ kind: FunctionFrame.Kind) {
    functions.append(
      FunctionFrame(
        result: TypeTable.void, resultCause: .none, closure: .none, depth: 0, loopBase: 0,
        deferBase: 0, kind: kind))
    openScope()
    body.root = check(node, .discarded)
    closeScope()
    functions.removeLast()
  }

  /// The top level of a script: one block.
  private mutating func checkScript(_ nodes: [SyntaxID]) {
    functions.append(
      FunctionFrame(
        result: TypeTable.void, resultCause: .none, closure: .none, depth: 0, loopBase: 0,
        deferBase: 0, kind: .script))
    openScope()
    var statements: [NodeID] = []
    for node in nodes { statements.append(statement(node)) }
    closeScope()
    functions.removeLast()
    let words = nodeList(statements)
    let last = statements.last.map { body.spans[$0.index] } ?? NodeSpan(start: 0, end: 0)
    let first = statements.first.map { body.spans[$0.index] } ?? last
    body.root = body.append(
      Node(.block, type: typeSlot(TypeTable.void), a: words, b: NodeID.none.raw),
      at: NodeSpan(start: first.start, end: last.end))
  }

  // MARK: Completing

  /// All types are known now, or it is said which are not.
  private mutating func finish() {
    finishLiterals()
    for pending in pendingBounds where inference.isKnown(inference.applyDefaults(pending.type)) {
      for argument in pending.arguments { _ = inference.applyDefaults(argument) }
      _ = solveTraitArguments(pending)
      checkBound(pending)
    }
    var isReported = errorCount > 0 || !body.isValid
    for index in body.types.indices {
      let type = inference.applyDefaults(body.types[index])
      body.types[index] = type
      let open = inference.firstVariable(in: type)
      if open.isNone { continue }
      body.types[index] = TypeTable.error
      body.isValid = false
      if !isReported, let place = inference.place(ofVariable: open) {
        isReported = true
        report(
          .cannotInfer(
            at: SourceSpan(file: tree.file, start: place.start, end: place.end)))
      }
    }
    if body.isValid {
      finishPendingCopies()
      finishClosures()
    }
    if body.isValid && errorCount == 0 { warnOfVariables() }
  }

  private mutating func takeBody() -> Body {
    let result = body
    body = Body(owner: .none)
    return result
  }
}

extension Diagnostic {
  fileprivate static func cannotInfer(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .cannotInfer, "nothing here says which type this has", at: span,
      notes: ["write the type, as in `let x: T = …` or `f[T](…)`"])
  }
}
