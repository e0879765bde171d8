// Which functions have special forms.
// Reads: functions that passed exclusivity, with all their copies, and the facts of their module.
// Produces: `Specialisations` that say whose results can be lent by which parameters, and who
// copies which parameters. Rejects: nothing. Assumes: verified functions.
// Each form is tried: the copies of a throw-away body are elided. Callees come first; functions
// that call each other are taken to lend until one of them is shown not to, and to consume nothing
// until one is shown to.
import Base
import MIR

struct FormFinder {
  let module: MIRModule
  let facts: CopyFacts
  /// For each function: it was accepted.
  let isSound: [Bool]

  func findForms() {
    facts.forms.isTrial = true
    for component in facts.summaries.graph.components {
      let candidates = component.filter(mayHaveForms)
      if candidates.isEmpty { continue }
      findLending(candidates)
      findConsuming(candidates, isRecursive: component.count > 1 || callsItself(component[0]))
    }
    facts.forms.isTrial = false
  }

  private func callsItself(_ body: Int) -> Bool {
    facts.summaries.graph.callees[body].contains(body)
  }

  private func mayHaveForms(_ body: Int) -> Bool {
    let function = module.functions[body]
    let excluded: FunctionAttributes = [.glue, .destructor, .lends]
    return isSound[body] && function.attributes.isDisjoint(with: excluded)
      && !module.signatures[function.signature].hasEnvironment
      && !borrowedParameters(of: function).isEmpty && !reliesOnSoleOwners(function)
  }

  /// Code of `:core` in a program that counts: it names the glue of its copies, and what it is
  /// given instead of a copy may be shared.
  private func reliesOnSoleOwners(_ function: MIRFunction) -> Bool {
    function.blocks.elements.contains { block in
      block.instructions.contains { $0.opcode == .copyValue && $0.c.kind != .none }
    }
  }

  /// The parameters of types that own memory, lent read-only.
  private func borrowedParameters(of function: MIRFunction) -> NumberSet {
    var result = NumberSet()
    let parameters = module.signatures[function.signature].parameters
    for (index, parameter) in parameters.enumerated() where index < 64 {
      if parameter.mode == .borrowed, facts.shapes[parameter.type].ownership == .copyable {
        result.insert(index)
      }
    }
    return result
  }

  // MARK: Lending

  private func findLending(_ candidates: [Int]) {
    var lending = candidates.filter { body in
      let function = module.functions[body]
      let result = module.signatures[function.signature].result
      return facts.shapes[result].ownership == .copyable
    }
    for body in lending {
      facts.forms.setLenders(borrowedParameters(of: module.functions[body]), of: body)
    }
    var changed = true
    while changed {
      changed = false
      lending.removeAll { body in
        var function = module.functions[body].specialised(.lending, in: module)
        let lenders = elideCopies(in: &function, of: module, facts).lenders
        facts.forms.setLenders(lenders, of: body)
        if lenders == nil { changed = true }
        return lenders == nil
      }
    }
  }

  // MARK: Consuming

  private func findConsuming(_ candidates: [Int], isRecursive: Bool) {
    var changed = true
    while changed {
      changed = false
      for body in candidates {
        var own = module.functions[body]
        _ = elideCopies(in: &own, of: module, facts)
        let copies = copyCount(own)
        if copies == 0 { continue }
        borrowedParameters(of: own).forEach { parameter in
          guard !facts.forms.isConsumed(parameter, by: body) else { return }
          var function = module.functions[body]
            .specialised(.consuming(1 << UInt64(parameter)), in: module)
          _ = elideCopies(in: &function, of: module, facts)
          guard copyCount(function) < copies else { return }
          facts.forms.addConsumed(parameter, by: body)
          changed = isRecursive
        }
      }
    }
  }

  /// How many copies a function makes, or has made for it by what it lends its values to.
  private func copyCount(_ function: MIRFunction) -> Int {
    var result = 0
    for block in function.blocks.elements where !block.isCleanup {
      for instruction in block.instructions where instruction.opcode == .copyValue { result += 1 }
      guard block.terminator.kind == .call,
        let consumed = facts.forms.consumed(by: block.terminator.callee)
      else { continue }
      for index in 0..<Int(block.terminator.count) where consumed.contains(index) {
        let operand = function.operands[Int(block.terminator.first) + index]
        if operand.kind == .borrow { result += 1 }
      }
    }
    return result
  }
}
