// A result that a callee lends stays a view as long as nobody can tell.
// Reads: functions that passed exclusivity. Produces: the same with `assign … move` instead of
// `copy_value` out of what a lending call gave, where the copy is only read, or changed by calls
// that lend (an iterator's `next`), and nothing changes what it looks into as long as it is live.
// Rejects: nothing.
// Assumes: that places are initialised where they are read; that a value which may be a view tells
// at run time whether it owns its memory, so that its drop is right for both (ARCHITECTURE, "Who
// owns a buffer").
// What is taken out of such a value by a pattern is a view like it, and belongs to the same group.
import Base
import MIR

/// Lets what calls lent be views where it can; true when something changed.
func keepLentResults(
  in function: inout MIRFunction, of module: MIRModule,
  _ sources: (MIRFunction) -> LoanSources
) -> Bool {
  let uses = LentUses(function, module)
  guard !uses.results.isEmpty else { return false }
  var finder = ViewFinder(function, uses, sources(function))
  finder.findGroups()
  finder.removeChanged()
  finder.removeDependent()
  for group in finder.groups {
    let position = group.copy
    let old = function.blocks[position.block].instructions[position.index]
    function.blocks[position.block].instructions[position.index] = Instruction(
      .assign, type: function.places[old.dest].type, dest: old.dest, a: .move(old.a.placeID))
  }
  return !finder.groups.isEmpty
}

/// How the locals of a function are used, as far as it matters for views.
private struct LentUses {
  /// The copies out of locals that are written once, by a lending call, and otherwise dropped only.
  private(set) var results: [(local: LocalID, copy: Position)] = []
  /// For each local: the locals that parts of it are moved to.
  private(set) var heirs: [LocalID: [LocalID]] = [:]
  /// For each local: the locals that parts of are moved to it.
  private(set) var givers: [LocalID: [LocalID]] = [:]
  /// It goes where this cannot follow it, or is changed by what does not lend.
  private(set) var isRefused: ContiguousArray<Bool>
  private var lentBy: ContiguousArray<Int>
  private var copyOf: [LocalID: [Position]] = [:]
  private var copiesInto: ContiguousArray<Int>
  private let function: MIRFunction

  init(_ function: MIRFunction, _ module: MIRModule) {
    self.function = function
    let none = ContiguousArray(repeating: 0, count: function.locals.count)
    isRefused = ContiguousArray(repeating: false, count: function.locals.count)
    (lentBy, copiesInto) = (none, none)
    let lends = function.blocks.elements.contains { block in
      block.terminator.callee.exists && module.functionRefs[block.terminator.callee].lends
    }
    guard lends else { return }
    for id in function.blocks.ids {
      for (index, instruction) in function.blocks[id].instructions.enumerated() {
        note(instruction, Position(block: id, index: index))
      }
      note(function.blocks[id].terminator, module)
    }
    for local in function.locals.ids where lentBy[local.index] == 1 {
      guard let copies = copyOf[local], copies.count == 1, !isRefused[local.index] else { continue }
      let copy = function.blocks[copies[0].block].instructions[copies[0].index]
      guard let dest = whole(copy.dest), copiesInto[dest.index] == 1 else { continue }
      results.append((local, copies[0]))
    }
  }

  /// The local of the frame that a place is the whole of.
  func whole(_ place: PlaceID) -> LocalID? {
    guard place.exists, function.places[place].projectionCount == 0, let base = base(place),
      function.locals[base].storage == .stack
    else { return nil }
    return base
  }

  func base(_ place: PlaceID) -> LocalID? {
    guard case .local(let local) = function.places[place].base else { return nil }
    return local
  }

  private mutating func refuse(_ place: PlaceID) {
    if place.exists, let base = base(place) { isRefused[base.index] = true }
  }

  private mutating func note(_ instruction: Instruction, _ position: Position) {
    switch instruction.opcode {
    case .drop: return
    case .assign where instruction.a.kind == .move:
      if let heir = whole(instruction.dest), let giver = base(instruction.a.placeID) {
        heirs[giver, default: []].append(heir)
        givers[heir, default: []].append(giver)
        return
      }
    case .copyValue:
      if let source = whole(instruction.a.placeID) {
        copyOf[source, default: []].append(position)
      }
      if let dest = whole(instruction.dest) {
        copiesInto[dest.index] += 1
        return
      }
    case .construct:
      for i in 0..<Int(instruction.operandCount) {
        note(function.operands[Int(instruction.firstOperand) + i])
      }
    case .addressOf:
      // Only the environment of a closure says what is done through the address.
      if function.places[instruction.dest].projectionCount == 0 { refuse(instruction.a.placeID) }
    case _: break
    }
    for operand in [instruction.a, instruction.b, instruction.c] { note(operand) }
    if instruction.opcode.writesDestination { refuse(instruction.dest) }
  }

  private mutating func note(_ terminator: Terminator, _ module: MIRModule) {
    note(terminator.operand)
    guard terminator.kind == .call else { return }
    let lends = terminator.callee.exists && module.functionRefs[terminator.callee].lends
    for i in 0..<Int(terminator.count) {
      let operand = function.operands[Int(terminator.first) + i]
      if lends, i == 0, operand.kind == .borrowMutable { continue }
      note(operand)
    }
    guard terminator.dest.exists else { return }
    if lends, let dest = whole(terminator.dest) {
      lentBy[dest.index] += 1
    } else {
      refuse(terminator.dest)
    }
  }

