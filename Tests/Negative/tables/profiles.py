"""What each profile forbids: features crossed with profiles and with the places they stand in."""
from cases import fill

PROFILES = ["core", "script", "service", "sovereign"]
# A feature: its name, ways to use it (name: text), the code, and the profiles that have it.
FEATURES = [
    ("raw pointers", {
        "parameter": "func f(p: *i64) { }  $M", "const parameter": "func f(p: *const u8) { }  $M",
        "result": "func f() -> ?*i64 { return null }  $M",
        "field": "struct S {\n    p: *u8  $M\n}", "payload": "enum E {\n    A(*i64)  $M\n    B\n}",
        "alias": "type P = *i64  $M", "list": "func f(p: List[*i64]) { }  $M",
        "generic": "func f[T](x: *T) { }  $M",
        "method": "struct S {\n    n: i64\n    func g(self, p: *i64) { }  $M\n}",
        "trait": "trait T {\n    func g(self, p: *i64)  $M\n}",
        "function type": "func f(g: func(*i64)) { }  $M", "tuple": "func f(p: (i64, *i64)) { }  $M",
        "closure": "func f() {\n    let g = |p: *i64| 1  $M\n    _ = g\n}",
    }, "E4101", ["service", "sovereign"]),
    ("unsafe", {
        "statement": "func f() {\n    unsafe { print(1) }  $M\n}",
        "value": "func f() -> i64 {\n    return unsafe { 1 }  $M\n}",
        "do": "func f() {\n    unsafe do  $M\n        print(1)\n    end\n}",
        "method":
            "struct S {\n    n: i64\n    func g(self) {\n        unsafe { print(self.n) }  $M\n"
            "    }\n}",
        "branch": "func f(b: bool) {\n    if b {\n        unsafe { print(1) }  $M\n    }\n}",
        "loop": "func f() {\n    for i in 0..<3 {\n        unsafe { print(i) }  $M\n    }\n}",
        "closure": "func f() {\n    let g = || unsafe { 1 }  $M\n    print(g())\n}",
        "test": "test \"t\" {\n    unsafe { print(1) }  $M\n}",
    }, "E4102", ["service", "sovereign"]),
    ("memory by hand", {
        "drop": "func f(inout x: string) {\n    @drop(x)  $M\n}",
        "take": "func f(inout x: string) {\n    let y = @take(x)  $M\n    print(y)\n}",
        "init": "func f(inout x: string) {\n    @init(x, \"a\")  $M\n}",
    }, "E4103", []),
    ("reference counting",
        {"struct": "shared struct S {  $M\n    n: i64\n}",
            "public struct": "pub shared struct S {  $M\n    n: i64\n}"}, "E4104",
        ["script", "service", "sovereign"]),
    ("C", {"header": "import c \"stdlib.h\"  $M", "other header": "import c \"math.h\" as m  $M",
            "export": "export \"C\" func f() { }  $M",
            "export with values": "export \"C\" func f(x: i32) -> i32 { return x }  $M"},
     "E4105", ["service", "sovereign"]),
    ("assembly",
        {"system call": "func f() {\n    let n = @syscall(39)  $M\n    print(n)\n}",
            "system call in a method":
                "struct S {\n    n: i64\n    func g(self) -> i64 {\n"
                "        return @syscall(39)  $M\n    }\n}"}, "E4106", ["sovereign"]),
    ("ownership words", {
        "owned": "func f(owned x: i64) { }  $M",
        "move": "func f(x: string) {\n    var y = x\n    let z = move y  $M\n    print(z)\n}",
        "move closure": "func f() {\n    let g = move || 1  $M\n    print(g())\n}",
        "closure's parameter": "func f() {\n    let g = |owned x: i64| x  $M\n    print(g(1))\n}",
        "owned self": "struct S {\n    n: i64\n    func g(owned self) { }  $M\n}",
        "moved argument":
            "func f(x: string) {\n    var y = x\n    g(move y)  $M\n}\nfunc g(x: string) { }",
        "trait": "trait T {\n    func g(owned self)  $M\n}",
    }, "E4107", ["core", "service", "sovereign"]),
    ("statements at the top", {
        "call": "print(1)  $M", "let": "let x = 1  $M", "var": "var x = 1  $M",
        "for": "for i in 0..<3 { print(i) }  $M", "while": "while false { print(1) }  $M",
        "if": "if true { print(1) }  $M", "match": "match 1 { 1 => print(1), else => {} }  $M",
        "defer": "defer print(1)  $M",
    }, "E4108", ["script"]),
    ("looking through pointers", {
        "read": "func f(p: *i64) -> i64 {\n    return p.*  $M\n}",
        "write": "func f(p: *i64) {\n    p.* = 1  $M\n}",
        "element": "func f(p: *i64) -> i64 {\n    return p[1]  $M\n}",
        "element written": "func f(p: *i64) {\n    p[1] = 2  $M\n}",
        "step": "func f(p: *i64) -> *i64 {\n    return p + 1  $M\n}",
        "compound": "func f(p: *i64) {\n    p.* += 1  $M\n}",
        "in a branch": "func f(p: *i64, b: bool) {\n    if b { print(p.*) }  $M\n}",
        "in a closure": "func f(p: *i64) {\n    let g = || p.*  $M\n    print(g())\n}",
        "in text": "func f(p: *i64) {\n    print($\"{p.*}\")  $M\n}",
        "step of a variable": "func f(p: *i64) {\n    var q = p\n    q += 1  $M\n    _ = q\n}",
    }, "E4110", ["sovereign"]),
    ("undefined",
        {"let": "func f() {\n    let x: i64 = undefined  $M\n    print(x)\n}",
            "var": "func f() {\n    var x: i64 = undefined  $M\n    x = 1\n    print(x)\n}",
            "array":
                "func f() {\n    var x: [4]u8 = undefined  $M\n    x[0] = 1\n    print(x[0])\n}"},
     "E4111", ["service", "sovereign"]),
    ("address", {"let": "func f() {\n    var x = 1\n    let p = &x  $M\n    _ = p\n}"}, "E4111",
        ["sovereign", "service"]),
]
WITHOUT_POINTERS = {"looking through pointers"}


