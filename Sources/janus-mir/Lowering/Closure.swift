// Closures: the body is a function that gets the address of an environment first. For a closure
// that does not escape the environment is a struct of addresses in the frame; for one that does it
// is in Environment.swift, and holds addresses only of what the closure lends to a thread.
// Function declarations as values: a thunk that ignores the environment.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerClosure(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let closure = body.closures[Int(node.a)]
    guard case .function(let signature) = context.module.types[mirType(of: id)].kind, dest.exists
    else { return }
    let captured = closure.captures.map { variables[$0.index] }
    let number = closureCount
    closureCount += 1
    let target = context.functionReference(
      symbol + ".closure\(number)", context.module.signatures[signature])
    closureTargets[node.a] = target
    context.policies[target] = policy
    context.mentions[reference.index].functions.append(target)
    let environment = environmentType(closure, captured, number)
    var value = Operand.none
    if !captured.isEmpty {
      value = closure.escapes
        ? ownedEnvironment(id, closure, captured, environment, target)
        : lentEnvironment(closure, captured, environment)
    }
    emit(
      Instruction(
        .makeFunction, type: type(of: dest), dest: dest, a: .function(target), b: value))
    lowerClosureBody(closure, id, target, environment, number)
  }

  /// The function value of a closure that reaches variables in place, in the frame: it owns
  /// nothing, so nothing destroys it. Nil for everything else.
  mutating func lentClosure(_ id: NodeID) -> PlaceID? {
    let node = body[id]
    guard node.kind == .closure, !body.closures[Int(node.a)].escapes,
      case .function(let signature) = context.module.types[mirType(of: id)].kind
    else { return nil }
    let value = temporary(context.lentFunctionType(signature))
    lower(id, into: value)
    return reinterpreted(value, mirType(of: id))
  }

  /// The addresses of the captures, in the frame.
  private mutating func lentEnvironment(
    _ closure: Closure, _ captured: [PlaceID], _ environment: MIRTypeID
  ) -> Operand {
    closureAccesses += accesses(of: closure)
    let storage = temporary(environment)
    for (index, place) in captured.enumerated() where place.exists {
      emit(
        Instruction(
          .addressOf, type: context.pointerType(to: type(of: place)),
          dest: field(storage, index), a: captureOperand(closure.captures[index], place),
          immediate: 1))
    }
    let address = temporary(context.pointerType(to: voidType))
    emit(Instruction(.addressOf, type: type(of: address), dest: address, a: .borrow(storage)))
    return .copy(address)
  }

  func captureOperand(_ variable: VariableID, _ place: PlaceID) -> Operand {
    switch body.variables[variable.index].kind {
    case .varBinding, .inoutParameter, .inoutBinding, .ownedParameter: .borrowMutable(place)
    case .letBinding, .borrowedParameter, .lentBinding: .borrow(place)
    }
  }

  /// A struct of the addresses of the captures, or of the captures themselves behind a header.
  private mutating func environmentType(
    _ closure: Closure, _ captured: [PlaceID], _ number: Int
  ) -> MIRTypeID {
    var fields: [(String, MIRTypeID)] = []
    if closure.escapes {
      let code = context.pointerType(to: voidType)
      fields = ["copy", "drop", "isolate"].prefix(context.environmentHeaderCount).map { ($0, code) }
    }
    for (index, place) in captured.enumerated() {
      let type = place.exists ? type(of: place) : voidType
      let isLent = closure.lends(closure.captures[index])
      fields.append((String(index), isLent ? context.pointerType(to: type) : type))
    }
    let name = "environment of \(symbol).\(number)"
    return context.addAnonymousType(context.aggregate(name, fields))
  }

  private mutating func lowerClosureBody(
    _ closure: Closure, _ id: NodeID, _ target: FunctionRefID, _ environment: MIRTypeID,
    _ number: Int
  ) {
    guard case .function(_, let resultType, _) = kind(of: type(of: id)) else { return }
    var inner = FunctionLowering(
      context, body: body, owner: body.owner, arguments: arguments, policy: policy,
      reference: target, displayName: function.displayName + ".closure\(number)",
      result: resultType)
    inner.function.overflowChecks = function.overflowChecks
    inner.location = locate(id)
    inner.lowerClosureFunction(closure, environment)
    context.module.functions.append(inner.function)
  }

  private mutating func lowerClosureFunction(_ closure: Closure, _ environment: MIRTypeID) {
    beginFunction()
    let pointer = addLocal(
      context.pointerType(to: voidType), name: "", storage: .hidden)
    let parameters = context.module.signatures[function.signature].parameters
    for (index, parameter) in closure.parameters.enumerated() where index < parameters.count {
      addParameter(parameter.raw, parameters[index])
    }
    addDestination()
    beginReached(newBlock())
    pushScope()
    ownParameters(closure.parameters.map(\.raw), parameters)
    if !closure.captures.isEmpty {
      let whole = environmentPlace(.copy(pointer), environment)
      for (index, capture) in closure.captures.enumerated() {
        let first = closure.escapes ? context.environmentHeaderCount : 0
        let held = field(whole, first + index)
        let isLent = closure.lends(capture)
        bindCapture(capture, isLent ? pointee(held) : held, owned: !isLent)
      }
    }
    finishFunction(closure.body)
  }

  /// What a closure owns cannot change in it.
  private mutating func bindCapture(_ capture: VariableID, _ place: PlaceID, owned: Bool) {
    let alias = declare(capture.raw, storage: .alias)
    emit(
      Instruction(
        .bind, type: type(of: alias), dest: alias,
        a: owned ? .borrow(place) : captureOperand(capture, place), immediate: 1))
    items.append(CleanupItem(.unbind(alias)))
  }

  // MARK: Functions as values

  mutating func functionValue(_ node: Node, _ type: MIRTypeID) -> Operand {
    let declaration = body.declarations[Int(node.a)]
    let target = context.instance(declaration, typeArguments(node.b), policy: policy)
    guard case .function(let signature) = context.module.types[type].kind else { return zero(type) }
    let thunk = context.thunk(to: target, signature)
    context.mentions[reference.index].functions.append(thunk)
    let value = temporary(type)
    emit(Instruction(.makeFunction, type: type, dest: value, a: .function(thunk)))
    return take(value)
  }
}

