// What a fix-it would change, as a small difference: the lines before with `-`, those after with
// `+`. A change of many lines is left to its title.

struct FixExcerpt {
  let gutter: Gutter
  let style: TerminalStyle
  let lineSource: DiagnosticRenderer.LineSource

  private static let longest = 6

  func render(_ fix: LocatedDiagnostic.Fix) -> String {
    var out = ""
    for hunk in hunks(fix.edits) {
      guard let lines = source(hunk), let changed = apply(hunk.edits, to: lines, from: hunk.first)
      else { continue }
      guard max(lines.count, changed.count) <= FixExcerpt.longest else { continue }
      let focus = hunk.edits.map(\.location.column).min() ?? 1
      for (offset, line) in lines.enumerated() {
        out += row(hunk.first + offset, "-", line, .red, focus)
      }
      for (offset, line) in changed.enumerated() {
        out += row(hunk.first + offset, "+", line, .green, focus)
      }
    }
    return out
  }

  /// Edits of neighbouring lines, which are shown together.
  private struct Hunk {
    var file: String
    var first: Int
    var last: Int
    var edits: [LocatedDiagnostic.Edit]
  }

  private func hunks(_ edits: [LocatedDiagnostic.Edit]) -> [Hunk] {
    let ordered = edits.sorted {
      ($0.location.file, $0.location.line, $0.location.column)
        < ($1.location.file, $1.location.line, $1.location.column)
    }
    var hunks: [Hunk] = []
    for edit in ordered {
      let place = edit.location
      if let last = hunks.last, last.file == place.file, place.line <= last.last {
        hunks[hunks.count - 1].last = max(last.last, place.endLine)
        hunks[hunks.count - 1].edits.append(edit)
      } else {
        hunks.append(
          Hunk(file: place.file, first: place.line, last: place.endLine, edits: [edit]))
      }
    }
    return hunks
  }

  private func source(_ hunk: Hunk) -> [ArraySlice<UInt8>]? {
    guard hunk.last - hunk.first < FixExcerpt.longest else { return nil }
    var lines: [ArraySlice<UInt8>] = []
    for number in hunk.first...hunk.last {
      guard let line = lineSource(hunk.file, number) else { return nil }
      lines.append(line)
    }
    return lines
  }

  /// The lines after the change; a line that the change empties is gone.
  private func apply(
    _ edits: [LocatedDiagnostic.Edit], to lines: [ArraySlice<UInt8>], from first: Int
  ) -> [ArraySlice<UInt8>]? {
    var text: [UInt8] = []
    var starts: [Int] = []
    for line in lines {
      starts.append(text.count)
      text += line
      text.append(UInt8(ascii: "\n"))
    }
    text.removeLast()
    for edit in edits.reversed() {
      let place = edit.location
      let start = starts[place.line - first] + max(place.column - 1, 0)
      let end = starts[place.endLine - first] + max(place.endColumn - 1, 0)
      guard start <= end, end <= text.count else { return nil }
      text.replaceSubrange(start..<end, with: edit.replacement.utf8)
    }
    let changed = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let isBlank = text.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    return isBlank && changed.count == 1 ? [] : changed
  }

  private func row(
    _ number: Int, _ sign: String, _ bytes: ArraySlice<UInt8>, _ colour: TerminalStyle.Colour,
    _ focus: Int
  ) -> String {
    let digits = String(number)
    let pad = String(repeating: " ", count: max(0, gutter.width - digits.count))
    let text = DisplayLine(bytes: bytes, keeping: focus).text
    return style.paint("\(pad)\(digits) ", .blue) + style.paint(sign, colour)
      + (text.isEmpty ? "" : " \(text)") + "\n"
  }
}
