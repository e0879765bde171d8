// Patterns for the elements of arrays, slices and lists: `[]`, `[x]`, `[first, ..rest, last]`.
import Base
import Lexer

extension Parser {
  /// At `[`.
  mutating func parseSequencePattern(_ mode: PassingMode) -> NodeID {
    let start = self.start
    let mark = pending.count
    var hasRest = false
    parseBracketed(.rightBracket, "]") { parser in
      guard parser.isRestPattern else {
        return parser.pending.append(parser.parseElementPattern(mode).raw)
      }
      if hasRest { parser.report(.secondRest(parser.tokenSpan(parser.index))) }
      hasRest = true
      parser.pending.append(parser.parseRestPattern(mode).raw)
    }
    return add(Node(.sequencePattern, main: start, lhs: finishList(mark)), from: start)
  }

  /// At `..` that no bound follows: `..`, `..name`, `..inout name`, and `...` of other languages.
  var isRestPattern: Bool {
    guard kind == .dotDot || kind == .dotDotDot else { return false }
    switch peek() {
    case .comma, .rightBracket, .identifier, .underscore: return true
    case _: return false
    }
  }

  /// After `name @`, at `..`.
  mutating func parseForeignRest(
    _ symbol: Symbol, _ mode: PassingMode, _ start: Int32
  ) -> NodeID {
    let whole = span(start, ends[index])
    reportForeign(
      .foreign(
        "the elements between are named by `..name`", whole, "write the name behind `..`",
        [.init(whole, "..\(self.interner.text(symbol))")]))
    advance()
    return add(
      Node(.restPattern, main: start, lhs: symbol.raw, operation: mode.rawValue), from: start)
  }

  private mutating func parseRestPattern(_ inherited: PassingMode) -> NodeID {
    let start = self.start
    if kind == .dotDotDot {
      reportForeign(
        .foreign(
          "the elements between are written `..`", tokenSpan(index), "write `..`",
          [.init(tokenSpan(index), "..")]))
    }
    advance()
    var mode = parseMode()
    if mode == .borrow { mode = inherited }
    var symbol = Symbol.empty
    if kind == .identifier {
      symbol = name(index)
      advance()
    } else if kind == .underscore {
      advance()
    }
    return add(
      Node(.restPattern, main: start, lhs: symbol.raw, operation: mode.rawValue), from: start)
  }
}

extension Diagnostic {
  fileprivate static func secondRest(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedPattern, "`..` stands twice in one sequence pattern", at: span,
      notes: ["the elements that the other names take are counted from both ends"])
  }
}
