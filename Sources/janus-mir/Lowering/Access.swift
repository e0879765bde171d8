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
  /// A thread uses it, which may go on when the call has returned.
  var isThread = false
  /// Of the argument that uses it.
  var location: MIRLocation
}

/// A path of fields from a variable.
private struct CapturedPath: Hashable {
  var variable: UInt32
  var fields: [UInt32]
}

extension FunctionLowering {
  /// Begins the accesses of a call; `closures` are those of its arguments. Returns the items of
  /// those that end with it: what a thread uses stays in use until the function ends.
  mutating func beginAccesses(
    _ closures: [CallAccess], _ arguments: [NodeID], _ parameters: [MIRParameter],
    _ operands: inout [Operand]
  ) -> [CleanupAction] {
    guard current.exists else { return [] }
    var accesses = closures
    let mayChange = parameters.contains { $0.mode == .inout } || !closures.isEmpty
    if mayChange, arguments.count > 1 {
      for (id, operand) in zip(arguments, operands)
      where operand.kind == .borrow || operand.kind == .borrowMutable {
        guard let container = lentContainer(id) else { continue }
        // An element that is lent exclusively leaves its container readable, but not by closures,
        // which run while it is lent.
        let isExclusive = operand.kind == .borrowMutable && (isView(id) || !closures.isEmpty)
        accesses.append(
          CallAccess(place: container, isExclusive: isExclusive, location: locate(id)))
      }
    }
    if !closures.isEmpty, accesses.contains(where: \.isExclusive) { snapshot(&operands) }
    return accesses.compactMap { access in
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
      return access.isThread ? nil : .accessEnd(number, access.place)
    }
  }

  /// `&x` lends from where it stands: other arguments of the call that mention `x` come too late.
  /// An access is opened only for variables that are mentioned so; a receiver, which is lent when
  /// all arguments are there, has none.
  mutating func beginLoan(
    of index: Int, _ operand: Operand, among arguments: [NodeID]
  ) -> CleanupAction? {
    guard current.exists, arguments.count > 1 else { return nil }
    let id = arguments[index]
    let isLent = operand.kind == .borrowMutable && isWrittenReference(id)
    guard isLent || operand.kind == .borrow, let root = fieldPathRoot(id) else { return nil }
    let isContested = arguments.indices.contains { other in
      other != index && (isLent || isWrittenReference(arguments[other]))
        && mentions(root, arguments[other])
    }
    return isContested ? beginLoan(operand, of: id) : nil
  }

  /// The loans of elements, which begin when all arguments are there: one for each that may be the
  /// element that another argument lends.
  mutating func beginElementLoans(_ arguments: [NodeID]) -> [CleanupAction] {
    guard current.exists, arguments.count > 1 else { return [] }
    var loans: [CleanupAction] = []
    for (index, id) in arguments.enumerated() where isWrittenReference(id) {
      guard sharesElement(index, among: arguments), let container = lentContainer(id) else {
        continue
      }
      loans.append(beginLoan(.borrowMutable(container), of: id))
    }
    return loans
  }

  private mutating func beginLoan(_ lent: Operand, of id: NodeID) -> CleanupAction {
    let number = accessCount
    accessCount += 1
    let outer = location
    location = locate(id)
    emit(Instruction(.accessBegin, type: type(of: lent.placeID), a: lent, immediate: number))
    location = outer
    return .accessEnd(number, lent.placeID)
  }

  /// Another argument lends an element of the same list or map with `&`, and nothing shows that it
  /// is another element.
  private func sharesElement(_ index: Int, among arguments: [NodeID]) -> Bool {
    guard let own = element(arguments[index]) else { return false }
    return arguments.indices.contains { other in
      guard other != index, isWrittenReference(arguments[other]),
        let found = element(arguments[other]), found.base.kind == own.base.kind,
        found.base.a == own.base.a, found.fields == own.fields
      else { return false }
      guard let a = own.constant, let b = found.constant else { return true }
      return a == b
    }
  }

  /// The first element on the way to a place, with the path to what holds it: a variable or static
  /// and fields of it.
  private func element(
    _ id: NodeID
  ) -> (base: Node, fields: [UInt32], constant: UInt64?)? {
    var node = body[id]
    var constant: UInt64?
    var isElement = false
    var fields: [UInt32] = []
    while true {
      switch node.kind {
      case .inoutArgument, .payload, .unbox: break
      case .field: fields.append(node.b)
      case .index:
        let index = body[NodeID(node.b)]
        constant = index.kind == .integer ? UInt64(index.a) | UInt64(index.b) << 32 : nil
        isElement = true
        fields = []
      case .variable, .staticVariable:
        return isElement ? (node, fields.reversed(), constant) : nil
      case _: return nil
      }
      node = body[NodeID(node.a)]
    }
  }

