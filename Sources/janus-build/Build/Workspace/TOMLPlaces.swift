// Where keys and values stand in a TOML text. TOMLKit reads the values but forgets their places;
// this walks the same text, which TOMLKit has accepted, and remembers them.
import Base

/// The places of a manifest's keys and values. Paths are joined with `.`; `members[0]` is the first
/// element of an array.
struct TOMLPlaces {
  private(set) var keys: [String: Location] = [:]
  private(set) var values: [String: Location] = [:]

  init(text: String, file: String) {
    var walk = Walk(bytes: Array(text.utf8), file: SourceFile(path: file, text: text))
    walk.document()
    keys = walk.keys
    values = walk.values
  }
}

private struct Walk {
  let bytes: [UInt8]
  let file: SourceFile
  var at = 0
  var keys: [String: Location] = [:]
  var values: [String: Location] = [:]

  init(bytes: [UInt8], file: SourceFile) {
    self.bytes = bytes
    self.file = file
  }

  var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

  func location(_ start: Int, _ end: Int) -> Location {
    let first = file.position(of: Int32(clamping: start))
    let last = file.position(of: Int32(clamping: end))
    return Location(
      file: file.path, line: Int(first.line), column: Int(first.column), endLine: Int(last.line),
      endColumn: Int(last.column), bytes: start..<max(start, end))
  }

  mutating func document() {
    var table: [String] = []
    while at < bytes.count {
      skipSpaceAndComments()
      guard let byte else { return }
      let before = at
      if byte == UInt8(ascii: "[") {
        while self.byte == UInt8(ascii: "[") { at += 1 }
        table = key(below: [])
        while self.byte == UInt8(ascii: "]") { at += 1 }
      } else {
        pair(below: table, depth: 0)
      }
      if at == before { at += 1 }
    }
  }

  mutating func skipBlanks() {
    while let byte, byte == 0x20 || byte == 0x09 { at += 1 }
  }

  mutating func skipSpaceAndComments() {
    while let byte {
      if byte == UInt8(ascii: "#") {
        while let byte = self.byte, byte != 0x0A { at += 1 }
      } else if byte <= 0x20 {
        at += 1
      } else {
        return
      }
    }
  }

  /// `name = value`.
  mutating func pair(below table: [String], depth: Int) {
    let path = key(below: table)
    guard byte == UInt8(ascii: "=") else { return }
    at += 1
    skipBlanks()
    value(path.joined(separator: "."), path, depth: depth)
  }

  /// A dotted key; records the place of each part.
  mutating func key(below table: [String]) -> [String] {
    var path = table
    while true {
      skipBlanks()
      let start = at
      if let byte, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        skipString()
        path.append(
          String(
            decoding: bytes[min(start + 1, at)..<max(min(start + 1, at), at - 1)], as: UTF8.self))
      } else {
        while let byte, isBareKeyByte(byte) { at += 1 }
        path.append(String(decoding: bytes[start..<at], as: UTF8.self))
      }
      let name = path.joined(separator: ".")
      if keys[name] == nil { keys[name] = location(start, at) }
      skipBlanks()
      guard byte == UInt8(ascii: ".") else { return path }
      at += 1
    }
  }

  private func isBareKeyByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  mutating func value(_ name: String, _ path: [String], depth: Int) {
    let start = at
    defer { values[name] = location(start, at) }
    guard let byte, depth < 64 else { return }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      skipString()
    } else if byte == UInt8(ascii: "[") {
      array(name, path, depth: depth)
    } else if byte == UInt8(ascii: "{") {
      at += 1
      while true {
        skipSpaceAndComments()
        guard let byte = self.byte, byte != UInt8(ascii: "}") else { break }
        let before = at
        if byte == UInt8(ascii: ",") { at += 1 } else { pair(below: path, depth: depth + 1) }
        if at == before { break }
      }
      at = min(at + 1, bytes.count)
    } else {
      while let byte = self.byte, byte > 0x20, !",]}#".utf8.contains(byte) { at += 1 }
    }
  }

  private mutating func array(_ name: String, _ path: [String], depth: Int) {
    at += 1
    var index = 0
    while true {
      skipSpaceAndComments()
      guard let byte, byte != UInt8(ascii: "]") else { break }
      let before = at
      if byte == UInt8(ascii: ",") {
        at += 1
      } else {
        let element = "\(name)[\(index)]"
        value(element, [element], depth: depth + 1)
        index += 1
      }
      if at == before { break }
    }
    at = min(at + 1, bytes.count)
  }

  /// Skips any of the four kinds of strings.
  mutating func skipString() {
    let quote = bytes[at]
    let isMultiline = at + 2 < bytes.count && bytes[at + 1] == quote && bytes[at + 2] == quote
    at += isMultiline ? 3 : 1
    while let byte {
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        at = min(at + 2, bytes.count)
      } else if byte != quote {
        at += 1
      } else if !isMultiline {
        at += 1
        return
      } else if at + 2 < bytes.count, bytes[at + 1] == quote, bytes[at + 2] == quote {
        at += 3
        while self.byte == quote { at += 1 }
        return
      } else {
        at += 1
      }
    }
  }
}
