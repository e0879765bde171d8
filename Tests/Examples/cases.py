#!/usr/bin/env python3
"""The example programs on real input: cases.py TOOLCHAIN_FOLDER [EXAMPLE…].

Every folder of `examples` with a `cases` folder is a package. A case is a file `NAME.args` there: the
arguments, on one line, as a shell would read them, of a run in the package's folder. `NAME.stdout` is
what it prints; `NAME.stdin`, `NAME.stderr` and `NAME.status` are optional (no input, anything, 0).
Each case runs as built for development and for release.
"""
import glob
import os
import shlex
import subprocess
import sys

TOOLS = os.path.abspath(sys.argv[1])
PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECONDS = 120


def text(path: str, otherwise: bytes) -> bytes:
    if not os.path.exists(path):
        return otherwise
    with open(path, "rb") as file:
        return file.read()


def try_case(package: str, case: str, release: bool) -> list:
    """What differs from what the case expects."""
    base = case[:-len(".args")]
    command = [f"{TOOLS}/janus-build", "run", "--package", os.path.basename(package)]
    command += ["--release"] if release else []
    command += ["--"] + shlex.split(text(case, b"").decode())
    try:
        run = subprocess.run(
            command, cwd=package, input=text(base + ".stdin", b""), capture_output=True,
            timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return [f"still running after {SECONDS} s"]
    wrong = []
    status = int(text(base + ".status", b"0"))
    if run.returncode != status:
        wrong.append(f"status {run.returncode}, not {status}: {run.stderr[-800:].decode(errors='replace')}")
    if run.stdout != text(base + ".stdout", b""):
        wrong.append(f"standard output {run.stdout[:800]!r}")
    expected = text(base + ".stderr", b"")
    if expected and not run.stderr.endswith(expected):
        wrong.append(f"standard error {run.stderr[-800:]!r}")
    return wrong


def main() -> int:
    passed = failed = 0
    for package in sorted(glob.glob(os.path.join(PROJECT, "examples", "*"))):
        if len(sys.argv) > 2 and os.path.basename(package) not in sys.argv[2:]:
            continue
        for case in sorted(glob.glob(os.path.join(package, "cases", "*.args"))):
            for release in (False, True):
                wrong = try_case(package, case, release)
                if not wrong:
                    passed += 1
                    continue
                failed += 1
                mode = "release" if release else "development"
                print(f"FAILED {os.path.relpath(case, PROJECT)} ({mode})")
                for line in wrong:
                    print(f"  {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
