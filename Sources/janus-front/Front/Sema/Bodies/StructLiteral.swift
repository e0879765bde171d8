// Struct literals and enum constructors.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func structLiteral(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let syntax = tree.structLiteral(id)
    let target = entity(syntax.type, expected)
    switch target {
    case .type(let type): return structLiteral(id, type, Array(syntax.fields), expected)
    case .variant(let type, let index):
      return recordVariant(id, type, index, Array(syntax.fields), expected)
    case .failed:
      checkLooseFields(syntax.fields)
      return errorNode(id)
    case .value, .function, .method, .extensionFunction, .container, .builtin, .checkedConversion,
      .builtinMethod:
      checkLooseFields(syntax.fields)
      return fail(.notAStruct(sourceText(span(syntax.type)), at: span(syntax.type)), at: id)
    }
  }

  private mutating func checkLooseFields(_ fields: some Sequence<SyntaxID>) {
    for field in fields {
      let value = tree.fieldValue(field).value
      if value.exists && tree.kind(value) != .closure {
        _ = check(value, .lent(TypeTable.error))
      }
    }
  }

  private mutating func structLiteral(
    _ id: SyntaxID, _ type: TypeID, _ fields: [SyntaxID], _ expected: Expectation
  ) -> NodeID {
    let type = inference.resolve(type)
    guard let (declaration, arguments) = nominal(type),
      case .structure(let structure) = program.declarations[declaration].detail
    else {
      checkLooseFields(fields)
      if type == TypeTable.error { return errorNode(id) }
      return fail(.notAStruct(name(of: type), at: span(tree.structLiteral(id).type)), at: id)
    }
    context.noteRead(declaration)
    preferExpected(type, expected)
    let owner = text(program.declarations[declaration].name)
    var isGiven = [Bool](repeating: false, count: structure.fields.count)
    var pairs: [UInt32] = []
    for syntax in fields {
      let (name, _) = tree.fieldValue(syntax)
      guard let index = structure.fields.firstIndex(where: { $0.name == name }) else {
        report(unknownField(name, structure.fields, owner, syntax))
        checkLooseFields([syntax])
        // The field that was meant counts as given.
        let meant = context.closest(to: name, among: structure.fields.map(\.name))
        if let index = structure.fields.firstIndex(where: { $0.name == meant }) {
          isGiven[index] = true
          body.isValid = false
        }
        continue
      }
      let field = structure.fields[index]
      if !context.isVisible(field, of: declaration, from: scope) {
        report(.hiddenField(text(name), owner, field.span, at: fieldNameSpan(syntax, name)))
      }
      if isGiven[index] { report(.repeatedField(text(name), at: fieldNameSpan(syntax, name))) }
      isGiven[index] = true
      let value = fieldValue(syntax, program.substitute(arguments, in: field.type), field)
      pairs += [UInt32(index), value.raw]
    }
    var missing: [String] = []
    for (index, field) in structure.fields.enumerated() where !isGiven[index] {
      if field.defaultValue.exists {
        let value = emit(
          .defaultValue, program.substitute(arguments, in: field.type),
          a: declarationSlot(declaration), b: UInt32(index), c: typeList(arguments), at: id)
        pairs += [UInt32(index), value.raw]
      } else {
        missing.append(text(field.name))
      }
    }
    if !missing.isEmpty {
      report(
        .missingFields(
          missing, owner, program.declarations[declaration].nameSpan,
          at: span(tree.structLiteral(id).type)))
    }
    return emit(.structure, type, a: body.addList(pairs), at: id)
  }

  private func fieldNameSpan(_ id: SyntaxID, _ name: Symbol) -> SourceSpan {
    let start = span(id).start
    return SourceSpan(
      file: tree.file, start: start, end: start + Int32(text(name).utf8.count))
  }

  private mutating func unknownField(
    _ name: Symbol, _ fields: [Field], _ owner: String, _ id: SyntaxID
  ) -> Diagnostic {
    let suggestion = text(context.closest(to: name, among: fields.map(\.name)))
    return .unknownField(text(name), owner, suggestion, at: fieldNameSpan(id, name))
  }

  /// `x: e`, or `x` for the variable of that name.
  private mutating func fieldValue(_ id: SyntaxID, _ type: TypeID, _ field: Field) -> NodeID {
    let (name, value) = tree.fieldValue(id)
    let wanted = Expectation.owned(type, .field(field.span, field.name))
    if value.exists { return check(value, wanted) }
    let variable = local(name)
    if variable.exists { return fit(variableNode(variable, id), wanted) }
    let shorthand = entity(named: name, id)
    return fit(self.value(shorthand, id, wanted), wanted)
  }

  // MARK: Variants

  /// `.Circle(2.0)`, `Shape.Circle(2.0)`.
  mutating func variantCall(
    _ type: TypeID, _ index: Int, _ arguments: [CallArgument], _ id: SyntaxID,
    _ expected: Expectation
  ) -> NodeID {
    preferExpected(type, expected)
    guard let (declaration, typeArguments) = nominal(inference.resolve(type)),
      case .enumeration(let enumeration) = program.declarations[declaration].detail
    else { return errorNode(id) }
    context.noteRead(declaration)
    let variant = enumeration.variants[index]
    guard arguments.count == variant.fields.count else {
      checkLoose(arguments)
      return fail(
        .variantCount(
          text(variant.name), variant.fields.count, arguments.count, variant.span, at: span(id)),
        at: id)
    }
    var nodes: [NodeID] = []
    for (position, argument) in arguments.enumerated() {
      let field = variant.fields[position]
      if argument.label != .empty && argument.label != field.name {
        report(.variantLabel(text(argument.label), text(variant.name), at: argument.span))
      }
      let wanted = program.substitute(typeArguments, in: field.type)
      nodes.append(
        passed(argument, wanted, .owned, .field(variant.span, variant.name)))
    }
    return emit(.variant, type, a: UInt32(index), b: nodeList(nodes), at: id)
  }

  /// `.Empty` without arguments.
  mutating func plainVariant(
    _ type: TypeID, _ index: Int, _ id: SyntaxID, _ expected: Expectation
  ) -> NodeID {
    preferExpected(type, expected)
    guard let (declaration, arguments) = nominal(inference.resolve(type)),
      case .enumeration(let enumeration) = program.declarations[declaration].detail
    else { return errorNode(id) }
    context.noteRead(declaration)
    let variant = enumeration.variants[index]
    if variant.fields.count == 1,
      program.substitute(arguments, in: variant.fields[0].type) == TypeTable.void
    {
      let unit = emit(.unit, TypeTable.void, at: id)
      return emit(.variant, type, a: UInt32(index), b: nodeList([unit]), at: id)
    }
    guard variant.fields.isEmpty else {
      return fail(
        .variantCount(text(variant.name), variant.fields.count, 0, variant.span, at: span(id)),
        at: id)
    }
    return emit(.variant, type, a: UInt32(index), at: id)
  }

  private mutating func recordVariant(
    _ id: SyntaxID, _ type: TypeID, _ index: Int, _ fields: [SyntaxID], _ expected: Expectation
  ) -> NodeID {
    preferExpected(type, expected)
    guard let (declaration, arguments) = nominal(inference.resolve(type)),
      case .enumeration(let enumeration) = program.declarations[declaration].detail
    else { return errorNode(id) }
    context.noteRead(declaration)
    let variant = enumeration.variants[index]
    let owner = text(variant.name)
    var slots = [NodeID](repeating: .none, count: variant.fields.count)
    var namesOthers = false
    for syntax in fields {
      let (name, _) = tree.fieldValue(syntax)
      guard let position = variant.fields.firstIndex(where: { $0.name == name }) else {
        report(unknownField(name, variant.fields, owner, syntax))
        checkLooseFields([syntax])
        namesOthers = true
        continue
      }
      if slots[position].exists {
        report(.repeatedField(text(name), at: fieldNameSpan(syntax, name)))
      }
      let field = variant.fields[position]
      slots[position] = fieldValue(syntax, program.substitute(arguments, in: field.type), field)
    }
    let first = enumeration.firstField(ofVariant: index)
    for (position, field) in variant.fields.enumerated()
    where slots[position].isNone && field.defaultValue.exists {
      slots[position] = emit(
        .defaultValue, program.substitute(arguments, in: field.type),
        a: declarationSlot(declaration), b: UInt32(first + position), c: typeList(arguments),
        at: id)
    }
    let missing = slots.indices.filter { slots[$0].isNone }
    if !missing.isEmpty {
      // A field of another name was one of these.
      if namesOthers { return errorNode(id) }
      return fail(
        .missingFields(
          missing.map { text(variant.fields[$0].name) }, owner, variant.span, at: span(id)), at: id)
    }
    return emit(.variant, type, a: UInt32(index), b: nodeList(slots), at: id)
  }

  /// `.name` where the wanted type says of what.
  mutating func implicitMember(_ id: SyntaxID, _ expected: Expectation) -> Entity {
    let name = tree.symbol(id)
    guard expected.type.exists else {
      report(.implicitWithoutType(text(name), at: span(id)))
      return .failed
    }
    var type = inference.resolve(expected.type)
    if type == TypeTable.error { body.isValid = false; return .failed }
    // `?T` and results are looked through where they have no such variant themselves.
    for _ in 0..<4 {
      let found = context.typeMember(named: name, of: inference.solved(type), from: scope)
      switch found.kind {
      case .variant(let index): return .variant(type, index)
      case .method(let method): return .function(method.function, method.arguments)
      case .declaration(let declaration): return entity(of: declaration, id)
      case .field, .none, .ambiguous, .hidden: break
      }
      let payload = optionalPayload(type)
      if payload.exists {
        type = payload
      } else if let parts = resultParts(type) {
        type = parts.value
      } else if boxPayload(type).exists {
        type = boxPayload(type)
      } else {
        break
      }
    }
    if inference.classOfVariable(type) != nil {
      report(.implicitWithoutType(text(name), at: span(id)))
      return .failed
    }
    var suggestion = Symbol.empty
    if let (declaration, _) = nominal(type),
      case .enumeration(let enumeration) = program.declarations[declaration].detail
    { suggestion = context.closest(to: name, among: enumeration.variants.map(\.name)) }
    report(
      .unknownVariant(text(name), self.name(of: type), text(suggestion), at: span(id)))
    return .failed
  }
}

