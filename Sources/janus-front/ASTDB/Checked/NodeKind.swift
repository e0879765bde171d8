// The kinds of checked nodes and what their fields hold. Notation: `node` is a NodeID (or none),
// `list` an index for `Body.list`, `variable` a VariableID, `decl` an index into
// `Body.declarations`,
// `string` an index into `Body.strings`, `type` an index into `Body.types`.
//
// Everything implicit in the source is explicit here: conversions, receivers, default values,
// narrowing, the wrapping of results. *Places* (marked P) name memory; a place used as a value is a
// logical copy of what it holds, or a move where lowering may move (`return x` of a local;
// temporaries).

public enum NodeKind: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  /// Stands where an error was reported. Never lowered.
  case error

  // MARK: Literals

  /// An integer of the node's integer type: low 64 bits in a (low word), b (high word); c: a list
  /// of two more words (bits 64 to 127) or 0. Negative values are two's complement of the type.
  case integer
  /// A float: the bits of the `f64` value, low word in a, high word in b.
  case float
  /// a: 0 or 1.
  case bool
  /// a: the scalar value.
  case character
  /// a: string. A `string` value; flags 1: a `c"…"` pointer.
  case string
  /// The absent value of an optional type.
  case null
  /// The value of type `void`.
  case unit

  // MARK: Names

  /// P. a: variable.
  case variable
  /// P. a: decl of a static.
  case staticVariable
  /// a: decl of a constant that was not replaced by its value.
  case constant
  /// A function as a value: a: decl, b: list of type arguments.
  case function
  /// a: closure. The type is a function type.
  case closure

  // MARK: Places

  /// P. a: node (a struct or tuple place or value), b: field index.
  case field
  /// P. Element of array, slice, `List` or `string` (a byte): a: node, b: node (an integer).
  case index
  /// P. a: node (a pointer value): what it points to.
  case dereference
  /// P. a: node (a `Box` place or value): what is in the box.
  case unbox
  /// P. Payload field of a variant known to be active (narrowing, `?.`): a: node, b: variant,
  /// c: field.
  case payload
  /// P? A part of a slice, array, list or string that is lent: a: node, b: node (lower bound or
  /// none), c: node (upper bound or none); flags 1: upper bound included. Type is `[]T` or
  /// `string`.
  case slice

  // MARK: Calls

  /// a: decl of the function, b: list of argument nodes in parameter order (receiver first),
  /// c: list of type arguments for all its generic parameters.
  case call
  /// A method of a trait on a generic parameter (or on a type whose impl is found when lowered):
  /// a: decl of the trait's method, b: list of argument nodes, c: list of type arguments: `Self`
  /// first, then those of the trait, then the method's own.
  case callTrait
  /// a: node (a function value), b: list of argument nodes.
  case callValue
  /// An argument for an `inout` parameter: a: node (a place).
  case inoutArgument
  /// The default value of a parameter or field: a: decl (function, struct or enum), b: index (in
  /// an enum counted over the fields of all variants), c: list of the declaration's type arguments.
  case defaultValue
  /// a: raw value of `Builtin`, b: list of argument nodes, c: list of types.
  case builtin

  // MARK: Making values

  /// A struct: a: list of pairs (field index, node) in order of evaluation; every field once.
  case structure
  /// An enum value (`Optional` and `Result` too): a: variant index, b: list of payload nodes.
  case variant
  /// a: list of nodes.
  case tuple
  /// `[N]T`: a: list of nodes.
  case array
  /// `[v; n]`: a: node, b: count as a node (integer); type an array or a List.
  case repeated
  /// `List[T]` from a literal: a: list of nodes.
  case listLiteral
  /// A `string` from parts: a: list of pairs (node, string of the format specification or
  /// UInt32.max).
  case interpolation
  /// `a..<b`, `a..=b` as a value of std's range type: a, b: nodes; flags 1: inclusive.
  case range

  // MARK: Conversions

  /// Lossless numeric widening to the node's type: a: node.
  case widen
  /// `x as T`: numeric, char, bool, pointer and enum-to-integer conversions: a: node.
  case cast
  /// An array or List place or value lent as `[]T`: a: node.
  case asSlice
  /// P. A function value as one of the other type with the same parameters and result (`func` and
  /// `@unique func`): a: node.
  case asFunction
  /// A logical copy of what a place holds, where the language asks for a value: a: node (a place).
  /// Lowering may elide it.
  case copy
  /// `move x`: ends the place: a: node.
  case move

  // MARK: Operators

  /// a: raw value of `UnaryOperator`, b: node.
  case unary
  /// On two operands of one numeric (or bool, char, pointer) type: a: raw value of
  /// `BinaryOperator`, b, c: nodes. Comparisons have type bool.
  case binary
  /// Structural comparison of any type: a: raw value of `BinaryOperator` (equal … greaterEqual),
  /// b, c: nodes.
  case compare
  /// Short-circuit: a, b: nodes.
  case and, or
  /// `+` on strings: a, b: nodes.
  case concatenate

  // MARK: Control flow

  /// a: list of statement nodes, b: node of the value or none. Opens a scope.
  case block
  /// a: condition, b: then, c: else or none. The condition may be an `ifLet` condition (see
  /// `patternTest`) or an `and` of such: bindings are visible in `then`.
  case `if`
  /// A condition: a: pattern, b: scrutinee node. True when it matches, binding its variables.
  /// flags: see `MatchFlags`.
  case patternTest
  /// a: scrutinee node, b: list of `arm` nodes. flags: see `MatchFlags`.
  case match
  /// a: pattern, b: guard node or none, c: body node.
  case arm
  /// a: condition (also `patternTest`), b: body. Loops are numbered by nesting: `break` and
  /// `continue` count outwards.
  case `while`
  /// `for` over an integer range: a: variable, b: list (lower node, upper node), c: body;
  /// flags 1: inclusive.
  case forRange
  /// `for` over array, slice or List: a: pattern node for the element, b: the sequence node,
  /// c: body. flags: `MatchFlags`; `enumerate()` in the source sets flag 8 and the pattern is a
  /// tuple (index, element).
  case forElements
  /// `for` over a container with the index protocol (`__next_index` …): a: pattern (a tuple (key,
  /// value) for maps), b: list (container node, decl of __next_index, decl of __key_at or
  /// __element_at, decl of __value_at or UInt32.max), c: body. flags: `MatchFlags`, 8 as above.
  case forEntries
  /// `for` over an iterator: a: pattern, b: list (iterator node, decl of its `next`, flags:
  /// 1 = call through the trait, list of the call's type arguments), c: body. flags: 8 as above.
  case forIterator
  /// a: how many loops outwards (0 = innermost), b: node of a value or none.
  case `break`
  case `continue`
  /// a: node or none. The value already has the function's result type (wrapped in Ok if needed).
  case `return`
  /// `e?`: a: node (Result or optional); b: decl of the `From.from` to convert the error, or
  /// UInt32.max; type is that of the success value. c: list of type arguments of `from`.
  case propagate
  /// `e catch err { … }`: a: node, b: variable of the error or none (UInt32.max), c: handler node.
  case catching
  /// `a ?? b`: a, b: nodes.
  case coalesce
  /// `a?.b`: a: node (optional), b: variable standing for the payload (a lent binding), c: node
  /// that uses it; the result is wrapped in an optional unless it is one already.
  case optionalChain
  /// a: node: runs at the end of the scope.
  case `defer`
  /// `grant cap …`: a: decl of the capability, b: list of pairs (string name, node), c: body block.
  case grant
  /// `unsafe { … }`: a: block.
  case unsafeBlock
  /// `with_scratchpad(n) |s| do … end`: a: variable of the scratchpad, b: node of the capacity or
  /// none, c: body block.
  case scratchpad

  // MARK: Statements

  /// a: variable, b: initialiser node or none.
  case declare
  /// `let (a, b) = e`: a: irrefutable pattern, b: node. flags: MatchFlags.
  case declarePattern
  /// a: place node, b: value node.
  case assign
  /// a: place node, b: value node, c: raw value of `BinaryOperator` (or of `concatenate` as
  /// `BinaryOperator.concatenate`).
  case compoundAssign
  /// An expression whose value is dropped at the end of the statement: a: node.
  case evaluate
  /// `requires e`: a: node.
  case require

  // MARK: Patterns (type: what is matched)

  case wildcardPattern
  /// a: variable, b: node of a sub-pattern or none. The variable's kind says if it takes, lends or
  /// lends `inout`.
  case bindingPattern
  /// a: node of a literal or constant expression, compared structurally.
  case valuePattern
  /// a, b: nodes of the bounds or none; flags 1: upper included.
  case rangePattern
  /// a: variant, b: list of patterns for its payload fields.
  case variantPattern
  /// a: list of patterns.
  case tuplePattern
  /// a: list of pairs (field index, pattern).
  case structurePattern
  /// Elements of an array, slice or `List`: a: list of patterns from the first element on, b: list
  /// of patterns up to the last, c: pattern for those between (of type `[]T`) or none when there
  /// are none between.
  case sequencePattern
  /// a: list of patterns, none of which binds (or all bind the same variables).
  case alternativePattern
  /// The pattern matches what is in the box: a: pattern.
  case unboxPattern
}

