// Literals: numbers take the type that is wanted, or a variable of their class; arrays, tuples and
// strings. Numbers whose type was open are completed at the end of the body.
import ASTDB
import Base
import Parser

extension BodyChecker {
  // MARK: Numbers

  /// The number type that the context wants of a literal, or none when it is open.
  private mutating func wantedNumber(_ expected: Expectation) -> TypeID {
    guard expected.type.exists else { return .none }
    var type = inference.resolve(expected.type)
    if expected.wrapsResult, let parts = resultParts(type) { type = parts.value }
    let payload = optionalPayload(type)
    if payload.exists { type = payload }
    return type.isNumeric ? type : .none
  }

  mutating func integerLiteral(
    _ id: SyntaxID, negated: Bool = false, whole: SyntaxID, _ expected: Expectation
  ) -> NodeID {
    let syntax = tree.integer(id)
    if syntax.overflows {
      return fail(.literalTooLarge(sourceText(span(id)), at: span(whole)), at: whole)
    }
    let wanted = wantedNumber(expected)
    if wanted.exists {
      let node = emit(.integer, wanted, at: whole)
      complete(
        PendingLiteral(node: node, value: syntax.value, isNegative: negated, isFloat: false),
        wanted)
      return node
    }
    let node = emit(.integer, freshType(whole, .integer), at: whole)
    literals.append(
      PendingLiteral(node: node, value: syntax.value, isNegative: negated, isFloat: false))
    return node
  }

  mutating func floatLiteral(
    _ id: SyntaxID, negated: Bool = false, whole: SyntaxID, _ expected: Expectation
  ) -> NodeID {
    let value = negated ? -tree.float(id) : tree.float(id)
    let wanted = wantedNumber(expected)
    let type = wanted.exists && wanted.isFloat ? wanted : freshType(whole, .float)
    let bits = value.bitPattern
    let node = emit(
      .float, type, a: UInt32(truncatingIfNeeded: bits), b: UInt32(truncatingIfNeeded: bits >> 32),
      at: whole)
    if type == wanted {
      requireFinite(node, type)
    } else {
      literals.append(PendingLiteral(node: node, value: 0, isNegative: false, isFloat: true))
    }
    return node
  }

  /// An integer that the compiler makes itself.
  mutating func integerNode(_ value: Int64, _ type: TypeID, like node: NodeID) -> NodeID {
    let bits = UInt64(bitPattern: value)
    return emit(
      .integer, type, a: UInt32(truncatingIfNeeded: bits),
      b: UInt32(truncatingIfNeeded: bits >> 32), like: node)
  }

  mutating func finishLiterals() {
    for literal in literals {
      let type = inference.applyDefaults(type(of: literal.node))
      complete(literal, type)
    }
  }

  /// Writes a literal whose type is known: its words, or its value as a float.
  private mutating func complete(_ literal: PendingLiteral, _ type: TypeID) {
    if let kind = type.integerKind, !literal.isFloat {
      guard fits(literal, kind) else {
        let span = sourceSpan(of: literal.node)
        report(.literalOutOfRange(sourceText(span), kind, at: span))
        return
      }
      writeInteger(literal)
    } else if type.isFloat {
      if literal.isFloat { return requireFinite(literal.node, type) }
      let magnitude = Double(literal.value)
      let bits = (literal.isNegative ? -magnitude : magnitude).bitPattern
      body.nodes[literal.node.index].kind = .float
      body.nodes[literal.node.index].a = UInt32(truncatingIfNeeded: bits)
      body.nodes[literal.node.index].b = UInt32(truncatingIfNeeded: bits >> 32)
      requireFinite(literal.node, type)
    } else if case .parameter = program.types[type] {
      completeGeneric(literal)
    }
  }

  /// A literal of a numeric type parameter stays as it is written, as a number that `i64` or `f64`
  /// holds; lowering converts it when the parameter is known.
  private mutating func completeGeneric(_ literal: PendingLiteral) {
    complete(literal, literal.isFloat ? TypeTable.f64 : TypeTable.i64)
  }

