// Opening the ASTDB: one SQLite file. Whoever writes holds the lock file beside it for the whole
// time it is open (SQLite before 3.51.3 can damage a WAL database when two connections checkpoint
// at once); readers need no lock.
import Base
import Glibc

public final class ASTDB {
  public let connection: Connection
  public let path: String
  /// The descriptor of the lock file while this process may write, else -1.
  private let lock: Int32

  init(connection: Connection, path: String, lock: Int32) {
    self.connection = connection
    self.path = path
    self.lock = lock
  }

  deinit {
    if lock >= 0 { close(lock) }
  }

  /// Opens for reading. The database must exist and have this version of the schema.
  public static func openForReading(_ path: String) throws(DatabaseError) -> ASTDB {
    let connection = try Connection(path: path, access: .readOnly)
    guard try isCurrent(connection) else {
      throw DatabaseError(
        message: "`\(path)` is not an ASTDB of this version of Janus; build again", isDamage: true)
    }
    return ASTDB(connection: connection, path: path, lock: -1)
  }

  /// Opens for writing, waiting for other writers. A missing, foreign, older or damaged database is
  /// made anew: as a copy of `template` (`std.astdb`) when given, else empty.
  /// - Parameter toolchain: identity of the writing toolchain; another one starts the database
  /// again.
  public static func openForWriting(
    _ path: String, template: String?, toolchain: String
  ) throws(DatabaseError) -> ASTDB {
    let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else {
      throw DatabaseError(
        message: "cannot open `\(path).lock`: \(String(cString: strerror(errno)))",
        isDamage: false)
    }
    while flock(lock, LOCK_EX) != 0 && errno == EINTR {}
    do throws(DatabaseError) {
      if let connection = try existing(path, toolchain: toolchain) {
        return ASTDB(connection: connection, path: path, lock: lock)
      }
      return ASTDB(
        connection: try fresh(path, template: template, toolchain: toolchain), path: path,
        lock: lock)
    } catch {
      close(lock)
      throw error
    }
  }

  private static func existing(
    _ path: String, toolchain: String
  ) throws(DatabaseError) -> Connection? {
    guard access(path, F_OK) == 0 else { return nil }
    do throws(DatabaseError) {
      let connection = try Connection(path: path, access: .readWrite)
      guard try isCurrent(connection) else { return nil }
      try prepareForWriting(connection)
      let identity = try connection.prepare("SELECT value FROM meta WHERE key='toolchain'")
      guard try identity.step(), identity.text(0) == toolchain else { return nil }
      identity.reset()
      return connection
    } catch {
      // A damaged database holds nothing that cannot be made again.
      if error.isDamage { return nil }
      throw error
    }
  }

  private static func fresh(
    _ path: String, template: String?, toolchain: String
  ) throws(DatabaseError) -> Connection {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    var isCopy = false
    if let template { isCopy = copyFile(from: template, to: path) }
    let connection = try Connection(path: path, access: .readWrite)
    try prepareForWriting(connection)
    if isCopy, try !isCurrent(connection) {
      throw DatabaseError(
        message: "the standard library's database does not fit this toolchain; reinstall Janus",
        isDamage: true)
    }
    if !isCopy {
      try connection.execute("BEGIN IMMEDIATE;" + Schema.tables + Schema.views + "COMMIT;")
    }
    let statement = try connection.prepare("INSERT OR REPLACE INTO meta VALUES('toolchain', ?1)")
    statement.bind(1, toolchain)
    try statement.run()
    return connection
  }

  /// Everything in the database can be made again, so losing power may lose it; being killed may
  /// not, and does not: what is written is with the operating system.
  private static func prepareForWriting(_ connection: Connection) throws(DatabaseError) {
    try connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;")
  }

  private static func isCurrent(_ connection: Connection) throws(DatabaseError) -> Bool {
    let application = try connection.integer("PRAGMA application_id")
    let version = try connection.integer("PRAGMA user_version")
    return application == Schema.applicationID && version == Schema.version
  }

  private static func copyFile(from source: String, to target: String) -> Bool {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { return false }
    defer { close(input) }
    let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard output >= 0 else { return false }
    defer { close(output) }
    while true {
      let count = sendfile(output, input, nil, 1 << 30)
      if count == 0 { return true }
      if count < 0 && errno != EINTR { return false }
    }
  }
}
