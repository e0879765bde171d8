// Which locals never own memory although their type can: literals, what is built of literals, and
// views, whose capacity is the constant zero. They may be left without a drop.
// Reads: a function. Produces: a table by local.
// Algorithm: the greatest set of frame locals all of whose writes keep it true, found by removing
// locals until nothing changes.
import MIR

/// For each local of `function`: nothing that it ever holds owns memory.
/// With `evenIfLent`, also by those that may change it by another name.
func localsWithoutMemory(
  in function: MIRFunction, evenIfLent: Bool = false
) -> ContiguousArray<Bool> {
  var result = ContiguousArray(function.locals.elements.map { $0.storage == .stack })
  func local(_ place: PlaceID) -> LocalID? {
    guard place.exists, case .local(let local) = function.places[place].base else { return nil }
    return local
  }
  func isWithoutMemory(_ operand: Operand) -> Bool {
    switch operand.kind {
    case .none, .constant, .copy, .borrow, .borrowMutable, .function: true
    case .move: local(operand.placeID).map { result[$0.index] } ?? false
    }
  }
  func keeps(_ instruction: Instruction) -> Bool {
    switch instruction.opcode {
    case .assign: return isWithoutMemory(instruction.a)
    case .construct:
      let first = Int(instruction.firstOperand)
      let operands = function.operands[first..<first + Int(instruction.operandCount)]
      return operands.allSatisfy(isWithoutMemory) && operands.last?.kind != .copy
    case _: return false
    }
  }
  var changed = true
  func clear(_ place: PlaceID) {
    guard let local = local(place), result[local.index] else { return }
    result[local.index] = false
    changed = true
  }
  func clear(_ operand: Operand) {
    if operand.kind == .borrowMutable, evenIfLent { clear(operand.placeID) }
  }
  for operand in function.operands { clear(operand) }
  for block in function.blocks.elements {
    clear(block.terminator.dest)
    for instruction in block.instructions {
      clear(instruction.a)
      if instruction.opcode == .addressOf, evenIfLent { clear(instruction.a.placeID) }
    }
  }
  while changed {
    changed = false
    for block in function.blocks.elements {
      for instruction in block.instructions
      where instruction.opcode.writesDestination && !keeps(instruction) {
        clear(instruction.dest)
      }
    }
  }
  return result
}
