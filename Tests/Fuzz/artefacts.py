#!/usr/bin/env python3
"""Damaged databases and MIR files: the stage that reads one refuses it with a message, or answers as
for the undamaged file, and never crashes: artefacts.py TOOLCHAIN_FOLDER [COUNT [SEED]].

A small program is taken through the stages once. Each round damages one artefact (bits flipped, bytes
overwritten, cut short, extended, pieces exchanged) and runs its readers: `janus-mir` and `janus-front`
on a database whose file, or one declaration in it, is damaged; `janus-back` and the interpreter on MIR.
(MIR behind a right checksum is damaged in Tests/MIRTests.)
"""
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import toolchain

TOOLS = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 200
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
PROGRAM = """
enum Shape { Empty, Circle(f64), Rect { w: f64, h: f64 } }
struct Named { name: string, shapes: List[Shape] }
trait Area { func area(self) -> f64 }
impl Area for Shape {
    func area(self) -> f64 {
        return match self { .Empty => 0.0, .Circle(r) => r * r * 3.0, .Rect { w, h } => w * h }
    }
}
const LIMIT = 3
func total[T: Area](items: []T) -> f64 {
    var sum = 0.0
    for item in items { sum += item.area() }
    return sum
}
func main() {
    let named = Named { name: "two", shapes: [.Circle(1.0), .Rect { w: 2.0, h: 3.0 }] }
    print(named.name, total(named.shapes), LIMIT)
}
"""
EXPECTED = b"two 9.0 3\n"


def damage(data: bytes, source: random.Random, start: int) -> bytes:
    text = bytearray(data)
    for _ in range(source.choice([1, 1, 1, 2, 5])):
        if len(text) <= start + 8:
            break
        at = source.randrange(start, len(text))
        kind = source.randrange(8)
        if kind < 3:
            text[at] ^= 1 << source.randrange(8)
        elif kind == 3:
            text[at:at + 4] = source.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f"])
        elif kind == 4:
            text[at] = source.randrange(256)
        elif kind == 5:
            del text[at:at + source.randint(1, 64)]
        elif kind == 6:
            text[at:at] = bytes(source.randrange(256) for _ in range(source.randint(1, 64)))
        else:
            other = source.randrange(start, len(text))
            length = source.randint(1, 32)
            text[at:at + length] = text[other:other + length]
    if source.random() < 0.05:
        text = text[:source.randrange(len(text) + 1)]
    return bytes(text)


def judge(outcomes: list):
    """What is wrong with how the readers ended; the first reader's output may be damaged in its turn,
    so a later one is only asked not to crash."""
    for command, outcome in outcomes:
        fault = outcome.fault()
        if fault:
            return f"{command} {fault}"
        if outcome.status == 1 and not outcome.stderr and not outcome.stdout:
            return f"{command} failed without a word"
    return None


def database_readers(path: str, folder: str) -> list:
    lowered = os.path.join(folder, "lowered.jmir")
    program = os.path.join(folder, "main.jan")
    return [
        ("janus-mir", toolchain.run(
            [f"{TOOLS}/janus-mir", "--db", path, "--module", "main", "-o", lowered])),
        ("janus-front", toolchain.run(
            [f"{TOOLS}/janus-front", program, "--db", path, "--std",
             f"{TOOLS}/lib/janus/std.astdb"]))]


def try_database(original: str, folder: str, source: random.Random):
    path = os.path.join(folder, "damaged.sqlite")
    with open(original, "rb") as file:
        data = file.read()
    with open(path, "wb") as file:
        file.write(damage(data, source, 0))
    for suffix in ("-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    return path, judge(database_readers(path, folder))


def try_blob(original: str, folder: str, source: random.Random):
    """Damages the stored form of one declaration inside a database that is otherwise whole."""
    path = os.path.join(folder, "blob.sqlite")
    shutil.copy(original, path)
    database = sqlite3.connect(path)
    rows = [row for (row,) in database.execute("SELECT id FROM object ORDER BY id DESC")]
    # The program's own declarations were written last; std's are read as far as it uses them.
    row = source.choice(rows[:8] if source.random() < 0.7 else rows)
    column = source.choice(["header", "body", "body"])
    (blob,) = database.execute(f"SELECT {column} FROM object WHERE id=?", (row,)).fetchone()
    database.execute(
        f"UPDATE object SET {column}=? WHERE id=?", (damage(bytes(blob), source, 0), row))
    database.commit()
    database.close()
    return path, judge(database_readers(path, folder))


def try_mir(original: str, folder: str, source: random.Random):
    path = os.path.join(folder, "damaged.jmir")
    with open(original, "rb") as file:
        data = file.read()
    with open(path, "wb") as file:
        file.write(damage(data, source, 0))
    return path, judge([
        ("janus-back", toolchain.run(
            [f"{TOOLS}/janus-back", path, "-o", os.path.join(folder, "damaged.o")])),
        ("janus-mir run", toolchain.run([f"{TOOLS}/janus-mir", "run", path]))])


def main() -> int:
    kept = os.path.join(TOOLS, "fuzz-artefacts")
    shutil.rmtree(kept, ignore_errors=True)
    os.makedirs(kept)
    failures = 0
    with tempfile.TemporaryDirectory(prefix="janus-artefacts-") as folder:
        program = os.path.join(folder, "main.jan")
        with open(program, "w", encoding="utf-8") as file:
            file.write(PROGRAM)
        database = os.path.join(folder, "whole.sqlite")
        mir = os.path.join(folder, "whole.jmir")
        subprocess.run(
            [f"{TOOLS}/janus-front", program, "--db", database, "--std",
             f"{TOOLS}/lib/janus/std.astdb"], check=True)
        subprocess.run(
            [f"{TOOLS}/janus-mir", "--db", database, "--module", "main", "-o", mir], check=True)
        subprocess.run(["sqlite3", database, "PRAGMA wal_checkpoint(TRUNCATE)"],
                       stdout=subprocess.DEVNULL, check=True)
        whole = subprocess.run([f"{TOOLS}/janus-mir", "run", mir], stdout=subprocess.PIPE, check=True)
        assert whole.stdout == EXPECTED, whole.stdout
        print(f"seed {SEED}")
        for number in range(COUNT):
            source = random.Random(f"{SEED}:{number}")
            kind = number % 4
            if kind == 0:
                path, fault = try_database(database, folder, source)
            elif kind == 1:
                path, fault = try_mir(mir, folder, source)
            else:
                path, fault = try_blob(database, folder, source)
            if fault:
                failures += 1
                name = os.path.join(kept, f"{SEED}-{number}{os.path.splitext(path)[1]}")
                shutil.copy(path, name)
                print(f"{fault}: {name}", flush=True)
    print(f"{COUNT - failures} passed, {failures} failed")
    return 1 if failures else 0


sys.exit(main())
