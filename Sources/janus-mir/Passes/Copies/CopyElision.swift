// Elides copies that nobody can tell from none (language.md section 6, rule 4).
// Reads: functions that passed exclusivity. Produces: the same with fewer `copy_value`s: last uses
// are moves (LastUse), copies that are only read are loans (BorrowedCopies). Rejects: nothing.
// Assumes: that places are initialised where they are read. Copies of a copy are found in rounds.
import Base
import MIR

/// Elides what it can of the copies in `function`; true when something changed.
func elideCopies(
  in function: inout MIRFunction, of module: MIRModule, _ shapes: MIRShapes,
  _ holders: AddressHolders
) -> Bool {
  guard !function.attributes.contains(.glue), hasCopies(function) else { return false }
  var changed = false
  for _ in 0..<4 {
    if moveLastCopies(in: &function, liveness(of: function, module, shapes, holders)) {
      changed = true
    }
    guard hasCopies(function),
      lendUnchangedCopies(in: &function, liveness(of: function, module, shapes, holders))
    else { break }
    changed = true
  }
  return changed
}

private func liveness(
  of function: MIRFunction, _ module: MIRModule, _ shapes: MIRShapes, _ holders: AddressHolders
) -> CopyLiveness {
  let paths = LentPaths(function, shapes)
  return CopyLiveness(paths, AddressOwners(paths, module, holders), holders)
}

private func hasCopies(_ function: MIRFunction) -> Bool {
  function.blocks.elements.contains { block in
    block.instructions.contains { $0.opcode == .copyValue }
  }
}
