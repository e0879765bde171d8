// What a stage does with its diagnostics: JSON lines on standard output for the driver, text on
// standard error for people. The one place in Base that writes.
import Glibc

/// Writes diagnostics and other messages of a stage in the format that was asked for.
public struct DiagnosticPrinter {
  public enum Format: String, CaseIterable, Sendable { case text, json }

  /// When text is coloured.
  public enum Colours: String, CaseIterable, Sendable { case auto, always, never }

  public let format: Format
  private let colours: Colours

  public init(format: Format, colours: Colours = .auto) {
    self.format = format
    self.colours = colours
  }

  /// Writes `diagnostics` in the order of their places.
  public func print(_ diagnostics: Diagnostics, in source: (SourceFileID) -> SourceFile?) {
    let files = DiagnosticPrinter.files(of: diagnostics, source)
    print(diagnostics.sorted.map { LocatedDiagnostic($0, in: source) }) { path, line in
      files[path]?.bytes(ofLine: Int32(clamping: line))
    }
  }

  /// Writes `diagnostics` of files that stand in `sources` at the index of their IDs.
  public func print(_ diagnostics: Diagnostics, in sources: [SourceFile]) {
    print(diagnostics) { $0.index < sources.count ? sources[$0.index] : nil }
  }

  /// Writes `diagnostics` as they stand; `lineSource` gives the lines of excerpts.
  public func print(
    _ diagnostics: [LocatedDiagnostic], lineSource: @escaping DiagnosticRenderer.LineSource
  ) {
    guard !diagnostics.isEmpty else { return }
    switch format {
    case .json:
      var out: [UInt8] = []
      for diagnostic in diagnostics {
        diagnostic.json.write(to: &out)
        out.append(UInt8(ascii: "\n"))
      }
      writeAll(out, to: STDOUT_FILENO)
    case .text:
      let renderer = DiagnosticRenderer(colours: wantsColours, lineSource: lineSource)
      let text = diagnostics.map(renderer.render).joined(separator: "\n")
      writeAll(Array(text.utf8), to: STDERR_FILENO)
    }
  }

  public var wantsColours: Bool {
    switch colours {
    case .auto: terminalWantsColours(STDERR_FILENO)
    case .always: true
    case .never: false
    }
  }

  /// Writes one object as a line of standard output, in the JSON format only.
  public func message(_ json: JSON) {
    guard format == .json else { return }
    var out: [UInt8] = []
    json.write(to: &out)
    out.append(UInt8(ascii: "\n"))
    writeAll(out, to: STDOUT_FILENO)
  }

  private static func files(
    of diagnostics: Diagnostics, _ source: (SourceFileID) -> SourceFile?
  ) -> [String: SourceFile] {
    var files: [String: SourceFile] = [:]
    var seen: Set<SourceFileID> = [.none]
    for diagnostic in diagnostics.all {
      let spans =
        [diagnostic.span] + diagnostic.labels.map(\.span)
        + diagnostic.fixes.flatMap { $0.edits.map(\.span) }
      for span in spans where seen.insert(span.file).inserted {
        if let file = source(span.file) { files[file.path] = file }
      }
    }
    return files
  }
}

/// Whether text on `descriptor` should be coloured: a terminal, and the user did not refuse.
public func terminalWantsColours(_ descriptor: Int32) -> Bool {
  guard isatty(descriptor) == 1 else { return false }
  if let refused = getenv("NO_COLOR"), refused.pointee != 0 { return false }
  if let terminal = getenv("TERM"), String(cString: terminal) == "dumb" { return false }
  return true
}

/// Writes all of `bytes`, however many calls it takes. A reader that has gone away is not an error.
public func writeAll(_ bytes: some ContiguousBytesOfText, to descriptor: Int32) {
  bytes.withBytesOfText { buffer in
    var written = 0
    while written < buffer.count {
      let count = write(descriptor, buffer.baseAddress! + written, buffer.count - written)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      written += count
    }
  }
}

/// What `writeAll` takes: bytes, or text as UTF-8.
public protocol ContiguousBytesOfText {
  func withBytesOfText(_ body: (UnsafeRawBufferPointer) -> Void)
}

extension Array: ContiguousBytesOfText where Element == UInt8 {
  public func withBytesOfText(_ body: (UnsafeRawBufferPointer) -> Void) { withUnsafeBytes(body) }
}

extension String: ContiguousBytesOfText {
  public func withBytesOfText(_ body: (UnsafeRawBufferPointer) -> Void) {
    var text = self
    text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }
}
