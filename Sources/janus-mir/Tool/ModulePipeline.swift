// What is done with each module: lower, check and refine, write, say what was written.
import ASTDB
import ArgumentParser
import Base
import Glibc
import Lowering
import MIR
import Passes

/// A module to make: a line of JSON, or the command line's options.
struct ModuleJob {
  var module: String
  var entry: EntryKind
  var output: String
  var release: Bool
  /// The front end found errors: nothing is written, and only what it accepted is analysed.
  var followsErrors: Bool
  /// Tests are analysed beside what is made.
  var analysesTests: Bool

  init(
    module: String, entry: EntryKind, output: String, release: Bool, followsErrors: Bool = false,
    analysesTests: Bool = false
  ) {
    self.module = module
    self.entry = entry
    self.output = output
    self.release = release
    self.followsErrors = followsErrors
    self.analysesTests = analysesTests
  }

  init?(line: String) {
    guard let json = JSON(parsing: Array(line.utf8)), let module = json["module"].string,
      let output = json["output"].string,
      let entry = EntryKind(argument: json["entry"].string ?? "main")
    else { return nil }
    self.init(
      module: module, entry: entry, output: output, release: json["release"].bool ?? false,
      followsErrors: json["after_errors"].bool ?? false,
      analysesTests: json["check_tests"].bool ?? false)
  }
}

/// What the diagnostics of two modules that number their files differently have in common.
private struct ShownMistake: Hashable {
  var code: DiagnosticCode
  var file: String
  var start: Int32
  var message: String
}

struct ModulePipeline {
  let program: CheckedProgram
  let printer: DiagnosticPrinter
  let form: EmitForm
  let printAfter: String?
  var keepsCopies = false
  /// Where mutants go that no verifier notices.
  var mutants: String?
  var failed = false
  /// Mistakes of functions that are lowered twice are told once.
  private var shown: Set<ShownMistake> = []

  /// The copies that remain in each package that was lowered.
  var copies: [(package: String, records: [CopyRecord])] = []

  init(program: CheckedProgram, printer: DiagnosticPrinter, form: EmitForm, printAfter: String?) {
    self.program = program
    self.printer = printer
    self.form = form
    self.printAfter = printAfter
  }

  mutating func run(_ job: ModuleJob) throws {
    var diagnostics = Diagnostics()
    var module = lower(job, reporting: &diagnostics)
    // What cannot be lowered follows from the errors that are known.
    if job.followsErrors { diagnostics = Diagnostics() }
    printer.print(diagnostics) { id in
      id.index < program.files.count ? withText(program.files[id]) : nil
    }
    if job.followsErrors {
      if var module { _ = refine(&module, verifies: false) }
      return
    }
    if diagnostics.hasErrors { module = nil }
    guard var module else {
      failed = true
      return
    }
    let isSound = checkUninstantiated(besides: module, job)
    guard refine(&module, package: job.module), isSound else {
      failed = true
      return
    }
    write(module, job)
  }

  /// Looks for mistakes of ownership in what the module does not hold: generic functions that
  /// nothing instantiates, and the tests where they are wanted.
  private mutating func checkUninstantiated(besides module: MIRModule, _ job: ModuleJob) -> Bool {
    guard let package = self.package(of: job) else { return true }
    var unused = lowerUninstantiated(
      program, package: package, besides: module, tests: job.analysesTests,
      options: LoweringOptions(release: job.release, readSource: readFile))
    if unused.functions.isEmpty { return true }
    var diagnostics = Diagnostics()
    _ = runPasses(&unused, reporting: &diagnostics)
    show(diagnostics, of: unused)
    return !diagnostics.hasErrors
  }

  /// Runs the passes; false when they found mistakes of the user or of the compiler.
  private mutating func refine(
    _ module: inout MIRModule, package: String? = nil, verifies: Bool = true
  ) -> Bool {
    var options = PassOptions()
    if let setting = getenv("JANUS_VERIFY") { options.verify = String(cString: setting) == "all" }
    options.keepsCopies = keepsCopies
    options.tellsMutants = mutants != nil
    options.printAfter = printAfter.flatMap(Pass.init(rawValue:))
    if let package { options.explained = files(of: package, in: module) }
    var diagnostics = Diagnostics()
    let results = runPasses(&module, reporting: &diagnostics, options: options)
    if let package { copies.append((package, records(of: results.copies, in: module))) }
    if !results.printed.isEmpty { print(results.printed, terminator: "") }
    if verifies, !diagnostics.hasErrors {
      for problem in results.problems { diagnostics.report(.malformed(problem)) }
    }
    show(diagnostics, of: module)
    if let mutants { write(results.mutants, of: module, to: mutants) }
    return !diagnostics.hasErrors
  }

  /// The numbers that a module gives to a package's files.
  private func files(of package: String, in module: MIRModule) -> Set<UInt32> {
    var paths: Set<String> = []
    for id in program.modules.ids {
      let value = program.modules[id]
      guard program.packages[value.package].name == package else { continue }
      paths.insert(program.files[value.file].path)
    }
    let numbers = module.files.indices.filter { paths.contains(module.files[$0]) }
    return Set(numbers.map { UInt32($0) })
  }

  private func records(of copies: [RemainingCopy], in module: MIRModule) -> [CopyRecord] {
    copies.filter { $0.span != .none }.map { copy in
      CopyRecord(
        file: module.files[copy.span.file.index], offset: copy.span.start, line: copy.line,
        blameLine: copy.blameLine, type: copy.type, reason: copy.reason.rawValue,
        explanation: copy.explanation)
    }
  }

