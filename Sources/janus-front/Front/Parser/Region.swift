// Regions: `with_scratchpad`, and `using` for one value.
import Base
import Lexer

extension Parser {
  /// At the word: `with_scratchpad |s|` or `with_scratchpad(n) |s|`.
  mutating func startsScratchpad() -> Bool {
    if peek() == .bar { return true }
    guard peek() == .leftParen else { return false }
    return kinds[indexAfterGroup(index + 1)] == .bar
  }

  mutating func parseScratchpad() -> NodeID {
    let start = self.start
    advance()
    var capacity = NodeID.none
    if kind == .leftParen {
      let open = index
      advance()
      capacity = parseNestedExpression()
      closeGroup(.rightParen, ")", open)
    }
    advance()
    let nameStart = self.start
    var symbol = Symbol.empty
    if kind == .underscore {
      advance()
    } else if let word = expectName("a name for the scratchpad") {
      symbol = name(word)
    }
    expect(.bar, "|", "after the name of the scratchpad")
    let body = parseBody("`with_scratchpad`")
    return add(
      Node(
        .scratchpad, main: start,
        lhs: record(capacity.raw, symbol.raw, UInt32(bitPattern: nameStart), body.raw)),
      from: start)
  }

  /// `using f: T = e do … end`.
  mutating func parseUsing() -> NodeID {
    let start = self.start
    advance()
    let main = self.start
    var symbol = Symbol.empty
    if kind == .underscore {
      advance()
    } else if let word = expectName("a name for the value") {
      symbol = name(word)
    }
    let type = accept(.colon) ? parseType() : NodeID.none
    var value = NodeID.none
    if expect(.equal, "=", "and the value") {
      value = parseHeader()
    } else {
      value = errorNode(self.start)
    }
    let body = parseBody("`using`")
    return add(
      Node(.using, main: main, lhs: record(symbol.raw, type.raw, value.raw, body.raw)), from: start)
  }
}
