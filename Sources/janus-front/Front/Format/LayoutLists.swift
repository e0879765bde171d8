// The layout of lists in brackets: on one line, or with every element on a line of its own.
import Base
import Lexer
import Parser

/// How a list is laid out.
struct ListStyle: OptionSet {
  let rawValue: UInt8
  /// Spaces stand inside the brackets.
  static let padded = ListStyle(rawValue: 1)
  /// A comma stands after the last element when the list breaks.
  static let endsInComma = ListStyle(rawValue: 2)
  /// Many short elements stand on each line.
  static let filled = ListStyle(rawValue: 4)
  /// A list that the author has broken stays broken.
  static let keepsBreak = ListStyle(rawValue: 8)
  /// The last element may break alone: `f(a, |x| { … })`.
  static let hugsLast = ListStyle(rawValue: 16)
}

extension Layout {
  mutating func layOutLists(_ id: NodeID) {
    let node = tree[id]
    switch node.kind {
    case .call:
      guard !node.flags.contains(.trailing), let opener = tokens.token(startingAt: node.main) else {
        return
      }
      layOutList(opener, tree.call(id).arguments, [.endsInComma, .hugsLast])
    case .intrinsic:
      guard let name = tokens.token(startingAt: node.main) else { return }
      layOutList(name + 1, tree.intrinsic(id).arguments, [.endsInComma, .hugsLast])
    case .index:
      guard let opener = tokens.token(startingAt: node.main) else { return }
      layOutList(opener, tree.index(id).arguments, [])
    case .function:
      guard let opener = parametersOpener(id) else { return }
      layOutList(opener, tree.function(id).parameters, .endsInComma)
      layOutClauses(id)
    case .arrayLiteral:
      guard let range = range(of: id) else { return }
      let elements = tree.elements(id)
      let isFilled = elements.count > 4 && elements.allSatisfy(isShortLiteral)
      layOutList(
        range.first, elements,
        isFilled ? [.endsInComma, .keepsBreak, .filled] : [.endsInComma, .keepsBreak, .hugsLast])
    case .tuple, .tuplePattern:
      guard let range = range(of: id) else { return }
      // The comma of `(a,)` makes the tuple.
      let elements = tree.elements(id)
      layOutList(range.first, elements, elements.count > 1 ? .endsInComma : [])
    case .structLiteral:
      guard let opener = tokens.token(startingAt: node.main) else { return }
      layOutList(opener, tree.structLiteral(id).fields, [.padded, .endsInComma, .keepsBreak])
    case .constructorPattern:
      layOutPattern(id)
    case .requiresCapability:
      guard let range = range(of: id), tokens.kinds[range.last] == .rightBrace else { return }
      layOutList(
        tokens.partner[range.last], tree.capabilityReference(id).fields, [.padded, .endsInComma])
    case .assembly:
      layOutAssembly(id)
    case .alternativePattern:
      layOutAlternatives(id)
    case _: break
    }
  }

  private func isShortLiteral(_ id: NodeID) -> Bool {
    switch tree.kind(id) {
    case .integer, .float, .byte, .character, .boolean: true
    case .unary: isShortLiteral(tree.operand(id))
    case _: false
    }
  }

  private func parametersOpener(_ id: NodeID) -> Int? {
    guard let name = tokens.token(startingAt: tree[id].main) else { return nil }
    var i = name + 1
    if tokens.kinds[i] == .leftBracket { i = tokens.partner[i] + 1 }
    if tokens.kinds[i] == .less {
      while i < tokens.count - 1, tokens.kinds[i] != .leftParen { i += 1 }
    }
    return tokens.kinds[i] == .leftParen ? i : nil
  }

  private mutating func layOutPattern(_ id: NodeID) {
    let item = tree.constructorPattern(id)
    guard item.payloadKind != .none, let range = range(of: id), tokens.partner[range.last] >= 0
    else { return }
    layOutList(
      tokens.partner[range.last], item.payload, item.payloadKind == .record ? .padded : [])
  }

  /// The strings of one `clobber` are operands each, so that commas are found by their brackets.
  private mutating func layOutAssembly(_ id: NodeID) {
    guard let range = range(of: id), tokens.kinds[range.first + 1] == .leftParen else { return }
    let opener = range.first + 1
    separations[opener + 1] = .soft
    separations[range.last] = .soft
    for i in opener + 1..<range.last
    where tokens.kinds[i] == .comma && tokens.enclosing[i] == opener && i + 1 < range.last {
      separations[i + 1] = .softSpace
    }
    regions.append(Region(kind: .group, first: opener, last: range.last))
    regions.append(Region(kind: .body, first: opener, last: range.last))
  }

