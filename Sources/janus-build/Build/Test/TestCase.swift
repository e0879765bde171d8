// A case of a suite: a `.jan` file, or a folder with a workspace, whose first comment says what is
// expected of it.
//
//   // run                 it runs with status 0 and prints what `<case>.stdout` says
//   // run-fail 101        it ends with that status
//   // check               it is accepted
//   // check-fail          it is rejected with the diagnostics that `//~` comments announce
//   // mir                 its MIR contains the texts of `// CHECK:` lines, in that order
//   // build               it is compiled and linked
//
// Further lines of the first comment: `// args: …`, `// stdin: FILE`, `// sql: SELECT … => value`,
// `// kind: lib`. A folder says the same after `#` at the head of its manifest.
import Base

/// What a case must do.
enum CaseKind: Equatable {
  case run(status: Int32)
  case check
  case checkFail
  case mir
  case build

  init?(_ text: String) {
    let words = text.split(separator: " ")
    switch (words.first, words.count) {
    case ("run", 1): self = .run(status: 0)
    case ("run-fail", 2):
      guard let status = Int32(words[1]) else { return nil }
      self = .run(status: status)
    case ("check", 1): self = .check
    case ("check-fail", 1): self = .checkFail
    case ("mir", 1): self = .mir
    case ("build", 1): self = .build
    default: return nil
    }
  }

  var runs: Bool { if case .run = self { true } else { false } }
}

/// A statement on the ASTDB and the rows it must give, cells divided by `|`, rows by `;`.
struct SQLExpectation {
  var statement: String
  var value: String
}

struct TestCase {
  /// `suite/case`.
  var name: String
  /// The file or folder, from the workspace's root.
  var path: String
  var isFolder: Bool
  var kind: CaseKind
  var arguments: [String] = []
  /// A file beside the case that is its standard input.
  var stdin: String?
  var sql: [SQLExpectation] = []
  var isLibrary: Bool
  var expectations: [Expectation] = []
  var fixes = FixExpectation()
  /// Texts that the MIR must contain, in order.
  var mirTexts: [String] = []
  /// The case's package when it shares a database with others.
  var package: String

  /// The path of a file beside the case: `<case>.stdout`.
  func side(_ suffix: String) -> String {
    let base = isFolder ? path : String(path.dropLast(".jan".count))
    return "\(base).\(suffix)"
  }
}

/// A case that cannot be read, and why.
struct CaseProblem: Error {
  var text: String
}

extension TestCase {
  /// Reads the case at `path`, which is counted from `root`.
  static func read(
    _ path: String, suite: String, root: String
  ) -> Result<TestCase, CaseProblem> {
    let isFolder = Files.isDirectory(Path.join(root, path))
    let head = isFolder ? manifest(in: path, root: root) : path
    guard let head, let bytes = try? Files.read(Path.join(root, head)) else {
      return .failure(CaseProblem(text: "`\(path)` cannot be read"))
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let directives = headComment(lines, marker: isFolder ? "#" : "//")
    guard let first = directives.first, let kind = CaseKind(first) else {
      return .failure(
        CaseProblem(text: "the first line of `\(head)` does not say what is expected"))
    }
    let stem = isFolder ? Path.name(of: path) : Path.stem(of: path)
    let name = "\(suite)/\(stem)"
    var test = TestCase(
      name: name, path: path, isFolder: isFolder, kind: kind,
      isLibrary: !hasEntry(lines), package: packageName(name))
    if let problem = test.read(directives.dropFirst()) { return .failure(problem) }
    let sources = isFolder ? sourceFiles(in: path, root: root) + [head] : [path]
    for source in sources {
      guard let bytes = try? Files.read(Path.join(root, source)) else { continue }
      // Places inside a folder are counted from it, as its own build reports them.
      let shown = isFolder ? String(source.dropFirst(path.count + 1)) : source
      test.expectations += Expectation.all(in: String(decoding: bytes, as: UTF8.self), file: shown)
    }
    test.mirTexts = lines.compactMap { line in
      line.range(ofText: "// CHECK: ").map { String(line[$0...]).trimmed }
    }
    return .success(test)
  }

  private static func manifest(in folder: String, root: String) -> String? {
    ["workspace.toml", "package.toml"].map { Path.join(folder, $0) }
      .first { Files.isFile(Path.join(root, $0)) }
  }

  /// The text of the comment lines at the top of a file.
  private static func headComment(_ lines: [String], marker: String) -> [String] {
    lines.prefix { $0.hasPrefix(marker) }.map { String($0.dropFirst(marker.count)).trimmed }
  }

  private mutating func read(_ directives: some Sequence<String>) -> CaseProblem? {
    for line in directives {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = String(line[line.index(after: colon)...]).trimmed
      switch line[..<colon] {
      case "args": arguments = value.split(separator: " ").map(String.init)
      case "stdin": stdin = value
      case "fixes":
        guard fixes.read(value) else {
          return CaseProblem(text: "`// fixes:` is followed by `all` or `reveal CODE…`")
        }
      case "kind":
        guard let named = PackageKind(rawValue: value) else {
          return CaseProblem(text: "`\(value)` is not a kind")
        }
        isLibrary = named != .program
      case "sql":
        guard let arrow = value.range(ofText: " => ") else {
          return CaseProblem(text: "`// sql:` needs ` => ` and the rows")
        }
        let statement = String(value[..<value.index(arrow, offsetBy: -4)])
        sql.append(SQLExpectation(statement: statement, value: String(value[arrow...]).trimmed))
      default: break
      }
    }
    return nil
  }

  private static func sourceFiles(in folder: String, root: String, depth: Int = 0) -> [String] {
    guard depth < 8 else { return [] }
    var files: [String] = []
    for name in Files.names(in: Path.join(root, folder)) where !name.hasPrefix(".") {
      let path = Path.join(folder, name)
      if Files.isDirectory(Path.join(root, path)) {
        files += sourceFiles(in: path, root: root, depth: depth + 1)
      } else if name.hasSuffix(".jan") || name == "package.toml" {
        files.append(path)
      }
    }
    return files.filter { Path.directory(of: $0) != folder || !$0.hasSuffix(".toml") || depth > 0 }
  }

  private static func packageName(_ name: String) -> String {
    "case_"
      + String(
        decoding: name.utf8.map { isModuleName("_" + String(UnicodeScalar($0))) ? $0 : 0x5F },
        as: UTF8.self)
  }
}

extension String {
  var trimmed: String {
    guard let start = firstIndex(where: { !$0.isWhitespace }),
      let end = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[start...end])
  }

  /// Where the text after the first `needle` begins.
  func range(ofText needle: String) -> Index? {
    let wanted = Array(needle.utf8)
    let bytes = utf8
    var start = bytes.startIndex
    while start < bytes.endIndex {
      if bytes[start...].starts(with: wanted) { return bytes.index(start, offsetBy: wanted.count) }
      start = bytes.index(after: start)
    }
    return nil
  }
}

/// A case that can be run: it has `main`, or the statements of a script.
private func hasEntry(_ lines: [String]) -> Bool {
  lines.contains { $0.contains("func main(") || $0 == "profile :script" }
}
