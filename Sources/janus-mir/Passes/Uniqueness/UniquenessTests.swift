// Removes tests whether a buffer is shared where it cannot be (language.md section 6, rule 5).
// Reads: functions after the elision of copies. Produces: the same with fewer calls of the owner
// functions of containers (`own` of list, map, deque, box), which are the tests: none where the
// container just got its buffer or was just tested, and one before a loop that does not share it
// (LoopTests.swift). Rejects: nothing.
// Assumes: that buffers are shared by copies only, and copies are made of places that instructions
// and calls name, or by who has the container's address.
import Base
import MIR

/// What the pass knows by the names of functions of std.
struct OwnerFunctions {
  private var owners: Set<FunctionRefID> = []
  private var makers: Set<FunctionRefID> = []

  init(of module: MIRModule) {
    let names = ["list", "box", "hash_map", "deque"].map { "std.\($0).own." }
    for id in module.functionRefs.ids {
      let symbol = module.functionRefs[id].symbol
      if names.contains(where: { symbol.hasPrefix($0) }) { owners.insert(id) }
      if symbol.hasPrefix("std.mem.allocate_buffer.") { makers.insert(id) }
    }
  }

  var isEmpty: Bool { owners.isEmpty }

  /// The call makes its only argument the owner of its buffer.
  func isTest(_ terminator: Terminator) -> Bool {
    terminator.kind == .call && terminator.callee.exists && owners.contains(terminator.callee)
  }

  /// The call gives a buffer that nobody else has.
  func isMaker(_ terminator: Terminator) -> Bool {
    terminator.kind == .call && terminator.callee.exists && makers.contains(terminator.callee)
  }
}

/// Removes what it can of the tests in `function`; true when something changed.
func removeUniquenessTests(in function: inout MIRFunction, _ functions: OwnerFunctions) -> Bool {
  guard !functions.isEmpty, !function.attributes.contains(.glue) else { return false }
  var buffers = UniqueBuffers(function, functions)
  guard !buffers.isEmpty else { return false }
  let hoisted = hoistTests(in: &function, buffers)
  if hoisted { buffers = UniqueBuffers(function, functions) }
  return buffers.removeKnownTests(in: &function) || hoisted
}

/// The containers of a function that are tested, and where each is known to be the only owner of
/// its buffer. A container is a variable, or a field of one, whose address nothing keeps.
struct UniqueBuffers {
  struct Path: Hashable {
    var local: LocalID
    var fields: [UInt32]

    func overlaps(_ other: Path) -> Bool {
      local == other.local && zip(fields, other.fields).allSatisfy { $0 == $1 }
    }
  }

  let function: MIRFunction
  let functions: OwnerFunctions
  private(set) var containers: [Path] = []
  private var makers: Set<LocalID> = []

  init(_ function: MIRFunction, _ functions: OwnerFunctions) {
    self.function = function
    self.functions = functions
    for block in function.blocks.elements {
      if let path = tested(by: block.terminator), !containers.contains(path), isOwn(path.local) {
        containers.append(path)
      }
      if functions.isMaker(block.terminator), let path = path(block.terminator.dest) {
        makers.insert(path.local)
      }
    }
    for block in function.blocks.elements {
      for instruction in block.instructions { removeKept(by: instruction) }
    }
  }

  var isEmpty: Bool { containers.isEmpty }

  private func isOwn(_ local: LocalID) -> Bool {
    switch function.locals[local].storage {
    case .stack, .result, .inoutParameter, .ownedParameter: true
    case .borrowedParameter, .alias, .hidden, .lent: false
    }
  }

  /// Who has the address of a container can share its buffer at any time.
  private mutating func removeKept(by instruction: Instruction) {
    guard instruction.opcode == .addressOf || instruction.opcode == .bind,
      let kept = path(instruction.a.placeID)
    else { return }
    containers.removeAll { $0.overlaps(kept) }
  }

  /// The container that a terminator tests.
  func tested(by terminator: Terminator) -> Path? {
    guard functions.isTest(terminator), terminator.count >= 1 else { return nil }
    let operand = function.operands[Int(terminator.first)]
    guard operand.kind == .borrowMutable else { return nil }
    return path(operand.placeID)
  }

  /// A variable with fields; nil for what is reached through a pointer, an index or a payload.
  private func path(_ place: PlaceID) -> Path? {
    guard place.exists, case .local(let local) = function.places[place].base else { return nil }
    var fields: [UInt32] = []
    for projection in function.projections(of: place) {
      guard case .field(let index) = projection else { return nil }
      fields.append(index)
    }
    return Path(local: local, fields: fields)
  }

