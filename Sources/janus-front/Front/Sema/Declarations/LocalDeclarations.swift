// Declarations inside the bodies of functions. A block that holds some is a scope of its own, whose
// names are known everywhere in it, whatever the order. They see what stands around them, but
// neither the variables nor the type parameters of the function.
// Reads: the syntax of one unit. Produces: the units in it, each after the one that it stands in,
// and the scopes of their names.
import ASTDB
import Base
import Parser

/// A declaration to collect: of the file, a member, or inside the body of a function.
struct CollectedUnit {
  var node: SyntaxID
  /// What it stands in: a struct, enum, trait or impl, or the function around it.
  var parent: SyntaxID
  var span: ByteSpan
  var syntaxHash: Hash128
  /// The local scope that is innermost where it stands, or -1.
  var locals: Int32 = -1
}

/// The names declared in one block.
struct LocalScope {
  /// The next one outwards, or -1.
  var parent: Int32
  var names: [Symbol: DeclarationID] = [:]
}

/// A block of a file.
struct BlockKey: Hashable {
  var file: SourceFileID
  var node: SyntaxID
}

/// Finds the declarations inside the body of one unit.
struct LocalUnits {
  private(set) var units: [CollectedUnit] = []

  init(of unit: DeclarationUnit, in tree: SyntaxTree, context: SemaContext) {
    guard let kind = tree.kind(unit.node).declarationKind, !kind.hasMembers else { return }
    // The nodes of a declaration are contiguous, its own the last.
    let inside = unit.firstNode.index..<unit.node.index
    guard inside.contains(where: { tree.nodes[$0].kind.declarationKind != nil }) else { return }
    let nodes = inside.map { SyntaxID($0) }
    let scopes = openScopes(of: nodes, in: tree, context)
    add(nodes, of: unit, in: tree, scopes)
  }

  /// The blocks that hold declarations, outermost first, with their scopes.
  private func openScopes(
    of nodes: [SyntaxID], in tree: SyntaxTree, _ context: SemaContext
  ) -> [(span: ByteSpan, scope: Int32)] {
    let blocks = nodes.filter { node in
      tree.kind(node) == .block
        && tree.statements(node).contains { tree.kind($0).declarationKind != nil }
    }.sorted { isBefore(tree.spans[$0.index], tree.spans[$1.index]) }
    var scopes: [(span: ByteSpan, scope: Int32)] = []
    for block in blocks {
      let span = tree.spans[block.index]
      let parent = scopes.last { contains($0.span, span) }?.scope ?? -1
      let scope = Int32(context.localScopes.count)
      context.localScopes.append(LocalScope(parent: parent))
      context.localScopeOfBlock[BlockKey(file: tree.file, node: block)] = scope
      scopes.append((span, scope))
    }
    return scopes
  }

  private mutating func add(
    _ nodes: [SyntaxID], of unit: DeclarationUnit, in tree: SyntaxTree,
    _ scopes: [(span: ByteSpan, scope: Int32)]
  ) {
    let declarations = nodes.filter { tree.kind($0).declarationKind != nil }
      .sorted { isBefore(tree.spans[$0.index], tree.spans[$1.index]) }
    var open: [(node: SyntaxID, span: ByteSpan)] = [(unit.node, unit.span)]
    for node in declarations {
      let span = tree.spans[node.index]
      while open.count > 1, !contains(open[open.count - 1].span, span) { open.removeLast() }
      // A change of the function may change what a name in it means.
      units.append(
        CollectedUnit(
          node: node, parent: open[open.count - 1].node, span: span, syntaxHash: unit.syntaxHash,
          locals: scopes.last { contains($0.span, span) }?.scope ?? -1))
      open.append((node, span))
    }
  }

  private func isBefore(_ a: ByteSpan, _ b: ByteSpan) -> Bool {
    (a.start, -a.end) < (b.start, -b.end)
  }

  private func contains(_ outer: ByteSpan, _ inner: ByteSpan) -> Bool {
    outer.start <= inner.start && inner.end <= outer.end
  }
}

