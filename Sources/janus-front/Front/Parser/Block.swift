// Blocks and the statements in them.
import Base
import Lexer

/// What a block saves of the state around it.
struct BlockState {
  var context: ParseContext
  var openIfIndentation: Int32
}

extension Parser {
  /// `{ … }` or `do … end`.
  mutating func parseBlock() -> NodeID {
    let start = self.start
    guard kind == .leftBrace || kind == .keywordDo else {
      report(.expected("`{` or `do`", found, tokenSpan(index)))
      return errorNode(start)
    }
    guard enter() else {
      leave()
      return errorNode(start)
    }
    defer { leave() }
    let open = index
    let isDo = kind == .keywordDo
    advance()
    let saved = enterBlock()
    let statements = parseStatements()
    leaveBlock(saved)
    closeBlock(open, isDo: isDo)
    return add(
      Node(.block, main: start, lhs: statements, flags: isDo ? .doBlock : []), from: start)
  }

  /// The body of a construct whose header names it in a message.
  mutating func parseBody(_ owner: String) -> NodeID {
    if kind == .leftBrace || kind == .keywordDo { return parseBlock() }
    if kind == .colon && hasNewlineBefore(index + 1) { return parseIndentedBody() }
    report(.missingBody(owner, found, tokenSpan(index)))
    if kind == .fatArrow || kind == .colon {
      // `if c: return x`: one statement is the body.
      advance()
      if !isAfterLineEnd && !isBlockEnd {
        errorIndex = -1
        return parseStatement()
      }
    }
    return errorNode(start)
  }

  mutating func enterBlock() -> BlockState {
    let saved = BlockState(context: context, openIfIndentation: openIfIndentation)
    context.insert(.linesEnd)
    context.remove([.header, .arm])
    openIfIndentation = -1
    return saved
  }

  mutating func leaveBlock(_ saved: BlockState) {
    context = saved.context
    openIfIndentation = saved.openIfIndentation
  }

  /// `}`, `end`, `else` or the end of the file.
  var isBlockEnd: Bool {
    switch kind {
    case .rightBrace, .keywordElse, .endOfFile: true
    case .keywordEnd: !isKeywordUsedAsName
    // In a `do` chain, another language's `else if` ends the branch.
    case .identifier: openIfIndentation >= 0 && isForeignElseIf
    case _: false
    }
  }

  /// At `end`, after a variable was called so (which has been reported): is it that variable?
  private var isKeywordUsedAsName: Bool {
    guard keywordNames & (1 << UInt64(TokenKind.keywordEnd.rawValue &- firstKeyword)) != 0 else {
      return false
    }
    guard !hasNewlineBefore(index + 1) else { return false }
    switch peek() {
    case .equal, .plusEqual, .minusEqual, .dot, .leftBracket, .colonEqual: return true
    case _: return false
    }
  }

  /// Statements up to the end of the block, which is not consumed. Returns a list.
  mutating func parseStatements() -> UInt32 {
    let mark = pending.count
    while true {
      while kind == .semicolon { advance() }
      if isBlockEnd || startsOuterDeclaration { break }
      let before = index
      flags[index].insert(.startsStatement)
      pending.append(parseStatement().raw)
      finishStatement(before)
    }
    return finishList(mark)
  }

  /// Requires the end of a statement after it; always makes progress past `before`.
  mutating func finishStatement(_ before: Int) {
    if accept(.semicolon) || isBlockEnd { return }
    if index > before && flags[index].contains(.newlineBefore) { return }
    if kind == .fatArrow {
      report(.foreign("a closure is written `|x| e`", tokenSpan(index), "", []))
    }
    if kind == .keywordIf, index > before {
      parseForeignPostfixIf()
      if accept(.semicolon) || isBlockEnd || flags[index].contains(.newlineBefore) { return }
    }
    if index > before && startsAnotherStatement {
      report(.expectedStatementEnd(found, tokenSpan(index), after: tokenSpan(index - 1)))
      errorIndex = -1
      return
    }
    report(.expectedStatementEnd(found, tokenSpan(index)))
    let stuck = index
    skipStatement()
    if index == stuck && !isBlockEnd && kind != .semicolon && index == before { advance() }
    _ = accept(.semicolon)
  }

  /// Behind a statement on the same line: a word that only begins statements, or anything that may
  /// begin one where a block has ended.
  private var startsAnotherStatement: Bool {
    switch kind {
    case .keywordLet, .keywordVar, .keywordReturn, .keywordFail, .keywordBreak, .keywordContinue,
      .keywordFor, .keywordWhile, .keywordDefer, .keywordUsing:
      return true
    case .identifier, .keywordMatch, .keywordSelf:
      return kinds[index - 1] == .rightBrace || kinds[index - 1] == .keywordEnd
    case _: return false
    }
  }

