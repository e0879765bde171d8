// Capabilities: declared, required, and named in grants.
import Base
import Lexer

extension Parser {
  /// `capability C { read: bool, … }`.
  mutating func parseCapability(_ head: DeclarationHead) -> NodeID {
    advance()
    let start = self.start
    guard let word = expectName("the name of the capability") else {
      skipDeclaration()
      return errorNode(head.start)
    }
    let symbol = name(word)
    let nameEnd = previousEnd
    let fields = parseMembers("the capability", parent: -1) {
      let head = $0.parseHead()
      return $0.parseField(head)
    }
    return add(
      Node(
        .capability, main: start, lhs: declarationRecord(head, nameEnd: nameEnd, fields),
        rhs: symbol.raw, flags: head.flags),
      from: head.start)
  }

  /// `cap C { … }` as a statement.
  mutating func parseCapabilityStatement() -> NodeID { parseCapabilityReference(start) }

  /// At `cap`: the capability and the fields asked for.
  mutating func parseCapabilityReference(_ start: Int32) -> NodeID {
    let main = self.start
    advance()
    let type = parseCapabilityName()
    let fields =
      kind == .leftBrace && !isAfterLineEndBrace && bracesAreFields
      ? parseFieldValues() : 0
    return add(Node(.requiresCapability, main: main, lhs: type.raw, rhs: fields), from: start)
  }

  private mutating func parseCapabilityName() -> NodeID {
    let start = self.start
    guard let word = expectName("the name of a capability") else { return errorNode(start) }
    let symbol = name(word)
    var type = add(Node(.typeName, main: start, lhs: symbol.raw), from: start)
    while kind == .dot && peek() == .identifier {
      advance()
      let main = self.start
      let member = name(index)
      advance()
      type = add(
        Node(.typeMember, main: main, lhs: type.raw, rhs: record(member.raw, 0)), from: start)
    }
    return type
  }

  private var isAfterLineEndBrace: Bool { flags[index].contains(.newlineBefore) }

  /// At `{` after a capability: its fields, or the body of a function or grant?
  private var bracesAreFields: Bool {
    switch peek() {
    case .identifier:
      return peek(2) == .colon && peek(3) != .keywordFor && peek(3) != .keywordWhile
    case .rightBrace:
      // `{}` and then another block.
      switch peek(2) {
      case .leftBrace, .keywordDo, .keywordAs, .arrow: return true
      case _: return isWord("requires", index + 2)
      }
    case _: return false
    }
  }
}
