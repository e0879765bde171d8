// Decides which memory comes from a caller's region: destination passing (language.md section 7).
// Reads: all functions of a module, elaborated. Produces: the same, where every call whose result
// owns memory, and every copy, names the allocator that the memory is wanted from; null is the
// heap.
// Rejects: nothing. Assumes: verified functions.
// A value is made in a region only if on every path to a normal return it becomes part of what the
// region holds (DestinationFlow); everything else is made on the heap, and stays there when it does
// become part of a region's value after all. Functions are taken after those they call; one that
// calls itself is unknown to itself.
import Base
import MIR

/// The summaries known so far, by reference.
struct DestinationSummaries {
  private var known: ContiguousArray<DestinationSummary?>

  init(count: Int) { known = ContiguousArray(repeating: nil, count: count) }

  subscript(_ function: FunctionRefID) -> DestinationSummary? {
    get { known[function.index] }
    set { known[function.index] = newValue }
  }
}

/// Passes destinations in all functions of `module`.
func passDestinations(in module: inout MIRModule, _ shapes: MIRShapes, _ graph: CallGraph) {
  let types = DestinationTypes(module, shapes)
  var summaries = DestinationSummaries(count: module.functionRefs.count)
  var references = ContiguousArray(repeating: FunctionRefID.none, count: module.functions.count)
  for id in module.functionRefs.ids where graph.bodies[id.index] >= 0 {
    references[graph.bodies[id.index]] = id
  }
  for index in graph.components.joined() where references[index].exists {
    var function = MIRFunction(symbol: "", displayName: "", signature: SignatureID(0))
    swap(&function, &module.functions[index])
    summaries[references[index]] = passDestinations(in: &function, module, types, summaries)
    swap(&function, &module.functions[index])
  }
}

private func passDestinations(
  in function: inout MIRFunction, _ module: MIRModule, _ types: DestinationTypes,
  _ summaries: DestinationSummaries
) -> DestinationSummary {
  let signature = module.signatures[function.signature]
  var summary = DestinationSummary(
    parameters: Array(repeating: .heap, count: signature.parameters.count),
    fills: fills(function, module, types, summaries))
  guard isConcerned(function, signature, types),
    let flow = DestinationFlow(function, module, types, summaries)
  else { return summary }
  if let entry = flow.entries.first ?? nil {
    for index in summary.parameters.indices {
      let number = flow.owners.numbers[
        DestinationFlow.local(ofParameter: index, signature).index]
      if number >= 0 { summary.parameters[index] = entry[number] }
    }
  }
  DestinationWriter(flow).write(to: &function)
  return summary
}

/// Nothing of other functions' memory goes through the rest.
private func isConcerned(
  _ function: MIRFunction, _ signature: MIRSignature, _ types: DestinationTypes
) -> Bool {
  signature.hasDestination
    || signature.parameters.contains {
      ($0.mode != .borrowed && types.owns($0.type)) || types.isValuePointer($0.type)
    }
    || function.blocks.elements.contains { block in
      block.instructions.contains { $0.opcode == .regionKeep }
    }
}

/// Whether `function` may write values that own memory behind pointers.
private func fills(
  _ function: MIRFunction, _ module: MIRModule, _ types: DestinationTypes,
  _ summaries: DestinationSummaries
) -> Bool {
  func isBehind(_ place: PlaceID) -> Bool {
    guard place.exists, types.owns(function.places[place].type) else { return false }
    if case .local(let local) = function.places[place].base,
      function.locals[local].storage == .alias
    {
      return true
    }
    return function.projections(of: place).contains { $0 == .deref }
  }
  for block in function.blocks.elements where !block.isCleanup {
    for instruction in block.instructions {
      switch instruction.opcode {
      case .memoryCopy, .memoryMove: if types.owns(instruction.type) { return true }
      case .drop: continue
      case _: if isBehind(instruction.dest) { return true }
      }
    }
    let call = block.terminator
    guard call.kind == .call else { continue }
    if isBehind(call.dest) { return true }
    if call.callee.exists, module.functionRefs[call.callee].isRuntime { continue }
    guard call.callee.exists, let callee = summaries[call.callee], !callee.fills else {
      return true
    }
  }
  return false
}

/// Names the allocators in one function.
private struct DestinationWriter {
  private let flow: DestinationFlow

  init(_ flow: DestinationFlow) { self.flow = flow }

  func write(to function: inout MIRFunction) {
    var places: [LocalID: PlaceID] = [:]
    for id in function.blocks.ids where !function.blocks[id].isCleanup {
      guard var state = flow.exit(of: id) else { continue }
      var found: [(position: Int, local: LocalID)] = []
      flow.walk(id, &state) { position, wanted, callee in
        let place = position < flow.function.blocks[id].instructions.count
          ? flow.function.blocks[id].instructions[position].dest
          : flow.function.blocks[id].terminator.dest
        guard place.exists, let local = allocator(wanted, place, callee) else { return }
        found.append((position, local))
      }
      for (position, local) in found {
        let place = places[local] ?? function.place(local)
        places[local] = place
        name(.copy(place), at: position, of: id, in: &function)
      }
    }
  }

  /// The local that names where a value for `place` is made; nil is the heap.
  private func allocator(
    _ wanted: Wanted, _ place: PlaceID, _ callee: DestinationSummary?
  ) -> LocalID? {
    var made = wanted.shell
    let isEmpty = callee.map { !$0.fills } ?? false
    if !isEmpty, flow.types.hasContents(flow.function.places[place].type) {
      made = wanted.both
    }
    switch made {
    case .any, .heap, .shell, .contents: return nil
    case .caller: return DestinationFlow.destinationLocal(flow.signature)
    case .region(let local): return local
    }
  }

  private func name(
    _ allocator: Operand, at position: Int, of id: BlockID, in function: inout MIRFunction
  ) {
    guard position == function.blocks[id].instructions.count else {
      function.blocks[id].instructions[position].b = allocator
      return
    }
    let call = function.blocks[id].terminator
    let signature = flow.module.signatures[
      call.callee.exists ? flow.module.functionRefs[call.callee].signature : call.signature]
    guard signature.hasDestination else { return }
    function.operands[Int(call.first + call.count) - 1] = allocator
  }
}
