// The syntax tree of one file: flat arrays of small values. Nodes are appended children first; a
// declaration's nodes are contiguous. The meaning of the fields is in NodeKind.swift, typed readers
// are in TreeDeclarations.swift, TreeTypes.swift, TreeExpressions.swift and TreePatterns.swift.
import Base

public enum NodeTag {}
public typealias NodeID = ID<NodeTag>

/// Marks of a node; which apply is said at each `NodeKind`.
public struct NodeFlags: OptionSet, BitwiseCopyable, Sendable {
  public let rawValue: UInt16
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let `public` = NodeFlags(rawValue: 1 << 0)
  public static let `private` = NodeFlags(rawValue: 1 << 1)
  /// `var`, `static mut`.
  public static let mutable = NodeFlags(rawValue: 1 << 2)
  public static let shared = NodeFlags(rawValue: 1 << 3)
  /// `@unique func(…)`.
  public static let unique = NodeFlags(rawValue: 1 << 4)
  public static let errorType = NodeFlags(rawValue: 1 << 4)
  /// `extern`: declared here, defined elsewhere.
  public static let external = NodeFlags(rawValue: 1 << 5)
  /// `export "C"`.
  public static let exported = NodeFlags(rawValue: 1 << 6)
  /// A closure that captures by `move`.
  public static let move = NodeFlags(rawValue: 1 << 7)
  /// `*const T`, `[]const T`.
  public static let constant = NodeFlags(rawValue: 1 << 8)
  public static let optionalChain = NodeFlags(rawValue: 1 << 9)
  public static let trailing = NodeFlags(rawValue: 1 << 10)
  /// `unless`.
  public static let negated = NodeFlags(rawValue: 1 << 11)
  public static let elseArm = NodeFlags(rawValue: 1 << 12)
  /// An integer of more than 64 bits; of a pattern: it ends in `..`.
  public static let wide = NodeFlags(rawValue: 1 << 13)
  public static let rest = NodeFlags(rawValue: 1 << 13)
  /// An integer of more than 128 bits; of a block: written `do … end`.
  public static let overflow = NodeFlags(rawValue: 1 << 14)
  public static let doBlock = NodeFlags(rawValue: 1 << 14)
  /// A C function that takes further arguments.
  public static let variadic = NodeFlags(rawValue: 1 << 15)
}

/// Sixteen bytes.
public struct Node: BitwiseCopyable, Sendable {
  public var kind: NodeKind
  /// An enumeration of Operator.swift, by kind.
  public var operation: UInt8
  public var flags: NodeFlags
  /// Byte offset of the name or of the token that says what this is.
  public var main: Int32
  public var lhs: UInt32
  public var rhs: UInt32

  @inlinable public init(
    _ kind: NodeKind, main: Int32, lhs: UInt32 = 0, rhs: UInt32 = 0, operation: UInt8 = 0,
    flags: NodeFlags = []
  ) {
    self.kind = kind
    self.operation = operation
    self.flags = flags
    self.main = main
    self.lhs = lhs
    self.rhs = rhs
  }
}

/// A half-open range of bytes of the tree's file.
public struct ByteSpan: Hashable, BitwiseCopyable, Sendable {
  public var start: Int32
  public var end: Int32
  @inlinable public init(_ start: Int32, _ end: Int32) {
    self.start = start
    self.end = end
  }
  @inlinable public var isEmpty: Bool { start >= end }
}

/// A top-level item, or a member of one: the unit of incremental checking.
public struct DeclarationUnit: Sendable {
  public var node: NodeID
  /// The struct, enum, trait or impl it stands in, or none at the top level.
  public var parent: NodeID
  /// From its first attribute or modifier to its end.
  public var span: ByteSpan
  /// Its nodes, contiguous: `firstNode ... node` (the declaration's own node is the last).
  public var firstNode: NodeID
  /// Hash of its tokens and of the statement ends between them: comments and layout do not count.
  /// A parent's hash covers its members.
  public var syntaxHash: Hash128
}

/// Node IDs of one list.
public struct NodeList: RandomAccessCollection, Sendable {
  @usableFromInline let words: ContiguousArray<UInt32>
  public let startIndex: Int
  public let endIndex: Int

  @inlinable init(_ words: ContiguousArray<UInt32>, at index: UInt32) {
    self.words = words
    startIndex = Int(index) + 1
    endIndex = startIndex + Int(words[Int(index)])
  }
  @inlinable public subscript(position: Int) -> NodeID { NodeID(words[position]) }
  /// The element `offset` places after the first.
  @inlinable public func at(_ offset: Int) -> NodeID { NodeID(words[startIndex + offset]) }
}

/// The syntax of one file.
public struct SyntaxTree: Sendable {
  public let file: SourceFileID
  public internal(set) var nodes: ContiguousArray<Node> = []
  public internal(set) var spans: ContiguousArray<ByteSpan> = []
  /// Lists and records; index 0 holds the empty list.
  public internal(set) var extra: ContiguousArray<UInt32> = [0]
  /// Index of the list of top-level items: declarations, and statements in a script.
  var itemList: UInt32 = 0
  /// The `.profile` declaration, or none.
  public internal(set) var profile: NodeID = .none
  /// Top-level items and members, in source order; a parent comes before its members.
  public internal(set) var units: ContiguousArray<DeclarationUnit> = []

  init(file: SourceFileID) { self.file = file }

  @inlinable public subscript(id: NodeID) -> Node { nodes[Int(id.raw)] }
  @inlinable public func kind(_ id: NodeID) -> NodeKind { nodes[Int(id.raw)].kind }

  /// Top-level items in source order, the profile declaration included.
  public var items: NodeList { NodeList(extra, at: itemList) }

  /// The whole construct, without attributes and documentation.
  @inlinable public func span(_ id: NodeID) -> SourceSpan {
    let span = spans[Int(id.raw)]
    return SourceSpan(file: file, start: span.start, end: span.end)
  }

  /// Where the name or the deciding token of a node starts, as an empty span's start.
  @inlinable public func mainPosition(_ id: NodeID) -> Int32 { nodes[Int(id.raw)].main }

  @inlinable public func list(at index: UInt32) -> NodeList { NodeList(extra, at: index) }

  /// The symbols of a list of symbols.
  public func symbols(at index: UInt32) -> [Symbol] {
    let start = Int(index) + 1
    return extra[start..<(start + Int(extra[Int(index)]))].map { Symbol(raw: $0) }
  }

  @inlinable func word(_ record: UInt32, _ offset: UInt32) -> UInt32 {
    extra[Int(record) + Int(offset)]
  }
  @inlinable func node(_ record: UInt32, _ offset: UInt32) -> NodeID {
    NodeID(extra[Int(record) + Int(offset)])
  }
  @inlinable func symbol(_ record: UInt32, _ offset: UInt32) -> Symbol {
    Symbol(raw: extra[Int(record) + Int(offset)])
  }
}
