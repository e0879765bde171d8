// Literals: their values.
import Base
import Glibc
import Lexer

extension Parser {
  mutating func parseInteger() -> NodeID {
    let start = self.start
    let bytes = buffer.bytes(index)
    var digits = 0
    var radix: UInt64 = 10
    if bytes.count > 2 && bytes[0] == UInt8(ascii: "0") {
      switch bytes[1] | 0x20 {
      case UInt8(ascii: "x"): (radix, digits) = (16, 2)
      case UInt8(ascii: "b"): (radix, digits) = (2, 2)
      case UInt8(ascii: "o"): (radix, digits) = (8, 2)
      case _: break
      }
    }
    var value: UInt64 = 0
    for i in digits..<bytes.count {
      let byte = bytes[i]
      if byte == UInt8(ascii: "_") { continue }
      let digit = UInt64(byte < 0x40 ? byte &- 0x30 : (byte | 0x20) &- 0x57)
      let (product, high) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(digit)
      if high || carry { return parseWideInteger(bytes, digits, UInt128(radix)) }
      value = sum
    }
    advance()
    return add(
      Node(
        .integer, main: start, lhs: UInt32(truncatingIfNeeded: value),
        rhs: UInt32(truncatingIfNeeded: value >> 32)),
      from: start)
  }

  private mutating func parseWideInteger(
    _ bytes: UnsafeBufferPointer<UInt8>, _ digits: Int, _ radix: UInt128
  ) -> NodeID {
    let start = self.start
    var value: UInt128 = 0
    var overflows = false
    for byte in bytes[digits...] where byte != UInt8(ascii: "_") {
      let digit = UInt128(byte < 0x40 ? byte &- 0x30 : (byte | 0x20) &- 0x57)
      let (product, high) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(digit)
      if high || carry { overflows = true }
      value = sum
    }
    advance()
    if overflows {
      return add(Node(.integer, main: start, flags: .overflow), from: start)
    }
    func word(_ shift: UInt128) -> UInt32 { UInt32(truncatingIfNeeded: value >> shift) }
    let words = record(word(0), word(32), word(64), word(96))
    return add(Node(.integer, main: start, lhs: words, flags: .wide), from: start)
  }

  mutating func parseFloat() -> NodeID {
    let start = self.start
    let bits = decodeFloat(buffer.bytes(index)).bitPattern
    advance()
    return add(
      Node(
        .float, main: start, lhs: UInt32(truncatingIfNeeded: bits),
        rhs: UInt32(truncatingIfNeeded: bits >> 32)),
      from: start)
  }

  /// The nearest `f64`.
  private func decodeFloat(_ bytes: UnsafeBufferPointer<UInt8>) -> Double {
    var digits = ContiguousArray<CChar>()
    digits.reserveCapacity(bytes.count + 1)
    for byte in bytes where byte != UInt8(ascii: "_") { digits.append(CChar(bitPattern: byte)) }
    digits.append(0)
    return digits.withUnsafeBufferPointer { strtod($0.baseAddress!, nil) }
  }

  // MARK: Strings

  mutating func parseString() -> NodeID {
    let start = self.start
    let text = decodeStringToken()
    advance()
    return add(Node(.string, main: start, lhs: text.raw), from: start)
  }

  mutating func parseCString() -> NodeID {
    let start = self.start
    let text = decodeStringToken()
    advance()
    return add(Node(.cString, main: start, lhs: text.raw), from: start)
  }

  /// The text of the string token at the current index.
  mutating func decodeStringToken() -> Symbol {
    let flags = self.flags[index]
    var from = Int(starts[index])
    var to = Int(ends[index])
    if text[from] == UInt8(ascii: "c") { from += 1 }
    let isMultiline = kind == .multilineString || kind == .multilineCString
    let quotes = isMultiline ? 3 : 1
    from += quotes
    // An unterminated string has no closing quotes.
    if !flags.contains(.erroneous) { to -= quotes }
    to = max(from, to)
    if isMultiline {
      let indentation = closingIndentation(to)
      return decodeText(from, to, indentation, isFirst: true, isLast: true)
    }
    if !flags.contains(.hasEscape) {
      return interner.intern(UnsafeBufferPointer(start: text + from, count: to - from))
    }
    return decodeText(from, to, nil, isFirst: false, isLast: false)
  }

  /// The number of spaces and tabs before closing quotes at `end`, when they stand alone on a line.
  func closingIndentation(_ end: Int) -> Int? {
    var i = end
    while i > 0, text[i - 1] == UInt8(ascii: " ") || text[i - 1] == UInt8(ascii: "\t") { i -= 1 }
    return i > 0 && text[i - 1] == UInt8(ascii: "\n") ? end - i : nil
  }

