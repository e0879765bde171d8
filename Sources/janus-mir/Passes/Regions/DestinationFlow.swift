// Where the memory of each value of one function is wanted.
// Reads: an elaborated function and the summaries of its callees. Produces: for every point the
// `Wanted` of every owner, backwards from the normal returns: what becomes part of the result is
// wanted where the caller wants the result, what is stored into a container where the container's
// elements are, what is dropped, overwritten or given away on the heap. Ways out by a panic say
// nothing. Rejects: nothing. Assumes: a verified function.
import Base
import MIR

struct DestinationFlow {
  let function: MIRFunction
  let module: MIRModule
  let types: DestinationTypes
  let owners: Owners
  let signature: MIRSignature
  private let summaries: DestinationSummaries
  /// Locals that name regions.
  private let regions: NumberSet
  /// At the start of each block.
  private(set) var entries: ContiguousArray<ContiguousArray<Wanted>?>

  /// Above this many values at all blocks together, nothing is placed.
  private static let limit = 4_000_000

  init?(
    _ function: MIRFunction, _ module: MIRModule, _ types: DestinationTypes,
    _ summaries: DestinationSummaries
  ) {
    self.function = function
    self.module = module
    self.types = types
    self.summaries = summaries
    signature = module.signatures[function.signature]
    regions = regionLocals(of: function)
    entries = ContiguousArray(repeating: nil, count: function.blocks.count)
    owners = Owners(function, module, types)
    guard owners.count > 0, owners.count * function.blocks.count < DestinationFlow.limit else {
      return nil
    }
    solve()
  }

  /// The local of parameter `index` of the signature.
  static func local(ofParameter index: Int, _ signature: MIRSignature) -> LocalID {
    LocalID(UInt32(1 + (signature.hasEnvironment ? 1 : 0) + index))
  }

  /// The local that the caller's wish is in.
  static func destinationLocal(_ signature: MIRSignature) -> LocalID {
    local(ofParameter: signature.parameters.count, signature)
  }

  // MARK: Solving

  private mutating func solve() {
    // Blocks mostly come before what they lead to.
    var changed = true
    while changed {
      changed = false
      for id in function.blocks.ids.reversed() where !function.blocks[id].isCleanup {
        guard var state = exit(of: id) else { continue }
        walk(id, &state) { _, _, _ in }
        if entries[id.index] == state { continue }
        entries[id.index] = state
        changed = true
      }
    }
  }

  /// The state behind the terminator's own effect; nil when no return is known to be reached.
  func exit(of id: BlockID) -> ContiguousArray<Wanted>? {
    let terminator = function.blocks[id].terminator
    switch terminator.kind {
    case .return: return atReturn
    case .panic, .unreachable, .resume: return nil
    case .goto, .branch, .switch, .call: break
    }
    var result: ContiguousArray<Wanted>?
    func add(_ block: BlockID) {
      guard block.exists, let entry = entries[block.index] else { return }
      guard result != nil else { return result = entry }
      for i in entry.indices { result![i].meet(entry[i]) }
    }
    add(terminator.next)
    add(terminator.otherwise)
    if terminator.kind == .switch {
      let first = Int(terminator.first)
      for item in function.switchCases[first..<first + Int(terminator.count)] { add(item.target) }
    }
    return result
  }

  private var atReturn: ContiguousArray<Wanted> {
    var result = ContiguousArray(repeating: Wanted.any, count: owners.count)
    let own = owners.numbers[0]
    if own >= 0 { result[own] = Wanted(signature.hasDestination ? .caller : .heap) }
    for (index, parameter) in signature.parameters.enumerated() {
      let number = owners.numbers[DestinationFlow.local(ofParameter: index, signature).index]
      guard number >= 0, parameter.mode != .owned else { continue }
      result[number] = Wanted(.shell(Int32(index)), .contents(Int32(index)))
    }
    owners.exposed.forEach { result[$0] = .heap }
    return result
  }

  // MARK: Steps

