// Hashes of types that are equal in every process: nominal types count by stable ID.
import Base

extension CheckedProgram {
  /// The hash of `type`. The stable IDs of the declarations in it must be set.
  public func stableHash(of type: TypeID) -> Hash128 {
    let index = type.isNone ? Int.max : type.index
    if index < typeHashes.count, typeHashes[index] != .zero { return typeHashes[index] }
    guard index != Int.max else { return .zero }
    let hash = computeHash(of: type)
    while typeHashes.count <= index { typeHashes.append(.zero) }
    typeHashes[index] = hash
    return hash
  }

  private func computeHash(of type: TypeID) -> Hash128 {
    var hash = HashBuilder()
    switch types[type] {
    case .error: hash.add(0)
    case .void: hash.add(1)
    case .never: hash.add(2)
    case .bool: hash.add(3)
    case .char: hash.add(4)
    case .integer(let kind): hash.add(100 + Int(kind.rawValue))
    case .float(let bits): hash.add(200 + Int(bits))
    case .nominal(let declaration, let arguments):
      hash.add(5)
      hash.add(declarations[declaration].stableID)
      for argument in arguments { hash.add(stableHash(of: argument)) }
    case .parameter(let owner, let index):
      hash.add(6)
      hash.add(declarations[owner].stableID)
      hash.add(Int(index))
    case .tuple(let parts):
      hash.add(7)
      for part in parts { hash.add(stableHash(of: part)) }
    case .array(let element, let count):
      hash.add(8)
      hash.add(Int(count))
      hash.add(stableHash(of: element))
    case .slice(let element):
      hash.add(9)
      hash.add(stableHash(of: element))
    case .pointer(let target, let isConst):
      hash.add(10)
      hash.add(isConst)
      hash.add(stableHash(of: target))
    case .function(let parameters, let result, let isUnique):
      hash.add(isUnique ? 13 : 11)
      for parameter in parameters {
        hash.add(Int(parameter.mode.rawValue))
        hash.add(stableHash(of: parameter.type))
      }
      hash.add(stableHash(of: result))
    case .variable: hash.add(12)
    }
    return hash.finish()
  }
}
