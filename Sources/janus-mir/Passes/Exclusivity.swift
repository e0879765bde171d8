// Exclusivity: while a place is lent exclusively, nothing else touches it.
// Reads: functions as lowering made them. Produces: diagnostics only.
// Rejects (E3201): arguments of one call that overlap when one of them is lent exclusively or
// moved; an instruction that writes a place while an access to it is open, or reads one while an
// exclusive access is; a call of a known function that does so with a `static mut` that is lent.
// Assumes: a verified function.
// Two places overlap iff one's path is a prefix of the other's, where distinct fields, variants and
// constant indices are disjoint and an index that is not constant meets every other. Open accesses
// (`access_begin` to `access_end`, `bind` to `unbind`) are followed forward as bits; functions
// without any are only searched for calls with an exclusive argument. An access that nothing ends
// is a thread's, which may go on as long as the function. Taking the addresses of what a closure
// captures touches nothing: the accesses of the closure begin where it is given away.
import Base
import MIR

/// Reports conflicting accesses in `function`.
func checkExclusivity(
  in function: MIRFunction, of module: MIRModule, _ statics: StaticUses,
  reporting diagnostics: inout Diagnostics
) {
  var checker = ExclusivityChecker(function: function, module: module, statics: statics)
  checker.run()
  diagnostics.report(contentsOf: checker.found)
}

/// Whether two places may share memory.
func overlap(_ a: PlaceID, _ b: PlaceID, in function: MIRFunction) -> Bool {
  if a == b { return true }
  guard function.places[a].base == function.places[b].base else { return false }
  return mayOverlap(function.projections(of: a), function.projections(of: b))
}

/// Whether two parts of one variable may share memory.
func mayOverlap(
  _ a: some Sequence<Projection>, _ b: some Sequence<Projection>
) -> Bool {
  for (first, second) in zip(a, b) {
    switch (first, second) {
    case (.field(let i), .field(let j)), (.variant(let i), .variant(let j)),
      (.constantIndex(let i), .constantIndex(let j)):
      if i != j { return false }
    case (.deref, .deref), (.index, _), (_, .index): continue
    case (.field, _), (.variant, _), (.constantIndex, _), (.deref, _): return true
    }
  }
  return true
}

/// An access that lasts longer than an instruction.
private struct OpenAccess {
  var place: PlaceID
  var isExclusive: Bool
  var location: MIRLocation
  /// The number of an `access_begin`, or -1 and the alias of a `bind`.
  var number: Int
  var alias: LocalID
  /// Nothing ends it.
  var isThread = false
}

/// What one operand or destination does to its place.
private enum Touch {
  case read, write

  func conflicts(with access: OpenAccess) -> Bool { self == .write || access.isExclusive }
}

private struct ExclusivityChecker {
  let function: MIRFunction
  let module: MIRModule
  let statics: StaticUses
  private(set) var found: [Diagnostic] = []
  private var accesses: [OpenAccess] = []
  private var position = Position(block: BlockID(0), index: 0)
  private var location = MIRLocation.none

  init(function: MIRFunction, module: MIRModule, statics: StaticUses) {
    self.function = function
    self.module = module
    self.statics = statics
  }

  mutating func run() {
    collectAccesses()
    guard !accesses.isEmpty else {
      for block in function.blocks.elements where block.terminator.kind == .call {
        location = block.terminatorLocation
        checkArguments(of: block.terminator)
      }
      return
    }
    let order = reversePostorder(of: function)
    let entries = openOnEntry(order)
    for id in order { check(id, entries[id.index]) }
  }

  private mutating func collectAccesses() {
    var ended: Set<Int> = []
    for block in function.blocks.elements {
      for (i, instruction) in block.instructions.enumerated() {
        switch instruction.opcode {
        case .accessBegin:
          accesses.append(
            OpenAccess(
              place: instruction.a.placeID, isExclusive: instruction.a.kind == .borrowMutable,
              location: block.locations[i], number: Int(instruction.immediate), alias: .none))
        case .accessEnd: ended.insert(Int(instruction.immediate))
        case .bind:
          guard case .local(let alias) = function.places[instruction.dest].base else { continue }
          accesses.append(
            OpenAccess(
              place: instruction.a.placeID, isExclusive: instruction.a.kind == .borrowMutable,
              location: block.locations[i], number: -1, alias: alias))
        default: continue
        }
      }
    }
    for (i, access) in accesses.enumerated() where access.number >= 0 {
      accesses[i].isThread = !ended.contains(access.number)
    }
  }

  // MARK: Which accesses are open

  /// One bit for each access, in words.
  private typealias Open = ContiguousArray<UInt64>

