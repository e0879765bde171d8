// Patterns that name a variant or a struct: `.Circle(r)`, `.Rect { w, .. }`, `Point { x, y: 0 }`.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func constructorPattern(
    _ id: SyntaxID, _ type: TypeID, _ mode: PatternMode
  ) -> NodeID {
    let syntax = tree.constructorPattern(id)
    if syntax.type.isNone { return variantPattern(id, syntax, type, mode) }
    switch entity(syntax.type) {
    case .type(let named):
      if syntax.variant != .empty,
        case .declaration(let constant) = context.typeMember(
          named: syntax.variant, of: inference.solved(named), from: scope
        ).kind, program.declarations[constant].kind == .constant
      {
        return constantPattern(constant, type, id)
      }
      guard inference.unify(named, type) else {
        return fail(
          .patternOfOtherType(name(of: named), name(of: type), at: span(id)), at: id)
      }
      if let number = numericProperty(inference.solved(named), syntax.variant, id) {
        return emit(.valuePattern, type, a: number.raw, at: id)
      }
      return syntax.variant == .empty
        ? structurePattern(id, syntax, type, mode) : variantPattern(id, syntax, type, mode)
    case .variant(let named, let index):
      guard inference.unify(named, type) else {
        return fail(
          .patternOfOtherType(name(of: named), name(of: type), at: span(id)), at: id)
      }
      return variantPattern(id, syntax, type, index, mode)
    case .container(let container): return patternInContainer(id, syntax, container, type, mode)
    case .failed: return errorNode(id)
    case .value, .function, .method, .extensionFunction, .builtin, .checkedConversion,
      .builtinMethod:
      return fail(.notAPattern(at: span(id)), at: id)
    }
  }

  private mutating func patternInContainer(
    _ id: SyntaxID, _ syntax: ConstructorPatternSyntax, _ container: NameResolution,
    _ type: TypeID, _ mode: PatternMode
  ) -> NodeID {
    guard
      case .declaration(let declaration) = context.lookUp(
        syntax.variant, inside: container, from: scope),
      context.checkVisible(declaration, from: scope, at: span(id))
    else { return fail(.notAPattern(at: span(id)), at: id) }
    if program.declarations[declaration].kind == .constant {
      return constantPattern(declaration, type, id)
    }
    guard program.declarations[declaration].kind == .structure,
      inference.unify(openType(declaration, id), type)
    else { return fail(.notAPattern(at: span(id)), at: id) }
    return structurePattern(id, syntax, type, mode)
  }

  private mutating func variantPattern(
    _ id: SyntaxID, _ syntax: ConstructorPatternSyntax, _ type: TypeID, _ mode: PatternMode
  ) -> NodeID {
    if isSilent(type) { return silentPattern(id, syntax, mode) }
    guard let (declaration, _) = nominal(type),
      case .enumeration(let enumeration) = program.declarations[declaration].detail
    else {
      return fail(
        .variantOfOther(text(syntax.variant), name(of: type), at: span(id)), at: id)
    }
    guard let index = enumeration.variants.firstIndex(where: { $0.name == syntax.variant }) else {
      let names = enumeration.variants.map(\.name)
      let suggestion = context.closest(to: syntax.variant, among: names)
      report(
        .unknownVariant(
          text(syntax.variant), name(of: type), suggestion: text(suggestion), at: span(id)))
      return silentPattern(id, syntax, mode)
    }
    return variantPattern(id, syntax, type, index, mode)
  }

  private mutating func variantPattern(
    _ id: SyntaxID, _ syntax: ConstructorPatternSyntax, _ type: TypeID, _ index: Int,
    _ mode: PatternMode
  ) -> NodeID {
    guard let (declaration, arguments) = nominal(type),
      case .enumeration(let enumeration) = program.declarations[declaration].detail
    else { return errorNode(id) }
    declarationSlotRead(declaration)
    let variant = enumeration.variants[index]
    let nodes = payloadPatterns(id, syntax, variant.fields, arguments, text(variant.name), mode)
    return emit(.variantPattern, type, a: UInt32(index), b: nodeList(nodes), at: id)
  }

  /// Patterns for all fields in order; those not mentioned match anything.
  private mutating func payloadPatterns(
    _ id: SyntaxID, _ syntax: ConstructorPatternSyntax, _ fields: [Field],
    _ arguments: [TypeID], _ owner: String, _ mode: PatternMode
  ) -> [NodeID] {
    let types = fields.map { program.substitute(arguments, in: $0.type) }
    var nodes = [NodeID](repeating: .none, count: fields.count)
    switch syntax.payloadKind {
    case .none:
      if !fields.isEmpty && !syntax.hasRest {
        report(.payloadCount(owner, fields.count, 0, at: span(id)))
      }
    case .tuple:
      let given = syntax.payload
      if given.count > fields.count || (given.count < fields.count && !syntax.hasRest) {
        report(.payloadCount(owner, fields.count, given.count, at: span(id)))
      }
      for (index, element) in given.enumerated() {
        let type = index < types.count ? types[index] : TypeTable.error
        let node = pattern(element, PatternSubject(type: type, mode: mode))
        if index < nodes.count { nodes[index] = node }
      }
    case .record:
      if !fields.isEmpty, fields.allSatisfy({ $0.name == .empty }) {
        report(.unnamedFields(owner, at: span(id)))
        for element in syntax.payload {
          _ = pattern(
            tree.fieldPattern(element).pattern, PatternSubject(type: TypeTable.error, mode: mode))
        }
        break
      }
      var namesOthers = false
      for element in syntax.payload {
        let (name, inner) = tree.fieldPattern(element)
        guard let index = fields.firstIndex(where: { $0.name == name }) else {
          let suggestion = context.closest(to: name, among: fields.map(\.name))
          report(.unknownField(text(name), owner, text(suggestion), at: span(element)))
          _ = pattern(inner, PatternSubject(type: TypeTable.error, mode: mode))
          namesOthers = true
          continue
        }
        if nodes[index].exists { report(.repeatedField(text(name), at: span(element))) }
        nodes[index] = pattern(inner, PatternSubject(type: types[index], mode: mode))
        let node = body.nodes[nodes[index].index]
        if node.kind == .bindingPattern, tree.spans[inner.index] == tree.spans[element.index] {
          facts[Int(node.a)].isFieldName = true
        }
      }
      let missing = fields.indices.filter { nodes[$0].isNone }
      if !missing.isEmpty && !syntax.hasRest && !namesOthers {
        report(
          .missingFields(missing.map { text(fields[$0].name) }, owner, at: span(id)))
      }
    }
    for index in nodes.indices where nodes[index].isNone {
      nodes[index] = emit(.wildcardPattern, types[index], at: id)
    }
    return nodes
  }

  private mutating func structurePattern(
    _ id: SyntaxID, _ syntax: ConstructorPatternSyntax, _ type: TypeID, _ mode: PatternMode
  ) -> NodeID {
    guard let (declaration, arguments) = nominal(inference.resolve(type)),
      case .structure(let structure) = program.declarations[declaration].detail
    else { return fail(.notAPattern(at: span(id)), at: id) }
    declarationSlotRead(declaration)
    let owner = text(program.declarations[declaration].name)
    let nodes = payloadPatterns(id, syntax, structure.fields, arguments, owner, mode)
    var pairs: [UInt32] = []
    for (index, node) in nodes.enumerated() where body.nodes[node.index].kind != .wildcardPattern {
      if !context.isVisible(structure.fields[index], of: declaration, from: scope) {
        report(.hiddenField(text(structure.fields[index].name), owner, at: sourceSpan(of: node)))
      }
      pairs += [UInt32(index), node.raw]
    }
    return emit(.structurePattern, type, a: body.addList(pairs), at: id)
  }

  /// Notes that the body depends on a type that it mentions without naming it.
  func declarationSlotRead(_ declaration: DeclarationID) { context.noteRead(declaration) }

  /// Declares what a pattern binds although it cannot be checked.
  private mutating func silentPattern(
    _ id: SyntaxID, _ syntax: ConstructorPatternSyntax, _ mode: PatternMode
  ) -> NodeID {
    let subject = PatternSubject(type: TypeTable.error, mode: mode)
    for element in syntax.payload {
      let inner = tree.kind(element) == .fieldPattern ? tree.fieldPattern(element).pattern : element
      _ = pattern(inner, subject)
    }
    body.isValid = false
    return emit(.wildcardPattern, TypeTable.error, at: id)
  }
}

