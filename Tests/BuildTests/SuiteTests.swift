// The runner of suites: it must fail what should fail, and say why.
import Base
import Foundation
import Testing

private func suite(_ files: [String: String]) throws -> ScratchWorkspace {
  var all = ["workspace.toml": "[workspace]\nmembers = []\n[suites.s]\npath = \"s\"\n"]
  for (name, text) in files { all["s/" + name] = text }
  return try ScratchWorkspace(all)
}

@Test func casesPassAndFailAsTheySay() throws {
  let workspace = try suite([
    "good.jan": "// run\nfunc main() { print(\"yes\") }\n", "good.stdout": "yes\n",
    "bad.jan": "// run\nfunc main() { print(\"yes\") }\n", "bad.stdout": "no\n",
    "unsaid.jan": "// run\nfunc main() { print(\"yes\") }\n",
    "status.jan": "// run-fail 3\nfunc main() {}\n",
    "refused.jan": "// check-fail\nfunc main() { print(a) }  //~ ERROR E2001\n",
    "elsewhere.jan": "// check-fail\nfunc main() { print(a) }\n//~ ERROR E2001\n",
    "other-text.jan": "// check-fail\nfunc main() { print(a) }  //~ ERROR E2001 zebra\n",
    "accepted.jan": "// check-fail\nfunc main() {}\n",
    "rejected.jan": "// check\nfunc main() { print(a) }\n",
    "checked.jan": "// check\npub func f() {}\n",
    "unclear.jan": "func main() {}\n",
  ])
  let run = try workspace.run("test")
  #expect(run.output == "3 passed, 8 failed\n")
  #expect(run.status == 1)
  for name in [
    "bad", "unsaid", "status", "elsewhere", "other-text", "accepted", "rejected", "unclear",
  ] {
    #expect(run.errors.contains("FAILED s/\(name)\n"), "\(name)")
    #expect(run.errors.contains("janus-build test --suite s/\(name)\n"), "\(name)")
  }
}

@Test func aPassIsRememberedUntilSomethingChanges() throws {
  let workspace = try suite([
    "good.jan": "// run\nfunc main() { print(\"yes\") }\n", "good.stdout": "yes\n",
  ])
  #expect(try workspace.run("test").output == "1 passed, 0 failed\n")
  let second = try workspace.run("test")
  #expect(second.output == "1 passed, 0 failed\n")
  #expect(second.errors.contains("1 cases passed before, unchanged"))
  try workspace.write("s/good.stdout", "no\n")
  #expect(try workspace.run("test").output == "0 passed, 1 failed\n")
}

@Test func blessWritesWhatTheFourWaysPrint() throws {
  let workspace = try suite(["a.jan": "// run\nfunc main() { print(\"yes\") }\n"])
  #expect(try workspace.run("test", "--bless").status == 0)
  #expect(workspace.read("s/a.stdout") == Data("yes\n".utf8))
}

@Test func foldersAndOneCaseAlone() throws {
  let workspace = try suite([
    "pair/package.toml": "# run\n[package]\nname = \"pair\"\n",
    "pair/src/main.jan": "import other\nfunc main() { print(other.n()) }\n",
    "pair/src/other.jan": "pub func n() -> i64 { return 7 }\n", "pair.stdout": "7\n",
    "manifest/package.toml": "# check-fail\n[package]\nname = 3  #~ ERROR E7001\n",
    "wrong.jan": "// check\nfunc main() { print(a) }\n",
  ])
  #expect(try workspace.run("test", "--suite", "s/pair").output == "1 passed, 0 failed\n")
  #expect(try workspace.run("test", "--suite", "s").output == "2 passed, 1 failed\n")
  #expect(try workspace.run("test", "--suite", "s/nothing").status == 1)
}

@Test func statementsOnTheDatabase() throws {
  let workspace = try suite([
    "a.jan": """
    // check
    // sql: SELECT count(*) FROM v1_symbol WHERE symbol LIKE '%.twice' => 1
    pub func twice(n: i64) -> i64 { return n + n }

    """,
    "b.jan": """
    // check
    // sql: SELECT 1, 'a' UNION SELECT 2, 'b' ORDER BY 1 => 1|a;2|c
    pub func f() {}

    """,
  ])
  let run = try workspace.run("test")
  #expect(run.output == "1 passed, 1 failed\n")
  #expect(run.errors.contains("found:    1|a;2|b"))
}

/// A stage that breaks on one of several cases leaves the others what the stage before it found.
@Test func aBrokenStageLosesNoWarnings() throws {
  let warned = "// check\nfunc main() {\n    1 + 2  //~ WARNING W2202\n    print(1)\n}\n"
  let workspace = try suite([
    "breaks.jan": "// check\nfunc main() {}\n", "one.jan": warned, "two.jan": warned,
    "unsaid.jan": "// check\nfunc main() {\n    1 + 2\n    print(1)\n}\n",
  ])
  let home = workspace.path("home")
  try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
  for name in ["janus-front", "janus-back", "janus-runtime", "lib"] {
    try FileManager.default.createSymbolicLink(
      atPath: home + "/" + name, withDestinationPath: toolFolder.path + "/" + name)
  }
  let stage = """
    #!/bin/sh
    jobs=$(cat)
    case "$jobs" in *breaks*) kill -SEGV $$;; esac
    printf '%s\\n' "$jobs" | "\(toolFolder.path)/janus-mir" "$@"

    """
  try workspace.write("home/janus-mir", stage)
  try FileManager.default.setAttributes(
    [.posixPermissions: 0o755], ofItemAtPath: home + "/janus-mir")
  workspace.environment["JANUS_HOME"] = home
  let run = try workspace.run("test")
  #expect(run.output == "2 passed, 2 failed\n")
  #expect(run.errors.contains("FAILED s/breaks\n"))
  #expect(run.errors.contains("found, but not expected: s/unsaid.jan:3: warning W2202"))
}

@Test func fixesOfFoldersAreApplied() throws {
  let workspace = try suite([
    "good/package.toml": "# check-fail\n[package]\nname = \"good\"\n",
    "good/src/main.jan": "import other\nfunc main() { print(other.twise(2)) }  //~ ERROR E2001\n",
    "good/src/other.jan": "pub func twice(n: i64) -> i64 { return n + n }\n",
    // The declaration that the fix-it brings to light is another mistake.
    "bad/package.toml": "# check-fail\n[package]\nname = \"bad\"\n",
    "bad/src/main.jan": "import other\nfunc main() { print(other.twise(2)) }  //~ ERROR E2001\n",
    "bad/src/other.jan": "pub func twice(n: string) -> string { return n }\n",
  ])
  let run = try workspace.run("test")
  #expect(run.output == "1 passed, 1 failed\n")
  #expect(run.errors.contains("FAILED s/bad\n"))
  #expect(run.errors.contains("brings E2201"))
}
