// Decides every drop.
// Reads: functions that passed `checkInitialisation`. Produces: functions in which each `drop` that
// is left destroys a whole, initialised value, and each owned value is destroyed once on every
// path. Rejects: nothing.
// Assumes: that places are initialised where they are read, so that only drops need a decision.
// For each drop, by the state before it: nothing to destroy, the drop goes; all there, it stays;
// parts moved away, the parts that are left are dropped one by one, the last first; known only at
// run time, a drop flag (a bool local that follows the path) decides. A panic that would leave a
// value lent as `inout` moved out ends the process.
import Base
import MIR

/// What one function's elaboration did.
struct DropElaboration {
  var flags = DropFlags()
  var changed = false
}

/// Rewrites the drops of `function`. `flags` are what drop flags are made of.
func elaborateDrops(
  in function: inout MIRFunction, _ flow: InitialisationFlow, _ flags: FlagValues
) -> DropElaboration {
  var elaborator = DropElaborator(flow: flow, flags: flags)
  elaborator.decide()
  guard elaborator.needsChange else { return DropElaboration() }
  elaborator.rewrite(&function)
  return DropElaboration(
    flags: DropFlags(byLocal: elaborator.flagsByLocal(in: function), on: flags.on), changed: true)
}

/// How a path is destroyed.
private enum Decision {
  case nothing
  case whole
  /// When its flag is set.
  case flagged(PathIndex)
  /// The parts one by one.
  case open
}

private struct DropElaborator {
  let flow: InitialisationFlow
  let flags: FlagValues
  private let paths: MovePaths
  /// The state before each drop that is not simply kept.
  private var drops: [Position: InitialisationState] = [:]
  private(set) var flagged: ContiguousArray<PathIndex> = []
  private var isFlagged: ContiguousArray<Bool>
  private var flagLocals: ContiguousArray<PlaceID>
  /// Ends of unwinding at which paths of what is lent exclusively are or may be moved out.
  private var lost: [BlockID: [PathIndex]] = [:]
  private var lostStates: [BlockID: InitialisationState] = [:]

  init(flow: InitialisationFlow, flags: FlagValues) {
    self.flow = flow
    self.flags = flags
    paths = flow.paths
    isFlagged = ContiguousArray(repeating: false, count: flow.paths.paths.count)
    flagLocals = ContiguousArray(repeating: .none, count: flow.paths.paths.count)
  }

  var needsChange: Bool { !drops.isEmpty || !lost.isEmpty }

  // MARK: Deciding

  mutating func decide() {
    for id in flow.order {
      guard var state = flow.entryStates[id.index] else { continue }
      let block = flow.function.blocks[id]
      for (index, instruction) in block.instructions.enumerated() {
        if instruction.opcode == .drop, case .exact(let path) = paths.places[instruction.dest.index]
        {
          if !isWhole(path, state) {
            drops[Position(block: id, index: index)] = state
            requireFlags(for: path, state)
          }
        }
        flow.apply(instruction, &state)
      }
      if block.terminator.kind == .resume { checkLost(id, state) }
    }
  }

  private mutating func checkLost(_ block: BlockID, _ state: InitialisationState) {
    guard !flow.function.attributes.contains(.glue) else { return }
    for (index, path) in paths.paths.enumerated() where !path.isVariant {
      guard flow.function.locals[path.local].storage.lendsExclusively,
        state.maybeUninitialised(PathIndex(index)), isMovedOut(PathIndex(index))
      else { continue }
      lost[block, default: []].append(PathIndex(index))
      lostStates[block] = state
      if state.maybeInitialised(PathIndex(index)), !isFlagged[index] {
        isFlagged[index] = true
        flagged.append(PathIndex(index))
      }
    }
  }

  /// A `move` takes the path away, rather than a drop, which only drop glue does.
  private func isMovedOut(_ path: PathIndex) -> Bool {
    func moves(_ operand: Operand) -> Bool {
      guard operand.kind == .move, case .exact(let moved) = paths.places[Int(operand.index)] else {
        return false
      }
      return paths.isWithin(path, moved)
    }
    return flow.function.operands.contains(where: moves)
      || flow.function.blocks.elements.contains { block in
        block.instructions.contains { moves($0.a) || moves($0.b) }
      }
  }

  private func isWhole(_ path: PathIndex, _ state: InitialisationState) -> Bool {
    var whole = true
    paths.forSubtree(path) { if state.maybeUninitialised($0) { whole = false } }
    return whole
  }

