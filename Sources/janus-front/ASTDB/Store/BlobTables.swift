// The tables at the head of every blob: the strings, declarations and types it names, so that its
// contents are independent of the process that wrote it.
import Base

/// Collects what a blob names and numbers it.
struct BlobTableWriter {
  let program: CheckedProgram
  private var symbolIndex: [Symbol: UInt32] = [:]
  private var symbols: [Symbol] = []
  private var declarationIndex: [DeclarationID: UInt32] = [:]
  private var declarations: [DeclarationID] = []
  private var typeIndex: [TypeID: UInt32] = [:]
  private var types: [TypeID] = []

  init(program: CheckedProgram) { self.program = program }

  mutating func index(_ symbol: Symbol) -> UInt32 {
    if let index = symbolIndex[symbol] { return index }
    symbols.append(symbol)
    symbolIndex[symbol] = UInt32(symbols.count - 1)
    return UInt32(symbols.count - 1)
  }

  /// `UInt32.max` for none.
  mutating func index(_ declaration: DeclarationID) -> UInt32 {
    if declaration.isNone { return .max }
    if let index = declarationIndex[declaration] { return index }
    declarations.append(declaration)
    declarationIndex[declaration] = UInt32(declarations.count - 1)
    return UInt32(declarations.count - 1)
  }

  /// Parts of a type are numbered before it. `UInt32.max` for none.
  mutating func index(_ type: TypeID) -> UInt32 {
    if type.isNone { return .max }
    if let index = typeIndex[type] { return index }
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .variable: break
    case .nominal(let declaration, let arguments):
      _ = index(declaration)
      for argument in arguments { _ = index(argument) }
    case .parameter(let owner, _): _ = index(owner)
    case .tuple(let elements): for element in elements { _ = index(element) }
    case .array(let element, _), .slice(let element), .pointer(let element, _): _ = index(element)
    case .function(let parameters, let result, _):
      for parameter in parameters { _ = index(parameter.type) }
      _ = index(result)
    }
    types.append(type)
    typeIndex[type] = UInt32(types.count - 1)
    return UInt32(types.count - 1)
  }

  /// The tables, then `contents`.
  mutating func finish(_ contents: ByteWriter) -> ContiguousArray<UInt8> {
    var typeBytes = ByteWriter()
    for type in types { encode(type, into: &typeBytes) }
    var writer = ByteWriter()
    writer.write(UInt32(symbols.count))
    for symbol in symbols { writer.write(program.interner.text(symbol)) }
    writer.write(UInt32(declarations.count))
    for declaration in declarations { writer.write(program.declarations[declaration].stableID) }
    writer.write(UInt32(types.count))
    writer.bytes.append(contentsOf: typeBytes.bytes)
    writer.bytes.append(contentsOf: contents.bytes)
    return writer.bytes
  }

  private mutating func encode(_ type: TypeID, into writer: inout ByteWriter) {
    switch program.types[type] {
    case .error, .variable: writer.write(0 as UInt8)
    case .void: writer.write(1 as UInt8)
    case .never: writer.write(2 as UInt8)
    case .bool: writer.write(3 as UInt8)
    case .char: writer.write(4 as UInt8)
    case .integer(let kind):
      writer.write(5 as UInt8)
      writer.write(kind.rawValue)
    case .float(let bits):
      writer.write(6 as UInt8)
      writer.write(bits)
    case .nominal(let declaration, let arguments):
      writer.write(7 as UInt8)
      writer.write(index(declaration))
      write(arguments, into: &writer)
    case .parameter(let owner, let index):
      writer.write(8 as UInt8)
      writer.write(self.index(owner))
      writer.write(index)
    case .tuple(let elements):
      writer.write(9 as UInt8)
      write(elements, into: &writer)
    case .array(let element, let count):
      writer.write(10 as UInt8)
      writer.write(index(element))
      writer.write(UInt64(bitPattern: count))
    case .slice(let element):
      writer.write(11 as UInt8)
      writer.write(index(element))
    case .pointer(let element, let isConst):
      writer.write(12 as UInt8)
      writer.write(index(element))
      writer.write(isConst)
    case .function(let parameters, let result, let isUnique):
      writer.write(13 as UInt8)
      writer.write(UInt32(parameters.count))
      for parameter in parameters {
        writer.write(index(parameter.type))
        writer.write(parameter.mode.rawValue)
      }
      writer.write(index(result))
      writer.write(isUnique)
    }
  }

  private mutating func write(_ list: [TypeID], into writer: inout ByteWriter) {
    writer.write(UInt32(list.count))
    for type in list { writer.write(index(type)) }
  }
}

