// What a name or a dotted path in an expression stands for: a value, a function, a type, a variant,
// a module. Types and modules are no values; calls and literals ask for them.
import ASTDB
import Base
import Parser

/// The meaning of an expression that may name something other than a value.
enum Entity {
  case value(NodeID)
  /// Missing type arguments are variables.
  case type(TypeID)
  /// A function with the first of its type arguments.
  case function(DeclarationID, [TypeID])
  /// A method with its receiver, not yet adjusted to how the method takes it.
  case method(MethodReference, receiver: NodeID)
  /// A free function called like a method.
  case extensionFunction(DeclarationID, receiver: NodeID)
  case variant(TypeID, Int)
  case container(NameResolution)
  case builtin(Builtin)
  /// `T.checked`.
  case checkedConversion(TypeID)
  /// A method that the language itself gives: `.take()`, `.unwrap()`, `.copy()`.
  case builtinMethod(Builtin, receiver: NodeID)
  /// Already reported.
  case failed
}

extension BodyChecker {
  // MARK: Names

  /// What `id` stands for. `isCallee`: it is about to be called.
  mutating func entity(
    _ id: SyntaxID, _ expected: Expectation = .lent, isCallee: Bool = false
  ) -> Entity {
    switch tree.kind(id) {
    case .name: return nameEntity(id)
    case .selfTypeValue:
      guard scope.selfType.exists else {
        report(.selfTypeOutside(at: span(id)))
        return .failed
      }
      return .type(scope.selfType)
    case .typeExpression:
      return .type(context.resolveType(tree.innerType(id), in: tree, scope: scope))
    case .member:
      let member = tree.member(id)
      if member.isOptionalChain { return memberOfValue(optionalChainBase(id), id, isCallee) }
      return memberEntity(id, member, isCallee)
    case .index: return indexEntity(id, expected)
    case .implicitMember: return implicitMember(id, expected)
    default: return .value(expression(id, expected))  // Every other expression is a value.
    }
  }

  private mutating func nameEntity(_ id: SyntaxID) -> Entity {
    let name = tree.symbol(id)
    let variable = local(name)
    if variable.exists { return .value(variableNode(variable, id)) }
    return entity(of: context.lookUp(name, in: scope), name, id)
  }

  /// A name that stands alone in other syntax, such as the short form of a field.
  mutating func entity(named name: Symbol, _ id: SyntaxID) -> Entity {
    entity(of: context.lookUp(name, in: scope), name, id)
  }

  private mutating func entity(
    of resolution: NameResolution, _ name: Symbol, _ id: SyntaxID
  ) -> Entity {
    switch resolution {
    case .declaration(let declaration): return entity(of: declaration, id)
    case .module, .package, .namespace: return .container(resolution)
    case .builtinType(let type), .genericParameter(let type): return .type(type)
    case .builtin(let builtin): return .builtin(builtin)
    case .notFound(let suggestion):
      report(undefined(name, suggestion, id))
      return .failed
    case .failedImport:
      noteKnownError()
      return .failed
    case .ambiguous(let candidates):
      report(
        .ambiguousName(
          text(name), candidates.map { program.declarations[$0].nameSpan }, at: nameSpan(id)))
      return .failed
    }
  }

  /// The name at the end of a path.
  func nameSpan(_ id: SyntaxID) -> SourceSpan {
    let whole = span(id)
    guard tree.kind(id) == .member else { return whole }
    return SourceSpan(file: whole.file, start: tree.mainPosition(id), end: whole.end)
  }

  mutating func entity(of declaration: DeclarationID, _ id: SyntaxID) -> Entity {
    switch program.declarations[declaration].detail {
    case .function: return .function(declaration, [])
    case .structure, .enumeration: return .type(openType(declaration, id))
    case .typeAlias(let type):
      let count = program.declarations[declaration].genericParameters.count
      if count == 0 { return .type(type) }
      return .type(program.substitute((0..<count).map { _ in freshType(id) }, in: type))
    case .constant: return .value(constantNode(declaration, id))
    case .staticVariable:
      let type = context.globalType(of: declaration)
      return .value(emit(.staticVariable, type, a: declarationSlot(declaration), at: id))
    case .trait, .capability, .implementation, .test:
      let d = program.declarations[declaration]
      report(.notAValue(text(d.name), d.kind.name, d.nameSpan, at: span(id)))
      return .failed
    }
  }

