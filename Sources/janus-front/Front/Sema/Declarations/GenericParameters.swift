// The third phase, first half: bounds of generic parameters, traits that traits extend.
//
// Reads: scopes. Produces: bounds in `Declaration.genericParameters`, supertraits.
// Rejects: bounds that are no traits (E2006), wrong numbers of arguments (E2209).
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Resolves the bounds of the parameters that `declaration` introduces itself, and copies those
  /// of its parent, which have been resolved before.
  func resolveGenericParameters(of declaration: DeclarationID) {
    let count = program.declarations[declaration].genericParameters.count
    guard count > 0, let tree = tree(of: declaration) else { return }
    var inheritedCount = program.inheritedParameterCount(of: declaration)
    if inheritedCount > 0 {
      let parent = program.declarations[declaration].parent
      program.declarations[declaration].genericParameters.replaceSubrange(
        0..<inheritedCount, with: program.declarations[parent].genericParameters)
    }
    let node = sources[declaration.index].node
    guard node.exists else { return }
    recordingReferences(of: declaration) {
      if tree.kind(node) == .trait {
        resolveSelfParameter(of: declaration, tree.trait(node).supertraits, in: tree)
        inheritedCount += 1
      }
      let nodes = genericParameterNodes(node, in: tree)
      for (offset, parameter) in nodes.enumerated()
      where inheritedCount + offset < count && tree.kind(parameter) == .genericParameter {
        let bounds = resolveBounds(
          tree.genericParameter(parameter).bounds, in: tree, scope: scope(of: declaration))
        program.declarations[declaration].genericParameters[inheritedCount + offset].bounds =
          bounds.traits
        program.declarations[declaration].genericParameters[inheritedCount + offset].builtin =
          bounds.builtin
      }
    }
  }

  /// `Self` of a trait satisfies the trait itself.
  private func resolveSelfParameter(
    of trait: DeclarationID, _ supertraits: NodeList, in tree: SyntaxTree
  ) {
    let extended = resolveBounds(supertraits, in: tree, scope: scope(of: trait))
    if case .trait(var detail) = program.declarations[trait].detail {
      detail.supertraits = extended.traits
      program.declarations[trait].detail = .trait(detail)
    }
    let arguments = Array(program.identityArguments(of: trait).dropFirst())
    program.declarations[trait].genericParameters[0].bounds = [
      TraitBound(trait: trait, arguments: arguments)
    ]
    program.declarations[trait].genericParameters[0].builtin = extended.builtin
      .union(program.derivableBound(of: trait))
  }

  /// The nodes of the parameters that can have bounds; `T: type` parameters have none.
  private func genericParameterNodes(_ node: SyntaxID, in tree: SyntaxTree) -> NodeList {
    switch tree.kind(node) {
    case .function: tree.function(node).genericParameters
    case .structure: tree.structure(node).genericParameters
    case .enumeration: tree.enumeration(node).genericParameters
    case .trait: tree.trait(node).genericParameters
    case .implementation: tree.implementation(node).genericParameters
    case .typeAlias: tree.typeAlias(node).genericParameters
    default: tree.list(at: 0)  // Others have none.
    }
  }

  private func resolveBounds(
    _ nodes: NodeList, in tree: SyntaxTree, scope: DeclarationScope
  ) -> (traits: [TraitBound], builtin: BuiltinBounds) {
    var traits: [TraitBound] = []
    var builtin: BuiltinBounds = []
    for node in nodes {
      if let numeric = numericBound(node, in: tree, scope: scope) {
        builtin.formUnion(numeric)
        continue
      }
      guard let bound = resolveTraitBound(node, in: tree, scope: scope) else { continue }
      builtin.formUnion(program.derivableBound(of: bound.trait))
      if !traits.contains(bound) { traits.append(bound) }
    }
    return (traits, builtin)
  }

  /// `Number`, `Integer`, `Float`, unless the program declares such a name.
  private func numericBound(
    _ node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope
  ) -> BuiltinBounds? {
    guard tree.kind(node) == .typeName else { return nil }
    let name = tree.namedType(node).name
    let bound: BuiltinBounds
    switch name {
    case names.number: bound = .number
    case names.integer: bound = .integer
    case names.float: bound = .float
    default: return nil  // A symbol, not an enumeration.
    }
    let declared = scopes[scope.module.index]
    return declared.declared[name] == nil && declared.imported[name] == nil ? bound : nil
  }

  /// A trait with its arguments; nil when it was reported.
  func resolveTraitBound(
    _ node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope
  ) -> TraitBound? {
    guard tree.kind(node) == .typeName || tree.kind(node) == .typeMember else {
      if tree.kind(node) != .error { report(.notATrait("this", at: tree.span(node))) }
      return nil
    }
    let named = tree.namedType(node)
    let span = tree.span(node)
    switch container(node, in: tree, scope: scope) {
    case .declaration(let trait) where program.declarations[trait].kind == .trait:
      noteReference(trait, at: nameSpan(of: named.name, of: node, in: tree))
      checkVisible(trait, from: scope, at: span)
      let arguments = named.arguments.map { resolveType($0, in: tree, scope: scope) }
      let wanted = program.declarations[trait].genericParameters.count - 1
      guard arguments.count == wanted else {
        report(.wrongTraitArguments(text(named.name), wanted, arguments.count, at: span))
        return nil
      }
      if wanted > 0, !arguments.contains(TypeTable.error) {
        // The first parameter is `Self`, which is not an argument.
        checkBounds(
          of: trait, [TypeTable.error] + arguments,
          at: [span] + named.arguments.map { tree.span($0) })
      }
      return TraitBound(trait: trait, arguments: arguments)
    case .notFound(let suggestion):
      report(
        .undefinedName(
          text(named.name), suggestion: text(suggestion),
          at: nameSpan(of: named.name, of: node, in: tree)))
    case .failedImport: break
    case .ambiguous(let declarations):
      report(ambiguity(text(named.name), declarations, at: span))
    case .declaration, .module, .package, .namespace, .builtinType, .genericParameter, .builtin,
      nil:
      report(.notATrait("`\(text(named.name))`", at: span))
    }
    return nil
  }

  private func nameSpan(of name: Symbol, of node: SyntaxID, in tree: SyntaxTree) -> SourceSpan {
    let start = tree.mainPosition(node)
    return SourceSpan(file: tree.file, start: start, end: start + Int32(text(name).utf8.count))
  }
}

extension Diagnostic {
  fileprivate static func notATrait(_ what: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notAType, "\(what) stands where a trait is wanted", at: span)
  }

  fileprivate static func wrongTraitArguments(
    _ name: String, _ wanted: Int, _ given: Int, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .wrongTypeArguments,
      "the trait `\(name)` takes \(wanted) type argument\(wanted == 1 ? "" : "s"), but \(given) "
        + (given == 1 ? "is" : "are") + " given", at: span)
  }
}
