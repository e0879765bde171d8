// What follows an operand: calls, members, indexes, `?`, struct literals and trailing blocks.
import Base
import Lexer

extension Parser {
  /// A primary expression and everything stuck to it. The chain is built in a loop.
  mutating func parsePostfix() -> NodeID {
    let first = kind
    let base = parsePrimary()
    // Blocks and jumps are complete; only a member may follow a block.
    switch first {
    case .keywordReturn, .keywordFail, .keywordBreak, .keywordContinue: return base
    case .leftBrace, .keywordDo, .keywordIf, .keywordMatch, .keywordWhile, .keywordFor,
      .keywordUnsafe:
      guard kind == .dot || kind == .questionDot else { return base }
    case .bar, .barBar: return base
    case _:
      if isBlockLike(base) { return base }
    }
    return parseSuffixes(of: base)
  }

  mutating func parseSuffixes(of operand: NodeID) -> NodeID {
    var base = operand
    while true {
      switch kind {
      case .dot:
        if context.contains(.arm) && isAfterLineEnd { return base }
        base = parseMember(base)
      case .questionDot: base = parseMember(base)
      case .dotStar:
        if context.contains(.arm) && isAfterLineEnd { return base }
        let main = start
        advance()
        base = add(Node(.dereference, main: main, lhs: base.raw), from: startOf(base))
      case .leftParen:
        if isAfterLineEnd { return base }
        base = parseCall(base)
      case .leftBracket:
        if isAfterLineEnd { return base }
        base = parseIndex(base)
      case .question:
        if isAfterLineEnd || isForeignConditional(index) { return base }
        base = parsePropagate(base)
      case .leftBrace:
        guard !isAfterLineEnd, !context.contains(.header) else { return base }
        switch bracePurpose(base) {
        case .literal: base = parseStructLiteral(base)
        case .trailingBlock: base = parseTrailingBlock(base)
        case .none: return base
        }
      case .keywordDo:
        guard !isAfterLineEnd, !context.contains(.header), takesTrailingBlock(base) else {
          return base
        }
        base = parseTrailingBlock(base)
      case .bang, .colon, .arrow, .plusPlus, .minus:
        guard let next = parseForeignPostfix(base) else { return base }
        base = next
      case _: return base
      }
    }
  }

  private func isBlockLike(_ id: NodeID) -> Bool {
    switch tree.kind(id) {
    case .grant, .scratchpad, .forLoop, .whileLoop, .match, .closure: true
    case _: false
    }
  }

  /// `.name`, `?.name`, `.0`. A keyword may be a member's name.
  private mutating func parseMember(_ base: NodeID) -> NodeID {
    let flags: NodeFlags = kind == .questionDot ? .optionalChain : []
    advance()
    let main = start
    if kind == .identifier || (kind.isKeyword && !isAfterLineEnd) {
      let symbol = name(index)
      advance()
      return add(
        Node(.member, main: main, lhs: base.raw, rhs: symbol.raw, flags: flags), from: startOf(base)
      )
    }
    if kind == .integer {
      var value: UInt32 = 0
      for byte in buffer.bytes(index) where byte != UInt8(ascii: "_") {
        value = value > 100_000 ? value : value * 10 + UInt32(byte &- UInt8(ascii: "0"))
      }
      advance()
      return add(
        Node(.tupleMember, main: main, lhs: base.raw, rhs: value, flags: flags), from: startOf(base)
      )
    }
    report(.expected("a member name after `.`", found, tokenSpan(index)))
    return add(
      Node(.member, main: main, lhs: base.raw, rhs: Symbol.empty.raw, flags: flags),
      from: startOf(base))
  }

  private mutating func parseCall(_ callee: NodeID) -> NodeID {
    let main = start
    let arguments = parseArguments()
    return add(
      Node(.call, main: main, lhs: callee.raw, rhs: arguments), from: startOf(callee))
  }

  private mutating func parseIndex(_ base: NodeID) -> NodeID {
    let main = start
    let mark = pending.count
    if peek() == .rightBracket {
      report(.expected("an index", describe(index + 1), tokenSpan(index + 1)))
    }
    parseBracketed(.rightBracket, "]") { parser in
      parser.pending.append(parser.parseForeignSlice(parser.parseArgumentValue()).raw)
    }
    return add(
      Node(.index, main: main, lhs: base.raw, rhs: finishList(mark)), from: startOf(base))
  }

