// Structs, their fields and destructors.
import Base
import Lexer

extension Parser {
  mutating func parseStruct(_ head: DeclarationHead) -> NodeID {
    advance()
    let start = self.start
    guard let word = expectName("the name of the struct") else {
      skipDeclaration()
      return errorNode(head.start)
    }
    let symbol = name(word)
    let nameEnd = previousEnd
    let generics = parseGenericParameters()
    if kind == .colon || kind == .leftParen || isInheritanceWord(index) {
      reportForeignInheritance()
    }
    let members = parseMembers("the struct", parent: currentUnit) { $0.parseStructMember() }
    return add(
      Node(
        .structure, main: start, lhs: declarationRecord(head, nameEnd: nameEnd, generics, members),
        rhs: symbol.raw, flags: head.flags),
      from: head.start)
  }

  /// `struct A: B` or `class A(B)`.
  private mutating func reportForeignInheritance() {
    report(
      .foreign(
        "a struct does not name its traits; write `impl Trait for Type`", tokenSpan(index), "", []))
    while kind != .leftBrace && kind != .keywordDo && kind != .endOfFile
      && !flags[index].contains(.newlineBefore)
    {
      advance()
    }
    errorIndex = -1
  }

  mutating func parseStructMember() -> NodeID {
    var head = parseHead()
    parseModifiers(&head)
    if kind.isKeyword && peek() == .colon { return parseField(head) }
    switch kind {
    case .keywordFunc, .keywordConst, .keywordStatic, .keywordType, .keywordStruct, .keywordEnum,
      .keywordImpl:
      return parseDeclaration(head)
    case .keywordLet, .keywordVar:
      reportForeign(
        .foreign(
          "a field is written `name: type`, without `\(tokenText(index))`", tokenSpan(index),
          "remove it", [.init(span(start, starts[min(index + 1, lastIndex)]), "")]))
      advance()
      return parseField(head)
    case .identifier:
      if isWord("destructor"), peek() == .leftParen { return parseDestructor(head) }
      if readForeignDeclaration() { return parseDeclaration(head) }
      if isWord("deinit"), peek() == .leftBrace {
        reportForeign(
          .foreign(
            "a destructor is written `destructor() { … }`", tokenSpan(index),
            "write `destructor()`",
            [.init(tokenSpan(index), "destructor()")]))
        return parseDestructor(head)
      }
      return parseField(head)
    case _: return parseField(head)
    }
  }

  /// `name: T = e`.
  mutating func parseField(_ head: DeclarationHead) -> NodeID {
    let start = self.start
    guard let word = expectFieldName() else { return errorNode(head.start) }
    let symbol = name(word)
    let nameEnd = previousEnd
    var type = NodeID.none
    if kind == .colon {
      advance()
      type = parseType()
    } else if kind == .identifier, !flags[index].contains(.newlineBefore) {
      return parseForeignField(head, word)
    } else {
      report(.expected("`:` and the type of the field", found, tokenSpan(index)))
      type = errorNode(self.start)
    }
    let value = accept(.equal) ? parseExpression() : NodeID.none
    return add(
      Node(
        .field, main: start, lhs: declarationRecord(head, nameEnd: nameEnd, type.raw, value.raw),
        rhs: symbol.raw, flags: head.flags),
      from: head.start)
  }

  /// A field may have a keyword's name: where it is used, a `.` or `:` tells them apart.
  private mutating func expectFieldName() -> Int? {
    guard kind.isKeyword && peek() == .colon else { return expectName("the name of a field") }
    advance()
    return index - 1
  }

  /// `int x` of C, at the second name.
  private mutating func parseForeignField(_ head: DeclarationHead, _ typeIndex: Int) -> NodeID {
    let place = span(starts[typeIndex], ends[index])
    if isBuiltinTypeName(tokenText(index)) { return parseFieldWithoutColon(head, typeIndex) }
    report(
      .foreign(
        "a field is written `name: type`", place, "swap them",
        [.init(place, "\(tokenText(index)): \(tokenText(typeIndex))")]))
    errorIndex = -1
    let typeName = name(typeIndex)
    let type = add(
      Node(.typeName, main: starts[typeIndex], lhs: typeName.raw), starts[typeIndex],
      ends[typeIndex])
    let start = self.start
    let symbol = name(index)
    advance()
    return add(
      Node(
        .field, main: start,
        lhs: declarationRecord(head, nameEnd: previousEnd, type.raw, NodeID.none.raw),
        rhs: symbol.raw, flags: head.flags),
      from: head.start)
  }

  /// `x int` of Go, at the type.
  private mutating func parseFieldWithoutColon(
    _ head: DeclarationHead, _ nameIndex: Int
  ) -> NodeID {
    let end = span(ends[nameIndex], ends[nameIndex])
    report(
      .foreign(
        "a field is written `name: type`", tokenSpan(index), "write `:`", [.init(end, ":")]))
    errorIndex = -1
    let type = parseType()
    let symbol = name(nameIndex)
    return add(
      Node(
        .field, main: starts[nameIndex],
        lhs: declarationRecord(
          head, nameEnd: ends[nameIndex], type.raw, NodeID.none.raw),
        rhs: symbol.raw, flags: head.flags),
      from: head.start)
  }

  /// `destructor() { … }`.
  mutating func parseDestructor(_ head: DeclarationHead) -> NodeID {
    let start = self.start
    let symbol = interner.intern("destructor")
    advance()
    let nameEnd = previousEnd
    if kind == .leftParen {
      let open = index
      advance()
      if kind != .rightParen {
        report(.destructorParameters(tokenSpan(index)))
        while kind != .rightParen && kind != .endOfFile && kind != .leftBrace { advance() }
        errorIndex = -1
      }
      closeGroup(.rightParen, ")", open)
    }
    let body = parseFunctionBody("the destructor")
    return add(
      Node(
        .destructor, main: start, lhs: declarationRecord(head, nameEnd: nameEnd, body.raw),
        rhs: symbol.raw, flags: head.flags),
      from: head.start)
  }
}

extension Diagnostic {
  fileprivate static func destructorParameters(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(.expectedToken, "a destructor has no parameters; its body uses `self`", at: span)
  }
}
