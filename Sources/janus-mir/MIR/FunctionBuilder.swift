// Small additions to a function under construction; every table is append-only here.
import Base

extension MIRFunction {
  public mutating func addLocal(_ local: Local) -> LocalID { locals.append(local) }

  /// The place of a whole local.
  public mutating func place(_ local: LocalID) -> PlaceID {
    places.append(Place(base: .local(local), type: locals[local].type))
  }

  public mutating func place(_ variable: StaticID, type: MIRTypeID) -> PlaceID {
    places.append(Place(base: .staticVariable(variable), type: type))
  }

  /// `base` followed by one more projection, of the given resulting type.
  public mutating func place(
    _ base: PlaceID, _ projection: Projection, type: MIRTypeID
  ) -> PlaceID {
    let old = places[base]
    let first = UInt32(projections.count)
    for i in 0..<old.projectionCount {
      projections.append(projections[Int(old.firstProjection + i)])
    }
    projections.append(projection)
    return places.append(
      Place(
        base: old.base, firstProjection: first, projectionCount: old.projectionCount + 1,
        type: type))
  }

  /// The projections of a place, in order from the base.
  public func projections(of place: PlaceID) -> ContiguousArray<Projection>.SubSequence {
    let value = places[place]
    let first = Int(value.firstProjection)
    return projections[first..<first + Int(value.projectionCount)]
  }

  public mutating func addBlock(cleanup: BlockID = .none, isCleanup: Bool = false) -> BlockID {
    blocks.append(Block(cleanup: cleanup, isCleanup: isCleanup))
  }

  public mutating func append(
    _ instruction: Instruction, to block: BlockID, at location: MIRLocation
  ) {
    blocks[block].instructions.append(instruction)
    blocks[block].locations.append(location)
  }

  public mutating func terminate(
    _ block: BlockID, _ terminator: Terminator, at location: MIRLocation
  ) {
    blocks[block].terminator = terminator
    blocks[block].terminatorLocation = location
  }

  /// Stores a list of operands and returns where it starts.
  public mutating func addOperands(_ list: some Sequence<Operand>) -> UInt32 {
    let first = UInt32(operands.count)
    operands.append(contentsOf: list)
    return first
  }
}
