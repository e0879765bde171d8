// Values that are only read are lent, not made: what a lookup gives, what is moved on from there,
// cursors, and, in a lending form, the function's result.
// Reads: functions that passed exclusivity. Produces: the same with `lent` locals: their calls go
// to lending forms, their copies are bits, their drops are gone. Rejects: nothing.
// Assumes: that places are initialised where they are read.
// A local of the frame becomes lent when each of its values is a constant, bits of another lent
// local, a copy, or a result that may be lent; when it is only read; and when nothing changes what
// its values belong to while it is in use. The greatest such set is found by removing locals.
import Base
import MIR

/// Lends what it can in `function`, with its result when that is asked for; nil when there is
/// nothing. Otherwise the parameters that lend the result.
func lendValues(
  in function: inout MIRFunction, _ loans: LoanSources, _ facts: CopyFacts, lendsResult: Bool
) -> NumberSet? {
  var finder = LentValueFinder(loans, facts)
  finder.findMembers(lendsResult: lendsResult)
  guard finder.settle() else { return nil }
  let lenders = finder.lenders(of: LocalID(0))
  finder.rewrite(&function)
  return lenders
}

/// A value that a local gets from elsewhere.
private struct Gift {
  var local: LocalID
  /// The paths that it belongs to.
  var sources: NumberSet
}

private struct LentValueFinder {
  private let liveness: CopyLiveness
  private let facts: CopyFacts
  private let loans: LoanSources
  private let paths: LentPaths
  private let function: MIRFunction
  private var isMember: ContiguousArray<Bool>
  /// Locals, and the ones whose bits they get.
  private var moves: [(from: LocalID, to: LocalID)] = []
  private var gifts: [Gift] = []
  /// For each member: the paths that must not change while it is in use.
  private var sources: ContiguousArray<NumberSet>
  private let isWithoutMemory: ContiguousArray<Bool>

  init(_ loans: LoanSources, _ facts: CopyFacts) {
    self.loans = loans
    self.facts = facts
    liveness = loans.liveness
    paths = liveness.paths
    function = paths.function
    isWithoutMemory = localsWithoutMemory(in: function, evenIfLent: true)
    isMember = ContiguousArray(repeating: false, count: function.locals.count)
    sources = ContiguousArray(repeating: NumberSet(), count: function.locals.count)
  }

  // MARK: Locals that are only read

  mutating func findMembers(lendsResult: Bool) {
    for id in function.locals.ids {
      let local = function.locals[id]
      let fits = local.storage == .stack || (local.storage == .result && lendsResult)
      isMember[id.index] = fits && paths.shapes[local.type].ownership == .copyable
    }
    for block in function.blocks.elements {
      for instruction in block.instructions { note(instruction) }
      note(block.terminator)
    }
  }

  private mutating func refuse(_ place: PlaceID) {
    if case .local(let local) = function.places[place].base { isMember[local.index] = false }
    let base = paths.places[place.index].base
    if base.exists { isMember[base.index] = false }
  }

  private func parts(of instruction: Instruction) -> ArraySlice<Operand> {
    let first = Int(instruction.firstOperand)
    return Array(function.operands[first..<first + Int(instruction.operandCount)])[...]
  }

  private mutating func note(_ instruction: Instruction) {
    if instruction.opcode == .drop || instruction.opcode == .nop { return }
    if instruction.opcode == .addressOf { refuse(instruction.a.placeID) }
    var target: LocalID?
    if instruction.dest.exists, instruction.opcode.writesDestination {
      target = wholeLocal(instruction.dest)
      if target == nil { refuse(instruction.dest) }
    }
    switch instruction.opcode {
    case .copyValue:
      if let target { give(target, instruction.a.placeID) }
    case .assign, .construct:
      for operand in parts(of: instruction) + [instruction.a] { take(operand, into: target) }
      return
    case _:
      if let target, isMember[target.index] { isMember[target.index] = false }
    }
    for operand in [instruction.a, instruction.b, instruction.c] { use(operand) }
  }

