// Types.
import Base
import Lexer

extension Parser {
  /// Any type, with `! E` after it.
  mutating func parseType() -> NodeID {
    let start = self.start
    var value = NodeID.none
    if kind != .bang { value = parseSimpleType(isCast: false) }
    guard kind == .bang, !isAfterLineEnd else { return value }
    let main = self.start
    advance()
    let error = parseSimpleType(isCast: false)
    return add(Node(.resultType, main: main, lhs: value.raw, rhs: error.raw), from: start)
  }

  /// The type after `as`, where operators may follow.
  mutating func parseCastType() -> NodeID { parseSimpleType(isCast: true) }

  private mutating func parseSimpleType(isCast: Bool) -> NodeID {
    let start = self.start
    guard enter() else {
      leave()
      return errorNode(start)
    }
    defer { leave() }
    var type = parsePrefixType(isCast)
    while !isAfterLineEnd {
      if kind == .question || (kind == .questionQuestion && !isCast) {
        let levels = kind == .question ? 1 : 2
        let main = self.start
        advance()
        for _ in 0..<levels {
          type = add(Node(.optionalType, main: main, lhs: type.raw), from: start)
        }
      } else if kind == .leftBracket, peek() == .rightBracket, !isCast {
        reportForeign(
          .foreign(
            "a slice type is written `[]T`", span(start, ends[index + 1]), "write `[]` before it",
            [
              .init(span(start, start), "[]"), .init(span(self.start, ends[index + 1]), ""),
            ]))
        advance()
        advance()
        type = add(Node(.sliceType, main: start, lhs: type.raw), from: start)
      } else {
        break
      }
    }
    return type
  }

  private mutating func parsePrefixType(_ isCast: Bool) -> NodeID {
    let start = self.start
    switch kind {
    case .question:
      advance()
      let inner = parseSimpleType(isCast: isCast)
      return add(Node(.optionalType, main: start, lhs: inner.raw), from: start)
    case .questionQuestion:
      advance()
      let inner = parseSimpleType(isCast: isCast)
      let optional = add(Node(.optionalType, main: start + 1, lhs: inner.raw), from: start + 1)
      return add(Node(.optionalType, main: start, lhs: optional.raw), from: start)
    case .star, .starStar: return parsePointerType(isCast)
    case .leftBracket: return parseSequenceType(isCast)
    case .leftParen: return parseTupleType()
    case .keywordFunc:
      advance()
      return parseFunctionType(start)
    case .keywordSelfType: return single(.selfType)
    case .keywordType: return single(.typeType)
    case .underscore: return single(.inferredType)
    case .identifier:
      if isWord("fn"), peek() == .leftParen {
        reportForeign(
          .foreign(
            "a function type is written `func(A) -> B`", tokenSpan(index), "write `func`",
            [.init(tokenSpan(index), "func")]))
        advance()
        return parseFunctionType(start)
      }
      return parseNamedType(isCast)
    case .ampersand: return parseForeignReference(isCast)
    case .at where isWord("unique", index + 1) && kinds[min(index + 2, lastIndex)] == .keywordFunc:
      advance()
      advance()
      advance()
      return parseFunctionType(start, isUnique: true)
    case _:
      report(.expectedType(found, tokenSpan(index)))
      return recoverType()
    }
  }

  private mutating func recoverType() -> NodeID {
    let start = self.start
    switch kind {
    case .keywordNull, .keywordUndefined, .integer, .string, .keywordTrue, .keywordFalse:
      if !isAfterLineEnd { advance() }
    case _: errorIndex = index
    }
    return errorNode(start)
  }

