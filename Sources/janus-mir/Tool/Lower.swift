// `janus-mir --db PATH --module PACKAGE -o M.jmir`: checked declarations of the ASTDB to MIR files.
import ASTDB
import ArgumentParser
import Base
import Lowering
import MIR

struct Lower: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lower",
    abstract: "Lower a package, with all that it uses, to one MIR module.",
    discussion: """
      With --jobs, each line of standard input is a JSON object that describes a module:
      {"module": …, "entry": "main" | "tests" | "lib", "output": …, "release": true | false}.
      For each module a line of JSON on standard output lists its code generation units.

      Exit status: 0 when everything was accepted, 1 when there were errors, 2 for wrong usage.
      """)

  @Option(help: "The database that janus-front wrote.")
  var db: String
  @Option(help: "The package to lower.")
  var module: String?
  @Option(help: "The roots: main, tests or lib.")
  var entry = EntryKind.main
  @Option(name: .shortAndLong, help: "The file to write; `-` is standard output.")
  var output: String?
  @Option(help: "What to write: jmir or text.")
  var emit = EmitForm.jmir
  @Option(
    help: "Print every function after build, initialisation, exclusivity, … (see the passes).")
  var printAfter: String?
  @Flag(help: ArgumentHelp("Elide no copies; for tests.", visibility: .hidden))
  var keepCopies = false
  @Option(
    help: ArgumentHelp(
      "Write what no verifier would miss into this folder; for tests.", visibility: .hidden))
  var mutants: String?
  @Flag(help: "Lower for a release build.")
  var release = false
  @Flag(help: "Read modules from standard input, one JSON object a line.")
  var jobs = false
  @Option(help: "How diagnostics are written: text (standard error) or json (standard output).")
  var messageFormat = DiagnosticPrinter.Format.text

  func run() throws {
    let printer = DiagnosticPrinter(format: messageFormat)
    let jobs = try readJobs()
    let program = CheckedProgram()
    do {
      try ASTDB.openForReading(db).load(into: program)
    } catch let error as DatabaseError {
      var diagnostics = Diagnostics()
      diagnostics.report(Diagnostic(.damagedArtefact, error.message, at: .none))
      printer.print(diagnostics) { _ in nil }
      throw ExitCode(1)
    }
    var pipeline = ModulePipeline(
      program: program, printer: printer, form: emit, printAfter: printAfter)
    pipeline.keepsCopies = keepCopies
    pipeline.mutants = mutants
    for job in jobs { try pipeline.run(job) }
    try pipeline.writeFacts(to: db)
    if pipeline.failed { throw ExitCode(1) }
  }

  private func readJobs() throws -> [ModuleJob] {
    guard jobs else {
      guard let module else { throw ValidationError("no module: give --module or --jobs") }
      let path = output ?? (emit == .text ? "-" : "\(module).jmir")
      return [ModuleJob(module: module, entry: entry, output: path, release: release)]
    }
    var result: [ModuleJob] = []
    while let line = readLine() {
      if line.isEmpty { continue }
      guard let job = ModuleJob(line: line) else {
        throw ValidationError("line \(result.count + 1) of standard input describes no module")
      }
      result.append(job)
    }
    return result
  }
}

enum EmitForm: String, ExpressibleByArgument {
  case jmir, text
}

extension EntryKind: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "main": self = .main
    case "tests": self = .tests
    case "lib": self = .library
    case _: return nil
    }
  }
}

extension DiagnosticPrinter.Format: ExpressibleByArgument {}
