// A single `.jan` file as a workspace of one package, without manifests.
import Base

/// The workspace that consists of `file` alone.
func singleFileWorkspace(
  _ file: String, _ options: BuildOptions, reporting diagnostics: inout [LocatedDiagnostic]
) -> Workspace? {
  let path = Path.normalised(file)
  guard Files.isFile(Path.join(options.directory, path)) else {
    diagnostics.append(
      LocatedDiagnostic(.unreadableFile, "there is no file `\(file)`", at: nil))
    return nil
  }
  var c = CSettings()
  c.link = options.link
  let package = Package(
    name: packageName(ofFile: path), folder: Path.directory(of: path), sourceRoot: "",
    files: [path], kind: .program, profile: .core, capabilities: nil, panic: nil, overflow: nil,
    dependencies: [], c: c)
  return Workspace(
    root: options.directory, packages: [package], suites: [], inputs: [], isSingleFile: true)
}

/// What a single file's package is called: its name, as far as a package's name can be that.
private func packageName(ofFile path: String) -> String {
  let bytes = Path.stem(of: path).utf8.map { byte in
    isModuleName("_" + String(UnicodeScalar(byte))) ? byte : UInt8(ascii: "_")
  }
  let name = String(decoding: bytes, as: UTF8.self)
  return isModuleName(name) && name != "std" ? name : "file_" + name
}
