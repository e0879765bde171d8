// Which implementation of a trait a type has: matching of implementation headers against types,
// with the bounds of the implementation's own parameters checked, and the forms that are derived
// structurally (`Eq`, `Hash`, `Ord`, `Display`).
import Base

/// An implementation and the types that its generic parameters stand for.
public struct ImplementationMatch: Hashable, Sendable {
  public var implementation: DeclarationID
  public var arguments: [TypeID]
  public init(implementation: DeclarationID, arguments: [TypeID]) {
    self.implementation = implementation
    self.arguments = arguments
  }
}

public struct ImplementationKey: Hashable, Sendable {
  var trait: DeclarationID
  /// Nil: any.
  var traitArguments: [TypeID]?
  var type: TypeID
}

/// Why a type satisfies a bound.
public enum Conformance: Hashable, Sendable {
  case implementation(ImplementationMatch)
  /// The type is a generic parameter with this bound (or a trait that extends it).
  case bound(TraitBound)
  /// `Eq`, `Hash`, `Ord` or `Display`, derived from the parts.
  case derived
  case none
}

/// Chains of implementations whose bounds ask for further implementations are followed this far.
private let conformanceDepthLimit = 64

extension CheckedProgram {
  /// How `type` satisfies `trait`. Without `traitArguments`, any arguments will do.
  public func conformance(
    of type: TypeID, to trait: DeclarationID, traitArguments: [TypeID]? = nil
  ) -> Conformance {
    conformance(of: type, to: trait, traitArguments: traitArguments, depth: 0)
  }

  public func conforms(_ type: TypeID, to bound: TraitBound) -> Bool {
    if type == TypeTable.error { return true }
    return conformance(of: type, to: bound.trait, traitArguments: bound.arguments) != .none
  }

  /// Whether `type` has every operation of `bounds`.
  public func conforms(_ type: TypeID, to bounds: BuiltinBounds) -> Bool {
    BuiltinBounds.each.allSatisfy {
      !bounds.contains($0.bound) || conforms(type, toOne: $0.bound, depth: 0)
    }
  }

  /// The implementation of `trait` for `type`, if it is written down.
  public func implementation(
    of trait: DeclarationID, traitArguments: [TypeID]? = nil, for type: TypeID
  ) -> ImplementationMatch? {
    implementation(of: trait, traitArguments: traitArguments, for: type, depth: 0)
  }

  /// The arguments of the trait in an implementation that was found.
  public func traitArguments(of match: ImplementationMatch) -> [TypeID] {
    guard case .implementation(let detail) = declarations[match.implementation].detail else {
      return []
    }
    return substitute(match.arguments, in: detail.traitArguments)
  }

  /// The arguments with which `type` satisfies `trait`, one list for each bound or impl.
  public func traitArgumentChoices(of type: TypeID, to trait: DeclarationID) -> [[TypeID]] {
    if case .parameter(let owner, let index) = types[type] {
      let own = bounds(ofParameter: index, of: owner).filter { $0.trait == trait }
      if !own.isEmpty { return own.map(\.arguments) }
    }
    return candidateImplementations(of: trait, for: type).compactMap {
      match($0, type: type).map(traitArguments)
    }
  }

  /// The function that a call of a trait's method means once `Self` is known. `arguments` are those
  /// of `callTrait`: `Self`, the trait's, the method's own. Nil: the derived form is meant, or
  /// nothing is found.
  public func target(
    ofTraitMethod method: DeclarationID, arguments: [TypeID]
  ) -> (function: DeclarationID, arguments: [TypeID])? {
    let trait = declarations[method].parent
    let traitCount = declarations[trait].genericParameters.count
    guard arguments.count >= traitCount, traitCount > 0 else { return nil }
    let found = implementation(
      of: trait, traitArguments: Array(arguments[1..<traitCount]), for: arguments[0])
    guard let match = found,
      case .implementation(let detail) = declarations[match.implementation].detail
    else { return nil }
    let name = declarations[method].name
    if let own = detail.methods.first(where: { declarations[$0].name == name }) {
      return (own, match.arguments + arguments[traitCount...])
    }
    return declarations[method].body.exists ? (method, arguments) : nil
  }

  /// The bounds of a generic parameter, those of extended traits included.
  public func bounds(ofParameter index: UInt32, of owner: DeclarationID) -> [TraitBound] {
    let parameters = declarations[owner].genericParameters
    guard Int(index) < parameters.count else { return [] }
    var result = parameters[Int(index)].bounds
    let itself = types.intern(.parameter(owner: owner, index: index))
    var next = 0
    while next < result.count, result.count < 256 {
      let bound = result[next]
      next += 1
      guard case .trait(let trait) = declarations[bound.trait].detail else { continue }
      for extended in trait.supertraits {
        let substituted = substitute([itself] + bound.arguments, in: extended)
        if !result.contains(substituted) { result.append(substituted) }
      }
    }
    return result
  }

  // MARK: Search

  private func conformance(
    of type: TypeID, to trait: DeclarationID, traitArguments: [TypeID]?, depth: Int
  ) -> Conformance {
    guard depth < conformanceDepthLimit else { return .none }
    if case .parameter(let owner, let index) = types[type] {
      for bound in bounds(ofParameter: index, of: owner) where bound.trait == trait {
        guard let wanted = traitArguments, wanted != bound.arguments else { return .bound(bound) }
      }
    }
    let found = implementation(of: trait, traitArguments: traitArguments, for: type, depth: depth)
    if let match = found { return .implementation(match) }
    let derivable = derivableBound(of: trait)
    if !derivable.isEmpty, conforms(type, toOne: derivable, depth: depth) { return .derived }
    return .none
  }

