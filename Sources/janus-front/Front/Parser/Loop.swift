// `while`, `for`, and their labels.
import Base
import Lexer

extension Parser {
  /// `label: for …`.
  mutating func parseLabelledLoop() -> NodeID {
    let start = self.start
    let label = name(index)
    advance()
    advance()
    return kind == .keywordFor ? parseFor(label: label, start) : parseWhile(label: label, start)
  }

  mutating func parseWhile(label: Symbol, _ start: Int32) -> NodeID {
    let main = self.start
    advance()
    let condition = parseHeader()
    let body = parseLoopBody("`while`")
    return add(
      Node(.whileLoop, main: main, lhs: condition.raw, rhs: record(label.raw, body.raw)),
      from: start)
  }

  mutating func parseFor(label: Symbol, _ start: Int32) -> NodeID {
    let main = self.start
    advance()
    if kind == .leftParen, isForeignFor() { return parseForeignFor(label, start, main) }
    let mode = parseMode()
    let pattern = parseSinglePattern(mode)
    var sequence = NodeID.none
    if kind == .comma {
      report(.forWithoutParentheses(tokenSpan(index)))
      while accept(.comma) { _ = parseSinglePattern(mode) }
      errorIndex = -1
    }
    if accept(.keywordIn) {
      sequence = parseHeader()
    } else if kind == .colon || kind == .equal || isWord("of") {
      reportForeign(
        .foreign(
          "a loop over a sequence is written `for x in xs`", tokenSpan(index), "write `in`",
          [.init(tokenSpan(index), kind == .colon ? " in" : "in")]))
      advance()
      sequence = parseHeader()
    } else {
      report(.expected("`in` after the pattern of `for`", found, tokenSpan(index)))
      if kind != .leftBrace && kind != .keywordDo { skipToBody() }
      sequence = errorNode(self.start)
    }
    let body = parseLoopBody("`for`")
    return add(
      Node(
        .forLoop, main: main, lhs: record(label.raw, pattern.raw, sequence.raw, body.raw)),
      from: start)
  }

  private mutating func parseLoopBody(_ owner: String) -> NodeID {
    let saved = context
    if context.contains(.deferred) { context.insert(.deferredLoop) }
    defer { context = saved }
    return parseBody(owner)
  }

  /// To a `{` or `do` on this line.
  private mutating func skipToBody() {
    while kind != .leftBrace && kind != .keywordDo && kind != .endOfFile
      && !flags[index].contains(.newlineBefore)
    {
      advance()
    }
  }

  /// `for (i = 0; …; …)`.
  private mutating func isForeignFor() -> Bool {
    let end = min(indexAfterGroup(index), index + 200)
    var i = index
    while i < end {
      if kinds[i] == .semicolon { return true }
      i += 1
    }
    return false
  }

  private mutating func parseForeignFor(_ label: Symbol, _ start: Int32, _ main: Int32) -> NodeID {
    let open = self.start
    let after = indexAfterGroup(index)
    reportForeign(
      .foreign(
        "a counting loop is written `for i in 0..<n`", span(open, ends[after - 1]), "", []))
    let pattern = add(Node(.wildcardPattern, main: open), open, open)
    let sequence = add(Node(.error, main: open), open, ends[after - 1])
    while index < after && kind != .endOfFile { advance() }
    let body = parseLoopBody("`for`")
    return add(
      Node(
        .forLoop, main: main, lhs: record(label.raw, pattern.raw, sequence.raw, body.raw)),
      from: start)
  }
}

extension Diagnostic {
  fileprivate static func forWithoutParentheses(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedToken, "expected `in` after the pattern of `for`, found `,`", at: span,
      notes: ["several names stand in parentheses: `for (k, v) in m`"])
  }
}
