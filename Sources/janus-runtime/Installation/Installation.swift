// Where the toolchain's data is: the runtime's variants, `std`, the pages about diagnostics.
//
// The folder `lib/janus` beside the executable or beside its folder; under `JANUS_HOME` when that
// is set. `PATH` is never searched.
import Glibc

public enum Installation {
  /// The data folders that the rule allows, in the order in which they are looked at.
  public static var candidates: [String] { roots.map { $0 + "/lib/janus" } }

  /// The first candidate that exists.
  public static var folder: String? { candidates.first { access($0, R_OK) == 0 } }

  /// The path of a file of the data in the first candidate that has it, or nil.
  public static func existing(_ name: String) -> String? {
    candidates.map { "\($0)/\(name)" }.first { access($0, R_OK) == 0 }
  }

  /// The same, or where the file should be when no candidate has it.
  public static func file(_ name: String) -> String {
    existing(name) ?? "\(candidates[0])/\(name)"
  }

  private static var roots: [String] {
    if let home = getenv("JANUS_HOME"), home.pointee != 0 { return [String(cString: home)] }
    guard let executable = realpath("/proc/self/exe", nil) else { return ["."] }
    defer { free(executable) }
    let path = String(cString: executable)
    guard let slash = path.lastIndex(of: "/") else { return ["."] }
    let binaries = String(path[..<slash])
    return [binaries, binaries + "/.."]
  }
}
