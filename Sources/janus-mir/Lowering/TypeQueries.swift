// What lowering asks about checked types beyond the shared queries.
import ASTDB
import Base
import MIR

extension ModuleLowering {
  /// How deeply types nest in `type`.
  func depth(of type: TypeID) -> Int {
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .variable, .parameter: return 1
    case .nominal(_, let arguments): return 1 + (arguments.map { depth(of: $0) }.max() ?? 0)
    case .tuple(let elements): return 1 + (elements.map { depth(of: $0) }.max() ?? 0)
    case .array(let element, _), .slice(let element), .pointer(let element, _):
      return 1 + depth(of: element)
    case .function(let parameters, let result):
      return 1 + max(depth(of: result), parameters.map { depth(of: $0.type) }.max() ?? 0)
    }
  }

  /// Unique when something with a destructor (or so marked) is contained, copyable when something
  /// that owns memory is. Function values are bits as long as closures do not escape.
  func ownership(of type: TypeID) -> Ownership {
    if case .function = program.types[type] { return .trivial }
    return switch program.ownership(of: type) {
    case .trivial: .trivial
    case .copyable: .copyable
    case .unique: .unique
    }
  }
}
