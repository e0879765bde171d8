// Building and running with the whole toolchain: reuse, records, the cache, exit codes.
import Base
import Foundation
import Testing

private let manifest = "[package]\nname = \"app\"\n"
private let hello = "func main() { print(\"hello\") }\n"

private func helloPackage() throws -> ScratchWorkspace {
  try ScratchWorkspace(["package.toml": manifest, "src/main.jan": hello])
}

private func twoPackages() throws -> ScratchWorkspace {
  try ScratchWorkspace([
    "workspace.toml": "[workspace]\nmembers = [\"app\", \"lib\"]\n",
    "app/package.toml": manifest + "[dependencies]\nwords = { path = \"../lib\" }\n",
    "app/src/main.jan": "import words\nfunc main() { print(words.greeting()) }\n",
    "lib/package.toml": "[package]\nname = \"words\"\n",
    "lib/src/lib.jan": "pub func greeting() -> string { return \"hello\" }\n",
  ])
}

private func build(_ workspace: ScratchWorkspace, _ more: String...) throws -> DriverRun {
  let run = try workspace.run(["build", "--message-format", "json"] + more)
  #expect(run.status == 0, "\(run.output)\(run.errors)")
  return run
}

@Test func onlyTheProgramWritesToStandardOutput() throws {
  let run = try helloPackage().run("run")
  #expect(run.output == "hello\n")
  #expect(run.status == 0)
}

@Test func theProgramsArgumentsAndStatusArePassedOn() throws {
  let workspace = try ScratchWorkspace([
    "a.jan": """
      import std.os
      func main() {
          for argument in os.args().slice(1..<os.args().len) { print(argument) }
          let empty: List[i64] = List[i64].new()
          print(empty[3])
      }
      """
  ])
  let run = try workspace.run("run", "a.jan", "one", "--two", "--", "three")
  #expect(run.output == "one\n--two\n--\nthree\n")
  #expect(run.status == 101)
  #expect(run.errors.contains("panic: P001"))
}

@Test func aSingleFileLeavesOneFolder() throws {
  let workspace = try ScratchWorkspace(["a.jan": hello])
  #expect(try workspace.run("run", "a.jan").output == "hello\n")
  let names = try FileManager.default.contentsOfDirectory(atPath: workspace.folder)
  #expect(names.sorted() == [".janus", "a.jan"])
}

@Test func aBuildWithoutChangesExecutesNothing() throws {
  let workspace = try twoPackages()
  let first = try build(workspace)
  #expect(first.finished["executed"].integer! > 0)
  let second = try build(workspace)
  #expect(second.finished["executed"].integer == 0)
  #expect(second.finished["products"] == first.finished["products"])
  // Touched, but the same: the content decides.
  try workspace.write("lib/src/lib.jan", workspace.read("lib/src/lib.jan")!)
  #expect(try build(workspace).finished["executed"].integer == 0)
}

@Test func goingBackCompilesNothing() throws {
  let workspace = try twoPackages()
  _ = try build(workspace)
  let before = workspace.read(".janus/out/dev/app/bin/app")
  let old = workspace.read("lib/src/lib.jan")!
  try workspace.write("lib/src/lib.jan", "pub func greeting() -> string { return \"bye\" }\n")
  _ = try build(workspace)
  #expect(try workspace.run("run").output == "bye\n")
  try workspace.write("lib/src/lib.jan", old)
  let back = try workspace.run("build", "--explain")
  #expect(!back.errors.contains("compile"), "\(back.errors)")
  #expect(!back.errors.contains("explain: link"), "\(back.errors)")
  #expect(workspace.read(".janus/out/dev/app/bin/app") == before)
}

@Test func aCommentCompilesNothing() throws {
  let workspace = try twoPackages()
  _ = try build(workspace)
  let text = String(decoding: workspace.read("lib/src/lib.jan")!, as: UTF8.self)
  try workspace.write("lib/src/lib.jan", text + "// Said later.\n")
  let run = try workspace.run("build", "--explain")
  #expect(!run.errors.contains("compile"), "\(run.errors)")
}

@Test func cleanAndIncrementalAgreeFromAnyFolder() throws {
  let one = try twoPackages()
  let other = try twoPackages()
  for mode in [[], ["--release"]] {
    _ = try one.run(["build"] + mode)
    _ = try other.run(["build"] + mode)
    let name = mode.isEmpty ? "dev" : "release"
    let program = one.read(".janus/out/\(name)/app/bin/app")
    #expect(program != nil)
    #expect(program == other.read(".janus/out/\(name)/app/bin/app"))
  }
}

@Test func aDamagedCacheIsAMiss() throws {
  let workspace = try twoPackages()
  _ = try build(workspace)
  let blobs = FileManager.default.enumerator(atPath: workspace.cache + "/cas")!
  for case let name as String in blobs where name.count > 60 {
    let path = workspace.cache + "/cas/" + name
    var bytes = FileManager.default.contents(atPath: path)!
    bytes[bytes.count / 2] ^= 0x55
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    try bytes.write(to: URL(fileURLWithPath: path))
  }
  try FileManager.default.removeItem(atPath: workspace.path(".janus/out"))
  _ = try build(workspace)
  #expect(try workspace.run("run").output == "hello\n")
}

