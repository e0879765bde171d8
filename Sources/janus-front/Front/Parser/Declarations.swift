// Declarations: what comes before them, which one it is, and the record they share.
import Base
import Lexer

/// What stands before a declaration's own word.
struct DeclarationHead {
  /// Start of the first attribute or modifier.
  var start: Int32
  /// List of `.attribute`.
  var attributes: UInt32
  var documentation = ByteSpan(0, 0)
  var flags: NodeFlags = []
  /// `export "C"` or `extern "C"`.
  var abi = Symbol.empty
}

extension Parser {
  /// A declaration with its attributes and modifiers.
  mutating func parseDeclaration() -> NodeID {
    var head = parseHead()
    parseModifiers(&head)
    return parseDeclaration(head)
  }

  /// Documentation and attributes.
  mutating func parseHead() -> DeclarationHead {
    let documentation = takeDocumentation()
    let start = self.start
    let mark = pending.count
    while kind == .at { pending.append(parseAttribute().raw) }
    var head = DeclarationHead(start: start, attributes: finishList(mark))
    head.documentation = documentation
    // The comment may also stand between the attributes and the declaration.
    if documentation.isEmpty { head.documentation = takeDocumentation() }
    return head
  }

  mutating func parseModifiers(_ head: inout DeclarationHead) {
    while true {
      switch kind {
      case .keywordPub:
        advance()
        head.flags.insert(.public)
      case .keywordExport, .keywordExtern:
        let isExport = kind == .keywordExport
        head.flags.insert(isExport ? .exported : .external)
        advance()
        if kind == .string {
          head.abi = decodeStringToken()
          advance()
        } else if isExport, startsMember(index) {
          reportForeign(
            .foreign(
              "what other modules see is marked `pub`", tokenSpan(index - 1), "write `pub`",
              [.init(tokenSpan(index - 1), "pub")]))
          head.flags.remove(.exported)
          head.flags.insert(.public)
        } else if isExport {
          report(.expected("`\"C\"` after `export`", found, tokenSpan(index)))
          errorIndex = -1
        }
      case .identifier:
        if isWord("private"), startsMember(index + 1) {
          advance()
          head.flags.insert(.private)
        } else if isWord("public"), startsMember(index + 1) {
          if let foreign = foreignWord(among: ForeignWord.modifiers) { report(foreign) }
          advance()
          head.flags.insert(.public)
        } else if skipForeignModifier() {
          continue
        } else if isWord("shared"), peek() == .keywordStruct {
          advance()
          head.flags.insert(.shared)
        } else {
          return
        }
      case _: return
      }
    }
  }

  /// A name or a declaring word, on the same line.
  private func startsMember(_ at: Int) -> Bool {
    guard !hasNewlineBefore(at) else { return false }
    switch kinds[min(at, lastIndex)] {
    case .identifier, .keywordFunc, .keywordStruct, .keywordEnum, .keywordTrait, .keywordConst,
      .keywordStatic, .keywordType, .keywordLet, .keywordVar:
      return true
    case _: return false
    }
  }

  /// After the head: the declaration itself.
  mutating func parseDeclaration(_ head: DeclarationHead) -> NodeID {
    switch kind {
    case .keywordFunc: return parseFunction(head)
    case .keywordStruct: return parseStruct(head)
    case .keywordEnum: return parseEnum(head, isError: false)
    case .keywordTrait: return parseTrait(head)
    case .keywordImpl: return parseImplementation(head)
    case .keywordType: return parseTypeAlias(head)
    case .keywordConst: return parseConstant(head)
    case .keywordStatic: return parseConstant(head)
    case .keywordTest: return parseTest(head)
    case .keywordImport, .keywordUse: return parseImport(head)
    case .keywordLet, .keywordVar: return parseLocal(head.attributes, head.start)
    case .leftBrace where peek() == .dot: return parseProfilePragma(head)
    case .identifier: return parseWordDeclaration(head)
    case _:
      report(.expectedDeclaration(found, tokenSpan(index)))
      let node = errorNode(start)
      if !isBlockEnd { skipStatement() }
      return node
    }
  }

  private mutating func parseWordDeclaration(_ head: DeclarationHead) -> NodeID {
    if isWord("error") { return parseEnum(head, isError: true) }
    if isWord("capability") { return parseCapability(head) }
    if isWord("profile") { return parseProfile(head) }
    if isWord("destructor") { return parseDestructor(head) }
    if readForeignDeclaration() || readMistypedKeyword() { return parseDeclaration(head) }
    report(.expectedDeclaration(found, tokenSpan(index)))
    let node = errorNode(start)
    skipStatement()
    return node
  }

  // MARK: Shared parts

  /// Starts a declaration's record: the four words every one has. Further words follow directly.
  mutating func declarationRecord(
    _ head: DeclarationHead, nameEnd: Int32, _ words: UInt32...
  ) -> UInt32 {
    let at = UInt32(truncatingIfNeeded: tree.extra.count)
    tree.extra.append(head.attributes)
    tree.extra.append(UInt32(bitPattern: head.documentation.start))
    tree.extra.append(UInt32(bitPattern: head.documentation.end))
    tree.extra.append(UInt32(bitPattern: nameEnd))
    for word in words { tree.extra.append(word) }
    return at
  }