  private func isGone(_ path: PathIndex, _ state: InitialisationState) -> Bool {
    var gone = true
    paths.forSubtree(path) { if state.maybeInitialised($0) { gone = false } }
    return gone
  }

  /// Every path of the subtree whose state is known only at run time needs a flag.
  private mutating func requireFlags(for path: PathIndex, _ state: InitialisationState) {
    var needed: [PathIndex] = []
    paths.forSubtree(path) {
      if state.maybeInitialised($0), state.maybeUninitialised($0),
        !paths.paths[Int($0)].isVariant
      { needed.append($0) }
    }
    for path in needed where !isFlagged[Int(path)] {
      isFlagged[Int(path)] = true
      flagged.append(path)
    }
  }

  func flagsByLocal(in function: MIRFunction) -> [LocalID: [LocalID]] {
    var result: [LocalID: [LocalID]] = [:]
    for path in flagged {
      guard case .local(let flag) = function.places[flagLocals[Int(path)]].base else { continue }
      result[paths.paths[Int(path)].local, default: []].append(flag)
    }
    return result
  }

  // MARK: Rewriting

  mutating func rewrite(_ function: inout MIRFunction) {
    for path in flagged {
      let location = function.locals[paths.paths[Int(path)].local].location
      let local = function.addLocal(
        Local(name: "", type: flags.type, storage: .stack, isMutable: true, location: location))
      flagLocals[Int(path)] = function.place(local)
    }
    for id in flow.order {
      guard let state = flow.entryStates[id.index] else { continue }
      rewrite(id, state, &function)
    }
    initialiseFlags(&function)
  }

  /// At the start of the function: what parameters hold is there, all else is not.
  private func initialiseFlags(_ function: inout MIRFunction) {
    guard !flagged.isEmpty else { return }
    var instructions: ContiguousArray<Instruction> = []
    for path in flagged {
      let storage = function.locals[paths.paths[Int(path)].local].storage
      let isThere = storage == .ownedParameter || storage.lendsExclusively
      instructions.append(setFlag(path, isThere))
    }
    let entry = BlockID(0)
    function.blocks[entry].instructions.insert(contentsOf: instructions, at: 0)
    function.blocks[entry].locations.insert(
      contentsOf: repeatElement(.none, count: instructions.count), at: 0)
  }

  private func setFlag(_ path: PathIndex, _ value: Bool) -> Instruction {
    Instruction(
      .assign, type: flags.type, dest: flagLocals[Int(path)],
      a: .constant(value ? flags.on : flags.off))
  }

  /// Copies block `id` instruction by instruction; conditional drops split it.
  private func rewrite(
    _ id: BlockID, _ entry: InitialisationState, _ function: inout MIRFunction
  ) {
    let old = function.blocks[id]
    var writer = BlockWriter(block: id, isCleanup: old.isCleanup, cleanup: old.cleanup)
    function.blocks[id].instructions.removeAll(keepingCapacity: true)
    function.blocks[id].locations.removeAll(keepingCapacity: true)
    for (index, instruction) in old.instructions.enumerated() {
      writer.location = old.locations[index]
      if instruction.opcode == .drop, case .exact(let path) = paths.places[instruction.dest.index] {
        if let state = drops[Position(block: id, index: index)] {
          drop(path, instruction.dest, state, &writer, &function)
        } else {
          clearFlags(path, &writer, &function)
          writer.append(instruction, &function)
        }
        continue
      }
      writer.append(instruction, &function)
      followFlags(instruction, &writer, &function)
    }
    writer.location = old.terminatorLocation
    finish(old.terminator, of: id, &writer, &function)
  }

  /// Flags are off before a destructor runs, which may panic.
  private func clearFlags(
    _ path: PathIndex, _ writer: inout BlockWriter, _ function: inout MIRFunction
  ) {
    guard !flagged.isEmpty else { return }
    paths.forSubtree(path) {
      if isFlagged[Int($0)] { writer.append(setFlag($0, false), &function) }
    }
  }

  private func followFlags(
    _ instruction: Instruction, _ writer: inout BlockWriter, _ function: inout MIRFunction
  ) {
    guard !flagged.isEmpty else { return }
    // What one instruction does to the flags, its moves before its result.
    let before = InitialisationState(wordCount: paths.wordCount)
    var after = before
    flow.apply(instruction, &after)
    guard after != before else { return }
    for path in flagged {
      if after.maybeInitialised(path) {
        writer.append(setFlag(path, true), &function)
      } else if after.maybeUninitialised(path) {
        writer.append(setFlag(path, false), &function)
      }
    }
  }