  private func openOnEntry(_ order: ContiguousArray<BlockID>) -> ContiguousArray<Open> {
    let words = (accesses.count + 63) / 64
    var entries = ContiguousArray(
      repeating: Open(repeating: 0, count: words), count: function.blocks.count)
    var changed = true
    while changed {
      changed = false
      for id in order {
        var open = entries[id.index]
        var cleanup = open
        for instruction in function.blocks[id].instructions {
          update(&open, instruction)
          for i in open.indices { cleanup[i] |= open[i] }
        }
        for target in successors(of: id, in: function) {
          let leaving = target == function.blocks[id].cleanup ? cleanup : open
          for i in leaving.indices where leaving[i] & ~entries[target.index][i] != 0 {
            entries[target.index][i] |= leaving[i]
            changed = true
          }
        }
      }
    }
    return entries
  }

  private func update(_ open: inout Open, _ instruction: Instruction) {
    switch instruction.opcode {
    case .accessBegin, .accessEnd:
      for (i, access) in accesses.enumerated() where access.number == Int(instruction.immediate) {
        set(&open, i, instruction.opcode == .accessBegin)
      }
    case .bind, .unbind:
      guard case .local(let alias) = function.places[instruction.dest].base else { return }
      for (i, access) in accesses.enumerated() where access.alias == alias {
        // An alias bound in several places is each of them.
        set(&open, i, instruction.opcode == .bind && access.place == instruction.a.placeID)
      }
    default: return
    }
  }

  private func set(_ open: inout Open, _ index: Int, _ value: Bool) {
    let bit: UInt64 = 1 << UInt64(index & 63)
    if value { open[index >> 6] |= bit } else { open[index >> 6] &= ~bit }
  }

  // MARK: Conflicts

  private mutating func check(_ id: BlockID, _ entry: Open) {
    let block = function.blocks[id]
    // What unwinding does to lent places is destruction after the access.
    guard !block.isCleanup else { return }
    var open = entry
    for (index, instruction) in block.instructions.enumerated() {
      position = Position(block: id, index: index)
      location = block.locations[index]
      check(instruction, open)
      update(&open, instruction)
    }
    location = block.terminatorLocation
    let call = block.terminator
    guard call.kind == .call else { return check(call.operand, open) }
    checkArguments(of: call)
    for (index, access) in accesses.enumerated() where isOpen(index, open) {
      checkStatic(
        access.place, isExclusive: access.isExclusive, lentAt: access.location, during: call)
    }
    let own = accessesThatEnd(in: call.next)
    check(call.operand, open)
    for i in 0..<Int(call.count) {
      check(function.operands[Int(call.first) + i], open, except: own)
    }
    if call.dest.exists { touch(call.dest, .write, open) }
  }

  /// Accesses that end as soon as the call has returned are the call's own.
  private func accessesThatEnd(in block: BlockID) -> Set<Int> {
    guard block.exists else { return [] }
    var result: Set<Int> = []
    for instruction in function.blocks[block].instructions {
      guard instruction.opcode == .accessEnd else { break }
      result.insert(Int(instruction.immediate))
    }
    return result
  }

  private mutating func check(_ instruction: Instruction, _ open: Open) {
    switch instruction.opcode {
    case .storageLive, .storageDead, .accessEnd, .unbind, .nop: return
    case .addressOf where function.places[instruction.dest].projectionCount > 0: return
    case .construct:
      for i in 0..<Int(instruction.operandCount) {
        check(function.operands[Int(instruction.firstOperand) + i], open)
      }
    default:
      check(instruction.a, open)
      check(instruction.b, open)
      check(instruction.c, open)
    }
    if instruction.dest.exists, instruction.opcode != .bind {
      touch(instruction.dest, .write, open)
    }
  }

  private mutating func check(_ operand: Operand, _ open: Open, except own: Set<Int> = []) {
    switch operand.kind {
    case .none, .constant, .function: return
    case .copy, .borrow: touch(operand.placeID, .read, open)
    case .move, .borrowMutable: touch(operand.placeID, .write, open, except: own)
    }
  }

  private mutating func touch(
    _ place: PlaceID, _ touch: Touch, _ open: Open, except own: Set<Int> = []
  ) {
    for (index, access) in accesses.enumerated() where isOpen(index, open) {
      guard touch.conflicts(with: access), overlap(place, access.place, in: function) else {
        continue
      }
      if own.contains(access.number), isSame(place, access.place) { continue }
      // What a loop does to the sequence that it lends has the loop's own place.
      if location == access.location, location != .none, !access.isThread { continue }
      let use = span(of: location, in: function)
      let lent = span(of: access.location, in: function)
      report(
        access.isThread
          ? .threadConflict(
            name(of: place), touch == .write, use, lent: lent, exclusively: access.isExclusive)
          : .conflict(
            name(of: place), touch == .write, use, lent: lent, name(of: access.place),
            exclusively: access.isExclusive))
      return
    }
  }

  private func isOpen(_ access: Int, _ open: Open) -> Bool {
    open[access >> 6] & (1 << UInt64(access & 63)) != 0
  }

