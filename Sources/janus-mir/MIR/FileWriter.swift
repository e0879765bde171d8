// A module to the bytes of a `.jmir` file.
import Base

/// The binary form of `module`; `hashes` are the content hashes of its functions, in their order.
public func writeMIRFile(_ module: MIRModule, hashes: [Hash128]? = nil) -> ContiguousArray<UInt8> {
  let hashes = hashes ?? contentHashes(of: module)
  var writer = WordWriter()
  for _ in 0..<FileFormat.headerCount { writer.add(0 as UInt32) }
  writer.add(module.name)
  writer.add(module.entry)
  writer.add(module.files.count)
  for file in module.files { writer.add(file) }
  writer.add(module.signatures.count)
  for signature in module.signatures.elements { writer.add(signature) }
  writer.add(module.functionRefs.count)
  for reference in module.functionRefs.elements {
    writer.add(reference.symbol)
    writer.add(reference.signature)
    writer.add(reference.isRuntime ? 1 as UInt32 : 0)
    writer.add(reference.lends ? 1 as UInt32 : 0)
  }
  writer.add(module.types.count)
  for type in module.types.elements { writer.add(type) }
  writer.add(module.constants.count)
  for constant in module.constants.elements { writer.add(constant) }
  writer.add(module.statics.count)
  for variable in module.statics.elements {
    writer.add(variable.symbol)
    writer.add(variable.displayName)
    writer.add(variable.type)
    writer.add(variable.isMutable ? 1 as UInt32 : 0)
  }
  writer.add(module.functions.count)
  let directory = writer.words.count
  for hash in hashes {
    writer.add(hash)
    writer.add(0 as UInt32)
  }
  for (index, function) in module.functions.enumerated() {
    let start = writer.words.count
    writer.add(function)
    writer.words[directory + index * 5 + 4] = UInt32(writer.words.count - start)
  }
  return finish(&writer.words)
}

/// Fills the header in and gives the bytes.
private func finish(_ words: inout ContiguousArray<UInt32>) -> ContiguousArray<UInt8> {
  let checksum = words.withUnsafeBytes {
    Hash128.of(UnsafeRawBufferPointer(rebasing: $0[(FileFormat.headerCount * 4)...]))
  }
  var header = WordWriter()
  header.words.append(contentsOf: FileFormat.magic)
  header.add(FileFormat.version)
  header.add(words.count)
  header.add(checksum)
  words.replaceSubrange(0..<FileFormat.headerCount, with: header.words)
  return words.withUnsafeBytes { ContiguousArray($0) }
}

extension WordWriter {
  fileprivate mutating func add(_ signature: MIRSignature) {
    add(signature.result)
    add((signature.hasEnvironment ? 1 : 0) | (signature.hasDestination ? 2 : 0) as UInt32)
    add(signature.parameters.count)
    for parameter in signature.parameters {
      add(parameter.type)
      add(UInt32(parameter.mode.rawValue))
    }
  }

  private mutating func add(_ fields: [MIRField]) {
    add(fields.count)
    for field in fields {
      add(field.name)
      add(field.type)
      add(field.offset)
    }
  }

  fileprivate mutating func add(_ type: MIRTypeInfo) {
    add(type.name)
    add(type.size)
    add(type.alignment)
    add(
      UInt32(type.ownership.rawValue) | (type.hasDestructor ? 256 : 0)
        | (type.mustConsume ? 512 : 0))
    add(type.dropGlue)
    add(type.copyGlue)
    switch type.kind {
    case .void: add(0 as UInt32)
    case .never: add(1 as UInt32)
    case .bool: add(2 as UInt32)
    case .int(let bits, let signed):
      add(3 as UInt32)
      add(UInt32(bits) | (signed ? 256 : 0))
    case .float(let bits):
      add(4 as UInt32)
      add(UInt32(bits))
    case .char: add(5 as UInt32)
    case .pointer(let pointee):
      add(6 as UInt32)
      add(pointee)
    case .function(let signature):
      add(7 as UInt32)
      add(signature)
    case .array(let element, let count):
      add(8 as UInt32)
      add(element)
      add(count)
    case .aggregate(let fields):
      add(9 as UInt32)
      add(fields)
    case .enumeration(let tag, let variants):
      add(10 as UInt32)
      add(tag)
      add(variants.count)
      for variant in variants {
        add(variant.name)
        add(variant.discriminant)
        add(variant.fields)
      }
    }
  }

