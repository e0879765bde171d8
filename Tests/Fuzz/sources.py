#!/usr/bin/env python3
"""Mutated sources: whatever the text, the front end and the lowering answer with acceptance or with a
located diagnostic, within limits of time and memory: sources.py TOOLCHAIN_FOLDER [COUNT [SEED]].

Seeds are the programs of the suites, of the examples and of std. A mutant has one to eight edits, of
tokens (deleted, doubled, swapped, replaced by one of
their kind, spliced in from another program) or of bytes. Mutants are
checked in batches, each a package of its own; a batch that ends badly is tried again one by one. A
mutant that is at fault is kept under TOOLCHAIN_FOLDER/fuzz.
"""
import concurrent.futures
import glob
import json
import os
import random
import re
import shutil
import sys
import tempfile

from toolchain import run

TOOLS = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KEPT = os.path.join(TOOLS, "fuzz")
BATCH = 20
TOKEN = re.compile(
    rb'"""(?:.)*?"""|"(?:\\.|[^"\\\n])*"|//[^\n]*|[A-Za-z_][A-Za-z_0-9]*|[0-9][0-9A-Za-z_.]*'
    rb"|\s+|[-+*/%<>=!&|^~?.:]+|.", re.S)
PIECES = [
    b"{", b"}", b"(", b")", b"[", b"]", b"do", b"end", b"func", b"let", b"var", b"if", b"else",
    b"match", b"move ", b"inout ", b"owned ", b"&", b"|x| ", b"=>", b"->", b"?", b"??", b"?.", b"..<",
    b"\n", b";", b",", b":", b"0", b"-1", b"9223372036854775808", b"1e999", b'""', b'$"{x:>9}"',
    b"null", b"self", b"Self", b"undefined", b"return ", b"break ", b"for x in ", b"while ", b"unsafe ",
    b"struct S { a: S }", b"enum E { A(E) }", b"impl ", b"trait T {}", b"[T]", b"[T: Ord]", b"?i64",
    b"List[List[", b"*u8", b"@sizeof(T)", b"catch e ", b"try ", b"fail ", b"profile :sovereign\n",
    b"static s = s", b"const C = C + 1", b"type A = List[A]", b"defer ", b"with_scratchpad ", b"//", b"/*"]


def seeds() -> list:
    paths = []
    for pattern in ("Tests/Suites/*/*.jan", "examples/**/*.jan", "Sources/janus-runtime/Std/*.jan"):
        paths += glob.glob(os.path.join(PROJECT, pattern), recursive=True)
    texts = []
    for path in sorted(paths):
        with open(path, "rb") as file:
            text = file.read()
        if 0 < len(text) < 40_000:
            texts.append(text)
    return texts


def swap_alike(tokens: list, other: list, source: random.Random):
    """Replaces a word by a word, a number by a number, an operator by an operator: such a mutant often
    parses, so it is the checker and the lowering that are tried."""
    kind = source.choice([rb"[A-Za-z_]", rb"[0-9]", rb"[-+*/%<>=!&|^~?.:]"])
    places = [at for at, token in enumerate(tokens) if re.match(kind, token)]
    words = [token for token in (other if source.random() < 0.2 else tokens) if re.match(kind, token)]
    if places and words:
        tokens[source.choice(places)] = source.choice(words)


def mutate_tokens(tokens: list, other: list, source: random.Random):
    if not tokens:
        tokens.append(source.choice(PIECES))
        return
    at = source.randrange(len(tokens))
    kind = source.randrange(12)
    if kind >= 6:
        swap_alike(tokens, other, source)
    elif kind == 0:
        del tokens[at:at + source.randint(1, 3)]
    elif kind == 1:
        tokens[at:at] = tokens[at:at + source.randint(1, 12)]
    elif kind == 2:
        second = source.randrange(len(tokens))
        tokens[at], tokens[second] = tokens[second], tokens[at]
    elif kind == 3:
        tokens[at] = source.choice(tokens)
    elif kind == 4:
        tokens.insert(at, source.choice(PIECES))
    else:
        start = source.randrange(len(other))
        tokens[at:at] = other[start:start + source.randint(1, 30)]


