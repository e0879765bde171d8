// Types as written to interned types: names, arguments, and every other form of type syntax; in
// expressions too, where `List[i64]` and `?T` look like values.
import ASTDB
import Base
import Parser

extension SemaContext {
  /// The type that `node` denotes; `TypeTable.error` when it was reported. `inferred` makes the
  /// type for `_` and for type arguments left out; without it, both are errors.
  public func resolveType(
    _ node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope,
    inferred: (() -> TypeID)? = nil
  ) -> TypeID {
    var resolver = TypeResolver(context: self, tree: tree, scope: scope, inferred: inferred)
    return resolver.resolve(node)
  }

  /// The type that an expression denotes, or nil when it denotes a value or nothing: `i32`,
  /// `List[T]`, `std.fs.File`, `Self`, `?T`. Says nothing about names that are not found. The
  /// caller makes sure that the first name of the expression is no local variable.
  public func typeDenoted(
    by node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope,
    inferred: (() -> TypeID)? = nil
  ) -> TypeID? {
    var resolver = TypeResolver(context: self, tree: tree, scope: scope, inferred: inferred)
    return resolver.denotesType(node) ? resolver.resolve(node) : nil
  }

  /// What a qualifier such as `std.fs` stands for: a module, package or declaration; nil when it is
  /// no path of names.
  public func container(
    _ node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope
  ) -> NameResolution? {
    guard let path = path(node, in: tree), let first = path.first else { return nil }
    var current = lookUp(first, in: scope)
    for name in path.dropFirst() {
      switch current {
      case .module, .package, .namespace: current = lookUp(name, inside: current, from: scope)
      case .declaration(let declaration):
        guard let member = memberTables[declaration]?[name] else {
          return .notFound(suggestion: .empty)
        }
        current = .declaration(member)
      case .builtinType, .genericParameter, .builtin: return .notFound(suggestion: .empty)
      case .notFound, .ambiguous, .failedImport: return current
      }
    }
    return current
  }

  /// The names of `a.b.c`; nil when `node` is anything else.
  private func path(_ node: SyntaxID, in tree: SyntaxTree) -> [Symbol]? {
    var names: [Symbol] = []
    var next = node
    while next.exists {
      switch tree.kind(next) {
      case .name:
        names.append(tree.symbol(next))
        next = .none
      case .member:
        let member = tree.member(next)
        names.append(member.name)
        next = member.base
      case .typeName, .typeMember:
        let named = tree.namedType(next)
        names.append(named.name)
        next = named.qualifier
      default: return nil  // Any other syntax is no path.
      }
    }
    return names.reversed()
  }

  /// `?T`.
  public func optional(of type: TypeID) -> TypeID {
    languageType("optional", [type])
  }

  /// `Result[T, E]`.
  public func result(of value: TypeID, failing error: TypeID) -> TypeID {
    languageType("result", [value, error])
  }

  /// `string`.
  public var stringType: TypeID {
    if let known = cachedStringType { return known }
    let type = languageType("string", [])
    if type != TypeTable.error { cachedStringType = type }
    return type
  }

  /// The struct or enum marked `@lang(name)`, with arguments.
  public func languageType(_ name: String, _ arguments: [TypeID]) -> TypeID {
    let declaration = program.languageItem(name)
    guard declaration.exists else {
      report(.missingLanguageItem(name))
      return TypeTable.error
    }
    if arguments.contains(TypeTable.error) { return TypeTable.error }
    return program.types.intern(.nominal(declaration, arguments: arguments))
  }

  /// The meaning of `Self` inside `declaration`, or none.
  func selfType(of declaration: DeclarationID) -> TypeID {
    if let known = selfTypes[declaration] { return known }
    let d = program.declarations[declaration]
    let type: TypeID
    switch d.detail {
    case .structure, .enumeration:
      let arguments = program.identityArguments(of: declaration)
      type = program.types.intern(.nominal(declaration, arguments: arguments))
    case .trait: type = program.types.intern(.parameter(owner: declaration, index: 0))
    // Set when the header has been resolved, so it is not remembered here.
    case .implementation(let detail): return detail.selfType
    case .function, .constant, .staticVariable, .typeAlias, .capability, .test:
      guard d.parent.exists, program.declarations[d.parent].kind.hasMembers else { return .none }
      return selfType(of: d.parent)
    }
    selfTypes[declaration] = type
    return type
  }

