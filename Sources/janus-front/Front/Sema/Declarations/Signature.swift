// The third phase, second half: what declarations say about types.
//
// Reads: scopes, generic parameters. Produces: details of functions, structs, enums, constants,
// statics, aliases, capabilities; headers of impls.
// Rejects: types that mean nothing, `self` outside a type, `owned` in a script (E4107).
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Resolves the header of an impl: trait, arguments, self type.
  func resolveImplementationHeader(_ id: DeclarationID) {
    guard case .implementation(var detail) = program.declarations[id].detail,
      let tree = tree(of: id)
    else { return }
    let syntax = tree.implementation(sources[id.index].node)
    recordingReferences(of: id) {
      detail.selfType = resolveType(syntax.target, in: tree, scope: scope(of: id))
      // `Self` in the trait's arguments means the type.
      program.declarations[id].detail = .implementation(detail)
      if syntax.trait.exists {
        if let bound = resolveTraitBound(syntax.trait, in: tree, scope: scope(of: id)) {
          detail.trait = bound.trait
          detail.traitArguments = bound.arguments
        } else {
          detail.selfType = TypeTable.error
        }
      }
      program.declarations[id].detail = .implementation(detail)
    }
    checkParametersAreUsed(by: id, detail)
  }

  /// A parameter of an impl that its header does not mention could never be found.
  private func checkParametersAreUsed(by id: DeclarationID, _ detail: ImplementationDetail) {
    let count = program.declarations[id].genericParameters.count
    guard count > 0, detail.selfType != TypeTable.error else { return }
    var used = [Bool](repeating: false, count: count)
    markParameters(in: detail.selfType, of: id, &used)
    for argument in detail.traitArguments { markParameters(in: argument, of: id, &used) }
    for (index, isUsed) in used.enumerated() where !isUsed {
      let name = text(program.declarations[id].genericParameters[index].name)
      report(.unusedParameter(name, at: headerSpan(of: id)))
    }
  }

  private func markParameters(in type: TypeID, of owner: DeclarationID, _ used: inout [Bool]) {
    guard program.types.hasParameters(type) else { return }
    switch program.types[type] {
    case .parameter(let parameterOwner, let index):
      if parameterOwner == owner { used[Int(index)] = true }
    case .nominal(_, let parts), .tuple(let parts):
      for part in parts { markParameters(in: part, of: owner, &used) }
    case .array(let part, _), .slice(let part), .pointer(let part, _):
      markParameters(in: part, of: owner, &used)
    case .function(let parameters, let result, _):
      for parameter in parameters { markParameters(in: parameter.type, of: owner, &used) }
      markParameters(in: result, of: owner, &used)
    case .error, .void, .never, .bool, .char, .integer, .float, .variable: break
    }
  }

  /// Where diagnostics about a whole impl stand: its trait or its type.
  func headerSpan(of implementation: DeclarationID) -> SourceSpan {
    guard let tree = tree(of: implementation) else {
      return program.declarations[implementation].nameSpan
    }
    let syntax = tree.implementation(sources[implementation.index].node)
    return tree.span(syntax.trait.exists ? syntax.trait : syntax.target)
  }

  /// Resolves the types of everything but impl headers, which come before. Another declaration's
  /// signature may have asked for it already, to evaluate a number in it.
  func resolveSignature(of id: DeclarationID) {
    guard let tree = tree(of: id), signatureState[id] == nil else { return }
    signatureState[id] = .inProgress
    defer { signatureState[id] = .done }
    let node = sources[id.index].node
    recordingReferences(of: id) {
      switch program.declarations[id].kind {
      case .function: resolveFunction(id, node, in: tree)
      case .structure: resolveStructure(id, node, in: tree)
      case .enumeration: resolveEnumeration(id, node, in: tree)
      case .typeAlias: resolveAlias(id, node, in: tree)
      case .constant, .staticVariable: resolveGlobal(id, node, in: tree)
      case .capability:
        let fields = tree.capabilityFields(node).filter { tree.kind($0) == .field }.map {
          resolveField($0, of: id, in: tree, scope: scope(of: id))
        }
        checkDuplicates(fields)
        program.declarations[id].detail = .capability(fields: fields)
      case .trait, .implementation, .test: break
      }
    }
  }

  private func resolveAlias(_ id: DeclarationID, _ node: SyntaxID, in tree: SyntaxTree) {
    if tree.typeAlias(node).type.isNone {
      let d = program.declarations[id]
      report(.associatedType(text(d.name), at: d.nameSpan))
    }
    _ = aliasTarget(id)
  }

  // MARK: Functions

  private func resolveFunction(_ id: DeclarationID, _ node: SyntaxID, in tree: SyntaxTree) {
    guard node.exists, case .function(var detail) = program.declarations[id].detail else { return }
    let scope = scope(of: id)
    if tree.kind(node) == .destructor {
      detail.hasReceiver = true
      detail.parameters = [
        Parameter(name: names.`self`, type: receiverType(of: id), mode: .inout)
      ]
      program.declarations[id].detail = .function(detail)
      return
    }
    let syntax = tree.function(node)
    var position: UInt32 = 0
    for parameter in syntax.parameters {
      switch tree.kind(parameter) {
      case .typeParameter:
        detail.typeParameterPositions.append(position)
        position += 1
      case .selfParameter:
        resolveReceiver(parameter, of: id, in: tree, scope: scope, into: &detail)
      default:  // A list of parameters has nothing else.
        let resolved = resolveParameter(parameter, of: id, in: tree, scope: scope)
        if resolved.name != .empty, detail.parameters.contains(where: { $0.name == resolved.name })
        {
          report(.duplicateValueParameter(text(resolved.name), at: tree.span(parameter)))
        }
        detail.parameters.append(resolved)
        position += 1
      }
    }
    detail.result =
      syntax.result.exists
      ? resolveType(syntax.result, in: tree, scope: scope) : TypeTable.void
    for clause in syntax.clauses where tree.kind(clause) == .requiresCapability {
      if let use = resolveCapabilityUse(clause, in: tree, scope: scope) {
        detail.requirements.append(use)
      }
    }
    resolveForeignNames(of: id, syntax, into: &detail)
    program.declarations[id].detail = .function(detail)
  }

  private func resolveParameter(
    _ node: SyntaxID, of id: DeclarationID, in tree: SyntaxTree, scope: DeclarationScope
  ) -> Parameter {
    guard tree.kind(node) == .parameter else {
      return Parameter(name: .empty, type: TypeTable.error, mode: .borrowed)
    }
    let syntax = tree.parameter(node)
    checkOwnershipWord(syntax.mode, at: tree.span(node), scope: scope)
    let type = resolveType(syntax.type, in: tree, scope: scope)
    return Parameter(
      name: syntax.name, type: type, mode: PassingMode(syntax.mode),
      defaultValue: reserveDefault(syntax.defaultValue, of: id, type: type))
  }

  /// A place among the bodies for a default value, which is checked with the other bodies.
  private func reserveDefault(
    _ node: SyntaxID, of owner: DeclarationID, type: TypeID
  ) -> BodyID {
    guard node.exists else { return .none }
    var body = Body(owner: owner)
    body.isValid = false
    let id = program.bodies.append(body)
    pendingDefaults[owner, default: []].append(PendingDefault(body: id, node: node, type: type))
    return id
  }

  private func resolveReceiver(
    _ node: SyntaxID, of id: DeclarationID, in tree: SyntaxTree, scope: DeclarationScope,
    into detail: inout FunctionDetail
  ) {
    let syntax = tree.parameter(node)
    let span = tree.span(node)
    guard scope.selfType.exists else {
      report(.strayReceiver(at: span))
      return
    }
    guard detail.parameters.isEmpty else {
      report(.receiverNotFirst(at: span))
      return
    }
    checkOwnershipWord(syntax.mode, at: span, scope: scope)
    var type = scope.selfType
    if syntax.type.exists {
      let written = resolveType(syntax.type, in: tree, scope: scope)
      if written != type, written != TypeTable.error, type != TypeTable.error {
        report(
          .wrongReceiverType(
            program.name(of: written), program.name(of: type), at: tree.span(syntax.type)))
      }
      type = written
    }
    detail.hasReceiver = true
    detail.parameters.append(
      Parameter(name: names.`self`, type: type, mode: PassingMode(syntax.mode)))
  }

  private func receiverType(of id: DeclarationID) -> TypeID {
    let type = selfType(of: id)
    return type.exists ? type : TypeTable.error
  }

  private func checkOwnershipWord(
    _ mode: SyntaxPassingMode, at span: SourceSpan, scope: DeclarationScope
  ) {
    if mode == .owned, !scope.profile.rules.ownershipWords { report(.ownedInScript(at: span)) }
  }

  private func resolveForeignNames(
    of id: DeclarationID, _ syntax: FunctionSyntax, into detail: inout FunctionDetail
  ) {
    for attribute in program.declarations[id].attributes {
      switch text(attribute.name) {
      case "runtime": detail.runtimeName = attribute.arguments.first ?? ""
      case "export_name": detail.exportName = attribute.arguments.first ?? ""
      default: continue  // Text, not an enumeration.
      }
    }
    if syntax.flags.contains(.exported), detail.exportName.isEmpty {
      detail.exportName = text(syntax.name)
    }
    let isTraitMethod =
      program.declarations[id].parent.exists
      && program.declarations[program.declarations[id].parent].kind == .trait
    let isForeign = !detail.runtimeName.isEmpty || syntax.flags.contains(.external)
    if syntax.body.isNone, !isTraitMethod, !isForeign {
      report(.missingBody(text(syntax.name), at: program.declarations[id].nameSpan))
    }
  }

  // MARK: Types

  private func resolveStructure(_ id: DeclarationID, _ node: SyntaxID, in tree: SyntaxTree) {
    guard case .structure(var detail) = program.declarations[id].detail else { return }
    let scope = scope(of: id)
    for member in tree.structure(node).members where tree.kind(member) == .field {
      detail.fields.append(resolveField(member, of: id, in: tree, scope: scope))
    }
    detail.mark = uniqueMark(of: id)
    checkDuplicates(detail.fields)
    checkMembersDiffer(from: detail.fields.map { ($0.name, $0.span) }, in: id)
    program.declarations[id].detail = .structure(detail)
  }

  /// The stronger one when both attributes stand before it.
  func uniqueMark(of id: DeclarationID) -> UniqueMark {
    let names = program.declarations[id].attributes.map { text($0.name) }
    if names.contains("must_consume") { return .mustConsume }
    return names.contains("unique") ? .unique : .none
  }

  private func resolveField(
    _ node: SyntaxID, of id: DeclarationID, in tree: SyntaxTree, scope: DeclarationScope
  ) -> Field {
    let syntax = tree.field(node)
    let declaration = tree.declaration(node)
    let type = resolveType(syntax.type, in: tree, scope: scope)
    return Field(
      name: syntax.name, type: type, isPrivate: declaration.isPrivate,
      defaultValue: reserveDefault(syntax.defaultValue, of: id, type: type),
      span: declaration.nameSpan,
      documentation: program.documentation(declaration.documentation, in: tree.file))
  }

  private func checkDuplicates(_ fields: [Field]) {
    for (index, field) in fields.enumerated() where field.name != .empty {
      if let first = fields[..<index].first(where: { $0.name == field.name }) {
        report(.duplicate(text(field.name), first: first.span, at: field.span))
      }
    }
  }

  /// A field or variant and a method of one name cannot both be reached.
  func checkMembersDiffer(
    from names: [(name: Symbol, span: SourceSpan)], in id: DeclarationID
  ) {
    guard let members = memberTables[id] else { return }
    for (name, span) in names {
      // A name that stands twice among the fields has been reported for the second.
      if let member = members[name], names.first(where: { $0.name == name })?.span == span {
        report(
          .duplicate(text(name), first: span, at: program.declarations[member].nameSpan))
      }
    }
  }

  func resolveVariantFields(
    _ payload: NodeList, kind: VariantPayload, of id: DeclarationID, in tree: SyntaxTree,
    scope: DeclarationScope
  ) -> [Field] {
    switch kind {
    case .none: return []
    case .tuple:
      return payload.map {
        Field(
          name: .empty, type: resolveType($0, in: tree, scope: scope), span: tree.span($0))
      }
    case .record:
      // What could not be parsed stands among the fields too.
      let fields = payload.filter { tree.kind($0) == .field }.map {
        resolveField($0, of: id, in: tree, scope: scope)
      }
      checkDuplicates(fields)
      return fields
    }
  }

  // MARK: Constants and statics

  private func resolveGlobal(_ id: DeclarationID, _ node: SyntaxID, in tree: SyntaxTree) {
    let syntax = tree.constant(node)
    guard syntax.type.exists else { return }
    let type = resolveType(syntax.type, in: tree, scope: scope(of: id))
    setGlobalType(id, type)
  }

  func setGlobalType(_ id: DeclarationID, _ type: TypeID) {
    switch program.declarations[id].detail {
    case .constant(_, let value):
      program.declarations[id].detail = .constant(type: type, value: value)
    case .staticVariable(_, let isMutable):
      program.declarations[id].detail = .staticVariable(type: type, isMutable: isMutable)
    case .function, .structure, .enumeration, .trait, .implementation, .typeAlias, .capability,
      .test:
      break
    }
    globalsWithType.insert(id)
  }
}

extension Diagnostic {
  fileprivate static func unusedParameter(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .cannotInfer, "the type parameter `\(name)` does not occur in what the impl is for", at: span)
  }

  fileprivate static func associatedType(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, "there are no associated types", at: span,
      notes: ["give the trait a parameter instead: `trait Name[\(name)] { … }`"])
  }

  fileprivate static func strayReceiver(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.undefinedName, "`self` is a parameter outside a type, trait or impl", at: span)
  }

  fileprivate static func receiverNotFirst(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.argumentMismatch, "`self` is not the first parameter", at: span)
  }

  fileprivate static func wrongReceiverType(
    _ written: String, _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.typeMismatch, "`self` has the type `\(type)`, not `\(written)`", at: span)
  }

  fileprivate static func duplicateValueParameter(
    _ name: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.duplicateDeclaration, "the parameter `\(name)` is declared twice", at: span)
  }

  static func ownedInScript(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .ownershipWordInScript, "`owned` is written in a `:script` file", at: span,
      notes: ["handing a value on transfers it there without a word"])
  }

  fileprivate static func missingBody(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.expectedToken, "the function `\(name)` has no body", at: span)
  }
}
