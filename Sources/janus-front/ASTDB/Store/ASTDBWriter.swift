// Writes checked packages into the ASTDB: one transaction for each run.
// Reads: the declarations, bodies and diagnostics of the packages. Produces: their rows, replacing
// those of the last run; objects that did not change are not written again.
import Base

/// One package to be written.
public struct PackageRecord {
  public var package: PackageID
  /// Everything of the manifest and the command line that checking depends on.
  public var settings: Hash128
  /// The declarations of the package, in order of file and position.
  public var declarations: [DeclarationID]
  public var diagnostics: [Diagnostic]
  /// What checking each declaration read, in a stable order; none for those with findings.
  public var reads: [DeclarationID: [DeclarationID]]

  public init(
    package: PackageID, settings: Hash128, declarations: [DeclarationID],
    diagnostics: [Diagnostic], reads: [DeclarationID: [DeclarationID]]
  ) {
    self.package = package
    self.settings = settings
    self.declarations = declarations
    self.diagnostics = diagnostics
    self.reads = reads
  }
}

extension ASTDB {
  /// Replaces the given packages. `render` makes the JSON object of a diagnostic.
  public func write(
    _ records: [PackageRecord], of program: CheckedProgram, render: (Diagnostic) -> String
  ) throws {
    try connection.transaction {
      var writer = try ASTDBWriter(connection: connection, program: program)
      for record in records { try writer.write(record, render: render) }
      try writer.removeUnusedObjects()
    }
    try connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
  }
}

private struct ASTDBWriter {
  let connection: Connection
  let program: CheckedProgram
  var nodeRows: NodeRowWriter
  let insertFile: Statement
  let insertObject: Statement
  let hasObject: Statement
  let insertDeclaration: Statement
  let insertReference: Statement
  let insertType: Statement
  let insertRead: Statement
  let insertDiagnostic: Statement
  var writtenTypes: Set<TypeID> = []

  init(connection: Connection, program: CheckedProgram) throws {
    self.connection = connection
    self.program = program
    nodeRows = NodeRowWriter(program: program)
    func insert(_ table: String, _ columns: Int, _ verb: String = "INSERT OR REPLACE") throws
      -> Statement
    {
      let marks = (1...columns).map { "?\($0)" }.joined(separator: ",")
      return try connection.prepare("\(verb) INTO \(table) VALUES(\(marks))")
    }
    insertFile = try insert("file", 9)
    insertObject = try insert("object", 4)
    hasObject = try connection.prepare("SELECT 1 FROM object WHERE id=?1")
    insertDeclaration = try insert("declaration", 22)
    insertReference = try insert("reference", 8)
    insertType = try insert("type", 3, "INSERT OR IGNORE")
    insertRead = try insert("read", 3)
    insertDiagnostic = try connection.prepare(
      "INSERT INTO diagnostic(package_id,stage,code,severity,message,path,line,column,end_line,"
        + "end_column,json) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)")
  }

  mutating func write(_ record: PackageRecord, render: (Diagnostic) -> String) throws {
    let package = program.packages[record.package]
    let packageKey = Hash128.of(package.name).rowKey
    let remove = try connection.prepare("DELETE FROM package WHERE id=?1")
    remove.bind(1, packageKey)
    try remove.run()
    let insertPackage = try connection.prepare("INSERT INTO package VALUES(?1,?2,?3,?4)")
    insertPackage.bind(1, packageKey)
    insertPackage.bind(2, package.name)
    insertPackage.bind(3, package.profile.name)
    insertPackage.bind(4, blob: bytes(of: record.settings))
    try insertPackage.run()
    for id in program.modules.ids where program.modules[id].package == record.package {
      try writeFile(id, package: package.name, packageKey: packageKey)
    }
    for (position, id) in record.declarations.enumerated() {
      try write(id, position: position, isClean: record.reads[id] != nil)
    }
    for id in record.declarations {
      for target in record.reads[id] ?? [] { try writeRead(id, target) }
    }
    for diagnostic in record.diagnostics {
      try write(diagnostic, packageKey: packageKey, json: render(diagnostic))
    }
  }

