// The text of documentation comments.
import ASTDB
import Base
import Parser

extension CheckedProgram {
  /// The text of the `///` comment at `span` of a file, without the marks.
  func documentation(_ span: ByteSpan, in file: SourceFileID) -> String {
    guard !span.isEmpty, file.index < files.count else { return "" }
    let bytes = files[file].bytes
    guard Int(span.end) <= bytes.count else { return "" }
    let text = String(decoding: bytes[Int(span.start)..<Int(span.end)], as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = line.drop { $0 == " " || $0 == "\t" }
      if line.hasPrefix("///") { line = line.dropFirst(3) }
      return String(line.first == " " ? line.dropFirst() : line)
    }.joined(separator: "\n")
  }
}
