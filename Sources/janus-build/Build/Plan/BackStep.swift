// Objects for the code generation units that the cache does not have, and the program made of them.
import Base

extension BuildSession {
  /// The program of `module`: from the cache when the same units were linked before, otherwise by
  /// compiling the units that are new and linking all.
  func produce(_ module: LoweredModule, in workspace: Workspace) throws -> String {
    let program = paths.program(module.package.name, options.mode, goal)
    guard let location = findLinker() else { throw BuildFailure() }
    let objects = objectActions(of: module)
    var linkAction = try self.linkAction(of: module, objects, location, workspace)
    for object in objects { linkAction.add(object.name, object.key) }
    actions.append(linkAction)
    if let blob = cache.outputs(of: linkAction.key)?["program"], let bytes = cache.bytes(of: blob) {
      try install(bytes, at: program)
      result.reused += 1 + objects.count
      return program
    }
    let folder = try temporaryFolder()
    defer { Files.remove(folder) }
    var files = objectFiles(of: module, objects, folder: folder)
    willExecute(linkAction)
    let link = try startLink(module, files.paths, location, workspace, folder: folder)
    do {
      try reporter.timed("janus-back \(module.package.name)") {
        try compile(module, objects, &files)
      }
    } catch {
      _ = link.end()
      throw error
    }
    reporter.status("linking \(module.package.name)")
    let bytes = try reporter.timed("link \(module.package.name)") {
      try finish(link, of: module)
    }
    try install(bytes, at: program)
    if let blob = cache.store(bytes) { cache.record([("program", blob)], of: linkAction.key) }
    return program
  }

  /// One action for each object: a unit in development, the whole module in release.
  private func objectActions(of module: LoweredModule) -> [Action] {
    func action(_ name: String, _ hashes: [String]) -> Action {
      var action = Action(name)
      action.add("stage", "back")
      action.add("janus-back", identity.digest(of: toolchain.path(of: .back)))
      action.add("mode", options.mode.rawValue)
      for hash in hashes { action.add("unit", hash) }
      return action
    }
    switch options.mode {
    case .development: return module.units.map { action("unit \($0.index)", [$0.hash]) }
    case .release:
      var whole = action("module", module.units.map(\.hash))
      let bitcode = Path.join(toolchain.runtime(module.runtime), "libjanus_rt.bc")
      whole.add("runtime", bitcodeDigest(bitcode))
      return [whole]
    }
  }

  private func bitcodeDigest(_ path: String) -> String {
    var memo = DigestMemo(cache: cache)
    defer { memo.save() }
    return memo.digest(of: path)
  }

  /// Where each object is or will be, and which of them have to be compiled.
  private struct ObjectFiles {
    var paths: [String]
    var missing: [Int] = []
  }

  private func objectFiles(
    of module: LoweredModule, _ objects: [Action], folder: String
  ) -> ObjectFiles {
    var files = ObjectFiles(paths: [String](repeating: "", count: objects.count))
    for (index, object) in objects.enumerated() {
      if let blob = cache.outputs(of: object.key)?["object"], cache.bytes(of: blob) != nil {
        files.paths[index] = cache.path(of: blob)
        result.reused += 1
      } else {
        files.paths[index] = "\(folder)/\(index).o"
        files.missing.append(index)
      }
    }
    return files
  }

  /// Compiles the objects that are missing, and stores them.
  private func compile(
    _ module: LoweredModule, _ objects: [Action], _ files: inout ObjectFiles
  ) throws {
    guard !files.missing.isEmpty else { return }
    for index in files.missing {
      reporter.explain(
        "compile \(module.package.name), \(objects[index].name)",
        ["no object of this content is in the cache"])
      result.executed += 1
    }
    try runBack(module, files.missing, files.paths)
    for index in files.missing {
      guard let bytes = try? Files.read(files.paths[index]) else {
        reporter.report([.missingObject(module.package.name)])
        throw BuildFailure()
      }
      if let blob = cache.store(bytes) { cache.record([("object", blob)], of: objects[index].key) }
    }
  }

  private func runBack(_ module: LoweredModule, _ missing: [Int], _ files: [String]) throws {
    let pool = ProcessPool(limit: options.jobs)
    var failures: [LocatedDiagnostic] = []
    var done = 0
    func showProgress() {
      reporter.status("compiling \(module.package.name): \(done) of \(missing.count) units")
    }
    showProgress()
    func add(_ arguments: [String], units: Int) {
      let command = Command(
        executable: toolchain.path(of: .back),
        arguments: [module.path, "--message-format", "json"] + arguments, directory: root)
      pool.add(command) { outcome in
        done += units
        showProgress()
        let output = StageRun(output: outcome.output)
        failures += output.diagnostics
        let hasErrors = output.diagnostics.contains { $0.severity == .error }
        if let failure = StageRun.failure(of: command, outcome, hasErrors: hasErrors) {
          failures.append(failure)
        }
      }
    }
    switch options.mode {
    case .release: add(["-o", files[0], "--release", "--runtime-variant", module.runtime], units: 1)
    case .development:
      let units = missing.map { module.units[$0] }
      for group in balanced(units, into: options.jobs) {
        let objects = group.flatMap {
          ["--object", "\(units[$0].index)=\(files[missing[$0]])"]
        }
        add(objects, units: group.count)
      }
    }
    pool.runUntilEmpty()
    reporter.report(failures)
    if failures.contains(where: { $0.severity == .error }) { throw BuildFailure() }
  }

