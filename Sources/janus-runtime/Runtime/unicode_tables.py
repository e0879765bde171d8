#!/usr/bin/env python3
"""Writes unicode_tables.inc, the properties of characters that unicode.c reads.

    python3 unicode_tables.py > unicode_tables.inc

Case, categories and numbers come from Python's unicodedata, the derived properties that it lacks
(Alphabetic, Grapheme_Cluster_Break, Extended_Pictographic) from Perl. Both must be of one version
of Unicode, which the output names; Debian 12 has 14.0.0 in both.
"""

import subprocess
import sys
import unicodedata

LIMIT = 0x110000
SMALL = 16  # code points in a block
LARGE = 64  # blocks in a group

# The bits of janus_char_class and, above them, what only unicode.c asks for.
FLAGS = ["ALPHABETIC", "NUMERIC", "SPACE", "UPPER", "LOWER", "PUNCTUATION", "CONTROL", "DECIMAL",
         "CASED", "CASE_IGNORABLE", "SPECIAL_UPPER"]
BIT = {name: 1 << index for index, name in enumerate(FLAGS)}

# The order of janus_break in unicode.c.
BREAKS = {"XX": 0, "CN": 1, "CR": 2, "LF": 3, "EX": 4, "ZWJ": 5, "RI": 6, "PP": 7, "SM": 8,
          "L": 9, "V": 10, "T": 11, "LV": 12, "LVT": 13}
PICTOGRAPHIC = 14

PERL = r"""
use Unicode::UCD;
print Unicode::UCD::UnicodeVersion(), "\n";
no warnings;
my @breaks = qw(CN CR LF EX ZWJ RI PP SM L V T LV LVT);
my @tests = map { my $b = $_; qr/\p{GCB=$b}/ } @breaks;
for my $code (0 .. 0x10FFFF) {
  my $c = chr($code);
  my $break = "XX";
  for my $i (0 .. $#breaks) { if ($c =~ $tests[$i]) { $break = $breaks[$i]; last } }
  my $alphabetic = $c =~ /\p{Alphabetic}/ ? 1 : 0;
  my $pictographic = $c =~ /\p{ExtPict}/ ? 1 : 0;
  print "$alphabetic $break $pictographic\n";
}
"""


def derived_properties():
    """For each code point: whether it is alphabetic, and its break class."""
    lines = subprocess.run(["perl", "-e", PERL], capture_output=True, text=True,
                           check=True).stdout.split("\n")
    if lines[0] != unicodedata.unidata_version:
        sys.exit(f"Perl has Unicode {lines[0]}, Python {unicodedata.unidata_version}")
    result = []
    for line in lines[1:LIMIT + 1]:
        alphabetic, name, pictographic = line.split(" ")
        result.append((alphabetic == "1", PICTOGRAPHIC if pictographic == "1" else BREAKS[name]))
    return result


def simple_upper(c):
    full = c.upper()
    if len(full) == 1:
        return ord(full)
    # Where the full mapping has several characters the simple one is the title case, if it is one.
    title = c.title()
    return ord(title) if len(title) == 1 else ord(c)


def is_cased(c):
    return (" " + c + "\u03a3").lower()[-1] == "\u03c2"


def is_case_ignorable(c):
    return (("A" + c + "\u03a3").lower()[-1] == "\u03c2") and not is_cased(c)


def record(code, alphabetic, break_class):
    c = chr(code)
    category = unicodedata.category(c)
    # A surrogate is no character.
    if category == "Cs":
        return (0, 0, 0, break_class)
    flags = 0

    def put(name, holds):
        nonlocal flags
        if holds:
            flags |= BIT[name]

    put("ALPHABETIC", alphabetic)
    put("NUMERIC", category in ("Nd", "Nl", "No"))
    put("SPACE", c.isspace() and code not in range(0x1C, 0x20))
    put("UPPER", c.isupper())
    put("LOWER", c.islower())
    put("PUNCTUATION", category[0] in "PS")
    put("CONTROL", category == "Cc")
    put("DECIMAL", category == "Nd")
    put("CASED", is_cased(c))
    put("CASE_IGNORABLE", is_case_ignorable(c))
    put("SPECIAL_UPPER", len(c.upper()) > 1)
    return (flags, simple_upper(c) - code, ord(c.lower()[0]) - code, break_class)


def split(values, size):
    """The distinct blocks of `values`, and the number of each block in their order."""
    known, order, numbers = {}, [], []
    for start in range(0, len(values), size):
        block = tuple(values[start:start + size])
        if block not in known:
            known[block] = len(order)
            order.append(block)
        numbers.append(known[block])
    return order, numbers


def table(kind, name, values):
    print(f"static const {kind} {name}[{len(values)}] = {{")
    line = " "
    for value in values:
        text = f" {value},"
        if len(line) + len(text) > 100:
            print(line)
            line = " "
        line += text
    print(line)
    print("};\n")


def width(values):
    return "uint8_t" if max(values) < 256 else "uint16_t"


def main():
    derived = derived_properties()
    distinct, numbers = split([record(code, *derived[code]) for code in range(LIMIT)], 1)
    blocks, block_numbers = split(numbers, SMALL)
    groups, group_numbers = split(block_numbers, LARGE)

    print("// Written by unicode_tables.py from Unicode", unicodedata.unidata_version)
    print("// A group is the upper bits of a code point, a block the middle ones.\n")
    print(f"enum {{ UNICODE_BLOCK = {SMALL}, UNICODE_GROUP = {LARGE} }};\n")
    for index, name in enumerate(FLAGS):
        if index > 7:
            print(f"enum {{ UNICODE_{name} = {BIT[name]} }};")
    print("\nstatic const unicode_record unicode_records[] = {")
    for (flags, upper, lower, break_class), in distinct:
        print(f"  {{{upper}, {lower}, {flags}, {break_class}}},")
    print("};\n")
    table(width(numbers), "unicode_blocks", [n for block in blocks for n in block])
    table(width(block_numbers), "unicode_groups", [n for group in groups for n in group])
    table(width(group_numbers), "unicode_index", group_numbers)

    print("// Characters whose upper case is several, in the order of their codes.")
    print("static const unicode_special unicode_special_upper[] = {")
    for code in range(LIMIT):
        full = chr(code).upper() if not 0xD800 <= code < 0xE000 else ""
        if len(full) > 1:
            codes = [ord(c) for c in full] + [0] * (3 - len(full))
            print(f"  {{{code}, {len(full)}, {{{codes[0]}, {codes[1]}, {codes[2]}}}}},")
    print("};")


main()
