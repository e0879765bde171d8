// One run of the suites: the cases, what is known about each, and the verdicts.
import Base
import Glibc

/// A case while it is tested.
final class RunningCase {
  let test: TestCase
  /// The database that its declarations are in.
  var database = ""
  var diagnostics: [LocatedDiagnostic] = []
  /// Why the case failed, if it did.
  private(set) var failure: String?
  var isDone = false
  /// How many processes still work for it.
  var pendingWays = 0
  /// What each way printed, for comparing and blessing.
  var outputs: [(way: String, outcome: Outcome)] = []

  init(_ test: TestCase) { self.test = test }

  func fail(_ reason: String) {
    if failure == nil { failure = reason }
    isDone = true
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

final class SuiteRun {
  let root: String
  let toolchain: Toolchain
  let identity: ToolchainIdentity
  let cache: ContentCache
  let linker: LinkerLocation
  let runtime: [String]
  let request: TestRequest
  let jobs: Int
  /// Scratch files: databases, MIR, programs.
  let scratch: String
  /// Copies of cases that are workspaces: outside the workspace that the suites belong to.
  let folders: String
  private(set) var passed = 0
  private(set) var failed = 0
  /// Cases that passed before with the same toolchain and content.
  private(set) var remembered = 0

  init(
    root: String, toolchain: Toolchain, identity: ToolchainIdentity, cache: ContentCache,
    linker: LinkerLocation, runtime: [String], request: TestRequest, jobs: Int
  ) {
    self.root = root
    self.toolchain = toolchain
    self.identity = identity
    self.cache = cache
    self.linker = linker
    self.runtime = runtime
    self.request = request
    self.jobs = jobs
    scratch = Path.join(root, ".janus/suites")
    folders = "\(cache.root)/suites/" + Hash128.of(root).hex
  }

  /// Runs all `cases` and reports each that fails.
  func run(_ cases: [TestCase]) throws(SystemError) {
    try Files.makeDirectory(scratch)
    let lock = try FileLock(Path.join(scratch, "lock"), .exclusive)
    defer { withExtendedLifetime(lock) {} }
    var fresh: [RunningCase] = []
    for test in cases {
      if !request.rerunsPassed, !request.blesses, isRemembered(test) {
        remembered += 1
        passed += 1
      } else {
        fresh.append(RunningCase(test))
      }
    }
    guard !fresh.isEmpty else { return }
    try prepareScratch()
    let files = fresh.filter { !$0.test.isFolder }
    check(files)
    try checkFixes(files)
    runWays(files.filter { !$0.isDone })
    runFolders(fresh.filter { $0.test.isFolder })
    for running in fresh { settle(running) }
  }

  private func prepareScratch() throws(SystemError) {
    for name in Files.names(in: scratch) where name != "lock" {
      Files.remove(Path.join(scratch, name))
    }
    Files.remove(folders)
    try Files.makeDirectory(Path.join(scratch, "mir"))
  }

  private func settle(_ running: RunningCase) {
    guard let failure = running.failure else {
      passed += 1
      remember(running.test)
      return
    }
    report(failureOf: running.test.name, failure)
  }

  /// Counts a failure and shows it with the command that repeats it.
  func report(failureOf name: String, _ reason: String) {
    failed += 1
    let indented = reason.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "  \($0)\n" }.joined()
    writeAll(
      "FAILED \(name)\n\(indented)  to repeat it: janus-build test --suite \(name)\n\n",
      to: STDERR_FILENO)
  }
}

// Verdicts are remembered by content, so unchanged tests start no process.
extension SuiteRun {
  private static let version = "janus-case/2"

  private func key(of test: TestCase) -> String {
    var action = Action(test.name)
    action.add("version", SuiteRun.version)
    action.add("toolchain", identity.all)
    action.add("path", test.path)
    var files: [String] = []
    collect(test.path, into: &files)
    for suffix in ["stdout", "stderr"] { files.append(test.side(suffix)) }
    if let stdin = test.stdin { files.append(Path.join(Path.directory(of: test.path), stdin)) }
    for argument in test.arguments where argument.hasPrefix("$SUITE/") {
      collect(Path.join(Path.directory(of: test.path), String(argument.dropFirst(7))), into: &files)
    }
    for file in files {
      action.add(file, (try? Files.read(Path.join(root, file))).map(sha256) ?? "-")
    }
    return action.key
  }

  private func collect(_ path: String, into files: inout [String]) {
    guard Files.isDirectory(Path.join(root, path)) else {
      files.append(path)
      return
    }
    for name in Files.names(in: Path.join(root, path)) where !name.hasPrefix(".") {
      collect(Path.join(path, name), into: &files)
    }
  }

  private func markPath(_ test: TestCase) -> String {
    let key = key(of: test)
    return "\(cache.root)/tests/\(key.prefix(2))/\(key)"
  }

  private func isRemembered(_ test: TestCase) -> Bool { Files.exists(markPath(test)) }

  private func remember(_ test: TestCase) {
    let path = markPath(test)
    try? Files.makeDirectory(Path.directory(of: path))
    try? Files.write("passed\n", to: path)
  }
}
