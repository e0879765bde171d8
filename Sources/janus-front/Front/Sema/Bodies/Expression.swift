// The kinds of expressions and who checks each.
import ASTDB
import Base
import Parser

extension BodyChecker {
  /// Constructs that pass what is wanted on to their branches; nil for all others.
  mutating func controlFlow(_ id: SyntaxID, _ expected: Expectation) -> NodeID? {
    switch tree.kind(id) {
    case .block: return block(id, blockExpectation(id, expected))
    case .ifExpression: return ifExpression(id, expected)
    case .match: return matchExpression(id, expected)
    case .unsafeBlock: return unsafeBlock(id, expected)
    case .grant: return grantExpression(id, expected)
    case .catching: return catchExpression(id, expected)
    case .scratchpad: return scratchpadExpression(id, expected)
    case .whileLoop: return fitVoid(whileLoop(id), id, expected)
    case .forLoop: return fitVoid(forLoop(id), id, expected)
    case .returnExpression: return returnExpression(id)
    case .failExpression: return failExpression(id)
    case .breakExpression: return breakExpression(id)
    case .continueExpression: return continueExpression(id)
    default: return nil  // What has a value of its own.
    }
  }

  /// A block in a place of its own agrees with itself on a type.
  private mutating func blockExpectation(_ id: SyntaxID, _ expected: Expectation) -> Expectation {
    if !expected.isDiscarded && expected.type.exists
      && inference.resolve(expected.type) == TypeTable.void && !expected.wrapsResult
    { return .discarded }
    return branchExpectation(expected, id)
  }

  private mutating func fitVoid(
    _ node: NodeID, _ id: SyntaxID, _ expected: Expectation
  ) -> NodeID {
    if expected.isDiscarded || expected.type.isNone { return node }
    return fit(node, expected)
  }

  /// The expression itself, before it is fitted. `expected` only guides what is open.
  mutating func expression(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    switch tree.kind(id) {
    case .name, .selfTypeValue, .typeExpression, .implicitMember:
      return value(entity(id, expected), id, expected)
    case .member, .index: return chained { $0.value($0.entity(id, expected), id, expected) }
    case .call: return chained { $0.callExpression(id, expected) }
    case .tupleMember: return chained { $0.tupleMember(id) }
    case .selfValue: return selfNode(id)
    case .integer: return integerLiteral(id, whole: id, expected)
    case .float: return floatLiteral(id, whole: id, expected)
    case .string: return stringLiteral(id)
    case .cString: return cStringLiteral(id)
    case .character: return emit(.character, TypeTable.char, a: tree.scalar(id), at: id)
    case .byte: return emit(.integer, TypeTable.u8, a: tree.scalar(id), at: id)
    case .boolean: return emit(.bool, TypeTable.bool, a: tree.scalar(id), at: id)
    case .null: return nullLiteral(id, expected)
    case .undefined: return undefinedLiteral(id, expected)
    case .interpolatedString: return interpolatedString(id)
    case .arrayLiteral: return arrayLiteral(id, expected)
    case .arrayRepeat: return arrayRepeat(id, expected)
    case .tuple: return tupleLiteral(id, expected)
    case .structLiteral: return structLiteral(id, expected)
    case .unary: return unaryOperator(id, expected)
    case .binary: return binary(id, expected)
    case .range: return rangeValue(id, expected)
    case .cast: return castExpression(id)
    case .pipeline: return pipeline(id, expected)
    case .intrinsic: return intrinsic(id, expected)
    case .dereference: return dereference(id)
    case .propagate, .tryExpression: return propagate(id, expected)
    case .borrow: return addressOf(id)
    case .move: return moveExpression(id)
    case .closure: return closureExpression(id, expected)
    case .assembly:
      return fail(
        rules.assembly
          ? .unsupported("inline assembly", at: span(id))
          : .assemblyForbidden("inline assembly", scope.profile, at: span(id)), at: id)
    case .letCondition: return fail(.misplacedLet(at: span(id)), at: id)
    case .discard: return fail(.misplacedDiscard(at: span(id)), at: id)
    case .error: return errorNode(id)
    case .local, .assignment, .postfixCondition, .deferred, .using, .requiresCapability,
      .requiresCondition:
      return statement(id)
    default: return controlFlow(id, expected) ?? fail(.notAnExpression(at: span(id)), at: id)
    }
  }

  private mutating func binary(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    switch tree.binary(id).operation {
    case .and, .or: return condition(id).node
    case .coalesce: return coalesce(id, expected)
    case .assign, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .bitOr, .bitXor,
      .bitAnd, .shiftLeft, .shiftRight, .add, .subtract, .addWrapping, .subtractWrapping,
      .addSaturating, .subtractSaturating, .multiply, .divide, .remainder, .multiplyWrapping,
      .power:
      return binaryOperator(id, expected)
    }
  }

