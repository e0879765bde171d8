// Checked declarations: what `Sema` produces and `Lowering` reads, in memory. The ASTDB stores each
// as one blob; blobs name other declarations by stable ID.
import Base

public enum DeclarationTag {}
public enum ModuleTag {}
public enum PackageTag {}
public enum BodyTag {}
public typealias DeclarationID = ID<DeclarationTag>
public typealias ModuleID = ID<ModuleTag>
public typealias PackageID = ID<PackageTag>
public typealias BodyID = ID<BodyTag>

public enum DeclarationKind: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  case function, structure, enumeration, trait, implementation, constant, staticVariable
  case typeAlias, capability, test

  /// What is declared inside it belongs to it, and sees its generic parameters. What is declared
  /// inside a function is only hidden there.
  public var hasMembers: Bool {
    switch self {
    case .structure, .enumeration, .trait, .implementation: true
    case .function, .constant, .staticVariable, .typeAlias, .capability, .test: false
    }
  }

  public var name: String {
    switch self {
    case .function: "func"
    case .structure: "struct"
    case .enumeration: "enum"
    case .trait: "trait"
    case .implementation: "impl"
    case .constant: "const"
    case .staticVariable: "static"
    case .typeAlias: "type"
    case .capability: "capability"
    case .test: "test"
    }
  }
}

/// `T: Ord + Eq`, with the built-in numeric bounds as flags because they allow operators.
public struct GenericParameter: Hashable, Sendable {
  public var name: Symbol
  public var bounds: [TraitBound]
  public var builtin: BuiltinBounds
  public init(name: Symbol, bounds: [TraitBound] = [], builtin: BuiltinBounds = []) {
    self.name = name
    self.bounds = bounds
    self.builtin = builtin
  }
}

public struct TraitBound: Hashable, Sendable {
  public var trait: DeclarationID
  /// Arguments of the trait's own parameters, `Self` not among them.
  public var arguments: [TypeID]
  public init(trait: DeclarationID, arguments: [TypeID] = []) {
    self.trait = trait
    self.arguments = arguments
  }
}

/// Bounds that every suitable built-in type satisfies, and (for the last four) every type whose
/// parts do.
public struct BuiltinBounds: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  public static let number = BuiltinBounds(rawValue: 1)
  public static let integer = BuiltinBounds(rawValue: 2)
  public static let float = BuiltinBounds(rawValue: 4)
  public static let ord = BuiltinBounds(rawValue: 8)
  public static let eq = BuiltinBounds(rawValue: 16)
  public static let hash = BuiltinBounds(rawValue: 32)
  public static let display = BuiltinBounds(rawValue: 64)
}

public struct Attribute: Hashable, Sendable {
  public var name: Symbol
  /// Literal arguments as text: `@lang("list")` has `["list"]`.
  public var arguments: [String]
  public init(name: Symbol, arguments: [String]) {
    self.name = name
    self.arguments = arguments
  }
}

/// A mention of a declaration in a signature (mentions in bodies are nodes).
public struct Reference: Hashable, Sendable {
  public var target: DeclarationID
  /// Relative to the start of the declaration that contains it.
  public var start: Int32
  public var end: Int32
  public init(target: DeclarationID, start: Int32, end: Int32) {
    self.target = target
    self.start = start
    self.end = end
  }
}

/// What all declarations have. `detail` holds what only its kind has.
public struct Declaration: Sendable {
  public var kind: DeclarationKind
  public var name: Symbol
  public var module: ModuleID
  /// The struct, enum, trait or impl that it is a member of.
  public var parent: DeclarationID
  public var isPublic: Bool
  /// The whole declaration; positions inside it are relative to its start.
  public var span: SourceSpan
  public var nameSpan: SourceSpan
  /// All generic parameters in scope, those of enclosing declarations first; in a trait and its
  /// methods, parameter 0 is `Self`.
  public var genericParameters: [GenericParameter]
  public var attributes: [Attribute]
  /// The argument of `@lang("…")`, or empty.
  public var languageItem: Symbol
  public var profile: Profile
  /// Overflow of unsuffixed arithmetic panics also in release builds (`overflow = "trap"`).
  public var trapsOverflow: Bool
  /// Path that names it in the whole program: `index.tokens.Token.text`. Members of impls stand
  /// under the self type.
  public var path: String
  /// Hash of package, path, kind, and for overloads by impl the impl's header: stable across edits.
  public var stableID: Hash128
  public var syntaxHash: Hash128
  public var interfaceHash: Hash128
  public var bodyHash: Hash128
  /// The code: of a function, test, constant or static.
  public var body: BodyID
  public var references: [Reference]
  /// Text of the `///` comment before it, or empty.
  public var documentation: String
  public var detail: DeclarationDetail

  public init(
    kind: DeclarationKind, name: Symbol, module: ModuleID, parent: DeclarationID, isPublic: Bool,
    span: SourceSpan, nameSpan: SourceSpan, profile: Profile, path: String,
    detail: DeclarationDetail
  ) {
    self.kind = kind
    self.name = name
    self.module = module
    self.parent = parent
    self.isPublic = isPublic
    self.span = span
    self.nameSpan = nameSpan
    genericParameters = []
    attributes = []
    languageItem = .empty
    self.profile = profile
    trapsOverflow = false
    self.path = path
    stableID = .zero
    syntaxHash = .zero
    interfaceHash = .zero
    bodyHash = .zero
    body = .none
    references = []
    documentation = ""
    self.detail = detail
  }
}