/// Reads the tables at the head of a blob and resolves what later indices name.
struct BlobTableReader {
  let program: CheckedProgram
  private(set) var symbols: ContiguousArray<Symbol> = []
  private(set) var declarations: ContiguousArray<DeclarationID> = []
  private(set) var types: ContiguousArray<TypeID> = []

  init(_ reader: inout ByteReader, program: CheckedProgram) throws(BlobDamage) {
    self.program = program
    for _ in 0..<(try reader.count(ofSize: 4)) {
      symbols.append(program.interner.intern(try reader.text()))
    }
    for _ in 0..<(try reader.count(ofSize: 16)) {
      let stableID = try reader.hash()
      guard let declaration = program.byStableID[stableID] else {
        throw BlobDamage(reason: "it names a declaration that is not there")
      }
      declarations.append(declaration)
    }
    for _ in 0..<(try reader.count(ofSize: 1)) {
      let kind = try decodeType(&reader)
      types.append(program.types.intern(kind))
    }
  }

  func symbol(_ index: UInt32) throws(BlobDamage) -> Symbol {
    guard Int(index) < symbols.count else { throw BlobDamage(reason: "a string is missing") }
    return symbols[Int(index)]
  }

  func declaration(_ index: UInt32) throws(BlobDamage) -> DeclarationID {
    if index == .max { return .none }
    guard Int(index) < declarations.count else {
      throw BlobDamage(reason: "a declaration is missing")
    }
    return declarations[Int(index)]
  }

  func type(_ index: UInt32) throws(BlobDamage) -> TypeID {
    if index == .max { return .none }
    guard Int(index) < types.count else { throw BlobDamage(reason: "a type is missing") }
    return types[Int(index)]
  }

  func typeList(_ reader: inout ByteReader) throws(BlobDamage) -> [TypeID] {
    var list: [TypeID] = []
    for _ in 0..<(try reader.count(ofSize: 4)) { list.append(try type(try reader.word())) }
    return list
  }

  private func decodeType(_ reader: inout ByteReader) throws(BlobDamage) -> TypeKind {
    switch try reader.byte() {
    case 0: return .error
    case 1: return .void
    case 2: return .never
    case 3: return .bool
    case 4: return .char
    case 5:
      guard let kind = IntegerKind(rawValue: try reader.byte()) else { break }
      return .integer(kind)
    case 6: return .float(bits: try reader.byte() == 32 ? 32 : 64)
    case 7:
      let declaration = try declaration(try reader.word())
      return .nominal(declaration, arguments: try typeList(&reader))
    case 8:
      let owner = try declaration(try reader.word())
      return .parameter(owner: owner, index: try reader.word())
    case 9: return .tuple(try typeList(&reader))
    case 10:
      let element = try type(try reader.word())
      return .array(element, count: Int64(bitPattern: try reader.long()))
    case 11: return .slice(try type(try reader.word()))
    case 12:
      let element = try type(try reader.word())
      return .pointer(element, isConst: try reader.flag())
    case 13:
      var parameters: [FunctionTypeParameter] = []
      for _ in 0..<(try reader.count(ofSize: 5)) {
        let type = try type(try reader.word())
        parameters.append(FunctionTypeParameter(type: type, mode: try passingMode(&reader)))
      }
      let result = try type(try reader.word())
      return .function(parameters: parameters, result: result, isUnique: try reader.flag())
    case _: break
    }
    throw BlobDamage(reason: "a type has an unknown kind")
  }

  func passingMode(_ reader: inout ByteReader) throws(BlobDamage) -> PassingMode {
    guard let mode = PassingMode(rawValue: try reader.byte()) else {
      throw BlobDamage(reason: "a parameter mode is unknown")
    }
    return mode
  }
}
