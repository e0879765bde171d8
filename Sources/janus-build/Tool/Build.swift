// The executable `janus-build`: the command line, and nothing else.
import ArgumentParser
import Base
import Build

@main struct BuildTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "janus-build",
    abstract: "Builds, runs and tests Janus packages.",
    discussion: """
      Works on the workspace of the current folder (the nearest workspace.toml above, or else the \
      nearest package.toml), or on a single .jan file. Exit codes: 0 success, 1 failure, 2 wrong \
      usage; `run` passes on the program's own. Everything but a program's own output goes to \
      standard error, except --message-format json.
      """,
    version: "janus-build \(toolchainVersion)",
    subcommands: [
      New.self, BuildPackages.self, Run.self, Test.self, Check.self, Format.self, Document.self,
      Fix.self, Add.self, Tree.self, Metadata.self, Clean.self, Query.self, Why.self, Explain.self,
      Cache.self, Completions.self, StandardLibrary.self,
    ])

  /// Wrong usage is 2 here, as for the other stages.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let code as ExitCode {
      exit(withError: code)
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == .success {
        print(text)
        exit(withError: code)
      }
      writeAll(text + "\n", to: 2)
      exit(withError: code == .validationFailure ? ExitCode(2) : code)
    }
  }
}

extension DiagnosticPrinter.Format: ExpressibleByArgument {}
extension DiagnosticPrinter.Colours: ExpressibleByArgument {}

/// The options of every command that builds.
struct CommonOptions: ParsableArguments {
  @OptionGroup var place: PlaceOption

  @Option(name: .shortAndLong, help: "Build this package and what it needs; may be repeated.")
  var package: [String] = []

  @Flag(help: "Optimise the whole program.")
  var release = false

  @Option(name: .shortAndLong, help: "How many processes may run at once.")
  var jobs: Int?

  @Flag(name: .shortAndLong, help: "Print nothing but diagnostics.")
  var quiet = false

  @Flag(help: "Say why each action ran.")
  var explain = false

  @Flag(help: "Say how long each step took.")
  var timings = false

  @Option(help: "How to write diagnostics: text, or json for one object on each line of stdout.")
  var messageFormat = DiagnosticPrinter.Format.text

  @Option(help: "Colour diagnostics: auto, always or never; auto asks the terminal and NO_COLOR.")
  var color = DiagnosticPrinter.Colours.auto

  @Option(help: "Link a single file's program with this library; may be repeated.")
  var link: [String] = []

  func options(file: String?) throws -> BuildOptions {
    var options = try place.options()
    options.packages = package
    options.mode = release ? .release : .development
    options.format = messageFormat
    options.colours = color
    options.explains = explain
    options.timings = timings
    options.hidesProgress = quiet
    options.link = link
    if let jobs {
      guard jobs > 0 else { throw ValidationError("-j needs a number above zero") }
      options.jobs = jobs
    }
    if let file {
      guard package.isEmpty else { throw ValidationError("-p does not go with a single file") }
      options.file = file
    } else if !link.isEmpty {
      throw ValidationError("--link goes with a single file; packages say it in their manifest")
    }
    return options
  }

}

/// Where a command works.
struct PlaceOption: ParsableArguments {
  @Option(name: [.customShort("C"), .long], help: "Work as if started in this folder.")
  var directory: String?

  func options() throws -> BuildOptions {
    guard let directory else { return BuildOptions() }
    guard let folder = resolvedFolder(directory) else {
      throw ValidationError("there is no folder `\(directory)`")
    }
    return BuildOptions(directory: folder)
  }
}

/// Succeeds quietly with 0, ends the process with any other code.
func finish(_ code: Int32) throws {
  if code != 0 { throw ExitCode(code) }
}

struct BuildPackages: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Builds the workspace's programs, or a single file.")
  @OptionGroup var common: CommonOptions
  @Argument(help: "A single .jan file.") var file: String?

  func run() throws { try finish(buildCommand(common.options(file: file), .build)) }
}

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks everything and produces no program.")
  @OptionGroup var common: CommonOptions
  @Argument(help: "A single .jan file.") var file: String?

  func run() throws { try finish(buildCommand(common.options(file: file), .check)) }
}

