"""`match`: values that no arm takes, and patterns that cannot match."""
from cases import fill

DECLARED = """
enum E { Red, Green, Blue }
enum F { Zero, One(i64), Two(i64, bool), Both { a: i64, b: E } }
enum G[T] { Some_(T), Nothing_ }
error Bad { Worse, Worst(i64) }
struct P { x: i64, on: bool }
struct Q { p: P, e: E }
"""
# A type, and arms which together take every value; without any one of them something is missing.
COVERS = {
    "bool": ["true", "false"], "E": [".Red", ".Green", ".Blue"],
    "F": [".Zero", ".One(_)", ".Two(..)", ".Both { .. }"],
    "?i64": [".Some(_)", ".None"], "?E": [".Some(.Red)", ".Some(.Green)", ".Some(.Blue)", "null"],
    "?bool": ["true", "false", "null"],
    "?F": [".Some(.Zero)", ".Some(.One(_))", ".Some(.Two(..))", ".Some(.Both { .. })", ".None"],
    "i64 ! Bad": [".Ok(_)", ".Err(.Worse)", ".Err(.Worst(_))"],
    "bool ! E": [".Ok(true)", ".Ok(false)", ".Err(.Red)", ".Err(.Green | .Blue)"],
    "(bool, bool)": ["(true, true)", "(true, false)", "(false, _)"],
    "(E, bool)": ["(.Red, _)", "(.Green, true)", "(.Green, false)", "(.Blue, _)"],
    "(bool, ?i64)": ["(true, null)", "(true, .Some(_))", "(false, _)"],
    "(i64, bool)": ["(_, true)", "(0, false)", "(_, false)"][0:3],
    "P": ["P { on: true, .. }", "P { on: false, .. }"],
    "Q": ["Q { e: .Red, .. }", "Q { e: .Green, p: P { on: true, .. } }",
        "Q { e: .Green, p: P { on: false, .. } }",
                                                          "Q { e: .Blue, .. }"],
    "u8": ["0..=127", "128..=254", "255"], "i8": ["-128..<0", "0", "1..=127"],
    "G[bool]": [".Some_(true)", ".Some_(false)", ".Nothing_"],
    "List[i64]": ["[]", "[_]", "[_, _, ..]"], "[]bool": ["[]", "[true, ..]", "[false, ..]"],
    "[2]bool": ["[true, _]", "[false, true]", "[false, false]"],
    "Box[E]": [".Red", ".Green", ".Blue"], "char": ["'\\0'..='a'", "'b'..='\\u{10FFFF}'"],
    "?(bool, bool)": ["null", ".Some((true, _))", ".Some((false, true))", ".Some((false, false))"],
    "i64": ["..<0", "0", "1.."], "u16": ["0..<1000", "1000.."],
    "E ! E": [".Ok(_)", ".Err(.Red)", ".Err(.Green)", ".Err(.Blue)"],
}
OPEN = {"string": ["\"a\"", "\"\""], "f64": ["0.0", "1.5..2.5"], "i64": ["0", "1..=9"],
    "u64": ["0", "1..=100"], "i32": ["-1", "0..=5"], "char": ["'a'", "'b'..='z'"],
        "(string, bool)": ["(\"a\", _)", "(_, true)"], "?string": ["null", "\"a\""],
        "List[E]": ["[]", "[.Red, ..]"]}
# How the match is used: as a statement, a value, with blocks.
FORMS = {
    "statement": ("func f(v: $T) {\n    match v {  $M\n$A    }\n}", "        $P => print(1)\n"),
    "value": ("func f(v: $T) -> i64 {\n    return match v {  $M\n$A    }\n}", "        $P => 1\n"),
    "blocks": ("func f(v: $T) {\n    match v do  $M\n$A    end\n}",
        "        $P => {\n            print(1)\n        }\n"),
    "let": ("func f(v: $T) {\n    let n = match v {  $M\n$A    }\n    print(n)\n}",
        "        $P => 1\n"),
    "moved": ("func f(owned v: $T) {\n    match move v {  $M\n$A    }\n}",
        "        $P => print(1)\n"),
    "generic": ("func f[X](x: X, v: $T) {\n    match v {  $M\n$A    }\n}",
        "        $P => print(1)\n"),
}