  private mutating func note(_ operand: Operand) {
    if operand.kind == .move || operand.kind == .borrowMutable { refuse(operand.placeID) }
  }

  /// The locals that hold what was lent to `result` once `copy` is no copy, `result` first; nil
  /// when one of them goes further.
  func group(of result: LocalID, _ copy: Position) -> [LocalID]? {
    let instruction = function.blocks[copy.block].instructions[copy.index]
    guard let holder = whole(instruction.dest), givers[holder] == nil else { return nil }
    var group = [result, holder]
    var next = 1
    while next < group.count {
      for heir in heirs[group[next]] ?? [] where !group.contains(heir) { group.append(heir) }
      next += 1
    }
    for local in group.dropFirst() {
      if isRefused[local.index] || lentBy[local.index] > 0 { return nil }
      if local == holder { continue }
      guard copiesInto[local.index] == 0, let givers = givers[local],
        givers.allSatisfy({ group.dropFirst().contains($0) })
      else { return nil }
    }
    return group
  }
}

/// What was lent, and where it goes.
private struct ViewGroup {
  var copy: Position
  var locals: [LocalID]
  /// The paths of the locals.
  var paths: NumberSet
  /// Of those, the ones that hold nothing yet behind the call.
  var later: NumberSet
  /// The paths that must not change as long as one of the locals is live.
  var sources: NumberSet
  var risk: LoanRisk
}

private struct ViewFinder {
  private let function: MIRFunction
  private let uses: LentUses
  private let loans: LoanSources
  private let liveness: CopyLiveness
  private(set) var groups: [ViewGroup] = []

  init(_ function: MIRFunction, _ uses: LentUses, _ loans: LoanSources) {
    self.function = function
    self.uses = uses
    self.loans = loans
    liveness = loans.liveness
  }

  mutating func findGroups() {
    for (local, copy) in uses.results where !function.blocks[copy.block].isCleanup {
      guard let locals = uses.group(of: local, copy) else { continue }
      let sources = liveness.owners.owners[local.index]
      guard locals.allSatisfy({ loans.areKnown(sources, to: $0) }), areOwned(sources) else {
        continue
      }
      groups.append(
        ViewGroup(
          copy: copy, locals: locals, paths: paths(of: locals),
          later: paths(of: Array(locals.dropFirst())), sources: sources,
          risk: loans.risk(of: sources)))
    }
  }

  /// Where a source is reached through another name, it is known what that stands for.
  private func areOwned(_ sources: NumberSet) -> Bool {
    var result = true
    sources.forEach { index in
      let base = liveness.paths.paths[index].base
      guard base.exists, function.locals[base].storage == .alias else { return }
      if !loans.isOwned(base) { result = false }
    }
    return result
  }

  private func paths(of locals: [LocalID]) -> NumberSet {
    var result = NumberSet()
    for (index, path) in liveness.paths.paths.enumerated() where locals.contains(path.base) {
      result.insert(index)
    }
    return result
  }

  /// Takes away the groups whose sources something changes while one of the locals is live, and
  /// those that something changes by another name.
  mutating func removeChanged() {
    guard !groups.isEmpty else { return }
    for id in function.blocks.ids {
      let block = function.blocks[id]
      var live = NumberSet()
      var refused: Set<Int> = []
      liveness.walk(id, from: &live) { index, live in
        let (changed, used) = liveness.effects(of: block, at: index)
        for (number, group) in groups.enumerated() {
          let inUse = makes(block, index, group) ? group.later : group.paths
          let isInUse = live.meets(inUse) || used.meets(inUse)
          if isInUse, changed.meets(group.sources) || loans.runsOthers(block, index, group.risk) {
            refused.insert(number)
          }
          if changed.meets(group.paths), !names(group.locals, block, index) {
            refused.insert(number)
          }
        }
      }
      for number in refused.sorted(by: >) { groups.remove(at: number) }
    }
  }

  /// The step is the call that lends.
  private func makes(_ block: Block, _ index: Int, _ group: ViewGroup) -> Bool {
    index == block.instructions.count && block.terminator.dest.exists
      && uses.base(block.terminator.dest) == group.locals[0]
  }

  /// The step writes, drops or takes one of the locals, or calls what lends with it: in a way that
  /// `LentUses` has seen.
  private func names(_ locals: [LocalID], _ block: Block, _ index: Int) -> Bool {
    var named: [PlaceID]
    if index < block.instructions.count {
      let instruction = block.instructions[index]
      named = [instruction.dest]
      if instruction.a.kind.namesPlace { named.append(instruction.a.placeID) }
    } else {
      named = [block.terminator.dest]
      if block.terminator.count > 0 {
        let first = function.operands[Int(block.terminator.first)]
        if first.kind.namesPlace { named.append(first.placeID) }
      }
    }
    return named.contains { place in
      place.exists && uses.base(place).map(locals.contains) ?? false
    }
  }

  /// What looks into a value that becomes a view itself waits for the next round.
  mutating func removeDependent() {
    var kept: [ViewGroup] = []
    for group in groups {
      let isDependent = kept.contains {
        group.sources.meets($0.paths) || $0.sources.meets(group.paths)
          || $0.locals.contains(where: group.locals.contains)
      }
      if !isDependent { kept.append(group) }
    }
    groups = kept
  }
}