  /// The type an alias stands for, in terms of the alias's own parameters.
  func aliasTarget(_ declaration: DeclarationID) -> TypeID {
    guard case .typeAlias(let known) = program.declarations[declaration].detail else {
      return TypeTable.error
    }
    switch aliasState[declaration] {
    case .done: return known
    case .inProgress:
      report(.cyclicAlias(program.declarations[declaration], text))
      return TypeTable.error
    case nil: break
    }
    guard aliasDepth < 100 else {
      report(.deepAlias(program.declarations[declaration], text))
      return TypeTable.error
    }
    aliasDepth += 1
    defer { aliasDepth -= 1 }
    guard let tree = tree(of: declaration) else { return known }
    aliasState[declaration] = .inProgress
    let node = tree.typeAlias(sources[declaration.index].node).type
    let type =
      node.exists
      ? resolveType(node, in: tree, scope: scope(of: declaration)) : TypeTable.error
    aliasState[declaration] = .done
    program.declarations[declaration].detail = .typeAlias(type)
    return type
  }

  /// Checks that `arguments` satisfy the bounds of the parameters of `owner` (E2206); before all
  /// impls are known, remembers to do so.
  public func checkBounds(of owner: DeclarationID, _ arguments: [TypeID], at spans: [SourceSpan]) {
    let parameters = program.declarations[owner].genericParameters
    for (index, parameter) in parameters.enumerated() where index < arguments.count {
      if boundsAreResolved && parameter.bounds.isEmpty && parameter.builtin.isEmpty { continue }
      let span = index < spans.count ? spans[index] : spans.last ?? .none
      let check = DeferredBound(
        type: arguments[index], owner: owner, parameter: index, arguments: arguments, span: span)
      if implementationsAreKnown { checkBound(check) } else { deferredBounds.append(check) }
    }
  }

  func checkBound(_ check: DeferredBound) {
    let parameter = program.declarations[check.owner].genericParameters[check.parameter]
    if program.satisfies(check.type, parameter, arguments: check.arguments) { return }
    var missing: String?
    for (bound, name) in BuiltinBounds.each where parameter.builtin.contains(bound) {
      if missing == nil, !program.conforms(check.type, to: bound) { missing = name }
    }
    for bound in parameter.bounds where missing == nil {
      let wanted = program.substitute(check.arguments, in: bound)
      if !program.conforms(check.type, to: wanted) { missing = program.name(of: wanted) }
    }
    report(
      .unsatisfiedBound(
        program.name(of: check.type), missing ?? "", text(parameter.name),
        of: program.declarations[check.owner], text, at: check.span))
  }
}

/// Resolves the types of one place.
struct TypeResolver {
  let context: SemaContext
  let tree: SyntaxTree
  let scope: DeclarationScope
  let inferred: (() -> TypeID)?
  private var depth = 0

  /// Types nested deeper than this are refused: everything that walks over types recurses.
  private static let depthLimit = 200

  init(
    context: SemaContext, tree: SyntaxTree, scope: DeclarationScope, inferred: (() -> TypeID)?
  ) {
    self.context = context
    self.tree = tree
    self.scope = scope
    self.inferred = inferred
  }

  mutating func resolve(_ node: SyntaxID) -> TypeID {
    guard node.exists else { return TypeTable.error }
    depth += 1
    defer { depth -= 1 }
    guard depth <= TypeResolver.depthLimit else {
      if hasErrorInside(node) { return TypeTable.error }
      return reported(.deepType(TypeResolver.depthLimit, at: tree.span(node)))
    }
    let type = resolveForm(node)
    guard context.program.types.depth(of: type) <= TypeResolver.depthLimit else {
      return reported(.deepType(TypeResolver.depthLimit, at: tree.span(node)))
    }
    return type
  }

