// Loops: `while`, `for` over ranges, sequences, containers and iterators; labels, `break`,
// `continue`.
import ASTDB
import Base
import Parser

extension BodyChecker {
  // MARK: While

  mutating func whileLoop(_ id: SyntaxID) -> NodeID {
    let syntax = tree.whileLoop(id)
    forgetChanged(in: id)
    let before = narrowed
    openScope()
    let mark = openTests.count
    let (test, facts) = condition(syntax.condition)
    narrowed = before + facts.whenTrue
    let (inner, hasBreak) = loopBody(syntax.body, syntax.label, id)
    settleTests(since: mark)
    closeScope()
    let isEndless = body.nodes[test.index].kind == .bool && body.nodes[test.index].a == 1
    narrowed = hasBreak ? before : before + facts.whenFalse
    let type = isEndless && !hasBreak ? TypeTable.never : TypeTable.void
    return emit(.while, type, a: test.raw, b: inner.raw, at: id)
  }

  private mutating func loopBody(
    _ id: SyntaxID, _ label: Symbol, _ loop: SyntaxID
  ) -> (node: NodeID, hasBreak: Bool) {
    loops.append(LoopFrame(label: label, labelSpan: span(loop), deferDepth: deferDepth))
    let node = check(id, .discarded)
    let frame = loops.removeLast()
    return (node, frame.hasBreak)
  }

  // MARK: For

  mutating func forLoop(_ id: SyntaxID) -> NodeID {
    let syntax = tree.forLoop(id)
    forgetChanged(in: id)
    let before = narrowed
    openScope()
    let node = tree.kind(syntax.sequence) == .range
      ? rangeLoop(id, syntax) : sequenceLoop(id, syntax)
    closeScope()
    narrowed = before
    return node
  }

  private mutating func rangeLoop(_ id: SyntaxID, _ syntax: ForSyntax) -> NodeID {
    let range = tree.range(syntax.sequence)
    var failed = false
    var lower = NodeID.none
    var upper = NodeID.none
    if range.lower.exists && range.upper.exists {
      lower = check(range.lower, .lent)
      let hint = type(of: lower)
      upper = operand(range.upper, hint.isNumeric ? Expectation(type: hint) : .lent)
      let types = (type(of: lower), type(of: upper))
      if isSilent(types.0) || isSilent(types.1) {
        failed = true
      } else if types.0 == TypeTable.char, types.1 == TypeTable.char {
        return characterLoop(id, syntax, lower, upper)
      } else if commonNumber(&lower, &upper) == nil || !isIntegerLike(type(of: lower)) {
        failed = true
        report(
          .rangeOfOther(name(of: types.0), name(of: types.1), at: span(syntax.sequence)))
      }
    } else {
      failed = true
      report(.openRange(at: span(syntax.sequence)))
    }
    let type = failed ? TypeTable.error : self.type(of: lower)
    let variable: VariableID
    switch tree.kind(syntax.pattern) {
    case .bindingPattern:
      let (name, _) = tree.bindingPattern(syntax.pattern)
      variable = declare(name, type, .letBinding, nodeSpan(syntax.pattern))
      facts[variable.index].binding = syntax.pattern
    case .wildcardPattern:
      variable = addVariable(.empty, type, .letBinding, nodeSpan(syntax.pattern))
    default:  // An integer has no parts.
      variable = addVariable(.empty, type, .letBinding, nodeSpan(syntax.pattern))
      _ = pattern(syntax.pattern, PatternSubject(type: type, mode: .takes))
      if !failed { report(.patternOfRange(at: span(syntax.pattern))) }
    }
    let length = lengthAsLastIndex(syntax.sequence)
    let (inner, _) = loopBody(syntax.body, syntax.label, id)
    if failed { return errorNode(id) }
    if let length { warnIfIndexed(length, by: variable, syntax) }
    return emit(
      .forRange, TypeTable.void, a: variable.raw, b: nodeList([lower, upper]), c: inner.raw,
      flags: range.operation == .inclusive ? 1 : 0, at: id)
  }

