// What a spawned thread can reach: no `static mut` may be among it.
// Reads: the finished functions of the module, and the calls that start threads. Produces: nothing.
// Rejects: E3602, with the way to the static. Assumes: all that the program demands is lowered.
//
// Calls of function values are over-approximated: such a call may run every function of exactly
// that type whose value is kept anywhere in the program. A closure that is only lent runs where its
// maker runs. Destroying a value is a call of what its type's destruction runs.
import ASTDB
import Base
import MIR

/// A function that is handed to a new thread.
struct ThreadStart {
  /// The function, or none when only its type is known.
  var target: FunctionRefID
  var signature: SignatureID
  var span: SourceSpan
}

extension FunctionLowering {
  /// Notes what a call of `spawn` starts. The library's own calls hand on what its callers gave.
  mutating func noteThreadStart(_ declaration: DeclarationID, _ arguments: [NodeID]) {
    guard context.languageItems.threadStarters.contains(declaration), let last = arguments.last,
      !isStandardLibrary
    else { return }
    var node = body[last]
    while node.kind == .asFunction || node.kind == .copy || node.kind == .move {
      node = body[NodeID(node.a)]
    }
    var target = FunctionRefID.none
    switch node.kind {
    case .closure: target = closureTargets[node.a] ?? .none
    case .function:
      target = context.instance(
        body.declarations[Int(node.a)], typeArguments(node.b), policy: policy)
    case _: break  // A value from elsewhere.
    }
    guard case .function(let signature) = context.module.types[mirType(of: last)].kind else {
      return
    }
    context.threadStarts.append(
      ThreadStart(target: target, signature: signature, span: span(of: last)))
  }

  private var isStandardLibrary: Bool {
    let module = context.program.declarations[body.owner].module
    guard module.exists else { return false }
    return context.program.packages[context.program.modules[module].package].name == "std"
  }
}

extension ModuleLowering {
  func checkThreads() {
    guard !threadStarts.isEmpty, module.statics.elements.contains(where: \.isMutable) else {
      return
    }
    var reach = ThreadReach(module)
    for start in threadStarts {
      for found in reach.mutableStatics(from: start) {
        let declaration = program.declarations[staticDeclarations[found.variable.index]]
        diagnostics.report(
          .threadReachesStatic(
            program.interner.text(declaration.name), declaration.nameSpan,
            used: found.use.map(sourceSpan) ?? .none, through: found.path, at: start.span))
      }
    }
  }

  private func sourceSpan(_ use: StaticUse) -> SourceSpan {
    var span = span(of: use.location, in: module.functions[use.function])
    guard let file = fileIndices.first(where: { $0.value == module.functions[use.function].file })
    else { return .none }
    span.file = file.key
    return span
  }
}

/// Where a function uses a static first.
private struct StaticUse {
  /// Index of the function in the module.
  var function: Int
  var location: MIRLocation
}

/// A mutable static that a thread reaches.
private struct ReachedStatic {
  var variable: StaticID
  /// The functions on a shortest way to it.
  var path: [String]
  var use: StaticUse?
}

/// What a function does that leads on.
private struct FunctionEdges {
  var functions: [FunctionRefID] = []
  var statics: [StaticID] = []
  /// Types of the function values that it calls.
  var calledTypes: [SignatureID] = []
  var dropsEnvironments = false
}

private struct ThreadReach {
  let module: MIRModule
  private var functionOfSymbol: [String: Int] = [:]
  private var edges: [Int: FunctionEdges] = [:]
  /// Functions whose values are kept, by type; and those that destroy what closures own.
  private var kept: [SignatureID: [FunctionRefID]] = [:]
  private var environmentDrops: [FunctionRefID] = []
  private var dropOfClosure: [String: FunctionRefID] = [:]

  init(_ module: MIRModule) {
    self.module = module
    for (index, function) in module.functions.enumerated() {
      functionOfSymbol[function.symbol] = index
      findKept(in: function)
    }
  }

  private mutating func findKept(in function: MIRFunction) {
    for block in function.blocks.elements {
      for instruction in block.instructions
      where instruction.opcode == .makeFunction && instruction.a.kind == .function {
        let target = instruction.a.functionID
        let type = function.places[instruction.dest].type
        if module.types[type].ownership == .trivial {
          let symbol = module.functionRefs[target].symbol
          if symbol.hasSuffix(".drop") {
            environmentDrops.append(target)
            dropOfClosure[String(symbol.dropLast(5))] = target
          }
        } else if case .function(let signature) = module.types[type].kind {
          kept[signature, default: []].append(target)
        }
      }
    }
  }

