#!/usr/bin/env python3
"""Random questions to the library, Python's answers beside: compare.py TOOLCHAIN [COUNT [SEED]].

Strings, case and white space by Unicode, numbers as text and back, JSON, digests. answers.jan does
what each line asks, built for release; a difference is printed with the question.
"""
import base64
import decimal
import hashlib
import json
import math
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zlib

TOOLS = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
random.seed(SEED)

PIECES = ["a", "b", "ab", "A", "é", "ß", "Σ", "σ", "İ", "ŉ", " ", "\t", "\u3000", "-", "→", "😀",
          "\u0301", "'"]


def offset(text, index):
    return None if index < 0 else len(text[:index].encode())


def halves(text, part, index):
    return None if index < 0 else [text[:index], text[index + len(part):]]


def from_offset(text, part, start):
    data = text.encode()
    found = data.find(part.encode(), start) if start <= len(data) else -1
    return None if found < 0 else found


def centred(text, width):
    missing = max(width - len(text), 0)
    return " " * (missing // 2) + text + " " * (missing - missing // 2)


def integer(text):
    value = int(text) if text.strip("+-").isdigit() and text == text.strip() else None
    return value if value is not None and -(2**63) <= value < 2**63 else None


def finite(text):
    value = float(text)
    return None if math.isinf(value) else value


def digits(bits):
    value = struct.unpack("<d", struct.pack("<Q", int(bits)))[0]
    text = repr(value)
    # Python goes over to an exponent below 1e-4, Janus below 1e-5.
    if 1e-5 <= value < 1e-4:
        return format(decimal.Decimal(text), "f")
    mantissa, _, exponent = text.partition("e")
    # Python writes `1e-07`, Janus `1e-7`.
    return text if not exponent else f"{mantissa.removesuffix('.0')}e{int(exponent)}"


def strict_float(text):
    value = float(text)
    if math.isinf(value):
        raise ValueError
    return value


def strict_integer(text):
    value = int(text)
    if text == "-0":
        return -0.0
    return value if -(2**63) <= value < 2**63 else strict_float(text)


def refuse(text):
    raise ValueError


def document(text):
    try:
        value = json.loads(text, parse_constant=refuse, parse_float=strict_float,
                           parse_int=strict_integer)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, UnicodeError):
        return "mistake"
    return [value]


ANSWERS = {
    "split": lambda s, p, q, n: s.split(p) if p else list(s),
    "splitn": lambda s, p, q, n: s.split(p, n) if p else [s],
    "split_once": lambda s, p, q, n: halves(s, p, s.find(p)),
    "rsplit_once": lambda s, p, q, n: halves(s, p, s.rfind(p)),
    "words": lambda s, p, q, n: s.split(),
    "replace": lambda s, p, q, n: s.replace(p, q) if p else s,
    "replacen": lambda s, p, q, n: s.replace(p, q, n) if p else s,
    "find": lambda s, p, q, n: offset(s, s.find(p)),
    "find_from": lambda s, p, q, n: from_offset(s, p, n),
    "rfind": lambda s, p, q, n: offset(s, s.rfind(p)),
    "count": lambda s, p, q, n: s.count(p) if p else 0,
    "starts": lambda s, p, q, n: s.startswith(p),
    "ends": lambda s, p, q, n: s.endswith(p),
    "strip_prefix": lambda s, p, q, n: s[len(p):] if s.startswith(p) else None,
    "strip_suffix": lambda s, p, q, n: s[:len(s) - len(p)] if s.endswith(p) else None,
    "trim": lambda s, p, q, n: s.strip(),
    "trim_start": lambda s, p, q, n: s.lstrip(),
    "trim_end": lambda s, p, q, n: s.rstrip(),
    "upper": lambda s, p, q, n: s.upper(),
    "lower": lambda s, p, q, n: s.lower(),
    "fold": lambda s, p, q, n: s.casefold() == p.casefold(),
    "reverse": lambda s, p, q, n: s[::-1],
    "repeat": lambda s, p, q, n: s * n,
    "pad_start": lambda s, p, q, n: s.rjust(n * 3, "→"),
    "pad_end": lambda s, p, q, n: s.ljust(n * 3),
    "pad_center": lambda s, p, q, n: centred(s, n * 3),
    "chars": lambda s, p, q, n: [ord(c) for c in s],
    "char_count": lambda s, p, q, n: len(s),
    "compare": lambda s, p, q, n: (s > p) - (s < p),
    "parse_i64": lambda s, p, q, n: integer(s),
    "parse_f64": lambda s, p, q, n: finite(s),
    "digits": lambda s, p, q, n: digits(s),
    "json": lambda s, p, q, n: document(s),
    "sha256": lambda s, p, q, n: hashlib.sha256(s.encode()).hexdigest(),
    "crc32": lambda s, p, q, n: zlib.crc32(s.encode()),
    "base64": lambda s, p, q, n: base64.b64encode(s.encode()).decode(),
}


