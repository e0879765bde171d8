// A hash of each function that depends on what it says and not on how the module's tables are
// numbered: types by name and structure, callees by symbol, constants by value. File and base line
// take part, because objects carry absolute lines. Equal hashes mean equal machine code.
import Base

/// The content hashes of all functions of `module`, in their order.
public func contentHashes(of module: MIRModule) -> [Hash128] {
  let hasher = ContentHasher(module)
  return module.functions.map { hasher.hash(of: $0) }
}

extension MIRModule {
  /// The content hash of a run of functions, given the hashes of all.
  public static func unitHash(of unit: Range<Int>, _ hashes: [Hash128]) -> Hash128 {
    var builder = HashBuilder()
    for index in unit { builder.add(hashes[index]) }
    return builder.finish()
  }
}

private struct ContentHasher {
  let module: MIRModule
  private var types: [Hash128] = []
  private var signatures: [Hash128] = []
  private var references: [Hash128] = []
  private var constants: [Hash128] = []
  private var statics: [Hash128] = []

  init(_ module: MIRModule) {
    self.module = module
    types = typeHashes(of: module)
    signatures = module.signatures.elements.map { hash(of: $0, types) }
    references = module.functionRefs.elements.map { reference in
      var builder = HashBuilder()
      builder.add(reference.symbol)
      builder.add(reference.isRuntime)
      builder.add(reference.lends)
      builder.add(signature(reference.signature))
      return builder.finish()
    }
    constants = module.constants.elements.map { hash(of: $0) }
    statics = module.statics.elements.map { variable in
      var builder = HashBuilder()
      builder.add(variable.symbol)
      builder.add(variable.isMutable)
      builder.add(type(variable.type))
      return builder.finish()
    }
  }

  private func look(_ table: [Hash128], _ index: Int) -> Hash128 {
    index < table.count ? table[index] : .zero
  }

  private func type(_ id: MIRTypeID) -> Hash128 { look(types, id.index) }
  private func signature(_ id: SignatureID) -> Hash128 { look(signatures, id.index) }

  private func hash(of signature: MIRSignature, _ types: [Hash128]) -> Hash128 {
    var builder = HashBuilder()
    builder.add(look(types, signature.result.index))
    builder.add(signature.hasEnvironment)
    builder.add(signature.hasDestination)
    for parameter in signature.parameters {
      builder.add(look(types, parameter.type.index))
      builder.add(Int(parameter.mode.rawValue))
    }
    return builder.finish()
  }

  private func hash(of constant: MIRConstant) -> Hash128 {
    var builder = HashBuilder()
    builder.add(type(constant.type))
    switch constant {
    case .int(_, let low, let high):
      builder.add(0)
      builder.add(low)
      builder.add(high)
    case .float(_, let bits):
      builder.add(1)
      builder.add(bits)
    case .string(_, let bytes):
      builder.add(2)
      bytes.withUnsafeBytes { builder.add($0) }
    case .cString(_, let bytes):
      builder.add(3)
      bytes.withUnsafeBytes { builder.add($0) }
    case .zero: builder.add(4)
    case .undefined: builder.add(5)
    }
    return builder.finish()
  }

  // MARK: Functions

  func hash(of function: MIRFunction) -> Hash128 {
    var builder = HashBuilder()
    builder.add(function.symbol)
    builder.add(function.displayName)
    builder.add(signature(function.signature))
    let hasFile = Int(function.file) < module.files.count
    builder.add(hasFile ? module.files[Int(function.file)] : "")
    builder.add(Int(function.baseLine))
    builder.add(function.overflowChecks)
    builder.add(function.panicAborts)
    builder.add(Int(function.attributes.rawValue))
    builder.add(function.locals.count)
    for local in function.locals.elements {
      builder.add(local.name)
      builder.add(type(local.type))
      builder.add(Int(local.storage.rawValue) | (local.isMutable ? 256 : 0))
      builder.add(Int(local.location.line) << 32 | Int(local.location.column))
    }
    builder.add(function.blocks.count)
    for block in function.blocks.elements { add(block, of: function, to: &builder) }
    return builder.finish()
  }