extension SyntaxKind {
  /// What a node declares, or nil.
  var declarationKind: DeclarationKind? {
    switch self {
    case .function, .destructor: .function
    case .structure: .structure
    case .enumeration: .enumeration
    case .trait: .trait
    case .implementation: .implementation
    case .constant: .constant
    case .staticVariable: .staticVariable
    case .typeAlias: .typeAlias
    case .capability: .capability
    case .test: .test
    case _: nil  // Fields, variants, imports, statements: no declarations of their own.
    }
  }
}

extension SemaContext {
  /// Enters a declaration into the scope of the block that it stands in.
  func declareLocally(_ declaration: DeclarationID) {
    let d = program.declarations[declaration]
    switch d.kind {
    case .capability, .test:
      report(.misplacedDeclaration(d.kind.name, at: d.nameSpan))
      return
    case .implementation: return
    case .function, .structure, .enumeration, .trait, .constant, .staticVariable, .typeAlias: break
    }
    guard let scope = localScopeOfDeclaration[declaration], d.name != .empty else { return }
    if let first = localScopes[Int(scope)].names[d.name] {
      let span = program.declarations[first].nameSpan
      report(.duplicate(text(d.name), first: span, at: d.nameSpan))
    } else {
      localScopes[Int(scope)].names[d.name] = declaration
    }
  }

  /// A name declared in a block around the place, with the scope that has it.
  func localDeclaration(
    _ name: Symbol, in scope: DeclarationScope
  ) -> (declaration: DeclarationID, scope: Int32)? {
    var index = scope.locals
    while index >= 0 {
      if let found = localScopes[Int(index)].names[name] { return (found, index) }
      index = localScopes[Int(index)].parent
    }
    return nil
  }

  /// E2001, and why: a declaration inside a function does not see what that function holds.
  func undefinedName(
    _ name: Symbol, suggestion: Symbol, in scope: DeclarationScope, at span: SourceSpan
  ) -> Diagnostic {
    var result = Diagnostic.undefinedName(text(name), suggestion: text(suggestion), at: span)
    explainOuterName(&result, name, in: scope)
    return result
  }

  /// Says so when the name is one of a variable or type parameter of a function around the place.
  func explainOuterName(
    _ result: inout Diagnostic, _ name: Symbol, in scope: DeclarationScope
  ) {
    var owner = scope.owner
    while owner.exists {
      let parent = program.declarations[owner].parent
      guard parent.exists, !program.declarations[parent].kind.hasMembers else {
        owner = parent
        continue
      }
      guard let declared = variable(name, of: parent, outside: owner) else {
        owner = parent
        continue
      }
      result.fixes = []
      result.labels.append(Label(declared, "declared here, in the function around it"))
      result.notes.append(
        "a declaration inside a function does not see its variables and type parameters: "
          + "pass a parameter, or write a closure (`let f = |x| …`)")
      break
    }
  }

  /// Where a function declares a variable, parameter or type parameter of this name.
  private func variable(
    _ name: Symbol, of function: DeclarationID, outside inner: DeclarationID
  ) -> SourceSpan? {
    guard let tree = tree(of: function) else { return nil }
    let node = sources[function.index].node
    guard node.exists else { return nil }
    let hidden = program.declarations[inner].span
    var index = node.index
    let start = tree.span(node).start
    while index > 0, tree.spans[index - 1].start >= start {
      index -= 1
      let id = SyntaxID(index)
      let span = tree.span(id)
      if span.start >= hidden.start && span.end <= hidden.end { continue }
      switch tree.kind(id) {
      case .bindingPattern: if tree.bindingPattern(id).name == name { return span }
      case .parameter: if tree.parameter(id).name == name { return tree.parameter(id).nameSpan }
      case .genericParameter, .typeParameter:
        if Symbol(raw: tree[id].lhs) == name { return span }
      case _: break  // Declares no variable.
      }
    }
    return nil
  }
}

extension Diagnostic {
  fileprivate static func misplacedDeclaration(
    _ kind: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .expectedDeclaration, "a \(kind) cannot be declared inside a function", at: span,
      notes: ["move it to the top level of the file"])
  }
}
