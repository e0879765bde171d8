// Results: `return` and its wrapping, `fail`, `?` and `try` with conversion of the error, `catch`.
import ASTDB
import Base
import Parser

extension BodyChecker {
  /// What a `return` in the current function must give.
  mutating func returnExpectation(_ frame: FunctionFrame) -> Expectation {
    Expectation(
      type: frame.result, usage: .returned, wrapsResult: resultParts(frame.result) != nil,
      cause: frame.resultCause)
  }

  mutating func returnExpression(_ id: SyntaxID) -> NodeID {
    guard let frame = functions.last else { return errorNode(id) }
    if deferDepth > frame.deferBase {
      return errorNode(id)  // The parser reported it.
    }
    let operand = tree.operand(id)
    if frame.kind == .initialiser { return fail(.strayReturn(at: span(id)), at: id) }
    let result = inference.resolve(frame.result)
    let isVoid = result == TypeTable.void
    guard operand.exists else {
      var value = NodeID.none
      if !isVoid {
        if let parts = resultParts(result), parts.value == TypeTable.void {
          let unit = emit(.unit, TypeTable.void, at: id)
          value = emit(.variant, result, a: 0, b: nodeList([unit]), at: id)
        } else if inference.classOfVariable(result) != nil {
          _ = inference.unify(result, TypeTable.void)
        } else if result != TypeTable.error {
          return fail(.returnWithoutValue(name(of: result), at: span(id)), at: id)
        }
      }
      return emit(.return, TypeTable.never, a: value.raw, at: id)
    }
    if isVoid {
      let value = check(operand, .lent)
      let type = self.type(of: value)
      if isSilent(type) || type == TypeTable.void {
        let effect = emit(.evaluate, TypeTable.void, a: value.raw, at: operand)
        let leave = emit(.return, TypeTable.never, a: NodeID.none.raw, at: id)
        return emit(
          .block, TypeTable.never, a: nodeList([effect, leave]), b: NodeID.none.raw, at: id)
      }
      let written = name(of: inference.applyDefaults(type))
      return fail(.returnOfVoid(written, at: span(operand)), at: id)
    }
    let value = check(operand, returnExpectation(frame))
    return emit(.return, TypeTable.never, a: value.raw, at: id)
  }

  mutating func failExpression(_ id: SyntaxID) -> NodeID {
    guard let frame = functions.last else { return errorNode(id) }
    if deferDepth > frame.deferBase { return errorNode(id) }
    let operand = tree.operand(id)
    guard let parts = resultParts(frame.result) else {
      let isOpen = frame.result == TypeTable.error
      _ = check(operand, .lent(TypeTable.error))
      if isOpen { return errorNode(id) }
      return fail(.strayFail(name(of: frame.result), at: span(id)), at: id)
    }
    var expected = Expectation(type: .none, usage: .owned, cause: frame.resultCause)
    var error: NodeID
    if needsWantedType(operand) {
      expected.type = parts.error
      error = check(operand, expected)
    } else {
      error = check(operand, expected)
      let actual = inference.solved(type(of: error))
      if let converted = convertedError(error, actual, parts.error, id) {
        error = converted
      } else {
        error = coerce(error, to: parts.error, frame.resultCause)
      }
    }
    let value = emit(
      .variant, inference.resolve(frame.result), a: 1, b: nodeList([error]), at: id)
    return emit(.return, TypeTable.never, a: value.raw, at: id)
  }

  /// Expressions that mean nothing without a wanted type.
  private func needsWantedType(_ id: SyntaxID) -> Bool {
    switch tree.kind(id) {
    case .implicitMember, .null, .integer, .float, .arrayLiteral: true
    case .call: tree.kind(tree.call(id).callee) == .implicitMember
    case .structLiteral: tree.kind(tree.structLiteral(id).type) == .implicitMember
    default: false  // What has a type of its own.
    }
  }

