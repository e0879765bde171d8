// Runs `janus-back` on MIR text, as users do: in memory, and through objects, linker and runtime.
import Foundation
import Testing

/// What a process left.
struct Outcome: Equatable {
  var status: Int32
  var output: String
  var errors: String
}

/// The ways in which one program runs; all must agree.
enum Way: CaseIterable {
  case jit, optimisedJIT, objects, release
}

/// The built toolchain, and a folder for one test's files.
final class BackEnd {
  let folder: URL
  private static let binaries =
    ProcessInfo.processInfo.environment["JANUS_TOOLS"].map { URL(fileURLWithPath: $0) }
    ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  static let program = binaries.appendingPathComponent("janus-back").path
  static let runtime = binaries.appendingPathComponent("lib/janus/core").path

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("janus-back-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Writes MIR text that follows the common prelude.
  func write(_ text: String, as name: String = "m.mir") throws -> String {
    let whole = try Cases.text("Prelude.mir") + text
    try whole.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  func run(_ program: String, _ arguments: [String]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    // Files, not pipes: neither side waits for the other.
    let (out, err) = (path("stdout"), path("stderr"))
    FileManager.default.createFile(atPath: out, contents: nil)
    FileManager.default.createFile(atPath: err, contents: nil)
    process.standardOutput = FileHandle(forWritingAtPath: out)
    process.standardError = FileHandle(forWritingAtPath: err)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: try String(contentsOfFile: out, encoding: .utf8),
      errors: try String(contentsOfFile: err, encoding: .utf8))
  }

  func back(_ arguments: [String]) throws -> Outcome {
    try run(BackEnd.program, arguments)
  }

  /// Runs the program in `module` in one way.
  func run(_ module: String, _ way: Way) throws -> Outcome {
    switch way {
    case .jit: return try back(["run", module])
    case .optimisedJIT: return try back(["run", "--release", module])
    case .objects, .release:
      let object = path("program.o")
      let mode = way == .release ? ["--release"] : []
      let made = try back([module, "-o", object] + mode)
      guard made.status == 0 else { return made }
      return try linkAndRun([object])
    }
  }

  func linkAndRun(_ objects: [String]) throws -> Outcome {
    let program = path("program")
    let runtime = [BackEnd.runtime + "/libjanus_rt.a", "-lgcc_s", "-lm"]
    let linked = try run("/usr/bin/cc", objects + runtime + ["-o", program])
    guard linked.status == 0 else { return linked }
    return try run(program, [])
  }
}

/// The files beside the tests.
enum Cases {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Cases")

  static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// The text of a file that need not exist.
  static func optionalText(_ name: String) -> String { (try? text(name)) ?? "" }
}