  private func writeFile(_ id: ModuleID, package: String, packageKey: Int64) throws {
    let module = program.modules[id]
    guard module.file.exists else { return }
    let file = program.files[module.file]
    insertFile.bind(1, fileKey(id))
    insertFile.bind(2, packageKey)
    insertFile.bind(3, file.path)
    insertFile.bind(4, module.name)
    insertFile.bind(5, module.profile.name)
    insertFile.bind(6, blob: bytes(of: file.bytes.withUnsafeBytes { Hash128.of($0) }))
    insertFile.bind(7, file.lineStarts.count)
    var starts = ByteWriter()
    starts.write(file.byteCount)
    starts.write(array: file.lineStarts)
    insertFile.bind(8, blob: starts.bytes)
    var reexports = ByteWriter()
    reexports.write(UInt32(module.reexports.count))
    for reexport in module.reexports {
      reexports.write(program.interner.text(reexport.name))
      reexports.write(program.declarations[reexport.target].stableID)
    }
    insertFile.bind(9, blob: reexports.bytes)
    try insertFile.run()
  }

  private func fileKey(_ module: ModuleID) -> Int64 {
    let value = program.modules[module]
    return Hash128.of(program.packages[value.package].name + "\u{0}" + value.name).rowKey
  }

  private mutating func write(_ id: DeclarationID, position: Int, isClean: Bool) throws {
    let declaration = program.declarations[id]
    let encoded = encode(id, of: program)
    let objectKey = encoded.hash.rowKey
    hasObject.bind(1, objectKey)
    let exists = try hasObject.step()
    hasObject.reset()
    if !exists { try writeObject(objectKey, encoded, of: id) }
    let file = program.files[declaration.span.file]
    let place = file.position(of: declaration.span.start)
    let row = insertDeclaration
    row.bind(1, declaration.stableID.rowKey)
    row.bind(2, blob: bytes(of: declaration.stableID))
    row.bind(3, fileKey(declaration.module))
    row.bind(4, position)
    if declaration.parent.exists {
      row.bind(5, program.declarations[declaration.parent].stableID.rowKey)
    } else {
      row.bindNull(5)
    }
    row.bind(6, objectKey)
    row.bind(7, declaration.kind.name)
    row.bind(8, program.interner.text(declaration.name))
    row.bind(9, declaration.path)
    row.bind(10, program.signature(of: id))
    row.bind(11, declaration.isPublic ? 1 : 0)
    row.bind(12, declaration.profile.name)
    if case .function(let function) = declaration.detail {
      row.bind(13, function.exportName)
    } else {
      row.bind(13, "")
    }
    row.bind(14, declaration.span.start)
    row.bind(15, declaration.span.end)
    row.bind(16, place.line)
    row.bind(17, place.column)
    row.bind(18, blob: bytes(of: declaration.syntaxHash))
    row.bind(19, blob: bytes(of: declaration.interfaceHash))
    row.bind(20, blob: bytes(of: declaration.bodyHash))
    row.bind(21, declaration.documentation)
    row.bind(22, isClean ? 1 : 0)
    try row.run()
  }

  private mutating func writeObject(
    _ key: Int64, _ encoded: EncodedDeclaration, of id: DeclarationID
  ) throws {
    let declaration = program.declarations[id]
    let positions = RelativePositions(
      file: program.files[declaration.span.file], declarationStart: declaration.span.start)
    let bodies = program.bodies(of: id)
    insertObject.bind(1, key)
    insertObject.bind(2, blob: encoded.header)
    insertObject.bind(3, blob: encoded.body)
    insertObject.bind(4, text: nodeRows.json(of: bodies, positions: positions))
    try insertObject.run()
    var ordinal = 0
    for reference in declaration.references {
      try writeReference(
        key, &ordinal, reference.target, role: 2,
        NodeSpan(start: reference.start, end: reference.end), positions)
    }
    for body in bodies {
      for type in body.types where writtenTypes.insert(type).inserted { try write(type) }
      for index in 0..<body.nodes.count {
        let node = NodeID(index)
        let role = body[node].kind == .call || body[node].kind == .callTrait ? 1 : 0
        var targets: [DeclarationID] = []
        body.forEachOperand(of: node) { operand, word in
          if operand == .declaration { targets.append(body.declarations[Int(word)]) }
        }
        for target in targets {
          try writeReference(key, &ordinal, target, role: role, body.spans[index], positions)
        }
      }
    }
  }

