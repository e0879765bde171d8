// The executable `janus-mir`.
import ArgumentParser

@main struct MirTool: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "janus-mir")
}
