// A copy neither side of which changes while both live is a loan.
// Reads: functions that passed exclusivity. Produces: the same with `bind` instead of `copy_value`
// for variables and temporaries that are only read, whose source nothing changes as long as they
// are live; their drops are gone. Rejects: nothing.
// Assumes: that places are initialised where they are read.
// The source may be a parameter or local, a part of one, or an element or view of what one owns:
// everything that the address it is reached by may belong to must be known and stay the same.
import Base
import MIR

/// Turns copies of `function` that are only read into loans; true when there were any.
func lendUnchangedCopies(
  in function: inout MIRFunction, _ liveness: CopyLiveness, _ facts: CopyFacts
) -> Bool {
  var finder = LoanFinder(liveness, facts)
  finder.findCandidates()
  guard !finder.candidates.isEmpty else { return false }
  finder.removeChanged()
  finder.removeDependent()
  guard !finder.candidates.isEmpty else { return false }
  for candidate in finder.candidates {
    let old = function.blocks[candidate.position.block].instructions[candidate.position.index]
    function.blocks[candidate.position.block].instructions[candidate.position.index] = Instruction(
      .bind, type: function.places[old.dest].type, dest: old.dest, a: .borrow(old.a.placeID))
    function.locals[candidate.local].storage = .alias
    function.locals[candidate.local].isMutable = false
  }
  removeDrops(of: Set(finder.candidates.map(\.local)), in: &function)
  return true
}

private func removeDrops(of locals: Set<LocalID>, in function: inout MIRFunction) {
  for id in function.blocks.ids {
    for index in function.blocks[id].instructions.indices {
      let instruction = function.blocks[id].instructions[index]
      guard instruction.opcode == .drop,
        case .local(let local) = function.places[instruction.dest].base, locals.contains(local)
      else { continue }
      function.blocks[id].instructions[index] = Instruction(.nop)
    }
  }
}

/// A local that is written once, by a copy, and otherwise only read.
private struct LoanCandidate {
  var local: LocalID
  var position: Position
  /// The number of the local's own path.
  var path: Int
  /// The paths that must not change as long as the local is live.
  var sources: NumberSet
  /// What may change sources that the function does not own.
  var risk: LoanRisk
}

/// What a call may do to the source of a loan besides changing what it is given.
private enum LoanRisk {
  /// Nothing: the function owns the source.
  case none
  /// The source is lent to this function; the code behind a function value may belong to whoever
  /// owns it.
  case functionValues
  /// It may be a static that changes.
  case calls
}

private struct LoanFinder {
  let liveness: CopyLiveness
  private let paths: LentPaths
  private let function: MIRFunction
  private let facts: CopyFacts
  private(set) var candidates: [LoanCandidate] = []
  private var isRefused: ContiguousArray<Bool>

  init(_ liveness: CopyLiveness, _ facts: CopyFacts) {
    self.liveness = liveness
    self.facts = facts
    paths = liveness.paths
    function = paths.function
    isRefused = ContiguousArray(repeating: false, count: function.locals.count)
  }

  // MARK: Locals that are only read

  mutating func findCandidates() {
    var copies: [LocalID: Position] = [:]
    for id in function.blocks.ids {
      let block = function.blocks[id]
      for (index, instruction) in block.instructions.enumerated() {
        note(instruction, Position(block: id, index: index), &copies)
      }
      note(block.terminator)
    }
    for local in function.locals.ids {
      guard let position = copies[local], !isRefused[local.index],
        function.locals[local].storage == .stack, !function.blocks[position.block].isCleanup
      else { continue }
      let copy = function.blocks[position.block].instructions[position.index]
      guard let sources = sources(of: copy.a.placeID, for: local) else { continue }
      candidates.append(
        LoanCandidate(
          local: local, position: position, path: paths.roots[copy.dest.index], sources: sources,
          risk: risk(of: sources)))
    }
  }

  private mutating func note(
    _ instruction: Instruction, _ position: Position, _ copies: inout [LocalID: Position]
  ) {
    switch instruction.opcode {
    case .construct:
      for i in 0..<Int(instruction.operandCount) {
        note(function.operands[Int(instruction.firstOperand) + i])
      }
    case .addressOf:
      // Only the environment of a closure says what is done through the address.
      if function.places[instruction.dest].projectionCount == 0 {
        refuse(instruction.a.placeID)
      }
      note(instruction.a)
    case _:
      note(instruction.a)
      note(instruction.b)
      note(instruction.c)
    }
    guard instruction.dest.exists, case .local(let local) = function.places[instruction.dest].base
    else { return }
    let isWhole = function.places[instruction.dest].projectionCount == 0
    if instruction.opcode == .drop, isWhole { return }
    if instruction.opcode == .copyValue, isWhole, copies[local] == nil {
      copies[local] = position
    } else {
      isRefused[local.index] = true
    }
  }

  private mutating func note(_ terminator: Terminator) {
    note(terminator.operand)
    guard terminator.kind == .call else { return }
    for i in 0..<Int(terminator.count) {
      note(function.operands[Int(terminator.first) + i])
    }
    if terminator.dest.exists { refuse(terminator.dest) }
  }

