#!/usr/bin/env python3
"""Failures on demand: failures.py TOOLCHAIN_FOLDER [--full].

Every program of Tests/Suites/core, the ones about destructors of Tests/Suites/language, and random ones
run again and again, each time with another allocation that fails or another destructor that panics: the
first 200 and 50 of the others with --full, else a few. They run compiled against the sanitized runtime,
where a leak and memory freed twice are found, and under the interpreter's shadow state.
Each must end as it would or with a panic, leave no memory behind, and destroy what it made.
"""
import glob
import os
import random
import re
import sys
import tempfile

import oracle
import programs
import toolbox

FULL = "--full" in sys.argv
# A program that takes longer than this is run less often.
SLOW = 2
LEAK = 99

# What destructors call first, when the program is to fail in one.
FAIL_POINT = """
import std.os
static mut failures_left: i64 = failures_wanted()
func failures_wanted() -> i64 { return (os.env("JANUS_FAIL_DESTRUCTOR") ?? "0").parse_i64() ?? 0 }
func fail_point() {
    failures_left -= 1
    if failures_left == 0 { panic("a destructor fails") }
}
"""


def with_fail_points(source):
    """The program with destructors that can fail behind all they do; None when it has no destructors."""
    text = re.sub(r"\bdestructor\(\) \{", "destructor() { defer fail_point();", source)
    return None if text == source else with_declarations(text)


def with_declarations(text):
    # Imports stand before everything else.
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line and not line.startswith("//")), 0)
    return "\n".join(lines[:first]) + FAIL_POINT + "\n".join(lines[first:])


class Case:
    def __init__(self, name, source):
        self.name = name
        self.source = source
        self.problems = []
        self.runs = 0


def cases():
    """The programs, by name."""
    found = {}
    paths = sorted(glob.glob("Tests/Suites/core/*.jan"))
    paths += [p for p in sorted(glob.glob("Tests/Suites/language/*.jan")) if "destructor() {" in open(p).read()]
    for path in paths:
        source = open(path).read()
        if source.startswith("// run"):
            found[os.path.basename(path)[:-4].replace("-", "_")] = source
    for seed in range(1, 31 if FULL else 4):
        found[f"random{seed}"] = programs.Program(seed, size=3).text()
    return found


def numbers(count, rng, seconds):
    """Which of `count` events are to fail."""
    most, others = (200, 50) if FULL else (8, 4)
    if seconds > SLOW:
        most, others = 4, 2
    first = range(1, min(count, most) + 1)
    rest = range(most + 1, count + 1)
    return list(first) + sorted(rng.sample(rest, min(others, len(rest))))


def judge(outcome, what, expected):
    """What is wrong with how a program ended of which something failed; None when nothing is."""
    if outcome.status is None:
        return f"{what}: still running"
    if outcome.status == 134 and "panic in a destructor while another panic was unwinding" in outcome.stderr:
        return None
    if outcome.status not in (0, 1, 101):
        return f"{what}: ended with {outcome.status}: {outcome.stderr[-1500:]}"
    if "AddressSanitizer" in outcome.stderr or "LeakSanitizer" in outcome.stderr:
        return f"{what}: {outcome.stderr[-1500:]}"
    if outcome.status == 101 and "panic: P0" not in outcome.stderr:
        return f"{what}: a panic without a message"
    counts = oracle.statistics(outcome)
    if counts and (counts[0] != counts[1] or counts[2] != 0):
        return f"{what}: allocated {counts[0]}, freed {counts[1]}, {counts[2]} bytes left"
    made, gone = outcome.stdout.count("<+"), outcome.stdout.count("<-")
    # The memory that fails may be that of a destructor's own trace.
    untraced = 1 if "JANUS_FAIL_ALLOC" in what else 0
    if not gone <= made <= gone + untraced:
        return f"{what}: made {made}, destroyed {gone}"
    if outcome.status == 0 and expected.status == 0 and outcome.stdout != expected.stdout:
        return f"{what}: went on and printed other things"
    return None


