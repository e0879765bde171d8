// The executable `janus-back`: MIR to objects, or to a running program.
import ArgumentParser
import Base
import CodeGen
import Installation
import MIR

@main struct BackTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "janus-back",
    abstract: "Generates objects from MIR, or runs it.",
    discussion: """
      janus-back M.jmir -o M.o                  the whole module as one object
      janus-back M.jmir --object 0=A.o …        chosen code generation units
      janus-back M.jmir -o M.o --release        the whole program, optimised
      janus-back run M.jmir [-- argument …]     compile in memory and run
      """,
    subcommands: [GenerateCommand.self, RunCommand.self],
    defaultSubcommand: GenerateCommand.self)
}

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Generate objects (the default).")

  @Argument(help: "The MIR file, binary or text.") var module: String
  @Option(name: .short, help: "Where the whole module goes; `-` is standard output.")
  var output: String?
  @Option(help: "A code generation unit and its object, as NUMBER=PATH.") var object: [String] = []
  @Flag(help: "Optimise the whole program.") var release = false
  @Option(help: "obj, llvm, asm or bc.") var emit = OutputKind.obj
  @Option(help: "The runtime whose bitcode a release build merges in.")
  var runtimeVariant = Profile.core
  @Flag(help: "Leave out lines and variables.") var noDebugInfo = false
  @Option(help: "text or json.") var messageFormat = DiagnosticPrinter.Format.text

  func validate() throws {
    if output == nil && object.isEmpty { throw ValidationError("say where to: -o or --object") }
    if release && !object.isEmpty {
      throw ValidationError("a release build is one object: use -o, not --object")
    }
  }

  func run() throws {
    let printer = DiagnosticPrinter(format: messageFormat)
    guard let mir = readModule(module, printer) else { throw ExitCode(1) }
    let options = CodeGenOptions(mode: release ? .release : .dev, debugInfo: !noDebugInfo)
    do {
      let generator = try CodeGenerator(mir, options)
      if release {
        let code = try generator.optimisedModule(runtimeBitcode: bitcode())
        try generator.write(code, as: emit, to: output!)
      } else {
        if let output { try generator.write(mir.functions.indices, as: emit, to: output) }
        try writeUnits(generator)
      }
    } catch {
      fail(error, printer)
      throw ExitCode(1)
    }
  }

  private func bitcode() -> String? {
    Installation.existing("\(runtimeVariant.name)/libjanus_rt.bc")
  }

  private func writeUnits(_ generator: CodeGenerator) throws {
    let units = generator.units
    for request in object {
      let parts = request.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let index = Int(parts[0]) else {
        throw RequestFailure(message: "`\(request)` is not NUMBER=PATH")
      }
      guard units.indices.contains(index) else {
        throw RequestFailure(
          message: "there is no unit \(index); `\(module)` has \(units.count)")
      }
      try generator.write(units[index], as: emit, to: String(parts[1]))
    }
  }
}

/// A request that the module cannot fulfil.
struct RequestFailure: Error {
  var message: String
}

extension OutputKind: ExpressibleByArgument {}
extension DiagnosticPrinter.Format: ExpressibleByArgument {}
extension Profile: ExpressibleByArgument {
  public init?(argument: String) { self.init(name: argument) }
}
