// Initialisation and moves.
// Reads: functions as lowering made them. Produces: diagnostics only.
// Rejects: a place read after it was moved (E3101; on some paths E3102; by its own move in a loop
// E3104), read before it was given a value (E2403), moved out of a borrowed parameter, a static, an
// array element or a value with a destructor (E3105), and an `inout` parameter that is not whole
// again when its function returns (E3106); a `let` that is assigned when it may have its value
// (E2401).
// Assumes: a verified function.
// One forward dataflow (InitialisationFlow), then one walk that compares each use with the state.
// Only the first mistake with a place is reported. Concrete paths are searched for errors only.
import Base
import MIR

/// Reports misuse of uninitialised and moved values in `function`.
func checkInitialisation(
  in function: MIRFunction, of module: MIRModule, _ flow: InitialisationFlow,
  reporting diagnostics: inout Diagnostics
) {
  var checker = InitialisationChecker(function: function, module: module, flow: flow)
  checker.run()
  diagnostics.report(contentsOf: checker.found)
}

/// An instruction of a function; `index` is the number of instructions for the terminator.
struct Position: Hashable {
  var block: BlockID
  var index: Int
}

struct InitialisationChecker {
  let function: MIRFunction
  let module: MIRModule
  let paths: MovePaths
  let flow: InitialisationFlow
  let shapes: MIRShapes
  var found: [Diagnostic] = []
  /// What was found about each local; only one finding is reported.
  private var candidates: [LocalID: [Diagnostic]] = [:]
  private var position = Position(block: BlockID(0), index: 0)
  private var aliases: [LocalID: Alias]
  /// Each `let` that is declared without a value.
  private let unassignedLets: Set<LocalID>

  private struct Alias {
    var isExclusive: Bool
    /// A closure captures the variable.
    var isCapture: Bool
  }

  init(function: MIRFunction, module: MIRModule, flow: InitialisationFlow) {
    self.function = function
    self.module = module
    self.flow = flow
    paths = flow.paths
    shapes = flow.shapes
    aliases = Self.aliases(of: function)
    unassignedLets = Self.unassignedLets(of: function)
  }

  mutating func run() {
    for id in flow.order {
      guard var state = flow.entryStates[id.index] else { continue }
      let block = function.blocks[id]
      for (index, instruction) in block.instructions.enumerated() {
        position = Position(block: id, index: index)
        check(instruction, state)
        flow.apply(instruction, &state)
      }
      position = Position(block: id, index: block.instructions.count)
      check(block.terminator, &state)
    }
    for local in function.locals.ids {
      if let list = candidates[local], let chosen = choose(among: list) { found.append(chosen) }
    }
  }

  /// A move in a loop explains all else; otherwise the first in the text is meant.
  private func choose(among list: [Diagnostic]) -> Diagnostic? {
    list.first { $0.code == .moveInLoop } ?? list.min { $0.span.start < $1.span.start }
  }

  // MARK: Uses

  private mutating func check(_ instruction: Instruction, _ state: InitialisationState) {
    switch instruction.opcode {
    case .nop, .storageLive, .storageDead, .drop, .accessBegin, .accessEnd: return
    case .addressOf:
      // A closure may read what it captures.
      if instruction.immediate == 1 { use(instruction.a, state) }
      return
    case .unbind: return checkEnd(of: instruction.dest, state)
    case .discriminant:
      // The tag stays when a payload is moved away.
      use(instruction.a, state, wholly: false)
    case .construct:
      for i in 0..<Int(instruction.operandCount) {
        use(function.operands[Int(instruction.firstOperand) + i], state)
      }
    default:
      use(instruction.a, state)
      use(instruction.b, state)
      use(instruction.c, state)
    }
    if instruction.opcode != .bind { checkAssignment(to: instruction.dest, state) }
    // Writing a part needs a whole around it.
    if instruction.dest.exists, instruction.opcode != .bind,
      case .inside(let path) = paths.places[instruction.dest.index]
    { require(path, state, wholly: false) }
  }

  private mutating func check(_ terminator: Terminator, _ state: inout InitialisationState) {
    use(terminator.operand, state)
    if terminator.kind == .call {
      for i in 0..<Int(terminator.count) {
        use(function.operands[Int(terminator.first) + i], state)
      }
      checkMovedTwice(by: terminator)
      checkAssignment(to: terminator.dest, state)
    }
    if terminator.kind == .return { checkExit(state) }
  }

