// Which implementation a trait's method means for a concrete type.
import ASTDB
import Base
import MIR

struct ImplementationKey: Hashable {
  var trait: DeclarationID
  var type: TypeID
  var arguments: [TypeID]
}

struct ImplementationMatch {
  var implementation: DeclarationID
  /// For the parameters of the impl.
  var arguments: [TypeID]
}

enum TraitMethod {
  case instance(FunctionRefID)
  case derived(GlueKind)
  case unresolved
}

extension ModuleLowering {
  /// The function for `method` of a trait; `types` are `Self`, the trait's arguments, the method's.
  func resolveTraitMethod(
    _ method: DeclarationID, _ types: [TypeID], _ policy: Profile
  ) -> TraitMethod {
    let value = program.declarations[method]
    let trait = value.parent
    guard trait.exists, let receiver = types.first else { return .unresolved }
    let traitCount = max(program.declarations[trait].genericParameters.count, 1)
    let traitArguments = Array(types.dropFirst().prefix(traitCount - 1))
    let own = Array(types.dropFirst(traitCount))
    if let match = implementation(of: trait, traitArguments, for: receiver) {
      if case .implementation(let detail) = program.declarations[match.implementation].detail {
        for candidate in detail.methods where program.declarations[candidate].name == value.name {
          return .instance(instance(candidate, match.arguments + own, policy: policy))
        }
      }
      if value.body.exists { return .instance(instance(method, types, policy: policy)) }
    }
    if let derived = derivedKind(of: trait) { return .derived(derived) }
    return value.body.exists
      ? .instance(instance(method, types, policy: policy)) : .unresolved
  }

  private func derivedKind(of trait: DeclarationID) -> GlueKind? {
    if trait == languageItems.display { return .display }
    if trait == languageItems.equality { return .equal }
    if trait == languageItems.hash { return .hash }
    if trait == languageItems.order { return .compare }
    return nil
  }

  /// The impl of `trait` for a concrete type, if any.
  func implementation(
    of trait: DeclarationID, _ traitArguments: [TypeID] = [], for type: TypeID
  ) -> ImplementationMatch? {
    let key = ImplementationKey(trait: trait, type: type, arguments: traitArguments)
    if let known = implementationCache[key] { return known }
    var found: ImplementationMatch?
    for candidate in program.implementationsByTrait[trait] ?? [] {
      let value = program.declarations[candidate]
      guard case .implementation(let detail) = value.detail else { continue }
      var bindings = [TypeID](repeating: .none, count: value.genericParameters.count)
      guard matches(detail.selfType, type, &bindings),
        traitArguments.isEmpty
          || zip(detail.traitArguments, traitArguments).allSatisfy({ matches($0, $1, &bindings) })
      else { continue }
      found = ImplementationMatch(
        implementation: candidate, arguments: bindings.map { $0.exists ? $0 : TypeTable.void })
      break
    }
    implementationCache[key] = .some(found)
    return found
  }

  /// The arguments that make `pattern` equal to `type`.
  func match(_ pattern: TypeID, _ type: TypeID, _ count: Int) -> [TypeID]? {
    var bindings = [TypeID](repeating: .none, count: count)
    guard matches(pattern, type, &bindings) else { return nil }
    return bindings.map { $0.exists ? $0 : TypeTable.void }
  }

  private func matches(_ pattern: TypeID, _ type: TypeID, _ bindings: inout [TypeID]) -> Bool {
    switch (program.types[pattern], program.types[type]) {
    case (.parameter(_, let index), _):
      guard Int(index) < bindings.count else { return false }
      if bindings[Int(index)].isNone {
        bindings[Int(index)] = type
        return true
      }
      return bindings[Int(index)] == type
    case (.nominal(let a, let x), .nominal(let b, let y)):
      return a == b && matchAll(x, y, &bindings)
    case (.tuple(let x), .tuple(let y)): return matchAll(x, y, &bindings)
    case (.array(let x, let n), .array(let y, let m)):
      return n == m && matches(x, y, &bindings)
    case (.slice(let x), .slice(let y)): return matches(x, y, &bindings)
    case (.pointer(let x, let p), .pointer(let y, let q)):
      return p == q && matches(x, y, &bindings)
    case (.function(let x, let p), .function(let y, let q)):
      return x.map(\.mode) == y.map(\.mode)
        && matchAll(x.map(\.type), y.map(\.type), &bindings) && matches(p, q, &bindings)
    case _: return pattern == type
    }
  }

  private func matchAll(_ patterns: [TypeID], _ types: [TypeID], _ bindings: inout [TypeID]) -> Bool {
    guard patterns.count == types.count else { return false }
    for (pattern, type) in zip(patterns, types) where !matches(pattern, type, &bindings) {
      return false
    }
    return true
  }
}