  /// The mutable statics that a thread reaches, each once.
  mutating func mutableStatics(from start: ThreadStart) -> [ReachedStatic] {
    var queue = start.target.exists ? [start.target] : kept[start.signature] ?? []
    // The thread also destroys what it was given.
    queue += queue.compactMap { dropOfClosure[module.functionRefs[$0].symbol] }
    var cameFrom: [FunctionRefID: FunctionRefID] = [:]
    for first in queue { cameFrom[first] = FunctionRefID.none }
    var found: [ReachedStatic] = []
    var next = 0
    while next < queue.count {
      let current = queue[next]
      next += 1
      let edges = edges(of: current)
      for variable in edges.statics where !found.contains(where: { $0.variable == variable }) {
        found.append(
          ReachedStatic(
            variable: variable, path: path(to: current, cameFrom),
            use: firstUse(of: variable, in: current)))
      }
      var targets = edges.functions
      for type in edges.calledTypes { targets += kept[type] ?? [] }
      if edges.dropsEnvironments { targets += environmentDrops }
      for target in targets where cameFrom[target] == nil {
        cameFrom[target] = current
        queue.append(target)
      }
    }
    return found
  }

  /// The names that a user knows of the functions on the way to `function`.
  private func path(
    to function: FunctionRefID, _ cameFrom: [FunctionRefID: FunctionRefID]
  ) -> [String] {
    var names: [String] = []
    var current = function
    while current.exists {
      if let index = functionOfSymbol[module.functionRefs[current].symbol] {
        let lowered = module.functions[index]
        let isNamed =
          !lowered.attributes.contains(.glue) && !lowered.displayName.contains(".closure")
        // Without the package.
        let name = lowered.displayName.split(separator: ".").dropFirst().joined(separator: ".")
        if isNamed { names.append(name) }
      }
      current = cameFrom[current] ?? .none
    }
    return names.reversed()
  }

  private func firstUse(of variable: StaticID, in reference: FunctionRefID) -> StaticUse? {
    guard let index = functionOfSymbol[module.functionRefs[reference].symbol] else { return nil }
    let function = module.functions[index]
    func names(_ place: PlaceID) -> Bool {
      place.exists && function.places[place].base == .staticVariable(variable)
    }
    func names(_ operand: Operand) -> Bool { operand.kind.namesPlace && names(operand.placeID) }
    func names(_ first: UInt32, _ count: UInt32) -> Bool {
      (first..<first + count).contains { names(function.operands[Int($0)]) }
    }
    for block in function.blocks.elements {
      for (instruction, location) in zip(block.instructions, block.locations)
      where names(instruction.dest) || names(instruction.a) || names(instruction.b)
        || names(instruction.c) || names(instruction.firstOperand, instruction.operandCount)
      { return StaticUse(function: index, location: location) }
      let end = block.terminator
      if names(end.operand) || end.kind == .call && (names(end.dest) || names(end.first, end.count))
      { return StaticUse(function: index, location: block.terminatorLocation) }
    }
    return nil
  }

  private mutating func edges(of reference: FunctionRefID) -> FunctionEdges {
    guard let index = functionOfSymbol[module.functionRefs[reference].symbol] else {
      return FunctionEdges()
    }
    if let known = edges[index] { return known }
    let result = findEdges(of: module.functions[index])
    edges[index] = result
    return result
  }

  private func findEdges(of function: MIRFunction) -> FunctionEdges {
    var result = FunctionEdges()
    for place in function.places.elements {
      if case .staticVariable(let id) = place.base, module.statics[id].isMutable {
        result.statics.append(id)
      }
    }
    for block in function.blocks.elements {
      for instruction in block.instructions { add(instruction, of: function, to: &result) }
      let terminator = block.terminator
      guard terminator.kind == .call else { continue }
      if terminator.callee.exists {
        result.functions.append(terminator.callee)
      } else if function.attributes.contains(.glue) {
        result.dropsEnvironments = true
      } else {
        result.calledTypes.append(terminator.signature)
      }
    }
    return result
  }

  private func add(
    _ instruction: Instruction, of function: MIRFunction, to result: inout FunctionEdges
  ) {
    switch instruction.opcode {
    case .makeFunction:
      if instruction.a.kind == .function { result.functions.append(instruction.a.functionID) }
    case .drop:
      let glue = module.types[function.places[instruction.dest].type].dropGlue
      if glue.exists { result.functions.append(glue) }
    case .copyValue:
      let glue = instruction.c.kind == .function
        ? instruction.c.functionID : module.types[instruction.type].copyGlue
      if glue.exists { result.functions.append(glue) }
    case _: break  // The others run no function.
    }
  }
}

extension Diagnostic {
  fileprivate static func threadReachesStatic(
    _ name: String, _ declared: SourceSpan, used: SourceSpan, through path: [String],
    at span: SourceSpan
  ) -> Diagnostic {
    var labels = [Label(declared, "declared here")]
    if used.file.exists { labels.append(Label(used, "used here")) }
    var notes: [String] = []
    if !path.isEmpty {
      notes.append("through " + path.map { "`\($0)`" }.joined(separator: ", then "))
    }
    notes.append("two threads may use it at once; send it over a channel, or return what is new")
    return Diagnostic(
      .threadReachesStatic, "a thread that is started here can reach the `static mut` `\(name)`",
      at: span, labels: labels, notes: notes)
  }
}
