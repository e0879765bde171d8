// 128-bit content hashes: the stable names of declarations, types, instances and units.
import CXXHash

/// A 128-bit content hash (XXH3). Equal content has equal hashes in every process and on every run.
public struct Hash128: Hashable, Comparable, BitwiseCopyable, Sendable {
  public var low: UInt64
  public var high: UInt64

  @inlinable public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  public static let zero = Hash128(low: 0, high: 0)

  public static func of(_ bytes: UnsafeRawBufferPointer) -> Hash128 {
    let hash = janus_xxh3_128(bytes.baseAddress, bytes.count)
    return Hash128(low: hash.low, high: hash.high)
  }

  public static func of(_ text: String) -> Hash128 {
    var text = text
    return text.withUTF8 { of(UnsafeRawBufferPointer($0)) }
  }

  /// 32 hexadecimal digits.
  public var hex: String { Hash128.hex(high) + Hash128.hex(low) }

  /// The first 16 hexadecimal digits: what symbols carry.
  public var shortHex: String { Hash128.hex(high) }

  private static func hex(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  public static func < (a: Hash128, b: Hash128) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

/// Collects the parts of a key; strings are length-prefixed, so parts cannot run together.
public struct HashBuilder {
  private var bytes: ContiguousArray<UInt8> = []

  public init() {}

  public mutating func add(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  public mutating func add(_ value: Int) { add(UInt64(bitPattern: Int64(value))) }
  public mutating func add(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

  public mutating func add(_ text: String) {
    add(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  public mutating func add(_ hash: Hash128) {
    add(hash.low)
    add(hash.high)
  }

  public mutating func add(_ raw: UnsafeRawBufferPointer) {
    add(UInt64(raw.count))
    bytes.append(contentsOf: raw)
  }

  public consuming func finish() -> Hash128 { bytes.withUnsafeBytes { Hash128.of($0) } }
}
