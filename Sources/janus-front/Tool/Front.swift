// The executable `janus-front`.
import ArgumentParser
import Base

struct FrontTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "janus-front",
    abstract: "Check Janus source files; store checked declarations in the ASTDB.",
    subcommands: [Store.self, Check.self, FormatFiles.self], defaultSubcommand: Store.self)
}

@main enum Entry {
  static func main() { withDeepStack { FrontTool.main() } }
}
