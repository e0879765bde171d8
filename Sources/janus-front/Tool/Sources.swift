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
    switch readFile(path) {
    case .failure(let failure):
      diagnostics.report(.unreadable(path, failure.reason))
      return nil
    case .success(let bytes):
      return parseFile(
        SourceFile(path: path, bytes: bytes), module: module, reporting: &diagnostics)
    }
  }

  /// Enters a file into the program and parses it.
  func parseFile(
    _ file: SourceFile, module: String, reporting diagnostics: inout Diagnostics
  ) -> SemaInput.File {
    let id = program.files.append(file)
    let tree = parse(file, id: id, interner: program.interner, reporting: &diagnostics)
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
}

struct ReadFailure: Error, Equatable {
  var reason: String

  static let tooLarge = ReadFailure(reason: "it is larger than 1 GiB")
}

/// The bytes of a file, or why they cannot be had. Files over 1 GiB are refused: positions are 32
/// bits.
func readFile(_ path: String) -> Result<ContiguousArray<UInt8>, ReadFailure> {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    return .failure(ReadFailure(reason: String(cString: strerror(errno))))
  }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else {
    return .failure(ReadFailure(reason: String(cString: strerror(errno))))
  }
  if status.st_mode & S_IFMT == S_IFDIR { return .failure(ReadFailure(reason: "it is a folder")) }
  var bytes: ContiguousArray<UInt8> = []
  bytes.reserveCapacity(Int(status.st_size) + 1)
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while bytes.count <= 1 << 30 {
    let count = read(descriptor, &chunk, chunk.count)
    if count == 0 { return .success(bytes) }
    if count < 0 {
      if errno == EINTR { continue }
      return .failure(ReadFailure(reason: String(cString: strerror(errno))))
    }
    bytes.append(contentsOf: chunk[0..<count])
  }
  return .failure(.tooLarge)
}

extension Diagnostic {
  static func unreadable(_ path: String, _ reason: String) -> Diagnostic {
    if reason == ReadFailure.tooLarge.reason {
      return Diagnostic(.sourceTooLarge, "cannot read `\(path)`: \(reason)", at: .none)
    }
    return Diagnostic(.unreadableFile, "cannot read `\(path)`: \(reason)", at: .none)
  }
}
