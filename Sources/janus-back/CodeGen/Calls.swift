// Calls: arguments, results, function values, and the choice between `call` and `invoke`.
import Base
import CLLVM
import MIR

extension FunctionEmitter {
  /// Calls, or invokes when a panic has something to clean up here. Emission goes on behind it.
  @discardableResult
  func call(_ type: LLVMTypeRef, _ callee: Value, _ arguments: inout [Value?]) -> Value {
    let count = UInt32(arguments.count)
    guard cleanup.exists else {
      return LLVMBuildCall2(builder, type, callee, &arguments, count, unnamed)
    }
    let next = continueInNewBlock()
    let result = LLVMBuildInvoke2(
      builder, type, callee, &arguments, count, next, landingPad(cleanup), unnamed)!
    LLVMPositionBuilderAtEnd(builder, next)
    return result
  }

  func emitCall(_ terminator: Terminator) -> BlockID? {
    cleanup = function.panicAborts ? .none : terminator.cleanup
    let signature = mir.signature(of: terminator)
    let isValue = !terminator.callee.exists
    let shape = parent.callShape(signature, asFunctionValue: isValue)
    var arguments: [Value?] = []
    arguments.reserveCapacity(shape.parameters.count + 3)
    var callee: Value
    let result = resultPlace(of: terminator, shape)
    if case .memory = shape.result { arguments.append(result.address) }
    if isValue {
      let pair = address(terminator.operand)
      callee = LLVMBuildLoad2(builder, types.pointer, pair, unnamed)
      arguments.append(LLVMBuildLoad2(builder, types.pointer, offset(pair, by: 8), unnamed))
    } else {
      callee = parent.function(terminator.callee)
      if mir.functionRefs[terminator.callee].isRuntime { cleanup = runtimeCleanup(terminator) }
    }
    addArguments(terminator, shape, hasPair: isValue, to: &arguments)
    let value = call(shape.type, callee, &arguments)
    if shape.neverReturns || !terminator.next.exists {
      LLVMBuildUnreachable(builder)
      return nil
    }
    finishResult(value, shape, result, terminator.dest)
    return terminator.next
  }

  /// Only panics unwind out of the runtime.
  private func runtimeCleanup(_ terminator: Terminator) -> BlockID {
    mir.functionRefs[terminator.callee].symbol.hasPrefix("janus_panic") ? cleanup : .none
  }

  // MARK: Arguments

  /// The operands are: environment (unless a function value brings it), parameters, destination.
  private func addArguments(
    _ terminator: Terminator, _ shape: CallShape, hasPair: Bool, to arguments: inout [Value?]
  ) {
    let environment = shape.hasEnvironment && !hasPair ? 1 : 0
    for offset in 0..<Int(terminator.count) {
      let operand = function.operands[Int(terminator.first) + offset]
      let parameter = offset - environment
      if parameter >= 0 && parameter < shape.parameters.count {
        add(operand, as: shape.parameters[parameter], to: &arguments)
      } else {
        arguments.append(value(operand))
      }
    }
  }

  private func add(
    _ operand: Operand, as parameter: ParameterPassing, to arguments: inout [Value?]
  ) {
    let shape = shapes[parameter.type]
    switch parameter.form {
    case .scalar: arguments.append(value(operand))
    case .words(let words): arguments += loadWords(words, shape, from: address(operand))
    case .address: arguments.append(self.address(of: operand, as: parameter, shape))
    }
  }

  private func address(
    of operand: Operand, as parameter: ParameterPassing, _ shape: TypeShape
  ) -> Value {
    switch operand.kind {
    case .borrow, .borrowMutable: return address(operand)
    case .move where parameter.mode == .owned: return address(operand)
    case .constant where parameter.mode == .borrowed: return address(operand)
    case .none, .constant, .copy, .move, .function:
      // The callee may change it, or the same place is lent to it by another argument.
      let storage = temporary(shape)
      store(operand, shape, to: storage)
      return storage
    }
  }

  // MARK: Results

  /// Where a result in memory is built.
  struct ResultPlace {
    var address: Value?
    /// It is not where the result belongs: to be copied there.
    var isTemporary: Bool
  }

