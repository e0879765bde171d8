// Calls: of declarations, of trait methods, of function values; how arguments are passed.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerCall(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let declaration = body.declarations[Int(node.a)]
    if declaration == context.languageItems.scratchpadAlloc {
      return lowerRegionValue(id, nodes(node.b), into: dest)
    }
    let types = typeArguments(node.c)
    let function = context.instance(declaration, types, policy: policy)
    if declaration == context.languageItems.toPersistent {
      context.module.persistentCopies.insert(function)
    }
    callWithArguments(function, nodes(node.b), into: dest, of: id)
    noteThreadStart(declaration, nodes(node.b))
  }

  /// A list of types of the body, concrete.
  func typeArguments(_ list: UInt32) -> [TypeID] {
    if list == 0 || list == UInt32.max { return [] }
    return body.list(list).map { concrete[Int($0)] }
  }

  mutating func lowerTraitCall(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let method = body.declarations[Int(node.a)]
    let types = typeArguments(node.c)
    switch context.resolveTraitMethod(method, types, policy) {
    case .instance(let function):
      callWithArguments(function, nodes(node.b), into: dest, of: id)
    case .derived(let kind):
      callDerived(kind, nodes(node.b), types.first ?? TypeTable.error, into: dest)
    case .unresolved:
      let name = context.program.declarations[method].path
      reportUnsupported(
        "`\(name)` of `\(context.program.name(of: types.first ?? TypeTable.error))`", id)
      unreachable()
    }
  }

  /// A trait's method on a type that has only the derived form.
  private mutating func callDerived(
    _ kind: GlueKind, _ arguments: [NodeID], _ source: TypeID, into dest: PlaceID
  ) {
    let places = arguments.map { place($0) }
    switch kind {
    case .equal: compare(.equal, places[0], places[1], source, into: dest)
    case .compare: callCompare(places[0], places[1], source, into: dest)
    case .hash: callHash(places[0], source, into: dest)
    case .display, .debug:
      guard dest.exists else { return }
      assign(dest, string(""))
      items.append(CleanupItem(.drop(dest)))
      display(places[0], source, into: dest, quoted: kind == .debug)
      items.removeLast()
    case .drop, .copy, .dropElements, .isolate, .dropStep, .dropElementsStep, .freeBoxStep,
      .freeListStep:
      break
    }
  }

  private mutating func callWithArguments(
    _ function: FunctionRefID, _ arguments: [NodeID], into dest: PlaceID,
    of id: NodeID
  ) {
    let signature = context.module.functionRefs[function].signature
    prepared(arguments, signature, crossing: interface(to: function), into: dest) {
      builder, operands in
      builder.callDirectly(function, operands, into: dest)
    }
  }

  /// Evaluates arguments and runs `body` with them while what the call uses is lent.
  private mutating func prepared(
    _ arguments: [NodeID], _ signature: SignatureID, crossing interface: Interface,
    closures: [CallAccess] = [], into dest: PlaceID,
    _ body: (inout FunctionLowering, [Operand]) -> Void
  ) {
    let depth = items.count
    let outer = closureAccesses
    closureAccesses = closures
    let parameters = context.module.signatures[signature].parameters
    var loans: [CleanupAction] = []
    var operands = self.arguments(arguments, parameters, &loans)
    for operand in operands.reversed() where operand.kind == .move {
      release(operand.placeID, above: depth)
    }
    if interface == .toEager { makePlain(operands, at: arguments) }
    for argument in arguments where self.body[argument].kind == .variable {
      closureAccesses += heldAccesses[self.body[argument].a] ?? []
    }
    let elementLoans = beginElementLoans(arguments)
    loans += elementLoans
    // Loans of elements conflict with each other; what else holds them does not matter then.
    let accesses = beginAccesses(
      closureAccesses, elementLoans.isEmpty ? arguments : [], parameters, &operands)
    closureAccesses = outer
    body(&self, operands)
    // The arguments' own loans end directly behind the call, the accesses beside them after those.
    if current.exists { for loan in loans { run(loan) } }
    endAccesses(accesses)
    if interface == .fromEager { makePlain(operands, result: dest) }
  }

  /// The operands of a call in parameter order, evaluated in the order in which the source writes
  /// them, default values last. Places that are lent are computed after everything that may change
  /// what they go through.
  mutating func arguments(
    _ ids: [NodeID], _ parameters: [MIRParameter], _ loans: inout [CleanupAction]
  ) -> [Operand] {
    let order = evaluationOrder(of: ids)
    let lastWrite = order.lastIndex { mayWrite(ids[$0]) || makesUnique(ids[$0]) } ?? -1
    let lastActive = order.lastIndex { !isInert(ids[$0]) } ?? -1
    var result = [Operand](repeating: .none, count: ids.count)
    var postponed: [Int] = []
    if ids.count > 1 { for id in ids { makeOutermostUnique(id) } }
    for (step, i) in order.enumerated() {
      let id = ids[i]
      let mode = i < parameters.count ? parameters[i].mode : .borrowed
      if step < lastWrite, mode != .owned, isComputedPlace(id) {
        postponed.append(i)
        continue
      }
      var value = argument(id, mode)
      if value.kind == .copy, isPlace(body[id].kind) || body[id].kind == .copy,
        step < lastWrite || isContested(i, among: ids)
      {
        let outer = location
        location = locate(id)
        defer { location = outer }
        let saved = temporary(type(of: value.placeID))
        assign(saved, value)
        value = .copy(saved)
      }
      if value.kind == .move, isMentioned(id, in: order[(step + 1)...].map { ids[$0] }) {
        value = .move(movedAway(value, at: id))
      }
      if value.kind == .move, step < lastActive || !postponed.isEmpty {
        ownInScope(value.placeID)
      }
      result[i] = value
      if let loan = beginLoan(of: i, value, among: ids) { loans.append(loan) }
    }
    for i in postponed {
      result[i] = argument(ids[i], i < parameters.count ? parameters[i].mode : .borrowed)
    }
    return result
  }

  /// Named arguments may stand in another order than their parameters.
  private func evaluationOrder(of ids: [NodeID]) -> [Int] {
    func position(_ id: NodeID) -> Int32 {
      body[id].kind == .defaultValue ? .max : body.spans[id.index].start
    }
    let positions = ids.map(position)
    let isOrdered = zip(positions, positions.dropFirst()).allSatisfy { $0 <= $1 }
    if isOrdered { return Array(ids.indices) }
    return ids.indices.sorted { (positions[$0], $0) < (positions[$1], $1) }
  }

  /// A place behind a pointer, whose parts can be evaluated later without a difference.
  private func isComputedPlace(_ id: NodeID) -> Bool {
    var node = body[id]
    var goesThroughPointer = false
    while true {
      switch node.kind {
      case .inoutArgument, .copy, .field, .payload: break
      case .dereference, .unbox: goesThroughPointer = true
      case .index:
        guard isInert(NodeID(node.b)) else { return false }
        goesThroughPointer = true
      case .variable, .staticVariable: return goesThroughPointer
      case _: return false
      }
      node = body[NodeID(node.a)]
    }
  }

  mutating func argument(
    _ id: NodeID, _ mode: ParameterMode
  ) -> Operand {
    let node = body[id]
    let type = mirType(of: id)
    if node.kind == .defaultValue {
      let value = temporary(type)
      lowerDefaultValue(
        body.declarations[Int(node.a)], Int(node.b), typeArguments(node.c), into: value)
      if mode == .owned { return isScalar(type) ? .copy(value) : .move(value) }
      ownInScope(value)
      return isScalar(type) ? .copy(value) : .borrow(value)
    }
    switch mode {
    case .inout: return .borrowMutable(writablePlace(id))
    case .borrowed:
      if isEmpty(type) || isScalar(type) || node.kind == .string { return operand(id) }
      return .borrow(place(id))
    case .owned:
      if isEmpty(type) || isScalar(type) { return operand(id) }
      if node.kind == .move {
        let source = place(NodeID(node.a))
        return .move(source)
      }
      let value = temporary(type)
      lower(id, into: value)
      return .move(value)
    }
  }

  /// A call that no loans surround. The result goes to `dest`, or to a temporary that dies with the
  /// statement.
  mutating func call(_ function: FunctionRefID, _ arguments: [Operand], into dest: PlaceID) {
    let interface = interface(to: function)
    if interface == .toEager { makePlain(arguments) }
    callDirectly(function, arguments, into: dest)
    if interface == .fromEager { makePlain(arguments, result: dest) }
  }

  /// Emits a call between code of one policy.
  private mutating func callDirectly(
    _ function: FunctionRefID, _ arguments: [Operand], into dest: PlaceID
  ) {
    context.mentions[reference.index].functions.append(function)
    let ref = context.module.functionRefs[function]
    var arguments = arguments
    if context.trackingFunctions.contains(function) { arguments.append(panicPlace()) }
    // What lends hands on what it is lent.
    let isLent =
      ref.lends && dest.exists && !isTrivial(type(of: dest))
      && !self.function.attributes.contains(.lends)
    let result = isLent ? temporary(type(of: dest)) : dest
    emitCall(
      callee: function, value: .none, signature: ref.signature, arguments, into: result,
      unwinds: !ref.isRuntime)
    if isLent { keep(result, as: dest) }
  }

  /// `dest` = a copy of what a call lent. Passes elide it where nobody can tell.
  private mutating func keep(_ lent: PlaceID, as dest: PlaceID) {
    guard current.exists else { return }
    ownInScope(lent)
    copyValue(dest, from: lent)
    release(lent, above: items.count - 1)
    drop(lent)
  }

  /// It is a call of a function that lends what it gives.
  func isLendingCall(_ id: NodeID) -> Bool {
    let node = body[id]
    guard node.kind == .call else { return false }
    return context.attributes(of: body.declarations[Int(node.a)]).contains(.lends)
  }

  /// What a function that tracks its caller is told.
  mutating func panicPlace() -> Operand {
    let place = temporary(context.pointerType(to: voidType))
    emit(Instruction(.panicPlace, dest: place))
    return .copy(place)
  }

  mutating func emitCall(
    callee: FunctionRefID, value: Operand, signature id: SignatureID, _ arguments: [Operand],
    into dest: PlaceID, unwinds: Bool
  ) {
    guard current.exists else { return }
    let signature = context.module.signatures[id]
    var operands = arguments
    if signature.hasDestination { operands.append(zero(context.pointerType(to: voidType))) }
    let isNever = context.sourceOf[signature.result.index] == TypeTable.never
    var target = dest
    let hasResult = !isEmpty(signature.result)
    var ownsResult = false
    if !hasResult {
      target = .none
    } else if target.isNone {
      target = temporary(signature.result)
      ownsResult = true
    }
    let cleanup = isCleanup || !(unwinds || isNever) ? BlockID.none : cleanupTarget()
    let first = function.addOperands(operands)
    let next = isNever ? BlockID.none : newBlock()
    terminate(
      Terminator(
        kind: .call, operand: value, callee: callee, signature: id, dest: target, first: first,
        count: UInt32(operands.count), next: next, cleanup: cleanup))
    if next.exists { begin(next) }
    if ownsResult { ownInScope(target) }
  }

  mutating func lowerValueCall(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let callee = NodeID(node.a)
    guard case .function(let signature) = context.module.types[mirType(of: callee)].kind else {
      return reportUnsupported("a call of this value", id)
    }
    let value = place(callee)
    let held = body[callee].kind == .variable ? heldAccesses[body[callee].a] ?? [] : []
    prepared(
      nodes(node.b), signature, crossing: interface(to: .none), closures: held, into: dest
    ) { builder, operands in
      builder.emitCall(
        callee: .none, value: .borrow(value), signature: signature, operands, into: dest,
        unwinds: true)
    }
  }

  /// Calls a function of std that the compiler knows by its `@lang` name.
  mutating func callLanguage(_ name: String, _ arguments: [Operand], into dest: PlaceID) {
    let declaration = context.program.languageItem(name)
    guard declaration.exists else {
      context.diagnostics.report(
        .notLowered("this: the standard library lacks `\(name)`, it", spanOfLocation()))
      return
    }
    call(context.instance(declaration, [], policy: policy), arguments, into: dest)
  }

  func spanOfLocation() -> SourceSpan {
    SourceSpan(
      file: file, start: baseOffset + location.start, end: baseOffset + location.end)
  }
}
