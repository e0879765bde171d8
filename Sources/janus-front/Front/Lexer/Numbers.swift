// Number literals. The value is computed by the parser; here the extent and the form are checked.
import Base

extension Lexer {
  @inline(__always)
  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  mutating func lexNumber(_ start: Int) -> Int {
    var i = start &+ 1
    let second = text[i] | 0x20
    if text[start] == UInt8(ascii: "0") {
      if second == UInt8(ascii: "x") { return lexRadix(start, 16) }
      if second == UInt8(ascii: "b") { return lexRadix(start, 2) }
      if second == UInt8(ascii: "o") { return lexRadix(start, 8) }
    }
    while isDigit(text[i]) || text[i] == UInt8(ascii: "_") { i &+= 1 }
    // `t.0.1`: after a dot only an index is meant.
    if tokenCount > 0, text[start &- (start > 0 ? 1 : 0)] == UInt8(ascii: "."),
      kinds[tokenCount - 1] == .dot || kinds[tokenCount - 1] == .questionDot
    {
      emit(.integer, start, i)
      return i
    }
    var kind = TokenKind.integer
    if text[i] == UInt8(ascii: ".") && isDigit(text[i &+ 1]) {
      kind = .float
      i &+= 2
      while isDigit(text[i]) || text[i] == UInt8(ascii: "_") { i &+= 1 }
    }
    if text[i] | 0x20 == UInt8(ascii: "e") {
      let sign = text[i &+ 1] == UInt8(ascii: "-") || text[i &+ 1] == UInt8(ascii: "+") ? 1 : 0
      if isDigit(text[i &+ 1 &+ sign]) {
        kind = .float
        i &+= 2 &+ sign
        while isDigit(text[i]) || text[i] == UInt8(ascii: "_") { i &+= 1 }
      }
    }
    if ByteClass.table[Int(text[i])] == ByteClass.identifier {
      return malformed(start, i, kind)
    }
    emit(kind, start, i)
    return i
  }

  private mutating func lexRadix(_ start: Int, _ radix: UInt8) -> Int {
    var i = start + 2
    var digits = 0
    var bad = -1
    while true {
      let byte = text[i]
      let value: UInt8
      if isDigit(byte) {
        value = byte - UInt8(ascii: "0")
      } else if radix == 16, (byte | 0x20) &- UInt8(ascii: "a") < 6 {
        value = (byte | 0x20) - UInt8(ascii: "a") + 10
      } else if byte == UInt8(ascii: "_") {
        i += 1
        continue
      } else {
        break
      }
      if value >= radix && bad < 0 { bad = i }
      digits += 1
      i += 1
    }
    if bad >= 0 {
      report(.badDigit(text[bad], radix, span(bad, bad + 1)))
    } else if digits == 0 {
      var end = i
      while ByteClass.table[Int(text[end])] == ByteClass.identifier { end += 1 }
      report(.noDigits(radix, span(start, end)))
      i = end
    } else if ByteClass.table[Int(text[i])] == ByteClass.identifier {
      return malformed(start, i, .integer)
    } else {
      emit(.integer, start, i)
      return i
    }
    emit(.integer, start, i, .erroneous)
    return i
  }

  /// Letters stuck to a number: `10u8`, `1.5f`, `12abc`.
  private mutating func malformed(_ start: Int, _ suffix: Int, _ kind: TokenKind) -> Int {
    var i = suffix
    while ByteClass.table[Int(text[i])] == ByteClass.identifier
      || ByteClass.table[Int(text[i])] == ByteClass.digit
    {
      i += 1
    }
    let letters = String(
      decoding: UnsafeBufferPointer(start: text + suffix, count: i - suffix), as: UTF8.self)
    report(.suffix(letters, span(suffix, i)))
    emit(kind, start, suffix)
    return i
  }
}

extension Diagnostic {
  fileprivate static func suffix(_ letters: String, _ span: SourceSpan) -> Diagnostic {
    let types = [
      "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "isize", "usize", "f32",
      "f64",
    ]
    if letters == "e" || letters == "E" {
      return Diagnostic(.malformedNumber, "the exponent has no digits", at: span)
    }
    guard types.contains(letters) else {
      return Diagnostic(
        .malformedNumber, "`\(letters)` cannot follow a number", at: span,
        fixes: [FixIt("remove it", [.init(span, "")])])
    }
    return Diagnostic(
      .malformedNumber, "a number has no suffix; its type comes from where it is used", at: span,
      notes: ["write the type at the declaration, as in `let x: \(letters) = …`"],
      fixes: [FixIt("write a conversion", [.init(span, " as \(letters)")])])
  }

  fileprivate static func badDigit(
    _ digit: UInt8, _ radix: UInt8, _ span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .malformedNumber,
      "`\(Character(Unicode.Scalar(digit)))` is not a digit of base \(radix)", at: span)
  }

  fileprivate static func noDigits(_ radix: UInt8, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(.malformedNumber, "a number of base \(radix) without digits", at: span)
  }
}
