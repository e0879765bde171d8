// One line of source as a terminal shows it: tabs and control characters replaced, characters that
// take two columns counted as two, long lines cut.

struct DisplayLine {
  private(set) var text = ""
  /// For each byte offset (and the end) the display column, from 0.
  private var columns: [Int] = []
  private static let widest = 150

  /// A character and the column at which it begins.
  private struct Cell {
    var character: Character
    var column: Int
  }

  init(bytes: ArraySlice<UInt8>, keeping focus: Int) {
    var cells: [Cell] = []
    var column = 0
    columns.reserveCapacity(bytes.count + 1)
    for character in String(decoding: bytes, as: UTF8.self) {
      columns += Array(
        repeating: column, count: DisplayLine.byteCount(of: character, bytes, columns))
      for shown in DisplayLine.shown(character) {
        cells.append(Cell(character: shown, column: column))
        column += DisplayLine.width(of: shown)
      }
    }
    while columns.count < bytes.count { columns.append(column) }
    columns.append(column)
    crop(cells, width: column, keeping: self.column(ofByte: focus))
  }

  /// The bytes that `character` came from: one for each repaired byte sequence.
  private static func byteCount(
    of character: Character, _ bytes: ArraySlice<UInt8>, _ columns: [Int]
  ) -> Int {
    let left = bytes.count - columns.count
    let at = bytes.startIndex + columns.count
    guard left > 0 else { return 0 }
    let isRepaired = character == "\u{FFFD}" && !bytes[at...].starts(with: [0xEF, 0xBF, 0xBD])
    return isRepaired ? 1 : min(left, String(character).utf8.count)
  }

  /// The display column of byte column `byte` (from 1).
  func column(ofByte byte: Int) -> Int {
    guard !columns.isEmpty else { return 0 }
    return columns[min(max(byte - 1, 0), columns.count - 1)]
  }

  private mutating func crop(_ cells: [Cell], width: Int, keeping focus: Int) {
    guard width > DisplayLine.widest else {
      text = String(cells.map(\.character))
      return
    }
    let start = max(0, min(focus - DisplayLine.widest / 3, width - DisplayLine.widest))
    let shown = cells.filter {
      $0.column >= start && $0.column + DisplayLine.width(of: $0.character) <= start + Self.widest
    }
    let first = shown.first?.column ?? start
    let end = shown.last.map { $0.column + DisplayLine.width(of: $0.character) } ?? start
    text = (start > 0 ? "…" : "") + String(shown.map(\.character)) + (end < width ? "…" : "")
    let lead = start > 0 ? 1 : 0
    for index in columns.indices {
      columns[index] = min(max(columns[index] - first, 0), end - first) + lead
    }
  }

  /// What stands for `character`: nothing that a terminal obeys or that reorders text.
  private static func shown(_ character: Character) -> [Character] {
    if character == "\t" { return [" ", " ", " ", " "] }
    let hides = character.unicodeScalars.contains { scalar in
      scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
    return hides ? ["\u{FFFD}"] : [character]
  }

  /// How many columns a terminal gives to `character`.
  private static func width(of character: Character) -> Int {
    if character.isASCII { return 1 }
    let scalars = character.unicodeScalars
    if scalars.contains(where: { $0.properties.isEmojiPresentation || $0.value == 0xFE0F }) {
      return 2
    }
    if let first = scalars.first, wideRanges.contains(where: { $0.contains(first.value) }) {
      return 2
    }
    let isInvisible = scalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: true
      case _: false
      }
    }
    return isInvisible ? 0 : 1
  }

  /// East Asian characters of full width.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
