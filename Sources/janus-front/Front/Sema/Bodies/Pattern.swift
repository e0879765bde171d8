// Patterns: what they match, what they bind, and how a binding holds it (lent, taken, lent
// exclusively). Optionals and boxes are looked through where the pattern is about what is inside.
import ASTDB
import Base
import Parser

/// How bindings of a pattern come to their value.
enum PatternMode {
  /// The scrutinee is a place that is read: bindings are elided copies.
  case lends
  /// `match &x`: bindings marked `inout` change the place.
  case lendsExclusively
  /// A temporary or `move x`: bindings take the parts.
  case takes
  /// `let p = e`, `var p = e`.
  case declares(VariableKind)
}

struct PatternSubject {
  var type: TypeID
  var mode: PatternMode
}

/// What a `match`, `if let` or `for` looks at.
struct Scrutinee {
  var node: NodeID
  var flags: MatchFlags
  var mode: PatternMode
  /// The variable that it is a part of, or none.
  var root: VariableID = .none
  var changesBefore: UInt32 = 0
}

extension BodyChecker {
  /// `isWhole`: a variable is looked at as an optional even where it is known not to be null.
  mutating func scrutinee(_ id: SyntaxID, isWhole: Bool = false) -> Scrutinee {
    switch tree.kind(id) {
    case .borrow:
      let node = mutablePlace(tree.operand(id), whole: id)
      return Scrutinee(node: node, flags: .lendsExclusively, mode: .lendsExclusively)
    case .move: return Scrutinee(node: check(id, .lent), flags: .takes, mode: .takes)
    default: break  // A place or a temporary.
    }
    let node = isWhole ? wholeValue(id) : check(id, .lent)
    guard isPlace(node) else { return Scrutinee(node: node, flags: .takes, mode: .takes) }
    let root = rootVariable(node)
    return Scrutinee(
      node: node, flags: [], mode: .lends, root: root,
      changesBefore: root.exists ? facts[root.index].changes : 0)
  }

  /// After the code that sees the bindings: whether that code may have changed what is lent.
  mutating func lendingFlags(_ scrutinee: Scrutinee) -> MatchFlags {
    guard case .lends = scrutinee.mode else { return scrutinee.flags }
    if scrutinee.root.isNone { return scrutinee.flags.union(.copiesBindings) }
    let changed = facts[scrutinee.root.index].changes != scrutinee.changesBefore
    return changed ? scrutinee.flags.union(.copiesBindings) : scrutinee.flags
  }

  // MARK: Patterns

  /// Checks a pattern and declares what it binds. `wrapsSome`: in `if let`, a pattern for the
  /// payload of an optional.
  mutating func pattern(
    _ id: SyntaxID, _ subject: PatternSubject, wrapsSome: Bool = false
  ) -> NodeID {
    let type = inference.resolve(subject.type)
    let payload = optionalPayload(type)
    if payload.exists && wantsPayload(id, wrapsSome) {
      let inner = pattern(id, PatternSubject(type: payload, mode: subject.mode))
      return emit(.variantPattern, type, a: 1, b: nodeList([inner]), at: id)
    }
    if looksInside(id) {
      let boxed = boxPayload(type)
      if boxed.exists {
        let inner = pattern(id, PatternSubject(type: boxed, mode: subject.mode))
        return emit(.unboxPattern, type, a: inner.raw, at: id)
      }
    }
    switch tree.kind(id) {
    case .wildcardPattern: return emit(.wildcardPattern, type, at: id)
    case .bindingPattern: return bindingPattern(id, type, subject.mode)
    case .literalPattern: return literalPattern(id, type)
    case .rangePattern: return rangePattern(id, type)
    case .constructorPattern: return constructorPattern(id, type, subject.mode)
    case .tuplePattern: return tuplePattern(id, type, subject.mode)
    case .alternativePattern: return alternativePattern(id, type, subject.mode)
    case .error: return errorNode(id)
    default: return fail(.notAPattern(at: span(id)), at: id)  // No pattern.
    }
  }

  /// Whether a pattern against an optional is about its payload.
  private func wantsPayload(_ id: SyntaxID, _ wrapsSome: Bool) -> Bool {
    switch tree.kind(id) {
    case .wildcardPattern: return wrapsSome
    case .bindingPattern: return wrapsSome && !isConstantName(id)
    case .literalPattern: return tree.kind(tree.patternLiteral(id)) != .null
    case .rangePattern, .tuplePattern: return true
    case .constructorPattern:
      let syntax = tree.constructorPattern(id)
      if syntax.variant == known.some || syntax.variant == known.noneVariant { return false }
      return true
    case .alternativePattern:
      return tree.elements(id).allSatisfy { wantsPayload($0, wrapsSome) }
    default: return false  // No pattern.
    }
  }

