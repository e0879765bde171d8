// Types of MIR: concrete, laid out, and told how they are copied and dropped.
// MIR is monomorphic; a `MIRModule` holds one table of types and everything names them by ID.
import Base

public enum MIRTypeTag {}
public typealias MIRTypeID = ID<MIRTypeTag>

/// The shape of a type.
public enum MIRTypeKind: Hashable, Sendable {
  case void
  /// The type of expressions that do not return; size 0.
  case never
  /// One byte, 0 or 1.
  case bool
  /// Bits are 8, 16, 32, 64 or 128. `isize` and `usize` are 64-bit integers here.
  case int(bits: UInt8, signed: Bool)
  /// Bits are 32 or 64.
  case float(bits: UInt8)
  /// A Unicode scalar in four bytes.
  case char
  /// A raw pointer to values of the given type (`void` when opaque).
  case pointer(MIRTypeID)
  /// A function value: code pointer, then environment pointer.
  case function(SignatureID)
  case array(element: MIRTypeID, count: Int64)
  /// A struct, tuple, slice (`ptr`, `len`) or closure environment.
  case aggregate(fields: [MIRField])
  /// A tagged union: the tag stands first, then the payload of the active variant.
  case enumeration(tag: MIRTypeID, variants: [MIRVariant])
}

public struct MIRField: Hashable, Sendable {
  public var name: String
  public var type: MIRTypeID
  public var offset: Int64
  public init(name: String, type: MIRTypeID, offset: Int64) {
    self.name = name
    self.type = type
    self.offset = offset
  }
}

/// A variant and its payload fields; offsets are from the start of the whole enumeration value.
public struct MIRVariant: Hashable, Sendable {
  public var name: String
  /// The value of the tag, as the bits of its type.
  public var discriminant: Int64
  public var fields: [MIRField]
  public init(name: String, discriminant: Int64, fields: [MIRField]) {
    self.name = name
    self.discriminant = discriminant
    self.fields = fields
  }
}

/// How values of a type are copied and destroyed (language.md section 6).
public enum Ownership: UInt8, BitwiseCopyable, Sendable {
  /// Bits; copying is free and nothing is destroyed.
  case trivial
  /// Owns memory; `copy_value` calls the copy glue, `drop` the drop glue.
  case copyable
  /// Cannot be copied; `drop` calls the drop glue.
  case unique
}

/// One row of the type table.
public struct MIRTypeInfo: Sendable {
  /// Readable and unique within a module: `List[i64]`, `Point`, `?string`.
  public var name: String
  public var kind: MIRTypeKind
  /// In bytes; a multiple of `alignment`.
  public var size: Int64
  public var alignment: Int64
  public var ownership: Ownership
  /// `func(place)`: destroys the value; exists iff ownership is not trivial.
  public var dropGlue: FunctionRefID
  /// `func(place) -> T`: a logical copy; exists iff ownership is copyable.
  public var copyGlue: FunctionRefID
  /// Dropping runs code of the type's own (`destructor`, `__drop`): its fields are not moved out or
  /// dropped by themselves.
  public var hasDestructor: Bool
  /// `@must_consume`: a value that a function only drops is an error of the user's.
  public var mustConsume: Bool

  public init(
    name: String, kind: MIRTypeKind, size: Int64, alignment: Int64,
    ownership: Ownership = .trivial, dropGlue: FunctionRefID = .none,
    copyGlue: FunctionRefID = .none, hasDestructor: Bool = false,
    mustConsume: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.size = size
    self.alignment = alignment
    self.ownership = ownership
    self.dropGlue = dropGlue
    self.copyGlue = copyGlue
    self.hasDestructor = hasDestructor
    self.mustConsume = mustConsume
  }

  /// Passed and held in registers: everything but arrays, aggregates, enumerations and function
  /// values.
  public var isScalar: Bool {
    switch kind {
    case .bool, .int, .float, .char, .pointer: true
    case .void, .never, .function, .array, .aggregate, .enumeration: false
    }
  }
}

public enum SignatureTag {}
public typealias SignatureID = ID<SignatureTag>

/// How a parameter is passed (language.md section 4).
public enum ParameterMode: UInt8, BitwiseCopyable, Sendable {
  /// Read only: scalars by value, all else by address.
  case borrowed
  /// By address; the callee may change the caller's variable.
  case `inout`
  /// Scalars by value, all else by the address of a value that the callee now owns.
  case owned
}

public struct MIRParameter: Hashable, Sendable {
  public var type: MIRTypeID
  public var mode: ParameterMode
  public init(type: MIRTypeID, mode: ParameterMode) {
    self.type = type
    self.mode = mode
  }
}

/// What a caller must know to call.
public struct MIRSignature: Hashable, Sendable {
  public var parameters: [MIRParameter]
  public var result: MIRTypeID
  /// The first argument is the environment pointer of a function value.
  public var hasEnvironment: Bool
  /// A trailing pointer says which allocator owns the result's memory; null is the heap.
  public var hasDestination: Bool

  /// The environment, if there is one, and the parameters; the destination is not counted.
  public var argumentCount: Int { parameters.count + (hasEnvironment ? 1 : 0) }

  public init(
    parameters: [MIRParameter], result: MIRTypeID, hasEnvironment: Bool = false,
    hasDestination: Bool = false
  ) {
    self.parameters = parameters
    self.result = result
    self.hasEnvironment = hasEnvironment
    self.hasDestination = hasDestination
  }
}