  /// A `let` gets its value once.
  private mutating func checkAssignment(to dest: PlaceID, _ state: InitialisationState) {
    guard !unassignedLets.isEmpty, dest.exists, case .exact(let path) = paths.places[dest.index],
      unassignedLets.contains(paths.paths[Int(path)].local), state.maybeInitialised(path)
    else { return }
    let local = paths.paths[Int(path)].local
    candidates[local, default: []].append(
      .assignedTwice(
        function.locals[local].name, span(location(of: position)),
        declared: span(function.locals[local].location)))
  }

  /// An argument moves what an earlier one of the same call has moved.
  private mutating func checkMovedTwice(by call: Terminator) {
    var moved: [PathIndex] = []
    for i in 0..<Int(call.count) {
      let operand = function.operands[Int(call.first) + i]
      guard operand.kind == .move, case .exact(let path) = paths.places[Int(operand.index)] else {
        continue
      }
      if moved.contains(where: { paths.overlap($0, path) }) {
        let local = paths.paths[Int(path)].local
        candidates[local, default: []].append(
          .movedTwice(
            name(of: path), span(location(of: position)),
            declared: span(function.locals[local].location)))
      }
      moved.append(path)
    }
  }

  private mutating func use(
    _ operand: Operand, _ state: InitialisationState, wholly: Bool = true
  ) {
    switch operand.kind {
    case .none, .constant, .function: return
    case .copy, .borrow, .borrowMutable: break
    case .move: checkSource(of: operand.placeID)
    }
    switch paths.places[Int(operand.index)] {
    case .untracked: return
    case .exact(let path): require(path, state, wholly: wholly)
    case .inside(let path): require(path, state, wholly: false)
    }
  }

  /// Reports unless `path`, and what is below it if `wholly`, is initialised.
  private mutating func require(_ path: PathIndex, _ state: InitialisationState, wholly: Bool) {
    var missing: PathIndex = state.maybeUninitialised(path) ? path : -1
    if wholly, missing < 0 {
      paths.forSubtree(path) { if state.maybeUninitialised($0), missing < 0 { missing = $0 } }
    }
    guard missing >= 0 else { return }
    let finding = uninitialised(missing, definitely: !state.maybeInitialised(missing))
    candidates[paths.paths[Int(path)].local, default: []].append(finding)
  }

  private func uninitialised(_ path: PathIndex, definitely: Bool) -> Diagnostic {
    let trace = findTrace(
      to: position, path, in: function, flow)
    let use = location(of: position)
    let name = name(of: path)
    let declaration = function.locals[paths.paths[Int(path)].local].location
    guard let trace, let move = trace.move else {
      return .readBeforeInitialisation(
        name, definitely, span(use), declared: span(declaration))
    }
    let moved = span(location(of: move))
    if move == position {
      return .moveInLoop(name, moved, declared: span(declaration))
    }
    return .usedAfterMove(
      name, definitely, span(use), moved: moved, declared: span(declaration),
      lines: lines(of: trace))
  }

  // MARK: Sources of moves

  /// Moves out of what the function does not own. A place that gets a new value at once, before
  /// anything else can happen, was only exchanged.
  private mutating func checkSource(of id: PlaceID) {
    let place = function.places[id]
    let reason: String
    switch place.base {
    case .staticVariable: reason = "a static"
    case .local(let local):
      let storage = function.locals[local].storage
      if storage == .alias, let alias = aliases[local], !alias.isExclusive {
        if alias.isCapture { return reportCaptureMoved(local) }
        reason = "`\(function.locals[local].name)`, which is only lent"
      } else if let part = forbiddenPart(of: id, from: local) {
        reason = part
      } else if storage == .borrowedParameter, !goesThroughPointer(id) {
        reason = "the borrowed parameter `\(function.locals[local].name)`"
      } else {
        return
      }
    }
    if goesThroughPointer(id) || isExchanged(id) || function.attributes.contains(.glue) { return }
    found.append(
      .movedOutOfBorrowed(reason, span(location(of: position)), declared: declaration(of: place)))
  }

  /// A `let` that a closure captures cannot get a value again.
  private mutating func reportCaptureMoved(_ local: LocalID) {
    candidates[local, default: []].append(
      .captureMovedOut(
        function.locals[local].name, span(location(of: position)),
        declared: span(function.locals[local].location)))
  }

  private func goesThroughPointer(_ id: PlaceID) -> Bool {
    function.projections(of: id).contains { $0 == .deref }
  }

