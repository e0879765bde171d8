// The second phase: imports, the prelude, and the names that the language itself has.
//
// Reads: module scopes. Produces: imported and exported names of modules, the prelude.
// Rejects: modules and names that do not exist (E2004), private ones (E2003), names bound twice
// (E2101), packages that import each other (E2005).
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Resolves the imports of `package`'s modules. Re-exports may pass through several modules, so
  /// it goes on until nothing new is exported.
  func resolveImports(of package: PackageID) {
    let modules = program.modules.ids.filter {
      self.program.modules[$0].package == package && self.hasTree($0)
    }
    checkDependencyCycle(of: package)
    // Only public imports of modules in this package can be waiting for each other.
    for _ in 0..<16 {
      let before = modules.reduce(0) { $0 + scopes[$1.index].exported.count }
      for module in modules { resolveImports(of: module, isTrial: true) }
      if modules.reduce(0, { $0 + scopes[$1.index].exported.count }) == before { break }
    }
    for module in modules { resolveImports(of: module, isTrial: false) }
  }

  private func hasTree(_ module: ModuleID) -> Bool {
    let file = program.modules[module].file
    return file.exists && file.index < trees.count && trees[file.index] != nil
  }

  private func resolveImports(of module: ModuleID, isTrial: Bool) {
    guard let tree = trees[program.modules[module].file.index] else { return }
    for item in tree.items {
      switch tree.kind(item) {
      case .importModule:
        if isTrial && !tree.declaration(item).isPublic { continue }
        var resolver = ImportResolver(context: self, tree: tree, module: module, isTrial: isTrial)
        resolver.resolve(item)
      case .importC:
        if isTrial { continue }
        let profile = program.modules[module].profile
        report(
          profile.rules.cInterop
            ? .unsupported("`import c`", at: tree.span(item))
            : .cInteropForbidden("import", profile, at: tree.span(item)))
        bindFailed(tree.declaration(item).name, in: module, at: tree.span(item))
      default: continue  // Not an import.
      }
    }
  }

  /// The name of an import that failed is known all the same, so that its uses are not reported.
  fileprivate func bindFailed(_ name: Symbol, in module: ModuleID, at span: SourceSpan) {
    if name == .empty || scopes[module.index].imported[name] != nil { return }
    scopes[module.index].imported[name] = ScopeEntry(resolution: .failedImport, span: span)
  }

  /// Packages come in dependency order, so a dependency that is not known yet closes a cycle.
  private func checkDependencyCycle(of package: PackageID) {
    for dependency in program.packages[package].dependencies {
      if let other = packagesByName[dependency.package], other == package {
        report(.packageImportsItself(program.packages[package].name))
      }
    }
  }

  // MARK: Names known everywhere

  /// What section 14 of the language lists beside the types with `@lang`.
  private static let preludeNames = [
    "List", "HashMap", "HashSet", "Deque", "Box", "Result", "Allocator", "ArenaAllocator",
    "FixedBufferAllocator", "PoolAllocator", "PageAllocator", "HeapAllocator", "DebugAllocator",
    "FailingAllocator", "TrackingAllocator", "persistent_allocator", "page_size",
    "to_persistent",
  ]

  /// Builds the prelude from `std`; to be called when `std`'s own imports are resolved.
  func buildPrelude() {
    guard let std = packagesByName["std"] else { return }
    let listed = Set(SemaContext.preludeNames.map { program.interner.intern($0) })
    for id in program.declarations.ids {
      let d = program.declarations[id]
      guard program.modules[d.module].package == std, d.parent.isNone else { continue }
      let isLanguageType = d.languageItem != .empty && isTypeLike(d.kind)
      if d.kind == .capability || d.isPublic && (isLanguageType || listed.contains(d.name)) {
        if prelude[d.name] == nil { prelude[d.name] = .declaration(id) }
      }
    }
    if let module = modulesByName[std]?["prelude"] {
      for (name, entry) in scopes[module.index].declared {
        if case .declaration(let id) = entry.resolution, program.declarations[id].isPublic {
          prelude[name] = entry.resolution
        }
      }
      for (name, resolution) in scopes[module.index].exported { prelude[name] = resolution }
    }
    builtinNames[names.std] = .package(std)
  }

  private func isTypeLike(_ kind: DeclarationKind) -> Bool {
    switch kind {
    case .structure, .enumeration, .trait, .typeAlias: true
    case .function, .implementation, .constant, .staticVariable, .capability, .test: false
    }
  }

  /// Names that no declaration has to introduce.
  package func enterBuiltinNames() {
    func enter(_ name: String, _ resolution: NameResolution) {
      builtinNames[program.interner.intern(name)] = resolution
    }
    enter("void", .builtinType(TypeTable.void))
    enter("never", .builtinType(TypeTable.never))
    enter("bool", .builtinType(TypeTable.bool))
    enter("char", .builtinType(TypeTable.char))
    enter("f32", .builtinType(TypeTable.f32))
    enter("f64", .builtinType(TypeTable.f64))
    enter("int", .builtinType(TypeTable.i64))
    for kind in IntegerKind.allCases { enter(kind.name, .builtinType(TypeTable.integer(kind))) }
    enter("print", .builtin(.print))
    enter("println", .builtin(.print))
    enter("write", .builtin(.write))
    enter("eprint", .builtin(.eprint))
    enter("assert", .builtin(.assert))
    enter("assert_eq", .builtin(.assertEqual))
    enter("panic", .builtin(.panic))
    enter("swap", .builtin(.swap))
    enter("replace", .builtin(.replace))
    enter("take", .builtin(.take))
  }
}

