// Patterns: of `match`, `let`, `for` and closures.
import Base
import Lexer

extension Parser {
  /// A pattern with alternatives: `a | b`.
  mutating func parsePattern() -> NodeID {
    let start = self.start
    let mode = parseMode()
    let first = parseSinglePattern(mode)
    guard kind == .bar else { return first }
    let mark = pending.count
    pending.append(first.raw)
    while accept(.bar) { pending.append(parseSinglePattern(parseMode()).raw) }
    return add(Node(.alternativePattern, main: start, lhs: finishList(mark)), from: start)
  }

  /// A pattern without `|`. Names in it are bound as `mode` says.
  mutating func parseSinglePattern(_ mode: PassingMode) -> NodeID {
    let start = self.start
    guard enter() else {
      leave()
      return errorNode(start)
    }
    defer { leave() }
    switch kind {
    case .underscore:
      advance()
      return add(Node(.wildcardPattern, main: start), from: start)
    case .identifier: return parseNamePattern(mode)
    case .dot: return parseVariantPattern(.none, start, mode)
    case .leftParen: return parseTuplePattern(mode)
    case .leftBracket: return parseSequencePattern(mode)
    case .keywordLet, .keywordVar:
      reportForeign(
        .foreign(
          "a name in a pattern is bound without `\(tokenText(index))`", tokenSpan(index),
          "remove it", [.init(span(start, starts[min(index + 1, lastIndex)]), "")]))
      advance()
      return parseSinglePattern(mode)
    case .keywordSelfType:
      advance()
      let type = add(Node(.selfTypeValue, main: start), from: start)
      return parseConstructorPattern(type, start, mode)
    case .integer, .float, .character, .byte, .string, .multilineString, .cString, .minus,
      .keywordTrue, .keywordFalse, .keywordNull, .dotDot, .dotDotLess, .dotDotEqual:
      return parseLiteralPattern()
    case _:
      if kind.isKeyword, !isAfterLineEnd, let word = expectKeywordPattern() {
        let symbol = name(word)
        return add(
          Node(.bindingPattern, main: start, lhs: symbol.raw, operation: mode.rawValue), from: start
        )
      }
      report(.expectedPattern(found, tokenSpan(index)))
      return recoverPattern()
    }
  }

  /// A keyword where a new name stands, when what follows is what follows a name.
  private mutating func expectKeywordPattern() -> Int? {
    switch peek() {
    case .equal, .colon, .comma, .rightParen, .keywordIn, .bar: expectName("a name")
    case _: nil
    }
  }

  private mutating func recoverPattern() -> NodeID {
    let start = self.start
    switch kind {
    case .fatArrow, .equal, .keywordIn, .comma, .rightParen, .rightBrace, .bar, .colon, .endOfFile,
      .keywordEnd, .rightBracket, .leftBrace, .keywordDo:
      break
    case _:
      if !isAfterLineEnd || kind == .interpolationStart { advance() }
      errorIndex = index
    }
    return errorNode(start)
  }

  /// A binding, a constant, a range of constants, or the type before a variant.
  private mutating func parseNamePattern(_ mode: PassingMode) -> NodeID {
    let start = self.start
    let next = peek()
    let isOnLine = !hasNewlineBefore(index + 1)
    if isWord("nil") || isWord("None") && next != .leftParen || isWord("NULL") {
      reportForeign(
        .foreign(
          "`\(tokenText(index))` is written `null`", tokenSpan(index), "write `null`",
          [.init(tokenSpan(index), "null")]))
      let null = single(.null)
      return add(Node(.literalPattern, main: start, lhs: null.raw), from: start)
    }
    let symbol = name(index)
    if isOnLine {
      switch next {
      case .dot where isRangeOperator(peek(3)): return parseLiteralPattern()
      case .dot, .leftParen, .leftBracket:
        advance()
        let type = add(Node(.name, main: start, lhs: symbol.raw), from: start)
        return parseConstructorPattern(type, start, mode)
      case .leftBrace where text[Int(start)] &- UInt8(ascii: "A") < 26 || startsFieldPatterns:
        advance()
        let type = add(Node(.name, main: start, lhs: symbol.raw), from: start)
        return parseConstructorPattern(type, start, mode)
      case _ where isRangeOperator(next): return parseLiteralPattern()
      case _: break
      }
    }
    advance()
    let binding = add(
      Node(.bindingPattern, main: start, lhs: symbol.raw, operation: mode.rawValue), from: start)
    guard kind == .at, !hasNewlineBefore(index) else { return binding }
    let main = self.start
    advance()
    if isRestPattern { return parseForeignRest(symbol, mode, start) }
    let inner = parseSinglePattern(mode)
    return add(Node(.namedPattern, main: main, lhs: binding.raw, rhs: inner.raw), from: start)
  }

