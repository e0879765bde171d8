// Environments that closures own: memory from the heap that holds the captures behind a header. The
// header names the functions that copy and destroy the environment, so a function value can be
// copied and dropped by code that does not know which closure it is. A function value without
// captures has no environment.
//
// Layout: { copy: *void, drop: *void, captures in order of first mention }. `copy` gets the
// environment and gives the address of another with copies of the captures; it is null when a
// capture is unique. `drop` destroys the captures, the last first, and frees the memory. What the
// closure lends to a thread is an address among the captures; such a closure is never copied. In
// programs that count copies `isolate` follows, which isolates the captures (IsolateGlue.swift).
import ASTDB
import Base
import MIR

enum EnvironmentHeader {
  static let copy = 0
  static let drop = 1
  static let isolate = 2
}

extension ModuleLowering {
  /// The position of the first capture.
  var environmentHeaderCount: Int { carriesCounts ? 3 : 2 }
}

/// What an environment holds for one capture.
private enum HeldCapture {
  case value(Operand)
  /// Its address, with how it is lent.
  case address(Operand)
}

extension FunctionLowering {
  // MARK: Making

  /// An environment with copies of the captured variables, or with what they held if that is
  /// unique. The captures are complete before there is memory for them.
  mutating func ownedEnvironment(
    _ id: NodeID, _ closure: Closure, _ captured: [PlaceID], _ environment: MIRTypeID,
    _ function: FunctionRefID
  ) -> Operand {
    let isUnique = ownership(mirType(of: id)) == .unique
    let depth = items.count
    var values: [HeldCapture] = []
    if !closure.lent.isEmpty { closureAccesses += accesses(of: closure) }
    for (variable, place) in zip(closure.captures, captured) {
      if closure.lends(variable) {
        values.append(.address(captureOperand(variable, place)))
        continue
      }
      if !isUnique, ownership(type(of: place)) == .unique {
        let source = context.sourceOf[type(of: place).index]
        context.diagnostics.report(
          .uniqueCapture(context.program.name(of: source), span(of: id)))
      }
      values.append(.value(capturedValue(place)))
    }
    let memory = filledEnvironment(
      values, environment,
      copy: isUnique ? .none : environmentFunction(.copy, environment, function),
      drop: environmentFunction(.drop, environment, function),
      isolate: context.carriesCounts
        ? environmentFunction(.isolate, environment, function) : .none)
    items.removeSubrange(depth...)
    return memory
  }

  /// A value for the environment, owned by the open scope until the environment has it.
  private mutating func capturedValue(_ place: PlaceID) -> Operand {
    let type = type(of: place)
    if isEmpty(type) { return zero(type) }
    let value = temporary(type)
    copyValue(value, from: place)
    ownInScope(value)
    return take(value)
  }

  private mutating func filledEnvironment(
    _ values: [HeldCapture], _ environment: MIRTypeID, copy: FunctionRefID, drop: FunctionRefID,
    isolate: FunctionRefID
  ) -> Operand {
    let memory = temporary(context.anonymousPointer(to: environment))
    allocate(i64(1), environment, into: memory)
    let whole = pointee(memory)
    storeCode(copy, in: field(whole, EnvironmentHeader.copy))
    storeCode(drop, in: field(whole, EnvironmentHeader.drop))
    if context.carriesCounts { storeCode(isolate, in: field(whole, EnvironmentHeader.isolate)) }
    for (index, value) in values.enumerated() {
      let held = field(whole, context.environmentHeaderCount + index)
      switch value {
      case .value(let operand): assign(held, operand)
      case .address(let operand):
        emit(Instruction(.addressOf, type: type(of: held), dest: held, a: operand))
      }
    }
    let address = temporary(context.pointerType(to: voidType))
    emit(Instruction(.convert, type: type(of: memory), dest: address, a: .copy(memory)))
    return .copy(address)
  }

  /// The environment that an opaque pointer points to.
  mutating func environmentPlace(_ pointer: Operand, _ environment: MIRTypeID) -> PlaceID {
    let typed = temporary(context.anonymousPointer(to: environment))
    emit(
      Instruction(
        .convert, type: context.pointerType(to: voidType), dest: typed, a: pointer))
    return pointee(typed)
  }

  /// The address of a function, which is the first word of a function value; null for none.
  private mutating func storeCode(_ function: FunctionRefID, in place: PlaceID) {
    guard function.exists else { return assign(place, zero(type(of: place))) }
    context.mentions[reference.index].functions.append(function)
    let value = temporary(context.environmentFunctionType(of: function))
    emit(Instruction(.makeFunction, type: type(of: value), dest: value, a: .function(function)))
    assign(place, words(of: value).code)
  }

  /// Code and environment of the function value in `place`.
  private mutating func words(of place: PlaceID) -> (code: Operand, environment: Operand) {
    let address = addressOf(place)
    let pair = temporary(context.anonymousPointer(to: context.functionWords()))
    emit(Instruction(.convert, type: type(of: address), dest: pair, a: .copy(address)))
    let whole = pointee(pair)
    return (.copy(field(whole, 0)), .copy(field(whole, 1)))
  }