  /// Spreads units over at most `limit` processes by their size. A process costs as much to start
  /// as some hundred functions cost to compile, so few functions stay in one.
  private func balanced(_ units: [LoweredModule.Unit], into limit: Int) -> [[Int]] {
    let functionsWorthAProcess = 200
    let total = units.reduce(0) { $0 + $1.functions }
    let count = max(
      1, min(limit, units.count, (total + functionsWorthAProcess - 1) / functionsWorthAProcess))
    var groups = [[Int]](repeating: [], count: count)
    var sizes = [Int](repeating: 0, count: count)
    for index in units.indices.sorted(by: { (units[$1].functions, $0) < (units[$0].functions, $1) })
    {
      let smallest = sizes.indices.min { sizes[$0] < sizes[$1] } ?? 0
      groups[smallest].append(index)
      sizes[smallest] += units[index].functions
    }
    return groups.map { $0.sorted() }
  }
}

extension BuildSession {
  private func findLinker() -> LinkerLocation? {
    var missing = ""
    let location = LinkerLocation.find(missing: &missing)
    if location == nil { reporter.report([.linkerMissing(missing)]) }
    return location
  }

  private func linkAction(
    of module: LoweredModule, _ objects: [Action], _ location: LinkerLocation,
    _ workspace: Workspace
  ) throws -> Action {
    var action = Action("link \(module.package.name)")
    action.add("linker", identity.digest(of: location.linker))
    action.add("mode", options.mode.rawValue)
    action.add("runtime variant", module.runtime)
    let archive = Path.join(toolchain.runtime(module.runtime), "libjanus_rt.a")
    action.add("runtime", identity.digest(of: archive))
    for library in libraries(of: module, workspace).names {
      action.add("library \(library)", library)
    }
    return action
  }

  private func libraries(
    of module: LoweredModule, _ workspace: Workspace
  ) -> (names: [String], paths: [String]) {
    var names: [String] = []
    var folders: [String] = []
    for package in workspace.closure(of: [module.package.name]).reversed() {
      for name in package.c.link where !names.contains(name) { names.append(name) }
      folders += package.c.linkPaths.map {
        absolute(Path.normalised(Path.join(package.folder, $0)))
      }
    }
    return (names, folders)
  }

  /// A linker that waits for its objects.
  private struct StartedLink {
    var command: Command
    var output: String
    var child: ChildProcess

    /// Ends a linker whose objects will not come.
    func end() -> Outcome {
      child.cancel()
      return wait()
    }

    func wait() -> Outcome {
      let pool = ProcessPool(limit: 1)
      var outcome = Outcome(end: .exited(0))
      pool.adopt(child) { outcome = $0 }
      pool.runUntilEmpty()
      return outcome
    }
  }

  private func startLink(
    _ module: LoweredModule, _ objects: [String], _ location: LinkerLocation,
    _ workspace: Workspace, folder: String
  ) throws -> StartedLink {
    let runtime: [String]
    switch toolchain.runtimeFlags(module.runtime, identity: identity, cache: cache) {
    case .success(let words): runtime = words
    case .failure(let problem):
      reporter.report([problem])
      throw BuildFailure()
    }
    let (names, folders) = libraries(of: module, workspace)
    let output = "\(folder)/program"
    let command = location.command(
      LinkRequest(
        objects: objects, runtime: runtime, libraries: names, libraryPaths: folders, output: output)
    )
    switch ChildProcess.start(command) {
    case .success(let child): return StartedLink(command: command, output: output, child: child)
    case .failure(let error):
      let outcome = Outcome(end: .notStarted(error.reason))
      reporter.report([.linkFailed(module.package.name, command, outcome)])
      throw BuildFailure()
    }
  }

  private func finish(_ link: StartedLink, of module: LoweredModule) throws -> [UInt8] {
    link.child.releaseInput()
    let outcome = link.wait()
    guard outcome.succeeded, let bytes = try? Files.read(link.output) else {
      reporter.report([.linkFailed(module.package.name, link.command, outcome)])
      throw BuildFailure()
    }
    return bytes
  }

  private func install(_ bytes: [UInt8], at path: String) throws {
    do {
      if let old = try? Files.read(path), old == bytes { return }
      try Files.makeDirectory(Path.directory(of: path))
      try Files.write(bytes, to: path, mode: 0o755)
    } catch {
      reporter.report([.cannotInstall(path, error)])
      throw BuildFailure()
    }
  }

  private func temporaryFolder() throws -> String {
    if let folder = try? cache.makeTemporaryFolder() { return folder }
    // The cache cannot be written: this build works without it.
    let folder = Path.join(paths.work, "tmp")
    do {
      try Files.makeDirectory(folder)
    } catch {
      reporter.report([.cannotInstall(folder, error)])
      throw BuildFailure()
    }
    return folder
  }
}

extension LocatedDiagnostic {
  fileprivate static func missingObject(_ package: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .internalError, "`janus-back` succeeded without writing an object of `\(package)`", at: nil)
  }

  fileprivate static func cannotInstall(
    _ path: String, _ error: SystemError
  ) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .unreadableFile, "`\(path)` cannot be written: \(error.reason)", at: nil)
  }
}