  /// `for c in 'a'..='z'`: the range is a value with an iterator.
  private mutating func characterLoop(
    _ id: SyntaxID, _ syntax: ForSyntax, _ lower: NodeID, _ upper: NodeID
  ) -> NodeID {
    let type = program.types.intern(.nominal(known.range, arguments: [TypeTable.char]))
    let isInclusive = tree.range(syntax.sequence).operation == .inclusive
    let range = emit(
      .range, type, a: lower.raw, b: upper.raw, flags: isInclusive ? 1 : 0, at: syntax.sequence)
    let scrutinee = Scrutinee(node: range, flags: .takes, mode: .takes)
    return iteratorLoop(id, syntax, scrutinee, type, enumerates: false)
  }

  private mutating func sequenceLoop(_ id: SyntaxID, _ syntax: ForSyntax) -> NodeID {
    guard let base = numbered(syntax.sequence) else {
      return loop(id, syntax, scrutinee(syntax.sequence), enumerates: false)
    }
    let whole = syntax.sequence
    let sequence: Scrutinee
    switch tree.kind(whole) {
    case .borrow:
      sequence = Scrutinee(
        node: mutablePlace(base, whole: whole), flags: .lendsExclusively, mode: .lendsExclusively)
    case .move:
      sequence = Scrutinee(node: moved(base, whole: whole), flags: .takes, mode: .takes)
    default: sequence = scrutinee(base)  // The sequence as it is.
    }
    return loop(id, syntax, sequence, enumerates: true)
  }

  /// `xs` of `xs.enumerate()`, also under `&` and `move`: the loop itself counts.
  private func numbered(_ id: SyntaxID) -> SyntaxID? {
    let isMarked = tree.kind(id) == .borrow || tree.kind(id) == .move
    let call = isMarked ? tree.operand(id) : id
    guard tree.kind(call) == .call else { return nil }
    let syntax = tree.call(call)
    guard syntax.arguments.isEmpty, tree.kind(syntax.callee) == .member,
      tree.member(syntax.callee).name == known.enumerate,
      !hasOptionalChain(syntax.callee)
    else { return nil }
    let base = tree.member(syntax.callee).base
    // `Enum.enumerate()` and the like are no sequences.
    switch tree.kind(base) {
    case .name: return local(tree.symbol(base)).exists ? base : nil
    case .selfValue, .member, .index, .call, .arrayLiteral, .borrow, .move, .tupleMember, .range,
      .structLiteral:
      return base
    default: return nil  // Left to the method.
    }
  }

  private mutating func loop(
    _ id: SyntaxID, _ syntax: ForSyntax, _ given: Scrutinee, enumerates: Bool
  ) -> NodeID {
    var scrutinee = given
    scrutinee.node = unboxed(scrutinee.node)
    let type = inference.solved(type(of: scrutinee.node))
    if isSilent(type) {
      _ = pattern(syntax.pattern, PatternSubject(type: TypeTable.error, mode: scrutinee.mode))
      _ = loopBody(syntax.body, syntax.label, id)
      return errorNode(id)
    }
    if isString(type) {
      report(.loopOverString(at: span(syntax.sequence)))
      _ = pattern(syntax.pattern, PatternSubject(type: TypeTable.error, mode: scrutinee.mode))
      _ = loopBody(syntax.body, syntax.label, id)
      return errorNode(id)
    }
    if elementType(type) != nil, case .pointer = program.types[type] {
    } else if elementType(type) != nil {
      return elementLoop(id, syntax, scrutinee, enumerates: enumerates)
    }
    if let method = protocolMethod(known.nextIndex, of: type) {
      return entryLoop(id, syntax, scrutinee, type, method, enumerates: enumerates)
    }
    return iteratorLoop(id, syntax, scrutinee, type, enumerates: enumerates)
  }

  private mutating func protocolMethod(_ name: Symbol, of type: TypeID) -> MethodReference? {
    let found = context.members(named: name, of: type, from: protocolScope(of: type))
    if case .method(let method) = found.kind, case .none = found.adjustment { return method }
    return nil
  }

