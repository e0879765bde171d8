// Generic functions that nothing instantiates, and tests that nothing runs, lowered once for the
// analyses of ownership: their mistakes are mistakes all the same. Each type parameter is stood for
// by a type that satisfies its bounds and, where they allow, owns memory. The module is never run
// and never written.
import ASTDB
import Base
import MIR

/// The generic functions of `package` of which `module` has no instance. A function whose bounds no
/// type at hand satisfies is left out. With `tests`, those of the package too.
public func lowerUninstantiated(
  _ program: CheckedProgram, package: PackageID, besides module: MIRModule, tests: Bool,
  options: LoweringOptions
) -> MIRModule {
  let lowering = ModuleLowering(
    program, name: program.packages[package].name, options: options,
    copyPolicies: program.copyPolicies(in: package))
  // A symbol is the path and a hash.
  let known = Set(module.functions.map { $0.symbol.dropLast(17) })
  for id in program.declarations.ids {
    let value = program.declarations[id]
    guard value.module.exists, program.modules[value.module].package == package else { continue }
    if tests, value.kind == .test, program.body(value.body).isValid { lowering.addTest(id, value) }
    guard value.kind == .function, !value.genericParameters.isEmpty, value.body.exists,
      program.body(value.body).isValid, !known.contains(value.path[...]),
      let arguments = program.witnesses(for: value)
    else { continue }
    _ = lowering.instance(id, arguments, policy: value.profile.copyPolicy)
  }
  lowering.lowerDemanded()
  // What lowering says about types that nobody wrote is of no use to anybody.
  var ignored = Diagnostics()
  return lowering.finish(reporting: &ignored)
}

extension CheckedProgram {
  /// Types that satisfy the bounds of all generic parameters of a function.
  fileprivate func witnesses(for declaration: Declaration) -> [TypeID]? {
    let string = types.intern(.nominal(languageItem("string"), arguments: []))
    var chosen: [TypeID] = []
    for (index, parameter) in declaration.genericParameters.enumerated() {
      var candidates = [string, TypeTable.i64, TypeTable.f64]
      for bound in parameter.bounds {
        candidates += (implementationsByTrait[bound.trait] ?? []).compactMap { implementer(of: $0) }
      }
      let rest = [TypeID](repeating: string, count: declaration.genericParameters.count - index - 1)
      guard
        let fit = candidates.first(where: {
          satisfies($0, parameter, arguments: chosen + [$0] + rest)
        })
      else { return nil }
      chosen.append(fit)
    }
    return chosen
  }

  /// The type that an impl is for, unless it is generic.
  private func implementer(of implementation: DeclarationID) -> TypeID? {
    guard case .implementation(let detail) = declarations[implementation].detail,
      !types.hasParameters(detail.selfType)
    else { return nil }
    return detail.selfType
  }
}
