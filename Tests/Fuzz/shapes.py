#!/usr/bin/env python3
"""Programs of extreme depth, size and encoding: shapes.py TOOLCHAIN_FOLDER [--full].

Every shape ends as a program that is accepted through all stages, or with a located diagnostic; once a
size is refused, larger ones are refused too; ten times the input takes at most twelve times the time
(and a start-up allowance). Each tool has 1 MiB of stack to start with. `--full` takes each shape to its
largest size, 1,000,000 where that is meaningful.
"""
import os
import random
import resource
import sys
import tempfile
import time

import toolchain

TOOLS = os.path.abspath(sys.argv[1])
FULL = "--full" in sys.argv
failures = []
passed = 0


def in_main(text: str) -> str:
    return "func main() {\n" + text + "\n}\n"


# The shape's name, its source for a size, and its largest sizes: daily and in a full run.
SHAPES = [
    ("parentheses", lambda n: in_main("let x = " + "(" * n + "1" + ")" * n), 100_000, 1_000_000),
    ("blocks", lambda n: in_main("{" * n + "}" * n), 100_000, 1_000_000),
    ("do blocks", lambda n: in_main("do " * n + "end " * n), 100_000, 1_000_000),
    ("optional types", lambda n: "func f(x: " + "?" * n + "i64) {}\n" + in_main(""), 100_000, 1_000_000),
    ("list types", lambda n: "func f(x: " + "List[" * n + "i64" + "]" * n + ") {}\n" + in_main(""),
     100_000, 1_000_000),
    ("unary operators", lambda n: in_main("let x = " + "- " * n + "1"), 100_000, 1_000_000),
    ("not", lambda n: in_main("let x = " + "not " * n + "true"), 100_000, 1_000_000),
    ("else ifs", lambda n: in_main("var x = 1\nif x == 0 { x = 1 }" + " else if x == 2 { x = 3 }" * n),
     20_000, 100_000),
    ("sum", lambda n: in_main("var x = 1\nx = x" + " + x" * n + "\nprint(x)"), 20_000, 100_000),
    ("text sum", lambda n: in_main('var x = "a"\nx = x' + ' + "b"' * n + "\nprint(x.len)"),
     5_000, 20_000),
    ("powers", lambda n: in_main("let x = 1" + " ** 1" * n), 100_000, 1_000_000),
    ("nested calls", lambda n: "func f(x: i64) -> i64 { return x }\n" + in_main(
        "print(" + "f(" * n + "1" + ")" * n + ")"), 100_000, 1_000_000),
    ("call chain", lambda n: "".join(
        f"func f{i}(x: i64) -> i64 {{ return f{i + 1}(x) }}\n" for i in range(n))
        + f"func f{n}(x: i64) -> i64 {{ return x }}\n" + in_main("print(f0(1))"), 2_000, 10_000),
    ("constant chain", lambda n: "const C0 = 1\n" + "".join(
        f"const C{i + 1} = C{i} + 1\n" for i in range(n)) + in_main(f"print(C{n})"), 2_000, 10_000),
    ("closures in closures", lambda n: in_main("let f = " + "|x| " * n + "1"), 10_000, 100_000),
    ("array literals in one another", lambda n: in_main("let x = " + "[" * n + "1" + "]" * n),
     100_000, 1_000_000),
    ("long array", lambda n: in_main("let x: List[i64] = [" + "1, " * n + "1]\nprint(x.len)"),
     10_000, 100_000),
    ("member chain", lambda n: in_main("let x = a" + ".b" * n), 100_000, 1_000_000),
    ("method chain", lambda n: "func same(x: i64) -> i64 { return x }\n" + in_main(
        "print(1" + ".same()" * n + ")"), 2_000, 10_000),
    ("patterns", lambda n: in_main("match 1 { " + "(" * n + "1" + ")" * n + " => 1\n _ => 2 }"),
     100_000, 1_000_000),
    ("arms", lambda n: in_main("var x = 3\nmatch x {\n" + "".join(
        f"{i} => print({i})\n" for i in range(n)) + "_ => print(0) }"), 2_000, 10_000),
    ("functions", lambda n: "".join(f"func f{i}() {{}}\n" for i in range(n)) + in_main("f0()"),
     20_000, 50_000),
    ("fields", lambda n: "struct S {\n" + "".join(f"  f{i}: i64 = 0\n" for i in range(n)) + "}\n"
     + in_main("let s = S {}\nprint(s.f0)"), 2_000, 10_000),
    ("variants", lambda n: "enum E {\n" + "".join(f"  V{i}(i64)\n" for i in range(n)) + "}\n"
     + in_main("let e = E.V0(1)\nprint(e)"), 2_000, 10_000),
    ("parameters", lambda n: "func f(" + ", ".join(f"p{i}: i64" for i in range(n)) + ") {}\n"
     + in_main("f(" + ", ".join("1" for _ in range(n)) + ")"), 1_000, 10_000),
    ("locals", lambda n: in_main("".join(f"let v{i} = {i}\n" for i in range(n))), 10_000, 100_000),
    ("structures in one another", lambda n: "struct S0 { x: i64 = 0 }\n" + "".join(
        f"struct S{i + 1} {{ x: S{i} = S{i} {{}} }}\n" for i in range(n))
        + in_main(f"let s = S{n} {{}}\nprint(s)"), 300, 2_000),
    ("generic instances", lambda n: "struct P[T] { x: T }\nfunc f[T](x: T, n: i64) "
     "{ if n > 0 { f(P { x: x }, n - 1) } }\n" + in_main(f"f(1, {n})"), 100, 1_000),
    ("one line", lambda n: "func main() { " + "print(1); " * n + "}", 10_000, 100_000),
    ("interpolations", lambda n: in_main('let a = 1\nprint($"' + "{a}" * n + '")'), 5_000, 50_000),
    ("comments", lambda n: "/*" * n + "*/" * n + "\n" + in_main(""), 100_000, 1_000_000),
    ("long string", lambda n: in_main('print("' + "x" * n + '".len)'), 1_000_000, 10_000_000),
    ("long name", lambda n: in_main("let " + "x" * n + " = 1"), 100_000, 1_000_000),
    ("long number", lambda n: in_main("let x = " + "1" * n), 100_000, 1_000_000),
    ("blank lines", lambda n: "\n" * n + in_main(""), 1_000_000, 10_000_000),
    ("lines of comments", lambda n: "// comment\n" * n + in_main(""), 100_000, 1_000_000),
    ("mistakes", lambda n: in_main("let x: i64 = true\n" * n), 10_000, 100_000),
    ("unclosed braces", lambda n: "{" * n, 100_000, 1_000_000),
    ("closing braces", lambda n: "}" * n, 100_000, 1_000_000),
]


