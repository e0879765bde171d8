// Statements: which construct a statement is, assignment, and the conditions written after it.
import Base
import Lexer

extension Parser {
  /// One statement or declaration inside a block, or at the top level of a script.
  mutating func parseStatement() -> NodeID {
    switch kind {
    case .keywordLet, .keywordVar: return parsePostfixCondition(parseLocal(0, start))
    case .keywordDefer: return parseDefer()
    case .keywordTry where peek() == .leftBrace || peek() == .colon || peek() == .keywordDo:
      return parseForeignTry()
    case .keywordDo where isForeignDoWhile: return parseForeignDoWhile()
    case .plusPlus, .minus:
      if let node = parseForeignIncrement() { return node }
      if skipForeignComment() { return errorNode(start) }
    case .keywordUsing: return parseUsing()
    case .at:
      if startsAttribute() { return parseAttributedStatement() }
    case .identifier:
      if let special = parseWordStatement() { return special }
    case .keywordFunc:
      if isForeignMethod { return skipForeignMethod() }
      if peek() != .leftParen { return parseDeclaration() }
    case .keywordTest:
      // `std.test` is imported as `test`.
      if peek() != .dot { return parseDeclaration() }
    case .keywordConst, .keywordStatic, .keywordStruct, .keywordEnum, .keywordTrait, .keywordImpl,
      .keywordType, .keywordImport, .keywordUse, .keywordExport, .keywordExtern, .keywordPub:
      return parseDeclaration()
    case _: break
    }
    return parseSimpleStatement()
  }

  /// An expression or assignment, and `when` or `unless` after it.
  mutating func parseSimpleStatement() -> NodeID {
    let start = self.start
    let target = parseExpression()
    return parsePostfixCondition(parseAssignment(target, start))
  }

  private mutating func parseAssignment(_ target: NodeID, _ start: Int32) -> NodeID {
    let operation: BinaryOperator
    switch kind {
    case .equal: operation = .assign
    case .plusEqual: operation = .add
    case .minusEqual: operation = .subtract
    case .starEqual: operation = .multiply
    case .slashEqual: operation = .divide
    case .percentEqual: operation = .remainder
    case .ampersandEqual: operation = .bitAnd
    case .barEqual: operation = .bitOr
    case .caretEqual: operation = .bitXor
    case .lessLessEqual: operation = .shiftLeft
    case .greaterGreaterEqual: operation = .shiftRight
    case .colonEqual: return parseForeignDeclaration(target, start)
    case _: return target
    }
    let main = self.start
    advance()
    let value = parseExpression()
    if kind == .equal && !isAfterLineEnd {
      report(.chainedAssignment(tokenSpan(index)))
      advance()
      _ = parseExpression()
      errorIndex = -1
    }
    return add(
      Node(
        .assignment, main: main, lhs: target.raw, rhs: value.raw, operation: operation.rawValue),
      from: start)
  }

  /// `x := e` of Go.
  private mutating func parseForeignDeclaration(_ target: NodeID, _ start: Int32) -> NodeID {
    let place = span(start, start)
    reportForeign(
      .foreign(
        "a variable is declared with `let x = …` or `var x = …`", tokenSpan(index),
        "declare it with `var`", [.init(place, "var "), .init(tokenSpan(index), "=")]))
    let main = self.start
    advance()
    let value = parseExpression()
    var pattern = target
    if tree.kind(target) == .name {
      pattern = add(Node(.bindingPattern, main: start, lhs: tree[target].lhs), from: start)
    } else {
      return add(
        Node(.assignment, main: main, lhs: target.raw, rhs: value.raw), from: start)
    }
    return add(
      Node(
        .local, main: start, lhs: record(pattern.raw, NodeID.none.raw, value.raw, 0),
        flags: .mutable),
      from: start)
  }

  /// `s when c`, `s unless c`.
  mutating func parsePostfixCondition(_ first: NodeID) -> NodeID {
    var statement = first
    while !isAfterLineEnd {
      let isUnless = kind == .identifier && isWord("unless")
      guard kind == .keywordWhen || isUnless else { break }
      let main = start
      advance()
      let condition = parseExpression()
      statement = add(
        Node(
          .postfixCondition, main: main, lhs: statement.raw, rhs: condition.raw,
          flags: isUnless ? .negated : []),
        from: startOf(statement))
    }
    return statement
  }

