// Calls: positional and named arguments, default values, how each argument is passed, inference of
// type arguments; methods and their receivers; function values; variants.
// Produces: `call`, `callTrait`, `callValue`, `variant` with every argument in parameter order.
// Rejects:  E2202 (arguments do not fit the signature), E2207 (not callable), E2213 (`&` missing),
//           E2206 (bounds), E4109 (a signature that the profile cannot express).
import ASTDB
import Base
import Parser

/// One argument as written, or already checked (the receiver of `x.f(…)` and `x |> f`).
struct CallArgument {
  var label: Symbol = .empty
  var syntax: SyntaxID = .none
  var node: NodeID = .none
  var span: SourceSpan
}

extension BodyChecker {
  mutating func callExpression(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let syntax = tree.call(id)
    var arguments: [CallArgument] = []
    arguments.reserveCapacity(syntax.arguments.count)
    for argument in syntax.arguments {
      if tree.kind(argument) == .argument {
        let (name, value) = tree.argument(argument)
        arguments.append(CallArgument(label: name, syntax: value, span: span(argument)))
      } else {
        arguments.append(CallArgument(syntax: argument, span: span(argument)))
      }
    }
    return call(syntax.callee, arguments, id, expected)
  }

  /// `e |> f` and `e |> f(a)`: `e` is the first argument.
  mutating func pipeline(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let syntax = tree.pipeline(id)
    let first = check(syntax.value, .lent)
    var arguments = [CallArgument(node: first, span: span(syntax.value))]
    var callee = syntax.function
    if tree.kind(callee) == .call {
      let inner = tree.call(callee)
      callee = inner.callee
      for argument in inner.arguments {
        let isNamed = tree.kind(argument) == .argument
        arguments.append(
          CallArgument(
            label: isNamed ? tree.argument(argument).name : .empty,
            syntax: isNamed ? tree.argument(argument).value : argument, span: span(argument)))
      }
    }
    return call(callee, arguments, id, expected)
  }

  private mutating func call(
    _ callee: SyntaxID, _ arguments: [CallArgument], _ id: SyntaxID, _ expected: Expectation
  ) -> NodeID {
    switch entity(callee, expected, isCallee: true) {
    case .failed:
      checkLoose(arguments)
      return errorNode(id)
    case .function(let function, let given):
      return callFunction(
        CallTarget(
          function: function, given: given, isTraitCall: isTraitFunction(function)),
        arguments, id, expected)
    case .method(let method, let receiver):
      return callMethod(method, receiver, arguments, id, expected)
    case .extensionFunction(let function, let receiver):
      let first = CallArgument(node: receiver, span: sourceSpan(of: receiver))
      return callFunction(
        CallTarget(function: function, given: [], lendsFirst: true), [first] + arguments, id,
        expected)
    case .variant(let type, let index):
      return variantCall(type, index, arguments, id, expected)
    case .builtin(let builtin): return builtinCall(builtin, arguments, id, expected)
    case .checkedConversion(let type): return checkedConversion(type, arguments, id)
    case .builtinMethod(let which, let receiver):
      return builtinMethodCall(which, receiver, arguments, id)
    case .value(let node): return callValue(node, callee, arguments, id)
    case .type(let type):
      checkLoose(arguments)
      return fail(typeCalled(type, callee, arguments, id), at: id)
    case .container:
      checkLoose(arguments)
      return fail(.notCallable(sourceText(span(callee)), "a module", at: span(callee)), at: id)
    }
  }

  /// Arguments of a call that cannot be checked: for the mistakes in them, and their names.
  mutating func checkLoose(_ arguments: [CallArgument]) {
    for argument in arguments where argument.syntax.exists {
      let syntax = tree.kind(argument.syntax) == .borrow
        ? tree.operand(argument.syntax) : argument.syntax
      if tree.kind(syntax) == .closure { continue }
      _ = check(syntax, .lent(TypeTable.error))
    }
  }

  // MARK: Functions

