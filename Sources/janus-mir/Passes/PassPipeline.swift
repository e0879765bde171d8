// The passes over a module's functions, in their order.
//
// Errors come from the first two only. The verifiers run between passes when asked to; what they
// find is the compiler's fault.
import Base
import MIR

/// The passes, by the names that `--print-after` takes.
public enum Pass: String, CaseIterable, Sendable {
  case build
  case initialisation
  case exclusivity
  case copyElision = "copy-elision"
  case dropElaboration = "drop-elaboration"
  case simplify
}

public struct PassOptions: Sendable {
  /// Run the verifiers between all passes.
  public var verify = false
  /// Print every function after this pass.
  public var printAfter: Pass?

  public init(verify: Bool = false, printAfter: Pass? = nil) {
    self.verify = verify
    self.printAfter = printAfter
  }
}

public struct PassResults: Sendable {
  /// What the verifiers found.
  public var problems: [MIRProblem] = []
  /// What `printAfter` asked for.
  public var printed = ""
}

/// Runs all passes over `module`. Diagnostics are reported with file numbers that are indices into
/// `module.files`. A function with errors is left as it is: it may not be run.
public func runPasses(
  _ module: inout MIRModule, reporting diagnostics: inout Diagnostics,
  options: PassOptions = PassOptions()
) -> PassResults {
  var results = PassResults()
  let flags = FlagValues(in: &module)
  let shapes = MIRShapes(module)
  let facts = CopyFacts(of: module, shapes)
  for index in module.functions.indices {
    // Taken out, so that changing it copies nothing.
    var function = MIRFunction(symbol: "", displayName: "", signature: SignatureID(0))
    swap(&function, &module.functions[index])
    run(&function, module, shapes, facts, flags, &diagnostics, options, &results)
    swap(&function, &module.functions[index])
  }
  return results
}

private func run(
  _ function: inout MIRFunction, _ module: MIRModule, _ shapes: MIRShapes,
  _ facts: CopyFacts, _ flags: FlagValues, _ diagnostics: inout Diagnostics, _ options: PassOptions,
  _ results: inout PassResults
) {
  func finish(_ pass: Pass, _ function: MIRFunction, _ results: inout PassResults) {
    if options.verify, results.problems.count < 100 {
      results.problems += verifyMIR(function, in: module, shapes: shapes).map {
        var problem = $0
        problem.message = "after \(pass.rawValue): " + problem.message
        return problem
      }
    }
    if options.printAfter == pass { results.printed += writeMIRText(function, of: module) }
  }
  finish(.build, function, &results)
  let errorsBefore = diagnostics.errorCount
  makeUnwindingExplicit(in: &function, of: module)
  let paths = MovePaths(of: function, shapes)
  var elaboration = DropElaboration()
  if paths.isEmpty {
    checkExclusivity(in: function, of: module, reporting: &diagnostics)
    finish(.initialisation, function, &results)
    finish(.exclusivity, function, &results)
  } else {
    let flow = InitialisationFlow(function, paths, shapes)
    checkInitialisation(in: function, of: module, flow, reporting: &diagnostics)
    finish(.initialisation, function, &results)
    checkExclusivity(in: function, of: module, reporting: &diagnostics)
    finish(.exclusivity, function, &results)
    guard diagnostics.errorCount == errorsBefore else { return }
    let flowsAnew = elideCopies(in: &function, of: module, facts)
    finish(.copyElision, function, &results)
    elaboration = elaborateDrops(
      in: &function,
      flowsAnew ? InitialisationFlow(function, MovePaths(of: function, shapes), shapes) : flow,
      flags)
  }
  finish(.dropElaboration, function, &results)
  if options.verify, diagnostics.errorCount == errorsBefore {
    results.problems += verifyOwnership(of: function, shapes, flagged: elaboration.flagged)
  }
  simplify(&function, shapes)
  finish(.simplify, function, &results)
}