  /// E2204 for a number that is beyond all values of its type.
  private mutating func requireFinite(_ node: NodeID, _ type: TypeID) {
    let words = body.nodes[node.index]
    let value = Double(bitPattern: UInt64(words.a) | UInt64(words.b) << 32)
    guard type == TypeTable.f32 ? Float(value).isInfinite : value.isInfinite else { return }
    let span = sourceSpan(of: node)
    report(.floatOutOfRange(sourceText(span), name(of: type), at: span))
  }

  private func fits(_ literal: PendingLiteral, _ kind: IntegerKind) -> Bool {
    if kind.isSigned {
      let limit = UInt128(1) << UInt128(kind.bits - 1)
      return literal.isNegative ? literal.value <= limit : literal.value < limit
    }
    if literal.isNegative { return literal.value == 0 }
    return kind.bits == 128 || literal.value >> UInt128(kind.bits) == 0
  }

  mutating func writeInteger(_ literal: PendingLiteral) {
    let value = literal.isNegative ? 0 &- literal.value : literal.value
    let low = UInt64(truncatingIfNeeded: value)
    let high = UInt64(truncatingIfNeeded: value >> 64)
    let node = literal.node.index
    body.nodes[node].a = UInt32(truncatingIfNeeded: low)
    body.nodes[node].b = UInt32(truncatingIfNeeded: low >> 32)
    let extends = literal.isNegative ? UInt64.max : 0
    if high != extends {
      body.nodes[node].c = body.addList([
        UInt32(truncatingIfNeeded: high), UInt32(truncatingIfNeeded: high >> 32),
      ])
    } else if high != 0 {
      body.nodes[node].c = body.addList([UInt32.max, UInt32.max])
    }
  }

  // MARK: Text

  mutating func stringLiteral(_ id: SyntaxID) -> NodeID {
    emit(.string, stringType, a: stringSlot(tree.symbol(id)), at: id)
  }

  mutating func cStringLiteral(_ id: SyntaxID) -> NodeID {
    let type = program.types.intern(.pointer(TypeTable.u8, isConst: true))
    if rules.rawPointers == .forbidden {
      return fail(.cStringForbidden(scope.profile, at: span(id)), at: id)
    }
    return emit(.string, type, a: stringSlot(tree.symbol(id)), flags: 1, at: id)
  }

  // MARK: Null and undefined

  mutating func nullLiteral(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    if expected.type.exists {
      var wanted = inference.resolve(expected.type)
      if expected.wrapsResult, let parts = resultParts(wanted) { wanted = parts.value }
      if wanted == TypeTable.error { return errorNode(id) }
      if case .pointer = program.types[wanted] { return emit(.null, wanted, at: id) }
      if optionalPayload(wanted).exists { return emit(.null, wanted, at: id) }
    }
    return emit(.null, optionalType(freshType(id)), at: id)
  }

  mutating func undefinedLiteral(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    if scope.profile != .sovereign && scope.profile != .service {
      return fail(.undefinedForbidden(scope.profile, at: span(id)), at: id)
    }
    let type = expected.type.exists ? expected.type : freshType(id)
    return emit(.builtin, type, a: Builtin.undefined.rawValue, at: id)
  }

  // MARK: Tuples and arrays

