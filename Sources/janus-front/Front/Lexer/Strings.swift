// Strings, characters and interpolated strings: their extent. The parser decodes what they hold.
import Base

extension Lexer {
  private func isTripleQuote(_ i: Int) -> Bool {
    text[i] == UInt8(ascii: "\"") && text[i + 1] == UInt8(ascii: "\"")
      && text[i + 2] == UInt8(ascii: "\"")
  }

  /// `"…"` or `"""…"""`, with its opening quote at `quote`.
  mutating func lexString(_ start: Int, quote: Int, isC: Bool) -> Int {
    if isTripleQuote(quote) { return lexMultilineString(start, quote: quote, isC: isC) }
    var i = quote + 1
    var flags: TokenFlags = []
    while true {
      let byte = text[i]
      if byte == UInt8(ascii: "\"") {
        emit(isC ? .cString : .string, start, i + 1, flags)
        return i + 1
      }
      if byte == UInt8(ascii: "\\") {
        flags.insert(.hasEscape)
        i += text[i + 1] == UInt8(ascii: "\n") || text[i + 1] >= 0x80 || text[i + 1] == 0 ? 1 : 2
      } else if byte == UInt8(ascii: "\n") || (byte == 0 && i >= count) {
        break
      } else if byte == 0 {
        i = skipNUL(i)
      } else if byte >= 0x80 {
        i = skipNonASCII(i)
      } else {
        i &+= 1
      }
    }
    let brace = interpolations.last.map { span($0.brace, $0.brace + 1) }
    report(.unterminatedString(span(start, quote + 1), insideBraces: brace))
    flags.insert(.erroneous)
    emit(isC ? .cString : .string, start, i, flags)
    return i
  }

  private mutating func lexMultilineString(_ start: Int, quote: Int, isC: Bool) -> Int {
    let kind: TokenKind = isC ? .multilineCString : .multilineString
    var i = quote + 3
    var flags: TokenFlags = []
    while true {
      let byte = text[i]
      if byte == UInt8(ascii: "\"") && isTripleQuote(i) {
        emit(kind, start, i + 3, flags)
        return i + 3
      }
      if byte == UInt8(ascii: "\\") {
        flags.insert(.hasEscape)
        i += text[i + 1] >= 0x80 || text[i + 1] == 0 ? 1 : 2
      } else if byte == 0 {
        if i >= count { break }
        i = skipNUL(i)
      } else if byte >= 0x80 {
        i = skipNonASCII(i)
      } else {
        i += 1
      }
    }
    report(.unterminatedMultilineString(span(start, quote + 3)))
    endFlags = .erroneous
    flags.insert(.erroneous)
    emit(kind, start, i, flags)
    return i
  }

  // MARK: Characters

  /// `'a'`, `b'a'`, or what another language writes in single quotes.
  mutating func lexCharacter(_ start: Int, quote: Int, isByte: Bool) -> Int {
    if !isByte, let end = skipLifetime(start) { return end }
    let kind: TokenKind = isByte ? .byte : .character
    var i = quote + 1
    var flags: TokenFlags = []
    switch text[i] {
    case UInt8(ascii: "\\"):
      flags.insert(.hasEscape)
      i += 2
      while i < count, text[i] != UInt8(ascii: "'"), text[i] != UInt8(ascii: "\n") { i += 1 }
    case UInt8(ascii: "'"):
      if text[i + 1] == UInt8(ascii: "'") {  // `'''`
        i += 1
        report(.malformedCharacter("the quote character is written `'\\''`", span(start, i + 1)))
      } else {
        report(.malformedCharacter("an empty character literal", span(start, i + 1)))
      }
      emit(kind, start, i + 1, .erroneous)
      return i + 1
    case let byte where byte >= 0x80: i = skipNonASCII(i)
    case UInt8(ascii: "\n"), 0: break
    case _: i += 1
    }
    if text[i] == UInt8(ascii: "'") && i > quote + 1 {
      emit(kind, start, i + 1, flags)
      return i + 1
    }
    return lexSingleQuoted(start, quote: quote, isByte: isByte)
  }

