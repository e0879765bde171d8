// Names of a module that nothing in its file mentions: imports (W2001), and private functions of a
// program (W2002).
//
// Reads: the syntax trees, so that code which was not checked in this run counts too.
// Silent: files with mistakes; names that begin with `_`; what others may see or call (`pub`,
// exported or marked functions, `main`). Any mention of the same name counts, whatever it means.
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Warns of the modules of `package`, whose code has been checked.
  func warnOfUnusedNames(of package: PackageID) {
    var broken: Set<SourceFileID> = []
    for diagnostic in diagnostics.all where diagnostic.severity == .error {
      broken.insert(diagnostic.span.file)
    }
    let modules = program.modules.ids.filter { self.program.modules[$0].package == package }
    // A mistake elsewhere in the package may be about a function that is not called yet.
    let isProgram = program.packages[package].isExecutable
      && !modules.contains { broken.contains(self.program.modules[$0].file) }
    for module in modules {
      let file = program.modules[module].file
      guard file.exists, file.index < trees.count, let tree = trees[file.index],
        !broken.contains(file)
      else { continue }
      let functions = isProgram ? privateFunctions(of: module) : []
      let imports = tree.items.filter {
        tree.kind($0) == .importModule && !tree.declaration($0).isPublic
      }
      if functions.isEmpty && imports.isEmpty { continue }
      guard let mentions = Mentions(in: tree) else { continue }
      for item in imports { warnIfUnused(item, mentions, in: tree, module) }
      for function in functions { warnIfUnused(function, mentions) }
    }
  }

  // MARK: Imports

  private func warnIfUnused(
    _ item: SyntaxID, _ mentions: Mentions, in tree: SyntaxTree, _ module: ModuleID
  ) {
    func isUnused(_ name: Symbol) -> Bool {
      guard let entry = scopes[module.index].imported[name] else { return false }
      return !mentions.contains(name, asMember: isFunction(entry.resolution))
    }
    let syntax = tree.importModule(item)
    let declaration = tree.declaration(item)
    if syntax.selection.isEmpty {
      guard isUnused(declaration.name) else { return }
      report(
        .unusedImport(
          text(declaration.name), whole: true, removal: wholeLines(of: tree.span(item)),
          at: tree.span(item)))
      return
    }
    let selected = Array(syntax.selection)
    let names = selected.map { element in
      let (name, alias) = tree.importSelection(element)
      return alias == .empty ? name : alias
    }
    if names.allSatisfy(isUnused) {
      report(
        .unusedImport(
          names.map(text).joined(separator: "`, `"), whole: true,
          removal: wholeLines(of: tree.span(item)), at: tree.span(item)))
      return
    }
    for (index, name) in names.enumerated() where isUnused(name) {
      let span = tree.span(selected[index])
      // With the comma that parts it from a neighbour.
      var removal = span
      if index + 1 < selected.count {
        removal.end = tree.span(selected[index + 1]).start
      } else {
        removal.start = tree.span(selected[index - 1]).end
      }
      report(.unusedImport(text(name), whole: false, removal: removal, at: span))
    }
  }

  /// With the rest of its line when nothing else stands there.
  private func wholeLines(of span: SourceSpan) -> SourceSpan {
    let bytes = program.files[span.file].bytes
    let newline = UInt8(ascii: "\n")
    var end = Int(span.end)
    while end < bytes.count, bytes[end] == UInt8(ascii: " ") || bytes[end] == UInt8(ascii: "\r") {
      end += 1
    }
    let isFirst = span.start == 0 || bytes[Int(span.start) - 1] == newline
    guard isFirst, end < bytes.count, bytes[end] == newline else { return span }
    return SourceSpan(file: span.file, start: span.start, end: Int32(end + 1))
  }

  /// It may be called like a method.
  private func isFunction(_ resolution: NameResolution) -> Bool {
    guard case .declaration(let id) = resolution else { return false }
    return program.declarations[id].kind == .function
  }

  // MARK: Functions

  /// Functions that only their own file can call.
  private func privateFunctions(of module: ModuleID) -> [DeclarationID] {
    scopes[module.index].declared.values.compactMap { entry -> DeclarationID? in
      guard case .declaration(let id) = entry.resolution else { return nil }
      let d = program.declarations[id]
      guard case .function(let detail) = d.detail, d.parent.isNone, !d.isPublic,
        d.attributes.isEmpty, detail.exportName.isEmpty, detail.runtimeName.isEmpty,
        d.name != names.main, text(d.name).utf8.first != UInt8(ascii: "_")
      else { return nil }
      return id
    }.sorted()
  }

  private func warnIfUnused(_ function: DeclarationID, _ mentions: Mentions) {
    let d = program.declarations[function]
    // A function that only calls itself is not called.
    if mentions.contains(d.name, outside: d.span) { return }
    report(
      .unusedFunction(
        text(d.name), callsItself: mentions.contains(d.name, asMember: true), at: d.nameSpan))
  }
}

/// The places in a file where names are mentioned, other than to import them.
private struct Mentions {
  private var names: [Symbol: [Int32]] = [:]
  /// Behind a dot.
  private var members: [Symbol: [Int32]] = [:]

  /// Nil when the file has text that makes no sense.
  init?(in tree: SyntaxTree) {
    for index in tree.nodes.indices {
      let node = tree.nodes[index]
      let start = tree.spans[index].start
      switch node.kind {
      case .error: return nil
      case .name, .typeName, .bindingPattern, .fieldValue:
        names[Symbol(raw: node.lhs), default: []].append(start)
      case .constructorPattern:
        names[tree.constructorPattern(SyntaxID(index)).variant, default: []].append(start)
      case .member: members[Symbol(raw: node.rhs), default: []].append(start)
      case _: break  // A hundred kinds that mention no name of a module.
      }
    }
  }

  func contains(_ name: Symbol, asMember: Bool) -> Bool {
    names[name] != nil || asMember && members[name] != nil
  }

  func contains(_ name: Symbol, outside span: SourceSpan) -> Bool {
    (names[name] ?? []).contains { $0 < span.start || $0 >= span.end }
      || (members[name] ?? []).contains { $0 < span.start || $0 >= span.end }
  }
}

extension Diagnostic {
  fileprivate static func unusedImport(
    _ name: String, whole: Bool, removal: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unusedImport, "`\(name)` is imported but never used", at: span,
      fixes: [FixIt(whole ? "remove the import" : "remove `\(name)`", [FixIt.Edit(removal, "")])])
  }

  fileprivate static func unusedFunction(
    _ name: String, callsItself: Bool, at span: SourceSpan
  ) -> Diagnostic {
    let start = SourceSpan(file: span.file, start: span.start, end: span.start)
    return Diagnostic(
      .unusedFunction, "nothing calls the private function `\(name)`", at: span,
      notes: ["call it, remove it, mark it `pub` for other modules, or begin its name with `_`"],
      fixes: callsItself ? [] : [FixIt("call it `_\(name)`", [FixIt.Edit(start, "_")], .guess)])
  }
}
