// The workspace in memory: its packages in dependency order, each with its modules' files.
import Base

/// One package, ready to be compiled.
struct Package {
  var name: String
  /// As the manifest says it; nothing depends on it.
  var version: String?
  /// The package's folder, from the workspace's root; `.` is the root itself.
  var folder: String
  /// The folder that module names are counted from; empty for a single file, the root module.
  var sourceRoot: String
  /// All source files, sorted; paths from the workspace's root.
  var files: [String]
  var kind: PackageKind
  var profile: Profile
  var capabilities: [String]?
  var panic: PanicMode?
  var overflow: OverflowMode?
  /// The names this package imports by, and the packages they mean.
  var dependencies: [(name: String, package: String)]
  var c: CSettings
}

/// A set of packages that are compiled together.
struct Workspace {
  /// The absolute path that all other paths are counted from.
  var root: String
  /// Dependencies before those who need them; ties by name.
  var packages: [Package]
  var suites: [Suite]
  /// Files and folders that the above was made from: when none changed, neither did the workspace.
  var inputs: [String]
  /// Set when a single file is compiled without a manifest: where its artefacts stand.
  var isSingleFile = false

  func package(named name: String) -> Package? { packages.first { $0.name == name } }

  /// The package and everything below it, in the order of `packages`.
  func closure(of names: [String]) -> [Package] {
    var wanted = Set(names)
    for package in packages.reversed() where wanted.contains(package.name) {
      for dependency in package.dependencies { wanted.insert(dependency.package) }
    }
    return packages.filter { wanted.contains($0.name) }
  }
}

/// Where a build's workspace is.
struct WorkspaceLocation {
  var root: String
  /// The nearest folder with a package.toml, when that is not the root: it must be a member.
  var home: String?
}

/// Finds the workspace that `directory` belongs to: the nearest folder above with a workspace.toml,
/// or else the nearest with a package.toml.
func findWorkspace(from directory: String) -> WorkspaceLocation? {
  var folder = directory
  var home: String?
  while true {
    if Files.isFile(Path.join(folder, "workspace.toml")) {
      return WorkspaceLocation(root: folder, home: home == folder ? nil : home)
    }
    if home == nil, Files.isFile(Path.join(folder, "package.toml")) { home = folder }
    if folder == "/" { return home.map { WorkspaceLocation(root: $0) } }
    folder = Path.directory(of: folder)
  }
}
