// What names mean where: the scope of a declaration, the names of a module, and the answers to
// questions about names and members.
import ASTDB
import Base

/// Where a name or type is written: what `lookUp` and `resolveType` need to know of the place.
public struct DeclarationScope: Sendable {
  public var module: ModuleID
  /// The innermost declaration whose generic parameters are in scope, or none.
  public var owner: DeclarationID
  /// The meaning of `Self`, or none outside types, traits and impls.
  public var selfType: TypeID
  public var profile: Profile
  /// The innermost block around it that holds declarations, or -1.
  var locals: Int32 = -1

  public init(module: ModuleID, owner: DeclarationID, selfType: TypeID, profile: Profile) {
    self.module = module
    self.owner = owner
    self.selfType = selfType
    self.profile = profile
  }
}

/// What a name that is not a local variable stands for.
public enum NameResolution: Hashable, Sendable {
  case declaration(DeclarationID)
  case module(ModuleID)
  case package(PackageID)
  /// A package's modules below this dotted name, where no file has exactly that name.
  case namespace(PackageID, Symbol)
  case builtinType(TypeID)
  /// A type parameter in scope.
  case genericParameter(TypeID)
  /// `print`, `assert` and the like, when the program declares no such name.
  case builtin(Builtin)
  case notFound(suggestion: Symbol)
  case ambiguous([DeclarationID])
  /// Bound by an import that failed, which has been reported.
  case failedImport
}

/// A function found as a member.
public struct MethodReference: Hashable, Sendable {
  public var function: DeclarationID
  /// Arguments for the first of `function`'s generic parameters; what is missing are the method's
  /// own, which the call infers. For a trait's method: `Self`, then the trait's arguments.
  public var arguments: [TypeID]
  /// The method is reached through a trait: `callTrait`.
  public var isTraitCall: Bool
  /// Name and signature belong to `Eq`, `Hash`, `Ord` or `Display` and the type has no impl: the
  /// derived form (`Builtin.compare`, …) is meant.
  public var isDerived: Bool

  public init(
    function: DeclarationID, arguments: [TypeID], isTraitCall: Bool = false, isDerived: Bool = false
  ) {
    self.function = function
    self.arguments = arguments
    self.isTraitCall = isTraitCall
    self.isDerived = isDerived
  }
}

/// What must be done to a receiver before the member is reached.
public enum ReceiverAdjustment: Hashable, Sendable {
  case none
  /// Look through this many boxes.
  case unbox(Int)
  /// Lend as a slice: the member is one of `[]T`.
  case asSlice
}

public struct MemberResolution: Sendable {
  public enum Kind: Sendable {
    /// A field of the struct `owner`, its type with the struct's arguments in place.
    case field(index: Int, type: TypeID, owner: DeclarationID)
    case method(MethodReference)
    /// A variant of an enum, by its index.
    case variant(Int)
    /// A constant, static or type declared inside the type.
    case declaration(DeclarationID)
    case none(suggestion: Symbol)
    /// Several traits in scope offer the name.
    case ambiguous([DeclarationID])
    /// There is such a member, but it is not visible here.
    case hidden(SourceSpan)
  }
  public var kind: Kind
  public var adjustment: ReceiverAdjustment
  /// The type that has the member, after the adjustment.
  public var type: TypeID

  public init(_ kind: Kind, type: TypeID, adjustment: ReceiverAdjustment = .none) {
    self.kind = kind
    self.type = type
    self.adjustment = adjustment
  }
}

/// A name that a module's text can use without qualification.
struct ScopeEntry {
  var resolution: NameResolution
  /// The name in the declaration or import that bound it.
  var span: SourceSpan
}

/// The names of one module.
struct ModuleScope {
  var declared: [Symbol: ScopeEntry] = [:]
  var imported: [Symbol: ScopeEntry] = [:]
  /// What other modules see beside the public declarations: `pub import` and `pub use`.
  var exported: [Symbol: NameResolution] = [:]
}
