"""Control flow: results that no path gives, jumps with nowhere to go, conditions that are none."""
from cases import fill

TYPES = {"i64": "1", "string": "\"s\"", "bool": "true", "?i64": "null", "List[i64]": "[1]",
    "(i64, bool)": "(1, true)",
         "P": "P { x: 1 }", "E": "E.Red", "f64": "1.5", "func() -> i64": "one"}
DECLARED = """
struct P { x: i64 }
enum E { Red, Green }
error Bad { Worse }
func fails() -> i64 ! Bad { fail .Worse }
func maybe() -> ?i64 { return 1 }
func one() -> i64 { return 1 }
"""
# What ends a body in these ways is an expression, or the end of a block inside, and is told there.
ENDS = {"nothing": "E2201", "an else if": "E2201", "an empty else": "E2201", "an arm": "E2201",
        "a block": "E2208", "a nested if": "E2208"}
# Bodies that reach the end without a value; the right reading gives one there.
FALLING = {
    "nothing": "print(b)  $M\n    $R", "an if": "if b { return $V }\n    $R",
    "an else if": "if b { return $V } else if n > 1 { return $V }  $M\n    $R",
    "an empty else": "if b { return $V } else { print(n) }  $M\n    $R",
    "a while": "while b { return $V }\n    $R",
    "a for": "for i in 0..<n { return $V when i > 2 }\n    $R",
    "an arm": "match n { 0 => { return $V }, else => { print(n) } }  $M\n    $R",
    "a when": "return $V when b\n    $R",
    "an endless loop that leaves": "while true { break when b }\n    $R",
    "an if let": "if let x = maybe() { print(x); return $V }\n    $R",
    "a defer": "defer print(1)\n    $R",
    "a block": "{ return $V when b }  $M\n    $R",
    "a labelled break": "outer: while true { while true { break outer } }\n    $R",
    "a nested if": "if b { if n > 1 { return $V } } else { return $V }  $M\n    $R",
}
HEADS = {
    "function": ("func f(b: bool, n: i64) -> $T {\n    ", "\n}  $M"),
    "method": ("struct S {\n    a: i64\n    func f(self, b: bool, n: i64) -> $T {\n    ",
        "\n    }  $M\n}"),
    "generic": ("func f[X](x: X, b: bool, n: i64) -> $T {\n    ", "\n}  $M"),
    "do": ("func f(b: bool, n: i64) -> $T do\n    ", "\nend  $M"),
    "local": ("func g() {\n    func f(b: bool, n: i64) -> $T {\n    ",
        "\n    }  $M\n    _ = f(true, 1)\n}"),
}


def build(table):
    for head, (before, after) in HEADS.items():
        for kind, value in TYPES.items():
            for path, body in FALLING.items():
                if (len(head) * 5 + len(kind) * 3 + len(path)) % 2 and head != "function":
                    continue
                text = before + body + after
                if path in ENDS:
                    text = text.replace("  $M", f"  //~ {ENDS[path]}", 1).replace("  $M", "")
                table.add(f"{kind} not given after {path}, {head}", fill(
                    text, R=f"<<~~return {value}>>", V=value, T=kind, M="//~ E2208") + DECLARED)
    build_jumps(table)
    build_conditions(table)
    build_values(table)
    build_deferred(table)


