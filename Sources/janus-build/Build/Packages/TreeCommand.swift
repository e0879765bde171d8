// `janus-build tree`: who depends on whom.
import Base
import Glibc

/// Prints the packages that nobody depends on, or those that were named, each with its dependencies
/// below it. What is below a package is shown once; later it is marked `(*)`.
public func treeCommand(_ options: BuildOptions, asJSON: Bool) -> Int32 {
  let reporter = Reporter(options)
  guard let workspace = currentWorkspace(options, reporter) else { return 1 }
  for name in options.packages where workspace.package(named: name) == nil {
    reporter.report([.unknownPackage(name, among: workspace.packages.map(\.name))])
    return 1
  }
  let needed = Set(workspace.packages.flatMap { $0.dependencies.map(\.package) })
  let roots =
    options.packages.isEmpty
    ? workspace.packages.map(\.name).filter { !needed.contains($0) }.sorted() : options.packages
  var tree = DependencyTree(workspace: workspace)
  if asJSON {
    let nodes = roots.compactMap { tree.json($0, alias: nil) }
    let object: JSON = ["version": .integer(1), "roots": .array(nodes)]
    writeAll(object.text + "\n", to: STDOUT_FILENO)
  } else {
    for root in roots { tree.print(root) }
    writeAll(tree.text, to: STDOUT_FILENO)
  }
  return 0
}

private struct DependencyTree {
  let workspace: Workspace
  var text = ""
  /// Packages whose dependencies were shown.
  private var shown: Set<String> = []

  init(workspace: Workspace) { self.workspace = workspace }

  mutating func print(_ name: String) { print(name, alias: nil, first: "", rest: "") }

  /// Dependencies are not cyclic: the workspace could not be read otherwise.
  private mutating func print(_ name: String, alias: String?, first: String, rest: String) {
    guard let package = workspace.package(named: name) else { return }
    let isRepeated = shown.contains(name) && !package.dependencies.isEmpty
    text += first + label(package, alias) + (isRepeated ? " (*)" : "") + "\n"
    guard !isRepeated else { return }
    shown.insert(name)
    for (index, dependency) in package.dependencies.enumerated() {
      let isLast = index == package.dependencies.count - 1
      print(
        dependency.package, alias: dependency.name, first: rest + (isLast ? "└── " : "├── "),
        rest: rest + (isLast ? "    " : "│   "))
    }
  }

  private func label(_ package: Package, _ alias: String?) -> String {
    let version = package.version.map { " " + $0 } ?? ""
    let other = alias == nil || alias == package.name ? "" : " as \(alias ?? "")"
    return "\(package.name)\(version)\(other) (\(package.folder))"
  }

  /// The package and, the first time, what is below it.
  mutating func json(_ name: String, alias: String?) -> JSON? {
    guard let package = workspace.package(named: name) else { return nil }
    let isRepeated = !shown.insert(name).inserted && !package.dependencies.isEmpty
    var members: [JSON.Member] = [
      .init("package", .string(name)), .init("name", .string(alias ?? name)),
      .init("folder", .string(package.folder)), .init("repeated", .bool(isRepeated)),
    ]
    if !isRepeated {
      let below = package.dependencies.compactMap { json($0.package, alias: $0.name) }
      members.append(.init("dependencies", .array(below)))
    }
    return .object(members)
  }
}
