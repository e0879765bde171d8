// The first phase: a module for each file, a declaration for each item and member, names into
// scopes.
//
// Reads: syntax trees. Produces: declarations with names, places, attributes, the names of their
// generic parameters, and empty details; module scopes and member tables.
// Rejects: names declared twice (E2101), statements at the top level (E4108), constructs that are
// not supported yet (E9002).
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Enters the modules of one package.
  func collect(_ input: SemaInput.PackageFiles) -> PackageID {
    let package = program.packages.append(input.package)
    packagesByName[input.package.name] = package
    for file in input.files { collectModule(file, package: package) }
    return package
  }

  private func collectModule(_ file: SemaInput.File, package: PackageID) {
    let tree = file.tree
    let profile = profile(of: tree) ?? program.packages[package].profile
    let module = program.modules.append(
      Module(package: package, name: file.module, file: tree.file, profile: profile))
    scopes.append(ModuleScope())
    setTree(tree)
    registerModule(module)
    var collector = FileCollector(context: self, tree: tree, module: module, profile: profile)
    collector.trapsOverflow = program.packages[package].trapsOverflow
    collector.packagePath = program.packages[package].name
    collector.collect()
  }

  private func setTree(_ tree: SyntaxTree) {
    while trees.count <= tree.file.index { trees.append(nil) }
    trees[tree.file.index] = tree
  }

  func registerModule(_ module: ModuleID) {
    let package = program.modules[module].package
    let name = program.modules[module].name
    modulesByName[package, default: [:]][name] = module
    var prefix = name[...]
    while let dot = prefix.lastIndex(of: ".") {
      prefix = prefix[..<dot]
      namespaces.insert(NamespaceKey(package: package, name: String(prefix)))
    }
  }

  private func profile(of tree: SyntaxTree) -> Profile? {
    guard tree.profile.exists else { return nil }
    let declaration = tree.declaration(tree.profile)
    if let profile = Profile(name: text(declaration.name)) { return profile }
    report(.unknownProfile(text(declaration.name), at: declaration.nameSpan))
    return nil
  }

  /// Enters `declaration` under its name into the scope of its module.
  func declare(_ declaration: DeclarationID) {
    let d = program.declarations[declaration]
    guard d.name != .empty else { return }
    let entry = ScopeEntry(resolution: .declaration(declaration), span: d.nameSpan)
    if let first = scopes[d.module.index].declared[d.name] {
      report(.duplicate(text(d.name), first: first.span, at: d.nameSpan))
    } else {
      scopes[d.module.index].declared[d.name] = entry
    }
  }

  /// Enters a member into the table of its struct, enum or trait.
  func declareMember(_ member: DeclarationID, of parent: DeclarationID) {
    let d = program.declarations[member]
    guard d.name != .empty else { return }
    if let first = memberTables[parent]?[d.name] {
      let span = program.declarations[first].nameSpan
      report(.duplicate(text(d.name), first: span, at: d.nameSpan))
    } else {
      memberTables[parent, default: [:]][d.name] = member
    }
  }
}

/// Walks the units of one file.
private struct FileCollector {
  let context: SemaContext
  let tree: SyntaxTree
  let module: ModuleID
  let profile: Profile
  var trapsOverflow = false
  var packagePath = ""
  private var parents: [SyntaxID: DeclarationID] = [:]

  init(context: SemaContext, tree: SyntaxTree, module: ModuleID, profile: Profile) {
    self.context = context
    self.tree = tree
    self.module = module
    self.profile = profile
  }

  private var program: CheckedProgram { context.program }

  mutating func collect() {
    for unit in tree.units {
      collect(
        CollectedUnit(
          node: unit.node, parent: unit.parent, span: unit.span, syntaxHash: unit.syntaxHash))
      for inner in LocalUnits(of: unit, in: tree, context: context).units { collect(inner) }
    }
    collectScript()
  }

