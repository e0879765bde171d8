// What a stage says on its standard output, and what it means when it ends otherwise than agreed.
import Base

/// The messages of one run of a stage.
struct StageRun {
  var diagnostics: [LocatedDiagnostic] = []
  /// All other objects, in order.
  var messages: [JSON] = []

  /// Reads JSON lines; lines of another form are kept out.
  init(output: [UInt8]) {
    for line in output.split(separator: UInt8(ascii: "\n")) {
      guard let message = JSON(parsing: line) else { continue }
      if let diagnostic = LocatedDiagnostic(json: message) {
        diagnostics.append(diagnostic)
      } else {
        messages.append(message)
      }
    }
  }

  func messages(of kind: String) -> [JSON] { messages.filter { $0["kind"].string == kind } }

  /// A diagnostic when the stage failed and did not say why itself.
  static func failure(
    of command: Command, _ outcome: Outcome, hasErrors: Bool
  ) -> LocatedDiagnostic? {
    switch outcome.end {
    case .exited(0): return nil
    case .exited(1) where hasErrors: return nil
    case .notStarted(let reason):
      return LocatedDiagnostic(
        .toolchainProblem, "`\(command.executable)` could not be started: \(reason)", at: nil)
    case .exited, .signalled, .timedOut, .tooMuchOutput:
      let name = Path.name(of: command.executable)
      var notes = firstLines(of: outcome.errorText)
      notes.append("to repeat it: \(command.shellText)")
      return LocatedDiagnostic(.internalError, "`\(name)` \(outcome.end)", at: nil, notes: notes)
    }
  }

  /// What a process says when it ends badly, it says first.
  private static func firstLines(of text: String) -> [String] {
    let lines = text.split(separator: "\n").prefix(12)
    return lines.isEmpty ? [] : [lines.joined(separator: "\n")]
  }
}
