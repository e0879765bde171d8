// Decoding, continued: terminators, calls, and the calls of glue that copies and drops are.
import Base
import MIR

extension Decoder {
  mutating func decode(_ terminator: Terminator, in block: BlockID) throws(DecodingFailure) {
    switch terminator.kind {
    case .goto: emitGoto(terminator.next, from: block)
    case .branch:
      let condition = try scalar(terminator.operand)
      emitJump(
        Code(
          op: .branch, a: condition, x: Int32(terminator.next.raw),
          y: Int32(terminator.otherwise.raw)))
    case .switch:
      let kind = ScalarKind(shapes[type(of: terminator.operand)])
      let subject = try scalar(terminator.operand)
      let first = Int(terminator.first)
      let cases = ContiguousArray(
        function.switchCases[first..<first + Int(terminator.count)])
      let otherwise = terminator.otherwise.isNone ? -1 : Int32(terminator.otherwise.raw)
      emitSwitch(Code(op: .switch, kind: kind, a: subject, x: otherwise), cases)
      if otherwise < 0 { emit(Code(op: .unreachable)) }
    case .call: try decodeCall(terminator, in: block)
    case .return: emit(Code(op: .return))
    case .panic:
      var new = Code(op: .panic, x: Int32(terminator.panic.rawValue))
      if terminator.operand.kind != .none {
        new.aux = 1
        let size = shapes[type(of: terminator.operand)].size
        new.b = try direct(try locate(terminator.operand), size)
      }
      emit(new)
    case .unreachable: emit(Code(op: .unreachable))
    case .resume: emit(Code(op: .resume))
    }
  }

  private mutating func emitGoto(_ target: BlockID, from block: BlockID) {
    // The next block follows anyway.
    if target.raw == block.raw + 1 { return }
    emitJump(Code(op: .jump, x: Int32(target.raw)))
  }

  private mutating func decodeCall(
    _ call: Terminator, in block: BlockID
  ) throws(DecodingFailure) {
    let signature = interpreter.module.signatures[call.signature]
    let isValue = call.callee.isNone
    var value: Int32 = 0
    if isValue { value = try direct(try locate(call.operand), 16) }
    let resultShape = shapes[signature.result]
    let target = call.dest.exists ? try locate(call.dest) : nil
    try passResult(target, resultShape)
    var slot = slotSize
    var next = Int(call.first)
    if isValue {
      passSlot(from: .direct(value + 8), to: slot, 8)
      slot += slotSize
    } else if signature.hasEnvironment {
      try pass(function.operands[next], .owned, shapes[type(of: function.operands[next])], to: slot)
      slot += slotSize
      next += 1
    }
    for parameter in signature.parameters {
      try pass(function.operands[next], parameter.mode, shapes[parameter.type], to: slot)
      slot += slotSize
      next += 1
    }
    if signature.hasDestination {
      try pass(function.operands[next], .owned, shapes[type(of: function.operands[next])], to: slot)
      slot += slotSize
    }
    if isValue {
      calls.append(emit(Code(op: .callValue, a: value, y: slot)))
    } else {
      let record = interpreter.record(of: call.callee)
      calls.append(emit(Code(op: .call, imm: Int64(Int(bitPattern: record)))))
    }
    takeResult(target, resultShape)
    if call.next.exists { emitGoto(call.next, from: block) } else { emit(Code(op: .unreachable)) }
  }

  /// Slot 0 of the callee: the address of the result's place when it is not a scalar.
  private mutating func passResult(
    _ target: Location?, _ shape: MIRShape
  ) throws(DecodingFailure) {
    guard !shape.isScalar, shape.size > 0 else { return }
    let place: Location
    if let target { place = target } else { place = .direct(try temporary(shape.size)) }
    intoCallee.append(emitAddress(of: place, to: 0))
  }

  private mutating func takeResult(_ target: Location?, _ shape: MIRShape) {
    guard shape.isScalar, let target else { return }
    copy(from: .direct(0), to: target, shape.size)
    fromCallee.append(code.count - 1)
  }

  private mutating func passSlot(
    from source: Location, to slot: Int32, _ size: Int64, isMove: Bool = false
  ) {
    if let index = copy(from: source, to: .direct(slot), size, isMove: isMove) {
      intoCallee.append(index)
    }
  }

  private mutating func pass(
    _ operand: Operand, _ mode: ParameterMode, _ shape: MIRShape, to slot: Int32
  ) throws(DecodingFailure) {
    if mode != .inout && (shape.isScalar || operand.kind == .function) {
      passSlot(
        from: try locate(operand), to: slot, operand.kind == .function ? 8 : shape.size,
        isMove: endsValue(operand))
      return
    }
    var source = try locate(operand)
    // Only a moved or lent value may be handed over where it stands.
    switch operand.kind {
    case .copy, .constant:
      let temporary = try temporary(max(shape.size, 1))
      copy(from: source, to: .direct(temporary), shape.size)
      source = .direct(temporary)
    case .none, .move, .borrow, .borrowMutable, .function: break
    }
    intoCallee.append(emitAddress(of: source, to: slot))
    shadowArgument(operand, mode, source, shape)
  }

  // MARK: Glue

  mutating func decodeDrop(_ instruction: Instruction) throws(DecodingFailure) {
    let shape = shapes[function.places[instruction.dest].type]
    guard !shape.isTrivial else { return }
    let place = try locate(instruction.dest)
    intoCallee.append(emitAddress(of: place, to: slotSize))
    shadow(.drop, place, shape.size)
    let record = interpreter.record(of: shape.dropGlue)
    calls.append(emit(Code(op: .call, imm: Int64(Int(bitPattern: record)))))
  }

  mutating func decodeCopy(_ instruction: Instruction) throws(DecodingFailure) {
    let shape = shapes[function.places[instruction.dest].type]
    let target = try locate(instruction.dest)
    let source = try locate(instruction.a)
    try passResult(target, shape)
    intoCallee.append(emitAddress(of: source, to: slotSize))
    let glue = instruction.c.kind == .function ? instruction.c.functionID : shape.copyGlue
    if interpreter.module.signatures[interpreter.signature(of: glue)].hasDestination {
      if instruction.b.kind == .none {
        intoCallee.append(emit(Code(op: .constant, dst: 2 * slotSize, imm: 0)))
      } else {
        passSlot(from: try locate(instruction.b), to: 2 * slotSize, 8)
      }
    }
    let record = interpreter.record(of: glue)
    calls.append(emit(Code(op: .call, imm: Int64(Int(bitPattern: record)))))
  }
}