def mutate_bytes(text: bytearray, source: random.Random):
    at = source.randrange(len(text) + 1)
    kind = source.randrange(4)
    if kind == 0 and at < len(text):
        text[at] = source.randrange(256)
    elif kind == 1:
        text.insert(at, source.randrange(256))
    elif kind == 2:
        del text[at:at + source.randint(1, 8)]
    else:
        del text[at:]


def mutant(number: int, texts: list) -> bytes:
    """The mutant with this number: the same for the same seed, whatever else is run."""
    source = random.Random(f"{SEED}:{number}")
    text = source.choice(texts)
    for _ in range(source.choice([1, 1, 2, 2, 3, 4, 6, 8])):
        if source.random() < 0.85:
            tokens = TOKEN.findall(text)
            mutate_tokens(tokens, TOKEN.findall(source.choice(texts)) or [b" "], source)
            text = b"".join(tokens)
        else:
            data = bytearray(text)
            mutate_bytes(data, source)
            text = bytes(data)
    return text


def check(numbers: list, texts: list, folder: str):
    """What is wrong with these mutants as packages of one run: a sentence, or None."""
    jobs = []
    modules = []
    for number in numbers:
        package = os.path.join(folder, f"m{number}")
        os.makedirs(package, exist_ok=True)
        path = os.path.join(package, "main.jan")
        with open(path, "wb") as file:
            file.write(mutant(number, texts))
        jobs.append(json.dumps({
            "package": f"m{number}", "profile": "core", "overflow": "default", "root": package,
            "files": [path], "dependencies": [], "capabilities": None, "kind": "lib"}))
        modules.append(json.dumps({
            "module": f"m{number}", "entry": "lib", "release": number % 2 == 0,
            "output": os.path.join(package, "out.jmir")}))
    database = os.path.join(folder, f"{numbers[0]}-{len(numbers)}.sqlite")
    seconds = 10 + 2 * len(numbers)
    front = run(
        [f"{TOOLS}/janus-front", "--jobs", "--db", database, "--std",
         f"{TOOLS}/lib/janus/std.astdb", "--message-format", "json"],
        "\n".join(jobs) + "\n", seconds)
    fault = front.fault()
    if fault:
        return f"janus-front {fault}"
    failed = {record.get("file", "").split("/")[-2] for record in front.records()
              if record.get("severity") == "error" and record.get("file")}
    if front.status == 1 and not failed:
        return "janus-front failed without a diagnostic that has a place"
    accepted = [module for number, module in zip(numbers, modules) if f"m{number}" not in failed]
    if accepted:
        lowering = run(
            [f"{TOOLS}/janus-mir", "--jobs", "--db", database, "--message-format", "json"],
            "\n".join(accepted) + "\n", seconds)
        fault = lowering.fault()
        if fault:
            return f"janus-mir {fault}"
    return None


def check_batch(numbers: list, texts: list) -> list:
    with tempfile.TemporaryDirectory(prefix="janus-fuzz-") as folder:
        if check(numbers, texts, folder) is None:
            return []
    faults = []
    for number in numbers:
        with tempfile.TemporaryDirectory(prefix="janus-fuzz-") as folder:
            fault = check([number], texts, folder)
        if fault:
            kept = os.path.join(KEPT, f"{SEED}-{number}.jan")
            with open(kept, "wb") as file:
                file.write(mutant(number, texts))
            faults.append(f"{fault}: {kept}")
    return faults


def main() -> int:
    shutil.rmtree(KEPT, ignore_errors=True)
    os.makedirs(KEPT)
    texts = seeds()
    print(f"seed {SEED}, {COUNT} mutants of {len(texts)} programs")
    batches = [list(range(start, min(start + BATCH, COUNT))) for start in range(0, COUNT, BATCH)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        faults = [fault for found in pool.map(lambda batch: check_batch(batch, texts), batches)
                  for fault in found]
    for fault in faults:
        print(fault)
    print(f"{COUNT - len(faults)} passed, {len(faults)} failed")
    return 1 if faults else 0


sys.exit(main())
