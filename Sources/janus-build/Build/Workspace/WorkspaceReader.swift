// From manifests on disk to a workspace.
// Reads: workspace.toml, every member's package.toml, the names of source files. Produces: the
// packages in dependency order. Rejects: missing manifests, packages with equal names, dependencies
// that are not there, cycles, kinds that contradict the root module.
import Base

/// Reads the workspace at `root`, an absolute path.
func readWorkspace(at root: String, reporting diagnostics: inout [LocatedDiagnostic]) -> Workspace?
{
  var reader = WorkspaceReader(root: root)
  let workspace = reader.read()
  diagnostics += reader.diagnostics
  return reader.diagnostics.contains { $0.severity == .error } ? nil : workspace
}

private struct WorkspaceReader {
  let root: String
  var diagnostics: [LocatedDiagnostic] = []
  var inputs: [String] = []
  var manifest: WorkspaceManifest?
  /// Every folder that was asked for, once; nil when its manifest could not be read.
  var manifests: [String: PackageManifest?] = [:]
  var folders: [String] = []

  init(root: String) { self.root = root }

  mutating func read() -> Workspace? {
    let isWorkspace = Files.isFile(Path.join(root, "workspace.toml"))
    if isWorkspace {
      inputs.append("workspace.toml")
      guard let bytes = contents("workspace.toml"),
        let read = WorkspaceManifest.read("workspace.toml", bytes: bytes, reporting: &diagnostics)
      else { return nil }
      manifest = read
      for member in read.members { add(member: member) }
      for suite in read.suites where !Files.isDirectory(Path.join(root, suite.path)) {
        diagnostics.append(.missingFolder(suite.path, of: "suite `\(suite.name)`", at: suite.place))
      }
    } else {
      // Not only members: the package at the root of a workspace of one.
      inputs.append(".")
      load(folder: ".", place: nil)
    }
    var next = 0
    while next < folders.count {
      for dependency in (manifests[folders[next]] ?? nil)?.dependencies ?? [] {
        load(folder: dependency.path, place: dependency.place)
      }
      next += 1
    }
    checkNames()
    guard let order = sortedFolders() else { return nil }
    return Workspace(
      root: root, packages: order.compactMap { package(in: $0) }, suites: manifest?.suites ?? [],
      inputs: inputs)
  }

  private mutating func contents(_ path: String) -> [UInt8]? {
    do {
      return try Files.read(Path.join(root, path))
    } catch {
      diagnostics.append(
        LocatedDiagnostic(
          .unreadableFile, "`\(path)` cannot be read: \(error.reason)",
          at: ManifestTable.start(of: path)))
      return nil
    }
  }

  /// Adds a member; `folder/*` means every folder in it that has a package.toml.
  private mutating func add(member: Placed<String>) {
    let path = Path.normalised(member.value)
    guard Path.name(of: path) == "*" else {
      if path.utf8.contains(UInt8(ascii: "*")) {
        diagnostics.append(.badPattern(member.value, at: member.place))
      } else {
        load(folder: path, place: member.place)
      }
      return
    }
    let parent = Path.directory(of: path)
    guard Files.isDirectory(Path.join(root, parent)) else {
      diagnostics.append(.missingFolder(parent, of: "member `\(member.value)`", at: member.place))
      return
    }
    inputs.append(parent)
    for name in Files.names(in: Path.join(root, parent)) {
      let folder = Path.join(parent, name)
      if Files.isFile(Path.join(root, Path.join(folder, "package.toml"))) {
        load(folder: folder, place: member.place)
      }
    }
  }

  private mutating func load(folder: String, place: Location?) {
    guard manifests[folder] == nil else { return }
    let path = Path.join(folder, "package.toml")
    guard Files.isFile(Path.join(root, path)) else {
      manifests[folder] = .some(nil)
      diagnostics.append(.missingManifest(path, at: place))
      return
    }
    folders.append(folder)
    inputs.append(path)
    let manifest = contents(path).flatMap {
      PackageManifest.read(path, bytes: $0, reporting: &diagnostics)
    }
    manifests[folder] = .some(manifest)
  }

  private func manifest(of folder: String) -> PackageManifest? { manifests[folder] ?? nil }

  private mutating func checkNames() {
    var seen: [String: PackageManifest] = [:]
    for folder in folders {
      guard let manifest = manifest(of: folder) else { continue }
      if let first = seen[manifest.name.value] {
        diagnostics.append(.duplicatePackage(manifest.name, first: first.name))
      } else {
        seen[manifest.name.value] = manifest
      }
    }
  }