  private mutating func collect(_ unit: CollectedUnit) {
    guard let kind = tree.kind(unit.node).declarationKind else { return }
    var parent = DeclarationID.none
    if unit.parent.exists {
      // A member of something that could not be declared is left alone.
      guard let found = parents[unit.parent] else { return }
      parent = found
    }
    let syntax = tree.declaration(unit.node)
    guard isSupported(unit.node, syntax) else { return }
    let isPublic = syntax.isPublic
    var declaration = Declaration(
      kind: kind, name: name(of: unit.node, syntax), module: module, parent: parent,
      isPublic: isPublic,
      span: SourceSpan(file: tree.file, start: unit.span.start, end: unit.span.end),
      nameSpan: syntax.nameSpan, profile: profile, path: "", detail: emptyDetail(unit.node, kind))
    declaration.trapsOverflow = trapsOverflow
    declaration.syntaxHash = unit.syntaxHash
    declaration.genericParameters = genericParameters(of: unit.node, parent: parent, kind)
    declaration.attributes = attributes(syntax.attributes)
    declaration.documentation = program.documentation(syntax.documentation, in: tree.file)
    declaration.languageItem = languageItem(declaration.attributes)
    if kind == .function, declaration.name == context.names.destructor {
      declaration.isPublic = true
    }
    let id = program.declarations.append(declaration)
    context.sources.append(DeclarationSource(file: tree.file, node: unit.node))
    if declaration.languageItem != .empty { program.languageItems[declaration.languageItem] = id }
    if unit.locals >= 0 { context.localScopeOfDeclaration[id] = unit.locals }
    enter(id, unit.node, kind, parent)
  }

  private mutating func enter(
    _ id: DeclarationID, _ node: SyntaxID, _ kind: DeclarationKind, _ parent: DeclarationID
  ) {
    parents[node] = id
    if parent.isNone {
      if kind != .implementation && kind != .test { context.declare(id) }
    } else if program.declarations[parent].kind.hasMembers {
      attach(id, node, to: parent)
    } else {
      context.declareLocally(id)
    }
  }

  /// Notes a member in its parent's detail.
  private func attach(_ id: DeclarationID, _ node: SyntaxID, to parent: DeclarationID) {
    let isDestructor = tree.kind(node) == .destructor
    if program.declarations[parent].kind != .implementation {
      context.declareMember(id, of: parent)
    }
    let name = program.declarations[id].name
    switch program.declarations[parent].detail {
    case .structure(var detail):
      program.declarations[parent].detail = .test(name: "")
      detail.members.append(id)
      if isDestructor { detail.destructor = id }
      if name == context.names.copyMethod { detail.copyMethod = id }
      if name == context.names.dropMethod { detail.dropMethod = id }
      program.declarations[parent].detail = .structure(detail)
    case .enumeration(var detail):
      if isDestructor { reportStrayDestructor(id) }
      detail.members.append(id)
      program.declarations[parent].detail = .enumeration(detail)
    case .trait(var detail):
      detail.methods.append(id)
      program.declarations[parent].detail = .trait(detail)
    case .implementation(var detail):
      if isDestructor { reportStrayDestructor(id) }
      program.declarations[parent].detail = .test(name: "")
      if let first = detail.methods.first(where: { program.declarations[$0].name == name }) {
        context.report(
          .duplicate(
            context.text(name), first: program.declarations[first].nameSpan,
            at: program.declarations[id].nameSpan))
      }
      detail.methods.append(id)
      program.declarations[parent].detail = .implementation(detail)
    case .function, .constant, .staticVariable, .typeAlias, .capability, .test: break
    }
  }

  private func reportStrayDestructor(_ id: DeclarationID) {
    context.report(.strayDestructor(at: program.declarations[id].nameSpan))
  }

  // MARK: Parts

  private func name(of node: SyntaxID, _ syntax: DeclarationSyntax) -> Symbol {
    tree.kind(node) == .destructor
      ? context.names.destructor
      : tree.kind(node) == .implementation ? .empty : syntax.name
  }

