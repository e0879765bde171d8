// Decoding, continued: instructions.
import Base
import MIR

extension Decoder {
  mutating func decode(_ instruction: Instruction) throws(DecodingFailure) {
    switch instruction.opcode {
    case .nop, .accessBegin, .accessEnd: break
    case .storageLive, .storageDead: try shadowStorage(instruction.dest)
    case .unbind: shadowUnbind(instruction.dest)
    case .assign, .regionKeep: try decodeAssign(instruction)
    case .copyValue: try decodeCopy(instruction)
    case .drop: try decodeDrop(instruction)
    case .construct: try decodeConstruct(instruction)
    case .discriminant:
      let size = shapes[function.places[instruction.dest].type].size
      copy(from: try locate(instruction.a), to: try locate(instruction.dest), size)
    case .add, .sub, .mul, .div, .rem, .addWrapping, .subWrapping, .mulWrapping, .addSaturating,
      .subSaturating, .shl, .shr, .bitAnd, .bitOr, .bitXor:
      try decodeBinary(instruction)
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
      try decodeBinary(instruction)
    case .negate, .bitNot, .not: try decodeUnary(instruction)
    case .convert: try decodeConvert(instruction)
    case .bitcast:
      let size = shapes[instruction.type].size
      copy(
        from: try locate(instruction.a), to: try locate(instruction.dest), size,
        isMove: endsValue(instruction.a))
    case .addressOf:
      let value = try address(of: try locate(instruction.a))
      copy(from: .direct(value), to: try locate(instruction.dest), 8)
    case .bind:
      guard case .local(let local) = function.places[instruction.dest].base else { break }
      let place = try locate(instruction.a)
      emitAddress(of: place, to: offsets[local.index])
      shadowBind(instruction, place, offsets[local.index])
    case .panicPlace:
      if record.pointee.placeOffset >= 0 {
        copy(from: .direct(record.pointee.placeOffset), to: try locate(instruction.dest), 8)
      } else {
        let place = interpreter.panicPlace(function, location)
        try result(instruction.dest, 8) { Code(op: .constant, dst: $0, imm: place) }
      }
    case .pointerOffset:
      let a = try scalar(instruction.a)
      let b = try scalar(instruction.b)
      let size = shapes[instruction.type].size
      try result(instruction.dest, 8) { Code(op: .pointerOffset, dst: $0, a: a, b: b, imm: size) }
    case .makeFunction: try decodeMakeFunction(instruction)
    case .boundsCheck:
      let a = try scalar(instruction.a)
      emit(Code(op: .boundsCheck, a: a, b: try scalar(instruction.b)))
    case .check: try decodeCheck(instruction)
    case .memoryCopy, .memoryMove, .memorySet: try decodeMemory(instruction)
    }
  }

  /// Emits the code that `make` gives for the offset of the result, and stores that to `place`.
  private mutating func result(
    _ place: PlaceID, _ size: Int64, _ make: (Int32) -> Code
  ) throws(DecodingFailure) {
    let target = try locate(place)
    if case .direct(let offset) = target {
      emit(make(offset))
    } else {
      let value = try temporary(size)
      emit(make(value))
      copy(from: .direct(value), to: target, size)
    }
  }

  private mutating func decodeAssign(_ instruction: Instruction) throws(DecodingFailure) {
    let size = shapes[function.places[instruction.dest].type].size
    try put(instruction.a, at: try locate(instruction.dest), size)
  }

  /// Stores the value of an operand; nothing for undefined constants.
  mutating func put(
    _ operand: Operand, at target: Location, _ size: Int64
  ) throws(DecodingFailure) {
    if operand.kind == .constant {
      switch interpreter.module.constants[operand.constantID] {
      case .undefined: return shadow(.forget, target, size)
      case .zero:
        if size > 16, case .direct(let offset) = target {
          emit(Code(op: .clear, dst: offset, imm: size))
          return
        }
      case .int, .float, .string, .cString: break
      }
    }
    copy(from: try locate(operand), to: target, size, isMove: endsValue(operand))
  }

  private mutating func decodeConstruct(_ instruction: Instruction) throws(DecodingFailure) {
    let type = function.places[instruction.dest].type
    let shape = shapes[type]
    let first = Int(instruction.firstOperand)
    let parts = function.operands[first..<first + Int(instruction.operandCount)]
    let final = try locate(instruction.dest)
    // Parts that may be read from the place under construction are gathered elsewhere first.
    let overlaps = parts.contains { mayOverlap($0, instruction.dest) }
    let target = overlaps ? .direct(try temporary(shape.size)) : final
    var fields = shape.first
    if shape.kind == .enumeration {
      let variant = shapes.variant(Int(instruction.immediate), of: shape)
      fields = variant.first
      let tag = try temporary(8)
      emit(Code(op: .constant, dst: tag, imm: variant.discriminant))
      copy(from: .direct(tag), to: target, shapes[shape.element].size)
    }
    for (i, part) in parts.enumerated() {
      let isArray = shape.kind == .array
      let partType = isArray ? shape.element : shapes.field(i, first: fields).type
      let size = shapes[partType].size
      let distance = isArray ? Int64(i) * size : shapes.field(i, first: fields).offset
      let place: Location
      switch target {
      case .direct(let offset): place = .direct(try self.offset(Int64(offset) + distance))
      case .through(let pointer, let old):
        place = .through(pointer, Int64(try offset(old + distance)))
      }
      try put(part, at: place, size)
    }
    if overlaps { copy(from: target, to: final, shape.size) }
  }