  private func resultPlace(of terminator: Terminator, _ shape: CallShape) -> ResultPlace {
    guard case .memory = shape.result else { return ResultPlace(isTemporary: false) }
    if terminator.dest.exists && canBuildInPlace(terminator) {
      return ResultPlace(address: address(of: terminator.dest), isTemporary: false)
    }
    return ResultPlace(address: temporary(shapes[shape.resultType]), isTemporary: true)
  }

  /// Whether nothing else that the callee is given can reach the destination.
  private func canBuildInPlace(_ terminator: Terminator) -> Bool {
    let place = function.places[terminator.dest]
    guard case .local(let local) = place.base, !reachesThroughPointer(place) else { return false }
    switch function.locals[local].storage {
    case .stack, .lent, .result, .ownedParameter: break
    case .borrowedParameter, .inoutParameter, .alias, .hidden: return false
    }
    if plan.isAliased[local.index] { return false }
    for offset in 0..<Int(terminator.count) {
      let operand = function.operands[Int(terminator.first) + offset]
      guard operand.kind.namesPlace else { continue }
      if case .local(local) = function.places[operand.placeID].base { return false }
    }
    return true
  }

  private func reachesThroughPointer(_ place: Place) -> Bool {
    let first = Int(place.firstProjection)
    return function.projections[first..<first + Int(place.projectionCount)].contains(.deref)
  }

  private func finishResult(
    _ value: Value, _ shape: CallShape, _ result: ResultPlace, _ dest: PlaceID
  ) {
    guard dest.exists else { return }
    let type = shapes[shape.resultType]
    switch shape.result {
    case .nothing: return
    case .scalar: write(value, to: dest)
    case .words(let words, _): storeWords(value, words, type, to: address(of: dest))
    case .memory:
      guard result.isTemporary, let source = result.address else { return }
      copyBytes(type, from: source, to: address(of: dest))
    }
  }

  // MARK: Glue

  /// `copy_value`: a logical copy, by the type's glue unless bits are enough.
  func emitCopyValue(_ instruction: Instruction) {
    let shape = shapes[function.places[instruction.dest].type]
    guard !shape.isTrivial, shape.copyGlue.exists else {
      emitAssign(instruction)
      return
    }
    let glue = instruction.c.kind == .function ? instruction.c.functionID : shape.copyGlue
    let callShape = parent.callShape(mir.functionRefs[glue].signature)
    var arguments: [Value?] = []
    var result = ResultPlace(isTemporary: false)
    if case .memory = callShape.result {
      result = copyPlace(of: instruction, shape)
      arguments.append(result.address)
    }
    if let source = callShape.parameters.first { add(instruction.a, as: source, to: &arguments) }
    if callShape.hasDestination { arguments.append(value(instruction.b)) }
    let value = call(callShape.type, parent.function(glue), &arguments)
    finishResult(value, callShape, result, instruction.dest)
  }

  /// The source of a copy may be part of what is written to, or be reached by another name.
  private func copyPlace(of instruction: Instruction, _ shape: TypeShape) -> ResultPlace {
    let place = function.places[instruction.dest]
    if !sharesBase(place, instruction.a), !reachesThroughPointer(place),
      case .local(let local) = place.base, function.locals[local].storage == .stack,
      !plan.isAliased[local.index]
    {
      return ResultPlace(address: address(of: instruction.dest), isTemporary: false)
    }
    return ResultPlace(address: temporary(shape), isTemporary: true)
  }

  func sharesBase(_ place: Place, _ operand: Operand) -> Bool {
    operand.kind.namesPlace && function.places[operand.placeID].base == place.base
  }

  func emitDrop(_ instruction: Instruction) {
    let shape = shapes[function.places[instruction.dest].type]
    guard !shape.isTrivial, shape.dropGlue.exists else { return }
    let callShape = parent.callShape(mir.functionRefs[shape.dropGlue].signature)
    var arguments: [Value?] = [address(of: instruction.dest)]
    if callShape.hasDestination { arguments.append(LLVMConstNull(types.pointer)) }
    call(callShape.type, parent.function(shape.dropGlue), &arguments)
  }
}
