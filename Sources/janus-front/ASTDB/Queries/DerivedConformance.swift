// The bounds that need no implementation: numbers, and what is derived from a type's parts.
import Base

extension BuiltinBounds {
  /// Every bound with its name, in the order in which a type's lack of one is reported.
  public static let each: [(bound: BuiltinBounds, name: String)] = [
    (.number, "Number"), (.integer, "Integer"), (.float, "Float"), (.ord, "Ord"), (.eq, "Eq"),
    (.hash, "Hash"), (.display, "Display"),
  ]

  /// The language item of the trait that a derived bound belongs to.
  fileprivate var traitItem: String? {
    switch self {
    case .ord: "ord"
    case .eq: "eq"
    case .hash: "hash"
    case .display: "display"
    default: nil  // An option set, not an enumeration.
    }
  }
}

/// The question whether a type has a derived form.
struct Derivation: Hashable {
  var type: TypeID
  var bound: BuiltinBounds
}

extension CheckedProgram {
  /// The derivable bound that `trait` stands for, or none.
  public func derivableBound(of trait: DeclarationID) -> BuiltinBounds {
    let item = declarations[trait].languageItem
    guard item != .empty else { return [] }
    let text = interner.text(item)
    return BuiltinBounds.each.first { $0.bound.traitItem == text }?.bound ?? []
  }

  /// The trait of a derivable bound, when `std` declares it.
  public func trait(of bound: BuiltinBounds) -> DeclarationID {
    bound.traitItem.map(languageItem) ?? .none
  }

  func conforms(_ type: TypeID, toOne bound: BuiltinBounds, depth: Int) -> Bool {
    var visited: Set<TypeID> = []
    return derives(type, bound, depth: depth, visited: &visited)
  }

  private func derives(
    _ type: TypeID, _ bound: BuiltinBounds, depth: Int, visited: inout Set<TypeID>
  ) -> Bool {
    // Only a type that grows without end goes so deep, and that was reported where it is declared.
    guard depth < 256 else { return true }
    let next = depth + 1
    let isDerivable = bound.traitItem != nil
    switch types[type] {
    case .error, .never, .variable: return true
    case .void, .bool, .char: return isDerivable
    case .integer: return isDerivable || bound == .number || bound == .integer
    case .float: return isDerivable || bound == .number || bound == .float
    case .parameter(let owner, let index): return has(owner, index, bound)
    case .pointer: return bound == .eq || bound == .hash
    case .function: return false
    case .tuple(let parts):
      return isDerivable
        && parts.allSatisfy { derives($0, bound, depth: next, visited: &visited) }
    case .array(let element, _), .slice(let element):
      return isDerivable && derives(element, bound, depth: next, visited: &visited)
    case .nominal(let declaration, let arguments):
      guard isDerivable else { return false }
      // Inside a recursive type, the answer depends on the other parts.
      guard visited.insert(type).inserted else { return true }
      let derivation = Derivation(type: type, bound: bound)
      guard derivationsInProgress.insert(derivation).inserted else { return true }
      defer { derivationsInProgress.remove(derivation) }
      let trait = trait(of: bound)
      if trait.exists, implementation(of: trait, for: type) != nil { return true }
      return parts(derivedFrom: declaration, arguments).map { parts in
        parts.allSatisfy { derives($0, bound, depth: next, visited: &visited) }
      } ?? false
    }
  }

  /// The types on which a derived form depends; nil when nothing is derived for the declaration.
  private func parts(
    derivedFrom declaration: DeclarationID, _ arguments: [TypeID]
  ) -> [TypeID]? {
    if case .structure(let structure) = declarations[declaration].detail,
      structure.copyMethod.exists || structure.dropMethod.exists
    {
      // The containers of std that the compiler knows compare and print their elements.
      return declarations[declaration].languageItem == .empty ? nil : arguments
    }
    return parts(of: declaration, arguments: arguments)
  }

  private func has(_ owner: DeclarationID, _ index: UInt32, _ bound: BuiltinBounds) -> Bool {
    let parameters = declarations[owner].genericParameters
    guard Int(index) < parameters.count else { return false }
    let builtin = parameters[Int(index)].builtin
    if builtin.contains(bound) { return true }
    let numeric: BuiltinBounds = [.number, .integer, .float]
    switch bound {
    // Integers and floats are numbers, and all numbers compare, hash and print.
    case .number: return !builtin.isDisjoint(with: [.integer, .float])
    case .eq: if builtin.contains(.ord) { return true }
    default: break  // An option set, not an enumeration.
    }
    if bound.traitItem != nil, !builtin.isDisjoint(with: numeric) { return true }
    let trait = trait(of: bound)
    return trait.exists && bounds(ofParameter: index, of: owner).contains { $0.trait == trait }
  }
}