  private func implementation(
    of trait: DeclarationID, traitArguments: [TypeID]?, for type: TypeID, depth: Int
  ) -> ImplementationMatch? {
    let isGround = !types.hasParameters(type) && !types.hasVariables(type)
      && traitArguments?.contains { types.hasParameters($0) || types.hasVariables($0) } != true
    let key = ImplementationKey(trait: trait, traitArguments: traitArguments, type: type)
    if isGround, let known = foundImplementations[key] { return known }
    var result: ImplementationMatch?
    for candidate in candidateImplementations(of: trait, for: type) {
      result = match(candidate, traitArguments: traitArguments, type: type, depth: depth)
      if result != nil { break }
    }
    // An answer found deep inside another search may be cut off by the depth limit, and inside a
    // recursive type it may rest on what is still being asked.
    if isGround && (result == nil ? depth == 0 : derivationsInProgress.isEmpty) {
      foundImplementations[key] = .some(result)
    }
    return result
  }

  /// The match of one implementation's header with `type`, if it applies.
  public func match(_ implementation: DeclarationID, type: TypeID) -> ImplementationMatch? {
    match(implementation, traitArguments: nil, type: type, depth: 0)
  }

  private func match(
    _ id: DeclarationID, traitArguments: [TypeID]?, type: TypeID, depth: Int
  ) -> ImplementationMatch? {
    guard depth < conformanceDepthLimit,
      case .implementation(let detail) = declarations[id].detail
    else { return nil }
    let parameters = declarations[id].genericParameters
    var bindings = [TypeID](repeating: .none, count: parameters.count)
    guard unify(detail.selfType, with: type, of: id, into: &bindings) else { return nil }
    if let traitArguments {
      guard traitArguments.count == detail.traitArguments.count else { return nil }
      for (pattern, argument) in zip(detail.traitArguments, traitArguments) {
        guard unify(pattern, with: argument, of: id, into: &bindings) else { return nil }
      }
    }
    guard !bindings.contains(.none) else { return nil }
    for (index, parameter) in parameters.enumerated() {
      guard satisfies(bindings[index], parameter, arguments: bindings, depth: depth + 1) else {
        return nil
      }
    }
    return ImplementationMatch(implementation: id, arguments: bindings)
  }

  /// Whether `type` meets the bounds of `parameter`, with `arguments` for the parameters that the
  /// bounds mention.
  public func satisfies(
    _ type: TypeID, _ parameter: GenericParameter, arguments: [TypeID]
  ) -> Bool {
    satisfies(type, parameter, arguments: arguments, depth: 0)
  }

  private func satisfies(
    _ type: TypeID, _ parameter: GenericParameter, arguments: [TypeID], depth: Int
  ) -> Bool {
    if parameter.bounds.isEmpty && parameter.builtin.isEmpty { return true }
    switch types[type] {
    // A type not yet known may turn out to satisfy anything.
    case .error, .variable: return true
    case .void, .never, .bool, .char, .integer, .float, .nominal, .parameter, .tuple, .array,
      .slice, .pointer, .function:
      break
    }
    for (bound, _) in BuiltinBounds.each where parameter.builtin.contains(bound) {
      if !conforms(type, toOne: bound, depth: depth) { return false }
    }
    return parameter.bounds.allSatisfy { bound in
      let wanted = substitute(arguments, in: bound)
      return conformance(
        of: type, to: wanted.trait, traitArguments: wanted.arguments, depth: depth) != .none
    }
  }

  /// Matches `pattern`, in which parameters of `owner` stand for anything, with `type`. What is
  /// bound already must be equal.
  func unify(
    _ pattern: TypeID, with type: TypeID, of owner: DeclarationID, into bindings: inout [TypeID]
  ) -> Bool {
    if pattern == type && !types.hasParameters(pattern) { return true }
    if case .parameter(let patternOwner, let index) = types[pattern], patternOwner == owner {
      let bound = bindings[Int(index)]
      if bound.isNone { bindings[Int(index)] = type }
      return bound.isNone || bound == type
    }
    func all(_ patterns: [TypeID], _ others: [TypeID]) -> Bool {
      guard patterns.count == others.count else { return false }
      for (a, b) in zip(patterns, others) where !unify(a, with: b, of: owner, into: &bindings) {
        return false
      }
      return true
    }
    switch (types[pattern], types[type]) {
    case (.nominal(let a, let x), .nominal(let b, let y)): return a == b && all(x, y)
    case (.tuple(let x), .tuple(let y)): return all(x, y)
    case (.array(let x, let m), .array(let y, let n)): return m == n && all([x], [y])
    case (.slice(let x), .slice(let y)): return all([x], [y])
    case (.pointer(let x, let c), .pointer(let y, let d)): return c == d && all([x], [y])
    case (.function(let p, let r, let u), .function(let q, let s, let v)):
      return u == v && p.map(\.mode) == q.map(\.mode)
        && all(p.map(\.type) + [r], q.map(\.type) + [s])
    default: return pattern == type
    }
  }
}
