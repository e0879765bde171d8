#!/usr/bin/env python3
"""How programs end, in all ways of running them: endings.py TOOLCHAIN_FOLDER.

Closed pipes end a program silently with status 141; a stack overflow is P011 in any thread; a
backtrace of compiled code names functions and lines; overflow is an error as the package that wrote the code says.
"""
import os
import subprocess
import sys
import tempfile

TOOLS = os.path.abspath(sys.argv[1])
TIMEOUT = 120

OUTPUT = """
import std.thread
func fill(name: string) { for i in 0..<200000 { print(name, i) } }
func main() { fill("main") }
"""

THREAD_OUTPUT = """
import std.thread
func fill(name: string) { for i in 0..<200000 { print(name, i) } }
func main() {
    thread.scope { |s|
        s.spawn(|| fill("first"))
        s.spawn(|| fill("second"))
    }
}
"""

ERROR_OUTPUT = """
func main() { for i in 0..<200000 { eprint("line", i) } }
"""

# Each call owns something until the next has returned, so no optimiser makes a loop of it.
DEEP = """
func down(n: i64) -> i64 {
    let own: List[i64] = [n]
    return down(n + 1) + own[0]
}
"""

OVERFLOW = DEEP + """
func main() { print(down(0)) }
"""

THREAD_OVERFLOW = """
import std.thread
""" + DEEP + """
func main() { print(thread.spawn(|| down(0)).join()) }
"""

TRACE = """
@noinline
func pick(xs: List[i64], i: i64) -> i64 {
    return xs[i]
}

@noinline
func middle(xs: List[i64]) -> i64 {
    return pick(xs, 5) + 1
}

func main() {
    print(middle([1, 2]))
}
"""

APP = """
import lib
import std.os

func bump(x: u8) -> u8 { return x + 1 }

func main() {
    let top = 255 as u8
    match os.args()[1] {
        "own" => print(bump(top))
        "other" => print(lib.bump(top))
        else => print(lib.add(top, 1))
    }
}
"""

LIBRARY = """
pub func bump(x: u8) -> u8 { return x + 1 }
pub func add[T: Integer](a: T, b: T) -> T { return a + b }
"""


def write(folder: str, path: str, text: str) -> None:
    path = os.path.join(folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def build(folder: str, *arguments: str) -> None:
    for profile in [[], ["--release"]]:
        result = subprocess.run(
            [os.path.join(TOOLS, "janus-build"), "build", *arguments, *profile], cwd=folder,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT)
        assert result.returncode == 0, result.stderr


def ways(text: str) -> dict[str, list[str]]:
    """The commands that run a program of one file."""
    folder = tempfile.mkdtemp(prefix="janus-endings-")
    write(folder, "a.jan", text)
    build(folder, "a.jan")
    module = os.path.join(folder, ".janus/mir/dev/a.main.jmir")
    return {
        "interpreter": [os.path.join(TOOLS, "janus-mir"), "run", module],
        "dev": [os.path.join(folder, ".janus/out/dev/a/bin/a")],
        "release": [os.path.join(folder, ".janus/out/release/a/bin/a")],
        "jit": [os.path.join(TOOLS, "janus-back"), "run", module],
    }


def run(command: list[str], **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT,
        env={**os.environ, **variables})


def status_with_closed(stream: str, command: list[str]) -> tuple[int, bytes]:
    """The status when the reader of one stream goes away after some output, and the other's text."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    closed, other = process.stdout, process.stderr
    if stream == "stderr":
        closed, other = other, closed
    closed.read(10)
    closed.close()
    rest = other.read()
    other.close()
    return process.wait(TIMEOUT), rest


def check_closed_pipes() -> None:
    for stream, text in [
        ("stdout", OUTPUT), ("stdout", THREAD_OUTPUT), ("stderr", ERROR_OUTPUT)]:
        for way, command in ways(text).items():
            ending = status_with_closed(stream, command)
            assert ending == (141, b""), (way, stream, ending)


def check_stack_overflow() -> None:
    for text in [OVERFLOW, THREAD_OVERFLOW]:
        for way, command in ways(text).items():
            result = run(command)
            assert result.returncode == 134, (way, result.returncode, result.stderr[-300:])
            assert result.stderr.startswith("panic: P011 stack overflow\nat "), (way, result.stderr)
            assert result.stdout == "", (way, result.stdout)


def check_backtrace() -> None:
    for way, command in ways(TRACE).items():
        plain = run(command)
        assert plain.returncode == 101 and "middle" not in plain.stderr, (way, plain.stderr)
        if way in ("interpreter", "jit"):
            continue  # Their frames have no names that the runtime knows.
        traced = run(command, JANUS_BACKTRACE="1")
        lines = [line for line in traced.stderr.splitlines() if "a.jan:" in line]
        assert traced.returncode == 101, (way, traced.stderr)
        for name, place in [("pick", "a.jan:4"), ("middle", "a.jan:9"), ("main", "a.jan:13")]:
            found = [line for line in lines if name in line and place in line]
            assert found, (way, name, traced.stderr)


def check_overflow_of_packages() -> None:
    for trapping in ["app", "lib"]:
        folder = tempfile.mkdtemp(prefix="janus-endings-")
        write(folder, "workspace.toml", '[workspace]\nmembers = ["app", "lib"]\n')
        write(folder, "app/src/main.jan", APP)
        write(folder, "lib/src/lib.jan", LIBRARY)
        for name, kind in [("app", "exe"), ("lib", "lib")]:
            manifest = f'[package]\nname = "{name}"\nkind = "{kind}"\n'
            if name == trapping:
                manifest += 'overflow = "trap"\n'
            if name == "app":
                manifest += '\n[dependencies]\nlib = { path = "../lib" }\n'
            write(folder, f"{name}/package.toml", manifest)
        build(folder)
        for profile in ["dev", "release"]:
            program = os.path.join(folder, f".janus/out/{profile}/app/bin/app")
            for which, author in [("own", "app"), ("other", "lib"), ("generic", "lib")]:
                result = run([program, which])
                if profile == "dev" or author == trapping:
                    assert result.returncode == 101, (trapping, profile, which, result.stdout)
                    assert "P002" in result.stderr, (trapping, profile, which, result.stderr)
                else:
                    assert (result.returncode, result.stdout) == (0, "0\n"), (
                        trapping, profile, which, result.stdout, result.stderr)


if __name__ == "__main__":
    check_closed_pipes()
    check_stack_overflow()
    check_backtrace()
    check_overflow_of_packages()
    print("programs end as they should")
