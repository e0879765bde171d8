// `janus-build why copy FILE:LINE`: why a line copies, from the facts in the ASTDB.
import ASTDB
import Base
import Glibc

/// Prints a sentence for each copy in a line of a file, or in all of it when no line is named.
public func whyCopyCommand(_ options: BuildOptions, place: String) -> Int32 {
  let reporter = Reporter(options)
  let (file, line) = splitPlace(place)
  guard let path = databasePath(options), Files.isFile(path) else {
    reporter.progress("there is no database yet: `janus-build check` makes it")
    return 1
  }
  do {
    let connection = try Connection(path: path, access: .readOnly)
    let rows = try connection.prepare(
      """
      SELECT DISTINCT file, line, type, because FROM v1_copy
      WHERE (file=?1 OR file LIKE '%/' || ?1) AND (?2=0 OR line=?2) ORDER BY file, line, type
      """)
    rows.bind(1, file)
    rows.bind(2, line)
    var text = ""
    while try rows.step() {
      text += "\(rows.text(0)):\(rows.int(1)): a `\(rows.text(2))` is copied because "
      text += rows.text(3) + "\n"
    }
    if text.isEmpty { text = "\(place): nothing is copied\n" }
    writeAll(text, to: STDOUT_FILENO)
    return 0
  } catch {
    writeAll("why: \(error)\n", to: STDERR_FILENO)
    return 1
  }
}

/// `FILE:LINE` or `FILE`; line 0 stands for all.
private func splitPlace(_ place: String) -> (file: String, line: Int64) {
  guard let colon = place.lastIndex(of: ":"), let line = Int64(place[place.index(after: colon)...])
  else { return (place, 0) }
  return (String(place[..<colon]), line)
}
