"""Names that nothing has, that two things have, or that name another kind of thing."""
from cases import Turns, fill

DECLARED = """
struct P {
    x: i64
    name: string
    func len_of(self) -> i64 { return self.x }
    func make() -> P { return P { x: 1, name: "a" } }
}
enum E { Red, Green(i64), Blue { depth: i64 } }
trait Shown { func shown(self) -> string }
const LIMIT = 3
static seen: i64 = 1
func point() -> P { return P.make() }
func pair() -> (i64, bool) { return (1, true) }
func list() -> List[i64] { return [1] }
func text() -> string { return "a" }
func maybe() -> ?P { return null }
func outcome() -> i64 ! string { return 1 }
func map_of() -> HashMap[string, i64] { return HashMap.new() }
type Number = i64
func whole(n: i64) -> i64 { return n }
"""
# An expression that names what is not there, its legal relative, and the code.
EXPRESSIONS = [
    ("nothing", "LIMIT", "E2001"), ("nothing()", "point()", "E2001"), ("LIMITS", "LIMIT", "E2001"),
    ("poimt()", "point()", "E2001"), ("nothing.x", "point().x", "E2001"),
    ("Nothing.make()", "P.make()", "E2001"),
    ("nothing[0]", "list()[0]", "E2001"), ("nothing + 1", "LIMIT + 1", "E2001"),
    ("[nothing]", "[LIMIT]", "E2001"),
    ("point().y", "point().x", "E2102"), ("point().lenof()", "point().len_of()", "E2102"),
    ("point().name.length", "point().name.len", "E2102"), ("P.build()", "P.make()", "E2102"),
    ("E.Yellow", "E.Red", "E2102"), ("E.Yellow(1)", "E.Green(1)", "E2102"),
    ("pair().2", "pair().1", "E2102"),
    ("pair().first", "pair().0", "E2102"), ("list().size", "list().len", "E2102"),
    ("list().mapp(|n| n)", "list().map(|n| n)", "E2102"),
    ("text().upper()", "text().to_upper()", "E2102"),
    ("text().x", "text().len", "E2102"), ("maybe().x", "maybe()?.x", "E2102"),
    ("1.name", "1.abs()", "E2102"),
    ("true.name", "true", "E2102"), ("(1.5).nothing()", "(1.5).abs()", "E2102"),
    ("'a'.len", "'a'", "E2102"),
    ("map_of().size", "map_of().len", "E2102"),
    ("map_of().has(\"a\")", "map_of().contains(\"a\")", "E2102"),
    ("i64.LARGEST", "i64.MAX", "E2102"), ("f64.MOST", "f64.MAX", "E2102"),
    ("List[i64].make()", "List[i64].new()", "E2102"),
    ("P { x: 1, name: \"a\", z: 2 }", "P { x: 1, name: \"a\" }", "E2102"),
    ("P { x: 1, nam: \"a\" }.x", "P { x: 1, name: \"a\" }.x", "E2102"),
    ("Q { x: 1 }", "P { x: 1, name: \"a\" }", "E2001"), ("list().first", "list().first()", "E2007"),
    ("outcome().x", "outcome()", "E2102"), ("maybe()?.y", "maybe()?.x", "E2102"),
    ("list()[0].x", "list()[0].abs()", "E2102"), ("point", "point()", None),
    ("P", "P.make()", "E2007"),
    ("Shown", "LIMIT", "E2007"), ("i64", "i64.MAX", "E2007"), ("Number", "LIMIT", "E2007"),
    ("E", "E.Red", "E2007"),
    ("List", "list()", "E2007"), ("LIMIT()", "LIMIT", "E2207"), ("seen()", "seen", "E2207"),
    ("1()", "1", "E2207"),
    ("text()()", "text()", "E2207"), ("P(1)", "P.make()", "E2207"),
    ("point().x()", "point().x", "E2207"),
    ("pair()()", "pair()", "E2207"), ("list()()", "list()", "E2207"), ("true()", "true", "E2207"),
    ("P { x: 1 }", "P { x: 1, name: \"a\" }", "E2202"),
    ("P { x: 1, x: 2, name: \"a\" }.x", "1", "E2202"),
    ("LIMIT { x: 1 }", "LIMIT", "E2006"), ("E { x: 1 }", "E.Red", "E2006"),
    ("E.Blue { deep: 1 }", "E.Blue { depth: 1 }", "E2102"),
    ("E.Blue(1, 2)", "E.Blue { depth: 1 }", "E2202"),
    ("E.Green { depth: 1 }", "E.Green(1)", "E2102"), ("E.Green", "E.Green(1)", "E2202"),
    ("E.Red(1)", "E.Red", "E2202"), ("nothing |> whole", "1 |> whole", "E2001"),
    ("@sizeof(Nothing)", "@sizeof(P)", "E2001"),
    ("this", "1", "E2001"), ("self", "1", "E2001"), ("super", "1", "E2001"), ("std", "1", "E2007"),
]
# A type that is none, wherever a type may stand.
TYPE_PLACES = {
    "parameter": "func f(v: $X) { }  $M", "result": "func f() -> ?$X {  $M\n    return null\n}",
    "let": "func f() {\n    let v: ?$X = null  $M\n    _ = v\n}",
    "field": "struct S {\n    v: $X  $M\n}",
    "payload": "enum U {\n    One($X)  $M\n    Two\n}", "alias": "type A = $X  $M",
    "list": "func f(v: List[$X]) { }  $M",
    "array": "func f(v: [2]$X) { }  $M", "slice": "func f(v: []$X) { }  $M",
    "optional": "func f(v: ?$X) { }  $M",
    "tuple": "func f(v: (i64, $X)) { }  $M", "function type": "func f(v: func($X) -> i64) { }  $M",
    "function result type": "func f(v: func() -> $X) { }  $M",
    "error": "func f() -> void ! $X { }  $M",
    "map's value": "func f(v: HashMap[string, $X]) { }  $M", "inout": "func f(inout v: $X) { }  $M",
    "owned": "func f(owned v: $X) { }  $M",
    "closure": "func f() {\n    let g = |v: $X| 1  $M\n    _ = g\n}",
    "impl": "impl $X {  $M\n    func own(self) { }\n}", "impl of a trait":
    "impl Shown for $X {  $M\n    func shown(self) -> string { return \"\" }\n}",
    "size": "func f() { print(@sizeof($X)) }  $M",
    "type argument": "func f() { print(id[?$X](null)) }  $M",
    "box": "struct S { v: Box[$X] }  $M",
    "trait method": "trait U {\n    func g(self, v: $X)  $M\n}",
}
NO_TYPES = [("Nothing", "E2001"), ("string_", "E2001"), ("LIMIT", "E2006"), ("seen", "E2006"),
    ("point", "E2006"),
            ("Shown", "E2006"), ("std", "E2006")]


