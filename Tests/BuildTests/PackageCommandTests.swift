// `new`, `add`, `tree`, `metadata` and `completions`, as a user meets them.
import Base
import Foundation
import Testing

private func manifest(_ name: String, _ rest: String = "") -> String {
  "[package]\nname = \"\(name)\"\n\(rest)"
}

@Suite struct PackageCommandTests {
  @Test func aNewProgramRunsAndIsInStandardForm() throws {
    let workspace = try ScratchWorkspace([:])
    #expect(try workspace.run("new", "app").status == 0)
    #expect(try workspace.run("run", "-C", "app").output == "Hello, app!\n")
    #expect(try workspace.run("test", "-C", "app").output.hasSuffix("1 passed, 0 failed\n"))
    #expect(try workspace.run("fmt", "--check", "app").status == 0)
    #expect(workspace.read("app/.gitignore") == Data(".janus/\n".utf8))
  }

  @Test func newWorkspacesLibrariesAndScriptsWork() throws {
    let workspace = try ScratchWorkspace([:])
    #expect(try workspace.run("new", "--workspace", "big").status == 0)
    #expect(try workspace.run("run", "-C", "big").output == "Hello, big!\n")
    #expect(try workspace.run("new", "--lib", "big/packages/words").status == 0)
    #expect(try workspace.run("test", "-C", "big").output.hasSuffix("2 passed, 0 failed\n"))
    let right = try workspace.run("test", "--doc", "-C", "big")
    #expect(right.output.hasSuffix("3 passed, 0 failed\n"))
    try workspace.write(
      "big/packages/words/src/lib.jan", "/// ```janus run\n/// print(1)\n/// ```\n"
        + "/// ```output\n/// 2\n/// ```\n/// ```janus\n/// let x: i64 = true\n/// ```\n"
        + "pub func f() {}\n")
    let wrong = try workspace.run("test", "--doc", "-C", "big")
    #expect(wrong.output.hasSuffix("1 passed, 2 failed\n"))
    #expect(wrong.errors.contains("instead of:\n2\n") && wrong.errors.contains("E2201"))
    #expect(try workspace.run("new", "--script", "hello").status == 0)
    #expect(try workspace.run("run", "hello.jan").output == "Hello!\n")
    #expect(try workspace.run("fmt", "--check", ".").status == 0)
  }

  @Test func whatIsThereIsNotTouched() throws {
    let workspace = try ScratchWorkspace(["app/notes": "mine"])
    let run = try workspace.run("new", "app")
    #expect(run.status == 1)
    #expect(run.errors.contains("is there already"))
    #expect(workspace.read("app/package.toml") == nil)
    #expect(try workspace.run("new", "my-app").errors.contains("`my_app` would do"))
    #expect(try workspace.run("new", "std").status == 1)
    #expect(try workspace.run("new", "--lib", "--script", "x").status == 2)
  }

  @Test(arguments: [
    (manifest("a"), manifest("a", "\n[dependencies]\nb = { path = \"../b\" }\n")),
    (
      "# top\n" + manifest("a", "[dependencies] # these\n# c\nc={path=\"../c\"}\n\n[c]\n"),
      "# top\n"
        + manifest(
          "a",
          "[dependencies] # these\n# c\nc={path=\"../c\"}\nb = { path = \"../b\" }\n\n[c]\n")
    ),
  ])
  func addKeepsTheRestOfTheManifest(before: String, after: String) throws {
    let workspace = try ScratchWorkspace([
      "a/package.toml": before, "b/package.toml": manifest("b"),
      "c/package.toml": manifest("c"), "a/src/lib.jan": "", "b/src/lib.jan": "",
      "c/src/lib.jan": "",
    ])
    let run = try workspace.run("add", "-C", "a", "../b")
    #expect(run.status == 0, "\(run.errors)")
    #expect(workspace.read("a/package.toml").map { String(decoding: $0, as: UTF8.self) } == after)
    #expect(try workspace.run("check", "-C", "a").status == 0)
  }

  @Test func addRefusesWhatCouldNotBeBuilt() throws {
    let workspace = try ScratchWorkspace([
      "a/package.toml": manifest("a", "[dependencies]\nb = { path = \"../b\" }\n"),
      "b/package.toml": manifest("b"), "empty/notes": "",
      "inline/package.toml": "dependencies = { }\n" + manifest("inline"),
    ])
    let cycle = try workspace.run("add", "-C", "b", "../a")
    #expect(cycle.status == 1)
    #expect(cycle.errors.contains("error[E7003]") && cycle.errors.contains("`b` -> `a` -> `b`"))
    #expect(try workspace.run("add", "-C", "b", "../b").errors.contains("E7003"))
    #expect(try workspace.run("add", "-C", "a", "../empty").errors.contains("E7002"))
    #expect(try workspace.run("add", "-C", "a", "../b").errors.contains("E7011"))
    #expect(try workspace.run("add", "-C", "a", "../b", "--name", "2b").errors.contains("E7001"))
    #expect(try workspace.run("add", "-C", "inline", "../b").errors.contains("by hand"))
    #expect(workspace.read("b/package.toml") == Data(manifest("b").utf8))
  }

  @Test func treeShowsEachDependencyAndMarksRepetitions() throws {
    let workspace = try ScratchWorkspace([
      "workspace.toml": "[workspace]\nmembers = [\"*\"]\n",
      "app/package.toml": manifest(
        "app", "version = \"1.2\"\n[dependencies]\nleft = { path = \"../left\" }\n"
          + "other = { path = \"../right\" }\n"),
      "left/package.toml": manifest("left", "[dependencies]\nbase = { path = \"../base\" }\n"),
      "right/package.toml": manifest("right", "[dependencies]\nleft = { path = \"../left\" }\n"),
      "base/package.toml": manifest("base"), "app/src/main.jan": "func main() {}\n",
      "left/src/lib.jan": "", "right/src/lib.jan": "", "base/src/lib.jan": "",
    ])
    let wanted = """
      app 1.2 (app)
      ├── left (left)
      │   └── base (base)
      └── right as other (right)
          └── left (left) (*)

      """
    #expect(try workspace.run("tree").output == wanted)
    #expect(try workspace.run("tree", "-p", "left").output == "left (left)\n└── base (base)\n")
    #expect(try workspace.run("tree", "-p", "lift").errors.contains("did you mean `left`?"))
    let json = try #require(workspace.run("tree", "--json").messages.first)
    #expect(json["version"].integer == 1)
    #expect(json["roots"].array?.first?["dependencies"].array?.count == 2)

    let metadata = try #require(workspace.run("metadata", "-C", "left").messages.first)
    #expect(metadata["version"].integer == 1)
    #expect(metadata["manifest"].string == "workspace.toml")
    let names = metadata["packages"].array?.compactMap { $0["name"].string }
    #expect(names == ["base", "left", "right", "app"])
    let app = try #require(metadata["packages"].array?.last)
    #expect(app["kind"].string == "exe" && app["root_module"].string == "app/src/main.jan")
    #expect(app["dependencies"].array?.last?["name"].string == "other")
    #expect(app["dependencies"].array?.last?["folder"].string == "right")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsKnowEveryCommand(shell: String) throws {
    let run = try ScratchWorkspace([:]).run("completions", shell)
    #expect(run.status == 0)
    for word in ["fmt", "metadata", "completions", "release"] {
      #expect(run.output.contains(word), "\(word)")
    }
  }

  @Test func theVersionIsPrinted() throws {
    let run = try ScratchWorkspace([:]).run("--version")
    #expect(run.output.hasPrefix("janus-build ") && run.status == 0)
  }
}