  /// What is called, and what is known of its type arguments.
  struct CallTarget {
    var function: DeclarationID
    var given: [TypeID]
    var isTraitCall = false
    /// The receiver, for methods.
    var receiver: NodeID = .none
    /// The first argument was written before a `.`: it is lent as its parameter asks.
    var lendsFirst = false
  }

  mutating func callFunction(
    _ target: CallTarget, _ arguments: [CallArgument], _ id: SyntaxID, _ expected: Expectation
  ) -> NodeID {
    guard case .function(let detail) = program.declarations[target.function].detail else {
      return errorNode(id)
    }
    if !isProtocolCall { checkExpressible(target.function, detail, id) }
    let typeParameterCount = program.declarations[target.function].genericParameters.count
    var given = target.given
    var arguments = arguments
    if !detail.typeParameterPositions.isEmpty {
      takeTypeArguments(target.function, detail, &given, &arguments)
    }
    if given.count > typeParameterCount {
      return fail(
        .typeArgumentCount(
          text(program.declarations[target.function].name), typeParameterCount, given.count,
          at: span(id)), at: id)
    }
    let typeArguments = completeArguments(of: target.function, given, id)
    let result = substituted(typeArguments, detail.result)
    preferExpected(result, expected)
    var slots = [NodeID](repeating: .none, count: detail.parameters.count)
    var temporary = NodeID.none
    var first = 0
    if target.receiver.exists {
      let parameter = detail.parameters[0]
      slots[0] = receiverArgument(
        target.receiver, substituted(typeArguments, parameter.type), parameter.mode, id,
        &temporary)
      first = 1
    }
    let isFit = fill(
      &slots, from: first, arguments, detail, typeArguments, target, id)
    checkBounds(of: target, typeArguments, id)
    if !isFit { return errorResult(result, id) }
    let call = emit(
      target.isTraitCall ? .callTrait : .call, result, a: declarationSlot(target.function),
      b: nodeList(slots), c: typeList(typeArguments), at: id)
    if temporary.isNone { return call }
    return emit(.block, result, a: nodeList([temporary]), b: call.raw, at: id)
  }

  /// After a reported mistake in the arguments, the result's type still helps what follows.
  private mutating func errorResult(_ result: TypeID, _ id: SyntaxID) -> NodeID {
    body.isValid = false
    let isOpen = inference.firstVariable(in: inference.solved(result)).exists
    return emit(.error, isOpen ? TypeTable.error : result, at: id)
  }

  @inline(__always)
  func substituted(_ arguments: [TypeID], _ type: TypeID) -> TypeID {
    arguments.isEmpty ? type : program.substitute(arguments, in: type)
  }

  /// `List.new()` where a `List[i64]` is wanted.
  mutating func preferExpected(_ result: TypeID, _ expected: Expectation) {
    guard expected.type.exists, inference.firstVariable(in: result).exists,
      let (declaration, _) = nominal(inference.resolve(result))
    else { return }
    var wanted = inference.resolve(expected.type)
    for _ in 0..<3 {
      guard let (wantedDeclaration, arguments) = nominal(wanted) else { return }
      if wantedDeclaration == declaration {
        _ = inference.unify(result, wanted)
        return
      }
      guard wantedDeclaration == known.optional || wantedDeclaration == known.result else { return }
      wanted = inference.resolve(arguments[0])
    }
  }

