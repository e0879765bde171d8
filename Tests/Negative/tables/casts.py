"""`as` between types that have no conversion, and values given where another number is wanted."""
from cases import Turns, fill

VALUES = {"i64": "whole()", "u8": "byte()", "f64": "real()", "bool": "flag()", "char": "letter()",
    "string": "text()", "List[i64]": "list()", "?i64": "maybe()", "P": "point()", "E": "light()",
          "F": "full()", "(i64, i64)": "pair()", "func() -> i64": "whole", "[2]i64": "[1, 2]",
          "HashMap[string, i64]": "HashMap[string, i64].new()", "Box[i64]": "Box.new(whole())",
          "i64 ! E": "outcome()"}
DECLARED = """
struct P { x: i64 }
enum E { Red, Green }
enum F { One(i64), None_ }
func whole() -> i64 { return 1 }
func byte() -> u8 { return 1 }
func real() -> f64 { return 1.0 }
func flag() -> bool { return true }
func letter() -> char { return 'a' }
func text() -> string { return "a" }
func list() -> List[i64] { return [1] }
func maybe() -> ?i64 { return 1 }
func point() -> P { return P { x: 1 } }
func light() -> E { return .Red }
func full() -> F { return .None_ }
func pair() -> (i64, i64) { return (1, 2) }
func outcome() -> i64 ! E { return 1 }
"""
INTEGERS = ["i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "isize", "usize"]
TARGETS = ["i64", "u8", "i32", "f64", "f32", "bool", "char", "string", "P", "E", "List[i64]",
    "?i64", "(i64, i64)", "u128", "usize"]


def converts(source: str, target: str) -> bool:
    """Whether `as` may have a meaning; doubtful pairs count as having one."""
    if source == target:
        return True
    numbers = set(INTEGERS) | {"f32", "f64"}
    if source in numbers:
        return target in numbers or (source == "u8" and target == "char") or target == "?i64"
    if source in ("bool", "char", "E"):
        return target in INTEGERS or target in ("f64", "f32")
    return source in ("Box[i64]",)


def build(table):
    turns = Turns()
    for source, value in VALUES.items():
        for target in TARGETS:
            if not converts(source, target):
                place, template = turns.next()
                table.add(f"{source} as {target} in {place}",
                    fill(template, X=f"<<{value} as {target} ~~ whole() as u8>>",
                        M="//~ E2211") + DECLARED)
    build_narrowing(table)
    for wrong, right, code in [
            ("u8.checked(\"a\")", "u8.checked(whole())", "E2211"),
            ("u8.checked(true)", "u8.checked(whole())", "E2211"),
            ("u8.checked()", "u8.checked(whole())", "E2202"),
            ("u8.checked(1, 2)", "u8.checked(whole())", "E2202"),
            ("string.checked(1)", "u8.checked(whole())", "E2102"),
            ("P.checked(1)", "u8.checked(whole())", "E2102"),
            ("i32(whole())", "whole() as i32", "E2207"),
            ("f64(whole())", "whole() as f64", "E2207"),
            ("string(whole())", "$\"{whole()}\"", "E2207"),
            ("i64(\"5\")", "\"5\".parse[i64]()", "E2207"),
            ("\"5\".parse[P]()", "\"5\".parse[i64]()", "E2206"),
            ("whole() as Nothing", "whole() as u8", "E2001"),
            ("whole() as 5", "whole() as u8", "E1010")]:
        for _ in range(2):
            place, template = turns.next()
            table.add(f"{wrong} in {place}",
                fill(template, X=f"<<{wrong} ~~ {right}>>", M=f"//~ {code}") + DECLARED)


WIDTH = {"i8": 7, "i16": 15, "i32": 31, "i64": 63, "i128": 127, "u8": 8, "u16": 16, "u32": 32,
    "u64": 64, "u128": 128}


def widens(source: str, target: str) -> bool:
    if source == target:
        return True
    if source[0] == "i" and target[0] == "u":
        return False
    return WIDTH[source] <= WIDTH[target]


def build_narrowing(table):
    """A number given where a narrower one, or one of the other sign, is wanted."""
    forms = {"let": "func f(x: $A) {\n    let y: $B = $X  //~ E2201\n    print(y)\n}",
        "argument": "func f(x: $A) {\n    take($X)  //~ E2201\n}\nfunc take(y: $B) { }",
        "return": "func f(x: $A) -> $B {\n    return $X  //~ E2201\n}",
             "assignment": "func f(x: $A, inout y: $B) {\n    y = $X  //~ E2201\n}",
             "field":
                 "struct S { y: $B }\nfunc f(x: $A) -> S {\n    return S { y: $X }  //~ E2201\n}"}
    for at, (form, template) in enumerate(forms.items()):
        for i, source in enumerate(WIDTH):
            for j, target in enumerate(WIDTH):
                if not widens(source, target) and (at < 2 or (i + j + at) % 3 == 0):
                    table.add(f"{source} for {target}, {form}",
                        fill(template, A=source, B=target, X=f"<<x ~~ x as {target}>>"))
    for source in ["f64", "f32"]:
        for target in list(WIDTH) + (["f32"] if source == "f64" else []):
            table.add(f"{source} for {target}",
                fill(forms["let"], A=source, B=target, X=f"<<x ~~ x as {target}>>"))
