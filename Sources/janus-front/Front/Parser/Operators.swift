// The operator table (language.md section 5) and precedence climbing. A chain of operators of one
// level is built in a loop: its length does not cost stack.
import Base
import Lexer

/// Binding strength, loosest first.
enum Precedence {
  static let none: UInt8 = 0
  static let coalesce: UInt8 = 2
  static let or: UInt8 = 3
  static let and: UInt8 = 4
  static let not: UInt8 = 5
  static let comparison: UInt8 = 6
  static let bitOr: UInt8 = 7
  static let bitXor: UInt8 = 8
  static let bitAnd: UInt8 = 9
  static let shift: UInt8 = 10
  static let range: UInt8 = 11
  static let additive: UInt8 = 12
  static let multiplicative: UInt8 = 13
  static let power: UInt8 = 14
  static let cast: UInt8 = 15
  static let unary: UInt8 = 16
  static let pipeline: UInt8 = 17
}

/// What a token means between two operands.
struct OperatorInfo {
  var precedence: UInt8 = Precedence.none
  var operation: BinaryOperator = .assign
  /// It may also begin an expression, so at the start of a line it does.
  var startsExpression = false

  /// Indexed by token kind.
  nonisolated(unsafe) static let table: UnsafePointer<OperatorInfo> = {
    let table = UnsafeMutablePointer<OperatorInfo>.allocate(capacity: 256)
    table.initialize(repeating: OperatorInfo(), count: 256)
    func set(_ kind: TokenKind, _ level: UInt8, _ operation: BinaryOperator, starts: Bool = false) {
      table[Int(kind.rawValue)] = OperatorInfo(
        precedence: level, operation: operation, startsExpression: starts)
    }
    set(.questionQuestion, Precedence.coalesce, .coalesce)
    set(.keywordCatch, Precedence.coalesce, .assign)
    set(.keywordOr, Precedence.or, .or)
    set(.keywordAnd, Precedence.and, .and)
    set(.equalEqual, Precedence.comparison, .equal)
    set(.bangEqual, Precedence.comparison, .notEqual)
    set(.less, Precedence.comparison, .less)
    set(.lessEqual, Precedence.comparison, .lessEqual)
    set(.greater, Precedence.comparison, .greater)
    set(.greaterEqual, Precedence.comparison, .greaterEqual)
    set(.bar, Precedence.bitOr, .bitOr, starts: true)
    set(.caret, Precedence.bitXor, .bitXor)
    set(.ampersand, Precedence.bitAnd, .bitAnd, starts: true)
    set(.lessLess, Precedence.shift, .shiftLeft)
    set(.greaterGreater, Precedence.shift, .shiftRight)
    set(.dotDot, Precedence.range, .assign)
    set(.dotDotEqual, Precedence.range, .assign)
    set(.dotDotLess, Precedence.range, .assign)
    set(.dotDotDot, Precedence.range, .assign)
    set(.plus, Precedence.additive, .add)
    set(.minus, Precedence.additive, .subtract, starts: true)
    set(.plusPercent, Precedence.additive, .addWrapping)
    set(.minusPercent, Precedence.additive, .subtractWrapping)
    set(.plusBar, Precedence.additive, .addSaturating)
    set(.minusBar, Precedence.additive, .subtractSaturating)
    set(.star, Precedence.multiplicative, .multiply)
    set(.slash, Precedence.multiplicative, .divide)
    set(.percent, Precedence.multiplicative, .remainder)
    set(.starPercent, Precedence.multiplicative, .multiplyWrapping)
    set(.starStar, Precedence.power, .power)
    set(.keywordAs, Precedence.cast, .assign)
    set(.barGreater, Precedence.pipeline, .assign)
    // Written in other languages.
    set(.ampersandAmpersand, Precedence.and, .and)
    set(.barBar, Precedence.or, .or, starts: true)
    return UnsafePointer(table)
  }()
}

extension Parser {
  /// An operand and the operators of at least `minimum` after it.
  mutating func parseBinary(_ minimum: UInt8) -> NodeID {
    let left = parseOperand(minimum)
    return parseOperators(after: left, minimum)
  }

  mutating func parseOperators(after first: NodeID, _ minimum: UInt8) -> NodeID {
    var left = first
    while true {
      let info = operators[Int(kind.rawValue)]
      if info.precedence == Precedence.none {
        guard let next = parseForeignOperator(left, minimum) else { return left }
        left = next
        continue
      }
      if info.precedence < minimum { return left }
      if info.startsExpression && isAfterLineEnd { return left }
      let start = startOf(left)
      let main = self.start
      switch info.precedence {
      case Precedence.coalesce where kind == .keywordCatch:
        left = parseCatch(left)
      case Precedence.range:
        left = parseRange(left)
      case Precedence.cast:
        advance()
        let type = parseCastType()
        left = add(Node(.cast, main: main, lhs: left.raw, rhs: type.raw), from: start)
        if kind == .dot, hasNewlineBefore(index), !context.contains(.arm) {
          left = parseMemberOfCast(left, start)
        }
      case Precedence.pipeline:
        advance()
        let function = parsePostfix()
        left = add(Node(.pipeline, main: main, lhs: left.raw, rhs: function.raw), from: start)
      case Precedence.power:
        advance()
        guard enter() else {
          leave()
          return left
        }
        let right = parseBinary(Precedence.power)
        leave()
        left = binary(.power, left, right, start, main)
      case _:
        if kind == .ampersandAmpersand || kind == .barBar { reportForeignLogic() }
        if kind == .minus, skipForeignComment() { return left }
        let sign = index
        advance()
        let right = parseBinary(info.precedence + 1)
        if info.precedence == Precedence.comparison,
          let chain = parseForeignChain(left, info.operation, right, sign)
        {
          left = chain
          continue
        }
        left = binary(info.operation, left, right, start, main)
      }
    }
  }

