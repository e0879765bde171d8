// How memory flows through one function.
// Reads: a function, and the summaries of what it calls. Produces: a `MemoryFlow`: classes of
// locals whose memory may be the same, which of them hold copies of which others, and the
// function's summary. Rejects: nothing. Assumes: a verified function.
// The order of instructions plays no part. Moves, views and addresses join the classes of what they
// connect; a copy is an edge from the class of the original to that of the copy. An unknown
// function value joins all that it is given, what it captured, and its result.
import Base
import MIR

struct MemoryFlow {
  let function: MIRFunction
  private let module: MIRModule
  private let shapes: MIRShapes
  private let holders: AddressHolders
  private let table: SummaryTable
  /// Nodes are the locals, then all statics together, then what nothing is known of.
  private var parents: [Int]
  /// Copies, from node to node.
  private var copies: [(from: Int, to: Int)] = []
  private let statics: Int
  private let unknown: Int
  init(
    _ function: MIRFunction, _ module: MIRModule, _ shapes: MIRShapes, _ holders: AddressHolders,
    _ table: SummaryTable
  ) {
    self.function = function
    self.module = module
    self.shapes = shapes
    self.holders = holders
    self.table = table
    statics = function.locals.count
    unknown = statics + 1
    parents = Array(0...unknown)
    for block in function.blocks.elements {
      for instruction in block.instructions { follow(instruction) }
      if block.terminator.kind == .call { follow(block.terminator) }
    }
  }

  // MARK: Classes

  /// A number that locals have in common whose memory may be the same.
  func memoryClass(of local: LocalID) -> Int { root(local.index) }

  private func root(_ node: Int) -> Int {
    var node = node
    while parents[node] != node { node = parents[node] }
    return node
  }

  private mutating func join(_ a: Int, _ b: Int) {
    let (first, second) = (root(a), root(b))
    if first != second { parents[max(first, second)] = min(first, second) }
  }

  /// Values of `type` own memory or lead to some.
  private func carries(_ type: MIRTypeID) -> Bool {
    !shapes[type].isTrivial || holders.holdsAddress(type)
  }

  func holdsAddress(_ type: MIRTypeID) -> Bool { holders.holdsAddress(type) }

  private func node(_ place: PlaceID) -> Int {
    switch function.places[place].base {
    case .local(let local): local.index
    case .staticVariable: statics
    }
  }

  /// The node of what an operand brings along; nil when it brings no memory.
  private func node(_ operand: Operand) -> Int? {
    guard operand.kind.namesPlace, carries(function.places[operand.placeID].type) else {
      return nil
    }
    return node(operand.placeID)
  }

  // MARK: Instructions

  private mutating func follow(_ instruction: Instruction) {
    switch instruction.opcode {
    case .assign, .regionKeep, .construct, .pointerOffset, .makeFunction:
      takeOperands(of: instruction)
    case .convert, .bitcast:
      takeOperands(of: instruction)
      // The bits of an integer, as a pointer, may lead anywhere.
      if instruction.a.kind == .copy, node(instruction.a) == nil,
        carries(function.places[instruction.dest].type)
      {
        join(node(instruction.dest), unknown)
      }
    case .copyValue:
      let type = function.places[instruction.dest].type
      copies.append((node(instruction.a.placeID), node(instruction.dest)))
      if holders.holdsAddress(type) { join(node(instruction.a.placeID), node(instruction.dest)) }
    case .addressOf, .bind: join(node(instruction.a.placeID), node(instruction.dest))
    case .memoryCopy, .memoryMove:
      guard carries(instruction.type), let a = node(instruction.a), let b = node(instruction.b)
      else { return }
      join(a, b)
    case .drop:
      guard let glue = destructor(of: instruction) else { return }
      apply(table[glue], [node(instruction.dest)], result: nil)
    case .nop, .storageLive, .storageDead, .unbind, .discriminant, .add, .sub, .mul, .div, .rem,
      .addWrapping, .subWrapping, .mulWrapping, .addSaturating, .subSaturating, .shl, .shr, .bitAnd,
      .bitOr, .bitXor, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .negate,
      .bitNot, .not, .panicPlace, .boundsCheck, .check, .accessBegin, .accessEnd, .memorySet:
      return
    }
  }

  private mutating func takeOperands(of instruction: Instruction) {
    guard carries(function.places[instruction.dest].type) else { return }
    let dest = node(instruction.dest)
    for index in 0..<Int(instruction.operandCount) {
      let operand = function.operands[Int(instruction.firstOperand) + index]
      if let source = node(operand) { join(source, dest) }
    }
    if let source = node(instruction.a) { join(source, dest) }
    if let source = node(instruction.b) { join(source, dest) }
  }

