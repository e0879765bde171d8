// The layout of blocks and of other bodies: `do … end` for control flow, braces for declarations.
import Base
import Lexer
import Parser

extension Layout {
  /// Notes which form the blocks of a construct take, and which nodes stand inside another.
  mutating func noteOwner(_ id: NodeID) {
    switch tree.kind(id) {
    case .function: note(tree.function(id).body, isDo: false)
    case .destructor: note(tree.destructorBody(id), isDo: false)
    case .test: note(tree.testBody(id), isDo: false)
    case .forLoop: note(tree.forLoop(id).body, isDo: true)
    case .whileLoop: note(tree.whileLoop(id).body, isDo: true)
    case .unsafeBlock, .deferred: note(tree.operand(id), isDo: true)
    case .grant: note(tree.grant(id).body, isDo: true)
    case .scratchpad: note(tree.scratchpad(id).body, isDo: true)
    case .using: note(tree.using(id).body, isDo: true)
    case .closure: closureBodies.insert(tree.closure(id).body)
    case .ifExpression:
      let item = tree.ifExpression(id)
      partsOfIf.insert(item.then)
      if item.otherwise.exists { partsOfIf.insert(item.otherwise) }
    case _: break
    }
  }

  private mutating func note(_ block: NodeID, isDo: Bool) {
    if block.exists { wantsDo[block] = isDo }
  }

  mutating func layOutBlocks(_ id: NodeID) {
    switch tree.kind(id) {
    case .block:
      guard !partsOfIf.contains(id), let range = range(of: id) else { return }
      layOutBlock(id, range.first, range.last)
    case .ifExpression:
      if !partsOfIf.contains(id) { layOutIf(id) }
    case .whileLoop:
      layOutHeader(tree.whileLoop(id).condition, before: tree.whileLoop(id).body)
    case .match:
      guard let range = range(of: id), let opener = bodyOpener(tree.match(id).scrutinee) else {
        return
      }
      layOutMembers(opener, range.last, isEmpty: tree.match(id).arms.isEmpty)
    case .structure, .enumeration, .trait, .implementation, .capability:
      guard let range = range(of: id), let opener = memberOpener(range.first, range.last) else {
        return
      }
      layOutMembers(opener, range.last, isEmpty: members(id).isEmpty)
    case .variant:
      let item = tree.variant(id)
      guard item.payloadKind == .record, let range = range(of: id),
        let opener = memberOpener(range.first, range.last), tokens.partner[opener] >= 0
      else { return }
      layOutMembers(opener, tokens.partner[opener], isEmpty: item.payload.isEmpty)
    case _: break
    }
  }

  private func members(_ id: NodeID) -> NodeList {
    switch tree.kind(id) {
    case .structure: tree.structure(id).members
    case .enumeration: tree.enumeration(id).members
    case .trait: tree.trait(id).members
    case .implementation: tree.implementation(id).members
    case _: tree.capabilityFields(id)
    }
  }

  /// The `{` or `do` after the header of a declaration.
  private func memberOpener(_ first: Int, _ last: Int) -> Int? {
    var i = first
    while i <= last {
      switch tokens.kinds[i] {
      case .leftBrace, .keywordDo: return i
      case .leftParen, .leftBracket: i = max(i, tokens.partner[i])
      case _: break
      }
      i += 1
    }
    return nil
  }

  /// The `{` or `do` after the expression of a header, which may end in parentheses.
  private func bodyOpener(_ header: NodeID) -> Int? {
    guard let range = range(of: header) else { return nil }
    var i = range.last + 1
    while i < tokens.count, tokens.kinds[i] == .rightParen { i += 1 }
    guard tokens.kinds[i] == .leftBrace || tokens.kinds[i] == .keywordDo else { return nil }
    return i
  }

  // MARK: Blocks of statements

  private mutating func layOutBlock(_ id: NodeID, _ opener: Int, _ closer: Int) {
    let isDo = wantsDo[id] ?? tree[id].flags.contains(.doBlock)
    spellings[opener] = isDo ? .doWord : .openBrace
    spellings[closer] = isDo ? .endWord : .closeBrace
    let statements = tree.statements(id)
    let isFlat =
      isOnOneLine(opener, closer)
      && (closureBodies.contains(id) ? statements.count <= 1 : isShort(statements))
    regions.append(Region(kind: .group, first: opener, last: closer))
    layOutBody(opener, closer, statements, isFlat: isFlat)
    if statements.isEmpty && closer == opener + 1 && !isDo {
      separations[closer] = tokens.gaps[closer].comments.isEmpty ? Separation.none : .softSpace
    }
  }

  /// May stand on a line with what is around it: at most one statement, without a body of its own.
  private func isShort(_ statements: NodeList) -> Bool {
    guard let only = statements.first else { return true }
    switch tree.kind(only) {
    case .ifExpression, .forLoop, .whileLoop, .match, .grant, .scratchpad, .using: return false
    case _: return statements.count == 1
    }
  }

