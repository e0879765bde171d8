// Places: addresses with constant offsets, loads, stores and copies of memory.
import Base
import CLLVM
import MIR

/// An address that is still to be added up: pointer plus constant bytes.
private struct Path {
  var pointer: Value
  var offset: Int64 = 0
  var type: MIRTypeID
  var variant: UInt32?
}

extension FunctionEmitter {
  /// The address of a place.
  func address(of id: PlaceID) -> Value {
    let place = function.places[id]
    let first = Int(place.firstProjection)
    let count = Int(place.projectionCount)
    var path: Path
    var start = first
    switch place.base {
    case .local(let local):
      if case .value(let pointer) = slots[local.index], count > 0,
        function.locals[local].storage != .alias
      {
        // The only part of a plain value that has an address is what it points to.
        path = Path(pointer: pointer, type: shapes[function.locals[local].type].element)
        start += 1
      } else {
        path = Path(pointer: address(of: local), type: function.locals[local].type)
      }
    case .staticVariable(let variable):
      path = Path(pointer: parent.address(of: variable), type: mir.statics[variable].type)
    }
    if start < first + count {
      for index in start..<first + count { step(&path, function.projections[index]) }
    }
    return offset(path.pointer, by: path.offset)
  }

  /// The address of a local's bytes.
  func address(of local: LocalID) -> Value {
    switch slots[local.index] {
    case .memory(let address): return address
    case .indirect(let slot): return LLVMBuildLoad2(builder, types.pointer, slot, unnamed)
    case .value(let value):
      // Aliases bound once keep their address as a value.
      if function.locals[local].storage == .alias { return value }
      return spill(value, shapes[function.locals[local].type])
    case .nowhere:
      let type = shapes[function.locals[local].type]
      let storage = addAlloca(types.bytes(max(type.size, 1)), alignment: type.alignment)
      slots[local.index] = .memory(storage)
      return storage
    }
  }

  private func step(_ path: inout Path, _ projection: Projection) {
    let shape = shapes[path.type]
    switch projection {
    case .field(let index):
      let field: FieldShape
      if let variant = path.variant {
        field = shapes.field(Int(index), of: shapes.variant(Int(variant), of: shape))
      } else {
        field = shapes.field(Int(index), of: shape)
      }
      path.offset += field.offset
      path.type = field.type
      path.variant = nil
    case .variant(let index): path.variant = index
    case .deref:
      let slot = offset(path.pointer, by: path.offset)
      path.pointer = load(shape, from: slot)
      path.offset = 0
      path.type = shape.element
    case .index(let local):
      let base = offset(path.pointer, by: path.offset)
      path.pointer = element(of: base, shapes[shape.element], at: value(of: local))
      path.offset = 0
      path.type = shape.element
    case .constantIndex(let index):
      path.offset += Int64(index) * shapes[shape.element].size
      path.type = shape.element
    }
  }

  func offset(_ pointer: Value, by bytes: Int64) -> Value {
    if bytes == 0 { return pointer }
    var index: Value? = LLVMConstInt(types.i64, UInt64(bitPattern: bytes), 1)
    return LLVMBuildInBoundsGEP2(builder, types.i8, pointer, &index, 1, unnamed)
  }

  func element(of pointer: Value, _ shape: TypeShape, at position: Value) -> Value {
    var index: Value? = position
    let type = shape.isScalar ? types.memory(shape) : types.bytes(shape.size)
    return LLVMBuildInBoundsGEP2(builder, type, pointer, &index, 1, unnamed)
  }

  /// The scalar in a local.
  func value(of local: LocalID) -> Value {
    if case .value(let value) = slots[local.index], function.locals[local].storage != .alias {
      return value
    }
    return load(shapes[function.locals[local].type], from: address(of: local))
  }

  // MARK: Memory

  func load(_ shape: TypeShape, from address: Value) -> Value {
    let value = LLVMBuildLoad2(builder, types.memory(shape), address, unnamed)!
    setAlignment(of: value, shape)
    guard shape.kind == .bool else { return value }
    if isRelease { LLVMSetMetadata(value, parent.rangeKind, parent.boolRange) }
    return LLVMBuildTrunc(builder, value, types.i1, unnamed)
  }

  func store(_ value: Value, _ shape: TypeShape, to address: Value) {
    let stored =
      shape.kind == .bool ? LLVMBuildZExt(builder, value, types.i8, unnamed)! : value
    let instruction = LLVMBuildStore(builder, stored, address)!
    setAlignment(of: instruction, shape)
  }

  /// LLVM's own idea of a scalar's alignment holds for all others.
  private func setAlignment(of access: Value, _ shape: TypeShape) {
    if shape.bits == 128 || shape.knownAlignment < shape.alignment {
      LLVMSetAlignment(access, shape.knownAlignment)
    }
  }

  /// Copies the bytes of a value; the two may be the same place, but not overlap otherwise.
  func copyBytes(_ shape: TypeShape, from source: Value, to target: Value) {
    guard shape.size > 0, source != target else { return }
    LLVMBuildMemCpy(
      builder, target, shape.knownAlignment, source, shape.knownAlignment,
      LLVMConstInt(types.i64, UInt64(shape.size), 0))
  }

  /// A scalar in memory, for whoever wants its address.
  func spill(_ value: Value, _ shape: TypeShape) -> Value {
    let storage = temporary(shape)
    store(value, shape, to: storage)
    return storage
  }

  /// Writes a scalar to a place.
  func write(_ value: Value, to id: PlaceID) {
    guard id.exists else { return }
    let place = function.places[id]
    let shape = shapes[place.type]
    if place.projectionCount == 0, case .local(let local) = place.base,
      plan.homes[local.index] == .value {
      slots[local.index] = .value(value)
      if let shadow = shadows[local.index] { store(value, shape, to: shadow) }
      return
    }
    store(value, shape, to: address(of: id))
  }
}