def build_jumps(table):
    outside = {
        "a function": "func f(b: bool, n: i64) {\n    $S  //~ $C\n}",
        "an if": "func f(b: bool, n: i64) {\n    if b {\n        $S  //~ $C\n    }\n}",
        "an arm":
            "func f(b: bool, n: i64) {\n    match n {\n        0 => { $S }  //~ $C\n"
            "        else => {}\n    }\n}",
        "a block": "func f(b: bool, n: i64) {\n    {\n        $S  //~ $C\n    }\n}",
        "after a loop": "func f(b: bool, n: i64) {\n    while b { break }\n    $S  //~ $C\n}",
        "a closure in a loop":
            "func f(b: bool, n: i64) {\n    for i in 0..<n {\n        let g = || {\n"
            "            $S  //~ $C\n        }\n        print(i)\n        g()\n    }\n}",
        "a function in a loop":
            "func f(b: bool, n: i64) {\n    while b {\n        func g(b: bool) {\n"
            "            $S  //~ $C\n        }\n        g(b)\n    }\n}",
        "a method":
            "struct S {\n    b: bool\n    func g(self, b: bool) {\n        $S  //~ $C\n    }\n}",
        "a test": "test \"t\" {\n    let b = true\n    $S  //~ $C\n}",
        "a destructor":
            "struct S {\n    a: i64\n    destructor() {\n        let b = self.a > 1\n"
            "        $S  //~ $C\n    }\n}",
        "an else":
            "func f(b: bool, n: i64) do\n    if b do\n        print(1)\n    else\n"
            "        $S  //~ $C\n    end\nend",
    }
    jumps = {"break": "break", "continue": "continue", "break when": "break when b",
        "continue unless": "continue unless b",
             "break label": "break there", "continue label": "continue there"}
    for place, template in outside.items():
        for how, jump in jumps.items():
            table.add(f"{how} in {place}",
                fill(template, S=f"<<{jump} ~~ return>>", C="E2212") + DECLARED)
        for how, (wrong, right) in {
                "fail": ("fail .Worse", "return"), "fail with a type": ("fail Bad.Worse", "return"),
                "?": ("print(fails()?)", "print(fails())"),
                "try": ("print(try fails())", "print(fails())"),
                "fail when": ("fail Bad.Worse when b", "return when b"),
                "? of an optional": ("print(maybe()?)", "print(maybe())")}.items():
            if ("?" in how or how == "try") and place in ("a closure in a loop", "a test"):
                continue  # The closure's result is not written, and a test may fail.
            table.add(f"{how} in {place}",
                fill(template, S=f"<<{wrong} ~~ {right}>>", C="E2212") + DECLARED)
    for value in ["1", "true", "\"a\"", "n"]:
        for loop in ["while b {\n        $S  //~ E2212\n    }",
            "for i in 0..<n {\n        print(i)\n        $S  //~ E2212\n    }",
                     "while true {\n        $S  //~ E2212\n    }"]:
            if value != "n":
                table.add(f"break with {value}",
                    "func f(b: bool, n: i64) {\n    " + fill(loop,
                        S=f"break <<{value} ~~>>") + "\n}")


CONDITIONS = {"1": "1 == 1", "n": "n > 0", "s": "s == \"\"", "o": "o != null", "xs": "xs.len > 0",
    "1.5": "1.5 > 1.0", "'a'": "'a' == 'b'",
              "p": "p.x == 1", "n + 1": "n + 1 > 1", "xs.len": "xs.len == 0", "s.len": "s.len > 1",
              "t": "t.0 == 1", "t.0": "t.0 > 1", "e": "e == .Red",
              "null": "o == null", "maybe()": "maybe() != null", "\"yes\"": "s == \"yes\""}


def build_conditions(table):
    heads = {
        "if": "if $X { print(1) }  //~ E2201", "while": "while $X { break }  //~ E2201",
        "when": "return when $X  //~ E2201",
        "unless": "print(1) unless $X  //~ E2201",
        "else if": "if b { print(0) }\n    else if $X { print(1) }  //~ E2201",
        "guard": "match n { 0 when $X => print(1), else => {} }  //~ E2201",
        "not": "print(not ($X))  //~ E2201", "and": "if b and $X { print(1) }  //~ E2201",
        "assert": "assert($X)  //~ E2201",
        "if as a value": "let v = if $X { 1 } else { 2 }\n    print(v)".replace("\n",
            "  //~ E2201\n"),
        "while with a block": "while $X do\n        break\n    end".replace("do\n",
            "do  //~ E2201\n"), "after if let": "if let m = o and $X { print(m) }  //~ E2201",
        "filter": "print(xs.filter(|y| $X))  //~ E2201",
    }
    for head, template in heads.items():
        for wrong, right in CONDITIONS.items():
            table.add(f"{wrong} as a condition of {head}",
                "func f(b: bool, n: i64, s: string, o: ?i64, xs: List[i64], p: P, t: (i64, i64), "
                "e: E) {\n    "
                      + fill(template, X=f"<<{wrong} ~~ {right}>>") + "\n}" + DECLARED)


