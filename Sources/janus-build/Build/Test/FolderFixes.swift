// The fix-its of cases that are folders, tested by applying each to a copy of the folder, which
// the driver checks: its diagnostic must be gone, and no error may be new. (FixPhase.swift does the
// same for cases that are files.)
import Base

extension SuiteRun {
  /// Applies the fix-its of `cases`, which have been checked.
  func checkFolderFixes(_ cases: [RunningCase]) {
    let pool = ProcessPool(limit: jobs)
    var count = 0
    for running in cases where running.failure == nil {
      for diagnostic in running.diagnostics {
        for fix in diagnostic.fixes {
          count += 1
          let copy = Path.join(folders, "\(running.test.package)_fix\(count)")
          guard apply(fix, of: running, to: copy) else {
            running.fail("the fix-it `\(fix.title)` cannot be applied")
            continue
          }
          check(copy, running, fix.title, diagnostic, pool)
        }
      }
    }
    pool.runUntilEmpty()
  }

  private func apply(
    _ fix: LocatedDiagnostic.Fix, of running: RunningCase, to copy: String
  ) -> Bool {
    var selection = FixSelection()
    guard selection.add(fix) else { return false }
    do {
      try copyTree(Path.join(root, running.test.path), to: copy, depth: 0)
      for file in selection.files {
        let path = Path.join(copy, file)
        guard let text = selection.apply(to: try Files.read(path), of: file) else { return false }
        try Files.write(text, to: path)
      }
      return true
    } catch {
      return false
    }
  }

  private func check(
    _ copy: String, _ running: RunningCase, _ title: String, _ fixed: LocatedDiagnostic,
    _ pool: ProcessPool
  ) {
    let command = Command(
      executable: Files.resolved("/proc/self/exe") ?? "janus-build",
      arguments: ["check", "-C", copy, "--message-format", "json", "-j", "1"], directory: root,
      timeout: 120)
    pool.add(command) { [self] outcome in
      let after = StageRun(output: outcome.output).diagnostics
      if let problem = problem(of: title, running, fixed, after) { running.fail(problem) }
    }
  }
}
