// From TOML tables to manifests.
// Reads: workspace.toml or package.toml. Produces: typed manifests with places. Rejects: text that
// is not TOML, unknown keys, values of the wrong type, names no module could have.
import Base
import TOMLKit

extension WorkspaceManifest {
  static func read(
    _ file: String, bytes: [UInt8], reporting diagnostics: inout [LocatedDiagnostic]
  ) -> WorkspaceManifest? {
    guard let top = ManifestTable.read(file, bytes: bytes, reporting: &diagnostics) else {
      return nil
    }
    top.check(keys: ["workspace", "suites"], reporting: &diagnostics)
    var manifest = WorkspaceManifest(path: file)
    if let table = top.subtable("workspace", reporting: &diagnostics) {
      table.check(keys: ["members", "panic", "overflow"], reporting: &diagnostics)
      manifest.members = table.strings("members", reporting: &diagnostics) ?? []
      manifest.panic = table.choice("panic", PanicMode.self, reporting: &diagnostics)?.value
      manifest.overflow =
        table.choice("overflow", OverflowMode.self, reporting: &diagnostics)?.value
    } else if top.table["workspace"] == nil {
      diagnostics.append(.missingTable("workspace", file))
    }
    if let suites = top.subtable("suites", reporting: &diagnostics) {
      for name in suites.table.keys {
        guard let table = suites.subtable(name, reporting: &diagnostics) else { continue }
        table.check(keys: ["path"], reporting: &diagnostics)
        if let path = table.string("path", reporting: &diagnostics) {
          manifest.suites.append(
            Suite(name: name, path: Path.normalised(path.value), place: path.place))
        } else if table.table["path"] == nil {
          diagnostics.append(
            .missingKey("path", in: "suites.\(name)", at: suites.place(ofKey: name)))
        }
      }
    }
    return manifest
  }
}

extension PackageManifest {
  /// `file` is the manifest's path from the workspace's root, which dependencies are resolved to.
  static func read(
    _ file: String, bytes: [UInt8], reporting diagnostics: inout [LocatedDiagnostic]
  ) -> PackageManifest? {
    guard let top = ManifestTable.read(file, bytes: bytes, reporting: &diagnostics) else {
      return nil
    }
    top.check(keys: ["package", "dependencies", "c"], reporting: &diagnostics)
    guard let table = top.subtable("package", reporting: &diagnostics) else {
      if top.table["package"] == nil { diagnostics.append(.missingTable("package", file)) }
      return nil
    }
    table.check(
      keys: ["name", "version", "profile", "kind", "capabilities", "panic", "overflow"],
      reporting: &diagnostics)
    guard let name = table.string("name", reporting: &diagnostics) else {
      if table.table["name"] == nil {
        diagnostics.append(.missingKey("name", in: "package", at: top.place(ofKey: "package")))
      }
      return nil
    }
    var manifest = PackageManifest(path: file, name: name)
    manifest.check(name: name, reporting: &diagnostics)
    manifest.version = table.string("version", reporting: &diagnostics)?.value
    let profile = table.choice(
      "profile", names: Profile.allCases.map(\.name), reporting: &diagnostics)
    manifest.profile = profile.flatMap { Profile(name: $0.value) } ?? .core
    manifest.kind = table.choice("kind", PackageKind.self, reporting: &diagnostics)
    manifest.capabilities = table.strings("capabilities", reporting: &diagnostics)?.map(\.value)
    manifest.panic = table.choice("panic", PanicMode.self, reporting: &diagnostics)?.value
    manifest.overflow = table.choice("overflow", OverflowMode.self, reporting: &diagnostics)?.value
    manifest.readDependencies(top, reporting: &diagnostics)
    manifest.readC(top, reporting: &diagnostics)
    return manifest
  }

  private func check(name: Placed<String>, reporting diagnostics: inout [LocatedDiagnostic]) {
    guard !isModuleName(name.value) || name.value == "std" else { return }
    diagnostics.append(.badPackageName(name.value, at: name.place))
  }

  private mutating func readDependencies(
    _ top: ManifestTable, reporting diagnostics: inout [LocatedDiagnostic]
  ) {
    guard let table = top.subtable("dependencies", reporting: &diagnostics) else { return }
    for name in table.table.keys {
      guard let entry = table.subtable(name, reporting: &diagnostics) else { continue }
      entry.check(keys: ["path"], reporting: &diagnostics)
      let place = table.place(ofKey: name)
      guard isModuleName(name) else {
        diagnostics.append(.badPackageName(name, at: place))
        continue
      }
      if let text = entry.string("path", reporting: &diagnostics) {
        let folder = Path.normalised(Path.join(Path.directory(of: path), text.value))
        dependencies.append(Dependency(name: name, path: folder, place: text.place))
      } else if entry.table["path"] == nil {
        diagnostics.append(.missingKey("path", in: "dependencies.\(name)", at: place))
      }
    }
  }

  private mutating func readC(
    _ top: ManifestTable, reporting diagnostics: inout [LocatedDiagnostic]
  ) {
    guard let table = top.subtable("c", reporting: &diagnostics) else { return }
    table.check(
      keys: ["include", "defines", "sources", "link", "link_paths"], reporting: &diagnostics)
    func list(_ key: String, _ diagnostics: inout [LocatedDiagnostic]) -> [String] {
      table.strings(key, reporting: &diagnostics)?.map(\.value) ?? []
    }
    c.include = list("include", &diagnostics)
    c.defines = list("defines", &diagnostics)
    c.sources = list("sources", &diagnostics)
    c.link = list("link", &diagnostics)
    c.linkPaths = list("link_paths", &diagnostics)
  }
}

/// Whether `name` can stand after `import`: letters, digits and `_`, not a digit first.
func isModuleName(_ name: String) -> Bool {
  guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
  return name.utf8.allSatisfy { byte in
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || byte == UInt8(ascii: "_")
  }
}

extension LocatedDiagnostic {
  fileprivate static func missingTable(_ name: String, _ file: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .badManifest, "the manifest has no `[\(name)]` table", at: ManifestTable.start(of: file))
  }

  fileprivate static func missingKey(
    _ key: String, in table: String, at place: Location
  ) -> LocatedDiagnostic {
    LocatedDiagnostic(.badManifest, "`[\(table)]` has no `\(key)`", at: place)
  }

  fileprivate static func badPackageName(_ name: String, at place: Location) -> LocatedDiagnostic {
    let note =
      name == "std"
      ? "`std` is the standard library"
      : "a package's name stands after `import`: letters, digits and `_`, no digit first"
    return LocatedDiagnostic(
      .badManifest, "`\(name)` cannot be the name of a package", at: place, notes: [note])
  }
}
