// What `janus-front` is asked to check: a line of JSON for each package, in dependency order, or
// the files of one package from the command line.
import ASTDB
import Base

struct Job {
  var package: Package
  /// The folder that module names are relative to; empty: every file is a module of its base name,
  /// the first one the root.
  var root: String
  var files: [String]
  /// Hash of everything but the files' contents that checking depends on.
  var settings: Hash128

  /// Reads a job line; nil when it does not describe a package, which `janus-build` never sends.
  init?(line: String) {
    guard let json = JSON(parsing: Array(line.utf8)), let name = json["package"].string,
      let profile = json["profile"].string.flatMap(Profile.init(name:)),
      let files = json["files"].array?.compactMap(\.string)
    else { return nil }
    package = Package(name: name, profile: profile)
    package.trapsOverflow = json["overflow"].string == "trap"
    package.panicAborts =
      json["panic"].string == "abort" || (json["panic"].isNull && profile == .sovereign)
    package.isExecutable = json["kind"].string == "exe"
    package.capabilities = json["capabilities"].array?.compactMap(\.string)
    for dependency in json["dependencies"].array ?? [] {
      guard let name = dependency["name"].string, let target = dependency["package"].string else {
        return nil
      }
      package.dependencies.append(Package.Dependency(name: name, package: target))
    }
    root = json["root"].string ?? ""
    self.files = files
    settings = Hash128.of(line)
  }

  init(package: Package, files: [String]) {
    self.package = package
    self.files = files
    root = ""
    settings = Hash128.of("\(package.name)\u{0}\(package.profile.name)")
  }

  /// `a.b` for `src/a/b.jan`; empty for `main.jan` and `lib.jan` directly in the root, and for the
  /// first file when there is no root.
  func moduleName(ofFile index: Int) -> String {
    let path = files[index]
    if root.isEmpty {
      return index == 0 ? "" : String(path.split(separator: "/").last?.dropLast(4) ?? "")
    }
    return SourceReader.moduleName(of: path, below: root)
  }
}