  /// `e?`.
  private mutating func parsePropagate(_ base: NodeID) -> NodeID {
    let main = start
    checkDeferred("?")
    advance()
    return add(Node(.propagate, main: main, lhs: base.raw), from: startOf(base))
  }

  // MARK: Arguments

  /// `(…)`: a list of expressions and `.argument`.
  mutating func parseArguments() -> UInt32 {
    let mark = pending.count
    parseBracketed(.rightParen, ")") { $0.pending.append($0.parseArgument().raw) }
    return finishList(mark)
  }

  private mutating func parseArgument() -> NodeID {
    let start = self.start
    if (kind == .identifier || kind.isKeyword) && peek() == .colon && peek(2) != .colon {
      let symbol = name(index)
      advance()
      advance()
      let value = parseArgumentValue()
      return add(Node(.argument, main: start, lhs: symbol.raw, rhs: value.raw), from: start)
    }
    if kind == .identifier && peek() == .equal {
      let symbol = name(index)
      advance()
      reportForeign(
        .foreign(
          "a named argument is written `\(tokenText(index - 1)): value`", tokenSpan(index),
          "write `:`", [.init(span(previousEnd, ends[index]), ":")]))
      advance()
      let value = parseArgumentValue()
      return add(Node(.argument, main: start, lhs: symbol.raw, rhs: value.raw), from: start)
    }
    if isWord("inout"), peek() == .identifier || peek() == .keywordSelf {
      reportForeign(
        .foreign(
          "an argument for an `inout` parameter is written `&x`", tokenSpan(index), "write `&`",
          [.init(span(start, starts[index + 1]), "&")]))
      advance()
      let operand = parseBinary(Precedence.unary)
      return add(Node(.borrow, main: start, lhs: operand.raw), from: start)
    }
    return parseArgumentValue()
  }

  /// An expression, or a type that no expression looks like.
  mutating func parseArgumentValue() -> NodeID {
    guard startsTypeOnly() else { return parseExpression() }
    let start = self.start
    let type = parseType()
    return add(Node(.typeExpression, main: start, lhs: type.raw), from: start)
  }

  /// At `[]T`, `[n]T`, `?T`, `*T`, `(A, ?B)`.
  private mutating func startsTypeOnly() -> Bool {
    switch kind {
    case .question, .questionQuestion: return true
    case .star, .starStar: return true
    case .leftBracket:
      if peek() == .rightBracket {
        // `[]` alone is an empty array.
        return startsType(index + 2)
      }
      var i = index
      while kinds[i] == .leftBracket {
        let after = indexAfterGroup(i)
        if after <= i { return false }
        i = after
      }
      return startsType(i) && !hasNewlineBefore(i) && kinds[i] != .leftParen
    case .leftParen: return isTupleOfTypes(index)
    case _: return false
    }
  }

  /// In the group that opens at `open` something begins as only a type does.
  private mutating func isTupleOfTypes(_ open: Int) -> Bool {
    let end = indexAfterGroup(open)
    guard end > open + 2 else { return false }
    for i in open + 1..<end - 1 {
      switch kinds[i - 1] {
      case .leftParen, .leftBracket, .comma: break
      case _: continue
      }
      if kinds[i] == .question || kinds[i] == .questionQuestion { return true }
      if kinds[i] == .leftBracket, kinds[i + 1] == .rightBracket, isAdjacent(i + 2),
        startsType(i + 2)
      {
        return true
      }
    }
    return false
  }

  private func startsType(_ at: Int) -> Bool {
    switch kinds[min(at, lastIndex)] {
    case .identifier, .keywordSelfType, .keywordFunc, .star, .leftParen, .leftBracket: true
    case .question: kinds[min(at + 1, lastIndex)] == .identifier
    case .keywordConst: true
    case _: false
    }
  }

  // MARK: Braces after an expression

  private enum BracePurpose { case literal, trailingBlock, none }

  private func takesTrailingBlock(_ base: NodeID) -> Bool {
    switch tree.kind(base) {
    case .name, .member, .call, .index: true
    case _: false
    }
  }

  /// The base names a type: its last word starts with a capital letter.
  private func namesType(_ base: NodeID) -> Bool {
    let node = tree[base]
    switch node.kind {
    case .name, .member, .implicitMember: return text[Int(node.main)] &- UInt8(ascii: "A") < 26
    case .selfTypeValue: return true
    case .index: return namesType(NodeID(node.lhs))
    case _: return false
    }
  }

