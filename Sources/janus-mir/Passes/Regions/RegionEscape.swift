// What is in a scratchpad stays in its block (language.md section 7).
// Reads: the functions of a module with all their copies, and their summaries. Produces: nothing.
// Rejects: E3301, with the way that the value takes. Assumes: verified functions.
// A local that was made before the region began outlives it; so do the result, the parameters and
// statics. What a closure makes in a scratchpad that it captured is followed where it is made.
import Base
import MIR

/// Reports what may leave the block of a scratchpad.
func checkRegions(
  of module: MIRModule, _ facts: CopyFacts, reporting diagnostics: inout Diagnostics
) {
  guard module.scratchpadType.exists,
    let begin = module.functionRefs.ids.first(where: {
      module.functionRefs[$0].symbol == "janus_region_begin"
    })
  else { return }
  let kinds = BufferKinds(facts.shapes)
  var references = ContiguousArray(repeating: -1, count: module.functions.count)
  for id in module.functionRefs.ids where facts.summaries.graph.bodies[id.index] >= 0 {
    references[facts.summaries.graph.bodies[id.index]] = id.index
  }
  var leaking = NumberSet()
  for index in facts.summaries.graph.components.joined() {
    let function = module.functions[index]
    let isCapturing =
      module.signatures[function.signature].hasEnvironment
      && function.locals.elements.contains {
        $0.type == module.scratchpadType && $0.storage == .alias
      }
    guard isCapturing || beginsRegion(function, begin) else { continue }
    let flow = RegionFlow(function, module, facts, kinds, leaking: leaking)
    if isCapturing, references[index] >= 0, leaks(flow, module) {
      leaking.insert(references[index])
    }
    var check = RegionEscape(flow, module, facts, begin)
    check.run(reporting: &diagnostics)
  }
}

private func beginsRegion(_ function: MIRFunction, _ begin: FunctionRefID) -> Bool {
  function.blocks.elements.contains { $0.terminator.kind == .call && $0.terminator.callee == begin }
}

/// What is made in a captured scratchpad may end in a captured variable.
private func leaks(_ flow: RegionFlow, _ module: MIRModule) -> Bool {
  let environment = 1
  return flow.function.locals.ids.contains {
    flow.function.locals[$0].type == module.scratchpadType
      && flow.function.locals[$0].storage == .alias
      && flow.ways(from: $0.index)[environment] != nil
  }
}

/// The block of one `with_scratchpad`.
private struct Region {
  /// The local of its state: those made before it outlive it.
  var state: Int
  /// The local of the scratchpad.
  var scratchpad: Int
}

private struct RegionEscape {
  private let flow: RegionFlow
  private let function: MIRFunction
  private let module: MIRModule
  private let facts: CopyFacts
  private var regions: [Region] = []
  private var reported: Set<MIRLocation> = []
  /// Where a value went on a line, so that a loop over that place is not named as well.
  private var crossed: Set<Crossing> = []

  private struct Crossing: Hashable {
    var line: Int32
    var target: Int
  }

  init(
    _ flow: RegionFlow, _ module: MIRModule, _ facts: CopyFacts, _ begin: FunctionRefID
  ) {
    self.flow = flow
    self.module = module
    self.facts = facts
    function = flow.function
    for block in function.blocks.elements
    where block.terminator.kind == .call && block.terminator.callee == begin {
      let pointer = flow.base(function.operands[Int(block.terminator.first)].placeID)
      guard let state = source(of: pointer), let scratchpad = scratchpad(of: pointer) else {
        continue
      }
      regions.append(Region(state: state, scratchpad: scratchpad))
    }
  }

  private func source(of pointer: Int) -> Int? {
    for block in function.blocks.elements {
      for instruction in block.instructions
      where instruction.opcode == .addressOf && flow.base(instruction.dest) == pointer {
        return flow.base(instruction.a.placeID)
      }
    }
    return nil
  }

  private func scratchpad(of pointer: Int) -> Int? {
    for block in function.blocks.elements {
      for instruction in block.instructions
      where instruction.opcode == .construct && instruction.operandCount == 1 {
        let operand = function.operands[Int(instruction.firstOperand)]
        guard operand.kind == .copy, flow.base(operand.placeID) == pointer else { continue }
        return flow.base(instruction.dest)
      }
    }
    return nil
  }

  // MARK: Checking

