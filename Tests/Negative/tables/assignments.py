"""Assigning to what does not change: by every kind of assignment, to every kind of name."""
from cases import fill

DECLARED = """
struct P {
    x: i64
    xs: List[i64]
    func up(inout self) { self.x += 1 }
}
func bump(inout n: i64) { n += 1 }
"""

# How a thing comes to be unchangeable: a template, what names it there, its code, and the
# template's word that makes it changeable.
INTEGERS = {
    "let": ("func f() {\n    <<let ~~ var>> a = 1\n    $S  //~ E2401\n    print(a)\n}", "a"),
    "let with a type":
        ("func f() {\n    <<let ~~ var>> a: i64 = 1\n    $S  //~ E2401\n    print(a)\n}", "a"),
    "parameter": ("func f(<<~~inout>> a: i64) {\n    $S  //~ E2402\n    print(a)\n}", "a"),
    "loop variable":
        ("func f() {\n    for i in 0..<3 {\n        <<$S ~~ print(i)>>  //~ E2401\n    }\n}", "i"),
    "tuple of lets":
        ("func f() {\n    <<let ~~ var>> (a, b) = (1, 2)\n    $S  //~ E2401\n    print(a, b)\n"
         "}", "a"),
    "field of a let": (
        "func f() {\n    <<let ~~ var>> p = P { x: 1, xs: [] }\n    $S  //~ E2401\n    print(p)\n}",
        "p.x"),
    "field of a parameter": ("func f(<<~~inout>> p: P) {\n    $S  //~ E2402\n}", "p.x"),
    "field of self": ("impl P {\n    func g(<<~~inout>> self) {\n        $S  //~ E2402\n    }\n}",
        "self.x"),
    "element of a let": (
        "func f() {\n    <<let ~~ var>> xs: List[i64] = [1]\n    $S  //~ E2401\n    print(xs)\n}",
        "xs[0]"),
    "element of a parameter": ("func f(<<~~inout>> xs: List[i64]) {\n    $S  //~ E2402\n}",
        "xs[0]"),
    "element of a field": ("func f(<<~~inout>> p: P) {\n    $S  //~ E2402\n}", "p.xs[0]"),
    "element of an array": (
        "func f() {\n    <<let ~~ var>> xs = [1, 2]\n    $S  //~ E2401\n    print(xs)\n}", "xs[1]"),
    "value of a map": (
        "func f(<<~~inout>> m: HashMap[string, i64]) {\n    $S  //~ E2402\n}", "m[\"a\"]"),
    "part of a tuple":
        ("func f() {\n    <<let ~~ var>> t = (1, 2)\n    $S  //~ E2401\n    print(t)\n}", "t.0"),
    "part of a tuple parameter": ("func f(<<~~inout>> t: (i64, i64)) {\n    $S  //~ E2402\n}",
        "t.1"),
    "constant":
        ("<<const A ~~ static mut A: i64>> = 1\nfunc f() {\n    $S  //~ E2404\n    print(A)\n"
         "}", "A"),
    "static": ("static <<~~mut>> a: i64 = 1\nfunc f() {\n    $S  //~ E2401\n    print(a)\n}", "a"),
    "let of a pattern": (
        "func f(o: ?i64) {\n    if <<let ~~ var>> a = o {\n        $S  //~ E2401\n"
        "        print(a)\n    }\n}", "a"),
    "name of an arm": (
        "func f(o: ?i64) {\n    match o {\n        .Some(a) => {\n"
        "            <<$S ~~ print(a)>>  //~ E2401\n"
        "        }\n        .None => {}\n    }\n}", "a"),
    "captured let": (
        "func f() {\n    <<let ~~ var>> a = 1\n    let g = || {\n        $S  //~ E2401\n    }\n"
        "    g()\n"
        "    print(a)\n}", "a"),
    "closure's parameter": (
        "func f() {\n    let g = |a: i64| {\n        <<$S ~~ print(a)>>  //~ E2402\n    }\n"
        "    g(1)\n}", "a"),
    "let that has a value later": (
        "func f(b: bool) {\n    <<let ~~ var>> a: i64\n    if b { a = 1 } else { a = 2 }\n"
        "    $S  //~ E2401\n    print(a)\n}", "a"),
}
WAYS = {
    "=": "$A = 5", "+=": "$A += 1", "-=": "$A -= 1", "*=": "$A *= 2", "/=": "$A /= 2",
    "%=": "$A %= 2",
    "&=": "$A &= 1", "|=": "$A |= 1", "^=": "$A ^= 1", "<<=": None, "lent": "bump(&$A)",
    "swapped": "var other = 1; swap(&$A, &other)", "replaced": "_ = replace(&$A, 2)",
}
LISTS = {
    "let":
        ("func f() {\n    <<let ~~ var>> xs: List[i64] = [1]\n    $S  //~ E2401\n    print(xs)\n"
         "}", "xs"),
    "parameter": ("func f(<<~~inout>> xs: List[i64]) {\n    $S  //~ E2402\n}", "xs"),
    "field of a let": (
        "func f() {\n    <<let ~~ var>> p = P { x: 1, xs: [] }\n    $S  //~ E2401\n    print(p)\n}",
        "p.xs"),
    "field of a parameter": ("func f(<<~~inout>> p: P) {\n    $S  //~ E2402\n}", "p.xs"),
    "field of self": ("impl P {\n    func g(<<~~inout>> self) {\n        $S  //~ E2402\n    }\n}",
        "self.xs"),
    "static": (
        "static <<~~mut>> xs: List[i64] = [1]\nfunc f() {\n    $S  //~ E2401\n    print(xs)\n}",
        "xs"),
    "loop variable": (
        "func f(all: List[List[i64]]) {\n    for xs in all {\n"
        "        <<$S ~~ print(xs)>>  //~ E2401\n    }\n}",
        "xs"),
}
CHANGES = {
    "push": "$A.push(2)", "pop": "_ = $A.pop()", "clear": "$A.clear()", "sort": "$A.sort()",
    "insert": "$A.insert(0, 1)", "remove": "_ = $A.remove(0)", "reverse": "$A.reverse()",
    "lent": "swap_first(&$A)", "loop": "for inout x in &$A { x += 1 }", "element": "$A[0] = 2",
    "assigned": "$A = []", "taken": "_ = take(&$A)",
}
NOT_PLACES = {
    "call": "g()", "literal": "1", "sum": "(n + 1)", "text": "\"a\"", "comparison": "(n == 1)",
    "range": "(0..<3)", "list literal": "[1]", "null": "null", "closure": "(|x: i64| x)",
    "negative": "(-n)", "struct literal": "P { x: 1, xs: [] }", "method": "n.abs()",
    "field of a call": "h().x", "tuple": "(n, 1)", "if": "(if n > 0 { 1 } else { 2 })",
}


