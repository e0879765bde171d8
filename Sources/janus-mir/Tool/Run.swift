// `janus-mir run M.jmir [arguments]`: a program under the interpreter.
import ArgumentParser
import Base
import Glibc
import Installation
import Interpreter
import MIR

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Interpret a module.")

  @Argument(help: "The MIR file, binary or text.")
  var module: String
  @Flag(help: "Find mistakes of the compiler with memory (or JANUS_SHADOW=1); see docs/mir.md.")
  var shadow = false
  @Option(help: "The runtime to run under.")
  var runtimeVariant = Profile.core
  @Argument(parsing: .captureForPassthrough, help: "Arguments of the program.")
  var arguments: [String] = []

  func run() throws {
    let printer = DiagnosticPrinter(format: .text)
    var diagnostics = Diagnostics()
    guard let mir = readModule(module, printer, reporting: &diagnostics) else { throw ExitCode(1) }
    var words = arguments
    if words.first == "--" { words.removeFirst() }
    let runtime = Installation.file("\(runtimeVariant.name)/libjanus_rt.so")
    let isWanted = getenv("JANUS_SHADOW").map { String(cString: $0) == "1" } ?? false
    let interpreter = Interpreter(mir, runtimeLibrary: runtime, shadows: shadow || isWanted)
    switch interpreter.run(arguments: [module] + words) {
    case .exited(let status): Glibc.exit(status)
    case .faulted(let fault):
      diagnostics.report(fault.diagnostic)
      printer.print(diagnostics, in: [])
      throw ExitCode(MemoryFault.status)
    case .failed(let reason):
      diagnostics.report(.cannotRun(module, reason))
      printer.print(diagnostics, in: [])
      throw ExitCode(1)
    }
  }
}

extension Profile: ExpressibleByArgument {
  public init?(argument: String) { self.init(name: argument) }
}

/// Reads a `.jmir` file, or MIR's text form. What is wrong with it is printed.
private func readModule(
  _ path: String, _ printer: DiagnosticPrinter, reporting diagnostics: inout Diagnostics
) -> MIRModule? {
  guard let bytes = readFile(path) else {
    diagnostics.report(.unreadable(path, String(cString: strerror(errno))))
    printer.print(diagnostics, in: [])
    return nil
  }
  var sources: [SourceFile] = []
  var module: MIRModule?
  if bytes.starts(with: "module ".utf8) {
    sources = [SourceFile(path: path, bytes: bytes)]
    module = readMIRText(bytes, file: SourceFileID(0), reporting: &diagnostics)
    if let problem = module.flatMap({ verifyMIR($0).first }) {
      diagnostics.report(.malformed(path, problem))
      module = nil
    }
  } else {
    module = readMIRFile(bytes, path: path, reporting: &diagnostics)?.module
  }
  printer.print(diagnostics, in: sources)
  return module
}

/// The bytes of a file; nil with `errno` when it cannot be read.
func readFile(_ path: String) -> ContiguousArray<UInt8>? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes: ContiguousArray<UInt8> = []
  var chunk = ContiguousArray<UInt8>(repeating: 0, count: 1 << 16)
  while true {
    let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count == 0 { return bytes }
    if count < 0 {
      if errno == EINTR { continue }
      return nil
    }
    bytes.append(contentsOf: chunk[0..<count])
  }
}

extension Diagnostic {
  fileprivate static func unreadable(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(.unreadableFile, "cannot read `\(path)`: \(reason)", at: .none)
  }

  fileprivate static func malformed(_ path: String, _ problem: MIRProblem) -> Diagnostic {
    Diagnostic(
      .damagedArtefact, "`\(path)` is not well-formed MIR: \(problem.description)", at: .none)
  }

  fileprivate static func cannotRun(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(.unreadableFile, "`\(path)` cannot be run: \(reason)", at: .none)
  }
}
