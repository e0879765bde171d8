// What the printer prints: a flat list of steps, made from the tokens, their layout and the
// comments between them.
import Base
import Lexer

/// One step. Texts are places in the source, or words of the formatter's own.
enum DocumentStep {
  case source(start: Int, end: Int)
  case word(StaticString)
  /// Printed when the group around it breaks, or when it does not.
  case ifBroken(StaticString), ifFlat(StaticString)
  /// A line break when the group around it breaks; `isPadded`: else a space.
  case line(isPadded: Bool, isBlankBefore: Bool)
  case hardLine(isBlankBefore: Bool)
  /// Opens the group whose description has that number.
  case begin(Int)
  case end
  /// Lines between are indented when the group around them breaks.
  case indent, dedent
}

/// A group: where it ends, and what may break alone.
struct DocumentGroup {
  var end = 0
  var isFilled = false
  var isForced = false
  /// The step of the last element, which may break alone; or -1.
  var hugged = -1
}

struct Document {
  let bytes: ContiguousArray<UInt8>
  var steps: ContiguousArray<DocumentStep> = []
  var groups: ContiguousArray<DocumentGroup> = []

  init(_ layout: Layout) {
    bytes = layout.tokens.bytes
    var builder = DocumentBuilder(layout)
    builder.build()
    steps = builder.steps
    groups = builder.groups
  }
}

private struct DocumentBuilder {
  let layout: Layout
  let tokens: FormatTokens
  var steps: ContiguousArray<DocumentStep> = []
  var groups: ContiguousArray<DocumentGroup> = []
  /// Regions that are open: the last token of each, and the number of its group (-1 for a body).
  private var open: [(region: Region, group: Int)] = []
  private var nextRegion = 0
  /// A line comment was written: nothing may follow it on its line.
  private var mustBreak = false
  /// Nothing stands on the lines since the token that opened the body.
  private var isAtStart = true
  /// Comments that go behind the comma after them.
  private var delayed: [Comment] = []

  init(_ layout: Layout) {
    self.layout = layout
    tokens = layout.tokens
    steps.reserveCapacity(tokens.count * 3)
  }

  mutating func build() {
    for token in 0..<tokens.count {
      writeGap(token)
      closeGroups(token, early: true)
      openGroups(token)
      writeToken(token)
      closeGroups(token, early: false)
      openBodies(token)
    }
  }

  // MARK: Regions

  private mutating func openGroups(_ token: Int) {
    for entry in open where entry.region.hugged == token && entry.group >= 0 {
      groups[entry.group].hugged = steps.count
    }
    while nextRegion < layout.regions.count, layout.regions[nextRegion].first == token,
      layout.regions[nextRegion].kind != .body
    {
      var region = layout.regions[nextRegion]
      nextRegion += 1
      // A region ends within the one around it, whatever the source looks like.
      if let outer = open.last?.region {
        region.last = min(region.last, outer.kind == .body ? outer.last - 1 : outer.last)
        if region.last < token { continue }
      }
      steps.append(.begin(groups.count))
      open.append((region, groups.count))
      groups.append(
        DocumentGroup(isFilled: region.kind == .filled, isForced: region.isForced))
      if region.kind == .indentedGroup || region.kind == .filled && !isList(region) {
        steps.append(.indent)
      }
    }
  }

  /// A filled list has a body of its own, which is indented; alternatives have none.
  private func isList(_ region: Region) -> Bool { tokens.partner[region.first] == region.last }

  private mutating func openBodies(_ token: Int) {
    while nextRegion < layout.regions.count, layout.regions[nextRegion].first == token {
      open.append((layout.regions[nextRegion], -1))
      nextRegion += 1
      steps.append(.indent)
      isAtStart = true
    }
  }

  /// Closes the groups that end before the token, or after it.
  private mutating func closeGroups(_ token: Int, early: Bool) {
    while let last = open.last, last.region.kind != .body, last.region.last == token,
      last.region.endsBefore == early
    {
      if last.region.kind == .indentedGroup || last.region.kind == .filled && !isList(last.region) {
        steps.append(.dedent)
      }
      groups[last.group].end = steps.count
      steps.append(.end)
      open.removeLast()
    }
  }

  private mutating func closeBodies(_ token: Int) -> Bool {
    var hasClosed = false
    while let last = open.last, last.region.kind == .body, last.region.last == token {
      steps.append(.dedent)
      open.removeLast()
      hasClosed = true
    }
    return hasClosed
  }

  // MARK: Tokens

