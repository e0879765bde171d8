// What a link line needs of the runtime: `janus-runtime` knows, and its answer is remembered.
import Base

extension Toolchain {
  /// The words that `janus-runtime --profile … --libs` prints, or why it printed none.
  func runtimeFlags(
    _ variant: String, identity: ToolchainIdentity, cache: ContentCache
  ) -> Result<[String], LocatedDiagnostic> {
    let name = "link-\(variant)-" + String(sha256(Array((data + identity.all).utf8)).prefix(16))
    if let words = cache.memo(name) { return .success(RuntimeWords.split(words)) }
    let command = Command(
      executable: path(of: .runtime), arguments: ["--profile", variant, "--libs"])
    let outcome = run(command)
    if let failure = StageRun.failure(of: command, outcome, hasErrors: false) {
      return .failure(failure)
    }
    cache.remember(name, outcome.output)
    return .success(RuntimeWords.split(outcome.output))
  }
}

/// Words as a shell would read them, with single quotes.
private enum RuntimeWords {
  static func split(_ bytes: [UInt8]) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var hasWord = false
    var isQuoted = false
    for byte in bytes {
      if byte == UInt8(ascii: "'") {
        isQuoted.toggle()
        hasWord = true
      } else if !isQuoted, byte <= 0x20 {
        if hasWord { words.append(String(decoding: word, as: UTF8.self)) }
        word = []
        hasWord = false
      } else {
        word.append(byte)
        hasWord = true
      }
    }
    if hasWord { words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }
}
