// `janus-build doc`: checks the packages and writes their documentation, and that of std, as pages.
import ASTDB
import Base
import Glibc

/// What `janus-build doc` is asked to do.
public struct DocumentRequest: Sendable {
  /// Only std, without a workspace.
  public var isStandardLibraryOnly = false
  /// The folder of the pages; `.janus/doc` if not given.
  public var output: String?
  /// Show the pages in the user's browser.
  public var opens = false
  public init() {}
}

public func documentCommand(_ options: BuildOptions, _ request: DocumentRequest) -> Int32 {
  let reporter = Reporter(options)
  guard let source = documentSource(options, request, reporter) else { return 1 }
  let output =
    request.output.map { Path.normalised(Path.join(options.directory, $0)) }
    ?? Path.join(source.root, ".janus/doc")
  do {
    let program = try DocumentedProgram(
      try ASTDB.openForReading(source.database), packages: source.packages)
    let pages = DocumentPages(program, title: source.title)
    try Files.makeDirectory(output)
    for file in pages.files { try Files.write(file.text, to: Path.join(output, file.name)) }
  } catch {
    reporter.report([.cannotDocument(output, error)])
    return 1
  }
  let index = Path.join(output, "index.html")
  reporter.progress("documentation: \(index)")
  if request.opens {
    let opener = run(Command(executable: "/usr/bin/xdg-open", arguments: [index]))
    if opener.end != .exited(0) { reporter.progress("no browser could be started") }
  }
  return 0
}

private struct DocumentSource {
  var database: String
  var packages: [String]
  var title: String
  var root: String
}

/// The database to read; nil after a report.
private func documentSource(
  _ options: BuildOptions, _ request: DocumentRequest, _ reporter: Reporter
) -> DocumentSource? {
  if request.isStandardLibraryOnly {
    switch Toolchain.locate() {
    case .failure(let problem): reporter.report([problem])
    case .success(let toolchain):
      if let database = toolchain.standardLibrary {
        return DocumentSource(
          database: database, packages: ["std"], title: "std", root: options.directory)
      }
      reporter.report([.noStandardLibrary(toolchain.data)])
    }
    return nil
  }
  guard let workspace = currentWorkspace(options, reporter),
    perform(options, .check, reporter) != nil
  else { return nil }
  let names = workspace.packages.map(\.name).sorted()
  return DocumentSource(
    database: ArtefactPaths(workspace: workspace.root).database, packages: names + ["std"],
    title: names.count == 1 ? names[0] : Path.name(of: workspace.root), root: workspace.root)
}

extension LocatedDiagnostic {
  fileprivate static func cannotDocument(_ path: String, _ error: any Error) -> LocatedDiagnostic {
    let reason = (error as? SystemError)?.reason ?? "\(error)"
    return LocatedDiagnostic(
      .unreadableFile, "the documentation cannot be written to `\(path)`: \(reason)", at: nil)
  }

  fileprivate static func noStandardLibrary(_ data: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .toolchainProblem, "the toolchain has no `std.astdb`", at: nil,
      notes: ["looked for it in \(data)"])
  }
}
