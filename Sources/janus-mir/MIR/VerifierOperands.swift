// The verifier, continued: operands and instructions.
import Base

extension FunctionVerifier {
  /// The type of a value operand, or none (reported) when it gives no value.
  mutating func valueType(_ operand: Operand, _ role: StaticString) -> MIRTypeID {
    switch operand.kind {
    case .constant:
      guard Int(operand.index) < module.constants.count else {
        report("\(role): constant \(operand.index) does not exist")
        return .none
      }
      return module.constants[operand.constantID].type
    case .copy, .move:
      guard Int(operand.index) < function.places.count else {
        report("\(role): place \(operand.index) does not exist")
        return .none
      }
      let type = function.places[operand.placeID].type
      if operand.kind == .copy && !shapes[type].isTrivial && !isIntoLent {
        report("\(role): bitwise copy of \(typeName(type)), which owns memory")
      }
      return type
    case .none, .borrow, .borrowMutable, .function:
      report("\(role): `\(operand.kind)` where a value is needed")
      return .none
    }
  }

  /// The type of a lent place, or none (reported).
  mutating func lentType(_ operand: Operand, _ role: StaticString) -> MIRTypeID {
    guard operand.kind == .borrow || operand.kind == .borrowMutable else {
      report("\(role): `\(operand.kind)` where a place must be lent")
      return .none
    }
    guard Int(operand.index) < function.places.count else {
      report("\(role): place \(operand.index) does not exist")
      return .none
    }
    return function.places[operand.placeID].type
  }

  /// Reports unless `operand` is a value of `type`.
  mutating func requireValue(_ operand: Operand, _ type: MIRTypeID, _ role: StaticString) {
    let actual = valueType(operand, role)
    if actual.exists && actual != type {
      report("\(role): \(typeName(actual)) where \(typeName(type)) is needed")
    }
  }

  /// Reports unless `operand` is a value whose shape satisfies `condition`.
  mutating func requireValue(
    _ operand: Operand, _ role: StaticString, _ condition: (MIRShape) -> Bool
  ) {
    let type = valueType(operand, role)
    if type.exists && !condition(shapes[type]) {
      report("\(role): \(typeName(type)) does not fit")
    }
  }

  mutating func requireFunction(_ operand: Operand) -> Bool {
    let known = Int(operand.index) < module.functionRefs.count
    if !known { report("function \(operand.index) does not exist") }
    return known
  }

  mutating func requireNone(_ operand: Operand, _ role: StaticString) {
    require(operand.kind == .none, "\(role): operand that has no meaning here")
  }

  /// The type of `dest`, or none (reported).
  private mutating func destination(_ instruction: Instruction) -> MIRTypeID {
    guard instruction.dest.index < function.places.count else {
      report("`\(instruction.opcode.name)` without a destination")
      return .none
    }
    return function.places[instruction.dest].type
  }

  private mutating func requireDestination(_ instruction: Instruction, _ type: MIRTypeID) {
    let actual = destination(instruction)
    if actual.exists && type.exists && actual != type {
      report("destination is \(typeName(actual)), the result \(typeName(type))")
    }
  }

  private mutating func requireDestination(
    _ instruction: Instruction, _ condition: (MIRShape) -> Bool
  ) {
    let type = destination(instruction)
    if type.exists && !condition(shapes[type]) {
      report("destination of `\(instruction.opcode.name)` is a \(typeName(type))")
    }
  }

  /// The shape of the instruction's type, or nil (reported).
  private mutating func operatedType(_ instruction: Instruction) -> MIRShape? {
    guard instruction.type.index < shapes.count else {
      report("`\(instruction.opcode.name)` without a type")
      return nil
    }
    return shapes[instruction.type]
  }

  private mutating func requireLocal(_ instruction: Instruction, _ wanted: LocalStorage) {
    guard instruction.dest.index < function.places.count else {
      return report("`\(instruction.opcode.name)` without a local")
    }
    let place = function.places[instruction.dest]
    guard case .local(let local) = place.base, place.projectionCount == 0 else {
      return report("`\(instruction.opcode.name)` of a place that is not a whole local")
    }
    let storage = function.locals[local].storage
    require(storage == wanted, "`\(instruction.opcode.name)` of a `\(storage.name)` local")
  }