  private func isRangeOperator(_ kind: TokenKind) -> Bool {
    switch kind {
    case .dotDot, .dotDotLess, .dotDotEqual, .dotDotDot: true
    case _: false
    }
  }

  /// At a name: `name { a, …` or `name { a: …`.
  private var startsFieldPatterns: Bool {
    peek(2) == .identifier && (peek(3) == .colon || peek(3) == .comma)
  }

  /// After the first word of a type: `.Variant(…)`, `(…)`, `{ … }`.
  private mutating func parseConstructorPattern(
    _ first: NodeID, _ start: Int32, _ mode: PassingMode
  ) -> NodeID {
    var type = first
    if kind == .leftParen {
      // `Some(x)`: a variant written without its dot.
      let name = Symbol(raw: tree[type].lhs)
      return finishConstructor(
        .none, tree.kind(type) == .name ? name : .empty, start, start, mode)
    }
    if kind == .leftBracket {
      let main = self.start
      let arguments = parseTypeArguments()
      type = add(Node(.index, main: main, lhs: type.raw, rhs: arguments), from: start)
    }
    while kind == .dot {
      if peek(2) != .dot { return parseVariantPattern(type, start, mode) }
      advance()
      let main = self.start
      guard let word = expectName("a name after `.`") else { break }
      let symbol = name(word)
      type = add(Node(.member, main: main, lhs: type.raw, rhs: symbol.raw), from: start)
    }
    if kind == .leftBrace {
      return finishConstructor(type, .empty, start, start, mode)
    }
    report(.expected("`.` and a variant, or `{`", found, tokenSpan(index)))
    return errorNode(start)
  }

  /// At the `.` before a variant.
  private mutating func parseVariantPattern(
    _ type: NodeID, _ start: Int32, _ mode: PassingMode
  ) -> NodeID {
    advance()
    guard kind == .identifier || kind.isKeyword, !hasNewlineBefore(index) else {
      report(.expected("a variant name after `.`", found, tokenSpan(index)))
      return errorNode(start)
    }
    let main = self.start
    // `geo.Point { x, y }`: a struct of a module.
    let variant = name(index)
    advance()
    return finishConstructor(type, variant, start, main, mode)
  }

  private mutating func finishConstructor(
    _ type: NodeID, _ variant: Symbol, _ start: Int32, _ main: Int32, _ mode: PassingMode
  ) -> NodeID {
    var payload = VariantPayload.none
    var list: UInt32 = 0
    var flags: NodeFlags = []
    if kind == .leftParen && !hasNewlineBefore(index) {
      payload = .tuple
      (list, flags) = parsePatternList(.rightParen, ")", mode)
    } else if kind == .leftBrace && !hasNewlineBefore(index) && bracesArePattern {
      payload = .record
      (list, flags) = parsePatternList(.rightBrace, "}", mode)
    }
    return add(
      Node(
        .constructorPattern, main: main, lhs: record(type.raw, variant.raw, list),
        operation: payload.rawValue, flags: flags),
      from: start)
  }

  /// At `{`: fields of a pattern, not the body of a `for` or an arm without `=>`.
  private var bracesArePattern: Bool {
    switch peek() {
    case .rightBrace, .dotDot: true
    case .identifier:
      peek(2) == .comma || peek(2) == .colon || peek(2) == .rightBrace
        || (isWord("inout", index + 1) && peek(2) == .identifier)
        || (isWord("owned", index + 1) && peek(2) == .identifier)
    case _: peek().isKeyword && peek(2) == .colon
    }
  }

