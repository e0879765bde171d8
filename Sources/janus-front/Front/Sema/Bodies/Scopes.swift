// Local names: bindings in a stack, each remembering the one that it hides.
import ASTDB
import Base
import Parser

struct Binding {
  var name: Symbol
  var variable: VariableID
  /// 1 + index of the binding of the same name that this one hides, or 0.
  var hidden: UInt32
  var depth: Int32
}

/// What checking knows of a variable beyond its declaration.
struct VariableFacts {
  var scopeDepth: Int32
  /// How many closures it is inside.
  var closureDepth: Int32
  /// Assignments, exclusive loans and moves seen so far.
  var changes: UInt32 = 0
  /// The closure that it holds, if it is a `let` that was given one.
  var closure: ClosureID = .none
  /// Assigned to, lent exclusively or moved in a closure.
  var isChangedByClosure = false
  /// Declared without a value.
  var isWithoutValue = false
  /// The pattern that binds its name; none for parameters, and names that no pattern binds.
  var binding: SyntaxID = .none
  /// Bound as `{ x }`, where the name is also that of the field.
  var isFieldName = false
  /// The declaration or condition with the word `var` that it comes from.
  var varWord: SyntaxID = .none
  /// Something happened to it that only a `var` allows, or only means with one.
  var needsVar = false
  /// Stands for the payload in `a?.b`: the node of `a`.
  var chainBase: NodeID = .none
}

extension BodyChecker {
  mutating func openScope() { scopeDepth += 1 }

  mutating func closeScope() {
    while let last = bindings.last, last.depth == scopeDepth {
      innermost[Int(last.name.raw)] = last.hidden
      bindings.removeLast()
    }
    scopeDepth -= 1
  }

  /// Makes a variable without making its name visible.
  mutating func addVariable(
    _ name: Symbol, _ type: TypeID, _ kind: VariableKind, _ span: NodeSpan
  ) -> VariableID {
    let id = VariableID(body.variables.count)
    body.variables.append(Variable(name: name, type: typeSlot(type), kind: kind, span: span))
    facts.append(
      VariableFacts(scopeDepth: scopeDepth, closureDepth: Int32(functions.count)))
    return id
  }

  /// Makes `variable` visible until its scope closes.
  mutating func bind(_ variable: VariableID) {
    let name = body.variables[variable.index].name
    if name == .empty { return }
    let index = Int(name.raw)
    if index >= innermost.count {
      let missing = max(index + 1, innermost.count * 2) - innermost.count
      innermost.append(contentsOf: repeatElement(0, count: missing))
    }
    let hidden = innermost[index]
    bindings.append(
      Binding(name: name, variable: variable, hidden: hidden, depth: scopeDepth))
    innermost[index] = UInt32(bindings.count)
    if hidden != 0 { checkShadowing(variable, of: bindings[Int(hidden) - 1]) }
  }

  mutating func declare(
    _ name: Symbol, _ type: TypeID, _ kind: VariableKind, _ span: NodeSpan
  ) -> VariableID {
    let variable = addVariable(name, type, kind, span)
    bind(variable)
    return variable
  }

  func local(_ name: Symbol) -> VariableID {
    let index = Int(name.raw)
    guard index < innermost.count, innermost[index] != 0 else { return .none }
    let binding = bindings[Int(innermost[index]) - 1]
    if scope.locals >= 0, let found = context.localDeclaration(name, in: scope),
      let depth = localScopeDepths[found.scope], depth > binding.depth
    {
      return .none
    }
    return binding.variable
  }

  /// The names declared in the block `id` are known in all of it.
  mutating func enterLocalScope(of id: SyntaxID) {
    guard !context.localScopes.isEmpty,
      let inner = context.localScopeOfBlock[BlockKey(file: tree.file, node: id)]
    else { return }
    scope.locals = inner
    localScopeDepths[inner] = scopeDepth
  }

  private mutating func checkShadowing(_ variable: VariableID, of older: Binding) {
    guard older.depth == scopeDepth else { return }
    let new = body.variables[variable.index]
    let old = body.variables[older.variable.index]
    // In one scope both are `var` or both are `let`.
    facts[variable.index].needsVar = true
    facts[older.variable.index].needsVar = true
    let isMix = (new.kind == .letBinding && old.kind == .varBinding)
      || (new.kind == .varBinding && old.kind == .letBinding)
    guard isMix else { return }
    report(
      .mixedShadowing(
        text(new.name), isVar: new.kind == .varBinding, at: sourceSpan(new.span),
        old: sourceSpan(old.span)))
  }

  mutating func variableType(_ variable: VariableID) -> TypeID {
    inference.resolve(body.types[Int(body.variables[variable.index].type)])
  }

  /// The names visible here, innermost first, for suggestions.
  func visibleLocalNames() -> [Symbol] { bindings.reversed().map(\.name) }
}

extension Diagnostic {
  fileprivate static func mixedShadowing(
    _ name: String, isVar: Bool, at span: SourceSpan, old: SourceSpan
  ) -> Diagnostic {
    let (new, other) = isVar ? ("var", "let") : ("let", "var")
    return Diagnostic(
      .shadowKindMismatch, "`\(new) \(name)` hides `\(other) \(name)` in the same scope", at: span,
      labels: [Label(old, "`\(name)` was declared with `\(other)` here")],
      notes: ["a name may be declared again in one scope only with the same word"])
  }
}