  private mutating func tupleMember(_ id: SyntaxID) -> NodeID {
    let (base, index) = tree.tupleMember(id)
    let isChain = tree[id].flags.contains(.optionalChain)
    var node = isChain ? optionalChainBase(id) : chainedBase(base)
    node = unboxed(node)
    let type = type(of: node)
    if isSilent(type) { return errorNode(id) }
    switch program.types[type] {
    case .tuple(let parts) where Int(index) < parts.count:
      return narrowed(emit(.field, parts[Int(index)], a: node.raw, b: index, at: id), id)
    case .error, .void, .never, .bool, .char, .integer, .float, .nominal, .parameter, .tuple,
      .array, .slice, .pointer, .function, .variable:
      return fail(.noTupleMember(Int(index), name(of: type), at: span(id)), at: id)
    }
  }

  private mutating func dereference(_ id: SyntaxID) -> NodeID {
    let node = check(tree.operand(id), .lent)
    let type = type(of: node)
    if isSilent(type) { return errorNode(id) }
    guard case .pointer(let target, _) = program.types[type] else {
      return fail(.notAPointer(name(of: type), at: span(id)), at: id)
    }
    requireUnsafe("looking through a pointer", at: span(id))
    return emit(.dereference, target, a: node.raw, at: id)
  }

  private mutating func moveExpression(_ id: SyntaxID) -> NodeID {
    moved(tree.operand(id), whole: id)
  }

  /// Checks `move place`, which `whole` stands for.
  mutating func moved(_ place: SyntaxID, whole id: SyntaxID) -> NodeID {
    let node = check(place, .lent)
    if isSilent(type(of: node)) { return errorNode(id) }
    if !rules.ownershipWords { report(.moveInScript(at: span(id))) }
    guard isPlace(node) else {
      report(.moveOfValue(at: span(id)))
      return node
    }
    if let element = elementMoved(node) {
      return fail(.moveOutOfElement(sourceText(element), at: span(id)), at: id)
    }
    noteChange(of: node)
    let root = rootVariable(node)
    if root.exists { noteCapturedChange(root, span(id), isMove: true) }
    return emit(.move, type(of: node), a: node.raw, at: id)
  }

  /// The element of a collection that `place` is or is part of: it would leave a hole.
  private mutating func elementMoved(_ place: NodeID) -> SourceSpan? {
    var place = place
    while body.nodes[place.index].kind == .field { place = NodeID(body.nodes[place.index].a) }
    let node = body.nodes[place.index]
    if node.kind == .index {
      if case .pointer = program.types[inference.solved(type(of: NodeID(node.a)))] { return nil }
      return sourceSpan(of: place)
    }
    return node.kind == .dereference && node.flags == 1 ? sourceSpan(of: place) : nil
  }

  /// `a..<b` where a range is no loop's: std's range type.
  private mutating func rangeValue(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let syntax = tree.range(id)
    guard syntax.lower.exists, syntax.upper.exists, known.range.exists else {
      return fail(.rangeAsValue(at: span(id)), at: id)
    }
    var wanted = TypeID.none
    if expected.type.exists,
      let (declaration, arguments) = nominal(inference.resolve(expected.type)),
      declaration == known.range, arguments.count == 1
    { wanted = arguments[0] }
    var lower = check(syntax.lower, wanted.exists ? .owned(wanted) : .owned)
    var upper = check(syntax.upper, wanted.exists ? .owned(wanted) : .owned)
    let types = (type(of: lower), type(of: upper))
    if isSilent(types.0) || isSilent(types.1) { return errorNode(id) }
    guard let common = commonNumber(&lower, &upper) else {
      reportMismatch(
        upper, expected: types.0, actual: types.1, .operand(sourceSpan(of: lower)))
      return errorNode(id)
    }
    return emit(
      .range, program.types.intern(.nominal(known.range, arguments: [common])), a: lower.raw,
      b: upper.raw, flags: syntax.operation == .inclusive ? 1 : 0, at: id)
  }
}

extension Diagnostic {
  fileprivate static func misplacedLet(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .misplacedControlFlow, "`let` stands outside the condition of an `if` or `while`", at: span)
  }

  fileprivate static func moveOutOfElement(_ element: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .moveOutOfBorrowed, "move out of the element `\(element)`", at: span,
      notes: ["use `swap`, `take`, `replace` or the collection's `remove`"])
  }

  fileprivate static func misplacedDiscard(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notAValue, "`_` is not a value", at: span)
  }

  fileprivate static func notAnExpression(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notAValue, "this is not an expression", at: span)
  }

  fileprivate static func noTupleMember(
    _ index: Int, _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.unknownMember, "`\(type)` has no element `\(index)`", at: span)
  }

  fileprivate static func notAPointer(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badOperand, "`.*` needs a pointer, found `\(type)`", at: span)
  }

  static func moveInScript(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .ownershipWordInScript, "`move` is not written in a `:script` file", at: span,
      notes: ["handing a unique value on transfers it"])
  }

  fileprivate static func moveOfValue(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .notAPlace, "`move` needs a variable or a part of one, found a value", at: span,
      notes: ["a temporary is handed on without `move`"])
  }

  fileprivate static func rangeAsValue(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .cannotInfer, "a range with an open end stands outside an index", at: span)
  }
}