  private mutating func elementLoop(
    _ id: SyntaxID, _ syntax: ForSyntax, _ given: Scrutinee, enumerates: Bool
  ) -> NodeID {
    var scrutinee = given
    let type = inference.solved(self.type(of: scrutinee.node))
    // A slice is a view: a loop over a fresh one lends what others own.
    if case .slice = program.types[type], case .takes = scrutinee.mode {
      scrutinee = Scrutinee(node: scrutinee.node, flags: [], mode: .lends)
    }
    let subject = numbered(elementType(type) ?? TypeTable.error, enumerates)
    let pattern = loopPattern(syntax.pattern, subject, scrutinee.mode)
    let (inner, _) = loopBody(syntax.body, syntax.label, id)
    if isSilent(type) { return errorNode(id) }
    var flags = lendingFlags(scrutinee)
    if enumerates { flags.insert(.enumerates) }
    return emit(
      .forElements, TypeTable.void, a: pattern.raw, b: scrutinee.node.raw, c: inner.raw,
      flags: flags.rawValue, at: id)
  }

  /// What the pattern of a loop over elements of a type is for.
  private func numbered(_ element: TypeID, _ enumerates: Bool) -> TypeID {
    enumerates ? program.types.intern(.tuple([TypeTable.i64, element])) : element
  }

  private mutating func loopPattern(
    _ id: SyntaxID, _ type: TypeID, _ mode: PatternMode
  ) -> NodeID {
    let node = pattern(id, PatternSubject(type: type, mode: mode))
    if !isSilent(type) { checkIrrefutable(node, type, id) }
    return node
  }

  /// Over a container with the index protocol: maps give pairs, sets elements.
  private mutating func entryLoop(
    _ id: SyntaxID, _ syntax: ForSyntax, _ scrutinee: Scrutinee, _ type: TypeID,
    _ next: MethodReference, enumerates: Bool
  ) -> NodeID {
    let keyMethod = protocolMethod(known.keyAt, of: type)
    let valueMethod = protocolMethod(known.valueAt, of: type)
    let elementMethod = protocolMethod(known.elementAt, of: type)
    guard let first = keyMethod ?? elementMethod else {
      return fail(.notIterable(name(of: type), at: span(syntax.sequence)), at: id)
    }
    var subject = pointee(of: first)
    var second = UInt32.max
    if let valueMethod, keyMethod != nil {
      subject = program.types.intern(.tuple([subject, pointee(of: valueMethod)]))
      second = declarationSlot(valueMethod.function)
    }
    let words = [
      scrutinee.node.raw, declarationSlot(next.function), declarationSlot(first.function), second,
    ]
    let pattern = loopPattern(syntax.pattern, numbered(subject, enumerates), scrutinee.mode)
    let (inner, _) = loopBody(syntax.body, syntax.label, id)
    var flags = lendingFlags(scrutinee)
    if enumerates { flags.insert(.enumerates) }
    return emit(
      .forEntries, TypeTable.void, a: pattern.raw, b: body.addList(words), c: inner.raw,
      flags: flags.rawValue, at: id)
  }

  /// What the pointer that a method of the protocol gives points to.
  private mutating func pointee(of method: MethodReference) -> TypeID {
    guard case .function(let detail) = program.declarations[method.function].detail else {
      return TypeTable.error
    }
    // Substituting may add the type to the table, so it comes before looking into it.
    let result = substituted(method.arguments, detail.result)
    guard case .pointer(let target, _) = program.types[result] else { return TypeTable.error }
    return target
  }

