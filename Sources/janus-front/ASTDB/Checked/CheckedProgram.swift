// All checked declarations of a run, in memory: what `Sema` fills and `Lowering` reads.
import Base

public struct Module: Sendable {
  public var package: PackageID
  /// `a.b` within the package; empty for the root module.
  public var name: String
  public var file: SourceFileID
  public var profile: Profile
  /// What the module shows to others beside its public declarations (`pub import`, `pub use`), in
  /// order of name.
  public var reexports: [Reexport] = []
  public init(package: PackageID, name: String, file: SourceFileID, profile: Profile) {
    self.package = package
    self.name = name
    self.file = file
    self.profile = profile
  }
}

/// A name that a module passes on.
public struct Reexport: Hashable, Sendable {
  public var name: Symbol
  public var target: DeclarationID
  public init(name: Symbol, target: DeclarationID) {
    self.name = name
    self.target = target
  }
}

public struct Package: Sendable {
  public var name: String
  public var profile: Profile
  public var trapsOverflow: Bool
  public var panicAborts: Bool
  /// Names of the packages it may import, under the names it imports them by.
  public var dependencies: [Dependency]
  /// The upper bound of capabilities, when the manifest has one.
  public var capabilities: [String]?
  public var isExecutable: Bool

  public struct Dependency: Hashable, Sendable {
    public var name: String
    public var package: String
    public init(name: String, package: String) {
      self.name = name
      self.package = package
    }
  }

  public init(name: String, profile: Profile) {
    self.name = name
    self.profile = profile
    trapsOverflow = false
    panicAborts = false
    dependencies = []
    capabilities = nil
    isExecutable = false
  }
}

/// The tables of one process. Declarations of packages that were not checked in this run (std, and
/// unchanged ones) are loaded from the ASTDB's blobs.
public final class CheckedProgram {
  public let interner: Interner
  public var types = TypeTable()
  public var files = Table<SourceFileTag, SourceFile>()
  public var packages = Table<PackageTag, Package>()
  public var modules = Table<ModuleTag, Module>()
  public var declarations = Table<DeclarationTag, Declaration>()
  public var bodies = Table<BodyTag, Body>()
  public var byStableID: [Hash128: DeclarationID] = [:]
  /// `@lang` items by name.
  public var languageItems: [Symbol: DeclarationID] = [:]
  /// Implementations by trait, and inherent ones, in order of declaration.
  public var implementationsByTrait: [DeclarationID: [DeclarationID]] = [:]
  public var inherentImplementations: [DeclarationID] = []
  /// Implementations by trait and by the outermost constructor of the self type.
  public var implementationsByHead: [ImplementationHead: [DeclarationID]] = [:]
  /// Remembered answers of `stableHash(of:)`, by type.
  var typeHashes: ContiguousArray<Hash128> = []
  /// Remembered answers of `ownership(of:)`; forgotten when declarations change.
  public var ownershipKinds: [TypeID: OwnershipKind] = [:]
  /// Remembered answers of `implementation(of:for:)` on types without parameters and variables.
  public var foundImplementations: [ImplementationKey: ImplementationMatch?] = [:]
  /// Derived forms being asked for: in a recursive type the question meets itself, and the answer
  /// is then up to the other parts.
  var derivationsInProgress: Set<Derivation> = []

  /// Bodies that are still in the ASTDB, by ID; `body(_:)` fetches them when first asked for.
  public var bodySource: ((BodyID) -> Body?)?

  public init(interner: Interner = Interner()) { self.interner = interner }

  /// The first damage found while fetching bodies; what was made of the program is then of no use.
  public var damage: (any Error)?

  /// The code with this ID, loaded from the ASTDB when it is not in memory yet.
  public func body(_ id: BodyID) -> Body {
    if bodies[id].owner.isNone {
      if let loaded = bodySource?(id) { bodies[id] = loaded } else { bodies[id].isValid = false }
    }
    return bodies[id]
  }

  /// The declaration of `@lang("name")`, or none.
  public func languageItem(_ name: String) -> DeclarationID {
    languageItems[interner.intern(name)] ?? .none
  }
}