  private mutating func parsePatternList(
    _ close: TokenKind, _ spelling: StaticString, _ mode: PassingMode
  ) -> (UInt32, NodeFlags) {
    let open = index
    advance()
    let saved = context
    context.remove([.linesEnd, .header, .arm])
    let mark = pending.count
    var flags: NodeFlags = []
    while kind != close && kind != .endOfFile {
      let before = index
      if kind == .dotDot && (peek() == close || peek() == .comma) {
        flags = .rest
        advance()
      } else if close == .rightBrace {
        pending.append(parseFieldPattern(mode).raw)
        if kind == .identifier && flags != .rest && self.flags[index].contains(.newlineBefore) {
          continue
        }
      } else {
        pending.append(parseElementPattern(mode).raw)
      }
      if !continuesList(close, spelling) || index == before { break }
    }
    context = saved
    closeGroup(close, spelling, open)
    return (finishList(mark), flags)
  }

  /// An element of a tuple or sequence, with alternatives; `inherited` holds for its names.
  mutating func parseElementPattern(_ inherited: PassingMode) -> NodeID {
    let start = self.start
    func own(_ parser: inout Parser) -> PassingMode {
      let mode = parser.parseMode()
      return mode == .borrow ? inherited : mode
    }
    let first = parseSinglePattern(own(&self))
    guard kind == .bar else { return first }
    let mark = pending.count
    pending.append(first.raw)
    while accept(.bar) { pending.append(parseSinglePattern(own(&self)).raw) }
    return add(Node(.alternativePattern, main: start, lhs: finishList(mark)), from: start)
  }

  /// `a`, `inout a`, `a: p`.
  private mutating func parseFieldPattern(_ inherited: PassingMode) -> NodeID {
    let start = self.start
    var mode = parseMode()
    if mode == .borrow { mode = inherited }
    guard kind == .identifier || (kind.isKeyword && peek() == .colon) else {
      report(.expected("a field name", found, tokenSpan(index)))
      skipElement()
      return errorNode(start)
    }
    let main = self.start
    let symbol = name(index)
    advance()
    let pattern: NodeID
    if accept(.colon) {
      pattern = parseElementPattern(mode)
    } else {
      pattern = add(
        Node(.bindingPattern, main: main, lhs: symbol.raw, operation: mode.rawValue), from: main)
    }
    return add(
      Node(.fieldPattern, main: main, lhs: symbol.raw, rhs: pattern.raw), from: start)
  }

  private mutating func parseTuplePattern(_ mode: PassingMode) -> NodeID {
    let start = self.start
    let mark = pending.count
    let hasComma = parseBracketed(.rightParen, ")") { parser in
      parser.pending.append(parser.parseElementPattern(mode).raw)
    }
    if pending.count == mark + 1 && !hasComma { return NodeID(pending.removeLast()) }
    return add(Node(.tuplePattern, main: start, lhs: finishList(mark)), from: start)
  }

  /// A literal, or a range of literals or constants.
  private mutating func parseLiteralPattern() -> NodeID {
    let start = self.start
    var lower = NodeID.none
    if kind != .dotDot && kind != .dotDotLess && kind != .dotDotEqual {
      lower = parseBinary(Precedence.additive)
    }
    switch kind {
    case .dotDot, .dotDotLess, .dotDotEqual, .dotDotDot:
      let main = self.start
      if kind == .dotDotDot {
        reportForeign(
          .foreign(
            "an inclusive range is written `..=`", tokenSpan(index), "write `..=`",
            [.init(tokenSpan(index), "..=")]))
      }
      let operation: RangeOperator = kind == .dotDotLess ? .halfOpen : .inclusive
      advance()
      var upper = NodeID.none
      switch kind {
      case .integer, .float, .character, .byte, .minus, .identifier, .leftParen:
        upper = parseBinary(Precedence.additive)
      case _:
        if lower.isNone {
          report(.expectedPattern("a range without ends", tokenSpan(index - 1)))
        }
      }
      return add(
        Node(
          .rangePattern, main: main, lhs: lower.raw, rhs: upper.raw, operation: operation.rawValue),
        from: start)
    case _:
      return add(Node(.literalPattern, main: start, lhs: lower.raw), from: start)
    }
  }
}

extension Diagnostic {
  fileprivate static func expectedPattern(_ found: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(.expectedPattern, "expected a pattern, found \(found)", at: span)
  }
}
