// `grant`: a block that holds capabilities.
import Base
import Lexer

extension Parser {
  /// `grant cap C { … }, cap D as g do … end`.
  mutating func parseGrant() -> NodeID {
    let start = self.start
    advance()
    let mark = pending.count
    repeat {
      guard isWord("cap") else {
        report(.expected("`cap` and a capability", found, tokenSpan(index)))
        break
      }
      pending.append(parseCapabilityReference(self.start).raw)
    } while accept(.comma)
    let capabilities = finishList(mark)
    var symbol = Symbol.empty
    var nameStart = self.start
    if accept(.keywordAs) {
      nameStart = self.start
      if let word = expectName("a name for the grant") { symbol = name(word) }
    }
    let body = parseBody("`grant`")
    return add(
      Node(
        .grant, main: start,
        lhs: record(capabilities, symbol.raw, UInt32(bitPattern: nameStart), body.raw)),
      from: start)
  }
}
