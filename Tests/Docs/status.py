#!/usr/bin/env python3
"""docs/status.md says what works and which case proves it; this says whether that is so: status.py.

Every case that a row names exists, also where the name is a pattern (`panic-…`) or a range (`errors/E3101` …
`errors/E3106`). Every row has a case that is accepted. It has one that is rejected, or a dash with
the reason why not. Every section of the reference that is about a construct is linked from a row.
"""
import glob
import os
import re
import sys

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SUITES = os.path.join(PROJECT, "Tests", "Suites")
# Headings of the reference that are about no construct.
ABOUT_NOTHING = {"Decisions where the design was silent", "Not supported yet"}
RANGE = re.compile(r"`(errors/E)(\d+)` … `errors/E(\d+)`")


def rows() -> list:
    """The cells of the table, row by row."""
    with open(os.path.join(PROJECT, "docs", "status.md"), encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def headings() -> list:
    """The anchors of the reference's sections."""
    with open(os.path.join(PROJECT, "docs", "reference.md"), encoding="utf-8") as file:
        found = [line[3:].strip() for line in file if line.startswith("## ")]
    return [re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
            for heading in found if heading not in ABOUT_NOTHING]


def exists(name: str) -> bool:
    """Whether a case, suite, folder or test of this name is there; `…` stands for any ending."""
    pattern = name.replace("…", "*")
    if name.endswith("Tests"):
        return bool(glob.glob(os.path.join(PROJECT, "Tests", "*", f"{name}.swift")))
    if name.startswith(("examples/", "docs/", "Tests/")):
        return os.path.exists(os.path.join(PROJECT, name))
    if os.path.isdir(os.path.join(SUITES, name.removeprefix("test-"))):
        return True
    folder = os.path.join(SUITES, pattern if "/" in pattern else f"language/{pattern}")
    exact = "…" in name or name.count("/") and re.fullmatch(r"errors/[EW]\d{4}", name)
    return bool(glob.glob(folder + ("*" if exact else ".jan")) or glob.glob(folder + "/package.toml"))


def cases(cell: str) -> list:
    """The names in a cell; a range is each of its codes."""
    names = []
    for prefix, first, last in RANGE.findall(cell):
        names += [f"{prefix}{code}" for code in range(int(first), int(last) + 1)]
    return names + re.findall(r"`([^` ]+)`", RANGE.sub("", cell))


def faults() -> list:
    found = []
    linked = set()
    for row in rows():
        if len(row) != 3:
            found.append(f"a row has {len(row)} cells: {row[0]}")
            continue
        construct, accepted, rejected = row
        linked |= set(re.findall(r"\(reference\.md#([a-z0-9-]+)\)", construct))
        for cell in (accepted, rejected):
            found += [f"{construct}: there is no case `{name}`" for name in cases(cell)
                      if not exists(name)]
        if not cases(accepted):
            found.append(f"{construct}: no case is accepted")
        if not cases(rejected) and not re.match(r"— .+", rejected):
            found.append(f"{construct}: no case is rejected, and no reason is given")
    known = headings()
    found += [f"no row links to reference.md#{name}" for name in known if name not in linked]
    found += [f"there is no reference.md#{name}" for name in sorted(linked) if name not in known]
    return found


def main() -> int:
    wrong = faults()
    for fault in wrong:
        print(fault)
    print(f"{len(rows())} rows, {len(wrong)} wrong")
    return 1 if wrong else 0


sys.exit(main())
