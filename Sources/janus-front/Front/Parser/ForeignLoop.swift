// Loops as other languages write them. Where the bounds can be read, the loop is parsed as the
// counting loop that was meant, and the fix-it writes it.
import Base
import Lexer

/// The parts of `i = a; i < b; i++`.
private struct CountingHeader {
  var variable: Int
  var lower: Range<Int>
  var upper: Range<Int>
  var includesUpper: Bool
}

extension Parser {
  /// At `for`'s header: a loop of another language. Nil when it is one of Janus.
  mutating func parseForeignFor(_ label: Symbol, _ start: Int32, _ main: Int32) -> NodeID? {
    if kind == .leftBrace { return parseEndlessFor(label, start, main) }
    if kind == .leftParen {
      let after = indexAfterGroup(index)
      guard kinds[after] == .leftBrace || kinds[after] == .keywordDo else { return nil }
      if hasSemicolon(index + 1..<after - 1) {
        return parseCountingFor(label, start, main, index..<after, isParenthesized: true)
      }
      if let node = parseParenthesizedFor(label, start, main, after) { return node }
      return nil
    }
    let end = headerEnd
    if hasSemicolon(index..<end) {
      return parseCountingFor(label, start, main, index..<end, isParenthesized: false)
    }
    if let node = parseRangeFor(label, start, main, end) { return node }
    return parseConditionFor(label, start, main, end)
  }

  /// Where the body of the current header starts, on this line.
  private var headerEnd: Int {
    var i = index
    while i < lastIndex, !hasNewlineBefore(i), kinds[i] != .leftBrace, kinds[i] != .keywordDo {
      i += 1
    }
    return i
  }

  /// A `;` stands in `range`, outside the brackets in it: `[0; 3]` is no loop of C.
  private func hasSemicolon(_ range: Range<Int>) -> Bool {
    var nested = 0
    for at in range.prefix(200) {
      switch kinds[at] {
      case .leftParen, .leftBracket: nested += 1
      case .rightParen, .rightBracket: nested -= 1
      case .semicolon where nested == 0: return true
      case _: break
      }
    }
    return false
  }

  private func sourceText(_ range: Range<Int>) -> String {
    guard !range.isEmpty else { return "" }
    let start = starts[range.lowerBound]
    return String(
      decoding: UnsafeBufferPointer(
        start: text + Int(start), count: Int(ends[range.upperBound - 1] - start)), as: UTF8.self)
  }

  // MARK: `for (int i = 0; i < n; i++)`

  private mutating func parseCountingFor(
    _ label: Symbol, _ start: Int32, _ main: Int32, _ header: Range<Int>, isParenthesized: Bool
  ) -> NodeID {
    let place = span(self.start, ends[header.upperBound - 1])
    let inner =
      isParenthesized ? header.lowerBound + 1..<header.upperBound - 1 : header
    guard let counting = countingHeader(inner) else {
      reportForeign(
        .foreign("a counting loop is written `for i in 0..<n`", place, "", []))
      let pattern = namedPattern(inner, at: place.start)
      let sequence = add(Node(.error, main: place.start), place.start, place.end)
      while index < header.upperBound && kind != .endOfFile { advance() }
      return finishFor(label, start, main, pattern, sequence)
    }
    let operation = counting.includesUpper ? "..=" : "..<"
    let name = tokenText(counting.variable)
    let written =
      "\(name) in \(sourceText(counting.lower))\(operation)\(sourceText(counting.upper))"
    reportForeign(
      .foreign(
        "a counting loop is written `for i in 0..<n`", place, "write it so",
        [.init(place, written)]))
    go(to: counting.variable)
    let pattern = parsePattern()
    go(to: counting.lower.lowerBound)
    let lower = parseNestedExpression()
    go(to: counting.upper.lowerBound)
    let upper = parseNestedExpression()
    go(to: header.upperBound)
    let range: RangeOperator = counting.includesUpper ? .inclusive : .halfOpen
    let sequence = add(
      Node(
        .range, main: place.start, lhs: lower.raw, rhs: upper.raw, operation: range.rawValue),
      place.start, place.end)
    return finishFor(label, start, main, pattern, sequence)
  }