  private mutating func resolveForm(_ node: SyntaxID) -> TypeID {
    switch tree.kind(node) {
    case .typeName, .typeMember:
      let named = tree.namedType(node)
      return resolveNamed(node, Array(named.arguments))
    case .name, .member: return resolveNamed(node, [])
    case .index:
      let index = tree.index(node)
      return resolveNamed(index.base, Array(index.arguments), whole: node)
    case .typeExpression: return resolve(tree.innerType(node))
    case .selfType, .selfTypeValue: return resolveSelf(node)
    case .inferredType, .discard:
      if let inferred { return inferred() }
      return reported(.cannotInferHere(at: tree.span(node)))
    case .optionalType: return context.optional(of: resolve(tree.innerType(node)))
    case .propagate: return context.optional(of: resolve(tree.operand(node)))
    case .resultType:
      let parts = tree.resultType(node)
      let value = parts.value.exists ? resolve(parts.value) : TypeTable.void
      return context.result(of: value, failing: resolve(parts.error))
    case .pointerType: return resolvePointer(node)
    case .sliceType: return context.program.types.intern(.slice(resolve(tree.innerType(node))))
    case .arrayType: return resolveArray(node)
    case .tupleType, .tuple: return resolveTuple(node)
    case .functionType: return resolveFunction(node)
    case .error: return TypeTable.error
    case .typeType:
      return reported(.notAType("type", "stands only for a parameter", at: tree.span(node)))
    default: return reported(.expressionAsType(at: tree.span(node)))  // Expressions and others.
    }
  }

  /// Whether an expression is the name of a type or made of such names.
  func denotesType(_ expression: SyntaxID) -> Bool {
    var node = expression
    while true {
      // Chains of these nest without limit.
      if tree.kind(node) == .index {
        node = tree.index(node).base
      } else if tree.kind(node) == .propagate {
        node = tree.operand(node)
      } else {
        break
      }
    }
    switch tree.kind(node) {
    case .typeExpression, .selfTypeValue: return true
    case .tuple:
      let elements = tree.elements(node)
      return !elements.isEmpty && elements.allSatisfy { denotesType($0) }
    case .name, .member:
      switch context.container(node, in: tree, scope: scope) {
      case .builtinType, .genericParameter: return true
      case .declaration(let declaration):
        switch context.program.declarations[declaration].kind {
        case .structure, .enumeration, .typeAlias: return true
        case .function, .trait, .implementation, .constant, .staticVariable, .capability, .test:
          return false
        }
      case .module, .package, .namespace, .builtin, .notFound, .ambiguous, .failedImport, nil:
        return false
      }
    default: return false  // Any other expression is a value.
    }
  }

  // MARK: Named types

  private mutating func resolveNamed(
    _ node: SyntaxID, _ argumentNodes: [SyntaxID], whole: SyntaxID = .none
  ) -> TypeID {
    let span = tree.span(whole.exists ? whole : node)
    let nameSpan = self.nameSpan(node)
    guard let found = context.container(node, in: tree, scope: scope) else {
      return reported(.expressionAsType(at: span))
    }
    switch found {
    case .builtinType(let type), .genericParameter(let type):
      guard argumentNodes.isEmpty else {
        return reported(
          .wrongTypeArguments(context.program.name(of: type), 0, argumentNodes.count, at: span))
      }
      return type
    case .declaration(let declaration):
      context.noteReference(declaration, at: nameSpan)
      guard context.checkVisible(declaration, from: scope, at: nameSpan) else {
        return TypeTable.error
      }
      return resolveDeclared(declaration, argumentNodes, span: span, nameSpan: nameSpan)
    case .module, .package, .namespace:
      return reported(.notAType(spelling(node), "is a module", at: nameSpan))
    case .builtin: return reported(.notAType(spelling(node), "is a function", at: nameSpan))
    case .ambiguous(let declarations):
      return reported(context.ambiguity(spelling(node), declarations, at: nameSpan))
    case .failedImport: return TypeTable.error
    case .notFound(let suggestion):
      if let qualifier = unknownQualifier(node) {
        return reported(
          .undefinedName(spelling(qualifier), suggestion: "", at: self.nameSpan(qualifier)))
      }
      let better = ForeignName.type(spelling(node)) ?? context.text(suggestion)
      var diagnostic = Diagnostic.undefinedType(spelling(node), suggestion: better, at: nameSpan)
      if tree.kind(node) == .typeName {
        context.explainOuterName(&diagnostic, tree.namedType(node).name, in: scope)
      }
      return reported(diagnostic)
    }
  }