  /// Decodes `from ..< to`. With an indentation, that many blanks are removed from every line; the
  /// line break after opening quotes (`isFirst`) and before closing quotes (`isLast`) is no text.
  mutating func decodeText(
    _ from: Int, _ to: Int, _ indentation: Int?, isFirst: Bool, isLast: Bool,
    isInterpolated: Bool = false
  ) -> Symbol {
    var bytes = ContiguousArray<UInt8>()
    bytes.reserveCapacity(to - from)
    var i = from
    var end = to
    if let indentation {
      if isLast {
        end -= indentation
        if end > from, text[end - 1] == UInt8(ascii: "\n") { end -= 1 }
        if end > from, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      }
      if isFirst {
        var line = i
        while line < end, text[line] == UInt8(ascii: " ") || text[line] == UInt8(ascii: "\t") {
          line += 1
        }
        if text[line] == UInt8(ascii: "\r") { line += 1 }
        if line <= end, text[line] == UInt8(ascii: "\n") {
          i = skipIndentation(line + 1, max(end, line + 1), indentation)
        }
      }
    }
    while i < end {
      let byte = text[i]
      if byte == UInt8(ascii: "\\") {
        i = decodeEscape(i, end, &bytes, indentation)
      } else if byte == UInt8(ascii: "\n"), let indentation {
        bytes.append(byte)
        i = skipIndentation(i + 1, end, indentation)
      } else if byte == UInt8(ascii: "\r"), indentation != nil, text[i + 1] == UInt8(ascii: "\n") {
        i += 1
      } else if isInterpolated, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
        bytes.append(byte)
        i += text[i + 1] == byte ? 2 : 1
      } else {
        bytes.append(byte)
        i += 1
      }
    }
    return bytes.withUnsafeBufferPointer { interner.intern($0) }
  }

  /// The position after the indentation of the line at `at`. A line with text has all of it; one
  /// that begins with a value in braces ends at `end` with the brace.
  private mutating func skipIndentation(_ at: Int, _ end: Int, _ count: Int) -> Int {
    var i = at
    while i < end, i < at + count, text[i] == UInt8(ascii: " ") || text[i] == UInt8(ascii: "\t") {
      i += 1
    }
    let isBlank = text[i] == UInt8(ascii: "\n") || text[i] == UInt8(ascii: "\r")
    if i < at + count, i < end ? !isBlank : text[i] == UInt8(ascii: "{") {
      reportIndentation(i, missing: at + count - i)
    }
    return i
  }

  private mutating func reportIndentation(_ at: Int, missing: Int) {
    guard !flags[index].contains(.erroneous) else { return }
    let place = span(Int32(at), Int32(at))
    let blanks = missing == 1 ? "1 blank" : "\(missing) blanks"
    diagnostics.append(
      Diagnostic(
        .misindentedText, "this line is indented less than the closing quotes",
        at: span(Int32(at), Int32(at + 1)),
        notes: ["the indentation of the closing quotes is removed from every line of the text"],
        fixes: [
          FixIt("indent it by \(blanks)", [.init(place, String(repeating: " ", count: missing))])
        ]))
  }

  /// Appends what the backslash at `at` stands for; returns the position after it.
  private mutating func decodeEscape(
    _ at: Int, _ end: Int, _ bytes: inout ContiguousArray<UInt8>, _ indentation: Int?
  ) -> Int {
    guard at + 1 < end else {
      reportEscape("a backslash at the end of a string", at, end)
      return end
    }
    switch text[at + 1] {
    case UInt8(ascii: "n"): bytes.append(10)
    case UInt8(ascii: "t"): bytes.append(9)
    case UInt8(ascii: "r"): bytes.append(13)
    case UInt8(ascii: "0"): bytes.append(0)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "{"),
      UInt8(ascii: "}"):
      bytes.append(text[at + 1])
    case UInt8(ascii: "x"):
      guard at + 3 < end, let value = hexadecimalValue(at + 2, at + 4) else {
        reportEscape("`\\x` takes two hexadecimal digits", at, min(at + 4, end))
        return min(at + 2, end)
      }
      // A string is UTF-8: a byte above 0x7F is the character of that number.
      append(Unicode.Scalar(UInt8(value)), to: &bytes)
      return at + 4
    case UInt8(ascii: "u"): return decodeUnicodeEscape(at, end, &bytes)
    case UInt8(ascii: "\n") where indentation != nil:
      return skipIndentation(at + 2, end, indentation!)
    case UInt8(ascii: "\r") where indentation != nil && text[at + 2] == UInt8(ascii: "\n"):
      return skipIndentation(at + 3, end, indentation!)
    case UInt8(ascii: "("):
      reportForeignInterpolation(at, end)
      return at + 2
    case _:
      let length = text[at + 1] < 0x80 ? 2 : 1
      let shown = String(
        decoding: UnsafeBufferPointer(start: text + at, count: length), as: UTF8.self)
      reportEscape("unknown escape `\(shown)`", at, at + length)
      return at + length
    }
    return at + 2
  }

  private mutating func decodeUnicodeEscape(
    _ at: Int, _ end: Int, _ bytes: inout ContiguousArray<UInt8>
  ) -> Int {
    var close = at + 3
    while close < end, text[close] != UInt8(ascii: "}"), close < at + 12 { close += 1 }
    guard at + 2 < end, text[at + 2] == UInt8(ascii: "{"), close < end,
      text[close] == UInt8(ascii: "}")
    else {
      reportEscape("a Unicode escape is written `\\u{1F600}`", at, min(at + 2, end))
      return min(at + 2, end)
    }
    guard close > at + 3, close <= at + 9, let value = hexadecimalValue(at + 3, close),
      let scalar = Unicode.Scalar(value)
    else {
      reportEscape("not the number of a Unicode character", at, close + 1)
      return close + 1
    }
    append(scalar, to: &bytes)
    return close + 1
  }

  private func append(_ scalar: Unicode.Scalar, to bytes: inout ContiguousArray<UInt8>) {
    bytes.append(contentsOf: UTF8.encode(scalar)!)
  }

  private func hexadecimalValue(_ from: Int, _ to: Int) -> UInt32? {
    var value: UInt32 = 0
    for i in from..<to {
      let byte = text[i]
      let lower = byte | 0x20
      if byte &- 0x30 < 10 {
        value = value &* 16 &+ UInt32(byte - 0x30)
      } else if lower &- 0x61 < 6 {
        value = value &* 16 &+ UInt32(lower - 0x57)
      } else {
        return nil
      }
    }
    return value
  }

  /// `\(e)` of Swift in a string that ends at `end`.
  private mutating func reportForeignInterpolation(_ at: Int, _ end: Int) {
    guard !flags[index].contains(.erroneous) else { return }
    var close = at + 2
    var nested = 1
    while close < end, nested > 0 {
      if text[close] == UInt8(ascii: "(") { nested += 1 }
      if text[close] == UInt8(ascii: ")") { nested -= 1 }
      close += 1
    }
    var edits: [FixIt.Edit] = []
    if nested == 0 {
      let quote = tokenSpan(index).start
      if kind == .string { edits.append(.init(span(quote, quote), "$")) }
      edits.append(.init(span(Int32(at), Int32(at + 2)), "{"))
      edits.append(.init(span(Int32(close - 1), Int32(close)), "}"))
    }
    reportForeign(
      .foreign(
        "a value is put into text with `$\"…{x}…\"`", span(Int32(at), Int32(at + 2)),
        "write `{ }`", edits))
  }

  private mutating func reportEscape(_ message: String, _ from: Int, _ to: Int) {
    guard !flags[index].contains(.erroneous) else { return }
    diagnostics.append(
      Diagnostic(
        .malformedEscape, message, at: span(Int32(from), Int32(to)),
        notes: ["the escapes are `\\n \\t \\r \\0 \\\\ \\\" \\' \\x41 \\u{1F600}`"]))
  }

  // MARK: Characters

  mutating func parseCharacter() -> NodeID {
    let start = self.start
    let value = decodeCharacter(Int(start) + 1)
    advance()
    return add(Node(.character, main: start, lhs: value ?? 0), from: start)
  }

  mutating func parseByte() -> NodeID {
    let start = self.start
    let value = decodeCharacter(Int(start) + 2)
    if let value, value > 0xFF || (value > 0x7F && !flags[index].contains(.hasEscape)) {
      report(
        Diagnostic(
          .malformedCharacter, "a byte literal holds one ASCII character", at: tokenSpan(index)))
    }
    advance()
    return add(Node(.byte, main: start, lhs: (value ?? 0) & 0xFF), from: start)
  }

  /// The scalar between the quotes, the first of which stands before `from`.
  private mutating func decodeCharacter(_ from: Int) -> UInt32? {
    guard !flags[index].contains(.erroneous) else { return nil }
    let to = Int(ends[index]) - 1
    var bytes = ContiguousArray<UInt8>()
    var i = from
    if text[i] == UInt8(ascii: "\\") {
      let before = diagnostics.count
      i = decodeEscape(i, to, &bytes, nil)
      if diagnostics.count > before { return nil }
    } else {
      bytes.append(contentsOf: UnsafeBufferPointer(start: text + from, count: max(0, to - from)))
      i = to
    }
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    guard i == to, scalars.count == 1 else {
      report(
        Diagnostic(
          .malformedCharacter, "a character literal holds exactly one character",
          at: tokenSpan(index)))
      return nil
    }
    return scalars[0].value
  }
}
