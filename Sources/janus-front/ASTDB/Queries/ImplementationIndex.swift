// Where implementations are found: by trait and by the outermost constructor of the self type, so
// that a search does not walk all implementations of a trait.
import Base

/// The outermost constructor of a type.
public struct TypeHead: Hashable, Sendable {
  private let tag: UInt8
  private let payload: UInt32

  /// Of an implementation for all types: `impl[T] Show for T`.
  public static let any = TypeHead(tag: 0, payload: 0)

  private init(tag: UInt8, payload: UInt32) {
    self.tag = tag
    self.payload = payload
  }

  init(_ kind: TypeKind, id: TypeID) {
    switch kind {
    case .parameter, .variable: self = .any
    case .nominal(let declaration, _): self.init(tag: 1, payload: declaration.raw)
    case .tuple(let parts): self.init(tag: 2, payload: UInt32(parts.count))
    case .array: self.init(tag: 3, payload: 0)
    case .slice: self.init(tag: 4, payload: 0)
    case .pointer: self.init(tag: 5, payload: 0)
    case .function: self.init(tag: 6, payload: 0)
    case .error, .void, .never, .bool, .char, .integer, .float: self.init(tag: 7, payload: id.raw)
    }
  }
}

/// The implementations of one trait (none: inherent ones) for types with one head.
public struct ImplementationHead: Hashable, Sendable {
  var trait: DeclarationID
  var head: TypeHead
}

extension CheckedProgram {
  /// Enters a declaration into the tables that find declarations: stable IDs, `@lang` items, and
  /// implementations. Called once for each declaration, when it has been checked or loaded, in
  /// order of declaration.
  public func index(_ id: DeclarationID) {
    let declaration = declarations[id]
    byStableID[declaration.stableID] = id
    if declaration.languageItem != .empty { languageItems[declaration.languageItem] = id }
    guard case .implementation(let implementation) = declaration.detail else { return }
    if implementation.trait.exists {
      implementationsByTrait[implementation.trait, default: []].append(id)
    } else {
      inherentImplementations.append(id)
    }
    let head = TypeHead(types[implementation.selfType], id: implementation.selfType)
    let key = ImplementationHead(trait: implementation.trait, head: head)
    implementationsByHead[key, default: []].append(id)
    foundImplementations.removeAll(keepingCapacity: true)
  }

  /// The outermost constructor of `type`.
  public func head(of type: TypeID) -> TypeHead { TypeHead(types[type], id: type) }

  /// Implementations of `trait` (none: inherent ones) that may apply to `type`, in order of
  /// declaration within each group: those for its own constructor first.
  public func candidateImplementations(
    of trait: DeclarationID, for type: TypeID
  ) -> [DeclarationID] {
    let head = TypeHead(types[type], id: type)
    let general = implementationsByHead[ImplementationHead(trait: trait, head: .any)] ?? []
    if head == .any { return general }
    let own = implementationsByHead[ImplementationHead(trait: trait, head: head)] ?? []
    return general.isEmpty ? own : own + general
  }
}
