// Nesting without end is one diagnostic; long chains are no nesting.
import Base
import Parser
import Testing

private func codes(_ source: String) -> [String] {
  var diagnostics = Diagnostics()
  let file = SourceFile(path: "test.jan", text: source)
  _ = parse(file, id: SourceFileID(0), interner: Interner(), reporting: &diagnostics)
  return diagnostics.all.map(\.code.rawValue)
}

private func repeated(_ text: String, _ count: Int = 100_000) -> String {
  String(repeating: text, count: count)
}

@Suite struct DepthTests {
  @Test(arguments: [
    "let x = " + repeated("(") + "1" + repeated(")"),
    "let x = " + repeated("("),
    "let x = " + repeated("- ") + "1",
    "let x: " + repeated("?") + "T",
    "func f() " + repeated("{") + repeated("}"),
    "func f() { " + repeated("if a { ") + repeated("} ") + " }",
    "let x = " + repeated("[") + repeated("]"),
    "let x = " + repeated("a ** ") + "1",
    "let x = " + repeated("|x| ") + "1",
    "let x = " + repeated("f(") + repeated(")"),
    "let x: " + repeated("List[") + repeated("]"),
    "match x { " + repeated("(") + repeated(")") + " => 1 }",
  ])
  func isLimited(_ source: String) {
    #expect(codes(source) == ["E1015"])
  }

  @Test func longChainsAreFine() {
    #expect(codes("let x = " + repeated("1 + ") + "1").isEmpty)
    #expect(codes("let x = a" + repeated(".b()")).isEmpty)
    #expect(codes("func f() { " + repeated("if a {} else ") + "{} }").isEmpty)
    #expect(codes("let x = a" + repeated("[0]")).isEmpty)
  }

  /// Openers without closers, asked about again and again, stay linear.
  @Test(arguments: [
    "for (\n", "@a(\n", "switch (\n", "x(func(\n", "{ end ", "func() a ", "struct \n",
  ])
  func endsQuickly(_ piece: String) {
    #expect(!codes(repeated(piece)).isEmpty)
  }
}
