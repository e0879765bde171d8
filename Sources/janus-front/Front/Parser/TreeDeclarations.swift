// Readers of declarations. Each takes the ID of a node of the kind it names.
import Base

/// What every declaration has.
public struct DeclarationSyntax {
  public var name: Symbol
  public var nameSpan: SourceSpan
  /// List of `.attribute`.
  public var attributes: NodeList
  /// The `///` comment before it; empty when there is none.
  public var documentation: ByteSpan
  public var flags: NodeFlags

  public var isPublic: Bool { flags.contains(.public) }
  public var isPrivate: Bool { flags.contains(.private) }
}

public struct ImportSyntax {
  public var path: [Symbol]
  public var alias: Symbol
  /// List of `.importSelection`; empty when the module itself is imported.
  public var selection: NodeList
}

public struct FunctionSyntax {
  public var name: Symbol
  public var genericParameters: NodeList
  public var parameters: NodeList
  public var result: NodeID
  public var clauses: NodeList
  public var body: NodeID
  /// `C` for `export "C"` and `extern "C"`, else empty.
  public var abi: Symbol
  public var flags: NodeFlags
}

public struct ParameterSyntax {
  public var name: Symbol
  public var nameSpan: SourceSpan
  public var mode: PassingMode
  /// None for a `self` without a type.
  public var type: NodeID
  public var defaultValue: NodeID
}

public struct GenericParameterSyntax {
  public var name: Symbol
  public var bounds: NodeList
}

public struct StructSyntax {
  public var name: Symbol
  public var genericParameters: NodeList
  public var members: NodeList
  public var isShared: Bool
}

public struct FieldSyntax {
  public var name: Symbol
  public var type: NodeID
  public var defaultValue: NodeID
}

public struct EnumSyntax {
  public var name: Symbol
  public var genericParameters: NodeList
  public var backingType: NodeID
  public var members: NodeList
  public var isError: Bool
}

public struct VariantSyntax {
  public var name: Symbol
  public var payloadKind: VariantPayload
  /// Types for `.tuple`, `.field` nodes for `.record`.
  public var payload: NodeList
  public var discriminant: NodeID
}

public struct TraitSyntax {
  public var name: Symbol
  public var genericParameters: NodeList
  public var supertraits: NodeList
  public var members: NodeList
}

public struct ImplementationSyntax {
  public var genericParameters: NodeList
  public var trait: NodeID
  public var target: NodeID
  public var members: NodeList
}

public struct TypeAliasSyntax {
  public var name: Symbol
  public var genericParameters: NodeList
  public var type: NodeID
}

/// A `const` or `static`.
public struct ConstantSyntax {
  public var name: Symbol
  public var type: NodeID
  public var value: NodeID
  public var isMutable: Bool
}

public struct AttributeSyntax {
  public var name: Symbol
  public var arguments: NodeList
}

/// A capability named in a requirement or a grant.
public struct CapabilityReferenceSyntax {
  public var type: NodeID
  /// List of `.fieldValue`.
  public var fields: NodeList
}

extension SyntaxTree {
  /// Any declaration.
  public func declaration(_ id: NodeID) -> DeclarationSyntax {
    let n = self[id]
    return DeclarationSyntax(
      name: Symbol(raw: n.rhs),
      nameSpan: SourceSpan(file: file, start: n.main, end: Int32(bitPattern: word(n.lhs, 3))),
      attributes: list(at: word(n.lhs, 0)),
      documentation: ByteSpan(
        Int32(bitPattern: word(n.lhs, 1)), Int32(bitPattern: word(n.lhs, 2))),
      flags: n.flags)
  }

  /// The name of any declaration, without the rest.
  @inlinable public func declaredName(_ id: NodeID) -> Symbol { Symbol(raw: self[id].rhs) }

  public func importModule(_ id: NodeID) -> ImportSyntax {
    let r = self[id].lhs
    return ImportSyntax(
      path: symbols(at: word(r, 4)), alias: symbol(r, 5), selection: list(at: word(r, 6)))
  }

  /// Name and alias (empty when there is none) of an `.importSelection`.
  public func importSelection(_ id: NodeID) -> (name: Symbol, alias: Symbol) {
    (Symbol(raw: self[id].lhs), Symbol(raw: self[id].rhs))
  }

  /// The header named by an `.importC`; the bound name is the declared name.
  public func importedHeader(_ id: NodeID) -> Symbol { symbol(self[id].lhs, 4) }

