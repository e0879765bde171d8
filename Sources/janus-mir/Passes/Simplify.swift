// Makes MIR smaller without changing what it does, for fast code generation.
// Reads: elaborated functions. Produces: functions without nops, drops of trivial values, empty
// cleanups, chains of jumps and unreachable blocks.
// Rejects: nothing. Assumes: a verified function.
// Jumps to blocks that only jump go to the end of the chain; a cleanup that only resumes is none; a
// block with a single predecessor that jumps to it joins that predecessor.
import Base
import MIR

/// Simplifies `function` in place.
func simplify(_ function: inout MIRFunction, _ shapes: MIRShapes) {
  removeNoise(&function, shapes)
  threadJumps(&function)
  mergeBlocks(&function)
  removeUnreachableBlocks(&function)
}

private func removeNoise(_ function: inout MIRFunction, _ shapes: MIRShapes) {
  for id in function.blocks.ids {
    let block = function.blocks[id]
    func isNoise(_ instruction: Instruction) -> Bool {
      switch instruction.opcode {
      case .nop: true
      case .drop: shapes[function.places[instruction.dest].type].isTrivial
      default: false
      }
    }
    guard block.instructions.contains(where: isNoise) else { continue }
    var instructions: ContiguousArray<Instruction> = []
    var locations: ContiguousArray<MIRLocation> = []
    for (i, instruction) in block.instructions.enumerated() where !isNoise(instruction) {
      instructions.append(instruction)
      locations.append(block.locations[i])
    }
    function.blocks[id].instructions = instructions
    function.blocks[id].locations = locations
  }
}

// MARK: Jumps

private func threadJumps(_ function: inout MIRFunction) {
  let count = function.blocks.count
  var targets = ContiguousArray<BlockID>()
  var onlyResumes = ContiguousArray(repeating: false, count: count)
  for id in function.blocks.ids { targets.append(finalTarget(of: id, in: function)) }
  for id in function.blocks.ids {
    let end = function.blocks[targets[id.index]]
    onlyResumes[id.index] = end.instructions.isEmpty && end.terminator.kind == .resume
  }
  func to(_ block: BlockID) -> BlockID { block.isNone ? block : targets[block.index] }
  func cleanup(_ block: BlockID) -> BlockID {
    block.isNone || onlyResumes[block.index] ? .none : targets[block.index]
  }
  for id in function.blocks.ids {
    function.blocks[id].cleanup = cleanup(function.blocks[id].cleanup)
    var terminator = function.blocks[id].terminator
    terminator.next = to(terminator.next)
    terminator.otherwise = to(terminator.otherwise)
    terminator.cleanup = cleanup(terminator.cleanup)
    if terminator.kind == .branch, terminator.next == terminator.otherwise {
      terminator = Terminator(kind: .goto, next: terminator.next)
    }
    function.blocks[id].terminator = terminator
  }
  for i in function.switchCases.indices {
    function.switchCases[i].target = to(function.switchCases[i].target)
  }
}

/// Where control arrives that enters `block`, past blocks that only jump.
private func finalTarget(of block: BlockID, in function: MIRFunction) -> BlockID {
  var current = block
  for _ in 0..<function.blocks.count {
    let value = function.blocks[current]
    guard value.instructions.isEmpty, value.terminator.kind == .goto,
      value.terminator.next != current
    else { return current }
    current = value.terminator.next
  }
  return current
}

// MARK: Blocks

private func mergeBlocks(_ function: inout MIRFunction) {
  var predecessorCount = ContiguousArray(repeating: 0, count: function.blocks.count)
  predecessorCount[0] = 1
  for id in reversePostorder(of: function) {
    for target in successors(of: id, in: function) { predecessorCount[target.index] += 1 }
  }
  for id in function.blocks.ids where predecessorCount[id.index] > 0 || id.index == 0 {
    while function.blocks[id].terminator.kind == .goto {
      let next = function.blocks[id].terminator.next
      guard next != id, next.index != 0, predecessorCount[next.index] == 1,
        let cleanup = commonCleanup(of: id, and: next, in: function)
      else { break }
      let appended = function.blocks[next]
      function.blocks[id].instructions.append(contentsOf: appended.instructions)
      function.blocks[id].locations.append(contentsOf: appended.locations)
      function.blocks[id].terminator = appended.terminator
      function.blocks[id].terminatorLocation = appended.terminatorLocation
      function.blocks[id].cleanup = cleanup
      function.blocks[next].instructions.removeAll()
      function.blocks[next].locations.removeAll()
      function.blocks[next].terminator = Terminator(kind: .unreachable)
      function.blocks[next].cleanup = .none
      predecessorCount[next.index] = 0
    }
  }
}

/// The cleanup for both blocks together; nil when each needs its own.
private func commonCleanup(
  of a: BlockID, and b: BlockID, in function: MIRFunction
) -> BlockID? {
  let (first, second) = (function.blocks[a], function.blocks[b])
  guard first.isCleanup == second.isCleanup else { return nil }
  if first.cleanup == second.cleanup { return first.cleanup }
  if !first.instructions.contains(where: { $0.opcode.mayPanic }) { return second.cleanup }
  if !second.instructions.contains(where: { $0.opcode.mayPanic }) { return first.cleanup }
  return nil
}

private func removeUnreachableBlocks(_ function: inout MIRFunction) {
  var isReached = ContiguousArray(repeating: false, count: function.blocks.count)
  for id in reversePostorder(of: function) { isReached[id.index] = true }
  guard isReached.contains(false) else { return }
  var renumbered = ContiguousArray(repeating: BlockID.none, count: function.blocks.count)
  var kept = Table<BlockTag, Block>()
  for id in function.blocks.ids where isReached[id.index] {
    renumbered[id.index] = kept.append(function.blocks[id])
  }
  func new(_ block: BlockID) -> BlockID { block.isNone ? block : renumbered[block.index] }
  for id in kept.ids {
    kept[id].cleanup = new(kept[id].cleanup)
    kept[id].terminator.next = new(kept[id].terminator.next)
    kept[id].terminator.otherwise = new(kept[id].terminator.otherwise)
    kept[id].terminator.cleanup = new(kept[id].terminator.cleanup)
  }
  for i in function.switchCases.indices {
    let target = new(function.switchCases[i].target)
    // Cases of switches that are gone must still name a block.
    function.switchCases[i].target = target.isNone ? BlockID(0) : target
  }
  function.blocks = kept
}
