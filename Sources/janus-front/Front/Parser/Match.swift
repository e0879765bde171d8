// `match` and its arms.
import Base
import Lexer

extension Parser {
  /// `switch (` … `) {` of other languages.
  mutating func isForeignSwitch() -> Bool {
    guard peek() == .leftParen else { return false }
    let after = indexAfterGroup(index + 1)
    return kinds[after] == .leftBrace
      && (isWord("case", after + 1) || isWord("default", after + 1))
  }

  /// At `match`, or a foreign `switch`.
  mutating func parseMatch() -> NodeID {
    let start = self.start
    if kind == .identifier {
      reportForeign(
        .foreign(
          "`switch` is written `match`", tokenSpan(index), "write `match`",
          [.init(tokenSpan(index), "match")]))
    }
    advance()
    let scrutinee = parseHeader()
    guard kind == .leftBrace || kind == .keywordDo else {
      _ = parseBody("`match`")
      return add(Node(.match, main: start, lhs: scrutinee.raw), from: start)
    }
    let open = index
    let isDo = kind == .keywordDo
    guard enter() else {
      leave()
      return errorNode(start)
    }
    defer { leave() }
    advance()
    let saved = enterBlock()
    let mark = pending.count
    while true {
      while kind == .comma || kind == .semicolon { advance() }
      if (isBlockEnd && kind != .keywordElse) || startsOuterDeclaration { break }
      let before = index
      flags[index].insert(.startsStatement)
      pending.append(parseArm().raw)
      finishArm(before)
    }
    leaveBlock(saved)
    closeBlock(open, isDo: isDo)
    return add(
      Node(.match, main: start, lhs: scrutinee.raw, rhs: finishList(mark)), from: start)
  }

  /// Requires a comma or a new line after an arm.
  private mutating func finishArm(_ before: Int) {
    if kind == .comma || kind == .semicolon || (isBlockEnd && kind != .keywordElse) { return }
    if index > before && flags[index].contains(.newlineBefore) { return }
    report(.expected("a line break or `,` after the arm", found, tokenSpan(index)))
    let stuck = index
    skipStatement()
    if index == stuck && index == before { advance() }
  }

  /// `pattern when guard => body`.
  private mutating func parseArm() -> NodeID {
    let start = self.start
    let pattern: NodeID
    var flags: NodeFlags = []
    if kind == .keywordElse || (isWord("default") && (peek() == .colon || peek() == .fatArrow)) {
      if kind == .identifier { reportForeignDefault() }
      flags = .elseArm
      advance()
      pattern = add(Node(.wildcardPattern, main: start), from: start)
    } else {
      if isWord("case"), peek() != .fatArrow, peek() != .keywordWhen {
        reportForeign(
          .foreign(
            "an arm is written `pattern => value`, without `case`", tokenSpan(index),
            "remove `case`", [.init(span(start, starts[index + 1]), "")]))
        advance()
      }
      pattern = parsePattern()
    }
    var guardCondition = NodeID.none
    if kind == .keywordWhen || kind == .keywordIf {
      if kind == .keywordIf {
        reportForeign(
          .foreign(
            "the guard of an arm is written `when`", tokenSpan(index), "write `when`",
            [.init(tokenSpan(index), "when")]))
      }
      advance()
      let saved = context
      context.remove(.linesEnd)
      guardCondition = parseExpression()
      context = saved
    }
    let main = self.start
    guard acceptArrow() else {
      let body = errorNode(self.start)
      return add(
        Node(
          .matchArm, main: main, lhs: pattern.raw, rhs: record(guardCondition.raw, body.raw),
          flags: flags),
        from: start)
    }
    let body = parseArmBody()
    return add(
      Node(
        .matchArm, main: main, lhs: pattern.raw, rhs: record(guardCondition.raw, body.raw),
        flags: flags),
      from: start)
  }

  private mutating func reportForeignDefault() {
    reportForeign(
      .foreign(
        "the arm for everything else is written `else =>`", tokenSpan(index), "write `else`",
        [.init(tokenSpan(index), "else")]))
  }

  private mutating func acceptArrow() -> Bool {
    if accept(.fatArrow) { return true }
    if kind == .arrow || kind == .colon || kind == .equal {
      reportForeign(
        .foreign(
          "the body of an arm follows `=>`", tokenSpan(index), "write `=>`",
          [.init(tokenSpan(index), kind == .colon ? " =>" : "=>")]))
      advance()
      return true
    }
    report(.expected("`=>` after the pattern", found, tokenSpan(index)))
    if kind == .leftBrace { return true }
    return false
  }

  private mutating func parseArmBody() -> NodeID {
    let saved = context
    context.insert([.linesEnd, .arm])
    context.remove(.header)
    defer { context = saved }
    switch kind {
    case .keywordLet, .keywordVar, .keywordDefer:
      report(.declarationInArm(tokenText(index), tokenSpan(index)))
      let statement = parseStatement()
      errorIndex = -1
      return statement
    case .rightBrace, .comma:
      report(.emptyArm(found, tokenSpan(index)))
      return errorNode(start)
    case _:
      return parseSimpleStatement()
    }
  }
}

extension Diagnostic {
  fileprivate static func declarationInArm(_ word: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedExpression, "`\(word)` needs a block around it in an arm", at: span,
      notes: ["write `pattern => { … }`"])
  }

  fileprivate static func emptyArm(_ found: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedExpression, "expected the body of the arm, found \(found)", at: span,
      notes: ["an arm that does nothing is written `=> {}`"])
  }
}
