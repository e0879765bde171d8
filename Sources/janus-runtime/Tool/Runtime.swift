// The executable `janus-runtime`.
import ArgumentParser

@main struct RuntimeTool: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "janus-runtime")
}
