// What the driver tells its user while it works: diagnostics, progress, reasons, times. Everything
// goes to standard error, except JSON lines, which were asked for on standard output.
import Base
import Glibc

final class Reporter {
  let printer: DiagnosticPrinter
  private let options: BuildOptions
  /// The folder that the diagnostics' paths are counted from.
  var root: String
  private(set) var errorCount = 0
  private(set) var diagnostics: [LocatedDiagnostic] = []
  private var seen: Set<LocatedDiagnostic> = []
  private var hasShown = false
  /// What waits to be shown with what is still to come.
  private var held: [LocatedDiagnostic]?
  private static let shownErrors = 50
  private var timings: [(step: String, seconds: Double)] = []
  private var sources: [String: SourceFile] = [:]
  /// Where one line says what is being done: a terminal that can replace a line.
  private let showsStatus: Bool
  private var hasStatus = false

  /// Collects diagnostics and shows nothing.
  private let isQuiet: Bool

  init(_ options: BuildOptions, isQuiet: Bool = false) {
    self.options = options
    self.isQuiet = isQuiet
    printer = DiagnosticPrinter(format: options.format, colours: options.colours)
    root = options.directory
    showsStatus =
      options.format == .text && !options.hidesProgress && !isQuiet
      && terminalWantsColours(STDERR_FILENO)
  }

  deinit { clearStatus() }

  /// Shows what `body` reports in one order of places.
  func together(_ body: () throws -> Void) rethrows {
    held = []
    defer {
      let all = held ?? []
      held = nil
      report(all)
    }
    try body()
  }

  /// Shows `diagnostics`, each of them once, in the order of their places.
  func report(_ diagnostics: [LocatedDiagnostic]) {
    if held != nil {
      held! += diagnostics
      return
    }
    var fresh: [LocatedDiagnostic] = []
    for diagnostic in diagnostics where seen.insert(diagnostic).inserted {
      fresh.append(diagnostic)
    }
    fresh.sort(by: LocatedDiagnostic.standsBefore)
    self.diagnostics += fresh
    if !fresh.isEmpty { clearStatus() }
    if isQuiet {
      errorCount += fresh.count { $0.severity == .error }
      return
    }
    var shown: [LocatedDiagnostic] = []
    for diagnostic in fresh {
      if diagnostic.severity == .error { errorCount += 1 }
      // Tools want everything; people read the first ones.
      if options.format == .json || errorCount <= Reporter.shownErrors { shown.append(diagnostic) }
    }
    if options.format == .text, !shown.isEmpty, hasShown { writeAll("\n", to: STDERR_FILENO) }
    hasShown = hasShown || !shown.isEmpty
    printer.print(shown) { [unowned self] path, line in
      source(path)?.bytes(ofLine: Int32(clamping: line))
    }
  }

  /// `2 errors, 1 warning`, and where to read more.
  func summarise() {
    let warnings = diagnostics.count { $0.severity == .warning }
    guard options.format == .text, errorCount + warnings > 0 else { return }
    var text = [(errorCount, "error"), (warnings, "warning")].filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
    if errorCount > Reporter.shownErrors {
      text += " (the first \(Reporter.shownErrors) are shown)"
    }
    if let first = diagnostics.first(where: { $0.severity == .error }) {
      text += "; `janus-build explain \(first.code)` tells more about the first"
    }
    progress("\n\(text)")
  }

  private func source(_ path: String) -> SourceFile? {
    if let file = sources[path] { return file }
    guard let bytes = try? Files.read(Path.join(root, path)) else { return nil }
    let file = SourceFile(path: path, bytes: ContiguousArray(bytes))
    sources[path] = file
    return file
  }

  /// A line about what happens, for people.
  func progress(_ text: String) {
    guard options.format == .text, !options.hidesProgress, !isQuiet else { return }
    clearStatus()
    writeAll("\(text)\n", to: STDERR_FILENO)
  }

  /// Says on a terminal what is being done; the next text takes its place, and nothing stays.
  func status(_ text: String) {
    guard showsStatus else { return }
    writeAll("\r\u{1B}[K\(text.prefix(79))", to: STDERR_FILENO)
    hasStatus = true
  }

  func clearStatus() {
    guard hasStatus else { return }
    writeAll("\r\u{1B}[K", to: STDERR_FILENO)
    hasStatus = false
  }

  /// Says why `action` runs: what differs from the last build.
  func explain(_ action: Action, before: BuildRecord?) {
    let old = before?.actions.first { $0.name == action.name }
    explain(action.name, Build.explain(action, before: old))
  }

  /// Says why the action called `name` runs.
  func explain(_ name: String, _ reasons: [String]) {
    guard options.explains else { return }
    for reason in reasons {
      if options.format == .json {
        printer.message(["kind": "reason", "action": .string(name), "text": .string(reason)])
      } else {
        progress("explain: \(name): \(reason)")
      }
    }
  }

  func timed<Result>(_ step: String, _ body: () throws -> Result) rethrows -> Result {
    let start = now()
    defer { timings.append((step, now() - start)) }
    return try body()
  }

  func printTimings() {
    guard options.timings else { return }
    for (step, seconds) in timings {
      let microseconds = Int((seconds * 1_000_000).rounded())
      if options.format == .json {
        printer.message([
          "kind": "timing", "step": .string(step), "microseconds": JSON(microseconds),
        ])
      } else {
        let digits = String(microseconds % 1000)
        let padded = String(repeating: "0", count: 3 - digits.count) + digits
        let text = "\(microseconds / 1000).\(padded)"
        progress(String(repeating: " ", count: max(0, 10 - text.count)) + "\(text) ms  \(step)")
      }
    }
  }
}