  private mutating func binary(
    _ operation: BinaryOperator, _ left: NodeID, _ right: NodeID, _ start: Int32, _ main: Int32
  ) -> NodeID {
    add(
      Node(.binary, main: main, lhs: left.raw, rhs: right.raw, operation: operation.rawValue),
      from: start)
  }

  /// `a..<b`; the end may be missing before a closing bracket.
  private mutating func parseRange(_ left: NodeID) -> NodeID {
    let main = start
    if kind == .dotDotDot { reportForeign(.threeDots(tokenSpan(index))) }
    let operation: RangeOperator = kind == .dotDotLess ? .halfOpen : .inclusive
    advance()
    var upper = NodeID.none
    if !isRangeEnd { upper = parseBinary(Precedence.range + 1) }
    return add(
      Node(.range, main: main, lhs: left.raw, rhs: upper.raw, operation: operation.rawValue),
      from: startOf(left))
  }

  /// `..<b` without a lower end.
  mutating func parseOpenRange() -> NodeID {
    let main = start
    let operation: RangeOperator = kind == .dotDotLess ? .halfOpen : .inclusive
    advance()
    var upper = NodeID.none
    if !isRangeEnd { upper = parseBinary(Precedence.range + 1) }
    return add(
      Node(
        .range, main: main, lhs: NodeID.none.raw, rhs: upper.raw, operation: operation.rawValue),
      from: main)
  }

  private var isRangeEnd: Bool {
    switch kind {
    case .rightBracket, .rightParen, .comma, .rightBrace, .endOfFile, .fatArrow, .semicolon,
      .keywordDo:
      true
    case .leftBrace: context.contains(.header)
    case _: isAfterLineEnd
    }
  }

  /// `e catch err { … }`, `e catch value`.
  private mutating func parseCatch(_ value: NodeID) -> NodeID {
    let main = start
    advance()
    var name = Symbol.empty
    var nameStart = start
    if kind == .bar, peek() == .identifier || peek() == .underscore, peek(2) == .bar {
      reportForeign(
        .foreign(
          "the error of `catch` is named without bars", span(start, ends[index + 2]), "remove them",
          [.init(tokenSpan(index), ""), .init(tokenSpan(index + 2), "")]))
      advance()
      nameStart = start
      if kind == .identifier { name = self.name(index) }
      advance()
      advance()
    } else if kind == .identifier || kind == .underscore,
      peek() == .leftBrace || peek() == .keywordDo, !hasNewlineBefore(index + 1)
    {
      if kind == .identifier { name = self.name(index) }
      advance()
    }
    let handler: NodeID
    if kind == .leftBrace || kind == .keywordDo {
      handler = parseBlock()
    } else {
      handler = parseHandler()
    }
    return add(
      Node(
        .catching, main: main, lhs: value.raw,
        rhs: record(name.raw, UInt32(bitPattern: nameStart), handler.raw)),
      from: startOf(value))
  }

  private mutating func parseHandler() -> NodeID {
    guard enter() else {
      leave()
      return errorNode(start)
    }
    defer { leave() }
    return parseBinary(Precedence.coalesce + 1)
  }

  private mutating func reportForeignLogic() {
    let word = kind == .ampersandAmpersand ? "and" : "or"
    let isSpaced = starts[index] > ends[index - 1] && starts[index + 1] > ends[index]
    reportForeign(
      .foreign(
        "`\(tokenText(index))` is written `\(word)`", tokenSpan(index), "write `\(word)`",
        [.init(tokenSpan(index), isSpaced ? word : " \(word) ")]))
  }

  /// `x as T` and a line that begins with `.`: of the type or of the cast?
  private mutating func parseMemberOfCast(_ cast: NodeID, _ start: Int32) -> NodeID {
    let end = previousEnd
    reportForeign(
      .foreign(
        "a member of a cast is written `(x as T).f`", tokenSpan(index),
        "put parentheses around the cast",
        [.init(span(start, start), "("), .init(span(end, end), ")")]))
    return parseSuffixes(of: cast)
  }
}

extension Diagnostic {
  fileprivate static func threeDots(_ span: SourceSpan) -> Diagnostic {
    foreign("an inclusive range is written `..=`", span, "write `..=`", [.init(span, "..=")])
  }
}
