// `janus-build add`: a path dependency in the manifest of the package one stands in. Only lines are
// added: comments, order and spaces of the rest stay as they are.
import Base
import Glibc

/// Adds the package in the folder `path` as a dependency, under its own name or another one.
public func addCommand(_ options: BuildOptions, path: String, name: String?) -> Int32 {
  let reporter = Reporter(options)
  guard let home = nearestPackage(options.directory) else {
    reporter.report([.noPackage(options.directory)])
    return 1
  }
  do {
    let edit = try ManifestEdit(home, adding: path, from: options.directory, as: name)
    try edit.write()
    reporter.progress("added `\(edit.name)` to \(edit.manifest)")
    return 0
  } catch let problem as LocatedDiagnostic {
    reporter.root = home
    reporter.report([problem])
  } catch {
    reporter.report([.cannotWrite(home, error)])
  }
  return 1
}

/// The nearest folder with a package.toml, from `directory` upwards.
private func nearestPackage(_ directory: String) -> String? {
  var folder = directory
  while !Files.isFile(Path.join(folder, "package.toml")) {
    if folder == "/" { return nil }
    folder = Path.directory(of: folder)
  }
  return folder
}

private struct ManifestEdit {
  /// The name that is imported.
  let name: String
  let manifest: String
  private let text: String

  /// - Throws: the `LocatedDiagnostic` that says why the dependency cannot be added.
  init(_ home: String, adding path: String, from directory: String, as alias: String?) throws {
    let target = Path.normalised(Path.join(directory, path))
    guard Files.isFile(Path.join(target, "package.toml")) else {
      throw LocatedDiagnostic.notAPackage(path)
    }
    let added = try packageManifest(in: target)
    let own = try packageManifest(in: home)
    let name = alias ?? added.name.value
    guard isModuleName(name), name != "std" else { throw LocatedDiagnostic.badAlias(name) }
    if own.dependencies.contains(where: { $0.name == name }) {
      throw LocatedDiagnostic.alreadyDependency(name)
    }
    if let route = try route(from: target, to: home) {
      throw LocatedDiagnostic.wouldBeCycle(own.name.value, route)
    }
    self.name = name
    manifest = Path.join(home, "package.toml")
    let line = "\(name) = { path = \"\(Path.relative(target, from: home))\" }"
    let old = String(decoding: try Files.read(manifest), as: UTF8.self)
    text = inserting(line, name, into: old)
    try check(home, target)
  }

  /// What is written must be what was meant.
  private func check(_ home: String, _ target: String) throws {
    var problems: [LocatedDiagnostic] = []
    let read = PackageManifest.read(
      "package.toml", bytes: Array(text.utf8), reporting: &problems)
    let entry = read?.dependencies.first { $0.name == name }
    guard problems.isEmpty, let entry,
      Path.normalised(Path.join(home, entry.path)) == target
    else { throw LocatedDiagnostic.cannotEdit(name) }
  }

  func write() throws {
    try Files.write(text, to: Files.resolved(manifest) ?? manifest)
  }
}

/// `line` at the end of `[dependencies]`, or in a new table of that name at the end.
private func inserting(_ line: String, _ name: String, into text: String) -> String {
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  if lines.last == "" { lines.removeLast() }
  func trimmed(_ line: String) -> Substring { line.drop { $0 == " " || $0 == "\t" } }
  guard let header = lines.firstIndex(where: { isHeader(trimmed($0)) }) else {
    return (lines + ["", "[dependencies]", line, ""]).joined(separator: "\n")
  }
  var last = header
  var i = header + 1
  while i < lines.count, !trimmed(lines[i]).hasPrefix("[") {
    let content = trimmed(lines[i])
    if !content.isEmpty && !content.hasPrefix("#") { last = i }
    i += 1
  }
  lines.insert(line, at: last + 1)
  return (lines + [""]).joined(separator: "\n")
}

/// `[dependencies]`, perhaps with spaces and a comment.
private func isHeader(_ line: Substring) -> Bool {
  let words = line.filter { $0 != " " && $0 != "\t" }
  return words == "[dependencies]" || words.hasPrefix("[dependencies]#")
}

private func packageManifest(in folder: String) throws -> PackageManifest {
  let path = Path.join(folder, "package.toml")
  var problems: [LocatedDiagnostic] = []
  let manifest = PackageManifest.read(path, bytes: try Files.read(path), reporting: &problems)
  if let problem = problems.first { throw problem }
  guard let manifest else { throw LocatedDiagnostic.notAPackage(folder) }
  return manifest
}

/// The names of the packages on a way of dependencies from `start` to `end`, or nil.
private func route(from start: String, to end: String) throws -> [String]? {
  var stack: [(folder: String, names: [String])] = [(start, [])]
  var seen: Set<String> = [start]
  while let (folder, names) = stack.popLast() {
    guard Files.isFile(Path.join(folder, "package.toml")) else { continue }
    let manifest = try packageManifest(in: folder)
    let route = names + [manifest.name.value]
    if folder == end { return route }
    for dependency in manifest.dependencies {
      // The manifest was read by its absolute path, so these are absolute too.
      if seen.insert(dependency.path).inserted { stack.append((dependency.path, route)) }
    }
  }
  return nil
}

extension LocatedDiagnostic {
  fileprivate static func noPackage(_ directory: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .missingManifest, "there is no `package.toml` in `\(directory)` or above it", at: nil,
      notes: ["a dependency is added to the package one stands in"])
  }

  fileprivate static func notAPackage(_ path: String) -> LocatedDiagnostic {
    LocatedDiagnostic(.missingManifest, "there is no package in `\(path)`", at: nil)
  }

  fileprivate static func badAlias(_ name: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .badManifest, "`\(name)` cannot stand after `import`", at: nil,
      notes: ["letters, digits and `_`, no digit first"])
  }

  fileprivate static func alreadyDependency(_ name: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .duplicatePackage, "the package has a dependency `\(name)` already", at: nil,
      notes: ["`--name` gives this one another name"])
  }

  fileprivate static func wouldBeCycle(_ own: String, _ route: [String]) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .dependencyCycle, "package `\(own)` would depend on itself", at: nil,
      notes: [([own] + route).map { "`\($0)`" }.joined(separator: " -> ")])
  }

  fileprivate static func cannotEdit(_ name: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .badManifest, "the form of `package.toml` does not allow to add a line by itself", at: nil,
      notes: ["add `\(name)` to its dependencies by hand; nothing was changed"])
  }

  fileprivate static func cannotWrite(_ path: String, _ error: any Error) -> LocatedDiagnostic {
    let reason = (error as? SystemError)?.reason ?? "\(error)"
    return LocatedDiagnostic(
      .unreadableFile, "`\(path)/package.toml` cannot be changed: \(reason)", at: nil)
  }
}