  /// The variable that a place is a part of, unless a pointer leads there.
  private func touched(_ place: PlaceID) -> Path? {
    guard case .local(let local) = function.places[place].base else { return nil }
    var fields: [UInt32] = []
    for projection in function.projections(of: place) {
      switch projection {
      case .deref: return nil
      case .field(let index): fields.append(index)
      case .variant, .index, .constantIndex: return Path(local: local, fields: fields)
      }
    }
    return Path(local: local, fields: fields)
  }

  // MARK: What shares a buffer

  typealias Known = Set<Path>

  /// Bits of a container, such as its length, are read without sharing anything.
  private func forget(_ operand: Operand, _ known: inout Known) {
    switch operand.kind {
    case .none, .constant, .function, .copy: return
    case .move, .borrow, .borrowMutable:
      if let touched = touched(operand.placeID) { forget(touched, &known) }
    }
  }

  private func forget(_ path: Path, _ known: inout Known) {
    known = known.filter { !$0.overlaps(path) }
  }

  /// What is known behind an instruction.
  func update(_ known: inout Known, _ instruction: Instruction) {
    // Accesses are what the exclusivity pass compares; they do nothing.
    if instruction.opcode == .accessBegin || instruction.opcode == .accessEnd { return }
    let moved = instruction.opcode == .assign && instruction.a.kind == .move
      ? path(instruction.a.placeID) : nil
    let isMovedUnique = moved.map { known.contains($0) } ?? false
    for operand in [instruction.a, instruction.b, instruction.c] { forget(operand, &known) }
    for i in 0..<Int(instruction.operandCount) {
      forget(function.operands[Int(instruction.firstOperand) + i], &known)
    }
    guard instruction.dest.exists, let written = touched(instruction.dest) else { return }
    forget(written, &known)
    guard let whole = path(instruction.dest), containers.contains(whole) else { return }
    if isMovedUnique || isMade(instruction) { known.insert(whole) }
  }

  /// A container made of a buffer that was allocated for it.
  private func isMade(_ instruction: Instruction) -> Bool {
    guard instruction.opcode == .construct, instruction.operandCount > 0 else { return false }
    let buffer = function.operands[Int(instruction.firstOperand)]
    guard buffer.kind == .copy, let path = path(buffer.placeID) else { return false }
    return makers.contains(path.local)
  }

  /// What is known behind a call that returned.
  func update(_ known: inout Known, _ terminator: Terminator) {
    guard terminator.kind == .call else { return }
    for i in 0..<Int(terminator.count) {
      forget(function.operands[Int(terminator.first) + i], &known)
    }
    forget(terminator.operand, &known)
    if terminator.dest.exists, let written = touched(terminator.dest) { forget(written, &known) }
    if let path = tested(by: terminator), containers.contains(path) { known.insert(path) }
  }

  // MARK: Tests that are known to hold

  func removeKnownTests(in function: inout MIRFunction) -> Bool {
    let entries = knownOnEntry()
    var changed = false
    for id in function.blocks.ids {
      let block = function.blocks[id]
      guard var known = entries[id.index], let path = tested(by: block.terminator) else { continue }
      for instruction in block.instructions { update(&known, instruction) }
      guard known.contains(path) else { continue }
      function.blocks[id].terminator = Terminator(kind: .goto, next: block.terminator.next)
      changed = true
    }
    return changed
  }

  /// For each block that control reaches without unwinding: what is known on every way there.
  private func knownOnEntry() -> ContiguousArray<Known?> {
    var entries = ContiguousArray<Known?>(repeating: nil, count: function.blocks.count)
    guard !entries.isEmpty else { return entries }
    entries[0] = []
    let order = reversePostorder(of: function)
    var changed = true
    while changed {
      changed = false
      for id in order {
        guard var known = entries[id.index] else { continue }
        let block = function.blocks[id]
        for instruction in block.instructions { update(&known, instruction) }
        update(&known, block.terminator)
        for target in ordinarySuccessors(of: id, in: function) {
          let met = entries[target.index].map { $0.intersection(known) } ?? known
          if met != entries[target.index] {
            entries[target.index] = met
            changed = true
          }
        }
      }
    }
    return entries
  }
}

/// Where control may go from `id` without a panic.
func ordinarySuccessors(of id: BlockID, in function: MIRFunction) -> [BlockID] {
  successors(of: id, in: function).filter { !function.blocks[$0].isCleanup }
}
