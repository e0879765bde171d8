// The one renderer of diagnostics for people: the header, the place, excerpts with marks and
// labels, notes, and what a fix-it would change. `Excerpt` draws the source, `FixExcerpt` the
// change.

/// Renders located diagnostics as text.
public struct DiagnosticRenderer {
  /// The bytes of a line (from 1) of a file, or nil when the file cannot be read.
  public typealias LineSource = (_ path: String, _ line: Int) -> ArraySlice<UInt8>?

  private let style: TerminalStyle
  private let lineSource: LineSource

  public init(colours: Bool, lineSource: @escaping LineSource) {
    style = TerminalStyle(isOn: colours)
    self.lineSource = lineSource
  }

  /// The whole text of `diagnostic`, ending in a newline.
  public func render(_ diagnostic: LocatedDiagnostic) -> String {
    let colour = style.colour(of: diagnostic.severity)
    var out =
      style.paint("\(diagnostic.severity.name)[\(diagnostic.code)]", colour)
      + style.paint(": \(diagnostic.message)", .bold) + "\n"
    let gutter = Gutter(width: gutterWidth(diagnostic), style: style)
    if let place = diagnostic.location {
      out += pointer("-->", place, gutter)
      out += excerpt(of: place.file, marks(of: place, diagnostic), gutter, colour)
    }
    for file in otherFiles(diagnostic) {
      let labels = diagnostic.labels.filter { $0.location.file == file }
      out += pointer(":::", labels[0].location, gutter)
      let marks = labels.map { ExcerptMark($0.location, $0.text, isPrimary: false) }
      out += excerpt(of: file, marks, gutter, colour)
    }
    for note in diagnostic.notes { out += remark("note", .bold, note, gutter) }
    for fix in diagnostic.fixes {
      out += remark("help", .green, fix.title, gutter)
      out += FixExcerpt(gutter: gutter, style: style, lineSource: lineSource).render(fix)
    }
    return out
  }

  // A line number never needs more columns than the largest one shown.
  private func gutterWidth(_ diagnostic: LocatedDiagnostic) -> Int {
    let places =
      [diagnostic.location].compactMap { $0 } + diagnostic.labels.map(\.location)
      + diagnostic.fixes.flatMap { $0.edits.map(\.location) }
    return String(places.map { max($0.line, $0.endLine) }.max() ?? 1).count
  }

  private func otherFiles(_ diagnostic: LocatedDiagnostic) -> [String] {
    var files: [String] = []
    for label in diagnostic.labels where label.location.file != diagnostic.location?.file {
      if !files.contains(label.location.file) { files.append(label.location.file) }
    }
    return files
  }

  private func pointer(_ arrow: String, _ place: Location, _ gutter: Gutter) -> String {
    gutter.indent + style.paint(arrow, .blue) + " \(place.file):\(place.line):\(place.column)\n"
  }

  /// `= note: …`, its further lines below the first.
  private func remark(
    _ word: String, _ colour: TerminalStyle.Colour, _ text: String, _ gutter: Gutter
  ) -> String {
    let indent = String(repeating: " ", count: gutter.width + word.utf8.count + 5)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return gutter.indent + style.paint(" = ", .blue) + style.paint(word, colour)
      + ": \(lines.joined(separator: "\n" + indent))\n"
  }

  private func marks(of place: Location, _ diagnostic: LocatedDiagnostic) -> [ExcerptMark] {
    var marks = [ExcerptMark(place, "", isPrimary: true)]
    for label in diagnostic.labels where label.location.file == place.file {
      if label.location == place, marks[0].text.isEmpty {
        marks[0].text = label.text
      } else {
        marks.append(ExcerptMark(label.location, label.text, isPrimary: false))
      }
    }
    return marks
  }

  private func excerpt(
    of file: String, _ marks: [ExcerptMark], _ gutter: Gutter, _ colour: TerminalStyle.Colour
  ) -> String {
    Excerpt(marks: marks, gutter: gutter, style: style, primary: colour) { lineSource(file, $0) }
      .render()
  }
}

/// The column of line numbers at the left.
struct Gutter {
  let width: Int
  let style: TerminalStyle

  var indent: String { String(repeating: " ", count: width) }

  func numbered(_ number: Int, _ text: String) -> String {
    let digits = String(number)
    let pad = String(repeating: " ", count: max(0, width - digits.count))
    return style.paint(pad + digits + " |", .blue) + spaced(text)
  }

  func unnumbered(_ text: String) -> String {
    style.paint(indent + " |", .blue) + spaced(text)
  }

  private func spaced(_ text: String) -> String { text.isEmpty ? "\n" : " \(text)\n" }
}

/// Colours of a terminal, or none.
struct TerminalStyle {
  enum Colour: String {
    case red = "1;31"
    case yellow = "1;33"
    case green = "1;32"
    case blue = "1;34"
    case bold = "1"
  }

  let isOn: Bool

  func paint(_ text: String, _ colour: Colour) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  func colour(of severity: Severity) -> Colour {
    switch severity {
    case .error: .red
    case .warning: .yellow
    case .note: .green
    }
  }
}
