// `impl` blocks.
import Base
import Lexer

extension Parser {
  /// `impl[T] Trait for Type { … }`, `impl Type { … }`.
  mutating func parseImplementation(_ head: DeclarationHead) -> NodeID {
    let start = self.start
    advance()
    let generics = parseGenericParameters()
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
