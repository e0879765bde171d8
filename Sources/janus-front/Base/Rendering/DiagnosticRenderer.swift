// The one renderer of diagnostics for people: the header, the place, an excerpt with marks and
// labels, notes, and what a fix-it would write.

/// Renders located diagnostics as text.
public struct DiagnosticRenderer {
  /// The bytes of a line (from 1) of a file, or nil when the file cannot be read.
  public typealias LineSource = (_ path: String, _ line: Int) -> ArraySlice<UInt8>?

  private let style: Style
  private let lineSource: LineSource

  public init(colours: Bool, lineSource: @escaping LineSource) {
    style = Style(isOn: colours)
    self.lineSource = lineSource
  }

  /// The whole text of `diagnostic`, ending in a newline.
  public func render(_ diagnostic: LocatedDiagnostic) -> String {
    let colour = style.colour(of: diagnostic.severity)
    var out =
      style.paint("\(diagnostic.severity.name)[\(diagnostic.code)]", colour)
      + style.paint(": \(diagnostic.message)", .bold) + "\n"
    let width = gutterWidth(diagnostic)
    if let place = diagnostic.location {
      out += pointer("-->", place, width)
      out += excerpt(of: place, diagnostic, width, colour)
    }
    for file in otherFiles(diagnostic) {
      let labels = diagnostic.labels.filter { $0.location.file == file }
      out += pointer(":::", labels[0].location, width)
      out += lines(
        of: file, labels.map { mark($0.location, $0.text, isPrimary: false) }, width, colour)
    }
    for note in diagnostic.notes {
      let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
      let indented = lines.joined(separator: "\n" + String(repeating: " ", count: width + 9))
      out +=
        gutter(width) + style.paint(" = ", .blue) + style.paint("note", .bold) + ": \(indented)\n"
    }
    for fix in diagnostic.fixes { out += render(fix, width) }
    return out
  }

  // A line number never needs more columns than the largest one shown.
  private func gutterWidth(_ diagnostic: LocatedDiagnostic) -> Int {
    let places =
      [diagnostic.location].compactMap { $0 } + diagnostic.labels.map(\.location)
      + diagnostic.fixes.flatMap { $0.edits.map(\.location) }
    return String(places.map(\.line).max() ?? 1).count
  }

  private func otherFiles(_ diagnostic: LocatedDiagnostic) -> [String] {
    var files: [String] = []
    for label in diagnostic.labels where label.location.file != diagnostic.location?.file {
      if !files.contains(label.location.file) { files.append(label.location.file) }
    }
    return files
  }

  private func gutter(_ width: Int) -> String { String(repeating: " ", count: width) }

  private func pointer(_ arrow: String, _ place: Location, _ width: Int) -> String {
    gutter(width) + style.paint(arrow, .blue) + " \(place.file):\(place.line):\(place.column)\n"
  }

  private func mark(_ place: Location, _ text: String, isPrimary: Bool) -> ExcerptMark {
    // A range over several lines is marked to the end of its first line.
    let end = place.endLine == place.line ? max(place.endColumn, place.column + 1) : Int.max
    return ExcerptMark(
      line: place.line, start: place.column, end: end, text: text, isPrimary: isPrimary)
  }

  private func excerpt(
    of place: Location, _ diagnostic: LocatedDiagnostic, _ width: Int, _ colour: Style.Colour
  ) -> String {
    var marks = [mark(place, "", isPrimary: true)]
    for label in diagnostic.labels where label.location.file == place.file {
      if label.location == place, marks[0].text.isEmpty {
        marks[0].text = label.text
      } else {
        marks.append(mark(label.location, label.text, isPrimary: false))
      }
    }
    return lines(of: place.file, marks, width, colour)
  }

  private func lines(
    of file: String, _ marks: [ExcerptMark], _ width: Int, _ colour: Style.Colour
  ) -> String {
    let numbers = Set(marks.map(\.line)).sorted()
    var out = ""
    var previous: Int?
    for number in numbers {
      guard let bytes = lineSource(file, number) else { continue }
      if previous == nil { out += gutter(width) + style.paint(" |", .blue) + "\n" }
      if let previous, number > previous + 1 {
        if number == previous + 2, let between = lineSource(file, previous + 1) {
          out += numbered(previous + 1, DisplayLine(bytes: between, keeping: 1).text, width)
        } else {
          out += style.paint("...", .blue) + "\n"
        }
      }
      let here = marks.filter { $0.line == number }.sorted {
        ($0.start, $0.end) < ($1.start, $1.end)
      }
      let line = DisplayLine(bytes: bytes, keeping: here[0].start)
      out += numbered(number, line.text, width)
      for row in markRows(here, on: line, colour) {
        out += gutter(width) + style.paint(" | ", .blue) + row + "\n"
      }
      previous = number
    }
    return out
  }

  private func numbered(_ number: Int, _ text: String, _ width: Int) -> String {
    let digits = String(number)
    let pad = String(repeating: " ", count: max(0, width - digits.count))
    return style.paint(pad + digits + " |", .blue) + (text.isEmpty ? "" : " " + text) + "\n"
  }

  /// Each row holds one mark and its text; the primary mark comes first, marks without text share
  /// it.
  private func markRows(
    _ marks: [ExcerptMark], on line: DisplayLine, _ colour: Style.Colour
  ) -> [String] {
    marks.sorted { $0.isPrimary && !$1.isPrimary }.map { mark in
      let start = line.column(ofByte: mark.start)
      let end = max(line.column(ofByte: min(mark.end, Int(Int32.max))), start + 1)
      let sign = String(repeating: mark.isPrimary ? "^" : "-", count: end - start)
      let text = mark.text.isEmpty ? sign : "\(sign) \(mark.text)"
      return String(repeating: " ", count: start)
        + style.paint(text, mark.isPrimary ? colour : .blue)
    }
  }

  private func render(_ fix: LocatedDiagnostic.Fix, _ width: Int) -> String {
    var out =
      gutter(width) + style.paint(" = ", .blue) + style.paint("fix", .green) + ": \(fix.title)\n"
    // Only edits that stay on their line are shown; the title says enough for the others.
    let edits = fix.edits.filter {
      $0.location.line == $0.location.endLine && !$0.replacement.contains("\n")
    }
    guard edits.count == fix.edits.count else { return out }
    for number in Set(edits.map(\.location.line)).sorted() {
      let here = edits.filter { $0.location.line == number }
      guard let file = here.first?.location.file, let bytes = lineSource(file, number) else {
        continue
      }
      var line = Array(bytes)
      for edit in here.sorted(by: { $0.location.column > $1.location.column }) {
        let start = min(max(edit.location.column - 1, 0), line.count)
        let end = min(max(edit.location.endColumn - 1, start), line.count)
        line.replaceSubrange(start..<end, with: edit.replacement.utf8)
      }
      let column = here.map(\.location.column).min() ?? 1
      out += numbered(number, DisplayLine(bytes: line[...], keeping: column).text, width)
    }
    return out
  }
}

/// Colours of a terminal, or none.
private struct Style {
  enum Colour: String {
    case red = "1;31"
    case yellow = "1;33"
    case green = "1;32"
    case blue = "1;34"
    case bold = "1"
  }

  let isOn: Bool

  func paint(_ text: String, _ colour: Colour) -> String {
    isOn ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  func colour(of severity: Severity) -> Colour {
    switch severity {
    case .error: .red
    case .warning: .yellow
    case .note: .green
    }
  }
}
