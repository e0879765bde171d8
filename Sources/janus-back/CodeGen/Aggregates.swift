// Values made of parts: assignment, construction of aggregates and enumerations, tags, function
// values.
import Base
import CLLVM
import MIR

extension FunctionEmitter {
  /// `assign`: bit by bit.
  func emitAssign(_ instruction: Instruction) {
    let place = function.places[instruction.dest]
    let shape = shapes[place.type]
    if shape.isScalar {
      write(value(instruction.a), to: instruction.dest)
      return
    }
    guard shape.size > 0 else { return }
    let target = address(of: instruction.dest)
    if sharesBase(place, instruction.a) {
      // Parts of one value may overlap.
      LLVMBuildMemMove(
        builder, target, shape.knownAlignment, address(instruction.a), shape.knownAlignment,
        LLVMConstInt(types.i64, UInt64(shape.size), 0))
    } else {
      store(instruction.a, shape, to: target)
    }
  }

  // MARK: Construction

  func emitConstruct(_ instruction: Instruction) {
    let place = function.places[instruction.dest]
    let shape = shapes[place.type]
    let operands = function.operands[
      Int(instruction.firstOperand)..<Int(instruction.firstOperand + instruction.operandCount)]
    if shape.isScalar {
      if let only = operands.first { write(value(only), to: instruction.dest) }
      return
    }
    // `p = P(p.y, p.x)`: the parts are read before the first is written.
    let overlaps = operands.contains { sharesBase(place, $0) }
    let target = overlaps ? temporary(shape) : address(of: instruction.dest)
    storeParts(instruction, shape, operands, to: target)
    if overlaps { copyBytes(shape, from: target, to: address(of: instruction.dest)) }
  }

  private func storeParts(
    _ instruction: Instruction, _ shape: TypeShape,
    _ operands: ContiguousArray<Operand>.SubSequence, to target: Value
  ) {
    switch shape.kind {
    case .array:
      let element = shapes[shape.element]
      for (index, operand) in operands.enumerated() {
        store(operand, element, to: offset(target, by: Int64(index) * element.size))
      }
    case .aggregate:
      for (index, operand) in operands.enumerated() where index < Int(shape.count) {
        let field = shapes.field(index, of: shape)
        store(operand, shapes[field.type], to: offset(target, by: field.offset))
      }
    case .enumeration:
      let variant = shapes.variant(Int(instruction.immediate), of: shape)
      let tag = shapes[shape.element]
      if tag.isScalar {
        store(constant(variant.discriminant, tag), tag, to: target)
      }
      for (index, operand) in operands.enumerated() where index < Int(variant.count) {
        let field = shapes.field(index, of: variant)
        store(operand, shapes[field.type], to: offset(target, by: field.offset))
      }
    case .function:
      for (index, operand) in operands.enumerated() where index < 2 {
        LLVMBuildStore(builder, value(operand), offset(target, by: Int64(index) * 8))
      }
    case .void, .never, .bool, .signed, .unsigned, .float, .char, .pointer: return
    }
  }

  private func constant(_ value: Int64, _ shape: TypeShape) -> Value {
    LLVMConstInt(types.scalar(shape), UInt64(bitPattern: value), 1)
  }

  func emitDiscriminant(_ instruction: Instruction) {
    let shape = shapes[function.places[instruction.a.placeID].type]
    let tag = shapes[shape.element]
    let result = shapes[function.places[instruction.dest].type]
    guard tag.isScalar else {
      // A single variant needs no tag in memory.
      let only = shape.count > 0 ? shapes.variant(0, of: shape).discriminant : 0
      write(constant(only, result), to: instruction.dest)
      return
    }
    let value = load(tag, from: address(of: instruction.a.placeID))
    write(resize(value, to: types.scalar(result), tag), to: instruction.dest)
  }

  // MARK: Function values

  func emitMakeFunction(_ instruction: Instruction) {
    let code =
      instruction.a.kind == .function
      ? codeForFunctionValue(instruction.a.functionID) : value(instruction.a)
    let environment: Value =
      instruction.b.kind == .none ? LLVMConstNull(types.pointer) : value(instruction.b)
    let target = address(of: instruction.dest)
    LLVMBuildStore(builder, code, target)
    LLVMBuildStore(builder, environment, offset(target, by: 8))
  }

  /// Function values are called with an environment first; a function that has none gets a small
  /// one in front that leaves it out.
  private func codeForFunctionValue(_ reference: FunctionRefID) -> Value {
    let direct = parent.function(reference)
    let ref = mir.functionRefs[reference]
    guard !mir.signatures[ref.signature].hasEnvironment else { return direct }
    return parent.withoutEnvironment(direct, ref)
  }
}

extension ModuleEmitter {
  /// A function that takes and ignores an environment, and calls `callee`.
  func withoutEnvironment(_ callee: Value, _ ref: FunctionRef) -> Value {
    let symbol = ref.symbol + ".value"
    if let known = LLVMGetNamedFunction(module, symbol) { return known }
    let inner = callShape(ref.signature)
    let outer = callShape(ref.signature, asFunctionValue: true)
    let function = LLVMAddFunction(module, symbol, outer.type)!
    makeMergeable(function, symbol: symbol)
    LLVMAddAttributeAtIndex(function, functionAttributeIndex, attributes.unwindTable)
    let forwarder = LLVMCreateBuilderInContext(context)!
    defer { LLVMDisposeBuilder(forwarder) }
    LLVMPositionBuilderAtEnd(
      forwarder, LLVMAppendBasicBlockInContext(context, function, unnamed))
    var arguments: [Value?] = []
    for index in 0..<LLVMCountParams(function) where Int(index) != outer.environmentIndex {
      arguments.append(LLVMGetParam(function, index))
    }
    let result = LLVMBuildCall2(
      forwarder, inner.type, callee, &arguments, UInt32(arguments.count), unnamed)!
    LLVMSetTailCall(result, 1)
    if LLVMGetTypeKind(LLVMGetReturnType(inner.type)) == LLVMVoidTypeKind {
      LLVMBuildRetVoid(forwarder)
    } else {
      LLVMBuildRet(forwarder, result)
    }
    return function
  }
}
