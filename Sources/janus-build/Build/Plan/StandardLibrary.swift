// Checks `std` once for a toolchain: from `lib/janus/std/*.jan` to `lib/janus/std.astdb`, which new
// workspace databases start from. Part of building the toolchain, not of using it.
import Base

/// `janus-build std`.
public func standardLibraryCommand(_ options: BuildOptions) -> Int32 {
  let reporter = Reporter(options)
  do {
    try checkStandardLibrary(reporter)
    return 0
  } catch {
    if reporter.errorCount == 0 { reporter.progress("std: \(error)") }
    return 1
  }
}

private func checkStandardLibrary(_ reporter: Reporter) throws {
  let toolchain: Toolchain
  switch Toolchain.locate() {
  case .success(let found): toolchain = found
  case .failure(let problem):
    reporter.report([problem])
    throw BuildFailure()
  }
  reporter.root = toolchain.data
  let folder = Path.join(toolchain.data, "std")
  let files = Files.names(in: folder).filter { $0.hasSuffix(".jan") }.map { "std/\($0)" }
  let package = Package(
    name: "std", folder: "std", sourceRoot: "std", files: files, kind: .library,
    profile: .sovereign, capabilities: nil, panic: nil, overflow: nil, dependencies: [],
    c: CSettings())
  let target = Path.join(toolchain.data, "std.astdb")
  let fresh = target + ".new"
  for suffix in ["", "-wal", "-shm", ".lock"] { Files.remove(fresh + suffix) }
  // The stage would look at the old one first, which may be another toolchain's.
  Files.remove(target)
  // Paths in the database are counted from the data folder, wherever that is.
  let command = Command(
    executable: toolchain.path(of: .front),
    arguments: ["--db", fresh, "--jobs", "--message-format", "json"], directory: toolchain.data,
    input: .bytes(Array((package.frontJob.text + "\n").utf8)))
  let outcome = run(command)
  let output = StageRun(output: outcome.output)
  reporter.report(output.diagnostics)
  let hasErrors = output.diagnostics.contains { $0.severity == .error }
  if let failure = StageRun.failure(of: command, outcome, hasErrors: hasErrors) {
    reporter.report([failure])
  }
  guard outcome.succeeded, !hasErrors else { throw BuildFailure() }
  guard let bytes = try? Files.read(fresh) else {
    reporter.report([.notWritten(fresh)])
    throw BuildFailure()
  }
  try Files.write(bytes, to: target)
  for suffix in ["", "-wal", "-shm", ".lock"] { Files.remove(fresh + suffix) }
}

extension LocatedDiagnostic {
  fileprivate static func notWritten(_ path: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .internalError, "`janus-front` succeeded without writing `\(path)`", at: nil)
  }
}
