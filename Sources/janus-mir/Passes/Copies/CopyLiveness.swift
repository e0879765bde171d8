// Which paths are used later, and what each instruction uses and changes.
// Reads: a function, its `LentPaths` and `AddressOwners`. Produces: for each block, the paths that
// may be used from its beginning on before they get a new value. Rejects: nothing.
// Assumes: a verified function.
// A use is a read, a loan, or a use of an address that may lead there. Destroying a value that runs
// no destructor is not a use. A panic is a way to the block's cleanup like any other.
import Base
import MIR

struct CopyLiveness {
  let paths: LentPaths
  let owners: AddressOwners
  private let function: MIRFunction
  private let shapes: MIRShapes
  private let holders: AddressHolders
  private(set) var entries: ContiguousArray<NumberSet>

  init(_ paths: LentPaths, _ owners: AddressOwners, _ holders: AddressHolders) {
    self.paths = paths
    self.owners = owners
    self.holders = holders
    function = paths.function
    shapes = paths.shapes
    entries = ContiguousArray(repeating: NumberSet(), count: function.blocks.count)
    let order = ContiguousArray(reversePostorder(of: function).reversed())
    var changed = true
    while changed {
      changed = false
      for id in order {
        var live = NumberSet()
        walk(id, from: &live) { _, _ in }
        if entries[id.index].formUnion(live) { changed = true }
      }
    }
  }

  /// Goes backward through a block, with `live` as it is before each step at the end. `visit` gets
  /// each instruction's index (the number of instructions for the terminator) and what is live
  /// behind it.
  func walk(_ id: BlockID, from live: inout NumberSet, _ visit: (Int, NumberSet) -> Void) {
    let block = function.blocks[id]
    leave(block.terminator, &live)
    visit(block.instructions.count, live)
    enter(block.terminator, &live)
    for index in block.instructions.indices.reversed() {
      visit(index, live)
      let instruction = block.instructions[index]
      if instruction.dest.exists,
        instruction.opcode.writesDestination || instruction.opcode == .drop,
        instruction.opcode != .bind
      {
        live.subtract(paths.covered(by: instruction.dest))
      }
      if block.cleanup.exists, instruction.opcode.mayPanic {
        live.formUnion(entries[block.cleanup.index])
      }
      live.formUnion(uses(of: instruction))
    }
  }

  /// What is live behind a terminator, on any way.
  private func leave(_ terminator: Terminator, _ live: inout NumberSet) {
    func add(_ block: BlockID) { if block.exists { live.formUnion(entries[block.index]) } }
    add(terminator.next)
    add(terminator.otherwise)
    add(terminator.cleanup)
    if terminator.kind == .switch {
      for i in 0..<Int(terminator.count) {
        add(function.switchCases[Int(terminator.first) + i].target)
      }
    }
  }

  /// What is live before it.
  private func enter(_ terminator: Terminator, _ live: inout NumberSet) {
    if terminator.kind == .call, terminator.dest.exists {
      live.subtract(paths.covered(by: terminator.dest))
      if terminator.cleanup.exists { live.formUnion(entries[terminator.cleanup.index]) }
    }
    live.formUnion(uses(of: terminator))
  }

  // MARK: Uses

  func uses(of instruction: Instruction) -> NumberSet {
    var result = NumberSet()
    switch instruction.opcode {
    case .nop, .storageLive, .storageDead, .unbind: return result
    case .drop:
      // A destructor may follow the addresses that its value holds.
      let type = function.places[instruction.dest].type
      if holders.holdsAddress(type) || shapes[type].ownership == .unique {
        useAddresses(in: instruction.dest, &result)
      }
      return result
    case .construct:
      for i in 0..<Int(instruction.operandCount) {
        use(function.operands[Int(instruction.firstOperand) + i], &result)
      }
    case _:
      use(instruction.a, &result)
      use(instruction.b, &result)
      use(instruction.c, &result)
    }
    if instruction.dest.exists, instruction.opcode != .bind { write(instruction.dest, &result) }
    return result
  }

  func uses(of terminator: Terminator) -> NumberSet {
    var result = NumberSet()
    use(terminator.operand, &result)
    if terminator.kind == .call {
      for i in 0..<Int(terminator.count) {
        use(function.operands[Int(terminator.first) + i], &result)
      }
      if terminator.dest.exists { write(terminator.dest, &result) }
    }
    return result
  }

