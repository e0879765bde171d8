// `janus-back run`: a program under the JIT.
import ArgumentParser
import Base
import CodeGen
import Glibc
import Installation
import JIT
import MIR

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Compile in memory and run.")

  @Argument(help: "The MIR file, binary or text.") var module: String
  @Flag(help: "Optimise before running.") var release = false
  @Option(help: "The runtime to run under.") var runtimeVariant = Profile.core
  @Argument(parsing: .captureForPassthrough, help: "Arguments of the program.")
  var arguments: [String] = []

  func run() throws {
    let printer = DiagnosticPrinter(format: .text)
    guard let mir = readModule(module, printer) else { throw ExitCode(1) }
    var words = arguments
    if words.first == "--" { words.removeFirst() }
    do {
      guard !mir.entry.isEmpty else {
        throw RequestFailure(message: "`\(module)` has no entry to run")
      }
      let runtime = Installation.file("\(runtimeVariant.name)/libjanus_rt.so")
      let status = try runProgram(
        mir, CodeGenOptions(
          mode: release ? .release : .dev, debugInfo: false, functionTable: !release),
        runtime: runtime,
        arguments: [module] + words)
      Glibc.exit(status)
    } catch {
      fail(error, printer)
      throw ExitCode(1)
    }
  }
}
