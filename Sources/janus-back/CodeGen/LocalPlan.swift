// Decides for each local of a function whether it lives in memory or is simply an LLVM value. In
// development builds LLVM takes nearly all the time, so what is assigned once and never addressed
// gets no alloca, no store and no load.
// Reads: a function. Produces: a `LocalPlan`. Assumes: all IDs of the function are in range.
import Base
import MIR

/// Where one local is kept.
enum LocalHome: UInt8 {
  /// Never used.
  case nowhere
  /// One value, defined once, whose definition comes before all uses.
  case value
  /// An alias bound once: one address, known before all uses.
  case address
  /// In the frame (or, for a result or parameter passed by address, in the caller's).
  case memory
}

struct LocalPlan {
  private(set) var homes: ContiguousArray<LocalHome> = []
  /// How often each block is entered, other than by unwinding.
  private(set) var entries: ContiguousArray<UInt32> = []
  /// Which blocks unwinding leads to.
  private(set) var isLandingTarget: ContiguousArray<Bool> = []
  /// Locals that other names may reach: aliases and pointers to them are made.
  private(set) var isAliased: ContiguousArray<Bool> = []
  private var isAddressed: ContiguousArray<Bool> = []

  private var definitions: ContiguousArray<UInt32> = []
  private var definedIn: ContiguousArray<Int32> = []
  private var definedAt: ContiguousArray<Int32> = []
  private var parent: ContiguousArray<Int32> = []
  private let function: MIRFunction
  private let shapes: TypeShapes
  private let module: MIRModule

  init(_ function: MIRFunction, _ module: MIRModule, _ shapes: TypeShapes) {
    self.function = function
    self.shapes = shapes
    self.module = module
    let count = function.locals.count
    homes = ContiguousArray(repeating: .nowhere, count: count)
    definitions = ContiguousArray(repeating: 0, count: count)
    definedIn = ContiguousArray(repeating: 0, count: count)
    definedAt = ContiguousArray(repeating: -1, count: count)
    isAddressed = ContiguousArray(repeating: false, count: count)
    isAliased = isAddressed
    findPredecessors()
    visit { plan, use in plan.note(use) }
    for index in 0..<count { chooseHome(index) }
    visit { plan, use in plan.check(use) }
  }

  // MARK: Blocks

  private mutating func findPredecessors() {
    let count = function.blocks.count
    entries = ContiguousArray(repeating: 0, count: count)
    parent = ContiguousArray(repeating: -1, count: count)
    // The entry is also entered from outside, and cleanups from anywhere.
    entries[0] = 1
    isLandingTarget = ContiguousArray(repeating: false, count: count)
    for (index, block) in function.blocks.elements.enumerated() {
      forEachSuccessor(of: block) { next in
        entries[next.index] += 1
        parent[next.index] = Int32(index)
      }
      if block.cleanup.exists { isLandingTarget[block.cleanup.index] = true }
      if block.terminator.cleanup.exists {
        isLandingTarget[block.terminator.cleanup.index] = true
      }
    }
    for index in 0..<count {
      if entries[index] != 1 || isLandingTarget[index] || index == 0 { parent[index] = -1 }
    }
  }

  private func forEachSuccessor(of block: Block, _ body: (BlockID) -> Void) {
    let terminator = block.terminator
    switch terminator.kind {
    case .goto, .call: if terminator.next.exists { body(terminator.next) }
    case .branch:
      body(terminator.next)
      body(terminator.otherwise)
    case .switch:
      for offset in 0..<terminator.count {
        body(function.switchCases[Int(terminator.first + offset)].target)
      }
      if terminator.otherwise.exists { body(terminator.otherwise) }
    case .return, .panic, .unreachable, .resume: break
    }
  }

  /// Whether every way to `block` at `position` passes the definition of `local`.
  private func isDefined(_ local: Int, atBlock block: Int, position: Int32) -> Bool {
    let definition = Int(definedIn[local])
    if definedAt[local] < 0 && definition == 0 { return true }
    if block == definition { return definedAt[local] < position }
    var ancestor = parent[block]
    // Chains of single predecessors are short; the bound keeps long ones from costing a square.
    for _ in 0..<64 {
      if ancestor < 0 { return false }
      if Int(ancestor) == definition { return true }
      ancestor = parent[Int(ancestor)]
    }
    return false
  }

  // MARK: Uses

  private enum UseKind { case read, address, define, bind }
  private struct Use {
    var kind: UseKind
    var local: Int
    var block: Int
    var position: Int32
  }

  private mutating func note(_ use: Use) {
    switch use.kind {
    case .read: if homes[use.local] == .nowhere { homes[use.local] = .value }
    case .address:
      homes[use.local] = .value
      isAddressed[use.local] = true
    case .define, .bind:
      homes[use.local] = .value
      definitions[use.local] += 1
      definedIn[use.local] = Int32(use.block)
      definedAt[use.local] = use.position
    }
  }

  /// The first guess, before the order of definitions and uses is known.
  private mutating func chooseHome(_ index: Int) {
    let local = function.locals[LocalID(index)]
    let isScalar = shapes[local.type].isScalar
    switch local.storage {
    case .alias:
      guard homes[index] != .nowhere else { return }
      homes[index] = definitions[index] == 1 ? .address : .memory
    case .borrowedParameter, .ownedParameter, .hidden:
      if isScalar && definitions[index] == 0 && !isAddressed[index] {
        homes[index] = .value
        definedIn[index] = 0
        definedAt[index] = -1
      } else {
        homes[index] = .memory
      }
    case .inoutParameter: homes[index] = .memory
    case .stack, .lent, .result:
      guard homes[index] != .nowhere else { return }
      let simple = isScalar && !isAddressed[index] && definitions[index] == 1
      homes[index] = simple ? .value : .memory
    }
  }

