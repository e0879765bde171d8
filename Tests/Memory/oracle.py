#!/usr/bin/env python3
"""The oracle: random programs run every way: oracle.py TOOLCHAIN_FOLDER COUNT [SEED].

What the compiler accepts must show no fault of memory under the interpreter's shadow state, and do the
same interpreted, compiled for development and for release, under the JIT, and with every copy of the
source made: print the same, end with the same status, allocate and free as often (with all copies made:
at least as often). As much is destroyed as was made, and all memory is given back.
Prints each disagreement with the program's seed, and how often each feature was generated.
"""
import os
import random
import re
import sys
import tempfile
from collections import Counter

import programs
import toolbox

BATCH = 20
STATISTICS = re.compile(r"allocations: (\d+), frees: (\d+), live bytes: (-?\d+)")


class Batch:
    """Programs that go through the stages together."""

    def __init__(self, tools, seeds, fewer_ways=False):
        self.tools = tools
        self.fewer_ways = fewer_ways
        self.programs = {f"p{seed}": programs.Program(seed) for seed in seeds}
        self.problems = {}
        self.rejected = Counter()

    def report(self, name, problem):
        self.problems.setdefault(name, []).append(problem)

    def write(self, name):
        with open(self.tools.path(name + ".jan"), "w") as file:
            file.write(self.programs[name].text())

    def compile(self):
        """Leaves out the scenarios that are rejected; MIR of all programs that are left."""
        for name in self.programs:
            self.write(name)
        for _ in range(8):
            names = sorted(set(self.programs) - set(self.problems))
            steps = [lambda: self.tools.check(names), lambda: self.tools.lower(names),
                     lambda: self.tools.lower(names, ".all", options=["--keep-copies"]),
                     lambda: self.tools.lower(names, ".release", release=True)]
            for step in steps:
                outcome = step()
                if outcome.status != 0:
                    break
            else:
                return names
            if not self.leave_out(outcome, names):
                raise SystemExit(f"a stage ended with {outcome.status}\n{outcome.stdout[-2000:]}{outcome.stderr[-2000:]}")
        return []

    def leave_out(self, outcome, names):
        """Leaves out what the diagnostics name; False when they name nothing."""
        found = False
        for record in toolbox.records(outcome.stdout):
            if record.get("severity") != "error":
                continue
            place = record.get("spans") or record.get("location") or record
            name, line = position(record)
            if record.get("code", "").startswith("E9"):
                culprits = [name] if name in self.programs else [
                    n for n in names if n in str(record)] or names
                for culprit in culprits:
                    self.report(culprit, f"{record['code']}: {record.get('message')}")
                return True
            index = self.programs[name].scenario_at(line) if name in self.programs else None
            if index is None:
                if name in self.programs:
                    self.report(name, f"the prelude is rejected: {record}")
                    found = True
                continue
            self.rejected[record.get("code")] += 1
            if index in self.programs[name].kept:
                self.programs[name].kept.remove(index)
                self.write(name)
            found = True
        return found

    def run(self):
        for name, problems in toolbox.each(lambda n: (n, self.compare(n)), self.compile()):
            for problem in problems:
                self.report(name, problem)

    def compare(self, name):
        """What the ways of running a program disagree about."""
        mir = self.tools.path(name + ".jmir")
        outcomes = {"interpreter": self.tools.interpret(mir, JANUS_STATS="1")}
        outcomes["all copies"] = self.tools.interpret(self.tools.path(name + ".all.jmir"), JANUS_STATS="1")
        if not self.fewer_ways:
            outcomes["JIT"] = self.tools.jit(mir, JANUS_STATS="1")
            for way in ["dev", "release"]:
                program = self.tools.path(f"{name}.{way}")
                file = self.tools.path(name + (".release" if way == "release" else "") + ".jmir")
                problem = self.tools.build(file, program, way == "release")
                if problem:
                    return [f"{way}: {problem}"]
                outcomes[way] = self.tools.execute(program, JANUS_STATS="1")
        problems = [f"{way}: {problem}" for way, outcome in outcomes.items() for problem in faults(outcome)]
        first = outcomes["interpreter"]
        for way, outcome in outcomes.items():
            if outcome.status != first.status:
                problems.append(f"{way} ended with {outcome.status}, not {first.status}")
            if outcome.stdout != first.stdout:
                problems.append(f"{way} printed other things:\n{difference(first.stdout, outcome.stdout)}")
            if not agrees(statistics(first), statistics(outcome), way):
                problems.append(f"{way}: {statistics(outcome)}, not {statistics(first)}")
        return problems


def position(record):
    """The program and line that a diagnostic is about."""
    location = record.get("location") or {}
    file = location.get("file") or record.get("file") or ""
    return os.path.basename(file).removesuffix(".jan"), location.get("line") or record.get("line") or 0


def statistics(outcome):
    found = STATISTICS.search(outcome.stderr)
    return tuple(map(int, found.groups())) if found else None


def agrees(first, other, way):
    if first is None or other is None:
        return False
    return other[0] >= first[0] if way == "all copies" else other == first


def faults(outcome):
    """What no accepted program may do."""
    found = []
    if outcome.status == toolbox.FAULT or outcome.status not in (0, 101):
        found.append(f"ended with {outcome.status}: {outcome.stderr[-900:]}")
        return found
    made, gone = outcome.stdout.count("<+"), outcome.stdout.count("<-")
    if made != gone:
        found.append(f"made {made}, destroyed {gone}")
    counts = statistics(outcome)
    if counts and (counts[0] != counts[1] or counts[2] != 0):
        found.append("allocated {}, freed {}, {} bytes left".format(*counts))
    return found


def difference(one, other):
    for a, b in zip(one.splitlines() + [""], other.splitlines() + [""]):
        if a != b:
            return f"  {a[:200]}\n  {b[:200]}"
    return ""


def main():
    count = int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
    features, rejected, failed = Counter(), Counter(), 0
    scenarios = kept = 0
    for start in range(seed, seed + count, BATCH):
        with tempfile.TemporaryDirectory(prefix="janus-oracle-") as folder:
            batch = Batch(toolbox.Toolchain(sys.argv[1], folder), range(start, min(start + BATCH, seed + count)))
            batch.run()
        for name, problems in sorted(batch.problems.items()):
            failed += 1
            print(f"seed {name[1:]} (python3 Tests/Memory/programs.py {name[1:]}):")
            for problem in problems[:4]:
                print("  " + problem[:1500].replace("\n", "\n  "))
        for program in batch.programs.values():
            features += program.features
            scenarios += len(program.scenarios)
            kept += len(program.kept)
        rejected += batch.rejected
    print("features: " + ", ".join(f"{name} {n}" for name, n in features.most_common()))
    print("rejected: " + ", ".join(f"{code} {n}" for code, n in rejected.most_common()))
    print(f"oracle: {count - failed} of {count} programs agree, {kept} of {scenarios} scenarios accepted, "
          f"seeds from {seed}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
