// Comments: skipped, except that `///` is kept for the declaration after it.
import Base

extension Lexer {
  /// From `//` to before the line break.
  mutating func skipLineComment(_ start: Int) -> Int {
    var i = start + 2
    while true {
      let byte = text[i]
      if byte == UInt8(ascii: "\n") { break }
      if byte >= 0x80 {
        i = skipNonASCII(i)
      } else if byte == 0 {
        if i >= count { break }
        i = skipNUL(i)
      } else {
        i &+= 1
      }
    }
    if text[start + 2] == UInt8(ascii: "/") && text[start + 3] != UInt8(ascii: "/") {
      recordDocumentation(start, i)
    }
    return i
  }

  /// Lines that follow each other are one comment.
  private mutating func recordDocumentation(_ start: Int, _ end: Int) {
    let token = Int32(tokenCount)
    if let last = buffer.documentation.last, last.token == token {
      buffer.documentation[buffer.documentation.count - 1].end = Int32(end)
    } else {
      buffer.documentation.append(
        DocumentationComment(token: token, start: Int32(start), end: Int32(end)))
    }
  }

  /// `/* … */`, which nests. A comment with a line break in it separates lines.
  mutating func skipBlockComment(_ start: Int) -> Int {
    var i = start + 2
    var depth = 1
    while true {
      let byte = text[i]
      if byte == UInt8(ascii: "*") && text[i + 1] == UInt8(ascii: "/") {
        i += 2
        depth -= 1
        if depth == 0 { return i }
      } else if byte == UInt8(ascii: "/") && text[i + 1] == UInt8(ascii: "*") {
        i += 2
        depth += 1
      } else if byte == UInt8(ascii: "\n") {
        newline = .newlineBefore
        i += 1
      } else if byte >= 0x80 {
        i = skipNonASCII(i)
      } else if byte == 0 {
        if i >= count { break }
        i = skipNUL(i)
      } else {
        i += 1
      }
    }
    report(.unterminatedComment(depth, span(start, start + 2)))
    endFlags = .erroneous
    return i
  }

  /// `# …`: a comment in other languages.
  mutating func skipHashComment(_ start: Int) -> Int {
    if let end = skipHashAttribute(start) { return end }
    report(hashLine(start))
    var i = start + 1
    while i < count && text[i] != UInt8(ascii: "\n") {
      i = text[i] >= 0x80 ? skipNonASCII(i) : i + 1
    }
    return i
  }
}

extension Lexer {
  /// `#[…]` of Rust; nil when it is something else.
  private mutating func skipHashAttribute(_ start: Int) -> Int? {
    var i = start + 1
    if text[i] == UInt8(ascii: "!") { i += 1 }
    guard text[i] == UInt8(ascii: "[") else { return nil }
    while i < count, text[i] != UInt8(ascii: "]"), text[i] != UInt8(ascii: "\n") { i += 1 }
    guard text[i] == UInt8(ascii: "]") else { return nil }
    report(.hashAttribute(span(start, i + 1)))
    return i + 1
  }

  /// The finding for a line that starts with `#`.
  private func hashLine(_ start: Int) -> Diagnostic {
    var end = start
    while end < count, text[end] != UInt8(ascii: "\n") { end += 1 }
    let line = String(
      decoding: UnsafeBufferPointer(start: text + start, count: min(end - start, 200)),
      as: UTF8.self)
    let words = line.dropFirst().split(whereSeparator: { $0 == " " || $0 == "\t" })
    switch words.first {
    case "include":
      let header = words.dropFirst().first.map { $0.filter { !"<>\"".contains($0) } } ?? ""
      return .hashInclude(header, span(start, end))
    case "define": return .hashDefine(span(start, end))
    case _: return .hashComment(span(start, start + 1))
    }
  }

  /// `'a` of Rust in `<'a>`, `&'a T`: reported and skipped, with the brackets that hold nothing
  /// else. Nil when it is a character or a string.
  mutating func skipLifetime(_ start: Int) -> Int? {
    guard tokenCount > 0 else { return nil }
    let previous = kinds[tokenCount - 1]
    guard previous == .less || previous == .ampersand || previous == .comma else { return nil }
    var end = start + 1
    while ByteClass.table[Int(text[end])] &- 1 < 2 { end += 1 }
    guard end > start + 1, text[end] != UInt8(ascii: "'") else { return nil }
    var from = start
    if previous == .less, text[end] == UInt8(ascii: ">") {
      tokenCount -= 1
      from = Int(starts[tokenCount])
      end += 1
    } else if text[end] == UInt8(ascii: ",") || text[end] == UInt8(ascii: " ") {
      if previous == .comma, text[end] == UInt8(ascii: " ") { return nil }
      end += 1
      while text[end] == UInt8(ascii: " ") { end += 1 }
    } else if previous != .ampersand {
      return nil
    }
    report(.lifetime(span(start, end), removing: span(from, end)))
    return end
  }
}

extension Diagnostic {
  fileprivate static func hashAttribute(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "an attribute is written `@name`", at: span,
      notes: ["equality, order, hashing and printing need none: every type has them"],
      fixes: [FixIt("remove it", [.init(span, "")])])
  }

  fileprivate static func hashInclude(_ header: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "a C header is imported with `import c \"\(header)\"`", at: span,
      notes: ["only `:service` and `:sovereign` files may do that; `print` needs no import"],
      fixes: [FixIt("write `import c`", [.init(span, "import c \"\(header)\"")], .guess)])
  }

  fileprivate static func hashDefine(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "there is no preprocessor; a constant is written `const NAME = value`",
      at: span)
  }

  fileprivate static func lifetime(
    _ span: SourceSpan, removing whole: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "there are no lifetimes: a parameter borrows for the call, and no more",
      at: span, fixes: [FixIt("remove it", [.init(whole, "")])])
  }

  fileprivate static func unterminatedComment(_ depth: Int, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unterminatedComment, "this comment is never closed", at: span,
      notes: depth > 1
        ? ["comments nest: \(depth) `*/` are missing at the end of the file"]
        : ["the file ends before its `*/`"])
  }

  fileprivate static func hashComment(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "a comment starts with `//`, not `#`", at: span,
      fixes: [FixIt("write `//`", [.init(span, "//")])])
  }
}
