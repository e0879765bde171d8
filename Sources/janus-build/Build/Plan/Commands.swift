// What each command of janus-build does; the tool only reads the command line. Every function
// returns the exit code: 0 for success, 1 for a failure, 2 for wrong usage.
import Base
import CSystem
import Glibc

/// `janus-build build` and `check`.
public func buildCommand(_ options: BuildOptions, _ goal: BuildGoal) -> Int32 {
  let started = now()
  let reporter = Reporter(options)
  let result = perform(options, goal, reporter)
  if let result, options.format == .text {
    let what = goal == .check ? "checked" : "built"
    reporter.progress(
      "\(what) (\(options.mode.rawValue)) in \(milliseconds(since: started)): "
        + "\(result.executed) executed, \(result.reused) reused")
    for product in result.products { reporter.progress("  \(product.path)") }
  }
  return result == nil ? 1 : 0
}

/// `janus-build run`: replaces this process by the program. Returns only when that is not possible.
public func runCommand(_ options: BuildOptions, arguments: [String]) -> Int32 {
  let reporter = Reporter(options)
  guard let result = perform(options, .build, reporter) else { return 1 }
  let programs = result.products.filter {
    options.packages.isEmpty || options.packages.contains($0.package)
  }
  guard let program = programs.first else {
    reporter.report([LocatedDiagnostic(.missingRootModule, "there is no program to run", at: nil)])
    return 1
  }
  guard programs.count == 1 else {
    reporter.report([.severalPrograms(programs.map(\.package))])
    return 2
  }
  execute(program.path, arguments)
  reporter.report([.cannotRun(program.path, SystemError.last)])
  return 1
}

/// Builds, ends the JSON output, prints times. Nil after a failure.
func perform(_ options: BuildOptions, _ goal: BuildGoal, _ reporter: Reporter) -> BuildResult? {
  let result: BuildResult?
  do {
    result = try BuildSession(options, goal, reporter: reporter).perform()
  } catch {
    if reporter.errorCount == 0 {
      reporter.report([LocatedDiagnostic(.internalError, "the build failed: \(error)", at: nil)])
    }
    result = nil
  }
  reporter.summarise()
  reporter.printTimings()
  reporter.printer.message([
    "kind": "finished", "success": .bool(result != nil), "executed": JSON(result?.executed ?? 0),
    "reused": JSON(result?.reused ?? 0),
    "products": .array(
      (result?.products ?? []).map {
        ["package": .string($0.package), "path": .string($0.path)]
      }),
  ])
  return result
}

/// `janus-build clean`: removes `.janus`, never anything else.
public func cleanCommand(_ options: BuildOptions) -> Int32 {
  let reporter = Reporter(options)
  guard let root = findWorkspace(from: options.directory)?.root else {
    reporter.progress("there is no workspace here, so nothing to clean")
    return 0
  }
  let work = Path.join(root, ".janus")
  guard Files.isDirectory(work) else { return 0 }
  // The lock keeps a running build's folder whole.
  let lock = try? FileLock(Path.join(work, "lock"), .exclusive) {
    reporter.progress("waiting for another build in \(work)")
  }
  defer { withExtendedLifetime(lock) {} }
  Files.remove(work)
  return 0
}

/// `janus-build explain CODE`: the page about a diagnostic.
public func explainCommand(_ code: String) -> Int32 {
  let code = code.uppercased()
  guard DiagnosticCode(rawValue: code) != nil || isPanicCode(code) else {
    let known = DiagnosticCode.allCases.map(\.rawValue)
    let near = nearestSpelling(to: code, among: known).map { "; did you mean \($0)?" } ?? ""
    writeAll("there is no diagnostic \(code)\(near)\n", to: STDERR_FILENO)
    return 1
  }
  switch Toolchain.locate() {
  case .failure(let problem):
    writeAll("\(problem.message)\n", to: STDERR_FILENO)
    return 1
  case .success(let toolchain):
    guard let page = try? Files.read(Path.join(toolchain.data, "diagnostics/\(code).md")) else {
      writeAll(
        "there is no page about \(code) in \(toolchain.data)/diagnostics\n", to: STDERR_FILENO)
      return 1
    }
    writeAll(page, to: STDOUT_FILENO)
    return 0
  }
}

private func isPanicCode(_ code: String) -> Bool {
  code.utf8.count == 4 && code.hasPrefix("P0") && Int(code.dropFirst()) != nil
}

/// What `janus-build cache` is asked to do.
public enum CacheOperation: Sendable {
  case show, clear
  case collect(megabytes: Int64)
}

public func cacheCommand(_ operation: CacheOperation) -> Int32 {
  let cache = ContentCache.locate()
  switch operation {
  case .show:
    let use = cache.use()
    writeAll(
      "\(cache.root)\n\(use.actions) actions, \(use.blobs) blobs, \(use.bytes / 1024) kB\n",
      to: STDOUT_FILENO)
    return 0
  case .clear: return collect(cache, limit: -1)
  case .collect(let megabytes): return collect(cache, limit: megabytes << 20)
  }
}

private func collect(_ cache: ContentCache, limit: Int64) -> Int32 {
  if cache.collect(limit: limit) { return 0 }
  writeAll("a build is running; the cache was left as it is\n", to: STDERR_FILENO)
  return 1
}

/// Replaces this process. The program gets the signals as a shell would give them.
func execute(_ path: String, _ arguments: [String]) {
  signal(SIGPIPE, SIG_DFL)
  let words = ([path] + arguments).map { strdup($0) } + [nil]
  janus_execute(path, words)
}

func milliseconds(since start: Double) -> String {
  let seconds = now() - start
  return seconds < 1
    ? "\(Int((seconds * 1000).rounded())) ms" : "\(Double(Int(seconds * 100)) / 100) s"
}

extension LocatedDiagnostic {
  fileprivate static func severalPrograms(_ names: [String]) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .unknownPackage, "the workspace has \(names.count) programs: say which with `-p`", at: nil,
      notes: names.map { "`-p \($0)`" })
  }

  fileprivate static func cannotRun(_ path: String, _ error: SystemError) -> LocatedDiagnostic {
    LocatedDiagnostic(.unreadableFile, "`\(path)` cannot be run: \(error.reason)", at: nil)
  }
}