  /// The type of a declaration with variables for its parameters.
  mutating func openType(_ declaration: DeclarationID, _ id: SyntaxID) -> TypeID {
    let count = program.declarations[declaration].genericParameters.count
    let arguments = (0..<count).map { _ in freshType(id) }
    return program.types.intern(.nominal(declaration, arguments: arguments))
  }

  private mutating func constantNode(_ declaration: DeclarationID, _ id: SyntaxID) -> NodeID {
    let type = context.globalType(of: declaration)
    return emit(.constant, type, a: declarationSlot(declaration), at: id)
  }

  // MARK: Values

  /// An entity where a value is wanted.
  mutating func value(_ entity: Entity, _ id: SyntaxID, _ expected: Expectation) -> NodeID {
    switch entity {
    case .value(let node): return node
    case .failed: return errorNode(id)
    case .function(let function, let arguments):
      return functionValue(function, arguments, id, expected)
    case .variant(let type, let index): return plainVariant(type, index, id, expected)
    case .type(let type):
      // `*p` in the place of a type, with a `p` that is none, has been reported.
      if case .pointer(TypeTable.error, _) = program.types[type] { return errorNode(id) }
      return fail(.typeAsValue(name(of: type), at: span(id)), at: id)
    case .container(let resolution):
      return fail(.containerAsValue(description(of: resolution), at: span(id)), at: id)
    case .method(let method, _):
      let name = text(program.declarations[method.function].name)
      return fail(.methodAsValue(name, at: nameSpan(id)), at: id)
    case .extensionFunction(let function, _):
      let name = text(program.declarations[function].name)
      return fail(.methodAsValue(name, at: nameSpan(id)), at: id)
    case .builtin, .checkedConversion, .builtinMethod:
      return fail(.builtinAsValue(sourceText(span(id)), at: span(id)), at: id)
    }
  }

  func sourceText(_ span: SourceSpan) -> String {
    let bytes = program.files[tree.file].bytes
    guard span.start >= 0, Int(span.end) <= bytes.count, span.start < span.end else { return "" }
    return String(decoding: bytes[Int(span.start)..<Int(span.end)], as: UTF8.self)
  }

  private func description(of resolution: NameResolution) -> String {
    switch resolution {
    case .module(let module): "module `\(program.modules[module].name)`"
    case .package(let package): "package `\(program.packages[package].name)`"
    case .namespace(_, let name): "module `\(text(name))`"
    case .declaration, .builtinType, .genericParameter, .builtin, .notFound, .ambiguous,
      .failedImport:
      "name"
    }
  }

  /// A mention of a local variable: captured by the closures between, narrowed where known.
  mutating func variableNode(_ variable: VariableID, _ id: SyntaxID) -> NodeID {
    noteCapture(variable, span(id))
    let type = variableType(variable)
    return narrowed(emit(.variable, type, a: variable.raw, at: id), id)
  }

  mutating func selfNode(_ id: SyntaxID) -> NodeID {
    if selfVariable.exists { return variableNode(selfVariable, id) }
    return fail(.selfOutside(at: span(id)), at: id)
  }

  /// A function used as a value. Its type arguments follow from the type that is wanted.
  private mutating func functionValue(
    _ function: DeclarationID, _ given: [TypeID], _ id: SyntaxID, _ expected: Expectation
  ) -> NodeID {
    guard case .function(let detail) = program.declarations[function].detail else {
      return errorNode(id)
    }
    let arguments = completeArguments(of: function, given, id)
    let type = program.types.intern(
      .function(
        parameters: detail.parameters.map {
          FunctionTypeParameter(
            type: program.substitute(arguments, in: $0.type), mode: $0.mode)
        }, result: program.substitute(arguments, in: detail.result), isUnique: false))
    if expected.type.exists { _ = inference.unify(type, expected.type) }
    return emit(
      .function, type, a: declarationSlot(function), b: typeList(arguments), at: id)
  }

