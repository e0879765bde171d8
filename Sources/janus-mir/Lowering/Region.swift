// Regions: `with_scratchpad` and `s.alloc(e)`. A region's state is a value in the frame; its memory
// is given back on every way out, behind the destruction of the block's variables.
// Which memory of `e` the region gives is decided by a pass (Destinations.swift).
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerScratchpad(_ node: Node, into dest: PlaceID) {
    pushScope()
    let capacity = node.b == UInt32.max ? i64(-1) : scratchpadCapacity(NodeID(node.b))
    let state = temporary(context.regionStateType())
    let region = temporary(opaquePointer)
    emit(
      Instruction(.addressOf, type: opaquePointer, dest: region, a: .borrowMutable(state)))
    callRegion("janus_region_begin", [.copy(region), capacity])
    items.append(CleanupItem(.endRegion(region)))
    let scratchpad = declare(node.a)
    context.module.scratchpadType = type(of: scratchpad)
    construct(scratchpad, [.copy(region)])
    lowerValue(NodeID(node.c), into: dest)
    popScope(keeping: dest)
  }

  /// The number of bytes; P006 when it is below zero.
  private mutating func scratchpadCapacity(_ id: NodeID) -> Operand {
    let capacity = temporary(i64Type)
    assign(capacity, operand(id))
    let holds = binary(.greaterEqual, i64Type, .copy(capacity), i64(0), boolType)
    emitPanicking(
      Instruction(
        .check, a: holds, b: string("negative capacity"),
        immediate: PanicKind.outOfMemory.rawValue))
    return .copy(capacity)
  }

  mutating func endRegion(_ region: PlaceID) { callRegion("janus_region_end", [.copy(region)]) }

  private mutating func callRegion(_ name: String, _ arguments: [Operand]) {
    let parameters = [opaquePointer, i64Type].prefix(arguments.count)
    let function = context.functionReference(
      name,
      MIRSignature(
        parameters: parameters.map { MIRParameter(type: $0, mode: .borrowed) }, result: voidType),
      isRuntime: true)
    call(function, arguments, into: .none)
  }

  /// `s.alloc(e)`: the value of `e`, which belongs to the region from here.
  mutating func lowerRegionValue(_ id: NodeID, _ arguments: [NodeID], into dest: PlaceID) {
    let type = mirType(of: id)
    if isTrivial(type) {
      discard(arguments[0])
      if dest.exists { lower(arguments[1], into: dest) } else { discard(arguments[1]) }
      return
    }
    let region = temporary(opaquePointer)
    assign(region, .copy(field(place(arguments[0]), 0)))
    let value = temporary(type)
    lower(arguments[1], into: value)
    let kept = dest.exists ? dest : temporary(type)
    emit(Instruction(.regionKeep, type: type, dest: kept, a: .move(value), b: .copy(region)))
    if dest.isNone { ownInScope(kept) }
  }

  private var opaquePointer: MIRTypeID { context.pointerType(to: voidType) }
}

extension ModuleLowering {
  /// As `janus_region` of the runtime.
  func regionStateType() -> MIRTypeID {
    let opaque = pointerType(to: mirType(TypeTable.void))
    return environmentShape(
      "region",
      [
        ("next", opaque), ("end", opaque), ("chunks", opaque),
        ("capacity", mirType(TypeTable.i64)), ("owner", opaque),
      ])
  }
}
