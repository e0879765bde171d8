// The parser's state and the small steps all of its files use. Hand-written recursive descent, with
// precedence climbing for operators; one file for each construct.
//
// Reads: a token buffer.
// Produces: a `SyntaxTree`.
// Rejects: what the grammar does not allow, once for each mistake, and goes on after it.
// Assumes: nothing about the tokens; every loop consumes a token or ends.
import Base
import Lexer

/// What surrounds the tokens being parsed.
struct ParseContext: OptionSet {
  let rawValue: UInt8
  /// A line break ends a statement (not so inside `(` and `[`).
  static let linesEnd = ParseContext(rawValue: 1)
  /// In the header of `if`, `while`, `for`, `match`, …: `{` and `do` start the body.
  static let header = ParseContext(rawValue: 2)
  /// Directly in the arm of a `match`: a line that begins with `.` starts the next arm.
  static let arm = ParseContext(rawValue: 4)
  /// In the body of a `defer`, whose end nothing may jump over.
  static let deferred = ParseContext(rawValue: 8)
  /// In a loop inside that body.
  static let deferredLoop = ParseContext(rawValue: 16)
}

struct Parser {
  /// Levels of nested expressions, blocks, types and patterns.
  static let depthLimit = 256

  let buffer: TokenBuffer
  let kinds: UnsafeMutablePointer<TokenKind>
  let flags: UnsafeMutablePointer<TokenFlags>
  let starts: UnsafeMutablePointer<Int32>
  let ends: UnsafeMutablePointer<Int32>
  let text: UnsafePointer<UInt8>
  let operators: UnsafePointer<OperatorInfo>
  let lastIndex: Int
  let interner: Interner
  let file: SourceFileID

  var index = 0
  var kind: TokenKind
  var context: ParseContext = .linesEnd
  var depth = 0
  var tree: SyntaxTree
  /// Elements of the lists being built.
  var pending: ContiguousArray<UInt32> = []
  var diagnostics: ContiguousArray<Diagnostic> = []
  /// The token at which the last error was reported: a second one there is a consequence.
  var errorIndex = -1
  /// `}` and `end` that were missing have been reported.
  var reportedUnclosed = false
  /// Indentation of the `if` whose `do` body is directly around, or -1: whose is an `else`?
  var openIfIndentation: Int32 = -1
  /// By opening bracket: the index after its group. Filled when first asked for.
  var groupEnds: ContiguousArray<Int32> = []
  /// Block closers that are still missing in the file.
  var blockBalance: Int
  /// Keywords that were declared as names, which has been reported, as bits from the first one.
  var keywordNames: UInt64 = 0
  /// The result type of a function that was written as in C, for its declaration.
  var foreignResult = NodeID.none
  var documentationCursor = 0
  var hashBytes: ContiguousArray<UInt8> = []
  var nameCache: NameCache
  /// Nesting of declarations that are or could be units, and the unit at the top level.
  var unitDepth = 0
  var openUnit = -1

  init(_ buffer: TokenBuffer, file: SourceFileID, interner: Interner) {
    self.buffer = buffer
    kinds = buffer.kinds
    flags = buffer.flags
    starts = buffer.starts
    ends = buffer.ends
    text = UnsafePointer(buffer.text)
    operators = OperatorInfo.table
    lastIndex = buffer.count - 1
    self.interner = interner
    self.file = file
    kind = buffer.kinds[0]
    blockBalance = buffer.blockBalance
    nameCache = NameCache()
    tree = SyntaxTree(file: file)
    tree.nodes.reserveCapacity(buffer.count)
    tree.spans.reserveCapacity(buffer.count)
    tree.extra.reserveCapacity(buffer.count)
    pending.reserveCapacity(256)
  }

  // MARK: Tokens

  @inline(__always) mutating func advance() {
    if index < lastIndex { index &+= 1 }
    kind = kinds[index]
  }

  @inline(__always) mutating func accept(_ wanted: TokenKind) -> Bool {
    guard kind == wanted else { return false }
    advance()
    return true
  }

  /// The kind of the token `offset` places on.
  @inline(__always) func peek(_ offset: Int = 1) -> TokenKind {
    kinds[min(index &+ offset, lastIndex)]
  }

  @inline(__always) func hasNewlineBefore(_ at: Int) -> Bool {
    flags[min(at, lastIndex)].contains(.newlineBefore)
  }

  /// The current token stands on a new line, and lines end statements here.
  @inline(__always) var isAfterLineEnd: Bool {
    flags[index].contains(.newlineBefore) && context.contains(.linesEnd)
  }

  @inline(__always) var start: Int32 { starts[index] }

  /// Where the last consumed token ends.
  @inline(__always) var previousEnd: Int32 { index > 0 ? ends[index &- 1] : 0 }

