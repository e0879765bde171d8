// The content-addressed cache that all workspaces of a user share.
//   cas/ab/<sha256>   blobs, read-only, named by their content
//   ac/ab/<key>       what an action produced: lines of `<output name> <sha256> <size>`
//   tmp/              files on their way in
//   files/            artefacts of single files whose own folder cannot be written
//   memo/             facts about this machine's toolchain: digests, link lines
// A blob that is gone or was damaged is a miss, never an error; so is an unwritable cache.
import Base
import Glibc

/// A blob: its digest and size.
struct Blob: Hashable {
  var digest: String
  var size: Int
}

struct ContentCache {
  let root: String

  /// `$JANUS_CACHE`, or `janus` in the user's cache directory.
  static func locate() -> ContentCache {
    if let path = variable("JANUS_CACHE") {
      return ContentCache(root: Path.join(Files.workingDirectory, path))
    }
    let home = variable("XDG_CACHE_HOME") ?? Path.join(variable("HOME") ?? "/tmp", ".cache")
    return ContentCache(root: Path.join(home, "janus"))
  }

  private func sharded(_ folder: String, _ name: String) -> String {
    "\(root)/\(folder)/\(name.prefix(2))/\(name)"
  }

  func path(of blob: Blob) -> String { sharded("cas", blob.digest) }

  /// The blob's bytes when they are whole.
  func bytes(of blob: Blob) -> [UInt8]? {
    guard let bytes = try? Files.read(path(of: blob)) else { return nil }
    guard bytes.count == blob.size, sha256(bytes) == blob.digest else {
      unlink(path(of: blob))
      return nil
    }
    return bytes
  }

  /// Stores `bytes`. Nil when the cache cannot be written.
  func store(_ bytes: [UInt8]) -> Blob? {
    let blob = Blob(digest: sha256(bytes), size: bytes.count)
    let path = path(of: blob)
    // A blob of the right size may still be damaged: only its bytes tell.
    if let stamp = Files.stamp(path), stamp.size == blob.size, self.bytes(of: blob) != nil {
      return blob
    }
    do {
      try Files.makeDirectory(Path.directory(of: path))
      try Files.write(bytes, to: path, mode: 0o444)
      return blob
    } catch {
      return nil
    }
  }

  /// What an earlier run of the action produced, if all of it is recorded.
  func outputs(of key: String) -> [String: Blob]? {
    guard let bytes = try? Files.read(sharded("ac", key)) else { return nil }
    var outputs: [String: Blob] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: " ")
      guard parts.count == 3, parts[1].utf8.count == 64, let size = Int(parts[2]) else {
        return nil
      }
      outputs[String(parts[0])] = Blob(digest: String(parts[1]), size: size)
    }
    return outputs.isEmpty ? nil : outputs
  }

  /// Records what an action produced.
  func record(_ outputs: [(name: String, blob: Blob)], of key: String) {
    let text = outputs.map { "\($0.name) \($0.blob.digest) \($0.blob.size)\n" }.joined()
    let path = sharded("ac", key)
    try? Files.makeDirectory(Path.directory(of: path))
    try? Files.write(text, to: path)
  }

  /// A folder for one build's files on their way in.
  func makeTemporaryFolder() throws(SystemError) -> String {
    let path = "\(root)/tmp/\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    try Files.makeDirectory(path)
    return path
  }

  func memo(_ name: String) -> [UInt8]? { try? Files.read("\(root)/memo/\(name)") }

  func remember(_ name: String, _ bytes: [UInt8]) {
    try? Files.makeDirectory("\(root)/memo")
    try? Files.write(bytes, to: "\(root)/memo/\(name)")
  }
}
