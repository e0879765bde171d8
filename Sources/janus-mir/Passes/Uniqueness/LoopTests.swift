// Moves a test whether a buffer is shared out of a loop that shares it nowhere: it is made when the
// loop is entered, on the way to its first turn. A loop without turns makes none.
//
//     header: branch more, body, after        entry:  branch more, test, after
//     body:   … own(xs) …; goto header        test:   own(xs); goto body
//                                             header: branch more, body, after
//                                             body:   … …; goto header
//
// The test must be what every turn begins with: nothing branches before it.
import Base
import MIR

/// Moves tests out of the loops of `function`; true when there were any.
func hoistTests(in function: inout MIRFunction, _ buffers: UniqueBuffers) -> Bool {
  var changed = false
  let known = function.blocks.count
  for index in 0..<known {
    let header = BlockID(UInt32(index))
    guard let loop = TestingLoop(header, in: function, buffers) else { continue }
    loop.hoist(in: &function)
    changed = true
  }
  return changed
}

private struct TestingLoop {
  let header: BlockID
  /// The block that ends with the test.
  let test: BlockID
  private let entries: [BlockID]

  init?(_ header: BlockID, in function: MIRFunction, _ buffers: UniqueBuffers) {
    let branch = function.blocks[header].terminator
    guard branch.kind == .branch, header.index > 0, !function.blocks[header].isCleanup,
      function.blocks[header].instructions.allSatisfy({ isRepeatable($0, in: function) })
    else { return nil }
    let predecessors = Predecessors(of: function)
    let body = blocks(from: branch.next, upTo: header, in: function)
    let turns = predecessors[header].filter { body.contains($0) }
    entries = predecessors[header].filter { !body.contains($0) }
    guard !turns.isEmpty, !entries.isEmpty, !body.contains(branch.otherwise),
      predecessors[branch.next] == [header],
      let test = firstTest(from: branch.next, in: function, buffers, predecessors),
      let path = buffers.tested(by: function.blocks[test].terminator),
      buffers.containers.contains(path)
    else { return nil }
    self.header = header
    self.test = test
    for id in body where !keeps(path, id, in: function, buffers) { return nil }
  }

  func hoist(in function: inout MIRFunction) {
    let old = function.blocks[header]
    let entry = function.addBlock(cleanup: old.cleanup)
    let first = function.addBlock(cleanup: old.cleanup)
    function.blocks[entry].instructions = old.instructions
    function.blocks[entry].locations = old.locations
    var branch = old.terminator
    branch.next = first
    function.terminate(entry, branch, at: old.terminatorLocation)
    let tested = function.blocks[test]
    var call = tested.terminator
    call.next = old.terminator.next
    function.terminate(first, call, at: tested.terminatorLocation)
    function.blocks[test].terminator = Terminator(kind: .goto, next: tested.terminator.next)
    for id in entries { redirect(id, to: entry, in: &function) }
  }

  private func redirect(_ id: BlockID, to entry: BlockID, in function: inout MIRFunction) {
    if function.blocks[id].terminator.next == header {
      function.blocks[id].terminator.next = entry
    }
    if function.blocks[id].terminator.otherwise == header {
      function.blocks[id].terminator.otherwise = entry
    }
    guard function.blocks[id].terminator.kind == .switch else { return }
    let cases = function.blocks[id].terminator
    for i in Int(cases.first)..<Int(cases.first + cases.count)
    where function.switchCases[i].target == header {
      function.switchCases[i].target = entry
    }
  }
}

/// Running the instruction once more, elsewhere, is the same: it computes a value of a variable of
/// the frame.
private func isRepeatable(_ instruction: Instruction, in function: MIRFunction) -> Bool {
  guard !instruction.opcode.mayPanic else { return false }
  switch instruction.opcode {
  case .nop: return true
  case .assign, .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual, .not, .convert:
    return instruction.a.kind != .move && instruction.b.kind != .move
      && function.places[instruction.dest].projectionCount == 0
  case _: return false  // A condition of more than that stays where it is.
  }
}

/// The blocks that control reaches from `start` without passing `end`.
private func blocks(
  from start: BlockID, upTo end: BlockID, in function: MIRFunction
) -> Set<BlockID> {
  var seen: Set<BlockID> = [start]
  var stack = [start]
  while let next = stack.popLast() {
    for target in ordinarySuccessors(of: next, in: function)
    where target != end && seen.insert(target).inserted {
      stack.append(target)
    }
  }
  return seen
}

/// The block whose end is the first test on the only way from `start`.
private func firstTest(
  from start: BlockID, in function: MIRFunction, _ buffers: UniqueBuffers,
  _ predecessors: Predecessors
) -> BlockID? {
  var current = start
  for _ in 0..<function.blocks.count {
    let terminator = function.blocks[current].terminator
    if buffers.functions.isTest(terminator) { return current }
    guard terminator.kind == .goto || terminator.kind == .call, terminator.next.exists,
      predecessors[terminator.next].count == 1
    else { return nil }
    current = terminator.next
  }
  return nil
}

/// The block leaves a container that is the only owner of its buffer the only one.
private func keeps(
  _ path: UniqueBuffers.Path, _ id: BlockID, in function: MIRFunction, _ buffers: UniqueBuffers
) -> Bool {
  var known: UniqueBuffers.Known = [path]
  for instruction in function.blocks[id].instructions {
    buffers.update(&known, instruction)
    if !known.contains(path) { return false }
  }
  buffers.update(&known, function.blocks[id].terminator)
  return known.contains(path)
}

/// The blocks from which control comes without a panic.
private struct Predecessors {
  private var table: ContiguousArray<[BlockID]>

  init(of function: MIRFunction) {
    table = ContiguousArray(repeating: [], count: function.blocks.count)
    for id in function.blocks.ids {
      for target in ordinarySuccessors(of: id, in: function) where !table[target.index].contains(id)
      {
        table[target.index].append(id)
      }
    }
  }

  subscript(id: BlockID) -> [BlockID] { table[id.index] }
}
