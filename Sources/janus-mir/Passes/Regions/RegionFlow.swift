// Where the memory of each value of one function may go.
// Reads: a function with all its copies, and the summaries of its callees. Produces: a
// `RegionFlow`: edges from local to local, with where and how. Rejects: nothing. Assumes: a
// verified function.
// The order of instructions plays no part. Copies count as sharing; the payload of an error does
// not, and a type that cannot hold a value's memory gets none of it.
import Base
import MIR

/// One way that memory takes.
struct RegionStep {
  enum Kind {
    case value
    /// As a copy.
    case copied
    /// Kept by `s.alloc`.
    case kept
    /// Through a call of the function, as its parameter of this number, into its result.
    case call(FunctionRefID, parameter: Int)
    /// The same, into another argument or a static.
    case stored(FunctionRefID, parameter: Int)
    /// Through a function value.
    case unknownCall
    /// By a closure that uses the scratchpad.
    case closure
  }
  var from: Int
  var to: Int
  var kind: Kind
  var location: MIRLocation
}

struct RegionFlow {
  let function: MIRFunction
  private(set) var steps: [RegionStep] = []
  /// The number of all statics together.
  let statics: Int
  private let module: MIRModule
  private let facts: CopyFacts
  private let kinds: BufferKinds
  /// Closures that put what they make in a captured scratchpad into captured variables.
  private let leaking: NumberSet
  /// For each local: the locals that it may point into.
  private var targets: ContiguousArray<NumberSet>
  /// For each local: the closures that it may be.
  private var closures: [Int: [FunctionRefID]] = [:]
  private var changed = false

  init(
    _ function: MIRFunction, _ module: MIRModule, _ facts: CopyFacts, _ kinds: BufferKinds,
    leaking: NumberSet
  ) {
    self.function = function
    self.module = module
    self.facts = facts
    self.kinds = kinds
    self.leaking = leaking
    statics = function.locals.count
    targets = ContiguousArray(repeating: NumberSet(), count: statics + 1)
    repeat {
      changed = false
      for block in function.blocks.elements {
        for instruction in block.instructions { point(instruction) }
        if block.terminator.kind == .call { point(block.terminator) }
      }
    } while changed
    for block in function.blocks.elements where !block.isCleanup {
      for (index, instruction) in block.instructions.enumerated() {
        follow(instruction, block.locations[index])
      }
      if block.terminator.kind == .call { follow(block.terminator, block.terminatorLocation) }
    }
  }

  // MARK: Places

  func base(_ place: PlaceID) -> Int {
    switch function.places[place].base {
    case .local(let local): local.index
    case .staticVariable: statics
    }
  }

  /// What a write to `place` reaches.
  private func written(_ place: PlaceID) -> NumberSet {
    let base = base(place)
    var result = NumberSet()
    result.insert(base)
    let isAlias =
      base < statics && function.locals[LocalID(UInt32(base))].storage == .alias
    if isAlias || function.projections(of: place).contains(.deref) {
      result.formUnion(targets[base])
    }
    return result
  }

  /// The payload of an error, which is on the heap.
  private func isError(_ place: PlaceID) -> Bool {
    guard !module.errorVariants.isEmpty, base(place) < statics else { return false }
    var type = function.locals[LocalID(UInt32(base(place)))].type
    var variant: Int?
    for projection in function.projections(of: place) {
      let shape = facts.shapes[type]
      switch projection {
      case .deref, .index, .constantIndex: type = shape.element
      case .variant(let index):
        if module.errorVariants[type] == index { return true }
        variant = Int(index)
      case .field(let index):
        let first = variant.map { facts.shapes.variant($0, of: shape).first } ?? shape.first
        type = facts.shapes.field(Int(index), first: first).type
        variant = nil
      }
    }
    return false
  }

  // MARK: Addresses

  private mutating func point(_ dest: PlaceID, at found: NumberSet) {
    var found = found
    found.remove(base(dest))
    if targets[base(dest)].formUnion(found) { changed = true }
  }

