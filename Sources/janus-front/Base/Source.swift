// Source text as bytes, and positions in it.

public enum SourceFileTag {}
public typealias SourceFileID = ID<SourceFileTag>

/// A half-open range of bytes of one file. Twelve bytes.
public struct SourceSpan: Hashable, BitwiseCopyable, Sendable {
  public var file: SourceFileID
  public var start: Int32
  public var end: Int32

  @inlinable public init(file: SourceFileID, start: Int32, end: Int32) {
    self.file = file
    self.start = start
    self.end = end
  }

  /// A span that names no place, for values made by the compiler.
  public static let none = SourceSpan(file: .none, start: 0, end: 0)

  /// The part at the start that spells `text`, as a label's name does before its value.
  public func prefix(_ text: String) -> SourceSpan {
    SourceSpan(file: file, start: start, end: min(end, start + Int32(clamping: text.utf8.count)))
  }

  /// The part at the end that spells `text`.
  public func suffix(_ text: String) -> SourceSpan {
    SourceSpan(file: file, start: max(start, end - Int32(clamping: text.utf8.count)), end: end)
  }

  /// The smallest span that covers both.
  public func joined(_ other: SourceSpan) -> SourceSpan {
    SourceSpan(file: file, start: min(start, other.start), end: max(end, other.end))
  }
}

/// A line and column, both from 1. Columns count bytes of UTF-8, as `clang` and `rustc` count them.
public struct LineColumn: Hashable, BitwiseCopyable, Sendable {
  public var line: Int32
  public var column: Int32
  public init(line: Int32, column: Int32) {
    self.line = line
    self.column = column
  }
}

/// One source file: its path as the user wrote it, its bytes, and where its lines start.
public struct SourceFile: Sendable {
  public let path: String
  public let bytes: ContiguousArray<UInt8>
  /// Where each line starts; the first is 0.
  public let lineStarts: ContiguousArray<Int32>
  public let byteCount: Int32

  public init(path: String, bytes: ContiguousArray<UInt8>) {
    self.path = path
    self.bytes = bytes
    byteCount = Int32(clamping: bytes.count)
    var starts: ContiguousArray<Int32> = [0]
    bytes.withUnsafeBufferPointer { buffer in
      for i in 0..<buffer.count where buffer[i] == UInt8(ascii: "\n") {
        starts.append(Int32(i + 1))
      }
    }
    lineStarts = starts
  }

  /// A file whose text is elsewhere: positions can be asked for, text cannot.
  public init(path: String, lineStarts: ContiguousArray<Int32>, byteCount: Int32) {
    self.path = path
    bytes = []
    self.byteCount = byteCount
    self.lineStarts = lineStarts.isEmpty ? [0] : lineStarts
  }

  public init(path: String, text: String) {
    self.init(path: path, bytes: ContiguousArray(text.utf8))
  }

  public var lineCount: Int { lineStarts.count }

  /// The position of byte `offset`; offsets past the end name the end.
  public func position(of offset: Int32) -> LineColumn {
    let offset = min(max(offset, 0), byteCount)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return LineColumn(line: Int32(low + 1), column: offset - lineStarts[low] + 1)
  }

  /// Where line `line` (from 1) ends: at its newline, or at the end of the file.
  public func end(ofLine line: Int32) -> Int32 {
    guard line >= 1, Int(line) <= lineStarts.count else { return byteCount }
    return Int(line) < lineStarts.count ? lineStarts[Int(line)] - 1 : byteCount
  }

  /// The bytes of line `line` (from 1), without its newline. None when only positions are known.
  public func bytes(ofLine line: Int32) -> ArraySlice<UInt8> {
    guard line >= 1, Int(line) <= lineStarts.count, !bytes.isEmpty else { return [] }
    let start = Int(lineStarts[Int(line) - 1])
    var end = Int(line) < lineStarts.count ? Int(lineStarts[Int(line)]) - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return ArraySlice(bytes[start..<max(start, end)])
  }

  /// The text of line `line` (from 1), without its newline; ill-formed UTF-8 is repaired.
  public func text(ofLine line: Int32) -> String {
    String(decoding: bytes(ofLine: line), as: UTF8.self)
  }
}
