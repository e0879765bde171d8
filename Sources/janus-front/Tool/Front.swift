// The executable `janus-front`.
import ArgumentParser

@main struct FrontTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "janus-front", subcommands: [Check.self])
}
