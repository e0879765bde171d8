// The bytes of a `.jmir` file to a module. Damage of any kind is answered with E7007: a wrong
// magic, version, length or checksum at once, all else by verifying what was read.
import Base

/// What a `.jmir` file holds.
public struct MIRFile: Sendable {
  public var module: MIRModule
  /// Content hashes of the module's functions, in their order.
  public var hashes: [Hash128]
}

/// Reads and verifies `bytes`, the content of the file that users know as `path`. Reports and
/// answers nil when it is damaged. With `units`, the functions of other code generation units keep
/// only their names: they have no blocks.
public func readMIRFile(
  _ bytes: UnsafeRawBufferPointer, path: String, units: Set<Int>? = nil,
  reporting diagnostics: inout Diagnostics
) -> MIRFile? {
  switch decode(bytes, units) {
  case .damaged(let reason):
    diagnostics.report(.damagedFile(path, reason))
    return nil
  case .file(let file):
    if let problem = verifyMIR(file.module, skipping: units != nil).first {
      diagnostics.report(.damagedFile(path, problem.description))
      return nil
    }
    return file
  }
}

public func readMIRFile(
  _ bytes: ContiguousArray<UInt8>, path: String, units: Set<Int>? = nil,
  reporting diagnostics: inout Diagnostics
) -> MIRFile? {
  bytes.withUnsafeBytes { readMIRFile($0, path: path, units: units, reporting: &diagnostics) }
}

private enum Decoding {
  case file(MIRFile)
  case damaged(String)
}

private func decode(_ bytes: UnsafeRawBufferPointer, _ units: Set<Int>?) -> Decoding {
  guard bytes.count >= FileFormat.headerCount * 4 else { return .damaged("it is too short") }
  // The buffer of a file need not be aligned for words.
  let words = ContiguousArray<UInt32>(unsafeUninitializedCapacity: bytes.count / 4) {
    target, count in
    UnsafeMutableRawBufferPointer(target).copyMemory(
      from: UnsafeRawBufferPointer(rebasing: bytes[0..<bytes.count / 4 * 4]))
    count = bytes.count / 4
  }
  return words.withUnsafeBufferPointer { buffer in
    guard buffer[0] == FileFormat.magic[0], buffer[1] == FileFormat.magic[1] else {
      return .damaged("it is no MIR file")
    }
    guard buffer[2] == FileFormat.version else {
      return .damaged("its format is version \(buffer[2]), not \(FileFormat.version)")
    }
    guard Int(buffer[3]) == buffer.count, bytes.count % 4 == 0 else {
      return .damaged("it is \(bytes.count) bytes long instead of \(Int(buffer[3]) * 4)")
    }
    var reader = WordReader(buffer, at: 4)
    let checksum = reader.hash()
    let body = UnsafeRawBufferPointer(rebasing: bytes[(FileFormat.headerCount * 4)...])
    guard Hash128.of(body) == checksum else { return .damaged("its checksum does not match") }
    let file = reader.file(units)
    guard !reader.isDamaged, reader.position == buffer.count else {
      return .damaged("its tables do not fit together")
    }
    return .file(file)
  }
}

extension WordReader {
  fileprivate mutating func file(_ units: Set<Int>?) -> MIRFile {
    var module = MIRModule(name: text())
    module.entry = text()
    for _ in 0..<count() { module.files.append(text()) }
    for _ in 0..<count(ofSize: 3) { _ = module.signatures.append(signature()) }
    for _ in 0..<count(ofSize: 4) {
      _ = module.functionRefs.append(
        FunctionRef(symbol: text(), signature: id(), isRuntime: flag(), lends: flag()))
    }
    for _ in 0..<count(ofSize: 9) { _ = module.types.append(type()) }
    for _ in 0..<count(ofSize: 2) { _ = module.constants.append(constant()) }
    for _ in 0..<count(ofSize: 4) {
      _ = module.statics.append(
        StaticVariable(symbol: text(), displayName: text(), type: id(), isMutable: flag()))
    }
    let functionCount = count(ofSize: 5)
    var hashes: [Hash128] = []
    var lengths: [Int] = []
    for _ in 0..<functionCount {
      hashes.append(hash())
      lengths.append(Int(word()))
    }
    module.functions.reserveCapacity(functionCount)
    var unit = 0
    for (index, length) in lengths.enumerated() where !isDamaged {
      let start = position
      if let units {
        let symbol = text()
        if index > 0, startsUnit(symbol) { unit += 1 }
        if units.contains(unit) {
          position = start
        } else {
          module.functions.append(shell(symbol, endingAt: start + length))
          continue
        }
      }
      module.functions.append(function())
      if position != start + length { isDamaged = true }
    }
    return MIRFile(module: module, hashes: hashes)
  }