  /// Single quotes around more than one character, or never closed.
  private mutating func lexSingleQuoted(_ start: Int, quote: Int, isByte: Bool) -> Int {
    var i = quote + 1
    var flags: TokenFlags = []
    while i < count, text[i] != UInt8(ascii: "\n"), text[i] != UInt8(ascii: "'") {
      if text[i] == UInt8(ascii: "\\"), i + 1 < count, text[i + 1] < 0x80,
        text[i + 1] != UInt8(ascii: "\n")
      {
        flags.insert(.hasEscape)
        i += 2
      } else {
        i = text[i] >= 0x80 ? skipNonASCII(i) : i + 1
      }
    }
    i = min(i, count)
    if i < count && text[i] == UInt8(ascii: "'") && !isByte {
      report(.singleQuotedString(span(quote, quote + 1), span(i, i + 1)))
      emit(.string, start, i + 1, flags)
      return i + 1
    }
    if isByte, i < count, text[i] == UInt8(ascii: "'") {
      report(.malformedCharacter("a byte literal holds one ASCII character", span(start, i + 1)))
      emit(.byte, start, i + 1, .erroneous)
      return i + 1
    }
    report(.malformedCharacter("this character literal is never closed", span(start, quote + 1)))
    // The rest of the line may be ordinary text: only a word after the quote belongs to it.
    var end = quote + 1
    while ByteClass.table[Int(text[end])] &- 1 < 2 { end += 1 }
    emit(isByte ? .byte : .character, start, end, .erroneous)
    return end
  }

  /// A string between backquotes; nil when it does not end on its line.
  mutating func lexBackquoted(_ start: Int) -> Int? {
    var i = start + 1
    while i < count, text[i] != UInt8(ascii: "\n"), text[i] != UInt8(ascii: "`") {
      if text[i] == UInt8(ascii: "\\") || text[i] >= 0x80 || text[i] == UInt8(ascii: "\"") {
        return nil
      }
      i += 1
    }
    guard i < count, text[i] == UInt8(ascii: "`") else { return nil }
    report(.backquotedString(span(start, start + 1), span(i, i + 1)))
    emit(.string, start, i + 1)
    return i + 1
  }

  // MARK: Interpolated strings

  mutating func startInterpolation(_ start: Int, quote: Int) -> Int {
    let isMultiline = isTripleQuote(quote)
    let after = quote + (isMultiline ? 3 : 1)
    emit(.interpolationStart, start, after)
    interpolations.append(
      Interpolation(start: start, isMultiline: isMultiline, depth: 0, brace: start))
    return lexInterpolationText(after)
  }

  /// Text up to a `{`, or to the closing quotes.
  private mutating func lexInterpolationText(_ start: Int) -> Int {
    let frame = interpolations[interpolations.count - 1]
    var i = start
    var flags: TokenFlags = []
    while true {
      let byte = text[i]
      switch byte {
      case UInt8(ascii: "\""):
        if frame.isMultiline && !isTripleQuote(i) {
          i += 1
          continue
        }
        if i > start { emit(.interpolationText, start, i, flags) }
        let end = i + (frame.isMultiline ? 3 : 1)
        emit(.interpolationEnd, i, end)
        interpolations.removeLast()
        return end
      case UInt8(ascii: "{"):
        if text[i + 1] == UInt8(ascii: "{") {
          flags.insert(.hasEscape)
          i += 2
          continue
        }
        if i > start { emit(.interpolationText, start, i, flags) }
        emit(.interpolationOpen, i, i + 1)
        interpolations[interpolations.count - 1].brace = i
        interpolations[interpolations.count - 1].depth = 0
        return i + 1
      case UInt8(ascii: "}"):
        if text[i + 1] == UInt8(ascii: "}") {
          flags.insert(.hasEscape)
          i += 2
        } else {
          report(.loneBrace(span(i, i + 1)))
          i += 1
        }
      case UInt8(ascii: "\\"):
        flags.insert(.hasEscape)
        // `\u{…}` has braces of its own.
        if text[i + 1] == UInt8(ascii: "u") && text[i + 2] == UInt8(ascii: "{") {
          i += 3
        } else {
          i += text[i + 1] == UInt8(ascii: "\n") || text[i + 1] >= 0x80 || text[i + 1] == 0 ? 1 : 2
          continue
        }
        while ByteClass.table[Int(text[i])] &- 1 < 2 { i += 1 }
        if text[i] == UInt8(ascii: "}") { i += 1 }
      case UInt8(ascii: "\n") where frame.isMultiline: i += 1
      case UInt8(ascii: "\n"), 0:
        if byte == 0 && i < count {
          i = skipNUL(i)
          continue
        }
        if i > start { emit(.interpolationText, start, i, flags) }
        abandonInterpolation(i)
        return i
      case _: i = byte >= 0x80 ? skipNonASCII(i) : i + 1
      }
    }
  }