  private func emptyDetail(_ node: SyntaxID, _ kind: DeclarationKind) -> DeclarationDetail {
    switch kind {
    case .function:
      var detail = FunctionDetail()
      detail.isDestructor = tree.kind(node) == .destructor
      return .function(detail)
    case .structure: return .structure(StructureDetail())
    case .enumeration:
      var detail = EnumerationDetail()
      detail.isError = tree.enumeration(node).isError
      return .enumeration(detail)
    case .trait: return .trait(TraitDetail())
    case .implementation: return .implementation(ImplementationDetail())
    case .constant: return .constant(type: TypeTable.error, value: nil)
    case .staticVariable:
      return .staticVariable(type: TypeTable.error, isMutable: tree.constant(node).isMutable)
    case .typeAlias: return .typeAlias(TypeTable.error)
    case .capability: return .capability(fields: [])
    case .test: return .test(name: context.text(tree.declaredName(node)))
    }
  }

  /// The names of all parameters in scope; bounds come later.
  private func genericParameters(
    of node: SyntaxID, parent: DeclarationID, _ kind: DeclarationKind
  ) -> [GenericParameter] {
    var result =
      parent.exists && program.declarations[parent].kind.hasMembers
      ? program.declarations[parent].genericParameters : []
    if kind == .trait { result.append(GenericParameter(name: context.names.selfType)) }
    var nodes: [SyntaxID] = []
    switch tree.kind(node) {
    case .function:
      let function = tree.function(node)
      nodes = Array(function.genericParameters)
      nodes += function.parameters.filter { tree.kind($0) == .typeParameter }
    case .structure: nodes = Array(tree.structure(node).genericParameters)
    case .enumeration: nodes = Array(tree.enumeration(node).genericParameters)
    case .trait: nodes = Array(tree.trait(node).genericParameters)
    case .implementation: nodes = Array(tree.implementation(node).genericParameters)
    case .typeAlias: nodes = Array(tree.typeAlias(node).genericParameters)
    default: break  // Others have none.
    }
    for parameter in nodes {
      let isParameter =
        tree.kind(parameter) == .genericParameter
        || tree.kind(parameter) == .typeParameter
      let name = isParameter ? Symbol(raw: tree[parameter].lhs) : .empty
      if result.contains(where: { $0.name == name && name != .empty }) {
        context.report(
          .duplicateParameter(context.text(name), at: tree.span(parameter)))
      }
      result.append(GenericParameter(name: name))
    }
    return result
  }

  private func isSupported(_ node: SyntaxID, _ syntax: DeclarationSyntax) -> Bool {
    switch tree.kind(node) {
    case .structure where tree.structure(node).isShared:
      let span = syntax.nameSpan
      if !profile.rules.sharedValues {
        context.report(.sharedForbidden(profile, at: span))
      } else {
        context.report(.unsupported("`shared struct`", at: span))
      }
      return true
    case .function where syntax.flags.contains(.exported) || syntax.flags.contains(.external):
      let isExport = syntax.flags.contains(.exported)
      if !profile.rules.cInterop {
        context.report(
          .cInteropForbidden(isExport ? "export" : "extern", profile, at: syntax.nameSpan))
      } else {
        let word = isExport ? "`export \"C\"`" : "`extern \"C\"`"
        context.report(.unsupported(word, at: syntax.nameSpan))
      }
      return true
    default: return true  // Everything else is.
    }
  }

  // MARK: Attributes and documentation

  /// They tell the compiler about parts of the standard library, whose shape it relies on.
  private static let reservedAttributes: Set<String> = ["lang", "runtime", "lends"]