  /// The first step of a place that may not be moved out of.
  private func forbiddenPart(of id: PlaceID, from local: LocalID) -> String? {
    var type = function.locals[local].type
    var variant = -1
    for projection in function.projections(of: id) {
      let shape = shapes[type]
      switch projection {
      case .deref: return nil
      case .index, .constantIndex: return "an array element"
      case .variant(let index): variant = Int(index)
      case .field(let index):
        if shape.hasDestructor { return "a value with a destructor" }
        let first = variant < 0 ? shape.first : shapes.variant(variant, of: shape).first
        type = shapes.field(Int(index), first: first).type
        variant = -1
      }
    }
    return nil
  }

  /// The place is assigned again in the same block, with nothing between that may panic.
  private func isExchanged(_ id: PlaceID) -> Bool {
    let block = function.blocks[position.block]
    guard position.index < block.instructions.count else { return false }
    let source = function.places[id]
    for instruction in block.instructions[(position.index + 1)...] {
      if instruction.dest.exists {
        let dest = function.places[instruction.dest]
        if dest.base == source.base, dest.projectionCount == source.projectionCount,
          function.projections(of: instruction.dest).elementsEqual(function.projections(of: id))
        { return true }
      }
      if flow.mayPanic(instruction) { return false }
    }
    return false
  }

  // MARK: Exits

  private mutating func checkExit(_ state: InitialisationState) {
    guard !function.attributes.contains(.glue) else { return }
    for (index, path) in paths.paths.enumerated()
    where function.locals[path.local].storage == .inoutParameter {
      guard state.maybeUninitialised(PathIndex(index)) else { continue }
      guard let trace = findTrace(to: position, PathIndex(index), in: function, flow),
        let move = trace.move
      else { continue }
      if function.attributes.contains(.destructor) {
        let name = name(of: PathIndex(index))
        candidates[path.local, default: []].append(
          .movedOutOfDestructor(name, span(location(of: move))))
        continue
      }
      candidates[path.local, default: []].append(
        .inoutNotWhole(
          name(of: PathIndex(index)), span(location(of: move)),
          exit: span(location(of: position))))
    }
  }

  /// What an alias lends must be whole when that ends. A move out of one that lends to be read was
  /// reported where it stands.
  private mutating func checkEnd(of alias: PlaceID, _ state: InitialisationState) {
    guard case .exact(let root) = paths.places[alias.index],
      let lent = aliases[paths.paths[Int(root)].local], lent.isExclusive || lent.isCapture
    else { return }
    var missing: PathIndex = -1
    paths.forSubtree(root) { if state.maybeUninitialised($0), missing < 0 { missing = $0 } }
    let local = paths.paths[Int(root)].local
    guard missing >= 0, let trace = findTrace(to: position, missing, in: function, flow),
      let move = trace.move
    else { return }
    candidates[local, default: []].append(
      aliases[local]?.isCapture == true
        ? .captureMovedOut(
          name(of: missing), span(location(of: move)),
          declared: span(function.locals[local].location))
        : .lentNotWhole(name(of: missing), span(location(of: move))))
  }

  private static func unassignedLets(of function: MIRFunction) -> Set<LocalID> {
    var result: Set<LocalID> = []
    for block in function.blocks.elements {
      for instruction in block.instructions where instruction.opcode == .storageLive {
        guard case .local(let local) = function.places[instruction.dest].base,
          !function.locals[local].isMutable
        else { continue }
        result.insert(local)
      }
    }
    return result
  }

  /// How each alias is bound.
  private static func aliases(of function: MIRFunction) -> [LocalID: Alias] {
    var result: [LocalID: Alias] = [:]
    for block in function.blocks.elements {
      for instruction in block.instructions where instruction.opcode == .bind {
        guard case .local(let local) = function.places[instruction.dest].base else { continue }
        result[local] = Alias(
          isExclusive: instruction.a.kind == .borrowMutable,
          isCapture: instruction.immediate == 1)
      }
    }
    return result
  }

  // MARK: Names and places

  func location(of position: Position) -> MIRLocation {
    let block = function.blocks[position.block]
    return position.index < block.instructions.count
      ? block.locations[position.index] : block.terminatorLocation
  }

  func span(_ location: MIRLocation) -> SourceSpan {
    MIR.span(of: location, in: function)
  }

  private func declaration(of place: Place) -> SourceSpan {
    if case .local(let local) = place.base { return span(function.locals[local].location) }
    return .none
  }