  private func mayOverlap(_ operand: Operand, _ dest: PlaceID) -> Bool {
    guard operand.kind == .copy || operand.kind == .move else { return false }
    let source = function.places[operand.placeID]
    let target = function.places[dest]
    return source.base == target.base || isThroughPointer(operand.placeID) && isThroughPointer(dest)
  }

  private func isThroughPointer(_ id: PlaceID) -> Bool {
    if case .local(let local) = function.places[id].base, isByAddress[local.index] { return true }
    return function.projections(of: id).contains { $0 == .deref }
  }

  private mutating func decodeBinary(_ instruction: Instruction) throws(DecodingFailure) {
    let shape = shapes[instruction.type]
    let kind = ScalarKind(shape)
    let a = try scalar(instruction.a)
    let b = try scalar(instruction.b)
    let op = binaryOp(instruction.opcode, kind)
    var aux: UInt16 = 0
    if instruction.opcode == .shl || instruction.opcode == .shr {
      // The count has a type of its own.
      aux = UInt16(ScalarKind(shapes[type(of: instruction.b)]).rawValue)
    }
    let size = shapes[function.places[instruction.dest].type].size
    try result(instruction.dest, size) { Code(op: op, kind: kind, aux: aux, dst: $0, a: a, b: b) }
  }

  private func binaryOp(_ opcode: Opcode, _ kind: ScalarKind) -> CodeOp {
    let checked = function.overflowChecks
    switch opcode {
    case .add: return kind.isFloat ? .floatAdd : checked ? .addChecked : .addWrapping
    case .sub: return kind.isFloat ? .floatSub : checked ? .subChecked : .subWrapping
    case .mul: return kind.isFloat ? .floatMul : checked ? .mulChecked : .mulWrapping
    case .div: return kind.isFloat ? .floatDiv : .div
    case .rem: return kind.isFloat ? .floatRem : .rem
    case .addWrapping: return .addWrapping
    case .subWrapping: return .subWrapping
    case .mulWrapping: return .mulWrapping
    case .addSaturating: return .addSaturating
    case .subSaturating: return .subSaturating
    case .shl: return checked ? .shlChecked : .shlMasked
    case .shr: return checked ? .shrChecked : .shrMasked
    case .bitAnd: return .bitAnd
    case .bitOr: return .bitOr
    case .bitXor: return .bitXor
    case .equal: return .equal
    case .notEqual: return .notEqual
    case .less: return .less
    case .lessEqual: return .lessEqual
    case .greater: return .greater
    case .greaterEqual: return .greaterEqual
    case .nop, .storageLive, .storageDead, .assign, .copyValue, .regionKeep, .drop,
      .construct, .discriminant, .negate, .bitNot, .not, .convert, .bitcast, .addressOf,
      .panicPlace, .pointerOffset, .makeFunction, .boundsCheck, .check, .accessBegin, .accessEnd,
      .bind, .unbind, .memoryCopy, .memoryMove, .memorySet:
      return .unreachable
    }
  }

  private mutating func decodeUnary(_ instruction: Instruction) throws(DecodingFailure) {
    let shape = shapes[instruction.type]
    let kind = ScalarKind(shape)
    let op: CodeOp
    if instruction.opcode == .negate {
      op = kind.isFloat ? .floatNegate : function.overflowChecks ? .negateChecked : .negateWrapping
    } else {
      op = instruction.opcode == .not ? .not : .bitNot
    }
    let a = try scalar(instruction.a)
    try result(instruction.dest, shape.size) { Code(op: op, kind: kind, dst: $0, a: a) }
  }

  private mutating func decodeConvert(_ instruction: Instruction) throws(DecodingFailure) {
    let target = shapes[function.places[instruction.dest].type]
    let from = ScalarKind(shapes[instruction.type])
    let to = ScalarKind(target)
    if !from.isFloat && !to.isFloat && to.size <= from.size && target.kind != .bool {
      copy(from: try locate(instruction.a), to: try locate(instruction.dest), to.size)
      return
    }
    let a = try scalar(instruction.a)
    try result(instruction.dest, to.size) {
      Code(op: .convert, kind: from, aux: UInt16(to.rawValue), dst: $0, a: a)
    }
  }

  private mutating func decodeMakeFunction(_ instruction: Instruction) throws(DecodingFailure) {
    let target = try locate(instruction.dest)
    let value = try temporary(16)
    copy(from: try locate(instruction.a), to: .direct(value), 8)
    if instruction.b.kind == .none {
      emit(Code(op: .constant, dst: value + 8, imm: 0))
    } else {
      copy(from: try locate(instruction.b), to: .direct(value + 8), 8)
    }
    copy(from: .direct(value), to: target, 16)
  }

  private mutating func decodeCheck(_ instruction: Instruction) throws(DecodingFailure) {
    let a = try scalar(instruction.a)
    var new = Code(op: .check, a: a, x: Int32(instruction.immediate))
    if instruction.b.kind != .none {
      new.aux = 1
      new.b = try direct(try locate(instruction.b), shapes[type(of: instruction.b)].size)
    }
    emit(new)
  }

  private mutating func decodeMemory(_ instruction: Instruction) throws(DecodingFailure) {
    let target = try scalar(instruction.a)
    let source = try scalar(instruction.b)
    let count = try scalar(instruction.c)
    let op: CodeOp
    switch instruction.opcode {
    case .memoryCopy: op = .memoryCopy
    case .memoryMove: op = .memoryMove
    default: op = .memorySet
    }
    emit(
      Code(op: op, dst: target, a: source, b: count, imm: shapes[instruction.type].size))
  }
}
