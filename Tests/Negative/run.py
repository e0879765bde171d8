#!/usr/bin/env python3
"""Wrong programs are rejected, well: run.py TOOLCHAIN_FOLDER [PART_OF_A_NAME | COUNT].

The tables state thousands of wrong programs, each with the errors it must be given: these and no
others, on these lines, at places inside the file, and with an exit code of 1. A twin without the
mistake must be accepted, so a checker that rejects everything fails too. Many programs share one
process, each as a package of its own; a few are also given to `janus-build check` alone. With a
COUNT, so many wrong programs are tried, evenly spread over all, and as many twins. `known.txt`
names the programs that the compiler is known to judge wrongly; one that it judges rightly must
leave that list.
"""
import concurrent.futures
import json
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "Fuzz")]
from cases import Case, Table  # noqa: E402
from tables import modules  # noqa: E402
import toolchain  # noqa: E402

TOOLS = os.path.abspath(sys.argv[1])
WANTED = sys.argv[2] if len(sys.argv) > 2 else ""
COUNT = int(WANTED) if WANTED.isdigit() else 0
KNOWN = os.path.join(HERE, "known.txt")
BATCH = 250
LEAST = 2000  # Wrong programs; fewer would be a hole in the tables.
ALONE = 100


def collect() -> tuple:
    rejected, accepted = {}, {}
    for name, module in modules():
        table = Table(name)
        module.build(table)
        rejected.update(table.rejected)
        accepted.update(table.accepted)
    return chosen(list(rejected.values())), chosen(list(accepted.values()))


