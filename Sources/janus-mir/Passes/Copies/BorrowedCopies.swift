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
  in function: inout MIRFunction, _ loans: LoanSources
) -> Bool {
  var finder = LoanFinder(loans)
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

private struct LoanFinder {
  let liveness: CopyLiveness
  private let loans: LoanSources
  private let paths: LentPaths
  private let function: MIRFunction
  private(set) var candidates: [LoanCandidate] = []
  private var isRefused: ContiguousArray<Bool>

  init(_ loans: LoanSources) {
    self.loans = loans
    liveness = loans.liveness
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
      guard function.places[copy.a.placeID].type == function.locals[local].type,
        let sources = loans.sources(of: copy.a.placeID, for: local)
      else { continue }
      candidates.append(
        LoanCandidate(
          local: local, position: position, path: paths.roots[copy.dest.index], sources: sources,
          risk: loans.risk(of: sources)))
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

  /// Takes away the candidates that something changes, or whose source something changes while
  /// they are live.
  mutating func removeChanged() {
    for id in function.blocks.ids {
      let block = function.blocks[id]
      var live = NumberSet()
      var refused: [Int] = []
      liveness.walk(id, from: &live) { index, live in
        let isTerminator = index == block.instructions.count
        let (changed, used) = liveness.effects(of: block, at: index)
        for (number, candidate) in candidates.enumerated() {
          if candidate.position == Position(block: id, index: index) { continue }
          let isDrop =
            !isTerminator && block.instructions[index].opcode == .drop
            && function.places[block.instructions[index].dest].base == .local(candidate.local)
          if isDrop { continue }
          let isInUse = live.contains(candidate.path) || used.contains(candidate.path)
          let isEndangered =
            isInUse
            && (loans.runsOthers(block, index, candidate.risk)
              || changed.meets(candidate.sources))
          if changed.contains(candidate.path) || isEndangered { refused.append(number) }
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
