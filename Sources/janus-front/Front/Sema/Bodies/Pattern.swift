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
    if patternDepth == 0 { patternNames.removeAll(keepingCapacity: true) }
    patternDepth += 1
    defer { patternDepth -= 1 }
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
    case .sequencePattern: return sequencePattern(id, type, subject.mode)
    case .namedPattern: return namedPattern(id, subject)
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
    case .rangePattern, .tuplePattern, .sequencePattern: return true
    case .namedPattern: return wantsPayload(tree.namedPattern(id).pattern, wrapsSome)
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
    case .literalPattern, .rangePattern, .tuplePattern, .sequencePattern, .constructorPattern: true
    case .namedPattern: looksInside(tree.namedPattern(id).pattern)
    case .alternativePattern: tree.elements(id).contains { looksInside($0) }
    default: false  // Bindings hold the box itself.
    }
  }

  func isIrrefutable(_ id: SyntaxID) -> Bool {
    switch tree.kind(id) {
    case .wildcardPattern: true
    case .bindingPattern: !isConstantName(id)
    case .tuplePattern: tree.elements(id).allSatisfy { isIrrefutable($0) }
    case .namedPattern: isIrrefutable(tree.namedPattern(id).pattern)
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

  mutating func bindingPattern(
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
      kind = .varBinding
    case (.lends, .inout), (.takes, .inout), (.declares, .inout):
      report(.inoutBindingOfRead(text(name), at: span(id)))
      kind = .inoutBinding
    }
    if !patternNames.insert(name).inserted {
      report(.boundTwice(text(name), at: span(id)))
    }
    if let shared = alternativeBinding(name) {
      if !inference.unify(type, variableType(shared)) {
        report(
          .alternativeType(
            text(name), self.name(of: variableType(shared)), self.name(of: type), at: span(id)))
        body.isValid = false
      }
      return emit(.bindingPattern, type, a: shared.raw, b: NodeID.none.raw, at: id)
    }
    let variable = declare(name, type, kind, nodeSpan(id))
    facts[variable.index].binding = id
    return emit(.bindingPattern, type, a: variable.raw, b: NodeID.none.raw, at: id)
  }

  mutating func constantPattern(
    _ constant: DeclarationID, _ type: TypeID, _ id: SyntaxID
  ) -> NodeID {
    let value = emit(
      .constant, context.globalType(of: constant), a: declarationSlot(constant), at: id)
    let fitted = coerce(value, to: type, .none)
    return emit(.valuePattern, type, a: fitted.raw, at: id)
  }

  /// `x @ p`: a name for the whole and names for parts cannot both take or change it.
  private mutating func namedPattern(_ id: SyntaxID, _ subject: PatternSubject) -> NodeID {
    let syntax = tree.namedPattern(id)
    let name = bindingPattern(syntax.name, subject.type, subject.mode)
    let before = bindings.count
    let inner = pattern(syntax.pattern, subject)
    let others = bindings[before...].map(\.variable)
    if !others.isEmpty, !isOnlyRead(name) || others.contains(where: { !isOnlyRead($0) }) {
      report(.bindsTwice(text(tree.bindingPattern(syntax.name).name), at: span(id)))
    }
    guard body.nodes[name.index].kind == .bindingPattern else { return inner }
    body.nodes[name.index].b = inner.raw
    return name
  }

  private mutating func isOnlyRead(_ binding: NodeID) -> Bool {
    let node = body.nodes[binding.index]
    return node.kind != .bindingPattern || isOnlyRead(VariableID(node.a))
  }

  /// It is lent, or a copy of bits.
  private mutating func isOnlyRead(_ variable: VariableID) -> Bool {
    let variable = body.variables[variable.index]
    if variable.kind == .lentBinding { return true }
    return variable.kind != .inoutBinding
      && program.ownership(of: inference.solved(body.types[Int(variable.type)])) == .trivial
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

  /// The variable that an earlier alternative declared under this name.
  private func alternativeBinding(_ name: Symbol) -> VariableID? {
    for frame in alternatives.reversed() {
      if !frame.isFirst, let variable = frame.variables[name] { return variable }
    }
    return nil
  }

  /// All alternatives bind the same names; those of the first are the variables.
  private mutating func alternativePattern(
    _ id: SyntaxID, _ type: TypeID, _ mode: PatternMode
  ) -> NodeID {
    var nodes: [NodeID] = []
    var frame = AlternativeFrame()
    let around = patternNames
    var wanted: Set<Symbol> = []
    for (index, element) in tree.elements(id).enumerated() {
      let before = bindings.count
      alternatives.append(frame)
      patternNames = around
      nodes.append(pattern(element, PatternSubject(type: type, mode: mode)))
      alternatives.removeLast()
      let names = patternNames.subtracting(around)
      if index == 0 {
        wanted = names
        for binding in bindings[before...] { frame.variables[binding.name] = binding.variable }
        frame.isFirst = false
      } else if let uneven = names.symmetricDifference(wanted).min(by: { $0.raw < $1.raw }) {
        report(.unevenAlternatives(text(uneven), at: span(id)))
        body.isValid = false
      }
    }
    patternNames = around.union(wanted)
    return emit(.alternativePattern, type, a: nodeList(nodes), at: id)
  }
}

/// The variables that the first of several alternatives binds.
struct AlternativeFrame {
  var variables: [Symbol: VariableID] = [:]
  var isFirst = true
}

extension Diagnostic {
  fileprivate static func bindsTwice(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPattern, "`\(name)` and the names behind `@` would hold the same value", at: span,
      notes: ["both may only read it: match on a place, without `move` or `inout`"])
  }

  static func notAPattern(at span: SourceSpan) -> Diagnostic {
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
      at: span, notes: ["to change it in place, lend it: `match &x { … }`, `for inout part in &x`"])
  }

  fileprivate static func boundTwice(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPattern, "`\(name)` is bound twice in one pattern", at: span,
      notes: ["to compare two parts, bind both and write `when a == b`"])
  }

  fileprivate static func alternativeType(
    _ name: String, _ first: String, _ other: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .badPattern, "`\(name)` is a `\(first)` in the first alternative and a `\(other)` here",
      at: span)
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
}