  /// A function of which only the name is wanted.
  private mutating func shell(_ symbol: String, endingAt end: Int) -> MIRFunction {
    let displayName = text()
    let result = MIRFunction(symbol: symbol, displayName: displayName, signature: id())
    if position > end || end > words.count { isDamaged = true } else { position = end }
    return result
  }

  /// A value of an enumeration by its raw value.
  private mutating func value<T: RawRepresentable>(
    _ raw: UInt32, or fallback: T
  ) -> T where T.RawValue: FixedWidthInteger {
    guard let small = T.RawValue(exactly: raw), let value = T(rawValue: small) else {
      isDamaged = true
      return fallback
    }
    return value
  }

  private mutating func signature() -> MIRSignature {
    let result: MIRTypeID = id()
    let flags = word()
    var parameters: [MIRParameter] = []
    for _ in 0..<count(ofSize: 2) {
      parameters.append(MIRParameter(type: id(), mode: value(word(), or: .borrowed)))
    }
    return MIRSignature(
      parameters: parameters, result: result, hasEnvironment: flags & 1 != 0,
      hasDestination: flags & 2 != 0)
  }

  private mutating func fields() -> [MIRField] {
    var result: [MIRField] = []
    for _ in 0..<count(ofSize: 4) {
      result.append(MIRField(name: text(), type: id(), offset: int64()))
    }
    return result
  }

  private mutating func type() -> MIRTypeInfo {
    let name = text()
    let size = int64()
    let alignment = int64()
    let flags = word()
    let ownership: Ownership = value(flags & 255, or: .trivial)
    let dropGlue: FunctionRefID = id()
    let copyGlue: FunctionRefID = id()
    return MIRTypeInfo(
      name: name, kind: typeKind(), size: size, alignment: alignment, ownership: ownership,
      dropGlue: dropGlue, copyGlue: copyGlue, hasDestructor: flags & 256 != 0,
      mustConsume: flags & 512 != 0)
  }

  private mutating func typeKind() -> MIRTypeKind {
    switch word() {
    case 0: return .void
    case 1: return .never
    case 2: return .bool
    case 3:
      let bits = word()
      return .int(bits: UInt8(truncatingIfNeeded: bits), signed: bits & 256 != 0)
    case 4: return .float(bits: UInt8(truncatingIfNeeded: word()))
    case 5: return .char
    case 6: return .pointer(id())
    case 7: return .function(id())
    case 8: return .array(element: id(), count: int64())
    case 9: return .aggregate(fields: fields())
    case 10:
      let tag: MIRTypeID = id()
      var variants: [MIRVariant] = []
      for _ in 0..<count(ofSize: 4) {
        variants.append(MIRVariant(name: text(), discriminant: int64(), fields: fields()))
      }
      return .enumeration(tag: tag, variants: variants)
    default:
      isDamaged = true
      return .void
    }
  }

  private mutating func constant() -> MIRConstant {
    switch word() {
    case 0:
      let low = uint64()
      let high = uint64()
      return .int(type: id(), low: low, high: high)
    case 1:
      let bits = uint64()
      return .float(type: id(), bits: bits)
    case 2:
      let text = bytes()
      return .string(type: id(), bytes: text)
    case 3:
      let text = bytes()
      return .cString(type: id(), bytes: text)
    case 4: return .zero(type: id())
    case 5: return .undefined(type: id())
    default:
      isDamaged = true
      return .zero(type: .none)
    }
  }