  /// Something in the type could not be parsed, and has been reported. Children come first.
  private func hasErrorInside(_ node: SyntaxID) -> Bool {
    let start = tree.span(node).start
    return (0..<node.index).reversed().prefix { tree.spans[$0].start >= start }
      .contains { tree.nodes[$0].kind == .error }
  }

  /// The first part of a path that names nothing, if it is not the last.
  private func unknownQualifier(_ node: SyntaxID) -> SyntaxID? {
    var found: SyntaxID?
    var next = node
    for _ in 0..<TypeResolver.depthLimit {
      switch tree.kind(next) {
      case .member: next = tree.member(next).base
      case .typeMember: next = tree.namedType(next).qualifier
      default: return found  // A single name.
      }
      guard case .notFound = context.container(next, in: tree, scope: scope) else { return found }
      found = next
    }
    return found
  }

  private mutating func resolveDeclared(
    _ declaration: DeclarationID, _ argumentNodes: [SyntaxID], span: SourceSpan,
    nameSpan: SourceSpan
  ) -> TypeID {
    let d = context.program.declarations[declaration]
    switch d.kind {
    case .structure, .enumeration, .typeAlias: break
    case .function, .trait, .implementation, .constant, .staticVariable, .capability, .test:
      let note =
        d.kind == .trait
        ? "is a trait: use it as a bound, `[T: \(context.text(d.name))]`"
        : "is \(d.kind.noun)"
      return reported(.notAType(context.text(d.name), note, at: nameSpan))
    }
    var arguments: [TypeID] = []
    for node in argumentNodes { arguments.append(resolve(node)) }
    let wanted = d.genericParameters.count
    if arguments.isEmpty, wanted > 0, let inferred {
      arguments = (0..<wanted).map { _ in inferred() }
    }
    guard arguments.count == wanted else {
      return reported(
        .wrongTypeArguments(context.text(d.name), wanted, arguments.count, at: span))
    }
    if arguments.contains(TypeTable.error) { return TypeTable.error }
    if wanted > 0 {
      context.checkBounds(
        of: declaration, arguments,
        at: argumentNodes.isEmpty ? [span] : argumentNodes.map { tree.span($0) })
    }
    if d.kind == .typeAlias {
      return context.program.substitute(arguments, in: context.aliasTarget(declaration))
    }
    return context.program.types.intern(.nominal(declaration, arguments: arguments))
  }

  private mutating func resolveSelf(_ node: SyntaxID) -> TypeID {
    if scope.selfType.exists { return scope.selfType }
    return reported(
      .notAType("Self", "has a meaning only inside a type, trait or impl", at: tree.span(node)))
  }

  // MARK: Built types

  private mutating func resolvePointer(_ node: SyntaxID) -> TypeID {
    let target = resolve(tree.innerType(node))
    if scope.profile.rules.rawPointers == .forbidden {
      context.report(.rawPointerType(scope.profile, at: tree.span(node)))
    }
    return context.program.types.intern(
      .pointer(target, isConst: tree.isConstantPointer(node)))
  }

  private mutating func resolveArray(_ node: SyntaxID) -> TypeID {
    let parts = tree.arrayType(node)
    let element = resolve(parts.element)
    guard let count = context.constantInteger(parts.length, in: tree, scope: scope) else {
      return TypeTable.error
    }
    guard count >= 0, count <= Int64.max / 16 else {
      return reported(.badArrayLength(count, at: tree.span(parts.length)))
    }
    return context.program.types.intern(.array(element, count: Int64(count)))
  }

  private mutating func resolveTuple(_ node: SyntaxID) -> TypeID {
    let elements = tree.elements(node)
    if elements.isEmpty { return TypeTable.void }
    var parts: [TypeID] = []
    for element in elements { parts.append(resolve(element)) }
    return parts.count == 1 ? parts[0] : context.program.types.intern(.tuple(parts))
  }

