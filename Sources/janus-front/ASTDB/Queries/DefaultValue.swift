// Which types have a default value, the one that `take(&a)` leaves.
import Base

extension CheckedProgram {
  /// Whether a place of this type can be left with a value that nobody gave: zero, empty, null, or
  /// made of such parts. Of a generic parameter each instance decides.
  public func mayHaveDefault(_ type: TypeID) -> Bool {
    switch types[type] {
    case .error, .void, .bool, .char, .integer, .float, .pointer, .slice, .parameter, .variable:
      return true
    case .never, .function: return false
    case .tuple(let elements): return elements.allSatisfy { mayHaveDefault($0) }
    case .array(let element, _):
      return mayHaveDefault(element) && ownership(of: element) != .unique
    case .nominal(let declaration, let arguments):
      if declaration == languageItem("optional") { return true }
      guard case .structure(let detail) = declarations[declaration].detail else { return false }
      if detail.dropMethod.exists { return declaration != languageItem("box") }
      return detail.fields.allSatisfy {
        $0.defaultValue.exists || mayHaveDefault(substitute(arguments, in: $0.type))
      }
    }
  }
}