  /// The argument reads a variable that another argument lends with `&`.
  func isContested(_ index: Int, among arguments: [NodeID]) -> Bool {
    arguments.indices.contains { other in
      guard other != index, isWrittenReference(arguments[other]),
        let root = fieldPathRoot(arguments[other])
      else { return false }
      return mentions(root, arguments[index])
    }
  }

  /// The argument moves a variable, or a field of one, that a later one mentions.
  func isMentioned(_ id: NodeID, in later: [NodeID]) -> Bool {
    guard body[id].kind == .move, let root = fieldPathRoot(NodeID(body[id].a)) else { return false }
    return later.contains { mentions(root, $0) }
  }

  /// A temporary that has an argument's value from where the argument stands.
  mutating func movedAway(_ value: Operand, at id: NodeID) -> PlaceID {
    let outer = location
    location = locate(id)
    defer { location = outer }
    let saved = temporary(type(of: value.placeID))
    assign(saved, value)
    return saved
  }

  /// An argument that the source writes with `&`.
  private func isWrittenReference(_ id: NodeID) -> Bool {
    guard body[id].kind == .inoutArgument else { return false }
    return body.spans[id.index].start < body.spans[Int(body[id].a)].start
  }

  /// The variable of a place that is a path of fields from it.
  private func fieldPathRoot(_ id: NodeID) -> UInt32? {
    var node = body[id]
    while node.kind == .field || node.kind == .inoutArgument { node = body[NodeID(node.a)] }
    return node.kind == .variable ? node.a : nil
  }

  func mentions(_ variable: UInt32, _ id: NodeID) -> Bool {
    var found = false
    visit(id, writes: false) { path, _ in found = found || path.variable == variable }
    return found
  }

  /// A variable is changed somewhere below `id`.
  func changes(_ variable: UInt32, in id: NodeID) -> Bool {
    var found = false
    visit(id, writes: false) { path, isWrite in
      found = found || (isWrite && path.variable == variable)
    }
    return found
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

  /// What holds the memory of an element or view that an argument lends, when the operand itself
  /// does not say it: the variable, with the fields that directly follow it.
  private mutating func lentContainer(_ id: NodeID) -> PlaceID? {
    var inner = id
    var container = id
    var isBehindPointer = false
    while true {
      let node = body[inner]
      let below = NodeID(node.a)
      switch node.kind {
      case .variable, .staticVariable: return isBehindPointer ? place(container) : nil
      case .field: break
      case .inoutArgument, .copy, .payload, .unbox, .asFunction: container = below
      case .slice, .asSlice:
        container = below
        isBehindPointer = true
      case .index:
        container = below
        if case .array = kind(of: type(of: below)) { break }
        isBehindPointer = true
      case _: return nil
      }
      inner = below
    }
  }

  /// The argument is a slice or substring, made for the call.
  private func isView(_ id: NodeID) -> Bool {
    var node = body[id]
    while node.kind == .inoutArgument { node = body[NodeID(node.a)] }
    return node.kind == .slice || node.kind == .asSlice
  }

  // MARK: Closures

  /// What a closure does to the variables that it captures and reaches in place, as places of this
  /// function.
  mutating func accesses(of closure: Closure) -> [CallAccess] {
    var paths: [CapturedPath] = []
    var writes: [CapturedPath: Bool] = [:]
    visit(closure.body, writes: false) { path, isWrite in
      let variable = VariableID(path.variable)
      guard closure.captures.contains(variable), closure.lends(variable) else { return }
      if writes[path] == nil { paths.append(path) }
      writes[path] = (writes[path] ?? false) || isWrite
    }
    var result: [CallAccess] = []
    for path in paths {
      var place = variables[Int(path.variable)]
      guard place.exists else { continue }
      for index in path.fields { place = field(place, Int(index)) }
      result.append(
        CallAccess(
          place: place, isExclusive: writes[path] ?? false, isThread: closure.escapes,
          location: location))
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
      visitClosure(body.closures[Int(node.a)], report)
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

  /// Making a closure takes what it owns; what it reaches in place is used by its body.
  private func visitClosure(_ closure: Closure, _ report: (CapturedPath, Bool) -> Void) {
    for capture in closure.captures where !closure.lends(capture) {
      let isMoved =
        context.ownership(of: concrete[Int(body.variables[capture.index].type)]) == .unique
      report(CapturedPath(variable: capture.raw, fields: []), isMoved)
    }
    visit(closure.body, writes: false) { path, isWrite in
      if closure.lends(VariableID(path.variable)) { report(path, isWrite) }
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
