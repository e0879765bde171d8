// Readers of patterns. Each takes the ID of a node of the kind it names. Elements of tuples,
// sequences and alternatives are read with `elements`, ranges with `range`, names with `symbol`.
import Base

public struct ConstructorPatternSyntax {
  /// The type written before the variant, or the struct; none for `.Variant`.
  public var type: NodeID
  /// Empty for a struct pattern.
  public var variant: Symbol
  public var payloadKind: VariantPayload
  /// Patterns for `.tuple`, `.fieldPattern` nodes for `.record`.
  public var payload: NodeList
  /// The payload ends in `..`.
  public var hasRest: Bool
}

extension SyntaxTree {
  /// Also of a `.restPattern`, whose name may be empty.
  public func bindingPattern(_ id: NodeID) -> (name: Symbol, mode: PassingMode) {
    (Symbol(raw: self[id].lhs), PassingMode(rawValue: self[id].operation)!)
  }

  /// The name of a `.namedPattern`, which is a `.bindingPattern`, and what stands behind `@`.
  public func namedPattern(_ id: NodeID) -> (name: NodeID, pattern: NodeID) {
    (NodeID(self[id].lhs), NodeID(self[id].rhs))
  }

  public func constructorPattern(_ id: NodeID) -> ConstructorPatternSyntax {
    let n = self[id]
    return ConstructorPatternSyntax(
      type: node(n.lhs, 0), variant: symbol(n.lhs, 1),
      payloadKind: VariantPayload(rawValue: n.operation)!, payload: list(at: word(n.lhs, 2)),
      hasRest: n.flags.contains(.rest))
  }

  public func fieldPattern(_ id: NodeID) -> (name: Symbol, pattern: NodeID) {
    (Symbol(raw: self[id].lhs), NodeID(self[id].rhs))
  }

  /// The literal of a `.literalPattern`.
  public func patternLiteral(_ id: NodeID) -> NodeID { NodeID(self[id].lhs) }
}
