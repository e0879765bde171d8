// Facts that later stages find out about declarations, each kind replaced as a whole.
import Base
import Glibc

/// A copy that is made when a program runs.
public struct CopyRecord: Sendable {
  public var file: String
  /// Of the copy, in the file.
  public var offset: Int32
  /// Lines count from 1.
  public var line: Int32
  public var blameLine: Int32
  public var type: String
  public var reason: String
  /// Why the copy is needed, as a part of a sentence.
  public var explanation: String

  public init(
    file: String, offset: Int32, line: Int32, blameLine: Int32, type: String, reason: String,
    explanation: String
  ) {
    self.file = file
    self.offset = offset
    self.line = line
    self.blameLine = blameLine
    self.type = type
    self.reason = reason
    self.explanation = explanation
  }
}

extension ASTDB {
  /// Opens an existing database for writing facts, waiting for other writers. Nil when it must not
  /// be written.
  public static func openForFacts(_ path: String) throws(DatabaseError) -> ASTDB? {
    guard access(path, W_OK) == 0 else { return nil }
    let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else { return nil }
    while flock(lock, LOCK_EX) != 0 && errno == EINTR {}
    do throws(DatabaseError) {
      return ASTDB(
        connection: try Connection(path: path, access: .readWrite), path: path, lock: lock)
    } catch {
      close(lock)
      throw error
    }
  }

  /// Replaces what is known of the copies in the declarations of a package.
  public func replaceCopies(_ copies: [CopyRecord], ofPackage package: String) throws {
    try connection.transaction {
      let remove = try connection.prepare(
        """
        DELETE FROM copy WHERE declaration_id IN (
          SELECT d.id FROM declaration d JOIN file f ON f.id=d.file_id
            JOIN package p ON p.id=f.package_id WHERE p.name=?1)
        """)
      remove.bind(1, package)
      try remove.run()
      let find = try connection.prepare(
        """
        SELECT d.id, d.line FROM declaration d JOIN file f ON f.id=d.file_id
        WHERE f.path=?1 AND d.byte_start<=?2 AND d.byte_end>=?2 ORDER BY d.byte_start DESC LIMIT 1
        """)
      let insert = try connection.prepare("INSERT INTO copy VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")
      for (ordinal, copy) in copies.enumerated() {
        find.bind(1, copy.file)
        find.bind(2, Int64(copy.offset))
        guard try find.step() else {
          find.reset()
          continue
        }
        let (declaration, start) = (find.int(0), find.int(1))
        find.reset()
        insert.bind(1, declaration)
        insert.bind(2, Int64(ordinal))
        insert.bind(3, Int64(copy.line) - start)
        insert.bind(4, copy.type)
        insert.bind(5, copy.reason)
        insert.bind(6, Int64(copy.blameLine) - start)
        insert.bind(7, copy.explanation)
        try insert.run()
      }
    }
  }
}
