// One monomorphic function: locals, places, blocks of instructions. Small values in flat tables.
import Base

public enum LocalTag {}
public enum PlaceTag {}
public enum BlockTag {}
public enum ConstantTag {}
public enum FunctionRefTag {}
public enum StaticTag {}
public typealias LocalID = ID<LocalTag>
public typealias PlaceID = ID<PlaceTag>
public typealias BlockID = ID<BlockTag>
public typealias ConstantID = ID<ConstantTag>
public typealias FunctionRefID = ID<FunctionRefTag>
public typealias StaticID = ID<StaticTag>

/// Where a local's bytes are.
public enum LocalStorage: UInt8, BitwiseCopyable, Sendable {
  /// In the frame. The value, if any, is owned by this function.
  case stack
  /// Local 0: the caller receives what it holds on return.
  case result
  /// A parameter of mode `borrowed`: read only; not dropped here.
  case borrowedParameter
  /// A parameter of mode `inout`: initialised on entry and at every exit; not dropped here.
  case inoutParameter
  /// A parameter of mode `owned`: dropped here unless moved.
  case ownedParameter
  /// An alias: `bind` gives it the address of another place, which it lends until `unbind`.
  case alias
  /// The environment pointer of a closure body, or the hidden destination pointer.
  case hidden
  /// In the frame: the bits of a value that something else owns. Read only, never dropped.
  case lent
}

public struct Local: Sendable {
  /// The user's name, or empty for a temporary.
  public var name: String
  public var type: MIRTypeID
  public var storage: LocalStorage
  /// Declared with `var` (or `inout`, `owned`): may be assigned.
  public var isMutable: Bool
  /// Where it was declared.
  public var location: MIRLocation

  public init(
    name: String, type: MIRTypeID, storage: LocalStorage, isMutable: Bool, location: MIRLocation
  ) {
    self.name = name
    self.type = type
    self.storage = storage
    self.isMutable = isMutable
    self.location = location
  }
}

/// A position relative to the declaration that the function was lowered from: bytes from the
/// declaration's first byte, lines from its first line (0), columns from 1.
public struct MIRLocation: Hashable, BitwiseCopyable, Sendable {
  public var start: Int32
  public var end: Int32
  public var line: Int32
  public var column: Int32

  public init(start: Int32, end: Int32, line: Int32, column: Int32) {
    self.start = start
    self.end = end
    self.line = line
    self.column = column
  }

  public static let none = MIRLocation(start: 0, end: 0, line: 0, column: 0)
}

/// The root of a place.
public enum PlaceBase: Hashable, BitwiseCopyable, Sendable {
  case local(LocalID)
  case staticVariable(StaticID)
}

/// One step from a place to a part of it.
public enum Projection: Hashable, BitwiseCopyable, Sendable {
  /// Field of an aggregate, or, directly after `variant`, of that variant's payload.
  case field(UInt32)
  /// The payload of a variant, which must be active.
  case variant(UInt32)
  /// What a pointer points to.
  case deref
  /// Element of an array; the local is an `i64` that was checked before.
  case index(LocalID)
  case constantIndex(UInt32)
}

/// A path to memory: a base and projections (a range of the function's `projections`).
public struct Place: Hashable, BitwiseCopyable, Sendable {
  public var base: PlaceBase
  public var firstProjection: UInt32
  public var projectionCount: UInt32
  /// The type of the value at the end of the path.
  public var type: MIRTypeID

  public init(
    base: PlaceBase, firstProjection: UInt32 = 0, projectionCount: UInt32 = 0, type: MIRTypeID
  ) {
    self.base = base
    self.firstProjection = firstProjection
    self.projectionCount = projectionCount
    self.type = type
  }
}

public enum OperandKind: UInt8, BitwiseCopyable, Sendable {
  case none
  /// A constant of the module.
  case constant
  /// A bitwise read; the place stays initialised. Only for trivial types, and into what is lent.
  case copy
  /// A bitwise read that ends the value: the place is uninitialised afterwards.
  case move
  /// The address of a place that is lent read-only for the instruction or call.
  case borrow
  /// The address of a place that is lent exclusively for the instruction or call.
  case borrowMutable
  /// The code address of a function.
  case function

  /// The operand is a place, or its address.
  public var namesPlace: Bool {
    switch self {
    case .copy, .move, .borrow, .borrowMutable: true
    case .none, .constant, .function: false
    }
  }
}

/// An operand: eight bytes.
public struct Operand: Hashable, BitwiseCopyable, Sendable {
  public var kind: OperandKind
  public var index: UInt32