/// How a scrutinee or sequence is used by its patterns.
public struct MatchFlags: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// `match &x`, `for inout`: the scrutinee is a place that is lent exclusively.
  public static let lendsExclusively = MatchFlags(rawValue: 1)
  /// `match move x`, `for x in move xs`, or a temporary: patterns take the payload.
  public static let takes = MatchFlags(rawValue: 2)
  /// Something in the arms may change the scrutinee's variable, so lent bindings are copies.
  public static let copiesBindings = MatchFlags(rawValue: 4)
  /// `for (i, x) in xs.enumerate()`.
  public static let enumerates = MatchFlags(rawValue: 8)
}

public enum UnaryOperator: UInt32, CaseIterable, Sendable {
  case negate, bitNot, not
}

public enum BinaryOperator: UInt32, CaseIterable, Sendable {
  case add, subtract, multiply, divide, remainder, power
  case addWrapping, subtractWrapping, multiplyWrapping, addSaturating, subtractSaturating
  case shiftLeft, shiftRight, bitAnd, bitOr, bitXor
  case equal, notEqual, less, lessEqual, greater, greaterEqual
  /// Only in `compoundAssign`.
  case concatenate

  public var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: true
    case .add, .subtract, .multiply, .divide, .remainder, .power, .addWrapping, .subtractWrapping,
      .multiplyWrapping, .addSaturating, .subtractSaturating, .shiftLeft, .shiftRight, .bitAnd,
      .bitOr, .bitXor, .concatenate:
      false
    }
  }
}

