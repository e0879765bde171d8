// Cases that are folders with a workspace: the driver itself builds a copy of each, so manifests,
// several packages and products are tested as a user meets them.
import Base
import Glibc

extension SuiteRun {
  func runFolders(_ cases: [RunningCase]) {
    let pool = ProcessPool(limit: jobs)
    for running in cases {
      let copy = Path.join(folders, running.test.package)
      do {
        try copyTree(Path.join(root, running.test.path), to: copy, depth: 0)
      } catch {
        running.fail("the case's folder cannot be copied: \(error.reason)")
        continue
      }
      build(running, copy, pool, release: false)
    }
    pool.runUntilEmpty()
    checkFolderFixes(cases)
  }

  func copyTree(_ source: String, to target: String, depth: Int) throws(SystemError) {
    try Files.makeDirectory(target)
    for name in Files.names(in: source) where name != ".janus" && depth < 16 {
      let from = Path.join(source, name)
      if Files.isDirectory(from) {
        try copyTree(from, to: Path.join(target, name), depth: depth + 1)
      } else {
        try Files.copy(from, to: Path.join(target, name), mode: 0o644)
      }
    }
  }

  private func build(
    _ running: RunningCase, _ copy: String, _ pool: ProcessPool, release: Bool
  ) {
    let needsProgram = running.test.kind.runs || running.test.kind == .build
    var arguments = [
      needsProgram ? "build" : "check", "-C", copy, "--message-format", "json", "-j", "1",
    ]
    if release { arguments.append("--release") }
    let command = Command(
      executable: Files.resolved("/proc/self/exe") ?? "janus-build", arguments: arguments,
      directory: root, timeout: 120)
    pool.add(command) { [self] outcome in
      let output = StageRun(output: outcome.output)
      if !release { running.diagnostics = output.diagnostics }
      if let failure = StageRun.failure(
        of: command, outcome, hasErrors: output.diagnostics.contains { $0.severity == .error })
      {
        return running.fail("\(failure.message)\n\(failure.notes.joined(separator: "\n"))")
      }
      if !release, let problem = mismatch(running.test, output.diagnostics) {
        return running.fail(problem)
      }
      judge(running, output, outcome, copy, pool, release: release)
    }
  }

  private func judge(
    _ running: RunningCase, _ output: StageRun, _ outcome: Outcome, _ copy: String,
    _ pool: ProcessPool, release: Bool
  ) {
    switch running.test.kind {
    case .checkFail:
      if outcome.succeeded { running.fail("the case is accepted") } else { running.isDone = true }
    case .check, .build, .mir:
      if outcome.succeeded { running.isDone = true } else { running.fail("the case is rejected") }
    case .run:
      let products = output.messages(of: "finished").last?["products"].array ?? []
      guard outcome.succeeded, let product = products.first, let path = product["path"].string,
        let package = product["package"].string
      else { return running.fail("the build made no program") }
      startProduct(running, path, package, copy, pool, release: release)
    }
  }

  private func startProduct(
    _ running: RunningCase, _ path: String, _ package: String, _ copy: String,
    _ pool: ProcessPool, release: Bool
  ) {
    guard !release else {
      return start(running, "release", path, [], in: copy, pool)
    }
    running.pendingWays = 4
    let mir = ArtefactPaths(workspace: copy).mir(package, "main", .development)
    start(
      running, "interpreter", toolchain.path(of: .mir), ["run", "--shadow", mir], in: copy, pool)
    start(running, "dev", path, [], in: copy, pool)
    start(running, "JIT", toolchain.path(of: .back), ["run", mir, "--"], in: copy, pool)
    build(running, copy, pool, release: true)
  }
}