  private mutating func layOutAlternatives(_ id: NodeID) {
    guard let range = range(of: id) else { return }
    regions.append(Region(kind: .filled, first: range.first, last: range.last))
    for alternative in tree.elements(id).dropFirst() {
      guard let start = self.range(of: alternative)?.first else { continue }
      separations[start] = .softSpace
    }
  }

  /// The list that `opener` opens, with these elements.
  private mutating func layOutList(_ opener: Int, _ elements: NodeList, _ style: ListStyle) {
    let closer = tokens.partner[opener]
    guard closer > opener else { return }
    guard !elements.isEmpty else {
      if closer == opener + 1 { separations[closer] = Separation.none }
      return
    }
    let outer: Separation = style.contains(.padded) ? .softSpace : .soft
    separations[opener + 1] = outer
    separations[closer] = outer
    for element in elements.dropLast() { separateElement(element, before: closer) }
    if style.contains(.endsInComma) { endInComma(closer) }
    let isFilled = style.contains(.filled)
    var region = Region(kind: isFilled ? .filled : .group, first: opener, last: closer)
    region.isForced = style.contains(.keepsBreak) && tokens.gaps[opener + 1].hasNewline
    if style.contains(.hugsLast), let last = elements.last { region.hugged = huggable(last) ?? -1 }
    regions.append(region)
    regions.append(Region(kind: .body, first: opener, last: closer))
  }

  /// The comma after an element, and the line that may break after it.
  private mutating func separateElement(_ element: NodeID, before closer: Int) {
    guard var i = range(of: element)?.last else { return }
    i += 1
    while i < closer, tokens.kinds[i] == .rightParen { i += 1 }
    if tokens.kinds[i] == .comma {
      if tokens.kinds[i + 1] != .dotDotDot { separations[i + 1] = .softSpace }
    } else if i < closer {
      // The fields of a struct literal may be separated by lines alone.
      insertions[i] = .always
      separations[i] = .softSpace
    }
  }

  private mutating func endInComma(_ closer: Int) {
    switch tokens.kinds[closer - 1] {
    case .comma: spellings[closer - 1] = .commaIfBroken
    case .dotDotDot: break
    case _: insertions[closer] = .ifBroken
    }
  }

  /// The token at which `id` starts to spread over lines by itself, when it may.
  func huggable(_ id: NodeID) -> Int? {
    switch tree.kind(id) {
    case .closure:
      let body = tree.closure(id).body
      return tree.kind(body) == .block ? huggable(body) : nil
    case .structLiteral:
      return tokens.token(startingAt: tree[id].main)
    case .arrayLiteral, .block, .match, .ifExpression, .unsafeBlock:
      return range(of: id)?.first
    case .argument:
      return huggable(tree.argument(id).value)
    case _: return nil
    }
  }

  // MARK: Clauses of a signature

  /// `requires` clauses stand on lines of their own when the signature does not fit on one line,
  /// or when the author has put them there.
  private mutating func layOutClauses(_ id: NodeID) {
    let item = tree.function(id)
    guard !item.clauses.isEmpty, let whole = range(of: id) else { return }
    var last = whole.first
    var isForced = false
    var clauseStart = whole.last
    for clause in item.clauses {
      guard let range = range(of: clause) else { return }
      separations[range.first] = .softSpace
      isForced = isForced || tokens.gaps[range.first].hasNewline
      clauseStart = min(clauseStart, range.first)
      last = max(last, range.last)
    }
    if item.result.exists, let result = range(of: item.result) {
      let arrow = result.first - 1
      if arrow > clauseStart, tokens.kinds[arrow] == .arrow { separations[arrow] = .softSpace }
      last = max(last, result.last)
    }
    var region = Region(kind: .group, first: whole.first, last: last)
    region.isForced = isForced
    if item.body.exists, let opener = range(of: item.body)?.first {
      separations[opener] = .softSpace
      region.last = opener
      region.endsBefore = true
      regions.append(Region(kind: .body, first: clauseStart - 1, last: opener))
    } else {
      region.kind = .indentedGroup
    }
    regions.append(region)
  }
}
