// Fills a `CheckedProgram` from the ASTDB. Declarations are read at once, their code when it is
// first asked for (most of std never is).
import Base

extension ASTDB {
  /// Loads the packages in `names` (all of them when nil) that are not in `program` yet.
  /// Throws `DatabaseError` when the database is damaged.
  public func load(packages names: Set<String>? = nil, into program: CheckedProgram) throws {
    let loader = ASTDBLoader(database: self, program: program)
    try loader.load(packages: names)
    let previous = program.bodySource
    let first = loader.firstBody
    program.bodySource = { id in
      id.raw >= first && id.raw < loader.endBody ? loader.body(id) : previous?(id)
    }
  }

  /// The names of the packages in the database with what they were checked with.
  public func packageSettings() throws -> [String: Hash128] {
    let rows = try connection.prepare("SELECT name, settings FROM package")
    var result: [String: Hash128] = [:]
    while try rows.step() { result[rows.text(0)] = Hash128(storedBytes: rows.blob(1)) }
    return result
  }

  /// Content hashes of the files of a package, by module.
  public func fileHashes(ofPackage name: String) throws -> [String: (path: String, hash: Hash128)] {
    let rows = try connection.prepare(
      "SELECT f.module, f.path, f.content_hash FROM file f JOIN package p ON p.id=f.package_id "
        + "WHERE p.name=?1")
    rows.bind(1, name)
    var result: [String: (path: String, hash: Hash128)] = [:]
    while try rows.step() {
      result[rows.text(0)] = (rows.text(1), Hash128(storedBytes: rows.blob(2)))
    }
    return result
  }
}

/// Remembers where the code of loaded declarations is.
private final class ASTDBLoader {
  let database: ASTDB
  unowned let program: CheckedProgram
  let firstBody: UInt32
  private(set) var endBody: UInt32
  /// The object and number within it of each body from `firstBody` on.
  private var places: ContiguousArray<(object: Int64, owner: DeclarationID, first: UInt32)> = []
  private var selectBody: Statement?

  init(database: ASTDB, program: CheckedProgram) {
    self.database = database
    self.program = program
    firstBody = UInt32(program.bodies.count)
    endBody = firstBody
  }

  func load(packages names: Set<String>?) throws {
    let packages = try loadPackages(names)
    let modules = try loadFiles(of: packages)
    try loadDeclarations(of: modules)
    try loadReexports(of: modules)
    endBody = UInt32(program.bodies.count)
  }

  private func loadPackages(_ names: Set<String>?) throws -> [Int64: PackageID] {
    let rows = try database.connection.prepare(
      "SELECT id, name, profile FROM package ORDER BY name")
    let present = Set(program.packages.elements.map(\.name))
    var result: [Int64: PackageID] = [:]
    while try rows.step() {
      let name = rows.text(1)
      if present.contains(name) || names?.contains(name) == false { continue }
      let profile = Profile(name: rows.text(2)) ?? .core
      result[rows.int(0)] = program.packages.append(Package(name: name, profile: profile))
    }
    return result
  }

  private func loadFiles(of packages: [Int64: PackageID]) throws -> [Int64: ModuleID] {
    let rows = try database.connection.prepare(
      "SELECT id, package_id, path, module, profile, line_starts FROM file ORDER BY id")
    var result: [Int64: ModuleID] = [:]
    while try rows.step() {
      guard let package = packages[rows.int(1)] else { continue }
      let starts = rows.blob(5)
      let file: SourceFile
      do {
        file = try starts.withUnsafeBytes { bytes in
          var reader = ByteReader(bytes)
          let count = try reader.int()
          return SourceFile(
            path: rows.text(2), lineStarts: try reader.array(of: Int32.self), byteCount: count)
        }
      } catch {
        throw damage("the lines of `\(rows.text(2))`", error)
      }
      let fileID = program.files.append(file)
      result[rows.int(0)] = program.modules.append(
        Module(
          package: package, name: rows.text(3), file: fileID,
          profile: Profile(name: rows.text(4)) ?? .core))
    }
    return result
  }

  private func loadReexports(of modules: [Int64: ModuleID]) throws {
    let rows = try database.connection.prepare(
      "SELECT id, path, reexports FROM file WHERE length(reexports) > 4")
    while try rows.step() {
      guard let module = modules[rows.int(0)] else { continue }
      do {
        try rows.blob(2).withUnsafeBytes { bytes in
          var reader = ByteReader(bytes)
          for _ in 0..<(try reader.count(ofSize: 20)) {
            let name = program.interner.intern(try reader.text())
            guard let target = program.byStableID[try reader.hash()] else {
              throw BlobDamage(reason: "it passes on a declaration that is not there")
            }
            program.modules[module].reexports.append(Reexport(name: name, target: target))
          }
        }
      } catch {
        throw damage("the names of `\(rows.text(1))`", error)
      }
    }
  }

