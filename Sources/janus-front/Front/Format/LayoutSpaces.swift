// Spaces between tokens of one line: by what the tokens are, and by their place in the tree where
// their kinds do not tell.
import Base
import Lexer
import Parser

extension Layout {
  /// Notes the roles of the tokens that `id` has of its own.
  mutating func layOutSpaces(_ id: NodeID) {
    let node = tree[id]
    switch node.kind {
    case .binary, .pipeline, .assignment: setRole(.binary, at: node.main)
    case .unary, .borrow:
      if !isWord(at: node.main) { setRole(.prefix, at: node.main) }
    case .call:
      if !node.flags.contains(.trailing) { setRole(.postfix, at: node.main) }
    case .index: setRole(.postfix, at: node.main)
    case .propagate: setRole(.postfix, at: node.main)
    case .optionalType:
      setRole(tree.spans[Int(id.raw)].start == node.main ? .prefix : .postfix, at: node.main)
    case .pointerType: setRole(.prefix, at: tree.spans[Int(id.raw)].start)
    case .sliceType, .arrayType: setSequenceType(id)
    case .typeName, .typeMember: setTypeArguments(id)
    case .range, .rangePattern: setRange(id)
    case .function, .structure, .enumeration, .trait, .typeAlias: setDeclaredName(id)
    case .variant: setDeclaredName(id)
    case .implementation: setImplementation(id)
    case .closure: setBars(id)
    case .scratchpad: setScratchpad(id)
    case .importModule: setSelection(id)
    case .implicitMember, .constructorPattern: noteLeadingDot(id)
    case .profile, .assembly, .functionType: keepSource(id)
    case .attribute:
      keepSource(id)
      if let range = range(of: id) { attributeEnds.insert(range.last) }
    case _: break
    }
  }

  private mutating func setRole(_ role: TokenRole, at place: Int32) {
    if let token = tokens.token(startingAt: place) { roles[token] = role }
  }

  private func isWord(at place: Int32) -> Bool {
    guard let token = tokens.token(startingAt: place) else { return true }
    return tokens.kinds[token].isKeyword
  }

  /// Nothing stands after the `]` of `[]T` and `[n]T`.
  private mutating func setSequenceType(_ id: NodeID) {
    guard let opener = tokens.token(startingAt: tree.spans[Int(id.raw)].start),
      tokens.partner[opener] > opener
    else { return }
    roles[tokens.partner[opener]] = .prefix
  }

  /// `Name[A]`, `Name<A>`.
  private mutating func setTypeArguments(_ id: NodeID) {
    guard let name = tokens.token(startingAt: tree[id].main) else { return }
    setArguments(after: name, id)
  }

  private mutating func setArguments(after name: Int, _ id: NodeID) {
    let end = Int(tree.spans[Int(id.raw)].end)
    switch tokens.kinds[name + 1] {
    case .leftBracket where tokens.starts[name + 1] < end: roles[name + 1] = .postfix
    case .less where tokens.starts[name + 1] < end: setAngles(name + 1)
    case _: break
    }
  }

  /// From `<` to the `>` that closes it.
  private mutating func setAngles(_ opener: Int) {
    var open = 0
    var i = opener
    repeat {
      switch tokens.kinds[i] {
      case .less:
        open += 1
        roles[i] = .tight
      case .greater, .greaterEqual:
        open -= 1
        roles[i] = .postfix
      case .greaterGreater, .greaterGreaterEqual:
        open -= 2
        roles[i] = .postfix
      case _: break
      }
      i += 1
    } while open > 0 && i < tokens.count
  }

  /// `a..<b`; where an end is missing, the operator stands as any other token.
  private mutating func setRange(_ id: NodeID) {
    guard let token = tokens.token(startingAt: tree[id].main) else { return }
    let item = tree.range(id)
    roles[token] = item.lower.exists ? (item.upper.exists ? .tight : .postfix) : .prefix
  }

  /// What stands after a declared name belongs to it: `f[T](`, `Circle(`.
  private mutating func setDeclaredName(_ id: NodeID) {
    guard let name = tokens.token(startingAt: tree[id].main) else { return }
    var next = name + 1
    if tokens.kinds[next] == .leftBracket {
      roles[next] = .postfix
      next = tokens.partner[next] + 1
    } else if tokens.kinds[next] == .less {
      setAngles(next)
    }
    if tokens.kinds[next] == .leftParen { roles[next] = .postfix }
  }

  /// `impl[T]`.
  private mutating func setImplementation(_ id: NodeID) {
    guard let range = range(of: id) else { return }
    for i in range.first...range.last where tokens.kinds[i] == .keywordImpl {
      if tokens.kinds[i + 1] == .leftBracket { roles[i + 1] = .postfix }
      return
    }
  }

