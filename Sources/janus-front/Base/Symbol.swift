// Interned strings. A `Symbol` is four bytes; two names are equal iff their symbols are.

/// An interned string.
public struct Symbol: Hashable, BitwiseCopyable, Sendable {
  public let raw: UInt32
  @inlinable public init(raw: UInt32) { self.raw = raw }

  /// The empty string, always symbol 0.
  public static let empty = Symbol(raw: 0)
}

/// The table of interned strings of one process run: an open-addressing table over one byte buffer.
/// Not thread-safe; each thread of a stage has its own or they meet behind a lock.
public final class Interner {
  private var bytes: ContiguousArray<UInt8> = []
  private var starts: ContiguousArray<UInt32> = [0]
  private var hashes: ContiguousArray<UInt32> = []
  private var slots: ContiguousArray<UInt32>

  public init() {
    slots = ContiguousArray(repeating: UInt32.max, count: 4096)
    _ = intern("")
  }

  public var count: Int { hashes.count }

  public func intern(_ text: String) -> Symbol {
    var text = text
    return text.withUTF8 { intern($0) }
  }

  public func intern(_ text: UnsafeBufferPointer<UInt8>) -> Symbol {
    var hash: UInt32 = 2_166_136_261  // FNV-1a.
    for byte in text { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != UInt32.max {
      let candidate = Int(slots[slot])
      if hashes[candidate] == hash && equals(candidate, text) {
        return Symbol(raw: UInt32(candidate))
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = UInt32(hashes.count)
    bytes.append(contentsOf: text)
    starts.append(UInt32(bytes.count))
    hashes.append(hash)
    if hashes.count * 2 > slots.count { grow() }
    return Symbol(raw: UInt32(hashes.count - 1))
  }

  /// The text of `symbol`.
  public func text(_ symbol: Symbol) -> String {
    let range = Int(starts[Int(symbol.raw)])..<Int(starts[Int(symbol.raw) + 1])
    return String(decoding: bytes[range], as: UTF8.self)
  }

  private func equals(_ candidate: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = Int(starts[candidate])
    guard Int(starts[candidate + 1]) - start == text.count else { return false }
    for i in 0..<text.count where bytes[start + i] != text[i] { return false }
    return true
  }

  private func grow() {
    slots = ContiguousArray(repeating: UInt32.max, count: slots.count * 2)
    for (index, hash) in hashes.enumerated() {
      var slot = Int(hash) & (slots.count - 1)
      while slots[slot] != UInt32.max { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(index)
    }
  }
}
