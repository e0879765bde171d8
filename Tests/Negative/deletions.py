#!/usr/bin/env python3
"""One token less: deletions.py TOOLCHAIN_FOLDER [COUNT].

Each accepted program of the suites, with one of its tokens deleted, is either accepted or given an
error with a place inside the file; no stage is silent, stops badly or takes too long. All tokens of
all programs are tried, or COUNT of them, evenly spread over all.
"""
import concurrent.futures
import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "Fuzz")]
from cases import Case  # noqa: E402
import run as negative  # noqa: E402

SUITES = os.path.join(os.path.dirname(HERE), "Suites")
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 0
TOKEN = re.compile(
    r'"""(?:.)*?"""|"(?:\\.|[^"\\\n])*"|//[^\n]*|[A-Za-z_][A-Za-z_0-9]*|[0-9][0-9A-Za-z_]*|\s+'
    r"|[-+*/%<>=!&|^~?.:]+|.", re.S)


def programs() -> list:
    """The suites' accepted programs of one file: (name, text)."""
    found = []
    for path in sorted(glob.glob(os.path.join(SUITES, "*", "*.jan"))):
        with open(path, "rb") as file:
            text = file.read()
        if text.startswith(b"// check-fail") or len(text) > 40_000:
            continue
        try:
            found.append((os.path.relpath(path, SUITES), text.decode()))
        except UnicodeDecodeError:
            continue
    return found


def deletions() -> list:
    """(program, token) for each token that means something."""
    places = []
    for number, (_, text) in enumerate(programs()):
        for token in TOKEN.finditer(text):
            if not token[0].isspace() and not token[0].startswith("//"):
                places.append((number, token.start(), token.end()))
    if not COUNT or COUNT >= len(places):
        return places
    return [places[at * len(places) // COUNT] for at in range(COUNT)]


class Shorter(Case):
    """A program without one token. Its text holds markers of suites, which mean nothing here."""

    def __init__(self, name: str, text: str, start: int, end: int):
        line = text.count("\n", 0, start) + 1
        self.name = f"{name}:{line} without `{text[start:end]}`"
        self.profile = "core"
        self.kind = "exe"
        self.files = {"main.jan": text[:start] + text[end:]}
        self.expected = []


def wrong(case: Shorter, records: list):
    """What is wrong with what was said about a case, or None."""
    for record in records:
        # What a stage says about an instance may stand in `std`.
        if os.path.basename(record.get("file") or "") in case.files:
            fault = negative.badly_placed(case, record)
            if fault:
                return f"a diagnostic {fault}"
    return None


def judge(cases: list) -> list:
    said, fault = negative.run_batch(cases)
    if not fault and -1 in said and any(record["severity"] == "error" for record in said[-1]):
        fault = f"an error without a place: {said[-1][0].get('message')}"
    if not fault:
        return [(case, wrong(case, said.get(number, []))) for number, case in enumerate(cases)]
    if len(cases) == 1:
        return [(cases[0], fault)]
    half = len(cases) // 2
    return judge(cases[:half]) + judge(cases[half:])


def main() -> int:
    texts = programs()
    cases = [Shorter(*texts[number], start, end) for number, start, end in deletions()]
    batches = [cases[at:at + 100] for at in range(0, len(cases), 100)]
    faults = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for judged in pool.map(judge, batches):
            faults += [(case, fault) for case, fault in judged if fault]
    for case, fault in faults:
        print(f"{case.name}: {fault}")
    print(f"{len(cases)} programs without one of their tokens, of {len(texts)} programs: "
          f"{len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