  private mutating func go(to target: Int) {
    index = min(target, lastIndex)
    kind = kinds[index]
  }

  /// A pattern for the first name that is given a value in `header`, so that its uses are known.
  private mutating func namedPattern(_ header: Range<Int>, at place: Int32) -> NodeID {
    for at in header.prefix(4) where kinds[at] == .identifier {
      let next = kinds[min(at + 1, lastIndex)]
      if next == .equal || next == .colonEqual {
        let symbol = name(at)
        return add(Node(.bindingPattern, main: starts[at], lhs: symbol.raw), starts[at], ends[at])
      }
    }
    return add(Node(.wildcardPattern, main: place), place, place)
  }

  /// Reads `[word] i = a; i < b; i++` (or `i += 1`, `++i`); nil when a part is different.
  private func countingHeader(_ header: Range<Int>) -> CountingHeader? {
    var i = header.lowerBound
    if kinds[i] == .keywordVar || kinds[i] == .keywordLet { i += 1 }
    if kinds[i] == .identifier, kinds[i + 1] == .identifier { i += 1 }
    guard i + 1 < header.upperBound, kinds[i] == .identifier,
      kinds[i + 1] == .equal || kinds[i + 1] == .colonEqual
    else { return nil }
    let variable = i
    guard let first = header.first(where: { $0 > variable && kinds[$0] == .semicolon }),
      let second = header.first(where: { $0 > first && kinds[$0] == .semicolon })
    else { return nil }
    let lower = variable + 2..<first
    guard !lower.isEmpty, second > first + 3, isSame(first + 1, variable),
      kinds[first + 2] == .less || kinds[first + 2] == .lessEqual
    else { return nil }
    let upper = first + 3..<second
    guard isStepByOne(second + 1..<header.upperBound, variable) else { return nil }
    return CountingHeader(
      variable: variable, lower: lower, upper: upper,
      includesUpper: kinds[first + 2] == .lessEqual)
  }

  private func isSame(_ a: Int, _ b: Int) -> Bool {
    kinds[a] == .identifier && tokenText(a) == tokenText(b)
  }

  private func isStepByOne(_ step: Range<Int>, _ variable: Int) -> Bool {
    let first = step.lowerBound
    switch step.count {
    case 2:
      return kinds[first] == .plusPlus
        ? isSame(first + 1, variable) : isSame(first, variable) && kinds[first + 1] == .plusPlus
    case 3:
      return isSame(first, variable) && kinds[first + 1] == .plusEqual
        && kinds[first + 2] == .integer && tokenText(first + 2) == "1"
    case _: return false
    }
  }

  // MARK: Over a sequence

  /// `for (x in xs)`, `for (const x of xs)`, `for (int x : xs)`.
  private mutating func parseParenthesizedFor(
    _ label: Symbol, _ start: Int32, _ main: Int32, _ after: Int
  ) -> NodeID? {
    let open = index
    var i = index + 1
    if kinds[i] == .keywordVar || kinds[i] == .keywordLet || kinds[i] == .keywordConst { i += 1 }
    if kinds[i] == .identifier, kinds[i + 1] == .identifier, !isWord("of", i + 1) { i += 1 }
    guard kinds[i] == .identifier, i + 2 < after,
      kinds[i + 1] == .keywordIn || kinds[i + 1] == .colon || isWord("of", i + 1)
    else { return nil }
    let place = span(starts[open], ends[after - 1])
    let written = "\(tokenText(i)) in \(sourceText(i + 2..<after - 1))"
    reportForeign(
      .foreign(
        "a loop over a sequence is written `for x in xs`", place, "write it so",
        [.init(place, written)]))
    go(to: i)
    let pattern = parsePattern()
    go(to: i + 2)
    let sequence = parseNestedExpression()
    go(to: after)
    return finishFor(label, start, main, pattern, sequence)
  }

