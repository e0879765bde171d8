// The first half of a suite's run: all cases through janus-front and janus-mir in few processes.
// A stage that refuses one case may refuse to write for all, so the cases it accepted go through
// it once more; one that crashes is given halves until the culprit stands alone.
import Base

extension SuiteRun {
  /// Checks and lowers `cases`; afterwards those that are not done have their MIR files.
  func check(_ cases: [RunningCase]) {
    let groups = group(cases)
    let pool = ProcessPool(limit: jobs)
    for (index, group) in groups.enumerated() {
      let database = Path.join(scratch, "\(index).sqlite")
      for running in group { running.database = database }
      runFront(group, database, pool, attempt: 0)
    }
    pool.runUntilEmpty()
  }

  /// As many groups as processes may run; a case that asks the database has one for itself.
  private func group(_ cases: [RunningCase]) -> [[RunningCase]] {
    let alone = cases.filter { !$0.test.sql.isEmpty }
    let together = cases.filter { $0.test.sql.isEmpty }
    let largest = 150
    let count = max(min(jobs, (together.count + 7) / 8), (together.count + largest - 1) / largest)
    var groups = [[RunningCase]](repeating: [], count: count)
    for (index, running) in together.enumerated() { groups[index % count].append(running) }
    return groups + alone.map { [$0] }
  }

  private func runFront(
    _ cases: [RunningCase], _ database: String, _ pool: ProcessPool, attempt: Int
  ) {
    guard !cases.isEmpty else { return }
    var jobs: [UInt8] = []
    for running in cases { line(frontJob(running.test), to: &jobs) }
    var arguments = ["--db", database, "--jobs", "--message-format", "json"]
    if let std = toolchain.standardLibrary { arguments += ["--std", std] }
    let command = Command(
      executable: toolchain.path(of: .front), arguments: arguments, directory: root,
      input: .bytes(jobs), timeout: 300)
    pool.add(command) { [self] outcome in
      let known = cases.map(\.diagnostics)
      let isAttributed = attribute(StageRun(output: outcome.output).diagnostics, to: cases)
      if !endedAsAgreed(outcome) || !isAttributed {
        isolate(cases, known, command, outcome) { half, suffix in
          runFront(half, database + suffix, pool, attempt: attempt)
        }
        return
      }
      for running in cases where running.hasErrors { judgeDiagnostics(running) }
      let accepted = cases.filter { !$0.isDone }
      for running in accepted { running.database = database }
      if outcome.succeeded {
        runMir(accepted, database, pool, release: false)
      } else if accepted.count < cases.count, attempt < 3 {
        runFront(accepted, database, pool, attempt: attempt + 1)
      } else {
        for running in accepted {
          running.fail("janus-front failed without saying why\n\(outcome.errorText)")
        }
      }
    }
  }

  private func runMir(
    _ cases: [RunningCase], _ database: String, _ pool: ProcessPool, release: Bool, attempt: Int = 0
  ) {
    guard !cases.isEmpty else { return }
    var jobs: [UInt8] = []
    for running in cases {
      let job: JSON = [
        "module": .string(running.test.package),
        "entry": .string(running.test.isLibrary ? "lib" : "main"),
        "output": .string(mirPath(running.test, release: release)), "release": .bool(release),
        "check_tests": true,
      ]
      line(job, to: &jobs)
    }
    let command = Command(
      executable: toolchain.path(of: .mir),
      arguments: ["--db", database, "--jobs", "--message-format", "json"], directory: root,
      input: .bytes(jobs), environment: ["JANUS_VERIFY": "all"], timeout: 300)
    pool.add(command) { [self] outcome in
      let known = cases.map(\.diagnostics)
      let isAttributed = attribute(StageRun(output: outcome.output).diagnostics, to: cases)
      if !endedAsAgreed(outcome) || !isAttributed {
        isolate(cases, known, command, outcome) { half, _ in
          runMir(half, database, pool, release: release, attempt: attempt)
        }
        return
      }
      for running in cases where running.hasErrors { judgeDiagnostics(running) }
      let accepted = cases.filter { !$0.isDone }
      if !outcome.succeeded, accepted.count < cases.count, attempt < 3 {
        runMir(accepted, database, pool, release: release, attempt: attempt + 1)
      } else if !outcome.succeeded {
        for running in accepted {
          running.fail("janus-mir failed without saying why\n\(outcome.errorText)")
        }
      } else if !release {
        for running in accepted { judgeAccepted(running) }
        runMir(accepted.filter { !$0.isDone && $0.test.kind.runs }, database, pool, release: true)
      }
    }
  }

