// Wrong programs: each mistake gives one diagnostic, with this code at this place.
import Base
import Parser
import Testing

struct Case: Sendable {
  let source: String
  /// Code, line and column of every diagnostic, in order of place.
  let expected: [String]
  init(_ source: String, _ expected: [String]) {
    self.source = source
    self.expected = expected
  }

  static let all: [Case] = [
    Case(
      "fn add(a: i32) -> i32 { return a }",
      ["E1020 1:1"]),
    Case(
      "func f() {\n  if a && b || !c { x() }\n}",
      ["E1020 2:8", "E1020 2:13", "E1020 2:16"]),
    Case(
      "func f() {\n"
        + "  if a { x() } elif b { y() } else { z() }\n"
        + "  if a do x() elif b do y() else z() end\n"
        + "}",
      ["E1020 2:16", "E1020 3:15"]),
    Case(
      "func f() {\n  x++\n  y--\n}",
      ["E1020 2:4", "E1020 3:4"]),
    Case(
      "func f() {\n"
        + "  let mut x = 1\n"
        + "  var y := 2\n"
        + "  z := 3\n"
        + "  int w = 4\n"
        + "  val q = 5\n"
        + "}",
      ["E1020 2:3", "E1020 3:9", "E1020 4:5", "E1020 5:3", "E1020 6:3"]),
    Case(
      "func f() {\n  let x = nil\n  let y: ?i32 = None\n  if x != NULL { }\n}",
      ["E1020 2:11", "E1020 3:17", "E1020 4:11"]),
    Case(
      "func f() {\n  switch x {\n    case 1: a()\n    default: b()\n  }\n}",
      ["E1020 2:3", "E1020 3:5", "E1020 3:11", "E1020 4:5", "E1020 4:12"]),
    Case(
      "func f() {\n  match x { 1 -> a(), 2 => b() }\n}\nfunc h(): i32 { return 1 }",
      ["E1020 2:15", "E1020 4:9"]),
    Case(
      "func f() { print('hello') }",
      ["E1020 1:18"]),
    Case(
      "func f() {\n  print(\"a\"\n  let x = 1\n}",
      ["E1013 3:3"]),
    Case(
      "func f() {\n  if x {\n    y()\n}\n\nfunc g() {\n  z()\n}",
      ["E1013 4:1"]),
    Case(
      "func f() {\n  if x do\n    y()\n}\n\nfunc g() {\n  z()\n}",
      ["E1013 4:1"]),
    Case(
      "func f() {\n"
        + "  if x {\n"
        + "    y()\n"
        + "  end\n"
        + "  for i in xs do\n"
        + "    z()\n"
        + "  }\n"
        + "}\n"
        + "func g() {}",
      ["E1014 4:3", "E1014 7:3"]),
    Case(
      "func f() {\n"
        + "  let = 3\n"
        + "  let y = \n"
        + "  let z = 4 5\n"
        + "  foo(1 2)\n"
        + "  bar(,)\n"
        + "}\n"
        + "func 3() {}\n"
        + "struct { a: i32 }\n"
        + "func ok() { return }",
      ["E1011 2:7", "E1009 4:3", "E1008 4:13", "E1008 5:9", "E1009 6:7", "E1008 8:6", "E1008 9:8"]),
    Case(
      "func f() {\n"
        + "  let a = \"abc\n"
        + "  print(\"x)\n"
        + "  let b = $\"a {x\"\n"
        + "  let c = $\"a {x:.2f\n"
        + "  let d = 'a\n"
        + "  ok()\n"
        + "}",
      ["E1003 2:11", "E1003 3:9", "E1003 4:17", "E1003 5:11", "E1007 6:11"]),
    Case(
      "func f() {\n  /* a /* b */\n}",
      ["E1004 2:3"]),
    Case(
      "func f() {\n  let end = 3\n  print(end + 1)\n  var x = end\n  end = 4\n}",
      ["E1008 2:7"]),
    Case(
      "func f[T](a: T) {\n"
        + "  let m = HashMap<string, i32>.new()\n"
        + "  let x = a::b()\n"
        + "  p->q = 1\n"
        + "  println!(\"x\")\n"
        + "}",
      ["E1020 2:18", "E1020 3:12", "E1020 4:4", "E1020 5:10"]),
    Case(
      "func f() {\n  for (int i = 0; i < n; i++) { g() }\n  while (x) { }\n}",
      ["E1020 2:7"]),
    Case(
      "func f(int x, y, z: inout i32, &self, mut w: i32) { }",
      ["E1020 1:8", "E1008 1:16", "E1020 1:21", "E1020 1:32", "E1020 1:39"]),
    Case(
      "let a = c ? 1 : 2",
      ["E1020 1:11"]),
    Case(
      "}\nfunc f() {}\n)\nlet x = 1",
      ["E1012 1:1", "E1009 3:1"]),
    Case(
      "let a = 10u8\nlet b = 0xg\nlet c = 0b12\nlet d = 1e\nlet e = 1.5f",
      ["E1005 1:11", "E1005 2:9", "E1005 3:12", "E1005 4:10", "E1005 5:12"]),
    Case(
      "let a = \"\\q \\xzz \\u{110000}\"",
      ["E1006 1:10", "E1006 1:13", "E1006 1:18"]),
    Case(
      "let b = ''\nlet c = b'\u{E9}'",
      ["E1007 1:9", "E1007 2:9"]),
    Case(
      "@inlin func f() {}\n@foo(1)\nstruct A {}",
      ["E1017 1:2", "E1017 2:2"]),
    Case(
      "func f() {\n"
        + "  defer { return }\n"
        + "  defer { for x in xs { break } }\n"
        + "  defer g()?\n"
        + "}",
      ["E1019 2:11", "E1019 4:12"]),
    Case(
      "func f() {\n  if x = 3 { }\n  a = b = c\n  foo(n = 1)\n}",
      ["E1008 2:8", "E1008 3:9", "E1020 4:9"]),
    Case(
      "# comment\nfunc f() {}",
      ["E1020 1:1"]),
    Case(
      "let a = \"x\u{202E}y\"",
      ["E1002 1:11"]),
    Case(
      "func f(",
      ["E1013 1:8"]),
    Case(
      "let x = ",
      ["E1009 1:9"]),
    Case(
      "struct A { x: ",
      ["E1010 1:15"]),
    Case(
      "enum A { case B, C(x: i32), D }",
      ["E1020 1:10", "E1020 1:20"]),
    Case(
      "class Foo: Bar { let x: i32\n fn m(self) {} }",
      ["E1020 1:1", "E1020 1:10", "E1020 1:18", "E1020 2:2"]),
    Case(
      "let p = Point { x = 1, y: 2 }",
      ["E1020 1:19"]),
    Case(
      "func f() {\n  if x then y() end\n  for x of xs { }\n}",
      ["E1020 2:8", "E1020 3:9"]),
    Case(
      "func f() { if { x } }",
      ["E1009 1:15"]),
    Case(
      "let x = *p\nlet y: &mut i32 = &mut z\nlet w: i32[] = a",
      ["E1020 1:9", "E1020 2:8", "E1020 2:19", "E1020 3:8"]),
    Case(
      "func match(x: i32) {}\nstruct type { }",
      ["E1008 1:6", "E1008 2:8"]),
    Case(
      "func f() {}\nprofile :core",
      ["E1016 2:1"]),
    Case(
      "profile core",
      ["E1020 1:9"]),
    Case(
      "func f() {\n  let x = $$ 3 4\n  ? ? ?\n  ) ) )\n  y()\n}",
      ["E1002 2:11", "E1002 2:12", "E1008 2:16", "E1009 3:3", "E1009 4:3"]),
    Case(
      "import \"foo\"\nfrom x import y",
      ["E1008 1:8", "E1020 2:1"]),
    Case(
      "let g = x => x + 1",
      ["E1020 1:11"]),
    Case(
      "func f() {\n  throw Foo\n  else { }\n  x()\n}",
      ["E1020 2:3", "E1008 3:3"]),
  ]
}