def build_values(table):
    """`if`, `match` and blocks whose parts have types that do not meet."""
    kinds = {"i64": "n", "string": "s", "bool": "b", "f64": "r", "?i64": "o", "List[i64]": "xs",
        "P": "P { x: 1 }", "E": "E.Red", "char": "'c'"}
    forms = {
        "if": "let v: $T = if b { $A } else { $X }  //~ E2201",
        "else if": "let v: $T = if b { $A } else if n > 1 { $X } else { $A }  //~ E2201",
        "match": "let v: $T = match n { 0 => $A, else => $X }  //~ E2201",
        "block": "let v: $T = { print(1); $X }  //~ E2201",
        "long if": "let v: $T = if b {\n        $A\n    } else {\n        $X  //~ E2201\n    }",
        "long match":
        "let v: $T = match n {\n        0 => $A\n        else => $X  //~ E2201\n    }",
        "catch": "let v: $T = (good() catch $X)  //~ E2201",
        "arm's block":
            "let v: $T = match n {\n        0 => $A\n        else => {\n            print(1)\n"
            "            $X  //~ E2201\n        }\n    }",
    }
    for form, template in forms.items():
        for wanted, a in kinds.items():
            for given, x in kinds.items():
                if given == wanted or (wanted, given) == ("?i64", "i64"):
                    continue
                if (len(form) + len(wanted) + 2 * len(given)) % 3 or (form, wanted) == ("catch",
                    "P"):
                    continue
                table.add(f"{given} for {wanted} in {form}",
                    "func f(b: bool, n: i64, s: string, r: f64, o: ?i64, xs: List[i64]) {\n    "
                          + fill(template, A=a, X=f"<<{x} ~~ {a}>>", T=wanted) + "\n    _ = v\n}\n"
                          + fill("func good() -> $T ! string { fail \"no\" }", T=wanted) + DECLARED)
    for form, text in {
            "an if without else": "let v = if b { 1 } <<~~ else { 2 }>>  //~ E2201\n    print(v)",
            "a loop over a number": "for i in <<n ~~ 0..<n>> { print(i) }  //~ E2201",
            "a loop over a bool": "for i in <<b ~~ 0..<n>> { print(i) }  //~ E2201",
            "a loop over a struct": "for i in (<<P { x: 1 } ~~ 0..<n>>) { print(i) }  //~ E2201",
            "a loop over a float": "for i in <<r ~~ 0..<n>> { print(i) }  //~ E2201",
            "a loop over a function": "for i in <<maybe ~~ 0..<n>> { print(i) }  //~ E2201",
            "a range of floats": "for i in <<0.0..<2.0 ~~ 0..<2>> { print(i) }  //~ E2201",
            "a range of texts": "for i in <<\"a\"..\"b\" ~~ 0..<n>> { print(i) }  //~ E2201",
            "a range of two types": "for i in 0..<<<s ~~ n>> { print(i) }  //~ E2201",
            "a pattern of too many":
                "for (i, x<<, y ~~>>) in xs.enumerate() { print(i, x) }  //~ E2302",
            "a pattern over numbers": "for <<(i, x) ~~ x>> in xs { print(x) }  //~ E2302",
            "a pattern that may fail": "for <<0 ~~ x>> in xs { print(n) }  //~ E2302",
    }.items():
        if "..<<<" not in text:
            table.add(form,
                "func f(b: bool, n: i64, s: string, r: f64, o: ?i64, xs: List[i64]) {\n"
                "    " + text + "\n}" + DECLARED)


def build_deferred(table):
    leaves = {
        "return": "return", "fail": "fail .Worse", "?": "print(fails()?)", "break": "break",
        "continue": "continue", "return when": "return when b",
        "try": "print(try fails())", "break label": "break outer",
    }
    forms = {"a statement": "defer $S  //~ E1019",
        "a block": "defer {\n            print(1)\n            $S  //~ E1019\n        }",
             "a do block": "defer do\n            $S  //~ E1019\n        end",
             "an if": "defer { if b { $S } }  //~ E1019"}
    for how, leave in leaves.items():
        for form, template in forms.items():
            if form == "a statement" and how == "return when":
                continue
            table.add(f"{how} in {form} that is deferred",
                "func f(b: bool) -> void ! Bad {\n    outer: while b {\n        "
                      + fill(template,
                          S=f"<<{leave} ~~ print(2)>>") + "\n        break\n    }\n}" + DECLARED)
