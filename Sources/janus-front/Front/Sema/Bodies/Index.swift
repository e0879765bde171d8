// `x[…]`: type arguments, elements, parts, and containers that have the index protocol.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func indexEntity(_ id: SyntaxID, _ expected: Expectation) -> Entity {
    let syntax = tree.index(id)
    switch tree.kind(syntax.base) {
    case .name, .member, .selfTypeValue:
      switch inBase(syntax.base, { $0.entity(syntax.base, isCallee: true) }) {
      case .type(let type): return typeWithArguments(type, Array(syntax.arguments), id)
      case .function(let function, let given):
        return .function(function, given + syntax.arguments.map { resolveType($0) })
      case .method(var method, let receiver):
        method.arguments += syntax.arguments.map { resolveType($0) }
        return .method(method, receiver: receiver)
      case .value(let node): return .value(element(of: node, syntax.arguments, id))
      case .failed:
        for argument in syntax.arguments where !denotesType(argument) {
          _ = tree.kind(argument) == .range ? errorNode(argument) : check(argument, .lent)
        }
        return .failed
      case .variant, .container, .builtin, .checkedConversion, .extensionFunction, .builtinMethod:
        report(.notIndexable(sourceText(span(syntax.base)), at: span(id)))
        return .failed
      }
    default:
      let base = chainedBase(syntax.base)
      return .value(element(of: base, syntax.arguments, id))
    }
  }

  /// `List[i64]` in an expression.
  private mutating func typeWithArguments(
    _ open: TypeID, _ arguments: [SyntaxID], _ id: SyntaxID
  ) -> Entity {
    // The resolver knows all forms, and reports what is wrong with them.
    _ = open
    let type = resolveType(id)
    return type == TypeTable.error ? .failed : .type(type)
  }

  /// `xs[i]` for a base that is a value.
  mutating func element(
    of base: NodeID, _ arguments: NodeList, _ id: SyntaxID
  ) -> NodeID {
    let type = inference.solved(self.type(of: base))
    if isSilent(type) {
      for argument in arguments where tree.kind(argument) != .range { _ = check(argument, .lent) }
      return errorNode(id)
    }
    guard arguments.count == 1, let first = arguments.first else {
      return fail(.indexCount(arguments.count, at: span(id)), at: id)
    }
    let payload = boxPayload(type)
    if payload.exists {
      return element(of: emit(.unbox, payload, a: base.raw, like: base), arguments, id)
    }
    if tree.kind(first) == .range { return part(of: base, type, first, id) }
    if let element = elementType(type) {
      let index = indexNumber(operand(first, Expectation(type: TypeTable.i64)))
      let indexType = self.type(of: index)
      guard isSilent(indexType) || isIntegerLike(indexType) else {
        return fail(.indexNotInteger(name(of: indexType), at: span(first)), at: id)
      }
      if case .pointer = program.types[type] {
        requireUnsafe("indexing a pointer", at: span(id))
        let moved = emit(
          .builtin, type, a: Builtin.pointerOffset.rawValue, b: nodeList([base, index]), at: id)
        return emit(.dereference, element, a: moved.raw, at: id)
      }
      return emit(.index, element, a: base.raw, b: index.raw, at: id)
    }
    return containerElement(of: base, type, first, known.at, id)
  }

  /// The element of an array, slice, list, string or pointer.
  mutating func elementType(_ type: TypeID) -> TypeID? {
    switch program.types[type] {
    case .array(let element, _), .slice(let element): return element
    case .pointer(let element, _): return element
    case .nominal:
      if isString(type) { return TypeTable.u8 }
      let element = listElement(type)
      return element.exists ? element : nil
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .tuple, .function,
      .variable:
      return nil
    }
  }

  /// `xs[a..<b]`.
  private mutating func part(
    of base: NodeID, _ type: TypeID, _ range: SyntaxID, _ id: SyntaxID
  ) -> NodeID {
    let syntax = tree.range(range)
    let hint = Expectation(type: TypeTable.i64)
    let lower = syntax.lower.exists ? indexNumber(operand(syntax.lower, hint)) : .none
    let upper = syntax.upper.exists ? indexNumber(operand(syntax.upper, hint)) : .none
    for bound in [lower, upper] where bound.exists {
      let boundType = self.type(of: bound)
      if !isSilent(boundType) && !isIntegerLike(boundType) {
        return fail(
          .indexNotInteger(name(of: boundType), at: sourceSpan(of: bound)), at: id)
      }
    }
    warnOfInclusivePart(range, of: base)
    let result: TypeID
    if isString(type) {
      result = type
    } else if let element = elementType(type), !isPointerType(type) {
      result = program.types.intern(.slice(element))
    } else {
      return fail(.notSliceable(name(of: type), at: span(id)), at: id)
    }
    return emit(
      .slice, result, a: base.raw, b: lower.raw, c: upper.raw,
      flags: syntax.operation == .inclusive ? 1 : 0, at: id)
  }

  private func isPointerType(_ type: TypeID) -> Bool {
    if case .pointer = program.types[type] { return true }
    return false
  }

  // MARK: Containers

  /// `m[k]` through `__at` or `__at_mut`: what the pointer that it gives points to.
  private mutating func containerElement(
    of base: NodeID, _ type: TypeID, _ key: SyntaxID, _ method: Symbol, _ id: SyntaxID
  ) -> NodeID {
    guard let found = containerMethod(method, of: type) else {
      _ = check(key, .lent)
      return fail(.notIndexable(name(of: type), at: span(id)), at: id)
    }
    let argument = CallArgument(syntax: key, span: span(key))
    // Children come before their parents, so what may replace the receiver is made before the call.
    let exclusive = emit(.inoutArgument, type, a: base.raw, like: base)
    isProtocolCall = true
    let call = callMethod(found, base, [argument], id, .lent)
    isProtocolCall = false
    let pointer = inference.solved(self.type(of: call))
    guard case .pointer(let target, _) = program.types[pointer] else {
      return errorNode(id)
    }
    return emit(.dereference, target, a: call.raw, b: exclusive.raw, flags: 1, at: id)
  }

  private mutating func containerMethod(_ name: Symbol, of type: TypeID) -> MethodReference? {
    // The protocol is std's; its methods are found whatever their visibility.
    let found = context.members(named: name, of: type, from: protocolScope(of: type))
    if case .method(let method) = found.kind { return method }
    return nil
  }

  /// Inside the module that declares a type all its members are visible.
  mutating func protocolScope(of type: TypeID) -> DeclarationScope {
    guard let (declaration, _) = nominal(type) else { return scope }
    var inside = scope
    inside.module = program.declarations[declaration].module
    return inside
  }

  /// Whether the base of an index is a value, and not a type or function.
  private func mayBeContainer(_ id: SyntaxID) -> Bool {
    switch tree.kind(id) {
    case .name: return local(tree.symbol(id)).exists || isStatic(id)
    case .selfValue: return true
    case .member, .tupleMember, .index, .dereference: return mayBeContainer(SyntaxID(tree[id].lhs))
    case .call: return true
    default: return false  // Other values are no places.
    }
  }

  private func isStatic(_ id: SyntaxID) -> Bool {
    guard case .declaration(let declaration) = context.lookUp(tree.symbol(id), in: scope) else {
      return false
    }
    return program.declarations[declaration].kind == .staticVariable
  }

  /// `m[k] = v` on a container: `__set`. Nil when the target is no such thing.
  mutating func containerAssignment(_ id: SyntaxID, _ syntax: AssignmentSyntax) -> NodeID? {
    guard tree.kind(syntax.target) == .index else { return nil }
    let index = tree.index(syntax.target)
    guard index.arguments.count == 1, let key = index.arguments.first, tree.kind(key) != .range,
      mayBeContainer(index.base)
    else { return nil }
    let base = unboxed(check(index.base, .lent))
    let type = inference.solved(self.type(of: base))
    if isSilent(type) || elementType(type) != nil { return elementAssignment(id, syntax, base) }
    guard let method = containerMethod(known.set, of: type) else {
      _ = check(syntax.value, .owned)
      return fail(.notIndexable(name(of: type), at: span(syntax.target)), at: id)
    }
    let call = callMethod(
      method, base,
      [
        CallArgument(syntax: key, span: span(key)),
        CallArgument(syntax: syntax.value, span: span(syntax.value)),
      ], syntax.target, .lent)
    return emit(.evaluate, TypeTable.void, a: call.raw, at: id)
  }

  /// `xs[i] = v` whose base was checked already.
  private mutating func elementAssignment(
    _ id: SyntaxID, _ syntax: AssignmentSyntax, _ base: NodeID
  ) -> NodeID {
    let target = element(of: base, tree.index(syntax.target).arguments, syntax.target)
    let targetType = type(of: target)
    if !isSilent(targetType) { requireChangeable(target, at: span(syntax.target)) }
    let value = check(
      syntax.value,
      isSilent(targetType) ? .owned : .owned(targetType, .target(span(syntax.target))))
    noteChange(of: target)
    return emit(.assign, TypeTable.void, a: target.raw, b: value.raw, at: id)
  }

  /// The element that `__at` gave is to be changed: `__at_mut` gives it instead. Returns the
  /// container, which must be changeable then.
  mutating func changeThroughContainer(_ element: NodeID) -> NodeID? {
    let node = body.nodes[element.index]
    guard node.kind == .dereference, node.flags == 1 else { return nil }
    let call = body.nodes[Int(node.a)]
    guard call.kind == .call else { return nil }
    let base = NodeID(body.list(call.b).first ?? NodeID.none.raw)
    let type = inference.solved(self.type(of: base))
    guard let method = containerMethod(known.atMutable, of: type) else { return base }
    body.nodes[element.index].flags = 0
    body.nodes[Int(node.a)].a = declarationSlot(method.function)
    body.nodes[Int(node.b)].a = base.raw
    body.extra[Int(call.b) + 1] = node.b
    return base
  }
}

extension Diagnostic {
  fileprivate static func notIndexable(_ what: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badOperand, "`\(what)` cannot be indexed", at: span)
  }

  fileprivate static func notSliceable(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badOperand, "a value of type `\(type)` has no parts", at: span)
  }

  fileprivate static func indexCount(_ count: Int, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.argumentMismatch, "an index is one value, \(count) are given", at: span)
  }

  fileprivate static func indexNotInteger(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.typeMismatch, "an index is an integer, found `\(type)`", at: span)
  }
}