  private func endedAsAgreed(_ outcome: Outcome) -> Bool {
    outcome.end == .exited(0) || outcome.end == .exited(1)
  }

  /// Splits a group that broke its stage; a case alone is the culprit. What was `known` of them
  /// before the stage, such as the warnings of the stage before it, stays known.
  private func isolate(
    _ cases: [RunningCase], _ known: [[LocatedDiagnostic]], _ command: Command,
    _ outcome: Outcome, again: ([RunningCase], String) -> Void
  ) {
    for (running, diagnostics) in zip(cases, known) { running.diagnostics = diagnostics }
    guard cases.count > 1 else {
      // A case alone owns what was found, so it was the stage that broke.
      let failure = StageRun.failure(of: command, outcome, hasErrors: false)
      cases[0].fail(([failure?.message ?? ""] + (failure?.notes ?? [])).joined(separator: "\n"))
      return
    }
    let middle = cases.count / 2
    again(Array(cases[..<middle]), "a")
    again(Array(cases[middle...]), "b")
  }

  /// Hands each diagnostic to the case whose file it names. False when one names no case and there
  /// are several that it could be about.
  private func attribute(
    _ diagnostics: [LocatedDiagnostic], to cases: [RunningCase]
  ) -> Bool {
    let byPath = Dictionary(cases.map { ($0.test.path, $0) }, uniquingKeysWith: { a, _ in a })
    for diagnostic in diagnostics {
      let owner = diagnostic.location.flatMap { byPath[$0.file] }
      if owner == nil, cases.count > 1, diagnostic.severity == .error { return false }
      let running = owner ?? cases[0]
      if !running.diagnostics.contains(diagnostic) { running.diagnostics.append(diagnostic) }
    }
    return true
  }

  /// The verdict on a case that a stage rejected.
  private func judgeDiagnostics(_ running: RunningCase) {
    if let problem = mismatch(running.test, running.diagnostics) {
      running.fail(problem)
    } else if running.test.kind == .checkFail {
      running.isDone = true
    } else {
      running.fail("the case is rejected, as its `//~` comments say, but it is not `check-fail`")
    }
  }

  /// The verdict on a case that both stages accepted, as far as it needs no program.
  private func judgeAccepted(_ running: RunningCase) {
    if let problem = mismatch(running.test, running.diagnostics) {
      return running.fail(problem)
    }
    if let problem = sqlMismatch(running) { return running.fail(problem) }
    switch running.test.kind {
    case .checkFail: running.fail("the case is accepted")
    case .check: running.isDone = true
    case .mir, .build, .run: break
    }
  }

  func mirPath(_ test: TestCase, release: Bool) -> String {
    Path.join(scratch, "mir/\(test.package).\(release ? "release" : "dev").jmir")
  }

  private func frontJob(_ test: TestCase) -> JSON {
    Package(
      name: test.package, folder: Path.directory(of: test.path),
      sourceRoot: "", files: [test.path],
      kind: test.isLibrary ? .library : .program, profile: .core, capabilities: nil, panic: nil,
      overflow: nil, dependencies: [], c: CSettings()
    ).frontJob
  }

  private func line(_ job: JSON, to bytes: inout [UInt8]) {
    job.write(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }
}
