// Where the runtime's files are: the toolchain root's rule, and the files of one variant.
import Base
import FoundationEssentials

/// The data folder of the toolchain: `lib/janus` beside the executable, or beside its folder.
struct Installation {
  let folder: String

  /// - Returns: nil when no folder exists where the rule looks.
  static func find() -> Installation? {
    candidates().first { FileManager.default.fileExists(atPath: $0) }.map(Installation.init)
  }

  /// The folders the rule looks at, in order.
  static func candidates() -> [String] {
    if let home = ProcessInfo.processInfo.environment["JANUS_HOME"], !home.isEmpty {
      return [home + "/lib/janus"]
    }
    guard
      let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { return [] }
    let programs = parent(of: executable)
    let above = parent(of: programs)
    return [programs + "/lib/janus", above + "/lib/janus"]
  }

  var headers: String { folder + "/include" }
  var symbolList: String { folder + "/janus_runtime.symbols" }

  func archive(_ profile: Profile) -> String { folder + "/\(profile.name)/libjanus_rt.a" }
  func bitcode(_ profile: Profile) -> String { folder + "/\(profile.name)/libjanus_rt.bc" }
  func sharedObject(_ profile: Profile) -> String { folder + "/\(profile.name)/libjanus_rt.so" }
}

/// The folder that holds a path's last component.
private func parent(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
  return String(path[..<slash])
}
