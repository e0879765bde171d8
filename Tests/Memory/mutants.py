#!/usr/bin/env python3
"""Mutation of the compiler's output: mutants.py TOOLCHAIN_FOLDER COUNT [SEED] [--sample N].

From the MIR of random programs one instruction is left out at a time: one that destroys a value, copies
one, or sets a drop flag. The verifiers must notice, or else the interpreter, its shadow state, or what
the program prints. Prints what nobody noticed, and the rate. `--sample` runs only N of each program's
mutants that the verifiers let pass.
"""
import os
import random
import sys
import tempfile
from collections import Counter

import oracle
import toolbox

# Everything that is left is listed, but so many of a hundred mutants may change nothing that can be
# seen. Where only a sample of what the verifiers let through is run, it stands for the rest.
MOST_SURVIVORS = 5


def behaviour(outcome):
    return outcome.status, outcome.stdout, oracle.statistics(outcome)


def survivors(tools, name, sample, rng):
    """How many mutants there were and ran, and those that nobody noticed."""
    outcome = tools.lower([name], options=["--mutants", tools.folder])
    report = next(r for r in toolbox.records(outcome.stdout) if r.get("kind") == "mutants")
    expected = behaviour(tools.interpret(tools.path(name + ".jmir"), JANUS_STATS="1"))
    passed = report["survivors"]
    tried = passed if sample is None or len(passed) <= sample else rng.sample(passed, sample)
    outcomes = toolbox.each(lambda m: tools.interpret(m["path"], JANUS_STATS="1"), tried)
    unnoticed = [m for m, o in zip(tried, outcomes) if behaviour(o) == expected]
    return report["count"], len(passed), len(tried), unnoticed


def main():
    words = sys.argv[1:]
    sample = None
    if "--sample" in words:
        at = words.index("--sample")
        sample = int(words[at + 1])
        del words[at:at + 2]
    count = int(words[1])
    seed = int(words[2]) if len(words) > 2 else random.randrange(1 << 30)
    rng = random.Random(seed)
    mutants = passed = ran = 0
    left = Counter()
    for number in range(seed, seed + count):
        with tempfile.TemporaryDirectory(prefix="janus-mutants-") as folder:
            tools = toolbox.Toolchain(words[0], folder)
            batch = oracle.Batch(tools, [number])
            for name in batch.compile():
                total, unnoticed_statically, tried, unnoticed = survivors(tools, name, sample, rng)
                mutants += total
                passed += unnoticed_statically
                ran += tried
                for mutant in unnoticed:
                    left[f"{mutant['function'].rsplit('.', 1)[0]}: {mutant['opcode']} of {mutant['place']}"] += 1
                    if "--verbose" in os.environ.get("MUTANTS", ""):
                        print(number, mutant)
    for what, times in left.most_common():
        print(f"unnoticed {times} times: {what}")
    unnoticed = sum(left.values())
    print(f"mutants: {mutants}, noticed by the verifiers {mutants - passed}; of the others {ran} ran, noticed "
          f"{ran - unnoticed}, unnoticed {unnoticed}; seeds from {seed}")
    survivors_in_all = passed * unnoticed / max(ran, 1)
    sys.exit(1 if mutants == 0 or survivors_in_all * 100 > MOST_SURVIVORS * mutants else 0)


if __name__ == "__main__":
    main()
