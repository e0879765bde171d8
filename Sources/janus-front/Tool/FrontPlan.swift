// Which packages must be checked: those whose files, settings or dependencies differ from what the
// ASTDB holds, and those that had findings (so that they are shown again).
import ASTDB
import Base

struct FrontPlan {
  /// Packages that are loaded as they are; std is, unless it is being checked.
  private(set) var loaded: Set<String> = []
  private(set) var changed: [Job] = []
  /// The text of every readable file of the changed packages.
  private(set) var sources: [String: SourceFile] = [:]
  private(set) var diagnostics = Diagnostics()

  init(jobs: [Job], database: ASTDB) throws {
    let settings = try database.packageSettings()
    let findings = try database.packagesWithDiagnostics()
    var changedNames: Set<String> = []
    for job in jobs {
      let name = job.package.name
      read(job)
      var isChanged = settings[name] != job.settings || findings.contains(name)
      isChanged =
        isChanged || job.package.dependencies.contains { changedNames.contains($0.package) }
      if !isChanged { isChanged = try !filesAreUnchanged(job, database) }
      if isChanged {
        changed.append(job)
        changedNames.insert(name)
      } else {
        loaded.insert(name)
      }
    }
    if settings["std"] != nil && !jobs.contains(where: { $0.package.name == "std" }) {
      loaded.insert("std")
    }
  }

  private mutating func read(_ job: Job) {
    for path in job.files where sources[path] == nil {
      switch readFile(path) {
      case .success(let bytes): sources[path] = SourceFile(path: path, bytes: bytes)
      case .failure(let failure): diagnostics.report(.unreadable(path, failure.reason))
      }
    }
  }

  private func filesAreUnchanged(_ job: Job, _ database: ASTDB) throws -> Bool {
    let known = try database.fileHashes(ofPackage: job.package.name)
    guard known.count == job.files.count else { return false }
    return job.files.indices.allSatisfy { index in
      guard let file = known[job.moduleName(ofFile: index)], file.path == job.files[index],
        let source = sources[file.path]
      else { return false }
      return source.bytes.withUnsafeBytes { Hash128.of($0) } == file.hash
    }
  }
}