  private mutating func note(_ operand: Operand) {
    if operand.kind == .move || operand.kind == .borrowMutable { refuse(operand.placeID) }
  }

  private mutating func refuse(_ place: PlaceID) {
    if case .local(let local) = function.places[place].base { isRefused[local.index] = true }
    let base = paths.places[place.index].base
    if base.exists { isRefused[base.index] = true }
  }

  // MARK: What must stay the same

  /// The paths that a place belongs to; nil when not all of them are known.
  private func sources(of place: PlaceID, for local: LocalID) -> NumberSet? {
    let source = paths.places[place.index]
    guard source.base.exists, source.base != local,
      function.places[place].type == function.locals[local].type
    else { return nil }
    var result = liveness.owners.owners[source.base.index]
    if source.isThroughPointer || function.locals[source.base].storage == .alias {
      // Some value must be known to own what the pointer points to.
      if source.projections.first == .deref || function.locals[source.base].storage == .alias {
        guard !result.isEmpty else { return nil }
      }
    }
    result.insert(paths.roots[place.index])
    var isKnown = true
    result.forEach { index in
      guard index != LentPaths.unknown else {
        isKnown = false
        return
      }
      let base = paths.paths[index].base
      switch function.locals[base].storage {
      case .stack, .borrowedParameter, .inoutParameter, .ownedParameter, .alias:
        if base == local { isKnown = false }
      case .result, .hidden: isKnown = false
      }
    }
    return isKnown ? result : nil
  }

  private func risk(of sources: NumberSet) -> LoanRisk {
    var result = LoanRisk.none
    sources.forEach { index in
      let local = function.locals[paths.paths[index].base]
      switch local.storage {
      case .stack, .ownedParameter, .alias, .result, .hidden: return
      case .borrowedParameter, .inoutParameter:
        if facts.statics.mayHold(local.type) {
          result = .calls
        } else if result == .none {
          result = .functionValues
        }
      }
    }
    return result
  }

  /// The terminator is a call of code that `risk` is about.
  private func calls(_ terminator: Terminator, _ risk: LoanRisk) -> Bool {
    guard terminator.kind == .call, risk != .none else { return false }
    guard terminator.callee.exists else { return true }
    if risk == .calls, !facts.summaries.leavesOthersAlone(terminator.callee) { return true }
    let summary = facts.summaries[terminator.callee]
    return (0..<Int(terminator.count)).contains { index in
      let operand = function.operands[Int(terminator.first) + index]
      guard operand.kind.namesPlace else { return false }
      let type = function.places[operand.placeID].type
      if liveness.paths.shapes[type].kind == .function, summary.calledParameters.contains(index) {
        return true
      }
      return risk == .calls && summary.changedParameters.contains(index)
        && liveness.mayBeStatic(operand.placeID)
    }
  }

  /// The instruction changes a static, or runs a destructor that does, or that runs code which it
  /// does not name.
  private func changesStatics(_ instruction: Instruction) -> Bool {
    guard instruction.dest.exists, instruction.opcode != .bind else { return false }
    if instruction.opcode == .drop {
      let shape = liveness.paths.shapes[function.places[instruction.dest].type]
      if shape.ownership == .unique, !facts.summaries.leavesOthersAlone(shape.dropGlue) {
        return true
      }
    }
    return liveness.mayBeStatic(instruction.dest)
  }

  /// Takes away the candidates that something changes, or whose source something changes while
  /// they are live.
  mutating func removeChanged() {
    for id in function.blocks.ids {
      let block = function.blocks[id]
      var live = NumberSet()
      var refused: [Int] = []
      liveness.walk(id, from: &live) { index, live in
        let isTerminator = index == block.instructions.count
        let (changed, used): (NumberSet, NumberSet)
        if isTerminator {
          changed = liveness.changes(by: block.terminator)
          used = liveness.uses(of: block.terminator)
        } else {
          changed = liveness.changes(by: block.instructions[index])
          used = liveness.uses(of: block.instructions[index])
        }
        for (number, candidate) in candidates.enumerated() {
          if candidate.position == Position(block: id, index: index) { continue }
          let isDrop =
            !isTerminator && block.instructions[index].opcode == .drop
            && function.places[block.instructions[index].dest].base == .local(candidate.local)
          if isDrop { continue }
          let isInUse = live.contains(candidate.path) || used.contains(candidate.path)
          let runsOthers =
            isTerminator
            ? calls(block.terminator, candidate.risk)
            : candidate.risk == .calls && changesStatics(block.instructions[index])
          if changed.contains(candidate.path)
            || (isInUse && (runsOthers || changed.meets(candidate.sources)))
          {
            refused.append(number)
          }
        }
      }
      for number in Set(refused).sorted(by: >) { candidates.remove(at: number) }
    }
  }

  /// A loan of what becomes a loan itself waits for the next round.
  mutating func removeDependent() {
    var kept: [LoanCandidate] = []
    for candidate in candidates {
      let isDependent = kept.contains {
        candidate.sources.contains($0.path) || $0.sources.contains(candidate.path)
      }
      if !isDependent { kept.append(candidate) }
    }
    candidates = kept
  }
}
