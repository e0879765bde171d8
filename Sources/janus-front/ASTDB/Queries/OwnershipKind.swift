// What a copy of a type means (language.md section 6): bits, a logical copy of owned memory, or
// nothing that may be made without a word. Asked for millions of values, so it is remembered.
import Base

/// Ordered: an aggregate is as demanding as its most demanding part.
public enum OwnershipKind: UInt8, Comparable, BitwiseCopyable, Sendable {
  /// Bits; copying and dropping are free.
  case trivial
  /// Owns memory; copying is logical.
  case copyable
  /// Has a destructor, or contains a unique value, or is marked: only moved.
  case unique

  public static func < (a: OwnershipKind, b: OwnershipKind) -> Bool { a.rawValue < b.rawValue }
}

extension CheckedProgram {
  /// The kind of `type`. A generic parameter counts as copyable; recursion through a box or list
  /// adds nothing, so a recursive type is as demanding as the rest of it.
  public func ownership(of type: TypeID) -> OwnershipKind {
    if let known = ownershipKinds[type] { return known }
    var search = OwnershipSearch(program: self)
    let kind = search.kind(of: type)
    ownershipKinds[type] = kind
    return kind
  }

  /// The types of the parts of a nominal type: fields, or the payloads of all variants.
  public func parts(of declaration: DeclarationID, arguments: [TypeID]) -> [TypeID] {
    switch declarations[declaration].detail {
    case .structure(let structure):
      return structure.fields.map { substitute(arguments, in: $0.type) }
    case .enumeration(let enumeration):
      return enumeration.variants.flatMap { variant in
        variant.fields.map { substitute(arguments, in: $0.type) }
      }
    case .function, .trait, .implementation, .constant, .staticVariable, .typeAlias, .capability,
      .test:
      return []
    }
  }
}

/// One walk over a type. Only the outermost answer is remembered: inside a cycle the inner ones are
/// not final.
private struct OwnershipSearch {
  let program: CheckedProgram
  var visited: Set<TypeID> = []

  mutating func kind(of type: TypeID) -> OwnershipKind {
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .pointer, .variable:
      return .trivial
    // A slice that is stored owns its elements; a lent one is a view, which nobody drops.
    case .slice(let element): return max(.copyable, kind(of: element))
    // A function value owns its environment; a lent closure's is its maker's.
    case .function(_, _, let isUnique): return isUnique ? .unique : .copyable
    case .parameter: return .copyable
    case .tuple(let parts): return strongest(of: parts)
    case .array(let element, _): return kind(of: element)
    case .nominal(let declaration, let arguments):
      if let known = program.ownershipKinds[type] { return known }
      // Polymorphic recursion makes ever larger types; they cannot be more than copyable.
      guard visited.count < 4096, visited.insert(type).inserted else { return .trivial }
      return nominal(declaration, arguments)
    }
  }

  private mutating func nominal(
    _ declaration: DeclarationID, _ arguments: [TypeID]
  ) -> OwnershipKind {
    let owned = declarationKind(declaration)
    if owned == .unique { return .unique }
    // What an owning container holds is behind a pointer; its arguments say what it owns.
    let parts = owned == .copyable
      ? arguments : program.parts(of: declaration, arguments: arguments)
    return max(owned, strongest(of: parts))
  }

  private func declarationKind(_ declaration: DeclarationID) -> OwnershipKind {
    if case .enumeration(let enumeration) = program.declarations[declaration].detail {
      return enumeration.mark == .none ? .trivial : .unique
    }
    guard case .structure(let structure) = program.declarations[declaration].detail else {
      return .trivial
    }
    if structure.mark != .none || structure.destructor.exists { return .unique }
    return structure.copyMethod.exists || structure.dropMethod.exists ? .copyable : .trivial
  }

  private mutating func strongest(of parts: [TypeID]) -> OwnershipKind {
    var result = OwnershipKind.trivial
    for part in parts where result < .unique { result = max(result, kind(of: part)) }
    return result
  }
}
