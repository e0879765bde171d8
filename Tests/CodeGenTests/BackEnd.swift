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

  /// Starts with no signal blocked: the threads of tests block most, and a debugger that inherits
  /// that waits for ever.
  func run(_ program: String, _ arguments: [String]) throws -> Outcome {
    let (out, err) = (path("stdout"), path("stderr"))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Files, not pipes: neither side waits for the other.
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, out, flags, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, err, flags, 0o644)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, program, &actions, &attributes, &words, environ)
    guard failure == 0 else { throw CannotStart(program: program, reason: failure) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return Outcome(
      status: status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f),
      output: try String(contentsOfFile: out, encoding: .utf8),
      errors: try String(contentsOfFile: err, encoding: .utf8))
  }

  struct CannotStart: Error {
    var program: String
    var reason: Int32
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
