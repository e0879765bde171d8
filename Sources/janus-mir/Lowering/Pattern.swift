// Patterns: testing that a place matches, and binding names to its parts.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// Continues when the value in `place` matches, else goes to `otherwise`. Binds nothing.
  mutating func testPattern(_ id: NodeID, _ place: PlaceID, otherwise: BlockID) {
    guard current.exists else { return }
    let outer = location
    location = locate(id)
    defer { location = outer }
    let node = body[id]
    switch node.kind {
    case .wildcardPattern: break
    case .bindingPattern:
      if node.b != UInt32.max { testPattern(NodeID(node.b), place, otherwise: otherwise) }
    case .valuePattern: testValue(NodeID(node.a), id, place, otherwise: otherwise)
    case .rangePattern: testRange(node, place, otherwise: otherwise)
    case .variantPattern:
      continueWhen(isVariant(place, Int(node.a)), otherwise: otherwise)
      testPayload(node, place, otherwise: otherwise)
    case .tuplePattern:
      for (index, element) in body.list(node.a).enumerated() where needsTest(NodeID(element)) {
        testPattern(NodeID(element), field(place, index), otherwise: otherwise)
      }
    case .structurePattern:
      let words = Array(body.list(node.a))
      for i in stride(from: 0, to: words.count - 1, by: 2) where needsTest(NodeID(words[i + 1])) {
        testPattern(NodeID(words[i + 1]), field(place, Int(words[i])), otherwise: otherwise)
      }
    case .sequencePattern: testSequence(node, place, otherwise: otherwise)
    case .alternativePattern: testAlternatives(node, place, otherwise: otherwise)
    case .unboxPattern: testPattern(NodeID(node.a), unboxed(place), otherwise: otherwise)
    case _: break
    }
  }

  /// Tests the payload of a variant pattern whose variant is active.
  mutating func testPayload(_ node: Node, _ place: PlaceID, otherwise: BlockID) {
    for (index, field) in body.list(node.b).enumerated() where needsTest(NodeID(field)) {
      let part = payload(place, Int(node.a), index)
      testPattern(NodeID(field), part, otherwise: otherwise)
    }
  }

  mutating func continueWhen(_ condition: Operand, otherwise: BlockID) {
    let matched = newBlock()
    branch(condition, then: matched, otherwise: otherwise)
    begin(matched)
  }

  /// Whether a pattern can fail.
  func needsTest(_ id: NodeID) -> Bool {
    let node = body[id]
    switch node.kind {
    case .wildcardPattern: return false
    case .bindingPattern: return node.b != UInt32.max && needsTest(NodeID(node.b))
    case .tuplePattern: return body.list(node.a).contains { needsTest(NodeID($0)) }
    case .structurePattern:
      let words = Array(body.list(node.a))
      return stride(from: 1, to: words.count, by: 2).contains { needsTest(NodeID(words[$0])) }
    case .unboxPattern: return needsTest(NodeID(node.a))
    case .sequencePattern: return sequenceNeedsTest(node)
    case _: return true
    }
  }

  private mutating func testValue(
    _ value: NodeID, _ pattern: NodeID, _ place: PlaceID, otherwise: BlockID
  ) {
    pushScope()
    let equal = temporary(boolType)
    if isScalar(type(of: place)) {
      let wanted = operand(value)
      emit(
        Instruction(.equal, type: type(of: place), dest: equal, a: .copy(place), b: wanted))
    } else {
      let wanted = self.place(value)
      compare(.equal, place, wanted, type(of: pattern), into: equal)
    }
    popScope()
    continueWhen(.copy(equal), otherwise: otherwise)
  }

  private mutating func testRange(_ node: Node, _ place: PlaceID, otherwise: BlockID) {
    let type = type(of: place)
    if node.a != UInt32.max {
      let lower = operand(NodeID(node.a))
      continueWhen(
        binary(.greaterEqual, type, .copy(place), lower, boolType), otherwise: otherwise)
    }
    if node.b != UInt32.max {
      let upper = operand(NodeID(node.b))
      let opcode: Opcode = node.flags & 1 != 0 ? .lessEqual : .less
      continueWhen(binary(opcode, type, .copy(place), upper, boolType), otherwise: otherwise)
    }
  }

  private mutating func testAlternatives(_ node: Node, _ place: PlaceID, otherwise: BlockID) {
    let matched = newBlock()
    let alternatives = nodes(node.a)
    for (index, alternative) in alternatives.enumerated() {
      let next = index == alternatives.count - 1 ? otherwise : newBlock()
      testPattern(alternative, place, otherwise: next)
      go(to: matched)
      if index < alternatives.count - 1 { begin(next) }
    }
    begin(matched)
  }

  // MARK: Binding

  /// Binds the names of a pattern that matched. Taken names own their part; lent ones are other
  /// names for it until their scope ends.
  mutating func bindPattern(_ id: NodeID, _ place: PlaceID, _ flags: MatchFlags) {
    guard current.exists else { return }
    let outer = location
    location = locate(id)
    defer { location = outer }
    let node = body[id]
    switch node.kind {
    case .wildcardPattern, .valuePattern, .rangePattern: break
    case .bindingPattern:
      if node.b != UInt32.max { bindPattern(NodeID(node.b), place, flags) }
      bind(node.a, to: place, flags)
    case .variantPattern:
      for (index, field) in body.list(node.b).enumerated() where binds(NodeID(field)) {
        bindPattern(NodeID(field), payload(place, Int(node.a), index), flags)
      }
    case .tuplePattern:
      for (index, element) in body.list(node.a).enumerated() where binds(NodeID(element)) {
        bindPattern(NodeID(element), field(place, index), flags)
      }
    case .structurePattern:
      let words = Array(body.list(node.a))
      for i in stride(from: 0, to: words.count - 1, by: 2) where binds(NodeID(words[i + 1])) {
        bindPattern(NodeID(words[i + 1]), field(place, Int(words[i])), flags)
      }
    case .sequencePattern: bindSequence(node, place, flags)
    case .alternativePattern: bindAlternatives(node, place, flags)
    case .unboxPattern:
      let inner = NodeID(node.a)
      if flags.contains(.lendsExclusively) { makeUnique(place, type(of: id)) }
      let opens = flags.contains(.takes) && !isGuarding && takesParts(inner)
      bindPattern(inner, opens ? openedBox(id, place) : unboxed(place), flags)
    case _: break
    }
  }

  /// The value out of the box in `place`, of which parts are taken: the box ends first.
  private mutating func openedBox(_ id: NodeID, _ place: PlaceID) -> PlaceID {
    let declaration = context.program.languageItem("box_open")
    guard declaration.exists else { return unboxed(place) }
    let function = context.instance(
      declaration, nominalArguments(type(of: id)), policy: policy)
    let box = temporary(type(of: place))
    assign(box, .move(place))
    let content = unboxed(place)
    let value = temporary(type(of: content))
    call(function, [.move(box)], into: value)
    ownInScope(value)
    return value
  }

  func binds(_ id: NodeID) -> Bool {
    let node = body[id]
    switch node.kind {
    case .bindingPattern: return true
    case .variantPattern: return body.list(node.b).contains { binds(NodeID($0)) }
    case .tuplePattern, .alternativePattern:
      return body.list(node.a).contains { binds(NodeID($0)) }
    case .structurePattern:
      let words = Array(body.list(node.a))
      return stride(from: 1, to: words.count, by: 2).contains { binds(NodeID(words[$0])) }
    case .unboxPattern: return binds(NodeID(node.a))
    case .sequencePattern: return sequenceParts(node).contains { binds($0) }
    case _: return false
    }
  }

  /// How a name holds its part.
  private enum BindingForm {
    /// Another name for it.
    case alias(exclusive: Bool)
    case copied, taken
  }

  private func form(_ variable: UInt32, _ type: MIRTypeID, _ flags: MatchFlags) -> BindingForm {
    switch body.variables[Int(variable)].kind {
    case .inoutBinding: return .alias(exclusive: true)
    case .lentBinding, .borrowedParameter:
      if isTrivial(type) && (isScalar(type) || flags.contains(.copiesBindings)) { return .copied }
      let copies = flags.contains(.copiesBindings) && ownership(type) == .copyable
      return copies ? .copied : .alias(exclusive: false)
    case .letBinding, .varBinding, .ownedParameter, .inoutParameter:
      if !flags.contains(.takes) { return .copied }
      return isGuarding ? .alias(exclusive: false) : .taken
    }
  }

  private mutating func bind(_ variable: UInt32, to place: PlaceID, _ flags: MatchFlags) {
    let form = form(variable, type(of: place), flags)
    if let shared = sharedBindings[variable] { return fill(shared, form, from: place) }
    let local = declareBinding(variable, form)
    fill(local, form, from: place)
    keepBinding(local, form)
  }

  private mutating func declareBinding(_ variable: UInt32, _ form: BindingForm) -> PlaceID {
    if case .alias = form { return declare(variable, storage: .alias) }
    return declare(variable)
  }

  private mutating func fill(_ local: PlaceID, _ form: BindingForm, from place: PlaceID) {
    switch form {
    case .alias(let isExclusive):
      emit(
        Instruction(
          .bind, type: type(of: local), dest: local,
          a: isExclusive ? .borrowMutable(place) : .borrow(place)))
    case .copied: copyValue(local, from: place)
    case .taken: assign(local, take(place))
    }
  }

  private mutating func keepBinding(_ local: PlaceID, _ form: BindingForm) {
    if case .alias = form {
      items.append(CleanupItem(.unbind(local)))
    } else {
      ownInScope(local)
    }
  }

  /// `a | b` that bind the same names: the one that matched fills them.
  private mutating func bindAlternatives(_ node: Node, _ place: PlaceID, _ flags: MatchFlags) {
    let alternatives = nodes(node.a)
    guard let first = alternatives.first, binds(first) else { return }
    var names: [UInt32] = []
    collectNames(first, &names)
    var own: [(local: PlaceID, form: BindingForm)] = []
    for name in names where sharedBindings[name] == nil {
      let form = form(name, mirType(at: body.variables[Int(name)].type), flags)
      let local = declareBinding(name, form)
      own.append((local, form))
      sharedBindings[name] = local
    }
    let after = newBlock()
    var open = items
    for (index, alternative) in alternatives.enumerated() {
      let depth = items.count
      let next = newBlock()
      if index < alternatives.count - 1 { testPattern(alternative, place, otherwise: next) }
      bindPattern(alternative, place, flags)
      go(to: after)
      // What one alternative lends is lent no longer than what another does.
      open += items[depth...]
      items.removeSubrange(depth...)
      if index < alternatives.count - 1 { begin(next) }
    }
    begin(after)
    adoptBlocks(into: &open, below: items.count)
    items = open
    for name in names where own.contains(where: { $0.local == variables[Int(name)] }) {
      sharedBindings[name] = nil
    }
    for (local, form) in own { keepBinding(local, form) }
  }

  private func collectNames(_ id: NodeID, _ names: inout [UInt32]) {
    let node = body[id]
    switch node.kind {
    case .bindingPattern:
      names.append(node.a)
      if node.b != UInt32.max { collectNames(NodeID(node.b), &names) }
    case .variantPattern: for field in body.list(node.b) { collectNames(NodeID(field), &names) }
    case .tuplePattern: for part in body.list(node.a) { collectNames(NodeID(part), &names) }
    case .structurePattern:
      let words = Array(body.list(node.a))
      for i in stride(from: 1, to: words.count, by: 2) { collectNames(NodeID(words[i]), &names) }
    case .alternativePattern:
      if let first = nodes(node.a).first { collectNames(first, &names) }
    case .unboxPattern: collectNames(NodeID(node.a), &names)
    case .sequencePattern: for part in sequenceParts(node) { collectNames(part, &names) }
    case _: break
    }
  }
}
