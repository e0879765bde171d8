// Fitting a value to the type that its context wants: every implicit conversion becomes a node.
// Also what it means to use a place as a value.
import ASTDB
import Base
import Parser

/// Chains of calls and of `else if` nest as deep as they are long.
let nestingLimit = 10_000

extension BodyChecker {
  // MARK: Known generic types

  // Mutating so that a call whose argument changes `inference` does not copy the checker.
  mutating func nominal(_ type: TypeID) -> (declaration: DeclarationID, arguments: [TypeID])? {
    if case .nominal(let declaration, let arguments) = program.types[type] {
      return (declaration, arguments)
    }
    return nil
  }

  /// T of `?T`, or none.
  mutating func optionalPayload(_ type: TypeID) -> TypeID {
    guard let (declaration, arguments) = nominal(inference.resolve(type)),
      declaration == known.optional, arguments.count == 1
    else { return .none }
    return inference.resolve(arguments[0])
  }

  /// T and E of `Result[T, E]`, or nil.
  mutating func resultParts(_ type: TypeID) -> (value: TypeID, error: TypeID)? {
    guard let (declaration, arguments) = nominal(inference.resolve(type)),
      declaration == known.result, arguments.count == 2
    else { return nil }
    return (inference.resolve(arguments[0]), inference.resolve(arguments[1]))
  }

  /// T of `Box[T]`, or none.
  mutating func boxPayload(_ type: TypeID) -> TypeID {
    guard let (declaration, arguments) = nominal(inference.resolve(type)),
      declaration == known.box, arguments.count == 1
    else { return .none }
    return inference.resolve(arguments[0])
  }

  /// T of `List[T]`, or none.
  mutating func listElement(_ type: TypeID) -> TypeID {
    guard let (declaration, arguments) = nominal(inference.resolve(type)),
      declaration == known.list, arguments.count == 1
    else { return .none }
    return inference.resolve(arguments[0])
  }

  func optionalType(_ payload: TypeID) -> TypeID {
    let optional = known.optional
    if optional.isNone { return TypeTable.error }
    return program.types.intern(.nominal(optional, arguments: [payload]))
  }

  func listType(_ element: TypeID) -> TypeID {
    let list = known.list
    if list.isNone { return TypeTable.error }
    return program.types.intern(.nominal(list, arguments: [element]))
  }

  var stringType: TypeID {
    let string = known.string
    if string.isNone { return TypeTable.error }
    return program.types.intern(.nominal(string, arguments: []))
  }

  mutating func isString(_ type: TypeID) -> Bool {
    guard let (declaration, _) = nominal(inference.resolve(type)) else { return false }
    return declaration == known.string
  }

  // MARK: Expressions in a context

  /// Checks an expression and fits it to what its context wants.
  mutating func check(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > nestingLimit { return tooDeep(id) }
    if let node = controlFlow(id, expected) { return node }
    let node = expression(id, expected)
    return expected.isDiscarded ? node : fit(node, expected)
  }

  /// Once for a body: what is around it is too deep as well.
  mutating func tooDeep(_ id: SyntaxID) -> NodeID {
    if !isTooDeep { report(.nestingTooDeep(at: span(id))) }
    isTooDeep = true
    return errorNode(id)
  }

  /// The value of a leaf, for its context.
  mutating func fit(_ node: NodeID, _ expected: Expectation) -> NodeID {
    let target = expected.type.exists ? inference.resolve(expected.type) : .none
    if target.exists && expected.wrapsResult { return fitResult(node, target, expected) }
    var node = node
    if expected.usage == .lent {
      if target.exists { node = lentFunction(node, as: target) }
    } else if !isSlice(target) {
      node = owned(node, expected.usage)
    }
    return target.exists ? coerce(node, to: target, expected.cause) : node
  }

  /// A value returned where `Result[T, E]` is wanted: a plain `T` is wrapped.
  private mutating func fitResult(
    _ node: NodeID, _ target: TypeID, _ expected: Expectation
  ) -> NodeID {
    var plain = expected
    plain.wrapsResult = false
    let actual = type(of: node)
    guard let parts = resultParts(target), actual != TypeTable.never,
      actual != TypeTable.error, resultParts(actual) == nil || resultParts(parts.value) != nil
    else { return fit(node, plain) }
    if resultParts(actual) != nil && inference.unify(actual, target) { return fit(node, plain) }
    if expected.ignoresValue, parts.value == TypeTable.void, actual != TypeTable.void {
      let effect = emit(.evaluate, TypeTable.void, a: node.raw, like: node)
      let unit = emit(.unit, TypeTable.void, like: node)
      let success = emit(.variant, target, a: 0, b: nodeList([unit]), like: node)
      return emit(.block, target, a: nodeList([effect]), b: success.raw, like: node)
    }
    plain.type = parts.value
    let value = fit(node, plain)
    return emit(.variant, target, a: 0, b: nodeList([value]), like: node)
  }