  mutating func run(reporting diagnostics: inout Diagnostics) {
    for region in regions {
      let ways = flow.ways(from: region.scratchpad)
      func isInside(_ node: Int) -> Bool { node >= region.state && node != flow.statics }
      for (index, step) in flow.steps.enumerated() {
        guard isInside(step.from), !isInside(step.to), !isAllocator(step.to),
          step.from == region.scratchpad || ways[step.from] != nil,
          isDirect(step.from, ways, isInside), reported.insert(step.location).inserted,
          crossed.insert(Crossing(line: step.location.line, target: step.to)).inserted
        else { continue }
        report(end(step), index, ways, region, &diagnostics)
      }
      checkKeeping(region, ways, &diagnostics)
    }
  }

  /// A scratchpad, or what names its region: no place where values are.
  private func isAllocator(_ node: Int) -> Bool {
    guard node < flow.statics else { return false }
    let type = function.locals[LocalID(UInt32(node))].type
    let shape = facts.shapes[type]
    return node != 0 && type == module.scratchpadType
      || shape.kind == .pointer && facts.shapes[shape.element].kind == .void
      || regions.contains { $0.state == node }
  }

  /// The way to a node stays inside the block.
  private func isDirect(_ node: Int, _ ways: [Int: Int], _ isInside: (Int) -> Bool) -> Bool {
    var node = node
    while let index = ways[node] {
      if !isInside(node) { return false }
      node = flow.steps[index].from
    }
    return true
  }

  /// Values that go to an outer scratchpad, an escaping closure, or a function that takes them.
  private mutating func checkKeeping(
    _ region: Region, _ ways: [Int: Int], _ diagnostics: inout Diagnostics
  ) {
    for block in function.blocks.elements where !block.isCleanup {
      for (index, instruction) in block.instructions.enumerated() {
        let location = block.locations[index]
        switch instruction.opcode {
        case .regionKeep:
          guard isOuter(instruction.b, than: region), let way = ways[base(instruction.a)],
            reported.insert(location).inserted
          else { continue }
          report(
            "is stored in another scratchpad, which may outlive it", at: location, way, ways,
            region, &diagnostics)
        case .makeFunction:
          guard !facts.shapes[function.places[instruction.dest].type].isTrivial,
            instruction.b.kind.namesPlace, let way = ways[base(instruction.b)],
            reported.insert(location).inserted
          else { continue }
          report(
            "is captured by a closure that may outlive it", at: location, way, ways, region,
            isMendable: false, &diagnostics)
        case _: continue  // What keeps nothing.
        }
      }
      checkTaking(block.terminator, block.terminatorLocation, region, ways, &diagnostics)
    }
  }

  private func base(_ operand: Operand) -> Int {
    operand.kind.namesPlace ? flow.base(operand.placeID) : -1
  }

  /// The pointer that names a region comes neither from `region`'s scratchpad nor an inner one.
  private func isOuter(_ pointer: Operand, than region: Region) -> Bool {
    for block in function.blocks.elements {
      for instruction in block.instructions
      where instruction.opcode == .assign && instruction.dest.exists
        && flow.base(instruction.dest) == base(pointer)
      {
        let scratchpad = base(instruction.a)
        if scratchpad == region.scratchpad { return false }
        return !regions.contains { $0.scratchpad == scratchpad && $0.state > region.state }
      }
    }
    return false
  }

  /// An `owned` argument that goes neither into the result nor into another argument.
  private mutating func checkTaking(
    _ call: Terminator, _ location: MIRLocation, _ region: Region, _ ways: [Int: Int],
    _ diagnostics: inout Diagnostics
  ) {
    guard call.kind == .call, call.callee.exists, call.callee.index < module.functionRefs.count
    else { return }
    let reference = module.functionRefs[call.callee]
    let signature = module.signatures[reference.signature]
    if reference.isRuntime || module.persistentCopies.contains(call.callee) { return }
    let summary = facts.summaries[call.callee]
    let skipped = signature.argumentCount - signature.parameters.count
    for (position, parameter) in signature.parameters.enumerated() where parameter.mode == .owned {
      let index = position + skipped
      let operand = function.operands[Int(call.first) + index]
      guard operand.kind == .move, let way = ways[base(operand)] else { continue }
      let goesOn =
        reaches(summary.result, index) || summary.stored.contains { reaches($0, index) }
      guard !goesOn, reported.insert(location).inserted else { continue }
      report(
        "is given to `\(name(of: call.callee))`, which takes it", at: location, way, ways, region,
        &diagnostics)
    }
  }

  private func reaches(_ origins: MemoryOrigins, _ parameter: Int) -> Bool {
    origins.shared.contains(parameter) || origins.copied.contains(parameter)
  }

  // MARK: Reporting

