// Reading source files for a stage: bytes into the program's table, trees, module names.
import ASTDB
import Base
import Foundation
import Parser
import Sema

/// Reads and parses files into a program.
struct SourceReader {
  let program: CheckedProgram

  /// The file at `path` as a module named `module`; nil when it cannot be read (reported).
  func read(
    _ path: String, module: String, reporting diagnostics: inout Diagnostics
  ) -> SemaInput.File? {
    guard let data = FileManager.default.contents(atPath: path) else {
      diagnostics.report(.unreadable(path))
      return nil
    }
    let id = program.files.append(SourceFile(path: path, bytes: ContiguousArray(data)))
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
    guard let names = FileManager.default.enumerator(atPath: directory) else { return [] }
    return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".jan") }.sorted()
      .map { directory + "/" + $0 }
  }
}

extension Diagnostic {
  fileprivate static func unreadable(_ path: String) -> Diagnostic {
    Diagnostic(.unreadableFile, "`\(path)` cannot be read", at: .none)
  }
}
