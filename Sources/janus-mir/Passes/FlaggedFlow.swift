// The initialisation dataflow, one state for each set of drop flags that are on.
// Reads: an elaborated function and the flags of one local. Produces: for each block and each set
// of these flags that control may enter it with, the state there. Rejects: nothing.
// Assumes: flags are bool locals that are assigned constants and tested by branches alone.
// Nothing is assumed of a flag before it is assigned: it may be on or off.
import Base
import MIR

/// The flags that are on, by their position in the list.
typealias FlagSet = UInt32

struct FlaggedFlow {
  /// For each block.
  private(set) var entryStates: ContiguousArray<[FlagSet: InitialisationState]>
  private let flow: InitialisationFlow
  private let on: ConstantID
  private let positions: [LocalID: Int]

  /// More flags than this are too many sets.
  private static let mostFlags = 6

  /// Nil when there are too many flags.
  init?(_ flow: InitialisationFlow, flags: DropFlags, of local: LocalID) {
    let on = flags.on
    let flags = flags.byLocal[local] ?? []
    guard flags.count <= FlaggedFlow.mostFlags else { return nil }
    self.flow = flow
    self.on = on
    positions = Dictionary(
      flags.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    entryStates = ContiguousArray(repeating: [:], count: flow.function.blocks.count)
    for set in 0..<(FlagSet(1) << FlagSet(flags.count)) {
      entryStates[0][set] = flow.stateOnEntry()
    }
    solve()
  }

  private mutating func solve() {
    var pending = ContiguousArray(repeating: false, count: entryStates.count)
    pending[0] = true
    var work = true
    while work {
      work = false
      for block in flow.order where pending[block.index] {
        pending[block.index] = false
        for (set, entry) in entryStates[block.index] {
          for (target, targetSet, state) in edges(from: block, set, entry) {
            guard join(state, into: target, targetSet) else { continue }
            pending[target.index] = true
            work = true
          }
        }
      }
    }
  }

  private mutating func join(
    _ state: InitialisationState, into block: BlockID, _ set: FlagSet
  ) -> Bool {
    guard entryStates[block.index][set] != nil else {
      entryStates[block.index][set] = state
      return true
    }
    return entryStates[block.index][set]!.join(state)
  }

  private func edges(
    from block: BlockID, _ set: FlagSet, _ entry: InitialisationState
  ) -> [(BlockID, FlagSet, InitialisationState)] {
    var result: [(BlockID, FlagSet, InitialisationState)] = []
    var state = entry
    let terminator = flow.function.blocks[block].terminator
    flow.flow(through: block, &state) { target, state, index in
      guard target.exists else { return }
      let flags = self.flags(at: index, of: block, from: set)
      if let tested = flag(tested: terminator) {
        if target == terminator.next, !isOn(tested, flags) { return }
        if target == terminator.otherwise, isOn(tested, flags) { return }
      }
      result.append((target, flags, state))
    }
    return result
  }

  private func isOn(_ position: Int, _ set: FlagSet) -> Bool { set & (1 << FlagSet(position)) != 0 }

  /// The flag that a branch tests.
  private func flag(tested terminator: Terminator) -> Int? {
    guard terminator.kind == .branch, terminator.next != terminator.otherwise,
      terminator.operand.kind == .copy || terminator.operand.kind == .move
    else { return nil }
    return position(of: terminator.operand.placeID)
  }

  private func position(of place: PlaceID) -> Int? {
    guard place.exists, flow.function.places[place].projectionCount == 0,
      case .local(let local) = flow.function.places[place].base
    else { return nil }
    return positions[local]
  }

  /// Which flags are on before instruction `index`.
  private func flags(at index: Int, of block: BlockID, from set: FlagSet) -> FlagSet {
    var set = set
    for instruction in flow.function.blocks[block].instructions.prefix(index)
    where instruction.opcode == .assign {
      guard let position = position(of: instruction.dest) else { continue }
      // A flag is assigned one of two constants.
      if instruction.a == .constant(on) {
        set |= 1 << FlagSet(position)
      } else {
        set &= ~(1 << FlagSet(position))
      }
    }
    return set
  }
}
