// Which fix-its can be applied together, and what a file holds afterwards.
import Base

/// Fix-its whose edits do not touch each other, by file.
struct FixSelection {
  private(set) var editsByFile: [String: [LocatedDiagnostic.Edit]] = [:]
  private(set) var count = 0

  var files: [String] { editsByFile.keys.sorted() }

  /// Takes `fix` in; false when it has edits without a place, or one that touches an edit chosen
  /// before.
  @discardableResult
  mutating func add(_ fix: LocatedDiagnostic.Fix) -> Bool {
    guard !fix.edits.isEmpty, fix.edits.allSatisfy({ $0.location.bytes != nil }) else {
      return false
    }
    for edit in fix.edits {
      let chosen = editsByFile[edit.location.file] ?? []
      if chosen.contains(where: { FixSelection.touch($0, edit) }) { return false }
    }
    for edit in fix.edits { editsByFile[edit.location.file, default: []].append(edit) }
    count += 1
    return true
  }

  /// The first certain fix-it of each of `diagnostics`, as far as they go together.
  static func certain(of diagnostics: [LocatedDiagnostic]) -> FixSelection {
    var selection = FixSelection()
    for diagnostic in diagnostics {
      if let fix = diagnostic.fixes.first(where: { $0.certainty == .certain }) {
        selection.add(fix)
      }
    }
    return selection
  }

  /// `bytes` of `file` with its edits made; nil when they do not fit the text.
  func apply(to bytes: [UInt8], of file: String) -> [UInt8]? {
    let edits = (editsByFile[file] ?? []).enumerated().sorted {
      ($0.element.start, $0.element.end, $0.offset) < ($1.element.start, $1.element.end, $1.offset)
    }.map(\.element)
    var result: [UInt8] = []
    var at = 0
    for edit in edits {
      guard edit.start >= at, edit.end <= bytes.count else { return nil }
      result += bytes[at..<edit.start]
      result += edit.replacement.utf8
      at = edit.end
    }
    return result + bytes[at...]
  }

  private static func touch(_ a: LocatedDiagnostic.Edit, _ b: LocatedDiagnostic.Edit) -> Bool {
    a.start <= b.end && b.start <= a.end
  }
}

extension LocatedDiagnostic.Edit {
  fileprivate var start: Int { location.bytes?.lowerBound ?? 0 }
  fileprivate var end: Int { location.bytes?.upperBound ?? 0 }
}
