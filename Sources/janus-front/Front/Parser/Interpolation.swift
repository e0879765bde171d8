// Interpolated strings: `$"…{expr:spec}…"`.
import Base
import Lexer

extension Parser {
  mutating func parseInterpolatedString() -> NodeID {
    let start = self.start
    let opening = index
    let isMultiline = ends[index] - starts[index] > 2
    advance()
    var indentation: Int?
    if isMultiline { indentation = closingIndentation(Int(starts[interpolationEnd(opening)])) }
    let mark = pending.count
    var isFirst = true
    while kind != .interpolationEnd && kind != .endOfFile {
      switch kind {
      case .interpolationText:
        let isLast = peek() == .interpolationEnd
        pending.append(parseInterpolationText(indentation, isFirst: isFirst, isLast: isLast).raw)
      case .interpolationOpen: pending.append(parseInterpolationPart().raw)
      case _: advance()
      }
      isFirst = false
    }
    if kind == .interpolationEnd { advance() }
    return add(Node(.interpolatedString, main: start, lhs: finishList(mark)), from: start)
  }

  /// The token that ends the string opened at `open`.
  private func interpolationEnd(_ open: Int) -> Int {
    var nested = 0
    var i = open
    while i < lastIndex {
      if kinds[i] == .interpolationStart { nested += 1 }
      if kinds[i] == .interpolationEnd {
        nested -= 1
        if nested == 0 { return i }
      }
      i += 1
    }
    return lastIndex
  }

  private mutating func parseInterpolationText(
    _ indentation: Int?, isFirst: Bool, isLast: Bool
  ) -> NodeID {
    let start = self.start
    let symbol: Symbol
    if indentation == nil && !flags[index].contains(.hasEscape) {
      symbol = interner.intern(buffer.bytes(index))
    } else {
      symbol = decodeText(
        Int(start), Int(ends[index]), indentation, isFirst: isFirst, isLast: isLast,
        isInterpolated: true)
    }
    advance()
    return add(Node(.string, main: start, lhs: symbol.raw), from: start)
  }

  private mutating func parseInterpolationPart() -> NodeID {
    let start = self.start
    let open = index
    advance()
    if kind == .interpolationClose || kind == .formatSpecification {
      report(.emptyBraces(span(start, ends[index])))
      if kind == .formatSpecification { advance() }
      if kind == .interpolationClose { advance() }
      return errorNode(start)
    }
    let value = parseNestedExpression()
    var specification = Symbol.empty
    if kind == .formatSpecification {
      let bytes = buffer.bytes(index)
      specification = interner.intern(UnsafeBufferPointer(rebasing: bytes.dropFirst()))
      advance()
    }
    if kind != .interpolationClose && kind != .interpolationEnd {
      report(.expected("`}` after the expression in braces", found, tokenSpan(index)))
      skipInterpolation(open)
    }
    _ = accept(.interpolationClose)
    return add(
      Node(.interpolation, main: start, lhs: value.raw, rhs: specification.raw), from: start)
  }

  /// To the token that closes these braces or ends the string.
  private mutating func skipInterpolation(_ open: Int) {
    var nested = 0
    while kind != .endOfFile {
      switch kind {
      case .interpolationStart: nested += 1
      case .interpolationEnd:
        if nested == 0 { return }
        nested -= 1
      case .interpolationClose where nested == 0: return
      case _: break
      }
      advance()
    }
  }
}

extension Diagnostic {
  fileprivate static func emptyBraces(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedExpression, "expected an expression in the braces of an interpolated string",
      at: span, notes: ["plain braces in the text are written `{{` and `}}`"])
  }
}