  /// Goes through a block from its end. `visit` gets the position of each instruction that makes a
  /// value (the terminator's is the number of instructions), where that is wanted, and of calls
  /// what is called.
  func walk(
    _ id: BlockID, _ state: inout ContiguousArray<Wanted>,
    _ visit: (Int, Wanted, DestinationSummary?) -> Void
  ) {
    let block = function.blocks[id]
    if block.terminator.kind == .call {
      let made = step(block.terminator, &state)
      visit(block.instructions.count, made.wanted, made.callee)
    }
    for index in block.instructions.indices.reversed() {
      let instruction = block.instructions[index]
      if let wanted = step(instruction, &state) { visit(index, wanted, nil) }
    }
  }

  /// What is wanted of a value that is written to `place`.
  private func wanted(_ place: PlaceID, _ state: ContiguousArray<Wanted>) -> Wanted {
    guard place.exists else { return .heap }
    let target = owners[place]
    if target.isError { return .heap }
    guard let owner = target.single, !owners.exposed.contains(owner) else { return .heap }
    return target.isBehind ? Wanted(state[owner].contents) : state[owner]
  }

  private func meet(_ place: OwnedPlace, _ wanted: Wanted, _ state: inout ContiguousArray<Wanted>) {
    if place.isError { return }
    place.owners.forEach { owner in
      if place.isBehind {
        state[owner].contents.meet(wanted.both)
      } else {
        state[owner].meet(wanted)
      }
    }
  }

  /// The value in `place` is another from here on.
  private func end(_ place: PlaceID, _ state: inout ContiguousArray<Wanted>) {
    guard let local = function.wholeLocal(place), owners.numbers[local.index] >= 0,
      !owners.exposed.contains(owners.numbers[local.index])
    else { return }
    state[owners.numbers[local.index]] = .any
  }

  /// The bits of `operand` become part of what is wanted so.
  private func give(
    _ operand: Operand, _ wanted: Wanted, _ state: inout ContiguousArray<Wanted>
  ) {
    switch operand.kind {
    case .move: meet(owners[operand.placeID], wanted, &state)
    case .copy:
      guard types.isValuePointer(function.places[operand.placeID].type) else { return }
      meet(owners[operand.placeID], wanted, &state)
    case .none, .constant, .borrow, .borrowMutable, .function: return
    }
  }

  private func step(
    _ instruction: Instruction, _ state: inout ContiguousArray<Wanted>
  ) -> Wanted? {
    switch instruction.opcode {
    case .assign, .regionKeep, .construct, .makeFunction: return store(instruction, &state)
    case .copyValue:
      let wanted = wanted(instruction.dest, state)
      end(instruction.dest, &state)
      return wanted
    case .drop:
      meet(owners[instruction.dest], .heap, &state)
      return nil
    case .memoryCopy, .memoryMove:
      guard types.owns(instruction.type), instruction.b.kind == .copy else { return nil }
      var source = owners[instruction.b.placeID]
      source.isBehind = true
      meet(source, Wanted(elements(instruction.a, state)), &state)
      return nil
    case .convert:
      // Nobody knows what becomes of memory that nothing types.
      if types.shapes[function.places[instruction.dest].type].kind == .pointer,
        !types.isValuePointer(function.places[instruction.dest].type)
      {
        give(instruction.a, .heap, &state)
      }
      return nil
    case .nop, .storageLive, .storageDead, .discriminant, .add, .sub, .mul, .div, .rem,
      .addWrapping, .subWrapping, .mulWrapping, .addSaturating, .subSaturating, .shl, .shr,
      .bitAnd, .bitOr, .bitXor, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual,
      .negate, .bitNot, .not, .bitcast, .addressOf, .panicPlace, .pointerOffset,
      .boundsCheck, .check, .accessBegin, .accessEnd, .bind, .unbind, .memorySet:
      return nil
    }
  }

  /// Where the elements are wanted that a pointer leads to.
  private func elements(_ pointer: Operand, _ state: ContiguousArray<Wanted>) -> Destination {
    guard pointer.kind == .copy, let owner = owners[pointer.placeID].single,
      !owners.exposed.contains(owner)
    else { return .heap }
    return state[owner].contents
  }

