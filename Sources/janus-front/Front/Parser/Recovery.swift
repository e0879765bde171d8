// Errors: reporting each mistake once, and finding the place to go on.
import Base
import Lexer

extension Parser {
  /// Reports unless it follows from an error already reported at this place.
  mutating func report(_ diagnostic: Diagnostic) {
    let isConsequence =
      index == errorIndex || flags[index].contains(.erroneous)
      || (index > 0 && flags[index - 1].contains(.erroneous))
    errorIndex = index
    if !isConsequence { diagnostics.append(diagnostic) }
  }

  /// Reports syntax of another language; parsing goes on as if it had been written right.
  mutating func reportForeign(_ diagnostic: Diagnostic) {
    diagnostics.append(diagnostic)
  }

  /// The current token, as a message shows it.
  var found: String { describe(index) }

  func describe(_ at: Int) -> String {
    switch kinds[at] {
    case .endOfFile: return "the end of the file"
    case .string, .multilineString: return "a string"
    case .cString, .multilineCString: return "a C string"
    case .interpolationStart, .interpolationText, .interpolationOpen, .formatSpecification,
      .interpolationClose, .interpolationEnd:
      return "an interpolated string"
    case _:
      let shown = tokenText(at)
      if shown.utf8.count > 40 { return "`\(shown.prefix(30))…`" }
      return kinds[at].isKeyword ? "the keyword `\(shown)`" : "`\(shown)`"
    }
  }

  /// Consumes `wanted` or reports that it is missing before the current token.
  @discardableResult
  mutating func expect(_ wanted: TokenKind, _ spelling: StaticString, _ place: String) -> Bool {
    if accept(wanted) { return true }
    report(.expected("`\(spelling)` \(place)", found, tokenSpan(index)))
    return false
  }

  /// A declared or used name; nil, reported, when there is none.
  mutating func expectName(_ what: String) -> Int? {
    if kind == .identifier {
      advance()
      return index - 1
    }
    if kind.isKeyword && !isAfterLineEnd {
      report(.keywordAsName(what, tokenText(index), tokenSpan(index)))
      if canFollowName(index + 1) {
        rememberKeywordName()
        advance()
        return index - 1
      }
      return nil
    }
    report(.expected(what, found, tokenSpan(index)))
    return nil
  }

  var firstKeyword: UInt8 { TokenKind.keywordAnd.rawValue }

  /// The current keyword was declared as a name: its uses are not reported again.
  mutating func rememberKeywordName() {
    keywordNames |= 1 << UInt64(kind.rawValue &- firstKeyword)
  }

  var isRememberedName: Bool {
    kind.isKeyword && keywordNames & (1 << UInt64(kind.rawValue &- firstKeyword)) != 0
  }

  /// After a keyword used as a name, what follows is what follows a name.
  private func canFollowName(_ at: Int) -> Bool {
    switch kinds[min(at, lastIndex)] {
    case .leftParen, .leftBracket, .leftBrace, .colon, .equal, .comma, .rightParen, .keywordIn:
      true
    case _: false
    }
  }

  /// A word or literal that can begin an expression; not an operator or bracket.
  func startsPlainExpression(_ at: Int) -> Bool {
    switch kinds[min(at, lastIndex)] {
    case .identifier, .integer, .float, .character, .byte, .string, .multilineString, .cString,
      .interpolationStart, .keywordSelf, .keywordTrue, .keywordFalse, .keywordNull, .keywordNot:
      true
    case _: false
    }
  }

  /// The word of a declaration or statement, which cannot continue an expression.
  func startsStatement(_ kind: TokenKind) -> Bool {
    switch kind {
    case .keywordLet, .keywordVar, .keywordConst, .keywordStatic, .keywordStruct, .keywordEnum,
      .keywordTrait, .keywordImpl, .keywordImport, .keywordPub, .keywordReturn, .keywordFor,
      .keywordWhile, .keywordDefer, .keywordExport, .keywordExtern, .keywordFail, .keywordBreak,
      .keywordContinue, .keywordUse:
      true
    case _: false
    }
  }

  // MARK: Skipping

  /// Skips to the next statement: after `;`, at a new line, or at the end of the block.
  mutating func skipStatement() {
    var nested = 0
    let first = index
    while kind != .endOfFile {
      if nested == 0 && index > first && flags[index].contains(.newlineBefore) { break }
      switch kind {
      case .leftBrace, .keywordDo: nested += 1
      case .rightBrace, .keywordEnd:
        if nested == 0 { return finishSkip() }
        nested -= 1
      case .semicolon where nested == 0:
        return finishSkip()
      case .keywordElse where nested == 0:
        return finishSkip()
      case _: break
      }
      advance()
    }
    finishSkip()
  }

  private mutating func finishSkip() { errorIndex = -1 }

