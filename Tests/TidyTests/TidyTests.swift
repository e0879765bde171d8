// The rules of style and structure that a program can check: who imports whom, widths, heads of
// files, open ends, and that every diagnostic has a page and a case.
import Base
import Foundation
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// A source file of the project.
private struct ProjectFile {
  /// From the project's root.
  var path: String
  var lines: [String]

  var name: String { (path as NSString).lastPathComponent }
}

private func files(below folder: String, _ extensions: Set<String>) -> [ProjectFile] {
  let base = root.appendingPathComponent(folder)
  let all = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
  return all.sorted().compactMap { path in
    guard extensions.contains((path as NSString).pathExtension),
      let data = try? Data(contentsOf: base.appendingPathComponent(path))
    else { return nil }
    // Cases of ill-formed text are read too.
    let text = String(decoding: data, as: UTF8.self)
    return ProjectFile(path: "\(folder)/\(path)", lines: text.components(separatedBy: "\n"))
  }
}

private let swiftFiles = files(below: "Sources", ["swift"]) + files(below: "Tests", ["swift"])
private let cFiles = files(below: "Sources", ["c", "h"])

/// Each entry of a baseline: a finding that is known and must go one day. Lines are sorted.
private func baseline(_ name: String) throws -> Set<String> {
  let url = root.appendingPathComponent("Tests/TidyTests/\(name)")
  let lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
  return Set(lines.filter { !$0.isEmpty && !$0.hasPrefix("#") })
}

/// ARCHITECTURE.md's table, by folder: what its files may import of this project's modules.
private let importTable: [(folder: String, mayImport: Set<String>)] = [
  ("Sources/janus-front/Base/", ["CXXHash"]),
  ("Sources/janus-front/ASTDB/", ["Base", "CSQLite"]),
  ("Sources/janus-front/Front/Lexer/", ["Base"]),
  ("Sources/janus-front/Front/Parser/", ["Base", "Lexer"]),
  ("Sources/janus-front/Front/Format/", ["Base", "Lexer", "Parser"]),
  ("Sources/janus-front/Front/Sema/", ["Base", "Lexer", "Parser", "ASTDB"]),
  (
    "Sources/janus-front/Tool/",
    [
      "Base", "ASTDB", "Lexer", "Parser", "Format", "Sema", "Lowering", "Passes", "Interpreter",
      "MIR", "Installation",
    ]
  ),
  ("Sources/janus-mir/MIR/", ["Base"]),
  ("Sources/janus-mir/Lowering/", ["Base", "ASTDB", "MIR"]),
  ("Sources/janus-mir/Passes/", ["Base", "MIR"]),
  ("Sources/janus-mir/Interpreter/", ["Base", "MIR", "CFFI"]),
  (
    "Sources/janus-mir/Tool/",
    ["Base", "ASTDB", "MIR", "Lowering", "Passes", "Interpreter", "Installation"]
  ),
  ("Sources/janus-back/CodeGen/", ["Base", "MIR", "CLLVM"]),
  ("Sources/janus-back/JIT/", ["Base", "MIR", "CodeGen", "CLLVM"]),
  ("Sources/janus-back/Tool/", ["Base", "MIR", "CodeGen", "JIT", "CLLVM", "Installation"]),
  ("Sources/janus-runtime/Installation/", []),
  ("Sources/janus-runtime/Tool/", ["Base", "Installation"]),
  ("Sources/janus-build/Build/", ["Base", "ASTDB", "CSystem"]),
  ("Sources/janus-build/Tool/", ["Base", "Build"]),
]

private let projectModules: Set<String> = importTable.reduce(into: ["Build", "JIT"]) {
  $0.formUnion($1.mayImport)
}

@Test func importsFollowTheTable() {
  for file in swiftFiles where file.path.hasPrefix("Sources/") {
    guard let row = importTable.first(where: { file.path.hasPrefix($0.folder) }) else {
      Issue.record("\(file.path) stands in a folder that the table of imports does not have")
      continue
    }
    for line in file.lines where line.hasPrefix("import ") || line.contains(" import ") {
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index + 1 < words.count, index <= 1,
        words[0] == "import" || words[0].hasPrefix("@")
      else { continue }
      let module = String(words[index + 1].split(separator: ".")[0])
      #expect(
        !projectModules.contains(module) || row.mayImport.contains(module),
        "\(file.path) imports \(module)")
    }
  }
}

