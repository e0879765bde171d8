// Source excerpts below a diagnostic: numbered lines, the marks below them, and their labels. Marks
// of one line share a row; the last label follows its mark, the others hang below theirs. A range
// of several lines has a bar at the left from its first line to its last.

/// One marked range of a file, in byte columns from 1; the end is the first column after it.
struct ExcerptMark {
  var line: Int
  var start: Int
  var endLine: Int
  var end: Int
  var text: String
  var isPrimary: Bool

  init(_ place: Location, _ text: String, isPrimary: Bool) {
    line = place.line
    start = place.column
    endLine = max(place.line, place.endLine)
    end = place.endLine > place.line ? place.endColumn : max(place.endColumn, place.column + 1)
    // A range that ends before the first byte of a line ends with the line before.
    if endLine > line, end <= 1 {
      endLine -= 1
      end = Int(Int32.max)
    }
    self.text = text
    self.isPrimary = isPrimary
  }

  var isLong: Bool { endLine > line }
}

struct Excerpt {
  private let short: [ExcerptMark]
  /// Marks over several lines; each has a bar of its own, the outermost at the left.
  private let long: [ExcerptMark]
  private let gutter: Gutter
  private let style: TerminalStyle
  private let primary: TerminalStyle.Colour
  private let bytes: (Int) -> ArraySlice<UInt8>?

  init(
    marks: [ExcerptMark], gutter: Gutter, style: TerminalStyle, primary: TerminalStyle.Colour,
    bytes: @escaping (Int) -> ArraySlice<UInt8>?
  ) {
    short = marks.filter { !$0.isLong }
    long = marks.filter(\.isLong).sorted {
      ($0.line, -$0.endLine, $0.start) < ($1.line, -$1.endLine, $1.start)
    }
    self.gutter = gutter
    self.style = style
    self.primary = primary
    self.bytes = bytes
  }

  func render() -> String {
    var out = ""
    var previous: Int?
    var open = [Bool](repeating: false, count: long.count)
    for number in lineNumbers {
      guard let line = bytes(number) else { continue }
      if previous == nil { out += gutter.unnumbered("") }
      if let previous, number > previous + 1 {
        if number == previous + 2, let between = bytes(previous + 1) {
          let text = DisplayLine(bytes: between, keeping: 1).text
          out += gutter.numbered(previous + 1, joined(bars(open), text))
        } else {
          out += style.paint("...", .blue) + trimmedBars(open) + "\n"
        }
      }
      out += render(number, line, &open)
      previous = number
    }
    return out
  }

  private var lineNumbers: [Int] {
    Set(short.map(\.line) + long.flatMap { [$0.line, $0.endLine] }).sorted()
  }

  private func render(_ number: Int, _ bytes: ArraySlice<UInt8>, _ open: inout [Bool]) -> String {
    let here = short.filter { $0.line == number }
    let focus =
      here.first(where: \.isPrimary)?.start ?? here.map(\.start).min()
      ?? long.first(where: { $0.line == number })?.start ?? 1
    let line = DisplayLine(bytes: bytes, keeping: focus)
    var out = gutter.numbered(number, joined(bars(open), line.text))
    for row in MarkRows(here, on: line, style: style, primary: primary).rows {
      out += gutter.unnumbered(bars(open) + row)
    }
    for index in long.indices {
      let mark = long[index]
      let isStart = mark.line == number
      guard isStart || mark.endLine == number else { continue }
      let column =
        isStart ? line.column(ofByte: mark.start) : max(0, line.column(ofByte: mark.end) - 1)
      out += gutter.unnumbered(corner(index, column, isStart: isStart, open))
      open[index] = isStart
    }
    return out
  }

  // MARK: Bars of ranges over several lines

  private func colour(_ mark: ExcerptMark) -> TerminalStyle.Colour {
    mark.isPrimary ? primary : .blue
  }

  /// Two columns for each long mark: its bar where it is open.
  private func bars(_ open: [Bool]) -> String {
    long.indices.map { open[$0] ? style.paint("|", colour(long[$0])) + " " : "  " }.joined()
  }

  private func joined(_ bars: String, _ text: String) -> String {
    text.isEmpty && !bars.contains("|") ? "" : bars + text
  }

  private func trimmedBars(_ open: [Bool]) -> String {
    guard open.contains(true) else { return "" }
    return String(repeating: " ", count: max(0, gutter.width - 1) + 1) + bars(open)
  }

