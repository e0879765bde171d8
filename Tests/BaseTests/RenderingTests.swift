// The renderer of diagnostics and the JSON form in which they leave a process.
import Base
import Testing

private let source = SourceFile(
  path: "src/main.jan",
  text: "func main() {\n  let data = load()\n  consume(move data)\n\tprint(\"é\", data)\n}\n")

private func span(_ text: String, after start: Int32 = 0) -> SourceSpan {
  let needle = Array(text.utf8)
  var at = Int(start)
  while Array(source.bytes[at..<at + needle.count]) != needle { at += 1 }
  return SourceSpan(
    file: SourceFileID(0), start: Int32(at), end: Int32(at + needle.count))
}

private func located(_ diagnostic: Diagnostic) -> LocatedDiagnostic {
  LocatedDiagnostic(diagnostic, in: { $0.index == 0 ? source : nil })
}

private func render(_ diagnostic: LocatedDiagnostic) -> String {
  DiagnosticRenderer(colours: false) { path, line in
    path == source.path ? source.bytes(ofLine: Int32(clamping: line)) : nil
  }.render(diagnostic)
}

@Test func excerptMarksTabsAndWideText() {
  let use = span("data", after: span("print").start)
  let move = span("move data")
  let shown = render(
    located(
      Diagnostic(
        .useAfterMove, "use of `data` after move", at: use,
        labels: [Label(use, "used here"), Label(move, "moved here")], notes: ["one\ntwo"],
        fixes: [FixIt("copy instead", [.init(move, "copy(data)")])])))
  #expect(
    shown == """
      error[E3101]: use of `data` after move
       --> src/main.jan:4:14
        |
      3 |   consume(move data)
        |           --------- moved here
      4 |     print("é", data)
        |                ^^^^ used here
        = note: one
                two
        = help: copy instead
      3 -   consume(move data)
      3 +   consume(copy(data))

      """)
}

@Test func labelsOfOneLineHangBelowTheirMarks() {
  let moved = span("move data")
  let use = SourceSpan(file: moved.file, start: moved.end - 4, end: moved.end)
  let shown = render(
    located(
      Diagnostic(
        .typeMismatch, "m", at: use,
        labels: [Label(span("consume"), "called here"), Label(moved, "moved here")])))
  #expect(
    shown == """
      error[E2201]: m
       --> src/main.jan:3:16
        |
      3 |   consume(move data)
        |   ------- -----^^^^
        |   |       |
        |   |       moved here
        |   called here

      """, "\(shown)")
}

@Test func rangesOfSeveralLinesHaveABar() {
  let start = span("data = load").start
  let end = span("(move").start
  let shown = render(
    located(
      Diagnostic(
        .typeMismatch, "m", at: SourceSpan(file: SourceFileID(0), start: start, end: end),
        labels: [Label(span("load"), "called")])))
  #expect(
    shown == """
      error[E2201]: m
       --> src/main.jan:2:7
        |
      2 |     let data = load()
        |                ---- called
        |  _______^
      3 | |   consume(move data)
        | |_________^

      """, "\(shown)")
}

@Test func wideCharactersTakeTwoColumns() {
  let file = SourceFile(path: "w.jan", text: "日本 = 🎉 + e\u{301}x\n")
  let place = Location(file: "w.jan", line: 1, column: 10, endLine: 1, endColumn: 14)
  let end = Location(file: "w.jan", line: 1, column: 20, endLine: 1, endColumn: 21)
  var diagnostic = LocatedDiagnostic(.typeMismatch, "m", at: place)
  diagnostic.labels = [.init(end, "x")]
  let shown = DiagnosticRenderer(colours: false) { _, line in file.bytes(ofLine: Int32(line)) }
    .render(diagnostic)
  // Four columns, a space, `=`, a space; then two for the emoji, ` + `, one for `e` and its
  // accent.
  #expect(shown.contains("  |        ^^    - x\n"), "\(shown)")
}

