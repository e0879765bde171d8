// The interpreter's own code: MIR with every place resolved to an offset, in one flat array for
// each function. An operand is a 32-bit offset: from the frame when it is not negative, back from
// the end of the constant pool (which also holds the statics) when it is. Places behind a pointer
// are first loaded to, or stored from, a temporary of the frame.
import Base
import MIR

/// How the bytes of a scalar are read.
enum ScalarKind: UInt8, BitwiseCopyable {
  case i8, i16, i32, i64, i128, u8, u16, u32, u64, u128, f32, f64

  init(_ shape: MIRShape) {
    switch (shape.kind, shape.bits, shape.isSigned) {
    case (.float, 32, _): self = .f32
    case (.float, _, _): self = .f64
    case (_, 8, true): self = .i8
    case (_, 16, true): self = .i16
    case (_, 32, true): self = .i32
    case (_, 64, true): self = .i64
    case (_, 128, true): self = .i128
    case (_, 8, false): self = .u8
    case (_, 16, false): self = .u16
    case (_, 32, false): self = .u32
    case (_, 128, false): self = .u128
    case (_, _, _): self = .u64
    }
  }

  var size: Int64 {
    switch self {
    case .i8, .u8: 1
    case .i16, .u16: 2
    case .i32, .u32, .f32: 4
    case .i64, .u64, .f64: 8
    case .i128, .u128: 16
    }
  }

  var isSigned: Bool {
    switch self {
    case .i8, .i16, .i32, .i64, .i128: true
    case .u8, .u16, .u32, .u64, .u128, .f32, .f64: false
    }
  }

  var isFloat: Bool { self == .f32 || self == .f64 }
}

enum CodeOp: UInt8, BitwiseCopyable {
  /// `dst` = `a`, of 1, 2, 4, 8, 16 or `imm` bytes. In these and the next, `aux` is 1 when the
  /// value leaves its place.
  case move1, move2, move4, move8, move16, moveBytes
  /// `dst` = what stands at pointer `a` plus `x`.
  case load1, load2, load4, load8, load16, loadBytes
  /// What stands at pointer `dst` plus `x` = `a`.
  case store1, store2, store4, store8, store16, storeBytes
  /// At pointer `dst` plus `x` = at pointer `a` plus `y`, `imm` bytes.
  case copyBytes
  /// `dst` = 0, `imm` bytes; `dst` = `imm`, eight bytes.
  case clear, constant
  /// `dst` = the address of `a`; = pointer `a` plus `x`.
  case address, addressThrough
  /// `dst` = the address of `a`, or pointer `a` plus `x`, plus index `b` times `imm`.
  case element, elementThrough

  case addChecked, subChecked, mulChecked, addWrapping, subWrapping, mulWrapping
  case addSaturating, subSaturating, div, rem, shlChecked, shrChecked, shlMasked, shrMasked
  case bitAnd, bitOr, bitXor, negateChecked, negateWrapping, bitNot, not
  case floatAdd, floatSub, floatMul, floatDiv, floatRem, floatNegate
  case equal, notEqual, less, lessEqual, greater, greaterEqual
  /// From `kind` to the kind of raw value `aux`.
  case convert
  /// `dst` = pointer `a` plus `b` times `imm`.
  case pointerOffset
  case boundsCheck
  /// Unless `a`: panic `x`, with the string at `b` when `aux` is 1.
  case check
  /// At pointer `dst`, from pointer or byte `a`, `b` elements of `imm` bytes.
  case memoryCopy, memoryMove, memorySet

  /// Jumps are distances from the jump itself.
  case jump
  /// To `x` when `a`, else to `y`.
  case branch
  /// To the entry of the table at `imm` (`y` entries, in order) that equals `a`, else to `x`.
  case `switch`
  /// `imm` is the callee's record, `x` the offset of its frame.
  case call
  /// `a` is the function value, `x` the offset of the frame, `y` the size of the arguments.
  case callValue
  case `return`, panic, unreachable, resume

  /// Looks at the next code before it touches memory, or does `ShadowOp(rawValue: aux)`. Only
  /// where there is shadow state.
  case shadow
}

/// One instruction: 32 bytes.
struct Code: BitwiseCopyable {
  var op: CodeOp
  var kind: ScalarKind = .i64
  var aux: UInt16 = 0
  var dst: Int32 = 0
  var a: Int32 = 0
  var b: Int32 = 0
  var x: Int32 = 0
  var y: Int32 = 0
  var imm: Int64 = 0
}

/// Where an instruction came from and where its panics go; parallel to the code, read only then.
struct Site: BitwiseCopyable {
  var line: Int32
  var column: Int32
  /// Index of the cleanup's code, or -1.
  var cleanup: Int32
}

struct SwitchEntry: BitwiseCopyable {
  var value: Int64
  var distance: Int
}

/// A function of the program as calls and function values name it: by the address of this.
struct FunctionRecord: BitwiseCopyable {
  /// Nil until the first call.
  var code: UnsafeMutablePointer<Code>?
  var sites: UnsafeMutablePointer<Site>?
  var frameSize: Int = 0
  /// Index of the function in the module, or -1 when it is not defined there.
  var function: Int
  var reference: FunctionRefID
  var hasEnvironment: Bool
  var panicAborts: Bool = false
  /// Where in the frame stands the place that the function's panics name, or -1: their own.
  var placeOffset: Int32 = -1
  var isRuntime: Bool
  /// Index into the interpreter's table of prepared C functions, or -1.
  var foreign: Int = -1
}

/// The place of parameter slots in a callee's frame: the result's first (its value, or the address
/// of its place), then environment, parameters and destination, 16 bytes each.
let slotSize: Int32 = 16