  /// What is written belongs to something else.
  private func isLent(_ dest: PlaceID) -> Bool {
    guard dest.index < function.places.count, case .local(let local) = function.places[dest].base
    else { return false }
    switch function.locals[local].storage {
    case .lent: return true
    case .result: return function.attributes.contains(.lendsResult)
    case .stack, .borrowedParameter, .inoutParameter, .ownedParameter, .alias, .hidden: return false
    }
  }

  mutating func check(_ instruction: Instruction) {
    isIntoLent = isLent(instruction.dest)
    defer { isIntoLent = false }
    require(
      instruction.operandCount == 0 || instruction.opcode == .construct,
      "`\(instruction.opcode.name)` has a list of operands")
    switch instruction.opcode {
    case .nop: break
    case .storageLive, .storageDead: requireLocal(instruction, .stack)
    case .assign: checkAssign(instruction)
    case .copyValue:
      let type = lentType(instruction.a, "a")
      requireDestination(instruction, type)
      if type.exists {
        require(shapes[type].ownership == .copyable, "copy_value of \(typeName(type))")
      }
      if instruction.b.kind != .none { requireValue(instruction.b, "b") { $0.kind == .pointer } }
      require(
        instruction.c.kind == .none || instruction.c.kind == .function,
        "copy_value with something that is no function")
    case .regionKeep:
      checkAssign(instruction)
      requireValue(instruction.b, "b") { $0.kind == .pointer }
    case .drop:
      _ = destination(instruction)
      require(!isIntoLent, "drop of what is lent")
    case .construct: checkConstruct(instruction)
    case .discriminant: checkDiscriminant(instruction)
    case .add, .sub, .mul, .div, .rem, .addWrapping, .subWrapping, .mulWrapping, .addSaturating,
      .subSaturating, .shl, .shr, .bitAnd, .bitOr, .bitXor:
      checkArithmetic(instruction)
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: checkComparison(instruction)
    case .negate, .bitNot, .not: checkUnary(instruction)
    case .convert, .bitcast: checkConversion(instruction)
    case .addressOf:
      _ = lentType(instruction.a, "a")
      requireDestination(instruction) { $0.kind == .pointer }
    case .panicPlace: requireDestination(instruction) { $0.kind == .pointer }
    case .pointerOffset:
      _ = operatedType(instruction)
      requireValue(instruction.a, "a") { $0.kind == .pointer }
      requireCount(instruction.b, "b")
      requireDestination(instruction) { $0.kind == .pointer }
    case .makeFunction: checkMakeFunction(instruction)
    case .boundsCheck:
      requireCount(instruction.a, "a")
      requireCount(instruction.b, "b")
    case .check:
      requireValue(instruction.a, "a") { $0.kind == .bool }
      require(PanicKind(rawValue: instruction.immediate) != nil, "no panic of this number")
      if instruction.b.kind != .none { requireText(instruction.b) }
    case .accessBegin, .accessEnd: _ = lentType(instruction.a, "a")
    case .bind:
      requireLocal(instruction, .alias)
      requireDestination(instruction, lentType(instruction.a, "a"))
    case .unbind: requireLocal(instruction, .alias)
    case .memoryCopy, .memoryMove:
      _ = operatedType(instruction)
      requireValue(instruction.a, "a") { $0.kind == .pointer }
      requireValue(instruction.b, "b") { $0.kind == .pointer }
      requireCount(instruction.c, "c")
    case .memorySet:
      _ = operatedType(instruction)
      requireValue(instruction.a, "a") { $0.kind == .pointer }
      requireValue(instruction.b, "b") { $0.kind == .int && $0.bits == 8 }
      requireCount(instruction.c, "c")
    }
  }

  /// A 64-bit integer.
  private mutating func requireCount(_ operand: Operand, _ role: StaticString) {
    requireValue(operand, role) { $0.kind == .int && $0.bits == 64 }
  }

  /// A string: a value of the layout that `MIRConstant.string` has.
  mutating func requireText(_ operand: Operand) {
    let type =
      operand.kind == .borrow ? lentType(operand, "message") : valueType(operand, "message")
    guard type.exists else { return }
    require(
      shapes[type].kind == .aggregate && shapes[type].size >= 16, "message is not a string")
  }

