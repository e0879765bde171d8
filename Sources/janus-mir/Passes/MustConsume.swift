// Values that must be consumed (`@must_consume`, language.md section 8).
// Reads: functions that passed `checkInitialisation`, with their flow. Produces: diagnostics only.
// Rejects: a local or temporary of such a type, or with a part of one, that is only dropped on some
// path without a panic (E3402).
// Assumes: a verified function. What is passed to an `owned` parameter, returned, or put into a
// container, a box or a closure is consumed here; it is the receiver's from then on.
// A variant without such a payload holds nothing to consume; which variant it is, is known below
// the `match` or condition that asked.
import Base
import MIR

/// The types of a module that hold values which must be consumed, themselves or in their parts.
struct MustConsumeTypes {
  private var holds: ContiguousArray<Bool>
  /// A program without such types costs nothing.
  let isEmpty: Bool

  init(_ shapes: MIRShapes) {
    holds = ContiguousArray(
      (0..<shapes.count).lazy.map { shapes[MIRTypeID(UInt32($0))].mustConsume })
    isEmpty = !holds.contains(true)
    var changed = !isEmpty
    // Layouts are finite, so this ends after as many rounds as types nest.
    while changed {
      changed = false
      for index in holds.indices where !holds[index] {
        let shape = shapes[MIRTypeID(UInt32(index))]
        if parts(of: shape, shapes).contains(where: { holds[$0.index] }) {
          holds[index] = true
          changed = true
        }
      }
    }
  }

  subscript(type: MIRTypeID) -> Bool { holds[type.index] }

  private func parts(of shape: MIRShape, _ shapes: MIRShapes) -> [MIRTypeID] {
    switch shape.kind {
    case .array: return [shape.element]
    case .aggregate:
      return (0..<Int(shape.count)).map { shapes.field($0, first: shape.first).type }
    case .enumeration:
      return (0..<Int(shape.count)).flatMap { index in
        let variant = shapes.variant(index, of: shape)
        return (0..<Int(variant.count)).map { shapes.field($0, first: variant.first).type }
      }
    case .void, .never, .bool, .int, .float, .char, .pointer, .function: return []
    }
  }
}

/// Reports values of `function` that are dropped and had to be consumed.
func checkConsumption(
  in function: MIRFunction, of module: MIRModule, _ types: MustConsumeTypes,
  _ flow: InitialisationFlow, reporting diagnostics: inout Diagnostics
) {
  guard !types.isEmpty, !function.attributes.contains(.glue),
    function.locals.elements.contains(where: { types[$0.type] })
  else { return }
  var checker = ConsumptionChecker(function: function, module: module, types: types, flow: flow)
  checker.run()
  diagnostics.report(contentsOf: checker.found)
}

private struct ConsumptionChecker {
  let function: MIRFunction
  let module: MIRModule
  let types: MustConsumeTypes
  let flow: InitialisationFlow
  private let paths: MovePaths
  private let shapes: MIRShapes
  private(set) var found: [Diagnostic] = []
  /// One finding for each local.
  private var reported: Set<LocalID> = []
  private var predecessors: [[BlockID]] = []

  init(
    function: MIRFunction, module: MIRModule, types: MustConsumeTypes, flow: InitialisationFlow
  ) {
    self.function = function
    self.module = module
    self.types = types
    self.flow = flow
    paths = flow.paths
    shapes = flow.shapes
  }

  mutating func run() {
    predecessors = Array(repeating: [], count: function.blocks.count)
    for block in flow.order {
      for target in successors(of: block, in: function) { predecessors[target.index].append(block) }
    }
    for id in flow.order where !function.blocks[id].isCleanup {
      guard var state = flow.entryStates[id.index] else { continue }
      let block = function.blocks[id]
      for (index, instruction) in block.instructions.enumerated() {
        if instruction.opcode == .drop {
          check(instruction.dest, id, state, block.locations[index])
        }
        flow.apply(instruction, &state)
      }
    }
  }

  private mutating func check(
    _ place: PlaceID, _ block: BlockID, _ state: InitialisationState, _ location: MIRLocation
  ) {
    guard case .exact(let path) = paths.places[place.index] else { return }
    let local = paths.paths[Int(path)].local
    switch function.locals[local].storage {
    case .stack: break
    case .result, .borrowedParameter, .inoutParameter, .ownedParameter, .alias, .hidden,
      .lent:
      return
    }
    guard !reported.contains(local), let type = dropped(path, block, state) else { return }
    reported.insert(local)
    let declared = function.locals[local]
    found.append(
      .notConsumed(
        declared.name, module.types[type].name, declared: span(declared.location),
        dropped: end(of: location)))
  }

  /// The type of what must be consumed and is there when `path` is dropped; nil when nothing is.
  private func dropped(
    _ path: PathIndex, _ block: BlockID, _ state: InitialisationState
  ) -> MIRTypeID? {
    let node = paths.paths[Int(path)]
    guard types[node.type] else { return nil }
    let shape = shapes[node.type]
    if shape.hasDestructor || (shape.mustConsume && !isTakenApart(path)) {
      return state.maybeInitialised(path) ? node.type : nil
    }
    switch shape.kind {
    case .aggregate: return dropped(fields: shape.first, shape.count, of: path, block, state)
    case .enumeration:
      let active = activeVariant(of: path, at: block)
      for index in 0..<Int(shape.count) where active == nil || active == index {
        let variant = shapes.variant(index, of: shape)
        let inner = child(of: path, .variant(UInt32(index))) ?? path
        if let type = dropped(fields: variant.first, variant.count, of: inner, block, state) {
          return type
        }
      }
      return nil
    case .array: return state.maybeInitialised(path) ? shape.element : nil
    case .void, .never, .bool, .int, .float, .char, .pointer, .function: return nil
    }
  }

