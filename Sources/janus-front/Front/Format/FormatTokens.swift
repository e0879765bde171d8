// The tokens of a file as the formatter lays them out, and the comments between them. An
// interpolated string is one token here: what stands in its braces is never laid out anew.
import Base
import Lexer

/// A comment, without the line break after it.
struct Comment {
  var start: Int
  var end: Int
  /// `//`, `///` or `#!`: the line ends after it.
  var isLine: Bool
  /// Line breaks between it and what stands before it.
  var newlinesBefore: Int
}

/// What stands between a token and the one before.
struct FormatGap {
  var comments: [Comment] = []
  /// Line breaks between the token and the last comment, or the token before.
  var newlines = 0
  /// Nothing at all.
  var isEmpty = false

  var hasNewline: Bool { newlines > 0 || comments.contains { $0.newlinesBefore > 0 } }
}

/// The tokens as parallel arrays. The last is the end of the file.
struct FormatTokens {
  let bytes: ContiguousArray<UInt8>
  private(set) var kinds: ContiguousArray<TokenKind> = []
  private(set) var starts: ContiguousArray<Int> = []
  private(set) var ends: ContiguousArray<Int> = []
  private(set) var gaps: ContiguousArray<FormatGap> = []
  /// The number of lines that begin before the token.
  private(set) var lines: ContiguousArray<Int> = []
  private(set) var startsStatement: ContiguousArray<Bool> = []
  /// Of a bracket or brace: the token that closes or opens it; else -1.
  private(set) var partner: ContiguousArray<Int> = []
  /// The bracket or brace that is open around the token; else -1.
  private(set) var enclosing: ContiguousArray<Int> = []
  /// How many brackets and braces are open before the token.
  private(set) var depth: ContiguousArray<Int> = []
  /// By place: the token that starts, or ends, exactly there; else -1.
  private var startingAt: ContiguousArray<Int32>
  private var endingAt: ContiguousArray<Int32>

  var count: Int { kinds.count }

  /// Takes the tokens from `buffer`, which the parser may change afterwards.
  init(_ buffer: TokenBuffer, of file: SourceFile) {
    bytes = file.bytes
    startingAt = ContiguousArray(repeating: -1, count: bytes.count + 1)
    endingAt = ContiguousArray(repeating: -1, count: bytes.count + 1)
    var i = 0
    while i < buffer.count {
      var last = i
      if buffer.kinds[i] == .interpolationStart { last = FormatTokens.interpolationEnd(buffer, i) }
      append(buffer.kinds[i], Int(buffer.starts[i]), Int(buffer.ends[last]))
      i = last + 1
    }
    startsStatement = ContiguousArray(repeating: false, count: count)
    findPartners()
  }

  private static func interpolationEnd(_ buffer: TokenBuffer, _ start: Int) -> Int {
    var open = 0
    var i = start
    while i < buffer.count {
      if buffer.kinds[i] == .interpolationStart { open += 1 }
      if buffer.kinds[i] == .interpolationEnd { open -= 1 }
      if open == 0 { return i }
      i += 1
    }
    return buffer.count - 1
  }

  private mutating func append(_ kind: TokenKind, _ start: Int, _ end: Int) {
    let index = count
    let previousEnd = ends.last ?? 0
    gaps.append(gap(from: previousEnd, to: start))
    var line = lines.last ?? 0
    for i in (starts.last ?? 0)..<start where bytes[i] == UInt8(ascii: "\n") { line += 1 }
    lines.append(line)
    kinds.append(kind)
    starts.append(start)
    ends.append(end)
    // The end of the file is no token of any construct.
    guard start < end else { return }
    startingAt[start] = Int32(index)
    endingAt[end] = Int32(index)
  }

  /// Takes over from the parser where statements, members and arms start.
  mutating func markStatements(_ buffer: TokenBuffer) {
    for i in 0..<buffer.count where buffer.flags[i].contains(.startsStatement) {
      if let token = token(startingAt: buffer.starts[i]) { startsStatement[token] = true }
    }
  }

  func token(startingAt place: Int32) -> Int? {
    let token = Int(startingAt[Int(place)])
    return token >= 0 ? token : nil
  }

  func token(endingAt place: Int32) -> Int? {
    let token = Int(endingAt[Int(place)])
    return token >= 0 ? token : nil
  }

  // MARK: Brackets

  private mutating func findPartners() {
    partner = ContiguousArray(repeating: -1, count: count)
    var open: [Int] = []
    for i in 0..<count {
      let isCloser =
        kinds[i] == .rightParen || kinds[i] == .rightBracket || kinds[i] == .rightBrace
      enclosing.append(open.last ?? -1)
      depth.append(open.count)
      if isCloser, let opener = open.popLast() {
        partner[i] = opener
        partner[opener] = i
      } else if kinds[i] == .leftParen || kinds[i] == .leftBracket || kinds[i] == .leftBrace {
        open.append(i)
      }
    }
  }

  // MARK: Comments

  private func gap(from: Int, to: Int) -> FormatGap {
    var gap = FormatGap(isEmpty: from == to)
    var i = from
    if from == 0 && to >= 3 && bytes[0] == 0xEF { i = 3 }
    while i < to {
      let next = i + 1 < to ? bytes[i + 1] : 0
      switch bytes[i] {
      case UInt8(ascii: "\n"):
        gap.newlines += 1
        i += 1
      case UInt8(ascii: "/") where next == UInt8(ascii: "/"),
        UInt8(ascii: "#") where next == UInt8(ascii: "!"):
        let end = endOfLine(i, to)
        gap.add(Comment(start: i, end: trimmed(i, end), isLine: true, newlinesBefore: 0))
        i = end
      case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
        let end = endOfBlockComment(i, to)
        gap.add(Comment(start: i, end: end, isLine: false, newlinesBefore: 0))
        i = end
      case _: i += 1
      }
    }
    return gap
  }

  private func endOfLine(_ start: Int, _ limit: Int) -> Int {
    var i = start
    while i < limit && bytes[i] != UInt8(ascii: "\n") { i += 1 }
    return i
  }

  /// The end of a comment without the blanks at its end.
  private func trimmed(_ start: Int, _ end: Int) -> Int {
    var end = end
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 || bytes[end - 1] == 0x0D {
      end -= 1
    }
    return end
  }

  private func endOfBlockComment(_ start: Int, _ limit: Int) -> Int {
    var open = 0
    var i = start
    while i + 1 < limit {
      if bytes[i] == UInt8(ascii: "/") && bytes[i + 1] == UInt8(ascii: "*") {
        open += 1
        i += 2
      } else if bytes[i] == UInt8(ascii: "*") && bytes[i + 1] == UInt8(ascii: "/") {
        open -= 1
        i += 2
        if open == 0 { return i }
      } else {
        i += 1
      }
    }
    return limit
  }
}

extension FormatGap {
  /// Adds a comment at the current end of the gap.
  mutating func add(_ comment: Comment) {
    var comment = comment
    comment.newlinesBefore = newlines
    comments.append(comment)
    newlines = 0
  }
}