  private mutating func resolveFunction(_ node: SyntaxID) -> TypeID {
    let function = tree.functionType(node)
    var parameters: [FunctionTypeParameter] = []
    for parameter in function.parameters {
      let syntax = tree.functionTypeParameter(parameter)
      parameters.append(
        FunctionTypeParameter(type: resolve(syntax.type), mode: PassingMode(syntax.mode)))
    }
    for clause in function.clauses where tree.kind(clause) == .requiresCapability {
      _ = context.resolveCapabilityUse(clause, in: tree, scope: scope)
    }
    let result = function.result.exists ? resolve(function.result) : TypeTable.void
    return context.program.types.intern(
      .function(parameters: parameters, result: result, isUnique: function.isUnique))
  }

  // MARK: Text

  private func reported(_ diagnostic: Diagnostic) -> TypeID {
    context.report(diagnostic)
    return TypeTable.error
  }

  /// The last name of a path.
  private func spelling(_ node: SyntaxID) -> String {
    switch tree.kind(node) {
    case .name: context.text(tree.symbol(node))
    case .member: context.text(tree.member(node).name)
    case .typeName, .typeMember: context.text(tree.namedType(node).name)
    default: ""  // Not a path.
    }
  }

  private func nameSpan(_ node: SyntaxID) -> SourceSpan {
    let start = tree.mainPosition(node)
    return SourceSpan(
      file: tree.file, start: start, end: start + Int32(spelling(node).utf8.count))
  }
}

extension SemaContext {
  func ambiguity(
    _ name: String, _ declarations: [DeclarationID], at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .ambiguousName, "`\(name)` may stand for \(declarations.count) declarations", at: span,
      labels: declarations.map { Label(program.declarations[$0].nameSpan, "one is declared here") })
  }
}

extension Diagnostic {
  static func notAType(_ name: String, _ note: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notAType, "`\(name)` \(note)", at: span)
  }

  fileprivate static func undefinedType(
    _ name: String, suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    var result = Diagnostic(.undefinedName, "no type named `\(name)` is in scope", at: span)
    result.fixes = FixIt.didYouMean(suggestion, at: span)
    return result
  }

  fileprivate static func deepType(_ limit: Int, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.nestingTooDeep, "types nest more than \(limit) deep here", at: span)
  }

  fileprivate static func expressionAsType(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notAType, "an expression stands where a type is wanted", at: span)
  }

  fileprivate static func cannotInferHere(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.cannotInfer, "`_` stands where the type must be written", at: span)
  }

  fileprivate static func wrongTypeArguments(
    _ name: String, _ wanted: Int, _ given: Int, at span: SourceSpan
  ) -> Diagnostic {
    let takes =
      wanted == 0
      ? "no type arguments"
      : "\(wanted) type argument\(wanted == 1 ? "" : "s")"
    return Diagnostic(
      .wrongTypeArguments,
      "`\(name)` takes \(takes), but \(given) \(given == 1 ? "is" : "are") given", at: span)
  }

  fileprivate static func rawPointerType(_ profile: Profile, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .rawPointerType, "a raw pointer type is written in a `:\(profile.name)` file", at: span)
  }

  fileprivate static func badArrayLength(_ length: Int128, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.constantEvaluation, "the array length is \(length)", at: span)
  }

  fileprivate static func missingLanguageItem(_ name: String) -> Diagnostic {
    Diagnostic(
      .internalError, "the standard library declares no `@lang(\"\(name)\")`", at: .none)
  }

  fileprivate static func cyclicAlias(
    _ declaration: Declaration, _ text: (Symbol) -> String
  ) -> Diagnostic {
    Diagnostic(
      .recursiveType, "the type `\(text(declaration.name))` is defined by itself",
      at: declaration.nameSpan)
  }

  fileprivate static func deepAlias(
    _ declaration: Declaration, _ text: (Symbol) -> String
  ) -> Diagnostic {
    Diagnostic(
      .nestingTooDeep, "the type `\(text(declaration.name))` is reached through 100 other names",
      at: declaration.nameSpan)
  }

  fileprivate static func unsatisfiedBound(
    _ type: String, _ bound: String, _ parameter: String, of declaration: Declaration,
    _ text: (Symbol) -> String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unsatisfiedBound, "`\(type)` does not satisfy the bound `\(bound)`", at: span,
      labels: [
        Label(declaration.nameSpan, "`\(parameter)` of `\(text(declaration.name))` has the bound")
      ])
  }
}
