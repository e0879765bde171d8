// Programs parse to the trees written here.
import Base
import Lexer
import Parser
import Testing

/// The tree of `source`, and its diagnostics.
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

/// The tree on one line: children in parentheses.
func flat(_ source: String) -> String {
  let result = parsed(source)
  guard result.diagnostics.isEmpty else { return result.diagnostics.joined(separator: "; ") }
  var text = ""
  var level = -1
  for line in result.dump.split(separator: "\n") {
    let depth = line.prefix { $0 == " " }.count / 2
    if depth <= level {
      text += String(repeating: ")", count: level - depth + 1) + " "
    } else if !text.isEmpty {
      text += " "
    }
    text += "(" + line.dropFirst(depth * 2)
    level = depth
  }
  return text + String(repeating: ")", count: level + 1)
}

@Suite struct SampleTests {
  @Test func everyConstructParses() {
    #expect(parsed(everyConstruct).diagnostics.isEmpty)
    #expect(!parsed(everyConstruct).dump.contains("<" + "error"))
  }

  @Test(arguments: planSamples) func planSampleParses(_ source: String) {
    #expect(parsed(source).diagnostics == [])
  }

  @Test(arguments: [
    (
      "a + b * c |> f(1)",
      "(binary + (name a) (binary * (name b) (pipeline (name c) (call (name f) (integer 1)))))"
    ),
    ("a ** b ** c", "(binary ** (name a) (binary ** (name b) (name c)))"),
    ("-a ** b", "(binary ** (unary - (name a)) (name b))"),
    ("-x |> f", "(unary - (pipeline (name x) (name f)))"),
    ("not a == b and c", "(binary and (unary not (binary == (name a) (name b))) (name c))"),
    (
      "a or b and c ?? d",
      "(binary ?? (binary or (name a) (binary and (name b) (name c))) (name d))"
    ),
    (
      "a | b ^ c & d << 1",
      "(binary | (name a) (binary ^ (name b) (binary & (name c) (binary << (name d) (integer 1)))))"
    ),
    ("0..<n - 1", "(range ..< (integer 0) (binary - (name n) (integer 1)))"),
    ("x as i32 < y", "(binary < (as (name x) (type-name i32)) (name y))"),
    ("a +% b *% c", "(binary +% (name a) (binary *% (name b) (name c)))"),
    ("f(a)?.b", "(member b ?. (call (name f) (name a)))"),
    ("p.*.x[1]", "(index (member x (dereference (name p))) (integer 1))"),
    ("e catch err { 0 }", "(catch err (name e) (block (integer 0)))"),
    ("try f() catch 0", "(catch (try (call (name f))) (integer 0))"),
    ("t.0.1", "(member 1 (member 0 (name t)))"),
    ("[v; n]", "(array-repeat (name v) (name n))"),
    ("a\n  and b", "(binary and (name a) (name b))"),
    ("a\n  .b()", "(call (member b (name a)))"),
    ("Point { x: 1, y }", "(struct-literal (name Point) (field x (integer 1)) (field y))"),
    (
      "f(n: 1, &x, move y)",
      "(call (name f) (argument n (integer 1)) (borrow (name x)) (move (name y)))"
    ),
    (
      "xs.map { |x| x }",
      "(call trailing (member map (name xs)) (closure (parameter (pattern x)) (block (name x))))"
    ),
    ("move(p)", "(call (name move) (name p))"),
    ("return e unless c", "(unless (name c) (return (name e)))"),
    (
      "List[?T].new()",
      "(call (member new (index (name List) (type-expression (type-optional (type-name T))))))"
    ),
  ]) func expressionIs(_ source: String, _ expected: String) {
    #expect(flat(source) == expected)
  }

  @Test func linesEndStatements() {
    #expect(flat("a\n-b") == "(name a) (unary - (name b))")
    #expect(flat("a -\nb") == "(binary - (name a) (name b))")
    #expect(flat("a\n(b)") == "(name a) (name b)")
    #expect(flat("f(a\n-b)") == "(call (name f) (binary - (name a) (name b)))")
    #expect(
      flat("match x {\n .A => f\n .B => g\n}")
        == "(match (name x) (arm (pattern-constructor A) (name f)) "
        + "(arm (pattern-constructor B) (name g)))")
  }

  @Test func elseBelongsToItsChain() {
    let source = "if a do\n  if b { x }\nelse\n  y\nend"
    #expect(
      flat(source) == "(if (name a) (do (if (name b) (block (name x)))) (do (name y)))")
  }

  @Test func stringsAreDecoded() {
    #expect(flat(#""a\n\x41\u{42}""#) == #"(string "a\nAB")"#)
    #expect(flat("\"\"\"\n    a\n      b\n    \"\"\"") == #"(string "a\n  b")"#)
    #expect(
      flat(#"$"a {m["k"]} {x:.2f} {{y}}""#)
        == #"(interpolated (string "a ") (part (index (name m) (string "k"))) (string " ") "#
        + #"(part ".2f" (name x)) (string " {y}"))"#)
    #expect(flat("340282366920938463463374607431768211456") == "(integer overflow)")
    #expect(flat("0xffff_ffff_ffff_ffff_f") == "(integer 295147905179352825855)")
  }
}