  private func canBeType(_ base: NodeID) -> Bool {
    let node = tree[base]
    switch node.kind {
    case .name, .selfTypeValue, .implicitMember: return true
    case .member: return !node.flags.contains(.optionalChain)
    case .index: return canBeType(NodeID(node.lhs))
    case _: return false
    }
  }

  /// What the `{` after `base` begins.
  private func bracePurpose(_ base: NodeID) -> BracePurpose {
    let first = peek()
    let second = peek(2)
    let block: BracePurpose = takesTrailingBlock(base) ? .trailingBlock : .none
    if first == .bar || first == .barBar { return block }
    if first == .identifier && isWord("move", index + 1) && second == .bar { return block }
    let isType = namesType(base)
    guard canBeType(base) else { return block }
    if first == .identifier || first.isKeyword {
      if second == .colon && peek(3) != .keywordFor && peek(3) != .keywordWhile { return .literal }
      if first == .identifier && (second == .comma || second == .rightBrace) && isType {
        return .literal
      }
    }
    if isType { return .literal }
    if tree.kind(base) == .implicitMember { return .none }
    return block
  }

  private mutating func parseStructLiteral(_ base: NodeID) -> NodeID {
    let main = start
    let fields = parseFieldValues()
    return add(
      Node(.structLiteral, main: main, lhs: base.raw, rhs: fields), from: startOf(base))
  }

  /// `{ x: e, y }`: a list of `.fieldValue`, separated by commas or lines.
  mutating func parseFieldValues() -> UInt32 {
    let open = index
    advance()
    let saved = context
    context.remove([.linesEnd, .header, .arm])
    let mark = pending.count
    while kind != .rightBrace && kind != .endOfFile {
      let before = index
      guard let field = parseFieldValue() else { break }
      pending.append(field.raw)
      if kind != .comma && kind != .rightBrace && kind != .endOfFile
        && flags[index].contains(.newlineBefore) && kind == .identifier
      {
        continue
      }
      if !continuesList(.rightBrace, "}") || index == before { break }
    }
    context = saved
    closeGroup(.rightBrace, "}", open)
    return finishList(mark)
  }

  private mutating func parseFieldValue() -> NodeID? {
    let start = self.start
    guard kind == .identifier || (kind.isKeyword && peek() == .colon) else {
      report(.expected("a field name", found, tokenSpan(index)))
      if kind == .dot && peek() == .identifier && peek(2) == .equal {
        advance()
      } else {
        skipElement()
        _ = accept(.comma)
        return kind == .identifier ? parseFieldValue() : nil
      }
      return parseFieldValue()
    }
    let symbol = name(index)
    let nameIndex = index
    advance()
    var value = NodeID.none
    if accept(.colon) {
      value = parseExpression()
    } else if kind == .equal {
      report(
        .foreign(
          "a field of a struct literal is written `\(tokenText(nameIndex)): value`",
          tokenSpan(index), "write `:`", [.init(span(previousEnd, ends[index]), ":")]))
      errorIndex = -1
      advance()
      value = parseExpression()
    }
    return add(Node(.fieldValue, main: start, lhs: symbol.raw, rhs: value.raw), from: start)
  }

  /// `xs.map { |x| … }`, `spawn do … end`: the block is the call's last argument.
  private mutating func parseTrailingBlock(_ base: NodeID) -> NodeID {
    let main = start
    let closure = parseBlockClosure()
    let begin = startOf(base)
    let node = tree[base]
    let mark = pending.count
    var callee = base.raw
    // `f(a) { … }` adds to the call; a call that has a block already is called anew.
    if node.kind == .call && !node.flags.contains(.trailing) {
      callee = node.lhs
      for argument in tree.list(at: node.rhs) { pending.append(argument.raw) }
    }
    pending.append(closure.raw)
    return add(
      Node(.call, main: main, lhs: callee, rhs: finishList(mark), flags: .trailing), from: begin)
  }

  // MARK: Other languages

  /// `xs[a:b]` of Python and Go, at the colon after `a`.
  private mutating func parseForeignSlice(_ lower: NodeID) -> NodeID {
    guard kind == .colon, peek() != .colon, !isRangeEnd(index + 1) else { return lower }
    let main = start
    reportForeign(
      .foreign(
        "a part is written `xs[a..<b]`", tokenSpan(index), "write `..<`",
        [.init(tokenSpan(index), "..<")]))
    advance()
    let upper = parseExpression()
    return add(
      Node(
        .range, main: main, lhs: lower.raw, rhs: upper.raw,
        operation: RangeOperator.halfOpen.rawValue),
      from: startOf(lower))
  }