  /// The documentation comment before the current token.
  mutating func takeDocumentation() -> ByteSpan {
    let comments = buffer.documentation
    while documentationCursor < comments.count && comments[documentationCursor].token < index {
      documentationCursor += 1
    }
    guard documentationCursor < comments.count, comments[documentationCursor].token == index else {
      return ByteSpan(0, 0)
    }
    return ByteSpan(comments[documentationCursor].start, comments[documentationCursor].end)
  }

  /// `[T, U: Ord + Eq]`, or nothing.
  mutating func parseGenericParameters() -> UInt32 {
    let isAngle = kind == .less
    guard kind == .leftBracket || isAngle else { return 0 }
    let open = index
    let openSpan = tokenSpan(index)
    let close: TokenKind = isAngle ? .greater : .rightBracket
    advance()
    let saved = context
    context.remove([.linesEnd, .header, .arm])
    let mark = pending.count
    while kind != close && kind != .endOfFile {
      let before = index
      pending.append(parseGenericParameter().raw)
      if !continuesList(close, isAngle ? ">" : "]") || index == before { break }
    }
    context = saved
    if isAngle {
      reportForeign(
        .foreign(
          "generic parameters are declared in `[` `]`", openSpan.joined(tokenSpan(index)),
          "use brackets", [.init(openSpan, "["), .init(tokenSpan(index), "]")]))
    }
    closeGroup(close, isAngle ? ">" : "]", open)
    return finishList(mark)
  }

  private mutating func parseGenericParameter() -> NodeID {
    let start = self.start
    guard let word = expectName("the name of a generic parameter") else {
      skipElement()
      return errorNode(start)
    }
    let symbol = name(word)
    let bounds = kind == .colon ? parseBounds() : 0
    return add(Node(.genericParameter, main: start, lhs: symbol.raw, rhs: bounds), from: start)
  }

  /// `: Ord + Eq`: a list of types.
  mutating func parseBounds() -> UInt32 {
    advance()
    let mark = pending.count
    repeat { pending.append(parseType().raw) } while accept(.plus)
    return finishList(mark)
  }

  /// `{ member … }` or `do member … end`, separated by lines, commas or `;`. Returns a list.
  mutating func parseMembers(
    _ owner: String, parent: Int, _ member: (inout Parser) -> NodeID
  ) -> UInt32 {
    guard kind == .leftBrace || kind == .keywordDo else {
      report(
        .expected("`{` after the header of \(owner)", found, tokenSpan(index)))
      return 0
    }
    guard enter() else {
      leave()
      return 0
    }
    defer { leave() }
    let open = index
    let isDo = kind == .keywordDo
    advance()
    let saved = enterBlock()
    let mark = pending.count
    while true {
      while kind == .comma || kind == .semicolon { advance() }
      if kind == .rightBrace || kind == .endOfFile || startsOuterMember { break }
      // `end: T` is a field.
      if kind == .keywordEnd && peek() != .colon { break }
      let before = index
      flags[index].insert(.startsStatement)
      let unit = beginUnit(parent)
      let node = member(&self)
      endUnit(unit, node, before)
      pending.append(node.raw)
      finishMember(before)
      if index == before {
        // `end: T` where no field may stand.
        advance()
        if !flags[index].contains(.newlineBefore) { skipMember() }
      }
    }
    let members = finishList(mark)
    leaveBlock(saved)
    closeBlock(open, isDo: isDo)
    return members
  }

  /// Like `startsOuterDeclaration`, but a function at the start of a line may be a member.
  private var startsOuterMember: Bool {
    kind != .keywordFunc && kind != .keywordPub && startsOuterDeclaration
  }

  private mutating func finishMember(_ before: Int) {
    switch kind {
    case .comma, .semicolon, .rightBrace, .keywordEnd, .endOfFile: return
    case _: break
    }
    if index > before && flags[index].contains(.newlineBefore) { return }
    // A member that ends in a block needs no separator.
    if index > before && (kinds[index - 1] == .rightBrace || kinds[index - 1] == .keywordEnd) {
      return
    }
    report(.expected("a line break or `,` after the member", found, tokenSpan(index)))
    let stuck = index
    skipMember()
    if index == stuck && index == before { advance() }
  }

  /// To a comma, a new line or the end of the body.
  private mutating func skipMember() {
    let first = index
    var nested = 0
    while kind != .endOfFile {
      if nested == 0 && index > first && flags[index].contains(.newlineBefore) { break }
      switch kind {
      case .leftBrace, .leftParen, .leftBracket, .keywordDo: nested += 1
      case .rightBrace, .rightParen, .rightBracket, .keywordEnd:
        if nested == 0 && (kind == .rightBrace || kind == .keywordEnd) {
          errorIndex = -1
          return
        }
        nested = max(0, nested - 1)
      case .comma, .semicolon:
        if nested == 0 {
          errorIndex = -1
          return
        }
      case _: break
      }
      advance()
    }
    errorIndex = -1
  }

