// Operators and operands as other languages write them.
import Base
import Lexer

extension Parser {
  // MARK: Operands

  /// `c ? a : b`, at the `?`; `begin` is where the condition starts.
  mutating func parseForeignConditional(_ condition: NodeID, from begin: Int32) -> NodeID {
    guard startsPlainExpression(index + 1), !isAfterLineEnd else { return condition }
    let question = tokenSpan(index)
    advance()
    let then = parseBinary(Precedence.coalesce)
    var otherwise = NodeID.none
    var edits: [FixIt.Edit] = []
    if kind == .colon {
      let colon = tokenSpan(index)
      advance()
      otherwise = parseExpression()
      let end = previousEnd
      edits = [
        .init(span(begin, begin), "if "), .init(question, "{"), .init(colon, "} else {"),
        .init(span(end, end), " }"),
      ]
    }
    reportForeign(
      .foreign(
        "`c ? a : b` is written `if c { a } else { b }`", question, "write `if`", edits))
    return add(
      Node(
        .ifExpression, main: question.start, lhs: condition.raw,
        rhs: record(then.raw, otherwise.raw)),
      from: begin)
  }

  /// The `?` before the current place starts the conditional operator of other languages.
  func isForeignConditional(_ question: Int) -> Bool {
    let next = question + 1
    return startsPlainExpression(next) && kinds[min(next, lastIndex)] != .keywordNot
      && !(hasNewlineBefore(next) && context.contains(.linesEnd)) && !isPostfixWord(next)
  }

  /// `unless` and the words of clauses after an expression.
  private func isPostfixWord(_ at: Int) -> Bool {
    isWord("unless", at) || isWord("requires", at) || isWord("ensures", at)
  }

  /// `(i64)x` of C, after the parentheses around the type; nil when it is no cast.
  mutating func parseForeignCast(_ type: NodeID, _ open: Int) -> NodeID? {
    guard tree.kind(type) == .name, isNumericTypeName(tokenText(open + 1)), index == open + 3,
      startsPlainExpression(index), kind != .keywordNot, !isAfterLineEnd, !isPostfixWord(index)
    else { return nil }
    let parentheses = span(starts[open], start)
    let word = tokenText(open + 1)
    let typeNode = add(
      Node(.typeName, main: starts[open + 1], lhs: tree[type].lhs), starts[open + 1],
      ends[open + 1])
    let operand = parseBinary(Precedence.unary)
    let end = previousEnd
    reportForeign(
      .foreign(
        "a conversion is written `x as \(word)`", span(starts[open], ends[open + 2]),
        "write `as`", [.init(parentheses, ""), .init(span(end, end), " as \(word)")]))
    return add(
      Node(.cast, main: starts[open], lhs: operand.raw, rhs: typeNode.raw), from: starts[open])
  }

  private func isNumericTypeName(_ word: String) -> Bool {
    [
      "int", "isize", "usize", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32",
      "u64", "u128", "char", "float", "double", "long",
    ].contains(word)
  }

  /// `new A(…)`, `await f()`: the word says nothing; the operand follows.
  mutating func parseForeignPrefixWord() -> NodeID? {
    guard !hasNewlineBefore(index + 1), peek() == .identifier || peek() == .keywordSelf else {
      return nil
    }
    let isNew = isWord("new")
    guard isNew || isWord("await") else { return nil }
    let message =
      isNew
      ? "there is no `new`: a value is written `A { … }`, or made by a function of its type"
      : "there is no `await`: a call waits for its result"
    reportForeign(
      .foreign(
        message, tokenSpan(index), "remove it", [.init(span(start, starts[index + 1]), "")]))
    advance()
    return parsePostfix()
  }

  /// `lambda x, y: e` of Python.
  mutating func parseForeignLambda() -> NodeID {
    let start = self.start
    let word = span(start, starts[index + 1])
    let place = tokenSpan(index)
    advance()
    while kind == .identifier || kind == .comma { advance() }
    var edits: [FixIt.Edit] = []
    if kind == .colon { edits = [.init(word, "|"), .init(tokenSpan(index), "|")] }
    reportForeign(.foreign("a closure is written `|x| e`", place, "write a closure", edits))
    // The parameters are not declared here: the body is parsed and forgotten.
    if accept(.colon) { _ = parseExpression() }
    return errorNode(start)
  }

