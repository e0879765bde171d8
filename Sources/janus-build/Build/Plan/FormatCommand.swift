// `janus-build fmt`: finds the source files that are meant and hands them to janus-front.
import Base
import Glibc

/// What `janus-build fmt` is asked to do.
public struct FormatRequest: Sendable {
  /// Files and folders; none means the workspace's packages.
  public var paths: [String] = []
  /// Change nothing, name what is not in the standard form.
  public var checks = false
  /// Read from standard input, write to standard output.
  public var usesStandardInput = false
  public init() {}
}

/// Replaces this process by janus-front, whose exit code it is: 1 when a file has errors, or when
/// one is not in the standard form and nothing was to be changed.
public func formatCommand(_ options: BuildOptions, _ request: FormatRequest) -> Int32 {
  let reporter = Reporter(options)
  let toolchain: Toolchain
  switch Toolchain.locate() {
  case .success(let found): toolchain = found
  case .failure(let problem):
    reporter.report([problem])
    return 1
  }
  var arguments = ["format", "--message-format", options.format.rawValue]
  if request.checks { arguments.append("--check") }
  if request.usesStandardInput {
    arguments.append("--stdin")
  } else {
    guard let files = filesToFormat(options, request, reporter) else { return 1 }
    if files.isEmpty {
      reporter.progress("there is nothing to format")
      return 0
    }
    arguments += ["--"] + files
  }
  guard chdir(options.directory) == 0 else {
    reporter.report([.cannotEnter(options.directory, .last)])
    return 1
  }
  let front = toolchain.path(of: .front)
  execute(front, arguments)
  reporter.report([.cannotRun(front, .last)])
  return 1
}

/// The files as paths from the folder the command works in; nil after a report.
private func filesToFormat(
  _ options: BuildOptions, _ request: FormatRequest, _ reporter: Reporter
) -> [String]? {
  guard request.paths.isEmpty else {
    var files: [String] = []
    for path in request.paths {
      let place = Path.join(options.directory, path)
      if Files.isDirectory(place) {
        files += sourceFiles(below: path, in: options.directory)
      } else if Files.isFile(place) {
        files.append(path)
      } else {
        reporter.report([.nothingThere(path)])
        return nil
      }
    }
    return files
  }
  guard let workspace = currentWorkspace(options, reporter) else { return nil }
  let prefix = workspace.root == options.directory ? "" : workspace.root + "/"
  return workspace.packages.flatMap(\.files).map { prefix + $0 }
}

/// Every `.jan` file below `folder`, in order of path; hidden names are left out.
private func sourceFiles(below folder: String, in base: String, depth: Int = 0) -> [String] {
  // A link to a folder around it ends here.
  guard depth < 32 else { return [] }
  var files: [String] = []
  for name in Files.names(in: Path.join(base, folder)) where !name.hasPrefix(".") {
    let path = Path.join(folder, name)
    if Files.isDirectory(Path.join(base, path)) {
      files += sourceFiles(below: path, in: base, depth: depth + 1)
    } else if name.hasSuffix(".jan") {
      files.append(path)
    }
  }
  return files
}

extension LocatedDiagnostic {
  fileprivate static func nothingThere(_ path: String) -> LocatedDiagnostic {
    LocatedDiagnostic(.unreadableFile, "there is no file or folder `\(path)`", at: nil)
  }

  fileprivate static func cannotEnter(_ path: String, _ error: SystemError) -> LocatedDiagnostic {
    LocatedDiagnostic(.unreadableFile, "`\(path)` cannot be entered: \(error.reason)", at: nil)
  }

  fileprivate static func cannotRun(_ path: String, _ error: SystemError) -> LocatedDiagnostic {
    LocatedDiagnostic(.toolchainProblem, "`\(path)` cannot be run: \(error.reason)", at: nil)
  }
}
