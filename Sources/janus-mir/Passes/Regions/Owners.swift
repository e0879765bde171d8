// The values of a function that own memory, and which of them a pointer looks into.
// Reads: an elaborated function. Produces: numbers for the values, and for each place the values
// that it may be a part of, directly or behind their pointers. Rejects: nothing.
// Assumes: a verified function. The table is the least one that all instructions keep, whatever
// their order.
import Base
import MIR

/// Whose part a place is.
struct OwnedPlace {
  /// Numbers of owners: one when it is known which.
  var owners = NumberSet()
  /// It lies in memory that the owners' pointers lead to.
  var isBehind = false
  /// It is the payload of an error, whose memory never comes from a region.
  var isError = false
  /// The address of the owner itself is in use.
  var isUnknown = false

  /// The only owner.
  var single: Int? {
    if isUnknown { return nil }
    var found: Int?
    var count = 0
    owners.forEach {
      found = $0
      count += 1
    }
    return count == 1 ? found : nil
  }
}

struct Owners {
  private(set) var count = 0
  /// For each local its number, or -1: values that own memory, and pointers to memory that nothing
  /// owns yet.
  private(set) var numbers: ContiguousArray<Int>
  /// Values whose own address is kept somewhere.
  private(set) var exposed = NumberSet()
  /// For each pointer or alias: what it looks into.
  private var targets: ContiguousArray<OwnedPlace>
  private let function: MIRFunction
  private let module: MIRModule
  private let types: DestinationTypes
  private var changed = false

  init(_ function: MIRFunction, _ module: MIRModule, _ types: DestinationTypes) {
    self.function = function
    self.module = module
    self.types = types
    numbers = ContiguousArray(repeating: -1, count: function.locals.count)
    targets = ContiguousArray(repeating: OwnedPlace(), count: function.locals.count)
    let fresh = freshPointers()
    for local in function.locals.ids where isOwner(local, fresh) {
      numbers[local.index] = count
      count += 1
    }
    repeat {
      changed = false
      for block in function.blocks.elements {
        for instruction in block.instructions { follow(instruction) }
        if block.terminator.kind == .call { follow(block.terminator) }
      }
    } while changed
  }

  private func isOwner(_ local: LocalID, _ fresh: NumberSet) -> Bool {
    let value = function.locals[local]
    switch value.storage {
    case .alias, .hidden, .lent: return false
    case .borrowedParameter: return types.isValuePointer(value.type)
    case .inoutParameter, .ownedParameter, .result:
      return types.owns(value.type) || types.isValuePointer(value.type)
    case .stack: return types.owns(value.type) || fresh.contains(local.index)
    }
  }

  /// The locals that are pointers to memory that a call gave.
  private func freshPointers() -> NumberSet {
    var result = NumberSet()
    for block in function.blocks.elements where block.terminator.kind == .call {
      let call = block.terminator
      guard call.dest.exists, let local = function.wholeLocal(call.dest),
        types.isValuePointer(function.locals[local].type), !hasValueArgument(call)
      else { continue }
      result.insert(local.index)
    }
    return result
  }

  private func hasValueArgument(_ call: Terminator) -> Bool {
    (0..<Int(call.count)).contains {
      let operand = function.operands[Int(call.first) + $0]
      guard operand.kind.namesPlace else { return false }
      let type = function.places[operand.placeID].type
      return types.isValuePointer(type) || types.owns(type)
    }
  }

  // MARK: Places

  subscript(place: PlaceID) -> OwnedPlace {
    let value = function.places[place]
    guard case .local(let local) = value.base else {
      var unknown = OwnedPlace()
      unknown.isUnknown = true
      return unknown
    }
    var result = start(local)
    var type = function.locals[local].type
    var variant: Int?
    for projection in function.projections(of: place) {
      let shape = types.shapes[type]
      switch projection {
      case .deref:
        result.isBehind = true
        type = shape.element
      case .index, .constantIndex: type = shape.element
      case .variant(let index):
        if types.errorVariants[type] == index { result.isError = true }
        variant = Int(index)
      case .field(let index):
        let first = variant.map { types.shapes.variant($0, of: shape).first } ?? shape.first
        type = types.shapes.field(Int(index), first: first).type
        variant = nil
      }
    }
    return result
  }

  private func start(_ local: LocalID) -> OwnedPlace {
    guard numbers[local.index] >= 0 else { return targets[local.index] }
    var result = OwnedPlace()
    result.owners.insert(numbers[local.index])
    return result
  }

  // MARK: Pointers

  private mutating func follow(_ instruction: Instruction) {
    guard instruction.dest.exists else { return }
    switch instruction.opcode {
    case .bind: look(instruction.dest, into: self[instruction.a.placeID])
    case .addressOf: followAddress(instruction)
    case .assign, .convert, .pointerOffset:
      guard instruction.a.kind.namesPlace, isPointer(instruction.dest) else { return }
      look(instruction.dest, into: self[instruction.a.placeID])
    case _: return  // What gives no pointers.
    }
  }

  private mutating func followAddress(_ instruction: Instruction) {
    let source = self[instruction.a.placeID]
    let isCapture = function.places[instruction.dest].projectionCount > 0
    if !source.isBehind, !(isCapture && instruction.a.kind == .borrow) {
      if exposed.formUnion(source.owners) { changed = true }
    }
    if !isCapture { look(instruction.dest, into: source) }
  }

  /// What a call gives may look into any of its arguments.
  private mutating func follow(_ call: Terminator) {
    guard call.dest.exists, isPointer(call.dest) else { return }
    for i in 0..<Int(call.count) {
      let operand = function.operands[Int(call.first) + i]
      guard operand.kind.namesPlace else { continue }
      let type = function.places[operand.placeID].type
      guard types.isValuePointer(type) || types.owns(type) else { continue }
      look(call.dest, into: self[operand.placeID])
    }
  }

  private func isPointer(_ place: PlaceID) -> Bool {
    types.shapes[function.places[place].type].kind == .pointer
  }

  private mutating func look(_ dest: PlaceID, into source: OwnedPlace) {
    guard let local = function.wholeLocal(dest), numbers[local.index] < 0 else { return }
    if targets[local.index].owners.formUnion(source.owners) { changed = true }
    if source.isBehind, !targets[local.index].isBehind {
      targets[local.index].isBehind = true
      changed = true
    }
    if source.isUnknown, !targets[local.index].isUnknown {
      targets[local.index].isUnknown = true
      changed = true
    }
  }
}

extension MIRFunction {
  /// The local that a place is the whole of.
  func wholeLocal(_ place: PlaceID) -> LocalID? {
    guard places[place].projectionCount == 0, case .local(let local) = places[place].base else {
      return nil
    }
    return local
  }
}
