// The runtime's files in an installation, variant by variant.
import Base
import Installation

struct RuntimeFiles {
  /// The data folder, `lib/janus`.
  let folder: String

  /// - Returns: nil when no folder exists where the toolchain's data may be.
  static func find() -> RuntimeFiles? { Installation.folder.map(RuntimeFiles.init) }

  var headers: String { folder + "/include" }
  var symbolList: String { folder + "/janus_runtime.symbols" }

  func archive(_ profile: Profile) -> String { folder + "/\(profile.name)/libjanus_rt.a" }
  func bitcode(_ profile: Profile) -> String { folder + "/\(profile.name)/libjanus_rt.bc" }
  func sharedObject(_ profile: Profile) -> String { folder + "/\(profile.name)/libjanus_rt.so" }
}
