// What the last successful build saw and made: enough to tell, without starting a process or
// reading a manifest, that nothing has to be done; and what each action read, for `--explain`.
import Base
import Glibc

/// A file or folder as a build saw it.
struct SeenFile {
  var path: String
  var stamp: FileStamp
  /// The hash of the content, or of the names in a folder; nil for files that only a stamp guards.
  var content: Hash128?
}

struct BuildRecord {
  var seen: [SeenFile] = []
  /// Programs and libraries by package.
  var products: [(package: String, path: String)] = []
  /// Warnings, to be shown again by builds that do nothing.
  var diagnostics: [LocatedDiagnostic] = []
  var actions: [Action] = []

  static let version = "janus-record 4"
}

extension SeenFile {
  /// Looks at `path` (shown as `name`). Nil when it is gone.
  static func look(at path: String, named name: String, withContent: Bool) -> SeenFile? {
    guard let stamp = Files.stamp(path) else { return nil }
    return SeenFile(
      path: name, stamp: stamp, content: withContent ? contentHash(path, stamp) : nil)
  }

  /// A file that must be there, whatever it holds.
  static func presence(of path: String) -> SeenFile {
    let any = FileStamp(size: -1, modified: 0, inode: 0, isDirectory: false)
    return SeenFile(path: path, stamp: any, content: nil)
  }

  private static func contentHash(_ path: String, _ stamp: FileStamp) -> Hash128 {
    if stamp.isDirectory { return Hash128.of(Files.names(in: path).joined(separator: "\n")) }
    guard let bytes = try? Files.read(path) else { return .zero }
    return bytes.withUnsafeBytes { Hash128.of($0) }
  }

  /// Whether the file is still what it was.
  func isUnchanged(at path: String) -> Bool {
    guard let current = Files.stamp(path) else { return false }
    if stamp.size < 0 { return true }
    if current == stamp, !stamp.isDirectory || current.modified == stamp.modified { return true }
    guard let content, current.isDirectory == stamp.isDirectory else { return false }
    guard current.isDirectory || current.size == stamp.size else { return false }
    return SeenFile.contentHash(path, current) == content
  }

  /// The same file with a stamp that equals none, when its own is too young to be trusted: within
  /// one tick of the file system's clock a second change leaves no trace.
  func trusted(at time: Int64) -> SeenFile {
    guard content != nil, time - stamp.modified < 20_000_000 else { return self }
    var copy = self
    copy.stamp.modified = 0
    return copy
  }
}

/// Nanoseconds on the clock that stamps files.
func fileClock() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

// The record's text: one fact for each line, fields divided by tabs.
extension BuildRecord {
  /// Nil when the record is missing, of another version or damaged.
  static func read(_ path: String) -> BuildRecord? {
    guard let bytes = try? Files.read(path) else { return nil }
    var lines = bytes.split(separator: UInt8(ascii: "\n"))[...]
    guard let first = lines.popFirst(), String(decoding: first, as: UTF8.self) == version,
      let last = lines.popLast(), last.elementsEqual("end".utf8)
    else { return nil }
    var record = BuildRecord()
    for line in lines {
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      guard record.add(fields) else { return nil }
    }
    return record
  }

  private mutating func add(_ fields: [String]) -> Bool {
    switch (fields[0], fields.count) {
    case ("file", 7):
      guard let size = Int64(fields[1]), let modified = Int64(fields[2]),
        let inode = UInt64(fields[3]), let low = UInt64(fields[5], radix: 16),
        let high = UInt64(fields[4], radix: 16)
      else { return false }
      let isDirectory = fields[6].hasSuffix("/") && fields[6].utf8.count > 1
      seen.append(
        SeenFile(
          path: isDirectory ? String(fields[6].dropLast()) : fields[6],
          stamp: FileStamp(size: size, modified: modified, inode: inode, isDirectory: isDirectory),
          content: low == 0 && high == 0 ? nil : Hash128(low: low, high: high)))
    case ("product", 3): products.append((fields[1], fields[2]))
    case ("diagnostic", 2):
      guard let diagnostic = JSON(parsing: fields[1]).flatMap(LocatedDiagnostic.init(json:)) else {
        return false
      }
      diagnostics.append(diagnostic)
    case ("action", 2): actions.append(Action(fields[1]))
    case ("input", 3):
      guard !actions.isEmpty else { return false }
      actions[actions.count - 1].add(fields[1], fields[2])
    default: return false
    }
    return true
  }

  /// Writes the record; when a name cannot be written down, there is none and the next build works.
  func write(to path: String) {
    var lines = [BuildRecord.version]
    for file in seen {
      let content = file.content ?? .zero
      let name = file.stamp.isDirectory ? file.path + "/" : file.path
      lines.append(
        "file\t\(file.stamp.size)\t\(file.stamp.modified)\t\(file.stamp.inode)\t"
          + String(content.high, radix: 16) + "\t" + String(content.low, radix: 16) + "\t" + name)
    }
    for (package, path) in products { lines.append("product\t\(package)\t\(path)") }
    for diagnostic in diagnostics { lines.append("diagnostic\t\(diagnostic.json.text)") }
    for action in actions {
      lines.append("action\t\(action.name)")
      for (name, value) in action.inputs { lines.append("input\t\(name)\t\(value)") }
    }
    lines.append("end")
    Files.remove(path)
    guard !lines.contains(where: { $0.utf8.contains(UInt8(ascii: "\n")) }) else { return }
    try? Files.makeDirectory(Path.directory(of: path))
    try? Files.write(lines.joined(separator: "\n") + "\n", to: path)
  }
}