  /// `error` as a call of `From.from` of the wanted error type, when there is such a conversion.
  private mutating func convertedError(
    _ error: NodeID, _ actual: TypeID, _ wanted: TypeID, _ id: SyntaxID
  ) -> NodeID? {
    if inference.resolve(wanted) == actual || isSilent(actual) { return nil }
    guard let (function, arguments) = conversion(from: actual, to: wanted) else { return nil }
    return emit(
      .call, wanted, a: declarationSlot(function), b: nodeList([error]), c: typeList(arguments),
      at: id)
  }

  /// The `from` of `impl From[actual] for wanted`.
  private mutating func conversion(
    from actual: TypeID, to wanted: TypeID
  ) -> (function: DeclarationID, arguments: [TypeID])? {
    let wanted = inference.solved(wanted)
    guard known.fromTrait.exists,
      let match = program.implementation(
        of: known.fromTrait, traitArguments: [actual], for: wanted),
      case .implementation(let detail) = program.declarations[match.implementation].detail,
      let function = detail.methods.first(where: { program.declarations[$0].name == known.from })
    else { return nil }
    context.noteRead(match.implementation)
    return (function, match.arguments)
  }

  // MARK: Propagation

  /// `e?` and `try e`.
  mutating func propagate(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let operand = tree.operand(id)
    let node = check(operand, .lent)
    return propagated(node, id)
  }

  mutating func propagated(_ node: NodeID, _ id: SyntaxID) -> NodeID {
    var node = unboxed(node)
    if isPlace(node) { node = owned(node, .owned) }
    let type = inference.solved(self.type(of: node))
    if isSilent(type) { return errorNode(id) }
    guard let frame = functions.last, frame.kind != .initialiser else {
      return fail(.strayPropagation(at: span(id)), at: id)
    }
    if deferDepth > frame.deferBase {
      // The parser reports `e?` and `try e`; only here it is known what `e?.name` does.
      let isReported = tree.kind(id) == .propagate || tree.kind(id) == .tryExpression
      return isReported ? errorNode(id) : fail(.leavesDefer("?.", at: span(id)), at: id)
    }
    let result = inference.resolve(frame.result)
    if let parts = resultParts(type) { return propagatedResult(node, parts, result, frame, id) }
    let payload = optionalPayload(type)
    guard payload.exists else {
      return fail(.propagationOfOther(name(of: type), at: span(id)), at: id)
    }
    var target = result
    if let parts = resultParts(result) { target = parts.value }
    if inference.classOfVariable(target) != nil {
      _ = inference.unify(target, optionalType(freshType(id)))
    } else if optionalPayload(target).isNone && target != TypeTable.error {
      return fail(
        .propagationFromOther("null", name(of: result), frame, sourceSpan(frame), at: span(id)),
        at: id)
    }
    return emit(.propagate, payload, a: node.raw, b: UInt32.max, at: id)
  }

  private mutating func propagatedResult(
    _ node: NodeID, _ parts: (value: TypeID, error: TypeID), _ result: TypeID,
    _ frame: FunctionFrame, _ id: SyntaxID
  ) -> NodeID {
    if frame.kind == .test || frame.kind == .script {
      // An error ends the test: it fails with the error.
      return emit(
        .builtin, parts.value, a: Builtin.unwrap.rawValue, b: nodeList([node]), at: id)
    }
    guard let own = resultParts(result) else {
      if result == TypeTable.error { return errorNode(id) }
      if inference.classOfVariable(result) != nil {
        _ = inference.unify(
          result,
          program.types.intern(.nominal(known.result, arguments: [freshType(id), parts.error])))
        return emit(.propagate, parts.value, a: node.raw, b: UInt32.max, at: id)
      }
      return fail(
        .propagationFromOther(
          "error", name(of: result), frame, sourceSpan(frame), at: span(id)), at: id)
    }
    let error = inference.solved(parts.error)
    if inference.unify(error, own.error) {
      return emit(.propagate, parts.value, a: node.raw, b: UInt32.max, at: id)
    }
    guard let (function, arguments) = conversion(from: error, to: own.error) else {
      return fail(
        .errorNotConvertible(
          name(of: error), name(of: own.error), sourceSpan(frame), at: span(id)), at: id)
    }
    return emit(
      .propagate, parts.value, a: node.raw, b: declarationSlot(function),
      c: typeList(arguments), at: id)
  }

