"""Types: recursion, arguments, bounds, traits and impls that do not fit, constants, statics."""
from cases import fill

RECURSIVE = {
    "field": "struct S {  //~ E2103\n    x: <<S ~~ Box[S]>>\n}".replace("Box[S]", "?Box[S]"),
    "optional": "struct S {  //~ E2103\n    x: ?<<S ~~ Box[S]>>\n}",
    "tuple": "struct S {  //~ E2103\n    x: (i64, <<S ~~ List[S]>>)\n}",
    "array": "struct S {  //~ E2103\n    x: [2]<<S ~~ List[S]>>\n}",
    "payload": "enum E {  //~ E2103\n    A(<<E ~~ Box[E]>>)\n    B\n}",
    "variant's field": "enum E {  //~ E2103\n    A { x: <<E ~~ Box[E]>> }\n    B\n}",
    "two structs": "struct A {  //~ E2103\n    b: B\n}\nstruct B {\n    a: ?<<A ~~ Box[A]>>\n}",
    "struct and enum":
        "struct A {  //~ E2103\n    b: B\n}\nenum B {\n    X(<<A ~~ Box[A]>>)\n    Y\n}",
    "three":
        "struct A {  //~ E2103\n    b: B\n}\nstruct B { c: C }\nstruct C { a: ?<<A ~~ Box[A]>> }",
    "generic": "struct S[T] {  //~ E2103\n    t: T\n    x: ?<<S[T] ~~ Box[S[T]]>>\n}",
    "error": "error Bad {  //~ E2103\n    Deep(<<Bad ~~ Box[Bad]>>)\n    Flat\n}",
    "result": "struct S {  //~ E2103\n    x: <<S ! string ~~ List[S]>>\n}",
    "in a function": "func f() {\n    struct S {  //~ E2103\n        x: ?<<S ~~ Box[S]>>\n    }\n}",
}
GENERIC = "struct One[T] { x: T }\nstruct Two[A, B] { a: A, b: B }\nenum Opt[T] { Has(T), Not }\n"
COUNTS = ["One", "One[i64, i64]", "Two[i64]", "Two[i64, bool, i64]", "Opt[i64, i64]",
    "List[i64, i64]", "HashMap[string]", "HashMap[string, i64, bool]", "HashSet[i64, i64]",
    "Box[i64, i64]", "i64[bool]", "string[i64]", "Two", "Opt"]
PLACES = {"parameter": "func f(x: ?$T) { }  //~ $C",
    "result": "func f() -> ?$T {  //~ $C\n    return null\n}",
    "field": "struct S {\n    x: ?$T  //~ $C\n}", "alias": "type A = $T  //~ $C",
    "let": "func f() {\n    let x: ?$T = null  //~ $C\n    _ = x\n}",
    "payload": "enum U {\n    A(?$T)  //~ $C\n    B\n}",
          "list": "func f(x: List[$T]) { }  //~ $C"}
BOUNDED = {
    # A bound, what fails it, and what has it.
    "Number": (["string", "bool", "P", "List[i64]", "?i64", "char"], "f64"),
    "Integer": (["f64", "string", "bool", "P", "char"], "u8"),
    "Float": (["i64", "string", "bool", "P"], "f32"), "Ord": (["N", "func()"], "string"),
    "Eq": (["N", "func()"], "string"), "Hash": (["N", "func()"], "i64"),
    "Display": (["N", "func()"], "P"), "Area": (["i64", "string", "Q", "List[P]", "?P"], "P"),
    "Area + Ord": (["i64", "Q"], "P"), "Number + Ord": (["string", "bool"], "i64"),
}
DECLARED = """
trait Area { func area(self) -> f64 }
struct P { x: i64 }
struct Q { x: i64 }
struct N { f: func() }
impl Area for P { func area(self) -> f64 { return 1.0 } }
"""


