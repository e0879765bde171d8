#!/usr/bin/env python3
"""Speed of generated code and of std against Rust: report.py TOOLCHAIN_FOLDER [KERNEL ...].

Each kernel is a folder with the same program in Janus and in Rust. Both are built for release, must
print the same checksums, and are run alternately; each prints the best of its own rounds for every
case. The table holds the ratio Janus / Rust of the minima and of the medians of the runs.
"""
import datetime
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = int(os.environ.get("RUNS", "7"))


def find_rustc():
    known = os.path.expanduser("~/.cargo/bin/rustc")
    return shutil.which("rustc") or (known if os.path.exists(known) else None)


def build(tools, rustc, kernel, work):
    """The two programs of a kernel."""
    folder = os.path.join(work, kernel)
    shutil.copytree(os.path.join(HERE, kernel), folder)
    environment = dict(os.environ, JANUS_CACHE=os.path.join(work, "cache"))
    subprocess.run(
        [os.path.join(tools, "janus-build"), "build", "--release", "main.jan"], cwd=folder,
        env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        [rustc, "--edition", "2021", "-C", "opt-level=3", "-C", "codegen-units=1", "-o", "rust",
         "main.rs"], cwd=folder, check=True)
    janus = os.path.join(folder, ".janus/out/release/main/bin/main")
    rust = os.path.join(folder, "rust")
    return janus, rust


def run(program):
    """Checksum and nanoseconds of each case."""
    output = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return {
        name: (checksum, int(nanoseconds))
        for name, checksum, nanoseconds in (line.split() for line in output.splitlines())
    }


def measure(kernel, janus, rust):
    """A row for each case: name, ratio of minima, ratio of medians."""
    times = {}
    for _ in range(RUNS):
        ours, theirs = run(janus), run(rust)
        if list(ours) != list(theirs):
            sys.exit(f"{kernel}: the programs have different cases")
        for case in ours:
            if ours[case][0] != theirs[case][0]:
                sys.exit(f"{kernel} {case}: {ours[case][0]} in Janus, {theirs[case][0]} in Rust")
            lists = times.setdefault(case, ([], []))
            lists[0].append(ours[case][1])
            lists[1].append(theirs[case][1])
    return [
        (kernel, case, min(a) / min(b), statistics.median(a) / statistics.median(b))
        for case, (a, b) in times.items()
    ]


def main():
    tools = os.path.abspath(sys.argv[1])
    kernels = sys.argv[2:] or ["sort", "maps", "digests", "text", "json"]
    rustc = find_rustc()
    if not rustc:
        sys.exit("rustc is not installed: there is nothing to compare with")
    print(f"{datetime.date.today()}, {subprocess.check_output([rustc, '--version'], text=True).strip()}")
    print()
    print("| kernel | case | Janus / Rust, minima | medians |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="janus-bench-") as work:
        for kernel in kernels:
            for name, case, least, middle in measure(kernel, *build(tools, rustc, kernel, work)):
                print(f"| {name} | `{case}` | {least:.2f} | {middle:.2f} |", flush=True)


main()
