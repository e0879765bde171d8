// Elides copies that nobody can tell from none (language.md section 6, rule 4).
// Reads: functions that passed exclusivity. Produces: the same with fewer `copy_value`s: last uses
// are moves (LastUse), copies that are only read are loans (BorrowedCopies), and what a callee lent
// stays a view (LentResults). Rejects: nothing.
// Assumes: that places are initialised where they are read. Copies of a copy are found in rounds.
import Base
import MIR

/// What eliding copies wants to know of a module.
struct CopyFacts {
  let shapes: MIRShapes
  let holders: AddressHolders
  let statics: StaticContents
  let summaries: SummaryTable

  /// The facts of a module whose copies are still all there.
  init(of module: MIRModule, _ shapes: MIRShapes) {
    self.shapes = shapes
    holders = AddressHolders(shapes)
    statics = StaticContents(of: module, shapes)
    summaries = SummaryTable(of: module, shapes, holders)
  }
}

/// Elides what it can of the copies in `function`; true when something changed.
func elideCopies(
  in function: inout MIRFunction, of module: MIRModule, _ facts: CopyFacts
) -> Bool {
  guard !function.attributes.contains(.glue), hasCopies(function) else { return false }
  var changed = false
  // Loans first: a value that is moved out of part by part would have to be copied whole before.
  for _ in 0..<6 where hasCopies(function) {
    let viewed = keepLentResults(in: &function, of: module) { function in
      LoanSources(liveness(of: function, module, facts), facts)
    }
    let lent = lendUnchangedCopies(
      in: &function, LoanSources(liveness(of: function, module, facts), facts))
    let moved = moveLastCopies(in: &function, liveness(of: function, module, facts))
    guard viewed || lent || moved else { break }
    changed = true
  }
  return changed
}

private func liveness(
  of function: MIRFunction, _ module: MIRModule, _ facts: CopyFacts
) -> CopyLiveness {
  let paths = LentPaths(function, facts.shapes)
  return CopyLiveness(paths, AddressOwners(paths, module, facts.holders), facts.holders)
}

private func hasCopies(_ function: MIRFunction) -> Bool {
  function.blocks.elements.contains { block in
    block.instructions.contains { $0.opcode == .copyValue }
  }
}
