// Statements and declarations as other languages write them, where more than the first word tells.
import Base
import Lexer

extension Parser {
  /// At an identifier that is followed, on its line, by what cannot follow a name.
  mutating func parseForeignStatement() -> NodeID? {
    if readForeignDeclaration() { return parseDeclaration() }
    if skipForeignModifier() { return parseStatement() }
    if isForeignFunctionHead {
      // `fucn f() {` is no function that returns a `fucn`.
      if !looksLikeType(tokenText(index)), readMistypedKeyword() { return parseDeclaration() }
      return parseForeignFunction()
    }
    if let foreign = foreignWord(among: ForeignWord.statements), goesOn(foreign) {
      report(foreign)
      guard let keyword = foreign.keyword else {
        advance()
        return parseStatement()
      }
      read(as: keyword)
      return parseStatement()
    }
    if isWord("guard") { return parseForeignGuard() }
    if isWord("from"), peek() == .identifier { return parseForeignFromImport() }
    if isWord("package") || isWord("namespace") || isWord("module") || isWord("mod") {
      if let node = skipForeignModule() { return node }
    }
    if readMistypedKeyword() { return parseStatement() }
    if isForeignPrint { return parseForeignPrint() }
    if peek() == .identifier, !isWord("move") { return parseForeignVariable() }
    return nil
  }

  private func goesOn(_ foreign: ForeignWord) -> Bool {
    switch foreign.keyword {
    case .keywordLet, .keywordVar:
      peek() == .identifier && (peek(2) == .equal || peek(2) == .colon)
    case .keywordFor: peek() == .identifier && (peek(2) == .keywordIn || peek(2) == .comma)
    case _: startsPlainExpression(index + 1) || peek() == .dot
    }
  }

  // MARK: Variables

  /// `int x = 5`, `String s;`.
  private mutating func parseForeignVariable() -> NodeID? {
    let hasValue = peek(2) == .equal
    guard hasValue || looksLikeType(tokenText(index)) && isStatementEnd(index + 2) else {
      return nil
    }
    let start = self.start
    let type = tokenText(index)
    let place = span(start, ends[index + 1])
    reportForeign(
      .foreign(
        "a variable is declared with `let` or `var`, its type after the name", place,
        "write `var`", [.init(place, "var \(tokenText(index + 1)): \(type)")]))
    let typeName = name(index)
    let typeNode = add(Node(.typeName, main: start, lhs: typeName.raw), start, ends[index])
    advance()
    let symbol = name(index)
    let pattern = add(
      Node(.bindingPattern, main: self.start, lhs: symbol.raw), self.start, ends[index])
    advance()
    let value = accept(.equal) ? parseExpression() : NodeID.none
    return add(
      Node(
        .local, main: start, lhs: record(pattern.raw, typeNode.raw, value.raw, 0),
        flags: .mutable),
      from: start)
  }

  /// `var x int` of Go, at the type.
  mutating func acceptForeignType(after pattern: NodeID) -> Bool {
    guard kind == .identifier, !isAfterLineEnd, tree.kind(pattern) == .bindingPattern,
      !isWord("unless"), peek() == .equal || isStatementEnd(index + 1)
    else { return false }
    let end = span(previousEnd, previousEnd)
    reportForeign(
      .foreign(
        "the type of a variable follows `:`", tokenSpan(index), "write `:`", [.init(end, ":")]))
    return true
  }

  /// `let a, b = pair`, at the comma: the pattern of all names.
  mutating func parseForeignTuplePattern(_ first: NodeID) -> NodeID {
    guard kind == .comma, !isAfterLineEnd, context.contains(.linesEnd),
      peek() == .identifier || peek() == .underscore, peek(2) == .equal || peek(2) == .comma
    else { return first }
    let start = startOf(first)
    let comma = tokenSpan(index)
    let mark = pending.count
    pending.append(first.raw)
    while accept(.comma) { pending.append(parsePattern().raw) }
    let end = previousEnd
    reportForeign(
      .foreign(
        "several names are declared in parentheses", comma, "write parentheses",
        [.init(span(start, start), "("), .init(span(end, end), ")")]))
    return add(Node(.tuplePattern, main: start, lhs: finishList(mark)), from: start)
  }

