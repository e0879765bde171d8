// The executable `janus-front`.
import ArgumentParser

@main struct FrontTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "janus-front",
    abstract: "Check Janus source files; store checked declarations in the ASTDB.",
    subcommands: [Store.self, Check.self], defaultSubcommand: Store.self)
}