  private func store(
    _ instruction: Instruction, _ state: inout ContiguousArray<Wanted>
  ) -> Wanted? {
    if let local = function.wholeLocal(instruction.dest) {
      if regions.contains(local.index) { forget(local, &state) }
      // A pointer in the frame is no place where values end.
      if owners.numbers[local.index] < 0, !types.owns(function.locals[local].type) { return nil }
    }
    var wanted = wanted(instruction.dest, state)
    end(instruction.dest, &state)
    if instruction.opcode == .regionKeep, let region = function.wholeLocal(instruction.b.placeID) {
      wanted = Wanted(.region(region))
    }
    let type = function.places[instruction.dest].type
    if instruction.opcode == .construct, types.errorVariants[type] == instruction.immediate {
      wanted = .heap
    }
    give(instruction.a, wanted, &state)
    give(instruction.b, wanted, &state)
    for i in 0..<Int(instruction.operandCount) {
      give(function.operands[Int(instruction.firstOperand) + i], wanted, &state)
    }
    return nil
  }

  /// Before its pointer is there, a region cannot be used.
  private func forget(_ region: LocalID, _ state: inout ContiguousArray<Wanted>) {
    for i in state.indices {
      if state[i].shell == .region(region) { state[i].shell = .heap }
      if state[i].contents == .region(region) { state[i].contents = .heap }
    }
  }

  // MARK: Calls

  private func step(
    _ call: Terminator, _ state: inout ContiguousArray<Wanted>
  ) -> (wanted: Wanted, callee: DestinationSummary?) {
    let result = wanted(call.dest, state)
    if call.dest.exists { end(call.dest, &state) }
    let after = state
    let isRuntime = call.callee.exists && module.functionRefs[call.callee].isRuntime
    let callee = call.callee.exists ? summaries[call.callee] : nil
    let signature = module.signatures[
      call.callee.exists ? module.functionRefs[call.callee].signature : call.signature]
    let skipped = signature.hasEnvironment && call.callee.exists ? 1 : 0
    for (index, parameter) in signature.parameters.enumerated() {
      let operand = function.operands[Int(call.first) + skipped + index]
      guard operand.kind.namesPlace else { continue }
      let place = owners[operand.placeID]
      switch parameter.mode {
      case .borrowed:
        guard operand.kind == .copy, !isRuntime,
          types.isValuePointer(function.places[operand.placeID].type)
        else { continue }
      case .inout, .owned: break
      }
      var flow = callee?.parameters[index] ?? .heap
      flow.shell = inCaller(flow.shell, result, call, skipped, after)
      flow.contents = inCaller(flow.contents, result, call, skipped, after)
      if parameter.mode == .borrowed {
        // Only what the pointer leads to changes hands.
        place.owners.forEach { state[$0].contents.meet(flow.contents) }
      } else {
        meet(place, flow, &state)
      }
    }
    return (result, callee)
  }

  /// A wish of the callee, in terms of the caller.
  private func inCaller(
    _ wish: Destination, _ result: Wanted, _ call: Terminator, _ skipped: Int,
    _ after: ContiguousArray<Wanted>
  ) -> Destination {
    switch wish {
    case .any, .heap: return wish
    case .caller: return result.both
    case .region: return .heap
    case .shell(let index), .contents(let index):
      let operand = function.operands[Int(call.first) + skipped + Int(index)]
      guard operand.kind.namesPlace else { return .heap }
      let place = owners[operand.placeID]
      if place.isError { return .heap }
      guard let owner = place.single, !owners.exposed.contains(owner) else { return .heap }
      if case .shell = wish, !place.isBehind { return after[owner].shell }
      return after[owner].contents
    }
  }
}

/// The locals that `region_keep` names.
private func regionLocals(of function: MIRFunction) -> NumberSet {
  var result = NumberSet()
  for block in function.blocks.elements {
    for instruction in block.instructions where instruction.opcode == .regionKeep {
      if let local = function.wholeLocal(instruction.b.placeID) { result.insert(local.index) }
    }
  }
  return result
}
