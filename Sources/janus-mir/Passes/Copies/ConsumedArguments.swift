// An argument at its last use is given to a callee that would copy it.
// Reads: functions that passed exclusivity. Produces: the same with calls of consuming forms, whose
// arguments are moved instead of lent. Rejects: nothing.
// Assumes: that places are initialised where they are read.
// An argument qualifies like the source of a last copy does (LastUse), if neither it nor anything
// that looks into it occurs elsewhere in the same call.
import Base
import MIR

/// Gives away the last arguments of calls in `function`; true when there were any.
func consumeLastArguments(
  in function: inout MIRFunction, _ liveness: CopyLiveness, _ facts: CopyFacts
) -> Bool {
  let lastUses = LastUses(liveness)
  var changed = false
  for id in function.blocks.ids where !function.blocks[id].isCleanup {
    let call = function.blocks[id].terminator
    guard call.kind == .call, let wanted = facts.forms.consumed(by: call.callee) else { continue }
    var live = NumberSet()
    liveness.walk(id, from: &live) { index, live in
      guard index == liveness.paths.function.blocks[id].instructions.count else { return }
      var given = NumberSet()
      wanted.forEach { argument in
        if lastUses.canGive(argument, of: call, live) { given.insert(argument) }
      }
      if given.isEmpty { return }
      changed = true
      give(given, in: id, of: &function, liveness.paths, facts)
    }
  }
  return changed
}

private func give(
  _ arguments: NumberSet, in block: BlockID, of function: inout MIRFunction, _ paths: LentPaths,
  _ facts: CopyFacts
) {
  let call = function.blocks[block].terminator
  var operands = Array(function.operands[Int(call.first)..<Int(call.first) + Int(call.count)])
  arguments.forEach { index in
    let place = operands[index].placeID
    operands[index] = .move(
      function.place(of: paths.places[place.index], type: function.places[place].type))
  }
  function.blocks[block].terminator.first = function.addOperands(operands)
  function.blocks[block].terminator.callee = facts.forms.consumingForm(of: call.callee, arguments)
  function.blocks[block].terminator.signature = facts.forms.signature(of: call.callee, arguments)
}
