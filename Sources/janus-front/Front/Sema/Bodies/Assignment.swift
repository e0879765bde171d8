// Assignment, plain and compound, and what may be changed: the places of `var`, `inout`, `owned`.
import ASTDB
import Base
import Parser

extension BodyChecker {
  /// `a?.b = v` does nothing, and does not evaluate `v`, when `a` is null.
  mutating func assignment(_ id: SyntaxID) -> NodeID {
    let syntax = tree.assignment(id)
    guard hasOptionalChain(syntax.target) else { return assignment(id, syntax) }
    return chained { checker in
      checker.chain.isInside = true
      return checker.assignment(id, syntax)
    }
  }

  private mutating func assignment(_ id: SyntaxID, _ syntax: AssignmentSyntax) -> NodeID {
    if tree.kind(syntax.target) == .discard {
      let value = check(syntax.value, .owned)
      return emit(
        .evaluate, isNever(value) ? TypeTable.never : TypeTable.void, a: value.raw, at: id)
    }
    if syntax.operation != .assign { return compoundAssignment(id, syntax) }
    if let node = containerAssignment(id, syntax) { return node }
    if let node = undeclaredAssignment(id, syntax) { return node }
    let target = assignable(syntax.target)
    let targetType = type(of: target)
    let value = check(
      syntax.value,
      targetType == TypeTable.error
        ? .owned : .owned(targetType, .target(span(syntax.target))))
    noteChange(of: target)
    return emit(
      .assign, isNever(value) ? TypeTable.never : TypeTable.void, a: target.raw, b: value.raw,
      at: id)
  }

  /// `x = e` where nothing is called `x`, or nearly so: as in Python, a declaration was meant. The
  /// name is known from here on, so that its uses are not reported too.
  private mutating func undeclaredAssignment(
    _ id: SyntaxID, _ syntax: AssignmentSyntax
  ) -> NodeID? {
    guard tree.kind(syntax.target) == .name else { return nil }
    let name = tree.symbol(syntax.target)
    guard !local(name).exists, case .notFound = context.lookUp(name, in: scope) else { return nil }
    let place = span(syntax.target)
    let diagnostic = undefined(name, .empty, syntax.target)
    let isKnown = !diagnostic.fixes.isEmpty || !diagnostic.notes.isEmpty
    report(isKnown ? diagnostic : .undeclared(text(name), at: place))
    let value = check(syntax.value, .owned)
    if !isKnown {
      let known = inference.applyDefaults(type(of: value))
      let valueType = known == TypeTable.void ? TypeTable.error : known
      _ = declare(name, valueType, .varBinding, NodeSpan(start: place.start, end: place.end))
    }
    return errorNode(id)
  }

  /// The place on the left of `=`: not narrowed, and changeable.
  private mutating func assignable(_ id: SyntaxID) -> NodeID {
    if tree.kind(id) == .name {
      let variable = local(tree.symbol(id))
      if variable.exists {
        noteCapture(variable, span(id))
        let node = emit(.variable, variableType(variable), a: variable.raw, at: id)
        requireChangeable(node, at: span(id), isFirstAssignment: true)
        return node
      }
    }
    let node = wholeValue(id)
    if isSilent(type(of: node)) { return node }
    guard requireChangeable(node, at: span(id)) else { return errorNode(id) }
    return node
  }

