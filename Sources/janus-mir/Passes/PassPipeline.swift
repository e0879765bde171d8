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
  case summaries
  case copyElision = "copy-elision"
  case uniquenessTests = "uniqueness-tests"
  case dropElaboration = "drop-elaboration"
  case simplify
  case destinations
}

public struct PassOptions: Sendable {
  /// Run the verifiers between all passes.
  public var verify = false
  /// Print every function, or what was found out about it, after this pass.
  public var printAfter: Pass?
  /// Make every copy of the source, so that tests can compare with programs without some.
  public var keepsCopies = false
  /// Try whether the verifiers notice when an instruction is missing (Mutants.swift); for tests.
  public var tellsMutants = false
  /// Say which copies remain in functions of these files, by their numbers in the module.
  public var explained: Set<UInt32> = []

  public init(verify: Bool = false, printAfter: Pass? = nil) {
    self.verify = verify
    self.printAfter = printAfter
  }
}

public struct PassResults: Sendable {
  public var mutants = MutantReport()
  /// What the verifiers found.
  public var problems: [MIRProblem] = []
  /// What `printAfter` asked for.
  public var printed = ""
  /// The copies that remain in the files that `explained` names.
  public var copies: [RemainingCopy] = []
}

/// Runs all passes over `module`. Diagnostics are reported with file numbers that are indices into
/// `module.files`. A function with errors is left as it is: it may not be run.
public func runPasses(
  _ module: inout MIRModule, reporting diagnostics: inout Diagnostics,
  options: PassOptions = PassOptions()
) -> PassResults {
  var pipeline = PassPipeline(&module, options)
  pipeline.check(&module, reporting: &diagnostics)
  let facts = CopyFacts(of: module, pipeline.shapes)
  checkRegions(of: module, facts, reporting: &diagnostics)
  pipeline.refine(&module, facts, reporting: &diagnostics)
  if !diagnostics.hasErrors { pipeline.passDestinations(in: &module) }
  return pipeline.results
}

private struct PassPipeline {
  let options: PassOptions
  let flags: FlagValues
  let shapes: MIRShapes
  var results = PassResults()
  /// For each function: how its places are initialised; none where nothing is followed.
  private var flows: [InitialisationFlow?] = []
  private var isSound: [Bool] = []

  init(_ module: inout MIRModule, _ options: PassOptions) {
    self.options = options
    flags = FlagValues(in: &module)
    shapes = MIRShapes(module)
  }

  /// Runs `body` on each function, taken out so that changing it copies nothing.
  private mutating func forEachFunction(
    of module: inout MIRModule,
    _ body: (inout PassPipeline, inout MIRFunction, MIRModule, Int) -> Void
  ) {
    for index in module.functions.indices {
      var function = MIRFunction(symbol: "", displayName: "", signature: SignatureID(0))
      swap(&function, &module.functions[index])
      body(&self, &function, module, index)
      swap(&function, &module.functions[index])
    }
  }

  private mutating func finish(_ pass: Pass, _ function: MIRFunction, _ module: MIRModule) {
    if options.verify, results.problems.count < 100 {
      results.problems += verifyMIR(function, in: module, shapes: shapes).map {
        var problem = $0
        problem.message = "after \(pass.rawValue): " + problem.message
        return problem
      }
    }
    if options.printAfter == pass { results.printed += writeMIRText(function, of: module) }
  }

  // MARK: What may be wrong

  /// The passes that reject, function by function.
  mutating func check(_ module: inout MIRModule, reporting diagnostics: inout Diagnostics) {
    let consumed = MustConsumeTypes(shapes)
    let statics = StaticUses(of: module)
    var found = Diagnostics()
    swap(&found, &diagnostics)
    forEachFunction(of: &module) { pipeline, function, module, _ in
      let errorsBefore = found.errorCount
      pipeline.finish(.build, function, module)
      makeUnwindingExplicit(in: &function, of: module)
      let paths = MovePaths(of: function, pipeline.shapes)
      var flow: InitialisationFlow?
      if !paths.isEmpty || movesAnything(function) {
        flow = InitialisationFlow(function, paths, pipeline.shapes)
        checkInitialisation(in: function, of: module, flow!, reporting: &found)
        checkConsumption(in: function, of: module, consumed, flow!, reporting: &found)
      }
      pipeline.finish(.initialisation, function, module)
      checkExclusivity(in: function, of: module, statics, reporting: &found)
      pipeline.finish(.exclusivity, function, module)
      pipeline.flows.append(flow)
      pipeline.isSound.append(found.errorCount == errorsBefore)
    }
    swap(&found, &diagnostics)
  }

  // MARK: What rejects nothing

