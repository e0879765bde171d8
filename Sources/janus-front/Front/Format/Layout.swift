// The layout of a file: for every token how it is set apart from the one before and how it is
// written, and the regions that break together.
//
// Reads: the tokens and the syntax tree.
// Produces: a `Layout`; no token is ever lost in it, and comments are not its business.
// Assumes: a file without errors.
// One walk over the nodes in the order in which they stand in the tree: regions are found by their
// places, so nothing recurses.
import Base
import Lexer
import Parser

/// What stands between a token and the one before it.
enum Separation: UInt8 {
  case none, space
  /// Nothing, or a line break when the region breaks.
  case soft
  /// A space, or a line break when the region breaks.
  case softSpace
  case hard
}

/// How a token is written.
enum TokenSpelling: UInt8 {
  case asWritten, dropped
  case doWord, endWord, openBrace, closeBrace
  case commaIfBroken, commaIfFlat
}

/// A comma that the source does not have.
enum InsertedComma: UInt8 { case none, always, ifBroken }

/// What a token is, where its kind does not tell how it is set apart.
enum TokenRole: UInt8 {
  case plain
  /// An operator between two operands.
  case binary
  /// Nothing stands after it, before it, or on both sides.
  case prefix, postfix, tight
  /// What stands before it is as in the source.
  case asInSource
}

/// Tokens that are laid out together.
struct Region {
  enum Kind: UInt8 {
    /// From the first token to the last: on one line if it fits.
    case group
    /// A group whose further lines are indented.
    case indentedGroup
    /// A group whose lines break one by one, as late as possible.
    case filled
    /// Between an opening and a closing token: lines are indented when the group around breaks.
    case body
  }
  var kind: Kind
  var first: Int
  var last: Int
  /// The token of the last element, which may break alone; else -1.
  var hugged = -1
  /// Breaks even when it would fit.
  var isForced = false
  /// The line before the last token belongs to it, the token itself does not.
  var endsBefore = false

  /// At one token, groups open before it and bodies after it.
  var order: Int { kind == .body ? 1 : 0 }
}

struct Layout {
  let tree: SyntaxTree
  let tokens: FormatTokens
  var separations: ContiguousArray<Separation?>
  var spellings: ContiguousArray<TokenSpelling>
  var insertions: ContiguousArray<InsertedComma>
  var roles: ContiguousArray<TokenRole>
  var regions: ContiguousArray<Region> = []
  /// Bodies of control flow (true: `do … end`) and of declarations (false: braces).
  var wantsDo: [NodeID: Bool] = [:]
  /// Blocks that belong to an `if`, and the `if`s after an `else`.
  var partsOfIf: Set<NodeID> = []
  var closureBodies: Set<NodeID> = []
  /// Nodes that another expression continues: `a.b` of `a.b()`, `a + b` of `a + b + c`.
  var continued: Set<NodeID> = []
  /// The last tokens of attributes.
  var attributeEnds: Set<Int> = []
  /// The dots of `.Variant`.
  var leadingDots: Set<Int> = []
  /// For a token in an arm: the bracket around the arm.
  var armLevels: ContiguousArray<Int>
  static let noArm = -2

  init(_ tree: SyntaxTree, _ tokens: FormatTokens) {
    self.tree = tree
    self.tokens = tokens
    separations = ContiguousArray(repeating: nil, count: tokens.count)
    spellings = ContiguousArray(repeating: .asWritten, count: tokens.count)
    insertions = ContiguousArray(repeating: .none, count: tokens.count)
    roles = ContiguousArray(repeating: .plain, count: tokens.count)
    armLevels = ContiguousArray(repeating: Layout.noArm, count: tokens.count)
    layOutStatements()
    for raw in tree.nodes.indices { noteOwner(NodeID(raw)) }
    for raw in tree.nodes.indices { layOutSpaces(NodeID(raw)) }
    for raw in tree.nodes.indices { layOutBlocks(NodeID(raw)) }
    for raw in tree.nodes.indices { layOutLists(NodeID(raw)) }
    for raw in tree.nodes.indices.reversed() { noteArms(NodeID(raw)) }
    for raw in tree.nodes.indices.reversed() { layOutChains(NodeID(raw)) }
    regions.sort { ($0.first, $0.order, -$0.last) < ($1.first, $1.order, -$1.last) }
    separateRest()
  }

  /// The first and the last token of a node, with the parentheses that an operand's node does not
  /// cover; nil inside an interpolated string.
  func range(of id: NodeID) -> (first: Int, last: Int)? {
    let span = tree.spans[Int(id.raw)]
    guard var first = tokens.token(startingAt: span.start),
      let last = tokens.token(endingAt: span.end), last < tokens.count - 1
    else { return nil }
    while tokens.depth[last + 1] < tokens.depth[first] && tokens.enclosing[first] >= 0 {
      first = tokens.enclosing[first]
    }
    return first <= last ? (first, last) : nil
  }

  func isOnOneLine(_ first: Int, _ last: Int) -> Bool { tokens.lines[first] == tokens.lines[last] }

  /// Statements, members and arms stand on lines of their own; what separates them goes.
  private mutating func layOutStatements() {
    for token in 0..<tokens.count
    where tokens.startsStatement[token] || tokens.kinds[token] == .endOfFile {
      separations[token] = .hard
      guard !canContinue(token) else { continue }
      dropSeparators(before: token)
    }
  }

  /// On a line of its own the token would belong to what stands before it.
  private func canContinue(_ token: Int) -> Bool {
    switch tokens.kinds[token] {
    case .dotDot, .dotDotLess, .dotDotEqual: true
    case .dot: tokens.kinds[max(0, token - 1)] == .semicolon
    case _: false
    }
  }

  mutating func dropSeparators(before token: Int) {
    var i = token - 1
    while i >= 0, tokens.kinds[i] == .semicolon || tokens.kinds[i] == .comma {
      spellings[i] = .dropped
      i -= 1
    }
  }
}
