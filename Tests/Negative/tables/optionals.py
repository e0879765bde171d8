"""Optionals and results used as if they were what they hold, and the other way round."""
from cases import PLACES, Turns, fill

DECLARED = """
struct P {
    x: i64
    q: ?Q
    func get(self) -> i64 { return self.x }
}
struct Q { y: i64, s: string }
error Bad { Worse, Worst(i64) }
error Other { Reason }
func number() -> ?i64 { return 1 }
func text() -> ?string { return null }
func point() -> ?P { return null }
func list() -> ?List[i64] { return null }
func fails() -> i64 ! Bad { fail .Worse }
func fails_text() -> string ! Bad { fail .Worse }
func fails_point() -> P ! Bad { fail .Worse }
func fails_void() -> void ! Bad { fail .Worse }
func plain() -> i64 { return 1 }
func word() -> string { return "a" }
func sure() -> P { return P { x: 1, q: null } }
func whole(n: i64) -> i64 { return n }
func letters(s: string) -> string { return s }
func points(p: P) -> i64 { return p.x }
"""
# What is wrong, what is right, the code.
EXPRESSIONS = [
    ("number() + 1", "(number() ?? 0) + 1", "E2210"), ("1 + number()", "1 + plain()", "E2210"),
    ("-number()", "-plain()", "E2210"), ("number() * number()", "plain() * plain()", "E2210"),
    ("text() + \"a\"", "word() + \"a\"", "E2210"), ("\"a\" + text()", "\"a\" + word()", "E2201"),
    ("point().x", "point()?.x", "E2102"), ("point().get()", "point()?.get()", "E2102"),
    ("text().len", "text()?.len", "E2102"), ("list()[0]", "(list() ?? [1])[0]", "E2210"),
    ("list().len", "list()?.len", "E2102"),
    ("point()?.q.y", "point()?.q?.y", "E2102"), ("sure().q.y", "sure().q?.y", "E2102"),
    ("sure()?.x", "sure().x", "E2210"), ("plain() ?? 1", "number() ?? 1", "E2210"),
    ("word() ?? \"a\"", "text() ?? \"a\"", "E2210"),
    ("number() ?? \"a\"", "number() ?? 1", "E2201"), ("text() ?? 1", "text() ?? \"a\"", "E2201"),
    ("number() ?? true", "number() ?? 2", "E2201"),
    ("whole(number())", "whole(plain())", "E2201"), ("letters(text())", "letters(word())", "E2201"),
    ("points(point())", "points(sure())", "E2201"), ("whole(null)", "whole(1)", "E2201"),
    ("letters(null)", "letters(\"\")", "E2201"), ("points(null)", "points(sure())", "E2201"),
    ("whole(fails())", "whole(fails() catch 0)", "E2201"),
    ("letters(fails_text())", "letters(fails_text() catch \"\")", "E2201"),
    ("fails() + 1", "(fails() catch 0) + 1", "E2210"), ("1 - fails()", "1 - plain()", "E2210"),
    ("fails_text() + \"a\"", "word() + \"a\"", "E2210"), ("fails_point().x", "sure().x", "E2102"),
    ("fails_text().len", "word().len", "E2102"), ("fails() < 1", "plain() < 1", "E2210"),
    ("plain() catch 1", "fails() catch 1", "E2210"),
    ("word() catch \"a\"", "fails_text() catch \"a\"", "E2210"),
    ("number() catch 1", "number() ?? 1", "E2210"),
    ("fails() catch \"a\"", "fails() catch 1", "E2201"),
    ("fails_text() catch 1", "fails_text() catch \"\"", "E2201"),
    ("(fails() catch e { e })", "(fails() catch e { print(e); 1 })", "E2201"),
    ("plain() == null", "number() == null", "E2210"), ("word() != null", "text() != null", "E2210"),
    ("sure() == null", "point() == null", "E2210"),
    ("fails() == null", "number() == null", "E2210"), ("null + 1", "1 + 1", "E2210"),
    ("null.x", "point()?.x", "E2102"), ("null ?? 1", "number() ?? 1", None),
    ("not number()", "not (number() == null)", "E2201"),
    ("number() and true", "number() != null and true", "E2201"),
    ("[1, 2][number()]", "[1, 2][plain()]", "E2201"), ("0..<number()", "0..<plain()", "E2201"),
    ("number() as f64", "plain() as f64", "E2211"),
    ("fails() as f64", "plain() as f64", "E2211"),
    ("number().nothing()", "number().is_some()", "E2102"),
    ("[number(), \"a\"]", "[number(), 1]", "E2201"),
    ("(number() ?? text())", "(number() ?? 1)", "E2201"),
    ("P { x: number(), q: null }.x", "P { x: plain(), q: null }.x", "E2201"),
    ("P { x: 1, q: sure() }.x", "P { x: 1, q: null }.x", "E2201"),
    ("if number() { 1 } else { 2 }", "if number() != null { 1 } else { 2 }", "E2201"),
    ("point()?.y", "point()?.x", "E2102"), ("point()?.get(1)", "point()?.get()", "E2202"),
    ("number()?.x", "number()?.abs()", "E2102"), ("number()!", "number() ?? 0", "E1020"),
]
RETURNS = {
    # What a function promises, what it gives, a right one, and the code.
    ("i64", "number()", "plain()", "E2201"), ("i64", "null", "1", "E2201"),
    ("string", "text()", "word()", "E2201"), ("?i64", "text()", "number()", "E2201"),
    ("?i64", "\"a\"", "1", "E2201"), ("?string", "1", "\"a\"", "E2201"),
    ("i64", "fails()", "plain()", "E2201"), ("?i64", "fails()", "number()", "E2201"),
    ("i64 ! Bad", "\"a\"", "1", "E2201"), ("i64 ! Bad", "number()", "plain()", "E2201"),
    ("i64 ! Bad", "null", "1", "E2201"),
    ("string ! Bad", "1", "\"a\"", "E2201"), ("string ! Bad", "fails()", "fails_text()", "E2201"),
    ("i64 ! Other", "fails()", "1", "E2201"), ("?i64 ! Bad", "\"a\"", "null", "E2201"),
    ("?P", "Q { y: 1, s: \"\" }", "sure()", "E2201"),
    ("List[?i64]", "[\"a\"]", "[1, null]", "E2201"),
    ("(i64, ?i64)", "(null, 1)", "(1, null)", "E2201"), ("void ! Bad", "1", "", "E2201"),
    ("P ! Bad", "point()", "sure()", "E2201"),
}
FAILURES = [
    # What a function promises, a statement in it that is wrong, a right one, the code.
    ("i64 ! Bad", "fail .Reason", "fail .Worse", "E2102"),
    ("i64 ! Bad", "fail Other.Reason", "fail Bad.Worse", "E2201"),
    ("i64 ! Bad", "fail \"a\"", "fail .Worse", "E2201"),
    ("i64 ! Bad", "fail 1", "fail .Worst(1)", "E2201"),
    ("i64 ! Bad", "fail .Worst", "fail .Worst(1)", "E2202"),
    ("i64 ! Bad", "fail .Worst(true)", "fail .Worst(1)", "E2201"),
    ("i64 ! Bad", "fail .Worse(1)", "fail .Worse", "E2202"),
    ("i64 ! string", "fail .Worse", "fail \"a\"", "E2102"),
    ("i64 ! string", "fail 1", "fail \"1\"", "E2201"),
    ("i64 ! Other", "print(fails()?)", "print(fails())", "E2201"),
    ("i64 ! string", "print(fails()?)", "print(fails())", "E2201"),
    ("i64", "print(fails()?)", "print(fails())", "E2212"),
    ("i64", "fail Bad.Worse", "print(1)", "E2212"),
    ("?i64", "print(fails()?)", "print(fails())", "E2212"),
    ("?i64", "fail Bad.Worse", "return null", "E2212"),
    ("void ! Bad", "print(plain()?)", "print(fails()?)", "E2210"),
    ("i64 ! Bad", "print(number()?)", "print(number())", "E2212"),
    ("void ! Other", "fails_void()?", "_ = fails_void()", "E2201"),
    ("i64 ! Bad", "print(try plain())", "print(try fails())", "E2210"),
    ("i64 ! Bad", "fail null", "fail .Worse", "E2201"),
]