  /// `for i, x := range xs` and `for x := range xs` of Go.
  private mutating func parseRangeFor(
    _ label: Symbol, _ start: Int32, _ main: Int32, _ end: Int
  ) -> NodeID? {
    guard let assign = (index..<end).first(where: { kinds[$0] == .colonEqual }),
      isWord("range", assign + 1), assign + 2 < end
    else { return nil }
    let place = span(self.start, ends[end - 1])
    let first = index
    let names = (first..<assign).filter { kinds[$0] == .identifier || kinds[$0] == .underscore }
    let sequence = sourceText(assign + 2..<end)
    var written = "(\(names.map(tokenText).joined(separator: ", "))) in \(sequence).enumerate()"
    if names.count == 2, kinds[names[0]] == .underscore {
      written = "\(tokenText(names[1])) in \(sequence)"
    } else if names.count == 1 {
      written = "\(tokenText(names[0])) in 0..<\(sequence).len"
    }
    reportForeign(
      .foreign(
        "a loop over a sequence is written `for x in xs`", place, "write it so",
        [.init(place, written)]))
    let mark = pending.count
    for at in names where kinds[at] == .identifier {
      let symbol = name(at)
      pending.append(
        add(Node(.bindingPattern, main: starts[at], lhs: symbol.raw), starts[at], ends[at]).raw)
    }
    let pattern = add(
      Node(.tuplePattern, main: place.start, lhs: finishList(mark)), place.start, place.end)
    let unknown = add(Node(.error, main: place.start), place.start, place.end)
    go(to: end)
    return finishFor(label, start, main, pattern, unknown)
  }

  // MARK: Without a sequence

  /// `for {` of Go.
  private mutating func parseEndlessFor(
    _ label: Symbol, _ start: Int32, _ main: Int32
  ) -> NodeID {
    let word = span(main, main + 3)
    reportForeign(
      .foreign(
        "an endless loop is written `while true`", word, "write `while true`",
        [.init(word, "while true")]))
    let condition = add(Node(.boolean, main: main, lhs: 1), main, main + 3)
    return finishWhile(label, start, main, condition)
  }

  /// `for x < 10 {` of Go: a condition and nothing that a `for` has.
  private mutating func parseConditionFor(
    _ label: Symbol, _ start: Int32, _ main: Int32, _ end: Int
  ) -> NodeID? {
    guard end > index, kinds[end] == .leftBrace,
      !(index..<end).contains(where: {
        kinds[$0] == .keywordIn || kinds[$0] == .colon || kinds[$0] == .comma
          || kinds[$0] == .equal || kinds[$0] == .colonEqual || isWord("of", $0)
      }),
      (index..<end).contains(where: {
        operators[Int(kinds[$0].rawValue)].precedence == Precedence.comparison
      })
    else { return nil }
    let word = span(main, main + 3)
    reportForeign(
      .foreign(
        "a loop with a condition is written `while`", word, "write `while`",
        [.init(word, "while")]))
    let condition = parseHeader()
    return finishWhile(label, start, main, condition)
  }

  private mutating func finishWhile(
    _ label: Symbol, _ start: Int32, _ main: Int32, _ condition: NodeID
  ) -> NodeID {
    let body = parseLoopBody("`while`")
    return add(
      Node(.whileLoop, main: main, lhs: condition.raw, rhs: record(label.raw, body.raw)),
      from: start)
  }

  private mutating func finishFor(
    _ label: Symbol, _ start: Int32, _ main: Int32, _ pattern: NodeID, _ sequence: NodeID
  ) -> NodeID {
    let body = parseLoopBody("`for`")
    return add(
      Node(
        .forLoop, main: main, lhs: record(label.raw, pattern.raw, sequence.raw, body.raw)),
      from: start)
  }

  /// `while (c) : (step) {` of Zig, at the colon.
  mutating func skipForeignStep() {
    guard kind == .colon, peek() == .leftParen else { return }
    let after = indexAfterGroup(index + 1)
    guard kinds[after] == .leftBrace || kinds[after] == .keywordDo else { return }
    reportForeign(
      .foreign(
        "a loop has no step of its own; write it at the end of the body",
        span(start, ends[after - 1]), "", []))
    go(to: after)
  }
}