class Failing:
    """One program, compiled, and what to do with it."""

    def __init__(self, tools, name, runtime):
        self.tools = tools
        self.name = name
        self.mir = tools.path(name + ".jmir")
        self.program = tools.path(name)
        problem = tools.build(self.mir, self.program, runtime=runtime)
        self.problems = [problem] if problem else []
        self.runs = 0

    def sweep(self, variable, count, ways, rng):
        for way, seconds in ways:
            expected = way(**{variable: "0"})
            jobs = numbers(count, rng, seconds)
            outcomes = toolbox.each(lambda n: way(**{variable: str(n)}), jobs)
            self.runs += len(jobs)
            for n, outcome in zip(jobs, outcomes):
                problem = judge(outcome, f"{self.name} {variable}={n} ({way.__name__})", expected)
                if problem and len(self.problems) < 4:
                    self.problems.append(problem)

    def compiled(self, **variables):
        return self.tools.execute(self.program, ASAN_OPTIONS="detect_leaks=1", JANUS_STATS="1", **variables)

    def interpreted(self, **variables):
        return self.tools.interpret(self.mir, JANUS_STATS="1", **variables)


def seconds_of(way):
    import time
    start = time.monotonic()
    outcome = way()
    return outcome, time.monotonic() - start


def inject(tools, name, runtime, variable, rng):
    failing = Failing(tools, name, runtime)
    if failing.problems:
        return failing
    ways = []
    outcome = None
    for way in [failing.compiled, failing.interpreted]:
        outcome, seconds = seconds_of(way)
        problem = judge(outcome, f"{name} as it is ({way.__name__})", outcome)
        if problem:
            failing.problems.append(problem)
            return failing
        if seconds < 10:
            ways.append((way, seconds))
    if variable == "JANUS_FAIL_ALLOC":
        count = oracle.statistics(outcome)[0]
    else:
        count = 400 if FULL else 40
    failing.sweep(variable, count, ways, rng)
    return failing


def sanitized_runtime(folder):
    """The runtime, built with the sanitizers."""
    sources = "Sources/janus-runtime/Runtime"
    objects = []

    def compile(source):
        target = os.path.join(folder, os.path.basename(source) + ".o")
        outcome = toolbox.run(
            ["clang-19", "-std=c17", "-O1", "-g", "-D_GNU_SOURCE", "-fexceptions", "-fPIC", "-DJANUS_SANITIZED",
             "-DJANUS_VARIANT_core", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-c", source,
             "-o", target], os.getcwd())
        if outcome.status != 0:
            raise SystemExit(outcome.stderr)
        return target

    objects = toolbox.each(compile, sorted(glob.glob(sources + "/*.c")))
    return objects + ["-fsanitize=address,undefined"]


def main():
    rng = random.Random(7)
    failed = runs = 0
    for variable in ["JANUS_FAIL_ALLOC", "JANUS_FAIL_DESTRUCTOR"]:
        sources = cases()
        if variable == "JANUS_FAIL_DESTRUCTOR":
            sources = {n: t for n, t in ((n, with_fail_points(s)) for n, s in sources.items()) if t}
        with tempfile.TemporaryDirectory(prefix="janus-failures-") as folder:
            tools = toolbox.Toolchain(sys.argv[1], folder)
            runtime = sanitized_runtime(folder)
            for name, source in sources.items():
                with open(tools.path(name + ".jan"), "w") as file:
                    file.write(source)
            for outcome in [tools.check(sources), tools.lower(sources)]:
                if outcome.status != 0:
                    raise SystemExit(f"the cases are rejected: {outcome.stdout[-3000:]}{outcome.stderr[-2000:]}")
            for name in sources:
                failing = inject(tools, name, runtime, variable, rng)
                runs += failing.runs
                failed += bool(failing.problems)
                for problem in failing.problems:
                    print(problem[:2000])
    print(f"failures: {runs} runs, {failed} programs with problems")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
