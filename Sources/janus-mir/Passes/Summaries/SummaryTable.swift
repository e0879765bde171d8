// The summaries of a module's functions.
// Reads: functions that passed exclusivity, with all the copies that the language asks for.
// Produces: a `SummaryTable`: the least one that all bodies keep, found bottom-up over the
// components of the call graph. A function without a body may do anything. Rejects: nothing.
// Assumes: a verified module.
import Base
import MIR

struct SummaryTable {
  let graph: CallGraph
  /// By the number of the body.
  private(set) var summaries: [FunctionSummary]
  private let references: [FunctionRef]
  private let signatures: [MIRSignature]
  private let staticCount: Int

  /// The summaries of all functions of `module`.
  init(of module: MIRModule, _ shapes: MIRShapes, _ holders: AddressHolders) {
    graph = CallGraph(of: module, shapes)
    references = Array(module.functionRefs.elements)
    signatures = Array(module.signatures.elements)
    staticCount = module.statics.count
    summaries = module.functions.map {
      FunctionSummary(parameterCount: module.signatures[$0.signature].argumentCount)
    }
    for component in graph.components {
      let isRecursive = component.count > 1 || graph.callees[component[0]].contains(component[0])
      var changed = true
      while changed {
        changed = false
        for index in component {
          let flow = MemoryFlow(module.functions[index], module, shapes, holders, self)
          if summaries[index].formUnion(flow.summary()) { changed = isRecursive }
        }
      }
    }
  }

  /// What is known of the function behind a reference.
  subscript(_ function: FunctionRefID) -> FunctionSummary {
    let body = graph.bodies[function.index]
    if body >= 0 { return summaries[body] }
    let reference = references[function.index]
    let signature = signatures[reference.signature.index]
    if reference.isRuntime { return runtimeSummary(signature) }
    return FunctionSummary(anythingBy: signature, statics: staticCount)
  }

  /// A C function of the runtime.
  func isRuntime(_ function: FunctionRefID) -> Bool { references[function.index].isRuntime }

  /// It gives back what it was given, or what is new.
  private func runtimeSummary(_ signature: MIRSignature) -> FunctionSummary {
    var summary = FunctionSummary(parameterCount: signature.argumentCount)
    for index in 0..<signature.argumentCount { summary.result.shared.insert(index) }
    return summary
  }

  /// Calling the function changes no static and runs no code but what it names, unless a function
  /// value among its arguments does.
  func leavesOthersAlone(_ function: FunctionRefID) -> Bool {
    let summary = self[function]
    return summary.changedStatics.isEmpty && !summary.callsUnknownCode
  }
}
