// Where a build's artefacts stand.
import Base
import Glibc

/// Where a workspace's artefacts stand.
struct ArtefactPaths {
  /// The folder `.janus`, absolute.
  let work: String
  /// Products go to `<products>/<mode>/<package>/`.
  let products: String

  init(workspace root: String) {
    work = Path.join(root, ".janus")
    products = Path.join(root, ".janus/out")
  }

  /// A single file's artefacts stand in its folder, or in the cache when that cannot be written.
  init(file: String, in directory: String, cache: ContentCache) {
    let folder = Path.normalised(Path.join(directory, Path.directory(of: file)))
    if access(folder, W_OK) == 0 {
      work = Path.join(folder, ".janus")
    } else {
      work = "\(cache.root)/files/\(Hash128.of(folder).hex)"
    }
    products = Path.join(work, "out")
  }

  var database: String { Path.join(work, "astdb.sqlite") }
  var lock: String { Path.join(work, "lock") }
  var toolchainMark: String { Path.join(work, "toolchain") }

  func mir(_ package: String, _ entry: String, _ mode: BuildMode) -> String {
    Path.join(work, "mir/\(mode.rawValue)/\(package).\(entry).jmir")
  }

  func program(_ package: String, _ mode: BuildMode, _ goal: BuildGoal) -> String {
    let folder = "\(products)/\(mode.rawValue)/\(package)"
    return goal == .test ? "\(folder)/test/\(package)" : "\(folder)/bin/\(package)"
  }

  /// The record of what a build of this kind last saw.
  func record(
    _ options: BuildOptions, _ goal: BuildGoal, _ toolchain: Toolchain, home: String?
  ) -> String {
    var key = HashBuilder()
    key.add(home ?? "")
    key.add(toolchain.binaries)
    key.add(toolchain.data)
    let selected = options.packages.sorted() + ["--", options.file ?? ""] + options.link
    for text in selected { key.add(text) }
    let selection = key.finish().shortHex
    return Path.join(work, "records/\(options.mode.rawValue)-\(goal.rawValue)-\(selection)")
  }
}