  /// `return a, b`, at the comma: the tuple.
  mutating func parseForeignTuple(_ first: NodeID) -> NodeID {
    guard kind == .comma, !isAfterLineEnd, context.contains(.linesEnd), !context.contains(.arm)
    else { return first }
    let start = startOf(first)
    let comma = tokenSpan(index)
    let mark = pending.count
    pending.append(first.raw)
    while accept(.comma) { pending.append(parseExpression().raw) }
    let end = previousEnd
    reportForeign(
      .foreign(
        "several results are returned as a tuple", comma, "write parentheses",
        [.init(span(start, start), "("), .init(span(end, end), ")")]))
    return add(Node(.tuple, main: start, lhs: finishList(mark)), from: start)
  }

  // MARK: Functions

  /// `int main() {`: two names, parentheses, a brace.
  private var isForeignFunctionHead: Bool {
    mutating get {
      guard peek() == .identifier, peek(2) == .leftParen, isAdjacent(index + 2) else {
        return false
      }
      return kinds[indexAfterGroup(index + 2)] == .leftBrace
    }
  }

  private mutating func parseForeignFunction() -> NodeID {
    let start = self.start
    // The result of `main` is a status of 32 bits.
    let type = tokenText(index) == "int" && isWord("main", index + 1) ? "i32" : tokenText(index)
    let close = ends[indexAfterGroup(index + 2) - 1]
    var edits = [FixIt.Edit(tokenSpan(index), "func")]
    if type != "void" {
      edits.append(.init(span(close, close), " -> \(type)"))
      let typeName = interner.intern(type)
      foreignResult = add(Node(.typeName, main: start, lhs: typeName.raw), start, ends[index])
    }
    reportForeign(
      .foreign(
        "a function is declared with `func`, its result after `->`", span(start, ends[index + 1]),
        "write `func`", edits))
    return parseFunction(DeclarationHead(start: start, attributes: 0))
  }

  /// `func (p P) Get() …` of Go, which is no function value.
  var isForeignMethod: Bool {
    mutating get {
      guard kind == .keywordFunc, peek() == .leftParen else { return false }
      let after = indexAfterGroup(index + 1)
      return kinds[after] == .identifier && kinds[min(after + 1, lastIndex)] == .leftParen
    }
  }

  mutating func skipForeignMethod() -> NodeID {
    let start = self.start
    let receiver = span(starts[index + 1], ends[indexAfterGroup(index + 1) - 1])
    reportForeign(
      .foreign("a method stands in its type, or in `impl T { … }`", receiver, "", []))
    skipDeclaration()
    return errorNode(start)
  }

  /// The result of a function as other languages write it: `: T`, `=> T`, `T`, `!void`; also what
  /// stands around it, `throws` and `where`. Nil when there is nothing of the kind.
  mutating func parseForeignResult() -> NodeID? {
    if foreignResult.exists {
      defer { foreignResult = .none }
      return foreignResult
    }
    var spelling: String?
    switch kind {
    case .colon where !hasNewlineBefore(index + 1): spelling = " ->"
    case .fatArrow where peek() == .identifier && peek(2) == .leftBrace: spelling = "->"
    case .bang where peek() == .identifier:
      reportForeign(
        .foreign(
          "a result that may be an error is written `-> T ! E`", tokenSpan(index), "", []))
      advance()
      return parseType()
    case .identifier where !isAfterLineEnd && peek() == .leftBrace:
      let place = span(start, start)
      reportForeign(
        .foreign(
          "the result type follows `->`", tokenSpan(index), "write `->`", [.init(place, "-> ")]))
      return parseType()
    case _: break
    }
    guard let spelling else { return nil }
    reportForeign(
      .foreign(
        "the result type follows `->`", tokenSpan(index), "write `->`",
        [.init(tokenSpan(index), spelling)]))
    advance()
    return parseType()
  }

