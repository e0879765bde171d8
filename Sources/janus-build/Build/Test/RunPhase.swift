// The second half of a suite's run: every accepted program runs four ways, interpreted, compiled
// without and with optimisation, and under the JIT, and must do the same in all of them.
import Base
import Glibc

extension SuiteRun {
  func runWays(_ cases: [RunningCase]) {
    let pool = ProcessPool(limit: jobs)
    for running in cases {
      switch running.test.kind {
      case .run:
        running.pendingWays = 4
        interpret(running, pool)
        compile(running, pool, release: false)
        compile(running, pool, release: true)
        runInJIT(running, pool)
      case .build:
        running.pendingWays = 1
        compile(running, pool, release: false)
      case .mir: printMir(running, pool)
      case .check, .checkFail: break
      }
    }
    pool.runUntilEmpty()
  }

  private func interpret(_ running: RunningCase, _ pool: ProcessPool) {
    let path = mirPath(running.test, release: false)
    start(
      running, "interpreter", toolchain.path(of: .mir), ["run", "--shadow", path], pool,
      timeout: 300)
  }

  private func runInJIT(_ running: RunningCase, _ pool: ProcessPool) {
    let path = mirPath(running.test, release: false)
    start(running, "JIT", toolchain.path(of: .back), ["run", path, "--"], pool, timeout: 60)
  }

  private func compile(_ running: RunningCase, _ pool: ProcessPool, release: Bool) {
    let way = release ? "release" : "dev"
    let base = Path.join(scratch, "\(running.test.package).\(way)")
    let command = Command(
      executable: toolchain.path(of: .back),
      arguments: [mirPath(running.test, release: release), "-o", "\(base).o"]
        + (release ? ["--release"] : []), directory: root, timeout: 120)
    pool.add(command) { [self] outcome in
      guard outcome.succeeded else {
        return running.fail("\(way): janus-back \(explain(command, outcome))")
      }
      link(running, way, base, pool)
    }
  }

  private func link(_ running: RunningCase, _ way: String, _ base: String, _ pool: ProcessPool) {
    var command = linker.command(
      LinkRequest(objects: ["\(base).o"], runtime: runtime, output: base))
    command.input = .nothing
    let linking = command
    pool.add(linking) { [self] outcome in
      guard outcome.succeeded else {
        return running.fail("\(way): the linker \(explain(linking, outcome))")
      }
      if running.test.kind.runs {
        start(running, way, base, [], pool, timeout: 60)
      } else {
        running.isDone = true
      }
    }
  }

  /// Runs the program one way, in `home` or a folder of its own, where it may leave files.
  func start(
    _ running: RunningCase, _ way: String, _ executable: String, _ first: [String],
    in home: String? = nil, _ pool: ProcessPool, timeout: Double = 120
  ) {
    let test = running.test
    let folder = home ?? Path.join(scratch, "run/\(test.package).\(way)")
    try? Files.makeDirectory(folder)
    let suite = Path.join(root, Path.directory(of: test.path))
    let arguments = test.arguments.map {
      $0.hasPrefix("$SUITE/") ? Path.join(suite, String($0.dropFirst(7))) : $0
    }
    var command = Command(
      executable: executable, arguments: first + arguments, directory: folder, timeout: timeout)
    command.outputLimit = 64 << 20
    if let stdin = test.stdin { command.input = .file(Path.join(suite, stdin)) }
    pool.add(command) { [self] outcome in
      running.outputs.append((way, outcome))
      judge(running, way, command, outcome)
      running.pendingWays -= 1
      if running.pendingWays == 0 { finish(running) }
    }
  }

  private func judge(
    _ running: RunningCase, _ way: String, _ command: Command, _ outcome: Outcome
  ) {
    guard case .run(let status) = running.test.kind else { return }
    guard outcome.end == .exited(status) else {
      return running.fail("\(way): \(explain(command, outcome)), expected \(status)")
    }
    if request.blesses { return }
    for (name, found) in [("stdout", outcome.output), ("stderr", outcome.errors)] {
      let path = Path.join(root, running.test.side(name))
      guard let expected = try? Files.read(path) else {
        // Nothing was promised about standard error; standard output is empty unless said.
        if name == "stdout", !found.isEmpty {
          running.fail(
            "\(way): `\(running.test.side(name))` is missing, but the program printed\n"
              + String(decoding: found.prefix(400), as: UTF8.self))
        }
        continue
      }
      if found != expected {
        running.fail(
          "\(way): \(name) differs\n\(difference(expected, found))\nby: \(command.shellText)")
      }
    }
  }

  /// All ways have ended: writes expectations when asked to, if the ways agree.
  private func finish(_ running: RunningCase) {
    defer { running.isDone = true }
    guard request.blesses, running.failure == nil, let first = running.outputs.first else { return }
    for other in running.outputs.dropFirst() where other.outcome.output != first.outcome.output {
      return running.fail(
        "\(first.way) and \(other.way) differ\n"
          + difference(first.outcome.output, other.outcome.output))
    }
    let path = Path.join(root, running.test.side("stdout"))
    if first.outcome.output.isEmpty {
      Files.remove(path)
    } else {
      try? Files.write(first.outcome.output, to: path)
    }
    let errors = Path.join(root, running.test.side("stderr"))
    if Files.exists(errors) { try? Files.write(first.outcome.errors, to: errors) }
  }

  /// `// mir`: the printed MIR must contain the texts in order.
  private func printMir(_ running: RunningCase, _ pool: ProcessPool) {
    let text = Path.join(scratch, "mir/\(running.test.package).txt")
    let command = Command(
      executable: toolchain.path(of: .mir),
      arguments: [
        "--db", running.database, "--module", running.test.package, "--entry",
        running.test.isLibrary ? "lib" : "main", "--emit", "text", "-o", text,
      ], directory: root, timeout: 60)
    pool.add(command) { [self] outcome in
      guard outcome.succeeded else { return running.fail("janus-mir \(explain(command, outcome))") }
      let printed = (try? Files.read(text)) ?? outcome.output
      var rest = String(decoding: printed, as: UTF8.self)
      for wanted in running.test.mirTexts {
        guard let end = rest.range(ofText: wanted) else {
          return running.fail("the MIR does not contain, or not in this order: \(wanted)")
        }
        rest = String(rest[end...])
      }
      running.isDone = true
    }
  }

  private func explain(_ command: Command, _ outcome: Outcome) -> String {
    let errors = outcome.errorText.split(separator: "\n").suffix(8).joined(separator: "\n")
    return "\(outcome.end)\nby: \(command.shellText)" + (errors.isEmpty ? "" : "\n\(errors)")
  }
}

/// The first line in which two texts differ.
func difference(_ expected: [UInt8], _ found: [UInt8]) -> String {
  let old = String(decoding: expected, as: UTF8.self)
    .split(separator: "\n", omittingEmptySubsequences: false)
  let new = String(decoding: found, as: UTF8.self)
    .split(separator: "\n", omittingEmptySubsequences: false)
  for index in 0..<max(old.count, new.count) {
    let a = index < old.count ? String(old[index]) : "(end)"
    let b = index < new.count ? String(new[index]) : "(end)"
    if a != b { return "line \(index + 1)\n  expected: \(a)\n  found:    \(b)" }
  }
  return "the texts differ in bytes that are not text"
}
