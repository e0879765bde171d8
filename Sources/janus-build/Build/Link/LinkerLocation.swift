// Where the linker and the C library's start files are on this system.
import Glibc

/// Files that a link line needs from the system.
struct LinkerLocation {
  var linker: String
  var startFiles: [String]
  var endFiles: [String]
  var searchPaths: [String]
  var dynamicLoader: String
  var emulation: String

  #if arch(x86_64)
    private static let triple = "x86_64-linux-gnu"
    private static let loader = "/lib64/ld-linux-x86-64.so.2"
    private static let emulationName = "elf_x86_64"
  #else
    private static let triple = "aarch64-linux-gnu"
    private static let loader = "/lib/ld-linux-aarch64.so.1"
    private static let emulationName = "aarch64linux"
  #endif

  /// The linker: LLVM's, of the version that wrote the objects. PATH is not searched.
  static var linker: String? {
    let candidates =
      [variable("JANUS_LINKER")].compactMap { $0 } + [
        "/usr/bin/ld.lld-19", "/usr/lib/llvm-19/bin/ld.lld",
      ]
    return candidates.first { access($0, X_OK) == 0 }
  }

  /// Nil when the linker or a start file is missing; `missing` names it.
  static func find(missing: inout String) -> LinkerLocation? {
    guard let linker else {
      missing = "`ld.lld-19` (package `lld-19`)"
      return nil
    }
    let libraries = ["/usr/lib/\(triple)", "/usr/lib64", "/usr/lib"]
    guard let start = libraries.first(where: { Files.isFile("\($0)/Scrt1.o") }) else {
      missing = "`Scrt1.o` of the C library (package `libc6-dev`)"
      return nil
    }
    guard let compiler = compilerFolder() else {
      missing = "`crtbeginS.o` (package `libgcc-12-dev`)"
      return nil
    }
    return LinkerLocation(
      linker: linker,
      startFiles: ["\(start)/Scrt1.o", "\(start)/crti.o", "\(compiler)/crtbeginS.o"],
      endFiles: ["\(compiler)/crtendS.o", "\(start)/crtn.o"],
      searchPaths: [compiler, start, "/lib/\(triple)", "/usr/lib"], dynamicLoader: loader,
      emulation: emulationName)
  }

  /// The newest of gcc's folders that has start files.
  private static func compilerFolder() -> String? {
    for root in ["/usr/lib/gcc/\(triple)", "/usr/lib/gcc/\(triple.replacingSuffix)"] {
      let versions = Files.names(in: root).filter { Files.isFile("\(root)/\($0)/crtbeginS.o") }
      let newest = versions.max {
        (Int($0.prefix { $0 != "." }) ?? 0, $0) < (Int($1.prefix { $0 != "." }) ?? 0, $1)
      }
      if let newest { return "\(root)/\(newest)" }
    }
    return nil
  }
}

extension String {
  /// Some systems spell the machine with their own name in the middle.
  fileprivate var replacingSuffix: String {
    let machine = prefix { $0 != "-" }
    return "\(machine)-redhat-linux"
  }
}
