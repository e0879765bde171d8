// Blocks, declarations of variables, and leaving the function.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerBlock(_ node: Node, into dest: PlaceID) {
    pushScope()
    for statement in body.list(node.a) {
      if !current.exists { break }
      lowerStatement(NodeID(statement))
    }
    if node.b != UInt32.max {
      lowerValue(NodeID(node.b), into: dest)
    }
    popScope(keeping: dest)
  }

  /// An expression as the value of a block or branch: its temporaries die here.
  mutating func lowerValue(_ id: NodeID, into dest: PlaceID) {
    guard current.exists else { return }
    pushScope()
    if dest.exists { lower(id, into: dest) } else { discard(id) }
    popScope(keeping: dest)
  }

  // MARK: Variables

  /// A new local for a variable of the body.
  mutating func declare(_ variable: UInt32, storage: LocalStorage = .stack) -> PlaceID {
    let value = body.variables[Int(variable)]
    let mutable: Bool
    switch value.kind {
    case .varBinding, .inoutParameter, .ownedParameter, .inoutBinding: mutable = true
    case .letBinding, .borrowedParameter, .lentBinding: mutable = false
    }
    let outer = location
    location = locate(value.span)
    let place = addLocal(
      mirType(at: value.type), name: context.program.interner.text(value.name), storage: storage,
      isMutable: mutable)
    location = outer
    variables[Int(variable)] = place
    return place
  }

  mutating func lowerDeclare(_ node: Node) {
    guard node.b != UInt32.max else {
      let place = declare(node.a)
      emit(Instruction(.storageLive, type: type(of: place), dest: place))
      ownInScope(place)
      return
    }
    if holdClosure(node) { return }
    pushScope()
    let previous = variables[Int(node.a)]
    let place = declare(node.a)
    variables[Int(node.a)] = previous
    lower(NodeID(node.b), into: place)
    variables[Int(node.a)] = place
    adopt(place)
  }

  /// `let f = |x| …` that reaches variables in place: what it does to them counts when it is
  /// called.
  private mutating func holdClosure(_ node: Node) -> Bool {
    let outer = closureAccesses
    defer { closureAccesses = outer }
    closureAccesses = []
    guard let place = lentClosure(NodeID(node.b)) else { return false }
    heldAccesses[node.a] = closureAccesses
    variables[Int(node.a)] = place
    return true
  }

  /// Ends the statement that built the variable in `place`, which lives on in the outer scope.
  mutating func adopt(_ place: PlaceID) {
    let start = scopeStarts[scopeStarts.count - 1]
    if !isTrivial(type(of: place)) {
      items.insert(CleanupItem(.drop(place)), at: start)
      for i in start..<items.count { items[i].block = .none }
      scopeStarts[scopeStarts.count - 1] += 1
    }
    popScope()
  }

  mutating func lowerDeclarePattern(_ node: Node) {
    let flags = MatchFlags(rawValue: node.flags)
    // The value lives as long as the names that are bound to its parts.
    let value = NodeID(node.b)
    if isPlace(body[value].kind), !flags.contains(.takes) {
      let scrutinee = place(value)
      bindPattern(NodeID(node.a), scrutinee, flags)
      return
    }
    let scrutinee: PlaceID
    if body[value].kind == .move {
      scrutinee = place(value)
    } else {
      pushScope()
      scrutinee = temporary(mirType(of: value))
      lower(value, into: scrutinee)
      adopt(scrutinee)
    }
    bindPattern(NodeID(node.a), scrutinee, flags)
  }

  // MARK: Return

  mutating func lowerReturn(_ node: Node) {
    pushScope()
    if node.a != UInt32.max {
      let value = NodeID(node.a)
      if isEmpty(resultType) { discard(value) } else { lowerResult(value, into: result) }
      noteError(of: value)
    }
    leaveFunction()
    items.removeSubrange(scopeStarts.removeLast()...)
  }

  /// Runs what is open and returns the result.
  mutating func leaveFunction() {
    exitItems(downTo: 0, keeping: result)
    terminate(Terminator(kind: .return))
  }

  /// The value of `return`: a variable that ends here is moved, not copied, unless something that
  /// still runs may use it.
  mutating func lowerResult(_ id: NodeID, into dest: PlaceID) {
    guard current.exists else { return }
    let outer = location
    location = locate(id)
    defer { location = outer }
    let node = body[id]
    switch node.kind {
    case .variable where canMoveOut(node.a, mirType(of: id)):
      assign(dest, take(variables[Int(node.a)]))
    case .copy where body[NodeID(node.a)].kind == .variable:
      lowerResult(NodeID(node.a), into: dest)
    case .variant:
      let payload = nodes(node.b)
      guard payload.count == 1, let inner = movableVariable(payload[0]) else {
        return lower(id, into: dest)
      }
      construct(dest, [take(inner)], variant: Int(node.a))
    case _: lower(id, into: dest)
    }
  }

  private mutating func movableVariable(_ id: NodeID) -> PlaceID? {
    var node = body[id]
    if node.kind == .copy { node = body[NodeID(node.a)] }
    guard node.kind == .variable, canMoveOut(node.a, mirType(of: id)) else { return nil }
    return variables[Int(node.a)]
  }

  /// The variable is a local that owns its value, and nothing that runs at exit names it.
  private mutating func canMoveOut(_ variable: UInt32, _ type: MIRTypeID) -> Bool {
    let place = variables[Int(variable)]
    guard place.exists, function.places[place].projectionCount == 0, !isTrivial(type) else {
      return false
    }
    let storage = function.locals[local(of: place)].storage
    guard storage == .stack || storage == .ownedParameter else { return false }
    if ownership(type) == .unique { return true }
    return !items.contains { if case .deferred = $0.action { true } else { false } }
  }
}
