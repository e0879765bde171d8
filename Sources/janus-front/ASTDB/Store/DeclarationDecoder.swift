// Reads declarations back from blobs. Damage of any kind is an error with a reason, never a trap.
import Base

struct DeclarationDecoder {
  let program: CheckedProgram
  /// Where the declaration stands now.
  let start: Int32
  let file: SourceFileID
  private var reader: ByteReader
  private let tables: BlobTableReader
  /// How many bodies the header mentioned; they are numbered from `firstBody`.
  private(set) var bodyCount: UInt32 = 0
  private let firstBody: UInt32

  init(
    header: UnsafeRawBufferPointer, program: CheckedProgram, file: SourceFileID, start: Int32
  ) throws(BlobDamage) {
    self.program = program
    self.file = file
    self.start = start
    reader = ByteReader(header)
    tables = try BlobTableReader(&reader, program: program)
    firstBody = UInt32(program.bodies.count)
  }

  /// Decodes into a declaration whose position, hashes and module the caller fills in.
  mutating func decode(end: Int32, module: ModuleID) throws(BlobDamage) -> Declaration {
    guard let kind = DeclarationKind(rawValue: try reader.byte()) else {
      throw BlobDamage(reason: "a declaration has an unknown kind")
    }
    let name = try symbol()
    let parent = try declaration()
    let isPublic = try reader.flag()
    let nameSpan = try span()
    let languageItem = try symbol()
    guard let profile = Profile(rawValue: try reader.byte()) else {
      throw BlobDamage(reason: "a declaration has an unknown profile")
    }
    let trapsOverflow = try reader.flag()
    let path = try reader.text()
    var result = Declaration(
      kind: kind, name: name, module: module, parent: parent, isPublic: isPublic,
      span: SourceSpan(file: file, start: start, end: end), nameSpan: nameSpan, profile: profile,
      path: path, detail: .test(name: ""))
    result.languageItem = languageItem
    result.trapsOverflow = trapsOverflow
    for _ in 0..<(try reader.count(ofSize: 9)) {
      result.genericParameters.append(try genericParameter())
    }
    for _ in 0..<(try reader.count(ofSize: 8)) {
      var attribute = Attribute(name: try symbol(), arguments: [])
      for _ in 0..<(try reader.count(ofSize: 4)) { attribute.arguments.append(try reader.text()) }
      result.attributes.append(attribute)
    }
    for _ in 0..<(try reader.count(ofSize: 12)) {
      let target = try declaration()
      let start = try reader.int()
      result.references.append(Reference(target: target, start: start, end: try reader.int()))
    }
    result.documentation = try reader.text()
    result.body = try body()
    result.detail = try detail(of: kind)
    guard reader.isAtEnd else { throw BlobDamage(reason: "it is longer than its contents") }
    return result
  }

  private mutating func symbol() throws(BlobDamage) -> Symbol {
    try tables.symbol(try reader.word())
  }

  private mutating func declaration() throws(BlobDamage) -> DeclarationID {
    try tables.declaration(try reader.word())
  }

  private mutating func type() throws(BlobDamage) -> TypeID { try tables.type(try reader.word()) }

  private mutating func span() throws(BlobDamage) -> SourceSpan {
    let low = try reader.int()
    return SourceSpan(file: file, start: start &+ low, end: start &+ (try reader.int()))
  }

  private mutating func body() throws(BlobDamage) -> BodyID {
    guard try reader.flag() else { return .none }
    defer { bodyCount += 1 }
    return BodyID(firstBody + bodyCount)
  }

  private mutating func declarations() throws(BlobDamage) -> [DeclarationID] {
    var list: [DeclarationID] = []
    for _ in 0..<(try reader.count(ofSize: 4)) { list.append(try declaration()) }
    return list
  }

  private mutating func genericParameter() throws(BlobDamage) -> GenericParameter {
    var parameter = GenericParameter(name: try symbol())
    parameter.builtin = BuiltinBounds(rawValue: try reader.byte())
    parameter.bounds = try bounds()
    return parameter
  }

  private mutating func bounds() throws(BlobDamage) -> [TraitBound] {
    var bounds: [TraitBound] = []
    for _ in 0..<(try reader.count(ofSize: 8)) {
      let trait = try declaration()
      bounds.append(TraitBound(trait: trait, arguments: try tables.typeList(&reader)))
    }
    return bounds
  }

