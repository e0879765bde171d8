// Elides copies that nobody can tell from none (language.md section 6, rule 4).
// Reads: functions that passed exclusivity. Produces: the same with fewer `copy_value`s: copies
// that are only read are loans (BorrowedCopies, LentValues), last uses are moves (LastUse,
// ConsumedArguments), and what a callee lent stays a view (LentResults). Rejects: nothing.
// Assumes: that places are initialised where they are read. Copies of a copy are found in rounds.
import Base
import MIR

/// What eliding copies wants to know of a module.
struct CopyFacts {
  let shapes: MIRShapes
  let holders: AddressHolders
  let statics: StaticContents
  let summaries: SummaryTable
  let forms: Specialisations

  /// The facts of a module whose copies are still all there.
  init(of module: MIRModule, _ shapes: MIRShapes) {
    self.shapes = shapes
    holders = AddressHolders(shapes)
    statics = StaticContents(of: module, shapes)
    summaries = SummaryTable(of: module, shapes, holders)
    forms = Specialisations(of: module, summaries.graph)
  }

  /// What is known of a function, whatever its form.
  func summary(of function: FunctionRefID) -> FunctionSummary {
    summaries[forms.base(of: function)]
  }

  /// The module with the functions that were added.
  func current(_ module: MIRModule) -> MIRModule {
    var result = module
    result.functionRefs = forms.references
    return result
  }

  /// Some values of the function may be in a region that ends while the function runs. They must
  /// not be given away, and what looks into them would have to end before the region does.
  func usesRegions(_ function: MIRFunction, in module: MIRModule) -> Bool {
    guard module.scratchpadType.exists else { return false }
    if function.locals.elements.contains(where: { $0.type == module.scratchpadType }) {
      return true
    }
    return function.blocks.elements.contains { block in
      let call = block.terminator
      if call.kind == .call, call.callee.exists,
        forms.references[call.callee].symbol.hasPrefix("janus_region_")
      {
        return true
      }
      return block.instructions.contains {
        $0.opcode == .regionKeep || ($0.opcode == .copyValue && $0.b.kind != .none)
      }
    }
  }

  func leavesOthersAlone(_ function: FunctionRefID) -> Bool {
    summaries.leavesOthersAlone(forms.base(of: function))
  }
}

struct CopyElision {
  var changed = false
  /// The parameters that lend the result of a lending form; nil when it cannot be lent.
  var lenders: NumberSet?
}

/// Elides what it can of the copies in `function`.
func elideCopies(
  in function: inout MIRFunction, of module: MIRModule, _ facts: CopyFacts
) -> CopyElision {
  var result = CopyElision()
  guard !function.attributes.contains(.glue), mayElide(in: function, facts) else { return result }
  let usesRegions = facts.usesRegions(function, in: module)
  // Loans first: a value that is moved out of part by part would have to be copied whole before.
  for _ in 0..<6 {
    let viewed = keepLentResults(in: &function, of: facts.current(module)) { function in
      LoanSources(liveness(of: function, module, facts), facts)
    }
    let borrowed = lendUnchangedCopies(
      in: &function, LoanSources(liveness(of: function, module, facts), facts))
    let moved = moveLastCopies(in: &function, liveness(of: function, module, facts))
    // What is moved needs no loan, and a value made of lent parts could not be given away.
    let lent =
      usesRegions
      ? nil
      : lendValues(
        in: &function, LoanSources(liveness(of: function, module, facts), facts), facts,
        lendsResult: function.attributes.contains(.lendsResult) && result.lenders == nil)
    if let lenders = lent, !lenders.isEmpty { result.lenders = lenders }
    guard viewed || borrowed || lent != nil || moved else { break }
    result.changed = true
  }
  if !usesRegions,
    consumeLastArguments(in: &function, liveness(of: function, module, facts), facts)
  {
    result.changed = true
  }
  return result
}

func liveness(
  of function: MIRFunction, _ module: MIRModule, _ facts: CopyFacts
) -> CopyLiveness {
  let paths = LentPaths(function, facts.shapes)
  return CopyLiveness(
    paths, AddressOwners(paths, facts.current(module), facts.holders), facts.holders)
}

/// There are copies, or calls of functions with other forms.
private func mayElide(in function: MIRFunction, _ facts: CopyFacts) -> Bool {
  function.blocks.elements.contains { block in
    let call = block.terminator
    return block.instructions.contains { $0.opcode == .copyValue }
      || call.kind == .call
        && (facts.forms.lenders(of: call.callee) != nil
          || facts.forms.consumed(by: call.callee) != nil)
  }
}