  private mutating func compoundAssignment(_ id: SyntaxID, _ syntax: AssignmentSyntax) -> NodeID {
    var target: NodeID
    target = check(syntax.target, .lent)
    if !isSilent(type(of: target)) { requireChangeable(target, at: span(syntax.target)) }
    target = unboxed(target)
    noteChange(of: target)
    let targetType = type(of: target)
    if isSilent(targetType) {
      _ = check(syntax.value, .lent)
      return errorNode(id)
    }
    var value: NodeID
    let operation: BinaryOperator
    if isString(targetType) && syntax.operation == .add {
      value = check(syntax.value, .lent(stringType, .target(span(syntax.target))))
      let root = rootVariable(value)
      if root.exists && root == rootVariable(target) {
        // `text += text`: what is appended may not be the text that grows.
        let joined = emit(.concatenate, stringType, a: target.raw, b: value.raw, at: id)
        return emit(.assign, TypeTable.void, a: target.raw, b: joined.raw, at: id)
      }
      operation = .concatenate
    } else if case .pointer = program.types[targetType] {
      return pointerStep(id, target, syntax)
    } else {
      let hint = targetType.isNumeric ? Expectation(type: targetType) : Expectation.lent
      value = unboxed(operand(syntax.value, hint))
      let valueType = type(of: value)
      operation = checkedOperator(syntax.operation) ?? .add
      if isSilent(valueType) { return errorNode(id) }
      let isShift = operation == .shiftLeft || operation == .shiftRight
      let isNumber = targetType.isNumeric || inference.classOfVariable(targetType) != nil
        || !inference.numericBounds(of: targetType).isEmpty
        || targetType == TypeTable.bool && [.bitAnd, .bitOr, .bitXor].contains(operation)
      let isOfIntegers = [
        .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight, .addWrapping, .subtractWrapping,
        .multiplyWrapping, .addSaturating, .subtractSaturating,
      ].contains(operation)
      guard isNumber, !(targetType.isFloat && isOfIntegers) else {
        return badOperands(id, target, value, syntax.operation)
      }
      if isShift && valueType.isInteger && valueType != targetType {
        value = emit(
          valueType.widens(to: targetType) ? .widen : .cast, targetType, a: value.raw, like: value)
      } else {
        value = coerce(value, to: targetType, .target(span(syntax.target)))
      }
    }
    return emit(
      .compoundAssign, TypeTable.void, a: target.raw, b: value.raw, c: operation.rawValue, at: id)
  }

  /// `p += n` on a pointer.
  private mutating func pointerStep(
    _ id: SyntaxID, _ target: NodeID, _ syntax: AssignmentSyntax
  ) -> NodeID {
    requireUnsafe("pointer arithmetic", at: span(id))
    var step = check(syntax.value, .lent)
    guard syntax.operation == .add || syntax.operation == .subtract, isIntegerLike(type(of: step))
    else { return badOperands(id, target, step, syntax.operation) }
    step = indexNumber(step)
    if syntax.operation == .subtract {
      step = emit(.unary, TypeTable.i64, a: UnaryOperator.negate.rawValue, b: step.raw, like: step)
    }
    let moved = emit(
      .builtin, type(of: target), a: Builtin.pointerOffset.rawValue, b: nodeList([target, step]),
      at: id)
    return emit(.assign, TypeTable.void, a: target.raw, b: moved.raw, at: id)
  }

  // MARK: Changeable places

  /// Checks `&x`, a place that is lent exclusively.
  mutating func mutablePlace(_ id: SyntaxID, whole: SyntaxID) -> NodeID {
    let node = check(id, .lent)
    if isSilent(type(of: node)) { return node }
    guard requireChangeable(node, at: span(id)) else { return errorNode(id) }
    noteChange(of: node)
    return node
  }

  /// Reports a place that may not be changed, and values that are no places; false for these.
  @discardableResult
  mutating func requireChangeable(
    _ node: NodeID, at span: SourceSpan, isFirstAssignment: Bool = false
  ) -> Bool {
    var place = node
    while true {
      let n = body.nodes[place.index]
      switch n.kind {
      case .error: return true
      case .variable:
        requireChangeable(
          VariableID(n.a), isWhole: place == node, isFirstAssignment: isFirstAssignment, at: span)
        return true
      case .staticVariable:
        let declaration = program.declarations[body.declarations[Int(n.a)]]
        if case .staticVariable(_, isMutable: false) = declaration.detail {
          report(.assignToStatic(text(declaration.name), declaration.nameSpan, at: span))
        }
        return true
      case .dereference:
        if let container = changeThroughContainer(place) {
          noteChange(of: container)
          place = container
          continue
        }
        if case .pointer(_, isConst: true) = program.types[type(of: NodeID(n.a))] {
          report(.assignThroughConst(at: span))
        }
        return true
      case .index:
        let base = type(of: NodeID(n.a))
        if isString(base) {
          report(.assignToByte(at: span))
          return true
        }
        place = NodeID(n.a)
        if isSlice(base) {
          // Elements of a slice are memory: only a slice that is merely lent protects them.
          guard let root = body.nodes[place.index].kind == .variable
            ? VariableID(body.nodes[place.index].a) : nil,
            body.variables[root.index].kind == .borrowedParameter
          else { return true }
        }
      case .field, .unbox, .payload, .asSlice, .slice: place = NodeID(n.a)
      default:  // Values.
        report(.notAPlace(at: span))
        return false
      }
    }
  }