  private mutating func check(_ use: Use) {
    switch use.kind {
    case .define, .bind: return
    case .read, .address:
      guard homes[use.local] == .value || homes[use.local] == .address else { return }
      if !isDefined(use.local, atBlock: use.block, position: use.position) {
        homes[use.local] = .memory
      }
    }
  }

  // MARK: Walking

  private mutating func visit(_ action: (inout LocalPlan, Use) -> Void) {
    for index in 0..<function.blocks.count {
      let instructions = function.blocks[BlockID(index)].instructions
      for position in instructions.indices {
        visit(instructions[position], index, Int32(position), action)
      }
      visit(function.blocks[BlockID(index)].terminator, index, Int32(instructions.count), action)
    }
  }

  private mutating func visit(
    _ instruction: Instruction, _ block: Int, _ position: Int32,
    _ action: (inout LocalPlan, Use) -> Void
  ) {
    switch instruction.opcode {
    case .nop, .storageLive, .storageDead, .unbind, .accessBegin, .accessEnd: return
    case .bind:
      noteAlias(instruction.a)
      visit(place: instruction.a.placeID, .address, block, position, action)
      if case .local(let local) = function.places[instruction.dest].base {
        action(
          &self, Use(kind: .bind, local: local.index, block: block, position: position))
      }
      return
    case .addressOf, .discriminant:
      if instruction.opcode == .addressOf { noteAlias(instruction.a) }
      visit(place: instruction.a.placeID, .address, block, position, action)
    case .drop:
      if shapes[function.places[instruction.dest].type].isTrivial { return }
      visit(place: instruction.dest, .address, block, position, action)
      return
    case .construct:
      for offset in 0..<instruction.operandCount {
        let operand = function.operands[Int(instruction.firstOperand + offset)]
        visit(operand, block, position, action)
      }
    case .bitcast, .copyValue:
      visit(instruction.a, block, position, action)
      visit(instruction.b, block, position, action)
    case .assign, .regionKeep, .add, .sub, .mul, .div, .rem, .addWrapping, .subWrapping,
      .mulWrapping, .addSaturating, .subSaturating, .shl, .shr, .bitAnd, .bitOr, .bitXor, .equal,
      .notEqual, .less, .lessEqual, .greater, .greaterEqual, .negate, .bitNot, .not, .convert,
      .panicPlace, .pointerOffset, .makeFunction, .boundsCheck, .check, .memoryCopy, .memoryMove,
      .memorySet:
      visit(instruction.a, block, position, action)
      visit(instruction.b, block, position, action)
      visit(instruction.c, block, position, action)
    }
    guard instruction.dest.exists else { return }
    visit(place: instruction.dest, .define, block, position, action)
  }

  private mutating func noteAlias(_ operand: Operand) {
    if case .local(let local) = function.places[operand.placeID].base {
      isAliased[local.index] = true
    }
  }

  private mutating func visit(
    _ terminator: Terminator, _ block: Int, _ at: Int32,
    _ action: (inout LocalPlan, Use) -> Void
  ) {
    visit(terminator.operand, block, at, action)
    switch terminator.kind {
    case .call:
      let signature = module.signatures[module.signature(of: terminator)]
      let parameters = signature.parameters
      let environment = signature.hasEnvironment && terminator.callee.exists ? 1 : 0
      for position in 0..<Int(terminator.count) {
        let operand = function.operands[Int(terminator.first) + position]
        let offset = position - environment
        let byAddress = offset >= 0 && offset < parameters.count
          && (parameters[offset].mode == .inout || !shapes[parameters[offset].type].isScalar)
        if byAddress && operand.kind.namesPlace {
          visit(place: operand.placeID, .address, block, at, action)
        } else {
          visit(operand, block, at, action)
        }
      }
      if terminator.dest.exists {
        visit(place: terminator.dest, .define, block, at, action)
      }
    case .return: action(&self, Use(kind: .read, local: 0, block: block, position: at))
    case .goto, .branch, .switch, .panic, .unreachable, .resume: return
    }
  }

  private mutating func visit(
    _ operand: Operand, _ block: Int, _ position: Int32,
    _ action: (inout LocalPlan, Use) -> Void
  ) {
    guard operand.kind.namesPlace else { return }
    visit(place: operand.placeID, .read, block, position, action)
  }

  private mutating func visit(
    place id: PlaceID, _ kind: UseKind, _ block: Int, _ position: Int32,
    _ action: (inout LocalPlan, Use) -> Void
  ) {
    let place = function.places[id]
    let first = Int(place.firstProjection)
    for index in first..<first + Int(place.projectionCount) {
      if case .index(let local) = function.projections[index] {
        action(&self, Use(kind: .read, local: local.index, block: block, position: position))
      }
    }
    guard case .local(let local) = place.base else { return }
    var kind = kind
    if place.projectionCount > 0 || function.locals[local].storage == .alias {
      // Through a pointer the local itself is only read; a part of it needs its address.
      if case .deref = place.projectionCount > 0 ? function.projections[first] : .field(0) {
        kind = .read
      } else {
        kind = .address
      }
    }
    action(&self, Use(kind: kind, local: local.index, block: block, position: position))
  }
}

extension MIRModule {
  /// The signature by which a call terminator calls.
  func signature(of call: Terminator) -> SignatureID {
    call.callee.exists ? functionRefs[call.callee].signature : call.signature
  }
}

extension OperandKind {
  var namesPlace: Bool {
    switch self {
    case .copy, .move, .borrow, .borrowMutable: true
    case .none, .constant, .function: false
    }
  }
}