  /// Puts arguments into the slots of their parameters, then checks them: closures last, because
  /// their parameters' types may follow from the other arguments.
  private mutating func fill(
    _ slots: inout [NodeID], from first: Int, _ arguments: [CallArgument],
    _ detail: FunctionDetail, _ typeArguments: [TypeID], _ target: CallTarget, _ id: SyntaxID
  ) -> Bool {
    var chosen = [Int](repeating: -1, count: slots.count)
    var next = first
    var isFit = true
    for (position, argument) in arguments.enumerated() {
      var index = next
      if argument.label != .empty {
        index = detail.parameters.firstIndex { $0.name == argument.label } ?? -1
        if index < first {
          isFit = false
          report(
            unknownLabel(argument, target.function, detail, first))
          checkLoose([argument])
          continue
        }
      } else {
        while next < slots.count && chosen[next] >= 0 { next += 1 }
        index = next
        next += 1
      }
      guard index < slots.count else {
        isFit = false
        reportCount(arguments, target.function, detail, first, id)
        checkLoose(Array(arguments[position...]))
        break
      }
      if chosen[index] >= 0 {
        isFit = false
        report(.repeatedArgument(text(detail.parameters[index].name), at: argument.span))
        continue
      }
      chosen[index] = position
    }
    // The order of evaluation is that of the source; closures are checked after the others.
    for wantsClosures in [false, true] {
      for index in slots.indices.dropFirst(first) where chosen[index] >= 0 {
        let argument = arguments[chosen[index]]
        let isClosure = argument.syntax.exists && tree.kind(argument.syntax) == .closure
        if isClosure != wantsClosures { continue }
        let parameter = detail.parameters[index]
        slots[index] = passed(
          argument, substituted(typeArguments, parameter.type), parameter.mode,
          .parameter(target.function, index: index),
          lends: target.lendsFirst && chosen[index] == 0,
          isFunctionParameter: isFunctionType(parameter.type))
      }
    }
    guard isFit else { return false }
    for index in slots.indices.dropFirst(first) where slots[index].isNone {
      let parameter = detail.parameters[index]
      guard parameter.defaultValue.exists else {
        if arguments.contains(where: { $0.label != .empty }) {
          report(
            .missingArgument(
              text(parameter.name), text(program.declarations[target.function].name),
              program.declarations[target.function].nameSpan, at: span(id)))
        } else {
          reportCount(arguments, target.function, detail, first, id)
        }
        return false
      }
      slots[index] = emit(
        .defaultValue, substituted(typeArguments, parameter.type),
        a: declarationSlot(target.function), b: UInt32(index), c: typeList(typeArguments), at: id)
    }
    return true
  }

  // MARK: Passing

  /// An argument as its parameter takes it. `isFunctionParameter`: the parameter is declared with a
  /// function type, so that a closure cannot escape through it.
  mutating func passed(
    _ argument: CallArgument, _ type: TypeID, _ mode: PassingMode, _ cause: Cause,
    lends: Bool = false, isFunctionParameter: Bool = false
  ) -> NodeID {
    if argument.node.exists { return passedNode(argument.node, type, mode, cause, lends) }
    let id = argument.syntax
    switch mode {
    case .inout: return inoutArgument(id, type, cause)
    case .borrowed:
      if isFunctionParameter && tree.kind(id) == .closure {
        return closureExpression(id, .lent(type, cause), lent: true)
      }
      if tree.kind(id) == .borrow && !isPointer(type) {
        return fail(.needlessReference(sourceText(span(tree.operand(id))), at: span(id)), at: id)
      }
      return check(id, .lent(type, cause))
    case .owned: return check(id, .owned(type, cause))
    }
  }

  private mutating func isPointer(_ type: TypeID) -> Bool {
    if case .pointer = program.types[inference.resolve(type)] { return true }
    return false
  }

  private mutating func passedNode(
    _ node: NodeID, _ type: TypeID, _ mode: PassingMode, _ cause: Cause, _ lends: Bool
  ) -> NodeID {
    switch mode {
    case .borrowed: return coerce(lentFunction(node, as: type), to: type, cause)
    case .owned: return coerce(owned(node, .owned), to: type, cause)
    case .inout:
      if !lends {
        report(.missingReference(placeName(node), at: sourceSpan(of: node)))
        return errorNodeLike(node)
      }
      return lentExclusively(node, type, cause, at: sourceSpan(of: node))
    }
  }

  mutating func errorNodeLike(_ node: NodeID) -> NodeID {
    body.isValid = false
    return emit(.error, TypeTable.error, like: node)
  }

