// Finding what a name stands for: generic parameters, the module's own declarations, its imports,
// the prelude, the names that the language itself has; and names inside modules and packages.
import ASTDB
import Base
import Parser

extension SemaContext {
  /// What `name` stands for in `scope`. Local variables come before this and are the caller's.
  public func lookUp(_ name: Symbol, in scope: DeclarationScope) -> NameResolution {
    if let parameter = genericParameter(name, in: scope.owner) {
      return .genericParameter(parameter)
    }
    if let found = localDeclaration(name, in: scope) {
      return noting(.declaration(found.declaration))
    }
    if scope.module.exists {
      if let entry = scopes[scope.module.index].declared[name] { return noting(entry.resolution) }
      if let entry = scopes[scope.module.index].imported[name] { return noting(entry.resolution) }
    }
    if let known = prelude[name] { return noting(known) }
    if let known = builtinNames[name] { return known }
    return .notFound(suggestion: suggestion(for: name, in: scope))
  }

  /// What `name` stands for inside a module, package or namespace. Private declarations are found
  /// too: `checkVisible` tells.
  public func lookUp(
    _ name: Symbol, inside container: NameResolution, from scope: DeclarationScope
  ) -> NameResolution {
    switch container {
    case .module(let module):
      let names = scopes[module.index]
      if let entry = names.declared[name] { return noting(entry.resolution) }
      if let exported = names.exported[name] { return noting(exported) }
      let package = program.modules[module].package
      let inner = lookUpModule(
        joined(program.modules[module].name, text(name)), of: package, otherThan: module)
      if let inner { return inner }
      return .notFound(suggestion: closest(to: name, among: publicNames(of: module, from: scope)))
    case .package(let package):
      if let module = lookUpModule(text(name), of: package, otherThan: .none) { return module }
      guard let root = modulesByName[package]?[""] else { break }
      return lookUp(name, inside: .module(root), from: scope)
    case .namespace(let package, let prefix):
      if let module = lookUpModule(joined(text(prefix), text(name)), of: package, otherThan: .none)
      {
        return module
      }
    case .failedImport: return .failedImport
    case .declaration, .builtinType, .genericParameter, .builtin, .notFound, .ambiguous: break
    }
    return .notFound(suggestion: .empty)
  }

  private func joined(_ prefix: String, _ name: String) -> String {
    prefix.isEmpty ? name : prefix + "." + name
  }

  /// The module or namespace with a dotted name.
  func lookUpModule(
    _ name: String, of package: PackageID, otherThan self: ModuleID
  ) -> NameResolution? {
    guard let modules = modulesByName[package] else { return nil }
    if let module = modules[name], module != self { return .module(module) }
    if namespaces.contains(NamespaceKey(package: package, name: name)) {
      return .namespace(package, program.interner.intern(name))
    }
    return nil
  }

  private func noting(_ resolution: NameResolution) -> NameResolution {
    if case .declaration(let declaration) = resolution { noteRead(declaration) }
    return resolution
  }

  private func genericParameter(_ name: Symbol, in owner: DeclarationID) -> TypeID? {
    guard owner.exists else { return nil }
    let parameters = program.declarations[owner].genericParameters
    // The innermost wins, and `Self` is not a name.
    for index in parameters.indices.reversed() where parameters[index].name == name {
      let introducer = program.owner(ofParameter: index, of: owner)
      return program.types.intern(.parameter(owner: introducer, index: UInt32(index)))
    }
    return nil
  }

  // MARK: Visibility

  /// Whether `declaration` may be used in `scope`.
  public func isVisible(_ declaration: DeclarationID, from scope: DeclarationScope) -> Bool {
    let d = program.declarations[declaration]
    if d.isPublic || d.module == scope.module { return true }
    guard d.parent.exists else { return false }
    switch program.declarations[d.parent].detail {
    // Members of traits and of their implementations are as visible as the trait; variants and
    // nested declarations of an enum as the enum.
    case .trait: return isVisible(d.parent, from: scope)
    case .implementation(let implementation):
      return implementation.trait.exists && isVisible(implementation.trait, from: scope)
    case .function, .structure, .enumeration, .constant, .staticVariable, .typeAlias, .capability,
      .test:
      return false
    }
  }