  /// A local that is written as a whole, by its own name.
  private func wholeLocal(_ place: PlaceID) -> LocalID? {
    guard case .local(let local) = function.places[place].base,
      function.places[place].projectionCount == 0
    else { return nil }
    return local
  }

  private mutating func give(_ local: LocalID, _ place: PlaceID) {
    guard isMember[local.index] else { return }
    if let sources = loans.sources(of: place, for: .none) {
      gifts.append(Gift(local: local, sources: sources))
    } else {
      isMember[local.index] = false
    }
  }

  /// The bits of `operand` become a local or a part of one.
  private mutating func take(_ operand: Operand, into target: LocalID?) {
    guard operand.kind == .move else {
      if operand.kind == .copy, let target,
        !paths.shapes[function.places[operand.placeID].type].isTrivial
      {
        give(target, operand.placeID)
      }
      return use(operand)
    }
    guard let target, case .local(let source) = function.places[operand.placeID].base,
      paths.places[operand.placeID.index].base == source, source != target
    else { return use(operand) }
    if paths.shapes[function.places[operand.placeID].type].isTrivial { return }
    moves.append((source, target))
  }

  private mutating func use(_ operand: Operand) {
    if operand.kind == .move || operand.kind == .borrowMutable { refuse(operand.placeID) }
  }

  private mutating func note(_ terminator: Terminator) {
    use(terminator.operand)
    guard terminator.kind == .call else { return }
    let operands = arguments(of: terminator)
    for operand in operands { use(operand) }
    guard terminator.dest.exists else { return }
    guard let target = wholeLocal(terminator.dest) else { return refuse(terminator.dest) }
    guard isMember[target.index] else { return }
    guard let lent = facts.forms.lenders(of: terminator.callee) else {
      isMember[target.index] = false
      return
    }
    for (index, operand) in operands.enumerated() where lent.contains(index) {
      if operand.kind.namesPlace { give(target, operand.placeID) }
    }
  }

  private func arguments(of call: Terminator) -> ArraySlice<Operand> {
    Array(function.operands[Int(call.first)..<Int(call.first) + Int(call.count)])[...]
  }

  // MARK: The greatest set

  /// Removes locals until the rest keeps all conditions; true when something is left.
  mutating func settle() -> Bool {
    while true {
      removeMixed()
      removeIdle()
      guard isMember.contains(true) else { return false }
      collectSources()
      if !removeChanged() { return true }
    }
  }

  /// What is given to a local that owns its values cannot be lent, nor can what gets owned values.
  private mutating func removeMixed() {
    var changed = true
    while changed {
      changed = false
      for (from, to) in moves where isMember[from.index] != isMember[to.index] {
        isMember[from.index] = false
        isMember[to.index] = false
        changed = true
      }
    }
  }

  /// Nothing is gained by lending constants.
  private mutating func removeIdle() {
    var gains = ContiguousArray(repeating: false, count: isMember.count)
    for gift in gifts where isMember[gift.local.index] { gains[gift.local.index] = true }
    var changed = true
    while changed {
      changed = false
      for (from, to) in moves where gains[from.index] != gains[to.index] {
        gains[from.index] = true
        gains[to.index] = true
        changed = true
      }
    }
    for index in isMember.indices where !gains[index] { isMember[index] = false }
  }

  private mutating func collectSources() {
    for index in sources.indices { sources[index] = NumberSet() }
    var changed = true
    while changed {
      changed = false
      for gift in gifts where isMember[gift.local.index] {
        if sources[gift.local.index].formUnion(owners(of: gift.sources)) { changed = true }
      }
      for (from, to) in moves where isMember[from.index] {
        if sources[to.index].formUnion(sources[from.index]) { changed = true }
      }
    }
  }

  /// The paths that own the memory. Pointers and views own nothing, and lent bits belong to what
  /// lends them.
  private func owners(of given: NumberSet) -> NumberSet {
    var result = NumberSet()
    given.forEach { index in
      let base = paths.paths[index].base
      if isMember[base.index] {
        result.formUnion(sources[base.index])
      } else if function.locals[base].storage == .lent {
        result.formUnion(liveness.owners.owners[base.index])
      } else if !isWithoutMemory[base.index]
        && !paths.shapes[function.locals[base].type].isTrivial
      {
        result.insert(index)
      }
    }
    return result
  }

