// Optionals: `a ?? b`, and chains `a?.b.c()` whose whole rest is skipped when `a` is null.
import ASTDB
import Base
import Parser

/// The chain of members, calls and indices being checked.
struct ChainState {
  /// The next such expression belongs to the chain of the one around it.
  var isInside = false
  /// The optionals looked into so far, outermost first, and the variables for their payloads.
  var pending: [(base: NodeID, variable: VariableID)] = []
}

extension BodyChecker {
  /// Checks an expression that may be the end of a chain, and closes the chain if it is.
  mutating func chained(_ check: (inout BodyChecker) -> NodeID) -> NodeID {
    if chain.isInside {
      chain.isInside = false
      return check(&self)
    }
    let outer = chain.pending
    chain.pending = []
    var node = check(&self)
    for link in chain.pending.reversed() { node = closeChain(node, link.base, link.variable) }
    chain.pending = outer
    return node
  }

  /// Whether the members, calls and indices of `id` go through `?.`.
  func hasOptionalChain(_ id: SyntaxID) -> Bool {
    var id = id
    while true {
      switch tree.kind(id) {
      case .member:
        if tree.member(id).isOptionalChain { return true }
        id = tree.member(id).base
      case .tupleMember:
        if tree[id].flags.contains(.optionalChain) { return true }
        id = SyntaxID(tree[id].lhs)
      case .index: id = tree.index(id).base
      case .call: id = tree.call(id).callee
      default: return false  // The start of the chain.
      }
    }
  }

  private mutating func closeChain(
    _ node: NodeID, _ base: NodeID, _ variable: VariableID
  ) -> NodeID {
    let type = self.type(of: node)
    if isSilent(type) { return node }
    let value = owned(node, .owned)
    let result = type == TypeTable.void || optionalPayload(type).exists ? type : optionalType(type)
    return emit(
      .optionalChain, result, a: base.raw, b: variable.raw, c: value.raw, like: node)
  }

  /// Checks the base of a member, call or index as a part of the same chain.
  mutating func inBase<T>(_ id: SyntaxID, _ check: (inout BodyChecker) -> T) -> T {
    switch tree.kind(id) {
    case .member, .call, .index, .tupleMember: chain.isInside = true
    default: chain.isInside = false  // Not a chain.
    }
    nesting += 1
    defer { nesting -= 1 }
    let result = check(&self)
    chain.isInside = false
    return result
  }

  mutating func chainedBase(_ id: SyntaxID) -> NodeID {
    if nesting > nestingLimit { return tooDeep(id) }
    return inBase(id) { $0.controlFlow(id, .lent) ?? $0.expression(id, .lent) }
  }

  /// The payload of the optional before `?.`; of a result, the error is passed on.
  mutating func optionalChainBase(_ id: SyntaxID) -> NodeID {
    let node = unboxed(chainedBase(SyntaxID(tree[id].lhs)))
    let type = self.type(of: node)
    if isSilent(type) { return node }
    if resultParts(type) != nil { return propagated(node, id) }
    let payload = optionalPayload(type)
    guard payload.exists else {
      return fail(.chainOfOther(name(of: type), at: span(SyntaxID(tree[id].lhs))), at: id)
    }
    let variable = addVariable(.empty, payload, .lentBinding, body.spans[node.index])
    facts[variable.index].chainBase = isPlace(node) ? node : .none
    chain.pending.append((node, variable))
    return emit(.variable, payload, a: variable.raw, like: node)
  }

  // MARK: Coalescing