/// Operations the compiler knows: `print` and the `@` intrinsics.
public enum Builtin: UInt32, CaseIterable, Sendable {
  /// Any printable values; `print` and `eprint` separate by spaces and end the line.
  case print, write, eprint
  /// (bool); (bool, message string): panic P004 with the source text or message.
  case assert
  /// (a, b); (a, b, message string): panic P004 showing both.
  case assertEqual
  /// (message): panic P004 with the message.
  case panic
  /// (code as integer literal, message).
  case panicCode
  /// (place, place); (place, value) -> old value; (place) -> old value, leaving the default.
  case swap, replace, take
  case sizeof, alignof
  case pointerCast, integerToPointer, pointerToInteger, bitcast
  case pointerOffset, pointerDifference
  case memoryCopy, memoryMove, memorySet
  /// (p) -> T; (p, v); (p).
  case takeAt, initialise, dropAt
  /// Types: [T] -> bool, known when instantiated.
  case needsDrop, isTrivial, isUnique
  /// (x) -> u64; (a, b) -> i64; (x, inout string).
  case hash, compare, display, debug
  case unreachable, trap
  /// (p, n) -> []T; ([]T) -> *T; (p, n) -> string; (place) -> *T; types [T] -> string.
  case makeSlice, slicePointer, makeString, address, typeName
  /// `T.checked(x)` -> ?T: types [T].
  case checkedConversion
  /// (condition); the text comes from the source.
  case require
  /// `undefined`.
  case undefined
  /// (x) -> T: an explicit `x.copy()` of a copyable value.
  case copy
  /// (xs) -> i64: length of an array.
  case arrayCount
  /// (result) -> T: P010 when null or error; `.unwrap()`, with optional message.
  case unwrap
  /// (optional place) -> optional: leaves null.
  case takeOptional
  /// The limits of the numeric type that a type parameter stands for: types [T] -> T; `bitCount`
  /// gives i64.
  case greatest, least, bitCount, epsilon, infinity, notANumber
  /// () -> *void: where the memory of the function's result comes from; null is the heap.
  case destination
  /// Types: [T] -> bool, known when instantiated: a word before each buffer of `T` says who shares
  /// it; a copy of such a buffer made here shares it.
  case carriesCounts, sharesCopies
  /// (place, mark): nothing else shares a buffer of the value, and each carries the mark.
  case isolate
}
