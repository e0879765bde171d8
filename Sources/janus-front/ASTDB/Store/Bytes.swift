// Writing and reading of blobs: little-endian words, strings, and whole arrays of small values.
import Base

struct ByteWriter {
  var bytes: ContiguousArray<UInt8> = []

  mutating func write(_ byte: UInt8) { bytes.append(byte) }
  mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

  mutating func write(_ word: UInt32) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ word: Int32) { write(UInt32(bitPattern: word)) }

  mutating func write(_ word: UInt64) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ hash: Hash128) {
    write(hash.low)
    write(hash.high)
  }

  mutating func write(_ text: String) {
    write(UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func write<Element: BitwiseCopyable>(array: ContiguousArray<Element>) {
    write(UInt32(array.count))
    array.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}

/// A blob that does not hold what its format says.
struct BlobDamage: Error {
  var reason: String
}

struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  private mutating func take(_ count: Int) throws(BlobDamage) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= bytes.count - offset else {
      throw BlobDamage(reason: "it ends early")
    }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }

  mutating func byte() throws(BlobDamage) -> UInt8 { try take(1)[0] }
  mutating func flag() throws(BlobDamage) -> Bool { try byte() != 0 }

  mutating func word() throws(BlobDamage) -> UInt32 {
    UInt32(littleEndian: try take(4).loadUnaligned(as: UInt32.self))
  }

  mutating func int() throws(BlobDamage) -> Int32 { Int32(bitPattern: try word()) }

  mutating func long() throws(BlobDamage) -> UInt64 {
    UInt64(littleEndian: try take(8).loadUnaligned(as: UInt64.self))
  }

  mutating func hash() throws(BlobDamage) -> Hash128 {
    let low = try long()
    return Hash128(low: low, high: try long())
  }

  mutating func text() throws(BlobDamage) -> String {
    String(decoding: try take(Int(try word())), as: UTF8.self)
  }

  /// A count of things that take at least `size` bytes each, so a damaged count cannot make the
  /// reader reserve more than the blob holds.
  mutating func count(ofSize size: Int) throws(BlobDamage) -> Int {
    let count = Int(try word())
    guard count <= (bytes.count - offset) / max(size, 1) else {
      throw BlobDamage(reason: "a count is too large")
    }
    return count
  }

  /// An array whose elements are valid for any bits; others must be checked by `rawArray`.
  mutating func array<Element: BitwiseCopyable>(
    of type: Element.Type
  ) throws(BlobDamage) -> ContiguousArray<Element> {
    let raw = try rawArray(stride: MemoryLayout<Element>.stride)
    return ContiguousArray(unsafeUninitializedCapacity: raw.count / MemoryLayout<Element>.stride) {
      buffer, count in
      count = raw.count / MemoryLayout<Element>.stride
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: raw)
    }
  }

  mutating func rawArray(stride: Int) throws(BlobDamage) -> UnsafeRawBufferPointer {
    let count = try count(ofSize: stride)
    return try take(count * stride)
  }

  /// The bytes of an array that `array(of:)` would read next, without moving on.
  func peekArray(stride: Int) throws(BlobDamage) -> UnsafeRawBufferPointer {
    var copy = self
    return try copy.rawArray(stride: stride)
  }
}
