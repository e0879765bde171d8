// Lists in brackets: parameters, arguments, tuples, patterns of sequences, ...
//
// At the opening bracket. Inside, lines do not end statements and braces begin no body. An element
// that consumes nothing ends the list, so that no text makes the parser stand still.
import Base
import Lexer

extension Parser {
  /// Parses `(a, b)` and the like; `element` parses one element and appends it to `pending`. True
  /// when a comma followed an element: `(a,)` is a tuple, `(a)` is not.
  @discardableResult
  mutating func parseBracketed(
    _ close: TokenKind, _ spelling: StaticString, _ element: (inout Parser) -> Void
  ) -> Bool {
    let open = index
    advance()
    let saved = context
    context.remove([.linesEnd, .header, .arm])
    var hasComma = false
    while kind != close && kind != .endOfFile {
      let before = index
      element(&self)
      guard continuesList(close, spelling) else { break }
      hasComma = true
      if index == before { break }
    }
    context = saved
    closeGroup(close, spelling, open)
    return hasComma
  }
}
