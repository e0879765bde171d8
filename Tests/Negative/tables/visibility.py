"""What another module does not show."""
from cases import fill

HIDDEN = {
    # A declaration without `pub`, and ways to use it from another module.
    "func help() -> i64 { return 1 }": ["print(other.help())", "let g = other.help\n    _ = g"],
    "struct Point { x: i64 = 0 }": ["_ = other.Point {}", "let p: ?other.Point = null\n    _ = p"],
    "enum Light { Red, Green }": ["print(other.Light.Red)",
        "let l: ?other.Light = null\n    _ = l"],
    "const LIMIT = 3": ["print(other.LIMIT)", "print(other.LIMIT + 1)"],
    "static seen: i64 = 1": ["print(other.seen)"],
    "type Number = i64": ["let n: other.Number = 1\n    print(n)"],
    "error Bad { Worse }": ["print(other.Bad.Worse)"],
}
NAMED = {"help": "func help() -> i64 { return 1 }", "Point": "struct Point { x: i64 = 0 }",
    "Light": "enum Light { Red, Green }", "LIMIT": "const LIMIT = 3",
    "seen": "static seen: i64 = 1", "Number": "type Number = i64",
         "Shown": "trait Shown { func shown(self) -> string }", "Bad": "error Bad { Worse }"}
PLACES = {"function": "func f() {\n    $S\n}",
    "method": "struct Own {\n    n: i64\n    func g(self) {\n    $S\n    }\n}",
    "test": "test \"t\" {\n    $S\n}", "branch": "func f(b: bool) {\n    if b {\n    $S\n    }\n}",
    "closure": "func f() {\n    let own = || {\n    $S\n    }\n    own()\n}"}


def build(table):
    for declaration, uses in HIDDEN.items():
        for use in uses:
            for place, template in PLACES.items():
                first, *rest = use.split("\n")
                body = "\n".join([f"{first}  //~ E2003"] + rest)
                table.add(f"{first} in a {place}",
                    "import other\n" + fill(template,
                        S=body) + f"\n=== other.jan\n<<~~pub>> {declaration}\n")
    for name, declaration in NAMED.items():
        table.add(f"{name} imported",
            f"import other.{{{name}}}  //~ E2003\n=== other.jan\n<<~~pub>> {declaration}\n")
        use = f"func f(x: ?{name}) {{ }}"
        if name in ("help", "LIMIT", "seen"):
            use = f"func f() {{ _ = {name} }}"
        elif name == "Shown":
            use = f"func f[T: {name}](x: T) {{ }}"
        table.add(f"{name} imported and used",
            f"import other.{{{name}}}  //~ E2003\n{use}\n"
            f"=== other.jan\n<<~~pub>> {declaration}\n")
        table.add(f"{name} imported by another name",
            f"import other.{{{name} as own}}  //~ E2003\n=== other.jan\n<<~~pub>> {declaration}\n")
        table.add(f"{name} imported beside another",
            f"import other.{{shown_, {name}}}  //~ E2003\n=== other.jan\n<<~~pub>> {declaration}\n"
            f"pub func shown_() {{ }}\n")
        table.add(f"{name} of no module",
            f"import other.{{<<{name}_ ~~ {name}>>}}  //~ E2004\n=== other.jan\n"
            f"pub {declaration}\n")
    members = (
        "pub struct Box_ {\n    <<private ~~>> hidden: i64 = 1\n    shown: i64 = 2\n"
        "    <<~~pub>> func help(self) -> i64 { return 1 }\n}\n"
        "pub func box() -> Box_ { return Box_ {} }\n")
    for use in ["print(other.box().hidden)", "_ = other.Box_ { hidden: 2 }",
        "var b = other.box(); b.hidden = 5; print(b.shown)",
        "let b = other.box(); print(b.shown, b.hidden)"]:
        for place, template in PLACES.items():
            table.add(f"{use} in a {place}",
                "import other\n" + fill(template,
                    S=f"{use}  //~ E2003") + "\n=== other.jan\n" + members.replace("<<~~pub>> func",
                    "pub func"))
    for place, template in PLACES.items():
        table.add(f"a method in a {place}",
            "import other\n" + fill(template,
                S="print(other.box().help())  //~ E2003") +
                        "\n=== other.jan\n" + members.replace("<<private ~~>>", ""))
        for wrong in ["othr.box()", "Other.box()", "modul.box()"]:
            table.add(f"{wrong} in a {place}",
                "import other\n" + fill(template,
                    S=f"_ = <<{wrong} ~~ other.box()>>  //~ E2001") +
                        "\n=== other.jan\npub func box() -> i64 { return 1 }\n")
        for wrong in ["other.bax()", "other.Box()", "other.help()"]:
            table.add(f"{wrong} in a {place}",
                "import other\n" + fill(template,
                    S=f"_ = <<{wrong} ~~ other.box()>>  //~ E2001") +
                        "\n=== other.jan\npub func box() -> i64 { return 1 }\n")
