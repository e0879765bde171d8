// Who pays for a copy that could not be avoided, and where the program keeps count.
//
// Under the eager policy a copy of a buffer is another buffer. Under the counted one it is the same
// buffer with one owner more, and whoever changes a buffer first sees to it that it is the only
// owner. The policy of a function is that of its file; a generic and everything of std has that of
// the code that demands it, and it is a part of the instance's key and symbol. Programs in which
// copies are counted have a word before each buffer (`mem.jan` says what it holds); in all others
// nothing is left of any of this.
import ASTDB
import Base
import MIR

enum CopyPolicy: UInt8, CaseIterable {
  case eager, counted
}

extension Profile {
  var copyPolicy: CopyPolicy {
    switch self {
    case .core: .eager
    case .script, .service, .sovereign: .counted
    }
  }
}

extension ModuleLowering {
  /// The policy of a function, demanded by code of another policy.
  func policy(of declaration: DeclarationID, demandedBy policy: CopyPolicy) -> CopyPolicy {
    let value = program.declarations[declaration]
    guard carriesCounts, value.module.exists else { return carriesCounts ? policy : .eager }
    let package = program.packages[program.modules[value.module].package]
    if package.name == "std" || !value.genericParameters.isEmpty { return policy }
    return value.profile.copyPolicy
  }

  /// A word before each buffer says who shares it.
  var carriesCounts: Bool { copyPolicies.contains(.counted) }

  /// The policy of what no file demands, and of functions that end values, which both policies use.
  var gluePolicy: CopyPolicy { carriesCounts ? .counted : .eager }

  /// Values of a type can be in buffers that several own.
  func carriesCounts(_ element: TypeID) -> Bool {
    carriesCounts && program.ownership(of: element) != .unique
  }
}

/// Which policies the files of a program have.
struct CopyPolicies: OptionSet {
  let rawValue: UInt8
  static let eager = CopyPolicies(rawValue: 1)
  static let counted = CopyPolicies(rawValue: 2)
  /// Values pass between code that counts and code that relies on single owners.
  static let mixed: CopyPolicies = [.eager, .counted]
}

extension CheckedProgram {
  /// The policies of the files of `package` and of what it depends on; std has none of its own.
  /// Threads of a scope read what is lent to them at the same time, and a copy by one of them would
  /// write a count; a shared buffer could own memory of a scratchpad: programs with either do not
  /// count.
  func copyPolicies(in package: PackageID) -> CopyPolicies {
    let members = packagesBelow(package)
    if lendsMemory(members) { return .eager }
    var result: CopyPolicies = []
    for module in modules.elements
    where module.file.exists && members.contains(packages[module.package].name) {
      switch module.profile.copyPolicy {
      case .eager: result.insert(.eager)
      case .counted: result.insert(.counted)
      }
    }
    return result
  }

  private func lendsMemory(_ members: Set<String>) -> Bool {
    let scope = languageItem("thread_scope")
    return declarations.elements.contains { declaration in
      guard declaration.module.exists, declaration.body.exists,
        members.contains(packages[modules[declaration.module].package].name)
      else { return false }
      let body = body(declaration.body)
      return (scope.exists && body.declarations.contains(scope))
        || body.nodes.contains { $0.kind == .scratchpad }
    }
  }

  /// The names of a package and of all that it depends on, without std.
  private func packagesBelow(_ package: PackageID) -> Set<String> {
    var known: Set<String> = []
    var open = [packages[package].name]
    while let name = open.popLast() {
      guard name != "std", known.insert(name).inserted else { continue }
      for other in packages.elements where other.name == name {
        open += other.dependencies.map(\.package)
      }
    }
    return known
  }
}
