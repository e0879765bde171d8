// The examples in the documentation comments of packages, as tests: each is built as a program of
// its own that depends on the package.
//
// A fenced block ` ```janus run ` is a program, and the ` ```output ` block after it what it
// prints; ` ```janus ` must be accepted. An example without `func main(` is the body of one: its
// `profile`, `import` and `use` lines stay outside.
import ASTDB
import Base
import Glibc

/// One example of a comment.
struct DocumentExample: Equatable {
  /// The source file, and the line of the declaration it belongs to.
  var place: String
  var program: String
  /// What it must print; nil when it is only checked.
  var output: String?
}

/// Runs the examples of `packages`; returns how many passed and failed.
func runDocumentExamples(
  of packages: [Package], in root: String, _ options: BuildOptions, _ reporter: Reporter
) throws -> (passed: Int, failed: Int) {
  let connection = try Connection(
    path: ArtefactPaths(workspace: root).database, access: .readOnly)
  let scratch = Path.join(root, ".janus/examples")
  Files.remove(scratch)
  defer { Files.remove(scratch) }
  let pool = ProcessPool(limit: options.jobs)
  var passed = 0
  var failed = 0
  for package in packages {
    for example in try documentExamples(of: package.name, in: connection) {
      let folder = "\(scratch)/\(passed + failed + 1)"
      try Files.makeDirectory("\(folder)/src")
      try Files.write(manifest(for: package, root), to: "\(folder)/package.toml")
      // A workspace of its own: the one around it does not know this package.
      try Files.write("[workspace]\nmembers = [\".\"]\n", to: "\(folder)/workspace.toml")
      try Files.write(example.program, to: "\(folder)/src/main.jan")
      var outcome: Outcome?
      let goal = example.output == nil ? "check" : "run"
      let command = Command(
        executable: "/proc/self/exe", arguments: [goal, "--quiet", "-C", folder], timeout: 60)
      pool.add(command) { outcome = $0 }
      pool.runUntilEmpty()
      guard let outcome else { continue }
      if outcome.succeeded && (example.output == nil || example.output == outcome.outputText) {
        passed += 1
      } else {
        failed += 1
        report(example, outcome)
      }
    }
  }
  reporter.progress("\(passed + failed) examples of documentation comments")
  return (passed, failed)
}

private func report(_ example: DocumentExample, _ outcome: Outcome) {
  var text = "FAILED the example of \(example.place)\n\(outcome.errorText)"
  if let output = example.output, output != outcome.outputText {
    text += "printed:\n\(outcome.outputText)instead of:\n\(output)"
  }
  writeAll(text + "\n", to: STDERR_FILENO)
}

private func manifest(for package: Package, _ root: String) -> String {
  """
  [package]
  name = "example"
  profile = "\(package.profile.name)"

  [dependencies]
  \(package.name) = { path = "\(Path.normalised(Path.join(root, package.folder)))" }

  """
}

/// The examples of a package's comments, in order of file and line.
private func documentExamples(
  of package: String, in connection: Connection
) throws -> [DocumentExample] {
  let statement = try connection.prepare(
    """
    SELECT file, line, documentation FROM v1_symbol
    WHERE package = ? AND documentation LIKE '%```janus%' ORDER BY file, line
    """)
  statement.bind(1, package)
  var examples: [DocumentExample] = []
  while try statement.step() {
    examples += documentExamples(
      in: statement.text(2), place: "\(statement.text(0)):\(statement.int(1))")
  }
  return examples
}

/// The examples in the text of one comment.
func documentExamples(in text: String, place: String) -> [DocumentExample] {
  var examples: [DocumentExample] = []
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
  while let line = lines.popFirst() {
    guard line.hasPrefix("```") else { continue }
    let block = lines.prefix { !$0.hasPrefix("```") }
    lines = lines.dropFirst(block.count + 1)
    let content = block.map { $0 + "\n" }.joined()
    switch line.dropFirst(3) {
    case "janus":
      examples.append(DocumentExample(place: place, program: program(content), output: nil))
    case "janus run":
      examples.append(DocumentExample(place: place, program: program(content), output: ""))
    case "output":
      if examples.last?.output == "" { examples[examples.count - 1].output = content }
    case _: break
    }
  }
  return examples
}

/// An example as a whole file.
private func program(_ text: String) -> String {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  func begins(_ line: Substring, _ words: [String]) -> Bool {
    words.contains { line.hasPrefix($0) }
  }
  if lines.contains(where: { begins($0, ["func main(", "pub func main("]) }) { return text }
  let outside = ["profile ", "import ", "use ", "pub import ", "{.profile"]
  let head = lines.filter { begins($0, outside) }
  let body = lines.filter { !begins($0, outside) }
  return (head + ["func main() {"] + body + ["}", ""]).joined(separator: "\n")
}