def build(table):
    for name, text in RECURSIVE.items():
        table.add(f"recursive {name}", text)
    for kind in COUNTS:
        for place, template in PLACES.items():
            if place == "let" and "[" not in kind:
                continue  # The arguments are what the value says.
            table.add(f"{kind} in {place}",
                fill(template, T=f"<<{kind} ~~ One[i64]>>", C="E2209") + "\n" + GENERIC)
    for bound, (wrongs, right) in BOUNDED.items():
        for wrong in wrongs:
            table.add(f"{wrong} for {bound}, function",
                f"func want[T: {bound}](x: List[T]) {{ }}\n"
                f"func f(x: List[<<{wrong} ~~ {right}>>]) {{\n    want(x)  //~ E2206\n}}{DECLARED}")
            table.add(f"{wrong} for {bound}, written",
                f"func want[T: {bound}]() {{ }}\nfunc f() {{\n"
                f"    want[<<{wrong} ~~ {right}>>]()  //~ E2206\n}}{DECLARED}")
            table.add(f"{wrong} for {bound}, struct",
                f"struct Want[T: {bound}] {{ x: List[T] }}\n"
                f"func f(x: Want[<<{wrong} ~~ {right}>>]) {{ }}  //~ E2206{DECLARED}")
            table.add(f"{wrong} for {bound}, field",
                f"struct Want[T: {bound}] {{ x: List[T] }}\nstruct H {{\n"
                f"    x: Want[<<{wrong} ~~ {right}>>]  //~ E2206\n}}{DECLARED}")
            table.add(f"{wrong} for {bound}, method",
                f"struct W {{\n    n: i64\n    func want[T: {bound}](self, x: List[T]) {{ }}\n}}\n"
                f"func f(w: W, x: List[<<{wrong} ~~ {right}>>]) {{\n    w.want(x)  //~ E2206\n"
                f"}}{DECLARED}")
    # What an unbounded parameter cannot do.
    for use, code in [("x + x", "E2210"), ("x - x", "E2210"), ("x * x", "E2210"), ("-x", "E2210"),
        ("x < x", "E2206"), ("x == x", "E2206"), ("x & x", "E2210"), ("x.len", "E2102"),
        ("x.area()", "E2102"), ("x[0]", "E2210"), ("$\"{x}\"", "E2206"), ("x.y", "E2102"),
        ("x()", "E2207"), ("x as i64", "E2211")]:
        for head, template in [("function", "func f[T](x: T) {\n    _ = $X  //~ $C\n}"),
            ("method",
                "struct G[T] {\n    v: T\n    func g(self) {\n        let x = self.v\n"
                "        _ = $X  //~ $C\n    }\n}"),
                ("impl",
                    "struct G[T] { v: T }\nimpl[T] G[T] {\n    func g(self, x: T) {\n"
                    "        _ = $X  //~ $C\n    }\n}")]:
            table.add(f"{use} of a parameter, {head}",
                fill(template, X=f"<<{use} ~~ 1>>", C=code) + DECLARED)
    build_traits(table)
    build_constants(table)
    build_inference(table)