  /// `(x, y) => e` of other languages: true at the `(`.
  var isForeignArrowFunction: Bool {
    mutating get {
      guard index > 0 else { return false }
      switch kinds[index - 1] {
      case .equal, .leftParen, .comma, .colon, .keywordReturn: break
      case _: return false
      }
      return kinds[indexAfterGroup(index)] == .fatArrow
    }
  }

  mutating func parseForeignArrowFunction() -> NodeID {
    let start = self.start
    let close = indexAfterGroup(index) - 1
    let isEmpty = close == index + 1
    let edits = [
      FixIt.Edit(tokenSpan(index), isEmpty ? "||" : "|"),
      FixIt.Edit(tokenSpan(close), isEmpty ? "" : "|"),
      FixIt.Edit(span(starts[close + 1], starts[min(close + 2, lastIndex)]), ""),
    ]
    reportForeign(
      .foreign("a closure is written `|x| e`", tokenSpan(close + 1), "write a closure", edits))
    while index <= close + 1 { advance() }
    // The parameters are not declared here: the body is parsed and forgotten.
    _ = parseExpression()
    return errorNode(start)
  }

  /// `{"a": 1}`, `["a": 1]`, `[a: 1]`, `[:]`: true at the brace or the bracket.
  var isForeignMap: Bool {
    if kind == .leftBracket, peek() == .colon { return peek(2) == .rightBracket }
    guard kind == .leftBrace || kind == .leftBracket, peek(2) == .colon else { return false }
    // Behind a brace a name with a colon can be a field.
    return isStringToken(peek()) || peek() == .integer
      || kind == .leftBracket && peek() == .identifier
  }

  mutating func skipForeignMap() -> NodeID {
    let start = self.start
    let after = indexAfterGroup(index)
    reportForeign(
      .foreign(
        "there are no map literals: start with `HashMap[K, V].new()` and `insert`",
        span(start, ends[after - 1]), "", []))
    while index < after && kind != .endOfFile { advance() }
    return errorNode(start)
  }

  /// `++i`, `--i` as statements.
  mutating func parseForeignIncrement() -> NodeID? {
    let isPlus = kind == .plusPlus
    let tokens = isPlus ? 1 : 2
    guard isPlus || kind == .minus && peek() == .minus && isAdjacent(index + 1),
      kinds[min(index + tokens, lastIndex)] == .identifier, isAdjacent(index + tokens),
      isStatementEnd(index + tokens + 1)
    else { return nil }
    let start = self.start
    let signs = span(start, ends[index + tokens - 1])
    let sign = isPlus ? "+" : "-"
    for _ in 0..<tokens { advance() }
    let base = parsePostfix()
    let end = previousEnd
    reportForeign(
      .foreign(
        "`\(sign)\(sign)` is written `\(sign)= 1`", signs, "write `\(sign)= 1`",
        [.init(signs, ""), .init(span(end, end), " \(sign)= 1")]))
    let one = add(Node(.integer, main: start, lhs: 1), start, end)
    return add(
      Node(
        .assignment, main: start, lhs: base.raw, rhs: one.raw,
        operation: (isPlus ? BinaryOperator.add : .subtract).rawValue), from: start)
  }

  /// `-- text`: a comment of SQL, Haskell or Lua, when words follow that no expression has. True
  /// after it was reported and skipped.
  mutating func skipForeignComment() -> Bool {
    guard kind == .minus, peek() == .minus, isAdjacent(index + 1),
      starts[index] > previousEnd || index == 0,
      starts[min(index + 2, lastIndex)] > ends[index + 1], !hasNewlineBefore(index + 2),
      kinds[min(index + 2, lastIndex)] == .identifier, !hasNewlineBefore(index + 3),
      kinds[min(index + 3, lastIndex)] == .identifier
    else { return false }
    let sign = span(start, ends[index + 1])
    reportForeign(
      .foreign("a comment starts with `//`, not `--`", sign, "write `//`", [.init(sign, "//")]))
    advance()
    while kind != .endOfFile && !flags[index].contains(.newlineBefore) { advance() }
    return true
  }

  // MARK: Operators

  /// `x is null`, `a in xs`, `a not in xs`, after the left operand; nil when it is none of them.
  mutating func parseForeignOperator(_ left: NodeID, _ minimum: UInt8) -> NodeID? {
    guard minimum <= Precedence.comparison, !isAfterLineEnd else { return nil }
    if isWord("is"), startsPlainExpression(index + 1) { return parseForeignIs(left) }
    let isNegated = kind == .keywordNot && peek() == .keywordIn
    guard kind == .keywordIn || isNegated else { return nil }
    return parseForeignIn(left, isNegated)
  }

