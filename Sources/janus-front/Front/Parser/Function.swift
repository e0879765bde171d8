// Functions: their signatures, clauses and bodies.
import Base
import Lexer

extension Parser {
  /// At `func`, or a word of another language that stands for it.
  mutating func parseFunction(_ head: DeclarationHead) -> NodeID {
    var head = head
    advance()
    let start = self.start
    guard let word = expectName("the name of the function") else {
      skipDeclaration()
      return errorNode(head.start)
    }
    let symbol = name(word)
    let nameEnd = previousEnd
    let outer = context
    context = .linesEnd
    defer { context = outer }
    let generics = parseGenericParameters()
    var parameters: UInt32 = 0
    if kind == .leftParen {
      parameters = parseParameters(&head)
    } else {
      report(.expected("`(` after the name of the function", found, tokenSpan(index)))
    }
    let mark = pending.count
    parseClauses()
    skipForeignClause()
    let result = parseResult()
    parseClauses()
    skipForeignClause()
    let clauses = finishList(mark)
    let body =
      kind == .leftBrace || kind == .keywordDo || kind == .fatArrow || kind == .equal
      || kind == .colon
      ? parseFunctionBody("the function") : NodeID.none
    return add(
      Node(
        .function, main: start,
        lhs: declarationRecord(
          head, nameEnd: nameEnd, generics, parameters, result.raw, clauses, body.raw,
          head.abi.raw),
        rhs: symbol.raw, flags: head.flags),
      from: head.start)
  }

  /// `-> T`, or what other languages write for it.
  private mutating func parseResult() -> NodeID {
    if accept(.arrow) { return parseType() }
    return parseForeignResult() ?? .none
  }

  /// The block of a function, destructor or test.
  mutating func parseFunctionBody(_ owner: String) -> NodeID {
    let saved = context
    let savedIf = openIfIndentation
    context = .linesEnd
    openIfIndentation = -1
    defer {
      context = saved
      openIfIndentation = savedIf
    }
    if kind == .fatArrow || kind == .equal {
      // `func f() => e`
      report(.expressionBody(tokenSpan(index)))
      errorIndex = -1
      advance()
      let value = parseSimpleStatement()
      let mark = pending.count
      pending.append(value.raw)
      return add(Node(.block, main: startOf(value), lhs: finishList(mark)), from: startOf(value))
    }
    return parseBody(owner)
  }

  /// After a declaration whose name is missing: over its parameters and its body.
  mutating func skipDeclaration() {
    while kind != .leftBrace && kind != .keywordDo && kind != .endOfFile && kind != .rightBrace
      && kind != .keywordEnd
    {
      if kind == .leftParen || kind == .leftBracket {
        let after = indexAfterGroup(index)
        while index < after && kind != .endOfFile { advance() }
        continue
      }
      if flags[index].contains(.newlineBefore) && startsStatement(kind) { break }
      advance()
    }
    if kind == .leftBrace {
      let after = indexAfterGroup(index)
      while index < after && kind != .endOfFile { advance() }
    }
    errorIndex = -1
  }

  // MARK: Parameters

  private mutating func parseParameters(_ head: inout DeclarationHead) -> UInt32 {
    let mark = pending.count
    parseBracketed(.rightParen, ")") { parser in
      if parser.accept(.dotDotDot) {
        head.flags.insert(.variadic)
      } else {
        parser.pending.append(parser.parseParameter().raw)
      }
    }
    return finishList(mark)
  }

  private mutating func parseParameter() -> NodeID {
    let start = self.start
    if kind == .ampersand { return parseForeignSelf() }
    var mode = PassingMode.borrow
    if kind == .identifier, peek() == .identifier || peek() == .keywordSelf || peek() == .underscore
    {
      mode = parseMode()
    }
    if kind == .keywordSelf {
      advance()
      let type = accept(.colon) ? parseType() : NodeID.none
      return add(
        Node(.selfParameter, main: start, lhs: type.raw, operation: mode.rawValue), from: start)
    }
    let main = self.start
    let symbol: Symbol
    if kind == .underscore {
      symbol = name(index)
      advance()
    } else {
      guard let word = expectName("the name of a parameter") else {
        skipElement()
        return errorNode(start)
      }
      symbol = name(word)
    }
    let nameEnd = previousEnd
    if kind == .identifier && peek() != .colon && !flags[index].contains(.newlineBefore) {
      return parseForeignParameter(start, mode)
    }
    if kind == .colon && peek() == .keywordType {
      advance()
      advance()
      return add(Node(.typeParameter, main: main, lhs: symbol.raw), from: start)
    }
    var type = NodeID.none
    if expect(.colon, ":", "and the type of the parameter") {
      if kind == .identifier, isWord("inout") || isWord("owned"), startsParameterType(index + 1) {
        mode = parseForeignMode(start)
      }
      type = parseType()
    } else {
      type = errorNode(self.start)
    }
    let value = accept(.equal) ? parseExpression() : NodeID.none
    return add(
      Node(
        .parameter, main: main, lhs: symbol.raw,
        rhs: record(type.raw, value.raw, UInt32(bitPattern: nameEnd)), operation: mode.rawValue),
      from: start)
  }

