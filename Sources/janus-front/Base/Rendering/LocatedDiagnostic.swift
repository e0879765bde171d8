// A diagnostic whose places are paths, lines and columns: the form that leaves a process. Stages
// make it from a `Diagnostic` and the sources; `janus-build` reads it back from their JSON lines.

/// A range of a file in lines and columns, from 1; the end is the first column after the range.
public struct Location: Hashable, Sendable {
  public var file: String
  public var line: Int
  public var column: Int
  public var endLine: Int
  public var endColumn: Int
  /// The same range in bytes of the file, where whoever made it knew them.
  public var bytes: Range<Int>?

  public init(
    file: String, line: Int, column: Int, endLine: Int, endColumn: Int, bytes: Range<Int>? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.endLine = endLine
    self.endColumn = endColumn
    self.bytes = bytes
  }

  /// The place of `span`, or nil when it names none.
  public init?(_ span: SourceSpan, in source: (SourceFileID) -> SourceFile?) {
    guard span.file.exists, let file = source(span.file) else { return nil }
    let start = file.position(of: span.start)
    let end = file.position(of: max(span.end, span.start))
    self.init(
      file: file.path, line: Int(start.line), column: Int(start.column),
      endLine: Int(end.line), endColumn: Int(end.column),
      bytes: Int(span.start)..<Int(max(span.end, span.start)))
  }
}

/// A diagnostic as tools print it and exchange it.
public struct LocatedDiagnostic: Hashable, Sendable {
  public struct Label: Hashable, Sendable {
    public var location: Location
    public var text: String
    public init(_ location: Location, _ text: String) {
      self.location = location
      self.text = text
    }
  }

  public struct Edit: Hashable, Sendable {
    public var location: Location
    public var replacement: String
    public init(_ location: Location, _ replacement: String) {
      self.location = location
      self.replacement = replacement
    }
  }

  public struct Fix: Hashable, Sendable {
    public var title: String
    public var edits: [Edit]
    public var certainty: FixIt.Certainty
    public init(_ title: String, _ edits: [Edit], _ certainty: FixIt.Certainty = .certain) {
      self.title = title
      self.edits = edits
      self.certainty = certainty
    }
  }

  /// The code as text, so that a driver can show codes that only its stages know.
  public var code: String
  public var severity: Severity
  public var message: String
  public var location: Location?
  public var labels: [Label]
  public var notes: [String]
  public var fixes: [Fix]

  public init(
    _ code: DiagnosticCode, _ message: String, at location: Location?,
    labels: [Label] = [], notes: [String] = [], fixes: [Fix] = []
  ) {
    self.code = code.rawValue
    severity = code.severity
    self.message = message
    self.location = location
    self.labels = labels
    self.notes = notes
    self.fixes = fixes
  }

  /// Resolves every span of `diagnostic`; labels and fix-its without a place are left out.
  public init(_ diagnostic: Diagnostic, in source: (SourceFileID) -> SourceFile?) {
    code = diagnostic.code.rawValue
    severity = diagnostic.severity
    message = diagnostic.message
    location = Location(diagnostic.span, in: source)
    labels = diagnostic.labels.compactMap { label in
      Location(label.span, in: source).map { Label($0, label.text) }
    }
    notes = diagnostic.notes
    fixes = diagnostic.fixes.compactMap { fix in
      let edits = fix.edits.compactMap { edit in
        Location(edit.span, in: source).map { Edit($0, edit.replacement) }
      }
      return edits.count == fix.edits.count ? Fix(fix.title, edits, fix.certainty) : nil
    }
  }
}

extension LocatedDiagnostic {
  /// By file, then place, then code; what has no place comes first.
  public static func standsBefore(_ a: LocatedDiagnostic, _ b: LocatedDiagnostic) -> Bool {
    let key: (LocatedDiagnostic) -> (String, Int, Int, String, String) = {
      (
        $0.location?.file ?? "", $0.location?.line ?? 0, $0.location?.column ?? 0, $0.code,
        $0.message
      )
    }
    return key(a) < key(b)
  }
}