  private struct Row {
    var id: DeclarationID
    var module: ModuleID
    var object: Int64
    var start: Int32
    var end: Int32
    var header: ContiguousArray<UInt8>
  }

  private func loadDeclarations(of modules: [Int64: ModuleID]) throws {
    let rows = try database.connection.prepare(
      "SELECT d.stable_id, d.file_id, d.object_id, d.byte_start, d.byte_end, d.syntax_hash, "
        + "d.interface_hash, d.body_hash, o.header "
        + "FROM declaration d JOIN object o ON o.id=d.object_id ORDER BY d.file_id, d.position")
    var pending: [Row] = []
    while try rows.step() {
      guard let module = modules[rows.int(1)] else { continue }
      // A place for it first: headers name each other in any order.
      let stableID = Hash128(storedBytes: rows.blob(0))
      var declaration = Declaration(
        kind: .test, name: .empty, module: module, parent: .none, isPublic: false, span: .none,
        nameSpan: .none, profile: .core, path: "", detail: .test(name: ""))
      declaration.stableID = stableID
      declaration.syntaxHash = Hash128(storedBytes: rows.blob(5))
      declaration.interfaceHash = Hash128(storedBytes: rows.blob(6))
      declaration.bodyHash = Hash128(storedBytes: rows.blob(7))
      let id = program.declarations.append(declaration)
      program.byStableID[stableID] = id
      pending.append(
        Row(
          id: id, module: module, object: rows.int(2), start: Int32(clamping: rows.int(3)),
          end: Int32(clamping: rows.int(4)), header: rows.blob(8)))
    }
    for row in pending { try decode(row) }
  }

  private func decode(_ row: Row) throws {
    let file = program.modules[row.module].file
    do {
      var declaration = try row.header.withUnsafeBytes { bytes in
        var decoder = try DeclarationDecoder(
          header: bytes, program: program, file: file, start: row.start)
        let result = try decoder.decode(end: row.end, module: row.module)
        for number in 0..<decoder.bodyCount {
          _ = program.bodies.append(Body(owner: .none))
          places.append((row.object, row.id, number))
        }
        return result
      }
      let placeholder = program.declarations[row.id]
      declaration.stableID = placeholder.stableID
      declaration.syntaxHash = placeholder.syntaxHash
      declaration.interfaceHash = placeholder.interfaceHash
      declaration.bodyHash = placeholder.bodyHash
      program.declarations[row.id] = declaration
      program.index(row.id)
    } catch {
      throw damage("a declaration in `\(program.files[file].path)`", error)
    }
  }

  /// The code with this ID, or nil when the database is damaged there. A declaration's bodies are
  /// one blob: the others of the same declaration (defaults of a structure's fields) are put in
  /// their places on the way.
  func body(_ id: BodyID) -> Body? {
    let place = places[Int(id.raw - firstBody)]
    do {
      if selectBody == nil {
        selectBody = try database.connection.prepare("SELECT body FROM object WHERE id=?1")
      }
      guard let select = selectBody else { return nil }
      select.bind(1, place.object)
      defer { select.reset() }
      guard try select.step() else { return nil }
      let bodies = try select.blob(0).withUnsafeBytes {
        try decodeBodies($0, owner: place.owner, program: program)
      }
      for (number, body) in bodies.enumerated() {
        let sibling = Int(id.raw - firstBody) - Int(place.first) + number
        guard places.indices.contains(sibling), places[sibling].owner == place.owner else { break }
        let siblingID = BodyID(firstBody + UInt32(sibling))
        if program.bodies[siblingID].owner.isNone { program.bodies[siblingID] = body }
      }
      return Int(place.first) < bodies.count ? bodies[Int(place.first)] : nil
    } catch {
      program.damage =
        program.damage ?? damage("the code of `\(program.declarations[place.owner].path)`", error)
      return nil
    }
  }

  private func damage(_ what: String, _ error: any Error) -> DatabaseError {
    let reason = (error as? BlobDamage)?.reason ?? "\(error)"
    return DatabaseError(
      message: "`\(database.path)` is damaged: \(what): \(reason)", isDamage: true)
  }
}