  private func looksInside(_ id: SyntaxID) -> Bool {
    switch tree.kind(id) {
    case .literalPattern, .rangePattern, .tuplePattern, .constructorPattern: true
    case .alternativePattern: tree.elements(id).contains { looksInside($0) }
    default: false  // Bindings hold the box itself.
    }
  }

  func isIrrefutable(_ id: SyntaxID) -> Bool {
    switch tree.kind(id) {
    case .wildcardPattern: true
    case .bindingPattern: !isConstantName(id)
    case .tuplePattern: tree.elements(id).allSatisfy { isIrrefutable($0) }
    default: false  // Patterns that may fail, or structs.
    }
  }

  /// A name in a pattern that is a constant in scope. Constants begin with a capital letter.
  private func constantNamed(_ id: SyntaxID) -> DeclarationID? {
    let (name, mode) = tree.bindingPattern(id)
    guard mode == .borrow, let first = text(name).utf8.first,
      first >= UInt8(ascii: "A") && first <= UInt8(ascii: "Z"),
      case .declaration(let declaration) = context.lookUp(name, in: scope),
      program.declarations[declaration].kind == .constant
    else { return nil }
    return declaration
  }

  private func isConstantName(_ id: SyntaxID) -> Bool { constantNamed(id) != nil }

  private mutating func bindingPattern(
    _ id: SyntaxID, _ type: TypeID, _ mode: PatternMode
  ) -> NodeID {
    if let constant = constantNamed(id) { return constantPattern(constant, type, id) }
    let (name, passing) = tree.bindingPattern(id)
    let kind: VariableKind
    switch (mode, passing) {
    case (.lendsExclusively, .inout): kind = .inoutBinding
    case (.lendsExclusively, .borrow), (.lends, .borrow): kind = .lentBinding
    case (.takes, .borrow): kind = .letBinding
    case (.takes, .owned), (.declares, .owned): kind = .varBinding
    case (.declares(let declared), .borrow): kind = declared
    case (.lends, .owned), (.lendsExclusively, .owned):
      report(.ownedBindingOfLent(text(name), at: span(id)))
      kind = .letBinding
    case (.lends, .inout), (.takes, .inout), (.declares, .inout):
      report(.inoutBindingOfRead(text(name), at: span(id)))
      kind = .inoutBinding
    }
    if let shared = alternativeBinding(name) {
      _ = inference.unify(type, variableType(shared))
      return emit(.bindingPattern, type, a: shared.raw, b: NodeID.none.raw, at: id)
    }
    let variable = declare(name, type, kind, nodeSpan(id))
    return emit(.bindingPattern, type, a: variable.raw, b: NodeID.none.raw, at: id)
  }

  private mutating func constantPattern(
    _ constant: DeclarationID, _ type: TypeID, _ id: SyntaxID
  ) -> NodeID {
    let value = emit(
      .constant, context.globalType(of: constant), a: declarationSlot(constant), at: id)
    let fitted = coerce(value, to: type, .none)
    return emit(.valuePattern, type, a: fitted.raw, at: id)
  }

  private mutating func literalPattern(_ id: SyntaxID, _ type: TypeID) -> NodeID {
    let literal = tree.patternLiteral(id)
    if tree.kind(literal) == .null {
      if isSilent(type) { return emit(.wildcardPattern, type, at: id) }
      if optionalPayload(type).exists { return emit(.variantPattern, type, a: 0, at: id) }
      if case .pointer = program.types[type] {
        let null = emit(.null, type, at: id)
        return emit(.valuePattern, type, a: null.raw, at: id)
      }
      return fail(.nullPattern(name(of: type), at: span(id)), at: id)
    }
    let value = check(literal, .lent(type))
    return emit(.valuePattern, type, a: value.raw, at: id)
  }

  private mutating func rangePattern(_ id: SyntaxID, _ type: TypeID) -> NodeID {
    let syntax = tree.range(id)
    let isOrdered = type.isNumeric || type == TypeTable.char || isSilent(type)
      || inference.classOfVariable(type) != nil
    if !isOrdered { return fail(.rangeOfUnordered(name(of: type), at: span(id)), at: id) }
    let lower = syntax.lower.exists ? check(syntax.lower, .lent(type)) : .none
    let upper = syntax.upper.exists ? check(syntax.upper, .lent(type)) : .none
    return emit(
      .rangePattern, type, a: lower.raw, b: upper.raw,
      flags: syntax.operation == .inclusive ? 1 : 0, at: id)
  }