  /// The row where the bar of long mark `index` starts or ends: a line to the mark.
  private func corner(_ index: Int, _ column: Int, isStart: Bool, _ open: [Bool]) -> String {
    let mark = long[index]
    let left = long.indices.prefix(index).map {
      open[$0] ? style.paint("|", colour(long[$0])) + " " : "  "
    }.joined()
    let dashes = String(repeating: "_", count: (long.count - index) * 2 - 1 + column)
    let sign = mark.isPrimary ? "^" : "-"
    let text = isStart || mark.text.isEmpty ? "" : " \(mark.text)"
    return left + style.paint((isStart ? " " : "|") + dashes + sign + text, colour(mark))
  }
}

/// The rows of marks and labels below one line.
private struct MarkRows {
  private struct Placed {
    var start: Int
    var end: Int
    var text: String
    var isPrimary: Bool
  }

  private let marks: [Placed]
  private let style: TerminalStyle
  private let primary: TerminalStyle.Colour

  init(
    _ marks: [ExcerptMark], on line: DisplayLine, style: TerminalStyle,
    primary: TerminalStyle.Colour
  ) {
    self.marks = marks.map { mark in
      let start = line.column(ofByte: mark.start)
      let end = max(line.column(ofByte: mark.end), start + 1)
      return Placed(start: start, end: end, text: mark.text, isPrimary: mark.isPrimary)
    }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    self.style = style
    self.primary = primary
  }

  private func colour(_ mark: Placed) -> TerminalStyle.Colour { mark.isPrimary ? primary : .blue }

  var rows: [String] {
    guard let last = marks.indices.last else { return [] }
    let inlined = inlineLabel(last)
    var signs = self.signs
    if let inlined { signs += " " + style.paint(marks[inlined].text, colour(marks[inlined])) }
    var hanging = marks.indices.filter { $0 != inlined && !marks[$0].text.isEmpty }
    guard !hanging.isEmpty else { return [signs] }
    var rows = [signs, connectors(hanging)]
    while let lowest = hanging.popLast() {
      let mark = marks[lowest]
      let left = hanging.filter { marks[$0].start < mark.start }
      let lead = connectors(left)
      let width = left.map { marks[$0].start + 1 }.max() ?? 0
      rows.append(
        lead + String(repeating: " ", count: mark.start - width)
          + style.paint(mark.text, colour(mark)))
    }
    return rows
  }

  /// The mark whose label can follow the row of signs: the last one, when nothing stands after it.
  private func inlineLabel(_ last: Int) -> Int? {
    let end = marks.map(\.end).max() ?? 0
    let isAlone = marks.indices.allSatisfy { $0 == last || marks[$0].end <= marks[last].start }
    if isAlone { return marks[last].text.isEmpty ? nil : last }
    // Marks that overlap: one of them may end the row when the others have nothing to say.
    let speaking = marks.indices.filter { !marks[$0].text.isEmpty }
    guard speaking.count == 1, marks[speaking[0]].end == end else { return nil }
    return speaking[0]
  }

  /// `^^--^^^`: a smaller mark is drawn over the larger one around it.
  private var signs: String {
    let width = marks.map(\.end).max() ?? 0
    var owner = [Int?](repeating: nil, count: width)
    let order = marks.indices.sorted { a, b in
      let (first, second) = (marks[a], marks[b])
      return (second.end - second.start, first.isPrimary ? 1 : 0, a)
        < (first.end - first.start, second.isPrimary ? 1 : 0, b)
    }
    for index in order {
      for column in marks[index].start..<marks[index].end { owner[column] = index }
    }
    var out = ""
    var column = 0
    while column < width {
      let here = owner[column]
      var end = column
      while end < width, owner[end] == here { end += 1 }
      if let here {
        let sign = marks[here].isPrimary ? "^" : "-"
        out += style.paint(
          String(repeating: sign, count: end - column), colour(marks[here]))
      } else {
        out += String(repeating: " ", count: end - column)
      }
      column = end
    }
    return out
  }

  /// `|` below the start of each of `indices`.
  private func connectors(_ indices: [Int]) -> String {
    var out = ""
    var column = 0
    for index in indices where marks[index].start >= column {
      let mark = marks[index]
      out += String(repeating: " ", count: mark.start - column) + style.paint("|", colour(mark))
      column = mark.start + 1
    }
    return out
  }
}