def build_traits(table):
    trait = (
        "trait Shape {\n    func area(self, scale: f64) -> f64\n"
        "    func grow(inout self, by: i64)\n    func name() -> string\n"
        "    func twice(self) -> i64 { return 2 }\n}\nstruct S { n: i64 }\n")
    methods = {"area": "func area(self, scale: f64) -> f64 { return scale }",
        "grow": "func grow(inout self, by: i64) { self.n += by }",
        "name": "func name() -> string { return \"s\" }"}
    for missing in methods:
        rest = "\n    ".join(text for name, text in methods.items() if name != missing)
        table.add(f"{missing} missing",
            f"{trait}impl Shape for S {{  //~ E2104\n    {rest}\n    <<~~{methods[missing]}>>\n}}")
    wrongs = {
        "area": ["func area(self) -> f64 { return 1.0 }",
            "func area(self, scale: i64) -> f64 { return 1.0 }",
            "func area(self, scale: f64) -> i64 { return 1 }", "func area(self, scale: f64) { }",
            "func area(inout self, scale: f64) -> f64 { return scale }",
            "func area(scale: f64) -> f64 { return scale }",
                 "func area(self, scale: f64, more: i64) -> f64 { return scale }",
                 "func area[T](self, scale: T) -> f64 { return 1.0 }",
                 "func area(self, inout scale: f64) -> f64 { return 1.0 }",
                 "func area(self, owned scale: f64) -> f64 { return 1.0 }",
                 "func area(self, scale: ?f64) -> f64 { return 1.0 }",
                 "func area(owned self, scale: f64) -> f64 { return 1.0 }"],
        "grow": ["func grow(self, by: i64) { }", "func grow(inout self, by: i32) { }",
            "func grow(inout self) { }", "func grow(inout self, by: i64) -> i64 { return by }",
            "func grow(by: i64) { }", "func grow(inout self, by: List[i64]) { }"],
        "name": ["func name(self) -> string { return \"s\" }", "func name() -> i64 { return 1 }",
            "func name() { }", "func name(n: i64) -> string { return \"s\" }",
            "func name() -> ?string { return null }"],
    }
    for method, texts in wrongs.items():
        rest = "\n    ".join(text for name, text in methods.items() if name != method)
        for wrong in texts:
            table.add(f"{wrong} for {method}",
                f"{trait}impl Shape for S {{\n    {rest}\n"
                f"    <<{wrong} ~~ {methods[method]}>>  //~ E2104\n}}")
    every = "\n    ".join(methods.values())
    for extra in ["func perimeter(self) -> f64 { return 1.0 }",
        "func Area(self) -> f64 { return 1.0 }", "func other() { }"]:
        table.add(f"{extra} is not of the trait",
            f"{trait}impl Shape for S {{\n    {every}\n    <<{extra} ~~>>  //~ E2104\n}}")
    for target, code in [("Nothing", "E2001"), ("S2", "E2001")]:
        table.add(f"impl of {target}",
            f"{trait}impl <<{target} ~~ Shape>> for S {{  //~ {code}\n    {every}\n}}")
        table.add(f"impl for {target}",
            f"{trait}impl Shape for <<{target} ~~ S>> {{  //~ {code}\n    {every}\n}}")
    for wrong in ["S", "i64", "string"]:
        table.add(f"impl of the type {wrong}",
            f"{trait}impl <<{wrong} ~~ Shape>> for S {{  //~ E2006\n    {every}\n}}")
        table.add(f"{wrong} as a bound",
            f"{trait}func f[T: <<{wrong} ~~ Shape>>](x: T) {{ }}  //~ E2006")
    table.add("Nothing as a bound",
        f"{trait}func f[T: <<Nothing ~~ Shape>>](x: T) {{ }}  //~ E2001")