  /// The user's name of a path: `p.first`.
  private func name(of path: PathIndex) -> String {
    var path = path
    var suffix = ""
    while path >= 0, paths.paths[Int(path)].parent >= 0 {
      let parent = paths.paths[Int(path)].parent
      if case .field(let index) = paths.paths[Int(path)].projection,
        !paths.paths[Int(parent)].isVariant
      {
        suffix = "." + fieldName(Int(index), of: paths.paths[Int(parent)].type) + suffix
      } else {
        suffix = ""
      }
      path = parent
    }
    let name = function.locals[paths.paths[Int(path)].local].name
    return (name.isEmpty ? "this value" : name) + suffix
  }

  private func fieldName(_ index: Int, of type: MIRTypeID) -> String {
    guard case .aggregate(let fields) = module.types[type].kind, index < fields.count else {
      return String(index)
    }
    return fields[index].name
  }

  /// The distinct lines that a trace passes, in its order.
  private func lines(of trace: MoveTrace) -> [Int32] {
    var result: [Int32] = []
    for position in trace.positions {
      let location = location(of: position)
      guard location != .none else { continue }
      let line = function.baseLine + location.line
      if result.last != line { result.append(line) }
    }
    return result
  }
}

extension Diagnostic {
  fileprivate static func usedAfterMove(
    _ name: String, _ definitely: Bool, _ use: SourceSpan, moved: SourceSpan,
    declared: SourceSpan, lines: [Int32]
  ) -> Diagnostic {
    var notes: [String] = []
    if lines.count > 1 {
      notes.append("control passes lines " + lines.map(String.init).joined(separator: ", "))
    }
    return Diagnostic(
      definitely ? .useAfterMove : .maybeMoved,
      definitely
        ? "use of `\(name)` after it was moved"
        : "use of `\(name)`, which was moved on some paths",
      at: use,
      labels: [
        Label(moved, "`\(name)` is moved here"), Label(declared, "`\(name)` is declared here"),
      ], notes: notes)
  }

  fileprivate static func assignedTwice(
    _ name: String, _ assignment: SourceSpan, declared: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .assignToLet, "`\(name)` may have its value already and was declared with `let`",
      at: assignment, labels: [Label(declared, "declared here")],
      notes: ["declare it with `var` to change it"])
  }

  fileprivate static func movedTwice(
    _ name: String, _ call: SourceSpan, declared: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .useAfterMove, "`\(name)` is moved twice by the same call", at: call,
      labels: [Label(declared, "`\(name)` is declared here")])
  }

  fileprivate static func moveInLoop(
    _ name: String, _ move: SourceSpan, declared: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .moveInLoop, "`\(name)` is moved in a loop and has no value the second time", at: move,
      labels: [Label(declared, "`\(name)` is declared here")],
      notes: ["assign to it before the loop repeats, or leave the loop after the move"])
  }

  fileprivate static func readBeforeInitialisation(
    _ name: String, _ definitely: Bool, _ use: SourceSpan, declared: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .readBeforeInitialisation,
      definitely
        ? "`\(name)` is read before it has a value"
        : "`\(name)` is read, but has no value on some paths",
      at: use, labels: [Label(declared, "`\(name)` is declared here")])
  }

  fileprivate static func movedOutOfBorrowed(
    _ owner: String, _ move: SourceSpan, declared: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .moveOutOfBorrowed, "move out of \(owner)", at: move,
      labels: declared == .none ? [] : [Label(declared, "declared here")],
      notes: ["take an `owned` parameter, or use `swap`, `take` or `replace`"])
  }

  fileprivate static func lentNotWhole(_ name: String, _ move: SourceSpan) -> Diagnostic {
    Diagnostic(
      .inoutNotWhole, "`\(name)` is moved out of what lends it and not given a value again",
      at: move)
  }

  fileprivate static func captureMovedOut(
    _ name: String, _ move: SourceSpan, declared: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .moveInLoop, "`\(name)` is moved by a closure and has no value when it is called again",
      at: move, labels: [Label(declared, "`\(name)` is declared here")],
      notes: ["assign to it before the closure ends"])
  }

  fileprivate static func movedOutOfDestructor(_ name: String, _ move: SourceSpan) -> Diagnostic {
    Diagnostic(
      .moveOutOfSelfInDestructor, "`\(name)` is moved out of its destructor", at: move,
      notes: ["the value ends here; what it holds is destroyed after the body"])
  }

  fileprivate static func inoutNotWhole(
    _ name: String, _ move: SourceSpan, exit: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .inoutNotWhole, "`\(name)` is moved out of an `inout` parameter and not given a value again",
      at: move, labels: [Label(exit, "the function returns here")])
  }
}
