#!/usr/bin/env python3
"""Writes powers_of_ten.inc, which shortest.c reads.

    python3 powers_of_ten.py > powers_of_ten.inc
"""

LOWEST, HIGHEST = -292, 324


def power(exponent):
    """The upper 128 bits of 10 to the exponent, rounded up, the highest one set."""
    numerator, denominator = (10**exponent, 1) if exponent >= 0 else (1, 10**-exponent)
    shift = 128 - (numerator.bit_length() - denominator.bit_length())
    while True:
        top = numerator << shift if shift >= 0 else numerator
        bottom = denominator if shift >= 0 else denominator << -shift
        value = -(-top // bottom)
        if value < 1 << 127:
            shift += 1
        elif value >= 1 << 128:
            shift -= 1
        else:
            return value


print("// Written by powers_of_ten.py: 128 bits of each power of ten, the upper 64 first.\n")
print(f"enum {{ LOWEST_POWER = {LOWEST}, HIGHEST_POWER = {HIGHEST} }};\n")
print("static const uint64_t powers_of_ten[HIGHEST_POWER - LOWEST_POWER + 1][2] = {")
for exponent in range(LOWEST, HIGHEST + 1):
    value = power(exponent)
    print(f"  {{0x{value >> 64:016x}, 0x{value & (1 << 64) - 1:016x}}},  // {exponent}")
print("};")
