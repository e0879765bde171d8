// The printer: chooses for every group whether it stands on one line, and writes the text.
//
// Reads: a `Document`.
// Produces: text of lines of at most `width` columns where the groups allow it.
// A group stands on one line when it fits with what follows it up to the next possible break. If it
// does not but its last element can break alone, only that breaks. Otherwise the group breaks.
import Base

struct DocumentPrinter {
  static let width = 100
  static let indentation = 4

  private enum Mode { case flat, hugging, broken }

  private struct Level {
    var mode: Mode
    var isFilled: Bool
    /// Columns added inside this group.
    var indentation = 0
  }

  private let document: Document
  private let steps: ContiguousArray<DocumentStep>
  /// Width on one line, and forced breaks, of the steps before each.
  private var widths: ContiguousArray<Int> = [0]
  private var breaks: ContiguousArray<Int> = [0]
  private var text: ContiguousArray<UInt8> = []
  private var column = 0
  private var levels = [Level(mode: .broken, isFilled: false)]
  /// Modes of the groups that have begun.
  private var modes: ContiguousArray<Mode?>
  /// By step of a line: the group it belongs to, or -1.
  private var owners: ContiguousArray<Int32>

  /// The document as text.
  static func print(_ document: Document) -> ContiguousArray<UInt8> {
    var printer = DocumentPrinter(document)
    for step in printer.steps.indices { printer.print(step) }
    while printer.text.last == UInt8(ascii: "\n") { printer.text.removeLast() }
    if !printer.text.isEmpty { printer.text.append(UInt8(ascii: "\n")) }
    return printer.text
  }

  private init(_ document: Document) {
    self.document = document
    steps = document.steps
    modes = ContiguousArray(repeating: nil, count: document.groups.count)
    owners = ContiguousArray(repeating: -1, count: steps.count)
    text.reserveCapacity(document.bytes.count + document.bytes.count / 4)
    measure()
  }

  private mutating func measure() {
    var open: [Int32] = []
    for (index, step) in steps.enumerated() {
      var width = 0
      var isBreak = false
      switch step {
      case .source(let start, let end): width = firstLineWidth(start, end)
      case .word(let word): width = word.utf8CodeUnitCount
      case .ifFlat(let word): width = word.utf8CodeUnitCount
      case .line(let isPadded, _):
        width = isPadded ? 1 : 0
        owners[index] = open.last ?? -1
      case .hardLine: isBreak = true
      case .begin(let group):
        open.append(Int32(group))
        isBreak = document.groups[group].isForced
      case .end: open.removeLast()
      case .ifBroken, .indent, .dedent: break
      }
      widths.append(widths[index] + width)
      breaks.append(breaks[index] + (isBreak ? 1 : 0))
    }
  }

  /// Columns up to the first line break: characters, roughly.
  private func firstLineWidth(_ start: Int, _ end: Int) -> Int {
    var width = 0
    for i in start..<end {
      let byte = document.bytes[i]
      if byte == UInt8(ascii: "\n") { break }
      if byte & 0xC0 != 0x80 { width += 1 }
    }
    return width
  }

  // MARK: Choosing

  private func mode(of group: Int, at step: Int) -> Mode {
    if levels[levels.count - 1].mode == .flat { return .flat }
    let description = document.groups[group]
    let end = description.end
    let room = DocumentPrinter.width - column
    let isOneLine = breaks[end] == breaks[step]
    if isOneLine && widths[end] - widths[step] + widthAfter(end) <= room { return .flat }
    let hugged = description.hugged
    if hugged > step, !description.isForced, breaks[hugged] == breaks[step],
      let opening = openingWidth(hugged, end),
      widths[hugged] - widths[step] + opening <= room
    {
      return .hugging
    }
    return .broken
  }

  /// The width of what follows step `end` up to where a line may break.
  private func widthAfter(_ end: Int) -> Int {
    var i = end
    while i < steps.count, widths[i] - widths[end] <= DocumentPrinter.width {
      switch steps[i] {
      case .hardLine: return widths[i] - widths[end]
      case .line:
        let owner = Int(owners[i])
        let mode = owner < 0 ? .broken : modes[owner] ?? .broken
        if mode == .broken { return widths[i] - widths[end] }
      case .source, .word, .ifBroken, .ifFlat, .begin, .end, .indent, .dedent: break
      }
      i += 1
    }
    return widths[min(i, steps.count)] - widths[end]
  }

  /// The width of the hugged element up to its first line; nil when it has none.
  private func openingWidth(_ start: Int, _ end: Int) -> Int? {
    for i in start..<end {
      switch steps[i] {
      case .line, .hardLine: return widths[i] - widths[start]
      case .source, .word, .ifBroken, .ifFlat, .begin, .end, .indent, .dedent: break
      }
    }
    return nil
  }

  // MARK: Writing

  private mutating func print(_ step: Int) {
    let level = levels.count - 1
    switch steps[step] {
    case .source(let start, let end): write(start, end)
    case .word(let word): write(word)
    case .ifBroken(let word):
      if levels[level].mode == .broken { write(word) }
    case .ifFlat(let word):
      if levels[level].mode != .broken { write(word) }
    case .line(let isPadded, let isBlankBefore):
      if breaksLine(at: step) {
        breakLine(isBlankBefore)
      } else if isPadded {
        write(" ")
      }
    case .hardLine(let isBlankBefore): breakLine(isBlankBefore)
    case .begin(let group):
      let mode = mode(of: group, at: step)
      modes[group] = mode
      levels.append(Level(mode: mode, isFilled: document.groups[group].isFilled))
    case .end: levels.removeLast()
    case .indent:
      if levels[level].mode == .broken {
        levels[level].indentation += DocumentPrinter.indentation
      }
    case .dedent:
      if levels[level].mode == .broken {
        levels[level].indentation -= DocumentPrinter.indentation
      }
    }
  }

  private func breaksLine(at step: Int) -> Bool {
    guard let level = levels.last, level.mode == .broken else { return false }
    guard level.isFilled, !isOutermostLine(step) else { return true }
    // Only when what stands before the next line does not fit.
    let padding = widths[step + 1] - widths[step]
    var next = step + 1
    while next < steps.count {
      if case .line = steps[next] { break }
      if case .hardLine = steps[next] { break }
      if case .end = steps[next] { break }
      next += 1
    }
    let comma = 1
    return column + padding + widths[next] - widths[step + 1] + comma > DocumentPrinter.width
  }

  /// The line after the opening bracket of a filled list, or before the closing one.
  private func isOutermostLine(_ step: Int) -> Bool {
    if step > 0, case .indent = steps[step - 1] { return true }
    if step > 0, case .dedent = steps[step - 1] { return true }
    return false
  }

  private mutating func write(_ word: StaticString) {
    for i in 0..<word.utf8CodeUnitCount { text.append(word.utf8Start[i]) }
    column += word.utf8CodeUnitCount
  }

  private mutating func write(_ start: Int, _ end: Int) {
    for i in start..<end {
      let byte = document.bytes[i]
      text.append(byte)
      if byte == UInt8(ascii: "\n") {
        column = 0
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
  }

  private mutating func breakLine(_ isBlankBefore: Bool) {
    while text.last == UInt8(ascii: " ") { text.removeLast() }
    if !text.isEmpty { text.append(UInt8(ascii: "\n")) }
    if isBlankBefore { text.append(UInt8(ascii: "\n")) }
    column = levels.reduce(0) { $0 + $1.indentation }
    for _ in 0..<column { text.append(UInt8(ascii: " ")) }
  }
}