  private mutating func parseForeignIs(_ left: NodeID) -> NodeID {
    let main = start
    let isNegated = peek() == .keywordNot
    let sign = isNegated ? "!=" : "=="
    let place = span(main, isNegated ? ends[index + 1] : ends[index])
    reportForeign(
      .foreign(
        "`\(isNegated ? "is not" : "is")` is written `\(sign)`", place, "write `\(sign)`",
        [.init(place, sign)]))
    advance()
    if isNegated { advance() }
    let right = parseBinary(Precedence.comparison + 1)
    let operation: BinaryOperator = isNegated ? .notEqual : .equal
    return add(
      Node(
        .binary, main: main, lhs: left.raw, rhs: right.raw, operation: operation.rawValue),
      from: startOf(left))
  }

  private mutating func parseForeignIn(_ left: NodeID, _ isNegated: Bool) -> NodeID {
    let begin = startOf(left)
    let main = start
    let place = span(main, isNegated ? ends[index + 1] : ends[index])
    let end = previousEnd
    let isClosure = !isNegated && isFirstInBrace(begin)
    advance()
    if isNegated { advance() }
    let operandStart = self.start
    let right = parseBinary(Precedence.comparison + 1)
    let operand = sourceText(operandStart, previousEnd)
    let whole = span(begin, previousEnd)
    if isClosure {
      reportForeign(
        .foreign(
          "the parameters of a closure stand between bars: `{ |x| … }`", place, "write bars",
          [.init(span(begin, place.end), "|\(sourceText(begin, end))|")]))
    } else {
      let call = "\(operand).contains(\(sourceText(begin, end)))"
      reportForeign(
        .foreign(
          "whether `xs` holds a value is asked with `xs.contains(x)`", place, "write `contains`",
          [.init(whole, isNegated ? "not \(call)" : call)]))
    }
    _ = right
    return errorNode(begin)
  }

  private func sourceText(_ start: Int32, _ end: Int32) -> String {
    String(
      decoding: UnsafeBufferPointer(start: text + Int(start), count: Int(max(end - start, 0))),
      as: UTF8.self)
  }

  /// The byte at `offset` is the first after a `{`, as the parameter of a Swift closure is.
  private func isFirstInBrace(_ offset: Int32) -> Bool {
    var at = index
    while at > 0, starts[at] > offset { at -= 1 }
    return at > 0 && kinds[at - 1] == .leftBrace
  }

  /// `a < b < c`, after the third operand: `a < b and b < c`. Nil when nothing is chained.
  mutating func parseForeignChain(
    _ left: NodeID, _ operation: BinaryOperator, _ right: NodeID, _ sign: Int
  ) -> NodeID? {
    guard tree.kind(left) == .binary, Parser.isOrdering(operation),
      let before = BinaryOperator(rawValue: tree[left].operation), Parser.isOrdering(before),
      ends[sign - 1] == tree.spans[Int(left.raw)].end
    else { return nil }
    let middle = NodeID(tree[left].rhs)
    let middleEnd = ends[sign - 1]
    let middleText = sourceText(startOf(middle), middleEnd)
    let place = span(middleEnd, middleEnd)
    reportForeign(
      .foreign(
        "comparisons do not chain: write `a < b and b < c`", tokenSpan(sign), "write `and`",
        [.init(place, " and \(middleText)")]))
    let isSimple = tree.kind(middle) == .name || tree.kind(middle) == .integer
    let copy =
      isSimple ? add(tree[middle], startOf(middle), middleEnd) : errorNode(startOf(middle))
    let second = add(
      Node(
        .binary, main: starts[sign], lhs: copy.raw, rhs: right.raw, operation: operation.rawValue),
      from: startOf(middle))
    return add(
      Node(
        .binary, main: starts[sign], lhs: left.raw, rhs: second.raw,
        operation: BinaryOperator.and.rawValue), from: startOf(left))
  }

  private static func isOrdering(_ operation: BinaryOperator) -> Bool {
    switch operation {
    case .less, .lessEqual, .greater, .greaterEqual: true
    case _: false
    }
  }
}
