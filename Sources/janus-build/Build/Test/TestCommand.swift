// `janus-build test`: the packages' tests, then the suites. The last line of standard output is
// `N passed, N failed`.
import Base
import Glibc

/// Which tests to run, and how.
public struct TestRequest: Sendable {
  /// Names of suites, or `suite/case`; empty means all.
  public var suites: [String] = []
  public var skipsPackages = false
  /// Write what the cases printed into their expectations.
  public var blesses = false
  /// Run cases again that passed before with the same toolchain.
  public var rerunsPassed = false
  /// Run the examples in the packages' documentation comments too.
  public var runsExamples = false
  public init() {}
}

public func testCommand(_ options: BuildOptions, _ request: TestRequest) -> Int32 {
  let started = now()
  let reporter = Reporter(options)
  var passed = 0
  var failed = 0
  if !request.skipsPackages {
    if let result = perform(options, .test, reporter) {
      (passed, failed) = runPackageTests(
        result.products, root: reporter.root, jobs: options.jobs)
      if request.runsExamples {
        let examples = testExamples(options, reporter)
        passed += examples.passed
        failed += examples.failed
      }
    } else {
      failed += 1
    }
  }
  if options.packages.isEmpty && options.file == nil {
    guard let suites = runSuites(options, request, reporter) else { return 1 }
    passed += suites.passed
    failed += suites.failed
    if suites.remembered > 0 {
      reporter.progress("\(suites.remembered) cases passed before, unchanged")
    }
  }
  reporter.progress("tested in \(milliseconds(since: started))")
  let summary: JSON = [
    "kind": "tested", "passed": JSON(passed), "failed": JSON(failed),
  ]
  if options.format == .json {
    reporter.printer.message(summary)
  } else {
    writeAll("\(passed) passed, \(failed) failed\n", to: STDOUT_FILENO)
  }
  return failed == 0 ? 0 : 1
}

/// Runs the examples of the workspace's packages, whose database is up to date.
private func testExamples(
  _ options: BuildOptions, _ reporter: Reporter
) -> (passed: Int, failed: Int) {
  guard options.file == nil, let workspace = currentWorkspace(options, reporter) else {
    return (0, 0)
  }
  let packages = options.packages
  do {
    return try runDocumentExamples(
      of: workspace.packages.filter { packages.isEmpty || packages.contains($0.name) },
      in: workspace.root, options, reporter)
  } catch {
    reporter.progress("the examples cannot be run: \(error)")
    return (0, 1)
  }
}

/// Runs the suites that were asked for. Nil after a diagnostic.
private func runSuites(
  _ options: BuildOptions, _ request: TestRequest, _ reporter: Reporter
) -> SuiteRun? {
  guard let root = findWorkspace(from: options.directory)?.root else {
    reporter.progress("there is no workspace here")
    return nil
  }
  reporter.root = root
  var diagnostics: [LocatedDiagnostic] = []
  let workspace = readWorkspace(at: root, reporting: &diagnostics)
  reporter.report(diagnostics)
  guard let workspace, let run = suiteRun(root, options, request, reporter) else { return nil }
  var cases: [TestCase] = []
  for suite in workspace.suites.sorted(by: { $0.name < $1.name }) {
    cases += find(suite, root: root, request, run)
  }
  if cases.isEmpty, run.failed == 0, !request.suites.isEmpty {
    reporter.progress("no case matches \(request.suites.joined(separator: ", "))")
    return nil
  }
  do {
    try run.run(cases)
  } catch {
    reporter.progress("\(run.scratch) cannot be written: \(error.reason)")
    return nil
  }
  return run
}

/// The cases of a suite that were asked for; one that cannot be read is a failure.
private func find(
  _ suite: Suite, root: String, _ request: TestRequest, _ run: SuiteRun
) -> [TestCase] {
  var cases: [TestCase] = []
  for name in Files.names(in: Path.join(root, suite.path)) where !name.hasPrefix(".") {
    let path = Path.join(suite.path, name)
    let isFolder = ["workspace.toml", "package.toml"].contains {
      Files.isFile(Path.join(root, Path.join(path, $0)))
    }
    guard name.hasSuffix(".jan") || isFolder else { continue }
    let caseName = "\(suite.name)/\(isFolder ? name : Path.stem(of: name))"
    guard
      request.suites.isEmpty || request.suites.contains(suite.name)
        || request.suites.contains(caseName)
    else { continue }
    switch TestCase.read(path, suite: suite.name, root: root) {
    case .success(let test): cases.append(test)
    case .failure(let problem): run.report(failureOf: caseName, problem.text)
    }
  }
  return cases
}

private func suiteRun(
  _ root: String, _ options: BuildOptions, _ request: TestRequest, _ reporter: Reporter
) -> SuiteRun? {
  let cache = ContentCache.locate()
  let toolchain: Toolchain
  switch Toolchain.locate() {
  case .success(let found): toolchain = found
  case .failure(let problem):
    reporter.report([problem])
    return nil
  }
  var missing = ""
  guard let linker = LinkerLocation.find(missing: &missing) else {
    reporter.report([.linkerMissing(missing)])
    return nil
  }
  let identity = ToolchainIdentity(toolchain, cache: cache)
  switch toolchain.runtimeFlags(Profile.core.name, identity: identity, cache: cache) {
  case .failure(let problem):
    reporter.report([problem])
    return nil
  case .success(let runtime):
    return SuiteRun(
      root: root, toolchain: toolchain, identity: identity, cache: cache, linker: linker,
      runtime: runtime, request: request, jobs: options.jobs)
  }
}