  private mutating func inoutArgument(_ id: SyntaxID, _ type: TypeID, _ cause: Cause) -> NodeID {
    if tree.kind(id) == .borrow {
      let place = mutablePlace(tree.operand(id), whole: id)
      if isSilent(self.type(of: place)) { return place }
      return lentExclusively(place, type, cause, at: span(id), argument: id)
    }
    let node = check(id, .lent)
    if isSilent(self.type(of: node)) { return node }
    // An `inout` parameter handed on as a pointer, or a place that lacks its `&`.
    if isPlace(node) {
      report(.missingReference(sourceText(span(id)), at: span(id)))
    } else {
      report(.valueForInout(at: span(id)))
    }
    return errorNode(id)
  }

  /// A place for an `inout` parameter: of exactly its type, or a part that is lent as a slice.
  private mutating func lentExclusively(
    _ node: NodeID, _ type: TypeID, _ cause: Cause, at span: SourceSpan,
    argument: SyntaxID = .none
  ) -> NodeID {
    if argument.isNone {
      requireChangeable(node, at: span)
      noteChange(of: node)
    }
    var place = node
    let wanted = inference.resolve(type)
    let actual = self.type(of: place)
    if !inference.unify(actual, wanted) {
      let inner = boxPayload(actual)
      if isSlice(wanted), let slice = converted(place, to: wanted) {
        place = slice
      } else if inner.exists, inference.unify(inner, wanted) {
        place = emit(.unbox, inner, a: place.raw, like: place)
      } else if let whole = narrowedOptional(place), inference.unify(self.type(of: whole), wanted) {
        noteChange(of: whole)
        place = whole
      } else {
        reportMismatch(node, expected: wanted, actual: actual, cause)
        return errorNodeLike(node)
      }
    }
    return argument.exists
      ? emit(.inoutArgument, wanted, a: place.raw, at: argument)
      : emit(.inoutArgument, wanted, a: place.raw, like: node)
  }

  /// The receiver as the method takes it. A temporary that the method may change becomes a variable
  /// of its own, whose declaration is given back.
  private mutating func receiverArgument(
    _ node: NodeID, _ type: TypeID, _ mode: PassingMode, _ id: SyntaxID,
    _ temporary: inout NodeID
  ) -> NodeID {
    let actual = self.type(of: node)
    if !inference.unify(actual, type), converted(node, to: type) == nil {
      reportMismatch(node, expected: type, actual: actual, .none)
      return errorNodeLike(node)
    }
    switch mode {
    case .borrowed: return node
    case .owned:
      guard isPlace(node) else { return node }
      let solved = inference.solved(actual)
      if program.ownership(of: solved) == .unique {
        noteChange(of: node)
        let root = rootVariable(node)
        if root.exists { noteCapturedChange(root, sourceSpan(of: node), isMove: true) }
        return emit(.move, solved, a: node.raw, like: node)
      }
      return owned(node, .owned)
    case .inout:
      if isPlace(node) || isLentPlace(node) {
        let before = errorCount
        requireChangeable(node, at: sourceSpan(of: node))
        noteChange(of: node)
        if errorCount > before { return errorNodeLike(node) }
        return emit(.inoutArgument, actual, a: node.raw, like: node)
      }
      let variable = addVariable(.empty, actual, .varBinding, body.spans[node.index])
      temporary = emit(.declare, TypeTable.void, a: variable.raw, b: node.raw, like: node)
      let place = emit(.variable, actual, a: variable.raw, like: node)
      return emit(.inoutArgument, actual, a: place.raw, like: node)
    }
  }

  /// A slice of a place: changing it changes the place.
  private func isLentPlace(_ node: NodeID) -> Bool {
    let n = body.nodes[node.index]
    return (n.kind == .asSlice || n.kind == .slice) && isPlace(NodeID(n.a))
  }

  // MARK: Methods

  /// `T.zero()`: which function it is depends on the type, as for a method.
  private func isTraitFunction(_ function: DeclarationID) -> Bool {
    let parent = program.declarations[function].parent
    return parent.exists && program.declarations[parent].kind == .trait
  }

