// Which function a trait's method means for a concrete type.
import ASTDB
import Base
import MIR

enum TraitMethod {
  case instance(FunctionRefID)
  case derived(GlueKind)
  case unresolved
}

extension ModuleLowering {
  /// The function for `method` of a trait; `types` are `Self`, the trait's arguments, the method's.
  func resolveTraitMethod(
    _ method: DeclarationID, _ types: [TypeID], _ policy: CopyPolicy
  ) -> TraitMethod {
    let trait = program.declarations[method].parent
    guard trait.exists, !types.isEmpty else { return .unresolved }
    if let found = program.target(ofTraitMethod: method, arguments: types) {
      return .instance(instance(found.function, found.arguments, policy: policy))
    }
    if let derived = derivedKind(of: trait) { return .derived(derived) }
    return program.declarations[method].body.exists
      ? .instance(instance(method, types, policy: policy)) : .unresolved
  }

  private func derivedKind(of trait: DeclarationID) -> GlueKind? {
    if trait == languageItems.display { return .display }
    if trait == languageItems.equality { return .equal }
    if trait == languageItems.hash { return .hash }
    if trait == languageItems.order { return .compare }
    return nil
  }
}
