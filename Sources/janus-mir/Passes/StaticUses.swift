// Which `static mut` variables each function reads and changes, itself and through the functions
// that it calls by name: what a caller that has lent such a variable must know (E3201).
// Reads:    all functions of a module, as lowering made them. Produces: a table. Rejects: nothing.
// Silent:   calls of function values; their conflicts show when they run.
import Base
import MIR

/// A use of a static, or of a part of it.
struct StaticUse {
  var variable: StaticID
  /// The part: fields, variants and elements from the whole variable on.
  var path: [Projection]
  var isChange: Bool
  var span: SourceSpan
  /// The function that it stands in.
  var function: String

  /// Whether `place` of another function may share memory with it.
  func overlaps(_ place: PlaceID, of other: MIRFunction) -> Bool {
    guard other.places[place].base == .staticVariable(variable) else { return false }
    return mayOverlap(path, other.projections(of: place))
  }
}

struct StaticUses {
  private struct Entry {
    var uses: [StaticUse] = []
    var callees: [FunctionRefID] = []
  }
  private var entries: [String: Entry] = [:]

  /// Empty for a module without such variables.
  init(of module: MIRModule) {
    guard module.statics.elements.contains(where: \.isMutable) else { return }
    for function in module.functions { entries[function.symbol] = entry(of: function, module) }
  }

  /// What calling `callee` may do to the mutable statics, the nearest uses first.
  func uses(by callee: FunctionRefID, of module: MIRModule) -> [StaticUse] {
    var seen: Set<FunctionRefID> = [callee]
    var queue = [callee]
    var next = 0
    var found: [StaticUse] = []
    while next < queue.count {
      guard let entry = entries[module.functionRefs[queue[next]].symbol] else {
        next += 1
        continue
      }
      next += 1
      found += entry.uses
      for target in entry.callees where seen.insert(target).inserted { queue.append(target) }
    }
    return found
  }

  private func entry(of function: MIRFunction, _ module: MIRModule) -> Entry {
    var entry = Entry()
    func note(_ place: PlaceID, isChange: Bool, _ location: MIRLocation) {
      guard case .staticVariable(let variable) = function.places[place].base,
        module.statics[variable].isMutable
      else { return }
      entry.uses.append(
        StaticUse(
          variable: variable, path: Array(function.projections(of: place)), isChange: isChange,
          span: span(of: location, in: function), function: function.displayName))
    }
    func note(_ operand: Operand, _ location: MIRLocation) {
      switch operand.kind {
      case .none, .constant, .function: break
      case .copy, .borrow: note(operand.placeID, isChange: false, location)
      case .move, .borrowMutable: note(operand.placeID, isChange: true, location)
      }
    }
    for block in function.blocks.elements where !block.isCleanup {
      for (instruction, location) in zip(block.instructions, block.locations) {
        switch instruction.opcode {
        case .storageLive, .storageDead, .accessEnd, .unbind, .nop: continue
        case .construct:
          for i in 0..<Int(instruction.operandCount) {
            note(function.operands[Int(instruction.firstOperand) + i], location)
          }
        case _:  // Every other opcode has its operands in its own fields.
          for operand in [instruction.a, instruction.b, instruction.c] { note(operand, location) }
        }
        if instruction.dest.exists, instruction.opcode != .bind {
          note(instruction.dest, isChange: true, location)
        }
      }
      let call = block.terminator
      note(call.operand, block.terminatorLocation)
      guard call.kind == .call else { continue }
      for i in 0..<Int(call.count) {
        note(function.operands[Int(call.first) + i], block.terminatorLocation)
      }
      if call.dest.exists { note(call.dest, isChange: true, block.terminatorLocation) }
      if call.callee.exists { entry.callees.append(call.callee) }
    }
    return entry
  }
}
