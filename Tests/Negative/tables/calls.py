"""Arguments: how many, which names, which types; for whatever can be called."""
from cases import fill

# A parameter's type, a fitting value, and values of other types with the code that says so.
TYPES = {
    "i64": "1", "u8": "b'a'", "f64": "1.5", "bool": "true", "char": "'c'", "string": "\"s\"",
    "List[i64]": "List[i64].new()", "(i64, bool)": "(1, true)", "P": "P { x: 1 }", "E": "E.Red",
    "?string": "\"s\"", "Box[P]": "Box.new(P { x: 1 })", "HashSet[i64]": "HashSet[i64].new()",
    "[2]bool": "[true, false]", "func(bool) -> bool": "|b| not b",
}
# Values whose type does not depend on what is wanted.
VALUES = {
    "i64": "whole()", "f64": "real()", "bool": "true", "char": "'c'", "string": "\"s\"",
    "List[i64]": "List[i64].new()", "(i64, bool)": "(whole(), true)", "P": "P { x: 1 }",
    "E": "E.Red",
    "?string": "maybe()", "HashSet[i64]": "HashSet[i64].new()",
}
DECLARED = """
struct P { x: i64 }
enum E { Red, Green }
func whole() -> i64 { return 1 }
func real() -> f64 { return 1.0 }
func maybe() -> ?string { return "a" }
"""
ACCEPTED = {("?string", "string"), ("Box[P]", "P")}

# Something with one parameter of type $T, called with $X.
CALLEES = {
    "function": "func f() {\n    take($X)  $M\n}\nfunc take(v: $T) { }",
    "owned": "func f() {\n    take($X)  $M\n}\nfunc take(owned v: $T) { }",
    "named argument": "func f() {\n    take(n: 1, v: $X)  $M\n}\nfunc take(v: $T, n: i64) { }",
    "second argument": "func f() {\n    take(1, $X)  $M\n}\nfunc take(n: i64, v: $T) { }",
    "after a default": "func f() {\n    take(v: $X)  $M\n}\nfunc take(n: i64 = 1, v: $T) { }",
    "method":
        "func f(s: S) {\n    s.take($X)  $M\n}\nstruct S {\n    n: i64\n"
        "    func take(self, v: $T) { }\n}",
    "associated function":
        "func f() {\n    S.take($X)  $M\n}\nstruct S {\n    n: i64\n    func take(v: $T) { }\n}",
    "trait method":
        "func f[X: Takes](s: X) {\n    s.take($X)  $M\n}\ntrait Takes { func take(self, v: $T) }",
    "variant": "func f() {\n    let u: U = .One($X)  $M\n    _ = u\n}\nenum U { One($T), Two }",
    "variant's field":
        "func f() {\n    let u: U = .One { v: $X }  $M\n    _ = u\n}\n"
        "enum U { One { v: $T }, Two }",
    "struct literal": "func f() {\n    _ = S { v: $X }  $M\n}\nstruct S { v: $T }",
    "generic struct":
        "func f() {\n    let s: S[$T] = S { v: $X }  $M\n    _ = s\n}\nstruct S[A] { v: A }",
    "return": "func f() -> $T {\n    return $X  $M\n}",
    "annotated let": "func f() {\n    let v: $T = $X  $M\n    _ = v\n}",
    "assignment": "func f(inout v: $T) {\n    v = $X  $M\n}",
    "list element": "func f() {\n    let v: List[$T] = [$X]  $M\n    _ = v\n}",
    "default value": "func f(\n    v: $T = $X  $M\n) { }",
    "field default": "struct S {\n    v: $T = $X  $M\n}",
    "last expression": "func f() -> $T {\n    print(1)\n    $X  $M\n}",
    "result": "func f() -> $T ! string {\n    return $X  $M\n}",
    "failure": "func f() -> void ! $T {\n    fail $X  $M\n}",
}


def build(table):
    for callee, template in CALLEES.items():
        for wanted, right in TYPES.items():
            for given, value in VALUES.items():
                if given == wanted or (wanted,
                    given) in ACCEPTED or "func" in wanted and "field" in callee:
                    continue
                if (len(callee) + len(wanted) * 3 + len(given) * 7) % 3:
                    continue  # One pair in three for each callee, other pairs for other callees.
                text = fill(template, T=wanted, X=f"<<{value} ~~ {right}>>",
                    M="//~ E2201") + DECLARED
                table.add(f"{given} for {wanted}, {callee}", text)
    build_counts(table)
    build_methods(table)


CALLED = {
    "function": ("take", "func take(a: i64, b: bool) { }"),
    "function with a default": ("take", "func take(a: i64, b: bool, c: i64 = 1) { }"),
    "generic function": ("take", "func take[T](a: T, b: bool) { }"),
    "associated function": ("S.take",
        "struct S {\n    n: i64\n    func take(a: i64, b: bool) { }\n}"),
    "method": ("S { n: 1 }.take",
        "struct S {\n    n: i64\n    func take(self, a: i64, b: bool) { }\n}"),
    "generic method":
        ("S { n: 1 }.take", "struct S {\n    n: i64\n    func take[T](self, a: T, b: bool) { }\n}"),
    "method of a generic struct":
        ("S { n: 1 }.take", "struct S[T] {\n    n: T\n    func take(self, a: T, b: bool) { }\n}"),
    "variant": ("_ = U.One", "enum U { One(i64, bool), Two }"),
    "function on a value": ("7.take", "func take(self_: i64, a: i64, b: bool) { }"),
}