  /// `}` that ends the braces of the innermost interpolated string.
  mutating func closeInterpolation(_ i: Int) -> Int {
    emit(.interpolationClose, i, i + 1)
    return lexInterpolationText(i + 1)
  }

  /// `:` and the specification up to the closing brace.
  mutating func lexFormatSpecification(_ colon: Int) -> Int {
    var i = colon + 1
    while i < count, text[i] != UInt8(ascii: "}"), text[i] != UInt8(ascii: "\""),
      text[i] != UInt8(ascii: "\n")
    {
      i = text[i] >= 0x80 ? skipNonASCII(i) : i + 1
    }
    emit(.formatSpecification, colon, i)
    if text[i] == UInt8(ascii: "\"") || text[i] == UInt8(ascii: "\n") || i >= count {
      abandonInterpolation(i)
      // The quote closed the string after all.
      if text[i] == UInt8(ascii: "\"") { return i + 1 }
    }
    return i
  }

  /// A line break inside the braces of a one-line interpolated string ends it.
  mutating func lineBreakInInterpolation(_ i: Int) -> Int {
    while let last = interpolations.last, !last.isMultiline { abandonInterpolation(i - 1) }
    newline = .newlineBefore
    return i
  }

  /// Ends the innermost interpolated string without its quote, with a diagnostic unless what came
  /// last was reported already.
  mutating func abandonInterpolation(_ at: Int) {
    let frame = interpolations.removeLast()
    let last = tokenCount - 1
    if at >= count { endFlags = .erroneous }
    if !flags[last].contains(.erroneous) {
      let kind = kinds[last]
      let isInText =
        kind == .interpolationStart || kind == .interpolationText || kind == .interpolationClose
      report(
        .unterminatedInterpolation(
          span(frame.start, frame.start + 2),
          brace: isInText ? nil : span(frame.brace, frame.brace + 1)))
    }
    emit(.interpolationEnd, at, at, .erroneous)
  }
}

extension Diagnostic {
  fileprivate static func unterminatedString(
    _ span: SourceSpan, insideBraces brace: SourceSpan?
  ) -> Diagnostic {
    Diagnostic(
      .unterminatedString, "this string is not closed before the end of the line", at: span,
      labels: brace.map { [Label($0, "inside these braces of an interpolated string")] } ?? [],
      notes: ["a string over several lines is written `\"\"\"…\"\"\"`"])
  }

  fileprivate static func unterminatedMultilineString(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unterminatedString, "this string is never closed", at: span,
      notes: ["the file ends before its `\"\"\"`"])
  }

  fileprivate static func unterminatedInterpolation(
    _ span: SourceSpan, brace: SourceSpan?
  ) -> Diagnostic {
    Diagnostic(
      .unterminatedString,
      brace == nil
        ? "this interpolated string is not closed"
        : "this interpolated string has an unclosed `{`", at: span,
      labels: brace.map { [Label($0, "the brace opened here")] } ?? [],
      notes: brace == nil ? [] : ["a plain brace in the text is written `{{`"])
  }

  fileprivate static func loneBrace(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .malformedEscape, "a plain `}` in an interpolated string is written `}}`", at: span,
      fixes: [FixIt("double it", [.init(span, "}}")])])
  }

  fileprivate static func malformedCharacter(_ message: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(.malformedCharacter, message, at: span)
  }

  fileprivate static func backquotedString(_ open: SourceSpan, _ close: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "a string is written in double quotes", at: open.joined(close),
      notes: ["values are put into text with `$\"…{x}…\"`"],
      fixes: [FixIt("use double quotes", [.init(open, "\""), .init(close, "\"")])])
  }

  fileprivate static func singleQuotedString(_ open: SourceSpan, _ close: SourceSpan) -> Diagnostic
  {
    Diagnostic(
      .foreignSyntax, "single quotes hold one character; a string is written in double quotes",
      at: open.joined(close),
      fixes: [FixIt("use double quotes", [.init(open, "\""), .init(close, "\"")])])
  }
}