  private func add(_ block: Block, of function: MIRFunction, to builder: inout HashBuilder) {
    builder.add(UInt64(block.cleanup.raw) << 1 | (block.isCleanup ? 1 : 0))
    builder.add(block.instructions.count)
    for (i, instruction) in block.instructions.enumerated() {
      builder.add(
        UInt64(instruction.opcode.rawValue) << 32 | UInt64(instruction.immediate))
      if instruction.type.exists { builder.add(type(instruction.type)) }
      add(instruction.dest, of: function, to: &builder)
      add(instruction.a, of: function, to: &builder)
      add(instruction.b, of: function, to: &builder)
      add(instruction.c, of: function, to: &builder)
      if instruction.opcode == .construct {
        add(instruction.firstOperand, instruction.operandCount, of: function, to: &builder)
      }
      if i < block.locations.count { add(block.locations[i], to: &builder) }
    }
    let terminator = block.terminator
    builder.add(UInt64(terminator.kind.rawValue) << 32 | UInt64(terminator.panic.rawValue))
    add(terminator.operand, of: function, to: &builder)
    builder.add(look(references, terminator.callee.index))
    builder.add(signature(terminator.signature))
    add(terminator.dest, of: function, to: &builder)
    if terminator.kind == .switch {
      builder.add(UInt64(terminator.count))
      let first = Int(terminator.first)
      let end = min(first + Int(terminator.count), function.switchCases.count)
      for value in function.switchCases[min(first, end)..<end] {
        builder.add(UInt64(bitPattern: value.value))
        builder.add(UInt64(value.target.raw))
      }
    } else if terminator.kind == .call {
      add(terminator.first, terminator.count, of: function, to: &builder)
    }
    builder.add(UInt64(terminator.next.raw) << 32 | UInt64(terminator.otherwise.raw))
    builder.add(UInt64(terminator.cleanup.raw))
    add(block.terminatorLocation, to: &builder)
  }

  private func add(_ location: MIRLocation, to builder: inout HashBuilder) {
    let line = UInt64(UInt32(bitPattern: location.line))
    builder.add(line << 32 | UInt64(UInt32(bitPattern: location.column)))
  }

  private func add(
    _ first: UInt32, _ count: UInt32, of function: MIRFunction, to builder: inout HashBuilder
  ) {
    builder.add(UInt64(count))
    let end = min(Int(first) + Int(count), function.operands.count)
    for operand in function.operands[min(Int(first), end)..<end] {
      add(operand, of: function, to: &builder)
    }
  }

  private func add(_ operand: Operand, of function: MIRFunction, to builder: inout HashBuilder) {
    builder.add(UInt64(operand.kind.rawValue))
    switch operand.kind {
    case .none: break
    case .constant: builder.add(look(constants, Int(operand.index)))
    case .function: builder.add(look(references, Int(operand.index)))
    case .copy, .move, .borrow, .borrowMutable: add(operand.placeID, of: function, to: &builder)
    }
  }

  private func add(_ id: PlaceID, of function: MIRFunction, to builder: inout HashBuilder) {
    guard id.index < function.places.count else { return builder.add(UInt64.max) }
    let place = function.places[id]
    switch place.base {
    case .local(let local): builder.add(UInt64(local.raw))
    case .staticVariable(let variable): builder.add(look(statics, variable.index))
    }
    builder.add(UInt64(place.projectionCount))
    builder.add(type(place.type))
    let end = min(
      Int(place.firstProjection) + Int(place.projectionCount), function.projections.count)
    for projection in function.projections[min(Int(place.firstProjection), end)..<end] {
      switch projection {
      case .field(let index): builder.add(UInt64(index))
      case .variant(let index): builder.add(1 << 32 | UInt64(index))
      case .deref: builder.add(2 << 32 as UInt64)
      case .index(let local): builder.add(3 << 32 | UInt64(local.raw))
      case .constantIndex(let index): builder.add(4 << 32 | UInt64(index))
      }
    }
  }
}
