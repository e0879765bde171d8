// Frame storage for the time of one instruction: arguments that are copied for their callee,
// results that cannot be built in place. The next instruction that needs as much uses it again.
import CLLVM

/// Temporaries that can stand for each other.
struct TemporaryKind: Hashable {
  var size: Int64
  var alignment: UInt32
}

extension FunctionEmitter {
  func temporary(_ shape: TypeShape) -> Value {
    temporary(size: max(shape.size, 1), alignment: shape.alignment)
  }

  func temporary(size: Int64, alignment: UInt32) -> Value {
    let kind = TemporaryKind(size: size, alignment: alignment)
    let value =
      freeTemporaries[kind]?.popLast() ?? addAlloca(types.bytes(size), alignment: alignment)
    usedTemporaries.append((kind, value))
    return value
  }

  /// The instruction that used them is complete.
  func releaseTemporaries() {
    while let (kind, value) = usedTemporaries.popLast() {
      freeTemporaries[kind, default: []].append(value)
    }
  }
}
