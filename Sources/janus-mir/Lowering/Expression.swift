// Dispatch over node kinds, and the four ways to use an expression: `lower` builds its value in a
// place, `operand` gives it to an instruction, `place` names where it is, `discard` runs it.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// Builds the value of an expression in `dest`, which holds nothing; none when the value has no
  /// bits. Afterwards `dest` owns the value (if control comes there).
  mutating func lower(_ id: NodeID, into dest: PlaceID) {
    guard current.exists else { return }
    let outer = location
    location = locate(id)
    lowerKind(id, body[id], into: dest)
    location = outer
  }

  private mutating func lowerKind(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    switch node.kind {
    case .error: unreachable()
    case .integer, .float, .bool, .character, .string, .unit, .function:
      assign(dest, literal(id, node))
    case .null: lowerNull(into: dest)
    case .constant: lowerConstantUse(node, into: dest)
    case .closure: lowerClosure(id, node, into: dest)
    case .variable, .staticVariable, .field, .index, .dereference, .unbox, .payload, .slice,
      .asSlice:
      let source = place(id)
      copyValue(dest, from: source)
    case .copy: lowerCopy(node, into: dest)
    case .move: assign(dest, operand(id))
    case .call: lowerCall(id, node, into: dest)
    case .callTrait: lowerTraitCall(id, node, into: dest)
    case .callValue: lowerValueCall(id, node, into: dest)
    case .inoutArgument: lower(NodeID(node.a), into: dest)
    case .defaultValue:
      lowerDefaultValue(
        body.declarations[Int(node.a)], Int(node.b), typeArguments(node.c), into: dest)
    case .builtin: lowerBuiltin(id, node, into: dest)
    case .structure: lowerStructure(id, node, into: dest)
    case .variant: lowerVariant(node, into: dest)
    case .tuple, .array: lowerAggregate(node, into: dest)
    case .repeated: lowerRepeated(id, node, into: dest)
    case .listLiteral: lowerListLiteral(id, node, into: dest)
    case .interpolation: lowerInterpolation(id, node, into: dest)
    case .range: lowerRange(node, into: dest)
    case .widen, .cast: lowerConversion(id, node, into: dest)
    case .asFunction: lowerAsFunction(id, node, into: dest)
    case .unary: lowerUnary(node, into: dest)
    case .binary: lowerBinary(node, into: dest)
    case .compare: lowerCompare(node, into: dest)
    case .and, .or: lowerShortCircuit(node, into: dest)
    case .concatenate: lowerConcatenate(node, into: dest)
    case .block: lowerBlock(node, into: dest)
    case .if: lowerIf(node, into: dest)
    case .patternTest: lowerPatternTest(id, into: dest)
    case .match: lowerMatch(node, into: dest)
    case .while: lowerWhile(node, into: dest)
    case .forRange: lowerForRange(node)
    case .forElements: lowerForElements(id, node)
    case .forEntries: lowerForEntries(id, node)
    case .forIterator: lowerForIterator(id, node)
    case .break: lowerBreak(node)
    case .continue: lowerContinue(node)
    case .return: lowerReturn(node)
    case .propagate: lowerPropagate(id, node, into: dest)
    case .catching: lowerCatching(node, into: dest)
    case .coalesce: lowerCoalesce(node, into: dest)
    case .optionalChain: lowerOptionalChain(id, node, into: dest)
    case .defer: lowerDefer(node)
    case .grant: lowerGrant(node, into: dest)
    case .unsafeBlock: lower(NodeID(node.a), into: dest)
    case .scratchpad: lowerScratchpad(node, into: dest)
    case .declare: lowerDeclare(node)
    case .declarePattern: lowerDeclarePattern(node)
    case .assign: lowerAssign(node)
    case .compoundAssign: lowerCompoundAssign(node)
    case .evaluate: discard(NodeID(node.a))
    case .require: lowerRequire(id, node)
    case .arm, .wildcardPattern, .bindingPattern, .valuePattern, .rangePattern, .variantPattern,
      .tuplePattern, .structurePattern, .sequencePattern, .alternativePattern, .unboxPattern:
      unreachable()
    }
  }

  /// A list of the body as node IDs.
  func nodes(_ list: UInt32) -> [NodeID] { body.list(list).map { NodeID($0) } }

  /// Runs an expression for its effects; a value dies with the statement.
  mutating func discard(_ id: NodeID) {
    guard current.exists else { return }
    let node = body[id]
    let type = mirType(of: id)
    if isEmpty(type) || isStatement(node.kind) {
      lower(id, into: .none)
    } else if isPlace(node.kind) {
      _ = place(id)
    } else if node.kind == .block || node.kind == .if || node.kind == .match,
      isTrivial(type), !isScalar(type), context.module.types[type].size == 0
    {
      lower(id, into: .none)
    } else {
      let value = temporary(type)
      lower(id, into: value)
      ownInScope(value)
    }
  }

  private func isStatement(_ kind: NodeKind) -> Bool {
    switch kind {
    case .declare, .declarePattern, .assign, .compoundAssign, .evaluate, .require, .defer, .return,
      .break, .continue, .forRange, .forElements, .forEntries, .forIterator:
      return true
    case _: return false
    }
  }

  func isPlace(_ kind: NodeKind) -> Bool {
    switch kind {
    case .variable, .staticVariable, .field, .index, .dereference, .unbox, .payload, .slice,
      .asSlice:
      true
    case _: false
    }
  }

  /// A statement with its temporaries.
  mutating func lowerStatement(_ id: NodeID) {
    guard current.exists else { return }
    let outer = location
    location = locate(id)
    let node = body[id]
    switch node.kind {
    case .declare: lowerDeclare(node)
    case .declarePattern: lowerDeclarePattern(node)
    case .defer: lowerDefer(node)
    case _:
      pushScope()
      discard(id)
      popScope()
    }
    location = outer
  }

  // MARK: Operands

  /// The value of an expression as an operand that owns it: a constant, bits, or a move from a
  /// temporary that nothing else destroys.
  mutating func operand(_ id: NodeID) -> Operand {
    let node = body[id]
    switch node.kind {
    case .integer, .float, .bool, .character, .string, .unit:
      return literal(id, node)
    case .move:
      let moved = place(NodeID(node.a))
      return take(moved)
    case .copy where isTrivial(mirType(of: id)) && isPlace(body[NodeID(node.a)].kind):
      return copyBits(place(NodeID(node.a)))
    case .variable, .staticVariable, .field, .index, .dereference, .unbox, .payload, .slice:
      if isTrivial(mirType(of: id)) { return copyBits(place(id)) }
    case _: break
    }
    let type = mirType(of: id)
    if isEmpty(type) {
      lower(id, into: .none)
      return zero(type)
    }
    let value = temporary(type)
    lower(id, into: value)
    return take(value)
  }

  /// The values of several expressions, evaluated in order, each protected while the others run.
  mutating func operands(_ ids: [NodeID]) -> [Operand] {
    let depth = items.count
    // The first has nothing before it; looking into it at each level of a sum would take long.
    let lastWrite = ids.dropFirst().lastIndex { mayWrite($0) } ?? -1
    let lastActive = ids.dropFirst().lastIndex { !isInert($0) } ?? -1
    var result: [Operand] = []
    result.reserveCapacity(ids.count)
    for (i, id) in ids.enumerated() {
      var value = operand(id)
      if i < lastWrite, value.kind == .copy || value.kind == .move, namesPlace(id) {
        let saved = temporary(type(of: value.placeID))
        assign(saved, value)
        value = take(saved)
      } else if value.kind == .move, isMentioned(id, in: Array(ids[(i + 1)...])) {
        value = .move(movedAway(value, at: id))
      }
      if i < lastActive, value.kind == .move { ownInScope(value.placeID) }
      result.append(value)
    }
    for value in result.reversed() where value.kind == .move {
      release(value.placeID, above: depth)
    }
    return result
  }

  /// Its operand reads a place that other code may change.
  private func namesPlace(_ id: NodeID) -> Bool {
    let kind = body[id].kind
    return isPlace(kind) || kind == .move || kind == .copy
  }

  /// Neither changes anything nor panics.
  func isInert(_ id: NodeID) -> Bool {
    let node = body[id]
    switch node.kind {
    case .integer, .float, .bool, .character, .string, .null, .unit, .variable, .staticVariable,
      .function:
      return true
    case .field, .payload, .widen, .cast, .inoutArgument, .move: return isInert(NodeID(node.a))
    case .copy: return context.ownership(of: type(of: id)) == .trivial && isInert(NodeID(node.a))
    case _: return false
    }
  }

  /// Evaluating it may change a place that another expression reads.
  func mayWrite(_ id: NodeID) -> Bool {
    let node = body[id]
    switch node.kind {
    case .integer, .float, .bool, .character, .string, .null, .unit, .variable, .staticVariable,
      .function:
      return false
    case .field, .payload, .widen, .cast, .inoutArgument, .copy, .dereference, .unbox, .asSlice,
      .asFunction:
      return mayWrite(NodeID(node.a))
    case .unary: return mayWrite(NodeID(node.b))
    case .binary, .compare: return mayWrite(NodeID(node.b)) || mayWrite(NodeID(node.c))
    case .index: return mayWrite(NodeID(node.a)) || mayWrite(NodeID(node.b))
    case .variant, .tuple, .array:
      return body.list(node.kind == .variant ? node.b : node.a).contains { mayWrite(NodeID($0)) }
    case _: return true
    }
  }
}