  /// `Name`, `a.b.Name`, `Name[A, B]`, `Name<A, B>`.
  private mutating func parseNamedType(_ isCast: Bool) -> NodeID {
    let start = self.start
    let symbol = name(index)
    advance()
    let arguments = parseOptionalTypeArguments(isCast)
    var type = add(Node(.typeName, main: start, lhs: symbol.raw, rhs: arguments), from: start)
    while kind == .dot || isDoubleColon {
      // A member of what is cast, on the next line.
      if isCast && hasNewlineBefore(index) { break }
      guard peek() == .identifier || kind == .colon else { break }
      if kind == .colon {
        let colons = span(self.start, ends[index + 1])
        reportForeign(.foreign("`::` is written `.`", colons, "write `.`", [.init(colons, ".")]))
        advance()
      }
      advance()
      let main = self.start
      let member = name(index)
      advance()
      let arguments = parseOptionalTypeArguments(isCast)
      type = add(
        Node(.typeMember, main: main, lhs: type.raw, rhs: record(member.raw, arguments)),
        from: start)
    }
    return type
  }

  private var isDoubleColon: Bool {
    kind == .colon && peek() == .colon && isAdjacent(index) && isAdjacent(index + 1)
      && peek(2) == .identifier
  }

  private mutating func parseOptionalTypeArguments(_ isCast: Bool) -> UInt32 {
    if kind == .leftBracket, peek() != .rightBracket, !isAfterLineEnd, !isCast || isAdjacent(index)
    {
      return parseTypeArguments()
    }
    if kind == .less, !isCast, !isAfterLineEnd { return parseTypeArguments() }
    return 0
  }

  /// `[A, B]` or `<A, B>`: a list of types and constant expressions.
  mutating func parseTypeArguments() -> UInt32 {
    let open = index
    let isAngle = kind == .less
    let close: TokenKind = isAngle ? .greater : .rightBracket
    let spelling: StaticString = isAngle ? ">" : "]"
    advance()
    let saved = context
    context.remove([.linesEnd, .header, .arm])
    let mark = pending.count
    while kind != close && kind != .endOfFile {
      let before = index
      pending.append(parseTypeArgument(isAngle).raw)
      if isAngle && closesAngle { break }
      if !continuesList(close, spelling) || index == before { break }
    }
    context = saved
    if isAngle { closeAngle(open) } else { closeGroup(close, spelling, open) }
    return finishList(mark)
  }

  private mutating func parseTypeArgument(_ isAngle: Bool) -> NodeID {
    switch kind {
    case .integer, .minus, .string, .character, .keywordTrue, .keywordFalse:
      return parseBinary(isAngle ? Precedence.additive : Precedence.coalesce)
    case _: return parseType()
    }
  }

  /// `>>` that closes two lists: this list consumes the first `>` of the token. The token shrinks
  /// in place, and the list around this one finds the rest.
  private mutating func closeAngle(_ open: Int) {
    let rest: TokenKind
    switch kind {
    case .greaterGreater: rest = .greater
    case .greaterEqual: rest = .equal
    case .greaterGreaterEqual: rest = .greaterEqual
    case _: return closeGroup(.greater, ">", open)
    }
    kinds[index] = rest
    starts[index] += 1
    kind = rest
  }

  private var closesAngle: Bool {
    kind == .greater || kind == .greaterGreater || kind == .greaterEqual
      || kind == .greaterGreaterEqual
  }

  private mutating func parsePointerType(_ isCast: Bool) -> NodeID {
    let start = self.start
    let isDouble = kind == .starStar
    advance()
    var flags: NodeFlags = []
    if accept(.keywordConst) { flags = .constant }
    let inner = parseSimpleType(isCast: isCast)
    let pointer = add(
      Node(.pointerType, main: isDouble ? start + 1 : start, lhs: inner.raw, flags: flags),
      from: isDouble ? start + 1 : start)
    guard isDouble else { return pointer }
    return add(Node(.pointerType, main: start, lhs: pointer.raw), from: start)
  }