  /// Fields are visible where their struct is, unless marked `private`.
  public func isVisible(
    _ field: Field, of owner: DeclarationID, from scope: DeclarationScope
  ) -> Bool {
    !field.isPrivate || program.declarations[owner].module == scope.module
  }

  /// Reports E2003 when `declaration` may not be used in `scope`.
  @discardableResult
  public func checkVisible(
    _ declaration: DeclarationID, from scope: DeclarationScope, at span: SourceSpan
  ) -> Bool {
    if isVisible(declaration, from: scope) { return true }
    report(.notVisible(program.declarations[declaration], text, at: span))
    return false
  }

  // MARK: Suggestions

  /// The known name most like `name`, or empty.
  public func suggestion(for name: Symbol, in scope: DeclarationScope) -> Symbol {
    guard scope.module.exists, suggestionsLeft > 0 else { return .empty }
    var candidates: [Symbol] = []
    candidates.append(contentsOf: scopes[scope.module.index].declared.keys)
    candidates.append(contentsOf: scopes[scope.module.index].imported.keys)
    candidates.append(contentsOf: prelude.keys)
    candidates.append(contentsOf: builtinNames.keys)
    if scope.owner.exists {
      candidates += program.declarations[scope.owner].genericParameters.map(\.name)
    }
    return closest(to: name, among: candidates)
  }

  private func publicNames(of module: ModuleID, from scope: DeclarationScope) -> [Symbol] {
    let names = scopes[module.index]
    return Array(names.exported.keys)
      + names.declared.compactMap { name, entry in
        guard case .declaration(let id) = entry.resolution else { return nil }
        return isVisible(id, from: scope) ? name : nil
      }
  }

  /// The candidate with the smallest edit distance that is small enough to be a slip; ties go to
  /// the first in order of text, so the answer does not depend on the order of the candidates.
  public func closest(to name: Symbol, among candidates: some Sequence<Symbol>) -> Symbol {
    guard suggestionsLeft > 0 else { return .empty }
    suggestionsLeft -= 1
    let wanted = Array(text(name).utf8)
    var best: (distance: Int, text: String, symbol: Symbol)?
    let limit = wanted.count < 3 ? 1 : max(1, wanted.count / 3)
    for candidate in candidates where candidate != name && candidate != .empty {
      let candidateText = text(candidate)
      let distance = editDistance(wanted, Array(candidateText.utf8), limit: limit)
      guard distance <= limit, distance < max(wanted.count, 1) else { continue }
      if let current = best, (current.distance, current.text) <= (distance, candidateText) {
        continue
      }
      best = (distance, candidateText, candidate)
    }
    return best?.symbol ?? .empty
  }
}

/// A dotted prefix of module names of one package.
struct NamespaceKey: Hashable {
  var package: PackageID
  var name: String
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; any number
/// above `limit` when there are more. Case alone counts little.
func editDistance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int {
  if abs(a.count - b.count) > limit { return limit + 1 }
  if a.count == b.count, zip(a, b).allSatisfy({ lowercase($0) == lowercase($1) }) {
    return a == b ? 0 : 1
  }
  var previous2: [Int] = []
  var previous = Array(0...b.count)
  for i in 0..<a.count {
    var current = [i + 1]
    current.reserveCapacity(b.count + 1)
    for j in 0..<b.count {
      var value = min(previous[j + 1] + 1, current[j] + 1)
      value = min(value, previous[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        value = min(value, previous2[j - 1] + 1)
      }
      current.append(value)
    }
    if current.min()! > limit { return limit + 1 }
    previous2 = previous
    previous = current
  }
  return previous[b.count]
}

private func lowercase(_ byte: UInt8) -> UInt8 {
  byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 32 : byte
}

extension Diagnostic {
  /// E2001, for names in types and in expressions.
  static func undefinedName(
    _ name: String, suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    var result = Diagnostic(.undefinedName, "nothing named `\(name)` is in scope", at: span)
    result.fixes = FixIt.didYouMean(suggestion, at: span)
    return result
  }

  fileprivate static func notVisible(
    _ declaration: Declaration, _ text: (Symbol) -> String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .notVisible, "`\(text(declaration.name))` is private to its module", at: span,
      labels: [Label(declaration.nameSpan, "declared here without `pub`")])
  }
}
