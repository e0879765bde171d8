// Readers of types. Each takes the ID of a node of the kind it names.
import Base

/// A `.typeName` (qualifier none) or `.typeMember`.
public struct NamedTypeSyntax {
  public var qualifier: NodeID
  public var name: Symbol
  /// Types, and expressions where a constant argument stands.
  public var arguments: NodeList
}

public struct FunctionTypeSyntax {
  /// List of `.functionTypeParameter`.
  public var parameters: NodeList
  public var result: NodeID
  public var clauses: NodeList
  /// `@unique func(…)`.
  public var isUnique: Bool
}

public struct FunctionTypeParameterSyntax {
  public var type: NodeID
  public var name: Symbol
  public var mode: PassingMode
}

extension SyntaxTree {
  public func namedType(_ id: NodeID) -> NamedTypeSyntax {
    let n = self[id]
    guard n.kind == .typeMember else {
      return NamedTypeSyntax(
        qualifier: .none, name: Symbol(raw: n.lhs), arguments: list(at: n.rhs))
    }
    return NamedTypeSyntax(
      qualifier: NodeID(n.lhs), name: symbol(n.rhs, 0), arguments: list(at: word(n.rhs, 1)))
  }

  /// T of `.optionalType`, `.pointerType`, `.sliceType` and `.typeExpression`.
  @inlinable public func innerType(_ id: NodeID) -> NodeID { NodeID(self[id].lhs) }

  /// `*const T` or `[]const T`.
  public func isConstantPointer(_ id: NodeID) -> Bool { self[id].flags.contains(.constant) }

  /// `value` is none for `! E`.
  public func resultType(_ id: NodeID) -> (value: NodeID, error: NodeID) {
    (NodeID(self[id].lhs), NodeID(self[id].rhs))
  }

  public func arrayType(_ id: NodeID) -> (length: NodeID, element: NodeID) {
    (NodeID(self[id].lhs), NodeID(self[id].rhs))
  }

  public func tupleElements(_ id: NodeID) -> NodeList { list(at: self[id].lhs) }

  public func functionType(_ id: NodeID) -> FunctionTypeSyntax {
    let r = self[id].lhs
    return FunctionTypeSyntax(
      parameters: list(at: word(r, 0)), result: node(r, 1), clauses: list(at: word(r, 2)),
      isUnique: self[id].flags.contains(.unique))
  }

  public func functionTypeParameter(_ id: NodeID) -> FunctionTypeParameterSyntax {
    let n = self[id]
    return FunctionTypeParameterSyntax(
      type: NodeID(n.lhs), name: Symbol(raw: n.rhs), mode: PassingMode(rawValue: n.operation)!)
  }
}
