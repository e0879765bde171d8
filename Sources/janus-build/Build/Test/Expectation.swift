// The `//~` comments of a case: which diagnostic must stand on which line.
//   x = 1  //~ ERROR E2401 a part of the message
//   //~^ WARNING W2202          one line above; `^^` two lines above
import Base

struct Expectation {
  var file: String
  var line: Int
  var severity: Severity
  var code: String
  /// A part of the message, a label, a note or a fix-it's title.
  var fragment: String

  /// All expectations in a source text or manifest.
  static func all(in text: String, file: String) -> [Expectation] {
    var found: [Expectation] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where line.utf8.contains(UInt8(ascii: "~")) {
      var rest = String(line)
      while let start = rest.range(ofText: "//~") ?? rest.range(ofText: "#~") {
        rest = String(rest[start...])
        let own =
          rest.range(ofText: "//~").map { String(rest[..<rest.index($0, offsetBy: -3)]) } ?? rest
        let carets = own.prefix { $0 == "^" }.count
        let words = own.dropFirst(carets).split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let severity = severity(of: words[0]) else { continue }
        found.append(
          Expectation(
            file: file, line: index + 1 - carets, severity: severity, code: String(words[1]),
            fragment: words.count == 3 ? String(words[2]).trimmed : ""))
      }
    }
    return found
  }

  private static func severity(of word: Substring) -> Severity? {
    switch word {
    case "ERROR": .error
    case "WARNING": .warning
    default: nil
    }
  }

  func matches(_ diagnostic: LocatedDiagnostic) -> Bool {
    guard diagnostic.code == code, diagnostic.severity == severity,
      let place = diagnostic.location, place.line == line, place.file == file
    else { return false }
    if fragment.isEmpty { return true }
    let texts =
      [diagnostic.message] + diagnostic.labels.map(\.text) + diagnostic.notes
      + diagnostic.fixes.map(\.title)
    return texts.contains { $0.range(ofText: fragment) != nil }
  }

  var text: String { "\(file):\(line): \(severity.name) \(code) \(fragment)".trimmed }
}

/// What is wrong between the diagnostics that a case expects and those found; nil when nothing is.
/// In a case that is rejected, warnings that nobody announced are let pass.
func mismatch(_ test: TestCase, _ found: [LocatedDiagnostic]) -> String? {
  let expected = test.expectations
  var unmatched = found
  var problems: [String] = []
  for expectation in expected {
    if let index = unmatched.firstIndex(where: expectation.matches) {
      unmatched.remove(at: index)
    } else {
      problems.append("expected, but not found: \(expectation.text)")
    }
  }
  for diagnostic in unmatched where diagnostic.severity == .error || test.kind != .checkFail {
    let place = diagnostic.location.map { "\($0.file):\($0.line): " } ?? ""
    problems.append(
      "found, but not expected: \(place)\(diagnostic.severity.name) \(diagnostic.code) "
        + diagnostic.message)
  }
  let shown = 12
  if problems.count > shown {
    problems = problems.prefix(shown - 1) + ["and \(problems.count - shown + 1) more"]
  }
  return problems.isEmpty ? nil : problems.joined(separator: "\n")
}