  /// The type arguments of a mention of `function`: the given ones, then variables.
  mutating func completeArguments(
    of function: DeclarationID, _ given: [TypeID], _ id: SyntaxID
  ) -> [TypeID] {
    let count = program.declarations[function].genericParameters.count
    if given.count >= count { return given }
    return given + (given.count..<count).map { _ in freshType(id) }
  }

  // MARK: Members

  private mutating func memberEntity(
    _ id: SyntaxID, _ member: MemberSyntax, _ isCallee: Bool
  ) -> Entity {
    let base: Entity
    switch tree.kind(member.base) {
    case .name, .member, .index, .selfTypeValue, .typeExpression:
      base = inBase(member.base) { $0.entity(member.base) }
    default: base = .value(chainedBase(member.base))  // Values.
    }
    switch base {
    case .failed: return .failed
    case .container(let container):
      let found = context.lookUp(member.name, inside: container, from: scope)
      if case .declaration(let declaration) = found {
        guard context.checkVisible(declaration, from: scope, at: nameSpan(id)) else {
          body.isValid = false
          return .failed
        }
      }
      return entity(of: found, member.name, id)
    case .type(let type):
      // `i64.min` is the smallest value; called, it is the method of that name.
      let solved = inference.solved(type)
      if !isCallee,
        let node = numericProperty(solved, member.name, id) ?? genericLimit(solved, member.name, id)
      {
        return .value(node)
      }
      return memberOfType(type, member.name, id)
    case .value(let node): return memberOfValue(node, id, isCallee)
    case .function, .method, .extensionFunction, .variant, .builtin, .checkedConversion,
      .builtinMethod:
      return memberOfValue(value(base, member.base, .lent), id, isCallee)
    }
  }

  private mutating func memberOfType(_ type: TypeID, _ name: Symbol, _ id: SyntaxID) -> Entity {
    let solved = inference.solved(type)
    let found = context.typeMember(named: name, of: solved, from: scope)
    switch found.kind {
    case .method(let method): return .function(method.function, method.arguments)
    case .variant(let index): return .variant(type, index)
    case .declaration(let declaration): return entity(of: declaration, id)
    case .field:
      report(.fieldOfType(text(name), self.name(of: type), at: nameSpan(id)))
      return .failed
    case .none(let suggestion):
      if name == known.checked && solved.isNumeric { return .checkedConversion(solved) }
      if let node = numericProperty(solved, name, id) { return .value(node) }
      report(unknownMember(name, of: type, suggestion, isType: true, id))
      return .failed
    case .ambiguous(let candidates):
      report(
        .ambiguousName(
          text(name), candidates.map { program.declarations[$0].nameSpan }, at: nameSpan(id)))
      return .failed
    case .hidden(let declared):
      report(.privateMember(text(name), declared, at: nameSpan(id)))
      return .failed
    }
  }