  mutating func tupleLiteral(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let elements = tree.elements(id)
    if elements.isEmpty { return emit(.unit, TypeTable.void, at: id) }
    var wanted: [TypeID] = []
    if expected.type.exists {
      var type = inference.resolve(expected.type)
      if expected.wrapsResult, let parts = resultParts(type) { type = parts.value }
      let payload = optionalPayload(type)
      if case .tuple(let parts) = program.types[payload.exists ? payload : type],
        parts.count == elements.count
      { wanted = parts }
    }
    var nodes: [NodeID] = []
    var types: [TypeID] = []
    nodes.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      let node = check(
        element, wanted.isEmpty ? .owned : .owned(wanted[index], expected.cause))
      nodes.append(node)
      types.append(wanted.isEmpty ? type(of: node) : wanted[index])
    }
    return emit(
      .tuple, program.types.intern(.tuple(types)), a: nodeList(nodes), at: id)
  }

  /// What an array literal is to become, and the type of its elements where that is known.
  private enum ArrayForm { case array, list, slice }

  private mutating func arrayForm(_ expected: Expectation) -> (form: ArrayForm, element: TypeID) {
    guard expected.type.exists else { return (.array, .none) }
    var type = inference.resolve(expected.type)
    if expected.wrapsResult, let parts = resultParts(type) { type = parts.value }
    let payload = optionalPayload(type)
    if payload.exists { type = payload }
    let boxed = boxPayload(type)
    if boxed.exists { type = boxed }
    let element = listElement(type)
    if element.exists { return (.list, element) }
    switch program.types[type] {
    case .array(let element, _): return (.array, element)
    case .slice(let element): return (.slice, element)
    case .error, .void, .never, .bool, .char, .integer, .float, .nominal, .parameter, .tuple,
      .pointer, .function, .variable:
      return (.array, .none)
    }
  }

  mutating func arrayLiteral(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let elements = tree.elements(id)
    let (form, wanted) = arrayForm(expected)
    let element = wanted.exists ? wanted : freshType(id)
    var nodes: [NodeID] = []
    nodes.reserveCapacity(elements.count)
    var cause = Cause.none
    for syntax in elements {
      nodes.append(check(syntax, .owned(element, cause)))
      if wanted.isNone, case .none = cause { cause = .element(span(syntax)) }
    }
    let list = nodeList(nodes)
    if form == .list { return emit(.listLiteral, listType(element), a: list, at: id) }
    return emit(
      .array, program.types.intern(.array(element, count: Int64(nodes.count))), a: list, at: id)
  }

  mutating func arrayRepeat(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let syntax = tree.arrayRepeat(id)
    let (form, wanted) = arrayForm(expected)
    let element = wanted.exists ? wanted : freshType(id)
    let value = check(syntax.value, .owned(element))
    if form == .list {
      let count = check(syntax.count, .lent(TypeTable.i64))
      return emit(.repeated, listType(element), a: value.raw, b: count.raw, at: id)
    }
    guard
      let count = context.constantInteger(syntax.count, in: tree, scope: scope),
      let length = Int64(exactly: count), length >= 0
    else { return errorNode(id) }
    let countNode = integerNode(length, TypeTable.i64, like: value)
    return emit(
      .repeated, program.types.intern(.array(element, count: length)), a: value.raw,
      b: countNode.raw, at: id)
  }
}

extension Diagnostic {
  fileprivate static func literalTooLarge(_ text: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.literalOutOfRange, "`\(text)` does not fit in any integer type", at: span)
  }

  fileprivate static func literalOutOfRange(
    _ text: String, _ kind: IntegerKind, at span: SourceSpan
  ) -> Diagnostic {
    let top = UInt128(1) << UInt128(kind.bits - 1)
    let low = kind.isSigned ? "-\(top)" : "0"
    let high = kind.isSigned ? top - 1 : (top - 1) + top
    return Diagnostic(
      .literalOutOfRange, "`\(text)` does not fit in `\(kind.name)`", at: span,
      notes: ["`\(kind.name)` holds \(low) to \(high)"])
  }

  fileprivate static func floatOutOfRange(
    _ text: String, _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .literalOutOfRange, "`\(text)` does not fit in `\(type)`", at: span,
      notes: ["infinity is `\(type).INFINITY`"])
  }

  fileprivate static func cStringForbidden(
    _ profile: Profile, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .rawPointerType, "a C string is a raw pointer, which `:\(profile.name)` does not have",
      at: span)
  }

  fileprivate static func undefinedForbidden(
    _ profile: Profile, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .undefinedForbidden, "`undefined` is not available in `:\(profile.name)`", at: span)
  }
}