  private func addresses(_ operand: Operand) -> NumberSet {
    guard operand.kind.namesPlace else { return NumberSet() }
    let type = function.places[operand.placeID].type
    guard facts.holders.mayBeAddress(type) else { return NumberSet() }
    var result = targets[base(operand.placeID)]
    // An address that a value holds leads into the value.
    if operand.kind == .copy { result.insert(base(operand.placeID)) }
    return result
  }

  private mutating func point(_ instruction: Instruction) {
    guard instruction.dest.exists else { return }
    switch instruction.opcode {
    case .addressOf, .bind:
      var found = written(instruction.a.placeID)
      found.formUnion(targets[base(instruction.a.placeID)])
      point(instruction.dest, at: found)
    case .assign, .construct, .convert, .bitcast, .pointerOffset, .makeFunction:
      if instruction.a.kind == .function, instruction.opcode == .makeFunction {
        note(instruction.a.functionID, at: base(instruction.dest))
      }
      var found = addresses(instruction.a)
      found.formUnion(addresses(instruction.b))
      for i in 0..<Int(instruction.operandCount) {
        found.formUnion(addresses(function.operands[Int(instruction.firstOperand) + i]))
      }
      point(instruction.dest, at: found)
    case _: return  // What gives no addresses.
    }
  }

  private mutating func note(_ closure: FunctionRefID, at local: Int) {
    if closures[local, default: []].contains(closure) { return }
    closures[local, default: []].append(closure)
    changed = true
  }

  private mutating func point(_ call: Terminator) {
    guard call.dest.exists, call.callee.exists,
      facts.shapes[function.places[call.dest].type].isTrivial
    else { return }
    let shared = facts.summaries[call.callee].result.shared
    for i in 0..<Int(call.count) where shared.contains(i) {
      let operand = function.operands[Int(call.first) + i]
      guard operand.kind.namesPlace else { continue }
      var found = addresses(operand)
      if operand.kind != .copy { found.formUnion(written(operand.placeID)) }
      point(call.dest, at: found)
    }
  }

  /// The closures that an operand may be; nil when there may be others.
  private func known(_ operand: Operand) -> [(closure: FunctionRefID, value: Int)]? {
    guard operand.kind.namesPlace else { return nil }
    var result: [(FunctionRefID, Int)] = []
    var values = written(operand.placeID)
    values.formUnion(targets[base(operand.placeID)])
    values.forEach { value in
      for closure in closures[value] ?? [] { result.append((closure, value)) }
    }
    return result.isEmpty ? nil : result
  }

  // MARK: Steps

  private mutating func add(
    _ from: Int, _ to: Int, _ kind: RegionStep.Kind, _ location: MIRLocation
  ) {
    guard from != to, kinds.meet(type(from), type(to)) else { return }
    steps.append(RegionStep(from: from, to: to, kind: kind, location: location))
  }

  private func type(_ node: Int) -> MIRTypeID {
    node < statics ? function.locals[LocalID(UInt32(node))].type : .none
  }

  /// The memory of `operand` may be in what `dest` says, where values of `type` are.
  private mutating func add(
    _ operand: Operand, _ dest: NumberSet, _ kind: RegionStep.Kind, _ location: MIRLocation,
    into type: MIRTypeID = .none
  ) {
    guard operand.kind.namesPlace, !isError(operand.placeID),
      kinds.holds(function.places[operand.placeID].type),
      kinds.meet(function.places[operand.placeID].type, type)
    else { return }
    let from = base(operand.placeID)
    dest.forEach { add(from, $0, kind, location) }
  }

  private mutating func follow(_ instruction: Instruction, _ location: MIRLocation) {
    guard instruction.dest.exists else { return }
    switch instruction.opcode {
    case .assign, .construct, .convert, .bitcast, .pointerOffset, .makeFunction, .copyValue,
      .addressOf, .bind, .regionKeep:
      guard kinds.holds(function.places[instruction.dest].type) else { return }
      let dest = written(instruction.dest)
      let type = function.places[instruction.dest].type
      add(
        instruction.a, dest, instruction.opcode == .copyValue ? .copied : .value, location,
        into: type)
      // What an escaping closure captures is reported where the closure is made.
      if instruction.opcode != .makeFunction || facts.shapes[type].isTrivial {
        add(
          instruction.b, dest, instruction.opcode == .regionKeep ? .kept : .value, location,
          into: type)
      }
      for i in 0..<Int(instruction.operandCount) {
        let operand = function.operands[Int(instruction.firstOperand) + i]
        add(operand, dest, .value, location, into: type)
      }
      if instruction.opcode == .makeFunction, leaking.contains(Int(instruction.a.index)) {
        leak(base(instruction.dest), location)
      }
    case .memoryCopy, .memoryMove:
      guard instruction.a.kind.namesPlace else { return }
      add(instruction.b, written(instruction.a.placeID), .value, location)
    case _: return  // What moves no memory.
    }
  }