  /// `let p: T = e`; `attributes` is a list, `start` its start or that of the word.
  mutating func parseLocal(_ attributes: UInt32, _ start: Int32) -> NodeID {
    let main = self.start
    var flags: NodeFlags = kind == .keywordVar ? .mutable : []
    let word = tokenSpan(index)
    advance()
    if isWord("mut"), peek() == .identifier || peek() == .leftParen || peek() == .underscore {
      let mut = span(word.start, starts[index + 1])
      reportForeign(
        .foreign(
          "a variable that may be changed is declared with `var`", span(word.start, ends[index]),
          "write `var`", [.init(mut, "var ")]))
      flags.insert(.mutable)
      advance()
    }
    let pattern = parseForeignTuplePattern(parsePattern())
    var type = NodeID.none
    if accept(.colon) || acceptForeignType(after: pattern) { type = parseType() }
    var value = NodeID.none
    if kind == .colonEqual {
      reportForeign(
        .foreign(
          "after `let` and `var` the value follows `=`", tokenSpan(index), "write `=`",
          [.init(tokenSpan(index), "=")]))
      advance()
      value = parseExpression()
    } else if accept(.equal) {
      value = parseExpression()
    }
    // In a `do` branch of an `if`, an `else` after the statement belongs to that.
    if openIfIndentation < 0 && accept(.keywordElse) {
      report(.letElse(tokenSpan(index - 1)))
      if kind == .leftBrace || kind == .keywordDo { _ = parseBlock() }
      errorIndex = -1
    }
    return add(
      Node(
        .local, main: main, lhs: record(pattern.raw, type.raw, value.raw, attributes),
        flags: flags),
      from: start)
  }

  /// `let p = e` or `var p = e` as a condition.
  mutating func parseLetCondition() -> NodeID {
    let main = start
    let flags: NodeFlags = kind == .keywordVar ? .mutable : []
    advance()
    let pattern = parsePattern()
    let type = accept(.colon) ? parseType() : NodeID.none
    expect(.equal, "=", "after the pattern of a `let` condition")
    // The value ends before `and`, so that a chain of conditions can be written; `or`, `??` and
    // `catch` belong to it.
    let operand = parseBinary(Precedence.not)
    var value = operand
    switch kind {
    case .questionQuestion, .keywordOr, .keywordCatch:
      value = parseOperators(after: operand, Precedence.coalesce)
    case _: break
    }
    return add(
      Node(
        .letCondition, main: main, lhs: record(pattern.raw, type.raw), rhs: value.raw,
        flags: flags),
      from: main)
  }

  private mutating func parseDefer() -> NodeID {
    let start = self.start
    advance()
    let saved = context
    context.insert(.deferred)
    context.remove(.deferredLoop)
    let body: NodeID
    if kind == .leftBrace || kind == .keywordDo {
      body = parseBlock()
    } else {
      body = parseSimpleStatement()
    }
    context = saved
    return add(Node(.deferred, main: start, lhs: body.raw), from: start)
  }

  // MARK: Words

  /// A statement that begins with a contextual word, or with a word of another language.
  private mutating func parseWordStatement() -> NodeID? {
    let next = peek()
    guard !hasNewlineBefore(index + 1) else { return nil }
    switch next {
    case .identifier:
      if isWord("cap") { return parseCapabilityStatement() }
      if isWord("requires") || isWord("ensures") { return parseClause() }
      if isWord("error") || isWord("capability") {
        return peek(2) == .leftBrace || peek(2) == .keywordDo || peek(2) == .leftBracket
          ? parseDeclaration() : nil
      }
      return parseForeignStatement()
    case .keywordStruct:
      return isWord("shared") ? parseDeclaration() : nil
    case .keywordEnum:
      return nil
    case .dot where !isAdjacent(index + 1) && (isWord("throw") || isWord("raise")):
      return parseForeignStatement()
    case .colon:
      return isWord("profile") && peek(2) == .identifier ? parseDeclaration() : nil
    case .leftParen:
      if isAdjacent(index + 1) { return nil }
      return isWord("requires") || isWord("ensures") ? parseClause() : nil
    case .integer, .float, .string, .multilineString, .interpolationStart, .character,
      .keywordNot, .keywordSelf, .keywordTrue, .keywordFalse, .keywordNull, .keywordLet,
      .keywordVar, .keywordFunc, .keywordPub, .keywordStatic, .at, .keywordSelfType:
      if isWord("requires") || isWord("ensures") { return parseClause() }
      return parseForeignStatement()
    case _: return nil
    }
  }
}

extension Diagnostic {
  fileprivate static func chainedAssignment(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedToken, "an assignment has no value, so it cannot be assigned", at: span,
      notes: ["write two statements"])
  }

  fileprivate static func letElse(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "`let` has no `else`; use `if let`, `match`, `??` or `catch`", at: span)
  }
}
