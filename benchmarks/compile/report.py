#!/usr/bin/env python3
"""Compile speed on generated programs: report.py TOOLCHAIN_FOLDER.

Prints the figures of issue-sized programs (10,000 and 100,000 lines of 10-line functions), the best
of three runs each: lines a second for each stage, hello world, peak memory, growth. With clang-19 the
same program in C is compiled for comparison.
"""
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

TOOLS = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
STD = os.path.join(TOOLS, "lib/janus/std")
WORK = tempfile.mkdtemp(prefix="janus-bench-")
ENVIRONMENT = dict(os.environ, JANUS_CACHE=os.path.join(WORK, "cache"))


def generate(lines, language):
    name = os.path.join(WORK, f"g{lines}." + ("jan" if language == "janus" else "c"))
    with open(name, "w") as out:
        subprocess.run(
            [sys.executable, os.path.join(HERE, "generate.py"), str(lines), language], stdout=out,
            check=True)
    return name


def timed(command):
    """Seconds and peak resident kilobytes of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=WORK, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = process.stdout.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)} failed:\n{text}")
    return seconds, usage.ru_maxrss, text


def best(command, prepare=lambda: None, runs=3):
    results = []
    for _ in range(runs):
        prepare()
        results.append(timed(command))
    return min(results, key=lambda result: result[0])


def clean():
    for name in [".janus", "cache"]:
        shutil.rmtree(os.path.join(WORK, name), ignore_errors=True)


def phase(text, name):
    return float(re.search(name + r": ([0-9.e-]+) ms", text)[1]) / 1000


def row(name, value, first, goal):
    print(f"{name:<42} {value:>14} {first:>12} {goal:>12}")


def main():
    row("figure", "measured", "first", "goal")
    builds = {}
    for lines in [10_000, 100_000]:
        source = generate(lines, "janus")
        # Without std, which would be lexed and parsed with it.
        front = os.path.join(TOOLS, "janus-front")
        database = os.path.join(WORK, "bench.sqlite")

        def forget():
            for suffix in ["", "-wal", "-shm", ".lock"]:
                if os.path.exists(database + suffix):
                    os.remove(database + suffix)

        _, _, text = best([front, "check", source, "--std", STD, "--timings"])
        std = sum(len(open(os.path.join(STD, f)).readlines()) for f in os.listdir(STD))
        total = lines + std
        stored, memory, _ = best([front, source, "--db", database], forget)
        built, build_memory, _ = best(
            [os.path.join(TOOLS, "janus-build"), "build", source], clean)
        builds[lines] = built
        print(f"-- {lines} lines (std's {std} lines are lexed, parsed and checked with them)")
        lex, parse, check = (phase(text, n) for n in ["lex alone", "parse", "check"])
        row("lex, lines/s", f"{total / lex:,.0f}", "3,000,000", "6,000,000")
        row("lex and parse, lines/s", f"{total / parse:,.0f}", "1,000,000", "2,000,000")
        row("check without writing, lines/s", f"{total / (parse + check):,.0f}", "300,000", "600,000")
        row("check with the ASTDB, lines/s", f"{lines / stored:,.0f}", "100,000", "200,000")
        row("dev build to a program, lines/s", f"{lines / built:,.0f}", "20,000", "60,000")
        row("peak memory of the front, MB", f"{memory / 1024:.0f}", "600", "200")
        if shutil.which("clang-19"):
            c = generate(lines, "c")
            seconds, _, _ = best(["clang-19", "-O0", c, "-o", os.path.join(WORK, "c.out")])
            row("clang-19 -O0 with link, lines/s", f"{lines / seconds:,.0f}", "", "")
    row("time for 100,000 over 10,000 lines", f"{builds[100_000] / builds[10_000]:.1f}", "11", "10")
    hello = os.path.join(WORK, "hello.jan")
    builder = [os.path.join(TOOLS, "janus-build"), "build", hello]
    count = 0

    def new_hello():
        """A program never built before, in a folder without .janus."""
        nonlocal count
        count += 1
        shutil.rmtree(os.path.join(WORK, ".janus"), ignore_errors=True)
        with open(hello, "w") as out:
            out.write(f'func main() {{\n    print("hello {count}")\n}}\n')

    clean()
    new_hello()
    first, _, _ = timed(builder)
    seconds, _, _ = best(builder, new_hello, runs=7)
    row("hello world cold, ms", f"{seconds * 1000:.0f}", "100", "60")
    row("the same, the first build on a machine, ms", f"{first * 1000:.0f}", "", "")
    shutil.rmtree(WORK)


main()