  private mutating func function() -> MIRFunction {
    var function = MIRFunction(symbol: text(), displayName: text(), signature: id())
    function.file = word()
    function.baseLine = int32()
    function.baseOffset = int32()
    let flags = word()
    function.overflowChecks = flags & 1 != 0
    function.panicAborts = flags & 2 != 0
    function.attributes = FunctionAttributes(rawValue: UInt16(truncatingIfNeeded: flags >> 8))
    let localCount = count(ofSize: 7)
    function.locals.elements.reserveCapacity(localCount)
    for _ in 0..<localCount {
      let name = text()
      let type: MIRTypeID = id()
      let storage = word()
      _ = function.locals.append(
        Local(
          name: name, type: type, storage: value(storage & 255, or: .stack),
          isMutable: storage & 256 != 0, location: location()))
    }
    let projectionCount = count(ofSize: 2)
    function.projections.reserveCapacity(projectionCount)
    for _ in 0..<projectionCount { function.projections.append(projection()) }
    let placeCount = count(ofSize: 5)
    function.places.elements.reserveCapacity(placeCount)
    for _ in 0..<placeCount { _ = function.places.append(place()) }
    let operandCount = count(ofSize: 2)
    function.operands.reserveCapacity(operandCount)
    for _ in 0..<operandCount { function.operands.append(operand(kind: word(), index: word())) }
    let caseCount = count(ofSize: 3)
    function.switchCases.reserveCapacity(caseCount)
    for _ in 0..<caseCount {
      function.switchCases.append(SwitchCase(value: int64(), target: id()))
    }
    let blockCount = count(ofSize: 18)
    function.blocks.elements.reserveCapacity(blockCount)
    for _ in 0..<blockCount { _ = function.blocks.append(block()) }
    return function
  }

  private mutating func location() -> MIRLocation {
    MIRLocation(start: int32(), end: int32(), line: int32(), column: int32())
  }

  private mutating func projection() -> Projection {
    let kind = word()
    let index = word()
    switch kind {
    case 0: return .field(index)
    case 1: return .variant(index)
    case 2: return .deref
    case 3: return .index(LocalID(index))
    case 4: return .constantIndex(index)
    default:
      isDamaged = true
      return .deref
    }
  }

  private mutating func place() -> Place {
    let kind = word()
    let index = word()
    if kind > 1 { isDamaged = true }
    return Place(
      base: kind == 0 ? .local(LocalID(index)) : .staticVariable(StaticID(index)),
      firstProjection: word(), projectionCount: word(), type: id())
  }

  @inline(__always) private mutating func operand(kind: UInt32, index: UInt32) -> Operand {
    guard kind <= OperandKind.function.rawValue,
      let known = OperandKind(rawValue: UInt8(truncatingIfNeeded: kind))
    else {
      isDamaged = true
      return .none
    }
    return Operand(kind: known, index: index)
  }

  private mutating func block() -> Block {
    var block = Block(cleanup: id(), isCleanup: flag())
    let count = count()
    block.instructions.reserveCapacity(count)
    block.locations.reserveCapacity(count)
    var last = MIRLocation.none
    for _ in 0..<count {
      block.instructions.append(instruction(&last))
      block.locations.append(last)
    }
    let head = word()
    var terminator = Terminator(kind: value(head & 255, or: .unreachable))
    terminator.panic = value(head >> 8, or: .unreachable)
    terminator.operand = operand(kind: word(), index: word())
    terminator.callee = id()
    terminator.signature = id()
    terminator.dest = id()
    terminator.first = word()
    terminator.count = word()
    terminator.next = id()
    terminator.otherwise = id()
    terminator.cleanup = id()
    block.terminator = terminator
    block.terminatorLocation = location()
    return block
  }

  private mutating func instruction(_ last: inout MIRLocation) -> Instruction {
    let head = word()
    var result = Instruction(value(head & 255, or: .nop))
    if head & 1 << 25 != 0 { result.type = id() }
    if head & 1 << 26 != 0 { result.dest = id() }
    let kinds = (head >> 8 & 15, head >> 12 & 15, head >> 16 & 15)
    if kinds.0 != 0 { result.a = operand(kind: kinds.0, index: word()) }
    if kinds.1 != 0 { result.b = operand(kind: kinds.1, index: word()) }
    if kinds.2 != 0 { result.c = operand(kind: kinds.2, index: word()) }
    if head & 1 << 27 != 0 { result.immediate = word() }
    if head & 1 << 28 != 0 {
      result.firstOperand = word()
      result.operandCount = word()
    }
    if head & 1 << 24 != 0 { last = location() }
    return result
  }
}

extension Diagnostic {
  /// A file that is not what a stage wrote.
  fileprivate static func damagedFile(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(.damagedArtefact, "`\(path)` is damaged: \(reason)", at: .none)
  }
}