  /// The bars around a closure's parameters.
  private mutating func setBars(_ id: NodeID) {
    guard let range = range(of: id) else { return }
    var opener = range.first
    while opener <= range.last, tokens.kinds[opener] != .bar {
      switch tokens.kinds[opener] {
      case .leftBrace, .keywordDo, .identifier: opener += 1
      case _: return
      }
      if opener > range.first + 2 { return }
    }
    let item = tree.closure(id)
    var closer = opener + 1
    if let last = item.parameters.last, let end = self.range(of: last)?.last { closer = end + 1 }
    guard !item.parameters.isEmpty || tokens.kinds[closer] == .bar else { return }
    while closer < range.last, tokens.kinds[closer] != .bar { closer += 1 }
    roles[opener] = .prefix
    roles[closer] = .postfix
  }

  private mutating func setScratchpad(_ id: NodeID) {
    guard let name = tokens.token(startingAt: tree.scratchpad(id).nameStart), name > 0 else {
      return
    }
    roles[name - 1] = .prefix
    roles[name + 1] = .postfix
    setRoleOfCapacity(id)
  }

  private mutating func setRoleOfCapacity(_ id: NodeID) {
    guard let word = tokens.token(startingAt: tree[id].main) else { return }
    if tokens.kinds[word + 1] == .leftParen { roles[word + 1] = .postfix }
  }

  /// `import std.chars.{Chars}`.
  private mutating func setSelection(_ id: NodeID) {
    guard let range = range(of: id), tokens.kinds[range.last] == .rightBrace else { return }
    roles[range.last] = .postfix
    roles[tokens.partner[range.last]] = .tight
  }

  private mutating func noteLeadingDot(_ id: NodeID) {
    guard let first = tokens.token(startingAt: tree.spans[Int(id.raw)].start),
      tokens.kinds[first] == .dot
    else { return }
    leadingDots.insert(first)
  }

  private mutating func keepSource(_ id: NodeID) {
    guard let range = range(of: id), range.first < range.last else { return }
    let isProfile = tree.kind(id) == .profile
    for i in range.first + 1...range.last where isProfile || tokens.kinds[i] == .leftParen {
      roles[i] = .asInSource
    }
  }

  // MARK: The rest

  /// Separates the tokens about which no construct has said anything.
  mutating func separateRest() {
    separations[0] = Separation.none
    for i in 1..<tokens.count where separations[i] == nil {
      if isAfterAttribute(i) && tokens.gaps[i].hasNewline {
        separations[i] = .hard
      } else {
        separations[i] = isSpaced(i - 1, i) ? .space : Separation.none
      }
    }
  }

  /// The token follows an attribute, so that the author decides about the line.
  private func isAfterAttribute(_ token: Int) -> Bool { attributeEnds.contains(token - 1) }

  private func isSpaced(_ previous: Int, _ token: Int) -> Bool {
    if roles[token] == .asInSource { return !tokens.gaps[token].isEmpty }
    if roles[token] == .postfix || roles[token] == .tight { return false }
    if roles[previous] == .prefix || roles[previous] == .tight { return false }
    let before = tokens.kinds[previous]
    switch before {
    case .leftParen, .leftBracket, .dot, .questionDot, .at: return false
    case .minus, .star, .starStar, .ampersand, .tilde, .question, .questionQuestion:
      // Not an operator between operands, so it belongs to what follows; after an operand, to that.
      if roles[previous] == .plain && before != .questionQuestion { return false }
    case _: break
    }
    switch tokens.kinds[token] {
    case .comma, .semicolon, .rightParen, .rightBracket, .colon, .questionDot, .dotStar:
      return false
    case .dot: return isLeadingDot(token)
    case .leftParen: return isSpacedParenthesis(before, token)
    case .leftBracket: return isSpacedBracket(before, token)
    case .rightBrace: return before != .leftBrace
    case _: return true
    }
  }

  /// `.Variant`, which is no member of what stands before it.
  private func isLeadingDot(_ token: Int) -> Bool { leadingDots.contains(token) }

  private func isSpacedParenthesis(_ before: TokenKind, _ token: Int) -> Bool {
    switch before {
    case .keywordFunc: false
    case .identifier, .keywordSelf, .keywordSelfType, .rightParen, .rightBracket, .rightBrace,
      .keywordTest, .dotStar, .question:
      !tokens.gaps[token].isEmpty
    case _: true
    }
  }

  private func isSpacedBracket(_ before: TokenKind, _ token: Int) -> Bool {
    switch before {
    case .identifier, .rightParen, .rightBracket, .keywordSelf, .keywordSelfType, .keywordFunc:
      !tokens.gaps[token].isEmpty
    case _: true
    }
  }
}
