// What one function may change, and which code that it does not name it may run.
// Reads: a function's `MemoryFlow`, and the summaries of what it calls. Produces: sets of
// parameters and statics. Rejects: nothing. Assumes: a verified function.
// What is written behind an address may be all that the address's class holds. A local's own bytes
// are nobody else's.
import Base
import MIR

struct ChangedMemory {
  private(set) var parameters = NumberSet()
  private(set) var statics = NumberSet()
  /// Parameters whose function values are called.
  private(set) var called = NumberSet()
  private(set) var callsUnknownCode = false

  private let flow: MemoryFlow
  private let function: MIRFunction
  private let parameterLocals: [LocalID]
  private let staticCount: Int
  private let codes: [FunctionRefID]

  init(_ flow: MemoryFlow, parameters: [LocalID], statics: Int) {
    self.flow = flow
    function = flow.function
    parameterLocals = parameters
    staticCount = statics
    codes = codesOfFunctionValues(in: flow.function)
  }

  mutating func note(_ table: SummaryTable, _ shapes: MIRShapes) {
    for block in function.blocks.elements {
      for instruction in block.instructions { note(instruction, table) }
      if block.terminator.kind == .call { note(block.terminator, table, shapes) }
    }
  }

  private mutating func note(_ instruction: Instruction, _ table: SummaryTable) {
    switch instruction.opcode {
    case .memoryCopy, .memoryMove, .memorySet: changeBehind(instruction.a)
    case .bind, .nop, .storageLive, .storageDead, .unbind, .accessBegin, .accessEnd: break
    case .drop:
      write(instruction.dest)
      if let glue = flow.destructor(of: instruction) { run(table[glue]) }
    case _:
      if instruction.dest.exists, instruction.opcode.writesDestination { write(instruction.dest) }
    }
    let parts = function.operands[
      Int(instruction.firstOperand)..<Int(instruction.firstOperand + instruction.operandCount)]
    for operand in [instruction.a, instruction.b] + parts where operand.kind == .move {
      write(operand.placeID)
    }
  }

  private mutating func write(_ place: PlaceID) {
    switch function.places[place].base {
    case .staticVariable(let id):
      statics.insert(id.index)
      if function.projections(of: place).contains(.deref) { changeStatics() }
    case .local(let local):
      let storage = function.locals[local].storage
      if storage == .inoutParameter { parameters.insert(local.index - 1) }
      if storage == .alias || function.projections(of: place).contains(.deref) {
        changeClass(of: local)
      }
    }
  }

  private mutating func changeBehind(_ operand: Operand) {
    guard operand.kind.namesPlace else { return }
    switch function.places[operand.placeID].base {
    case .staticVariable: changeStatics()
    case .local(let local): changeClass(of: local)
    }
  }

  private mutating func changeStatics() {
    for index in 0..<staticCount { statics.insert(index) }
  }

  private mutating func changeClass(of local: LocalID, onlyLent: Bool = false) {
    let isUnknown = flow.isUnknown(local)
    for (index, parameter) in parameterLocals.enumerated()
    where isUnknown || flow.isSame(parameter.index, local.index) {
      if onlyLent, function.locals[parameter].storage != .inoutParameter { continue }
      if isInvisible(parameter) { continue }
      parameters.insert(index)
    }
    if isUnknown || flow.isStatic(local) { changeStatics() }
  }

  /// The caller has given the value away.
  private func isInvisible(_ parameter: LocalID) -> Bool {
    function.locals[parameter].storage == .ownedParameter
      && !flow.holdsAddress(function.locals[parameter].type)
  }

  // MARK: Calls

  private mutating func run(_ callee: FunctionSummary) {
    statics.formUnion(callee.changedStatics)
    if callee.callsUnknownCode { callsUnknownCode = true }
  }

  private mutating func note(_ call: Terminator, _ table: SummaryTable, _ shapes: MIRShapes) {
    if call.dest.exists { write(call.dest) }
    let arguments = flow.arguments(of: call)
    if call.callee.exists, table.isRuntime(call.callee) { return noteRuntime(arguments) }
    guard call.callee.exists else {
      callValue(call.operand, table)
      for operand in arguments { changeByUnknown(operand, shapes) }
      return
    }
    let callee = table[call.callee]
    run(callee)
    for (index, operand) in arguments.enumerated() where operand.kind.namesPlace {
      if operand.kind == .move { write(operand.placeID) }
      if callee.changedParameters.contains(index) {
        if operand.kind == .borrowMutable { write(operand.placeID) }
        changeBehind(operand)
      }
      if shapes[function.places[operand.placeID].type].kind == .function,
        callee.calledParameters.contains(index)
      {
        callValue(operand, table)
      }
    }
  }

  /// The runtime writes through pointers only into what its caller may change.
  private mutating func noteRuntime(_ arguments: ArraySlice<Operand>) {
    for operand in arguments where operand.kind.namesPlace {
      guard case .local(let local) = function.places[operand.placeID].base else {
        changeStatics()
        continue
      }
      changeClass(of: local, onlyLent: true)
    }
  }

  private mutating func changeByUnknown(_ operand: Operand, _ shapes: MIRShapes) {
    switch operand.kind {
    case .none, .constant, .function, .borrow: break
    case .copy:
      if shapes[function.places[operand.placeID].type].kind == .pointer { changeBehind(operand) }
    case .move, .borrowMutable:
      write(operand.placeID)
      changeBehind(operand)
    }
  }

  /// A function value runs: what it captured may change, but for what is lent read-only.
  private mutating func callValue(_ operand: Operand, _ table: SummaryTable) {
    guard operand.kind.namesPlace else { return }
    guard case .local(let local) = function.places[operand.placeID].base,
      function.places[operand.placeID].projectionCount == 0
    else {
      callsUnknownCode = true
      return
    }
    changeClass(of: local, onlyLent: true)
    if codes[local.index].exists { return run(table[codes[local.index]]) }
    if let index = parameterLocals.firstIndex(of: local) {
      called.insert(index)
    } else {
      callsUnknownCode = true
    }
  }
}

/// The code of function values that are made once and never replaced, by local.
func codesOfFunctionValues(in function: MIRFunction) -> [FunctionRefID] {
  var result = Array(repeating: FunctionRefID.none, count: function.locals.count)
  var writes = Array(repeating: 0, count: function.locals.count)
  func note(_ place: PlaceID) -> LocalID? {
    guard place.exists, case .local(let local) = function.places[place].base else { return nil }
    writes[local.index] += 1
    return local
  }
  for block in function.blocks.elements {
    for instruction in block.instructions where instruction.opcode != .drop {
      guard let local = note(instruction.dest) else { continue }
      if instruction.opcode == .makeFunction, instruction.a.kind == .function,
        function.places[instruction.dest].projectionCount == 0
      {
        result[local.index] = instruction.a.functionID
      }
    }
    _ = note(block.terminator.dest)
  }
  for operand in function.operands where operand.kind == .borrowMutable {
    _ = note(operand.placeID)
  }
  for block in function.blocks.elements {
    for instruction in block.instructions where instruction.a.kind == .borrowMutable {
      _ = note(instruction.a.placeID)
    }
  }
  for index in result.indices where writes[index] != 1 { result[index] = .none }
  return result
}