  // MARK: Small declarations

  /// `const A: T = e`, `static mut a: T = e`.
  mutating func parseConstant(_ head: DeclarationHead) -> NodeID {
    var head = head
    let isStatic = kind == .keywordStatic
    if isStatic, peek() == .keywordFunc { return parseForeignStaticFunction(head) }
    advance()
    if isStatic, isWord("mut"), peek() == .identifier {
      head.flags.insert(.mutable)
      advance()
    }
    let start = self.start
    guard let word = expectName("the name of the \(isStatic ? "static" : "constant")") else {
      skipStatement()
      return errorNode(head.start)
    }
    let symbol = name(word)
    let nameEnd = previousEnd
    let type = accept(.colon) ? parseType() : NodeID.none
    var value = NodeID.none
    if accept(.equal) {
      value = parseExpression()
    } else if !head.flags.contains(.external) {
      report(.expected("`=` and a value", found, tokenSpan(index)))
      value = errorNode(self.start)
    }
    return add(
      Node(
        isStatic ? .staticVariable : .constant, main: start,
        lhs: declarationRecord(head, nameEnd: nameEnd, type.raw, value.raw), rhs: symbol.raw,
        flags: head.flags),
      from: head.start)
  }

  /// `static func f()` in a type.
  private mutating func parseForeignStaticFunction(_ head: DeclarationHead) -> NodeID {
    reportForeign(
      .foreign(
        "a function without `self` belongs to its type; it is not marked", tokenSpan(index),
        "remove `static`", [.init(span(start, starts[index + 1]), "")]))
    advance()
    return parseFunction(head)
  }

  /// `type A[T] = B`.
  mutating func parseTypeAlias(_ head: DeclarationHead) -> NodeID {
    let keyword = tokenSpan(index)
    advance()
    let start = self.start
    guard let word = expectName("the name of the type") else {
      skipStatement()
      return errorNode(head.start)
    }
    let symbol = name(word)
    let nameEnd = previousEnd
    let generics = parseGenericParameters()
    if acceptForeignTypeDeclaration(keyword) {
      let members = parseMembers("the struct", parent: currentUnit) { $0.parseStructMember() }
      return add(
        Node(
          .structure, main: start,
          lhs: declarationRecord(head, nameEnd: nameEnd, generics, members), rhs: symbol.raw,
          flags: head.flags),
        from: head.start)
    }
    let type = accept(.equal) ? parseType() : NodeID.none
    return add(
      Node(
        .typeAlias, main: start,
        lhs: declarationRecord(head, nameEnd: nameEnd, generics, type.raw), rhs: symbol.raw,
        flags: head.flags),
      from: head.start)
  }

  /// `test "name" { … }`.
  private mutating func parseTest(_ head: DeclarationHead) -> NodeID {
    advance()
    let start = self.start
    var symbol = Symbol.empty
    if kind == .string {
      symbol = decodeStringToken()
      advance()
    } else {
      report(.expected("the name of the test in quotes", found, tokenSpan(index)))
      if kind == .identifier { advance() }
      errorIndex = -1
    }
    let nameEnd = previousEnd
    let body = parseFunctionBody("the test")
    return add(
      Node(
        .test, main: start, lhs: declarationRecord(head, nameEnd: nameEnd, body.raw),
        rhs: symbol.raw, flags: head.flags),
      from: head.start)
  }

  /// `profile :core`.
  private mutating func parseProfile(_ head: DeclarationHead) -> NodeID {
    advance()
    if !accept(.colon) {
      report(
        .foreign(
          "a profile's name starts with `:`", tokenSpan(index), "write `:`",
          [.init(span(start, start), ":")]))
      errorIndex = -1
    }
    return finishProfile(head)
  }

  /// `{.profile: core.}`.
  private mutating func parseProfilePragma(_ head: DeclarationHead) -> NodeID {
    let open = index
    advance()
    advance()
    guard isWord("profile") else {
      report(.expected("`profile` after `{.`", found, tokenSpan(index)))
      let end = indexAfterGroup(open)
      while index < end && kind != .endOfFile { advance() }
      return errorNode(head.start)
    }
    advance()
    expect(.colon, ":", "after `profile`")
    _ = accept(.colon)
    let node = finishProfile(head)
    expect(.dot, ".", "before the closing brace")
    closeGroup(.rightBrace, "}", open)
    return node
  }

  private mutating func finishProfile(_ head: DeclarationHead) -> NodeID {
    let start = self.start
    guard let word = expectName("the name of a profile") else { return errorNode(head.start) }
    let symbol = name(word)
    return add(
      Node(
        .profile, main: start, lhs: declarationRecord(head, nameEnd: previousEnd), rhs: symbol.raw),
      from: head.start)
  }
}

extension Diagnostic {
  fileprivate static func expectedDeclaration(_ found: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(.expectedDeclaration, "expected a declaration, found \(found)", at: span)
  }
}
