// The executable `janus-back`.
import ArgumentParser

@main struct BackTool: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "janus-back")
}