  /// A member of a value: a field as a node, a method with its receiver.
  mutating func memberOfValue(_ node: NodeID, _ id: SyntaxID, _ isCallee: Bool) -> Entity {
    let name = Symbol(raw: tree[id].rhs)
    var type = inference.solved(self.type(of: node))
    if type == TypeTable.error { return .failed }
    if type == TypeTable.never { return .value(node) }
    if inference.classOfVariable(type) != nil {
      type = inference.applyDefaults(type)
      if inference.classOfVariable(type) != nil {
        report(.typeNotKnown(text(name), at: nameSpan(id)))
        return .failed
      }
    }
    let found = context.members(named: name, of: type, from: scope)
    switch found.kind {
    case .field(let index, let fieldType, _):
      let base = adjusted(node, found.adjustment, found.type)
      return .value(narrowed(emit(.field, fieldType, a: base.raw, b: UInt32(index), at: id), id))
    case .method(let method):
      return .method(method, receiver: adjusted(node, found.adjustment, found.type))
    case .declaration(let declaration): return entity(of: declaration, id)
    case .variant, .none:
      if let property = builtinProperty(node, type, name, id) { return .value(property) }
      if isCallee, let builtin = builtinMethod(name, of: type) {
        return .builtinMethod(builtin, receiver: unboxed(node))
      }
      if isCallee, let function = freeFunction(name) {
        return .extensionFunction(function, receiver: node)
      }
      if isCallee, text(name) == "destructor", let (declaration, _) = nominal(type),
        case .structure(let structure) = program.declarations[declaration].detail,
        structure.destructor.exists
      {
        report(.destructorCall(at: span(id)))
        return .failed
      }
      var suggestion = Symbol.empty
      if case .none(let s) = found.kind { suggestion = s }
      report(unknownMember(name, of: type, suggestion, isType: false, id))
      return .failed
    case .ambiguous(let candidates):
      report(
        .ambiguousName(
          text(name), candidates.map { program.declarations[$0].nameSpan }, at: nameSpan(id)))
      return .failed
    case .hidden(let declared):
      if isCallee, let function = freeFunction(name) {
        return .extensionFunction(function, receiver: node)
      }
      report(.privateMember(text(name), declared, at: nameSpan(id)))
      return .failed
    }
  }

  /// What every optional, every result, every copyable value has.
  private mutating func builtinMethod(_ name: Symbol, of type: TypeID) -> Builtin? {
    var type = type
    while boxPayload(type).exists { type = inference.solved(boxPayload(type)) }
    if name == known.take { return optionalPayload(type).exists ? .takeOptional : nil }
    if name == known.unwrap || name == known.expect {
      return optionalPayload(type).exists || resultParts(type) != nil ? .unwrap : nil
    }
    return name == known.copy ? .copy : nil
  }

  private func freeFunction(_ name: Symbol) -> DeclarationID? {
    guard case .declaration(let declaration) = context.lookUp(name, in: scope),
      case .function(let detail) = program.declarations[declaration].detail,
      !detail.parameters.isEmpty
    else { return nil }
    return declaration
  }

  /// The receiver as the member wants it: out of its boxes, or as a slice.
  mutating func adjusted(
    _ node: NodeID, _ adjustment: ReceiverAdjustment, _ type: TypeID
  ) -> NodeID {
    switch adjustment {
    case .none: return node
    case .asSlice: return emit(.asSlice, type, a: node.raw, like: node)
    case .unbox(let count):
      var node = node
      for _ in 0..<count {
        node = emit(.unbox, boxPayload(self.type(of: node)), a: node.raw, like: node)
      }
      return node
    }
  }

  /// `len` and `ptr` of arrays and slices, also through boxes.
  private mutating func builtinProperty(
    _ node: NodeID, _ type: TypeID, _ name: Symbol, _ id: SyntaxID
  ) -> NodeID? {
    let payload = boxPayload(type)
    if payload.exists {
      let inner = inference.solved(payload)
      return builtinProperty(emit(.unbox, inner, a: node.raw, like: node), inner, name, id)
    }
    switch program.types[type] {
    case .array where name == known.len:
      return emit(
        .builtin, TypeTable.i64, a: Builtin.arrayCount.rawValue, b: nodeList([node]), at: id)
    case .slice where name == known.len:
      return emit(.field, TypeTable.i64, a: node.raw, b: 1, at: id)
    case .array(let element, _) where name == known.ptr:
      let slice = emit(.asSlice, program.types.intern(.slice(element)), a: node.raw, like: node)
      return slicePointer(slice, element, id)
    case .slice(let element) where name == known.ptr: return slicePointer(node, element, id)
    case .error, .void, .never, .bool, .char, .integer, .float, .nominal, .parameter, .tuple,
      .array, .slice, .pointer, .function, .variable:
      return nil
    }
  }

  private mutating func slicePointer(
    _ node: NodeID, _ element: TypeID, _ id: SyntaxID
  ) -> NodeID {
    let type = program.types.intern(.pointer(element, isConst: false))
    return emit(.builtin, type, a: Builtin.slicePointer.rawValue, b: nodeList([node]), at: id)
  }

