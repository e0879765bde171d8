// The lexer: bytes to tokens.
//
// Reads: one file's bytes.
// Produces: a `TokenBuffer` of parallel arrays; comments and spaces are gone, line breaks are a
// flag of the token after them, documentation comments are listed with the token they stand before.
// Rejects: ill-formed UTF-8, NUL bytes, characters outside the language, unterminated strings and
// comments, malformed numbers and characters, each once, at its place.
// Assumes: nothing about the bytes.
import Base

public struct Lexer {
  /// An interpolated string whose braces the lexer is inside of.
  struct Interpolation {
    var start: Int
    var isMultiline: Bool
    /// Open brackets inside the current braces.
    var depth: Int
    /// Position of the current `{`.
    var brace: Int
  }

  let buffer: TokenBuffer
  let kinds: UnsafeMutablePointer<TokenKind>
  let flags: UnsafeMutablePointer<TokenFlags>
  let starts: UnsafeMutablePointer<Int32>
  let ends: UnsafeMutablePointer<Int32>
  let text: UnsafePointer<UInt8>
  let count: Int
  var tokenCount = 0
  var blockBalance = 0
  let file: SourceFileID
  var newline: TokenFlags = .newlineBefore
  var interpolations: ContiguousArray<Interpolation> = []
  var diagnostics: ContiguousArray<Diagnostic> = []

  /// More lexical errors than this in one file are not reported.
  static let errorLimit = 200

  private init(_ bytes: UnsafeBufferPointer<UInt8>, file: SourceFileID) {
    buffer = TokenBuffer(bytes)
    kinds = buffer.kinds
    flags = buffer.flags
    starts = buffer.starts
    ends = buffer.ends
    text = UnsafePointer(buffer.text)
    count = bytes.count
    self.file = file
  }

  /// The tokens of `bytes`; problems are reported with positions in `file`.
  public static func lex(
    _ bytes: UnsafeBufferPointer<UInt8>, file: SourceFileID,
    reporting diagnostics: inout Diagnostics
  ) -> TokenBuffer {
    guard bytes.count < Int(Int32.max) - 64 else {
      diagnostics.report(.sourceTooLarge(bytes.count, file))
      return lex(UnsafeBufferPointer(rebasing: bytes[0..<0]), file: file, reporting: &diagnostics)
    }
    var lexer = Lexer(bytes, file: file)
    lexer.run()
    lexer.buffer.count = lexer.tokenCount
    lexer.buffer.blockBalance = lexer.blockBalance
    diagnostics.report(contentsOf: lexer.diagnostics)
    return lexer.buffer
  }

  func span(_ start: Int, _ end: Int) -> SourceSpan {
    SourceSpan(file: file, start: Int32(start), end: Int32(end))
  }

  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostics.count < Lexer.errorLimit { diagnostics.append(diagnostic) }
  }

  @inline(__always)
  mutating func emit(_ kind: TokenKind, _ start: Int, _ end: Int, _ flags: TokenFlags = []) {
    let n = tokenCount
    kinds[n] = kind
    self.flags[n] = TokenFlags(rawValue: newline.rawValue | flags.rawValue)
    starts[n] = Int32(truncatingIfNeeded: start)
    ends[n] = Int32(truncatingIfNeeded: end)
    tokenCount = n &+ 1
    newline = []
  }

  private mutating func run() {
    let classes = ByteClass.table
    let keywords = KeywordTable.shared
    var i = skipPreamble()
    while true {
      let byte = text[i]
      switch classes[Int(byte)] {
      case ByteClass.space:
        i &+= 1
      case ByteClass.identifier:
        let start = i
        i &+= 1
        while classes[Int(text[i])] &- 1 < 2 { i &+= 1 }
        i = finishWord(start, i, keywords)
      case ByteClass.digit:
        i = lexNumber(i)
      case _:
        if byte == UInt8(ascii: "\n") {
          newline = .newlineBefore
          i &+= 1
          if !interpolations.isEmpty { i = lineBreakInInterpolation(i) }
        } else if byte == 0 {
          if i >= count {
            if finish() { return }
          } else {
            i = skipNUL(i)
          }
        } else {
          i = lexPunctuation(i, byte)
        }
      }
    }
  }

  /// Byte order mark and `#!` line.
  private func skipPreamble() -> Int {
    var i = 0
    if text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF { i = 3 }
    if text[i] == UInt8(ascii: "#") && text[i + 1] == UInt8(ascii: "!") {
      while i < count && text[i] != UInt8(ascii: "\n") { i += 1 }
    }
    return i
  }

  /// Always true: ends open interpolations, then the file.
  private mutating func finish() -> Bool {
    while !interpolations.isEmpty { abandonInterpolation(count) }
    emit(.endOfFile, count, count, endFlags)
    return true
  }

  /// Set when an unterminated comment has swallowed the rest of the file.
  var endFlags: TokenFlags = []

  @inline(__always)
  private mutating func finishWord(_ start: Int, _ end: Int, _ keywords: KeywordTable) -> Int {
    let next = text[end]
    if next >= 0x80 {
      if let scalar = Unicode.Scalar(decodeScalar(text + end, max(1, utf8Length(text + end)))),
        utf8Length(text + end) > 0, scalar.properties.isXIDContinue
      {
        return lexWideIdentifier(start)
      }
    }
    if end &- start == 1 {
      let first = text[start]
      if next == UInt8(ascii: "\"") {
        if first == UInt8(ascii: "c") { return lexString(start, quote: end, isC: true) }
        if first == UInt8(ascii: "f") {
          report(.foreignInterpolation(span(start, end)))
          return startInterpolation(start, quote: end)
        }
      } else if next == UInt8(ascii: "'") && first == UInt8(ascii: "b") {
        return lexCharacter(start, quote: end, isByte: true)
      }
      emit(first == UInt8(ascii: "_") ? .underscore : .identifier, start, end)
      return end
    }
    let kind = keywords.kind(text + start, end &- start)
    if kind == .keywordDo {
      let previous = tokenCount &- 1
      if previous < 0 || kinds[previous] != .keywordElse { blockBalance &+= 1 }
    } else if kind == .keywordEnd && next != UInt8(ascii: ":") {
      // Neither `end: T` nor `r.end` closes a block.
      if tokenCount == 0 || kinds[tokenCount &- 1] != .dot { blockBalance &-= 1 }
    }
    emit(kind, start, end)
    return end
  }
}

extension Diagnostic {
  fileprivate static func sourceTooLarge(_ size: Int, _ file: SourceFileID) -> Diagnostic {
    Diagnostic(
      .sourceTooLarge, "the file has \(size) bytes; files of 2 GiB and more are not read",
      at: SourceSpan(file: file, start: 0, end: 0))
  }

  fileprivate static func foreignInterpolation(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "an interpolated string starts with `$\"`, not `f\"`", at: span,
      fixes: [FixIt("write `$`", [.init(span, "$")])])
  }
}