def stages(source: bytes, folder: str) -> tuple:
    """Whether the source is a program, how long the stages took, and what is wrong with them."""
    path = os.path.join(folder, "main.jan")
    with open(path, "wb") as file:
        file.write(source)
    for name in os.listdir(folder):
        if name.startswith("db"):
            os.remove(os.path.join(folder, name))
    started = time.monotonic()
    database = os.path.join(folder, "db.sqlite")
    commands = [
        ["janus-front", path, "--db", database, "--std", f"{TOOLS}/lib/janus/std.astdb"],
        ["janus-mir", "--db", database, "--module", "main", "-o", os.path.join(folder, "out.jmir")],
        ["janus-back", os.path.join(folder, "out.jmir"), "-o", os.path.join(folder, "out.o")]]
    for command in commands:
        if command[0] != "janus-back":
            command += ["--message-format", "json"]
        outcome = toolchain.run([f"{TOOLS}/{command[0]}"] + command[1:], seconds=120)
        fault = outcome.fault()
        if fault:
            return False, 0, f"{command[0]} {fault}"
        if outcome.status == 1:
            errors = [record for record in outcome.records() if record.get("severity") == "error"]
            if not any(record.get("line") for record in errors):
                return False, 0, f"{command[0]} failed without a place"
            return False, time.monotonic() - started, None
    return True, time.monotonic() - started, None