extension Diagnostic {
  fileprivate static func notAStruct(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notAType, "`\(name)` is not a struct with fields", at: span)
  }

  fileprivate static func unknownField(
    _ name: String, _ owner: String, _ suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unknownMember, "`\(owner)` has no field `\(name)`", at: span,
      fixes: FixIt.didYouMean(suggestion, at: span))
  }

  fileprivate static func hiddenField(
    _ name: String, _ owner: String, _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .notVisible, "the field `\(name)` of `\(owner)` is private to its module", at: span,
      labels: [Label(declared, "declared `private` here")])
  }

  fileprivate static func repeatedField(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.argumentMismatch, "the field `\(name)` is given twice", at: span)
  }

  fileprivate static func missingFields(
    _ names: [String], _ owner: String, _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    let list = names.map { "`\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      .argumentMismatch, "`\(owner)` is made without \(list)", at: span,
      labels: [Label(declared, "declared here")])
  }

  fileprivate static func variantCount(
    _ name: String, _ wanted: Int, _ given: Int, _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .argumentMismatch,
      "`\(name)` takes \(wanted) value\(wanted == 1 ? "" : "s"), \(given) "
        + "\(given == 1 ? "is" : "are") given", at: span,
      labels: [Label(declared, "declared here")])
  }

  fileprivate static func variantLabel(
    _ label: String, _ variant: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.argumentMismatch, "`\(variant)` has no value named `\(label)`", at: span)
  }

  fileprivate static func implicitWithoutType(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .cannotInfer, "nothing says of which type `.\(name)` is", at: span,
      notes: ["write the type before the dot, or declare the type of what it is given to"])
  }

  fileprivate static func unknownVariant(
    _ name: String, _ type: String, _ suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unknownMember, "`\(type)` has no variant `\(name)`", at: span,
      fixes: FixIt.didYouMean(suggestion, at: span))
  }
}