  /// The passes that rewrite what was accepted.
  mutating func refine(
    _ module: inout MIRModule, _ facts: CopyFacts, reporting diagnostics: inout Diagnostics
  ) {
    if options.printAfter == .summaries { results.printed += facts.summaries.text(of: module) }
    if !options.keepsCopies {
      FormFinder(module: module, facts: facts, isSound: isSound).findForms()
      elideCopies(of: &module, facts)
    }
    noteCopies(of: module, facts, reporting: &diagnostics)
    let owners = OwnerFunctions(of: module)
    forEachFunction(of: &module) { pipeline, function, module, index in
      let flow = pipeline.flows[index]
      pipeline.flows[index] = nil
      if pipeline.isSound[index] { pipeline.finish(&function, flow, module, owners) }
    }
    if !facts.forms.wanted.isEmpty { module.functions.sort { $0.symbol < $1.symbol } }
  }

  /// Elides copies in all functions, and adds the forms of functions that are wanted then.
  private mutating func elideCopies(of module: inout MIRModule, _ facts: CopyFacts) {
    let originals = module.functions
    forEachFunction(of: &module) { pipeline, function, module, index in
      guard pipeline.isSound[index], pipeline.flows[index] != nil else { return }
      if Passes.elideCopies(in: &function, of: module, facts).changed {
        pipeline.flows[index] = pipeline.flow(of: function)
      }
    }
    var made = 0
    while made < facts.forms.wanted.count {
      let wanted = facts.forms.wanted[made]
      made += 1
      var function = originals[wanted.body].specialised(wanted.form, in: module)
      function.symbol = wanted.symbol
      function.signature = wanted.signature
      _ = Passes.elideCopies(in: &function, of: module, facts)
      module.functions.append(function)
      flows.append(flow(of: function))
      isSound.append(true)
    }
    module.functionRefs = facts.forms.references
    module.signatures = facts.forms.signatures
  }

  /// Says which copies remain in functions that are called; a function's own form may not be when
  /// it has others.
  private mutating func noteCopies(
    of module: MIRModule, _ facts: CopyFacts, reporting diagnostics: inout Diagnostics
  ) {
    let called = CallGraph(of: module, shapes)
    var isCalled = Array(repeating: false, count: module.functions.count)
    for callees in called.callees { for callee in callees { isCalled[callee] = true } }
    let others = Set(facts.forms.wanted.map(\.body))
    for (index, function) in module.functions.enumerated() where isSound[index] {
      let isForbidden = function.attributes.contains(.noImplicitCopy)
      guard isForbidden || options.explained.contains(function.file),
        isCalled[index] || !others.contains(index)
      else { continue }
      let copies = remainingCopies(in: function, liveness(of: function, module, facts), module)
      if options.explained.contains(function.file) { results.copies += copies }
      guard isForbidden else { continue }
      for copy in copies where copy.reason != .explicit { diagnostics.report(copy.forbidden) }
    }
  }

  /// Where the memory of results comes from, when all functions have their final form.
  mutating func passDestinations(in module: inout MIRModule) {
    Passes.passDestinations(in: &module, shapes, CallGraph(of: module, shapes))
    forEachFunction(of: &module) { pipeline, function, module, _ in
      pipeline.finish(.destinations, function, module)
    }
  }

  private func flow(of function: MIRFunction) -> InitialisationFlow? {
    let paths = MovePaths(of: function, shapes)
    return paths.isEmpty ? nil : InitialisationFlow(function, paths, shapes)
  }

  private mutating func finish(
    _ function: inout MIRFunction, _ flow: InitialisationFlow?, _ module: MIRModule,
    _ owners: OwnerFunctions
  ) {
    var elaboration = DropElaboration()
    var flow = flow
    finish(.copyElision, function, module)
    if removeUniquenessTests(in: &function, owners), flow != nil { flow = self.flow(of: function) }
    finish(.uniquenessTests, function, module)
    if let flow { elaboration = elaborateDrops(in: &function, flow, flags) }
    finish(.dropElaboration, function, module)
    if options.verify {
      results.problems += verifyOwnership(of: function, shapes, flags: elaboration.flags)
    }
    if options.tellsMutants {
      results.mutants.add(
        mutants(of: function, module, shapes, elaboration.flags), of: function)
    }
    simplify(&function, shapes)
    finish(.simplify, function, module)
  }
}

/// Whether some value is moved: what no path follows may not be moved either.
private func movesAnything(_ function: MIRFunction) -> Bool {
  function.operands.contains { $0.kind == .move }
    || function.blocks.elements.contains { block in
      block.instructions.contains { $0.a.kind == .move || $0.b.kind == .move }
    }
}
