// Which values may lie in a static that changes.
// Reads: a module's statics and types. Produces: for each type, whether some `static mut` is of it
// or contains it. Rejects: nothing. Assumes: a verified module.
// A parameter that may be such a value may change in any call, as long as nothing forbids to lend a
// static to a function that changes it.
import Base
import MIR

struct StaticContents {
  private var isInside: ContiguousArray<Bool>

  init(of module: MIRModule, _ shapes: MIRShapes) {
    isInside = ContiguousArray(repeating: false, count: shapes.count)
    var open = module.statics.elements.filter(\.isMutable).map(\.type)
    while let type = open.popLast() {
      guard type.exists, !isInside[type.index] else { continue }
      isInside[type.index] = true
      open += parts(of: type, shapes)
    }
  }

  private func parts(of type: MIRTypeID, _ shapes: MIRShapes) -> [MIRTypeID] {
    let shape = shapes[type]
    switch shape.kind {
    case .void, .never, .bool, .int, .float, .char, .function: return []
    case .pointer, .array: return [shape.element]
    case .aggregate:
      return (0..<Int(shape.count)).map { shapes.field($0, first: shape.first).type }
    case .enumeration:
      return (0..<Int(shape.count)).flatMap { index in
        let variant = shapes.variant(index, of: shape)
        return (0..<Int(variant.count)).map { shapes.field($0, first: variant.first).type }
      }
    }
  }

  /// A value of `type` may be a changing static or a part of one.
  func mayHold(_ type: MIRTypeID) -> Bool { isInside[type.index] }
}
