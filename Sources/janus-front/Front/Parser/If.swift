// `if` chains. A chain is parsed in a loop, whatever its length; one of `do` bodies has one `end`.
import Base
import Lexer

extension Parser {
  /// At `if`.
  mutating func parseIf() -> NodeID {
    let mark = pending.count
    let first = index
    let ownIndentation = flags[index].contains(.newlineBefore) ? indentation(start) : -1
    var isDo = false
    var otherwise = NodeID.none
    chain: while true {
      let start = self.start
      advance()
      let condition = parseHeader()
      let open = index
      let isThen = isWord("then")
      if isThen { reportForeignThen() }
      // The lexer counted an `end` for each `do`; the chain has one for all.
      if kind == .keywordDo, pending.count > mark { blockBalance -= 1 }
      isDo = kind == .keywordDo || isThen || (isDo && kind != .leftBrace)
      let body =
        kind == .keywordDo || isThen ? parseDoBranch(ownIndentation) : parseBody("`if`")
      pending.append(UInt32(bitPattern: start))
      pending.append(condition.raw)
      pending.append(body.raw)
      guard let branch = acceptElse(isDo, ownIndentation) else {
        if isDo && tree[body].flags.contains(.doBlock) { closeBlock(open, isDo: true) }
        skipForeignEnd(mark, isDo, starts[first])
        break chain
      }
      switch branch {
      case .another: continue chain
      case .last:
        otherwise = isDo ? parseDoElse(first) : parseBody("`else`")
        skipForeignEnd(mark, isDo, starts[first])
        break chain
      }
    }
    return finishIf(mark, otherwise)
  }

  /// A second `end` after a chain of `do` bodies, in a file that has too many of them: in other
  /// languages each `else if` has its own.
  private mutating func skipForeignEnd(_ mark: Int, _ isDo: Bool, _ chain: Int32) {
    guard isDo, pending.count - mark > 3, blockBalance < 0 else { return }
    while kind == .keywordEnd, blockBalance < 0 {
      let line = indentation(start)
      reportForeign(.secondEnd(span(start, ends[index]), line, chain: span(chain, chain + 2)))
      blockBalance += 1
      advance()
    }
  }

  private mutating func reportForeignThen() {
    reportForeign(
      .foreign(
        "the body of `if` is `{ … }` or `do … end`", tokenSpan(index), "write `do`",
        [.init(tokenSpan(index), "do")]))
  }

  /// At `elif` and the like.
  var isForeignElseIf: Bool {
    kind == .identifier && (isWord("elif") || isWord("elsif") || isWord("elseif"))
      && !hasNewlineBefore(index + 1)
  }

  private enum ElseBranch { case another, last }

  /// Consumes `else`, or what other languages write for `else if`, when it belongs to this chain.
  private mutating func acceptElse(_ isDo: Bool, _ ownIndentation: Int32) -> ElseBranch? {
    // A body by indentation: the `else` of an `if` around it stands further left.
    if kind == .keywordElse || isForeignElseIf, flags[index].contains(.newlineBefore),
      ownIndentation >= 0, kinds[index - 1] != .rightBrace, !isDo,
      indentation(start) < ownIndentation
    {
      return nil
    }
    if isForeignElseIf {
      reportForeign(
        .foreign(
          "`\(tokenText(index))` is written `else if`", tokenSpan(index), "write `else if`",
          [.init(tokenSpan(index), "else if")]))
      return .another
    }
    guard kind == .keywordElse else { return nil }
    if !isDo && belongsToOuterIf(ownIndentation) { return nil }
    let isElseIf = peek() == .keywordIf && (!isDo || !hasNewlineBefore(index + 1))
    advance()
    return isElseIf ? .another : .last
  }

  /// At an `else` after a braced body, inside the `do` body of another `if`: whose is it?
  private func belongsToOuterIf(_ ownIndentation: Int32) -> Bool {
    guard openIfIndentation >= 0, flags[index].contains(.newlineBefore) else { return false }
    let next = peek()
    if next != .leftBrace && next != .keywordIf && next != .keywordDo { return true }
    let column = indentation(start)
    return column == openIfIndentation && column != ownIndentation
  }