def expect(condition: bool, text: str):
    global passed
    if condition:
        passed += 1
    else:
        failures.append(text)
        print("FAILED", text, flush=True)


def try_shape(name: str, source, largest: int, folder: str):
    refused = None
    before = None
    size = largest
    sizes = []
    while size >= 100 and len(sizes) < 4:
        sizes.insert(0, size)
        size //= 10
    fault = None
    for size in sizes:
        accepted, seconds, fault = stages(source(size).encode(), folder)
        if fault:
            fault = f"at {size}: {fault}"
            break
        if accepted and refused:
            fault = f"accepted at {size} but refused at {refused}"
            break
        if not accepted:
            refused = refused or size
        if before and seconds > 12 * before + 0.5:
            fault = f"takes {seconds:.2f} s at {size}, {before:.2f} s at a tenth of it"
            break
        before = seconds
    expect(fault is None, f"{name} {fault}")


def ill_formed(source: random.Random) -> bytes:
    """One ill-formed UTF-8 sequence of a random kind."""
    return source.choice([
        bytes([source.randrange(0x80, 0xC0)]),  # A continuation byte alone.
        bytes([source.choice([0xC0, 0xC1]), 0x80]),  # Overlong, two bytes.
        bytes([source.randrange(0xC2, 0xE0)]),  # Cut short.
        bytes([0xE0, 0x9F, 0x80]), bytes([0xED, source.randrange(0xA0, 0xC0), 0x80]),  # Surrogates.
        bytes([0xE1, 0x80]), bytes([0xF0, 0x8F, 0xBF, 0xBF]), bytes([0xF1, 0x80, 0x80]),
        bytes([0xF4, 0x90, 0x80, 0x80]), bytes([source.randrange(0xF5, 0x100)])])


def try_encodings(count: int, folder: str):
    """Ill-formed text anywhere is E1001 at its byte; hidden direction marks are refused."""
    source = random.Random(15)
    carriers = [b"let %s = 1", b'let a = "%s"', b"// %s", b"/* %s */", b"let a = '%s'", b"%s", b'let a = $"{%s}"']
    wrong = []
    for number in range(count):
        text = source.choice(carriers)
        if number % 5 == 4:
            bad = source.choice(["\u202e", "\u2066", "\u202a", "\u2069"]).encode()
        else:
            bad = ill_formed(source)
        line = source.randrange(1, 5)
        body = [b"    let ok = 1"] * (line - 1) + [b"    " + text.replace(b"%s", b"a" + bad + b" ")]
        program = b"func main() {\n" + b"\n".join(body) + b"\n}\n"
        path = os.path.join(folder, f"e{number}.jan")
        with open(path, "wb") as file:
            file.write(program)
        outcome = toolchain.run([
            f"{TOOLS}/janus-front", "check", path, "--message-format", "json", "--std",
            f"{TOOLS}/lib/janus/std.astdb"])
        os.remove(path)
        lines = [record.get("line") for record in outcome.records() if record.get("severity") == "error"]
        if outcome.fault() or line + 1 not in lines:
            wrong.append(f"{program!r}: {outcome.fault()} {lines}")
    expect(not wrong, f"encodings: {len(wrong)} of {count}, first {wrong[:1]}")


def main() -> int:
    resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]))
    with tempfile.TemporaryDirectory(prefix="janus-shapes-") as folder:
        for name, source, daily, full in SHAPES:
            if len(sys.argv) > 2 and not sys.argv[-1].startswith("-") and sys.argv[-1] != name:
                continue
            try_shape(name, source, full if FULL else daily, folder)
        for name, text in [
                ("empty file", b""), ("no line break at the end", b"func main() {}"),
                ("carriage returns", b"func main() {\r\n    print(1)\r\n}\r\n"),
                ("byte order mark", b"\xef\xbb\xbffunc main() {}\n"), ("NUL", b"func main() {\0}\n")]:
            _, _, fault = stages(text, folder)
            expect(fault is None, f"{name} {fault}")
        try_encodings(1000 if FULL else 300, folder)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())