def build(table):
    for kind, (template, name) in INTEGERS.items():
        for way, statement in WAYS.items():
            if statement:
                table.add(f"{way} of {kind}", fill(template, S=statement, A=name) + DECLARED)
    for kind, (template, name) in LISTS.items():
        for way, statement in CHANGES.items():
            table.add(f"{way} of {kind}", fill(template, S=statement, A=name) + DECLARED
                      + "func swap_first(inout xs: List[i64]) { xs.push(1) }\n")
    for kind, text in NOT_PLACES.items():
        for way, statement in [("=", "$A = n"), ("lent", "bump(&$A)")]:
            if way == "=" and kind in ("tuple",):
                continue
            table.add(f"{way} of {kind}", fill(
                "func f(n: i64) {\n    var v = n\n    $S  //~ E2404\n    print(v)\n}\n"
                "func g() -> i64 { return 1 }\nfunc h() -> P { return P { x: 1, xs: [] } }",
                S=f"<<{fill(statement, A=text)} ~~ {fill(statement, A='v')}>>") + DECLARED)
    build_uninitialised(table)


READS = {
    "print": "print(a)", "sum": "print(a + 1)", "copy": "let b = a; print(b)",
    "argument": "take(a)",
    "condition": "if a > 1 { print(1) }", "lent": "bump(&a)", "text": "print($\"{a}\")",
    "list": "print([a])", "match": "match a { 0 => print(0), else => print(1) }",
    "closure": "let g = || print(a); g()", "compound": "a += 1", "tuple": "print((a, 1))",
}
PATHS = {
    "never given": "", "in one branch": "if b { a = 1 }", "in a loop": "while b { a = 1; break }",
    "in a for": "for i in 0..<2 { a = i }", "in one arm": "match n { 0 => a = 1, else => {} }",
    "in the else": "if b { print(2) } else { a = 2 }",
    "behind a guard": "a = 1 when b", "in two of three":
    "if b { a = 1 } else if n > 1 { a = 2 } else { print(3) }",
}


def build_uninitialised(table):
    for path, given in PATHS.items():
        for way, read in READS.items():
            table.add(f"{way} of what has a value {path}", fill(
                "func f(b: bool, n: i64) {\n    var a: i64 <<~~= 1>>\n    $G\n    $R  //~ E2403\n"
                "    print(b, n)\n}\nfunc take(n: i64) { }\n", G=given or "print(0)",
                R=read) + DECLARED)
