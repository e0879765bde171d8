// `impl` blocks.
import Base
import Lexer

extension Parser {
  /// `impl[T] Trait for Type { … }`, `impl Type { … }`.
  mutating func parseImplementation(_ head: DeclarationHead) -> NodeID {
    let start = self.start
    advance()
    // `impl []T` and `impl [4]u8` are for slices and arrays: their brackets declare nothing.
    let startsType = kind == .leftBracket && (peek() == .rightBracket || peek() == .integer)
    let generics = startsType ? 0 : parseGenericParameters()
    var trait = NodeID.none
    var target = parseType()
    if accept(.keywordFor) {
      trait = target
      target = parseType()
    }
    let members = parseMembers("the `impl`", parent: currentUnit) { $0.parseTraitMember() }
    return add(
      Node(
        .implementation, main: start,
        lhs: declarationRecord(
          head, nameEnd: start, generics, trait.raw, target.raw, members),
        flags: head.flags),
      from: head.start)
  }
}