  /// `do` and statements up to `end` or `else`, which is not consumed.
  private mutating func parseDoBranch(_ ownIndentation: Int32) -> NodeID {
    let start = self.start
    guard enter() else {
      leave()
      return errorNode(start)
    }
    defer { leave() }
    advance()
    let saved = enterBlock()
    openIfIndentation = max(0, ownIndentation)
    let statements = parseStatements()
    leaveBlock(saved)
    return add(Node(.block, main: start, lhs: statements, flags: .doBlock), from: start)
  }

  /// After `else` in a chain of `do` bodies: statements up to the chain's `end`.
  private mutating func parseDoElse(_ first: Int) -> NodeID {
    let start = index > 0 ? starts[index - 1] : self.start
    guard enter() else {
      leave()
      return errorNode(start)
    }
    defer { leave() }
    _ = accept(.keywordDo)
    let saved = enterBlock()
    let statements = parseStatements()
    leaveBlock(saved)
    closeBlock(first, isDo: true)
    return add(Node(.block, main: start, lhs: statements, flags: .doBlock), from: start)
  }

  /// Nests the collected branches, the last one first.
  private mutating func finishIf(_ mark: Int, _ otherwise: NodeID) -> NodeID {
    var result = otherwise
    while pending.count > mark {
      let body = pending.removeLast()
      let condition = pending.removeLast()
      let start = Int32(bitPattern: pending.removeLast())
      result = add(
        Node(.ifExpression, main: start, lhs: condition, rhs: record(body, result.raw)), from: start
      )
    }
    return result
  }

  /// The expression between a construct's word and its body.
  mutating func parseHeader() -> NodeID {
    let saved = context
    context.insert([.header, .linesEnd])
    context.remove(.arm)
    if kind == .leftBrace || kind == .keywordDo {
      report(.missingCondition(found, tokenSpan(index)))
      context = saved
      return errorNode(start)
    }
    var result = parseExpression()
    var isClauses = tree.kind(result) == .letCondition
    while kind == .comma, peek() == .keywordLet || isClauses {
      isClauses = true
      result = parseForeignClause(after: result)
    }
    if kind == .equal {
      report(.assignmentAsCondition(tokenSpan(index)))
      let main = start
      advance()
      let right = parseExpression()
      errorIndex = -1
      result = add(
        Node(
          .binary, main: main, lhs: result.raw, rhs: right.raw,
          operation: BinaryOperator.equal.rawValue), from: startOf(result))
    }
    context = saved
    return result
  }
}

extension Parser {
  /// `let a = x, b > a`, as other languages join conditions.
  private mutating func parseForeignClause(after first: NodeID) -> NodeID {
    reportForeign(
      .foreign(
        "conditions are joined by `and`", tokenSpan(index), "write `and`",
        [.init(tokenSpan(index), " and")]))
    let main = start
    advance()
    let second = parseExpression()
    let and = BinaryOperator.and.rawValue
    return add(
      Node(.binary, main: main, lhs: first.raw, rhs: second.raw, operation: and),
      from: tree.spans[first.index].start)
  }
}

extension Diagnostic {
  fileprivate static func secondEnd(
    _ span: SourceSpan, _ indentation: Int32, chain: SourceSpan
  ) -> Diagnostic {
    // The line that it stands on goes with it.
    let line = SourceSpan(
      file: span.file, start: max(0, span.start - indentation - 1), end: span.end)
    return Diagnostic(
      .foreignSyntax, "a chain of `else if` has one `end`", at: span,
      labels: [Label(chain, "the chain begins here")],
      fixes: [FixIt("remove it", [.init(line, "")])])
  }

  fileprivate static func missingCondition(_ found: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedExpression, "expected an expression before the body, found \(found)", at: span,
      notes: ["a struct literal or block here needs parentheses around it"])
  }

  fileprivate static func assignmentAsCondition(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedToken, "an assignment cannot be a condition", at: span,
      notes: ["to compare, write `==`"], fixes: [FixIt("compare", [.init(span, "==")])])
  }
}
