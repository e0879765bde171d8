// Diagnostics as values. A pass makes them with labelled factories written at the end of its own
// file; `DiagnosticCode` is the one register of codes; rendering happens in the tools.

public enum Severity: UInt8, Sendable {
  case error, warning, note

  public var name: String {
    switch self {
    case .error: "error"
    case .warning: "warning"
    case .note: "note"
    }
  }
}

/// A secondary place with its text.
public struct Label: Hashable, Sendable {
  public var span: SourceSpan
  public var text: String
  public init(_ span: SourceSpan, _ text: String) {
    self.span = span
    self.text = text
  }
}

/// A change of source text that a tool may apply: every edit of one fix-it belongs together.
public struct FixIt: Hashable, Sendable {
  public struct Edit: Hashable, Sendable {
    public var span: SourceSpan
    public var replacement: String
    public init(_ span: SourceSpan, _ replacement: String) {
      self.span = span
      self.replacement = replacement
    }
  }
  /// Whether a tool may apply it without asking.
  public enum Certainty: String, Hashable, Sendable {
    /// What the user meant is known; the edit says it in Janus.
    case certain
    /// The likeliest of several meanings, to be looked at first.
    case guess
  }
  public var title: String
  public var edits: [Edit]
  public var certainty: Certainty
  public init(_ title: String, _ edits: [Edit], _ certainty: Certainty = .certain) {
    self.title = title
    self.edits = edits
    self.certainty = certainty
  }
}

/// One finding: a registered code, a message that states what was seen, the place, and context.
/// Wording: lower case, no final period, code in backticks.
public struct Diagnostic: Hashable, Sendable {
  public var code: DiagnosticCode
  public var message: String
  public var span: SourceSpan
  public var labels: [Label]
  public var notes: [String]
  public var fixes: [FixIt]

  public init(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan,
    labels: [Label] = [], notes: [String] = [], fixes: [FixIt] = []
  ) {
    self.code = code
    self.message = message
    self.span = span
    self.labels = labels
    self.notes = notes
    self.fixes = fixes
  }

  public var severity: Severity { code.severity }
}

/// The findings of a run, in the order they were made; equal ones are kept once.
public struct Diagnostics: Sendable {
  public private(set) var all: [Diagnostic] = []
  private var seen: Set<Diagnostic> = []
  public private(set) var errorCount = 0

  public init() {}

  public var hasErrors: Bool { errorCount > 0 }

  public mutating func report(_ diagnostic: Diagnostic) {
    guard seen.insert(diagnostic).inserted else { return }
    all.append(diagnostic)
    if diagnostic.severity == .error { errorCount += 1 }
  }

  public mutating func report(contentsOf others: some Sequence<Diagnostic>) {
    for other in others { report(other) }
  }

  /// By file, then place, then code: the order in which tools show them.
  public var sorted: [Diagnostic] {
    all.sorted {
      ($0.span.file.raw, $0.span.start, $0.code.rawValue, $0.message)
        < ($1.span.file.raw, $1.span.start, $1.code.rawValue, $1.message)
    }
  }
}
