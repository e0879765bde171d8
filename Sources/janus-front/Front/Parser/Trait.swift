// Traits.
import Base
import Lexer

extension Parser {
  mutating func parseTrait(_ head: DeclarationHead) -> NodeID {
    advance()
    let start = self.start
    guard let word = expectName("the name of the trait") else {
      skipDeclaration()
      return errorNode(head.start)
    }
    let symbol = name(word)
    let nameEnd = previousEnd
    let generics = parseGenericParameters()
    let supertraits = kind == .colon ? parseBounds() : 0
    let members = parseMembers("the trait", parent: currentUnit) { $0.parseTraitMember() }
    return add(
      Node(
        .trait, main: start,
        lhs: declarationRecord(head, nameEnd: nameEnd, generics, supertraits, members),
        rhs: symbol.raw, flags: head.flags),
      from: head.start)
  }

  /// A function with or without a body, a constant or a type; also the members of an `impl`.
  mutating func parseTraitMember() -> NodeID {
    var head = parseHead()
    parseModifiers(&head)
    switch kind {
    case .keywordFunc, .keywordConst, .keywordStatic, .keywordType: return parseDeclaration(head)
    case .identifier:
      if isWord("destructor"), peek() == .leftParen { return parseDestructor(head) }
      if peek() == .identifier, isWord("fn") || isWord("def") || isWord("function") {
        return parseDeclaration(head)
      }
    case _: break
    }
    report(.expectedMember(found, tokenSpan(index)))
    let node = errorNode(head.start)
    if kind != .rightBrace && kind != .keywordEnd { skipStatement() }
    return node
  }
}

extension Diagnostic {
  fileprivate static func expectedMember(_ found: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(.expectedDeclaration, "expected `func`, `const` or `type`, found \(found)", at: span)
  }
}