def build(table):
    turns = Turns([name for name in PLACES if name != "interpolation"])
    for wrong, right, code in EXPRESSIONS:
        for _ in range(4):
            place, template = turns.next()
            if code:
                table.add(f"{wrong} in {place}",
                    fill(template, X=f"<<{wrong} ~~ {right}>>", M=f"//~ {code}") + DECLARED)
    heads = {"a function": "func f() -> $T {\n    $B  $M\n$E}",
        "a method": "struct S {\n    a: i64\n    func f(self) -> $T {\n        $B  $M\n$E    }\n}",
             "a generic function": "func f[X](x: X) -> $T {\n    $B  $M\n$E}",
             "a branch":
                 "func f(b: bool) -> $T {\n    if b {\n        $B  $M\n    }\n    panic(\"no\")\n}"}
    for head, template in heads.items():
        for kind, wrong, right, code in sorted(RETURNS):
            table.add(f"{wrong} for {kind} in {head}",
                fill(template, T=kind, B=f"return <<{wrong} ~~ {right}>>", M=f"//~ {code}",
                    E="") + DECLARED)
        for kind, wrong, right, code in FAILURES:
            table.add(f"{wrong} for {kind} in {head}",
                fill(template, T=kind, B=f"<<{wrong} ~~ {right}>>", M=f"//~ {code}",
                    E="    panic(\"end\")\n") + DECLARED)
    build_narrowing(table)


def build_narrowing(table):
    """A value that is known only where the test for `null` holds."""
    ends = {
        "outside of the branch": "if o != null { print(1) }\n    $U",
        "in the else": "if o != null { print(1) } else {\n        $U\n    }",
        "in the wrong branch": "if o == null {\n        $U\n    }",
        "behind or": "if o != null or b {\n        $U\n    }",
        "after an assignment": "return when o == null\n    o = null\n    $U",
        "after a loan": "return when o == null\n    clear(&o)\n    $U",
        "after a loop": "while o != null { break }\n    $U",
        "of another": "if other != null {\n        $U\n    }", "without a test": "$U",
        "by a test of the other kind": "return when o != null\n    $U",
        "by a negated test": "if not (o != null) {\n        $U\n    }",
        "by an arm": "match o { null => {\n        $U\n    }, else => {} }",
    }
    uses = {"sum": ("print(o + 1)", "E2210"), "argument": ("print(whole(o))", "E2201"),
        "let": ("let n: i64 = o; print(n)", "E2201"), "return": ("print(-o)", "E2210")}
    for end, body in ends.items():
        for use, (statement, code) in uses.items():
            table.add(f"{use} {end}",
                fill("func f(b: bool, other: ?i64) {\n    var o: ?i64 = other\n    $B\n"
                     "    print(b, o)\n}\nfunc clear(inout o: ?i64) { o = null }",
                                          B=fill(body,
                                              U=f"<<{statement} ~~ print(o)>>  "
                                                f"//~ {code}")) + DECLARED)