  func uses(of operand: Operand) -> NumberSet {
    var result = NumberSet()
    use(operand, &result)
    return result
  }

  private func use(_ operand: Operand, _ result: inout NumberSet) {
    guard operand.kind.namesPlace else { return }
    result.formUnion(paths.overlaps[Int(operand.index)])
    useAddresses(in: operand.placeID, &result)
  }

  private func useAddresses(in place: PlaceID, _ result: inout NumberSet) {
    let base = paths.places[place.index].base
    guard base.exists else { return }
    owners.owners[base.index].forEach { result.formUnion(paths.overlapsOfPath[$0]) }
  }

  /// Writing a part needs the whole around it; writing through a pointer needs the pointer.
  private func write(_ place: PlaceID, _ result: inout NumberSet) {
    let written = paths.places[place.index]
    guard written.base.exists else { return }
    if isElsewhere(written) { useAddresses(in: place, &result) }
    var around = paths.overlaps[place.index]
    around.subtract(paths.covered(by: place))
    result.formUnion(around)
  }

  /// What is written is not the local itself.
  private func isElsewhere(_ place: ResolvedPlace) -> Bool {
    !place.isPlain || function.locals[place.base].storage == .alias
  }

  /// A write to `place` may change a static.
  func mayBeStatic(_ place: PlaceID) -> Bool {
    let written = paths.places[place.index]
    guard written.base.exists else { return true }
    return isElsewhere(written) && owners.owners[written.base.index].contains(LentPaths.unknown)
  }

  // MARK: Changes

  /// What the step at `index` of a block (behind its instructions: the terminator) may change, and
  /// what it uses.
  func effects(of block: Block, at index: Int) -> (changed: NumberSet, used: NumberSet) {
    guard index < block.instructions.count else {
      return (changes(by: block.terminator), uses(of: block.terminator))
    }
    return (changes(by: block.instructions[index]), uses(of: block.instructions[index]))
  }

  /// The paths whose values an instruction may change.
  func changes(by instruction: Instruction) -> NumberSet {
    var result = NumberSet()
    switch instruction.opcode {
    case .nop, .storageLive, .unbind: return result
    case .bind, .accessBegin, .accessEnd:
      if instruction.a.kind == .borrowMutable { change(instruction.a.placeID, &result) }
      return result
    case .addressOf:
      // What is done through the address counts where it is done.
      break
    case .memoryCopy, .memoryMove, .memorySet: changeThrough(instruction.a, &result)
    case .construct:
      for i in 0..<Int(instruction.operandCount) {
        take(function.operands[Int(instruction.firstOperand) + i], &result)
      }
    case _:
      take(instruction.a, &result)
      take(instruction.b, &result)
    }
    if instruction.dest.exists { change(instruction.dest, &result) }
    return result
  }

  func changes(by terminator: Terminator) -> NumberSet {
    var result = NumberSet()
    guard terminator.kind == .call else { return result }
    changeThrough(terminator.operand, &result)
    for i in 0..<Int(terminator.count) {
      let operand = function.operands[Int(terminator.first) + i]
      switch operand.kind {
      case .none, .constant, .function: continue
      case .move, .borrowMutable: change(operand.placeID, &result)
      case .copy: break
      case .borrow:
        guard shapes[function.places[operand.placeID].type].kind == .function else { continue }
      }
      changeThrough(operand, &result)
    }
    if terminator.dest.exists { change(terminator.dest, &result) }
    return result
  }

  private func take(_ operand: Operand, _ result: inout NumberSet) {
    if operand.kind == .move || operand.kind == .borrowMutable {
      change(operand.placeID, &result)
    }
  }

  private func change(_ place: PlaceID, _ result: inout NumberSet) {
    result.formUnion(paths.overlaps[place.index])
    let written = paths.places[place.index]
    guard written.base.exists, isElsewhere(written) else { return }
    owners.owners[written.base.index].forEach { result.formUnion(paths.overlapsOfPath[$0]) }
  }

  /// What can be changed by whoever has the operand.
  private func changeThrough(_ operand: Operand, _ result: inout NumberSet) {
    guard operand.kind.namesPlace else { return }
    let base = paths.places[Int(operand.index)].base
    guard base.exists else { return }
    owners.writable[base.index].forEach { result.formUnion(paths.overlapsOfPath[$0]) }
    if operand.kind == .copy, holders.holdsAddress(function.places[operand.placeID].type) {
      result.formUnion(paths.overlaps[Int(operand.index)])
    }
  }
}
