// The digests of the toolchain's files: part of every key, so that a new compiler never reuses what
// an old one made. A digest is computed once and remembered with the file's stamp.
import Base

struct ToolchainIdentity {
  private let digests: [String: String]
  /// One digest of everything that decides what a build produces.
  let all: String

  init(_ toolchain: Toolchain, cache: ContentCache) {
    var digests: [String: String] = [:]
    var memo = DigestMemo(cache: cache)
    var whole = Action("toolchain")
    for path in toolchain.files + [LinkerLocation.linker].compactMap({ $0 }) {
      let digest = memo.digest(of: path)
      digests[path] = digest
      whole.add(Path.name(of: Path.directory(of: path)) + "/" + Path.name(of: path), digest)
    }
    memo.save()
    self.digests = digests
    all = whole.key
  }

  func digest(of path: String) -> String { digests[path] ?? "-" }
}

/// Remembers `path, stamp -> digest` in the cache.
struct DigestMemo {
  private let cache: ContentCache
  private var lines: [String: String] = [:]
  private var hasChanged = false

  init(cache: ContentCache) {
    self.cache = cache
    guard let bytes = cache.memo("digests") else { return }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: "\t"))
      guard fields.count == 2, fields[1].count == 64 else { continue }
      lines[String(decoding: fields[0], as: UTF8.self)] = String(decoding: fields[1], as: UTF8.self)
    }
  }

  /// The SHA-256 of the file's content; `-` when there is no such file.
  mutating func digest(of path: String) -> String {
    guard let stamp = Files.stamp(path) else { return "-" }
    let name = "\(path) \(stamp.size) \(stamp.modified) \(stamp.inode)"
    if let digest = lines[name] { return digest }
    guard let bytes = try? Files.read(path) else { return "-" }
    let digest = sha256(bytes)
    // Only the newest version of each file is worth remembering.
    for old in lines.keys where old.hasPrefix(path + " ") { lines[old] = nil }
    lines[name] = digest
    hasChanged = true
    return digest
  }

  func save() {
    guard hasChanged else { return }
    let text = lines.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value)\n" }.joined()
    cache.remember("digests", Array(text.utf8))
  }
}
