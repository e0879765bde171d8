// Where the stages and the data of this toolchain stand: beside this executable, or where
// JANUS_HOME says. PATH is never searched.
import Base
import Glibc

/// The programs of the toolchain.
enum Stage: String, CaseIterable {
  case front = "janus-front"
  case mir = "janus-mir"
  case back = "janus-back"
  case runtime = "janus-runtime"
}

struct Toolchain {
  /// The folder of the executables.
  let binaries: String
  /// The folder `lib/janus`: runtime variants, `std`, pages about diagnostics.
  let data: String

  /// Finds the toolchain, or says what is missing.
  static func locate() -> Result<Toolchain, LocatedDiagnostic> {
    let binaries: String
    if let home = variable("JANUS_HOME") {
      let inner = Path.join(home, "bin")
      binaries = Files.isDirectory(inner) ? inner : home
    } else {
      binaries = Path.directory(of: Files.resolved("/proc/self/exe") ?? "/usr/bin/janus-build")
    }
    let candidates = [
      Path.join(binaries, "lib/janus"), Path.normalised(Path.join(binaries, "../lib/janus")),
    ]
    for stage in Stage.allCases where stage != .runtime {
      let path = Path.join(binaries, stage.rawValue)
      guard access(path, X_OK) == 0 else { return .failure(.missingTool(path)) }
    }
    return .success(
      Toolchain(
        binaries: binaries, data: candidates.first(where: Files.isDirectory) ?? candidates[0]))
  }

  func path(of stage: Stage) -> String { Path.join(binaries, stage.rawValue) }

  /// The standard library's checked declarations, when they were installed.
  var standardLibrary: String? {
    let path = Path.join(data, "std.astdb")
    return Files.isFile(path) ? path : nil
  }

  /// The folder of one runtime variant.
  func runtime(_ variant: String) -> String { Path.join(data, variant) }

  /// All files whose content decides what a build produces.
  var files: [String] {
    var files = Stage.allCases.map { path(of: $0) } + [Path.join(data, "std.astdb")]
    for profile in Profile.allCases {
      files.append(Path.join(runtime(profile.name), "libjanus_rt.a"))
    }
    return files.filter(Files.isFile)
  }
}

/// An environment variable that is set and not empty.
func variable(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}

extension LocatedDiagnostic: Error {}

extension LocatedDiagnostic {
  fileprivate static func missingTool(_ path: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .toolchainProblem, "the toolchain has no `\(Path.name(of: path))`", at: nil,
      notes: [
        "looked for \(path)",
        "the stages stand beside `janus-build`; `JANUS_HOME` names another toolchain",
      ])
  }
}
