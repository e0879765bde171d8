"""What other languages write, and text that is no program: one diagnostic, with Janus's way."""
from cases import fill

# Statements; the right reading is what Janus writes.
STATEMENTS = [
    ("n++", "n += 1"), ("n--", "n -= 1"), ("++n", "n += 1"),
    ("if b && n > 1 { print(1) }", "if b and n > 1 { print(1) }"),
    ("if b || n > 1 { print(1) }", "if b or n > 1 { print(1) }"),
    ("if !b { print(1) }", "if not b { print(1) }"),
    ("let m = b ? 1 : 2; print(m)", "let m = if b { 1 } else { 2 }; print(m)"),
    ("print(E::Red)", "print(E.Red)"),
    ("if 0 < n < 5 { print(1) }", "if 0 < n and n < 5 { print(1) }"),
    ("for (int i = 0; i < 3; i++) { print(i) }", "for i in 0..<3 { print(i) }"),
    ("for (let i = 0; i < 3; i += 1) { print(i) }", "for i in 0..<3 { print(i) }"),
    ("for (x in xs) { print(x) }", "for x in xs { print(x) }"),
    ("for (const x of xs) { print(x) }", "for x in xs { print(x) }"),
    ("for x of xs { print(x) }", "for x in xs { print(x) }"),
    ("for _, x := range xs { print(x) }", "for x in xs { print(x) }"),
    ("for n < 3 { n += 1 }", "while n < 3 { n += 1 }"), ("for { break }", "while true { break }"),
    ("for i in 0...3 { print(i) }", "for i in 0..=3 { print(i) }"),
    ("foreach x in xs { print(x) }", "for x in xs { print(x) }"),
    ("do { n += 1 } while n < 3", "while n < 3 { n += 1 }"),
    ("m := 2; print(m)", "let m = 2; print(m)"),
    ("int m = 3; print(m)", "let m: i64 = 3; print(m)"),
    ("let mut m = 1; print(m)", "var m = 1; print(m)"),
    ("val m = 1; print(m)", "let m = 1; print(m)"), ("auto m = 1; print(m)", "let m = 1; print(m)"),
    ("var m int = 5; print(m)", "var m: int = 5; print(m)"),
    ("switch n { 1 => print(1), else => {} }", "match n { 1 => print(1), else => {} }"),
    ("match n { case 1 => print(1), else => {} }", "match n { 1 => print(1), else => {} }"),
    ("match n { 1 => print(1), default => {} }", "match n { 1 => print(1), else => {} }"),
    ("match n { 1 -> print(1), else => {} }", "match n { 1 => print(1), else => {} }"),
    ("let s = 'abc'; print(s)", "let s = \"abc\"; print(s)"),
    ("let s = `abc`; print(s)", "let s = \"abc\"; print(s)"),
    ("let s = f\"{n}\"; print(s)", "let s = $\"{n}\"; print(s)"),
    ("let s = \"\\(n)\"; print(s)", "let s = $\"{n}\"; print(s)"),
    ("let o: ?i64 = nil; print(o)", "let o: ?i64 = null; print(o)"),
    ("let o: ?i64 = None; print(o)", "let o: ?i64 = null; print(o)"),
    ("let p = xs[0:2]; print(p)", "let p = xs[0..<2]; print(p)"),
    ("if n in xs { print(1) }", "if xs.contains(n) { print(1) }"),
    ("if n not in xs { print(1) }", "if not xs.contains(n) { print(1) }"),
    ("let z = (f64)n; print(z)", "let z = n as f64; print(z)"),
    ("let p = new P { x: 1 }; print(p)", "let p = P { x: 1 }; print(p)"),
    ("let g = (x: i64) => x + 1; _ = g", "let g = |x: i64| x + 1; _ = g"),
    ("let g = lambda x: x - 1; _ = g", "let g = |x: i64| x - 1; _ = g"),
    ("println!(\"{}\", n)", "println(n)"), ("print \"done\"", "print(\"done\")"),
    ("print(n) if b", "print(n) when b"),
    ("guard b else { return }", "if not b { return }"),
    ("guard let v = o() else { return }", "if let v = o() { print(v) }"),
    ("if b then print(1) end", "if b do print(1) end"), ("let m = await n", "let m = n; print(m)"),
    ("try { print(1) } catch (e) { print(e) }", "print(1)"),
    ("let v = {\"a\": 1}; print(v)", "let v = [(\"a\", 1)]; print(v)"),
    ("# comment", "// comment"), ("let q = o()!; print(q)", "let q = o() ?? 0; print(q)"),
    ("if o() is not null { print(1) }", "if o() != null { print(1) }"),
    ("let f, g = (1, 2); print(f, g)", "let (f, g) = (1, 2); print(f, g)"),
]
DECLARED = "\nstruct P { x: i64 }\nenum E { Red, Green }\nfunc o() -> ?i64 { return 1 }\n"
FORMS = {
    "function":
        "func f(b: bool, xs: List[i64]) {\n    var n = 1\n    $S  //~ E1020\n    print(n, b, xs)\n"
        "}",
    "method":
        "struct S {\n    k: i64\n    func f(self, b: bool, xs: List[i64]) {\n"
        "        var n = self.k\n        $S  //~ E1020\n        print(n, b, xs)\n    }\n}",
    "branch":
        "func f(b: bool, xs: List[i64]) {\n    var n = 1\n    if b {\n        $S  //~ E1020\n"
        "    }\n    print(n, b, xs)\n}",
    "loop":
        "func f(b: bool, xs: List[i64]) {\n    var n = 1\n    while b {\n        n += 1\n"
        "        $S  //~ E1020\n        break\n    }\n    print(n, b, xs)\n}",
}
TOP = [
    ("fn f() -> i64 { return 1 }", "func f() -> i64 { return 1 }"),
    ("def f() -> i64 { return 1 }", "func f() -> i64 { return 1 }"),
    ("fun f() -> i64 { return 1 }", "func f() -> i64 { return 1 }"),
    ("function f() -> i64 { return 1 }", "func f() -> i64 { return 1 }"),
    ("public func f() { }", "pub func f() { }"),
    ("async func f() { }", "func f() { }"), ("class C { x: i64 }", "struct C { x: i64 }"),
    ("interface I { func g(self) }", "trait I { func g(self) }"),
    ("protocol I { func g(self) }", "trait I { func g(self) }"),
    ("extension P { func g(self) { } }", "impl P { func g(self) { } }"),
    ("typealias N = i64", "type N = i64"),
    ("func f(x: i64): i64 { return x }", "func f(x: i64) -> i64 { return x }"),
    ("func f(x: i64) i64 { return x }", "func f(x: i64) -> i64 { return x }"),
    ("func f(x: i64) => i64 { return x }", "func f(x: i64) -> i64 { return x }"),
    ("func f(x i64) { }", "func f(x: i64) { }"), ("func f<T>(x: T) { }", "func f[T](x: T) { }"),
    ("struct C { int x }", "struct C { x: int }"),
    ("struct C { let x: i64 }", "struct C { x: i64 }"),
    ("struct C { var x: i64 }", "struct C { x: i64 }"), ("enum C { case A }", "enum C { A }"),
    ("import std::fs", "import std.fs"), ("from std import fs", "import std.fs"),
    ("package main", ""), ("#include <stdio.h>", ""), ("#define LIMIT 3", "const LIMIT = 3"),
    ("struct C : I { x: i64 }", "struct C { x: i64 }"),
    ("struct C extends I { x: i64 }", "struct C { x: i64 }"),
    ("func f() throws -> i64 { return 1 }", "func f() -> i64 ! string { return 1 }"),
    ("func f[T](x: T) where T: Ord { }", "func f[T: Ord](x: T) { }"), ("#[derive(Debug)]", ""),
    ("func f(x: &i64) { }", "func f(x: i64) { }"),
    ("struct C { x: i64; deinit { print(1) } }", "struct C { x: i64; destructor() { print(1) } }"),
    ("void f() { }", "func f() { }"), ("func f(int x) { }", "func f(x: int) { }"),
    ("trait I { fn g(self) }", "trait I { func g(self) }"),
    ("impl P { fn g(self) { } }", "impl P { func g(self) { } }"),
    ("impl P { func g(&self) { } }", "impl P { func g(self) { } }"),
    ("impl P { func g(&mut self) { } }", "impl P { func g(inout self) { } }"),
    ("impl P { static func g() { } }", "impl P { func g() { } }"),
    ("impl P { mutating func g(inout self) { } }", "impl P { func g(inout self) { } }"),
]
BROKEN = [
    # A declaration that is cut or has a token too many, with the code.
    ("func { }", "E1008"), ("func f() -> { }", "E1010"), ("func f(x: ) { }", "E1010"),
    ("struct { x: i64 }", "E1008"), ("struct S { x }", "E1008"), ("struct S { x: }", "E1010"),
    ("enum { A }", "E1008"), ("enum E { A( }", "E1010"), ("const = 1", "E1008"),
    ("static = 1", "E1008"),
    ("type = i64", "E1008"), ("import .fs", "E1008"), ("trait { }", "E1008"), ("impl { }", "E1010"),
    ("func f(x: i64 y: i64) { }", "E1008"), ("func f(,) { }", "E1008"), ("enum E { 1 }", "E1008"),
    ("test { }", "E1008"), ("func f() { let }", "E1011"), ("func f() { let = 1 }", "E1011"),
    ("func f() { let x = }", "E1009"), ("func f() { return return }", None),
    ("func f() { if }", "E1009"), ("func f() { while }", "E1009"),
    ("func f() { for x in }", "E1009"), ("func f() { match }", "E1009"),
    ("func f() { match 1 { => 1 } }", "E1011"),
    ("func f() { print(1 }", "E1013"), ("func f() { print(1,, 2) }", "E1009"),
    ("func f() { print(1 2) }", "E1008"), ("func f() { 1 + }", "E1009"), ("func f() { [1, }", None),
    ("func f() { (1, }", None), ("func f() { let (a, = 1 }", None),
    ("func f() { else { } }", "E1008"), ("func f() { catch }", "E1009"),
    ("func f() { @ }", "E1008"),
    ("func f() { $ }", "E1002"), ("func f() { \\ }", "E1002"),
    ("func f() { let “x” = 1 }", None),
    ("/* open", "E1004"), ("/* a /* b */", "E1004"), ("func f() { (", None),
    ("func f() { if true { end }", None), ("func f() do }", "E1014"), ("func f() { } }", "E1012"),
    ("func f() { } end", "E1012"), ("}", "E1012"), (")", "E1009"), ("1", "E4108"),
    ("\"text\"", "E4108"), ("let x = 1", "E4108"),
]


def build(table):
    for form, template in FORMS.items():
        for wrong, right in STATEMENTS:
            table.add(f"{wrong} in a {form}",
                fill(template, S=f"<<{wrong} ~~ {right}>>") + DECLARED)
    for wrong, right in TOP:
        for name, before in [("first", ""), ("after a function", "func before() { }\n\n"),
            ("after a struct", "struct Before { x: i64 }\n"),
            ("after a constant", "const BEFORE = 1\n")]:
            declared = ""
            if " I " not in wrong or " : I" in wrong or "extends" in wrong:
                declared = "struct P { x: i64 }\ntrait I { func h(self) }\n"
            table.add(f"{wrong} {name}",
                f"{before}<<{wrong} ~~ {right}>>  //~ E1020\n{declared}")
    for wrong, code in BROKEN:
        for name, before in [("first", ""), ("after a function", "func before() { }\n"),
            ("after a struct", "struct Before {\n    x: i64\n}\n\n")]:
            if code:
                table.add(f"{wrong} {name}", f"{before}{wrong}  //~ {code}\n")