  /// What happens to the value in the last step.
  private func end(_ step: RegionStep) -> String {
    if step.to == flow.statics { return "is stored in a static" }
    let local = function.locals[LocalID(UInt32(step.to))]
    switch local.storage {
    case .result: return "is returned from the function"
    case .inoutParameter, .borrowedParameter, .ownedParameter:
      return "is stored in the parameter `\(local.name)`"
    case .stack, .alias, .hidden, .lent:
      return local.name.isEmpty
        ? "leaves the block" : "is stored in `\(local.name)`, which outlives the block"
    }
  }

  private func report(
    _ text: String, _ index: Int, _ ways: [Int: Int], _ region: Region,
    _ diagnostics: inout Diagnostics
  ) {
    let step = flow.steps[index]
    var way = self.way(to: step.from, ways)
    way.append(step)
    report(text, at: step.location, way, region, &diagnostics)
  }

  private func report(
    _ text: String, at location: MIRLocation, _ last: Int, _ ways: [Int: Int], _ region: Region,
    isMendable: Bool = true, _ diagnostics: inout Diagnostics
  ) {
    let way = self.way(to: flow.steps[last].to, ways)
    report(text, at: location, way, region, isMendable: isMendable, &diagnostics)
  }

  private func way(to node: Int, _ ways: [Int: Int]) -> [RegionStep] {
    var result: [RegionStep] = []
    var node = node
    while let index = ways[node] {
      result.append(flow.steps[index])
      node = flow.steps[index].from
    }
    return result.reversed()
  }

  private func report(
    _ text: String, at location: MIRLocation, _ way: [RegionStep], _ region: Region,
    isMendable: Bool = true, _ diagnostics: inout Diagnostics
  ) {
    let scratchpad = function.locals[LocalID(UInt32(region.scratchpad))].name
    let place = span(location)
    var labels: [Label] = []
    for step in way {
      guard let text = label(step, scratchpad), step.location != .none else { continue }
      let label = Label(span(step.location), text)
      if label.span != place || text.contains("parameter"), !labels.contains(label) {
        labels.append(label)
      }
    }
    diagnostics.report(
      .regionEscape(
        scratchpad, text, at: place, labels: labels,
        fix: isMendable
          ? fixPlace(way).map { SourceSpan(file: $0.file, start: $0.end, end: $0.end) } : nil))
  }

  private func label(_ step: RegionStep, _ scratchpad: String) -> String? {
    switch step.kind {
    case .kept: return "made in the scratchpad `\(scratchpad)` here"
    case .call(let callee, let parameter), .stored(let callee, let parameter):
      guard let name = parameterName(parameter, of: callee) else { return nil }
      return "`\(self.name(of: callee))` hands on its parameter `\(name)`"
    case .unknownCall: return "handed to a function value here"
    case .closure: return "the closure keeps here what it makes in the scratchpad"
    case .value, .copied:
      guard step.to < flow.statics else { return nil }
      let name = function.locals[LocalID(UInt32(step.to))].name
      return name.isEmpty || name == scratchpad ? nil : "`\(name)` holds it from here"
    }
  }

  private func name(of callee: FunctionRefID) -> String {
    let body = facts.summaries.graph.bodies[callee.index]
    return body >= 0 ? module.functions[body].displayName : module.functionRefs[callee].symbol
  }

  private func parameterName(_ index: Int, of callee: FunctionRefID) -> String? {
    let body = facts.summaries.graph.bodies[callee.index]
    guard body >= 0, index + 1 < module.functions[body].locals.count else { return nil }
    let name = module.functions[body].locals[LocalID(UInt32(index + 1))].name
    return name.isEmpty ? nil : name
  }

  /// The last value in the way that stands in the source as an expression of its own.
  private func fixPlace(_ way: [RegionStep]) -> SourceSpan? {
    for step in way.reversed() {
      switch step.kind {
      case .copied, .kept, .call: if step.location != .none { return span(step.location) }
      case .value: if step.to == 0, step.location != .none { return span(step.location) }
      case .stored, .unknownCall, .closure: continue
      }
    }
    return nil
  }

  private func span(_ location: MIRLocation) -> SourceSpan {
    MIR.span(of: location, in: function)
  }
}

extension Diagnostic {
  fileprivate static func regionEscape(
    _ scratchpad: String, _ what: String, at span: SourceSpan, labels: [Label], fix: SourceSpan?
  ) -> Diagnostic {
    Diagnostic(
      .regionEscape, "a value in the scratchpad `\(scratchpad)` \(what)", at: span, labels: labels,
      notes: ["`x.to_persistent()` makes a copy with memory of its own, which may leave"],
      fixes: fix.map {
        [
          FixIt(
            "copy it out of the scratchpad", [FixIt.Edit($0, ".to_persistent()")], .guess)
        ]
      } ?? [])
  }
}