  public init(kind: OperandKind, index: UInt32) {
    self.kind = kind
    self.index = index
  }

  public static let none = Operand(kind: .none, index: 0)
  public static func constant(_ id: ConstantID) -> Operand {
    Operand(kind: .constant, index: id.raw)
  }
  public static func copy(_ id: PlaceID) -> Operand { Operand(kind: .copy, index: id.raw) }
  public static func move(_ id: PlaceID) -> Operand { Operand(kind: .move, index: id.raw) }
  public static func borrow(_ id: PlaceID) -> Operand { Operand(kind: .borrow, index: id.raw) }
  public static func borrowMutable(_ id: PlaceID) -> Operand {
    Operand(kind: .borrowMutable, index: id.raw)
  }
  public static func function(_ id: FunctionRefID) -> Operand {
    Operand(kind: .function, index: id.raw)
  }

  public var placeID: PlaceID { PlaceID(index) }
  public var constantID: ConstantID { ConstantID(index) }
  public var functionID: FunctionRefID { FunctionRefID(index) }
}

/// A straight run of instructions and one terminator.
public struct Block: Sendable {
  /// Ranges of the function's `instructions`.
  public var instructions: ContiguousArray<Instruction> = []
  /// Parallel to `instructions`.
  public var locations: ContiguousArray<MIRLocation> = []
  public var terminator: Terminator
  public var terminatorLocation: MIRLocation
  /// Where a panic raised by an instruction of this block (not by its terminator) continues; none:
  /// this frame has nothing to clean up.
  public var cleanup: BlockID
  /// Reached by unwinding only; ends in `resume`.
  public var isCleanup: Bool

  public init(cleanup: BlockID = .none, isCleanup: Bool = false) {
    terminator = Terminator(kind: .unreachable)
    terminatorLocation = .none
    self.cleanup = cleanup
    self.isCleanup = isCleanup
  }
}

/// One instance, or a function made by the compiler (glue, entry).
public struct MIRFunction: Sendable {
  /// Readable path plus 16 hex digits of the instance key; unique in the program.
  public var symbol: String
  /// For people: `List[i64].push`.
  public var displayName: String
  public var signature: SignatureID
  /// Index into `MIRModule.files`; `UInt32.max` for functions that the compiler made.
  public var file: UInt32
  /// Line (from 1), byte offset and column base of the declaration in its file, to which locations
  /// are relative.
  public var baseLine: Int32
  public var baseOffset: Int32
  /// Overflow of `+ - *` and unary `-` panics (P002) instead of wrapping.
  public var overflowChecks: Bool
  /// No unwinding: panics abort the program after their message.
  public var panicAborts: Bool
  public var attributes: FunctionAttributes

  /// `locals[0]` is the result; then one for each parameter of the signature in order (environment
  /// first, destination last), then the rest.
  public var locals = Table<LocalTag, Local>()
  public var places = Table<PlaceTag, Place>()
  public var projections: ContiguousArray<Projection> = []
  /// Argument lists and switch tables of terminators.
  public var operands: ContiguousArray<Operand> = []
  public var switchCases: ContiguousArray<SwitchCase> = []
  /// `blocks[0]` is the entry.
  public var blocks = Table<BlockTag, Block>()

  public init(symbol: String, displayName: String, signature: SignatureID) {
    self.symbol = symbol
    self.displayName = displayName
    self.signature = signature
    file = UInt32.max
    baseLine = 1
    baseOffset = 0
    overflowChecks = true
    panicAborts = false
    attributes = []
  }
}

public struct FunctionAttributes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public static let inline = FunctionAttributes(rawValue: 1)
  public static let noinline = FunctionAttributes(rawValue: 2)
  public static let cold = FunctionAttributes(rawValue: 4)
  /// Visible to C under its own symbol.
  public static let exported = FunctionAttributes(rawValue: 8)
  /// Copy or drop glue, derived equality, printing: made by the compiler for a type.
  public static let glue = FunctionAttributes(rawValue: 16)
  /// Its panics name the place that its last parameter points to: where it was called.
  public static let tracksCaller = FunctionAttributes(rawValue: 32)
  /// The body of a destructor, whose `self` must stay whole.
  public static let destructor = FunctionAttributes(rawValue: 64)
  /// What it gives may be views of what its first parameter is or views itself.
  public static let lends = FunctionAttributes(rawValue: 128)
  /// The result is lent: its bits belong to what the function was lent.
  public static let lendsResult = FunctionAttributes(rawValue: 256)
  /// Each copy that remains in it is an error.
  public static let noImplicitCopy = FunctionAttributes(rawValue: 512)
}