def build_constants(table):
    for name, text in {
            "division": "const A: i64 = 1 / <<0 ~~ 1>>  //~ E2205",
            "remainder": "const A: i64 = 1 % <<0 ~~ 1>>  //~ E2205",
            "overflow": "const A: i8 = <<i8.MAX + 1 ~~ i8.MAX>>  //~ E2205",
            "index": "const A = [1, 2][<<2 ~~ 1>>]  //~ E2205",
            "panic": "const A = g()  //~ E2205\nfunc g() -> i64 { <<panic(\"no\") ~~ return 1>> }",
            "static": "static s: i64 = 1\nconst A: i64 = <<s ~~ 1>>  //~ E2205",
            "endless":
                "const A = g()  //~ E2205\nfunc g() -> i64 {\n    while <<true ~~ false>> { }\n"
                "    return 1\n}",
            "unwrap":
                "const A = g().unwrap()  //~ E2205\nfunc g() -> ?i64 { return <<null ~~ 1>> }",
            "assert":
                "const A = g()  //~ E2205\nfunc g() -> i64 {\n    assert(<<1 == 2 ~~ 1 == 1>>)\n"
                "    return 1\n}",
            "itself": "const A: i64 = <<A ~~ 1>>  //~ E2107",
            "circle of two": "const A: i64 = B  //~ E2107\nconst B: i64 = <<A ~~ 1>>",
            "circle of three":
                "const A: i64 = B  //~ E2107\nconst B: i64 = C\nconst C: i64 = <<A ~~ 1>>",
            "circle through a function":
                "const A: i64 = g()  //~ E2205\nfunc g() -> i64 { return <<A ~~ 1>> }",
            "statics": "static a: i64 = b  //~ E2106\nstatic b: i64 = <<a ~~ 1>>",
            "statics through a function":
                "static a: i64 = g()  //~ E2106\nfunc g() -> i64 { return <<a ~~ 1>> }",
            "length": "struct S { x: [<<-1 ~~ 1>>]u8 }  //~ E2205",
            "length of a static": "static s: i64 = 1\nstruct S { x: [<<s ~~ 1>>]u8 }  //~ E2205",
            "length by text": "struct S { x: [<<\"a\" ~~ 1>>]u8 }  //~ E2205",
            "length by bool": "struct S { x: [<<true ~~ 1>>]u8 }  //~ E2205",
            "discriminant": "enum E: u8 { A = 1, B = <<1 / 0 ~~ 2>> }  //~ E2205",
            "type of a constant": "const A: i64 = <<\"a\" ~~ 1>>  //~ E2201",
            "type of a static": "static a: bool = <<1 ~~ true>>  //~ E2201",
            "text as a number": "const A: u8 = <<'a' ~~ 97>>  //~ E2201",
            "alias of itself": "type A = <<A ~~ i64>>  //~ E2103",
            "aliases in a circle": "type A = B  //~ E2103\ntype B = <<A ~~ i64>>",
            "sum that does not fit": "const A: u8 = <<255 + 1 ~~ 255>>  //~ E2205",
    }.items():
        table.add(f"constant: {name}", text)


def build_inference(table):
    declared = (
        "\nfunc make[T]() -> List[T] { return List[T].new() }\n"
        "func pair[A, B](a: A) -> ?B { return null }\n"
        "func same[T](a: T, b: T) -> T { return a }\nstruct G[T] { x: List[T] }\n")
    for name, wrong, right, code in [
            ("an empty list", "let x = []", "let x: List[i64] = []", "E2203"),
            ("null", "let x = null", "let x: ?i64 = null", "E2203"),
            ("a call", "let x = make()", "let x = make[i64]()", "E2203"),
            ("a second parameter", "let x = pair(1)", "let x: ?bool = pair(1)", "E2203"),
            ("a new map", "let x = HashMap.new()", "let x: HashMap[string, i64] = HashMap.new()",
                "E2203"),
            ("a new list", "let x = List.new()", "let x = List[i64].new()", "E2203"),
            ("a closure's parameter", "let x = |a| 1", "let x = |a: i64| 1", "E2203"),
            ("a struct", "let x = G { x: [] }", "let x: G[i64] = G { x: [] }", "E2203"),
            ("a variant", "let x = .None", "let x: ?i64 = .None", "E2203"),
            ("two types", "let x = same(1, \"a\")", "let x = same(1, 2)", "E2201"),
            ("two more types", "let x = same(true, 'a')", "let x = same(true, false)", "E2201"),
            ("elements of two types", "let x = [1, \"a\"]", "let x = [1, 2]", "E2201"),
            ("elements of two other types", "let x = [true, 1]", "let x = [true, false]", "E2201"),
            ("too many arguments", "let x = make[i64, i64]()", "let x = make[i64]()", "E2209"),
            ("too few arguments", "let x = pair[i64](1)", "let x = pair[i64, bool](1)", "E2203"),
            ("arguments of none", "let x = f[i64]", "let x = f", None)]:
        for place, template in {"function": "func f() {\n    $S  //~ $C\n    _ = x\n}",
            "method":
                "struct S {\n    n: i64\n    func g(self) {\n        $S  //~ $C\n        _ = x\n"
                "    }\n}",
            "test": "test \"t\" {\n    $S  //~ $C\n    _ = x\n}",
            "branch":
                "func f(b: bool) {\n    if b {\n        $S  //~ $C\n        _ = x\n    }\n"
                "}"}.items():
            if code:
                table.add(f"{name}, {place}",
                    fill(template, S=f"<<{wrong} ~~ {right}>>", C=code) + declared)