@Suite struct ErrorTests {
  @Test(arguments: Case.all) func reportsEachMistakeOnce(_ example: Case) {
    let file = SourceFile(path: "test.jan", text: example.source)
    var diagnostics = Diagnostics()
    _ = parse(file, id: SourceFileID(0), interner: Interner(), reporting: &diagnostics)
    let found = diagnostics.sorted.map { diagnostic in
      let place = file.position(of: diagnostic.span.start)
      return "\(diagnostic.code.rawValue) \(place.line):\(place.column)"
    }
    #expect(found == example.expected, "\(example.source)")
  }

  @Test func namesTheOpeningBracket() {
    let file = SourceFile(path: "test.jan", text: "func f() {\n  g(1\n  return\n}")
    var diagnostics = Diagnostics()
    _ = parse(file, id: SourceFileID(0), interner: Interner(), reporting: &diagnostics)
    #expect(diagnostics.all.count == 1)
    #expect(diagnostics.all.first?.labels.first?.span.start == 14)
  }

  @Test func offersTheJanusWay() {
    let file = SourceFile(path: "test.jan", text: "func f() { let mut x = a && b }")
    var diagnostics = Diagnostics()
    _ = parse(file, id: SourceFileID(0), interner: Interner(), reporting: &diagnostics)
    let edits = diagnostics.sorted.flatMap { $0.fixes }.flatMap { $0.edits }
    #expect(edits.map(\.replacement) == ["var ", "and"])
  }
}