  // MARK: Copying and destroying function values

  mutating func copyFunctionValue(_ value: PlaceID) {
    let (code, environment) = words(of: value)
    let (filled, empty, after) = (newBlock(), newBlock(), newBlock())
    branch(isNull(environment), then: empty, otherwise: filled)
    begin(filled)
    let counter = context.functionReference(
      "janus_note_copy", MIRSignature(parameters: [], result: voidType), isRuntime: true)
    call(counter, [], into: .none)
    let copy = temporary(context.pointerType(to: voidType))
    callHeader(EnvironmentHeader.copy, environment, into: copy)
    emit(
      Instruction(
        .makeFunction, type: type(of: result), dest: result, a: code, b: .copy(copy)))
    go(to: after)
    begin(empty)
    emit(Instruction(.makeFunction, type: type(of: result), dest: result, a: code))
    go(to: after)
    begin(after)
  }

  mutating func dropFunctionValue(_ value: PlaceID) {
    let (_, environment) = words(of: value)
    let (filled, after) = (newBlock(), newBlock())
    branch(isNull(environment), then: after, otherwise: filled)
    begin(filled)
    callHeader(EnvironmentHeader.drop, environment, into: .none)
    go(to: after)
    begin(after)
  }

  private mutating func isNull(_ pointer: Operand) -> Operand {
    let opaque = context.pointerType(to: voidType)
    return binary(.equal, opaque, pointer, zero(opaque), boolType)
  }

  /// Calls a function that the header of the environment names.
  private mutating func callHeader(
    _ index: Int, _ environment: Operand, _ arguments: [Operand] = [], into dest: PlaceID
  ) {
    let header = environmentPlace(environment, context.environmentHeader())
    let function = temporary(context.environmentCallType(index))
    emit(
      Instruction(
        .makeFunction, type: type(of: function), dest: function, a: .copy(field(header, index)),
        b: environment))
    guard case .function(let signature) = context.module.types[type(of: function)].kind else {
      return
    }
    emitCall(
      callee: .none, value: .borrow(function), signature: signature, arguments, into: dest,
      unwinds: true)
  }

  mutating func isolateEnvironment(of value: PlaceID, _ mark: Operand) {
    let (_, environment) = words(of: value)
    let (filled, after) = (newBlock(), newBlock())
    branch(isNull(environment), then: after, otherwise: filled)
    begin(filled)
    callHeader(EnvironmentHeader.isolate, environment, [mark], into: .none)
    go(to: after)
    begin(after)
  }

  // MARK: The functions of one environment

  private enum EnvironmentFunction: String {
    case copy, drop, isolate

    var index: Int {
      switch self {
      case .copy: EnvironmentHeader.copy
      case .drop: EnvironmentHeader.drop
      case .isolate: EnvironmentHeader.isolate
      }
    }
  }

  private func environmentFunction(
    _ kind: EnvironmentFunction, _ environment: MIRTypeID, _ closure: FunctionRefID
  ) -> FunctionRefID {
    let symbol = context.module.functionRefs[closure].symbol + "." + kind.rawValue
    let type = context.environmentCallType(kind.index)
    guard case .function(let id) = context.module.types[type].kind else { return .none }
    let signature = context.module.signatures[id]
    let reference = context.functionReference(symbol, signature)
    var builder = FunctionLowering(
      glue: context, reference: reference, displayName: symbol, result: signature.result)
    builder.beginFunction()
    let pointer = builder.addLocal(context.pointerType(to: voidType), storage: .hidden)
    let marks = signature.parameters.map { builder.addLocal($0.type, storage: .borrowedParameter) }
    builder.beginReached(builder.newBlock())
    builder.pushScope()
    switch kind {
    case .isolate:
      builder.isolateEnvironment(.copy(pointer), environment, .copy(marks[0]))
    case .copy: builder.copyEnvironment(.copy(pointer), environment, drop: closure)
    case .drop: builder.dropEnvironment(.copy(pointer), environment)
    }
    builder.popScope()
    builder.terminate(Terminator(kind: .return))
    builder.complete()
    return reference
  }

  private mutating func copyEnvironment(
    _ pointer: Operand, _ environment: MIRTypeID, drop closure: FunctionRefID
  ) {
    let depth = items.count
    let whole = environmentPlace(pointer, environment)
    let values = captures(of: whole).map { HeldCapture.value(capturedValue($0)) }
    let header = environmentPlace(pointer, context.environmentHeader())
    let memory = filledEnvironment(
      values, environment, copy: .none, drop: .none, isolate: .none)
    let made = environmentPlace(memory, context.environmentHeader())
    for index in 0..<context.environmentHeaderCount {
      assign(field(made, index), .copy(field(header, index)))
    }
    items.removeSubrange(depth...)
    assign(result, memory)
  }