  /// Depth-first over dependencies with an explicit stack; nil when there is a cycle.
  private mutating func sortedFolders() -> [String]? {
    enum Mark { case open, done }
    var marks: [String: Mark] = [:]
    var order: [String] = []
    let names = folders.map { (manifest(of: $0)?.name.value ?? $0, $0) }
    for (_, start) in names.sorted(by: { $0 < $1 }) where marks[start] == nil {
      var stack: [(folder: String, next: Int)] = [(start, 0)]
      marks[start] = .open
      while let (folder, next) = stack.last {
        let dependencies = manifest(of: folder)?.dependencies ?? []
        guard next < dependencies.count else {
          marks[folder] = .done
          order.append(folder)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let dependency = dependencies[next]
        switch marks[dependency.path] {
        case .done: break
        case .open:
          let cycle = stack.drop { $0.folder != dependency.path }.map(\.folder)
          diagnostics.append(
            .dependencyCycle(
              (cycle + [dependency.path]).map { manifest(of: $0)?.name.value ?? $0 },
              at: dependency.place))
          return nil
        case nil:
          marks[dependency.path] = .open
          stack.append((dependency.path, 0))
        }
      }
    }
    return order
  }

  private mutating func package(in folder: String) -> Package? {
    guard let manifest = manifest(of: folder) else { return nil }
    let sources = Path.normalised(Path.join(folder, "src"))
    let files = sourceFiles(in: sources)
    let hasMain = files.contains(Path.join(sources, "main.jan"))
    let hasLibrary = files.contains(Path.join(sources, "lib.jan"))
    guard let kind = kind(of: manifest, sources, hasMain: hasMain, hasLibrary: hasLibrary) else {
      return nil
    }
    var dependencies: [(name: String, package: String)] = []
    for dependency in manifest.dependencies {
      guard let target = self.manifest(of: dependency.path) else { continue }
      dependencies.append((dependency.name, target.name.value))
    }
    return Package(
      name: manifest.name.value, version: manifest.version, folder: folder, sourceRoot: sources,
      files: files, kind: kind, profile: manifest.profile, capabilities: manifest.capabilities,
      panic: manifest.panic ?? self.manifest?.panic,
      overflow: manifest.overflow ?? self.manifest?.overflow, dependencies: dependencies,
      c: manifest.c)
  }

  private mutating func kind(
    of manifest: PackageManifest, _ sources: String, hasMain: Bool, hasLibrary: Bool
  ) -> PackageKind? {
    guard hasMain || hasLibrary else {
      diagnostics.append(.missingRoot(sources, at: manifest.name.place))
      return nil
    }
    guard !hasMain || !hasLibrary else {
      diagnostics.append(.twoRoots(sources, at: manifest.name.place))
      return nil
    }
    let natural: PackageKind = hasMain ? .program : .library
    guard let kind = manifest.kind else { return natural }
    guard (kind.value == .program) == hasMain else {
      diagnostics.append(.contradictoryKind(kind, sources, hasMain: hasMain))
      return nil
    }
    return kind.value
  }

  /// Every `.jan` file below `folder`. Hidden names are left out; links to folders are not followed
  /// deeper than any sane tree, so that a link to a parent ends.
  private mutating func sourceFiles(in folder: String, depth: Int = 0) -> [String] {
    guard depth < 32, Files.isDirectory(Path.join(root, folder)) else { return [] }
    inputs.append(folder)
    var files: [String] = []
    for name in Files.names(in: Path.join(root, folder)) where !name.hasPrefix(".") {
      let path = Path.join(folder, name)
      if name.hasSuffix(".jan") {
        files.append(path)
      } else if Files.isDirectory(Path.join(root, path)) {
        files += sourceFiles(in: path, depth: depth + 1)
      }
    }
    return files.sorted()
  }
}

extension LocatedDiagnostic {
  fileprivate static func missingFolder(
    _ path: String, of user: String, at place: Location
  ) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .missingManifest, "\(user) names the folder `\(path)`, which is not there", at: place)
  }

  fileprivate static func missingManifest(_ path: String, at place: Location?) -> LocatedDiagnostic
  {
    LocatedDiagnostic(.missingManifest, "there is no `\(path)`", at: place)
  }

  fileprivate static func badPattern(_ text: String, at place: Location) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .badManifest, "`\(text)` is not a member: `*` may stand only as a whole last part", at: place)
  }

  fileprivate static func duplicatePackage(
    _ name: Placed<String>, first: Placed<String>
  ) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .duplicatePackage, "two packages are named `\(name.value)`", at: name.place,
      labels: [Label(first.place, "the other one")])
  }

  fileprivate static func dependencyCycle(
    _ names: [String], at place: Location
  ) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .dependencyCycle, "package `\(names[0])` depends on itself", at: place,
      notes: [names.map { "`\($0)`" }.joined(separator: " -> ")])
  }

  fileprivate static func missingRoot(_ sources: String, at place: Location) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .missingRootModule, "the package has neither `\(sources)/main.jan` nor `\(sources)/lib.jan`",
      at: place)
  }

  fileprivate static func twoRoots(_ sources: String, at place: Location) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .contradictoryManifest,
      "the package has both `\(sources)/main.jan` and `\(sources)/lib.jan`; one is its root module",
      at: place)
  }

  fileprivate static func contradictoryKind(
    _ kind: Placed<PackageKind>, _ sources: String, hasMain: Bool
  ) -> LocatedDiagnostic {
    let root = hasMain ? "main.jan" : "lib.jan"
    return LocatedDiagnostic(
      .contradictoryManifest,
      "the kind is `\(kind.value.rawValue)`, but the root module is `\(sources)/\(root)`",
      at: kind.place,
      notes: ["a program has `src/main.jan`, a library `src/lib.jan`"])
  }
}
