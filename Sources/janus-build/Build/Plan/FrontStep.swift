// One run of janus-front for all packages: source to checked declarations in the ASTDB.
import Base

extension BuildSession {
  func runFront(_ packages: [Package], _ seen: [SeenFile]) throws {
    var action = Action("check")
    action.add("toolchain", identity.all)
    var jobs: [UInt8] = []
    for package in packages {
      let job = package.frontJob
      action.add("package `\(package.name)`", sha256(Array(job.text.utf8)))
      job.write(to: &jobs)
      jobs.append(UInt8(ascii: "\n"))
    }
    for file in seen where !file.stamp.isDirectory {
      action.add("`\(file.path)`", file.content?.hex ?? "-")
    }
    var arguments = ["--db", paths.database, "--jobs", "--message-format", "json"]
    if let std = toolchain.standardLibrary { arguments += ["--std", std] }
    var output = StageRun(output: [])
    try reporter.together {
      do {
        output = try runStage(.front, arguments, input: jobs)
      } catch {
        if Files.exists(paths.database) { reportOwnershipErrors(packages) }
        throw error
      }
    }
    let finished = output.messages(of: "finished").last
    let checked = finished?["checked"].integer ?? 1
    if checked == 0, Files.exists(paths.database) {
      result.reused += 1
    } else {
      willExecute(action)
    }
    actions.append(action)
  }

  /// Runs a stage, reports what it found, and throws when it failed.
  func runStage(_ stage: Stage, _ arguments: [String], input: [UInt8]) throws -> StageRun {
    let command = Command(
      executable: toolchain.path(of: stage), arguments: arguments, directory: root,
      input: .bytes(input))
    let outcome = run(command)
    let output = StageRun(output: outcome.output)
    reporter.report(output.diagnostics)
    let hasErrors = output.diagnostics.contains { $0.severity == .error }
    var repeated = command
    if outcome.end != .exited(0), !hasErrors { repeated.input = .file(keep(input, of: stage)) }
    if let failure = StageRun.failure(of: repeated, outcome, hasErrors: hasErrors) {
      reporter.report([failure])
      throw BuildFailure()
    }
    if !outcome.errors.isEmpty { reporter.progress(outcome.errorText) }
    if hasErrors { throw BuildFailure() }
    return output
  }

  /// Keeps what a failed stage was given, so that its run can be repeated.
  private func keep(_ input: [UInt8], of stage: Stage) -> String {
    let path = Path.join(paths.work, "\(stage.rawValue).jobs")
    try? Files.write(input, to: path)
    return path
  }
}

extension Package {
  /// The line that tells janus-front about this package.
  var frontJob: JSON {
    [
      "package": .string(name),
      "profile": .string(profile.name),
      "overflow": .string(overflow?.rawValue ?? "default"),
      "panic": panic.map { .string($0.rawValue) } ?? .null,
      "root": .string(sourceRoot),
      "files": JSON(files),
      "dependencies": .array(
        dependencies.map { ["name": .string($0.name), "package": .string($0.package)] }),
      "capabilities": capabilities.map { JSON($0) } ?? .null,
      "kind": .string(kind == .program ? "exe" : "lib"),
    ]
  }
}
