// Reading source files for a stage: bytes into the program's table, trees, module names.
import ASTDB
import Base
import Glibc
import Parser
import Sema

/// Reads and parses files into a program.
struct SourceReader {
  let program: CheckedProgram

  /// The file at `path` as a module named `module`; nil when it cannot be read (reported).
  func read(
    _ path: String, module: String, reporting diagnostics: inout Diagnostics
  ) -> SemaInput.File? {
    guard let bytes = SourceReader.bytes(of: path) else {
      diagnostics.report(.unreadable(path))
      return nil
    }
    let id = program.files.append(SourceFile(path: path, bytes: bytes))
    let tree = parse(
      program.files[id], id: id, interner: program.interner, reporting: &diagnostics)
    return SemaInput.File(tree: tree, module: module)
  }

  /// `a.b` for `a/b.jan` below `root`; empty for `main.jan` and `lib.jan` there.
  static func moduleName(of path: String, below root: String) -> String {
    var relative = path[...]
    let prefix = root.hasSuffix("/") ? root : root + "/"
    if relative.hasPrefix(prefix) { relative = relative.dropFirst(prefix.count) }
    if relative.hasSuffix(".jan") { relative = relative.dropLast(4) }
    if relative == "main" || relative == "lib" { return "" }
    return relative.split(separator: "/").joined(separator: ".")
  }

  /// The `.jan` files below `directory`, in order of path.
  static func files(below directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var result: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      let path = directory + "/" + name
      if name.hasSuffix(".jan") {
        result.append(path)
      } else if entry.pointee.d_type == UInt8(DT_DIR) {
        result += files(below: path)
      }
    }
    return result.sorted()
  }

  private static func bytes(of path: String) -> ContiguousArray<UInt8>? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    var result = ContiguousArray<UInt8>(repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < result.count {
      let count = result.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress! + filled, $0.count - filled)
      }
      guard count > 0 else { break }
      filled += count
    }
    return ContiguousArray(result.prefix(filled))
  }
}

extension Diagnostic {
  fileprivate static func unreadable(_ path: String) -> Diagnostic {
    Diagnostic(.unreadableFile, "`\(path)` cannot be read", at: .none)
  }
}