  private mutating func iteratorLoop(
    _ id: SyntaxID, _ syntax: ForSyntax, _ scrutinee: Scrutinee, _ type: TypeID,
    enumerates: Bool
  ) -> NodeID {
    var iterator = scrutinee.node
    var method = protocolMethod(known.next, of: type)
    if method == nil, let iterate = protocolMethod(known.iterate, of: type) {
      iterator = callMethod(iterate, iterator, [], syntax.sequence, .lent)
      let made = inference.solved(self.type(of: iterator))
      method = isSilent(made) ? nil : protocolMethod(known.next, of: made)
    } else if method != nil {
      iterator = owned(iterator, .owned)
    }
    guard let next = method,
      case .function(let detail) = program.declarations[next.function].detail
    else {
      report(.notIterable(name(of: type), at: span(syntax.sequence)))
      _ = pattern(syntax.pattern, PatternSubject(type: TypeTable.error, mode: .takes))
      _ = loopBody(syntax.body, syntax.label, id)
      return errorNode(id)
    }
    let arguments = completeArguments(of: next.function, next.arguments, id)
    let element = optionalPayload(substituted(arguments, detail.result))
    guard element.exists else {
      return fail(.notIterable(name(of: type), at: span(syntax.sequence)), at: id)
    }
    let pattern = loopPattern(syntax.pattern, numbered(element, enumerates), .takes)
    let (inner, _) = loopBody(syntax.body, syntax.label, id)
    let words = [
      iterator.raw, declarationSlot(next.function), next.isTraitCall ? 1 : 0, typeList(arguments),
    ]
    let flags: MatchFlags = enumerates ? .enumerates : []
    return emit(
      .forIterator, TypeTable.void, a: pattern.raw, b: body.addList(words), c: inner.raw,
      flags: flags.rawValue, at: id)
  }

  // MARK: Leaving and repeating

  mutating func breakExpression(_ id: SyntaxID) -> NodeID {
    let syntax = tree.breakExpression(id)
    if syntax.value.exists {
      _ = check(syntax.value, .owned)
      return fail(.breakWithValue(at: span(syntax.value)), at: id)
    }
    guard let depth = loopDepth(syntax.label, id, "break") else { return errorNode(id) }
    loops[loops.count - 1 - depth].hasBreak = true
    return emit(.break, TypeTable.never, a: UInt32(depth), b: NodeID.none.raw, at: id)
  }

  mutating func continueExpression(_ id: SyntaxID) -> NodeID {
    guard let depth = loopDepth(tree.symbol(id), id, "continue") else { return errorNode(id) }
    return emit(.continue, TypeTable.never, a: UInt32(depth), at: id)
  }

  private mutating func loopDepth(_ label: Symbol, _ id: SyntaxID, _ word: String) -> Int? {
    let base = functions.last?.loopBase ?? 0
    guard loops.count > base else {
      report(.outsideLoop(word, isClosure: !loops.isEmpty, at: span(id)))
      return nil
    }
    var depth = 0
    if label != .empty {
      guard let index = loops[base...].lastIndex(where: { $0.label == label }) else {
        let names = loops[base...].map(\.label)
        report(
          .unknownLabel(
            text(label), text(context.closest(to: label, among: names)), at: span(id)))
        return nil
      }
      depth = loops.count - 1 - index
    }
    if loops[loops.count - 1 - depth].deferDepth < deferDepth {
      body.isValid = false  // The parser reported it.
      return nil
    }
    return depth
  }
}

extension Diagnostic {
  fileprivate static func rangeOfOther(
    _ lower: String, _ upper: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "a loop counts integers of one type, found `\(lower)` and `\(upper)`",
      at: span)
  }

  fileprivate static func openRange(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.typeMismatch, "a loop's range needs both ends", at: span)
  }

  fileprivate static func patternOfRange(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badPattern, "a loop over a range binds one integer", at: span)
  }

  fileprivate static func loopOverString(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "a string has no elements of its own", at: span,
      notes: ["loop over `.chars()` or `.bytes()`"])
  }

  fileprivate static func notIterable(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "`for` cannot go over a value of type `\(type)`", at: span,
      notes: [
        "it needs a range, an array, a slice, a list, a container, or a value with "
          + "`next(inout self) -> ?T` or `iterate(self)`"
      ])
  }

  fileprivate static func outsideLoop(
    _ word: String, isClosure: Bool, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .misplacedControlFlow, "`\(word)` stands outside a loop", at: span,
      notes: isClosure ? ["a closure cannot leave the loop around it"] : [])
  }

  fileprivate static func breakWithValue(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .misplacedControlFlow, "`break` takes no value: a loop has none", at: span,
      notes: ["assign to a variable before `break`, or `return` from a function"])
  }

  fileprivate static func unknownLabel(
    _ label: String, _ suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .misplacedControlFlow, "no loop around this has the label `\(label)`", at: span,
      fixes: FixIt.didYouMean(suggestion, at: span.suffix(label)))
  }
}
