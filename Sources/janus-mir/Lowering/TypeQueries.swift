// What lowering asks about checked types beyond the shared queries.
import ASTDB
import Base
import MIR

extension ModuleLowering {
  /// Whether a type nests deeper, or has more parts, than instances are made for: a generic that
  /// calls itself with a larger type would never end.
  func isTooLarge(_ type: TypeID) -> Bool {
    var parts = 0
    return !measure(type, 0, &parts)
  }

  private func measure(_ type: TypeID, _ depth: Int, _ parts: inout Int) -> Bool {
    parts += 1
    guard depth < ModuleLowering.typeDepthLimit, parts < ModuleLowering.typePartLimit else {
      return false
    }
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .variable, .parameter: return true
    case .nominal(_, let arguments):
      return arguments.allSatisfy { measure($0, depth + 1, &parts) }
    case .tuple(let elements): return elements.allSatisfy { measure($0, depth + 1, &parts) }
    case .array(let element, _), .slice(let element), .pointer(let element, _):
      return measure(element, depth + 1, &parts)
    case .function(let parameters, let result, _):
      return measure(result, depth + 1, &parts)
        && parameters.allSatisfy { measure($0.type, depth + 1, &parts) }
    }
  }

  /// Unique when something with a destructor (or so marked) is contained, copyable when something
  /// that owns memory is.
  func ownership(of type: TypeID) -> Ownership {
    switch program.ownership(of: type) {
    case .trivial: .trivial
    case .copyable: .copyable
    case .unique: .unique
    }
  }
}