  /// Nothing stands between the current token and the one before.
  @inline(__always) func isAdjacent(_ at: Int) -> Bool {
    at > 0 && at <= lastIndex && starts[at] == ends[at - 1]
  }

  /// The token at `at` is the identifier `word`.
  @inline(__always) func isWord(_ word: StaticString, _ at: Int) -> Bool {
    guard at <= lastIndex, kinds[at] == .identifier else { return false }
    let count = word.utf8CodeUnitCount
    guard Int(ends[at] &- starts[at]) == count else { return false }
    let bytes = text + Int(starts[at])
    let wanted = word.utf8Start
    for i in 0..<count where bytes[i] != wanted[i] { return false }
    return true
  }

  @inline(__always) func isWord(_ word: StaticString) -> Bool { isWord(word, index) }

  func tokenText(_ at: Int) -> String { String(decoding: buffer.bytes(at), as: UTF8.self) }

  func span(_ start: Int32, _ end: Int32) -> SourceSpan {
    SourceSpan(file: file, start: start, end: end)
  }

  func tokenSpan(_ at: Int) -> SourceSpan {
    let at = min(max(at, 0), lastIndex)
    return span(starts[at], ends[at])
  }

  /// The symbol of the token at `at`.
  @inline(__always) mutating func name(_ at: Int) -> Symbol {
    nameCache.symbol(text + Int(starts[at]), Int(ends[at] &- starts[at]), interner)
  }

  // MARK: Nodes

  @inline(__always) mutating func add(_ node: Node, _ start: Int32, _ end: Int32) -> NodeID {
    tree.nodes.append(node)
    tree.spans.append(ByteSpan(start, end))
    return NodeID(UInt32(truncatingIfNeeded: tree.nodes.count &- 1))
  }

  /// A node which ends where the last token ended.
  @inline(__always) mutating func add(_ node: Node, from start: Int32) -> NodeID {
    add(node, start, max(start, previousEnd))
  }

  mutating func errorNode(_ start: Int32) -> NodeID {
    add(Node(.error, main: start), from: start)
  }

  func startOf(_ id: NodeID) -> Int32 { tree.spans[Int(id.raw)].start }

  /// The list of what was appended to `pending` since `mark`.
  @inline(__always) mutating func finishList(_ mark: Int) -> UInt32 {
    let count = pending.count &- mark
    if count == 0 { return 0 }
    let at = UInt32(truncatingIfNeeded: tree.extra.count)
    tree.extra.append(UInt32(truncatingIfNeeded: count))
    tree.extra.append(contentsOf: pending[mark...])
    pending.removeLast(count)
    return at
  }

  mutating func record(_ a: UInt32, _ b: UInt32) -> UInt32 {
    let at = UInt32(truncatingIfNeeded: tree.extra.count)
    tree.extra.append(a)
    tree.extra.append(b)
    return at
  }

  mutating func record(_ a: UInt32, _ b: UInt32, _ c: UInt32) -> UInt32 {
    let at = record(a, b)
    tree.extra.append(c)
    return at
  }

  mutating func record(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> UInt32 {
    let at = record(a, b, c)
    tree.extra.append(d)
    return at
  }

  // MARK: Depth

  /// One level deeper; false, with a diagnostic and the construct skipped, at the limit.
  @inline(__always) mutating func enter() -> Bool {
    depth &+= 1
    if depth <= Parser.depthLimit { return true }
    return tooDeep()
  }

  @inline(__always) mutating func leave() { depth &-= 1 }

  @inline(never) private mutating func tooDeep() -> Bool {
    report(.nestingTooDeep(tokenSpan(index)))
    skipElement()
    errorIndex = index
    return false
  }
}

/// Names seen lately, by their first bytes: most lookups end here and not in the interner.
struct NameCache {
  private var words: ContiguousArray<UInt64> = ContiguousArray(repeating: 0, count: 1024)
  private var symbols: ContiguousArray<UInt32> = ContiguousArray(repeating: 0, count: 1024)

  /// The symbol of `count` bytes at `bytes`, which has eight readable bytes.
  @inline(__always)
  mutating func symbol(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ interner: Interner) -> Symbol
  {
    guard count < 8 else {
      return interner.intern(UnsafeBufferPointer(start: bytes, count: count))
    }
    // The top byte holds the length, so that words of different lengths differ.
    let word =
      UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self) & ((1 << UInt64(count &* 8)) &- 1)
      | UInt64(count) << 56
    let slot = Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 54)
    if words[slot] == word { return Symbol(raw: symbols[slot]) }
    let symbol = interner.intern(UnsafeBufferPointer(start: bytes, count: count))
    words[slot] = word
    symbols[slot] = symbol.raw
    return symbol
  }
}

extension Diagnostic {
  fileprivate static func nestingTooDeep(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .nestingTooDeep, "nested more than \(Parser.depthLimit) levels deep", at: span,
      notes: ["move the inner part to a function or a variable of its own"])
  }
}
