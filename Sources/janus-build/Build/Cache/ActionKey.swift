// What an action depends on, as named values, and the key that they make.
import Base
import CSystem

/// The SHA-256 of `bytes` in hexadecimal digits.
func sha256(_ bytes: [UInt8]) -> String {
  var digest = [UInt8](repeating: 0, count: 32)
  janus_sha256(bytes, bytes.count, &digest)
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(64)
  for byte in digest {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

/// One step of a build and all it reads. Two actions with equal inputs produce equal outputs, so no
/// path, time or job count is ever an input.
struct Action {
  /// What the action is to a reader: `link app`.
  var name: String
  /// Names and values, in the order they were added.
  private(set) var inputs: [(name: String, value: String)] = []

  init(_ name: String) { self.name = name }

  mutating func add(_ name: String, _ value: String) { inputs.append((name, value)) }

  /// The key under which the outputs are stored. The name is not part of it: two packages that need
  /// the same thing share it.
  var key: String {
    var bytes = Array("janus-action/1".utf8)
    for (name, value) in inputs {
      for text in [name, value] {
        withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: text.utf8)
      }
    }
    return sha256(bytes)
  }
}
