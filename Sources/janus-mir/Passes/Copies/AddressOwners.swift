// Which locals hold addresses into which values.
// Reads: a function and its `LentPaths`. Produces: for each local the paths whose memory it may
// point to; which paths' addresses are kept where this cannot follow them; which locals may be
// views of memory that they do not own. Rejects: nothing.
// Assumes: a verified function.
// Addresses are read out of values (the pointer of a list), made (`address_of`, `bind`), and come
// back from calls: a result that can hold an address may point into every argument. The table is
// the least one that all instructions keep, whatever their order.
import Base
import MIR

struct AddressOwners {
  /// For each local: paths whose memory it may point to.
  private(set) var owners: ContiguousArray<NumberSet>
  /// Of those, the ones that may be changed through it.
  private(set) var writable: ContiguousArray<NumberSet>
  /// Paths whose addresses are stored in memory.
  private(set) var escaped = NumberSet()
  /// The string, list, … in the local may be a view.
  private(set) var mayBeView: ContiguousArray<Bool>
  /// The alias stands for what a closure captures and may not change.
  private(set) var isCapture: ContiguousArray<Bool>

  private let function: MIRFunction
  private let module: MIRModule
  private let shapes: MIRShapes
  private let paths: LentPaths
  private let holders: AddressHolders
  private var changed = false

  init(_ paths: LentPaths, _ module: MIRModule, _ holders: AddressHolders) {
    self.paths = paths
    self.module = module
    self.holders = holders
    function = paths.function
    shapes = paths.shapes
    owners = ContiguousArray(repeating: NumberSet(), count: function.locals.count)
    writable = owners
    mayBeView = ContiguousArray(repeating: false, count: function.locals.count)
    isCapture = mayBeView
    for local in function.locals.ids { addUnknown(local) }
    repeat {
      changed = false
      for block in function.blocks.elements {
        for instruction in block.instructions { follow(instruction) }
        if block.terminator.kind == .call { follow(block.terminator) }
      }
    } while changed
  }

  /// What parameters point to is not this function's.
  private mutating func addUnknown(_ local: LocalID) {
    switch function.locals[local].storage {
    case .hidden: break
    case .borrowedParameter, .inoutParameter, .ownedParameter:
      guard holders.holdsAddress(function.locals[local].type) else { return }
    case .stack, .result, .alias, .lent: return
    }
    owners[local.index].insert(LentPaths.unknown)
    writable[local.index].insert(LentPaths.unknown)
  }

  private mutating func add(_ added: NumberSet, to local: LocalID, writing: Bool) {
    if owners[local.index].formUnion(added) { changed = true }
    if writing, writable[local.index].formUnion(added) { changed = true }
  }

  /// What a reader of `place` may point to.
  private func addresses(in place: PlaceID) -> (all: NumberSet, writable: NumberSet) {
    let base = paths.places[place.index].base
    guard base.exists else {
      var unknown = NumberSet()
      unknown.insert(LentPaths.unknown)
      return (unknown, unknown)
    }
    return (owners[base.index], writable[base.index])
  }

  private func root(_ place: PlaceID) -> NumberSet {
    var result = NumberSet()
    result.insert(paths.roots[place.index] < 0 ? LentPaths.unknown : paths.roots[place.index])
    return result
  }

  // MARK: Instructions

  private mutating func follow(_ instruction: Instruction) {
    guard instruction.dest.exists, instruction.opcode.writesDestination else { return }
    switch instruction.opcode {
    case .discriminant: return
    case .copyValue:
      guard holders.holdsAddress(function.places[instruction.dest].type) else { return }
      flow(instruction.a, into: instruction.dest)
    case .bind
    where instruction.isLentCapture
      && !holders.holdsAddress(function.places[instruction.dest].type):
      // A source by itself; whoever owns it is elsewhere.
      if let alias = local(instruction.dest) { isCapture[alias.index] = true }
    case .addressOf, .bind:
      let place = instruction.a.placeID
      // The environment of a closure says by itself what the closure changes.
      let isCapture =
        instruction.opcode == .addressOf
        && function.places[instruction.dest].projectionCount > 0
      let writes =
        instruction.a.kind == .borrowMutable || (instruction.opcode == .addressOf && !isCapture)
      let inner = addresses(in: place)
      store(root(place), into: instruction.dest, writing: writes)
      store(inner.all, into: instruction.dest, writing: false)
      store(inner.writable, into: instruction.dest, writing: true)
    case .construct:
      for i in 0..<Int(instruction.operandCount) {
        flow(function.operands[Int(instruction.firstOperand) + i], into: instruction.dest)
      }
      if isView(instruction) { becomesView(instruction.dest) }
    case _:
      flow(instruction.a, into: instruction.dest)
      flow(instruction.b, into: instruction.dest)
      flow(instruction.c, into: instruction.dest)
    }
  }

