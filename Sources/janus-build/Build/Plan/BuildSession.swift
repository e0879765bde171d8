// One build, from the manifests to the programs. `perform` reads as the pipeline.
import Base
import Glibc

/// A build whose errors were reported already.
struct BuildFailure: Error {}

final class BuildSession {
  let options: BuildOptions
  let goal: BuildGoal
  let toolchain: Toolchain
  let cache: ContentCache
  let reporter: Reporter
  let root: String
  /// The package that the build was started in, when it is not the workspace itself.
  private let home: String?
  let paths: ArtefactPaths
  var result = BuildResult()
  /// What this build did, for the record and for `--explain`.
  var actions: [Action] = []
  var before: BuildRecord?
  private var identityOfToolchain: ToolchainIdentity?

  var identity: ToolchainIdentity {
    if let identityOfToolchain { return identityOfToolchain }
    let identity = ToolchainIdentity(toolchain, cache: cache)
    identityOfToolchain = identity
    return identity
  }

  init(_ options: BuildOptions, _ goal: BuildGoal, reporter: Reporter) throws(BuildFailure) {
    self.options = options
    self.goal = goal
    self.reporter = reporter
    cache = ContentCache.locate()
    switch Toolchain.locate() {
    case .success(let found): toolchain = found
    case .failure(let problem):
      reporter.report([problem])
      throw BuildFailure()
    }
    if let file = options.file {
      root = options.directory
      home = nil
      paths = ArtefactPaths(file: file, in: root, cache: cache)
    } else if let found = findWorkspace(from: options.directory) {
      root = found.root
      home = found.home
      paths = ArtefactPaths(workspace: root)
    } else {
      reporter.report([.noWorkspace(options.directory)])
      throw BuildFailure()
    }
    reporter.root = root
  }

  /// Builds, or finds that nothing has to be done.
  func perform() throws -> BuildResult {
    let recordPath = paths.record(options, goal, toolchain, home: home)
    let explaining = options.explains
    let first = reporter.timed("look for changes") { upToDate(recordPath, explaining: explaining) }
    if let first { return first }
    let lease = cache.lease()
    defer { withExtendedLifetime(lease) {} }
    let lock = try lockWorkFolder()
    defer { withExtendedLifetime(lock) {} }
    // Another build may have done the work while this one waited.
    if let done = upToDate(recordPath, explaining: false) { return done }
    before = BuildRecord.read(recordPath)
    let started = fileClock()
    let workspace = try reporter.timed("read manifests") { try readWorkspaceOrFile() }
    try checkHome(workspace)
    let packages = try selected(in: workspace)
    let seen = look(at: workspace, packages, started)
    prepareDatabase()
    defer { reporter.clearStatus() }
    reporter.status("checking \(packages.map(\.name).joined(separator: ", "))")
    try reporter.timed("janus-front") { try runFront(packages, seen) }
    reporter.status("analysing \(packages.map(\.name).joined(separator: ", "))")
    let modules = try reporter.timed("janus-mir") { try runMir(packages, of: workspace) }
    if goal != .check {
      for module in modules where module.producesProgram {
        let program = try produce(module, in: workspace)
        result.products.append(.init(package: module.package.name, path: program))
      }
    }
    if reporter.errorCount > 0 { throw BuildFailure() }
    record(seen, at: recordPath)
    return result
  }

  private func lockWorkFolder() throws(BuildFailure) -> FileLock {
    do {
      try Files.makeDirectory(paths.work)
      return try FileLock(paths.lock, .exclusive) {
        reporter.progress("waiting for another build in \(paths.work)")
      }
    } catch {
      reporter.report([.unwritable(paths.work, error)])
      throw BuildFailure()
    }
  }

  private func readWorkspaceOrFile() throws(BuildFailure) -> Workspace {
    var diagnostics: [LocatedDiagnostic] = []
    let workspace =
      options.file.map { singleFileWorkspace($0, options, reporting: &diagnostics) }
      ?? readWorkspace(at: root, reporting: &diagnostics)
    reporter.report(diagnostics)
    guard let workspace, reporter.errorCount == 0 else { throw BuildFailure() }
    return workspace
  }

  /// A package below a workspace must be one of its members; otherwise nothing would be built.
  private func checkHome(_ workspace: Workspace) throws(BuildFailure) {
    guard let home, !workspace.packages.contains(where: { absolute($0.folder) == home }) else {
      return
    }
    reporter.report([.notAMember(Path.join(home, "package.toml"), root)])
    throw BuildFailure()
  }

  /// The packages to compile: those that were named and all below them.
  private func selected(in workspace: Workspace) throws(BuildFailure) -> [Package] {
    guard !options.packages.isEmpty else { return workspace.packages }
    for name in options.packages where workspace.package(named: name) == nil {
      reporter.report([.unknownPackage(name, among: workspace.packages.map(\.name))])
    }
    guard reporter.errorCount == 0 else { throw BuildFailure() }
    return workspace.closure(of: options.packages)
  }

  func absolute(_ path: String) -> String { Path.join(root, path) }

  /// Counts an action that has to run, and says why.
  func willExecute(_ action: Action) {
    reporter.explain(action, before: before)
    result.executed += 1
  }

  /// A database that another toolchain wrote is started again.
  private func prepareDatabase() {
    let mark = Array(identity.all.utf8)
    if let old = try? Files.read(paths.toolchainMark), old == mark { return }
    for suffix in ["", "-wal", "-shm", "-journal"] { Files.remove(paths.database + suffix) }
    try? Files.write(mark, to: paths.toolchainMark)
  }
}

extension LocatedDiagnostic {
  fileprivate static func unwritable(_ path: String, _ error: SystemError) -> LocatedDiagnostic {
    LocatedDiagnostic(.unreadableFile, "`\(path)` cannot be written: \(error.reason)", at: nil)
  }

  fileprivate static func notAMember(_ manifest: String, _ root: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .unknownPackage, "the package is not a member of the workspace above it",
      at: ManifestTable.start(of: manifest),
      notes: ["add its folder to `members` in \(root)/workspace.toml"])
  }

  static func unknownPackage(
    _ name: String, among names: [String]
  ) -> LocatedDiagnostic {
    let near = nearestSpelling(to: name, among: names)
    let note =
      near.map { "did you mean `\($0)`?" } ?? "packages: "
      + names.map { "`\($0)`" }.joined(separator: ", ")
    return LocatedDiagnostic(
      .unknownPackage, "the workspace has no package `\(name)`", at: nil, notes: [note])
  }
}