  /// What a closure makes in a captured scratchpad may end in any captured variable.
  private mutating func leak(_ closure: Int, _ location: MIRLocation) {
    let captured = targets[closure]
    captured.forEach { from in
      captured.forEach { to in add(from, to, .closure, location) }
    }
  }

  // MARK: Calls

  private mutating func follow(_ call: Terminator, _ location: MIRLocation) {
    guard !module.persistentCopies.contains(call.callee) else { return }
    let operands = (0..<Int(call.count)).map { function.operands[Int(call.first) + $0] }
    let dest = call.dest.exists ? written(call.dest) : NumberSet()
    guard call.callee.exists else {
      return followValue(call, operands, dest, location)
    }
    let summary = facts.summaries[call.callee]
    for (index, operand) in operands.enumerated() {
      let kind = RegionStep.Kind.call(call.callee, parameter: index)
      if summary.result.shared.contains(index) || summary.result.copied.contains(index) {
        add(operand, dest, kind, location)
      }
      if summary.storedInStatics.shared.contains(index)
        || summary.storedInStatics.copied.contains(index)
      {
        add(operand, single(statics), .stored(call.callee, parameter: index), location)
      }
    }
    for (target, origins) in summary.stored.enumerated() where target < operands.count {
      guard operands[target].kind.namesPlace else { continue }
      if summary.calledParameters.contains(target) {
        give(origins, operands, to: operands[target], location)
        continue
      }
      for (index, operand) in operands.enumerated()
      where index != target
        && (origins.shared.contains(index) || origins.copied.contains(index))
      {
        var reached = written(operands[target].placeID)
        reached.formUnion(targets[base(operands[target].placeID)])
        add(
          operand, reached, .stored(call.callee, parameter: index), location,
          into: function.places[operands[target].placeID].type)
      }
    }
  }

  private func single(_ node: Int) -> NumberSet {
    var result = NumberSet()
    result.insert(node)
    return result
  }

  /// A callee calls the function value `closure` with what `origins` says.
  private mutating func give(
    _ origins: MemoryOrigins, _ operands: [Operand], to closure: Operand,
    _ location: MIRLocation
  ) {
    let candidates = known(closure)
    for (index, operand) in operands.enumerated()
    where origins.shared.contains(index) || origins.copied.contains(index) {
      guard operand.kind.namesPlace, let candidates else {
        add(operand, targets[base(closure.placeID)], .unknownCall, location)
        continue
      }
      for (function, value) in candidates {
        let summary = facts.summaries[function]
        let keeps = summary.stored.first.map { keepsOthers($0, of: summary) } ?? false
        if keeps { add(operand, targets[value], .unknownCall, location) }
        if keepsOthers(summary.storedInStatics, of: summary) {
          add(operand, single(statics), .unknownCall, location)
        }
      }
    }
  }

  /// Memory of a parameter behind the environment is among `origins`.
  private func keepsOthers(_ origins: MemoryOrigins, of summary: FunctionSummary) -> Bool {
    if origins.isUnknown { return true }
    return (1..<max(summary.stored.count, 1)).contains {
      origins.shared.contains($0) || origins.copied.contains($0)
    }
  }