  /// The bits of `operand` become a part of `dest`.
  private mutating func flow(_ operand: Operand, into dest: PlaceID) {
    guard operand.kind.namesPlace else { return }
    let place = operand.placeID
    let inner = addresses(in: place)
    if operand.kind == .move {
      if let base = local(place), mayBeView[base.index] { becomesView(dest) }
    } else if isTakenAddress(place) || isLent(place, to: dest) {
      store(root(place), into: dest, writing: true)
    } else if isNumber(place) {
      return
    }
    store(inner.all, into: dest, writing: false)
    store(inner.writable, into: dest, writing: true)
  }

  /// The bits of `place` are a value that stays its owner's.
  private func isLent(_ place: PlaceID, to dest: PlaceID) -> Bool {
    isLent(dest) && !shapes[function.places[place].type].isTrivial
  }

  private func isLent(_ dest: PlaceID) -> Bool {
    guard let base = local(dest) else { return false }
    return function.locals[base].storage == .lent
  }

  /// The bits of `place` are an address that is taken out of a value. What a local of the frame
  /// holds came there from elsewhere.
  private func isTakenAddress(_ place: PlaceID) -> Bool {
    guard holders.mayBeAddress(function.places[place].type) else { return false }
    if function.places[place].projectionCount > 0 { return true }
    guard let local = local(place) else { return true }
    return function.locals[local].storage != .stack
  }

  /// A part that is no address, whatever the value that it is a part of points to.
  private func isNumber(_ place: PlaceID) -> Bool {
    function.places[place].projectionCount > 0
      && !holders.mayBeAddress(function.places[place].type)
  }

  private func local(_ place: PlaceID) -> LocalID? {
    let base = paths.places[place.index].base
    return base.exists ? base : nil
  }

  private mutating func store(_ addresses: NumberSet, into dest: PlaceID, writing: Bool) {
    if addresses.isEmpty { return }
    guard let base = local(dest), !paths.places[dest.index].isThroughPointer else {
      if escaped.formUnion(addresses) { changed = true }
      return
    }
    add(addresses, to: base, writing: writing)
    switch function.locals[base].storage {
    case .stack, .alias, .lent: break
    case .result, .borrowedParameter, .inoutParameter, .ownedParameter, .hidden:
      if escaped.formUnion(addresses) { changed = true }
    }
  }

  // MARK: Views

  private mutating func becomesView(_ dest: PlaceID) {
    guard let base = local(dest), !mayBeView[base.index] else { return }
    mayBeView[base.index] = true
    changed = true
  }

  /// A string, slice or list whose capacity is the constant zero owns nothing; it is a view, unless
  /// it is empty.
  private func isView(_ instruction: Instruction) -> Bool {
    let shape = shapes[function.places[instruction.dest].type]
    guard isOpaque(shape, shapes), shape.ownership == .copyable, instruction.operandCount >= 3
    else { return false }
    let first = Int(instruction.firstOperand)
    return isZero(function.operands[first + 2]) && !isZero(function.operands[first + 1])
  }

  private func isZero(_ operand: Operand) -> Bool {
    guard operand.kind == .constant else { return false }
    switch module.constants[operand.constantID] {
    case .zero: return true
    case .int(_, let low, let high): return low == 0 && high == 0
    case _: return false
    }
  }

  // MARK: Calls