def build(table):
    for form, (template, arm) in FORMS.items():
        for kind, patterns in COVERS.items():
            for missing in range(len(patterns)):
                if kind == "(i64, bool)" and missing == 1:
                    continue
                arms = "".join(f"<<~~{fill(arm, P=pattern)}>>" if at == missing else fill(arm,
                        P=pattern) for at, pattern in enumerate(patterns))
                guarded = "".join(fill(arm,
                        P=f"{pattern} <<when once() ~~>>" if at == missing else pattern) for at,
                    pattern in enumerate(patterns))
                table.add(f"{patterns[missing]} missing of {kind}, {form}",
                    fill(template, T=kind, A=arms, M="//~ E2301") + DECLARED)
                if form in ("statement", "value"):
                    table.add(f"{patterns[missing]} guarded of {kind}, {form}", fill(
                        template, T=kind, A=guarded,
                        M="//~ E2301") + DECLARED + "func once() -> bool { return true }\n")
        for kind, patterns in OPEN.items():
            arms = "".join(fill(arm,
                    P=pattern) for pattern in patterns) + f"<<~~{fill(arm, P='else')}>>"
            table.add(f"no else for {kind}, {form}",
                fill(template, T=kind, A=arms, M="//~ E2301") + DECLARED)
    build_patterns(table)