@Test func everythingDerivedCanBeDamaged() throws {
  let workspace = try twoPackages()
  _ = try build(workspace)
  let derived = FileManager.default.enumerator(atPath: workspace.path(".janus"))!
  let files = derived.compactMap { $0 as? String }.filter { !$0.hasSuffix("lock") }
  for file in files {
    let path = workspace.path(".janus/" + file)
    guard let bytes = FileManager.default.contents(atPath: path), bytes.count > 1 else { continue }
    try workspace.write(".janus/" + file, bytes.prefix(bytes.count / 2))
    try workspace.write("app/src/main.jan", workspace.read("app/src/main.jan")! + Data(" ".utf8))
    let run = try workspace.run("run")
    #expect(run.output == "hello\n", "after damage to \(file): \(run.errors)")
  }
}

@Test func aCacheThatCannotBeWrittenIsDoneWithout() throws {
  let workspace = try helloPackage()
  workspace.environment["JANUS_CACHE"] = "/proc/none"
  #expect(try workspace.run("run").output == "hello\n")
}

@Test func errorsEndWithOneAndAreShownAgain() throws {
  let workspace = try twoPackages()
  try workspace.write("lib/src/lib.jan", "pub func greeting() -> string { return missing }\n")
  for _ in 0..<2 {
    let run = try workspace.run("build", "--message-format", "json")
    #expect(run.status == 1)
    #expect(run.places == ["E2001 lib/src/lib.jan:1:40"])
  }
  let text = try workspace.run("build")
  #expect(text.errors.contains("error[E2001]"))
  #expect(text.output.isEmpty)
}

/// Warnings of bodies, of imports, and of a package below: none of them stops the build, and each
/// is shown by every build until its cause is gone.
@Test func warningsAreShownByEveryBuild() throws {
  let workspace = try twoPackages()
  let main = "import words\nimport std.fs\nfunc main() { print(words.greeting()) }\n"
  try workspace.write("app/src/main.jan", main)
  let library = """
    pub func greeting() -> string {
        let unused = 1
        1 + 2
        return "a"
    }

    """
  try workspace.write("lib/src/lib.jan", library)
  let expected = [
    "W2001 app/src/main.jan:2:1", "W2202 lib/src/lib.jan:3:5", "W2204 lib/src/lib.jan:2:9",
  ]
  // The same again, another kind of build, another file changed, the record lost.
  for arguments in [["build"], ["build"], ["check"], ["build", "--release"], ["test"]] {
    let run = try workspace.run(arguments + ["--message-format", "json"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.places.sorted() == expected, "\(arguments)")
  }
  try workspace.write("app/src/main.jan", main + "pub func more() {}\n")
  #expect(try build(workspace).places.sorted() == expected)
  try workspace.write("lib/src/lib.jan", library + "pub func also() -> i64 { return 3 }\n")
  #expect(try build(workspace).places.sorted() == expected)
  try workspace.write("lib/src/lib.jan", "pub func greeting() -> string { return \"a\" }\n")
  #expect(try build(workspace).places == [expected[0]])
}

@Test func buildsInOneFolderWaitForEachOther() throws {
  let workspace = try twoPackages()
  let runs = (0..<4).map { index in
    let process = Process()
    process.executableURL = toolFolder.appendingPathComponent("janus-build")
    process.arguments = ["build", "-j", "1"]
    process.currentDirectoryURL = URL(fileURLWithPath: workspace.folder)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["JANUS_CACHE": workspace.cache]) { $1 }
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    return process
  }
  for process in runs { try process.run() }
  for process in runs {
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
  #expect(try workspace.run("run").output == "hello\n")
}

@Test func aBuildThatWasKilledNeedsNoClean() throws {
  let workspace = try twoPackages()
  for delay in [5, 20, 40, 60, 80] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments = [
      "-s", "KILL", "0.0\(delay < 10 ? "0" : "")\(delay)",
      toolFolder.appendingPathComponent("janus-build").path, "build",
    ]
    process.currentDirectoryURL = URL(fileURLWithPath: workspace.folder)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["JANUS_CACHE": workspace.cache]) { $1 }
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
  }
  #expect(try workspace.run("run").output == "hello\n")
}

@Test func testBlocksAreRunAndCounted() throws {
  let workspace = try twoPackages()
  try workspace.write(
    "lib/src/lib.jan",
    """
    pub func greeting() -> string { return "hello" }
    test "right" { assert_eq(greeting(), "hello") }
    test "wrong" { assert_eq(greeting(), "bye") }
    """)
  let run = try workspace.run("test")
  #expect(run.output == "1 passed, 1 failed\n")
  #expect(run.status == 1)
}

@Test func queryShowsRowsAsTextAndJSON() throws {
  let workspace = try twoPackages()
  _ = try build(workspace)
  let sql = "SELECT symbol, 1 AS n FROM v1_symbol WHERE symbol = 'words.greeting'"
  let table = try workspace.run("query", sql)
  #expect(table.output == "symbol          n\n--------------  -\nwords.greeting  1\n")
  let json = try workspace.run("query", "--message-format", "json", sql)
  #expect(json.output == "{\"symbol\":\"words.greeting\",\"n\":1}\n")
  #expect(try workspace.run("query", "SELEKT").status == 1)
  #expect(try workspace.run("query", "DROP TABLE x").status == 1)
}

@Test func cleanRemovesOnlyWhatBuildsMade() throws {
  let workspace = try twoPackages()
  _ = try build(workspace)
  #expect(try workspace.run("clean").status == 0)
  #expect(!FileManager.default.fileExists(atPath: workspace.path(".janus")))
  #expect(workspace.read("app/src/main.jan") != nil)
}