  /// Views of what the first argument is or views itself, through which nothing changes.
  private mutating func followLending(_ call: Terminator) {
    guard call.dest.exists, call.count > 0,
      holders.mayBeAddress(function.places[call.dest].type)
    else { return }
    becomesView(call.dest)
    let first = function.operands[Int(call.first)]
    guard first.kind.namesPlace else { return }
    store(root(first.placeID), into: call.dest, writing: false)
    store(addresses(in: first.placeID).all, into: call.dest, writing: false)
  }

  private mutating func follow(_ call: Terminator) {
    if call.callee.exists, module.functionRefs[call.callee].lends { return followLending(call) }
    var given = NumberSet()
    if call.operand.kind.namesPlace { given = addresses(in: call.operand.placeID).all }
    var changeable: [PlaceID] = []
    for i in 0..<Int(call.count) {
      let operand = function.operands[Int(call.first) + i]
      switch operand.kind {
      case .none, .constant, .function: continue
      case .copy:
        given.formUnion(addresses(in: operand.placeID).all)
        if isTakenAddress(operand.placeID) { given.formUnion(root(operand.placeID)) }
      case .move: given.formUnion(addresses(in: operand.placeID).all)
      case .borrow, .borrowMutable:
        given.formUnion(addresses(in: operand.placeID).all)
        given.formUnion(root(operand.placeID))
        if operand.kind == .borrowMutable { changeable.append(operand.placeID) }
      }
    }
    for place in changeable where holders.holdsAddress(function.places[place].type) {
      store(given, into: place, writing: true)
    }
    guard call.dest.exists,
      holders.holdsAddress(function.places[call.dest].type) || isLent(call.dest)
    else { return }
    if given.isEmpty { given.insert(LentPaths.unknown) }
    store(given, into: call.dest, writing: true)
  }
}

extension Instruction {
  /// A closure binds what it captures and only reads.
  fileprivate var isLentCapture: Bool { opcode == .bind && immediate == 1 && a.kind == .borrow }
}

/// Which types can hold addresses of what they do not own.
struct AddressHolders {
  private let known: ContiguousArray<Bool>
  private let shapes: MIRShapes

  init(_ shapes: MIRShapes) {
    self.shapes = shapes
    var result = ContiguousArray(repeating: false, count: shapes.count)
    var changed = true
    while changed {
      changed = false
      for index in 0..<shapes.count where !result[index] {
        let shape = shapes.shapes[index]
        let owns = shape.ownership == .copyable && isOpaque(shape, shapes)
        if AddressHolders.holds(shape, shapes, result, ownsPointers: owns) {
          result[index] = true
          changed = true
        }
      }
    }
    known = result
  }

  /// Values of `type` may hold an address of memory that belongs to something else.
  func holdsAddress(_ type: MIRTypeID) -> Bool { known[type.index] }

  /// The bits of a value of `type` hold an address of any kind.
  func mayBeAddress(_ type: MIRTypeID) -> Bool {
    if known[type.index] { return true }
    let shape = shapes[type]
    return shape.kind == .pointer || shape.ownership != .trivial
  }

  /// Pointers that a string, list or map owns lead to its elements, whose own addresses count.
  private static func holds(
    _ shape: MIRShape, _ shapes: MIRShapes, _ known: ContiguousArray<Bool>, ownsPointers: Bool
  ) -> Bool {
    func part(_ type: MIRTypeID) -> Bool {
      let inner = shapes[type]
      if ownsPointers, inner.kind == .pointer { return known[inner.element.index] }
      return known[type.index]
    }
    switch shape.kind {
    case .pointer, .function: return true
    case .void, .never, .bool, .int, .float, .char: return false
    case .array: return known[shape.element.index]
    case .aggregate:
      return (0..<Int(shape.count)).contains { part(shapes.field($0, first: shape.first).type) }
    case .enumeration:
      return (0..<Int(shape.count)).contains { index in
        let variant = shapes.variant(index, of: shape)
        return (0..<Int(variant.count)).contains {
          part(shapes.field($0, first: variant.first).type)
        }
      }
    }
  }
}
