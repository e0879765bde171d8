// What workspace.toml and package.toml say, as values with their places.
import Base

/// A value and where the manifest says it.
struct Placed<Value> {
  var value: Value
  var place: Location
}

/// What `kind` says: a program, a Janus library, or a library for C programs.
enum PackageKind: String, CaseIterable {
  case program = "exe"
  case library = "lib"
  case cLibrary = "c-lib"
}

/// What a panic does.
enum PanicMode: String, CaseIterable { case unwind, abort }

/// What an integer overflow does in a release build.
enum OverflowMode: String, CaseIterable { case wrap, trap }

/// The `[c]` table of a package.
struct CSettings: Equatable {
  var include: [String] = []
  var defines: [String] = []
  var sources: [String] = []
  var link: [String] = []
  var linkPaths: [String] = []
}

/// One line of `[dependencies]`.
struct Dependency {
  var name: String
  /// The package's folder, from the workspace's root.
  var path: String
  var place: Location
}

struct PackageManifest {
  /// The manifest's own path, from the workspace's root.
  var path: String
  var name: Placed<String>
  var version: String?
  var profile = Profile.core
  var kind: Placed<PackageKind>?
  var capabilities: [String]?
  var panic: PanicMode?
  var overflow: OverflowMode?
  var dependencies: [Dependency] = []
  var c = CSettings()
}

/// A `[suites.NAME]` table: a folder of test cases.
struct Suite {
  var name: String
  var path: String
  var place: Location
}

struct WorkspaceManifest {
  var path: String
  var members: [Placed<String>] = []
  var panic: PanicMode?
  var overflow: OverflowMode?
  var suites: [Suite] = []
}
