// Operands: prefix operators, primary expressions, and what may follow them.
import Base
import Lexer

extension Parser {
  /// Any expression; assignments are statements.
  mutating func parseExpression() -> NodeID {
    let begin = start
    let value = parseBinary(Precedence.coalesce)
    return kind == .question ? parseForeignConditional(value, from: begin) : value
  }

  /// An expression inside `(`, `[` or braces of an interpolation, where lines do not matter.
  mutating func parseNestedExpression() -> NodeID {
    let saved = context
    context.remove([.linesEnd, .header, .arm])
    let result = parseExpression()
    context = saved
    return result
  }

  /// Prefix operators and the operand after them. `minimum` decides how much `not` may take.
  mutating func parseOperand(_ minimum: UInt8) -> NodeID {
    guard enter() else {
      leave()
      return errorNode(start)
    }
    defer { leave() }
    switch kind {
    case .minus: return parseUnary(.negate)
    case .tilde: return parseUnary(.complement)
    case .keywordNot:
      let main = start
      advance()
      let operand = parseBinary(max(minimum, Precedence.comparison))
      return add(
        Node(.unary, main: main, lhs: operand.raw, operation: UnaryOperator.not.rawValue),
        from: main)
    case .ampersand: return parseBorrow()
    case .keywordTry:
      let main = start
      checkDeferred("try")
      advance()
      let operand = parseBinary(Precedence.unary)
      return add(Node(.tryExpression, main: main, lhs: operand.raw), from: main)
    case .bang:
      reportForeign(
        .foreign(
          "`!` is written `not`", tokenSpan(index), "write `not`", [.init(tokenSpan(index), "not ")]
        ))
      return parseUnary(.not)
    case .plusPlus:
      if let node = parseForeignIncrement() { return node }
    case .star where startsPlainExpression(index + 1) || peek() == .leftParen:
      return parsePrefixStar()
    case .dotDot, .dotDotLess, .dotDotEqual: return parseOpenRange()
    case .keywordLet, .keywordVar:
      if context.contains(.header) { return parseLetCondition() }
    case _: break
    }
    return parsePostfix()
  }

  private mutating func parseUnary(_ operation: UnaryOperator) -> NodeID {
    let main = start
    advance()
    let operand = parseBinary(Precedence.unary)
    return add(
      Node(.unary, main: main, lhs: operand.raw, operation: operation.rawValue), from: main)
  }

  private mutating func parseBorrow() -> NodeID {
    let main = start
    advance()
    if isWord("mut"), peek() == .identifier || peek() == .keywordSelf {
      reportForeign(
        .foreign(
          "`&mut` is written `&`", span(main, ends[index]), "remove `mut`",
          [.init(span(starts[index], starts[index + 1]), "")]))
      advance()
    }
    let operand = parseBinary(Precedence.unary)
    return add(Node(.borrow, main: main, lhs: operand.raw), from: main)
  }

  /// `*p` of C.
  private mutating func parsePrefixStar() -> NodeID {
    let main = start
    let star = tokenSpan(index)
    advance()
    let operand = parsePostfix()
    let end = previousEnd
    reportForeign(
      .foreign(
        "looking through a pointer is written `p.*`", span(main, end), "write `.*` after it",
        [.init(star, ""), .init(span(end, end), ".*")]))
    return add(Node(.dereference, main: main, lhs: operand.raw), from: main)
  }

