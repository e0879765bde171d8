// Makes the ends of unwinding explicit in functions that move out of what is lent to them.
// Reads: functions as lowering made them. Produces: the same with a cleanup block wherever a panic
// would leave the function without one. Drop elaboration then sees what a panic leaves behind
// (a panic that leaves a lent value moved out ends the process), and simplification takes the
// blocks away again that only resume.
// Rejects: nothing. Assumes: a verified function.
import Base
import MIR

/// Adds the missing cleanups to `function` if it moves out of an `inout` parameter or an alias.
func makeUnwindingExplicit(in function: inout MIRFunction, of module: MIRModule) {
  guard !function.attributes.contains(.glue), movesOutOfLent(function) else { return }
  function.unwindEverywhere(in: module)
}

extension MIRFunction {
  /// Gives a cleanup, which only resumes, to whatever may panic and has none.
  mutating func unwindEverywhere(in module: MIRModule) {
    let end = addBlock(isCleanup: true)
    terminate(end, Terminator(kind: .resume), at: .none)
    for id in blocks.ids where !blocks[id].isCleanup {
      if blocks[id].cleanup.isNone { blocks[id].cleanup = end }
      switch blocks[id].terminator.kind {
      case .call, .panic:
        if blocks[id].terminator.cleanup.isNone, mayUnwind(blocks[id].terminator, module) {
          blocks[id].terminator.cleanup = end
        }
      case .goto, .branch, .switch, .return, .unreachable, .resume: break
      }
    }
  }
}

/// Functions of the runtime that return never panic.
private func mayUnwind(_ terminator: Terminator, _ module: MIRModule) -> Bool {
  terminator.callee.isNone || terminator.next.isNone
    || !module.functionRefs[terminator.callee].isRuntime
}

private func movesOutOfLent(_ function: MIRFunction) -> Bool {
  guard function.locals.elements.contains(where: { $0.storage.lendsExclusively }) else {
    return false
  }
  func moves(_ operand: Operand) -> Bool {
    guard operand.kind == .move, case .local(let local) = function.places[operand.placeID].base
    else { return false }
    return function.locals[local].storage.lendsExclusively
  }
  return function.operands.contains(where: moves)
    || function.blocks.elements.contains { block in
      block.instructions.contains { moves($0.a) || moves($0.b) }
    }
}