  fileprivate mutating func add(_ constant: MIRConstant) {
    switch constant {
    case .int(_, let low, let high):
      add(0 as UInt32)
      add(low)
      add(high)
    case .float(_, let bits):
      add(1 as UInt32)
      add(bits)
    case .string(_, let bytes):
      add(2 as UInt32)
      add(bytes)
    case .cString(_, let bytes):
      add(3 as UInt32)
      add(bytes)
    case .zero: add(4 as UInt32)
    case .undefined: add(5 as UInt32)
    }
    add(constant.type)
  }

  fileprivate mutating func add(_ function: MIRFunction) {
    add(function.symbol)
    add(function.displayName)
    add(function.signature)
    add(function.file)
    add(function.baseLine)
    add(function.baseOffset)
    add(
      (function.overflowChecks ? 1 : 0) | (function.panicAborts ? 2 : 0)
        | UInt32(function.attributes.rawValue) << 8)
    add(function.locals.count)
    for local in function.locals.elements {
      add(local.name)
      add(local.type)
      add(UInt32(local.storage.rawValue) | (local.isMutable ? 256 : 0))
      add(local.location)
    }
    add(function.projections.count)
    for projection in function.projections { add(projection) }
    add(function.places.count)
    for place in function.places.elements { add(place) }
    add(function.operands.count)
    for operand in function.operands { add(operand) }
    add(function.switchCases.count)
    for value in function.switchCases {
      add(value.value)
      add(value.target)
    }
    add(function.blocks.count)
    for block in function.blocks.elements { add(block) }
  }

  private mutating func add(_ location: MIRLocation) {
    add(location.start)
    add(location.end)
    add(location.line)
    add(location.column)
  }

  private mutating func add(_ projection: Projection) {
    switch projection {
    case .field(let index):
      add(0 as UInt32)
      add(index)
    case .variant(let index):
      add(1 as UInt32)
      add(index)
    case .deref:
      add(2 as UInt32)
      add(0 as UInt32)
    case .index(let local):
      add(3 as UInt32)
      add(local)
    case .constantIndex(let index):
      add(4 as UInt32)
      add(index)
    }
  }

  private mutating func add(_ place: Place) {
    switch place.base {
    case .local(let local):
      add(0 as UInt32)
      add(local)
    case .staticVariable(let variable):
      add(1 as UInt32)
      add(variable)
    }
    add(place.firstProjection)
    add(place.projectionCount)
    add(place.type)
  }

  private mutating func add(_ operand: Operand) {
    add(UInt32(operand.kind.rawValue))
    add(operand.index)
  }

  private mutating func add(_ block: Block) {
    add(block.cleanup)
    add(block.isCleanup ? 1 as UInt32 : 0)
    add(block.instructions.count)
    var last = MIRLocation.none
    for i in block.instructions.indices {
      let location = i < block.locations.count ? block.locations[i] : .none
      add(block.instructions[i], moves: location != last)
      if location != last { add(location) }
      last = location
    }
    let terminator = block.terminator
    add(UInt32(terminator.kind.rawValue) | terminator.panic.rawValue << 8)
    add(terminator.operand)
    add(terminator.callee)
    add(terminator.signature)
    add(terminator.dest)
    add(terminator.first)
    add(terminator.count)
    add(terminator.next)
    add(terminator.otherwise)
    add(terminator.cleanup)
    add(block.terminatorLocation)
  }

  /// One word says what is there: opcode, kinds of the operands, which other words follow.
  private mutating func add(_ instruction: Instruction, moves: Bool) {
    let hasImmediate = instruction.immediate != 0
    let hasList = instruction.operandCount != 0 || instruction.firstOperand != 0
    var head = UInt32(instruction.opcode.rawValue)
    head |= UInt32(instruction.a.kind.rawValue) << 8
    head |= UInt32(instruction.b.kind.rawValue) << 12
    head |= UInt32(instruction.c.kind.rawValue) << 16
    head |= moves ? 1 << 24 : 0
    head |= instruction.type.exists ? 1 << 25 : 0
    head |= instruction.dest.exists ? 1 << 26 : 0
    head |= hasImmediate ? 1 << 27 : 0
    head |= hasList ? 1 << 28 : 0
    add(head)
    if instruction.type.exists { add(instruction.type) }
    if instruction.dest.exists { add(instruction.dest) }
    if instruction.a.kind != .none { add(instruction.a.index) }
    if instruction.b.kind != .none { add(instruction.b.index) }
    if instruction.c.kind != .none { add(instruction.c.index) }
    if hasImmediate { add(instruction.immediate) }
    if hasList {
      add(instruction.firstOperand)
      add(instruction.operandCount)
    }
  }
}