  mutating func callMethod(
    _ method: MethodReference, _ receiver: NodeID, _ arguments: [CallArgument], _ id: SyntaxID,
    _ expected: Expectation
  ) -> NodeID {
    guard case .function(let detail) = program.declarations[method.function].detail else {
      return errorNode(id)
    }
    if detail.isDestructor { return fail(.destructorCall(at: span(id)), at: id) }
    if method.isDerived { return derivedCall(method, receiver, arguments, id) }
    guard detail.hasReceiver else {
      checkLoose(arguments)
      let name = text(program.declarations[method.function].name)
      return fail(
        .associatedThroughValue(name, self.name(of: type(of: receiver)), at: span(id)), at: id)
    }
    return callFunction(
      CallTarget(
        function: method.function, given: method.arguments, isTraitCall: method.isTraitCall,
        receiver: receiver), arguments, id, expected)
  }

  /// A method of `Eq`, `Ord`, `Hash` or `Display` on a type that has the derived form.
  private mutating func derivedCall(
    _ method: MethodReference, _ receiver: NodeID, _ arguments: [CallArgument], _ id: SyntaxID
  ) -> NodeID {
    let trait = program.declarations[method.function].parent
    let type = self.type(of: receiver)
    let other = arguments.first.map { passed($0, type, .borrowed, .none) }
    let wanted = trait == known.eq || trait == known.ord ? 1 : 0
    guard arguments.count == wanted else {
      return fail(
        .derivedCount(
          text(program.declarations[method.function].name), wanted, arguments.count, at: span(id)),
        at: id)
    }
    if trait == known.eq, let other {
      return emit(
        .compare, TypeTable.bool, a: BinaryOperator.equal.rawValue, b: receiver.raw, c: other.raw,
        at: id)
    }
    if trait == known.ord, let other {
      return emit(
        .builtin, TypeTable.i64, a: Builtin.compare.rawValue, b: nodeList([receiver, other]),
        at: id)
    }
    if trait == known.hash {
      return emit(
        .builtin, TypeTable.integer(.u64), a: Builtin.hash.rawValue, b: nodeList([receiver]),
        at: id)
    }
    return emit(
      .interpolation, stringType, a: body.addList([receiver.raw, UInt32.max]), at: id)
  }

  // MARK: Function values

  private mutating func callValue(
    _ node: NodeID, _ callee: SyntaxID, _ arguments: [CallArgument], _ id: SyntaxID
  ) -> NodeID {
    let node = unboxed(node)
    var type = self.type(of: node)
    if isSilent(type) {
      checkLoose(arguments)
      return errorNode(id)
    }
    if inference.classOfVariable(type) == .some(.any) {
      // A parameter of a closure that is called before its type is known.
      let parameters = arguments.map { argument in
        FunctionTypeParameter(type: freshType(argument.syntax), mode: .borrowed)
      }
      let function = program.types.intern(
        .function(parameters: parameters, result: freshType(id), isUnique: false))
      _ = inference.unify(type, function)
      type = function
    }
    // Solving may add a type to the table, so it comes before looking into it.
    type = inference.solved(type)
    guard case .function(let parameters, let result, _) = program.types[type] else {
      // `xs.len()`: a property that is also accepted with parentheses.
      if arguments.isEmpty && isLengthOrPointer(callee) { return node }
      checkLoose(arguments)
      return fail(
        .notCallable(
          sourceText(span(callee)), "a value of type `\(name(of: type))`", at: span(callee)),
        at: id)
    }
    guard parameters.count == arguments.count else {
      checkLoose(arguments)
      return fail(
        .valueArgumentCount(
          name(of: type), parameters.count, arguments.count, at: span(id)), at: id)
    }
    var nodes: [NodeID] = []
    for (argument, parameter) in zip(arguments, parameters) {
      if argument.label != .empty {
        report(.labelForValue(text(argument.label), at: argument.span))
      }
      nodes.append(
        passed(
          argument, parameter.type, parameter.mode, .none,
          isFunctionParameter: isFunctionType(parameter.type)))
    }
    return emit(.callValue, result, a: node.raw, b: nodeList(nodes), at: id)
  }

  private func isLengthOrPointer(_ callee: SyntaxID) -> Bool {
    guard tree.kind(callee) == .member else { return false }
    let name = tree.member(callee).name
    return name == known.len || name == known.ptr
  }
}
