// One run of janus-mir for all modules: checked declarations to MIR files.
import Base

/// A module that janus-mir wrote: its file and its code generation units.
struct LoweredModule {
  struct Unit {
    var index: Int
    /// The hash of the unit's content.
    var hash: String
    var functions: Int
  }

  var package: Package
  var entry: String
  var path: String
  var units: [Unit]
  /// The runtime variant that the program needs.
  var runtime: String
  /// False for a library, whose code is compiled with the programs that use it.
  var producesProgram: Bool
}

extension BuildSession {
  func runMir(_ packages: [Package], of workspace: Workspace) throws -> [LoweredModule] {
    var jobs: [UInt8] = []
    var wanted: [(package: Package, entry: String, path: String)] = []
    for package in packages {
      let entry = self.entry(of: package)
      let path = paths.mir(package.name, entry, options.mode)
      wanted.append((package, entry, path))
      let job: JSON = [
        "module": .string(package.name), "entry": .string(entry), "output": .string(path),
        "release": .bool(options.mode == .release), "check_tests": .bool(goal == .check),
      ]
      job.write(to: &jobs)
      jobs.append(UInt8(ascii: "\n"))
    }
    try? Files.makeDirectory(Path.directory(of: paths.mir("", "", options.mode)))
    let output = try runStage(
      .mir, ["--db", paths.database, "--jobs", "--message-format", "json"], input: jobs)
    let modules = output.messages(of: "module")
    return try wanted.compactMap { want in
      guard let message = modules.first(where: { $0["path"].string == want.path }) else {
        if want.entry == "lib" { return nil }
        reporter.report([.missingModule(want.package.name, want.path)])
        throw BuildFailure()
      }
      return lowered(want, message)
    }
  }

  /// After errors of the front end: what moves and loans are wrong in the bodies that it accepted.
  /// Nothing is made, and a failure here would only follow from those errors.
  func reportOwnershipErrors(_ packages: [Package]) {
    var jobs: [UInt8] = []
    for package in packages {
      let job: JSON = [
        "module": .string(package.name), "entry": "lib", "output": "-", "after_errors": true,
      ]
      job.write(to: &jobs)
      jobs.append(UInt8(ascii: "\n"))
    }
    let outcome = run(
      Command(
        executable: toolchain.path(of: .mir),
        arguments: ["--db", paths.database, "--jobs", "--message-format", "json"],
        directory: root, input: .bytes(jobs), timeout: 60))
    reporter.report(StageRun(output: outcome.output).diagnostics.filter { $0.location != nil })
  }

  private func entry(of package: Package) -> String {
    if goal == .test { return "tests" }
    return package.kind == .program ? "main" : "lib"
  }

  private func lowered(
    _ want: (package: Package, entry: String, path: String), _ message: JSON
  ) -> LoweredModule {
    let units = (message["units"].array ?? []).map { unit in
      LoweredModule.Unit(
        index: unit["index"].integer ?? 0, hash: unit["hash"].string ?? "",
        functions: unit["functions"].integer ?? 1)
    }
    var action = Action("lower \(want.package.name)")
    action.add("toolchain", identity.all)
    for unit in units { action.add("unit \(unit.index)", unit.hash) }
    let old = before?.actions.first { $0.name == action.name }
    if let old, old.key == action.key { result.reused += 1 } else { willExecute(action) }
    actions.append(action)
    // A package without tests has an empty table, and no program is worth linking for it.
    let testCount = message["tests"].integer ?? 1
    return LoweredModule(
      package: want.package, entry: want.entry, path: want.path, units: units,
      runtime: message["runtime"].string ?? want.package.profile.name,
      producesProgram: want.entry == "main" || (want.entry == "tests" && testCount > 0))
  }
}

extension LocatedDiagnostic {
  fileprivate static func missingModule(_ package: String, _ path: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .internalError, "`janus-mir` did not report the module of `\(package)`", at: nil,
      notes: ["expected \(path)"])
  }
}