  private mutating func fields() throws(BlobDamage) -> [Field] {
    var fields: [Field] = []
    for _ in 0..<(try reader.count(ofSize: 18)) {
      let name = try symbol()
      let type = try type()
      let isPrivate = try reader.flag()
      let defaultValue = try body()
      fields.append(
        Field(
          name: name, type: type, isPrivate: isPrivate, defaultValue: defaultValue,
          span: try span(), documentation: try reader.text()))
    }
    return fields
  }

  private mutating func detail(
    of kind: DeclarationKind
  ) throws(BlobDamage) -> DeclarationDetail {
    switch kind {
    case .function: return .function(try function())
    case .structure:
      var structure = StructureDetail()
      structure.fields = try fields()
      structure.destructor = try declaration()
      structure.copyMethod = try declaration()
      structure.dropMethod = try declaration()
      structure.mark = try mark()
      structure.members = try declarations()
      return .structure(structure)
    case .enumeration: return .enumeration(try enumeration())
    case .trait:
      var trait = TraitDetail()
      trait.methods = try declarations()
      trait.supertraits = try bounds()
      return .trait(trait)
    case .implementation:
      var implementation = ImplementationDetail()
      implementation.trait = try declaration()
      implementation.traitArguments = try tables.typeList(&reader)
      implementation.selfType = try type()
      implementation.methods = try declarations()
      return .implementation(implementation)
    case .constant:
      let type = try type()
      return .constant(type: type, value: try constant())
    case .staticVariable:
      let type = try type()
      return .staticVariable(type: type, isMutable: try reader.flag())
    case .typeAlias: return .typeAlias(try type())
    case .capability: return .capability(fields: try fields())
    case .test: return .test(name: try reader.text())
    }
  }

  private mutating func mark() throws(BlobDamage) -> UniqueMark {
    guard let mark = UniqueMark(rawValue: try reader.byte()) else {
      throw BlobDamage(reason: "a type has an unknown mark")
    }
    return mark
  }

  private mutating func enumeration() throws(BlobDamage) -> EnumerationDetail {
    var enumeration = EnumerationDetail()
    for _ in 0..<(try reader.count(ofSize: 24)) {
      let name = try symbol()
      let discriminant = Int64(bitPattern: try reader.long())
      let fields = try fields()
      enumeration.variants.append(
        Variant(
          name: name, discriminant: discriminant, fields: fields, span: try span(),
          documentation: try reader.text()))
    }
    enumeration.tagType = try type()
    enumeration.isError = try reader.flag()
    enumeration.mark = try mark()
    enumeration.members = try declarations()
    return enumeration
  }

  private mutating func function() throws(BlobDamage) -> FunctionDetail {
    var function = FunctionDetail()
    for _ in 0..<(try reader.count(ofSize: 10)) {
      let name = try symbol()
      let type = try type()
      let mode = try tables.passingMode(&reader)
      function.parameters.append(
        Parameter(name: name, type: type, mode: mode, defaultValue: try body()))
    }
    function.result = try type()
    for _ in 0..<(try reader.count(ofSize: 4)) {
      function.typeParameterPositions.append(try reader.word())
    }
    function.hasReceiver = try reader.flag()
    function.isDestructor = try reader.flag()
    function.runtimeName = try reader.text()
    function.exportName = try reader.text()
    for _ in 0..<(try reader.count(ofSize: 8)) {
      var use = CapabilityUse(capability: try declaration(), fields: [])
      for _ in 0..<(try reader.count(ofSize: 4)) { use.fields.append(try symbol()) }
      function.requirements.append(use)
    }
    return function
  }

  private mutating func constant() throws(BlobDamage) -> ConstantValue? {
    switch try reader.byte() {
    case 0: return nil
    case 1:
      let low = try reader.long()
      return .integer(low: low, high: try reader.long())
    case 2: return .float(try reader.long())
    case 3: return .bool(try reader.flag())
    case 4: return .char(try reader.word())
    case 5: return .string(try reader.text())
    case _: throw BlobDamage(reason: "a constant has an unknown kind")
    }
  }
}

/// Decodes the bodies of `owner`, in the order its header mentions them.
func decodeBodies(
  _ blob: UnsafeRawBufferPointer, owner: DeclarationID, program: CheckedProgram
) throws(BlobDamage) -> [Body] {
  var reader = ByteReader(blob)
  let tables = try BlobTableReader(&reader, program: program)
  var bodies: [Body] = []
  for _ in 0..<(try reader.count(ofSize: 32)) {
    bodies.append(try Body(owner: owner, from: &reader, tables))
  }
  guard reader.isAtEnd else { throw BlobDamage(reason: "it is longer than its contents") }
  return bodies
}