  /// The callee against a static that is lent while it runs, as an argument or from before.
  private mutating func checkStatic(
    _ place: PlaceID, isExclusive: Bool, lentAt: MIRLocation, during call: Terminator
  ) {
    guard call.callee.exists, case .staticVariable(let variable) = function.places[place].base,
      module.statics[variable].isMutable
    else { return }
    let uses = statics.uses(by: call.callee, of: module).filter {
      ($0.isChange || isExclusive) && $0.overlaps(place, of: function)
    }
    guard let use = uses.first(where: \.isChange) ?? uses.first else { return }
    report(
      .staticConflict(
        name(of: place), use, at: span(of: location, in: function),
        lent: span(of: lentAt, in: function), exclusively: isExclusive))
  }

  /// One place in the source is one conflict, however many parts of the variable it reads.
  private mutating func report(_ conflict: Diagnostic) {
    let isKnown = found.contains {
      $0.span.start >= conflict.span.start && $0.span.end <= conflict.span.end
    }
    if !isKnown { found.append(conflict) }
  }

  private func isSame(_ a: PlaceID, _ b: PlaceID) -> Bool {
    function.places[a].base == function.places[b].base
      && function.projections(of: a).elementsEqual(function.projections(of: b))
  }

  /// Arguments of one call against each other.
  private mutating func checkArguments(of call: Terminator) {
    let arguments = (0..<Int(call.count)).map { function.operands[Int(call.first) + $0] }
    // What is lent to be read is logically a copy, whatever the callee does to the static.
    for argument in arguments where argument.kind == .borrowMutable {
      checkStatic(argument.placeID, isExclusive: true, lentAt: location, during: call)
    }
    for (i, argument) in arguments.enumerated() {
      guard argument.kind == .borrowMutable || argument.kind == .move else { continue }
      for (j, other) in arguments.enumerated() where j != i {
        switch other.kind {
        case .none, .constant, .function, .copy: continue
        case .borrow: break
        case .borrowMutable: if j < i { continue }
        case .move:
          // What is moved twice has no value the second time, which is another mistake.
          if j < i || argument.kind == .move { continue }
        }
        guard overlap(argument.placeID, other.placeID, in: function) else { continue }
        let at = span(of: location, in: function)
        report(
          .conflict(
            name(of: other.placeID), other.kind != .borrow, at, lent: at,
            name(of: argument.placeID), exclusively: argument.kind == .borrowMutable))
        return
      }
    }
  }

  private func name(of place: PlaceID) -> String {
    let value = function.places[place]
    var result: String
    var type: MIRTypeID
    switch value.base {
    case .local(let local):
      result = function.locals[local].name
      type = function.locals[local].type
    case .staticVariable(let variable):
      result = module.statics[variable].displayName
      type = module.statics[variable].type
    }
    if result.isEmpty { return "this value" }
    var variant: UInt32?
    for projection in function.projections(of: place) {
      if case .field(let index) = projection, variant == nil,
        case .aggregate(let fields) = module.types[type].kind
      { result += "." + fields[Int(index)].name }
      type = module.type(after: projection, of: type, variant: variant)
      guard type.exists else { break }
      if case .variant(let index) = projection { variant = index } else { variant = nil }
    }
    return result
  }
}

extension Diagnostic {
  fileprivate static func threadConflict(
    _ name: String, _ writes: Bool, _ use: SourceSpan, lent: SourceSpan, exclusively: Bool
  ) -> Diagnostic {
    let note = "the threads of a scope run until its block ends"
    guard lent != use else {
      return Diagnostic(
        .exclusivityConflict, "`\(name)` is changed by threads that this loop starts", at: use,
        notes: [note, "give each thread a part of its own"])
    }
    let verb = writes ? "changed" : "read"
    return Diagnostic(
      .exclusivityConflict,
      "`\(name)` is \(verb) while a thread may \(exclusively ? "change" : "read") it", at: use,
      labels: [Label(lent, "the thread has it from here")], notes: [note])
  }

  fileprivate static func staticConflict(
    _ name: String, _ use: StaticUse, at span: SourceSpan, lent: SourceSpan, exclusively: Bool
  ) -> Diagnostic {
    let verb = use.isChange ? "changes" : "reads"
    var labels: [Label] = []
    if use.span != .none { labels.append(Label(use.span, "`\(use.function)` \(verb) it here")) }
    if lent != span { labels.append(Label(lent, "lent from here")) }
    return Diagnostic(
      .exclusivityConflict,
      "`\(name)` is lent \(exclusively ? "as `inout`" : "to be read") while this call \(verb) it",
      at: span, labels: labels,
      notes: ["let the function reach it in one way only: as an argument or as the static"])
  }

  fileprivate static func conflict(
    _ name: String, _ writes: Bool, _ use: SourceSpan, lent: SourceSpan, _ lentName: String,
    exclusively: Bool
  ) -> Diagnostic {
    let verb = writes ? "changed" : "read"
    let manner = exclusively ? "as `inout`" : "to be read"
    guard lent != use else {
      return Diagnostic(
        .exclusivityConflict, "`\(name)` is lent \(manner) and \(verb) by the same call", at: use)
    }
    return Diagnostic(
      .exclusivityConflict, "`\(name)` is \(verb) while it is lent \(manner)", at: use,
      labels: [Label(lent, "`\(lentName)` is lent from here")])
  }
}
