// What the verifiers would miss: each mutant of a function lacks one instruction that destroys,
// copies, or follows a value by its flag. A test asks for them (`janus-mir --mutants`); what no
// verifier notices must be noticed when it runs.
import Base
import MIR

/// A function without one of its instructions.
public struct Mutant: Sendable {
  public var function: MIRFunction
  public var block: BlockID
  public var index: Int
  public var opcode: Opcode
  /// The local that the instruction is about, and the type of the place in it.
  public var place: String
}

/// The mutants of a module's functions.
public struct MutantReport: Sendable {
  /// How many there are.
  public var count = 0
  /// Those that no verifier notices.
  public var survivors: [Mutant] = []

  mutating func add(_ found: (count: Int, survivors: [Mutant]), of function: MIRFunction) {
    count += found.count
    survivors += found.survivors
  }
}

/// Makes each mutant of an elaborated function and shows it to the verifiers.
func mutants(
  of function: MIRFunction, _ module: MIRModule, _ shapes: MIRShapes,
  _ flags: DropFlags
) -> (count: Int, survivors: [Mutant]) {
  let withoutMemory = localsWithoutMemory(in: function)
  let flagLocals = Set(flags.byLocal.values.joined())
  let flow = InitialisationFlow(function, MovePaths(of: function, shapes), shapes)
  var count = 0
  var survivors: [Mutant] = []
  for id in function.blocks.ids where flow.entryStates[id.index] != nil {
    for (index, instruction) in function.blocks[id].instructions.enumerated()
    where isTried(instruction, function, shapes, flagLocals, withoutMemory) {
      if isUntestedFlag(instruction, Position(block: id, index: index), function) { continue }
      count += 1
      var mutant = function
      mutant.blocks[id].instructions[index] = Instruction(.nop)
      guard verifyMIR(mutant, in: module, shapes: shapes).isEmpty,
        verifyOwnership(of: mutant, shapes, flags: flags).isEmpty
      else { continue }
      simplify(&mutant, shapes)
      survivors.append(
        Mutant(
          function: mutant, block: id, index: index, opcode: instruction.opcode,
          place: describe(instruction.dest, function, module)))
    }
  }
  return (count, survivors)
}

private func describe(
  _ place: PlaceID, _ function: MIRFunction, _ module: MIRModule
) -> String {
  let type = module.types[function.places[place].type].name
  guard case .local(let local) = function.places[place].base else { return "static: \(type)" }
  return "_\(local.raw) \(function.locals[local].name): \(type)"
}

/// Whether the instruction sets a flag that nothing tests before it is set again.
private func isUntestedFlag(
  _ instruction: Instruction, _ position: Position, _ function: MIRFunction
) -> Bool {
  guard instruction.opcode == .assign else { return false }
  let flag = instruction.dest
  var seen: Set<BlockID> = []
  var pending = [position]
  while let start = pending.popLast() {
    let block = function.blocks[start.block]
    let behind = block.instructions.dropFirst(start.index + 1)
    if behind.contains(where: { $0.opcode == .assign && $0.dest == flag }) {
      // A panic may leave the block before it is set.
      if block.cleanup.exists, seen.insert(block.cleanup).inserted {
        pending.append(Position(block: block.cleanup, index: -1))
      }
      continue
    }
    if block.terminator.kind == .branch, block.terminator.operand == .copy(flag) { return false }
    for next in successors(of: start.block, in: function) where seen.insert(next).inserted {
      pending.append(Position(block: next, index: -1))
    }
  }
  return true
}

/// Whether leaving the instruction out can make a difference: what never owns memory needs no drop.
private func isTried(
  _ instruction: Instruction, _ function: MIRFunction, _ shapes: MIRShapes,
  _ flags: Set<LocalID>, _ withoutMemory: ContiguousArray<Bool>
) -> Bool {
  switch instruction.opcode {
  case .drop:
    if case .local(let local) = function.places[instruction.dest].base, withoutMemory[local.index] {
      return false
    }
    return !shapes[function.places[instruction.dest].type].isTrivial
  case .copyValue: return true
  case .assign:
    guard case .local(let local) = function.places[instruction.dest].base else { return false }
    return flags.contains(local)
  case _: return false
  }
}