# Patterns that cannot match: the matched type, the pattern, a legal one, the code. A literal or a
# path of another type is a value of the wrong type; anything else has the wrong shape.
WRONG = [
    ("i64", "\"a\"", "1", "E2201"), ("i64", "true", "1", "E2201"), ("i64", "1.5", "1", "E2201"),
    ("i64", "'a'", "1", "E2201"), ("i64", "null", "1", "E2302"),
    ("i64", ".Red", "1", "E2302"), ("i64", "(1, 2)", "1", "E2302"), ("i64", "[1]", "1", "E2302"),
    ("i64", "P { x: 1, .. }", "1", "E2201"), ("i64", ".Some(1)", "1", "E2302"),
    ("string", "1", "\"a\"", "E2201"), ("string", "'a'", "\"a\"", "E2201"),
    ("string", "true", "\"a\"", "E2201"), ("string", "[\"a\"]", "\"a\"", "E2302"),
    ("string", ".Ok(_)", "\"a\"", "E2302"), ("string", "1..2", "\"a\"", "E2302"),
    ("bool", "1", "true", "E2201"), ("bool", "\"true\"", "true", "E2201"),
    ("bool", ".True", "true", "E2302"), ("bool", "(true)", "true", None),
    ("char", "\"a\"", "'a'", "E2201"), ("char", "97", "'a'", "E2201"),
    ("f64", "\"1\"", "1.0", "E2201"),
    ("f64", "true", "1.0", "E2201"), ("E", "1", ".Red", "E2201"), ("E", "\"Red\"", ".Red", "E2201"),
    ("E", ".Yellow", ".Red", "E2102"), ("E", ".Red(_)", ".Red", "E2302"),
    ("E", ".Red { x: 1 }", ".Red", "E2102"), ("E", "F.Zero", "E.Red", "E2201"),
    ("E", "E.Yellow", "E.Red", "E2102"), ("E", "(.Red, .Green)", ".Red", "E2302"),
    ("F", ".One", ".One(_)", "E2302"), ("F", ".One()", ".One(_)", "E2302"),
    ("F", ".One(a, b)", ".One(_)", "E2302"), ("F", ".Two(a)", ".Two(..)", "E2302"),
    ("F", ".Two(a, b, c)", ".Two(_, _)", "E2302"),
    ("F", ".Both { c: 1, .. }", ".Both { a: 1, .. }", "E2102"),
    ("F", ".Both { a: 1 }", ".Both { a: 1, .. }", "E2302"),
    ("F", ".One { a: 1 }", ".One(1)", "E2302"), ("F", ".One(true)", ".One(1)", "E2201"),
    ("F", ".Two(true, 1)", ".Two(1, true)", 2), ("F", ".Two(1, 2)", ".Two(1, true)", "E2201"),
    ("F", ".Both { a: true, .. }", ".Both { a: 1, .. }", "E2201"),
    ("F", ".Both { b: .Yellow, .. }", ".Both { b: .Red, .. }", "E2102"),
    ("F", ".Two(a, a)", ".Two(_, _)", "E2302"), ("?i64", "\"a\"", "1", "E2201"),
    ("?i64", ".Some", ".Some(_)", "E2302"),
    ("?i64", ".Some(true)", ".Some(1)", "E2201"), ("?i64", ".None(1)", ".None", "E2302"),
    ("?i64", ".Ok(_)", ".Some(_)", "E2302"), ("?i64", ".Nothing", ".None", "E2302"),
    ("i64 ! Bad", ".Some(_)", ".Ok(_)", "E2102"), ("i64 ! Bad", ".Ok", ".Ok(_)", "E2302"),
    ("i64 ! Bad", ".Err(1)", ".Err(_)", "E2201"), ("i64 ! Bad", ".Ok(true)", ".Ok(1)", "E2201"),
    ("i64 ! Bad", "null", ".Ok(_)", "E2302"), ("i64 ! Bad", "1", ".Ok(1)", "E2201"),
    ("i64 ! Bad", ".Err(.Better)", ".Err(.Worse)", "E2102"),
    ("(i64, bool)", "(1, true, 2)", "(1, true)", "E2302"),
    ("(i64, bool)", "(true, _)", "(_, true)", "E2201"),
    ("(i64, bool)", "(a, a)", "(1, true)", "E2302"),
    ("(i64, bool)", "[1, true]", "(1, true)", "E2302"), ("(i64, bool)", "1", "(1, _)", "E2201"),
    ("(i64, bool)", "(\"a\", _)", "(1, _)", "E2201"),
    ("P", "P { z: 1, .. }", "P { x: 1, .. }", "E2102"),
    ("P", "P { x: true, .. }", "P { x: 1, .. }", "E2201"),
    ("P", "P { x: 1 }", "P { x: 1, .. }", "E2302"),
    ("P", "Q { .. }", "P { x: 1, .. }", "E2201"), ("P", "(1, true)", "P { x: 1, .. }", "E2302"),
    ("P", "P(1)", "P { x: 1, .. }", "E2302"), ("P", ".X", "P { x: 1, .. }", "E2302"),
    ("P", "1", "P { x: 1, .. }", "E2201"),
    ("[2]bool", "[true]", "[true, _]", "E2302"), ("[2]bool", "[true, _, _]", "[true, _]", "E2302"),
    ("[2]bool", "[1, _]", "[true, _]", "E2201"), ("List[i64]", "[true]", "[1]", "E2201"),
    ("List[i64]", "[\"a\", ..]", "[1, ..]", "E2201"), ("List[i64]", "(1, 2)", "[1, 2]", "E2302"),
    ("List[i64]", "1", "[1]", "E2201"), ("List[i64]", "[a, a]", "[1, 2]", "E2302"),
    ("u8", "256", "255", "E2204"), ("u8", "-1", "1", "E2204"), ("i8", "128", "127", "E2204"),
    ("u16", "65536", "65535", "E2204"), ("u8", "0..300", "0..200", "E2204"),
    ("i64", "9..1", "1..9", "E2302"), ("i64", "1..<1", "1..<2", "E2302"),
    ("char", "'z'..='a'", "'a'..='z'", "E2302"), ("i64", "1..'a'", "1..9", "E2201"),
    ("i64", "1 | \"a\"", "1 | 2", "E2201"),
    ("F", ".One(a) | .Zero", ".One(_) | .Zero", "E2302"),
    ("F", ".One(a) | .Two(_, a)", ".One(_) | .Two(..)", "E2302"),
    ("i64", "nothing.here", "1", "E2001"), ("i64", "i64.MOST", "i64.MAX", "E2302"),
    ("E", "Nothing.Red", "E.Red", "E2001"), ("P", "Nothing { .. }", "P { x: 1, .. }", "E2001"),
    ("HashMap[string, i64]", "[]", "_", "E2302"),
    ("Box[E]", ".Yellow", ".Red", "E2102"), ("Box[E]", "1", ".Red", "E2201"),
    ("?E", ".Yellow", ".Some(.Red)", "E2102"), ("G[bool]", ".Some_(1)", ".Some_(true)", "E2201"),
    ("G[bool]", ".Other_", ".Nothing_", "E2102"),
]
PLACES = {
    "match":
        "func f(v: $T) {\n    match v {\n        $X => print(1)  $M\n        else => {}\n    }\n}",
    "match as a value":
        "func f(v: $T) -> i64 {\n    return match v {\n        $X => 1  $M\n        else => 2\n"
        "    }\n}",
    "if let": "func f(v: $T) {\n    if let $X = v { print(1) }  $M\n}",
    "a match in a closure":
        "func f(v: $T) {\n    let g = |n: i64| {\n        match v {\n"
        "            $X => print(n)  $M\n            else => {}\n        }\n    }\n    g(1)\n}",
}


# Twice wrong in a condition.
UNTESTED = ["(a, a)"]


def build_patterns(table):
    for place, template in PLACES.items():
        for kind, wrong, right, code in WRONG:
            if code is None or code == 2 or (place == "a match in a closure" and "func" in kind):
                continue
            if place == "if let" and (right == "_" or wrong in UNTESTED):
                continue
            text = fill(template, T=kind, X=f"<<{wrong} ~~ {right}>>", M=f"//~ {code}")
            table.add(f"{wrong} for {kind} in {place}", text + DECLARED)