  /// The statements between `opener` and `closer`, and the line of the closer.
  private mutating func layOutBody(
    _ opener: Int, _ closer: Int, _ statements: NodeList, isFlat: Bool
  ) {
    regions.append(Region(kind: .body, first: opener, last: closer))
    dropSeparators(before: closer)
    let separation: Separation = isFlat ? .softSpace : .hard
    separations[closer] = statements.isEmpty && !tokens.gaps[closer].hasNewline
      ? .softSpace : separation
    guard !statements.isEmpty else { return }
    if let first = firstStatement(after: opener, before: closer) { separations[first] = separation }
  }

  private func firstStatement(after opener: Int, before closer: Int) -> Int? {
    (opener + 1..<closer).first { tokens.startsStatement[$0] }
  }

  // MARK: Members and arms

  private mutating func layOutMembers(_ opener: Int, _ closer: Int, isEmpty: Bool) {
    spellings[opener] = .openBrace
    spellings[closer] = .closeBrace
    regions.append(Region(kind: .group, first: opener, last: closer))
    regions.append(Region(kind: .body, first: opener, last: closer))
    let isFlat = isOnOneLine(opener, closer)
    dropSeparators(before: closer)
    if isEmpty {
      let hasComments = !tokens.gaps[closer].comments.isEmpty
      separations[closer] = hasComments ? .softSpace : Separation.none
      return
    }
    separations[closer] = isFlat ? .softSpace : .hard
    guard isFlat else { return }
    var i = opener + 1
    while i < closer {
      if tokens.startsStatement[i] {
        separations[i] = .softSpace
        if i > opener + 1, spellings[i - 1] == .dropped { spellings[i - 1] = .commaIfFlat }
      }
      i = max(i, tokens.partner[i]) + 1
    }
  }

  // MARK: `if`

  /// The header's condition breaks before its operators, and then the body's word stands alone.
  private mutating func layOutHeader(_ condition: NodeID, before body: NodeID) {
    guard tree.kind(condition) == .binary, let range = range(of: condition),
      let opener = tokens.token(startingAt: tree.spans[Int(body.raw)].start)
    else { return }
    separations[opener] = .softSpace
    regions.append(Region(kind: .group, first: range.first, last: opener, endsBefore: true))
  }

  /// A chain, from its first `if`: one `end` closes it.
  private mutating func layOutIf(_ id: NodeID) {
    guard let whole = range(of: id), let branches = branches(of: id, whole.last) else { return }
    let isFlat =
      isOnOneLine(whole.first, whole.last)
      && branches.allSatisfy { isShort($0.statements) && !startsWithIf($0) }
    regions.append(Region(kind: .group, first: whole.first, last: whole.last))
    var branch = id
    while true {
      let item = tree.ifExpression(branch)
      layOutHeader(item.condition, before: item.then)
      guard item.otherwise.exists, tree.kind(item.otherwise) == .ifExpression else { break }
      branch = item.otherwise
    }
    for (index, branch) in branches.enumerated() {
      let isLast = index == branches.count - 1
      spellings[branch.opener] = branch.isElse ? .dropped : .doWord
      if branch.isElse && startsWithDo(branch) { spellings[branch.opener] = .doWord }
      if tokens.kinds[branch.opener] == .keywordElse { spellings[branch.opener] = .asWritten }
      if branch.isElse && spellings[branch.opener] == .dropped {
        separations[branch.opener] = Separation.none
      }
      layOutBody(branch.opener, branch.closer, branch.statements, isFlat: isFlat)
      if isLast { spellings[branch.closer] = .endWord }
      separations[branch.closer] = isFlat ? .softSpace : .hard
    }
  }

  private struct Branch {
    /// `{`, `do`, or the `else` of a chain of `do`.
    var opener: Int
    /// The `else` that follows, or the chain's last `}` or `end`.
    var closer: Int
    var statements: NodeList
    var isElse: Bool
  }

  private mutating func branches(of id: NodeID, _ last: Int) -> [Branch]? {
    var result: [Branch] = []
    var next = id
    while next.exists {
      let isElse = tree.kind(next) == .block
      let block = isElse ? next : tree.ifExpression(next).then
      let after = isElse ? NodeID.none : tree.ifExpression(next).otherwise
      let span = tree.spans[Int(block.raw)]
      guard tree.kind(block) == .block, var opener = tokens.token(startingAt: span.start),
        let end = tokens.token(endingAt: span.end)
      else { return nil }
      if tokens.kinds[opener] == .keywordElse, tokens.kinds[opener + 1] == .keywordDo {
        opener += 1
      }
      if after.exists && tokens.kinds[end + 1] == .keywordElse,
        !tree[block].flags.contains(.doBlock)
      {
        // The `}` before `else` goes.
        dropSeparators(before: end)
        spellings[end] = .dropped
        separations[end] = Separation.none
      }
      let closer = after.exists ? end + 1 : last
      result.append(
        Branch(opener: opener, closer: closer, statements: tree.statements(block), isElse: isElse))
      next = after
    }
    return result
  }

  /// On one line, `else if` would join the chain.
  private func startsWithIf(_ branch: Branch) -> Bool {
    branch.isElse && tokens.kinds[branch.opener + 1] == .keywordIf
  }

  /// After `else`, the `do` of a block would be taken for the branch's own.
  private func startsWithDo(_ branch: Branch) -> Bool {
    guard tokens.kinds[branch.opener] != .keywordElse else { return false }
    return tokens.kinds[branch.opener + 1] == .keywordDo
  }
}
