// The executable `janus-build`.
import ArgumentParser

@main struct BuildTool: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "janus-build")
}
