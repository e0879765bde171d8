// Closures: parameters and result from the wanted function type. What they capture, and which of
// them outlive their place, is in ClosureCaptures.swift.
import ASTDB
import Base
import Parser

extension BodyChecker {
  /// `lent`: passed to a plain function parameter, so it does not escape, unless it says `move`.
  mutating func closureExpression(
    _ id: SyntaxID, _ expected: Expectation, lent: Bool = false
  ) -> NodeID {
    let syntax = tree.closure(id)
    let wanted = wantedFunction(expected)
    let closure = ClosureID(body.closures.count)
    body.closures.append(
      Closure(parameters: [], captures: [], body: .none, escapes: !lent || syntax.isMove))
    closureFacts.append(
      ClosureFacts(
        span: span(id), isMove: syntax.isMove, parent: functions.last?.closure ?? .none))
    if syntax.isMove && !rules.ownershipWords { report(.moveInScript(at: span(id))) }
    var result = wanted?.result ?? freshType(id)
    var cause = Cause.none
    if syntax.result.exists {
      result = resolveType(syntax.result)
      cause = .result(span(syntax.result))
    }
    functions.append(
      FunctionFrame(
        result: result, resultCause: cause, closure: closure, depth: Int32(functions.count),
        loopBase: loops.count, deferBase: deferDepth, kind: .closure))
    let before = narrowed
    narrowed = narrowedForLater()
    openScope()
    var prologue: [NodeID] = []
    let parameters = closureParameters(id, syntax, wanted?.parameters, closure, &prologue)
    let root = closureBody(syntax, result, cause, prologue, id)
    closeScope()
    restoreNarrowing(before)
    functions.removeLast()
    body.closures[closure.index].body = root
    let isUnique = wanted?.isUnique == true || ownsUniqueValue(closure)
    closureFacts[closure.index].isUnique = isUnique
    let type = program.types.intern(
      .function(
        parameters: parameters, result: inference.resolve(result), isUnique: isUnique))
    let node = emit(.closure, type, a: closure.raw, at: id)
    guard lent, expected.type.exists else { return node }
    return coerce(lentFunction(node, as: expected.type), to: expected.type, expected.cause)
  }

  private mutating func wantedFunction(
    _ expected: Expectation
  ) -> (parameters: [FunctionTypeParameter], result: TypeID, isUnique: Bool)? {
    guard expected.type.exists else { return nil }
    var type = inference.resolve(expected.type)
    let payload = optionalPayload(type)
    if payload.exists { type = payload }
    if case .function(let parameters, let result, let isUnique) = program.types[type] {
      return (parameters, result, isUnique)
    }
    return nil
  }

  private mutating func closureParameters(
    _ id: SyntaxID, _ syntax: ClosureSyntax, _ wanted: [FunctionTypeParameter]?,
    _ closure: ClosureID, _ prologue: inout [NodeID]
  ) -> [FunctionTypeParameter] {
    var parameters: [FunctionTypeParameter] = []
    requireDistinctNames(syntax.parameters)
    if let wanted, syntax.parameters.count != wanted.count, !syntax.parameters.isEmpty {
      report(.closureCount(wanted.count, syntax.parameters.count, at: span(id)))
    }
    for (index, node) in syntax.parameters.enumerated() {
      let parameter = tree.closureParameter(node)
      let given = wanted.flatMap { index < $0.count ? $0[index] : nil }
      let type = parameter.type.exists
        ? resolveType(parameter.type) : given?.type ?? freshType(parameter.pattern)
      if parameter.type.exists, let given, !inference.unify(type, given.type) {
        report(
          .closureParameterType(
            name(of: given.type), name(of: type), at: span(parameter.type)))
      }
      var mode = PassingMode(parameter.mode)
      if mode == .owned, !rules.ownershipWords {
        report(.ownedInScript(at: span(parameter.pattern)))
      }
      if mode == .borrowed, let given { mode = given.mode }
      parameters.append(FunctionTypeParameter(type: type, mode: mode))
      declareParameter(parameter, type, mode, closure, &prologue)
    }
    // A block without parameters may stand where they are not needed.
    if syntax.parameters.isEmpty, let wanted {
      for parameter in wanted {
        let variable = addVariable(
          .empty, parameter.type, variableKind(parameter.mode), nodeSpan(id))
        body.closures[closure.index].parameters.append(variable)
        parameters.append(parameter)
      }
    }
    return parameters
  }