@Test func labelsInOtherFilesHaveTheirOwnExcerpt() {
  let other = SourceFile(path: "other.jan", text: "func load() {}\n")
  let place = Location(file: "src/main.jan", line: 2, column: 14, endLine: 2, endColumn: 18)
  let declared = Location(file: "other.jan", line: 1, column: 6, endLine: 1, endColumn: 10)
  var diagnostic = LocatedDiagnostic(.typeMismatch, "m", at: place)
  diagnostic.labels = [.init(declared, "declared here")]
  let shown = DiagnosticRenderer(colours: false) { path, line in
    (path == "other.jan" ? other : source).bytes(ofLine: Int32(line))
  }.render(diagnostic)
  #expect(
    shown == """
      error[E2201]: m
       --> src/main.jan:2:14
        |
      2 |   let data = load()
        |              ^^^^
       ::: other.jan:1:6
        |
      1 | func load() {}
        |      ---- declared here

      """, "\(shown)")
}

@Test func coloursAreEscapesAndNothingElse() {
  let diagnostic = located(Diagnostic(.typeMismatch, "m", at: span("load"), notes: ["n"]))
  let plain = render(diagnostic)
  let coloured = DiagnosticRenderer(colours: true) { _, line in source.bytes(ofLine: Int32(line)) }
    .render(diagnostic)
  #expect(coloured.contains("\u{1B}[1;31merror[E2201]\u{1B}[0m"))
  #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
}

@Test func aFixOfSeveralLinesIsADifference() {
  let line = span("  consume(move data)\n")
  let shown = render(
    located(
      Diagnostic(
        .typeMismatch, "m", at: span("consume"), fixes: [FixIt("remove it", [.init(line, "")])])))
  #expect(shown.contains("  = help: remove it\n3 -   consume(move data)\n"), "\(shown)")
}

@Test func placesThatDoNotExistStillRender() {
  #expect(
    render(LocatedDiagnostic(.linkFailure, "no linker", at: nil)) == "error[E7006]: no linker\n")
  let nowhere = Location(file: "gone.jan", line: 99, column: 7, endLine: 98, endColumn: 2)
  #expect(render(LocatedDiagnostic(.badManifest, "x", at: nowhere)).contains("gone.jan:99:7"))
  let far = Location(file: source.path, line: 2, column: 900, endLine: 2, endColumn: 901)
  #expect(render(LocatedDiagnostic(.badManifest, "x", at: far)).contains("^"))
}

@Test func longAndBrokenLinesAreCut() {
  let bytes = ContiguousArray(
    [UInt8](repeating: 0x61, count: 5000) + [0xFF, 0x1B] + Array("b;".utf8))
  let file = SourceFile(path: "l.jan", bytes: bytes)
  let place = Location(file: "l.jan", line: 1, column: 5001, endLine: 1, endColumn: 5002)
  let shown = DiagnosticRenderer(colours: false) { _, line in file.bytes(ofLine: Int32(line)) }
    .render(LocatedDiagnostic(.invalidUTF8, "byte", at: place))
  #expect(shown.split(separator: "\n").allSatisfy { $0.count < 180 })
  #expect(!shown.contains("\u{1B}"))
  let rows = shown.split(separator: "\n")
  let caret = rows.last!.firstIndex(of: "^")!
  let column = rows.last!.distance(from: rows.last!.startIndex, to: caret)
  #expect(Array(rows[rows.count - 2])[column] == "\u{FFFD}")
}

@Test func diagnosticsSurviveJSON() throws {
  let use = span("data")
  let original = located(
    Diagnostic(
      .useAfterMove, "\"quotes\" \\ \u{1} ü 😀", at: use, labels: [Label(use, "l\n")],
      notes: ["n"], fixes: [FixIt("t", [.init(use, "r")])]))
  let line = original.json.text
  #expect(!line.contains("\n"))
  #expect(LocatedDiagnostic(json: try #require(JSON(parsing: line))) == original)
}

@Test func damagedJSONIsRefused() {
  for text in ["", "{", "[1,]", "{\"a\" 1}", "\"\\u12\"", "nul", "1 2", "+1", "\"\\q\""] {
    #expect(JSON(parsing: text) == nil, "\(text)")
  }
  #expect(JSON(parsing: String(repeating: "[", count: 100_000)) == nil)
  #expect(JSON(parsing: #""\ud83d\ude00\ud800""#) == .string("😀\u{FFFD}"))
  #expect(JSON(parsing: " {\"a\":[1,2.5,null,true]} ")?["a"].array?.count == 4)
}
