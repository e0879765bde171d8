// `janus-front check`: parses and checks files without a database, for developing the checker and
// for trying one file.
import ASTDB
import ArgumentParser
import Base
import Lexer
import Parser
import Sema

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Parse and check files without writing anything.")

  @Argument(help: "Source files of one package; the first is its root module.")
  var files: [String]
  @Option(help: "The directory of the standard library's sources.")
  var std: String?
  @Option(help: "The name of the package.")
  var package = "main"
  @Option(help: "The profile of files that do not say theirs.")
  var profile = "core"
  @Option(help: "How diagnostics are written: text or json.")
  var messageFormat = DiagnosticPrinter.Format.text
  @Flag(help: "The package is a library: it needs no main.")
  var library = false
  @Flag(help: "Print how long each phase took.")
  var timings = false

  func run() throws {
    guard let profile = Profile(name: profile) else {
      throw ValidationError("unknown profile `\(profile)`")
    }
    let program = CheckedProgram()
    var diagnostics = Diagnostics()
    let clock = ContinuousClock()
    var start = clock.now
    func phase(_ name: String) {
      if timings { print("\(name): \((clock.now - start) / .milliseconds(1)) ms") }
      start = clock.now
    }
    var packages: [SemaInput.PackageFiles] = []
    let reader = SourceReader(program: program)
    if let std {
      let paths = SourceReader.files(below: std)
      packages.append(
        SemaInput.PackageFiles(
          package: Package(name: "std", profile: .sovereign),
          files: paths.compactMap {
            let module = SourceReader.moduleName(of: $0, below: std)
            return reader.read($0, module: module, reporting: &diagnostics)
          }))
    }
    var main = Package(name: package, profile: profile)
    main.isExecutable = !library
    let root = files[0].split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    packages.append(
      SemaInput.PackageFiles(
        package: main,
        files: files.enumerated().compactMap { position, path in
          let name = position == 0 ? "" : SourceReader.moduleName(of: path, below: root)
          return reader.read(path, module: name, reporting: &diagnostics)
        }))
    phase("parse")
    if timings {
      // Once more by itself: parsing lexes as it goes.
      for file in program.files.elements {
        var ignored = Diagnostics()
        file.bytes.withUnsafeBufferPointer {
          _ = Lexer.lex($0, file: .none, reporting: &ignored)
        }
      }
      phase("lex alone")
    }
    checkProgram(
      SemaInput(packages: packages, evaluator: evaluateConstant), into: program,
      reporting: &diagnostics)
    phase("check")
    DiagnosticPrinter(format: messageFormat).print(
      diagnostics, in: program.files.elements.map { $0 })
    if diagnostics.hasErrors { throw ExitCode(1) }
  }
}

extension DiagnosticPrinter.Format: ExpressibleByArgument {}
