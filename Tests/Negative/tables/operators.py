"""Every operator with operands that it does not take, in one place after another."""
from cases import Turns, fill

# A type: an expression that has it, and what declares that expression.
OPERANDS = {
    "i64": ("int()", "func int() -> i64 { return 1 }"),
    "u8": ("byte()", "func byte() -> u8 { return 1 }"),
    "f64": ("real()", "func real() -> f64 { return 1.0 }"),
    "bool": ("flag()", "func flag() -> bool { return true }"),
    "char": ("letter()", "func letter() -> char { return 'a' }"),
    "string": ("text()", "func text() -> string { return \"a\" }"),
    "list": ("list()", "func list() -> List[i64] { return [1] }"),
    "optional": ("maybe()", "func maybe() -> ?i64 { return 1 }"),
    "struct": ("point()", "struct P { x: i64 }\nfunc point() -> P { return P { x: 1 } }"),
    "enum": ("light()", "enum E { Red, Green }\nfunc light() -> E { return .Red }"),
    "tuple": ("pair()", "func pair() -> (i64, i64) { return (1, 2) }"),
    "function": ("act", "func act(n: i64) -> i64 { return n }"),
}
INTEGERS = {"i64", "u8"}
# For each family: its operators, and what both operands may be.
ARITHMETIC = ["+", "-", "*", "/", "%"]
WRAPPING = ["+%", "-%", "*%", "+|", "-|"]
BITS = ["&", "|", "^", "<<", ">>"]
EQUALITY = ["==", "!="]
ORDER = ["<", "<=", ">", ">="]


def fits(operator: str, left: str, right: str) -> bool:
    """Whether the operator may be accepted between these; doubtful pairs count as fitting."""
    whole = {left, right} <= INTEGERS
    real = {left, right} <= INTEGERS | {"f64"} and "i64" not in (left, right)  # A `u8` widens.
    if operator in EQUALITY:
        numbers = {left, right} <= INTEGERS | {"optional"}
        return real or numbers or left == right
    if operator in ORDER:
        numbers = {left, right} <= INTEGERS | {"optional"}
        return real or numbers or left == right
    if operator in BITS:
        return whole or left == right == "bool"
    texts = operator == "+" and left == right == "string"
    return whole or (real and operator not in WRAPPING) or texts


def declarations(*types: str) -> str:
    return "\n".join(OPERANDS[name][1] for name in dict.fromkeys(types))


def build(table):
    turns = Turns()

    def wrong(expression: str, right: str, code: str, *types: str):
        place, template = turns.next()
        text = fill(template, X=f"<<{expression} ~~ {right}>>", M=f"//~ {code}")
        table.add(f"{expression} in {place}", text + "\n" + declarations(*types))

    for operator in ARITHMETIC + ["&", "==", "<"]:
        for left, (a, _) in OPERANDS.items():
            for right, (b, _) in OPERANDS.items():
                if not fits(operator, left, right):
                    # `text + x` joins, and wants a text there.
                    joins = operator == "+" and left == "string"
                    wrong(f"{a} {operator} {b}", "int() + int()" if operator in ARITHMETIC
                          else "int() == int()", "E2201" if joins else "E2210", left, right, "i64")
    for operator in WRAPPING + BITS[1:] + EQUALITY[1:] + ORDER[1:]:
        for left, (a, _) in OPERANDS.items():
            for right in [left, "bool", "string", "list"]:
                b = OPERANDS[right][0]
                if not fits(operator, left,
                    right) and "<<" not in operator and ">>" not in operator:
                    wrong(f"{a} {operator} {b}", "int() - int()", "E2210", left, right, "i64")
    for operator in EQUALITY + ORDER:
        wrong(f"act {operator} act", f"int() {operator} int()", "E2206", "function", "i64")
    for name, (a, _) in OPERANDS.items():
        if name not in ("i64", "u8", "f64"):
            wrong(f"-{a}", "-int()", "E2210", name, "i64")
        if name not in INTEGERS:
            wrong(f"~{a}", "~int()", "E2210", name, "i64")
        if name != "bool":
            for text in [f"not {a}", f"{a} and flag()", f"flag() and {a}", f"{a} or flag()",
                         f"flag() or {a}"]:
                wrong(text, "not flag()", "E2201", name, "bool")
        if name not in ("i64", "u8", "f64"):
            wrong(f"{a} ** {a}", "int() ** int()", "E2210", name, "i64")
        if name != "optional":
            wrong(f"{a} ?? {a}", "maybe() ?? int()", "E2210", name, "optional", "i64")
        if name not in ("string", "list", "function"):  # `act[0]` is read as type arguments.
            wrong(f"{a}[0]", "list()[0]", "E2210", name, "list")
        if name not in INTEGERS:
            wrong(f"list()[{a}]", "list()[int()]", "E2201", name, "list", "i64")
            wrong(f"text()[{a}]", "text()[byte()]", "E2201", name, "string", "u8")
    build_assignments(table)


def build_assignments(table):
    """`+=` and the like: the variable's type, then what is combined with it."""
    for operator in ["+", "-", "*", "/", "%", "&", "|", "^"]:
        for left, (a, _) in OPERANDS.items():
            for right, (b, _) in OPERANDS.items():
                if fits(operator, left, right) or left in ("function", "tuple", "enum", "optional"):
                    continue
                # A number takes what widens to it; the rest has no such operator at all.
                applies = fits(operator, left, left) and not (left == "bool" and operator in "&|^")
                if left == "bool" or right in ("function", "enum"):
                    continue
                code = "E2201" if applies else "E2210"
                table.add(f"{left} {operator}= {right}", fill(
                    "func f() {\n    var v = $A\n    $S  //~ $C\n    print(v)\n}\n", A=a,
                    S=f"<<v {operator}= {b} ~~ v = {a}>>", C=code) + declarations(left, right))