def build(table):
    for feature, ways, code, allowed in FEATURES:
        for profile in PROFILES:
            if profile in allowed or (feature in WITHOUT_POINTERS and profile != "service"):
                continue
            if feature == "memory by hand" and profile not in ("core", "script"):
                continue
            for way, text in ways.items():
                wrong = fill(text, M=f"//~ {code}")
                kind = "lib"
                table.add(f"{feature} ({way}) in {profile}", f"profile :{profile}\n{wrong}",
                    kind=kind)
                table.add(f"{feature} ({way}) in a package of {profile}", wrong, profile=profile,
                    kind=kind)
    build_words(table)


def build_words(table):
    for name in ["cor", "rust", "Core", "kernel", "scripts", "services", "safe", "unsafe_",
        "release"]:
        table.add(f"profile {name}", f"profile :<<{name} ~~ core>>  //~ E1016\nfunc f() {{ }}")
    for before in ["func g() { }", "struct S { n: i64 }", "const A = 1", "import std.fs",
        "enum E { A }", "type N = i64", "static s: i64 = 1"]:
        table.add(f"profile after {before}", f"{before}\n<<profile :core ~~>>  //~ E1016")
    for first in PROFILES:
        for second in PROFILES:
            table.add(f"profile {first}, then {second}",
                f"profile :{first}\n<<profile :{second} ~~>>  //~ E1016\nfunc f() {{ }}")
    for capability, right in [("Unheard", "Net"), ("net", "Net"), ("Nett", "Net")]:
        table.add(f"grant of {capability}",
            f"capability Net {{ port: i64 }}\nfunc f() {{\n"
            f"    grant cap <<{capability} ~~ Net>> {{ port: 1 }} do  //~ E5001\n"
            f"        print(1)\n    end\n}}")
        table.add(f"requires {capability}",
            f"capability Net {{ port: i64 }}\nfunc f()\n"
            f"    requires cap <<{capability} ~~ Net>> {{ port: 1 }}  //~ E5001\n{{\n"
            f"    print(1)\n}}")
    for field in ["ports", "Port", "host", "p"]:
        table.add(f"grant with {field}",
            f"capability Net {{ port: i64 }}\nfunc f() {{\n"
            f"    grant cap Net {{ <<{field} ~~ port>>: 1 }} do  //~ E5001\n        print(1)\n"
            f"    end\n}}")