@Test func linesAreAtMost100Wide() {
  let wide = (swiftFiles + cFiles).flatMap { file in
    wideLines(file.lines).map { "\(file.path):\($0 + 1)" }
  }
  #expect(wide.isEmpty, "\(wide.joined(separator: "\n"))")
}

/// The text in a `"""` literal is data: it is as wide as it is.
private func wideLines(_ lines: [String]) -> [Int] {
  var isData = false
  return lines.indices.filter { index in
    let marks = lines[index].components(separatedBy: "\"\"\"").count - 1
    defer { if marks % 2 == 1 { isData.toggle() } }
    return !isData && lines[index].count > 100
  }
}

@Test func filesSayWhatTheyAre() {
  let silent = (swiftFiles + cFiles).filter { !$0.lines[0].hasPrefix("//") }.map(\.path)
  #expect(silent.isEmpty, "no comment opens \(silent.joined(separator: ", "))")
  let long = (swiftFiles + cFiles).filter { $0.lines.count > 701 }.map(\.path)
  #expect(long.isEmpty, "more than 700 lines: \(long.joined(separator: ", "))")
}

@Test func namesSayWhatAFileIsAbout() {
  let empty = ["Utils", "Utilities", "Helpers", "Common", "Shared", "Manager", "Misc"]
  for file in swiftFiles {
    for word in empty { #expect(!file.name.contains(word), "\(file.path)") }
  }
}

@Test func nothingIsLeftOpen() {
  let marks = ["TO" + "DO", "FIX" + "ME", "unimplemented" + "("]
  let open = (swiftFiles + cFiles).flatMap { file in
    file.lines.indices.filter { index in marks.contains { file.lines[index].contains($0) } }
      .map { "\(file.path):\($0 + 1)" }
  }
  #expect(open.isEmpty, "\(open.joined(separator: "\n"))")
}

/// `default:` beside cases of an enum hides the cases that are added later.
@Test func switchesOverEnumsHaveNoDefault() throws {
  let known = try baseline("enum-defaults.txt")
  var found: [String: Int] = [:]
  for file in swiftFiles where file.path.hasPrefix("Sources/") {
    let count = enumDefaults(in: file.lines)
    if count > 0 { found[file.path] = count }
  }
  let entries = Set(found.map { "\($0.key) \($0.value)" })
  let new = entries.subtracting(known).sorted().joined(separator: "\n")
  #expect(new.isEmpty, "not in enum-defaults.txt: \(new)")
  let gone = known.subtracting(entries).sorted().joined(separator: "\n")
  #expect(gone.isEmpty, "enum-defaults.txt must lose or change: \(gone)")
}

private func enumDefaults(in lines: [String]) -> Int {
  var open: [(indent: Int, hasEnumCase: Bool)] = []
  var count = 0
  for line in lines {
    let indent = line.prefix { $0 == " " }.count
    let text = line.dropFirst(indent)
    if text.contains("switch "), text.hasSuffix("{"), !text.hasPrefix("//") {
      open.append((indent, false))
    } else if let last = open.last, last.indent == indent {
      if text.hasPrefix("case .") { open[open.count - 1].hasEnumCase = true }
      if text.hasPrefix("default:"), last.hasEnumCase { count += 1 }
      if text.hasPrefix("}") { open.removeLast() }
    }
  }
  return count
}

@Test func everyDiagnosticHasAPage() {
  let missing = DiagnosticCode.allCases.map(\.rawValue).filter { code in
    let page = root.appendingPathComponent("docs/diagnostics/\(code).md")
    return !FileManager.default.fileExists(atPath: page.path)
  }
  #expect(missing.isEmpty, "no page about \(missing)")
}

/// A code that nothing raises in a test may as well not exist.
@Test func everyDiagnosticHasACase() throws {
  let known = try baseline("uncovered-codes.txt")
  var text = ""
  let cases = files(below: "Tests/Suites", ["jan", "toml"])
  // What no source text can cause, tools' tests must.
  let tests = swiftFiles.filter { $0.path.hasPrefix("Tests/") && !$0.path.contains("TidyTests") }
  let scripts = files(below: "Tests/Docs", ["py"]) + files(below: "Tests/Memory", ["py"])
  for file in cases + tests + scripts { text += file.lines.joined(separator: "\n") }
  let uncovered = Set(DiagnosticCode.allCases.map(\.rawValue).filter { !text.contains($0) })
  let new = uncovered.subtracting(known).sorted()
  #expect(new.isEmpty, "no test expects \(new)")
  let covered = known.subtracting(uncovered).sorted()
  #expect(covered.isEmpty, "uncovered-codes.txt must lose \(covered)")
}
