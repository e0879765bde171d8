// A module: the instances that one package demands, with the tables they share.
import Base

/// A function that is called or whose address is taken: defined in this module or in the runtime.
public struct FunctionRef: Hashable, Sendable {
  public var symbol: String
  public var signature: SignatureID
  /// A C function of the runtime (`@runtime("…")`), with C calling convention and scalar
  /// parameters.
  public var isRuntime: Bool
  /// What it gives may be views of what its first parameter is or views itself, and what that holds
  /// stays in it (`@lends`).
  public var lends: Bool
  public init(symbol: String, signature: SignatureID, isRuntime: Bool, lends: Bool = false) {
    self.symbol = symbol
    self.signature = signature
    self.isRuntime = isRuntime
    self.lends = lends
  }
}

public enum MIRConstant: Hashable, Sendable {
  /// Two's complement bits, low word first, of an integer, bool or char type.
  case int(type: MIRTypeID, low: UInt64, high: UInt64)
  /// The bits of an `f64` (also for `f32`, which is rounded from it).
  case float(type: MIRTypeID, bits: UInt64)
  /// A `string` value of the given type: pointer to immortal bytes, length, capacity 0.
  case string(type: MIRTypeID, bytes: [UInt8])
  /// A pointer to immortal bytes followed by a NUL.
  case cString(type: MIRTypeID, bytes: [UInt8])
  /// All bits zero: null pointers, `void`, empty aggregates.
  case zero(type: MIRTypeID)
  /// Any bits.
  case undefined(type: MIRTypeID)

  public var type: MIRTypeID {
    switch self {
    case .int(let type, _, _), .float(let type, _), .string(let type, _), .cString(let type, _),
      .zero(let type), .undefined(let type):
      type
    }
  }
}

/// A variable of program lifetime. It starts as zero bits; the entry unit initialises it.
public struct StaticVariable: Sendable {
  public var symbol: String
  public var displayName: String
  public var type: MIRTypeID
  public var isMutable: Bool
  public init(symbol: String, displayName: String, type: MIRTypeID, isMutable: Bool) {
    self.symbol = symbol
    self.displayName = displayName
    self.type = type
    self.isMutable = isMutable
  }
}

/// What `janus-mir` writes and `janus-back` reads.
public struct MIRModule: Sendable {
  public var name: String
  public var types = Table<MIRTypeTag, MIRTypeInfo>()
  public var signatures = Table<SignatureTag, MIRSignature>()
  public var constants = Table<ConstantTag, MIRConstant>()
  public var functionRefs = Table<FunctionRefTag, FunctionRef>()
  public var statics = Table<StaticTag, StaticVariable>()
  /// Paths of source files as users wrote them, for panics, diagnostics and debug information.
  public var files: [String] = []
  /// In symbol order once complete.
  public var functions: ContiguousArray<MIRFunction> = []
  /// Of result types: the variant whose payload is an error. For passes only, not written to files.
  public var errorVariants: [MIRTypeID: UInt32] = [:]
  /// The type of what `with_scratchpad` binds. For passes only, not written to files.
  public var scratchpadType = MIRTypeID.none
  /// Functions whose result is a copy that shares nothing with what they are given
  /// (`to_persistent`). For passes only, not written to files.
  public var persistentCopies: Set<FunctionRefID> = []
  /// The symbol of the entry function (`func() -> i32`, the exit status), or empty for a library.
  public var entry: String = ""

  public init(name: String) { self.name = name }
}
