// How much the cache holds, and giving room back: the oldest blobs go first, and nothing is removed
// while a build runs.
import Glibc

/// The size of a cache.
struct CacheUse {
  var blobs = 0
  var bytes: Int64 = 0
  var actions = 0
}

extension ContentCache {
  /// Held shared by every build and alone by a collection.
  func lease() -> FileLock? {
    try? Files.makeDirectory(root)
    return try? FileLock("\(root)/lease", .shared)
  }

  func use() -> CacheUse {
    var use = CacheUse()
    forEachFile(in: "cas") { _, stamp in
      use.blobs += 1
      use.bytes += stamp.size
    }
    forEachFile(in: "ac") { _, _ in use.actions += 1 }
    return use
  }

  /// Removes the oldest blobs and entries until at most `limit` bytes are left. False when a build
  /// is running.
  func collect(limit: Int64) -> Bool {
    guard let lease = FileLock(ifFree: "\(root)/lease") else {
      return false
    }
    defer { withExtendedLifetime(lease) {} }
    var files: [(path: String, stamp: FileStamp)] = []
    for folder in ["cas", "ac"] { forEachFile(in: folder) { files.append(($0, $1)) } }
    var total = files.reduce(0) { $0 + $1.stamp.size }
    for file in files.sorted(by: { $0.stamp.modified < $1.stamp.modified }) where total > limit {
      unlink(file.path)
      total -= file.stamp.size
    }
    Files.remove("\(root)/tmp")
    return true
  }

  private func forEachFile(in folder: String, _ body: (String, FileStamp) -> Void) {
    for shard in Files.names(in: "\(root)/\(folder)") {
      for name in Files.names(in: "\(root)/\(folder)/\(shard)") {
        let path = "\(root)/\(folder)/\(shard)/\(name)"
        if let stamp = Files.stamp(path) { body(path, stamp) }
      }
    }
  }
}