  /// The smallest expressions, without what may follow them.
  mutating func parsePrimary() -> NodeID {
    let start = self.start
    switch kind {
    case .identifier: return parseWord()
    case .integer: return parseInteger()
    case .float: return parseFloat()
    case .string, .multilineString: return parseString()
    case .cString, .multilineCString: return parseCString()
    case .character: return parseCharacter()
    case .byte: return parseByte()
    case .interpolationStart: return parseInterpolatedString()
    case .keywordTrue, .keywordFalse:
      let value: UInt32 = kind == .keywordTrue ? 1 : 0
      advance()
      return add(Node(.boolean, main: start, lhs: value), from: start)
    case .keywordNull: return single(.null)
    case .keywordUndefined: return single(.undefined)
    case .keywordSelf: return single(.selfValue)
    case .keywordSelfType: return single(.selfTypeValue)
    case .underscore: return single(.discard)
    case .keywordTest where peek() == .dot: return parseKeywordName()
    case .leftParen:
      return isForeignArrowFunction ? parseForeignArrowFunction() : parseParenthesized()
    case .leftBracket where isForeignMap: return skipForeignMap()
    case .leftBracket: return parseArrayLiteral()
    case .leftBrace where isForeignMap: return skipForeignMap()
    case .leftBrace, .keywordDo: return parseBlock()
    case .dot: return parseImplicitMember()
    case .at: return parseIntrinsic()
    case .bar, .barBar: return parseClosure(isMove: false, start)
    case .keywordFunc: return parseFunctionExpression()
    case .keywordIf: return parseIf()
    case .keywordMatch: return parseMatch()
    case .keywordWhile: return parseWhile(label: .empty, start)
    case .keywordFor: return parseFor(label: .empty, start)
    case .keywordUnsafe: return parseUnsafe()
    case .keywordReturn: return parseReturn()
    case .keywordFail: return parseFail()
    case .keywordBreak: return parseBreak()
    case .keywordContinue: return parseContinue()
    case _:
      if isRememberedName { return parseKeywordName() }
      report(.expectedExpression(found, tokenSpan(index)))
      return recoverExpression()
    }
  }

  /// A keyword in the place of a name.
  private mutating func parseKeywordName() -> NodeID {
    let start = self.start
    let symbol = name(index)
    advance()
    return add(Node(.name, main: start, lhs: symbol.raw), from: start)
  }

  mutating func single(_ kind: NodeKind) -> NodeID {
    let start = self.start
    advance()
    return add(Node(kind, main: start), from: start)
  }

  /// After a missing expression: a stray token is skipped when what follows could be meant.
  private mutating func recoverExpression() -> NodeID {
    let start = self.start
    switch kind {
    case .endOfFile, .rightParen, .rightBracket, .rightBrace, .keywordEnd, .comma, .semicolon,
      .keywordElse, .interpolationClose, .interpolationEnd, .formatSpecification, .fatArrow:
      break
    case _:
      if !isAfterLineEnd && !startsStatement(kind) { skipElement() }
      errorIndex = index
    }
    return errorNode(start)
  }

  /// An identifier, or one of the words that mean something where an expression starts.
  private mutating func parseWord() -> NodeID {
    let start = self.start
    let next = peek()
    switch text[Int(start)] {
    case UInt8(ascii: "m"):
      if isWord("move"), !hasNewlineBefore(index + 1) {
        if next == .bar || next == .barBar {
          advance()
          return parseClosure(isMove: true, start)
        }
        if next == .identifier && !isWord("unless", index + 1) || next == .keywordSelf {
          advance()
          let operand = parseBinary(Precedence.unary)
          return add(Node(.move, main: start, lhs: operand.raw), from: start)
        }
      }
    case UInt8(ascii: "g"):
      if isWord("grant"), isWord("cap", index + 1) { return parseGrant() }
    case UInt8(ascii: "w"):
      if isWord("with_scratchpad"), startsScratchpad() { return parseScratchpad() }
    case UInt8(ascii: "a"):
      if isWord("asm"), next == .leftParen, isStringToken(peek(2)) { return parseAssembly() }
      if isWord("await"), let node = parseForeignPrefixWord() { return node }
    case UInt8(ascii: "n"):
      if isWord("nil") { return parseForeignNull() }
      if isWord("new"), let node = parseForeignPrefixWord() { return node }
    case UInt8(ascii: "N"):
      if isWord("None") || isWord("NULL") { return parseForeignNull() }
    case UInt8(ascii: "s"):
      if isWord("switch"), next == .identifier || isForeignSwitch() { return parseMatch() }
    case UInt8(ascii: "l"):
      if isWord("lambda"), next == .identifier { return parseForeignLambda() }
    case _: break
    }
    if next == .colon, peek(2) == .keywordFor || peek(2) == .keywordWhile {
      return parseLabelledLoop()
    }
    let symbol = name(index)
    advance()
    if kind == .less && isAdjacent(index) && isForeignGenericArguments {
      return parseForeignGenericArguments(symbol, start)
    }
    return add(Node(.name, main: start, lhs: symbol.raw), from: start)
  }