  private mutating func unknownMember(
    _ name: Symbol, of type: TypeID, _ suggestion: Symbol, isType: Bool, _ id: SyntaxID
  ) -> Diagnostic {
    let place = nameSpan(id)
    let foreign = isType ? .empty : foreignMember(name, of: type, id)
    var diagnostic = Diagnostic.unknownMember(
      text(name), self.name(of: type),
      suggestion: text(foreign == .empty ? suggestion : foreign), at: place)
    let payload = isType ? .none : optionalPayload(type)
    if diagnostic.fixes.isEmpty, payload.exists {
      diagnostic.notes.append("the value may be `null`: use `?.`, `if let` or `match`")
      if case .field = context.members(named: name, of: payload, from: scope).kind {
        diagnostic.fixes = [.optionalMember(at: place)]
      } else if case .method = context.members(named: name, of: payload, from: scope).kind {
        diagnostic.fixes = [.optionalMember(at: place)]
      }
    } else if foreign == .empty, growsLists(name), case .array = program.types[type] {
      diagnostic.fixes = []
      diagnostic.notes.append("an array has a fixed length; declare it as `List[…]` to let it grow")
    } else if foreign == .empty, let way = ForeignName.ways[text(name)] {
      diagnostic.fixes = []
      diagnostic.notes.append(way)
    }
    return diagnostic
  }

  /// `push` and the like: members of lists alone.
  private func growsLists(_ name: Symbol) -> Bool {
    ["push", "append", "pop", "insert", "remove", "clear", "extend"].contains(text(name))
  }
}

extension Diagnostic {
  fileprivate static func ambiguousName(
    _ name: String, _ candidates: [SourceSpan], at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .ambiguousName, "`\(name)` may mean several things here", at: span,
      labels: candidates.map { Label($0, "one of them") })
  }

  fileprivate static func notAValue(
    _ name: String, _ kind: String, _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .notAValue, "`\(name)` is a \(kind), not a value", at: span,
      labels: [Label(declared, "declared here")])
  }

  fileprivate static func typeAsValue(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .notAValue, "`\(name)` is a type, not a value", at: span,
      notes: ["make a value with `\(name) { … }` or one of its functions"])
  }

  fileprivate static func containerAsValue(_ what: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notAValue, "\(what) is not a value", at: span)
  }

  fileprivate static func methodAsValue(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .notAValue, "method `\(name)` is named but not called", at: span,
      notes: ["call it with `\(name)(…)`, or wrap it in a closure"])
  }

  fileprivate static func builtinAsValue(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notAValue, "`\(name)` can only be called", at: span)
  }

  fileprivate static func selfTypeOutside(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.undefinedName, "`Self` stands outside a type", at: span)
  }

  fileprivate static func selfOutside(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .undefinedName, "`self` stands in a function without a receiver", at: span,
      notes: ["add `self` as the first parameter of a method"])
  }

  fileprivate static func fieldOfType(
    _ name: String, _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unknownMember, "`\(name)` is a field of values of type `\(type)`, not of the type", at: span)
  }

  fileprivate static func typeNotKnown(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .cannotInfer, "the type must be known here to find `\(name)`", at: span,
      notes: ["declare the type of the variable or parameter"])
  }

  fileprivate static func privateMember(
    _ name: String, _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .notVisible, "`\(name)` is private to its module", at: span,
      labels: [Label(declared, "declared here")])
  }

  fileprivate static func unknownMember(
    _ name: String, _ type: String, suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unknownMember, "`\(type)` has no member `\(name)`", at: span,
      fixes: FixIt.didYouMean(suggestion, at: span))
  }
}

extension FixIt {
  /// `?.` in the place of the dot before the member at `span`.
  fileprivate static func optionalMember(at span: SourceSpan) -> FixIt {
    let dot = SourceSpan(file: span.file, start: span.start - 1, end: span.start)
    return FixIt("look behind the optional", [Edit(dot, "?.")], .guess)
  }
}