  private mutating func writeToken(_ token: Int) {
    switch layout.spellings[token] {
    case .asWritten:
      if tokens.starts[token] < tokens.ends[token] {
        write(.source(start: tokens.starts[token], end: tokens.ends[token]))
      }
    case .dropped: return
    case .doWord: write(.word("do"))
    case .endWord: write(.word("end"))
    case .openBrace: write(.word("{"))
    case .closeBrace: write(.word("}"))
    case .commaIfBroken: steps.append(.ifBroken(","))
    case .commaIfFlat: steps.append(.ifFlat(","))
    }
    isAtStart = false
  }

  private mutating func write(_ step: DocumentStep) {
    if mustBreak { steps.append(.hardLine(isBlankBefore: false)) }
    mustBreak = false
    steps.append(step)
  }

  // MARK: Gaps

  private mutating func writeGap(_ token: Int) {
    switch layout.insertions[token] {
    case .none: break
    case .always: write(.word(","))
    case .ifBroken: steps.append(.ifBroken(","))
    }
    let gap = tokens.gaps[token]
    let comments = delayed + gap.comments
    delayed = []
    if tokens.kinds[token] == .comma, comments.contains(where: \.isLine) {
      delayed = comments
      return
    }
    let separation = layout.separations[token] ?? .space
    let trailing = trailingCount(comments, gap, before: token)
    for comment in comments[..<trailing] { writeTrailing(comment) }
    let leading = comments[trailing...]
    guard let last = leading.last, gap.hasNewline else {
      let isCloser = closeBodies(token)
      // The line breaks before the next token that is written.
      if layout.spellings[token] == .dropped { return }
      let hasBlank = gap.newlines > 1 && !isCloser && !isAtStart
      writeSeparation(separation, hasBlank)
      for comment in leading {
        write(.source(start: comment.start, end: comment.end))
        steps.append(.word(" "))
      }
      return
    }
    for comment in leading { writeLeading(comment) }
    let isCloser = closeBodies(token)
    if layout.spellings[token] == .dropped {
      mustBreak = true
    } else if last.isLine || gap.newlines > 0 || isCloser || tokens.kinds[token] == .endOfFile {
      breakLine(gap.newlines > 1 && !isCloser)
    } else {
      steps.append(.word(" "))
    }
  }

  /// How many of the comments stand behind the token before. On a line with both tokens, a comment
  /// belongs to the token after it, unless that only ends something.
  private func trailingCount(
    _ comments: [Comment], _ gap: FormatGap, before token: Int
  ) -> Int {
    let endsSomething =
      closesBody(token) || layout.spellings[token] == .dropped
      || tokens.kinds[token] == .endOfFile || tokens.kinds[token] == .keywordElse
    if !gap.hasNewline && !endsSomething && !comments.contains(where: \.isLine) { return 0 }
    return comments.firstIndex { $0.newlinesBefore > 0 } ?? comments.count
  }

  private func closesBody(_ token: Int) -> Bool {
    open.last.map { $0.region.kind == .body && $0.region.last == token } ?? false
  }

  private mutating func writeTrailing(_ comment: Comment) {
    if mustBreak {
      steps.append(.hardLine(isBlankBefore: false))
    } else if !steps.isEmpty {
      steps.append(.word(" "))
    }
    steps.append(.source(start: comment.start, end: comment.end))
    mustBreak = comment.isLine
    isAtStart = isAtStart && steps.isEmpty
  }

  private mutating func writeLeading(_ comment: Comment) {
    if comment.newlinesBefore > 0 || mustBreak {
      breakLine(comment.newlinesBefore > 1 && !isAtStart)
    } else {
      steps.append(.word(" "))
    }
    steps.append(.source(start: comment.start, end: comment.end))
    mustBreak = comment.isLine
    isAtStart = false
  }

  private mutating func breakLine(_ hasBlank: Bool) {
    mustBreak = false
    if !steps.isEmpty { steps.append(.hardLine(isBlankBefore: hasBlank)) }
  }

  private mutating func writeSeparation(_ separation: Separation, _ hasBlank: Bool) {
    if mustBreak {
      breakLine(hasBlank)
      return
    }
    switch separation {
    case .none: break
    case .space: steps.append(.word(" "))
    case .soft: steps.append(.line(isPadded: false, isBlankBefore: hasBlank))
    case .softSpace: steps.append(.line(isPadded: true, isBlankBefore: hasBlank))
    case .hard: breakLine(hasBlank)
    }
  }
}
