// Where the toolchain's data is.
import Glibc

/// The toolchain's data: `lib/janus` beside the executable or beside its folder.
enum Installation {
  /// The path of a file of the data, in the first folder that has it.
  static func file(_ name: String) -> String {
    let paths = folders.map { "\($0)/lib/janus/\(name)" }
    return paths.first { access($0, R_OK) == 0 } ?? paths[0]
  }

  private static var folders: [String] {
    if let home = getenv("JANUS_HOME"), home.pointee != 0 { return [String(cString: home)] }
    guard let executable = realpath("/proc/self/exe", nil) else { return ["."] }
    defer { free(executable) }
    let folder = String(cString: executable).split(separator: "/").dropLast()
      .map { "/" + $0 }.joined()
    return [folder, folder + "/.."]
  }
}
