// Decoding, continued: places and operands.
import Base
import MIR

/// Where a value is.
enum Location {
  /// In the frame or the pool.
  case direct(Int32)
  /// At the pointer in the frame or pool, plus a distance.
  case through(Int32, Int64)
}

extension Decoder {
  mutating func locate(_ id: PlaceID) throws(DecodingFailure) -> Location {
    let place = function.places[id]
    var location: Location
    var type: MIRTypeID
    switch place.base {
    case .local(let local):
      let offset = offsets[local.index]
      location = isByAddress[local.index] ? .through(offset, 0) : .direct(offset)
      type = function.locals[local].type
    case .staticVariable(let variable):
      location = .direct(interpreter.staticOffsets[variable.index])
      type = interpreter.module.statics[variable].type
    }
    var variant = 0
    for projection in function.projections(of: id) {
      let shape = shapes[type]
      switch projection {
      case .field(let index):
        let first =
          shape.kind == .enumeration
          ? shapes.variant(variant, of: shape).first : shape.first
        let field = shapes.field(Int(index), first: first)
        location = try move(location, by: field.offset)
        type = field.type
      case .variant(let index): variant = Int(index)
      case .deref:
        location = .through(try pointer(at: location), 0)
        type = shape.element
      case .constantIndex(let index):
        location = try move(location, by: Int64(index) * shapes[shape.element].size)
        type = shape.element
      case .index(let local):
        location = try index(location, by: local, shapes[shape.element].size)
        type = shape.element
      }
    }
    return location
  }

  private func move(_ location: Location, by distance: Int64) throws(DecodingFailure) -> Location {
    switch location {
    case .direct(let offset): .direct(try self.offset(Int64(offset) + distance))
    case .through(let pointer, let old): .through(pointer, try self.checked(old + distance))
    }
  }

  private func checked(_ distance: Int64) throws(DecodingFailure) -> Int64 {
    Int64(try offset(distance))
  }

  /// The offset of the pointer that stands at `location`.
  private mutating func pointer(at location: Location) throws(DecodingFailure) -> Int32 {
    switch location {
    case .direct(let offset): return offset
    case .through(let pointer, let distance):
      let result = try temporary(8)
      emit(Code(op: .load8, dst: result, a: pointer, x: Int32(distance)))
      return result
    }
  }

  private mutating func index(
    _ location: Location, by local: LocalID, _ size: Int64
  ) throws(DecodingFailure) -> Location {
    let index = try direct(
      isByAddress[local.index]
        ? .through(offsets[local.index], 0) : .direct(offsets[local.index]), 8)
    let result = try temporary(8)
    switch location {
    case .direct(let offset):
      emit(Code(op: .element, dst: result, a: offset, b: index, imm: size))
    case .through(let pointer, let distance):
      emit(
        Code(
          op: .elementThrough, dst: result, a: pointer, b: index, x: Int32(distance), imm: size))
    }
    return .through(result, 0)
  }

  /// The value at `location` as an offset, loaded to a temporary if need be.
  mutating func direct(_ location: Location, _ size: Int64) throws(DecodingFailure) -> Int32 {
    switch location {
    case .direct(let offset): return offset
    case .through:
      let result = try temporary(size)
      copy(from: location, to: .direct(result), size)
      return result
    }
  }

  /// The address of `location` in eight bytes of the frame.
  mutating func address(of location: Location) throws(DecodingFailure) -> Int32 {
    if case .through(let pointer, 0) = location { return pointer }
    let result = try temporary(8)
    emitAddress(of: location, to: result)
    return result
  }

  @discardableResult
  mutating func emitAddress(of location: Location, to target: Int32) -> Int {
    switch location {
    case .direct(let offset): emit(Code(op: .address, dst: target, a: offset))
    case .through(let pointer, let distance):
      distance == 0
        ? emit(Code(op: .move8, dst: target, a: pointer))
        : emit(Code(op: .addressThrough, dst: target, a: pointer, x: Int32(distance)))
    }
  }

  /// The place of a constant in the pool.
  func constant(_ id: ConstantID) -> Int32 { interpreter.constantOffsets[id.index] }

  func location(of operand: Operand) -> ConstantID? {
    operand.kind == .constant ? operand.constantID : nil
  }

  /// The type of what an operand names; `none` for functions.
  func type(of operand: Operand) -> MIRTypeID {
    switch operand.kind {
    case .none, .function: .none
    case .constant: interpreter.module.constants[operand.constantID].type
    case .copy, .move, .borrow, .borrowMutable: function.places[operand.placeID].type
    }
  }

  /// Where the value of an operand is, whatever its kind.
  mutating func locate(_ operand: Operand) throws(DecodingFailure) -> Location {
    switch operand.kind {
    case .none: throw DecodingFailure(message: "an operand is missing")
    case .constant: return .direct(constant(operand.constantID))
    case .copy, .move, .borrow, .borrowMutable: return try locate(operand.placeID)
    case .function:
      let result = try temporary(8)
      let record = interpreter.record(of: operand.functionID)
      emit(Code(op: .constant, dst: result, imm: Int64(Int(bitPattern: record))))
      return .direct(result)
    }
  }

  /// The value of a scalar operand as an offset.
  mutating func scalar(_ operand: Operand) throws(DecodingFailure) -> Int32 {
    let type = type(of: operand)
    let size = type.exists ? shapes[type].size : 8
    return try direct(try locate(operand), size)
  }

  /// Emits a copy of `size` bytes; the indices of codes whose `dst` is `target` itself.
  @discardableResult
  mutating func copy(
    from source: Location, to target: Location, _ size: Int64, isMove: Bool = false
  ) -> Int? {
    guard size > 0 else { return nil }
    let aux: UInt16 = isMove ? 1 : 0
    switch (source, target) {
    case (.direct(let a), .direct(let dst)):
      return emit(
        Code(
          op: sized(.move1, .move2, .move4, .move8, .move16, .moveBytes, size), aux: aux, dst: dst,
          a: a, imm: size))
    case (.through(let a, let distance), .direct(let dst)):
      return emit(
        Code(
          op: sized(.load1, .load2, .load4, .load8, .load16, .loadBytes, size), aux: aux, dst: dst,
          a: a, x: Int32(distance), imm: size))
    case (.direct(let a), .through(let dst, let distance)):
      emit(
        Code(
          op: sized(.store1, .store2, .store4, .store8, .store16, .storeBytes, size), aux: aux,
          dst: dst, a: a, x: Int32(distance), imm: size))
    case (.through(let a, let from), .through(let dst, let to)):
      emit(
        Code(op: .copyBytes, aux: aux, dst: dst, a: a, x: Int32(to), y: Int32(from), imm: size))
    }
    return nil
  }

  private func sized(
    _ one: CodeOp, _ two: CodeOp, _ four: CodeOp, _ eight: CodeOp, _ sixteen: CodeOp,
    _ any: CodeOp, _ size: Int64
  ) -> CodeOp {
    switch size {
    case 1: one
    case 2: two
    case 4: four
    case 8: eight
    case 16: sixteen
    default: any
    }
  }
}