  /// Writes what was found out into the database.
  func writeFacts(to database: String) throws {
    guard !copies.isEmpty, let database = try ASTDB.openForFacts(database) else { return }
    for (package, records) in copies {
      try database.replaceCopies(records, ofPackage: package)
    }
  }

  /// Prints what passes found; they number files as the module does.
  private mutating func show(_ diagnostics: Diagnostics, of module: MIRModule) {
    let byPath = Dictionary(
      program.files.elements.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let files = module.files
    var fresh = Diagnostics()
    for diagnostic in diagnostics.all {
      let file = diagnostic.span.file.index
      let mistake = ShownMistake(
        code: diagnostic.code, file: file < files.count ? files[file] : "",
        start: diagnostic.span.start, message: diagnostic.message)
      if shown.insert(mistake).inserted { fresh.report(diagnostic) }
    }
    printer.print(fresh) { id in
      id.index < files.count ? byPath[files[id.index]].map(withText) : nil
    }
  }

  private func package(of job: ModuleJob) -> PackageID? {
    program.packages.ids.first { program.packages[$0].name == job.module }
  }

  private func lower(_ job: ModuleJob, reporting diagnostics: inout Diagnostics) -> MIRModule? {
    guard let package = package(of: job) else {
      diagnostics.report(.unknownModule(job.module))
      return nil
    }
    let module = lowerModule(
      program, package: package, entry: job.entry,
      options: LoweringOptions(
        release: job.release, readSource: readFile, skipsInvalid: job.followsErrors),
      reporting: &diagnostics)
    if let damage = program.damage {
      diagnostics = Diagnostics()
      diagnostics.report(Diagnostic(.damagedArtefact, "\(damage); build again", at: .none))
    }
    if job.followsErrors { return module }
    if diagnostics.hasErrors { return nil }
    for problem in verifyTables(of: module) { diagnostics.report(.malformed(problem)) }
    return module
  }

  /// The database has no texts: excerpts come from the files.
  private func withText(_ file: SourceFile) -> SourceFile {
    guard file.bytes.isEmpty, let bytes = readFile(file.path) else { return file }
    return SourceFile(path: file.path, bytes: bytes)
  }

  private mutating func write(_ module: MIRModule, _ job: ModuleJob) {
    let hashes = contentHashes(of: module)
    var bytes: ContiguousArray<UInt8>
    switch form {
    case .jmir: bytes = writeMIRFile(module, hashes: hashes)
    case .text: bytes = ContiguousArray(writeMIRText(module).utf8)
    }
    if let reason = writeFile(bytes, to: job.output) {
      var diagnostics = Diagnostics()
      diagnostics.report(.unwritable(job.output, reason))
      printer.print(diagnostics) { _ in nil }
      failed = true
      return
    }
    let units = module.codeGenerationUnits.enumerated().map { index, range -> JSON in
      [
        "index": JSON(index), "hash": .string(MIRModule.unitHash(of: range, hashes).hex),
        "functions": JSON(range.count),
      ]
    }
    printer.message([
      "kind": "module", "path": .string(job.output), "units": .array(units),
      "tests": JSON(testCount(job)),
    ])
  }

  /// The module with each mutant instead of its function, and a line of JSON that lists them.
  private func write(_ report: MutantReport, of module: MIRModule, to folder: String) {
    var survivors: [JSON] = []
    for mutant in report.survivors {
      var changed = module
      guard
        let index = changed.functions.firstIndex(where: { $0.symbol == mutant.function.symbol })
      else { continue }
      changed.functions[index] = mutant.function
      let path = "\(folder)/\(module.name).\(survivors.count).jmir"
      let bytes = writeMIRFile(changed, hashes: contentHashes(of: changed))
      guard writeFile(bytes, to: path) == nil else { continue }
      survivors.append([
        "path": .string(path), "function": .string(mutant.function.symbol),
        "block": JSON(mutant.block.index), "index": JSON(mutant.index),
        "opcode": .string("\(mutant.opcode)"), "place": .string(mutant.place),
      ])
    }
    printer.message([
      "kind": "mutants", "module": .string(module.name), "count": JSON(report.count),
      "survivors": .array(survivors),
    ])
  }

  private func testCount(_ job: ModuleJob) -> Int {
    guard job.entry == .tests else { return 0 }
    return program.declarations.elements.count { declaration in
      declaration.kind == .test && declaration.module.exists
        && program.packages[program.modules[declaration.module].package].name == job.module
    }
  }
}

/// Writes a file anew; nil, or why it cannot be written. `-` is standard output.
func writeFile(_ bytes: ContiguousArray<UInt8>, to path: String) -> String? {
  let isStandard = path == "-"
  let descriptor =
    isStandard ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { return String(cString: strerror(errno)) }
  defer { if !isStandard { close(descriptor) } }
  return bytes.withUnsafeBytes { buffer in
    var written = 0
    while written < buffer.count {
      let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
      if count < 0 {
        if errno == EINTR { continue }
        return String(cString: strerror(errno))
      }
      written += count
    }
    return nil
  }
}

extension Diagnostic {
  fileprivate static func unknownModule(_ name: String) -> Diagnostic {
    Diagnostic(.unknownPackage, "the database has no package `\(name)`", at: .none)
  }

  fileprivate static func unwritable(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(.unreadableFile, "cannot write `\(path)`: \(reason)", at: .none)
  }

  fileprivate static func malformed(_ problem: MIRProblem) -> Diagnostic {
    Diagnostic(
      .internalError, "lowering made MIR that is not well-formed: \(problem.description)", at: .none
    )
  }
}
