"""What a wrong program is: its text, where its first diagnostic stands, and a legal twin.

A template marks the one mistake with `<<wrong ~~ right>>`; the wrong reading is the case, the right
one its twin, which must be accepted. `//~ E2210` at the end of a line says that the case has this
error there and no other. Either half may be empty, a template may hold several such pairs, and one
without any has no twin. `=== square.jan` on a line of its own begins another module of the package.
"""
import re

CHOICE = re.compile(r"<<(.*?)~~(.*?)>>", re.S)
MARK = re.compile(r"[ \t]*//~ (E\d{4}|W\d{4})")
MODULE = re.compile(r"^=== (\S+)\n", re.M)


class Case:
    """A program: its modules by file name, and the errors that are expected: (file, line, code)."""

    def __init__(self, name: str, text: str, profile: str, kind: str):
        self.name = name
        self.profile = profile
        self.kind = kind
        self.files = {}
        self.expected = []
        parts = MODULE.split(text)
        for file, body in [("main.jan", parts[0])] + list(zip(parts[1::2], parts[2::2])):
            lines = body.split("\n")
            for at, line in enumerate(lines):
                for code in MARK.findall(line):
                    self.expected.append((file, at + 1, code))
                lines[at] = MARK.sub("", line)
            self.files[file] = "\n".join(lines)

    def key(self) -> tuple:
        return (self.profile, self.kind, tuple(sorted(self.files.items())))


class Table:
    """Collects the cases of one table and their twins; neither is taken twice."""

    def __init__(self, name: str):
        self.name = name
        self.rejected = {}
        self.accepted = {}

    def add(self, name: str, text: str, profile: str = "core", kind: str = "lib"):
        text = text.strip("\n") + "\n"
        wrong = CHOICE.sub(lambda found: found[1].strip(" "), text)
        case = Case(f"{self.name}: {name}", wrong, profile, kind)
        if not case.expected:
            raise ValueError(f"{case.name} expects nothing")
        self.rejected.setdefault(case.key(), case)
        if CHOICE.search(text):
            right = CHOICE.sub(lambda found: found[2].strip(" "), MARK.sub("", text))
            twin = Case(f"{self.name}: twin of {name}", right, profile, kind)
            self.accepted.setdefault(twin.key(), twin)


def fill(template: str, **holes: str) -> str:
    """The template with each `$NAME` replaced. A hole's text may have holes of its own."""
    for name, text in holes.items():
        template = template.replace(f"${name}", text)
    return template


# Where an expression may stand: what is checked, and lowered, differently there.
PLACES = {
    "let": "func f() {\n    let v = $X  $M\n    print(v)\n}",
    "argument": "func f() {\n    print($X)  $M\n}",
    "method": "struct S {\n    n: i64\n    func g(self) {\n        print($X)  $M\n    }\n}",
    "closure": "func f() {\n    let g = || {\n        print($X)  $M\n    }\n    g()\n}",
    "arm":
        "func f(n: i64) {\n    match n {\n        0 => print($X)  $M\n        else => {}\n    }\n}",
    "branch":
        "func f(b: bool) do\n    if b do\n        print($X)  $M\n    else\n        print(0)\n"
        "    end\nend",
    "loop": "func f() {\n    for i in 0..<3 {\n        print(i)\n        print($X)  $M\n    }\n}",
    "generic": "func f[T](x: T) {\n    print($X)  $M\n}",
    "test": "test \"t\" {\n    print($X)  $M\n}",
    "interpolation": "func f() {\n    print($\"a{$X}b\")  $M\n}",
    "defer": "func f() {\n    defer print($X)  $M\n    print(1)\n}",
    "tuple": "func f() {\n    let v = (1, $X)  $M\n    print(v.0)\n}",
    "while":
        "func f() {\n    var n = 0\n    while n < 2 {\n        print($X)  $M\n        n += 1\n"
        "    }\n}",
    "associated":
        "struct S {\n    n: i64\n}\nimpl S {\n    func g() {\n        print($X)  $M\n    }\n}",
    "after newline": "func f() {\n    print(\n        $X  $M\n    )\n}",
    "local function": "func f() {\n    func g() {\n        print($X)  $M\n    }\n    g()\n}",
}


class Turns:
    """Gives one place after the other, so that a long table visits all of them."""

    def __init__(self, names=None):
        self.names = list(names or PLACES)
        self.at = 0

    def next(self) -> tuple:
        name = self.names[self.at % len(self.names)]
        self.at += 1
        return name, PLACES[name]