  private func attributes(_ list: NodeList) -> [Attribute] {
    var result: [Attribute] = []
    for node in list where tree.kind(node) == .attribute {
      let syntax = tree.attribute(node)
      if packagePath != "std", FileCollector.reservedAttributes.contains(context.text(syntax.name))
      {
        context.report(.reservedAttribute(context.text(syntax.name), at: tree.span(node)))
        continue
      }
      result.append(
        Attribute(name: syntax.name, arguments: syntax.arguments.map(argumentText)))
    }
    return result
  }

  private func argumentText(_ node: SyntaxID) -> String {
    switch tree.kind(node) {
    case .string, .name: return context.text(tree.symbol(node))
    case .integer: return String(tree.integer(node).value)
    case .argument:
      let argument = tree.argument(node)
      return context.text(argument.name) + ": " + argumentText(argument.value)
    default: return ""  // Attributes take literals and names.
    }
  }

  private func languageItem(_ attributes: [Attribute]) -> Symbol {
    guard !attributes.isEmpty else { return .empty }
    for attribute in attributes where context.text(attribute.name) == "lang" {
      if let name = attribute.arguments.first { return program.interner.intern(name) }
    }
    return .empty
  }

  // MARK: Scripts

  /// The statements of a script become its `main`; in other profiles they are E4108.
  private func collectScript() {
    let statements = context.scriptStatements(of: tree)
    guard let first = statements.first, let last = statements.last else { return }
    guard profile.rules.topLevelStatements else {
      context.report(.topLevelStatement(profile, at: tree.span(first)))
      return
    }
    let span = tree.span(first).joined(tree.span(last))
    var main = Declaration(
      kind: .function, name: context.names.main, module: module, parent: .none, isPublic: true,
      span: SourceSpan(file: tree.file, start: 0, end: span.end), nameSpan: tree.span(first),
      profile: profile, path: "", detail: .function(FunctionDetail()))
    main.trapsOverflow = trapsOverflow
    var hash = HashBuilder()
    let bytes = program.files[tree.file].bytes
    bytes[Int(span.start)..<min(Int(span.end), bytes.count)].withUnsafeBytes { hash.add($0) }
    main.syntaxHash = hash.finish()
    let id = program.declarations.append(main)
    context.sources.append(DeclarationSource(file: tree.file, node: .none))
    context.declare(id)
  }
}

extension Diagnostic {
  static func duplicate(_ name: String, first: SourceSpan, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .duplicateDeclaration, "`\(name)` is declared twice", at: span,
      labels: [Label(first, "it is first declared here")])
  }

  fileprivate static func duplicateParameter(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.duplicateDeclaration, "the type parameter `\(name)` is declared twice", at: span)
  }

  static func unsupported(_ what: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.unsupported, "\(what) is not supported yet", at: span)
  }

  fileprivate static func unknownProfile(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .misplacedProfile, "`\(name)` is no profile", at: span,
      notes: ["the profiles are `:core`, `:script`, `:service` and `:sovereign`"])
  }

  fileprivate static func reservedAttribute(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unknownAttribute, "`@\(name)` is for the standard library only", at: span)
  }

  fileprivate static func strayDestructor(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unsupported, "a destructor outside the body of a struct is not supported", at: span)
  }

  fileprivate static func sharedForbidden(_ profile: Profile, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .referenceCounting,
      "`shared struct` is reference counted, which a `:\(profile.name)` file "
        + "does not have", at: span)
  }

  static func assemblyForbidden(
    _ what: String, _ profile: Profile, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .assemblyForbidden, "\(what) stands in a `:\(profile.name)` file", at: span,
      notes: ["only `:sovereign` has it"])
  }

  static func cInteropForbidden(
    _ word: String, _ profile: Profile, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .cInteropForbidden, "`\(word)` of C stands in a `:\(profile.name)` file", at: span)
  }

  fileprivate static func topLevelStatement(
    _ profile: Profile, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .topLevelStatement, "a statement stands at the top level of a `:\(profile.name)` file",
      at: span, notes: ["only `:script` files have top-level statements"])
  }
}
