// `janus-build fmt`: which files it takes, and what it does to them.
import Foundation
import Testing

private let manifest = "[package]\nname = \"app\"\n"

@Suite struct FormatCommandTests {
  @Test func aWorkspaceIsFormattedOnce() throws {
    let workspace = try ScratchWorkspace([
      "package.toml": manifest, "src/main.jan": "func main( ) { }\n",
      "src/geo/point.jan": "struct P { }\n", "other.jan": "func  untouched() {}\n",
    ])
    let check = try workspace.run("fmt", "--check")
    #expect(check.status == 1)
    #expect(check.errors.contains("src/main.jan: not in the standard form"))
    #expect(workspace.read("src/main.jan") == Data("func main( ) { }\n".utf8))
    #expect(try workspace.run("fmt").status == 0)
    #expect(workspace.read("src/main.jan") == Data("func main() {}\n".utf8))
    #expect(workspace.read("src/geo/point.jan") == Data("struct P {}\n".utf8))
    #expect(workspace.read("other.jan") == Data("func  untouched() {}\n".utf8))
    #expect(try workspace.run("fmt", "--check").status == 0)
    #expect(try workspace.run("fmt", "--check", ".").status == 1)
  }

  @Test func aFileWithErrorsIsLeftAsItIs() throws {
    let source = "func main( { }\nfunc  f() { }\n"
    let workspace = try ScratchWorkspace(["a.jan": source, "b.jan": "func  b() { }\n"])
    let run = try workspace.run("fmt", "a.jan", "b.jan")
    #expect(run.status == 1)
    #expect(run.errors.contains("a.jan:1:"))
    #expect(workspace.read("a.jan") == Data(source.utf8))
    #expect(workspace.read("b.jan") == Data("func b() {}\n".utf8))
    #expect(try workspace.run("fmt", "missing.jan").status == 1)
    #expect(try workspace.run("fmt", "--stdin", "a.jan").status == 2)
  }

  @Test func linksAndPermissionsAreKept() throws {
    let workspace = try ScratchWorkspace(["real.jan": "func  b() { }\n"])
    let files = FileManager.default
    try files.setAttributes(
      [.posixPermissions: 0o750], ofItemAtPath: workspace.path("real.jan"))
    try files.createSymbolicLink(
      atPath: workspace.path("link.jan"), withDestinationPath: "real.jan")
    #expect(try workspace.run("fmt", "link.jan").status == 0)
    #expect(workspace.read("real.jan") == Data("func b() {}\n".utf8))
    #expect(try files.destinationOfSymbolicLink(atPath: workspace.path("link.jan")) == "real.jan")
    let attributes = try files.attributesOfItem(atPath: workspace.path("real.jan"))
    #expect(attributes[.posixPermissions] as? Int == 0o750)
  }
}