  private func startsParameterType(_ at: Int) -> Bool {
    switch kinds[min(at, lastIndex)] {
    case .identifier, .leftBracket, .question, .star, .keywordSelfType, .keywordFunc: true
    case _: false
    }
  }

  /// `x: inout T` of Swift.
  private mutating func parseForeignMode(_ start: Int32) -> PassingMode {
    let word = tokenText(index)
    let mode: PassingMode = isWord("inout") ? .inout : .owned
    reportForeign(
      .foreign(
        "`\(word)` stands before the name of the parameter", tokenSpan(index),
        "write it before the name",
        [
          .init(span(start, start), word + " "),
          .init(span(self.start, starts[index + 1]), ""),
        ]))
    advance()
    return mode
  }

  /// `int x` of C, at the second name.
  private mutating func parseForeignParameter(_ start: Int32, _ mode: PassingMode) -> NodeID {
    let type = tokenText(index - 1)
    if looksLikeType(tokenText(index)), !looksLikeType(type) {
      return parseParameterWithoutColon(start, mode)
    }
    let typeName = name(index - 1)
    let typeNode = add(Node(.typeName, main: start, lhs: typeName.raw), start, previousEnd)
    let symbol = name(index)
    let main = self.start
    report(
      .foreign(
        "a parameter is written `name: type`", span(start, ends[index]), "swap them",
        [.init(span(start, ends[index]), "\(tokenText(index)): \(type)")]))
    errorIndex = -1
    advance()
    return add(
      Node(
        .parameter, main: main, lhs: symbol.raw,
        rhs: record(typeNode.raw, NodeID.none.raw, UInt32(bitPattern: previousEnd)),
        operation: mode.rawValue),
      from: start)
  }

  /// `x int` of Go: only the colon is missing.
  private mutating func parseParameterWithoutColon(
    _ start: Int32, _ mode: PassingMode
  ) -> NodeID {
    let symbol = name(index - 1)
    let main = starts[index - 1]
    report(
      .foreign(
        "a parameter is written `name: type`", tokenSpan(index), "write `:`",
        [.init(span(ends[index - 1], ends[index - 1]), ":")]))
    errorIndex = -1
    let type = parseType()
    return add(
      Node(
        .parameter, main: main, lhs: symbol.raw,
        rhs: record(type.raw, NodeID.none.raw, UInt32(bitPattern: previousEnd)),
        operation: mode.rawValue),
      from: start)
  }

  func looksLikeType(_ word: String) -> Bool {
    if word.utf8.first.map({ $0 >= 0x41 && $0 <= 0x5A }) ?? false { return true }
    return isBuiltinTypeName(word)
  }

  func isBuiltinTypeName(_ word: String) -> Bool {
    [
      "bool", "char", "string", "int", "void", "never", "isize", "usize", "f32", "f64", "i8", "i16",
      "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128",
    ].contains(word)
  }

  /// `&self`, `&mut self` of Rust.
  private mutating func parseForeignSelf() -> NodeID {
    let start = self.start
    let ampersand = index
    advance()
    let isMutable = isWord("mut")
    if isMutable { advance() }
    guard kind == .keywordSelf else {
      report(.expected("the name of a parameter", "`&`", tokenSpan(ampersand)))
      skipElement()
      return errorNode(start)
    }
    let written = isMutable ? "inout self" : "self"
    reportForeign(
      .foreign(
        "the receiver is written `\(written)`", span(start, ends[index]), "write `\(written)`",
        [.init(span(start, ends[index]), written)]))
    advance()
    let mode: PassingMode = isMutable ? .inout : .borrow
    return add(
      Node(.selfParameter, main: start, lhs: NodeID.none.raw, operation: mode.rawValue), from: start
    )
  }

  // MARK: Clauses

  /// `requires …` and `ensures …` of a signature, appended to `pending`.
  mutating func parseClauses() {
    while kind == .identifier, isWord("requires") || isWord("ensures") {
      pending.append(parseClause().raw)
    }
  }

  /// One clause, in a signature or as a statement.
  mutating func parseClause() -> NodeID {
    let start = self.start
    let isEnsures = isWord("ensures")
    advance()
    if !isEnsures, isWord("cap"), peek() == .identifier { return parseCapabilityReference(start) }
    let saved = context
    // In a signature the body's brace follows.
    context.insert(.header)
    let condition = parseExpression()
    context = saved
    return add(
      Node(isEnsures ? .ensures : .requiresCondition, main: start, lhs: condition.raw), from: start)
  }
}

extension Diagnostic {
  fileprivate static func expressionBody(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "the body of a function is a block", at: span,
      notes: ["write `{ value }`: the last expression is the result"])
  }
}
