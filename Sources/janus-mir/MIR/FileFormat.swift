// The binary form of MIR, `.jmir`: 32-bit little-endian words.
//
//   header     magic (2 words), version, number of words, checksum of the rest (4 words)
//   tables     name, entry, files, signatures, function references, types, constants, statics
//   directory  for each function, in order: content hash (4 words) and the words of its body
//   bodies     the functions
//
// A table is its count and its rows. Text is its length in bytes and the bytes, padded with zeros
// to whole words. Equal modules have equal bytes. What is read is verified; see FileReader.swift.
import Base

/// The facts of the format that both sides need.
enum FileFormat {
  /// "JANUSMIR" as bytes.
  static let magic: [UInt32] = [0x554E_414A, 0x5249_4D53]
  /// Counts every change of the format.
  static let version: UInt32 = 4
  static let headerCount = 8
}

/// Words under construction.
struct WordWriter {
  var words: ContiguousArray<UInt32> = []

  mutating func add(_ word: UInt32) { words.append(word) }
  mutating func add(_ count: Int) { words.append(UInt32(truncatingIfNeeded: count)) }
  mutating func add(_ value: Int32) { words.append(UInt32(bitPattern: value)) }

  mutating func add(_ value: UInt64) {
    words.append(UInt32(truncatingIfNeeded: value))
    words.append(UInt32(truncatingIfNeeded: value >> 32))
  }

  mutating func add(_ value: Int64) { add(UInt64(bitPattern: value)) }
  mutating func add<Tag>(_ id: ID<Tag>) { words.append(id.raw) }

  mutating func add(_ hash: Hash128) {
    add(hash.low)
    add(hash.high)
  }

  mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
    add(bytes.count)
    var i = 0
    while i < bytes.count {
      var word: UInt32 = 0
      for j in 0..<min(4, bytes.count - i) { word |= UInt32(bytes[i + j]) << (8 * UInt32(j)) }
      words.append(word)
      i += 4
    }
  }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add($0) }
  }

  mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { add($0) } }
}

/// Words to read. Reading past the end gives zeros and sets `isDamaged`.
struct WordReader {
  let words: UnsafeBufferPointer<UInt32>
  var position: Int
  var isDamaged = false

  init(_ words: UnsafeBufferPointer<UInt32>, at position: Int = 0) {
    self.words = words
    self.position = position
  }

  @inline(__always) mutating func word() -> UInt32 {
    guard position < words.count else {
      isDamaged = true
      return 0
    }
    position += 1
    return words[position - 1]
  }

  mutating func int32() -> Int32 { Int32(bitPattern: word()) }
  mutating func uint64() -> UInt64 { UInt64(word()) | UInt64(word()) << 32 }
  mutating func int64() -> Int64 { Int64(bitPattern: uint64()) }
  mutating func id<Tag>() -> ID<Tag> { ID(word()) }
  mutating func hash() -> Hash128 { Hash128(low: uint64(), high: uint64()) }

  /// A count of things that take at least `size` words each; zero when the file cannot hold them.
  mutating func count(ofSize size: Int = 1) -> Int {
    let count = Int(word())
    guard count * max(size, 1) <= words.count - position else {
      isDamaged = true
      return 0
    }
    return count
  }

  mutating func bytes() -> [UInt8] {
    let count = Int(word())
    let length = (count + 3) / 4
    guard length <= words.count - position else {
      isDamaged = true
      return []
    }
    let raw = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(words)[(position * 4)...])
    position += length
    return [UInt8](raw.prefix(count))
  }

  mutating func text() -> String {
    let count = Int(word())
    let length = (count + 3) / 4
    guard length <= words.count - position else {
      isDamaged = true
      return ""
    }
    let raw = UnsafeRawBufferPointer(words)[position * 4..<position * 4 + count]
    position += length
    return String(decoding: raw, as: UTF8.self)
  }

  mutating func flag() -> Bool { word() != 0 }
}
