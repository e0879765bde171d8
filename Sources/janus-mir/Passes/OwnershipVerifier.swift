// Verifies ownership after drop elaboration.
// Reads: elaborated functions. Produces: problems of the compiler's own making; none is the user's.
// Rejects: an owned value that is consumed twice, overwritten, read when it may not be there, or
// still there when its function returns or unwinds.
// Assumes: a verified function. Locals with drop flags are followed apart, one state for each set
// of flags that are on (FlaggedFlow.swift).
import Base
import MIR

/// What is wrong with the ownership of values in `function`.
func verifyOwnership(
  of function: MIRFunction, _ shapes: MIRShapes, flags: DropFlags
) -> [MIRProblem] {
  let paths = MovePaths(of: function, shapes)
  guard !paths.isEmpty else { return [] }
  let flow = InitialisationFlow(function, paths, shapes)
  var verifier = OwnershipVerifier(flow: flow) { flags.byLocal[$0] == nil }
  verifier.run()
  // Which variant is active is not in the flags, so enumerations taken apart are left out.
  let takenApart = Set(paths.paths.lazy.filter(\.isVariant).map(\.local))
  let flagged = flags.byLocal.keys.filter { !takenApart.contains($0) }
  for local in flagged.sorted(by: { $0.raw < $1.raw }) {
    guard let flagged = FlaggedFlow(flow, flags: flags, of: local) else { continue }
    verifier.run(on: local, flagged)
  }
  return verifier.problems
}

private struct OwnershipVerifier {
  let flow: InitialisationFlow
  private var isFollowed: (LocalID) -> Bool
  private let function: MIRFunction
  private let paths: MovePaths
  private(set) var problems: [MIRProblem] = []
  private var block = BlockID.none
  private var index = 0

  /// By local.
  private let isWithoutMemory: ContiguousArray<Bool>

  init(flow: InitialisationFlow, following isFollowed: @escaping (LocalID) -> Bool) {
    self.flow = flow
    self.isFollowed = isFollowed
    function = flow.function
    paths = flow.paths
    isWithoutMemory = localsWithoutMemory(in: flow.function)
  }

  mutating func run() {
    for id in flow.order {
      if let state = flow.entryStates[id.index] { run(id, from: state) }
    }
  }

  /// Looks at `local` alone, by what its flags tell.
  mutating func run(on local: LocalID, _ flagged: FlaggedFlow) {
    isFollowed = { $0 == local }
    let before = problems.count
    for id in flow.order {
      let states = flagged.entryStates[id.index].sorted { $0.key < $1.key }
      for (_, state) in states where problems.count == before {
        run(id, from: state)
      }
    }
  }

  private mutating func run(_ id: BlockID, from entry: InitialisationState) {
    var state = entry
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

  private mutating func report(_ path: PathIndex, _ message: String) {
    let local = paths.paths[Int(path)].local
    let name = function.locals[local].name
    problems.append(
      MIRProblem(
        function: function.symbol, block: block, instruction: index,
        message: "_\(local.raw)\(name.isEmpty ? "" : " `\(name)`") \(message)"))
  }

  /// The paths with values that own something in the subtree of `place`.
  private func owned(_ place: PlaceID) -> [PathIndex] {
    guard case .exact(let path) = paths.places[place.index] else { return [] }
    var result: [PathIndex] = []
    paths.forSubtree(path) { if isOwned($0) { result.append($0) } }
    return result
  }

  private func isOwned(_ path: PathIndex) -> Bool {
    let value = paths.paths[Int(path)]
    return !value.isVariant && !flow.shapes[value.type].isTrivial && isFollowed(value.local)
  }

  /// The value may be left where it is.
  private func mayBeLost(_ path: PathIndex) -> Bool {
    isWithoutMemory[paths.paths[Int(path)].local.index]
  }

  private mutating func consume(
    _ place: PlaceID, _ state: InitialisationState, _ verb: String
  ) {
    for path in owned(place) where state.maybeUninitialised(path) {
      report(path, "\(verb), but may hold no value")
    }
  }

  private mutating func consume(_ operand: Operand, _ state: InitialisationState) {
    switch operand.kind {
    case .move: consume(operand.placeID, state, "is moved")
    case .borrow: read(operand.placeID, state)
    case .none, .constant, .copy, .borrowMutable, .function: break
    }
  }

  /// What is lent, or the value around it, must be there; parts of it may have been moved away.
  private mutating func read(_ place: PlaceID, _ state: InitialisationState) {
    let path = paths.places[place.index].nearest
    guard path >= 0, isOwned(path), state.maybeUninitialised(path), !hasValue(below: path, state)
    else { return }
    report(path, "is read, but may hold no value")
  }

  private func hasValue(below path: PathIndex, _ state: InitialisationState) -> Bool {
    var found = false
    paths.forSubtree(path) { if $0 != path, state.maybeInitialised($0) { found = true } }
    return found
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
      consume(instruction.c, after)
    }
    if instruction.dest.exists, instruction.opcode.writesDestination, instruction.opcode != .bind {
      overwrite(instruction.dest, after)
    }
  }

  private mutating func overwrite(_ place: PlaceID, _ state: InitialisationState) {
    for path in owned(place)
    where state.maybeInitialised(path) && !mayBeLost(path) && !isEmptied(path, state) {
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

  /// The glue that drops a struct or tuple part by part, which holds nothing afterwards. Of an
  /// enumeration only the active variant's parts are dropped.
  private func dropsParameter(_ path: PathIndex) -> Bool {
    let type = function.locals[paths.paths[Int(path)].local].type
    return function.attributes.contains(.glue) && function.symbol.hasPrefix("drop.")
      && flow.shapes[type].kind == .aggregate && !isOpaque(flow.shapes[type], flow.shapes)
  }

  private mutating func checkEnd(_ state: InitialisationState, unwinding: Bool) {
    for index in paths.paths.indices {
      let path = PathIndex(index)
      guard isOwned(path), !mayBeLost(path), state.maybeInitialised(path) else { continue }
      switch function.locals[paths.paths[index].local].storage {
      case .inoutParameter: if unwinding || !dropsParameter(path) { continue }
      case .borrowedParameter, .alias, .hidden, .lent: continue
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