  private mutating func requireChangeable(
    _ variable: VariableID, isWhole: Bool, isFirstAssignment: Bool, at span: SourceSpan
  ) {
    let v = body.variables[variable.index]
    let declared = sourceSpan(v.span)
    facts[variable.index].needsVar = true
    noteCapturedChange(variable, span)
    switch v.kind {
    case .varBinding, .inoutParameter, .ownedParameter, .inoutBinding: return
    case .letBinding:
      // A `let` without a value is initialised by its one assignment; lowering checks the paths.
      if isWhole && isFirstAssignment && isUninitialisedLet(variable) { return }
      report(.assignToLet(text(v.name), declared, word: letBefore(declared), at: span))
    case .borrowedParameter:
      // The mode of a closure's parameter is for whoever takes the closure to say.
      let isClosures = body.closures.contains { $0.parameters.contains(variable) }
      report(
        .assignToBorrowed(
          text(v.name), declared, isSelf: variable == selfVariable, hasFix: !isClosures, at: span))
    case .lentBinding:
      let base = facts[variable.index].chainBase
      if base.exists {
        requireChangeable(base, at: span)
        body.variables[variable.index].kind = .inoutBinding
        return
      }
      report(.assignToLent(text(v.name), declared, at: span))
    }
  }

  /// The word `let` before the name declared at `name`, when it stands directly there.
  private func letBefore(_ name: SourceSpan) -> SourceSpan? {
    let word = SourceSpan(file: name.file, start: name.start - 4, end: name.start - 1)
    let before = SourceSpan(file: name.file, start: word.start, end: name.start)
    return sourceText(before) == "let " ? word : nil
  }

  private func isUninitialisedLet(_ variable: VariableID) -> Bool {
    facts[variable.index].isWithoutValue
  }

  /// The variable that the place is in is changed, lent exclusively or moved here.
  mutating func noteChange(of node: NodeID) {
    let root = rootVariable(node)
    if root.exists {
      facts[root.index].changes += 1
      if facts[root.index].closureDepth < Int32(functions.count) {
        facts[root.index].isChangedByClosure = true
      }
      forgetNarrowing(of: node)
    }
  }
}

extension Diagnostic {
  fileprivate static func assignToLet(
    _ name: String, _ declared: SourceSpan, word: SourceSpan?, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .assignToLet, "`\(name)` is changed but was declared with `let`", at: span,
      labels: [Label(declared, "declared here")],
      notes: word == nil ? ["declare it with `var` to change it"] : [],
      fixes: word.map { [FixIt("declare it with `var`", [FixIt.Edit($0, "var")])] } ?? [])
  }

  /// A name that is given a value without having been declared.
  fileprivate static func undeclared(_ name: String, at span: SourceSpan) -> Diagnostic {
    let start = SourceSpan(file: span.file, start: span.start, end: span.start)
    return Diagnostic(
      .undefinedName, "nothing named `\(name)` is in scope", at: span,
      notes: ["a variable is declared with `let`, or with `var` when it changes"],
      fixes: [FixIt("declare it", [FixIt.Edit(start, "var ")])])
  }

  fileprivate static func assignToBorrowed(
    _ name: String, _ declared: SourceSpan, isSelf: Bool, hasFix: Bool, at span: SourceSpan
  ) -> Diagnostic {
    let start = SourceSpan(file: declared.file, start: declared.start, end: declared.start)
    return Diagnostic(
      .assignToBorrowed, "`\(name)` is changed but is only lent to this function", at: span,
      labels: [Label(declared, "the \(isSelf ? "receiver" : "parameter") is read only")],
      fixes: hasFix ? [FixIt("declare it `inout`", [FixIt.Edit(start, "inout ")])] : [])
  }

  fileprivate static func assignToLent(
    _ name: String, _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .assignToLet, "`\(name)` is changed but is only lent by its pattern", at: span,
      labels: [Label(declared, "bound here")],
      notes: ["write `inout \(name)` and lend with `&` to change it in place"])
  }

  fileprivate static func assignToStatic(
    _ name: String, _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .assignToLet, "`\(name)` is changed but is not a `static mut`", at: span,
      labels: [Label(declared, "declared here")])
  }

  fileprivate static func assignThroughConst(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.assignToLet, "memory behind a `*const` pointer is changed", at: span)
  }

  fileprivate static func assignToByte(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notAPlace, "a byte of a string is changed: strings are immutable", at: span)
  }

  fileprivate static func notAPlace(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notAPlace, "a value is changed that nothing holds", at: span,
      notes: ["only variables and parts of them can be changed"])
  }
}