  private func dropped(
    fields first: Int32, _ count: Int32, of path: PathIndex, _ block: BlockID,
    _ state: InitialisationState
  ) -> MIRTypeID? {
    for index in 0..<Int(count) {
      let type = shapes.field(index, first: first).type
      guard types[type] else { continue }
      if let field = child(of: path, .field(UInt32(index))) {
        if let found = dropped(field, block, state) { return found }
      } else if state.maybeInitialised(path) {
        return type
      }
    }
    return nil
  }

  /// `match move x`, `let T { id } = move x`: what is left in the temporary, its patterns did not
  /// want.
  private func isTakenApart(_ path: PathIndex) -> Bool {
    let node = paths.paths[Int(path)]
    guard node.parent < 0, function.locals[node.local].name.isEmpty else { return false }
    let isRead = function.places.elements.contains {
      $0.base == .local(node.local) && $0.projectionCount > 0
    }
    return function.blocks.elements.contains { block in
      block.instructions.contains { asks($0, path) || (isRead && moves($0, into: path)) }
    }
  }

  private func moves(_ instruction: Instruction, into path: PathIndex) -> Bool {
    guard instruction.opcode == .assign, instruction.a.kind == .move,
      case .exact(path) = paths.places[instruction.dest.index]
    else { return false }
    return true
  }

  /// Reads which variant the enumeration at `path` is.
  private func asks(_ instruction: Instruction, _ path: PathIndex) -> Bool {
    guard instruction.opcode == .discriminant, instruction.a.kind == .borrow,
      case .exact(path) = paths.places[Int(instruction.a.index)]
    else { return false }
    return true
  }

  private func child(of path: PathIndex, _ projection: Projection) -> PathIndex? {
    var child = paths.paths[Int(path)].firstChild
    while child >= 0 {
      if paths.paths[Int(child)].projection == projection { return child }
      child = paths.paths[Int(child)].nextSibling
    }
    return nil
  }

  // MARK: Variants

  /// The variant that every way to `block` found active: asks upwards while there is one way only.
  private func activeVariant(of path: PathIndex, at block: BlockID) -> Int? {
    var block = block
    for _ in 0..<64 {
      let ways = predecessors[block.index].filter { !function.blocks[$0].isCleanup }
      guard ways.count == 1, let from = ways.first, from != block else { return nil }
      if let variant = variant(of: path, on: from, block) { return variant }
      block = from
    }
    return nil
  }

  /// What the edge between two blocks says of the enumeration at `path`.
  private func variant(of path: PathIndex, on from: BlockID, _ target: BlockID) -> Int? {
    let block = function.blocks[from]
    guard
      let asked = block.instructions.first(where: { asks($0, path) }),
      case .enumeration(_, let variants) = module.types[paths.paths[Int(path)].type].kind
    else { return nil }
    func index(of bits: Int64) -> Int? { variants.firstIndex { $0.discriminant == bits } }
    let terminator = block.terminator
    switch terminator.kind {
    case .switch:
      guard terminator.operand == .copy(asked.dest), terminator.otherwise != target else {
        return nil
      }
      for i in 0..<Int(terminator.count) {
        let test = function.switchCases[Int(terminator.first) + i]
        if test.target == target { return index(of: test.value) }
      }
      return nil
    case .branch:
      guard terminator.next != terminator.otherwise, variants.count == 2,
        let test = block.instructions.last(where: { .copy($0.dest) == terminator.operand }),
        test.opcode == .equal, test.a == .copy(asked.dest), test.b.kind == .constant,
        case .int(_, let low, _) = module.constants[test.b.constantID],
        let tested = index(of: Int64(bitPattern: low))
      else { return nil }
      return terminator.next == target ? tested : 1 - tested
    case .goto, .call, .panic, .return, .unreachable, .resume: return nil
    }
  }

  /// A scope's drops are placed at all of it; where it ends says more.
  private func end(of location: MIRLocation) -> SourceSpan {
    var span = span(location)
    span.start = max(span.start, span.end - 1)
    return span
  }

  private func span(_ location: MIRLocation) -> SourceSpan { MIR.span(of: location, in: function) }
}

extension Diagnostic {
  fileprivate static func notConsumed(
    _ name: String, _ type: String, declared: SourceSpan, dropped: SourceSpan
  ) -> Diagnostic {
    let subject = name.isEmpty ? "this value" : "`\(name)`"
    return Diagnostic(
      .notConsumed, "\(subject) must be consumed on every path, and is dropped on one",
      at: declared,
      labels: dropped == declared || dropped == .none
        ? [] : [Label(dropped, "it is dropped when control leaves here")],
      notes: [
        "`\(type)` is `@must_consume`: pass it to an `owned` parameter, such as the receiver of a "
          + "method with `owned self`, or return it"
      ])
  }
}
