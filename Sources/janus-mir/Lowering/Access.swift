// Accesses that last for a call: what its closures do to the variables around them, and the
// containers whose elements are lent. They begin when all arguments are there and end after the
// call; the exclusivity pass compares them with the arguments.
import ASTDB
import Base
import MIR

/// A place that a call uses beside its arguments.
struct CallAccess {
  var place: PlaceID
  var isExclusive: Bool
  /// Of the argument that uses it.
  var location: MIRLocation
}

/// A path of fields from a variable.
private struct CapturedPath: Hashable {
  var variable: UInt32
  var fields: [UInt32]
}

extension FunctionLowering {
  /// Begins the accesses of a call and returns their items; `closures` are those of its arguments.
  mutating func beginAccesses(
    _ closures: [CallAccess], _ arguments: [NodeID], _ parameters: [MIRParameter],
    _ operands: inout [Operand]
  ) -> [CleanupAction] {
    guard current.exists else { return [] }
    var accesses = closures
    if parameters.contains(where: { $0.mode == .inout }), arguments.count > 1 {
      for (id, operand) in zip(arguments, operands)
      where operand.kind == .borrow || operand.kind == .borrowMutable {
        if let container = lentContainer(id) {
          accesses.append(
            CallAccess(place: container, isExclusive: false, location: locate(id)))
        }
      }
    }
    if closures.contains(where: \.isExclusive) { snapshot(&operands) }
    return accesses.map { access in
      let number = accessCount
      accessCount += 1
      let outer = location
      location = access.location
      emit(
        Instruction(
          .accessBegin, type: type(of: access.place),
          a: access.isExclusive ? .borrowMutable(access.place) : .borrow(access.place),
          immediate: number))
      location = outer
      return .accessEnd(number, access.place)
    }
  }

  mutating func endAccesses(_ actions: [CleanupAction]) {
    guard current.exists, !actions.isEmpty else { return }
    // Accesses that end directly behind a call would count as the call's own.
    emit(Instruction(.nop))
    for action in actions.reversed() { run(action) }
  }

  /// Arguments that are copied bits are read before the accesses begin.
  private mutating func snapshot(_ operands: inout [Operand]) {
    for (index, operand) in operands.enumerated() where operand.kind == .copy {
      let saved = temporary(type(of: operand.placeID))
      assign(saved, operand)
      operands[index] = .copy(saved)
    }
  }

  /// The list or map that holds the element that an argument lends, when its place is plain.
  private mutating func lentContainer(_ id: NodeID) -> PlaceID? {
    var inner = id
    while true {
      let node = body[inner]
      switch node.kind {
      case .inoutArgument, .copy, .field, .payload, .unbox: inner = NodeID(node.a)
      case .index:
        guard isFieldPath(NodeID(node.a)) else { return nil }
        if case .array = kind(of: type(of: NodeID(node.a))) { return nil }
        return place(NodeID(node.a))
      case _: return nil
      }
    }
  }

  private func isFieldPath(_ id: NodeID) -> Bool {
    var node = body[id]
    while node.kind == .field { node = body[NodeID(node.a)] }
    return node.kind == .variable || node.kind == .staticVariable
  }

  // MARK: Closures

  /// What a closure does to the variables that it captures, as places of this function.
  mutating func accesses(of closure: Closure) -> [CallAccess] {
    var paths: [CapturedPath] = []
    var writes: [CapturedPath: Bool] = [:]
    visit(closure.body, writes: false) { path, isWrite in
      guard closure.captures.contains(VariableID(path.variable)) else { return }
      if writes[path] == nil { paths.append(path) }
      writes[path] = (writes[path] ?? false) || isWrite
    }
    var result: [CallAccess] = []
    for path in paths {
      var place = variables[Int(path.variable)]
      guard place.exists else { continue }
      for index in path.fields { place = field(place, Int(index)) }
      result.append(
        CallAccess(place: place, isExclusive: writes[path] ?? false, location: location))
    }
    return result
  }

  /// Reports each mention of a variable below `id`, with the fields that follow it.
  private func visit(
    _ id: NodeID, writes: Bool, _ report: (CapturedPath, Bool) -> Void
  ) {
    let node = body[id]
    switch node.kind {
    case .variable, .field, .payload, .index, .dereference, .unbox, .slice, .asSlice,
      .asFunction:
      visitPlace(id, writes: writes, report)
    case .copy: visit(NodeID(node.a), writes: false, report)
    case .inoutArgument, .move: visit(NodeID(node.a), writes: true, report)
    case .assign, .compoundAssign:
      visit(NodeID(node.a), writes: true, report)
      visit(NodeID(node.b), writes: false, report)
    case .builtin:
      let changes = changesArguments(Builtin(rawValue: node.a))
      for argument in nodes(node.b) { visit(argument, writes: changes, report) }
    case .closure:
      let closure = body.closures[Int(node.a)]
      if closure.escapes {
        for capture in closure.captures {
          let isMoved = context.ownership(
            of: concrete[Int(body.variables[capture.index].type)]) == .unique
          report(CapturedPath(variable: capture.raw, fields: []), isMoved)
        }
      } else {
        visit(closure.body, writes: false, report)
      }
    case .match:
      visit(NodeID(node.a), writes: isExclusive(node), report)
      for arm in nodes(node.b) { visit(arm, writes: false, report) }
    case .patternTest, .declarePattern: visit(NodeID(node.b), writes: isExclusive(node), report)
    case .forElements:
      visit(NodeID(node.b), writes: isExclusive(node), report)
      visit(NodeID(node.c), writes: false, report)
    case _:
      body.forEachOperand(of: id) { operand, word in
        if operand == .node { visit(NodeID(word), writes: false, report) }
      }
    }
  }

  private func isExclusive(_ node: Node) -> Bool {
    MatchFlags(rawValue: node.flags).contains(.lendsExclusively)
  }

  private func changesArguments(_ builtin: Builtin?) -> Bool {
    switch builtin {
    case .swap, .replace, .take, .takeOptional, .address: true
    case _: false
    }
  }

  /// A place: its variable with the fields directly behind it, and the indices on the way.
  private func visitPlace(
    _ id: NodeID, writes: Bool, _ report: (CapturedPath, Bool) -> Void
  ) {
    var inner = id
    var fields: [UInt32] = []
    while true {
      let node = body[inner]
      switch node.kind {
      case .variable:
        return report(CapturedPath(variable: node.a, fields: fields.reversed()), writes)
      case .field:
        fields.append(node.b)
        inner = NodeID(node.a)
      case .payload, .dereference, .unbox, .asSlice, .asFunction:
        fields = []
        inner = NodeID(node.a)
      case .index, .slice:
        fields = []
        for part in [node.b, node.kind == .slice ? node.c : UInt32.max] where part != UInt32.max {
          visit(NodeID(part), writes: false, report)
        }
        inner = NodeID(node.a)
      case _: return visit(inner, writes: false, report)
      }
    }
  }
}