  func isStringToken(_ kind: TokenKind) -> Bool {
    kind == .string || kind == .multilineString
  }

  /// `nil`, `None` or `NULL` alone; a declared `None` is written `.None`.
  private mutating func parseForeignNull() -> NodeID {
    let start = self.start
    if peek() == .leftParen || peek() == .dot || peek() == .colon {
      let symbol = name(index)
      advance()
      return add(Node(.name, main: start, lhs: symbol.raw), from: start)
    }
    reportForeign(
      .foreign(
        "`\(tokenText(index))` is written `null`", tokenSpan(index), "write `null`",
        [.init(tokenSpan(index), "null")]))
    return single(.null)
  }

  /// At `<` stuck to a name: `Map<K, V>.new()`.
  private var isForeignGenericArguments: Bool {
    let isType = text[Int(starts[index - 1])] &- UInt8(ascii: "A") < 26
    var i = index + 1
    var nested = 1
    while i < lastIndex && i < index + 64 {
      switch kinds[i] {
      case .identifier:
        // `f<i64>(x)`: after a name of lower case only types tell it from a comparison.
        guard isType || looksLikeType(tokenText(i)) else { return false }
      case .comma, .dot, .leftBracket, .rightBracket, .question, .star: break
      case .less: nested += 1
      case .greater: nested -= 1
      case .greaterGreater: nested -= 2
      case _: return false
      }
      i += 1
      if nested <= 0 { return kinds[i] == .dot || kinds[i] == .leftParen }
    }
    return false
  }

  private mutating func parseForeignGenericArguments(_ symbol: Symbol, _ start: Int32) -> NodeID {
    let open = tokenSpan(index)
    let base = add(Node(.name, main: start, lhs: symbol.raw), from: start)
    let arguments = parseTypeArguments()
    let close = span(previousEnd - 1, previousEnd)
    reportForeign(
      .foreign(
        "type arguments in an expression stand in `[` `]`", open.joined(close), "use brackets",
        [.init(open, "["), .init(close, "]")]))
    return add(Node(.index, main: open.start, lhs: base.raw, rhs: arguments), from: start)
  }

  /// `(e)`, `(a, b)`, `()`.
  private mutating func parseParenthesized() -> NodeID {
    let start = self.start
    let open = index
    let mark = pending.count
    let hasComma = parseBracketed(.rightParen, ")") { parser in
      parser.pending.append(parser.parseExpression().raw)
      parser.reportNestedAssignment()
    }
    if pending.count == mark + 1 && !hasComma {
      let inner = NodeID(pending.removeLast())
      return parseForeignCast(inner, open) ?? inner
    }
    return add(Node(.tuple, main: start, lhs: finishList(mark)), from: start)
  }

  /// `(a = b)` and the like: an assignment has no value.
  private mutating func reportNestedAssignment() {
    guard kind == .equal else { return }
    report(.nestedAssignment(tokenSpan(index)))
    advance()
    _ = parseExpression()
    errorIndex = -1
  }

