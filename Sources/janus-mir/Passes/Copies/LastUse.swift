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
  let isDropped = droppedLocals(of: function)
  var found: [Position] = []
  for id in function.blocks.ids where !function.blocks[id].isCleanup {
    let instructions = function.blocks[id].instructions
    guard instructions.contains(where: { $0.opcode == .copyValue }) else { continue }
    var live = NumberSet()
    liveness.walk(id, from: &live) { index, live in
      guard index < instructions.count, instructions[index].opcode == .copyValue,
        canMove(instructions[index], live, liveness, isDropped)
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

private func canMove(
  _ copy: Instruction, _ live: NumberSet, _ liveness: CopyLiveness,
  _ isDropped: ContiguousArray<Bool>
) -> Bool {
  let paths = liveness.paths
  let source = paths.places[copy.a.placeID.index]
  guard source.base.exists, source.isPlain, isDropped[source.base.index],
    paths.places[copy.dest.index].base != source.base,
    !liveness.owners.mayBeView[source.base.index]
  else { return false }
  switch paths.function.locals[source.base].storage {
  case .stack, .ownedParameter: break
  case .result, .borrowedParameter, .inoutParameter, .alias, .hidden: return false
  }
  return !live.contains(paths.roots[copy.a.placeID.index])
    && !liveness.owners.escaped.meets(paths.overlaps[copy.a.placeID.index])
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