  func isSlice(_ type: TypeID) -> Bool {
    guard type.exists, case .slice = program.types[type] else { return false }
    return true
  }

  // MARK: Conversions

  /// Converts `node` to `wanted`, or reports that it has another type.
  mutating func coerce(_ node: NodeID, to wanted: TypeID, _ cause: Cause) -> NodeID {
    if let converted = converted(node, to: wanted) { return converted }
    let actual = type(of: node)
    if losesUniqueness(from: actual, to: wanted) {
      report(.uniqueFunction(name(of: actual), name(of: wanted), at: sourceSpan(of: node)))
      return emit(.error, TypeTable.error, like: node)
    }
    reportMismatch(node, expected: wanted, actual: actual, cause)
    return emit(.error, TypeTable.error, like: node)
  }

  /// `node` as a value of `wanted`, or nil when there is no implicit conversion.
  mutating func converted(_ node: NodeID, to wanted: TypeID) -> NodeID? {
    let wanted = inference.resolve(wanted)
    let actual = type(of: node)
    if actual == wanted || actual == TypeTable.error || actual == TypeTable.never { return node }
    if wanted == TypeTable.error { return node }
    if inference.classOfVariable(wanted) != nil {
      return inference.unify(actual, wanted) ? node : nil
    }
    if actual.isNumeric {
      if wanted.isNumeric {
        return actual.widens(to: wanted) ? emit(.widen, wanted, a: node.raw, like: node) : nil
      }
    } else if inference.classOfVariable(actual) == .some(.any) {
      return inference.unify(actual, wanted) ? node : nil
    }
    return structurallyConverted(node, from: actual, to: wanted)
  }

  private mutating func structurallyConverted(
    _ node: NodeID, from actual: TypeID, to wanted: TypeID
  ) -> NodeID? {
    switch program.types[wanted] {
    case .slice(let element):
      if let lent = lentAsSlice(node, from: actual, element: element, wanted) { return lent }
    case .pointer(let target, let isConst):
      if let pointer = convertedPointer(node, from: actual, target, isConst, wanted) {
        return pointer
      }
    case .nominal(let declaration, let arguments) where declaration == known.optional:
      return convertedToOptional(node, from: actual, payload: arguments[0], wanted)
    case .function(let parameters, let result, isUnique: true):
      if let unique = convertedToUnique(node, from: actual, parameters, result, wanted) {
        return unique
      }
    case .error, .void, .never, .bool, .char, .integer, .float, .nominal, .parameter, .tuple,
      .array, .function, .variable:
      break
    }
    if inference.unify(actual, wanted) { return node }
    let payload = boxPayload(actual)
    if payload.exists {
      return converted(emit(.unbox, payload, a: node.raw, like: node), to: wanted)
    }
    return nil
  }

  private mutating func convertedToOptional(
    _ node: NodeID, from actual: TypeID, payload: TypeID, _ wanted: TypeID
  ) -> NodeID? {
    let actualPayload = optionalPayload(actual)
    if actualPayload.exists {
      if inference.unify(actual, wanted) { return node }
      // `?T` for a wanted `??T`.
      guard optionalPayload(payload).exists else { return nil }
    }
    guard let value = converted(node, to: payload) else { return nil }
    return emit(.variant, wanted, a: 1, b: nodeList([value]), like: node)
  }

  private mutating func lentAsSlice(
    _ node: NodeID, from actual: TypeID, element: TypeID, _ wanted: TypeID
  ) -> NodeID? {
    switch program.types[actual] {
    case .array(let own, _):
      guard inference.unify(own, element) else { return nil }
      return emit(.asSlice, wanted, a: node.raw, like: node)
    case .nominal:
      let own = listElement(actual)
      if own.exists {
        guard inference.unify(own, element) else { return nil }
        return emit(.asSlice, wanted, a: node.raw, like: node)
      }
      return nil
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .tuple, .slice,
      .pointer, .function, .variable:
      return nil
    }
  }

  /// Any function value may be held as a unique one.
  private mutating func convertedToUnique(
    _ node: NodeID, from actual: TypeID, _ parameters: [FunctionTypeParameter], _ result: TypeID,
    _ wanted: TypeID
  ) -> NodeID? {
    guard case .function(_, _, isUnique: false) = program.types[actual] else { return nil }
    let plain = program.types.intern(
      .function(parameters: parameters, result: result, isUnique: false))
    guard inference.unify(actual, plain) else { return nil }
    return emit(.asFunction, wanted, a: node.raw, like: node)
  }

  private mutating func convertedPointer(
    _ node: NodeID, from actual: TypeID, _ target: TypeID, _ isConst: Bool, _ wanted: TypeID
  ) -> NodeID? {
    guard case .pointer(let ownTarget, let ownConst) = program.types[actual] else { return nil }
    if ownConst && !isConst { return nil }
    if inference.unify(ownTarget, target) {
      return ownConst == isConst ? node : pointerCast(node, wanted)
    }
    let own = inference.resolve(ownTarget)
    guard own == TypeTable.void || inference.resolve(target) == TypeTable.void else { return nil }
    return pointerCast(node, wanted)
  }