  private func isRangeEnd(_ at: Int) -> Bool {
    kinds[min(at, lastIndex)] == .rightBracket || kinds[min(at, lastIndex)] == .comma
  }

  /// `x!` of Swift: takes the value of an optional.
  private mutating func parseForeignUnwrap(_ base: NodeID) -> NodeID {
    let place = tokenSpan(index)
    reportForeign(
      .foreign(
        "`!` takes no value out of an optional: `.unwrap()` does, or panics", place,
        "write `.unwrap()`", [.init(place, ".unwrap()")]))
    let main = start
    advance()
    let symbol = interner.intern("unwrap")
    let member = add(
      Node(.member, main: main, lhs: base.raw, rhs: symbol.raw), from: startOf(base))
    return add(Node(.call, main: main, lhs: member.raw, rhs: 0), from: startOf(base))
  }

  /// `vec![…]` of Rust, at the `!`: the list alone.
  private mutating func parseForeignListMacro(_ base: NodeID) -> NodeID {
    let place = span(startOf(base), ends[index])
    reportForeign(
      .foreign(
        "there are no macros; a list is written `[a, b]`", place, "remove it", [.init(place, "")]))
    advance()
    return parseArrayLiteral()
  }

  /// `name!(…)`, `x!`, `a::b`, `p->x`, `x++`, `x--`; nil when it is none of them.
  private mutating func parseForeignPostfix(_ base: NodeID) -> NodeID? {
    guard !isAfterLineEnd else { return nil }
    switch kind {
    case .bang:
      guard isAdjacent(index) else { return nil }
      if peek() == .leftBracket, isAdjacent(index + 1), tree.kind(base) == .name {
        return parseForeignListMacro(base)
      }
      guard peek() == .leftParen, isAdjacent(index + 1) else {
        return startsPlainExpression(index + 1) && !hasNewlineBefore(index + 1)
          ? nil : parseForeignUnwrap(base)
      }
      reportForeign(
        .foreign(
          "there are no macros; a call has no `!`", tokenSpan(index), "remove `!`",
          [.init(tokenSpan(index), "")]))
      advance()
      return base
    case .colon:
      guard isAdjacent(index), peek() == .colon, isAdjacent(index + 1), isAdjacent(index + 2),
        peek(2) == .identifier || peek(2) == .less
      else { return nil }
      let colons = span(start, ends[index + 1])
      reportForeign(.foreign("`::` is written `.`", colons, "write `.`", [.init(colons, ".")]))
      advance()
      return parseMember(base)
    case .arrow:
      guard isAdjacent(index), peek() == .identifier, isAdjacent(index + 1) else { return nil }
      reportForeign(
        .foreign(
          "a member behind a pointer is written `p.*.\(tokenText(index + 1))`", tokenSpan(index),
          "write `.*.`", [.init(tokenSpan(index), ".*.")]))
      let pointer = add(Node(.dereference, main: start, lhs: base.raw), from: startOf(base))
      return parseMember(pointer)
    case .plusPlus:
      guard isStatementEnd(index + 1) else { return nil }
      return parseIncrement(base, "+", .add, 1)
    case .minus:
      guard peek() == .minus, isAdjacent(index), isAdjacent(index + 1), isStatementEnd(index + 2)
      else { return nil }
      return parseIncrement(base, "-", .subtract, 2)
    case _: return nil
    }
  }

  func isStatementEnd(_ at: Int) -> Bool {
    switch kinds[min(at, lastIndex)] {
    case .endOfFile, .semicolon, .rightBrace, .keywordEnd, .rightParen, .comma, .leftBrace: true
    case _: hasNewlineBefore(at)
    }
  }

  private mutating func parseIncrement(
    _ base: NodeID, _ sign: String, _ operation: BinaryOperator, _ tokens: Int
  ) -> NodeID {
    let place = span(start, ends[index + tokens - 1])
    reportForeign(
      .foreign(
        "`\(sign)\(sign)` is written `\(sign)= 1`", place, "write `\(sign)= 1`",
        [.init(place, " \(sign)= 1")]))
    let main = start
    for _ in 0..<tokens { advance() }
    let one = add(Node(.integer, main: main, lhs: 1), from: main)
    return add(
      Node(.assignment, main: main, lhs: base.raw, rhs: one.raw, operation: operation.rawValue),
      from: startOf(base))
  }
}