  private func writeReference(
    _ object: Int64, _ ordinal: inout Int, _ target: DeclarationID, role: Int, _ span: NodeSpan,
    _ positions: RelativePositions
  ) throws {
    guard target.exists else { return }
    let position = positions.position(span.start)
    insertReference.bind(1, object)
    insertReference.bind(2, ordinal)
    insertReference.bind(3, program.declarations[target].stableID.rowKey)
    insertReference.bind(4, role)
    insertReference.bind(5, span.start)
    insertReference.bind(6, span.end)
    insertReference.bind(7, position.line)
    insertReference.bind(8, position.column)
    try insertReference.run()
    ordinal += 1
  }

  private func write(_ type: TypeID) throws {
    let (kind, isVariable) = program.types[type].shape
    if isVariable { return }
    insertType.bind(1, program.name(of: type))
    insertType.bind(2, kind)
    insertType.bind(3, "\(program.ownership(of: type))")
    try insertType.run()
  }

  private func writeRead(_ id: DeclarationID, _ target: DeclarationID) throws {
    let declaration = program.declarations[target]
    insertRead.bind(1, program.declarations[id].stableID.rowKey)
    insertRead.bind(2, declaration.stableID.rowKey)
    insertRead.bind(3, blob: bytes(of: declaration.interfaceHash))
    try insertRead.run()
  }

  private func write(_ diagnostic: Diagnostic, packageKey: Int64, json: String) throws {
    var path = ""
    var start = LineColumn(line: 0, column: 0)
    var end = start
    if diagnostic.span.file.exists {
      let file = program.files[diagnostic.span.file]
      path = file.path
      start = file.position(of: diagnostic.span.start)
      end = file.position(of: diagnostic.span.end)
    }
    let row = insertDiagnostic
    row.bind(1, packageKey)
    row.bind(2, "front")
    row.bind(3, diagnostic.code.rawValue)
    row.bind(4, diagnostic.severity.name)
    row.bind(5, diagnostic.message)
    row.bind(6, path)
    row.bind(7, start.line)
    row.bind(8, start.column)
    row.bind(9, end.line)
    row.bind(10, end.column)
    row.bind(11, json)
    try row.run()
  }

  func removeUnusedObjects() throws {
    try connection.execute(
      "DELETE FROM object WHERE id NOT IN (SELECT object_id FROM declaration)")
  }

  private func bytes(of hash: Hash128) -> ContiguousArray<UInt8> {
    var writer = ByteWriter()
    writer.write(hash)
    return writer.bytes
  }
}

extension TypeKind {
  /// The word for this kind of type, and whether it stands for a type not yet known.
  var shape: (name: String, isVariable: Bool) {
    switch self {
    case .error: ("error", false)
    case .void: ("void", false)
    case .never: ("never", false)
    case .bool: ("bool", false)
    case .char: ("char", false)
    case .integer: ("integer", false)
    case .float: ("float", false)
    case .nominal: ("nominal", false)
    case .parameter: ("parameter", false)
    case .tuple: ("tuple", false)
    case .array: ("array", false)
    case .slice: ("slice", false)
    case .pointer: ("pointer", false)
    case .function: ("function", false)
    case .variable: ("variable", true)
    }
  }
}

extension CheckedProgram {
  /// The bodies that `id` owns: its code and its default values, in the order of its blob.
  public func bodies(of id: DeclarationID) -> [Body] {
    var ids = [declarations[id].body]
    func add(_ fields: [Field]) { ids += fields.map(\.defaultValue) }
    switch declarations[id].detail {
    case .function(let function): ids += function.parameters.map(\.defaultValue)
    case .structure(let structure): add(structure.fields)
    case .enumeration(let enumeration): for variant in enumeration.variants { add(variant.fields) }
    case .capability(let fields): add(fields)
    case .trait, .implementation, .constant, .staticVariable, .typeAlias, .test: break
    }
    return ids.filter(\.exists).map { body($0) }
  }
}