  /// `throws` and `where …` in a signature.
  mutating func skipForeignClause() {
    if isWord("throws") || isWord("rethrows") {
      reportForeign(
        .foreign(
          "an error is a part of the result: `-> T ! E`", tokenSpan(index), "", []))
      advance()
    }
    if isWord("where"), !isAfterLineEnd {
      reportForeign(
        .foreign(
          "a bound stands with the generic parameter: `[T: Ord]`", tokenSpan(index), "", []))
      while kind != .leftBrace && kind != .keywordDo && kind != .endOfFile {
        if kind == .semicolon { break }
        advance()
      }
    }
  }

  /// `type P struct {` of Go, after the name: true when it is read as `struct P {`.
  mutating func acceptForeignTypeDeclaration(_ word: SourceSpan) -> Bool {
    guard kind == .keywordStruct, peek() == .leftBrace else { return false }
    reportForeign(
      .foreign(
        "a struct is declared with `struct` before its name", tokenSpan(index), "write `struct`",
        [.init(word, "struct"), .init(span(start, starts[index + 1]), "")]))
    advance()
    return true
  }

  // MARK: Modules

  /// `package main`, `namespace x {`, `mod x;`; nil when it is something else.
  private mutating func skipForeignModule() -> NodeID? {
    guard peek() == .identifier, isStatementEnd(index + 2) || peek(2) == .dot else { return nil }
    let start = self.start
    let line = tokenSpan(index)
    advance()
    while kind == .identifier || kind == .dot { advance() }
    let fix = kind == .leftBrace ? [] : [FixIt.Edit(span(start, previousEnd), "")]
    reportForeign(
      .foreign(
        "a file is a module, named by its path; a package is named in `package.toml`", line,
        "remove it", fix))
    return errorNode(start)
  }

  /// `from a import b, c` of Python.
  private mutating func parseForeignFromImport() -> NodeID? {
    var at = index + 1
    while kinds[at] == .identifier || kinds[at] == .dot { at += 1 }
    guard kinds[at] == .keywordImport, at < lastIndex, !hasNewlineBefore(at) else { return nil }
    let start = self.start
    let path = String(
      decoding: UnsafeBufferPointer(
        start: text + Int(starts[index + 1]), count: Int(ends[at - 1] - starts[index + 1])),
      as: UTF8.self)
    let word = tokenSpan(index)
    while index <= at { advance() }
    var names: [String] = []
    while kind == .identifier || kind == .comma || kind == .star, !isAfterLineEnd {
      if kind == .identifier { names.append(tokenText(index)) }
      advance()
    }
    let place = span(start, previousEnd)
    let edits =
      names.isEmpty || previousEnd < self.start && !isAfterLineEnd && kind != .endOfFile
      ? [] : [FixIt.Edit(place, "import \(path).{\(names.joined(separator: ", "))}")]
    reportForeign(
      .foreign("names are imported with `import module.{a, b}`", word, "write `import`", edits))
    return errorNode(start)
  }

  // MARK: Statements

  /// `guard c else { … }` of Swift: its condition and body are parsed and forgotten.
  private mutating func parseForeignGuard() -> NodeID? {
    guard startsPlainExpression(index + 1) || peek() == .keywordLet || peek() == .keywordVar else {
      return nil
    }
    let start = self.start
    let word = tokenSpan(index)
    let isBinding = peek() == .keywordLet || peek() == .keywordVar
    reportForeign(
      .foreign(
        isBinding
          ? "there is no `guard let`: write `if let x = e { … }`, or `match`"
          : "`guard c else { … }` is written `if not c { … }`", word, "", []))
    advance()
    let pattern: NodeID?
    if isBinding {
      advance()
      pattern = parsePattern()
      _ = accept(.equal)
    } else {
      pattern = nil
    }
    let saved = context
    context.insert([.header, .linesEnd])
    let value = parseExpression()
    context = saved
    if accept(.keywordElse), kind == .leftBrace || kind == .keywordDo { _ = parseBlock() }
    guard let pattern else { return errorNode(start) }
    // The names are declared, so that their uses are not reported too; their type is unknown.
    _ = value
    let unknown = errorNode(start)
    return add(
      Node(.local, main: start, lhs: record(pattern.raw, NodeID.none.raw, unknown.raw, 0)),
      from: start)
  }

