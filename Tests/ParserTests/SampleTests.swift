// Small programs parse to the trees written here.
import Base
import Lexer
import Parser
import Testing

/// The tree and the diagnostics of `source`.
func parsed(_ source: String) -> (dump: String, diagnostics: [String]) {
  let file = SourceFile(path: "test.jan", text: source)
  var diagnostics = Diagnostics()
  let interner = Interner()
  let tree = parse(file, id: SourceFileID(0), interner: interner, reporting: &diagnostics)
  let lines = diagnostics.all.map { diagnostic in
    let place = file.position(of: diagnostic.span.start)
    return "\(diagnostic.code.rawValue) \(place.line):\(place.column) \(diagnostic.message)"
  }
  return (dump(tree, interner: interner), lines)
}

@Suite struct SampleTests {
  @Test func bindsOperatorsByTheTable() {
    let result = parsed("let x = a + b * c |> f(1)")
    #expect(result.diagnostics.isEmpty)
    #expect(
      result.dump == """
        let
          pattern x
          binary +
            name a
            binary *
              name b
              pipeline
                name c
                call
                  name f
                  integer 1

        """)
  }
}
