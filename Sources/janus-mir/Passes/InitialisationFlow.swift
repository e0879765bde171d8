// The forward dataflow that initialisation, drop elaboration and the ownership verifier share.
// Reads: a function and its move paths. Produces: for each reachable block, which paths may be
// initialised and which may be uninitialised where it begins. Rejects: nothing.
// Assumes: a verified function.
// A path is definitely initialised when it may be and may not be uninitialised. A panic inside a
// block enters its cleanup with the state before the panicking instruction; one raised by a call
// enters the call's cleanup with the arguments gone and the result not there.
import Base
import MIR

/// Bits of paths: `initialised` words, then `uninitialised` words.
struct InitialisationState: Equatable {
  var words: ContiguousArray<UInt64>
  let half: Int

  init(wordCount: Int) {
    words = ContiguousArray(repeating: 0, count: wordCount * 2)
    half = wordCount
  }

  @inline(__always) func maybeInitialised(_ path: PathIndex) -> Bool {
    words[Int(path) >> 6] & (1 << UInt64(path & 63)) != 0
  }

  @inline(__always) func maybeUninitialised(_ path: PathIndex) -> Bool {
    words[half + Int(path) >> 6] & (1 << UInt64(path & 63)) != 0
  }

  @inline(__always) mutating func initialise(_ path: PathIndex) {
    let bit: UInt64 = 1 << UInt64(path & 63)
    words[Int(path) >> 6] |= bit
    words[half + Int(path) >> 6] &= ~bit
  }

  @inline(__always) mutating func uninitialise(_ path: PathIndex) {
    let bit: UInt64 = 1 << UInt64(path & 63)
    words[Int(path) >> 6] &= ~bit
    words[half + Int(path) >> 6] |= bit
  }

  /// Takes over what `other` may be; true when that changed something.
  mutating func join(_ other: InitialisationState) -> Bool {
    var changed = false
    for i in words.indices {
      let joined = words[i] | other.words[i]
      if joined != words[i] {
        words[i] = joined
        changed = true
      }
    }
    return changed
  }
}

struct InitialisationFlow {
  let function: MIRFunction
  let paths: MovePaths
  let shapes: MIRShapes
  /// For each block; nil when control never gets there.
  private(set) var entryStates: ContiguousArray<InitialisationState?>
  /// Reachable blocks in an order in which most predecessors come first.
  let order: ContiguousArray<BlockID>

  init(_ function: MIRFunction, _ paths: MovePaths, _ shapes: MIRShapes) {
    self.function = function
    self.paths = paths
    self.shapes = shapes
    order = reversePostorder(of: function)
    entryStates = []
    entryStates = solve()
  }

  /// Works on local tables: a closure that captured `self` to change it would copy everything.
  private func solve() -> ContiguousArray<InitialisationState?> {
    var entries = ContiguousArray<InitialisationState?>(
      repeating: nil, count: function.blocks.count)
    entries[0] = stateOnEntry()
    var pending = ContiguousArray(repeating: false, count: function.blocks.count)
    pending[0] = true
    var work = true
    while work {
      work = false
      for block in order where pending[block.index] {
        pending[block.index] = false
        guard var state = entries[block.index] else { continue }
        flow(through: block, &state) { target, state, _ in
          guard target.exists else { return }
          if entries[target.index] == nil {
            entries[target.index] = state
          } else if !entries[target.index]!.join(state) {
            return
          }
          pending[target.index] = true
          work = true
        }
      }
    }
    return entries
  }

  func stateOnEntry() -> InitialisationState {
    var state = InitialisationState(wordCount: paths.wordCount)
    for (index, path) in paths.paths.enumerated() {
      switch function.locals[path.local].storage {
      case .ownedParameter, .inoutParameter, .borrowedParameter, .hidden, .alias, .lent:
        state.initialise(PathIndex(index))
      case .stack, .result: state.uninitialise(PathIndex(index))
      }
    }
    return state
  }

  /// Takes `state` through `block`, and hands `leave` the state on each edge with the index of the
  /// instruction that it leaves from.
  func flow(
    through id: BlockID, _ state: inout InitialisationState,
    _ leave: (BlockID, InitialisationState, Int) -> Void
  ) {
    let block = function.blocks[id]
    for (index, instruction) in block.instructions.enumerated() {
      if block.cleanup.exists, mayPanic(instruction) {
        if instruction.opcode == .drop { uninitialise(instruction.dest, &state) }
        leave(block.cleanup, state, index)
      }
      apply(instruction, &state)
    }
    let terminator = block.terminator
    let end = block.instructions.count
    switch terminator.kind {
    case .goto: leave(terminator.next, state, end)
    case .branch:
      leave(terminator.next, state, end)
      leave(terminator.otherwise, state, end)
    case .switch:
      for i in 0..<Int(terminator.count) {
        leave(function.switchCases[Int(terminator.first) + i].target, state, end)
      }
      leave(terminator.otherwise, state, end)
    case .call:
      moveArguments(of: terminator, &state)
      leave(terminator.cleanup, state, end)
      if terminator.dest.exists { initialise(terminator.dest, &state) }
      leave(terminator.next, state, end)
    case .panic: leave(terminator.cleanup, state, end)
    case .return, .unreachable, .resume: break
    }
  }

