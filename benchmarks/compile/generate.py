#!/usr/bin/env python3
"""Prints a program of 10-line functions: generate.py LINES [janus|c].

Arithmetic, a loop, branches and a call in each; all reachable, call depth at most 100, so that
compilers do comparable work and the programs print the same number.
"""
import sys

JANUS = """func f{i}(a: i64, b: i64) -> i64 {{
    var x = a * {m} + b
    var i = 0
    while i < 3 {{
        if x > {t} {{ x = x - b * 2 }} else {{ x = x + i }}
        i += 1
    }}
    let y = {call}
    return (x + y) % 1000003
}}
"""
C = """static int64_t f{i}(int64_t a, int64_t b) {{
    int64_t x = a * {m} + b;
    int64_t i = 0;
    while (i < 3) {{
        if (x > {t}) {{ x = x - b * 2; }} else {{ x = x + i; }}
        i += 1;
    }}
    int64_t y = {call};
    return (x + y) % 1000003;
}}
"""


def main() -> None:
    count = int(sys.argv[1]) // 10
    language = sys.argv[2] if len(sys.argv) > 2 else "janus"
    out = []
    if language == "c":
        out.append("#include <stdint.h>\n#include <stdio.h>\n")
    body = C if language == "c" else JANUS
    heads = []
    for i in range(count):
        call = "a - b" if i % 100 == 0 else f"f{i - 1}(b, {i % 7})"
        out.append(body.format(i=i, m=i % 13 + 2, t=i % 97 + 5, call=call))
        if i % 100 == 99 or i == count - 1:
            heads.append(i)
    if language == "c":
        out.append("int main(void) {\n    int64_t sum = 0;\n")
        out += [f"    sum = (sum + f{i}(sum, {i % 5})) % 1000003;\n" for i in heads]
        out.append('    printf("%lld\\n", (long long)sum);\n}\n')
    else:
        out.append("func main() {\n    var sum: i64 = 0\n")
        out += [f"    sum = (sum + f{i}(sum, {i % 5})) % 1000003\n" for i in heads]
        out.append("    print(sum)\n}\n")
    sys.stdout.write("".join(out))


main()