def build(table):
    turns = Turns()
    for wrong, right, code in EXPRESSIONS:
        for _ in range(3):
            place, template = turns.next()
            if code:
                table.add(f"{wrong} in {place}", fill(
                    template, X=f"<<{wrong} ~~ {right}>>", M=f"//~ {code}") + DECLARED)
    for place, template in TYPE_PLACES.items():
        for name, code in NO_TYPES:
            table.add(f"type {name} in {place}", fill(
                template, X=f"<<{name} ~~ P>>",
                M=f"//~ {code}") + "\nfunc id[T](x: T) -> T { return x }" + DECLARED)
    build_duplicates(table)
    build_others(table)


def build_duplicates(table):
    declarations = {
        "func": "func thing() { }", "struct": "struct thing { x: i64 }", "enum": "enum thing { A }",
        "trait": "trait thing { func g(self) }", "const": "const thing = 1",
        "static": "static thing: i64 = 1",
        "type": "type thing = i64", "error": "error thing { A }",
        "pub func": "pub func thing(n: i64) { }",
        "capability": "capability thing { x: bool }",
    }
    for first, a in declarations.items():
        for second, b in declarations.items():
            other = b.replace("thing", "<<thing ~~ other>>")
            table.add(f"{second} after {first}", f"{a}\n{other}  //~ E2101")
            if "capability" not in (first, second) and first in ("func", "struct", "const", "enum"):
                table.add(f"{second} after {first}, in a function",
                          f"func f() {{\n    {a}\n    {other}  //~ E2101\n}}"
                          if second != "pub func" else f"{a}\nconst LAST = 1\n{other}  //~ E2101")
    rows = {
        "field": "struct S {\n    a: i64\n    <<a ~~ b>>: bool  //~ E2101\n}",
        "method":
            "struct S {\n    a: i64\n    func g(self) { }\n"
            "    func <<g ~~ h>>(self) { }  //~ E2101\n}",
        "method and field": "struct S {\n    a: i64\n    func <<a ~~ b>>(self) { }  //~ E2101\n}",
        "method of an impl":
            "struct S { a: i64 }\nimpl S {\n    func g(self) { }\n"
            "    func <<g ~~ h>>(self) { }  //~ E2101\n}",
        "method of two impls":
            "struct S { a: i64 }\nimpl S { func g(self) { } }\n"
            "impl S { func <<g ~~ h>>(self) { } }  //~ E2101",
        "variant": "enum U {\n    A\n    <<A ~~ B>>(i64)  //~ E2101\n}",
        "variant's field": "enum U {\n    A { x: i64, <<x ~~ y>>: i64 }  //~ E2101\n}",
        "parameter": "func f(a: i64, <<a ~~ b>>: bool) { }  //~ E2101",
        "type parameter": "func f[T, <<T ~~ U>>](a: T) { }  //~ E2101",
        "struct's type parameter": "struct S[T, <<T ~~ U>>] { a: T }  //~ E2101",
        "trait's method": "trait U {\n    func g(self)\n    func <<g ~~ h>>(self)  //~ E2101\n}",
        "closure's parameter":
            "func f() {\n    let g = |a: i64, <<a ~~ b>>: i64| 1  //~ E2101\n    print(g(1, 2))\n}",
        "impl of a trait":
            "struct S { a: i64 }\nstruct R { a: i64 }\ntrait U { func g(self) }\n"
            "impl U for S { func g(self) { } }\n"
                           "impl U for <<S ~~ R>> { func g(self) { } }  //~ E2101",
        "destructor":
            "struct S {\n    a: i64\n    destructor() { print(1) }\n"
            "    <<destructor() { print(2) } ~~>>  //~ E2101\n}",
        "tuple of lets": "func f() {\n    let (a, <<a ~~ b>>) = (1, 2)  //~ E2302\n    print(a)\n}",
        "import": "import std.fs\nimport std.<<io as fs ~~ io>>  //~ E2101",
        "import and function": "import std.fs  //~ E2101\nfunc <<fs ~~ gs>>() { }",
        "method of a trait's impl":
            "struct S { a: i64 }\ntrait U { func g(self) }\nimpl U for S {\n    func g(self) { }\n"
                                    "    <<func g(self) { } ~~>>  //~ E2101\n}",
        "let and var":
            "func f() {\n    let a = 1\n    <<var ~~ let>> a = 2  //~ E2105\n    print(a)\n}",
        "var and let":
            "func f() {\n    var a = 1\n    a += 1\n    <<let ~~ var>> a = 2  //~ E2105\n"
            "    print(a)\n}",
    }
    for name, text in rows.items():
        table.add(f"two of a {name}", text)


