// Loops: `while`, `for` over ranges, sequences, containers and iterators, `break` and `continue`.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerWhile(_ node: Node, into dest: PlaceID) {
    let (header, after) = (newBlock(), newBlock())
    let depth = items.count
    go(to: header)
    begin(header)
    loops.append(
      LoopTarget(
        breakBlock: after, continueBlock: header, breakDepth: depth, continueDepth: depth,
        dest: dest))
    pushScope()
    var failures: [ConditionFailure] = []
    lowerCondition(NodeID(node.a), failures: &failures)
    lowerValue(NodeID(node.b), into: .none)
    popScope()
    go(to: header)
    loops.removeLast()
    enterFailures(failures, depth: depth)
    go(to: after)
    begin(after)
  }

  mutating func lowerBreak(_ node: Node) {
    let target = loops[loops.count - 1 - Int(node.a)]
    pushScope()
    if node.b != UInt32.max {
      if target.dest.exists {
        lower(NodeID(node.b), into: target.dest)
      } else {
        discard(NodeID(node.b))
      }
    }
    exitItems(downTo: target.breakDepth, keeping: target.dest)
    go(to: target.breakBlock)
    items.removeSubrange(scopeStarts.removeLast()...)
  }

  mutating func lowerContinue(_ node: Node) {
    let target = loops[loops.count - 1 - Int(node.a)]
    exitItems(downTo: target.continueDepth)
    go(to: target.continueBlock)
  }

  /// The body of a `for`: its own scope; leaving it in the ordinary way or by `continue` goes to
  /// `step`.
  private mutating func loopBody(
    _ id: NodeID, step: BlockID, after: BlockID
  ) {
    let depth = scopeStarts[scopeStarts.count - 1]
    loops.append(
      LoopTarget(
        breakBlock: after, continueBlock: step, breakDepth: depth, continueDepth: depth,
        dest: .none))
    lowerValue(id, into: .none)
    loops.removeLast()
  }

  // MARK: Ranges

  mutating func lowerForRange(_ node: Node) {
    let bounds = nodes(node.b)
    let variable = body.variables[Int(node.a)]
    let type = mirType(at: variable.type)
    let isInclusive = node.flags & 1 != 0
    pushScope()
    let counter = temporary(type)
    let limit = temporary(type)
    let values = operands(bounds)
    assign(counter, values[0])
    assign(limit, values[1])
    let (header, enter, step, after) = (newBlock(), newBlock(), newBlock(), newBlock())
    go(to: header)
    begin(header)
    let more = binary(
      isInclusive ? .lessEqual : .less, type, .copy(counter), .copy(limit), boolType)
    branch(more, then: enter, otherwise: after)
    begin(enter)
    pushScope()
    let item = declare(node.a)
    assign(item, .copy(counter))
    loopBody(NodeID(node.c), step: step, after: after)
    popScope()
    go(to: step)
    begin(step)
    if isInclusive {
      // The last value may be the greatest of its type.
      let next = newBlock()
      branch(
        binary(.equal, type, .copy(counter), .copy(limit), boolType), then: after, otherwise: next)
      begin(next)
    }
    emit(
      Instruction(.addWrapping, type: type, dest: counter, a: .copy(counter), b: integer(1, type)))
    go(to: header)
    begin(after)
    popScope()
  }

  // MARK: Sequences

  mutating func lowerForElements(_ id: NodeID, _ node: Node) {
    var flags = MatchFlags(rawValue: node.flags)
    let sequence = NodeID(node.b)
    pushScope()
    // What is taken out of a list of views would have to be copied first.
    if isLendingCall(sequence) { flags.remove(.takes) }
    if flags.contains(.takes), takesParts(NodeID(node.a)) {
      lowerForTaken(node, flags)
      popScope()
      return
    }
    var base = place(sequence)
    let source = type(of: sequence)
    if isPlace(body[sequence].kind) || body[sequence].kind == .inoutArgument {
      let isExclusive = flags.contains(.lendsExclusively)
      if isExclusive { makeUnique(base, source) }
      if case .array = context.module.types[type(of: base)].kind {
        // Its elements are parts of the place itself, which the loop therefore uses by another
        // name.
        base = lendWhole(base, exclusive: isExclusive)
      } else {
        beginAccess(base, exclusive: isExclusive)
      }
    }
    let index = temporary(i64Type)
    assign(index, i64(0))
    let (header, enter, step, after) = (newBlock(), newBlock(), newBlock(), newBlock())
    go(to: header)
    begin(header)
    let count = count(of: base, source: source)
    branch(
      binary(.less, i64Type, .copy(index), count, boolType), then: enter, otherwise: after)
    begin(enter)
    pushScope()
    let element = element(of: base, source: source, at: index, checked: false)
    bindElement(NodeID(node.a), element, index, flags)
    loopBody(NodeID(node.c), step: step, after: after)
    popScope()
    go(to: step)
    begin(step)
    emit(
      Instruction(.addWrapping, type: i64Type, dest: index, a: .copy(index), b: i64(1)))
    go(to: header)
    begin(after)
    popScope()
  }

  /// Some name of the pattern takes a part that must be destroyed.
  mutating func takesParts(_ pattern: NodeID) -> Bool {
    let node = body[pattern]
    switch node.kind {
    case .bindingPattern:
      let variable = body.variables[Int(node.a)]
      switch variable.kind {
      case .letBinding, .varBinding, .ownedParameter, .inoutParameter:
        return !isTrivial(mirType(at: variable.type))
      case .lentBinding, .inoutBinding, .borrowedParameter: return false
      }
    case .variantPattern: return nodes(node.b).contains { takesParts($0) }
    case .tuplePattern, .alternativePattern: return nodes(node.a).contains { takesParts($0) }
    case .structurePattern:
      let words = Array(body.list(node.a))
      return stride(from: 1, to: words.count, by: 2).contains { takesParts(NodeID(words[$0])) }
    case .unboxPattern: return takesParts(NodeID(node.a))
    case _: return false
    }
  }

  /// Binds the element, or with `enumerate()` the pair of its position and itself.
  private mutating func bindElement(
    _ pattern: NodeID, _ element: PlaceID, _ position: PlaceID, _ flags: MatchFlags
  ) {
    if flags.contains(.enumerates) {
      bindPair(pattern, position, [element, .none], flags)
    } else {
      bindPattern(pattern, element, flags)
    }
  }

  /// `for x in move xs`: each element is moved out; those that are left die when the loop is left
  /// early, then the emptied buffer.
  private mutating func lowerForTaken(_ node: Node, _ flags: MatchFlags) {
    let sequence = NodeID(node.b)
    let source = type(of: sequence)
    let value = operand(sequence)
    let count = temporary(i64Type)
    let pointer: PlaceID
    if case .array(_, let length) = kind(of: source) {
      assign(count, i64(length))
      pointer = storedElements(value, of: source)
    } else {
      let whole = temporary(mirType(of: sequence))
      assign(whole, value)
      ownInScope(whole)
      makeUnique(whole, source)
      assign(count, self.count(of: whole, source: source))
      let data = dataPointer(of: whole, source: source)
      pointer = temporary(type(of: data.placeID))
      assign(pointer, data)
      assign(field(whole, 1), i64(0))
    }
    let index = temporary(i64Type)
    assign(index, i64(0))
    items.append(CleanupItem(.dropElements(pointer: pointer, index: index, count: count)))
    let (header, enter, step, after) = (newBlock(), newBlock(), newBlock(), newBlock())
    go(to: header)
    begin(header)
    branch(
      binary(.less, i64Type, .copy(index), .copy(count), boolType), then: enter, otherwise: after)
    begin(enter)
    pushScope()
    let cursor = temporary(type(of: pointer))
    emit(
      Instruction(
        .pointerOffset, type: elementType(of: pointer), dest: cursor, a: .copy(pointer),
        b: .copy(index)))
    let element = temporary(elementType(of: pointer))
    assign(element, .move(pointee(cursor)))
    let position = temporary(i64Type)
    assign(position, .copy(index))
    emit(
      Instruction(.addWrapping, type: i64Type, dest: index, a: .copy(index), b: i64(1)))
    ownInScope(element)
    bindElement(NodeID(node.a), element, position, flags)
    loopBody(NodeID(node.c), step: step, after: after)
    popScope()
    go(to: step)
    begin(step)
    go(to: header)
    begin(after)
  }

  /// The address of the elements of an array in memory that owns nothing: they leave it one by one,
  /// which a local of the array's type could not tell.
  private mutating func storedElements(_ array: Operand, of source: TypeID) -> PlaceID {
    guard case .array(let element, _) = kind(of: source) else { return .none }
    let type = context.mirType(source)
    let storage = temporary(context.storageType(for: type))
    let address = addressOf(storage, mutable: true)
    let whole = temporary(context.pointerType(to: type))
    emit(Instruction(.convert, type: self.type(of: address), dest: whole, a: .copy(address)))
    assign(pointee(whole), array)
    let first = temporary(context.pointerType(to: context.mirType(element)))
    emit(Instruction(.convert, type: self.type(of: whole), dest: first, a: .copy(whole)))
    return first
  }

  /// Another name for `place`, which is lent until the scope ends.
  private mutating func lendWhole(_ place: PlaceID, exclusive: Bool) -> PlaceID {
    let type = type(of: place)
    let alias = function.addLocal(
      Local(name: "", type: type, storage: .alias, isMutable: exclusive, location: location))
    let whole = function.place(alias)
    emit(
      Instruction(
        .bind, type: type, dest: whole, a: exclusive ? .borrowMutable(place) : .borrow(place)))
    items.append(CleanupItem(.unbind(whole)))
    return whole
  }

  mutating func beginAccess(_ place: PlaceID, exclusive: Bool) {
    let number = accessCount
    accessCount += 1
    emit(
      Instruction(
        .accessBegin, type: type(of: place), a: exclusive ? .borrowMutable(place) : .borrow(place),
        immediate: number))
    items.append(CleanupItem(.accessEnd(number, place)))
  }

  // MARK: Containers

  /// `for (k, v) in m`: `__next_index(i)` gives the next live index or -1.
  mutating func lowerForEntries(_ id: NodeID, _ node: Node) {
    let flags = MatchFlags(rawValue: node.flags)
    let words = Array(body.list(node.b))
    guard words.count >= 3 else { return reportUnsupported("this loop", id) }
    pushScope()
    let container = NodeID(words[0])
    let base = place(container)
    let arguments = nominalArguments(type(of: container))
    if flags.contains(.lendsExclusively) { makeUnique(base, type(of: container)) }
    if isPlace(body[container].kind) {
      beginAccess(base, exclusive: flags.contains(.lendsExclusively))
    }
    let index = temporary(i64Type)
    assign(index, i64(0))
    let counter = positionCounter(flags)
    let (header, enter, step, after) = (newBlock(), newBlock(), newBlock(), newBlock())
    go(to: header)
    begin(header)
    callMember(words[1], arguments, [.borrow(base), .copy(index)], into: index)
    branch(
      binary(.greaterEqual, i64Type, .copy(index), i64(0), boolType), then: enter, otherwise: after)
    begin(enter)
    pushScope()
    let first = entryPart(words[2], arguments, base, index)
    let value =
      words.count > 3 && words[3] != UInt32.max
      ? entryPart(words[3], arguments, base, index) : PlaceID.none
    let lent = flags.subtracting(.takes)
    if counter.exists {
      let position = nextPosition(counter)
      bindPair(NodeID(node.a), position, [first, value], lent)
    } else {
      bindEntry(NodeID(node.a), [first, value], lent)
    }
    loopBody(NodeID(node.c), step: step, after: after)
    popScope()
    go(to: step)
    begin(step)
    emit(
      Instruction(.addWrapping, type: i64Type, dest: index, a: .copy(index), b: i64(1)))
    go(to: header)
    begin(after)
    popScope()
  }

  private mutating func entryPart(
    _ method: UInt32, _ arguments: [TypeID], _ base: PlaceID, _ index: PlaceID
  ) -> PlaceID {
    let function = memberInstance(method, arguments)
    let signature = context.module.functionRefs[function].signature
    let pointer = temporary(context.module.signatures[signature].result)
    call(function, [.borrow(base), .copy(index)], into: pointer)
    return pointee(pointer)
  }

  private mutating func callMember(
    _ method: UInt32, _ arguments: [TypeID], _ operands: [Operand], into dest: PlaceID
  ) {
    call(memberInstance(method, arguments), operands, into: dest)
  }

  private mutating func memberInstance(_ method: UInt32, _ arguments: [TypeID]) -> FunctionRefID {
    context.instance(body.declarations[Int(method)], arguments, policy: policy)
  }

  func nominalArguments(_ type: TypeID) -> [TypeID] {
    if case .nominal(_, let arguments) = kind(of: type) { return arguments }
    return []
  }

  // MARK: Entries and positions

  /// An entry: one place, or key and value.
  private typealias Entry = [PlaceID]

  private mutating func bindEntry(_ pattern: NodeID, _ entry: Entry, _ flags: MatchFlags) {
    guard entry[1].exists else { return bindPattern(pattern, entry[0], flags) }
    guard body[pattern].kind == .tuplePattern else {
      if binds(pattern) { bindPattern(pattern, pair(mirType(of: pattern), entry), flags) }
      return
    }
    for (part, place) in zip(nodes(body[pattern].a), entry) { bindPattern(part, place, flags) }
  }

  /// `(i, x)` or a name for both.
  private mutating func bindPair(
    _ pattern: NodeID, _ position: PlaceID, _ entry: Entry, _ flags: MatchFlags
  ) {
    if body[pattern].kind == .tuplePattern {
      let parts = nodes(body[pattern].a)
      bindPattern(parts[0], position, flags)
      if parts.count > 1 { bindEntry(parts[1], entry, flags) }
      return
    }
    guard binds(pattern),
      case .aggregate(let fields) = context.module.types[mirType(of: pattern)].kind
    else { return }
    let element = entry[1].exists ? pair(fields[1].type, entry) : entry[0]
    let whole = pair(mirType(of: pattern), [position, element])
    bindPattern(pattern, whole, flags)
  }

  /// A tuple of copies of two places, for a loop that names both as one.
  private mutating func pair(_ type: MIRTypeID, _ parts: [PlaceID]) -> PlaceID {
    let pair = temporary(type)
    let operands = parts.map { part -> Operand in
      if isTrivial(self.type(of: part)) { return .copy(part) }
      let copied = temporary(self.type(of: part))
      copyValue(copied, from: part)
      return .move(copied)
    }
    construct(pair, operands)
    ownInScope(pair)
    return pair
  }

  /// What counts the turns of a loop with `enumerate()`, or none.
  private mutating func positionCounter(_ flags: MatchFlags) -> PlaceID {
    guard flags.contains(.enumerates) else { return .none }
    let counter = temporary(i64Type)
    assign(counter, i64(0))
    return counter
  }

  private mutating func nextPosition(_ counter: PlaceID) -> PlaceID {
    let position = temporary(i64Type)
    assign(position, .copy(counter))
    emit(
      Instruction(.addWrapping, type: i64Type, dest: counter, a: .copy(counter), b: i64(1)))
    return position
  }

  // MARK: Iterators

  /// `for x in it`: `next` until it gives nothing.
  mutating func lowerForIterator(_ id: NodeID, _ node: Node) {
    var flags = MatchFlags(rawValue: node.flags)
    let words = Array(body.list(node.b))
    guard words.count >= 2 else { return reportUnsupported("this loop", id) }
    pushScope()
    let source = type(of: NodeID(words[0]))
    let iterator: PlaceID
    let kind = body[NodeID(words[0])].kind
    if isPlace(kind) || kind == .copy {
      // The loop changes its iterator, which is a copy of what the place holds.
      iterator = temporary(mirType(of: NodeID(words[0])))
      lower(NodeID(words[0]), into: iterator)
      ownInScope(iterator)
    } else {
      iterator = place(NodeID(words[0]))
    }
    let method = body.declarations[Int(words[1])]
    let throughTrait = words.count > 2 && words[2] & 1 != 0
    let types = words.count > 3 ? typeArguments(words[3]) : []
    guard let function = iteratorNext(method, source, types, throughTrait: throughTrait) else {
      reportUnsupported("this iterator", id)
      popScope()
      return
    }
    let signature = context.module.functionRefs[function].signature
    let counter = positionCounter(flags)
    let (header, enter, after) = (newBlock(), newBlock(), newBlock())
    go(to: header)
    begin(header)
    pushScope()
    let item = temporary(context.module.signatures[signature].result)
    call(function, [.borrowMutable(iterator)], into: item)
    ownInScope(item)
    let open = items
    let finished = newBlock()
    branch(isVariant(item, 1), then: enter, otherwise: finished)
    begin(enter)
    flags.insert(.takes)
    if counter.exists {
      let position = nextPosition(counter)
      bindPair(NodeID(node.a), position, [payload(item, 1, 0), .none], flags)
    } else {
      bindPattern(NodeID(node.a), payload(item, 1, 0), flags)
    }
    loopBody(NodeID(node.c), step: header, after: after)
    popScope()
    go(to: header)
    begin(finished)
    let closed = items
    items = open
    runItems(downTo: closed.count)
    go(to: after)
    begin(after)
    popScope()
  }

  private mutating func iteratorNext(
    _ method: DeclarationID, _ source: TypeID, _ types: [TypeID], throughTrait: Bool
  ) -> FunctionRefID? {
    guard throughTrait else { return context.instance(method, types, policy: policy) }
    guard
      case .instance(let function) = context.resolveTraitMethod(
        method, types.isEmpty ? [source] : types, policy)
    else { return nil }
    return function
  }
}