def chosen(cases: list) -> list:
    if COUNT:
        taken = min(COUNT, len(cases))
        return [cases[at * len(cases) // taken] for at in range(taken)]
    return [case for case in cases if WANTED in case.name]


def known_faults() -> set:
    with open(KNOWN, encoding="utf-8") as file:
        lines = file.read().split("\n")
    return {line for line in lines if line and not line.startswith("#")}


def write(case: Case, folder: str) -> list:
    os.makedirs(folder)
    paths = []
    for name, text in case.files.items():
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        paths.append(path)
    return paths


def jobs(cases: list, folder: str) -> tuple:
    front, lowering = [], []
    for number, case in enumerate(cases):
        package = os.path.join(folder, f"c{number}")
        paths = write(case, package)
        front.append(json.dumps({
            "package": f"c{number}", "profile": case.profile, "overflow": "default",
            "root": package,
            "files": paths, "dependencies": [], "capabilities": None, "kind": case.kind}))
        entry = "lib" if case.kind == "lib" else "main"
        lowering.append(json.dumps({
            "module": f"c{number}", "entry": entry, "release": number % 2 == 0,
            "check_tests": True, "output": os.path.join(package, "out.jmir")}))
    return front, lowering


def owner(record: dict) -> int:
    """The number of the case that a diagnostic is about, or -1."""
    found = re.search(r"/c(\d+)/[^/]*$", record.get("file") or "")
    return int(found[1]) if found else -1


def stage(name: str, options: list, lines: list) -> tuple:
    """What a stage says about its jobs, case by case, and why it may not end as it did, or None."""
    outcome = toolchain.run(
        [os.path.join(TOOLS, name), "--jobs", "--message-format", "json"] + options,
        "\n".join(lines) + "\n", 60 + len(lines))
    said = {}
    for record in outcome.records():
        if record.get("kind") == "diagnostic":
            said.setdefault(owner(record), []).append(record)
    failed = any(record["severity"] == "error" for records in said.values() for record in records)
    fault = outcome.fault()
    if not fault and outcome.status != int(failed):
        fault = f"ended with status {outcome.status}"
    return said, fault and f"{name} {fault}"


def run_batch(cases: list) -> tuple:
    """The diagnostics of each case, and what is wrong with the run as a whole, or None."""
    with tempfile.TemporaryDirectory(prefix="janus-negative-") as folder:
        front, lowering = jobs(cases, folder)
        database = os.path.join(folder, "db.sqlite")
        said, fault = stage(
            "janus-front", ["--db", database, "--std", f"{TOOLS}/lib/janus/std.astdb"], front)
        if fault:
            return said, fault
        sound = [line for number, line in enumerate(lowering)
                 if not any(record["severity"] == "error" for record in said.get(number, []))]
        more, fault = stage("janus-mir", ["--db", database], sound) if sound else ({}, None)
        for number, records in more.items():
            said.setdefault(number, []).extend(records)
        return said, fault


def badly_placed(case: Case, record: dict):
    """Why a diagnostic points nowhere, or None."""
    text = case.files.get(os.path.basename(record.get("file") or ""))
    if text is None:
        return "names no file of the program"
    lines = text.split("\n")
    line, column = record.get("line") or 0, record.get("column") or 0
    if not 1 <= line <= len(lines):
        return f"line {line} is outside of the file"
    if not 1 <= column <= len(lines[line - 1].encode()) + 1:
        return f"column {column} is outside of line {line}"
    if not record.get("message") or not re.fullmatch(r"[EW]\d{4}", record.get("code") or ""):
        return "has no code or no words"
    return None


def wrong(case: Case, records: list):
    """What is wrong with what was said about a case, or None."""
    for record in records:
        fault = badly_placed(case, record)
        if fault:
            return f"a diagnostic {fault}"
    found = [(os.path.basename(record["file"]), record["line"], record["code"])
             for record in records if record["severity"] == "error"]
    if sorted(found) == sorted(case.expected):
        return None
    said = "; ".join(
        f"{os.path.basename(record['file'])}:{record['line']} {record['code']} {record['message']}"
        for record in records if record["severity"] == "error")
    return f"expected {case.expected}, got {said or 'nothing'}"


def judge(cases: list) -> list:
    said, fault = run_batch(cases)
    if not fault:
        return [(case, wrong(case, said.get(number, []))) for number, case in enumerate(cases)]
    if len(cases) == 1:
        return [(cases[0], fault)]
    half = len(cases) // 2
    return judge(cases[:half]) + judge(cases[half:])


def alone(case: Case):
    """What is wrong with `janus-build check` of a program of one file, or None."""
    with tempfile.TemporaryDirectory(prefix="janus-negative-") as folder:
        path = os.path.join(folder, "main.jan")
        text = case.files["main.jan"]
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        outcome = toolchain.run([f"{TOOLS}/janus-build", "check", "main.jan"], folder=folder)
        _, line, code = case.expected[0]
        said = (outcome.stdout + outcome.stderr).decode()
        if outcome.status != 1:
            return f"`janus-build check` ended with status {outcome.status}"
        if f"error[{code}]" not in said or f"main.jan:{line}:" not in said:
            return f"`janus-build check` does not show {code} at line {line}:\n{said[:800]}"
        return None


def judge_all(everything: list, singles: list) -> list:
    batches = [everything[at:at + BATCH] for at in range(0, len(everything), BATCH)]
    judged = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for batch in pool.map(judge, batches):
            judged += batch
        judged += zip(singles, pool.map(alone, singles))
    return judged


def show(case: Case, fault: str):
    print(f"{case.name}: {fault}")
    for name, text in case.files.items():
        if len(case.files) > 1:
            print(f"  {name}")
        print("".join(f"    {line}\n" for line in text.rstrip().split("\n")), end="")


def main() -> int:
    rejected, accepted = collect()
    known = known_faults()
    plain = [case for case in rejected
             if len(case.files) == 1 and case.profile == "core" and case.name not in known]
    singles = plain[::ALONE]
    judged = judge_all(rejected + accepted, singles)
    faults = [(case, fault) for case, fault in judged if fault and case.name not in known]
    for case, fault in judged:
        if not fault and case.name in known:
            faults.append((case, "is judged rightly, but stands in known.txt"))
    for case, fault in faults:
        show(case, fault)
    few = (COUNT or not WANTED) and len(rejected) < LEAST
    if few:
        print(f"only {len(rejected)} wrong programs")
    suffered = sum(1 for case in rejected + accepted if case.name in known)
    print(f"{len(rejected)} wrong programs, {len(accepted)} legal twins, {len(singles)} checked "
          f"alone: {len(faults)} failed, {suffered} known faults")
    return 1 if faults or few else 0


if __name__ == "__main__":
    sys.exit(main())