  private mutating func checkAssign(_ instruction: Instruction) {
    if instruction.a.kind == .function {
      _ = requireFunction(instruction.a)
      requireDestination(instruction) { $0.kind == .pointer }
    } else {
      requireDestination(instruction, valueType(instruction.a, "a"))
    }
  }

  private mutating func checkConstruct(_ instruction: Instruction) {
    let type = destination(instruction)
    guard type.exists else { return }
    let first = Int(instruction.firstOperand)
    let count = Int(instruction.operandCount)
    guard first + count <= function.operands.count else { return report("operands do not exist") }
    let shape = shapes[type]
    var fields = shape.first
    var wanted = shape.count
    switch shape.kind {
    case .aggregate: break
    case .array: break
    case .enumeration:
      guard instruction.immediate < shape.count else { return report("no variant of this number") }
      let variant = shapes.variant(Int(instruction.immediate), of: shape)
      (fields, wanted) = (variant.first, variant.count)
    case .void, .never, .bool, .int, .float, .char, .pointer, .function:
      return report("construct of \(typeName(type))")
    }
    guard count == Int(wanted) else { return report("\(count) parts where \(wanted) are needed") }
    for i in 0..<count {
      let part = shape.kind == .array ? shape.element : shapes.field(i, first: fields).type
      requireValue(function.operands[first + i], part, "part")
    }
  }

  private mutating func checkDiscriminant(_ instruction: Instruction) {
    let type =
      instruction.a.kind == .copy ? valueType(instruction.a, "a") : lentType(instruction.a, "a")
    guard type.exists else { return }
    guard shapes[type].kind == .enumeration else {
      return report("discriminant of \(typeName(type))")
    }
    requireDestination(instruction, shapes[type].element)
  }

  private mutating func checkArithmetic(_ instruction: Instruction) {
    guard let shape = operatedType(instruction) else { return }
    requireDestination(instruction, instruction.type)
    requireValue(instruction.a, instruction.type, "a")
    switch instruction.opcode {
    case .shl, .shr: requireValue(instruction.b, "b") { $0.kind == .int }
    default: requireValue(instruction.b, instruction.type, "b")
    }
    let fits: Bool
    switch instruction.opcode {
    case .add, .sub, .mul, .div, .rem: fits = shape.kind == .int || shape.kind == .float
    case .bitAnd, .bitOr, .bitXor: fits = shape.kind == .int || shape.kind == .bool
    default: fits = shape.kind == .int
    }
    require(fits, "`\(instruction.opcode.name)` of \(typeName(instruction.type))")
  }

  private mutating func checkComparison(_ instruction: Instruction) {
    guard let shape = operatedType(instruction) else { return }
    requireValue(instruction.a, instruction.type, "a")
    requireValue(instruction.b, instruction.type, "b")
    requireDestination(instruction) { $0.kind == .bool }
    require(shape.isScalar, "`\(instruction.opcode.name)` of \(typeName(instruction.type))")
  }

  private mutating func checkUnary(_ instruction: Instruction) {
    guard let shape = operatedType(instruction) else { return }
    requireValue(instruction.a, instruction.type, "a")
    requireDestination(instruction, instruction.type)
    let fits: Bool
    switch instruction.opcode {
    case .negate: fits = shape.kind == .float || shape.kind == .int
    case .bitNot: fits = shape.kind == .int
    default: fits = shape.kind == .bool
    }
    require(fits, "`\(instruction.opcode.name)` of \(typeName(instruction.type))")
  }

  private mutating func checkConversion(_ instruction: Instruction) {
    guard let shape = operatedType(instruction) else { return }
    requireValue(instruction.a, instruction.type, "a")
    guard instruction.dest.index < function.places.count else {
      return report("conversion without a destination")
    }
    let target = shapes[function.places[instruction.dest].type]
    if instruction.opcode == .bitcast {
      require(shape.size == target.size, "bitcast between different sizes")
    } else {
      require(shape.isScalar && target.isScalar, "conversion between types that are not scalars")
    }
  }

  private mutating func checkMakeFunction(_ instruction: Instruction) {
    requireDestination(instruction) { $0.kind == .function }
    if instruction.a.kind == .function {
      _ = requireFunction(instruction.a)
    } else {
      requireValue(instruction.a, "a") { $0.kind == .pointer }
    }
    if instruction.b.kind != .none { requireValue(instruction.b, "b") { $0.kind == .pointer } }
  }
}
