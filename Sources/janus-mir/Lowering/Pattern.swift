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

  private mutating func continueWhen(_ condition: Operand, otherwise: BlockID) {
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
    case .alternativePattern: bindAlternatives(node, place, flags)
    case .unboxPattern: bindPattern(NodeID(node.a), unboxed(place), flags)
    case _: break
    }
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
    case _: return false
    }
  }

  private mutating func bind(_ variable: UInt32, to place: PlaceID, _ flags: MatchFlags) {
    let type = type(of: place)
    switch body.variables[Int(variable)].kind {
    case .inoutBinding:
      bindAlias(variable, .borrowMutable(place))
    case .lentBinding, .borrowedParameter:
      if isTrivial(type) && (isScalar(type) || flags.contains(.copiesBindings)) {
        let local = declare(variable)
        assign(local, .copy(place))
      } else if flags.contains(.copiesBindings), ownership(type) == .copyable {
        let local = declare(variable)
        copyValue(local, from: place)
        ownInScope(local)
      } else {
        bindAlias(variable, .borrow(place))
      }
    case .letBinding, .varBinding, .ownedParameter, .inoutParameter:
      let local = declare(variable)
      if flags.contains(.takes) {
        assign(local, take(place))
      } else {
        copyValue(local, from: place)
      }
      ownInScope(local)
    }
  }

  mutating func bindAlias(_ variable: UInt32, _ source: Operand) {
    let alias = declare(variable, storage: .alias)
    emit(Instruction(.bind, type: type(of: alias), dest: alias, a: source))
    items.append(CleanupItem(.unbind(alias)))
  }

  /// `a | b` that bind the same names: which one matched decides what they name, so they become
  /// copies of it.
  private mutating func bindAlternatives(_ node: Node, _ place: PlaceID, _ flags: MatchFlags) {
    let alternatives = nodes(node.a)
    guard let first = alternatives.first, binds(first) else { return }
    var names: [UInt32] = []
    collectNames(first, &names)
    let after = newBlock()
    var locals: [PlaceID] = []
    for name in names { locals.append(declare(name)) }
    for (index, alternative) in alternatives.enumerated() {
      let next = newBlock()
      if index < alternatives.count - 1 { testPattern(alternative, place, otherwise: next) }
      var parts: [(UInt32, PlaceID)] = []
      collectParts(alternative, place, &parts)
      for (name, part) in parts {
        let symbol = body.variables[Int(name)].name
        for (position, own) in names.enumerated()
        where body.variables[Int(own)].name == symbol {
          if flags.contains(.takes) {
            assign(locals[position], take(part))
          } else {
            copyValue(locals[position], from: part)
          }
        }
        if !names.contains(name),
          let position = names.firstIndex(where: {
            body.variables[Int($0)].name == symbol
          })
        {
          variables[Int(name)] = locals[position]
        }
      }
      go(to: after)
      if index < alternatives.count - 1 { begin(next) }
    }
    begin(after)
    for local in locals { ownInScope(local) }
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
    case _: break
    }
  }

  private mutating func collectParts(
    _ id: NodeID, _ place: PlaceID, _ parts: inout [(UInt32, PlaceID)]
  ) {
    let node = body[id]
    switch node.kind {
    case .bindingPattern:
      parts.append((node.a, place))
      if node.b != UInt32.max { collectParts(NodeID(node.b), place, &parts) }
    case .variantPattern:
      for (index, field) in body.list(node.b).enumerated() {
        collectParts(NodeID(field), payload(place, Int(node.a), index), &parts)
      }
    case .tuplePattern:
      for (index, part) in body.list(node.a).enumerated() {
        collectParts(NodeID(part), field(place, index), &parts)
      }
    case .structurePattern:
      let words = Array(body.list(node.a))
      for i in stride(from: 0, to: words.count - 1, by: 2) {
        collectParts(NodeID(words[i + 1]), field(place, Int(words[i])), &parts)
      }
    case .unboxPattern: collectParts(NodeID(node.a), unboxed(place), &parts)
    case _: break
    }
  }
}
