// Every way in which a manifest can be wrong has a diagnostic with its place.
import Base
import Foundation
import Testing

private let app = """
  [package]
  name = "app"

  """

private func check(_ files: [String: String]) throws -> DriverRun {
  try ScratchWorkspace(files).run("check", "--message-format", "json")
}

@Test(arguments: [
  ("[package\nname = \"a\"", "E7001 package.toml:1:9"),
  ("", "E7001 package.toml:1:1"),
  ("name = \"a\"", "E7009 package.toml:1:1"),
  ("[package]", "E7001 package.toml:1:2"),
  ("[package]\nname = 3", "E7001 package.toml:2:8"),
  ("[package]\nname = \"a-b\"", "E7001 package.toml:2:8"),
  ("[package]\nname = \"std\"", "E7001 package.toml:2:8"),
  ("[package]\nname = \"a\"\nprofil = \"core\"", "E7009 package.toml:3:1"),
  ("[package]\nname = \"a\"\nprofile = \"cor\"", "E7001 package.toml:3:11"),
  ("[package]\nname = \"a\"\nkind = \"lib\"", "E7010 package.toml:3:8"),
  ("[package]\nname = \"a\"\npanic = [\"abort\"]", "E7001 package.toml:3:9"),
  ("[package]\nname = \"a\"\ncapabilities = [\n  \"X\",\n  1]", "E7001 package.toml:5:3"),
  ("[package]\nname = \"a\"\n[dependencies]\nb = \"1.0\"", "E7001 package.toml:4:5"),
  ("[package]\nname = \"a\"\n[dependencies]\nb = { pth = \"x\" }", "E7009 package.toml:4:7"),
  ("[package]\nname = \"a\"\n[dependencies]\nb = { path = \"x\" }", "E7002 package.toml:4:14"),
  ("[package]\nname = \"a\"\n[dependencies.me]\npath = \".\"", "E7003 package.toml:4:8"),
  ("[package]\nname = \"a\"\n[c]\nlinks = []", "E7009 package.toml:4:1"),
  ("[package]\nname = \"a\"\nname = \"b\"", "E7001 package.toml:3:8"),
  ("[package]\nname = \"\u{0}\"", "E7001 package.toml:2:9"),
])
func aWrongManifestIsRefusedWithItsPlace(manifest: String, place: String) throws {
  let run = try check(["package.toml": manifest, "src/main.jan": "func main() {}\n"])
  #expect(run.status == 1)
  #expect(run.places.contains(place), "\(run.places) \(run.diagnostics.map(\.message))")
  #expect(run.finished["success"].bool == false)
}

@Test func aSlipOfTheKeyIsCorrected() throws {
  let run = try check(["package.toml": app + "profle = \"core\"\n", "src/main.jan": ""])
  let fix = try #require(run.diagnostics.first?.fixes.first)
  #expect(fix.title == "did you mean `profile`?")
  #expect(fix.edits.first?.replacement == "profile")
}

@Test func manifestsThatAreNotTextAreRefused() throws {
  let workspace = try ScratchWorkspace(["src/main.jan": ""])
  try workspace.write("package.toml", Data([0x5B, 0x70, 0xFF, 0xFE, 0x00]))
  let run = try workspace.run("check", "--message-format", "json")
  #expect(run.places == ["E7001 package.toml:1:3"])
}

@Test func deepNestingEnds() throws {
  let nest = String(repeating: "[", count: 50_000)
  let run = try check(["package.toml": "a = " + nest, "src/main.jan": ""])
  #expect(run.status == 1)
  #expect(run.diagnostics.first?.code == "E7001")
}

@Test func membersMustBeThere() throws {
  let run = try check([
    "workspace.toml":
      "[workspace]\nmembers = [\"a\", \"libs/*\", \"x*y\"]\n[suites.s]\npath = \"no\""
  ])
  #expect(
    run.places.sorted() == [
      "E7001 workspace.toml:2:27", "E7002 workspace.toml:2:12", "E7002 workspace.toml:2:17",
      "E7002 workspace.toml:4:8",
    ])
}

@Test func packagesHaveDifferentNames() throws {
  let run = try check([
    "workspace.toml": "[workspace]\nmembers = [\"a\", \"b\"]\n",
    "a/package.toml": app, "a/src/main.jan": "", "b/package.toml": app, "b/src/lib.jan": "",
  ])
  #expect(run.places == ["E7011 b/package.toml:2:8"])
  #expect(run.diagnostics.first?.labels.first?.location.file == "a/package.toml")
}

@Test func cyclesAreShown() throws {
  func package(_ name: String, needs other: String) -> String {
    "[package]\nname = \"\(name)\"\n[dependencies]\n\(other) = { path = \"../\(other)\" }\n"
  }
  let run = try check([
    "workspace.toml": "[workspace]\nmembers = [\"a\"]\n",
    "a/package.toml": package("a", needs: "b"), "a/src/lib.jan": "",
    "b/package.toml": package("b", needs: "c"), "b/src/lib.jan": "",
    "c/package.toml": package("c", needs: "a"), "c/src/lib.jan": "",
  ])
  #expect(run.places == ["E7003 c/package.toml:4:14"])
  #expect(run.diagnostics.first?.notes == ["`a` -> `b` -> `c` -> `a`"])
}

@Test func aPackageHasOneRootModule() throws {
  #expect(try check(["package.toml": app]).places == ["E7012 package.toml:2:8"])
  #expect(try check(["package.toml": app, "src/x.jan": ""]).places == ["E7012 package.toml:2:8"])
  let both = try check(["package.toml": app, "src/main.jan": "", "src/lib.jan": ""])
  #expect(both.places == ["E7010 package.toml:2:8"])
}

@Test func aPackageOutsideTheWorkspaceIsNotBuiltSilently() throws {
  let workspace = try ScratchWorkspace([
    "workspace.toml": "[workspace]\nmembers = []\n", "lost/package.toml": app,
    "lost/src/main.jan": "",
  ])
  let run = try workspace.run("check", "-C", "lost", "--message-format", "json")
  #expect(run.diagnostics.first?.code == "E7004")
}

@Test func wrongUsageIsTwo() throws {
  let workspace = try ScratchWorkspace([:])
  #expect(try workspace.run("biuld").status == 2)
  #expect(try workspace.run("build", "-j", "0").status == 2)
  #expect(try workspace.run("build", "--no-such-option").status == 2)
  #expect(try workspace.run("build", "-C", "nowhere").status == 2)
  #expect(try workspace.run("build").status == 1)
  #expect(try workspace.run("run", "gone.jan").status == 1)
  #expect(try workspace.run("explain", "E0000").status == 1)
  #expect(try workspace.run("--help").status == 0)
}

@Test func anUnknownPackageIsNamed() throws {
  let workspace = try ScratchWorkspace(["package.toml": app, "src/main.jan": ""])
  let run = try workspace.run("check", "-p", "ap", "--message-format", "json")
  #expect(run.diagnostics.first?.code == "E7004")
  #expect(run.diagnostics.first?.notes == ["did you mean `app`?"])
}
