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
    skipForeignStep()
    let body = parseLoopBody("`while`")
    return add(
      Node(.whileLoop, main: main, lhs: condition.raw, rhs: record(label.raw, body.raw)),
      from: start)
  }

  mutating func parseFor(label: Symbol, _ start: Int32) -> NodeID {
    let main = self.start
    advance()
    if let foreign = parseForeignFor(label, start, main) { return foreign }
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

  mutating func parseLoopBody(_ owner: String) -> NodeID {
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
}

extension Diagnostic {
  fileprivate static func forWithoutParentheses(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedToken, "expected `in` after the pattern of `for`, found `,`", at: span,
      notes: ["several names stand in parentheses: `for (k, v) in m`"])
  }
}
