// Starts the driver on small workspaces in scratch folders, as a user would.
import Base
import Foundation

/// A workspace in a folder of its own, with a cache of its own.
final class ScratchWorkspace {
  let folder: String
  let cache: String
  var environment: [String: String] = [:]

  /// `files` are paths and contents.
  init(_ files: [String: String]) throws {
    let base = NSTemporaryDirectory() + "/janus-test-\(UInt64.random(in: 0...UInt64.max))"
    folder = base + "/workspace"
    cache = base + "/cache"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (path, text) in files { try write(path, text) }
  }

  deinit {
    let base = URL(fileURLWithPath: folder).deletingLastPathComponent()
    try? FileManager.default.removeItem(at: base)
  }

  func path(_ name: String) -> String { folder + "/" + name }

  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  func write(_ name: String, _ bytes: Data) throws {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: url)
  }

  func read(_ name: String) -> Data? { FileManager.default.contents(atPath: path(name)) }

  /// Runs `janus-build` with these arguments.
  func run(_ arguments: String...) throws -> DriverRun { try run(arguments) }

  func run(_ arguments: [String], tool: String = "janus-build") throws -> DriverRun {
    let process = Process()
    process.executableURL = toolFolder.appendingPathComponent(tool)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    var variables = ProcessInfo.processInfo.environment
    variables["JANUS_CACHE"] = cache
    variables["JANUS_HOME"] = nil
    variables.merge(environment) { $1 }
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: a pipe that nobody reads would block the child.
    let output = cache + ".out"
    let errors = cache + ".err"
    for path in [output, errors] { FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    return DriverRun(
      status: process.terminationStatus, output: contents(output), errors: contents(errors))
  }

  private func contents(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}

/// The folder of the executables under test: that of the test program itself.
let toolFolder: URL =
  ProcessInfo.processInfo.environment["JANUS_TOOLS"].map { URL(fileURLWithPath: $0) }
  ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

struct DriverRun {
  var status: Int32
  var output: String
  var errors: String

  /// The JSON lines of standard output.
  var messages: [JSON] { output.split(separator: "\n").compactMap { JSON(parsing: $0.utf8) } }

  var diagnostics: [LocatedDiagnostic] { messages.compactMap(LocatedDiagnostic.init(json:)) }

  var finished: JSON { messages.last { $0["kind"].string == "finished" } ?? .null }

  /// `code file:line:column` of each diagnostic.
  var places: [String] {
    diagnostics.map { diagnostic in
      let place = diagnostic.location.map { " \($0.file):\($0.line):\($0.column)" } ?? ""
      return diagnostic.code + place
    }
  }
}