extension ModuleLowering {
  func anonymousPointer(to target: MIRTypeID) -> MIRTypeID {
    if let known = pointerTypes[target] { return known }
    let id = addAnonymousType(
      MIRTypeInfo(
        name: "*" + module.types[target].name, kind: .pointer(target), size: 8, alignment: 8))
    pointerTypes[target] = id
    return id
  }

  /// A function with an environment parameter that only calls `target`.
  func thunk(to target: FunctionRefID, _ signature: SignatureID) -> FunctionRefID {
    let symbol = module.functionRefs[target].symbol + ".value"
    if let known = referencesBySymbol[symbol] { return known }
    let reference = functionReference(symbol, module.signatures[signature])
    pending.append(
      PendingFunction(
        source: .thunk(target), arguments: [], policy: gluePolicy, reference: reference))
    return reference
  }

  func lowerThunk(to target: FunctionRefID, _ reference: FunctionRefID) {
    let signature = module.signatures[module.functionRefs[reference].signature]
    var builder = FunctionLowering(
      glue: self, reference: reference, displayName: module.functionRefs[target].symbol,
      result: signature.result)
    builder.beginFunction()
    _ = builder.addLocal(pointerType(to: mirType(TypeTable.void)), storage: .hidden)
    let places = signature.parameters.map {
      builder.addLocal($0.type, storage: $0.mode.storage)
    }
    builder.addDestination()
    builder.beginReached(builder.newBlock())
    var operands: [Operand] = []
    for (place, parameter) in zip(places, signature.parameters) {
      switch parameter.mode {
      case .inout: operands.append(.borrowMutable(place))
      case .borrowed:
        operands.append(scalarOf[parameter.type.index] ? .copy(place) : .borrow(place))
      case .owned: operands.append(scalarOf[parameter.type.index] ? .copy(place) : .move(place))
      }
    }
    builder.call(target, operands, into: builder.result)
    builder.terminate(Terminator(kind: .return))
    builder.complete()
  }
}

extension ParameterMode {
  var storage: LocalStorage {
    switch self {
    case .borrowed: .borrowedParameter
    case .inout: .inoutParameter
    case .owned: .ownedParameter
    }
  }
}
