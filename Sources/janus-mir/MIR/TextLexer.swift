// Bytes of MIR text to tokens.
import Base

func isDigitByte(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

func isWordStart(_ byte: UInt8) -> Bool {
  (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    || byte == UInt8(ascii: "_")
}

func isWordByte(_ byte: UInt8) -> Bool { isWordStart(byte) || isDigitByte(byte) }

/// Bytes of symbols that need no quotes.
func isSymbolByte(_ byte: UInt8) -> Bool {
  isWordByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "$")
}

enum TextTokenKind: UInt8 {
  case word, number, string
  /// A name between backticks.
  case name
  /// `_12`; the value is the number.
  case local
  /// `@name` and `$name`, quoted or not.
  case symbol, staticName
  /// `@line:column(start..end)`.
  case location
  case arrow
  /// Any other byte.
  case punctuation
  case end
}

struct TextToken {
  var kind: TextTokenKind
  /// The first token of its line.
  var opensLine: Bool
  var start: Int32
  var end: Int32
}

/// What went wrong and where; becomes a diagnostic at the boundary of the reader.
struct TextFailure: Error {
  var message: String
  var start: Int32
  var end: Int32
}

struct TextLexer {
  let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var tokens: ContiguousArray<TextToken> = []

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  static func tokens(
    of bytes: UnsafeBufferPointer<UInt8>
  ) throws(TextFailure) -> ContiguousArray<TextToken> {
    var lexer = TextLexer(bytes)
    return try lexer.run()
  }

  private func byte(at offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  private func is_(_ offset: Int, _ character: Unicode.Scalar) -> Bool {
    byte(at: offset) == UInt8(ascii: character)
  }

  private mutating func run() throws(TextFailure) -> ContiguousArray<TextToken> {
    var opensLine = true
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\n"):
        opensLine = true
        position += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        position += 1
      case UInt8(ascii: "/") where is_(position + 1, "/"):
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      default:
        let start = position
        let kind = try token()
        tokens.append(
          TextToken(kind: kind, opensLine: opensLine, start: Int32(start), end: Int32(position)))
        opensLine = false
      }
    }
    let end = Int32(bytes.count)
    tokens.append(TextToken(kind: .end, opensLine: true, start: end, end: end))
    return tokens
  }

  private mutating func token() throws(TextFailure) -> TextTokenKind {
    let first = bytes[position]
    switch first {
    case UInt8(ascii: "\""):
      try skipQuoted(first)
      return .string
    case UInt8(ascii: "`"):
      try skipQuoted(first)
      return .name
    case UInt8(ascii: "@"), UInt8(ascii: "$"):
      return try sigil(first == UInt8(ascii: "@"))
    case UInt8(ascii: "-") where is_(position + 1, ">"):
      position += 2
      return .arrow
    case UInt8(ascii: "-") where isDigitByte(byte(at: position + 1)):
      position += 1
      skipNumber()
      return .number
    default: break
    }
    if isDigitByte(first) {
      skipNumber()
      return .number
    }
    if isWordStart(first) {
      let start = position
      while isWordByte(byte(at: position)) { position += 1 }
      let digits = bytes[start..<position].dropFirst()
      let isLocal =
        first == UInt8(ascii: "_") && !digits.isEmpty && digits.allSatisfy(isDigitByte)
      return isLocal ? .local : .word
    }
    position += 1
    return .punctuation
  }

  private mutating func sigil(_ isFunction: Bool) throws(TextFailure) -> TextTokenKind {
    let start = position
    position += 1
    let kind: TextTokenKind = isFunction ? .symbol : .staticName
    if is_(position, "\"") {
      try skipQuoted(UInt8(ascii: "\""))
      return kind
    }
    if isFunction && isDigitByte(byte(at: position)) {
      while position < bytes.count, bytes[position] != UInt8(ascii: ")"),
        bytes[position] != UInt8(ascii: "\n")
      { position += 1 }
      position += 1
      return .location
    }
    while isSymbolByte(byte(at: position)) { position += 1 }
    guard position > start + 1 else { throw failure("expected a name", start) }
    return kind
  }

  private mutating func skipNumber() {
    let afterDot = position > 0 && is_(position - 1, ".")
    if is_(position, "0") && is_(position + 1, "x") {
      position += 2
      while isWordByte(byte(at: position)) { position += 1 }
      return
    }
    while isDigitByte(byte(at: position)) { position += 1 }
    guard !afterDot else { return }
    if is_(position, "."), isDigitByte(byte(at: position + 1)) {
      position += 1
      while isDigitByte(byte(at: position)) { position += 1 }
    }
    guard byte(at: position) | 0x20 == UInt8(ascii: "e") else { return }
    let sign = is_(position + 1, "-") || is_(position + 1, "+") ? 1 : 0
    guard isDigitByte(byte(at: position + 1 + sign)) else { return }
    position += 1 + sign
    while isDigitByte(byte(at: position)) { position += 1 }
  }

  private mutating func skipQuoted(_ quote: UInt8) throws(TextFailure) {
    let start = position
    position += 1
    while position < bytes.count, bytes[position] != quote {
      guard bytes[position] != UInt8(ascii: "\n") else { break }
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < bytes.count, bytes[position] == quote else {
      position = min(position, bytes.count)
      throw failure("quote is not closed on its line", start)
    }
    position += 1
  }

  private func failure(_ message: String, _ start: Int) -> TextFailure {
    TextFailure(message: message, start: Int32(start), end: Int32(position))
  }
}

/// The bytes between the quotes of a token, with escapes resolved.
func unquoted(
  _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
) throws(TextFailure) -> [UInt8] {
  var result: [UInt8] = []
  var i = range.lowerBound + 1
  while i < range.upperBound - 1 {
    guard bytes[i] == UInt8(ascii: "\\") else {
      result.append(bytes[i])
      i += 1
      continue
    }
    let escape = bytes[i + 1]
    i += 2
    switch escape {
    case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "x"):
      let digits = i + 2 < range.upperBound ? String(decoding: bytes[i..<i + 2], as: UTF8.self) : ""
      guard let value = UInt8(digits, radix: 16) else {
        throw TextFailure(
          message: "expected two hexadecimal digits", start: Int32(i), end: Int32(i + 1))
      }
      result.append(value)
      i += 2
    default: result.append(escape)
    }
  }
  return result
}