/// Resolves one import.
private struct ImportResolver {
  let context: SemaContext
  let tree: SyntaxTree
  let module: ModuleID
  /// Looking for re-exports only: says nothing and binds nothing else.
  let isTrial: Bool

  mutating func resolve(_ item: SyntaxID) {
    let declaration = tree.declaration(item)
    let syntax = tree.importModule(item)
    guard !syntax.path.isEmpty else { return }
    let span = tree.span(item)
    guard let found = target(syntax.path) else {
      report(unknown(syntax.path, at: declaration.nameSpan))
      if syntax.selection.isEmpty { bindFailed(declaration.name, at: span) }
      for selected in syntax.selection { bindFailed(selected) }
      return
    }
    if syntax.selection.isEmpty {
      guard checkVisible(found, at: span) else {
        return bindFailed(declaration.name, at: span)
      }
      bind(declaration.name, to: found, isPublic: declaration.isPublic, at: declaration.nameSpan)
      return
    }
    for selected in syntax.selection {
      let (name, alias) = tree.importSelection(selected)
      let span = tree.span(selected)
      let inner = context.lookUp(name, inside: found, from: scope)
      if case .notFound(let suggestion) = inner {
        report(
          .unknownSelection(
            context.text(name), path(syntax.path), context.text(suggestion), at: span))
        bindFailed(selected)
        continue
      }
      guard checkVisible(inner, at: span) else {
        bindFailed(selected)
        continue
      }
      bind(
        alias == .empty ? name : alias, to: inner, isPublic: declaration.isPublic, at: span)
    }
  }

  private func bindFailed(_ selected: SyntaxID) {
    let (name, alias) = tree.importSelection(selected)
    bindFailed(alias == .empty ? name : alias, at: tree.span(selected))
  }

  private func bindFailed(_ name: Symbol, at span: SourceSpan) {
    if !isTrial { context.bindFailed(name, in: module, at: span) }
  }

  private var program: CheckedProgram { context.program }
  private var package: PackageID { program.modules[module].package }

  private var scope: DeclarationScope {
    DeclarationScope(
      module: module, owner: .none, selfType: .none, profile: program.modules[module].profile)
  }

