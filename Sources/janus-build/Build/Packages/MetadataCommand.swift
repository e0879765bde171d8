// `janus-build metadata`: the workspace as JSON, for editors and other tools.
import Base
import Glibc

/// Prints one JSON object. `version` grows when something is removed or means something else; new
/// members may come at any time.
public func metadataCommand(_ options: BuildOptions) -> Int32 {
  let reporter = Reporter(options)
  guard let workspace = currentWorkspace(options, reporter) else { return 1 }
  let isWorkspace = Files.isFile(Path.join(workspace.root, "workspace.toml"))
  let object: JSON = [
    "version": .integer(1),
    "root": .string(workspace.root),
    "manifest": .string(isWorkspace ? "workspace.toml" : "package.toml"),
    "output": ".janus",
    "packages": .array(workspace.packages.map { $0.metadata(in: workspace) }),
    "suites": .array(
      workspace.suites.map { ["name": .string($0.name), "path": .string($0.path)] }),
  ]
  writeAll(object.text + "\n", to: STDOUT_FILENO)
  return 0
}

extension Package {
  /// All paths count from the workspace's root.
  fileprivate func metadata(in workspace: Workspace) -> JSON {
    let root = Path.join(sourceRoot, kind == .program ? "main.jan" : "lib.jan")
    return [
      "name": .string(name),
      "version": version.map { .string($0) } ?? .null,
      "folder": .string(folder),
      "manifest": .string(Path.normalised(Path.join(folder, "package.toml"))),
      "kind": .string(kind.rawValue),
      "profile": .string(profile.name),
      "root_module": .string(root),
      "files": JSON(files),
      "capabilities": capabilities.map { JSON($0) } ?? .null,
      "dependencies": .array(
        dependencies.map {
          [
            "name": .string($0.name), "package": .string($0.package),
            "folder": workspace.package(named: $0.package).map { .string($0.folder) } ?? .null,
          ]
        }),
    ]
  }
}