  private mutating func declareParameter(
    _ parameter: ClosureParameterSyntax, _ type: TypeID, _ mode: PassingMode,
    _ closure: ClosureID, _ prologue: inout [NodeID]
  ) {
    let kind = variableKind(mode)
    let place = nodeSpan(parameter.pattern)
    if tree.kind(parameter.pattern) == .bindingPattern {
      let (name, _) = tree.bindingPattern(parameter.pattern)
      body.closures[closure.index].parameters.append(declare(name, type, kind, place))
      return
    }
    let variable = addVariable(.empty, type, kind, place)
    body.closures[closure.index].parameters.append(variable)
    if tree.kind(parameter.pattern) == .wildcardPattern { return }
    let mode: PatternMode = kind == .inoutParameter ? .lendsExclusively : .lends
    let subject = PatternSubject(type: type, mode: mode)
    let pattern = pattern(parameter.pattern, subject)
    if !isSilent(type) { checkIrrefutable(pattern, type, parameter.pattern) }
    let value = emit(.variable, type, a: variable.raw, at: parameter.pattern)
    let flags: MatchFlags = kind == .inoutParameter ? .lendsExclusively : []
    prologue.append(
      emit(
        .declarePattern, TypeTable.void, a: pattern.raw, b: value.raw, flags: flags.rawValue,
        at: parameter.pattern))
  }

  func variableKind(_ mode: PassingMode) -> VariableKind {
    switch mode {
    case .borrowed: .borrowedParameter
    case .inout: .inoutParameter
    case .owned: .ownedParameter
    }
  }

  private mutating func closureBody(
    _ syntax: ClosureSyntax, _ result: TypeID, _ cause: Cause, _ prologue: [NodeID],
    _ id: SyntaxID
  ) -> NodeID {
    let resolved = inference.resolve(result)
    let expected = resolved == TypeTable.void
      ? Expectation.discarded
      : Expectation(
        type: result, usage: .returned, wrapsResult: resultParts(resolved) != nil, cause: cause)
    var root: NodeID
    if isStatement(syntax.body) {
      if inference.classOfVariable(resolved) != nil {
        _ = inference.unify(resolved, TypeTable.void)
      }
      root = statement(syntax.body)
      requireNoValue(resolved, of: syntax.body, root)
    } else {
      root = check(syntax.body, expected)
    }
    // Nothing said otherwise: a body that only leaves gives nothing.
    if isNever(root), inference.classOfVariable(inference.resolve(result)) == .some(.any) {
      _ = inference.unify(result, TypeTable.void)
    }
    if !prologue.isEmpty {
      let isValue = inference.resolve(result) != TypeTable.void
      root = isValue
        ? emit(.block, type(of: root), a: nodeList(prologue), b: root.raw, at: id)
        : emit(
          .block, type(of: root), a: nodeList(prologue + [root]), b: NodeID.none.raw, at: id)
    }
    return root
  }
}

extension BodyChecker {
  /// A body that is a statement gives nothing where a value of type `result` is wanted.
  private mutating func requireNoValue(_ result: TypeID, of body: SyntaxID, _ root: NodeID) {
    let value = resultParts(result)?.value ?? result
    if value == TypeTable.void || isSilent(value) || isNever(root) { return }
    if inference.classOfVariable(value) != nil { return }
    report(.closureWithoutValue(name(of: value), at: span(body)))
  }

  /// Parameters of one closure have different names.
  private mutating func requireDistinctNames(_ parameters: NodeList) {
    var names: Set<Symbol> = []
    for parameter in parameters {
      let pattern = tree.closureParameter(parameter).pattern
      guard tree.kind(pattern) == .bindingPattern else { continue }
      let name = tree.bindingPattern(pattern).name
      if !names.insert(name).inserted {
        report(.repeatedParameter(text(name), at: span(pattern)))
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func closureWithoutValue(
    _ wanted: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "the closure's body is a statement, a value of type `\(wanted)` is wanted",
      at: span)
  }

  fileprivate static func repeatedParameter(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.duplicateDeclaration, "the parameter `\(name)` is declared twice", at: span)
  }

  fileprivate static func closureCount(
    _ wanted: Int, _ given: Int, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .argumentMismatch,
      "the closure takes \(given) parameter\(given == 1 ? "" : "s"), "
        + "\(wanted) \(wanted == 1 ? "is" : "are") wanted", at: span)
  }

  fileprivate static func closureParameterType(
    _ wanted: String, _ given: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "the closure's parameter has type `\(given)`, expected `\(wanted)`", at: span)
  }
}