  private mutating func dropEnvironment(_ pointer: Operand, _ environment: MIRTypeID) {
    let whole = environmentPlace(pointer, environment)
    pushScope()
    for capture in captures(of: whole) { ownInScope(capture) }
    popScope()
    free(pointer, environment)
  }

  private mutating func isolateEnvironment(
    _ pointer: Operand, _ environment: MIRTypeID, _ mark: Operand
  ) {
    let whole = environmentPlace(pointer, environment)
    for capture in captures(of: whole) {
      isolate(capture, context.sourceOf[type(of: capture).index], mark)
    }
  }

  private mutating func captures(of whole: PlaceID) -> [PlaceID] {
    guard case .aggregate(let fields) = context.module.types[type(of: whole)].kind else {
      return []
    }
    return (context.environmentHeaderCount..<fields.count).map { field(whole, $0) }
  }

  /// Gives the memory of one value of `type` back.
  private mutating func free(_ pointer: Operand, _ type: MIRTypeID) {
    let bytes = temporary(context.pointerType(to: u8Type))
    emit(
      Instruction(.convert, type: context.pointerType(to: voidType), dest: bytes, a: pointer))
    let info = context.module.types[type]
    let free = context.functionReference(
      "janus_free",
      MIRSignature(
        parameters: [
          MIRParameter(type: self.type(of: bytes), mode: .borrowed),
          MIRParameter(type: i64Type, mode: .borrowed),
          MIRParameter(type: i64Type, mode: .borrowed),
        ], result: voidType), isRuntime: true)
    call(free, [.copy(bytes), i64(info.size), i64(info.alignment)], into: .none)
  }

  // MARK: Function types

  /// `f` as the other type with the same parameters and result.
  mutating func asFunctionPlace(_ id: NodeID, _ node: Node) -> PlaceID {
    reinterpreted(place(NodeID(node.a)), mirType(of: id))
  }

  /// The function value in `place` under another type.
  mutating func reinterpreted(_ place: PlaceID, _ type: MIRTypeID) -> PlaceID {
    let address = addressOf(place)
    let other = temporary(context.pointerType(to: type))
    emit(
      Instruction(.convert, type: self.type(of: address), dest: other, a: .copy(address)))
    return pointee(other)
  }

  mutating func lowerAsFunction(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    guard dest.exists else { return }
    let own = temporary(mirType(of: NodeID(node.a)))
    lower(NodeID(node.a), into: own)
    assign(dest, constant(.undefined(type: type(of: dest))))
    let address = addressOf(dest, mutable: true)
    let other = temporary(context.pointerType(to: type(of: own)))
    emit(Instruction(.convert, type: type(of: address), dest: other, a: .copy(address)))
    assign(pointee(other), take(own))
  }
}

extension ModuleLowering {
  /// The two words of any function value.
  func functionWords() -> MIRTypeID {
    let opaque = pointerType(to: mirType(TypeTable.void))
    return environmentShape("function words", [("code", opaque), ("environment", opaque)])
  }

  func environmentHeader() -> MIRTypeID {
    let opaque = pointerType(to: mirType(TypeTable.void))
    let names = ["copy", "drop", "isolate"].prefix(environmentHeaderCount)
    return environmentShape("environment header", names.map { ($0, opaque) })
  }

  func environmentShape(_ name: String, _ fields: [(String, MIRTypeID)]) -> MIRTypeID {
    if let known = environmentShapes[name] { return known }
    let id = addAnonymousType(aggregate(name, fields))
    environmentShapes[name] = id
    return id
  }

  /// The type of the functions that the header of an environment names.
  func environmentCallType(_ index: Int) -> MIRTypeID {
    let void = mirType(TypeTable.void)
    let mark = MIRParameter(type: mirType(TypeTable.i64), mode: .borrowed)
    return lentFunctionType(
      signature(
        MIRSignature(
          parameters: index == EnvironmentHeader.isolate ? [mark] : [],
          result: index == EnvironmentHeader.copy ? pointerType(to: void) : void,
          hasEnvironment: true)))
  }

  func environmentFunctionType(of function: FunctionRefID) -> MIRTypeID {
    lentFunctionType(module.functionRefs[function].signature)
  }

  /// The type of function values that do not own their environment.
  func lentFunctionType(_ signature: SignatureID) -> MIRTypeID {
    let name = "lent function \(signature.raw)"
    if let known = environmentShapes[name] { return known }
    let id = addAnonymousType(
      MIRTypeInfo(name: name, kind: .function(signature), size: 16, alignment: 8))
    environmentShapes[name] = id
    return id
  }
}

extension Diagnostic {
  fileprivate static func uniqueCapture(_ type: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .missingMove, "the closure captures a value of unique type `\(type)`, so it cannot be copied",
      at: span,
      notes: ["here a type parameter stands for a unique type, which the closure cannot own"])
  }
}