  /// `a ?? b ?? c`: the first that is not null.
  mutating func coalesce(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    var spine = [id]
    while true {
      let left = tree.binary(spine[spine.count - 1]).left
      guard tree.kind(left) == .binary, tree.binary(left).operation == .coalesce else { break }
      spine.append(left)
    }
    let first = tree.binary(spine[spine.count - 1]).left
    let hint: Expectation
    if expected.type.exists, !isSilent(inference.resolve(expected.type)),
      optionalPayload(expected.type).isNone
    {
      hint = Expectation(type: .none)
    } else {
      hint = .lent
    }
    var operands = [unboxed(check(first, hint))]
    for link in spine.reversed().dropLast() {
      operands.append(unboxed(check(tree.binary(link).right, .lent)))
    }
    var payload = TypeTable.error
    for (position, operand) in operands.enumerated() {
      let type = self.type(of: operand)
      if isSilent(type) { continue }
      let own = alternativePayload(type)
      guard own.exists else {
        let link = spine[min(spine.count - position, spine.count - 1)]
        let syntax = position == 0 ? first : tree.binary(link).right
        return fail(.coalesceOfOther(name(of: type), at: span(syntax)), at: id)
      }
      if payload == TypeTable.error {
        payload = own
      } else if !inference.unify(payload, own) {
        reportMismatch(
          operand, expected: payload, actual: own, .operand(sourceSpan(of: operands[0])))
        return errorNode(id)
      }
    }
    return coalesced(operands, payload, tree.binary(id).right, id)
  }

  /// What is inside an optional or a result, or none.
  private mutating func alternativePayload(_ type: TypeID) -> TypeID {
    if let parts = resultParts(type) { return parts.value }
    return optionalPayload(type)
  }

  private mutating func coalesced(
    _ operands: [NodeID], _ payload: TypeID, _ last: SyntaxID, _ id: SyntaxID
  ) -> NodeID {
    var wanted = Expectation.owned(payload, .operand(sourceSpan(of: operands[0])))
    var fallback: NodeID
    if controlFlowKind(last) {
      fallback = check(last, wanted)
    } else {
      let node = expression(last, wanted)
      // The last may be optional itself: then so is the whole.
      let own = optionalPayload(type(of: node))
      if own.exists && optionalPayload(payload).isNone && operands.count == 1
        && inference.unify(own, payload)
      {
        return optionalFallback(operands[0], owned(node, .owned), id)
      }
      wanted.type = payload
      fallback = fit(node, wanted)
    }
    for operand in operands.reversed() {
      let isResult = resultParts(type(of: operand)) != nil
      let value = isPlace(operand) && isResult ? owned(operand, .owned) : operand
      fallback = isResult
        ? emit(
          .catching, payload, a: value.raw, b: VariableID.none.raw, c: fallback.raw, at: id)
        : emit(.coalesce, payload, a: operand.raw, b: fallback.raw, at: id)
    }
    return fallback
  }

  private func controlFlowKind(_ id: SyntaxID) -> Bool {
    switch tree.kind(id) {
    case .block, .ifExpression, .match, .unsafeBlock, .grant, .scratchpad, .catching,
      .returnExpression, .failExpression, .breakExpression, .continueExpression:
      true
    default: false  // What has a value of its own.
    }
  }

  /// `a ?? b` for an optional `b`.
  private mutating func optionalFallback(
    _ first: NodeID, _ fallback: NodeID, _ id: SyntaxID
  ) -> NodeID {
    let type = self.type(of: first)
    var statements: [NodeID] = []
    var place = first
    if body.nodes[first.index].kind != .variable {
      let variable = addVariable(.empty, type, .letBinding, body.spans[first.index])
      statements.append(
        emit(.declare, TypeTable.void, a: variable.raw, b: owned(first, .owned).raw, at: id))
      place = emit(.variable, type, a: variable.raw, at: id)
    }
    let payload = emit(.wildcardPattern, optionalPayload(type), at: id)
    let pattern = emit(.variantPattern, type, a: 1, b: nodeList([payload]), at: id)
    let test = emit(.patternTest, TypeTable.bool, a: pattern.raw, b: place.raw, at: id)
    let again = emit(.variable, type, a: body.nodes[place.index].a, at: id)
    let value = emit(
      .if, type, a: test.raw, b: owned(again, .owned).raw, c: fallback.raw, at: id)
    if statements.isEmpty { return value }
    return emit(.block, type, a: nodeList(statements), b: value.raw, at: id)
  }
}

extension Diagnostic {
  fileprivate static func chainOfOther(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badOperand, "`?.` needs an optional or a result, found `\(type)`", at: span,
      notes: ["write `.` where the value is always there"])
  }

  fileprivate static func coalesceOfOther(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badOperand, "`??` needs an optional on its left, found `\(type)`", at: span)
  }
}
