// `// sql: SELECT … => rows`: questions to the ASTDB of a case.
import ASTDB
import Base

extension SuiteRun {
  /// The first statement whose rows differ from the expected ones, or that fails.
  func sqlMismatch(_ running: RunningCase) -> String? {
    guard !running.test.sql.isEmpty else { return nil }
    do {
      let connection = try Connection(path: running.database, access: .readOnly)
      for expectation in running.test.sql {
        let rows = try Rows(connection.prepare(expectation.statement))
        let found = rows.cells.map { $0.map(Rows.text).joined(separator: "|") }
          .joined(separator: ";")
        if found != expectation.value {
          return "\(expectation.statement)\n  expected: \(expectation.value)\n  found:    \(found)"
        }
      }
      return nil
    } catch {
      return "the database answered: \(error)"
    }
  }
}
