// Instructions and terminators. The printed name of each opcode is its case name in snake case, so
// a line of dumped MIR can be searched back to its definition here.
import Base

/// What an instruction does. `dest` is the place written (initialised) unless said otherwise;
/// `type` is the type operated on. Instructions marked *panics* continue at the block's `cleanup`.
public enum Opcode: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  case nop
  /// Frame storage of `dest`'s local begins (uninitialised) / ends.
  case storageLive, storageDead
  /// `dest = a`, bit by bit; any old value in `dest` must have been dropped or moved.
  case assign
  /// `dest` = a logical copy of `a` (a `borrow` operand) of a copyable type. Its memory comes from
  /// the region that the pointer `b` names, or from the heap when `b` is none. The function `c`
  /// makes it, or the type's own when `c` is none. `immediate` is 1 when
  /// the source asks for the copy. Panics (P006).
  case copyValue
  /// `dest = a`, bit by bit; the value belongs to the region that the pointer `b` names from here.
  case regionKeep
  /// Destroys the value in `dest`, which is uninitialised afterwards. Before drop elaboration: only
  /// if it is initialised on this path. Panics (a destructor may).
  case drop
  /// `dest` = aggregate, array or (with `immediate` as variant) enumeration made of `operands`:
  /// `firstOperand`, `operandCount`.
  case construct
  /// `dest` (an integer of the tag's type) = the tag of the enumeration lent as `a`.
  case discriminant

  /// Arithmetic on `type`; `dest = a op b`. The plain forms follow the function's `overflowChecks`:
  /// panic P002 or wrap. Floats never panic. `div` and `rem` panic P003 on zero, P002 on overflow.
  case add, sub, mul, div, rem
  case addWrapping, subWrapping, mulWrapping
  case addSaturating, subSaturating
  /// Shift counts at or above the width panic P002 when checked, else are masked.
  case shl, shr
  case bitAnd, bitOr, bitXor
  /// Comparison of scalars of `type`; `dest` is a bool.
  case equal, notEqual, less, lessEqual, greater, greaterEqual
  /// `dest = -a` (panics P002 when checked), `dest = ~a`, `dest = not a`.
  case negate, bitNot, not

  /// `dest = a` converted from `type` to the type of `dest`: integers truncate or extend, floats to
  /// integers saturate (NaN is 0), integers to floats round, pointers keep their bits.
  case convert
  /// `dest` = the bits of `a` (of `type`) as the type of `dest`, of equal size.
  case bitcast
  /// `dest` (a pointer) = the address of the place of operand `a` (`borrow` or `borrowMutable`).
  /// `immediate` is 1 when a closure captures it, so that it must hold a value.
  case addressOf
  /// `dest` (a pointer) = the place that a panic of this instruction would name, as the runtime
  /// wants it. Given to functions that track their callers.
  case panicPlace
  /// `dest = a + b * size(type)`; `a` is a pointer, `b` an `i64`.
  case pointerOffset
  /// `dest` (a function value) = code `a` (a `function` operand) with environment pointer `b`, or a
  /// null environment when `b` is none.
  case makeFunction

  /// Panics P001 unless `0 <= a < b`; both are `i64`.
  case boundsCheck
  /// Panics with `PanicKind(rawValue: immediate)` unless the bool `a` is true; `b`, when present,
  /// is the constant string of the message.
  case check

  /// A long access to the place of `a` begins (`borrow`, `borrowMutable`); `immediate` numbers it
  /// within the function. Ends with the same number.
  case accessBegin, accessEnd
  /// `dest`'s local (storage `alias`) is from here the place of `a`, lent read-only (`borrow`) or
  /// exclusively (`borrowMutable`), until `unbind`. `immediate` is 1 when a closure captures it.
  case bind, unbind

  /// `a` = destination pointer, `b` = source pointer, `c` = count of `type` elements.
  case memoryCopy, memoryMove
  /// `a` = pointer, `b` = byte, `c` = count of `type` elements.
  case memorySet
}

/// Why a `check` or a `panic` terminator panics; the raw value is the number of the P code, except
/// `slice`, which is P001 with bounds.
public enum PanicKind: UInt32, CaseIterable, BitwiseCopyable, Sendable {
  case index = 1, overflow, division, assertion, unreachable, outOfMemory, exclusivity, text
  case capability, unwrap, stackOverflow
}

public struct Instruction: Hashable, BitwiseCopyable, Sendable {
  public var opcode: Opcode
  public var type: MIRTypeID
  public var dest: PlaceID
  public var a: Operand
  public var b: Operand
  public var c: Operand
  public var immediate: UInt32
  /// A range of the function's `operands`, for `construct`.
  public var firstOperand: UInt32
  public var operandCount: UInt32

  public init(
    _ opcode: Opcode, type: MIRTypeID = .none, dest: PlaceID = .none, a: Operand = .none,
    b: Operand = .none, c: Operand = .none, immediate: UInt32 = 0, firstOperand: UInt32 = 0,
    operandCount: UInt32 = 0
  ) {
    self.opcode = opcode
    self.type = type
    self.dest = dest
    self.a = a
    self.b = b
    self.c = c
    self.immediate = immediate
    self.firstOperand = firstOperand
    self.operandCount = operandCount
  }
}

public enum TerminatorKind: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  /// To `next`.
  case goto
  /// To `next` when the bool `operand` is true, else to `otherwise`.
  case branch
  /// To the case whose value equals the integer `operand`, else to `otherwise`.
  case `switch`
  /// Calls `callee`, or the function value in `operand` when `callee` is none, with the arguments
  /// (the hidden destination included, the environment of a function value not); the result goes to
  /// `dest`, if any; then to `next` (none: the callee never returns). A panic goes to `cleanup`.
  case call
  /// Ends the function normally; the result is in local 0.
  case `return`
  /// Panics with `panic`; `operand`, when present, is the `string` message. Unwinds to `cleanup`.
  case panic
  /// Control never comes here.
  case unreachable
  /// The end of a cleanup chain: unwinding continues in the caller.
  case resume
}

public struct SwitchCase: Hashable, BitwiseCopyable, Sendable {
  /// The bits of the value, sign- or zero-extended from its type; values of 128-bit integers that
  /// do not fit are compared by branches instead.
  public var value: Int64
  public var target: BlockID
  public init(value: Int64, target: BlockID) {
    self.value = value
    self.target = target
  }
}

public struct Terminator: Hashable, BitwiseCopyable, Sendable {
  public var kind: TerminatorKind
  public var operand: Operand
  public var callee: FunctionRefID
  /// Of the call.
  public var signature: SignatureID
  public var dest: PlaceID
  /// Arguments: a range of the function's `operands`. Switch: a range of its `switchCases`.
  public var first: UInt32
  public var count: UInt32
  public var next: BlockID
  public var otherwise: BlockID
  public var cleanup: BlockID
  public var panic: PanicKind

  public init(
    kind: TerminatorKind, operand: Operand = .none, callee: FunctionRefID = .none,
    signature: SignatureID = .none, dest: PlaceID = .none, first: UInt32 = 0, count: UInt32 = 0,
    next: BlockID = .none, otherwise: BlockID = .none, cleanup: BlockID = .none,
    panic: PanicKind = .unreachable
  ) {
    self.kind = kind
    self.operand = operand
    self.callee = callee
    self.signature = signature
    self.dest = dest
    self.first = first
    self.count = count
    self.next = next
    self.otherwise = otherwise
    self.cleanup = cleanup
    self.panic = panic
  }
}