extension Diagnostic {
  fileprivate static func patternOfOtherType(
    _ named: String, _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "a pattern for `\(named)` cannot match a value of type `\(type)`", at: span)
  }

  fileprivate static func variantOfOther(
    _ variant: String, _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .badPattern, "`.\(variant)` cannot match a value of type `\(type)`, which is no enum",
      at: span)
  }

  fileprivate static func unknownVariant(
    _ variant: String, _ type: String, suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unknownMember, "`\(type)` has no variant `\(variant)`", at: span,
      fixes: FixIt.didYouMean(suggestion, at: span))
  }

  fileprivate static func payloadCount(
    _ owner: String, _ expected: Int, _ found: Int, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .badPattern,
      "`\(owner)` has \(expected) field\(expected == 1 ? "" : "s"), the pattern \(found)", at: span)
  }

  fileprivate static func unknownField(
    _ name: String, _ owner: String, _ suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unknownMember, "`\(owner)` has no field `\(name)`", at: span,
      fixes: FixIt.didYouMean(suggestion, at: span.prefix(name)))
  }

  fileprivate static func unnamedFields(_ owner: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPattern, "the fields of `\(owner)` have no names: its pattern is `\(owner)(…)`",
      at: span)
  }

  fileprivate static func repeatedField(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badPattern, "the field `\(name)` is matched twice", at: span)
  }

  fileprivate static func missingFields(
    _ names: [String], _ owner: String, at span: SourceSpan
  ) -> Diagnostic {
    let list = names.map { "`\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      .badPattern, "the pattern for `\(owner)` does not mention \(list)", at: span,
      notes: ["end it with `..` to ignore the other fields"])
  }

  fileprivate static func hiddenField(
    _ name: String, _ owner: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.notVisible, "the field `\(name)` of `\(owner)` is private to its module", at: span)
  }
}