  /// A call's arguments are gone before it; its result is there only if it returns.
  private func finish(
    _ terminator: Terminator, of id: BlockID, _ writer: inout BlockWriter,
    _ function: inout MIRFunction
  ) {
    var terminator = terminator
    if terminator.kind == .resume, let paths = lost[id], let state = lostStates[id] {
      return endUnwinding(paths, state, &writer, &function)
    }
    if terminator.kind == .call, !flagged.isEmpty {
      var moved = InitialisationState(wordCount: paths.wordCount)
      flow.moveArguments(of: terminator, &moved)
      for path in flagged where moved.maybeUninitialised(path) {
        writer.append(setFlag(path, false), &function)
      }
      var made = InitialisationState(wordCount: paths.wordCount)
      if terminator.dest.exists { flow.initialise(terminator.dest, &made) }
      let results = flagged.filter { made.maybeInitialised($0) }
      if !results.isEmpty, terminator.next.exists {
        let edge = function.addBlock(isCleanup: writer.isCleanup)
        for path in results { function.append(setFlag(path, true), to: edge, at: .none) }
        function.terminate(
          edge, Terminator(kind: .goto, next: terminator.next), at: writer.location)
        terminator.next = edge
      }
    }
    function.terminate(writer.block, terminator, at: writer.location)
  }

  /// A second panic ends the process, unless all of `paths` have values.
  private func endUnwinding(
    _ paths: [PathIndex], _ state: InitialisationState, _ writer: inout BlockWriter,
    _ function: inout MIRFunction
  ) {
    let end = function.addBlock(isCleanup: true)
    let message: Operand = flags.lostMessage.isNone ? .none : .constant(flags.lostMessage)
    let parameter = self.paths.paths[Int(paths[0])].local
    function.terminate(
      end, Terminator(kind: .panic, operand: message, panic: .exclusivity),
      at: function.locals[parameter].location)
    for path in paths {
      guard state.maybeInitialised(path) else { return writer.go(to: end, &function) }
      let next = function.addBlock(isCleanup: true)
      writer.branch(flagLocals[Int(path)], then: next, otherwise: end, &function)
      writer.block = next
    }
    function.terminate(writer.block, Terminator(kind: .resume), at: writer.location)
  }

  // MARK: One drop

  private func drop(
    _ path: PathIndex, _ place: PlaceID, _ state: InitialisationState,
    _ writer: inout BlockWriter, _ function: inout MIRFunction
  ) {
    if flow.shapes[function.places[place].type].isTrivial { return }
    if isGone(path, state) { return }
    if isWhole(path, state) {
      clearFlags(path, &writer, &function)
      return append(dropOf: place, &writer, &function)
    }
    let children = separateParts(of: path, state)
    if children.isEmpty {
      // Only the path itself is in doubt.
      return writer.conditionally(flagLocals[Int(path)], &function) { writer, function in
        clearFlags(path, &writer, &function)
        append(dropOf: place, &writer, &function)
      }
    }
    let isEnumeration = flow.shapes[function.places[place].type].kind == .enumeration
    let open: (inout BlockWriter, inout MIRFunction) -> Void = { writer, function in
      // What has no path of its own goes by this flag: it is off before a destructor runs.
      if isFlagged[Int(path)] { writer.append(setFlag(path, false), &function) }
      if isEnumeration {
        dropVariants(path, place, state, &writer, &function)
      } else {
        dropFields(path, place, state, &writer, &function)
      }
    }
    if isFlagged[Int(path)], state.maybeUninitialised(path) {
      writer.conditionally(flagLocals[Int(path)], &function, open)
    } else if state.maybeInitialised(path) {
      open(&writer, &function)
    } else {
      // The whole is gone, yet parts were given values again.
      open(&writer, &function)
    }
  }

  private func append(
    dropOf place: PlaceID, _ writer: inout BlockWriter, _ function: inout MIRFunction
  ) {
    writer.append(
      Instruction(.drop, type: function.places[place].type, dest: place), &function)
  }

  /// Descendants with a value of their own that differ from `path` in state.
  private func separateParts(of path: PathIndex, _ state: InitialisationState) -> [PathIndex] {
    var result: [PathIndex] = []
    paths.forSubtree(path) {
      guard $0 != path, !paths.paths[Int($0)].isVariant else { return }
      if state.maybeInitialised($0) != state.maybeInitialised(path)
        || state.maybeUninitialised($0) != state.maybeUninitialised(path)
      { result.append($0) }
    }
    // Two paths in doubt may still differ at run time.
    if result.isEmpty, state.maybeInitialised(path), state.maybeUninitialised(path) {
      paths.forSubtree(path) {
        if $0 != path, isFlagged[Int($0)] { result.append($0) }
      }
    }
    return result
  }

