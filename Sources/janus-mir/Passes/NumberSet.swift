// Sets of small numbers: parameters, statics, paths of a function.

/// A set of small numbers.
struct NumberSet: Equatable {
  private(set) var words: ContiguousArray<UInt64> = []

  var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  func contains(_ index: Int) -> Bool {
    index >> 6 < words.count && words[index >> 6] & (1 << UInt64(index & 63)) != 0
  }

  mutating func insert(_ index: Int) {
    while words.count <= index >> 6 { words.append(0) }
    words[index >> 6] |= 1 << UInt64(index & 63)
  }

  mutating func remove(_ index: Int) {
    if index >> 6 < words.count { words[index >> 6] &= ~(1 << UInt64(index & 63)) }
  }

  /// Adds what `other` has; true when that changed something.
  @discardableResult
  mutating func formUnion(_ other: NumberSet) -> Bool {
    var changed = false
    while words.count < other.words.count { words.append(0) }
    for i in other.words.indices where other.words[i] & ~words[i] != 0 {
      words[i] |= other.words[i]
      changed = true
    }
    return changed
  }

  mutating func subtract(_ other: NumberSet) {
    for i in 0..<min(words.count, other.words.count) { words[i] &= ~other.words[i] }
  }

  func meets(_ other: NumberSet) -> Bool {
    for i in 0..<min(words.count, other.words.count) where words[i] & other.words[i] != 0 {
      return true
    }
    return false
  }

  func forEach(_ body: (Int) -> Void) {
    for (i, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        body(i << 6 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }
}
