// `janus-build query SQL`: rows of the ASTDB as a table or as JSON lines.
import ASTDB
import Base
import Glibc

/// Runs one statement on the workspace's ASTDB, read-only.
public func queryCommand(_ options: BuildOptions, sql: String) -> Int32 {
  let reporter = Reporter(options)
  guard let path = databasePath(options) else {
    reporter.progress("there is no workspace here")
    return 1
  }
  guard Files.isFile(path) else {
    reporter.progress("there is no database yet: `janus-build check` makes it")
    return 1
  }
  do {
    let connection = try Connection(path: path, access: .readOnly)
    let rows = try Rows(connection.prepare(sql))
    writeAll(options.format == .json ? rows.jsonLines : rows.table, to: STDOUT_FILENO)
    return 0
  } catch {
    writeAll("query: \(error)\n", to: STDERR_FILENO)
    return 1
  }
}

func databasePath(_ options: BuildOptions) -> String? {
  if let file = options.file {
    return ArtefactPaths(file: file, in: options.directory, cache: ContentCache.locate()).database
  }
  return findWorkspace(from: options.directory)
    .map { ArtefactPaths(workspace: $0.root).database }
}

/// The result of a statement.
struct Rows {
  var columns: [String] = []
  var cells: [[JSON]] = []

  init(_ statement: Statement) throws {
    columns = (0..<statement.columnCount).map(statement.columnName)
    while try statement.step() {
      cells.append(
        (0..<statement.columnCount).map { column in
          if statement.isNull(column) { return .null }
          let text = statement.text(column)
          guard statement.isNumber(column) else { return .string(text) }
          return Int64(text).map(JSON.integer) ?? Double(text).map(JSON.number) ?? .string(text)
        })
    }
  }

  var jsonLines: String {
    cells.map { row in
      JSON.object(zip(columns, row).map { JSON.Member($0, $1) }).text + "\n"
    }.joined()
  }

  /// Columns side by side, numbers to the right.
  var table: String {
    let texts = cells.map { $0.map(Rows.text) }
    var widths = columns.map(\.count)
    for row in texts {
      for (index, text) in row.enumerated() { widths[index] = max(widths[index], text.count) }
    }
    func line(_ row: [String], isNumber: (Int) -> Bool) -> String {
      var text = ""
      for (index, cell) in row.enumerated() {
        let pad = String(repeating: " ", count: widths[index] - cell.count)
        text += (index > 0 ? "  " : "") + (isNumber(index) ? pad + cell : cell + pad)
      }
      while text.hasSuffix(" ") { text.removeLast() }
      return text + "\n"
    }
    let rule = widths.map { String(repeating: "-", count: $0) }
    var out = line(columns) { _ in false } + line(rule) { _ in false }
    for (index, row) in texts.enumerated() {
      out += line(row) { cells[index][$0].isNumber }
    }
    return out
  }

  /// A cell as text; newlines would break the table.
  static func text(_ value: JSON) -> String {
    if case .string(let text) = value {
      return String(text.map { $0.isNewline ? " " : $0 })
    }
    return value.isNull ? "" : value.text
  }
}

extension JSON {
  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .number: true
    case .null, .bool, .string, .array, .object: false
    }
  }
}
