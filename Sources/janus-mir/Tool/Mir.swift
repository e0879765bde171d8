// The executable `janus-mir`.
import ArgumentParser
import Base

struct MirTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "janus-mir",
    abstract: "Lower checked declarations to MIR, verify it, run it.",
    subcommands: [Lower.self, Run.self], defaultSubcommand: Lower.self)
}

@main enum Entry {
  static func main() { withDeepStack { MirTool.main() } }
}
