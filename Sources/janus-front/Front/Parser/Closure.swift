// Closures: `|x| e`, `func(x: T) -> U { … }`, and blocks after a call.
import Base
import Lexer

extension Parser {
  /// At `|` or `||`; the word `move` has been consumed.
  mutating func parseClosure(isMove: Bool, _ start: Int32) -> NodeID {
    let main = self.start
    let parameters = parseClosureParameters()
    let saved = context
    context.remove([.deferred, .deferredLoop])
    defer { context = saved }
    var result = NodeID.none
    if accept(.arrow) { result = parseType() }
    let body: NodeID
    if kind == .leftBrace || kind == .keywordDo {
      body = parseBlock()
    } else if result.exists {
      report(.expected("`{` after the result type of a closure", found, tokenSpan(index)))
      body = errorNode(self.start)
    } else {
      body = parseSimpleStatement()
    }
    return add(
      Node(
        .closure, main: main, lhs: record(parameters, result.raw, 0, body.raw),
        flags: isMove ? .move : []),
      from: start)
  }

  /// `|a, inout b, (c, d): T|`, or `||`.
  private mutating func parseClosureParameters() -> UInt32 {
    if accept(.barBar) { return 0 }
    let open = index
    advance()
    let saved = context
    context.remove([.linesEnd, .header, .arm])
    let mark = pending.count
    while kind != .bar && kind != .endOfFile {
      let before = index
      pending.append(parseClosureParameter().raw)
      if kind == .bar || index == before { break }
      if !accept(.comma) { break }
    }
    context = saved
    if !accept(.bar) {
      report(
        .unclosedBar(tokenSpan(open), found, tokenSpan(index)))
    }
    return finishList(mark)
  }

  private mutating func parseClosureParameter() -> NodeID {
    let start = self.start
    let mode = parseMode()
    let pattern = parseSinglePattern(mode)
    var type = NodeID.none
    if accept(.colon) { type = parseType() }
    return add(
      Node(
        .closureParameter, main: start, lhs: pattern.raw, rhs: type.raw, operation: mode.rawValue),
      from: start)
  }

  /// `inout` or `owned` before a name or pattern.
  mutating func parseMode() -> PassingMode {
    guard kind == .identifier else { return .borrow }
    let next = peek()
    guard
      next == .identifier || next == .keywordSelf || next == .underscore || next == .leftParen
        || next == .dot
    else { return .borrow }
    if isWord("inout") {
      advance()
      return .inout
    }
    if isWord("owned") {
      advance()
      return .owned
    }
    if isWord("mut"), next == .identifier || next == .keywordSelf {
      reportForeign(.mutableParameter(tokenSpan(index)))
      advance()
      return .inout
    }
    return .borrow
  }

  /// `{ |x| … }` or `do |x| … end` after a call.
  mutating func parseBlockClosure() -> NodeID {
    let start = self.start
    let main = start
    guard enter() else {
      leave()
      return errorNode(start)
    }
    defer { leave() }
    let open = index
    let isDo = kind == .keywordDo
    advance()
    let saved = enterBlock()
    context.remove([.deferred, .deferredLoop])
    let isMove = isWord("move") && (peek() == .bar || peek() == .barBar)
    if isMove { advance() }
    let bodyStart = self.start
    let parameters = kind == .bar || kind == .barBar ? parseClosureParameters() : 0
    var result = NodeID.none
    if parameters != 0, accept(.arrow) { result = parseType() }
    let statements = parseStatements()
    leaveBlock(saved)
    closeBlock(open, isDo: isDo)
    let body = add(
      Node(.block, main: bodyStart, lhs: statements, flags: isDo ? .doBlock : []), from: start)
    return add(
      Node(
        .closure, main: main, lhs: record(parameters, result.raw, 0, body.raw),
        flags: isMove ? .move : []),
      from: start)
  }

  /// `func(x: i32) -> i32 { … }`, or the type `func(i32) -> i32` as an argument.
  mutating func parseFunctionExpression() -> NodeID {
    let start = self.start
    advance()
    guard kind == .leftParen else {
      report(.expected("`(` after `func` in an expression", found, tokenSpan(index)))
      return errorNode(start)
    }
    let open = index
    if !functionHasBody(open) {
      let type = parseFunctionType(start)
      return add(Node(.typeExpression, main: start, lhs: type.raw), from: start)
    }
    advance()
    let saved = context
    context.remove([.linesEnd, .header, .arm, .deferred, .deferredLoop])
    let mark = pending.count
    while kind != .rightParen && kind != .endOfFile {
      let before = index
      pending.append(parseClosureParameter().raw)
      if !continuesList(.rightParen, ")") || index == before { break }
    }
    context = saved
    context.remove([.deferred, .deferredLoop])
    defer { context = saved }
    closeGroup(.rightParen, ")", open)
    let parameters = finishList(mark)
    let clauseMark = pending.count
    parseClauses()
    let result = accept(.arrow) ? parseType() : NodeID.none
    parseClauses()
    let clauses = finishList(clauseMark)
    let body = parseBlock()
    return add(
      Node(.closure, main: start, lhs: record(parameters, result.raw, clauses, body.raw)),
      from: start)
  }

  /// After the parameters at `open` and a result type comes a body, so this is a closure.
  private mutating func functionHasBody(_ open: Int) -> Bool {
    var i = indexAfterGroup(open)
    let limit = min(lastIndex, i + 200)
    while i < limit {
      switch kinds[i] {
      case .leftBrace, .keywordDo: return true
      case .arrow, .identifier, .dot, .question, .star, .bang, .keywordSelfType, .keywordFunc,
        .less, .greater, .keywordConst, .integer:
        i += 1
      case .leftBracket, .leftParen: i = indexAfterGroup(i)
      case _: return false
      }
    }
    return false
  }
}

extension Diagnostic {
  fileprivate static func mutableParameter(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "a parameter or binding that may be changed is written `inout` or `owned`",
      at: span,
      notes: ["`inout` changes the caller's variable, `owned` takes a value of its own"],
      fixes: [FixIt("write `owned`", [.init(span, "owned")], .guess)])
  }

  fileprivate static func unclosedBar(
    _ open: SourceSpan, _ found: String, _ place: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unclosedDelimiter, "expected `|` to close the parameters of a closure, found \(found)",
      at: place, labels: [Label(open, "opened here")])
  }
}