  /// `print "a"`: a call without parentheses.
  private var isForeignPrint: Bool {
    guard isStringToken(peek()) || peek() == .interpolationStart else { return false }
    return isWord("print") || isWord("println") || isWord("echo") || isWord("puts")
  }

  private mutating func parseForeignPrint() -> NodeID {
    let start = self.start
    let word = tokenSpan(index)
    let symbol = interner.intern("print")
    let callee = add(Node(.name, main: start, lhs: symbol.raw), start, ends[index])
    advance()
    let mark = pending.count
    let first = self.start
    repeat { pending.append(parseExpression().raw) } while accept(.comma)
    let end = previousEnd
    reportForeign(
      .foreign(
        "the arguments of a call stand in parentheses", word, "write parentheses",
        [.init(span(start, first), "print("), .init(span(end, end), ")")]))
    return add(
      Node(.call, main: start, lhs: callee.raw, rhs: finishList(mark)), from: start)
  }

  /// `try { … } catch (e) { … }`, `try: … except E: …`.
  mutating func parseForeignTry() -> NodeID {
    reportForeign(
      .foreign(
        "an error is handled where it comes from: `f() catch err { … }`", tokenSpan(index), "",
        []))
    advance()
    let body = parseBody("`try`")
    while kind == .keywordCatch || isWord("except") || isWord("finally") {
      while kind != .leftBrace && kind != .keywordDo && kind != .endOfFile
        && !(kind == .colon && hasNewlineBefore(index + 1))
      {
        advance()
        if flags[index].contains(.newlineBefore) { break }
      }
      // The handler's error has no declaration here, so the handler is parsed and forgotten.
      _ = parseBody("`catch`")
    }
    return body
  }

  /// `do { … } while c`: true at the `do`.
  var isForeignDoWhile: Bool {
    mutating get {
      guard kind == .keywordDo, peek() == .leftBrace, !hasNewlineBefore(index + 1) else {
        return false
      }
      let after = indexAfterGroup(index + 1)
      return kinds[after] == .keywordWhile && !hasNewlineBefore(after)
    }
  }

  mutating func parseForeignDoWhile() -> NodeID {
    reportForeign(
      .foreign(
        "a loop tests before each round: `while true { …; break when not c }`", tokenSpan(index),
        "", []))
    // The lexer took the `do` for one that an `end` closes.
    blockBalance -= 1
    advance()
    let body = parseBlock()
    advance()
    _ = parseExpression()
    return body
  }

  /// After a statement, at `if` on the same line: `x() if c`, `a if c else b` of Python.
  mutating func parseForeignPostfixIf() {
    let word = tokenSpan(index)
    advance()
    _ = parseExpression()
    if accept(.keywordElse) {
      _ = parseExpression()
      reportForeign(
        .foreign("`a if c else b` is written `if c { a } else { b }`", word, "", []))
    } else {
      reportForeign(
        .foreign(
          "a condition after a statement follows `when`", word, "write `when`",
          [.init(word, "when")]))
    }
  }

  // MARK: Bodies by indentation

  /// `:` and lines that stand further right, as in Python.
  mutating func parseIndentedBody() -> NodeID {
    let start = self.start
    guard enter() else {
      leave()
      return errorNode(start)
    }
    defer { leave() }
    let header = indentation(start)
    reportForeign(
      .foreign(
        "a body is `{ … }` or `do … end`, not what is indented", tokenSpan(index), "", []))
    advance()
    let saved = enterBlock()
    let mark = pending.count
    while !isBlockEnd && indentation(self.start) > header {
      let before = index
      flags[index].insert(.startsStatement)
      pending.append(parseStatement().raw)
      finishStatement(before)
    }
    leaveBlock(saved)
    return add(Node(.block, main: start, lhs: finishList(mark)), from: start)
  }
}
