// What the last run left in the ASTDB, for deciding what need not be checked again.
import Base

/// What the last run recorded about a declaration.
public struct PreviousDeclaration: Sendable {
  public var syntaxHash: Hash128
  public var bodyHash: Hash128
  /// Names the stored code for `restoreBodies`.
  public var objectKey: Int64
  /// Row keys of the declarations whose interfaces its checking read, with the hashes they had.
  public var reads: [(target: Int64, interfaceHash: Hash128)]
}

extension ASTDB {
  /// The names of packages in which the last run found anything.
  public func packagesWithDiagnostics() throws -> Set<String> {
    let rows = try connection.prepare(
      "SELECT DISTINCT p.name FROM diagnostic d JOIN package p ON p.id=d.package_id")
    var names: Set<String> = []
    while try rows.step() { names.insert(rows.text(0)) }
    return names
  }

  /// Every declaration of `package` whose code the last run checked without findings, by row key.
  public func previousDeclarations(
    ofPackage package: String
  ) throws -> [Int64: PreviousDeclaration] {
    var result: [Int64: PreviousDeclaration] = [:]
    let rows = try connection.prepare(
      "SELECT d.id, d.syntax_hash, d.object_id, d.body_hash FROM declaration d "
        + "JOIN file f ON f.id=d.file_id JOIN package p ON p.id=f.package_id "
        + "WHERE p.name=?1 AND d.is_clean")
    rows.bind(1, package)
    while try rows.step() {
      result[rows.int(0)] = PreviousDeclaration(
        syntaxHash: Hash128(storedBytes: rows.blob(1)),
        bodyHash: Hash128(storedBytes: rows.blob(3)), objectKey: rows.int(2), reads: [])
    }
    let reads = try connection.prepare(
      "SELECT r.declaration_id, r.target_id, r.interface_hash FROM read r "
        + "JOIN declaration d ON d.id=r.declaration_id JOIN file f ON f.id=d.file_id "
        + "JOIN package p ON p.id=f.package_id WHERE p.name=?1")
    reads.bind(1, package)
    while try reads.step() {
      result[reads.int(0)]?.reads.append(
        (reads.int(1), Hash128(storedBytes: reads.blob(2))))
    }
    return result
  }

  /// Puts the code that is stored under `object` into the program as the code of `id`. False when
  /// it names something that is no longer there.
  public func restoreBodies(
    of id: DeclarationID, object: Int64, in program: CheckedProgram
  ) throws -> Bool {
    let rows = try connection.prepare("SELECT header, body FROM object WHERE id=?1")
    rows.bind(1, object)
    guard try rows.step() else { return false }
    let declaration = program.declarations[id]
    do {
      let (old, count) = try rows.blob(0).withUnsafeBytes { bytes in
        var decoder = try DeclarationDecoder(
          header: bytes, program: program, file: declaration.span.file,
          start: declaration.span.start)
        return (
          try decoder.decode(end: declaration.span.end, module: declaration.module),
          decoder.bodyCount
        )
      }
      let bodies = try rows.blob(1).withUnsafeBytes {
        try decodeBodies($0, owner: id, program: program)
      }
      guard bodies.count == Int(count), bodies.allSatisfy(\.isValid) else { return false }
      guard program.declarations[id].adoptCode(of: old) else { return false }
      for body in bodies { _ = program.bodies.append(body) }
      return true
    } catch is BlobDamage {
      return false
    }
  }
}

extension Hash128 {
  /// Sixteen stored bytes; anything else is zero, which equals no content.
  init(storedBytes bytes: ContiguousArray<UInt8>) {
    guard bytes.count == 16 else {
      self = .zero
      return
    }
    self = bytes.withUnsafeBytes {
      Hash128(
        low: UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)),
        high: UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }

  /// The integer key of the row whose identity this is: the low 63 bits.
  public var rowKey: Int64 { Int64(low & 0x7fff_ffff_ffff_ffff) }
}

extension Declaration {
  /// Takes over the code of an earlier version of this declaration with the same text. False when
  /// the two have different places for code.
  fileprivate mutating func adoptCode(of old: Declaration) -> Bool {
    switch (detail, old.detail) {
    case (.function(var function), .function(let oldFunction)):
      guard function.parameters.count == oldFunction.parameters.count else { return false }
      for i in function.parameters.indices {
        function.parameters[i].defaultValue = oldFunction.parameters[i].defaultValue
      }
      detail = .function(function)
    case (.structure(var structure), .structure(let oldStructure)):
      guard structure.fields.adoptDefaults(of: oldStructure.fields) else { return false }
      detail = .structure(structure)
    case (.enumeration(var enumeration), .enumeration(let oldEnumeration)):
      guard enumeration.variants.count == oldEnumeration.variants.count else { return false }
      for i in enumeration.variants.indices {
        let oldFields = oldEnumeration.variants[i].fields
        guard enumeration.variants[i].fields.adoptDefaults(of: oldFields) else { return false }
      }
      detail = .enumeration(enumeration)
    case (.trait, .trait), (.implementation, .implementation),
      (.constant, .constant), (.staticVariable, .staticVariable), (.typeAlias, .typeAlias),
      (.capability, .capability), (.test, .test):
      break
    case (_, _): return false
    }
    body = old.body
    return true
  }
}

extension [Field] {
  fileprivate mutating func adoptDefaults(of old: [Field]) -> Bool {
    guard count == old.count else { return false }
    for i in indices { self[i].defaultValue = old[i].defaultValue }
    return true
  }
}
