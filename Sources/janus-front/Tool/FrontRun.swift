// One run of the stage: load what is unchanged, parse and check the rest, write the ASTDB.
import ASTDB
import Base
import Sema

/// What a run did, for its last line of output.
struct FrontOutcome {
  var success = true
  var checked = 0
  var reused = 0
}

struct FrontRun {
  let database: ASTDB
  let printer: DiagnosticPrinter
  let program = CheckedProgram()
  private var outcome = FrontOutcome()

  init(database: ASTDB, printer: DiagnosticPrinter) {
    self.database = database
    self.printer = printer
  }

  mutating func run(_ jobs: [Job]) throws -> FrontOutcome {
    let plan = try FrontPlan(jobs: jobs, database: database)
    try database.load(packages: plan.loaded, into: program)
    outcome.reused += program.declarations.count
    let previous = try PreviousCheck(
      database: database, packages: plan.changed.map(\.package.name))
    let firstDeclaration = program.declarations.count
    var diagnostics = plan.diagnostics
    var input = SemaInput(packages: [])
    for job in plan.changed { input.packages.append(parse(job, plan, reporting: &diagnostics)) }
    input.reuse = { previous.restore($0, in: $1) }
    input.evaluator = evaluateConstant
    if !input.packages.isEmpty {
      let output = checkProgram(input, into: program, reporting: &diagnostics)
      outcome.checked += output.checked.count
      outcome.reused += output.reusedCount
      try write(output, plan.changed, previous, firstDeclaration, diagnostics)
    }
    let files = program.files
    printer.print(diagnostics) { $0.index < files.count ? files[$0] : nil }
    outcome.success = !diagnostics.hasErrors
    return outcome
  }

  private func parse(
    _ job: Job, _ plan: FrontPlan, reporting diagnostics: inout Diagnostics
  ) -> SemaInput.PackageFiles {
    let reader = SourceReader(program: program)
    var files: [SemaInput.File] = []
    for (index, path) in job.files.enumerated() {
      guard let source = plan.sources[path] else { continue }
      files.append(
        reader.parseFile(
          source, module: job.moduleName(ofFile: index), reporting: &diagnostics))
    }
    return SemaInput.PackageFiles(package: job.package, files: files)
  }

  private func write(
    _ output: SemaOutput, _ jobs: [Job], _ previous: PreviousCheck, _ firstDeclaration: Int,
    _ diagnostics: Diagnostics
  ) throws {
    var reads = previous.restoredReads
    for checked in output.checked {
      // A declaration with findings is checked again every time, so that they are shown again.
      reads[checked.declaration] = checked.hasDiagnostics ? nil : checked.reads
    }
    let program = program
    var records: [PackageRecord] = []
    for job in jobs {
      guard
        let package = program.packages.ids.first(where: {
          program.packages[$0].name == job.package.name
        })
      else { continue }
      let declarations = (firstDeclaration..<program.declarations.count)
        .map { DeclarationID($0) }
        .filter { program.modules[program.declarations[$0].module].package == package }
      let files = Set(
        program.modules.ids.filter { program.modules[$0].package == package }
          .map { program.modules[$0].file })
      records.append(
        PackageRecord(
          package: package, settings: job.settings, declarations: declarations,
          diagnostics: diagnostics.sorted.filter { files.contains($0.span.file) }, reads: reads))
    }
    try database.write(records, of: program) { diagnostic in
      LocatedDiagnostic(diagnostic) { program.files[$0] }.json.text
    }
  }
}