  /// What destroying a value runs, if that is code of its own.
  func destructor(of drop: Instruction) -> FunctionRefID? {
    let shape = shapes[function.places[drop.dest].type]
    return shape.ownership == .unique && shape.dropGlue.exists ? shape.dropGlue : nil
  }

  // MARK: Calls

  private mutating func follow(_ call: Terminator) {
    let arguments = self.arguments(of: call).map { node($0) }
    let result =
      call.dest.exists && carries(function.places[call.dest].type) ? node(call.dest) : nil
    if module.persistentCopies.contains(call.callee) { return }
    if call.callee.exists {
      apply(table[call.callee], arguments, result: result)
    } else {
      joinAll([node(call.operand)] + arguments + [result])
    }
  }

  func arguments(of call: Terminator) -> ArraySlice<Operand> {
    Array(function.operands[Int(call.first)..<Int(call.first) + Int(call.count)])[...]
  }

  private mutating func joinAll(_ nodes: [Int?]) {
    let known = nodes.compactMap { $0 }
    for node in known.dropFirst() { join(known[0], node) }
  }

  /// What a callee does with its arguments' memory, by its summary.
  private mutating func apply(_ callee: FunctionSummary, _ arguments: [Int?], result: Int?) {
    if let result { put(callee.result, arguments, into: result) }
    for (index, origins) in callee.stored.enumerated() where index < arguments.count {
      if let target = arguments[index] { put(origins, arguments, into: target) }
    }
    put(callee.storedInStatics, arguments, into: statics)
  }

  private mutating func put(_ origins: MemoryOrigins, _ arguments: [Int?], into target: Int) {
    for (index, argument) in arguments.enumerated() {
      guard let argument else { continue }
      if origins.shared.contains(index) { join(argument, target) }
      if origins.copied.contains(index) { copies.append((argument, target)) }
    }
    if origins.isOfStatic { join(statics, target) }
    if origins.isUnknown { join(unknown, target) }
  }

  // MARK: What comes out

  /// For each class, by its number: where its memory came from.
  private func origins() -> [Int: MemoryOrigins] {
    var result: [Int: MemoryOrigins] = [:]
    for (index, local) in parameters.enumerated() {
      guard carries(function.locals[local].type) else { continue }
      result[root(local.index), default: MemoryOrigins()].shared.insert(index)
    }
    result[root(statics), default: MemoryOrigins()].isOfStatic = true
    result[root(unknown), default: MemoryOrigins()].isUnknown = true
    var changed = true
    while changed {
      changed = false
      for (from, to) in copies where root(from) != root(to) {
        guard let source = result[root(from)] else { continue }
        var copied = source.copied
        copied.formUnion(source.shared)
        var target = result[root(to)] ?? MemoryOrigins()
        if target.copied.formUnion(copied) {
          result[root(to)] = target
          changed = true
        }
      }
    }
    return result
  }

  private var parameters: [LocalID] {
    let count = module.signatures[function.signature].argumentCount
    return (0..<count).map { LocalID(UInt32($0 + 1)) }
  }

  func summary() -> FunctionSummary {
    let origins = self.origins()
    var changes = ChangedMemory(self, parameters: parameters, statics: module.statics.count)
    changes.note(table, shapes)
    var summary = FunctionSummary(parameterCount: parameters.count)
    summary.changedParameters = changes.parameters
    summary.changedStatics = changes.statics
    summary.calledParameters = changes.called
    summary.callsUnknownCode = changes.callsUnknownCode
    if carries(function.locals[LocalID(0)].type) {
      summary.result = origins[root(0)] ?? MemoryOrigins()
    }
    for (index, local) in parameters.enumerated()
    where changes.parameters.contains(index) || changes.called.contains(index) {
      guard carries(function.locals[local].type) else { continue }
      var stored = origins[root(local.index)] ?? MemoryOrigins()
      stored.shared.remove(index)
      summary.stored[index] = stored
    }
    if !changes.statics.isEmpty {
      summary.storedInStatics = origins[root(statics)] ?? MemoryOrigins()
      summary.storedInStatics.isOfStatic = false
    }
    return summary
  }

  /// Nodes of the same class.
  func isSame(_ a: Int, _ b: Int) -> Bool { root(a) == root(b) }
  func isStatic(_ local: LocalID) -> Bool { isSame(local.index, statics) }
  func isUnknown(_ local: LocalID) -> Bool { isSame(local.index, unknown) }
}
