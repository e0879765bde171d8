// The executable `janus-mir`.
import ArgumentParser

@main struct MirTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "janus-mir",
    abstract: "Lower checked declarations to MIR, verify it, run it.",
    subcommands: [Lower.self, Run.self], defaultSubcommand: Lower.self)
}