  /// A module of this package, a dependency or `std`, a module in one of them, or a declaration in
  /// such a module.
  private func target(_ path: [Symbol]) -> NameResolution? {
    if let own = context.lookUpModule(self.path(path), of: package, otherThan: module) {
      return own
    }
    if let other = packageNamed(path[0]) {
      var current = NameResolution.package(other)
      for name in path.dropFirst() {
        current = context.lookUp(name, inside: current, from: scope)
        if case .notFound = current { return nil }
      }
      return current
    }
    guard path.count > 1,
      let outer = context.lookUpModule(
        self.path(Array(path.dropLast())), of: package, otherThan: .none)
    else { return nil }
    let inner = context.lookUp(path[path.count - 1], inside: outer, from: scope)
    if case .notFound = inner { return nil }
    return inner
  }

  private func packageNamed(_ name: Symbol) -> PackageID? {
    let text = context.text(name)
    if text == "std" { return context.packagesByName["std"] }
    for dependency in program.packages[package].dependencies where dependency.name == text {
      return context.packagesByName[dependency.package]
    }
    return nil
  }

  private func bind(
    _ name: Symbol, to resolution: NameResolution, isPublic: Bool, at span: SourceSpan
  ) {
    if isPublic { context.scopes[module.index].exported[name] = resolution }
    if isTrial { return }
    if isPublic, case .declaration(let target) = resolution {
      program.modules[module].reexports.append(Reexport(name: name, target: target))
    }
    if case .declaration = resolution {
    } else if isTypeName(name) {
      report(.importHidesType(context.text(name), at: span))
      return
    }
    let names = context.scopes[module.index]
    if let first = names.declared[name] ?? names.imported[name] {
      if first.resolution == resolution { return }
      report(.duplicate(context.text(name), first: first.span, at: span))
      return
    }
    context.scopes[module.index].imported[name] = ScopeEntry(resolution: resolution, span: span)
  }

  /// A module must not take the name of a type that every file knows.
  private func isTypeName(_ name: Symbol) -> Bool {
    if case .builtinType = context.builtinNames[name] { return true }
    if program.packages[package].name == "std" { return false }
    return context.prelude[name] != nil
  }

  private func checkVisible(_ resolution: NameResolution, at span: SourceSpan) -> Bool {
    guard case .declaration(let declaration) = resolution, !isTrial else { return true }
    return context.checkVisible(declaration, from: scope, at: span)
  }

  private func path(_ symbols: [Symbol]) -> String {
    symbols.map(context.text).joined(separator: ".")
  }

  private func unknown(_ path: [Symbol], at span: SourceSpan) -> Diagnostic {
    var candidates = program.packages[package].dependencies.map(\.name) + ["std"]
    candidates += context.modulesByName[package]?.keys.map { $0 } ?? []
    if path.count > 1, let other = packageNamed(path[0]) {
      let first = context.text(path[0]) + "."
      candidates += context.modulesByName[other]?.keys.map { first + $0 } ?? []
    }
    if path.count == 1, let std = context.packagesByName["std"],
      context.modulesByName[std]?[context.text(path[0])] != nil
    {
      return .unknownImport(self.path(path), "std." + self.path(path), at: span)
    }
    let symbols = candidates.filter { !$0.isEmpty }.map(program.interner.intern)
    let wanted = program.interner.intern(self.path(path))
    let suggestion = context.text(context.closest(to: wanted, among: symbols))
    return .unknownImport(self.path(path), suggestion, at: span)
  }

  private func report(_ diagnostic: Diagnostic) {
    if !isTrial { context.report(diagnostic) }
  }
}

extension Diagnostic {
  fileprivate static func unknownImport(
    _ path: String, _ suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unknownImport, "there is no module or dependency `\(path)`", at: span,
      fixes: FixIt.didYouMean(suggestion, at: span))
  }

  fileprivate static func unknownSelection(
    _ name: String, _ path: String, _ suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unknownImport, "`\(path)` has no `\(name)`", at: span,
      fixes: FixIt.didYouMean(suggestion, at: span.prefix(name)))
  }

  fileprivate static func importHidesType(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unknownImport, "the module would take the name of the type `\(name)`", at: span,
      notes: ["bind it under another name: `import … as \(name)s`"])
  }

  fileprivate static func packageImportsItself(_ name: String) -> Diagnostic {
    Diagnostic(.importCycle, "the package `\(name)` depends on itself", at: .none)
  }
}
