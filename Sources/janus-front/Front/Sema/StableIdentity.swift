// Names of declarations that survive edits, and the hashes that decide what must be checked again.
//
// Reads: resolved declarations. Produces: `path`, `stableID`, `interfaceHash`.
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Sets path and stable ID of the declarations from `first` on; parents come before members.
  func assignIdentities(from first: Int) {
    var headers: [Hash128: Int] = [:]
    for index in first..<program.declarations.count {
      let id = DeclarationID(index)
      let d = program.declarations[id]
      let path = path(of: d)
      var hash = HashBuilder()
      if d.parent.exists {
        hash.add(program.declarations[d.parent].stableID)
      } else {
        hash.add(program.packages[program.modules[d.module].package].name)
        hash.add(program.modules[d.module].name)
      }
      hash.add(Int(d.kind.rawValue))
      hash.add(text(d.name))
      if case .implementation(let detail) = d.detail { hashHeader(id, detail, into: &hash) }
      if case .test(let name) = d.detail { hash.add(name) }
      var stableID = hash.finish()
      // Equal headers, and declarations that were reported as declared twice, are told apart by
      // order.
      let ordinal = headers[stableID, default: 0]
      headers[stableID] = ordinal + 1
      if ordinal > 0 {
        var again = HashBuilder()
        again.add(stableID)
        again.add(ordinal)
        stableID = again.finish()
      }
      program.declarations[id].path = path
      program.declarations[id].stableID = stableID
    }
  }

  private func path(of d: Declaration) -> String {
    if d.kind == .implementation { return implementationPath(d) }
    let name = text(d.name)
    if d.parent.exists { return program.declarations[d.parent].path + "." + name }
    return modulePath(d.module) + "." + name
  }

  private func modulePath(_ module: ModuleID) -> String {
    let package = program.packages[program.modules[module].package].name
    let name = program.modules[module].name
    return name.isEmpty ? package : package + "." + name
  }

  /// Members of impls stand under the self type; those of trait impls under `Type.Trait`.
  private func implementationPath(_ d: Declaration) -> String {
    guard case .implementation(let detail) = d.detail else { return modulePath(d.module) }
    var path: String
    if case .nominal(let declaration, _) = program.types[detail.selfType] {
      let known = program.declarations[declaration].path
      path =
        known.isEmpty
        ? modulePath(d.module) + "." + text(program.declarations[declaration].name)
        : known
    } else {
      path = modulePath(d.module) + "." + program.name(of: detail.selfType)
    }
    if detail.trait.exists { path += "." + text(program.declarations[detail.trait].name) }
    return path
  }

  private func hashHeader(
    _ id: DeclarationID, _ detail: ImplementationDetail, into hash: inout HashBuilder
  ) {
    hash.add(program.name(of: detail.selfType))
    guard detail.trait.exists else { return }
    let trait = program.declarations[detail.trait]
    hash.add(modulePath(trait.module) + "." + text(trait.name))
    hash.add(program.names(of: detail.traitArguments))
  }

  /// Sets the interface hashes of the declarations from `first` on.
  func hashInterfaces(from first: Int) {
    for index in first..<program.declarations.count { hashInterface(of: DeclarationID(index)) }
  }

  /// What users of a declaration can depend on: signature, layout, visibility, generics, value.
  func hashInterface(of id: DeclarationID) {
    let d = program.declarations[id]
    var hash = HashBuilder()
    hash.add(d.stableID)
    hash.add(d.isPublic)
    hash.add(Int(d.profile.rawValue))
    hash.add(text(d.languageItem))
    for attribute in d.attributes {
      hash.add(text(attribute.name))
      for argument in attribute.arguments { hash.add(argument) }
    }
    hash.add(d.genericParameters.count)
    for parameter in d.genericParameters { add(parameter, to: &hash) }
    add(d.detail, tokenHash: sources[id.index].tokenHash, to: &hash)
    program.declarations[id].interfaceHash = hash.finish()
  }

  private func add(_ parameter: GenericParameter, to hash: inout HashBuilder) {
    hash.add(text(parameter.name))
    hash.add(Int(parameter.builtin.rawValue))
    hash.add(parameter.bounds.count)
    for bound in parameter.bounds {
      hash.add(program.declarations[bound.trait].stableID)
      for argument in bound.arguments { hash.add(program.stableHash(of: argument)) }
    }
  }

  private func add(
    _ detail: DeclarationDetail, tokenHash: Hash128, to hash: inout HashBuilder
  ) {
    switch detail {
    case .function(let function): add(function, to: &hash)
    case .structure(let structure):
      add(structure.fields, to: &hash)
      hash.add(Int(structure.mark.rawValue))
      hash.add(structure.destructor.exists)
      hash.add(structure.copyMethod.exists)
      hash.add(structure.dropMethod.exists)
      add(members: structure.members, to: &hash)
    case .enumeration(let enumeration):
      hash.add(enumeration.isError)
      hash.add(Int(enumeration.mark.rawValue))
      if enumeration.tagType.exists { hash.add(program.stableHash(of: enumeration.tagType)) }
      for variant in enumeration.variants {
        hash.add(text(variant.name))
        hash.add(Int(variant.discriminant))
        add(variant.fields, to: &hash)
      }
      add(members: enumeration.members, to: &hash)
    case .trait(let trait):
      add(members: trait.methods, to: &hash)
      for bound in trait.supertraits { hash.add(program.declarations[bound.trait].stableID) }
    case .implementation(let implementation):
      hash.add(program.stableHash(of: implementation.selfType))
      for argument in implementation.traitArguments { hash.add(program.stableHash(of: argument)) }
      add(members: implementation.methods, to: &hash)
    case .constant(let type, let value):
      hash.add(program.stableHash(of: type))
      // The value may not be known; then what was written stands for it.
      hash.add(value.map { "\($0)" } ?? "")
      if value == nil { hash.add(tokenHash) }
    case .staticVariable(let type, let isMutable):
      hash.add(program.stableHash(of: type))
      hash.add(isMutable)
    case .typeAlias(let type): hash.add(program.stableHash(of: type))
    case .capability(let fields): add(fields, to: &hash)
    case .test: break
    }
  }

  private func add(_ function: FunctionDetail, to hash: inout HashBuilder) {
    hash.add(function.parameters.count)
    for parameter in function.parameters {
      hash.add(text(parameter.name))
      hash.add(Int(parameter.mode.rawValue))
      hash.add(program.stableHash(of: parameter.type))
      hash.add(parameter.defaultValue.exists)
    }
    hash.add(program.stableHash(of: function.result))
    hash.add(function.hasReceiver)
    for position in function.typeParameterPositions { hash.add(Int(position)) }
    hash.add(function.runtimeName)
    hash.add(function.exportName)
    for requirement in function.requirements {
      hash.add(program.declarations[requirement.capability].stableID)
      for field in requirement.fields { hash.add(text(field)) }
    }
  }

  private func add(_ fields: [Field], to hash: inout HashBuilder) {
    hash.add(fields.count)
    for field in fields {
      hash.add(text(field.name))
      hash.add(field.isPrivate)
      hash.add(field.defaultValue.exists)
      hash.add(program.stableHash(of: field.type))
    }
  }

  /// Which members there are decides what a member's name finds.
  private func add(members: [DeclarationID], to hash: inout HashBuilder) {
    hash.add(members.count)
    for member in members {
      hash.add(program.declarations[member].stableID)
      hash.add(program.declarations[member].isPublic)
    }
  }
}