  /// Removes the members whose owners something changes while they are in use.
  private mutating func removeChanged() -> Bool {
    var refused = NumberSet()
    for index in isMember.indices where isMember[index] {
      if index == 0, !isLentToFunction(sources[0]) { refused.insert(0) }
    }
    let members = isMember.indices.filter { isMember[$0] }
    let own = members.map { paths.numbers(of: LocalID(UInt32($0))) }
    let risks = members.map { loans.risk(of: sources[$0]) }
    for id in function.blocks.ids {
      let block = function.blocks[id]
      var live = NumberSet()
      liveness.walk(id, from: &live) { index, live in
        let (changed, directly) = liveness.effects(of: block, at: index)
        var used = live
        used.formUnion(directly)
        for (position, member) in members.enumerated() {
          // What is changed by another name, such as an address into it, is not only read.
          if changed.meets(own[position]), !names(member, block, index) { refused.insert(member) }
          guard member == 0 || used.meets(own[position]) else { continue }
          let runsOthers = loans.runsOthers(block, index, risks[position])
          if runsOthers || changed.meets(sources[member]) { refused.insert(member) }
        }
      }
    }
    refused.forEach { isMember[$0] = false }
    return !refused.isEmpty
  }

  /// The step at `index` of `block` gives the local a value, takes its value on, or drops it.
  private func names(_ member: Int, _ block: Block, _ index: Int) -> Bool {
    func isNamed(_ place: PlaceID) -> Bool {
      guard place.exists, case .local(let local) = function.places[place].base else { return false }
      return local.index == member && !function.projections(of: place).contains(.deref)
    }
    guard index < block.instructions.count else { return isNamed(block.terminator.dest) }
    let instruction = block.instructions[index]
    let operands = parts(of: instruction) + [instruction.a]
    return isNamed(instruction.dest)
      || operands.contains { $0.kind == .move && isNamed($0.placeID) }
  }

  /// A result is lent by parameters only.
  private func isLentToFunction(_ sources: NumberSet) -> Bool {
    var isLent = !sources.isEmpty
    sources.forEach { index in
      if function.locals[paths.paths[index].base].storage != .borrowedParameter { isLent = false }
    }
    return isLent
  }

  // MARK: Rewriting

  /// The parameters that lend a member.
  func lenders(of local: LocalID) -> NumberSet {
    var result = NumberSet()
    if isMember[local.index] {
      sources[local.index].forEach { result.insert(paths.paths[$0].base.index - 1) }
    }
    return result
  }

  private func isMember(_ place: PlaceID) -> Bool {
    guard place.exists, case .local(let local) = function.places[place].base else { return false }
    return isMember[local.index]
  }

  private func lent(_ operand: Operand) -> Operand {
    operand.kind == .move && isMember(operand.placeID) ? .copy(operand.placeID) : operand
  }

  func rewrite(_ function: inout MIRFunction) {
    for index in function.operands.indices {
      function.operands[index] = lent(function.operands[index])
    }
    for id in function.blocks.ids {
      for index in function.blocks[id].instructions.indices {
        rewrite(&function.blocks[id].instructions[index])
      }
      let call = function.blocks[id].terminator
      if call.kind == .call, isMember(call.dest) {
        function.blocks[id].terminator.callee = facts.forms.lendingForm(of: call.callee)
      }
    }
    for index in isMember.indices where isMember[index] && index > 0 {
      function.locals[LocalID(UInt32(index))].storage = .lent
      function.locals[LocalID(UInt32(index))].isMutable = false
    }
  }

  private func rewrite(_ instruction: inout Instruction) {
    instruction.a = lent(instruction.a)
    guard isMember(instruction.dest) else { return }
    switch instruction.opcode {
    case .drop: instruction = Instruction(.nop)
    case .copyValue:
      instruction = Instruction(
        .assign, type: function.places[instruction.dest].type, dest: instruction.dest,
        a: .copy(instruction.a.placeID))
    case _: break
    }
  }
}
