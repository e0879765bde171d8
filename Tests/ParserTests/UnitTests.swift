// Declarations as units: their order, parents and hashes.
import Base
import Lexer
import Parser
import Testing

private func tree(_ source: String) -> SyntaxTree {
  var diagnostics = Diagnostics()
  let file = SourceFile(path: "test.jan", text: source)
  let tree = parse(file, id: SourceFileID(0), interner: Interner(), reporting: &diagnostics)
  #expect(diagnostics.all.isEmpty)
  return tree
}

@Suite struct UnitTests {
  @Test func membersAreUnits() {
    let tree = tree("struct A { x: i32\n func f(self) { struct B { y: i32 } } }\nfunc g() {}")
    #expect(tree.units.map { tree.kind($0.node) } == [.structure, .field, .function, .function])
    #expect(tree.units[1].parent == tree.units[0].node)
    #expect(tree.units[2].parent == tree.units[0].node)
    #expect(tree.units[3].parent.isNone)
    #expect(tree.units[3].firstNode <= tree.units[3].node)
  }

  @Test func layoutDoesNotChangeAHash() {
    let first = tree("func f(a: i32) -> i32 {\n  let b = g(a, 1)\n  return b\n}")
    let second = tree(
      "// why\nfunc f(a: i32)\n  -> i32 { // here\n\n let b = g(a,\n   1)\n\n  return b }")
    #expect(first.units[0].syntaxHash == second.units[0].syntaxHash)
  }

  @Test func meaningChangesAHash() {
    let sources = [
      "func f() { a()\n(b).c() }", "func f() { a() (b).c() }", "func f() { a(b).c() }",
      "func f() { a(b).d() }", "func f() { a(\"b\") }", "func f() { a(\"c\") }",
    ]
    let hashes = sources.dropFirst(2).map { tree($0).units[0].syntaxHash }
    #expect(Set(hashes).count == hashes.count)
    #expect(tree(sources[0]).units[0].syntaxHash != hashes[0])
  }

  @Test func documentationIsAttached() {
    let source = "/// One.\n/// Two.\n@inline\nfunc f() {}\nfunc g() {}"
    let tree = tree(source)
    let span = tree.declaration(tree.units[0].node).documentation
    #expect(span == ByteSpan(0, 17))
    #expect(tree.declaration(tree.units[1].node).documentation.isEmpty)
  }
}
