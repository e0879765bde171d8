// The thin wrapper over SQLite's C API that the ASTDB uses: connections, prepared statements,
// errors. Nothing else in the project speaks to SQLite.
import CSQLite

/// A failure of the database, with SQLite's own words.
public struct DatabaseError: Error, CustomStringConvertible, Sendable {
  public var message: String
  public var isDamage: Bool
  public var description: String { message }
}

/// SQLite's SQLITE_TRANSIENT, which C spells as a cast.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// One connection. Not thread-safe.
public final class Connection {
  fileprivate let handle: OpaquePointer

  public enum Access: Sendable { case readOnly, readWrite }

  /// Opens the database at `path`; with `readWrite` it is made when missing.
  public init(path: String, access: Access) throws(DatabaseError) {
    var opened: OpaquePointer?
    let flags =
      switch access {
      case .readOnly: SQLITE_OPEN_READONLY
      case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    let status = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard status == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close(opened)
      throw DatabaseError(message: "cannot open `\(path)`: \(message)", isDamage: false)
    }
    handle = opened
    sqlite3_busy_timeout(handle, 10_000)
    try execute(
      """
      PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;
      PRAGMA trusted_schema=OFF;
      """)
  }

  deinit { sqlite3_close(handle) }

  /// Runs statements that return nothing of interest.
  public func execute(_ sql: String) throws(DatabaseError) {
    if sqlite3_exec(handle, sql, nil, nil, nil) != SQLITE_OK { throw lastError() }
  }

  public func prepare(_ sql: String) throws(DatabaseError) -> Statement {
    var statement: OpaquePointer?
    let status = sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard status == SQLITE_OK, let statement else { throw lastError() }
    return Statement(statement, of: self)
  }

  /// Runs `body` in one `BEGIN IMMEDIATE` transaction; an error rolls everything back.
  public func transaction(_ body: () throws -> Void) throws {
    try execute("BEGIN IMMEDIATE")
    do {
      try body()
      try execute("COMMIT")
    } catch {
      try? execute("ROLLBACK")
      throw error
    }
  }

  public func integer(_ sql: String) throws(DatabaseError) -> Int64? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.int(0) : nil
  }

  fileprivate func lastError() -> DatabaseError {
    let code = sqlite3_errcode(handle) & 0xff
    return DatabaseError(
      message: String(cString: sqlite3_errmsg(handle)),
      isDamage: code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
  }
}

/// A prepared statement: bind, step, read columns (from 0), reset. Parameters count from 1.
public final class Statement {
  private let handle: OpaquePointer
  private let connection: Connection

  fileprivate init(_ handle: OpaquePointer, of connection: Connection) {
    self.handle = handle
    self.connection = connection
  }

  deinit { sqlite3_finalize(handle) }

  public func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }
  public func bind(_ index: Int32, _ value: Int) { sqlite3_bind_int64(handle, index, Int64(value)) }
  public func bind(_ index: Int32, _ value: Int32) { sqlite3_bind_int(handle, index, value) }
  public func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }

  public func bind(_ index: Int32, _ text: String) {
    var text = text
    text.withUTF8 { bytes in
      _ = bytes.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), transient)
      }
    }
  }

  public func bind(_ index: Int32, text bytes: ContiguousArray<UInt8>) {
    bytes.withUnsafeBufferPointer { buffer in
      _ = buffer.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), transient)
      }
    }
  }

  public func bind(_ index: Int32, blob bytes: ContiguousArray<UInt8>) {
    bytes.withUnsafeBytes {
      _ =
        $0.isEmpty
        ? sqlite3_bind_zeroblob(handle, index, 0)
        : sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), transient)
    }
  }

  /// True when there is a row; false at the end.
  public func step() throws(DatabaseError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw connection.lastError()
    }
  }

  /// Runs a statement without rows and makes it ready for the next binding.
  public func run() throws(DatabaseError) {
    let status = sqlite3_step(handle)
    sqlite3_reset(handle)
    if status != SQLITE_DONE && status != SQLITE_ROW { throw connection.lastError() }
  }

  public func reset() { sqlite3_reset(handle) }

  public var columnCount: Int32 { sqlite3_column_count(handle) }
  public func columnName(_ index: Int32) -> String {
    String(cString: sqlite3_column_name(handle, index))
  }
  public func isNull(_ index: Int32) -> Bool { sqlite3_column_type(handle, index) == SQLITE_NULL }
  public func isNumber(_ index: Int32) -> Bool {
    let type = sqlite3_column_type(handle, index)
    return type == SQLITE_INTEGER || type == SQLITE_FLOAT
  }
  public func int(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }

  public func text(_ index: Int32) -> String {
    guard let bytes = sqlite3_column_text(handle, index) else { return "" }
    return String(
      decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, index))),
      as: UTF8.self)
  }

  public func blob(_ index: Int32) -> ContiguousArray<UInt8> {
    guard let bytes = sqlite3_column_blob(handle, index) else { return [] }
    return ContiguousArray(
      UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, index))))
  }
}
