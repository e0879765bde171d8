// The small enumerations kept in a node's `operation` byte.

/// How an argument is passed or a name is bound.
public enum PassingMode: UInt8, Sendable {
  /// `x`: read only.
  case borrow
  /// `inout x`
  case `inout`
  /// `owned x`
  case owned
}

/// What a variant carries.
public enum VariantPayload: UInt8, Sendable {
  case none
  /// `(A, B)`
  case tuple
  /// `{ a: A, b: B }`
  case record
}

/// Prefix operators with one operand. `&`, `move` and `try` are nodes of their own.
public enum UnaryOperator: UInt8, Sendable {
  case negate, complement, not

  public var text: String {
    switch self {
    case .negate: "-"
    case .complement: "~"
    case .not: "not"
    }
  }
}

/// Binary operators, and `assign` for a plain `=` in `.assignment`.
public enum BinaryOperator: UInt8, CaseIterable, Sendable {
  case assign
  case coalesce, or, and
  case equal, notEqual, less, lessEqual, greater, greaterEqual
  case bitOr, bitXor, bitAnd, shiftLeft, shiftRight
  case add, subtract, addWrapping, subtractWrapping, addSaturating, subtractSaturating
  case multiply, divide, remainder, multiplyWrapping
  case power

  public var text: String {
    switch self {
    case .assign: "="
    case .coalesce: "??"
    case .or: "or"
    case .and: "and"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessEqual: "<="
    case .greater: ">"
    case .greaterEqual: ">="
    case .bitOr: "|"
    case .bitXor: "^"
    case .bitAnd: "&"
    case .shiftLeft: "<<"
    case .shiftRight: ">>"
    case .add: "+"
    case .subtract: "-"
    case .addWrapping: "+%"
    case .subtractWrapping: "-%"
    case .addSaturating: "+|"
    case .subtractSaturating: "-|"
    case .multiply: "*"
    case .divide: "/"
    case .remainder: "%"
    case .multiplyWrapping: "*%"
    case .power: "**"
    }
  }
}

public enum RangeOperator: UInt8, Sendable {
  /// `a..<b`: half open.
  case halfOpen
  /// `a..b` and `a..=b`: inclusive.
  case inclusive
}

public enum AssemblyDirection: UInt8, Sendable {
  case input, output, inputOutput, clobber
}