  public func function(_ id: NodeID) -> FunctionSyntax {
    let n = self[id]
    return FunctionSyntax(
      name: Symbol(raw: n.rhs), genericParameters: list(at: word(n.lhs, 4)),
      parameters: list(at: word(n.lhs, 5)), result: node(n.lhs, 6),
      clauses: list(at: word(n.lhs, 7)),
      body: node(n.lhs, 8), abi: symbol(n.lhs, 9), flags: n.flags)
  }

  public func destructorBody(_ id: NodeID) -> NodeID { node(self[id].lhs, 4) }

  /// A `.parameter`, `.selfParameter` (named `self`, empty symbol) or `.typeParameter`.
  public func parameter(_ id: NodeID) -> ParameterSyntax {
    let n = self[id]
    let isTyped = n.kind == .parameter
    return ParameterSyntax(
      name: n.kind == .selfParameter ? .empty : Symbol(raw: n.lhs),
      nameSpan: isTyped
        ? SourceSpan(file: file, start: n.main, end: Int32(bitPattern: word(n.rhs, 2))) : span(id),
      mode: PassingMode(rawValue: n.operation)!,
      type: isTyped ? node(n.rhs, 0) : n.kind == .selfParameter ? NodeID(n.lhs) : .none,
      defaultValue: isTyped ? node(n.rhs, 1) : .none)
  }

  public func genericParameter(_ id: NodeID) -> GenericParameterSyntax {
    GenericParameterSyntax(name: Symbol(raw: self[id].lhs), bounds: list(at: self[id].rhs))
  }

  public func structure(_ id: NodeID) -> StructSyntax {
    let n = self[id]
    return StructSyntax(
      name: Symbol(raw: n.rhs), genericParameters: list(at: word(n.lhs, 4)),
      members: list(at: word(n.lhs, 5)), isShared: n.flags.contains(.shared))
  }

  public func field(_ id: NodeID) -> FieldSyntax {
    let n = self[id]
    return FieldSyntax(
      name: Symbol(raw: n.rhs), type: node(n.lhs, 4), defaultValue: node(n.lhs, 5))
  }

  public func enumeration(_ id: NodeID) -> EnumSyntax {
    let n = self[id]
    return EnumSyntax(
      name: Symbol(raw: n.rhs), genericParameters: list(at: word(n.lhs, 4)),
      backingType: node(n.lhs, 5), members: list(at: word(n.lhs, 6)),
      isError: n.flags.contains(.errorType))
  }

  public func variant(_ id: NodeID) -> VariantSyntax {
    let n = self[id]
    return VariantSyntax(
      name: Symbol(raw: n.rhs), payloadKind: VariantPayload(rawValue: n.operation)!,
      payload: list(at: word(n.lhs, 4)), discriminant: node(n.lhs, 5))
  }

  public func trait(_ id: NodeID) -> TraitSyntax {
    let n = self[id]
    return TraitSyntax(
      name: Symbol(raw: n.rhs), genericParameters: list(at: word(n.lhs, 4)),
      supertraits: list(at: word(n.lhs, 5)), members: list(at: word(n.lhs, 6)))
  }

  public func implementation(_ id: NodeID) -> ImplementationSyntax {
    let r = self[id].lhs
    return ImplementationSyntax(
      genericParameters: list(at: word(r, 4)), trait: node(r, 5), target: node(r, 6),
      members: list(at: word(r, 7)))
  }

  public func typeAlias(_ id: NodeID) -> TypeAliasSyntax {
    let n = self[id]
    return TypeAliasSyntax(
      name: Symbol(raw: n.rhs), genericParameters: list(at: word(n.lhs, 4)), type: node(n.lhs, 5))
  }

  /// A `.constant` or `.staticVariable`.
  public func constant(_ id: NodeID) -> ConstantSyntax {
    let n = self[id]
    return ConstantSyntax(
      name: Symbol(raw: n.rhs), type: node(n.lhs, 4), value: node(n.lhs, 5),
      isMutable: n.flags.contains(.mutable))
  }

  /// The body of a `.test`; its text is the declared name.
  public func testBody(_ id: NodeID) -> NodeID { node(self[id].lhs, 4) }

  public func capabilityFields(_ id: NodeID) -> NodeList { list(at: word(self[id].lhs, 4)) }

  public func attribute(_ id: NodeID) -> AttributeSyntax {
    AttributeSyntax(name: Symbol(raw: self[id].lhs), arguments: list(at: self[id].rhs))
  }

  public func capabilityReference(_ id: NodeID) -> CapabilityReferenceSyntax {
    CapabilityReferenceSyntax(type: NodeID(self[id].lhs), fields: list(at: self[id].rhs))
  }

  /// The expression of a `.requiresCondition` or `.ensures`.
  public func condition(_ id: NodeID) -> NodeID { NodeID(self[id].lhs) }
}
