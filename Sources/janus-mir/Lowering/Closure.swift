// Closures that do not escape: the environment is a struct of addresses in the frame, and the body
// is a function that gets its address first. Function declarations as values: a thunk that ignores
// the environment.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerClosure(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let closure = body.closures[Int(node.a)]
    guard case .function(let signature) = context.module.types[mirType(of: id)].kind else { return }
    if closure.escapes, !closure.captures.isEmpty {
      return reportUnsupported("a closure that outlives what it captures", id)
    }
    guard dest.exists else { return }
    let captured = closure.captures.map { variables[$0.index] }
    let environment = environmentType(captured)
    let number = closureCount
    closureCount += 1
    let target = context.functionReference(
      symbol + ".closure\(number)", context.module.signatures[signature])
    context.mentions[reference.index].functions.append(target)
    if !captured.isEmpty { closureAccesses += accesses(of: closure) }
    var value = Operand.none
    if !captured.isEmpty {
      let storage = temporary(environment)
      for (index, place) in captured.enumerated() where place.exists {
        emit(
          Instruction(
            .addressOf, type: context.pointerType(to: type(of: place)),
            dest: field(storage, index), a: captureOperand(closure.captures[index], place)))
      }
      let address = temporary(context.pointerType(to: voidType))
      emit(Instruction(.addressOf, type: type(of: address), dest: address, a: .borrow(storage)))
      value = .copy(address)
    }
    emit(
      Instruction(
        .makeFunction, type: type(of: dest), dest: dest, a: .function(target), b: value))
    lowerClosureBody(
      closure, id, target, environment,
      captured.map {
        $0.exists ? type(of: $0) : voidType
      })
  }

  private func captureOperand(_ variable: VariableID, _ place: PlaceID) -> Operand {
    switch body.variables[variable.index].kind {
    case .varBinding, .inoutParameter, .inoutBinding, .ownedParameter: .borrowMutable(place)
    case .letBinding, .borrowedParameter, .lentBinding: .borrow(place)
    }
  }

  /// A struct of the addresses of the captures.
  private mutating func environmentType(_ captured: [PlaceID]) -> MIRTypeID {
    let fields = captured.enumerated().map { index, place in
      (String(index), context.pointerType(to: place.exists ? type(of: place) : voidType))
    }
    let name = "environment of \(symbol).\(closureCount)"
    return context.addAnonymousType(context.aggregate(name, fields))
  }

  private mutating func lowerClosureBody(
    _ closure: Closure, _ id: NodeID, _ target: FunctionRefID, _ environment: MIRTypeID,
    _ types: [MIRTypeID]
  ) {
    guard case .function(_, let resultType) = kind(of: type(of: id)) else { return }
    var inner = FunctionLowering(
      context, body: body, owner: body.owner, arguments: arguments, policy: policy,
      reference: target, displayName: function.displayName + ".closure\(closureCount - 1)",
      result: resultType)
    inner.function.overflowChecks = function.overflowChecks
    inner.location = locate(id)
    inner.lowerClosureFunction(closure, environment, types)
    context.module.functions.append(inner.function)
  }

  private mutating func lowerClosureFunction(
    _ closure: Closure, _ environment: MIRTypeID, _ types: [MIRTypeID]
  ) {
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
      let typed = temporary(environmentPointer(environment))
      emit(
        Instruction(.convert, type: type(of: pointer), dest: typed, a: .copy(pointer)))
      let whole = function.place(typed, .deref, type: environment)
      for (index, capture) in closure.captures.enumerated() {
        let place = pointee(field(whole, index))
        bindCapture(capture, place)
      }
    }
    finishFunction(closure.body)
  }

  private mutating func bindCapture(_ capture: VariableID, _ place: PlaceID) {
    let alias = declare(capture.raw, storage: .alias)
    emit(
      Instruction(
        .bind, type: type(of: alias), dest: alias, a: captureOperand(capture, place)))
    items.append(CleanupItem(.unbind(alias)))
  }

  private func environmentPointer(_ environment: MIRTypeID) -> MIRTypeID {
    context.anonymousPointer(to: environment)
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
    return .copy(value)
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
      PendingFunction(source: .thunk(target), arguments: [], policy: .core, reference: reference))
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