  private func sourceSpan(_ frame: FunctionFrame) -> SourceSpan? {
    if case .result(let span) = frame.resultCause { return span }
    return nil
  }

  // MARK: Catch

  /// `e catch err { … }`: the handler gives a value of the success type, or leaves.
  mutating func catchExpression(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let syntax = tree.catching(id)
    var node = check(syntax.value, .lent)
    node = unboxed(node)
    if isPlace(node) { node = owned(node, .owned) }
    let type = self.type(of: node)
    openScope()
    defer { closeScope() }
    guard let parts = resultParts(type) else {
      if syntax.name != .empty {
        _ = declare(syntax.name, TypeTable.error, .letBinding, nameSpan(syntax))
      }
      _ = check(syntax.handler, .discarded)
      if isSilent(type) { return errorNode(id) }
      return fail(.catchOfOther(name(of: type), at: span(syntax.value)), at: id)
    }
    var variable = VariableID.none
    if syntax.name != .empty {
      variable = declare(syntax.name, parts.error, .letBinding, nameSpan(syntax))
    }
    let handlerExpectation: Expectation
    if expected.isDiscarded || inference.resolve(parts.value) == TypeTable.void {
      handlerExpectation = .discarded
    } else {
      handlerExpectation = .owned(parts.value, .operand(span(syntax.value)))
    }
    let before = narrowed
    let handler = check(syntax.handler, handlerExpectation)
    narrowed = before
    let caught = emit(
      .catching, parts.value, a: node.raw, b: variable.raw, c: handler.raw, at: id)
    return expected.isDiscarded ? caught : fit(caught, expected)
  }

  private func nameSpan(_ syntax: CatchSyntax) -> NodeSpan {
    let start = syntax.nameStart - base
    return NodeSpan(start: start, end: start + Int32(text(syntax.name).utf8.count))
  }
}

extension Diagnostic {
  fileprivate static func leavesDefer(_ word: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.controlFlowInDefer, "`\(word)` cannot leave the body of a `defer`", at: span)
  }

  fileprivate static func strayReturn(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.misplacedControlFlow, "`return` stands outside a function", at: span)
  }

  fileprivate static func returnWithoutValue(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.typeMismatch, "`return` without a value, expected `\(type)`", at: span)
  }

  fileprivate static func returnOfVoid(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "a `\(type)` is returned from a function that returns nothing", at: span,
      notes: ["declare the result with `-> \(type)`"])
  }

  fileprivate static func strayFail(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .misplacedControlFlow, "`fail` stands in a function that returns `\(type)`", at: span,
      notes: ["a function that can fail returns `T ! E`"])
  }

  fileprivate static func strayPropagation(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.misplacedControlFlow, "`?` stands outside a function", at: span)
  }

  fileprivate static func propagationOfOther(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badOperand, "`?` needs a result or an optional, found `\(type)`", at: span)
  }

  fileprivate static func propagationFromOther(
    _ what: String, _ type: String, _ frame: FunctionFrame, _ declared: SourceSpan?,
    at span: SourceSpan
  ) -> Diagnostic {
    let isClosure = frame.kind == .closure
    return Diagnostic(
      .misplacedControlFlow,
      "`?` passes \(what == "null" ? "`null`" : "an error") on, but the "
        + "\(isClosure ? "closure" : "function") returns `\(type)`",
      at: span,
      labels: declared.map { [Label($0, "the result is declared here")] } ?? [],
      notes: what == "null"
        ? ["use `??`, `if let` or `match`"] : ["handle it with `catch`, or return `T ! E`"])
  }

  fileprivate static func errorNotConvertible(
    _ from: String, _ to: String, _ declared: SourceSpan?, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "`?` passes on an error of type `\(from)`, expected `\(to)`", at: span,
      labels: declared.map { [Label($0, "the result is declared here")] } ?? [],
      notes: ["`impl From[\(from)] for \(to)` makes the conversion"])
  }

  fileprivate static func catchOfOther(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badOperand, "`catch` needs a result, found `\(type)`", at: span)
  }
}