  mutating func pointerCast(_ node: NodeID, _ type: TypeID) -> NodeID {
    let arguments = nodeList([node])
    return emit(.builtin, type, a: Builtin.pointerCast.rawValue, b: arguments, like: node)
  }

  // MARK: Places

  /// Whether the node names memory that exists beside this expression.
  func isPlace(_ node: NodeID) -> Bool {
    var node = node
    while true {
      let n = body.nodes[node.index]
      switch n.kind {
      case .variable, .staticVariable, .dereference: return true
      case .field, .unbox, .payload, .asFunction: node = NodeID(n.a)
      case .index:
        // Through a slice, the elements are somewhere else.
        if isSlice(body.types[Int(body.nodes[Int(n.a)].type)]) { return true }
        node = NodeID(n.a)
      default: return false  // Over seventy kinds of values.
      }
    }
  }

  /// The variable that a place is a part of, or none. Not through pointers and slices.
  func rootVariable(_ node: NodeID) -> VariableID {
    var node = node
    while true {
      let n = body.nodes[node.index]
      switch n.kind {
      case .variable: return VariableID(n.a)
      case .field, .unbox, .payload, .index, .asSlice, .asFunction, .slice: node = NodeID(n.a)
      default: return .none  // Over seventy kinds of values.
      }
    }
  }

  /// A value of its own: a place is copied, and a unique one must be moved in so many words.
  mutating func owned(_ node: NodeID, _ usage: Usage) -> NodeID {
    guard isPlace(node) else { return node }
    let type = type(of: node)
    if usage == .returned && isReturnableLocal(node) { return node }
    if !inference.isKnown(type) {
      if inference.classOfVariable(type) == .some(.integer)
        || inference.classOfVariable(type) == .some(.float) { return node }
      let copy = emit(.copy, type, a: node.raw, like: node)
      pendingCopies.append(PendingCopy(node: copy))
      return copy
    }
    let solved = inference.solved(type)
    switch program.ownership(of: solved) {
    case .trivial: return node
    case .copyable: return emit(.copy, solved, a: node.raw, like: node)
    case .unique: return ownedUnique(node, solved)
    }
  }

  private mutating func ownedUnique(_ node: NodeID, _ type: TypeID) -> NodeID {
    // In a script, handing a unique value on transfers it.
    if !rules.ownershipWords {
      noteChange(of: node)
      return emit(.move, type, a: node.raw, like: node)
    }
    report(.missingMove(name(of: type), placeName(node), at: sourceSpan(of: node)))
    return emit(.move, type, a: node.raw, like: node)
  }

  /// A local that the function may give away when it returns.
  private func isReturnableLocal(_ node: NodeID) -> Bool {
    let n = body.nodes[node.index]
    guard n.kind == .variable else { return false }
    guard facts[Int(n.a)].closureDepth == Int32(functions.count) else { return false }
    switch body.variables[Int(n.a)].kind {
    case .letBinding, .varBinding, .ownedParameter: return true
    case .borrowedParameter, .inoutParameter, .lentBinding, .inoutBinding: return false
    }
  }

  /// The copies of places whose type was open: now it can be said if they are allowed.
  mutating func finishPendingCopies() {
    for pending in pendingCopies {
      let type = inference.solved(type(of: pending.node))
      if program.ownership(of: type) == .unique && rules.ownershipWords {
        let place = NodeID(body.nodes[pending.node.index].a)
        report(.missingMove(name(of: type), placeName(place), at: sourceSpan(of: place)))
      }
    }
  }

  /// `x.y[…]` for a diagnostic.
  func placeName(_ node: NodeID) -> String {
    let n = body.nodes[node.index]
    switch n.kind {
    case .variable: return text(body.variables[Int(n.a)].name)
    case .staticVariable: return text(program.declarations[body.declarations[Int(n.a)]].name)
    case .unbox, .payload: return placeName(NodeID(n.a))
    default:  // Over seventy kinds of values.
      let span = sourceSpan(of: node)
      let bytes = program.files[tree.file].bytes
      guard span.start >= 0, Int(span.end) <= bytes.count, span.start < span.end else { return "" }
      return String(decoding: bytes[Int(span.start)..<Int(span.end)], as: UTF8.self)
    }
  }

  // MARK: Mismatch
}

extension Diagnostic {
  fileprivate static func nestingTooDeep(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.nestingTooDeep, "the code nests too deep here to be checked", at: span)
  }

  fileprivate static func missingMove(
    _ type: String, _ place: String, at span: SourceSpan
  ) -> Diagnostic {
    let start = SourceSpan(file: span.file, start: span.start, end: span.start)
    return Diagnostic(
      .missingMove, "`\(place)` of unique type `\(type)` is handed on without `move`", at: span,
      notes: ["a unique value cannot be copied"],
      fixes: [FixIt("move it", [FixIt.Edit(start, "move ")])])
  }
}
