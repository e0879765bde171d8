// A concrete path on which a place lost its value, for diagnostics.
// Reads: a function, its flow, a use and a path. Produces: the positions from the place where the
// value was lost to the use, the shortest such path. Rejects: nothing.
// Assumes: that the path may be uninitialised at the use; so it runs for errors only.
import Base
import MIR

struct MoveTrace {
  /// The instruction that moved the value away; nil when there never was a value.
  var move: Position?
  /// From the move to the use: the ends, and the terminators between.
  var positions: [Position]
}

/// Breadth-first search backwards from `use`, past everything that leaves `path` alone. A move is
/// preferred to a declaration without a value.
func findTrace(
  to use: Position, _ path: PathIndex, in function: MIRFunction, _ flow: InitialisationFlow
) -> MoveTrace? {
  var search = TraceSearch(function: function, flow: flow, path: path)
  return search.run(from: use)
}

private enum TraceEnd {
  case moved(Int)
  case initialised
  case passed
}

private struct TraceSearch {
  let function: MIRFunction
  let flow: InitialisationFlow
  let path: PathIndex
  private var predecessors: [[BlockID]] = []

  init(function: MIRFunction, flow: InitialisationFlow, path: PathIndex) {
    self.function = function
    self.flow = flow
    self.path = path
  }

  mutating func run(from use: Position) -> MoveTrace? {
    predecessors = Array(repeating: [], count: function.blocks.count)
    for block in flow.order {
      for target in successors(of: block, in: function) { predecessors[target.index].append(block) }
    }
    // Steps: a block, entered from its end (or at the use), and the step after it.
    var steps: [(block: BlockID, after: Int)] = [(use.block, -1)]
    var visited: Set<BlockID> = []
    var next = 0
    while next < steps.count {
      let (block, after) = steps[next]
      let limit = after < 0 ? use.index : function.blocks[block].instructions.count + 1
      let toward = after < 0 ? BlockID.none : steps[after].block
      switch scan(block, below: limit, leavingTo: toward) {
      case .moved(let index):
        return trace(Position(block: block, index: index), next, steps, use)
      case .initialised: break
      case .passed:
        for predecessor in predecessors[block.index]
        where visited.insert(predecessor).inserted { steps.append((predecessor, next)) }
      }
      next += 1
    }
    return MoveTrace(move: nil, positions: [use])
  }

  /// The last effect on the path among the instructions below `limit`.
  private func scan(_ id: BlockID, below limit: Int, leavingTo target: BlockID) -> TraceEnd {
    let block = function.blocks[id]
    var index = limit - 1
    while index >= 0 {
      var state = InitialisationState(wordCount: flow.paths.wordCount)
      if index == block.instructions.count {
        guard block.terminator.kind == .call else {
          index -= 1
          continue
        }
        flow.moveArguments(of: block.terminator, &state)
        let isMove = state.maybeUninitialised(path)
        if block.terminator.dest.exists, target == block.terminator.next {
          flow.initialise(block.terminator.dest, &state)
        }
        if state.maybeInitialised(path) { return .initialised }
        if isMove { return .moved(index) }
      } else {
        let instruction = block.instructions[index]
        flow.apply(instruction, &state)
        if state.maybeInitialised(path) {
          // `x = f(move x)` in one instruction moves first.
          return .initialised
        }
        if state.maybeUninitialised(path) {
          return instruction.opcode == .storageLive || instruction.opcode == .storageDead
            || instruction.opcode == .drop ? .initialised : .moved(index)
        }
      }
      index -= 1
    }
    return .passed
  }

  private func trace(
    _ move: Position, _ found: Int, _ steps: [(block: BlockID, after: Int)], _ use: Position
  ) -> MoveTrace {
    var positions = [move]
    var step = found
    while step >= 0, steps[step].after >= 0 {
      let block = steps[step].block
      positions.append(
        Position(block: block, index: function.blocks[block].instructions.count))
      step = steps[step].after
    }
    positions.append(use)
    return MoveTrace(move: move, positions: positions)
  }
}
