// Source excerpts below a diagnostic: numbered lines with their marks.

/// One marked range of the excerpt, on one line.
struct ExcerptMark {
  var line: Int
  /// Byte columns, from 1; `end` is the first column after the mark.
  var start: Int
  var end: Int
  var text: String
  var isPrimary: Bool
}

/// One line of source as a terminal shows it: tabs and control characters replaced, long lines cut.
struct DisplayLine {
  private(set) var text = ""
  /// For each byte offset (and the end) the display column, from 0.
  private var columns: [Int] = []
  private static let widest = 150

  init(bytes: ArraySlice<UInt8>, keeping focus: Int) {
    var cells: [Character] = []
    columns.reserveCapacity(bytes.count + 1)
    for character in String(decoding: bytes, as: UTF8.self) {
      let start = cells.count
      if character == "\t" {
        cells += "    "
      } else if character.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) {
        cells.append("\u{FFFD}")
      } else {
        cells.append(character)
      }
      columns += Array(
        repeating: start, count: DisplayLine.byteCount(of: character, bytes, columns))
    }
    while columns.count < bytes.count { columns.append(cells.count) }
    columns.append(cells.count)
    crop(cells, keeping: column(ofByte: focus))
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

  private mutating func crop(_ cells: [Character], keeping focus: Int) {
    guard cells.count > DisplayLine.widest else {
      text = String(cells)
      return
    }
    let start = max(0, min(focus - DisplayLine.widest / 3, cells.count - DisplayLine.widest))
    let end = min(cells.count, start + DisplayLine.widest)
    text = (start > 0 ? "…" : "") + String(cells[start..<end]) + (end < cells.count ? "…" : "")
    let lead = start > 0 ? 1 : 0
    for index in columns.indices {
      columns[index] = min(max(columns[index] - start, 0), end - start) + lead
    }
  }
}