  private func child(of path: PathIndex, _ projection: Projection) -> PathIndex? {
    var child = paths.paths[Int(path)].firstChild
    while child >= 0 {
      if paths.paths[Int(child)].projection == projection { return child }
      child = paths.paths[Int(child)].nextSibling
    }
    return nil
  }

  private func dropFields(
    _ path: PathIndex, _ place: PlaceID, _ state: InitialisationState,
    _ writer: inout BlockWriter, _ function: inout MIRFunction
  ) {
    let shape = flow.shapes[function.places[place].type]
    drop(
      fields: Int(shape.count), first: shape.first, of: place, below: path, owner: path, state,
      &writer, &function)
  }

  /// The fields from the last to the first. `owner` is the path that fields without one belong to.
  private func drop(
    fields count: Int, first: Int32, of place: PlaceID, below path: PathIndex, owner: PathIndex,
    _ state: InitialisationState, _ writer: inout BlockWriter, _ function: inout MIRFunction
  ) {
    var steps: [(inout BlockWriter, inout MIRFunction) -> Void] = []
    var mayPanic = false
    for index in stride(from: count - 1, through: 0, by: -1) {
      let type = flow.shapes.field(index, first: first).type
      guard !flow.shapes[type].isTrivial else { continue }
      let projection = Projection.field(UInt32(index))
      if let child = child(of: path, projection) {
        guard !isGone(child, state) else { continue }
        let part = function.place(place, projection, type: type)
        steps.append { drop(child, part, state, &$0, &$1) }
      } else if state.maybeInitialised(owner) {
        let part = function.place(place, projection, type: type)
        steps.append { append(dropOf: part, &$0, &$1) }
      } else {
        continue
      }
      mayPanic = mayPanic || flow.shapes[type].ownership == .unique
    }
    writer.inSequence(steps, mayPanic: mayPanic, &function)
  }

  /// If nothing of a payload was moved away, the whole is dropped by its tag; else that variant is
  /// the active one, and what is left of it is dropped.
  private func dropVariants(
    _ path: PathIndex, _ place: PlaceID, _ state: InitialisationState,
    _ writer: inout BlockWriter, _ function: inout MIRFunction
  ) {
    let shape = flow.shapes[function.places[place].type]
    let after = function.addBlock(cleanup: writer.cleanup, isCleanup: writer.isCleanup)
    var variant = paths.paths[Int(path)].firstChild
    while variant >= 0 {
      guard case .variant(let index) = paths.paths[Int(variant)].projection else { break }
      // A move out of another variant's payload ruled this one out.
      if !state.maybeInitialised(variant) {
        variant = paths.paths[Int(variant)].nextSibling
        continue
      }
      let isMoved = leaves(of: variant).filter { state.maybeUninitialised($0) }
      if !isMoved.isEmpty {
        let left = function.addBlock(cleanup: writer.cleanup, isCleanup: writer.isCleanup)
        let isCertain = isMoved.contains { !state.maybeInitialised($0) }
        var next = BlockID.none
        if isCertain {
          writer.go(to: left, &function)
        } else {
          for leaf in isMoved {
            next = function.addBlock(cleanup: writer.cleanup, isCleanup: writer.isCleanup)
            writer.branch(flagLocals[Int(leaf)], then: next, otherwise: left, &function)
            writer.block = next
          }
        }
        var rest = writer
        rest.block = left
        let payload = flow.shapes.variant(Int(index), of: shape)
        let part = function.place(
          place, .variant(index), type: function.places[place].type)
        drop(
          fields: Int(payload.count), first: payload.first, of: part, below: variant, owner: path,
          state, &rest, &function)
        rest.go(to: after, &function)
        if isCertain {
          writer.block = after
          return
        }
      }
      variant = paths.paths[Int(variant)].nextSibling
    }
    clearFlags(path, &writer, &function)
    append(dropOf: place, &writer, &function)
    writer.go(to: after, &function)
    writer.block = after
  }

  /// The paths with values below a variant.
  private func leaves(of variant: PathIndex) -> [PathIndex] {
    var result: [PathIndex] = []
    paths.forSubtree(variant) { if !paths.paths[Int($0)].isVariant { result.append($0) } }
    return result
  }
}
