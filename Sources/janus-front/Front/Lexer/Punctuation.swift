// Operators, brackets, and the characters that start comments and strings.
import Base

extension Lexer {
  @inline(__always)
  private mutating func one(_ kind: TokenKind, _ i: Int) -> Int {
    emit(kind, i, i &+ 1)
    return i &+ 1
  }

  @inline(__always)
  private mutating func two(_ kind: TokenKind, _ i: Int) -> Int {
    emit(kind, i, i &+ 2)
    return i &+ 2
  }

  @inline(__always)
  private mutating func three(_ kind: TokenKind, _ i: Int) -> Int {
    emit(kind, i, i &+ 3)
    return i &+ 3
  }

  mutating func lexPunctuation(_ i: Int, _ byte: UInt8) -> Int {
    let next = text[i &+ 1]
    switch byte {
    case UInt8(ascii: "("): return open(.leftParen, i)
    case UInt8(ascii: ")"): return close(.rightParen, i)
    case UInt8(ascii: "["): return open(.leftBracket, i)
    case UInt8(ascii: "]"): return close(.rightBracket, i)
    case UInt8(ascii: "{"):
      blockBalance &+= 1
      return open(.leftBrace, i)
    case UInt8(ascii: "}"):
      if let last = interpolations.last, last.depth == 0 { return closeInterpolation(i) }
      blockBalance &-= 1
      return close(.rightBrace, i)
    case UInt8(ascii: ","): return one(.comma, i)
    case UInt8(ascii: ";"): return one(.semicolon, i)
    case UInt8(ascii: ":"):
      if let last = interpolations.last, last.depth == 0 { return lexFormatSpecification(i) }
      return next == UInt8(ascii: "=") ? two(.colonEqual, i) : one(.colon, i)
    case UInt8(ascii: "."): return lexDot(i, next)
    case UInt8(ascii: "@"): return one(.at, i)
    case UInt8(ascii: "~"): return one(.tilde, i)
    case UInt8(ascii: "\""): return lexString(i, quote: i, isC: false)
    case UInt8(ascii: "'"): return lexCharacter(i, quote: i, isByte: false)
    case UInt8(ascii: "$"):
      if next == UInt8(ascii: "\"") { return startInterpolation(i, quote: i &+ 1) }
      return lexOther(i)
    case UInt8(ascii: "/"):
      if next == UInt8(ascii: "/") { return skipLineComment(i) }
      if next == UInt8(ascii: "*") { return skipBlockComment(i) }
      return next == UInt8(ascii: "=") ? two(.slashEqual, i) : one(.slash, i)
    case UInt8(ascii: "#"): return skipHashComment(i)
    case _: return lexOperator(i, byte, next)
    }
  }

  private mutating func lexOperator(_ i: Int, _ byte: UInt8, _ next: UInt8) -> Int {
    let isEqual = next == UInt8(ascii: "=")
    switch byte {
    case UInt8(ascii: "="):
      if isEqual { return two(.equalEqual, i) }
      return next == UInt8(ascii: ">") ? two(.fatArrow, i) : one(.equal, i)
    case UInt8(ascii: "!"): return isEqual ? two(.bangEqual, i) : one(.bang, i)
    case UInt8(ascii: "<"):
      if next == byte {
        return text[i &+ 2] == UInt8(ascii: "=") ? three(.lessLessEqual, i) : two(.lessLess, i)
      }
      return isEqual ? two(.lessEqual, i) : one(.less, i)
    case UInt8(ascii: ">"):
      if next == byte {
        return text[i &+ 2] == UInt8(ascii: "=")
          ? three(.greaterGreaterEqual, i) : two(.greaterGreater, i)
      }
      return isEqual ? two(.greaterEqual, i) : one(.greater, i)
    case UInt8(ascii: "+"):
      if isEqual { return two(.plusEqual, i) }
      if next == UInt8(ascii: "%") { return two(.plusPercent, i) }
      if next == UInt8(ascii: "|") { return two(.plusBar, i) }
      return next == byte ? two(.plusPlus, i) : one(.plus, i)
    case UInt8(ascii: "-"):
      if isEqual { return two(.minusEqual, i) }
      if next == UInt8(ascii: ">") { return two(.arrow, i) }
      if next == UInt8(ascii: "%") { return two(.minusPercent, i) }
      if next == UInt8(ascii: "|") { return two(.minusBar, i) }
      return one(.minus, i)
    case UInt8(ascii: "*"):
      if isEqual { return two(.starEqual, i) }
      if next == UInt8(ascii: "%") { return two(.starPercent, i) }
      return next == byte ? two(.starStar, i) : one(.star, i)
    case UInt8(ascii: "%"): return isEqual ? two(.percentEqual, i) : one(.percent, i)
    case UInt8(ascii: "&"):
      if isEqual { return two(.ampersandEqual, i) }
      return next == byte ? two(.ampersandAmpersand, i) : one(.ampersand, i)
    case UInt8(ascii: "|"):
      if isEqual { return two(.barEqual, i) }
      if next == UInt8(ascii: ">") { return two(.barGreater, i) }
      return next == byte ? two(.barBar, i) : one(.bar, i)
    case UInt8(ascii: "^"): return isEqual ? two(.caretEqual, i) : one(.caret, i)
    case UInt8(ascii: "?"):
      if next == byte { return two(.questionQuestion, i) }
      // `x?..n` is `x?` and a range.
      return next == UInt8(ascii: ".") && text[i &+ 2] != UInt8(ascii: ".")
        ? two(.questionDot, i) : one(.question, i)
    case _: return lexOther(i)
    }
  }

  private mutating func lexDot(_ i: Int, _ next: UInt8) -> Int {
    if next == UInt8(ascii: "*") { return two(.dotStar, i) }
    guard next == UInt8(ascii: ".") else { return one(.dot, i) }
    switch text[i &+ 2] {
    case UInt8(ascii: "<"): return three(.dotDotLess, i)
    case UInt8(ascii: "="): return three(.dotDotEqual, i)
    case UInt8(ascii: "."): return three(.dotDotDot, i)
    case _: return two(.dotDot, i)
    }
  }

  @inline(__always)
  private mutating func open(_ kind: TokenKind, _ i: Int) -> Int {
    if !interpolations.isEmpty { interpolations[interpolations.count - 1].depth += 1 }
    return one(kind, i)
  }

  @inline(__always)
  private mutating func close(_ kind: TokenKind, _ i: Int) -> Int {
    if !interpolations.isEmpty, interpolations[interpolations.count - 1].depth > 0 {
      interpolations[interpolations.count - 1].depth -= 1
    }
    return one(kind, i)
  }
}
