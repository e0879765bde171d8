"""Attributes: unknown ones, ones before what they say nothing about, wrong arguments, twice."""
DECLARATIONS = {"function": "func f() { }", "struct": "struct S { n: i64 }",
    "enum": "enum E { A, B }", "trait": "trait T { func g(self) }", "constant": "const C = 1",
    "static": "static s: i64 = 1", "type": "type N = i64",
                "test": "test \"t\" { }", "impl": "impl P { func g(self) { } }",
                "error": "error Bad { A }", "public function": "pub func f() { }",
                "generic function": "func f[T](x: T) { }", "generic struct": "struct S[T] { x: T }"}
FITTING = {
    "@inline": "function", "@noinline": "function", "@cold": "function",
    "@track_caller": "function", "@no_implicit_copy": "function", "@budget(time: 1)": "function",
    "@export_name(\"f\")": "function", "@packed": "struct", "@align(8)": "struct",
    "@unique": "type", "@must_consume": "type",
}
UNKNOWN = ["inlin", "Inline", "fast", "derive", "override", "test", "deprecated", "pure", "unused",
    "dataclass", "property", "staticmethod", "Override", "repr", "must_use", "noreturn", "volatile",
    "packd"]


def kind_of(declaration: str) -> set:
    if "function" in declaration:
        return {"function"}
    return {"struct", "type"} if "struct" in declaration else {"type"} if declaration in ("enum",
        "error") else set()


def build(table):
    declared = "struct P { x: i64 }\n"
    for attribute, wanted in FITTING.items():
        for name, declaration in DECLARATIONS.items():
            if wanted not in kind_of(name) and "budget" not in attribute:
                table.add(f"{attribute} before a {name}",
                    f"<<{attribute} ~~>>  //~ E2109\n{declaration}\n{declared}")
        for name, declaration in DECLARATIONS.items():
            if wanted in kind_of(name) and "budget" not in attribute and not (
                "export" in attribute and "generic" in name):
                table.add(f"{attribute} twice before a {name}",
                    f"{attribute}\n<<{attribute} ~~>>  //~ E2109\n{declaration}\n{declared}")
    for word in UNKNOWN:
        for name, declaration in DECLARATIONS.items():
            if name in ("function", "struct", "enum", "public function"):
                table.add(f"@{word} before a {name}",
                    f"<<@{word} ~~>>  //~ E1017\n{declaration}\n{declared}")
    for wrong in ["@align", "@align()", "@align(3)", "@align(0)", "@align(-8)", "@align(\"8\")",
        "@align(8, 16)", "@packed(1)", "@unique(true)", "@align(12)", "@align(1.5)"]:
        table.add(wrong, f"<<{wrong} ~~ @align(8)>>  //~ E2109\nstruct S {{ n: i64 }}")
    for wrong in ["@inline(always)", "@cold(1)", "@export_name", "@export_name(1)",
        "@export_name()", "@track_caller(true)", "@export_name(\"a\", \"b\")"]:
        table.add(wrong, f"<<{wrong} ~~ @inline>>  //~ E2109\nfunc f() {{ }}")
    table.add("@inline and @noinline", "@inline\n<<@noinline ~~>>  //~ E2109\nfunc f() { }")
