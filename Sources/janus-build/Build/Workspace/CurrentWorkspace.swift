// The workspace of commands that build nothing: found, read, and its problems reported.
import Base

/// The workspace that the options' folder belongs to; nil after a report.
func currentWorkspace(_ options: BuildOptions, _ reporter: Reporter) -> Workspace? {
  guard let location = findWorkspace(from: options.directory) else {
    reporter.report([.noWorkspace(options.directory)])
    return nil
  }
  reporter.root = location.root
  var diagnostics: [LocatedDiagnostic] = []
  let workspace = readWorkspace(at: location.root, reporting: &diagnostics)
  reporter.report(diagnostics)
  return workspace
}

extension LocatedDiagnostic {
  static func noWorkspace(_ directory: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .missingManifest,
      "there is no `workspace.toml` or `package.toml` in `\(directory)` or above it", at: nil,
      notes: ["a single file is compiled by its name: `janus-build run hello.jan`"])
  }
}