  /// A call of a function value.
  private mutating func followValue(
    _ call: Terminator, _ operands: [Operand], _ dest: NumberSet, _ location: MIRLocation
  ) {
    let candidates = known(call.operand)
    for operand in operands {
      guard let candidates else {
        add(operand, dest, .unknownCall, location)
        for other in operands where other.kind == .borrowMutable && other != operand {
          add(operand, written(other.placeID), .unknownCall, location)
        }
        continue
      }
      for (function, value) in candidates {
        let summary = facts.summaries[function]
        if !summary.result.isFresh { add(operand, dest, .unknownCall, location) }
        if summary.stored.first.map({ keepsOthers($0, of: summary) }) ?? false {
          add(operand, targets[value], .unknownCall, location)
        }
        if keepsOthers(summary.storedInStatics, of: summary) {
          add(operand, single(statics), .unknownCall, location)
        }
      }
    }
    if call.operand.kind.namesPlace { add(call.operand, dest, .unknownCall, location) }
  }

  // MARK: Ways

  /// The shortest ways from a local: for each node reached, the step that leads there.
  func ways(from start: Int) -> [Int: Int] {
    var outgoing: [Int: [Int]] = [:]
    for (index, step) in steps.enumerated() { outgoing[step.from, default: []].append(index) }
    var result: [Int: Int] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
      for index in outgoing[queue[next]] ?? [] {
        let to = steps[index].to
        guard to != start, result[to] == nil else { continue }
        result[to] = index
        queue.append(to)
      }
      next += 1
    }
    return result
  }
}

/// Which buffers values of a type may own or lead to: by what the pointers in them point to.
struct BufferKinds {
  /// For each type; nil for anything.
  private var kinds: ContiguousArray<NumberSet>
  private var isAny: ContiguousArray<Bool>

  init(_ shapes: MIRShapes) {
    kinds = ContiguousArray(repeating: NumberSet(), count: shapes.count)
    isAny = ContiguousArray(repeating: false, count: shapes.count)
    var changed = true
    while changed {
      changed = false
      for index in 0..<shapes.count where collect(index, shapes) { changed = true }
    }
  }

  /// Whether memory of a value of type `a` can be in one of type `b`.
  func meet(_ a: MIRTypeID, _ b: MIRTypeID) -> Bool {
    guard a.exists, b.exists else { return true }
    if isAny[a.index] { return holds(b) }
    if isAny[b.index] { return holds(a) }
    return kinds[a.index].meets(kinds[b.index])
  }

  /// Values of the type may own memory or lead to some.
  func holds(_ type: MIRTypeID) -> Bool { isAny[type.index] || !kinds[type.index].isEmpty }

  private mutating func collect(_ index: Int, _ shapes: MIRShapes) -> Bool {
    let shape = shapes.shapes[index]
    switch shape.kind {
    case .void, .never, .bool, .int, .float, .char: return false
    case .function: return becomeAny(index)
    case .pointer:
      if shapes[shape.element].kind == .void { return becomeAny(index) }
      var changed = adopt(index, shape.element)
      if !kinds[index].contains(shape.element.index) {
        kinds[index].insert(shape.element.index)
        changed = true
      }
      return changed
    case .array: return adopt(index, shape.element)
    case .aggregate:
      return adoptFields(index, shape.first, shape.count, shapes, shape.ownership == .trivial)
    case .enumeration:
      var changed = false
      for i in 0..<Int(shape.count) {
        let variant = shapes.variant(i, of: shape)
        if adoptFields(index, variant.first, variant.count, shapes, true) { changed = true }
      }
      return changed
    }
  }

  /// The word that names a container's allocator is no way to values.
  private mutating func adoptFields(
    _ index: Int, _ first: Int32, _ count: Int32, _ shapes: MIRShapes, _ countsOpaque: Bool
  ) -> Bool {
    var changed = false
    for i in 0..<Int(count) {
      let field = shapes.field(i, first: first).type
      let inner = shapes[field]
      if inner.kind == .pointer, shapes[inner.element].kind == .void, !countsOpaque { continue }
      if adopt(index, field) { changed = true }
    }
    return changed
  }

  private mutating func adopt(_ index: Int, _ part: MIRTypeID) -> Bool {
    if isAny[part.index] { return becomeAny(index) }
    return kinds[index].formUnion(kinds[part.index])
  }

  private mutating func becomeAny(_ index: Int) -> Bool {
    if isAny[index] { return false }
    isAny[index] = true
    return true
  }
}