struct Fix: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Applies the fixes that diagnostics offer, as far as they need no judgement.",
    discussion: "Fixes that are only likely are shown by `check` and left to you.")
  @OptionGroup var common: CommonOptions
  @Flag(help: "Change nothing; show the difference.") var dryRun = false
  @Argument(help: "A single .jan file.") var file: String?

  func run() throws { try finish(fixCommand(common.options(file: file), isDry: dryRun)) }
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Builds a program and runs it.",
    discussion: "The program gets all arguments after `--`, or after the file's name.")
  @OptionGroup var common: CommonOptions
  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("A single .jan file, then the program's arguments.", valueName: "file"))
  var words: [String] = []

  func run() throws {
    var arguments = words
    var file: String?
    if let first = arguments.first, first != "--", first.hasSuffix(".jan") {
      file = first
      arguments.removeFirst()
    }
    if arguments.first == "--" { arguments.removeFirst() }
    try finish(runCommand(common.options(file: file), arguments: arguments))
  }
}

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs the packages' tests and the workspace's suites.")
  @OptionGroup var common: CommonOptions
  @Argument(help: "A single .jan file whose tests are run, and nothing else.") var file: String?
  @Option(help: "Run only this suite, or one case of it: `NAME` or `NAME/CASE`; may be repeated.")
  var suite: [String] = []
  @Flag(help: "Run the suites only, not the packages' tests.") var suites = false
  @Flag(help: "Run the examples in the packages' documentation comments too.") var doc = false
  @Flag(help: "Write what the cases printed into their expectations.") var bless = false
  @Flag(help: "Run every case, even one that passed before with the same toolchain.")
  var rerun = false

  func run() throws {
    var request = TestRequest()
    request.suites = suite
    request.skipsPackages = suites || !suite.isEmpty
    request.blesses = bless
    request.rerunsPassed = rerun
    request.runsExamples = doc
    try finish(testCommand(common.options(file: file), request))
  }
}

struct Clean: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Removes the workspace's .janus folder.")
  @OptionGroup var common: CommonOptions

  func run() throws { try finish(cleanCommand(common.options(file: nil))) }
}

struct Query: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs SQL on the workspace's ASTDB and prints the rows.",
    discussion: "docs/astdb.md describes the v1_* views. --message-format json prints objects.")
  @OptionGroup var common: CommonOptions
  @Argument(help: "One SELECT statement.") var sql: String
  @Argument(help: "A single .jan file whose database is meant.") var file: String?

  func run() throws { try finish(queryCommand(common.options(file: file), sql: sql)) }
}

struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says why something costs what it does.",
    discussion: """
      `janus-build why copy FILE:LINE` prints a sentence for each copy that the line makes when \
      the program runs, as the last build or check found it; without a line, for all in the file.
      """)
  @OptionGroup var common: CommonOptions
  @Argument(help: "What to explain: copy.") var subject: WhySubject
  @Argument(help: "A file, or a file and a line: FILE:LINE.") var place: String
  @Argument(help: "A single .jan file whose database is meant.") var file: String?

  func run() throws {
    switch subject {
    case .copy: try finish(whyCopyCommand(common.options(file: file), place: place))
    }
  }
}

enum WhySubject: String, ExpressibleByArgument {
  case copy
}

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the page about a diagnostic, with an example.")
  @Argument(help: "A code, such as E3101.") var code: String

  func run() throws { try finish(explainCommand(code)) }
}

struct Cache: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows how much the cache holds, or gives room back.",
    discussion: "The cache is in $JANUS_CACHE, or in `janus` below the user's cache folder.")
  @Flag(help: "Remove everything.") var clear = false
  @Option(help: "Remove the oldest entries until at most so many megabytes are left.")
  var limit: Int64?

  func run() throws {
    if clear { return try finish(cacheCommand(.clear)) }
    try finish(cacheCommand(limit.map { .collect(megabytes: max(0, $0)) } ?? .show))
  }
}

struct StandardLibrary: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "std", abstract: "Checks the toolchain's standard library.", shouldDisplay: false)

  func run() throws { try finish(standardLibraryCommand(BuildOptions())) }
}