def text(most):
    return "".join(random.choice(PIECES) for _ in range(random.randrange(most)))


def any_character():
    # The library's tables are of this version.
    if unicodedata.unidata_version != "14.0.0":
        return random.choice(PIECES)
    code = random.randrange(0x10F800)
    return chr(code if code < 0xD800 else code + 0x800)


def number_text():
    if random.random() < 0.5:
        return repr(random.random() * 10 ** random.randrange(-300, 300))
    whole, fraction = random.randrange(10 ** random.randrange(1, 20)), random.randrange(10**6)
    return f"{random.choice(['', '-'])}{whole}.{fraction}e{random.randrange(-330, 310)}"


def bits():
    kind = random.randrange(4)
    if kind == 0:
        return random.randrange(0x7FF << 52)
    if kind == 1:
        return random.randrange(1, 0x7FF) << 52
    if kind == 2:
        return random.randrange(1 << 20)
    return struct.unpack("<Q", struct.pack("<d", random.randrange(10**9) / 1000))[0]


def value(depth):
    kind = random.random()
    if depth == 0 or kind < 0.5:
        size = 10 ** random.randrange(1, 25)
        return random.choice([None, True, False, random.randrange(-size, size), text(4), "\x01\"\\",
                              random.random() * 10.0 ** random.randrange(-20, 20)])
    if kind < 0.75:
        return [value(depth - 1) for _ in range(random.randrange(4))]
    return {random.choice("abcdé"): value(depth - 1) for _ in range(random.randrange(4))}


def json_text():
    result = list(json.dumps(value(4), ensure_ascii=random.random() < 0.5))
    for _ in range(random.randrange(3)):
        at = random.randrange(len(result) + 1)
        if random.random() < 0.4:
            del result[at:at + 1]
        else:
            result.insert(at, random.choice("{}[]\",:0123456789.eE+-\\utrfn \t\nabé"))
    return "".join(result)


def question():
    operation = random.choice(list(ANSWERS))
    subject, part = text(12), text(3)
    if subject and random.random() < 0.3:
        at = random.randrange(len(subject))
        part = subject[at:at + random.randrange(1, 3)]
    if operation in ("upper", "lower", "fold") and random.random() < 0.5:
        subject = any_character()
        part = random.choice([subject.lower(), subject.upper(), subject.casefold(), part])
    if operation == "parse_i64":
        digits = random.randrange(1, 22)
        subject = (random.choice(["", "-", "+"]) + str(random.randrange(10**digits))
                   + random.choice(["", "", "x", " "]))
    if operation == "parse_f64":
        subject = number_text()
    if operation == "digits":
        subject = str(bits())
    if operation == "json":
        subject = json_text()
    return [operation, subject, part, text(3), random.randrange(6)]


def main():
    folder = tempfile.mkdtemp()
    source = os.path.join(folder, "answers.jan")
    shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "answers.jan"), source)
    questions = [question() for _ in range(COUNT)]
    asked = "\n".join(json.dumps(q, ensure_ascii=False) for q in questions)
    run = subprocess.run([os.path.join(TOOLS, "janus-build"), "run", "--release", source],
                         input=asked, capture_output=True, text=True)
    shutil.rmtree(folder)
    if run.returncode != 0:
        sys.exit(f"seed {SEED}: the program ended with {run.returncode}\n{run.stderr[-2000:]}")
    answers = run.stdout.split("\n")[:-1]
    if len(answers) != COUNT:
        sys.exit(f"seed {SEED}: {len(answers)} answers to {COUNT} questions")
    wrong = 0
    for asked, answer in zip(questions, answers):
        expected = ANSWERS[asked[0]](*asked[1:])
        given = json.loads(answer, parse_int=strict_integer)
        if given != expected or type(given) is not type(expected):
            wrong += 1
            if wrong <= 20:
                print(f"{asked}\n  Python {expected!r}\n  Janus  {given!r}")
    print(f"{COUNT} questions with seed {SEED}, {wrong} answered otherwise than by Python")
    sys.exit(1 if wrong else 0)


main()
