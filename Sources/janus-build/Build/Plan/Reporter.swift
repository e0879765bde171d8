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
  private var timings: [(step: String, seconds: Double)] = []
  private var sources: [String: SourceFile] = [:]

  init(_ options: BuildOptions) {
    self.options = options
    printer = DiagnosticPrinter(format: options.format)
    root = options.directory
  }

  func report(_ diagnostics: [LocatedDiagnostic]) {
    self.diagnostics += diagnostics
    errorCount += diagnostics.count { $0.severity == .error }
    printer.print(diagnostics) { [unowned self] path, line in
      source(path)?.bytes(ofLine: Int32(clamping: line))
    }
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
    guard options.format == .text else { return }
    writeAll("\(text)\n", to: STDERR_FILENO)
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
