// The commands that work on source text: `fmt` and `doc`.
import ArgumentParser
import Base
import Build

struct Format: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Brings source files into the standard form.",
    discussion: """
      Without a path: all files of the workspace's packages. A folder means every .jan file below \
      it. Comments are kept, blank lines too, at most one at a time. A file with errors is \
      reported and left as it is. Exit code 1: a file has errors, or --check found one that is \
      not in the standard form.
      """)
  @OptionGroup var place: PlaceOption
  @Flag(help: "Change nothing; name the files that are not in the standard form.") var check = false
  @Flag(help: "Read the source from standard input and write the result to standard output.")
  var stdin = false
  @Option(help: "How to write diagnostics: text, or json for one object on each line of stdout.")
  var messageFormat = DiagnosticPrinter.Format.text
  @Argument(help: "Files and folders.") var paths: [String] = []

  func run() throws {
    guard !stdin || paths.isEmpty else {
      throw ValidationError("--stdin does not go with a path")
    }
    var options = try place.options()
    options.format = messageFormat
    var request = FormatRequest()
    request.paths = paths
    request.checks = check
    request.usesStandardInput = stdin
    try finish(formatCommand(options, request))
  }
}

struct Document: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doc", abstract: "Writes the documentation of the packages and of std as pages.",
    discussion: """
      The pages stand in .janus/doc and need no server; index.html is the first. They hold the \
      public declarations with the text of their /// comments, which may use paragraphs, lists, \
      `code`, *emphasis*, links and fenced blocks.
      """)
  @OptionGroup var place: PlaceOption
  @Flag(help: "Only the standard library; no workspace is needed.") var std = false
  @Option(help: "Write the pages into this folder.") var output: String?
  @Flag(help: "Show the first page in a browser.") var open = false
  @Option(help: "How to write diagnostics: text, or json for one object on each line of stdout.")
  var messageFormat = DiagnosticPrinter.Format.text

  func run() throws {
    var options = try place.options()
    options.format = messageFormat
    var request = DocumentRequest()
    request.isStandardLibraryOnly = std
    request.output = output
    request.opens = open
    try finish(documentCommand(options, request))
  }
}
