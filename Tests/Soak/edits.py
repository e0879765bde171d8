#!/usr/bin/env python3
"""Random edits: after each, an incremental build and a clean one must make the same program, byte for
byte, and it must print what the edited source says: edits.py TOOLCHAIN_FOLDER [EDITS [SEED]].

The workspace has libraries that call each other and a program that prints one number from each. An
edit changes a body, adds or removes a function, adds a comment, renames a parameter, changes a
constant that others use, reverts to an earlier state, or breaks a file and mends it.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

TOOLS = os.path.abspath(sys.argv[1])
EDITS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
LIBRARIES = 4
random.seed(SEED)


class Library:
    """One package: `value()` is what the program prints of it."""

    def __init__(self, index: int):
        self.index = index
        self.constant = index + 1
        self.functions = {0: 3, 1: 5}  # number: what it adds
        self.parameter = "x"
        self.comments = 0

    def value(self, all_libraries: list) -> int:
        below = all_libraries[self.index - 1].value(all_libraries) if self.index else 0
        return (below + self.constant + sum(self.functions.values())) % 1_000_003

    def source(self) -> str:
        lines = ["// A library of the soak."] + ["// One more comment."] * self.comments
        if self.index:
            lines.append(f"import l{self.index - 1}")
        lines.append(f"pub const START = {self.constant}")
        for number, amount in sorted(self.functions.items()):
            lines.append(
                f"func f{number}({self.parameter}: i64) -> i64 {{ return {self.parameter} + {amount} }}")
        lines.append("pub func value() -> i64 {")
        lines.append(f"    var v: i64 = {f'l{self.index - 1}.value()' if self.index else '0'} + START")
        for number in sorted(self.functions):
            lines.append(f"    v = f{number}(v)")
        lines += ["    return v % 1000003", "}", ""]
        return "\n".join(lines)

    def edit(self) -> str:
        kind = random.choice(["body", "add", "remove", "comment", "rename", "constant"])
        if kind == "body":
            self.functions[random.choice(list(self.functions))] = random.randrange(1000)
        elif kind == "add":
            self.functions[max(self.functions) + 1] = random.randrange(1000)
        elif kind == "remove" and len(self.functions) > 1:
            del self.functions[random.choice(list(self.functions))]
        elif kind == "comment":
            self.comments = random.randrange(4)
        elif kind == "rename":
            self.parameter = random.choice(["x", "y", "amount"])
        else:
            self.constant = random.randrange(1000)
        return kind


def write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_workspace(folder: str, libraries: list) -> None:
    write(f"{folder}/workspace.toml", '[workspace]\nmembers = ["app", "libs/*"]\n')
    needs = "".join(f'l{l.index} = {{ path = "../libs/l{l.index}" }}\n' for l in libraries)
    write(f"{folder}/app/package.toml", f'[package]\nname = "app"\n[dependencies]\n{needs}')
    imports = "".join(f"import l{l.index}\n" for l in libraries)
    prints = "".join(f"    print(l{l.index}.value())\n" for l in libraries)
    write(f"{folder}/app/src/main.jan", f"{imports}func main() {{\n{prints}}}\n")
    for library in libraries:
        below = library.index - 1
        needs = f'[dependencies]\nl{below} = {{ path = "../l{below}" }}\n' if library.index else ""
        root = f"{folder}/libs/l{library.index}"
        write(f"{root}/package.toml", f'[package]\nname = "l{library.index}"\n{needs}')
        write(f"{root}/src/lib.jan", library.source())


def build(folder: str, cache: str, *options: str) -> subprocess.CompletedProcess:
    environment = dict(os.environ, JANUS_CACHE=cache)
    return subprocess.run(
        [f"{TOOLS}/janus-build", "build", *options], cwd=folder, env=environment,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)


def program(folder: str, mode: str) -> bytes:
    with open(f"{folder}/.janus/out/{mode}/app/bin/app", "rb") as file:
        return file.read()


def fail(base: str, edit: int, what: str) -> None:
    print(f"FAILED after edit {edit} (seed {SEED}): {what}\n  kept in {base}")
    sys.exit(1)


def main() -> None:
    print(f"seed {SEED}, {EDITS} edits")
    base = tempfile.mkdtemp(prefix="janus-soak-")
    kept, clean = f"{base}/kept", f"{base}/elsewhere/clean"
    libraries = [Library(index) for index in range(LIBRARIES)]
    states = []
    for edit in range(EDITS + 1):
        kind = "first"
        if edit:
            library = random.choice(libraries)
            kind = random.choice([library.edit] * 6 + [lambda: "revert", lambda: "broken"])()
        if kind == "revert" and states:
            shutil.rmtree(f"{kept}/libs")
            shutil.copytree(random.choice(states), f"{kept}/libs")
        elif kind == "broken":
            path = f"{kept}/libs/l{library.index}/src/lib.jan"
            write(path, library.source() + "func broken( {\n")
            if build(kept, f"{base}/cache").returncode != 1:
                fail(base, edit, "a broken file was accepted")
            write(path, library.source())
        if kind != "revert":
            write_workspace(kept, libraries)
            states.append(f"{base}/states/{edit}")
            shutil.copytree(f"{kept}/libs", states[-1])
        check(base, kept, clean, edit, kind, libraries)
        if kind == "revert":
            write_workspace(kept, libraries)
    shutil.rmtree(base)
    print(f"{EDITS} edits: incremental and clean builds agree")


def check(base: str, kept: str, clean: str, edit: int, kind: str, libraries: list) -> None:
    shutil.rmtree(clean, ignore_errors=True)
    shutil.copytree(kept, clean, ignore=shutil.ignore_patterns(".janus"))
    modes = [("dev", []), ("release", ["--release"])] if edit % 5 == 0 else [("dev", [])]
    for mode, options in modes:
        for folder, cache in [(kept, f"{base}/cache"), (clean, f"{base}/cache-{edit}-{mode}")]:
            result = build(folder, cache, *options)
            if result.returncode != 0:
                fail(base, edit, f"{kind}: {folder} does not build:\n{result.stderr}")
        if program(kept, mode) != program(clean, mode):
            fail(base, edit, f"{kind}: the {mode} programs differ")
    if kind != "revert":
        wanted = "".join(f"{library.value(libraries)}\n" for library in libraries)
        run = subprocess.run(
            [f"{kept}/.janus/out/dev/app/bin/app"], capture_output=True, text=True, timeout=60)
        if run.stdout != wanted:
            fail(base, edit, f"{kind}: printed\n{run.stdout}instead of\n{wanted}")


main()