  /// A drop panics only when a destructor may run.
  func mayPanic(_ instruction: Instruction) -> Bool {
    guard instruction.opcode == .drop else { return instruction.opcode.mayPanic }
    return shapes[function.places[instruction.dest].type].ownership == .unique
  }

  // MARK: Effects

  @inline(__always)
  func initialise(_ place: PlaceID, _ state: inout InitialisationState) {
    if case .exact(let path) = paths.places[place.index] {
      paths.forSubtree(path) { state.initialise($0) }
    }
  }

  @inline(__always)
  func uninitialise(_ place: PlaceID, _ state: inout InitialisationState) {
    if case .exact(let path) = paths.places[place.index] {
      paths.forSubtree(path) { state.uninitialise($0) }
    }
  }

  @inline(__always)
  func moveOut(_ operand: Operand, _ state: inout InitialisationState) {
    guard operand.kind == .move else { return }
    uninitialise(operand.placeID, &state)
    if case .exact(let path) = paths.places[Int(operand.index)], paths.paths[Int(path)].parent >= 0
    {
      ruleOutOtherVariants(around: path, &state)
    }
  }

  /// What was moved out of a variant's payload was the active variant's: the others hold nothing.
  private func ruleOutOtherVariants(around path: PathIndex, _ state: inout InitialisationState) {
    var active = paths.paths[Int(path)].parent
    while active >= 0 {
      let enumeration = paths.paths[Int(active)].parent
      if paths.paths[Int(active)].isVariant {
        var variant = paths.paths[Int(enumeration)].firstChild
        while variant >= 0 {
          if variant != active { paths.forSubtree(variant) { state.uninitialise($0) } }
          variant = paths.paths[Int(variant)].nextSibling
        }
      }
      active = enumeration
    }
  }

  func moveArguments(of call: Terminator, _ state: inout InitialisationState) {
    moveOut(call.operand, &state)
    for i in 0..<Int(call.count) {
      moveOut(function.operands[Int(call.first) + i], &state)
    }
  }

  /// The state after `instruction`.
  @inline(__always)
  func apply(_ instruction: Instruction, _ state: inout InitialisationState) {
    switch instruction.opcode {
    case .storageLive, .storageDead, .drop: return uninitialise(instruction.dest, &state)
    case .construct:
      for i in 0..<Int(instruction.operandCount) {
        moveOut(function.operands[Int(instruction.firstOperand) + i], &state)
      }
    case .addressOf:
      // What is done through the address is not followed; it may initialise.
      initialise(instruction.a.placeID, &state)
    case .bind, .unbind: return initialise(instruction.dest, &state)
    default:
      moveOut(instruction.a, &state)
      moveOut(instruction.b, &state)
    }
    if instruction.dest.exists { initialise(instruction.dest, &state) }
  }
}

/// The blocks that control can reach, each after most of its predecessors.
func reversePostorder(of function: MIRFunction) -> ContiguousArray<BlockID> {
  var visited = ContiguousArray(repeating: false, count: function.blocks.count)
  var result: ContiguousArray<BlockID> = []
  var stack: [(block: BlockID, next: [BlockID])] = []
  guard function.blocks.count > 0 else { return [] }
  visited[0] = true
  stack.append((BlockID(0), successors(of: BlockID(0), in: function)))
  while !stack.isEmpty {
    if let target = stack[stack.count - 1].next.popLast() {
      guard !visited[target.index] else { continue }
      visited[target.index] = true
      stack.append((target, successors(of: target, in: function)))
    } else {
      result.append(stack.removeLast().block)
    }
  }
  result.reverse()
  return result
}

/// Where control may go from `id`, cleanups included.
func successors(of id: BlockID, in function: MIRFunction) -> [BlockID] {
  let terminator = function.blocks[id].terminator
  var result: [BlockID] = []
  func add(_ block: BlockID) { if block.exists { result.append(block) } }
  add(function.blocks[id].cleanup)
  switch terminator.kind {
  case .goto: add(terminator.next)
  case .branch:
    add(terminator.otherwise)
    add(terminator.next)
  case .switch:
    add(terminator.otherwise)
    for i in 0..<Int(terminator.count) {
      add(function.switchCases[Int(terminator.first) + i].target)
    }
  case .call:
    add(terminator.cleanup)
    add(terminator.next)
  case .panic: add(terminator.cleanup)
  case .return, .unreachable, .resume: break
  }
  return result
}