public enum DeclarationDetail: Sendable {
  case function(FunctionDetail)
  case structure(StructureDetail)
  case enumeration(EnumerationDetail)
  case trait(TraitDetail)
  case implementation(ImplementationDetail)
  case constant(type: TypeID, value: ConstantValue?)
  case staticVariable(type: TypeID, isMutable: Bool)
  case typeAlias(TypeID)
  case capability(fields: [Field])
  case test(name: String)
}

public struct Parameter: Hashable, Sendable {
  public var name: Symbol
  public var type: TypeID
  public var mode: PassingMode
  /// The default value's code, or none.
  public var defaultValue: BodyID
  public init(name: Symbol, type: TypeID, mode: PassingMode, defaultValue: BodyID = .none) {
    self.name = name
    self.type = type
    self.mode = mode
    self.defaultValue = defaultValue
  }
}

public struct FunctionDetail: Sendable {
  /// With `self` first, when there is a receiver.
  public var parameters: [Parameter] = []
  public var result: TypeID = TypeTable.void
  /// Where `T: type` parameters stand among the arguments of a call (the receiver not counted), in
  /// order; each stands for the next of the function's own generic parameters after those in `[…]`.
  public var typeParameterPositions: [UInt32] = []
  public var hasReceiver = false
  public var isDestructor = false
  /// The C name of `@runtime("…")` or `extern` functions, which have no body; else empty.
  public var runtimeName = ""
  /// The C name under which it is exported (`export "C"`), or empty.
  public var exportName = ""
  /// Capabilities that `requires cap` names, as written, checked for name and fields.
  public var requirements: [CapabilityUse] = []
  public init() {}
}

public struct CapabilityUse: Hashable, Sendable {
  public var capability: DeclarationID
  public var fields: [Symbol]
  public init(capability: DeclarationID, fields: [Symbol]) {
    self.capability = capability
    self.fields = fields
  }
}

public struct Field: Hashable, Sendable {
  /// Empty for the unnamed payload of a variant.
  public var name: Symbol
  public var type: TypeID
  public var isPrivate: Bool
  public var defaultValue: BodyID
  public var span: SourceSpan
  /// Text of the `///` comment before it, or empty.
  public var documentation: String
  public init(
    name: Symbol, type: TypeID, isPrivate: Bool = false, defaultValue: BodyID = .none,
    span: SourceSpan = .none, documentation: String = ""
  ) {
    self.documentation = documentation
    self.name = name
    self.type = type
    self.isPrivate = isPrivate
    self.defaultValue = defaultValue
    self.span = span
  }
}

/// What stands before a type that may not be copied.
public enum UniqueMark: UInt8, Sendable {
  case none
  /// `@unique`.
  case unique
  /// `@must_consume`: unique, and a value that is only dropped is an error.
  case mustConsume
}

public struct StructureDetail: Sendable {
  public var fields: [Field] = []
  /// The `destructor`, a function declaration, or none.
  public var destructor = DeclarationID.none
  /// `__copy` and `__drop` of std's owning structs, or none.
  public var copyMethod = DeclarationID.none
  public var dropMethod = DeclarationID.none
  public var mark = UniqueMark.none
  public var members: [DeclarationID] = []
  public init() {}
}

public struct Variant: Sendable {
  public var name: Symbol
  public var discriminant: Int64
  public var fields: [Field]
  public var span: SourceSpan
  /// Text of the `///` comment before it, or empty.
  public var documentation: String
  public init(
    name: Symbol, discriminant: Int64, fields: [Field], span: SourceSpan,
    documentation: String = ""
  ) {
    self.documentation = documentation
    self.name = name
    self.discriminant = discriminant
    self.fields = fields
    self.span = span
  }
}

public struct EnumerationDetail: Sendable {
  public var variants: [Variant] = []
  /// `enum Status: u16`; none: the smallest unsigned type that fits.
  public var tagType = TypeID.none
  /// Declared with `error`.
  public var isError = false
  public var mark = UniqueMark.none
  public var members: [DeclarationID] = []
  public init() {}

  /// The number of the variant's first field when the fields of all variants are counted.
  public func firstField(ofVariant index: Int) -> Int {
    variants[..<index].reduce(0) { $0 + $1.fields.count }
  }

  /// A field by its number among those of all variants.
  public func field(_ number: Int) -> Field { variants.flatMap(\.fields)[number] }
}

public struct TraitDetail: Sendable {
  /// Function declarations; those with a body are default methods.
  public var methods: [DeclarationID] = []
  /// Traits that an implementing type must implement too; `Self` is parameter 0.
  public var supertraits: [TraitBound] = []
  public init() {}
}

public struct ImplementationDetail: Sendable {
  /// None for an inherent impl.
  public var trait = DeclarationID.none
  public var traitArguments: [TypeID] = []
  public var selfType: TypeID = TypeTable.error
  public var methods: [DeclarationID] = []
  public init() {}
}

/// The value of an evaluated constant; constants of other types are evaluated where they are used.
public enum ConstantValue: Hashable, Sendable {
  case integer(low: UInt64, high: UInt64)
  case float(UInt64)
  case bool(Bool)
  case char(UInt32)
  case string(String)
}
