// What the context of an expression wants of its value: a type, and whether to keep the value.
import ASTDB
import Base

/// Why a type is wanted: the label of a mismatch.
enum Cause {
  case none
  /// The declared result of the function.
  case result(SourceSpan)
  /// `let x: T`.
  case declared(SourceSpan)
  /// A parameter of the function that is called.
  case parameter(DeclarationID, index: Int)
  case field(SourceSpan, Symbol)
  case condition
  /// The place that is assigned to.
  case target(SourceSpan)
  /// Another branch of the same `if` or `match`.
  case branch(SourceSpan)
  /// The other operand.
  case operand(SourceSpan)
  case element(SourceSpan)
}

enum Usage {
  /// Only looked at: places stay places.
  case lent
  /// Becomes a value of its own: places are copied.
  case owned
  /// Leaves the function: a local is moved.
  case returned
}

struct Expectation {
  /// None: whatever the expression has.
  var type: TypeID = .none
  var usage: Usage = .lent
  /// The value is not wanted.
  var isDiscarded = false
  /// A plain `T` becomes `Ok(T)`.
  var wrapsResult = false
  /// The end of a function that returns nothing on success: what stands there is not its result.
  var ignoresValue = false
  var cause: Cause = .none

  static let lent = Expectation()
  static let owned = Expectation(usage: .owned)
  static let discarded = Expectation(isDiscarded: true)
  static let condition = Expectation(type: TypeTable.bool, cause: .condition)

  static func lent(_ type: TypeID, _ cause: Cause = .none) -> Expectation {
    Expectation(type: type, usage: .lent, cause: cause)
  }
  static func owned(_ type: TypeID, _ cause: Cause = .none) -> Expectation {
    Expectation(type: type, usage: .owned, cause: cause)
  }
}
