"""Literals that do not fit their types, and literals that are written wrongly."""
from cases import fill

RANGES = {"i8": (-2**7, 2**7 - 1), "i16": (-2**15, 2**15 - 1), "i32": (-2**31, 2**31 - 1),
    "i64": (-2**63, 2**63 - 1), "u8": (0, 2**8 - 1), "u16": (0, 2**16 - 1), "u32": (0, 2**32 - 1),
    "u64": (0, 2**64 - 1),
          "i128": (-2**127, 2**127 - 1), "u128": (0, 2**128 - 1), "isize": (-2**63, 2**63 - 1),
          "usize": (0, 2**64 - 1)}
FORMS = {
    "let": "func f() {\n    let x: $T = $X  //~ E2204\n    print(x)\n}",
    "argument": "func f() {\n    take($X)  //~ E2204\n}\nfunc take(x: $T) { }",
    "return": "func f() -> $T {\n    return $X  //~ E2204\n}",
    "field": "struct S { x: $T }\nfunc f() -> S {\n    return S { x: $X }  //~ E2204\n}",
    "list": "func f() {\n    let x: List[$T] = [1, $X]  //~ E2204\n    print(x)\n}",
    "operand": "func f(x: $T) -> bool {\n    return x == $X  //~ E2204\n}",
    "constant": "const X: $T = $X  //~ E2204",
    "default": "func f(\n    x: $T = $X  //~ E2204\n) { }",
    "optional": "func f() {\n    let x: ?$T = $X  //~ E2204\n    print(x)\n}",
    "pattern":
        "func f(x: $T) {\n    match x {\n        $X => print(1)  //~ E2204\n"
        "        else => {}\n    }\n}",
    "static": "static x: $T = $X  //~ E2204",
    "assignment": "func f(inout x: $T) {\n    x = $X  //~ E2204\n}",
    "tuple": "func f() {\n    let x: ($T, bool) = ($X, true)  //~ E2204\n    print(x)\n}",
    "element": "func f(inout x: [2]$T) {\n    x[0] = $X  //~ E2204\n}",
}


def build(table):
    for form, template in FORMS.items():
        for kind, (low, high) in RANGES.items():
            for wrong, right in [(str(high + 1), str(high)), (str(low - 1), str(low)),
                (hex(high + 1), hex(high)), (str(high * 10 + 9), "7")]:
                if high >= 2**128 - 1 and form in ("pattern",):
                    continue
                table.add(f"{wrong} as {kind}, {form}",
                    fill(template, T=kind, X=f"<<{wrong} ~~ {right}>>"))
    for form, template in FORMS.items():
        for wrong, right in [("1e39", "1e38"), ("-3.5e38", "-3.4e38"), ("1e400", "1e-400")]:
            table.add(f"{wrong} as f32, {form}",
                fill(template, T="f32", X=f"<<{wrong} ~~ {right}>>"))
    build_written(table)


def build_written(table):
    rows = [
        ("1e999", "1e99", "E2204"), ("-1e999", "-1e99", "E2204"),
        ("1.8e308", "1.7e308", "E2204"),
        ("0x", "0x1", "E1005"), ("0b", "0b1", "E1005"), ("0o", "0o1", "E1005"),
        ("0b12", "0b11", "E1005"), ("0o18", "0o17", "E1005"), ("0xfg", "0xff", "E1005"),
        ("1e", "1e1", "E1005"),
        ("1u8", "1", "E1005"), ("1i64", "1", "E1005"), ("1.5f32", "1.5", "E1005"),
        ("1.5.2", "1.5", "E2102"), ("0x1.5", "0x15", "E2102"), ("12abc", "12", "E1005"),
        ("1L", "1", "E1005"), ("1.0f", "1.0", "E1005"),
        ("\"abc", "\"abc\"", "E1003"), ("\"a\\q\"", "\"a\\n\"", "E1006"),
        ("\"\\x4\"", "\"\\x41\"", "E1006"), ("\"\\xZZ\"", "\"\\x41\"", "E1006"),
        ("\"\\u{110000}\"", "\"\\u{41}\"", "E1006"), ("\"\\u{D800}\"", "\"\\u{41}\"", "E1006"),
        ("\"\\u41\"", "\"\\u{41}\"", "E1006"),
        ("\"\\u{}\"", "\"\\u{41}\"", "E1006"), ("\"\\e\"", "\"\\n\"", "E1006"),
        ("\"\\8\"", "\"\\0\"", "E1006"), ("''", "'a'", "E1007"), ("'\\q'", "'\\n'", "E1006"),
        ("'a", "'a'", "E1007"), ("b''", "b'a'", "E1007"), ("b'é'", "b'e'", "E1007"),
        ("b'ab'", "b'a'", "E1007"),
        ("$\"{\"", "$\"{1}\"", None), ("$\"{}\"", "$\"{1}\"", "E1009"),
        ("$\"{1:q}\"", "$\"{1:d}\"", None),
        ("340282366920938463463374607431768211456", "3", "E2204"),
        ("9223372036854775808", "9223372036854775807", "E2204"),
        ("-9223372036854775809", "-9223372036854775808", "E2204"),
    ]
    forms = {"let": "func f() {\n    let x = $X  //~ $C\n    print(x)\n}",
        "operand": "func f() {\n    print(1 == 1, $X)  //~ $C\n}",
        "return": "func f() {\n    _ = $X  //~ $C\n}",
        "branch":
            "func f(b: bool) {\n    if b {\n        let x = $X  //~ $C\n        print(x)\n    }\n}"}
    for wrong, right, code in rows:
        for form, template in forms.items():
            if code is None or (wrong in ("\"abc", "'a") and form in ("operand",)):
                continue
            table.add(f"{wrong}, {form}", fill(template, X=f"<<{wrong} ~~ {right}>>", C=code))
