// A copy whose source is not used again is a move.
// Reads: functions that passed exclusivity. Produces: the same with `assign … move` for each
// `copy_value` out of a value that this function owns and that nothing uses later. Drop elaboration
// then finds the source moved out.
// Rejects: nothing. Assumes: that places are initialised where they are read.
// A source qualifies when it is a local of the frame or an owned parameter, or a field or payload
// of one; when it owns what it holds (it is dropped somewhere, and is no view); and when neither
// it nor anything that overlaps it, nor an address into it, is live behind the copy (CopyLiveness).
import Base
import MIR

/// Turns last copies of `function` into moves; true when there were any.
func moveLastCopies(in function: inout MIRFunction, _ liveness: CopyLiveness) -> Bool {
  let lastUses = LastUses(liveness)
  var found: [Position] = []
  for id in function.blocks.ids where !function.blocks[id].isCleanup {
    let instructions = function.blocks[id].instructions
    guard instructions.contains(where: { $0.opcode == .copyValue }) else { continue }
    var live = NumberSet()
    liveness.walk(id, from: &live) { index, live in
      guard index < instructions.count, instructions[index].opcode == .copyValue,
        lastUses.canMove(instructions[index], live)
      else { return }
      found.append(Position(block: id, index: index))
    }
  }
  for position in found {
    let old = function.blocks[position.block].instructions[position.index]
    let type = function.places[old.dest].type
    let source = function.place(of: liveness.paths.places[old.a.placeID.index], type: type)
    function.blocks[position.block].instructions[position.index] = Instruction(
      .assign, type: type, dest: old.dest, a: .move(source))
  }
  return !found.isEmpty
}

/// Which values may be given away where they are used.
struct LastUses {
  private let liveness: CopyLiveness
  private let paths: LentPaths
  private let isDropped: ContiguousArray<Bool>

  init(_ liveness: CopyLiveness) {
    self.liveness = liveness
    paths = liveness.paths
    isDropped = droppedLocals(of: liveness.paths.function)
  }

  /// The copy may be a move.
  func canMove(_ copy: Instruction, _ live: NumberSet) -> Bool {
    canGive(copy.a.placeID, into: copy.dest, live)
  }

  /// The argument that a call is lent may be given to it.
  func canGive(_ argument: Int, of call: Terminator, _ live: NumberSet) -> Bool {
    let operand = paths.function.operands[Int(call.first) + argument]
    guard operand.kind == .borrow, canGive(operand.placeID, into: call.dest, live) else {
      return false
    }
    let own = paths.overlaps[operand.placeID.index]
    func isApart(_ other: Operand) -> Bool { !liveness.uses(of: other).meets(own) }
    return isApart(call.operand)
      && (0..<Int(call.count)).allSatisfy {
        $0 == argument || isApart(paths.function.operands[Int(call.first) + $0])
      }
  }

  /// The function owns the value in `place` and uses it here for the last time.
  private func canGive(_ place: PlaceID, into dest: PlaceID, _ live: NumberSet) -> Bool {
    let source = paths.places[place.index]
    guard source.base.exists, source.isPlain, isDropped[source.base.index],
      dest.isNone || paths.places[dest.index].base != source.base,
      !liveness.owners.mayBeView[source.base.index]
    else { return false }
    switch paths.function.locals[source.base].storage {
    case .stack, .ownedParameter: break
    case .result, .borrowedParameter, .inoutParameter, .alias, .hidden, .lent: return false
    }
    return !live.contains(paths.roots[place.index])
      && !liveness.owners.escaped.meets(paths.overlaps[place.index])
  }
}

/// For each local: something destroys it or a part of it, so that it owns what it holds.
private func droppedLocals(of function: MIRFunction) -> ContiguousArray<Bool> {
  var result = ContiguousArray(repeating: false, count: function.locals.count)
  for block in function.blocks.elements {
    for instruction in block.instructions where instruction.opcode == .drop {
      if case .local(let local) = function.places[instruction.dest].base {
        result[local.index] = true
      }
    }
  }
  return result
}

extension MIRFunction {
  /// A place that is not reached through aliases.
  mutating func place(of resolved: ResolvedPlace, type: MIRTypeID) -> PlaceID {
    let first = UInt32(projections.count)
    projections.append(contentsOf: resolved.projections)
    return places.append(
      Place(
        base: .local(resolved.base), firstProjection: first,
        projectionCount: UInt32(resolved.projections.count), type: type))
  }
}
