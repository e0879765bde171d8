// What must stay the same as long as a loan or a view of it is in use.
// Reads: a function's `CopyLiveness`. Produces: answers. Rejects: nothing.
// Assumes: that places are initialised where they are read.
// Sources that this function owns change only where it says so; what it was lent may also be
// changed by code that whoever owns it handed to this function, and statics by any call.
import Base
import MIR

/// What a call may do to the source of a loan besides changing what it is given.
enum LoanRisk {
  /// Nothing: the function owns the source.
  case none
  /// The source is lent to this function; the code behind a function value may belong to whoever
  /// owns it.
  case functionValues
  /// It may be a static that changes.
  case calls
}

struct LoanSources {
  let liveness: CopyLiveness
  private let function: MIRFunction
  private let facts: CopyFacts

  init(_ liveness: CopyLiveness, _ facts: CopyFacts) {
    self.liveness = liveness
    self.facts = facts
    function = liveness.paths.function
  }

  /// The paths that a place belongs to; nil when not all of them are known, or one is `local`'s.
  func sources(of place: PlaceID, for local: LocalID) -> NumberSet? {
    let source = liveness.paths.places[place.index]
    guard source.base.exists, source.base != local else { return nil }
    var result = liveness.owners.owners[source.base.index]
    if source.isThroughPointer || function.locals[source.base].storage == .alias {
      // Some value must be known to own what the pointer points to.
      if function.locals[source.base].storage == .alias {
        guard isOwned(source.base) else { return nil }
      } else if source.projections.first == .deref {
        guard !result.isEmpty else { return nil }
      }
    }
    result.insert(liveness.paths.roots[place.index])
    return areKnown(result, to: local) ? result : nil
  }

  /// Every one of `sources` is a value that this function can see change; none belongs to `local`.
  func areKnown(_ sources: NumberSet, to local: LocalID) -> Bool {
    var result = true
    sources.forEach { index in
      guard index != LentPaths.unknown else {
        result = false
        return
      }
      let base = liveness.paths.paths[index].base
      switch function.locals[base].storage {
      case .stack, .borrowedParameter, .inoutParameter, .ownedParameter, .alias, .lent:
        if base == local { result = false }
      case .result, .hidden: result = false
      }
    }
    return result
  }

  func risk(of sources: NumberSet) -> LoanRisk {
    var result = LoanRisk.none
    sources.forEach { index in
      let base = liveness.paths.paths[index].base
      let local = function.locals[base]
      switch local.storage {
      case .stack, .ownedParameter, .result, .hidden, .lent: return
      case .alias:
        if !liveness.owners.isCapture[base.index] { return }
      case .borrowedParameter, .inoutParameter: break
      }
      if facts.statics.mayHold(local.type) {
        result = .calls
      } else if result == .none {
        result = .functionValues
      }
    }
    return result
  }

  /// What an alias stands for is known, or a capture, which is a source by itself.
  func isOwned(_ alias: LocalID) -> Bool {
    liveness.owners.isCapture[alias.index] || !liveness.owners.owners[alias.index].isEmpty
  }

  /// The step at `index` of `block` (behind its instructions: the terminator) runs code that `risk`
  /// is about.
  func runsOthers(_ block: Block, _ index: Int, _ risk: LoanRisk) -> Bool {
    guard index < block.instructions.count else { return calls(block.terminator, risk) }
    return risk == .calls && changesStatics(block.instructions[index])
  }

  private func calls(_ terminator: Terminator, _ risk: LoanRisk) -> Bool {
    guard terminator.kind == .call, risk != .none else { return false }
    guard terminator.callee.exists else { return true }
    if risk == .calls, !facts.leavesOthersAlone(terminator.callee) { return true }
    let summary = facts.summary(of: terminator.callee)
    return (0..<Int(terminator.count)).contains { index in
      let operand = function.operands[Int(terminator.first) + index]
      guard operand.kind.namesPlace else { return false }
      let type = function.places[operand.placeID].type
      if liveness.paths.shapes[type].kind == .function, summary.calledParameters.contains(index) {
        return true
      }
      return risk == .calls && summary.changedParameters.contains(index)
        && liveness.mayBeStatic(operand.placeID)
    }
  }

  /// The instruction changes a static, or runs a destructor that does, or that runs code which it
  /// does not name.
  private func changesStatics(_ instruction: Instruction) -> Bool {
    guard instruction.dest.exists, instruction.opcode != .bind else { return false }
    if instruction.opcode == .drop {
      let shape = liveness.paths.shapes[function.places[instruction.dest].type]
      if shape.ownership == .unique, !facts.leavesOthersAlone(shape.dropGlue) {
        return true
      }
    }
    return liveness.mayBeStatic(instruction.dest)
  }
}