def build_others(table):
    for module in ["nothing", "std.nothing", "std.fs.deeper", "fs", "std.Fs", "core",
        "std.collection"]:
        table.add(f"import {module}", f"import <<{module} ~~ std.fs>>  //~ E2004\nfunc f() {{ }}")
        if module != "std.fs.deeper":
            table.add(f"import {module} with a name",
                f"import <<{module} ~~ std.fs>> as x  //~ E2004")
            table.add(f"names of {module}",
                f"import <<{module} ~~ std.fs>>.{{read_file}}  //~ E2004")
    for module, name, right in [("fs", "reed_file", "read_file"), ("math", "sqare", "sqrt"),
        ("io", "Riter", "IoError"),
                                ("time", "Duratio", "Duration"), ("json", "pars", "parse")]:
        table.add(f"{name} of {module}",
            f"import std.{module}.{{<<{name} ~~ {right}>>}}  //~ E2004")
        table.add(f"{name} behind {module}",
                  f"import std.{module}\nfunc f() {{\n"
                  f"    let g = {module}.<<{name} ~~ {right}>>  //~ E2001\n    _ = g\n}}"
                  if right in ("sqrt",) else
                  f"import std.{module}\n"
                  f"func f(x: ?{module}.<<{name} ~~ {right}>>) {{ }}  //~ E2001"
                  if right[0].isupper() else
                  f"import std.{module}\nfunc f() {{\n"
                  f"    _ = {module}.<<{name} ~~ {right}>>(\"a\")  //~ E2001\n}}")
    for scope, text in {
            "a block":
                "func f() {\n    {\n        let a = 1\n        print(a)\n    }\n"
                "    <<print(a) ~~ print(1)>>  //~ E2001\n}",
            "a branch":
                "func f(b: bool) {\n    if b { let a = 1; print(a) }\n"
                "    <<print(a) ~~ print(1)>>  //~ E2001\n}",
            "a loop":
                "func f() {\n    for a in 0..<2 { print(a) }\n"
                "    <<print(a) ~~ print(1)>>  //~ E2001\n}",
            "an arm":
                "func f(o: ?i64) {\n"
                "    match o { .Some(a) => print(a), .None => <<print(a) ~~ print(1)>> }  "
                "//~ E2001\n}",
            "an if let":
                "func f(o: ?i64) {\n"
                "    if let a = o { print(a) } else { <<print(a) ~~ print(1)>> }  //~ E2001\n}",
            "a closure":
                "func f() {\n    let g = |a: i64| a\n    print(g(1), <<a ~~ 1>>)  //~ E2001\n}",
            "before its let":
                "func f() {\n    <<print(a) ~~ print(1)>>  //~ E2001\n    let a = 1\n"
                "    print(a)\n}",
            "its own value": "func f() {\n    let a = <<a ~~ 1>> + 1  //~ E2001\n    print(a)\n}",
            "another function":
                "func g() {\n    let a = 1\n    print(a)\n}\nfunc f() {\n"
                "    <<print(a) ~~ print(1)>>  //~ E2001\n}",
            "a local function":
                "func f() {\n    {\n        func g() { }\n        g()\n    }\n"
                "    <<g() ~~ f()>>  //~ E2001\n}",
            "a local type":
                "func f() {\n    {\n        struct L { x: i64 }\n        print(L { x: 1 }.x)\n"
                "    }\n"
                            "    print(<<L { x: 1 }.x ~~ 1>>)  //~ E2001\n}",
            "a type parameter": "func g[T](x: T) { }\nfunc f(x: <<T ~~ i64>>) { }  //~ E2001",
            "a catch":
                "func f(r: i64 ! string) {\n    let n = r catch e { print(e); 0 }\n"
                "    print(n, <<e ~~ 1>>)  //~ E2001\n}",
            "a label":
                "func f() {\n    while true {\n        break <<nowhere ~~>>  //~ E2212\n    }\n}",
            "a label that ended":
                "func f() {\n    outer: while true { break outer }\n    while true {\n"
                "        break <<outer ~~>>  //~ E2212\n    }\n}",
            "a label to go on with":
                "func f() {\n    for i in 0..<3 {\n        print(i)\n"
                "        continue <<nowhere ~~>>  //~ E2212\n    }\n}",
            "a label outside of a closure":
                "func f() {\n    outer: while true {\n"
                "        let g = || { while true { break <<outer ~~>> } }  //~ E2212\n"
                "        g()\n        break\n    }\n}",
    }.items():
        table.add(f"outside of {scope}", text)
