// The fix-its of the cases, tested by applying them. Each one alone must take its diagnostic away
// and bring no error that was not there; a case with `// fixes: all` must be accepted once every
// certain fix-it has been applied, in rounds, as `janus-build fix` does it. `// fixes: reveal CODE`
// names errors that stood behind the fixed ones.
import Base

/// What a case says about its fix-its.
struct FixExpectation {
  /// Applied together they must make the case accepted.
  var makesAccepted = false
  /// Codes of errors that a fix-it may bring to light.
  var revealed: Set<String> = []

  /// Reads the text after `// fixes:`; false when it says nothing known.
  mutating func read(_ text: String) -> Bool {
    let words = text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
    switch words.first {
    case "all" where words.count == 1: makesAccepted = true
    case "reveal" where words.count > 1: revealed.formUnion(words.dropFirst())
    default: return false
    }
    return true
  }
}

/// A copy of a case with one fix-it, or with all that go together, applied.
private struct FixVariant {
  var owner: RunningCase
  var running: RunningCase
  /// The diagnostic that must be gone; nil when all were applied.
  var fixed: LocatedDiagnostic?
  var title: String
}

extension SuiteRun {
  private static let mostRounds = 6

  /// Applies the fix-its of `cases`, which have been checked.
  func checkFixes(_ cases: [RunningCase]) throws(SystemError) {
    let settled = cases.filter { $0.failure == nil }
    try Files.makeDirectory(Path.join(scratch, "fixes"))
    try checkSingly(settled)
    try checkTogether(settled.filter(\.test.fixes.makesAccepted))
  }

  private func checkSingly(_ cases: [RunningCase]) throws(SystemError) {
    var variants: [FixVariant] = []
    for running in cases {
      let source = try Files.read(Path.join(root, running.test.path))
      for diagnostic in running.diagnostics {
        for fix in diagnostic.fixes {
          var selection = FixSelection()
          guard selection.add(fix), selection.files == [running.test.path] else {
            running.fail("the fix-it `\(fix.title)` cannot be applied")
            continue
          }
          variants += [
            try variant(of: running, selection, source, variants.count, fix.title, diagnostic)
          ].compactMap { $0 }
        }
      }
    }
    check(variants.map(\.running))
    for variant in variants { judge(variant) }
  }

  private func variant(
    of owner: RunningCase, _ selection: FixSelection, _ source: [UInt8], _ number: Int,
    _ title: String, _ fixed: LocatedDiagnostic?
  ) throws(SystemError) -> FixVariant? {
    guard let text = selection.apply(to: source, of: owner.test.path) else {
      owner.fail("the fix-it `\(title)` does not fit the text")
      return nil
    }
    var test = owner.test
    test.package = "\(owner.test.package)_fix\(number)"
    test.path = Path.join(scratch, "fixes/\(test.package).jan")
    test.kind = .checkFail
    test.expectations = []
    test.sql = []
    try Files.write(text, to: test.path)
    return FixVariant(owner: owner, running: RunningCase(test), fixed: fixed, title: title)
  }

  private func judge(_ variant: FixVariant) {
    guard let fixed = variant.fixed else { return }
    let after = variant.running.diagnostics
    if let problem = problem(of: variant.title, variant.owner, fixed, after) {
      variant.owner.fail(problem)
    }
  }

  /// What is wrong with the fix-it `title` of `fixed`, after which a stage found `after`.
  func problem(
    of title: String, _ owner: RunningCase, _ fixed: LocatedDiagnostic,
    _ after: [LocatedDiagnostic]
  ) -> String? {
    let before = owner.diagnostics
    func count(_ list: [LocatedDiagnostic], _ like: LocatedDiagnostic) -> Int {
      list.count { $0.code == like.code && $0.message == like.message }
    }
    if count(after, fixed) >= count(before, fixed) {
      return "after the fix-it `\(title)` there is still \(fixed.code) \(fixed.message)"
    }
    for diagnostic in after where diagnostic.severity == .error {
      if owner.test.fixes.revealed.contains(diagnostic.code) { continue }
      if count(after, diagnostic) > count(before, diagnostic) {
        return "the fix-it `\(title)` brings \(diagnostic.code) \(diagnostic.message)"
      }
    }
    return nil
  }

  /// Applies all certain fix-its until nothing is left to apply; then no error may be left.
  private func checkTogether(_ cases: [RunningCase]) throws(SystemError) {
    var open = cases.map { (owner: $0, current: $0) }
    for round in 0..<SuiteRun.mostRounds where !open.isEmpty {
      var next: [(owner: RunningCase, current: RunningCase)] = []
      for (owner, current) in open {
        let selection = FixSelection.certain(of: current.diagnostics)
        guard selection.count > 0 else {
          judgeTogether(owner, current)
          continue
        }
        let source = try Files.read(Path.join(root, current.test.path))
        if let variant = try variant(of: current, selection, source, round, "all", nil) {
          next.append((owner, variant.running))
        }
      }
      check(next.map(\.current))
      open = next
    }
    for (owner, current) in open { judgeTogether(owner, current) }
  }

  private func judgeTogether(_ owner: RunningCase, _ current: RunningCase) {
    for diagnostic in current.diagnostics where diagnostic.severity == .error {
      let line = diagnostic.location?.line ?? 0
      owner.fail(
        "with every certain fix-it applied there is still "
          + "\(diagnostic.code) \(diagnostic.message) (line \(line))")
    }
  }
}