  /// Skips the rest of an element of a bracketed list, or of a statement: to a comma, a closing
  /// bracket or a statement's end, over whole groups of brackets.
  mutating func skipElement() {
    var nested = 0
    let first = index
    while kind != .endOfFile {
      if nested == 0 && index > first && flags[index].contains(.newlineBefore)
        && (context.contains(.linesEnd) || startsStatement(kind))
      {
        return
      }
      switch kind {
      case .leftParen, .leftBracket, .leftBrace, .keywordDo, .interpolationStart: nested += 1
      case .rightParen, .rightBracket, .rightBrace, .keywordEnd, .interpolationEnd:
        if nested == 0 { return }
        nested -= 1
      case .comma, .semicolon, .interpolationClose:
        if nested == 0 { return }
      case _: break
      }
      advance()
    }
  }

  /// The index after the group that opens at `at`, or the end of the file.
  mutating func indexAfterGroup(_ at: Int) -> Int {
    if groupEnds.isEmpty { findGroups() }
    return Int(groupEnds[min(at, lastIndex)])
  }

  /// Where every group of brackets ends, found once: asking again stays cheap on any file.
  private mutating func findGroups() {
    groupEnds = ContiguousArray(repeating: Int32(lastIndex), count: lastIndex + 1)
    var open: ContiguousArray<Int32> = []
    for i in 0..<lastIndex {
      switch kinds[i] {
      case .leftParen, .leftBracket, .leftBrace: open.append(Int32(i))
      case .rightParen, .rightBracket, .rightBrace:
        if let start = open.popLast() { groupEnds[Int(start)] = Int32(i + 1) }
      case _: break
      }
    }
  }

  /// After an element of a list in brackets: true when another may follow. Reports a missing comma
  /// and goes on at the next element.
  mutating func continuesList(_ close: TokenKind, _ spelling: StaticString) -> Bool {
    if accept(.comma) { return true }
    if kind == close || kind == .endOfFile { return false }
    // What stands on a new line and cannot belong here means that the bracket was never closed.
    let isStop =
      kind == .rightBrace || kind == .keywordEnd || kind == .rightParen || kind == .rightBracket
      || kind == .semicolon || kind == .interpolationClose || kind == .interpolationEnd
      || (flags[index].contains(.newlineBefore) && startsStatement(kind))
    if isStop { return false }
    report(.expected("`,` or `\(spelling)`", found, tokenSpan(index)))
    skipElement()
    return accept(.comma)
  }

  /// Consumes the bracket that closes the one at token `open`, or reports that it is missing.
  mutating func closeGroup(_ close: TokenKind, _ spelling: StaticString, _ open: Int) {
    if accept(close) { return }
    var diagnostic = Diagnostic.unclosed(
      tokenText(open), spelling, tokenSpan(open), found, tokenSpan(index))
    if let comment = commentOnLine(of: open) { diagnostic.explainComment(comment) }
    report(diagnostic)
    // `(a]`: the wrong bracket stands for the right one.
    if (kind == .rightParen || kind == .rightBracket) && !flags[index].contains(.newlineBefore) {
      advance()
    }
  }

  /// The `//` after the last token on the line of `open`: it may be meant as a division.
  private func commentOnLine(of open: Int) -> SourceSpan? {
    var last = open
    while last < lastIndex, !hasNewlineBefore(last + 1), kinds[last + 1] != .endOfFile { last += 1 }
    var at = Int(ends[last])
    while text[at] == UInt8(ascii: " ") { at += 1 }
    guard text[at] == UInt8(ascii: "/"), text[at + 1] == UInt8(ascii: "/") else { return nil }
    return span(Int32(at), Int32(at + 2))
  }

  // MARK: Lines

  /// Bytes of white space at the start of the line of `offset`.
  func indentation(_ offset: Int32) -> Int32 {
    var line = Int(offset)
    while line > 0 && text[line - 1] != UInt8(ascii: "\n") { line -= 1 }
    var i = line
    while text[i] == UInt8(ascii: " ") || text[i] == UInt8(ascii: "\t") { i += 1 }
    return Int32(i - line)
  }
}

extension Diagnostic {
  static func expected(_ wanted: String, _ found: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(.expectedToken, "expected \(wanted), found \(found)", at: span)
  }

  fileprivate static func keywordAsName(
    _ what: String, _ word: String, _ span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .expectedToken, "expected \(what), found the keyword `\(word)`", at: span,
      notes: ["keywords cannot be names"],
      fixes: [FixIt("rename it", [.init(span, word + "_")], .guess)])
  }

  fileprivate mutating func explainComment(_ comment: SourceSpan) {
    labels.append(Label(comment, "a comment begins here; integers are divided with `/`"))
  }

  fileprivate static func unclosed(
    _ open: String, _ close: StaticString, _ opening: SourceSpan, _ found: String,
    _ place: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unclosedDelimiter, "expected `\(close)` to close `\(open)`, found \(found)", at: place,
      labels: [Label(opening, "opened here")])
  }
}
