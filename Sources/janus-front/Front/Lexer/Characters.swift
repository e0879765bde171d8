// Classes of bytes, well-formed UTF-8, and the characters that may not stand in source.
import Base

/// One byte for each byte value: what the lexer does with a token that starts with it.
enum ByteClass {
  static let other: UInt8 = 0
  static let identifier: UInt8 = 1
  static let digit: UInt8 = 2
  static let space: UInt8 = 3

  /// Letters, digits, `_`: the classes of a word's later bytes are those below `space`, not 0.
  nonisolated(unsafe) static let table: UnsafePointer<UInt8> = {
    let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    table.initialize(repeating: other, count: 256)
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { table[Int(byte)] = identifier }
    for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { table[Int(byte)] = identifier }
    table[Int(UInt8(ascii: "_"))] = identifier
    for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { table[Int(byte)] = digit }
    for byte in [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")] {
      table[Int(byte)] = space
    }
    return UnsafePointer(table)
  }()
}

/// Length of the well-formed UTF-8 sequence at `p` (first byte 0x80 or above), or 0.
func utf8Length(_ p: UnsafePointer<UInt8>) -> Int {
  let first = p[0]
  func isTail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
  if first < 0xC2 { return 0 }
  if first < 0xE0 { return isTail(p[1]) ? 2 : 0 }
  if first < 0xF0 {
    guard isTail(p[1]), isTail(p[2]) else { return 0 }
    if first == 0xE0 && p[1] < 0xA0 { return 0 }  // Overlong.
    if first == 0xED && p[1] >= 0xA0 { return 0 }  // Surrogates.
    return 3
  }
  guard first < 0xF5, isTail(p[1]), isTail(p[2]), isTail(p[3]) else { return 0 }
  if first == 0xF0 && p[1] < 0x90 { return 0 }
  if first == 0xF4 && p[1] >= 0x90 { return 0 }
  return 4
}

/// The scalar of the well-formed sequence of `length` bytes at `p`.
func decodeScalar(_ p: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
  switch length {
  case 2: UInt32(p[0] & 0x1F) << 6 | UInt32(p[1] & 0x3F)
  case 3: UInt32(p[0] & 0x0F) << 12 | UInt32(p[1] & 0x3F) << 6 | UInt32(p[2] & 0x3F)
  case 4:
    UInt32(p[0] & 0x07) << 18 | UInt32(p[1] & 0x3F) << 12 | UInt32(p[2] & 0x3F) << 6
      | UInt32(p[3] & 0x3F)
  case _: UInt32(p[0])
  }
}

/// Controls that reorder the text a reader sees.
func isBidirectionalControl(_ scalar: UInt32) -> Bool {
  (0x202A...0x202E).contains(scalar) || (0x2066...0x2069).contains(scalar)
}

extension Lexer {
  /// Checks the sequence at `at` (a byte of 0x80 or above) inside a string or comment and returns
  /// the position after it.
  mutating func skipNonASCII(_ at: Int) -> Int {
    let length = utf8Length(text + at)
    if length == 0 { return skipInvalidUTF8(at) }
    if length == 3 && text[at] == 0xE2 {
      let scalar = decodeScalar(text + at, 3)
      if isBidirectionalControl(scalar) { report(.bidirectional(scalar, span(at, at + 3))) }
    }
    return at + length
  }

  /// One diagnostic for a run of ill-formed bytes.
  mutating func skipInvalidUTF8(_ at: Int) -> Int {
    var end = at + 1
    while end < count && text[end] >= 0x80 && utf8Length(text + end) == 0 { end += 1 }
    report(.invalidUTF8(text[at], span(at, end)))
    return end
  }

  /// A NUL byte inside the file (not the end): one diagnostic for a run.
  mutating func skipNUL(_ at: Int) -> Int {
    var end = at + 1
    while end < count && text[end] == 0 { end += 1 }
    report(.nulByte(span(at, end)))
    return end
  }

  /// A character which can start no token; words may be written in any script.
  mutating func lexOther(_ at: Int) -> Int {
    let byte = text[at]
    guard byte >= 0x80 else {
      if byte == UInt8(ascii: "`"), let end = lexBackquoted(at) { return end }
      report(.unexpectedCharacter(UInt32(byte), span(at, at + 1)))
      return at + 1
    }
    let length = utf8Length(text + at)
    if length == 0 { return skipInvalidUTF8(at) }
    let scalar = decodeScalar(text + at, length)
    if let value = Unicode.Scalar(scalar), value.properties.isXIDStart {
      return lexWideIdentifier(at)
    }
    if scalar == 0xA0 || scalar == 0x3000 || (0x2000...0x200B).contains(scalar) {
      report(.wideSpace(scalar, span(at, at + length)))
    } else if isBidirectionalControl(scalar) {
      report(.bidirectional(scalar, span(at, at + length)))
    } else {
      report(.unexpectedCharacter(scalar, span(at, at + length)))
    }
    return at + length
  }

  /// A word with characters outside ASCII, from its first byte.
  mutating func lexWideIdentifier(_ start: Int) -> Int {
    var i = start
    while i < count {
      let byte = text[i]
      if byte < 0x80 {
        let kind = ByteClass.table[Int(byte)]
        guard kind == ByteClass.identifier || kind == ByteClass.digit else { break }
        i += 1
      } else {
        let length = utf8Length(text + i)
        guard length > 0, let scalar = Unicode.Scalar(decodeScalar(text + i, length)),
          scalar.properties.isXIDContinue
        else { break }
        i += length
      }
    }
    emit(.identifier, start, i)
    return i
  }
}

extension Diagnostic {
  fileprivate static func invalidUTF8(_ byte: UInt8, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .invalidUTF8, "invalid UTF-8: byte 0x\(hexadecimal(UInt32(byte), 2)) cannot stand here",
      at: span, notes: ["source files are UTF-8 text"])
  }

  fileprivate static func nulByte(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unexpectedCharacter, "a NUL byte in source text", at: span,
      notes: ["write `\\0` in a string to get a NUL character"])
  }

  fileprivate static func bidirectional(_ scalar: UInt32, _ span: SourceSpan) -> Diagnostic {
    let digits = hexadecimal(scalar, 4)
    return Diagnostic(
      .unexpectedCharacter, "the bidirectional control character U+\(digits) in source text",
      at: span,
      notes: [
        "the text reads differently from what it means; in a string, write `\\u{\(digits)}`"
      ],
      fixes: [FixIt("remove it", [.init(span, "")], .guess)])
  }

  fileprivate static func wideSpace(_ scalar: UInt32, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unexpectedCharacter, "the space character U+\(hexadecimal(scalar, 4)) in source text",
      at: span, fixes: [FixIt("use a plain space", [.init(span, " ")])])
  }

  fileprivate static func unexpectedCharacter(_ scalar: UInt32, _ span: SourceSpan) -> Diagnostic {
    let isVisible = scalar > 0x20 && scalar != 0x7F && !(0x80...0x9F).contains(scalar)
    let shown =
      isVisible && Unicode.Scalar(scalar) != nil
      ? "`\(Character(Unicode.Scalar(scalar)!))`" : "U+\(hexadecimal(scalar, 4))"
    return Diagnostic(.unexpectedCharacter, "unexpected character \(shown)", at: span)
  }
}

/// At least `width` upper-case digits.
func hexadecimal(_ value: UInt32, _ width: Int) -> String {
  let digits = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
