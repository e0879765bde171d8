// Verifies ownership after drop elaboration.
// Reads: elaborated functions. Produces: problems of the compiler's own making; none is the user's.
// Rejects: an owned value that is consumed twice, overwritten, or still there when its function
// returns or unwinds.
// Assumes: a verified function. Locals with a drop flag are left out: their state is in the flag.
import Base
import MIR

/// What is wrong with the ownership of values in `function`.
func verifyOwnership(
  of function: MIRFunction, _ shapes: MIRShapes, flagged: Set<LocalID>
) -> [MIRProblem] {
  let paths = MovePaths(of: function, shapes)
  guard !paths.isEmpty else { return [] }
  var verifier = OwnershipVerifier(
    flow: InitialisationFlow(function, paths, shapes),
    flagged: flagged)
  verifier.run()
  return verifier.problems
}

private struct OwnershipVerifier {
  let flow: InitialisationFlow
  let flagged: Set<LocalID>
  private let function: MIRFunction
  private let paths: MovePaths
  private(set) var problems: [MIRProblem] = []
  private var block = BlockID.none
  private var index = 0

  /// By local.
  private let isWithoutMemory: ContiguousArray<Bool>

  init(flow: InitialisationFlow, flagged: Set<LocalID>) {
    self.flow = flow
    self.flagged = flagged
    function = flow.function
    paths = flow.paths
    isWithoutMemory = localsWithoutMemory(in: flow.function)
  }


  mutating func run() {
    for id in flow.order {
      guard var state = flow.entryStates[id.index] else { continue }
      block = id
      let instructions = function.blocks[id].instructions
      for i in instructions.indices {
        index = i
        check(instructions[i], state)
        flow.apply(instructions[i], &state)
      }
      index = instructions.count
      check(function.blocks[id].terminator, state)
    }
  }

  private mutating func report(_ path: PathIndex, _ message: String) {
    let local = paths.paths[Int(path)].local
    let name = function.locals[local].name
    problems.append(
      MIRProblem(
        function: function.symbol, block: block, instruction: index,
        message: "_\(local.raw)\(name.isEmpty ? "" : " `\(name)`") \(message)"))
  }

  /// The paths with owned values in the subtree of `place`.
  private func owned(_ place: PlaceID) -> [PathIndex] {
    guard case .exact(let path) = paths.places[place.index] else { return [] }
    var result: [PathIndex] = []
    paths.forSubtree(path) { if isOwned($0) { result.append($0) } }
    return result
  }

  private func isOwned(_ path: PathIndex) -> Bool {
    let value = paths.paths[Int(path)]
    return !value.isVariant && !flow.shapes[value.type].isTrivial && !flagged.contains(value.local)
      && !isWithoutMemory[value.local.index]
  }

  private mutating func consume(
    _ place: PlaceID, _ state: InitialisationState, _ verb: String
  ) {
    for path in owned(place) where state.maybeUninitialised(path) {
      report(path, "\(verb), but may hold no value")
    }
  }

  private mutating func consume(_ operand: Operand, _ state: InitialisationState) {
    if operand.kind == .move { consume(operand.placeID, state, "is moved") }
  }

  private mutating func check(_ instruction: Instruction, _ state: InitialisationState) {
    if instruction.opcode == .drop { return consume(instruction.dest, state, "is dropped") }
    var after = state
    if instruction.opcode == .construct {
      for i in 0..<Int(instruction.operandCount) {
        let operand = function.operands[Int(instruction.firstOperand) + i]
        consume(operand, after)
        flow.moveOut(operand, &after)
      }
    } else {
      consume(instruction.a, after)
      flow.moveOut(instruction.a, &after)
      consume(instruction.b, after)
    }
    if instruction.dest.exists, instruction.opcode.writesDestination, instruction.opcode != .bind {
      overwrite(instruction.dest, after)
    }
  }

  private mutating func overwrite(_ place: PlaceID, _ state: InitialisationState) {
    for path in owned(place) where state.maybeInitialised(path) && !isEmptied(path, state) {
      report(path, "is overwritten, but may hold a value")
    }
  }

  /// Every part that owns something was moved away by itself.
  private func isEmptied(_ path: PathIndex, _ state: InitialisationState) -> Bool {
    let shape = flow.shapes[paths.paths[Int(path)].type]
    guard !isOpaque(shape, flow.shapes), paths.paths[Int(path)].firstChild >= 0 else {
      return false
    }
    if shape.kind == .enumeration { return hasMovedChild(path, state) }
    for i in 0..<Int(shape.count)
    where !flow.shapes[flow.shapes.field(i, first: shape.first).type].isTrivial {
      var child = paths.paths[Int(path)].firstChild
      while child >= 0, paths.paths[Int(child)].projection != .field(UInt32(i)) {
        child = paths.paths[Int(child)].nextSibling
      }
      guard child >= 0 else { return false }
      if state.maybeInitialised(child), !isEmptied(child, state) { return false }
    }
    return true
  }

  private func hasMovedChild(_ path: PathIndex, _ state: InitialisationState) -> Bool {
    var moved = false
    paths.forSubtree(path) { if $0 != path, !state.maybeInitialised($0) { moved = true } }
    return moved
  }

  private mutating func check(_ terminator: Terminator, _ state: InitialisationState) {
    switch terminator.kind {
    case .call:
      var after = state
      consume(terminator.operand, state)
      for i in 0..<Int(terminator.count) {
        let operand = function.operands[Int(terminator.first) + i]
        consume(operand, after)
        flow.moveOut(operand, &after)
      }
      if terminator.dest.exists { overwrite(terminator.dest, after) }
    case .return: checkEnd(state, unwinding: false)
    case .resume: checkEnd(state, unwinding: true)
    case .goto, .branch, .switch, .panic, .unreachable: break
    }
  }

  private mutating func checkEnd(_ state: InitialisationState, unwinding: Bool) {
    for index in paths.paths.indices {
      let path = PathIndex(index)
      guard isOwned(path), state.maybeInitialised(path) else { continue }
      switch function.locals[paths.paths[index].local].storage {
      case .inoutParameter, .borrowedParameter, .alias, .hidden: continue
      case .result: if !unwinding { continue }
      case .ownedParameter: if function.attributes.contains(.glue) { continue }
      case .stack: break
      }
      // A partly moved value is told by its parts.
      if paths.paths[index].firstChild >= 0, isEmptied(path, state) { continue }
      report(path, unwinding ? "is lost when a panic unwinds" : "is lost when the function returns")
    }
  }
}
