// Enums, errors and their variants.
import Base
import Lexer

extension Parser {
  /// At `enum` or `error`.
  mutating func parseEnum(_ head: DeclarationHead, isError: Bool) -> NodeID {
    var head = head
    if isError { head.flags.insert(.errorType) }
    advance()
    let start = self.start
    guard let word = expectName("the name of the \(isError ? "error" : "enum")") else {
      skipDeclaration()
      return errorNode(head.start)
    }
    let symbol = name(word)
    let nameEnd = previousEnd
    let generics = parseGenericParameters()
    let backing = accept(.colon) ? parseType() : NodeID.none
    let members = parseMembers("the enum", parent: currentUnit) { $0.parseEnumMember() }
    return add(
      Node(
        .enumeration, main: start,
        lhs: declarationRecord(head, nameEnd: nameEnd, generics, backing.raw, members),
        rhs: symbol.raw, flags: head.flags),
      from: head.start)
  }

  private mutating func parseEnumMember() -> NodeID {
    var head = parseHead()
    parseModifiers(&head)
    switch kind {
    case .keywordFunc, .keywordConst, .keywordStatic, .keywordType: return parseDeclaration(head)
    case .identifier:
      if isWord("case"), peek() == .identifier {
        reportForeign(
          .foreign(
            "a variant is written without `case`", tokenSpan(index), "remove it",
            [.init(span(start, starts[index + 1]), "")]))
        advance()
      }
      return parseVariant(head)
    case _: return parseVariant(head)
    }
  }

  /// `A`, `A(T, U)`, `A { x: T }`, `A = e`.
  private mutating func parseVariant(_ head: DeclarationHead) -> NodeID {
    let start = self.start
    guard let word = expectName("the name of a variant") else { return errorNode(head.start) }
    let symbol = name(word)
    let nameEnd = previousEnd
    var payload = VariantPayload.none
    var list: UInt32 = 0
    if kind == .leftParen && !isAfterLineEnd {
      payload = .tuple
      list = parseVariantTypes(&payload)
    } else if kind == .leftBrace && !isAfterLineEnd {
      payload = .record
      list = parseMembers("the variant", parent: -1) {
        let head = $0.parseHead()
        return $0.parseField(head)
      }
    }
    let value = accept(.equal) ? parseExpression() : NodeID.none
    return add(
      Node(
        .variant, main: start, lhs: declarationRecord(head, nameEnd: nameEnd, list, value.raw),
        rhs: symbol.raw, operation: payload.rawValue, flags: head.flags),
      from: head.start)
  }

  private mutating func parseVariantTypes(_ payload: inout VariantPayload) -> UInt32 {
    let mark = pending.count
    parseBracketed(.rightParen, ")") { parser in
      parser.skipLabel()
      parser.pending.append(parser.parseType().raw)
    }
    return finishList(mark)
  }

  /// `name:` before the type of a part.
  private mutating func skipLabel() {
    guard kind == .identifier && peek() == .colon && peek(2) != .colon else { return }
    report(.labelledPayload(tokenText(index), tokenSpan(index)))
    errorIndex = -1
    advance()
    advance()
  }
}

extension Diagnostic {
  fileprivate static func labelledPayload(_ name: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "the parts of a variant in parentheses have no names", at: span,
      notes: ["a variant with named parts is written `Variant { \(name): T }`"])
  }
}