  /// `[a, b]`, `[v; n]`, `[]`.
  mutating func parseArrayLiteral() -> NodeID {
    let start = self.start
    let open = index
    advance()
    let saved = context
    context.remove([.linesEnd, .header, .arm])
    defer { context = saved }
    let mark = pending.count
    while kind != .rightBracket && kind != .endOfFile {
      let before = index
      pending.append(parseExpression().raw)
      if pending.count == mark + 1 && accept(.semicolon) {
        let count = parseExpression()
        closeGroup(.rightBracket, "]", open)
        let value = pending.removeLast()
        return add(Node(.arrayRepeat, main: start, lhs: value, rhs: count.raw), from: start)
      }
      if !continuesList(.rightBracket, "]") || index == before { break }
    }
    closeGroup(.rightBracket, "]", open)
    return add(Node(.arrayLiteral, main: start, lhs: finishList(mark)), from: start)
  }

  /// `.Name`, and `.Name { … }` through what follows.
  private mutating func parseImplicitMember() -> NodeID {
    let start = self.start
    advance()
    guard kind == .identifier || kind.isKeyword, !hasNewlineBefore(index) else {
      report(.expected("a variant name after `.`", found, tokenSpan(index)))
      return errorNode(start)
    }
    let main = self.start
    let symbol = name(index)
    advance()
    return add(Node(.implicitMember, main: main, lhs: symbol.raw), from: start)
  }

  // MARK: Leaving

  /// A jump out of a `defer` body.
  mutating func checkDeferred(_ word: String, isLoopJump: Bool = false) {
    guard context.contains(.deferred), !(isLoopJump && context.contains(.deferredLoop)) else {
      return
    }
    reportForeign(.jumpOutOfDefer(word, tokenSpan(index)))
  }

  /// A value follows `return`, `break`, … on the same line.
  private var hasOperand: Bool {
    switch kind {
    case .endOfFile, .rightParen, .rightBracket, .rightBrace, .comma, .semicolon,
      .keywordElse, .keywordWhen, .fatArrow, .interpolationClose, .formatSpecification,
      .keywordCatch, .keywordAnd, .keywordOr:
      false
    case .keywordEnd: isRememberedName && !isAfterLineEnd
    case .identifier: !isAfterLineEnd && !(isWord("unless") && startsPlainExpression(index + 1))
    case .leftBrace: !isAfterLineEnd && !context.contains(.header)
    case _: !isAfterLineEnd
    }
  }

  private mutating func parseReturn() -> NodeID {
    let start = self.start
    checkDeferred("return")
    advance()
    let value = hasOperand ? parseForeignTuple(parseExpression()) : NodeID.none
    return add(Node(.returnExpression, main: start, lhs: value.raw), from: start)
  }

  private mutating func parseFail() -> NodeID {
    let start = self.start
    checkDeferred("fail")
    advance()
    let value = parseExpression()
    return add(Node(.failExpression, main: start, lhs: value.raw), from: start)
  }

  private mutating func parseBreak() -> NodeID {
    let start = self.start
    checkDeferred("break", isLoopJump: true)
    advance()
    var label = Symbol.empty
    if kind == .identifier && hasOperand {
      label = name(index)
      advance()
    }
    let value = label == .empty && hasOperand ? parseExpression() : NodeID.none
    return add(Node(.breakExpression, main: start, lhs: label.raw, rhs: value.raw), from: start)
  }

  private mutating func parseContinue() -> NodeID {
    let start = self.start
    checkDeferred("continue", isLoopJump: true)
    advance()
    var label = Symbol.empty
    if kind == .identifier && hasOperand {
      label = name(index)
      advance()
    }
    return add(Node(.continueExpression, main: start, lhs: label.raw), from: start)
  }
}

extension Diagnostic {
  fileprivate static func expectedExpression(_ found: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(.expectedExpression, "expected an expression, found \(found)", at: span)
  }

  fileprivate static func nestedAssignment(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedToken, "an assignment is a statement and has no value", at: span,
      notes: ["to compare, write `==`"], fixes: [FixIt("compare", [.init(span, "==")])])
  }

  fileprivate static func jumpOutOfDefer(_ word: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .controlFlowInDefer, "`\(word)` cannot leave the body of a `defer`", at: span,
      notes: ["the body of a `defer` runs while its scope is being left"])
  }
}
