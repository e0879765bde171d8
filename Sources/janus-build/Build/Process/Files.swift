// The file system through the C library: Foundation would cost start-up time in every build.
import Glibc

/// What tells one version of a file from another without reading it.
struct FileStamp: Hashable, BitwiseCopyable {
  var size: Int64
  /// Nanoseconds.
  var modified: Int64
  var inode: UInt64
  var isDirectory: Bool
}

/// The C library's reason for a failed call.
struct SystemError: Error {
  var number: Int32
  var reason: String { String(cString: strerror(number)) }
  static var last: SystemError { SystemError(number: errno) }
}

enum Files {
  static func stamp(_ path: String) -> FileStamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileStamp(
      size: Int64(status.st_size),
      modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
      inode: UInt64(status.st_ino), isDirectory: status.st_mode & S_IFMT == S_IFDIR)
  }

  static func exists(_ path: String) -> Bool { stamp(path) != nil }
  static func isDirectory(_ path: String) -> Bool { stamp(path)?.isDirectory ?? false }
  static func isFile(_ path: String) -> Bool { stamp(path).map { !$0.isDirectory } ?? false }

  /// The bytes of the file. A directory or an unreadable file is an error.
  static func read(_ path: String) throws(SystemError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .last }
    var bytes = [UInt8](repeating: 0, count: max(Int(status.st_size), 4096) + 1)
    var filled = 0
    while true {
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress! + filled, buffer.count - filled)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .last }
      if count == 0 { break }
      filled += count
      if filled == bytes.count { bytes.append(contentsOf: [UInt8](repeating: 0, count: filled)) }
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  /// Writes a whole file so that readers see the old content or the new one, never a part.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(SystemError) {
    let temporary = "\(path).\(getpid()).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .last }
    var written = 0
    var failure: SystemError?
    bytes.withUnsafeBytes { buffer in
      while written < buffer.count, failure == nil {
        let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { failure = .last } else { written += count }
      }
    }
    close(descriptor)
    if failure == nil, rename(temporary, path) != 0 { failure = .last }
    if let failure {
      unlink(temporary)
      throw failure
    }
  }

  static func write(_ text: String, to path: String) throws(SystemError) {
    try write(Array(text.utf8), to: path)
  }

  /// Copies a file, replacing what stands at `target` in one step.
  static func copy(_ source: String, to target: String, mode: mode_t) throws(SystemError) {
    try write(try read(source), to: target, mode: mode)
  }

  /// Makes the directory and those above it.
  static func makeDirectory(_ path: String) throws(SystemError) {
    if isDirectory(path) { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makeDirectory(String(path[..<slash]))
    }
    if mkdir(path, 0o755) != 0 && errno != EEXIST { throw .last }
  }

  /// The names in a directory, sorted by their bytes, without `.` and `..`.
  static func names(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes a file, or a directory with all in it. Symbolic links are removed, not followed.
  static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    for name in names(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
  }

  /// The real path, without symbolic links; nil when nothing stands there.
  static func resolved(_ path: String) -> String? {
    guard let result = realpath(path, nil) else { return nil }
    defer { free(result) }
    return String(cString: result)
  }

  static var workingDirectory: String { resolved(".") ?? "/" }
}

/// Paths as text. All of them use `/`.
enum Path {
  static func join(_ base: String, _ path: String) -> String {
    if path.hasPrefix("/") || base.isEmpty || base == "." { return path.isEmpty ? base : path }
    return base.hasSuffix("/") ? base + path : "\(base)/\(path)"
  }

  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func name(of path: String) -> String {
    String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
  }

  /// The name without its last extension.
  static func stem(of path: String) -> String {
    let name = name(of: path)
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// Removes `.` and `..` where the text alone allows it.
  static func normalised(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    return path.hasPrefix("/") ? "/" + joined : (joined.isEmpty ? "." : joined)
  }

  /// The way from the folder `base` to `path`, both absolute and normalised.
  static func relative(_ path: String, from base: String) -> String {
    let target = path.split(separator: "/")
    let start = base.split(separator: "/")
    let shared = zip(target, start).prefix { $0 == $1 }.count
    let parts = start.dropFirst(shared).map { _ in ".." } + target.dropFirst(shared)
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }
}

/// The real path of a folder, or nil when there is none.
public func resolvedFolder(_ path: String) -> String? {
  Files.resolved(path).flatMap { Files.isDirectory($0) ? $0 : nil }
}
