// Operators on scalars, comparison of anything, conversions.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerUnary(_ node: Node, into dest: PlaceID) {
    let value = operand(NodeID(node.b))
    guard dest.exists else { return }
    let type = type(of: dest)
    switch UnaryOperator(rawValue: node.a) ?? .not {
    case .negate: emitPanicking(Instruction(.negate, type: type, dest: dest, a: value))
    case .bitNot: emit(Instruction(.bitNot, type: type, dest: dest, a: value))
    case .not: emit(Instruction(.not, type: type, dest: dest, a: value))
    }
  }

  mutating func lowerBinary(_ node: Node, into dest: PlaceID) {
    let type = mirType(of: NodeID(node.b))
    let values = operands([NodeID(node.b), NodeID(node.c)])
    guard dest.exists else { return }
    apply(BinaryOperator(rawValue: node.a) ?? .add, type, values[0], values[1], into: dest)
  }

  /// `dest = a op b` on scalars of `type`.
  mutating func apply(
    _ operation: BinaryOperator, _ type: MIRTypeID, _ a: Operand, _ b: Operand,
    into dest: PlaceID
  ) {
    if case .pointer = context.module.types[type].kind {
      applyToPointer(operation, type, a, b, into: dest)
      return
    }
    guard let (opcode, panics) = opcode(operation) else {
      power(type, a, b, into: dest)
      return
    }
    let instruction = Instruction(opcode, type: type, dest: dest, a: a, b: b)
    if panics { emitPanicking(instruction) } else { emit(instruction) }
  }

  private func opcode(_ operation: BinaryOperator) -> (Opcode, panics: Bool)? {
    switch operation {
    case .add, .concatenate: return (.add, true)
    case .subtract: return (.sub, true)
    case .multiply: return (.mul, true)
    case .divide: return (.div, true)
    case .remainder: return (.rem, true)
    case .power: return nil
    case .addWrapping: return (.addWrapping, false)
    case .subtractWrapping: return (.subWrapping, false)
    case .multiplyWrapping: return (.mulWrapping, false)
    case .addSaturating: return (.addSaturating, false)
    case .subtractSaturating: return (.subSaturating, false)
    case .shiftLeft: return (.shl, true)
    case .shiftRight: return (.shr, true)
    case .bitAnd: return (.bitAnd, false)
    case .bitOr: return (.bitOr, false)
    case .bitXor: return (.bitXor, false)
    case .equal: return (.equal, false)
    case .notEqual: return (.notEqual, false)
    case .less: return (.less, false)
    case .lessEqual: return (.lessEqual, false)
    case .greater: return (.greater, false)
    case .greaterEqual: return (.greaterEqual, false)
    }
  }

  private mutating func applyToPointer(
    _ operation: BinaryOperator, _ type: MIRTypeID, _ a: Operand, _ b: Operand,
    into dest: PlaceID
  ) {
    guard case .pointer(let target) = context.module.types[type].kind else { return }
    switch operation {
    case .add:
      emit(Instruction(.pointerOffset, type: target, dest: dest, a: a, b: b))
    case .subtract:
      let negative = temporary(i64Type)
      emit(Instruction(.subWrapping, type: i64Type, dest: negative, a: i64(0), b: b))
      emit(Instruction(.pointerOffset, type: target, dest: dest, a: a, b: .copy(negative)))
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
      if let (opcode, _) = opcode(operation) {
        emit(Instruction(opcode, type: type, dest: dest, a: a, b: b))
      }
    case .multiply, .divide, .remainder, .power, .addWrapping, .subtractWrapping,
      .multiplyWrapping, .addSaturating, .subtractSaturating, .shiftLeft, .shiftRight, .bitAnd,
      .bitOr, .bitXor, .concatenate:
      assign(dest, a)
    }
  }

  /// `a ** b`. A negative exponent of an integer panics, whatever the build.
  private mutating func power(
    _ type: MIRTypeID, _ a: Operand, _ b: Operand, into dest: PlaceID
  ) {
    if case .float = context.module.types[type].kind {
      floatPower(type, a, b, into: dest)
      return
    }
    let exponent = temporary(type)
    assign(exponent, b)
    let isNatural = binary(.greaterEqual, type, .copy(exponent), integer(0, type), boolType)
    emitPanicking(
      Instruction(
        .check, a: isNatural, b: string("an integer to the power of a negative one"),
        immediate: PanicKind.overflow.rawValue))
    integerPower(type, a, exponent, into: dest)
  }

  private mutating func floatPower(
    _ type: MIRTypeID, _ a: Operand, _ b: Operand, into dest: PlaceID
  ) {
    let double = context.mirType(TypeTable.f64)
    let (base, exponent, result) = (temporary(double), temporary(double), temporary(double))
    convert(a, from: type, into: base)
    convert(b, from: type, into: exponent)
    callLanguage("power", [.copy(base), .copy(exponent)], into: result)
    convert(.copy(result), from: double, into: dest)
  }

  /// By repeated squaring; `exponent` is not negative and is used up.
  private mutating func integerPower(
    _ type: MIRTypeID, _ a: Operand, _ exponent: PlaceID, into dest: PlaceID
  ) {
    let (zero, one) = (integer(0, type), integer(1, type))
    let (base, total) = (temporary(type), temporary(type))
    assign(base, a)
    assign(total, one)
    let (test, body, odd) = (newBlock(), newBlock(), newBlock())
    let (next, square, done) = (newBlock(), newBlock(), newBlock())
    go(to: test)
    begin(test)
    branch(
      binary(.notEqual, type, .copy(exponent), zero, boolType), then: body, otherwise: done)
    begin(body)
    let bit = binary(.bitAnd, type, .copy(exponent), one, type)
    branch(binary(.notEqual, type, bit, zero, boolType), then: odd, otherwise: next)
    begin(odd)
    emitPanicking(Instruction(.mul, type: type, dest: total, a: .copy(total), b: .copy(base)))
    go(to: next)
    begin(next)
    emitPanicking(Instruction(.shr, type: type, dest: exponent, a: .copy(exponent), b: one))
    // The base is not squared once more than is needed, which might overflow.
    branch(
      binary(.notEqual, type, .copy(exponent), zero, boolType), then: square, otherwise: done)
    begin(square)
    emitPanicking(Instruction(.mul, type: type, dest: base, a: .copy(base), b: .copy(base)))
    go(to: test)
    begin(done)
    assign(dest, .copy(total))
  }

  // MARK: Comparison

  /// `==` and ordering of any type, by structure.
  mutating func lowerCompare(_ node: Node, into dest: PlaceID) {
    let type = mirType(of: NodeID(node.b))
    let operation = BinaryOperator(rawValue: node.a) ?? .equal
    if isScalar(type) {
      lowerBinary(node, into: dest)
      return
    }
    let a = place(NodeID(node.b))
    let b = place(NodeID(node.c))
    guard dest.exists else { return }
    compare(operation, a, b, self.type(of: NodeID(node.b)), into: dest)
  }

  mutating func compare(
    _ operation: BinaryOperator, _ a: PlaceID, _ b: PlaceID, _ source: TypeID,
    into dest: PlaceID
  ) {
    let type = type(of: a)
    if isScalar(type) {
      apply(operation, type, .copy(a), .copy(b), into: dest)
      return
    }
    switch operation {
    case .equal: callEqual(a, b, source, into: dest)
    case .notEqual:
      let equal = temporary(boolType)
      callEqual(a, b, source, into: equal)
      emit(Instruction(.not, type: boolType, dest: dest, a: .copy(equal)))
    case .less, .lessEqual, .greater, .greaterEqual:
      let order = temporary(i64Type)
      callCompare(a, b, source, into: order)
      apply(operation, i64Type, .copy(order), i64(0), into: dest)
    case .add, .subtract, .multiply, .divide, .remainder, .power, .addWrapping, .subtractWrapping,
      .multiplyWrapping, .addSaturating, .subtractSaturating, .shiftLeft, .shiftRight, .bitAnd,
      .bitOr, .bitXor, .concatenate:
      unreachable()
    }
  }

  // MARK: Conversions

  mutating func lowerConversion(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let inner = NodeID(node.a)
    let from = mirType(of: inner)
    guard dest.exists else { return discard(inner) }
    if case .enumeration(let tag, _) = context.module.types[from].kind {
      let value = discriminant(place(inner))
      convert(value, from: tag, into: dest)
      return
    }
    let value = operand(inner)
    convert(value, from: from, into: dest)
  }

  mutating func convert(_ value: Operand, from: MIRTypeID, into dest: PlaceID) {
    if from == type(of: dest) {
      assign(dest, value)
    } else {
      emit(Instruction(.convert, type: from, dest: dest, a: value))
    }
  }

  // MARK: Strings

  mutating func lowerConcatenate(_ node: Node, into dest: PlaceID) {
    let a = argument(NodeID(node.a), .borrowed)
    let b = argument(NodeID(node.b), .borrowed)
    callLanguage("string_concat", [a, b], into: dest)
  }

  // MARK: Short circuit

  mutating func lowerShortCircuit(_ node: Node, into dest: PlaceID) {
    // Not in `dest` itself, which the right operand may read.
    let value = temporary(boolType)
    let right = newBlock()
    let after = newBlock()
    let left = operand(NodeID(node.a))
    assign(value, left)
    if node.kind == .and {
      branch(.copy(value), then: right, otherwise: after)
    } else {
      branch(.copy(value), then: after, otherwise: right)
    }
    begin(right)
    pushScope()
    lower(NodeID(node.b), into: value)
    popConditionalScope()
    go(to: after)
    begin(after)
    assign(dest, .copy(value))
  }
}