  private mutating func tuplePattern(
    _ id: SyntaxID, _ type: TypeID, _ mode: PatternMode
  ) -> NodeID {
    let elements = tree.elements(id)
    var parts: [TypeID]
    if case .tuple(let types) = program.types[type] {
      parts = types
    } else if inference.classOfVariable(type) == .some(.any) {
      parts = elements.map { freshType($0) }
      _ = inference.unify(type, program.types.intern(.tuple(parts)))
    } else {
      parts = []
      if !isSilent(type) { report(.tupleOfOther(name(of: type), at: span(id))) }
      body.isValid = false
    }
    if parts.count != elements.count && !parts.isEmpty {
      report(.tupleCount(parts.count, elements.count, at: span(id)))
    }
    let nodes = elements.enumerated().map { index, element in
      pattern(
        element,
        PatternSubject(type: index < parts.count ? parts[index] : TypeTable.error, mode: mode))
    }
    return emit(.tuplePattern, type, a: nodeList(nodes), at: id)
  }

  // MARK: Alternatives

  private func alternativeBinding(_ name: Symbol) -> VariableID? {
    alternatives.last.flatMap { $0.isFirst ? nil : $0.variables[name] }
  }

  /// All alternatives bind the same names; those of the first are the variables.
  private mutating func alternativePattern(
    _ id: SyntaxID, _ type: TypeID, _ mode: PatternMode
  ) -> NodeID {
    var nodes: [NodeID] = []
    var frame = AlternativeFrame()
    for (index, element) in tree.elements(id).enumerated() {
      let before = bindings.count
      alternatives.append(frame)
      nodes.append(pattern(element, PatternSubject(type: type, mode: mode)))
      alternatives.removeLast()
      if index == 0 {
        for binding in bindings[before...] { frame.variables[binding.name] = binding.variable }
        frame.isFirst = false
      } else if bindings.count > before {
        let extra = bindings[before].variable
        report(
          .unevenAlternatives(
            text(bindings[before].name), at: sourceSpan(body.variables[extra.index].span)))
      }
    }
    return emit(.alternativePattern, type, a: nodeList(nodes), at: id)
  }

  // MARK: Variants and structs

  private mutating func constructorPattern(
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
      for element in syntax.payload {
        let (name, inner) = tree.fieldPattern(element)
        guard let index = fields.firstIndex(where: { $0.name == name }) else {
          let suggestion = context.closest(to: name, among: fields.map(\.name))
          report(.unknownField(text(name), owner, text(suggestion), at: span(element)))
          _ = pattern(inner, PatternSubject(type: TypeTable.error, mode: mode))
          continue
        }
        if nodes[index].exists { report(.repeatedField(text(name), at: span(element))) }
        nodes[index] = pattern(inner, PatternSubject(type: types[index], mode: mode))
      }
      let missing = fields.indices.filter { nodes[$0].isNone }
      if !missing.isEmpty && !syntax.hasRest {
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

/// The variables that the first of several alternatives binds.
struct AlternativeFrame {
  var variables: [Symbol: VariableID] = [:]
  var isFirst = true
}

extension Diagnostic {
  fileprivate static func notAPattern(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badPattern, "this is not a pattern", at: span)
  }

  fileprivate static func ownedBindingOfLent(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPattern, "`owned \(name)` takes a part of a value that is only lent", at: span,
      notes: ["match on `move x` to take it apart"])
  }

  fileprivate static func inoutBindingOfRead(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPattern, "`inout \(name)` binds a part of a value that is not lent exclusively",
      at: span, notes: ["match on `&x` to change it in place"])
  }

  fileprivate static func nullPattern(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badPattern, "a value of type `\(type)` is never `null`", at: span)
  }

  fileprivate static func rangeOfUnordered(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badPattern, "a range pattern cannot match a value of type `\(type)`", at: span)
  }

  fileprivate static func tupleOfOther(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badPattern, "a tuple pattern cannot match a value of type `\(type)`", at: span)
  }

  fileprivate static func tupleCount(
    _ expected: Int, _ found: Int, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .badPattern, "the tuple has \(expected) elements, the pattern \(found)", at: span)
  }

  fileprivate static func unevenAlternatives(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badPattern, "`\(name)` is not bound by every alternative", at: span)
  }

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