def build_counts(table):
    """Too few, too many, unknown and repeated names, `&` where nothing is changed."""
    bodies = {
        "a function": "func f() {\n    $X  //~ $C\n}\n",
        "a closure": "func f() {\n    let g = || {\n        $X  //~ $C\n    }\n    g()\n}\n",
        "a loop":
            "func f() {\n    for i in 0..<2 {\n        print(i)\n        $X  //~ $C\n    }\n}\n",
        "a test": "test \"t\" {\n    $X  //~ $C\n}\n",
    }
    wrongs = {
        "no arguments": "()", "one argument": "(1)", "too many": "(1, true, 2, 3, 4)",
        "unknown name": "(1, c_: true)", "name twice": "(1, a: 2)",
        "name repeated": "(b: true, b: true)", "an unwanted reference": "(1, &x)",
    }
    for callee, (called, declared) in CALLED.items():
        for mistake, arguments in wrongs.items():
            for place, body in bodies.items():
                if callee == "variant" and mistake in ("unknown name", "name twice",
                    "name repeated"):
                    continue
                code = "E2202"
                if callee == "variant" and mistake == "an unwanted reference":
                    code = "E4111"  # Its payload is a value, so this is an address.
                before = "var x = true; " if mistake == "an unwanted reference" else ""
                text = fill(body, X=f"{before}<<{called}{arguments} ~~ {called}(1, true)>>", C=code)
                table.add(f"{mistake}, {callee}, in {place}", text + declared)


def build_methods(table):
    """Methods of std with arguments that do not fit."""
    receivers = {
        "xs": "func f(inout xs: List[i64]) {\n    $X  //~ $C\n}",
        "m": "func f(inout m: HashMap[string, i64]) {\n    $X  //~ $C\n}",
        "s": "func f(s: string) {\n    $X  //~ $C\n}",
        "h": "func f(inout h: HashSet[char]) {\n    $X  //~ $C\n}",
        "o": "func f(o: ?i64) {\n    $X  //~ $C\n}",
        "n": "func f(n: i64) {\n    $X  //~ $C\n}",
    }
    rows = [
        ("xs", "xs.push(\"a\")", "xs.push(1)", "E2201"), ("xs", "xs.push()", "xs.push(1)", "E2202"),
        ("xs", "xs.push(1, 2)", "xs.push(1)", "E2202"),
        ("xs", "_ = xs.pop(1)", "_ = xs.pop()", "E2202"),
        ("xs", "xs.insert(1)", "xs.insert(0, 1)", "E2202"),
        ("xs", "xs.insert(\"0\", 1)", "xs.insert(0, 1)", "E2201"),
        ("xs", "xs.insert(0, 'a')", "xs.insert(0, 1)", "E2201"),
        ("xs", "print(xs.contains(\"a\"))", "print(xs.contains(1))", "E2201"),
        ("xs", "print(xs.map(1))", "print(xs.map(|x| x))", "E2201"),
        ("xs", "print(xs.filter(|x| x))", "print(xs.filter(|x| x > 1))", "E2201"),
        ("xs", "xs[0] = true", "xs[0] = 1", "E2201"), ("xs", "xs = [true]", "xs = [1]", "E2201"),
        ("xs", "print(xs.get(\"a\"))", "print(xs.get(0))", "E2201"),
        ("m", "m[1] = 2", "m[\"1\"] = 2", "E2201"),
        ("m", "m[\"a\"] = \"b\"", "m[\"a\"] = 1", "E2201"),
        ("m", "print(m.get(1))", "print(m.get(\"1\"))", "E2201"),
        ("m", "print(m.get())", "print(m.get(\"a\"))", "E2202"),
        ("m", "_ = m.insert(\"a\")", "_ = m.insert(\"a\", 1)", "E2202"),
        ("m", "_ = m.remove(1)", "_ = m.remove(\"a\")", "E2201"),
        ("m", "print(m.contains(true))", "print(m.contains(\"a\"))", "E2201"),
        ("s", "print(s.split())", "print(s.split(\",\"))", "E2202"),
        ("s", "print(s.replace(\"a\"))", "print(s.replace(\"a\", \"b\"))", "E2202"),
        ("s", "print(s.replace(\"a\", 1))", "print(s.replace(\"a\", \"b\"))", "E2201"),
        ("s", "print(s.trim(1))", "print(s.trim())", "E2202"),
        ("s", "print(s.pad_start(\"3\", '0'))", "print(s.pad_start(3, '0'))", "E2201"),
        ("s", "print(s.to_upper(true))", "print(s.to_upper())", "E2202"),
        ("h", "_ = h.insert(1)", "_ = h.insert('a')", "E2201"),
        ("h", "_ = h.insert(\"a\")", "_ = h.insert('a')", "E2201"),
        ("h", "print(h.contains(97))", "print(h.contains('a'))", "E2201"),
        ("o", "print(o ?? \"a\")", "print(o ?? 1)", "E2201"),
        ("o", "print(o.map(1))", "print(o.map(|x| x))", "E2201"),
        ("n", "print(n.pow(\"2\"))", "print(n.pow(2))", "E2201"),
        ("n", "print(n.checked_add(true))", "print(n.checked_add(1))", "E2201"),
        ("n", "print(n.abs(1))", "print(n.abs())", "E2202"),
    ]
    for receiver, wrong, right, code in rows:
        table.add(wrong, fill(receivers[receiver], X=f"<<{wrong} ~~ {right}>>", C=code))