  /// `[]T`, `[]const T`, `[n]T`.
  private mutating func parseSequenceType(_ isCast: Bool) -> NodeID {
    let start = self.start
    let open = index
    advance()
    if accept(.rightBracket) {
      var flags: NodeFlags = []
      if accept(.keywordConst) { flags = .constant }
      let element = parseSimpleType(isCast: isCast)
      return add(Node(.sliceType, main: start, lhs: element.raw, flags: flags), from: start)
    }
    if kind == .identifier, peek() == .rightBracket, isForeignSlice(index + 2) {
      // `[T]` of Swift and Rust.
      let name = parseNestedExpression()
      reportForeign(
        .foreign(
          "a slice type is written `[]T`, a list `List[T]`", span(start, ends[index]),
          "write `List[T]`", [.init(span(start, start), "List")]))
      advance()
      let element = add(
        Node(.typeName, main: tree[name].main, lhs: tree[name].lhs), start + 1, previousEnd - 1)
      return add(Node(.sliceType, main: start, lhs: element.raw), from: start)
    }
    let length = kind == .underscore ? single(.discard) : parseNestedExpression()
    closeGroup(.rightBracket, "]", open)
    let element = parseSimpleType(isCast: isCast)
    return add(Node(.arrayType, main: start, lhs: length.raw, rhs: element.raw), from: start)
  }

  /// Nothing that could be an element type follows `[T]`.
  private func isForeignSlice(_ at: Int) -> Bool {
    switch kinds[min(at, lastIndex)] {
    case .identifier, .keywordSelfType, .keywordFunc, .star, .leftBracket, .question, .leftParen,
      .underscore, .starStar:
      hasNewlineBefore(at)
    case _: true
    }
  }

  private mutating func parseTupleType() -> NodeID {
    let start = self.start
    let mark = pending.count
    let hasComma = parseBracketed(.rightParen, ")") { $0.pending.append($0.parseType().raw) }
    if pending.count == mark + 1 && !hasComma { return NodeID(pending.removeLast()) }
    return add(Node(.tupleType, main: start, lhs: finishList(mark)), from: start)
  }

  /// `(A, inout B) -> C requires cap D`, after `func` or `@unique func`.
  mutating func parseFunctionType(_ start: Int32, isUnique: Bool = false) -> NodeID {
    guard kind == .leftParen else {
      report(.expected("`(` after `func`", found, tokenSpan(index)))
      return errorNode(start)
    }
    let mark = pending.count
    parseBracketed(.rightParen, ")") { $0.pending.append($0.parseFunctionTypeParameter().raw) }
    let parameters = finishList(mark)
    let result = kind == .arrow && !isAfterLineEnd ? parseArrowType() : NodeID.none
    let clauseMark = pending.count
    while isWord("requires"), isWord("cap", index + 1), !isAfterLineEnd {
      pending.append(parseClause().raw)
    }
    let clauses = finishList(clauseMark)
    return add(
      Node(
        .functionType, main: start, lhs: record(parameters, result.raw, clauses),
        flags: isUnique ? .unique : []), from: start)
  }

  private mutating func parseArrowType() -> NodeID {
    advance()
    return parseType()
  }

  private mutating func parseFunctionTypeParameter() -> NodeID {
    let start = self.start
    var mode = PassingMode.borrow
    if kind == .identifier, isWord("inout") || isWord("owned"), peek() != .comma,
      peek() != .rightParen, peek() != .dot, peek() != .colon
    {
      mode = isWord("inout") ? .inout : .owned
      advance()
    }
    var symbol = Symbol.empty
    if kind == .identifier || kind == .underscore, peek() == .colon, peek(2) != .colon {
      if kind == .identifier { symbol = name(index) }
      advance()
      advance()
    }
    let type = parseType()
    return add(
      Node(
        .functionTypeParameter, main: start, lhs: type.raw, rhs: symbol.raw,
        operation: mode.rawValue),
      from: start)
  }

  /// `&T`, `&mut T` of Rust.
  private mutating func parseForeignReference(_ isCast: Bool) -> NodeID {
    let start = self.start
    advance()
    if isWord("mut") { advance() }
    reportForeign(
      .foreign(
        "there are no reference types; a parameter borrows, or has `inout` before its name",
        span(start, previousEnd), "remove it", [.init(span(start, self.start), "")]))
    return parseSimpleType(isCast: isCast)
  }
}

extension Diagnostic {
  fileprivate static func expectedType(_ found: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(.expectedType, "expected a type, found \(found)", at: span)
  }
}
