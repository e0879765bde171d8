// The commands about packages and manifests: `new`, `add`, `tree`, `metadata`; and `completions`.
import ArgumentParser
import Base
import Build

struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a package, a workspace or a script to start from.",
    discussion: "The last part of the path is the name. What is there already is never touched.")
  @OptionGroup var place: PlaceOption
  @Flag(help: "A library instead of a program.") var lib = false
  @Flag(help: "A workspace with one program in it.") var workspace = false
  @Flag(help: "A single file with top-level statements.") var script = false
  @Argument(help: "The folder to make, or the script's file.") var path: String

  func run() throws {
    guard [lib, workspace, script].count(where: { $0 }) <= 1 else {
      throw ValidationError("--lib, --workspace and --script exclude each other")
    }
    let kind: NewKind = lib ? .library : workspace ? .workspace : script ? .script : .program
    try finish(newCommand(place.options(), path: path, kind))
  }
}

struct Add: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Adds a dependency on the package in a folder.",
    discussion: """
      The manifest that changes is the nearest package.toml, from the current folder upwards. \
      Comments and order of its lines stay. A dependency that would close a circle is refused.
      """)
  @OptionGroup var place: PlaceOption
  @Option(help: "The name to import it by, if not its own.") var name: String?
  @Argument(help: "The folder of the package.") var path: String

  func run() throws { try finish(addCommand(place.options(), path: path, name: name)) }
}

struct Tree: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows which package depends on which.",
    discussion: "What is below a package is shown once; where it comes again, `(*)` stands.")
  @OptionGroup var place: PlaceOption
  @Option(name: .shortAndLong, help: "Start at this package; may be repeated.")
  var package: [String] = []
  @Flag(help: "Print one JSON object.") var json = false

  func run() throws {
    var options = try place.options()
    options.packages = package
    try finish(treeCommand(options, asJSON: json))
  }
}

struct Metadata: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the workspace as JSON: packages, files, dependencies, suites.",
    discussion: "docs/tools.md describes the members. Paths count from `root`.")
  @OptionGroup var place: PlaceOption

  func run() throws { try finish(metadataCommand(place.options())) }
}

struct Completions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints a script that completes commands and options in a shell.",
    discussion: "For example: janus-build completions bash > /etc/bash_completion.d/janus-build")
  @Argument(help: "bash, zsh or fish.") var shell: ShellName

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell.rawValue) else { return }
    print(BuildTool.completionScript(for: shell))
  }
}

enum ShellName: String, CaseIterable, ExpressibleByArgument { case bash, zsh, fish }
