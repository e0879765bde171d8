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
    report(.hashComment(span(start, start + 1)))
    var i = start + 1
    while i < count && text[i] != UInt8(ascii: "\n") {
      i = text[i] >= 0x80 ? skipNonASCII(i) : i + 1
    }
    return i
  }
}

extension Diagnostic {
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
