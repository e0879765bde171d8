// The checked code of one declaration: flat nodes over tables of its own, so that a body is stored
// and loaded by copying arrays. Nodes name types, declarations and strings by index into the body's
// tables; positions are relative to the start of the declaration.
import Base

public enum NodeTag {}
public enum VariableTag {}
public enum ClosureTag {}
public typealias NodeID = ID<NodeTag>
public typealias VariableID = ID<VariableTag>
public typealias ClosureID = ID<ClosureTag>

/// A checked expression, statement or pattern. 20 bytes. `NodeKind` says what `a`, `b`, `c` hold.
public struct Node: Hashable, BitwiseCopyable, Sendable {
  public var kind: NodeKind
  public var flags: UInt8
  private var padding: UInt16 = 0
  /// Index into `Body.types`: the type of the expression; of a pattern, what it matches.
  public var type: UInt32
  public var a: UInt32
  public var b: UInt32
  public var c: UInt32

  public init(
    _ kind: NodeKind, type: UInt32, a: UInt32 = 0, b: UInt32 = 0, c: UInt32 = 0, flags: UInt8 = 0
  ) {
    self.kind = kind
    self.type = type
    self.a = a
    self.b = b
    self.c = c
    self.flags = flags
  }
}

/// Where a node stands, in bytes from the start of its declaration.
public struct NodeSpan: Hashable, BitwiseCopyable, Sendable {
  public var start: Int32
  public var end: Int32
  public init(start: Int32, end: Int32) {
    self.start = start
    self.end = end
  }
}

public enum VariableKind: UInt8, BitwiseCopyable, Sendable {
  case letBinding, varBinding, borrowedParameter, inoutParameter, ownedParameter
  /// Bound by a pattern or `for` by lending: an elided copy, read only.
  case lentBinding
  /// Bound by `inout x` in a pattern or `for inout`: changes the place it was bound to.
  case inoutBinding
}

public struct Variable: Hashable, BitwiseCopyable, Sendable {
  public var name: Symbol
  /// Index into `Body.types`.
  public var type: UInt32
  public var kind: VariableKind
  public var span: NodeSpan
  public init(name: Symbol, type: UInt32, kind: VariableKind, span: NodeSpan) {
    self.name = name
    self.type = type
    self.kind = kind
    self.span = span
  }
}

/// A closure in this body; its nodes and variables are in the same tables.
public struct Closure: Hashable, Sendable {
  public var parameters: [VariableID]
  /// The outer variables that it mentions, each once, in order of first mention.
  public var captures: [VariableID]
  public var body: NodeID
  /// Owns its captures: copies of copyable values, unique values moved in. Otherwise it is only
  /// called, or passed to plain function parameters, and reaches the variables in place.
  public var escapes: Bool
  /// Captures that an escaping closure reaches in place nevertheless: it runs on a thread of a
  /// scope, which ends before they do.
  public var lent: [VariableID]
  public init(
    parameters: [VariableID], captures: [VariableID], body: NodeID, escapes: Bool,
    lent: [VariableID] = []
  ) {
    self.parameters = parameters
    self.captures = captures
    self.body = body
    self.escapes = escapes
    self.lent = lent
  }

  /// Reaches the captured variable where it is; otherwise the closure has a value of its own.
  public func lends(_ capture: VariableID) -> Bool { !escapes || lent.contains(capture) }
}

public struct Body: Sendable {
  /// The declaration it belongs to.
  public var owner: DeclarationID
  public var nodes: ContiguousArray<Node> = []
  /// Parallel to `nodes`.
  public var spans: ContiguousArray<NodeSpan> = []
  /// Lists: a count, then that many words. A list index of 0 is the empty list.
  public var extra: ContiguousArray<UInt32> = [0]
  public var variables: ContiguousArray<Variable> = []
  public var closures: [Closure] = []
  /// The first variables are the parameters, in order.
  public var parameterCount: UInt32 = 0
  public var types: ContiguousArray<TypeID> = []
  public var declarations: ContiguousArray<DeclarationID> = []
  /// String literals and names.
  public var strings: ContiguousArray<Symbol> = []
  /// The expression that is the body; for a function usually a `block`.
  public var root: NodeID = .none
  /// False when checking reported an error in it: it must not be lowered.
  public var isValid = true

  public init(owner: DeclarationID) { self.owner = owner }

  @inlinable public subscript(id: NodeID) -> Node {
    get { nodes[id.index] }
    _modify { yield &nodes[id.index] }
  }

  /// The words of the list at `index`.
  @inlinable public func list(_ index: UInt32) -> ContiguousArray<UInt32>.SubSequence {
    let start = Int(index) + 1
    return extra[start..<start + Int(extra[Int(index)])]
  }

  /// The type of a node.
  @inlinable public func type(of id: NodeID) -> TypeID { types[Int(nodes[id.index].type)] }

  public mutating func append(_ node: Node, at span: NodeSpan) -> NodeID {
    nodes.append(node)
    spans.append(span)
    return NodeID(nodes.count - 1)
  }

  public mutating func addList(_ words: some Collection<UInt32>) -> UInt32 {
    if words.isEmpty { return 0 }
    let index = UInt32(extra.count)
    extra.append(UInt32(words.count))
    extra.append(contentsOf: words)
    return index
  }
}