  /// In a file whose blocks do not balance, a declaration at the start of a line ends the blocks
  /// around it: otherwise one missing brace would swallow the rest of the file.
  var startsOuterDeclaration: Bool {
    guard blockBalance > 0, flags[index].contains(.newlineBefore),
      start == 0 || text[Int(start) - 1] == UInt8(ascii: "\n")
    else { return false }
    switch kind {
    case .keywordFunc: return peek() == .identifier
    case .keywordStruct, .keywordEnum, .keywordTrait, .keywordImpl, .keywordPub, .keywordImport,
      .keywordExport, .keywordExtern, .keywordTest:
      return true
    case _: return false
    }
  }

  // MARK: The end of a block

  /// In a file where a closer is missing: the current one stands further left than the line of the
  /// block opened at `open`, so it belongs to a block around it.
  private func closesOuterBlock(_ open: Int) -> Bool {
    guard blockBalance > 0, depth > 1, flags[index].contains(.newlineBefore) else { return false }
    return indentation(start) < indentation(starts[open])
  }

  /// Consumes what closes the block opened at token `open`, or reports.
  mutating func closeBlock(_ open: Int, isDo: Bool) {
    let wanted: TokenKind = isDo ? .keywordEnd : .rightBrace
    let other: TokenKind = isDo ? .rightBrace : .keywordEnd
    if kind == wanted {
      if !closesOuterBlock(open) {
        advance()
        return
      }
      blockBalance -= 1
      report(.unclosedBefore(isDo, tokenText(open), tokenSpan(open), found, tokenSpan(index)))
      errorIndex = -1
      return
    }
    if kind == other {
      // Whose closer is it: this block's, or that of a block around it?
      let isFirst = flags[index].contains(.newlineBefore)
      if !isFirst || depth <= 1 || indentation(start) >= indentation(starts[open]) {
        report(.mismatchedBlock(isDo, tokenText(open), tokenSpan(open), tokenSpan(index)))
        advance()
        errorIndex = -1
        return
      }
    }
    if kind == .keywordElse && accept(.keywordElse) {
      report(.strayElse(tokenSpan(index - 1)))
      errorIndex = -1
      let saved = enterBlock()
      if kind == .leftBrace || kind == .keywordDo { _ = parseBlock() }
      _ = parseStatements()
      leaveBlock(saved)
      return closeBlock(open, isDo: isDo)
    }
    if !reportedUnclosed {
      report(.unclosedBlock(isDo, tokenText(open), tokenSpan(open), found, tokenSpan(index)))
      if kind == .endOfFile || startsOuterDeclaration { reportedUnclosed = true }
    }
    errorIndex = index
  }
}

extension Diagnostic {
  fileprivate static func missingBody(
    _ owner: String, _ found: String, _ span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .expectedToken, "expected `{` or `do` to start the body of \(owner), found \(found)", at: span
    )
  }

  /// `previous`: the end of the statement, when another one clearly follows it.
  fileprivate static func expectedStatementEnd(
    _ found: String, _ span: SourceSpan, after previous: SourceSpan? = nil
  ) -> Diagnostic {
    let fixes = previous.map { previous in
      let end = SourceSpan(file: previous.file, start: previous.end, end: previous.end)
      return [FixIt("write `;` between the statements", [FixIt.Edit(end, ";")])]
    }
    return Diagnostic(
      .expectedToken, "expected a line break or `;` after the statement, found \(found)", at: span,
      fixes: fixes ?? [])
  }

  fileprivate static func mismatchedBlock(
    _ isDo: Bool, _ open: String, _ opening: SourceSpan, _ place: SourceSpan
  ) -> Diagnostic {
    let (wanted, found) = isDo ? ("end", "}") : ("}", "end")
    return Diagnostic(
      .mismatchedBlock, "this block was opened with `\(open)` and is closed with `\(found)`",
      at: place, labels: [Label(opening, "opened here")],
      fixes: [FixIt("close it with `\(wanted)`", [.init(place, wanted)])])
  }

  fileprivate static func unclosedBlock(
    _ isDo: Bool, _ open: String, _ opening: SourceSpan, _ found: String, _ place: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unclosedDelimiter,
      "expected `\(isDo ? "end" : "}")` to close this block, found \(found)", at: place,
      labels: [Label(opening, "opened with `\(open)` here")])
  }

  fileprivate static func unclosedBefore(
    _ isDo: Bool, _ open: String, _ opening: SourceSpan, _ found: String, _ place: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unclosedDelimiter,
      "expected `\(isDo ? "end" : "}")` to close this block before \(found) of a block around it",
      at: place, labels: [Label(opening, "opened with `\(open)` here")])
  }

  fileprivate static func strayElse(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(.expectedToken, "`else` without an `if` before it", at: span)
  }
}
