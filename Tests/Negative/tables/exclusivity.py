"""Something is lent `inout` while something that overlaps it is used."""
DECLARED = """
struct In { n: i64, m: i64 }
struct S {
    a: i64
    b: i64
    i: In
    j: In
    xs: List[i64]
    t: (i64, i64)
    func add(inout self, n: i64) { self.a += n }
    func mix(inout self, inout n: i64) { self.a += n }
}
static mut total: i64 = 0
static mut all: List[i64] = [1, 2]
func both(inout p: i64, inout q: i64) { p += q }
func read(inout p: i64, q: i64) { p += q }
func lists(inout p: List[i64], inout q: i64) { q += p.len }
func inner(inout p: In, inout q: i64) { q += p.n }
func whole(inout p: S, inout q: i64) { q += p.a }
func wholes(inout p: S, inout q: S) { q.a += p.a }
func inners(inout p: In, inout q: In) { q.n += p.n }
func whole_inner(inout p: S, inout q: In) { q.n += p.a }
func by(inout p: i64, g: func()) { g(); p += 1 }
func whole_by(inout p: S, g: func()) { g(); p.a += 1 }
func inner_by(inout p: In, g: func()) { g(); p.n += 1 }
func lists_by(inout p: List[i64], g: func()) { g(); p.push(1) }
"""
# Places of type i64 in `s: S`, `xs: List[i64]`, `x: i64`, `i: i64`; those of other rows are apart
# unless one is a prefix of the other.
NUMBERS = ["s.a", "s.b", "s.i.n", "s.i.m", "s.j.n", "s.xs[0]", "s.xs[i]", "s.t.0", "xs[0]", "xs[1]",
           "xs[i]", "xs[i + 1]", "x", "total", "all[0]"]
HEADS = {
    "parameters": "func f(inout s: S, inout xs: List[i64], inout x: i64, i: i64) {\n",
    "variables":
        "func f(i: i64) {\n    var s = S { a: 1, b: 2, i: In { n: 3, m: 4 }, "
        "j: In { n: 5, m: 6 }, "
                 "xs: [1, 2], t: (7, 8) }\n    var xs: List[i64] = [1, 2]\n    var x = 9\n",
}


def overlap(a: str, b: str) -> bool:
    """Whether two places of the tables may be the same memory, or one lies in the other."""
    if a == b:
        return True
    heads = (a.split("[")[0], b.split("[")[0])
    if "[" in a and "[" in b and heads[0] == heads[1]:
        indices = (a[a.index("[") + 1:-1], b[b.index("[") + 1:-1])
        return not all(index.isdigit() for index in indices)
    return a.startswith((b + ".", b + "[")) or b.startswith((a + ".", a + "["))


def build(table):
    for kind, head in HEADS.items():
        def add(name: str, statement: str):
            table.add(f"{name}, {kind}",
                f"{head}    {statement}  //~ E3201\n    print(s, xs, x, i)\n}}\n"
                      + DECLARED)

        for a in NUMBERS:
            add(f"{a} twice", f"both(&{a}, &<<{a} ~~ {'x' if a != 'x' else 's.a'}>>)")
            for b in NUMBERS:
                if a != b and overlap(a, b):
                    add(f"{a} and {b}", f"both(&{a}, &<<{b} ~~ {'x' if a != 'x' else 's.b'}>>)")
        pairs = [("whole", "s"), ("inner", "s.i"), ("inner", "s.j"), ("lists", "s.xs"),
            ("lists", "xs"),
                 ("lists", "all")]
        for function, a in pairs:
            for b in NUMBERS:
                if overlap(a, b):
                    add(f"{a} and {b}", f"{function}(&{a}, &<<{b} ~~ x>>)")
                    if a == "all":
                        continue
                    add(f"{b} in a closure while {a} is lent",
                        f"changed(&{a}) {{ << {b} += 1 ~~ x += 1 >> }}".replace("changed",
                            f"{function}_by"))
        add("s twice", "wholes(&s, &<<s ~~ other>>)".replace("wholes", "var other = s; wholes"))
        add("s.i twice", "inners(&s.i, &<<s.i ~~ s.j>>)")
        add("s and s.i", "whole_inner(&s, &<<s.i ~~ other>>)".replace(
            "whole_inner", "var other = s.i; whole_inner"))
        for a in ["a", "b", "i.n", "j.m", "xs[0]", "t.1"]:
            add(f"a receiver and its {a}", f"s.mix(&<<s.{a} ~~ x>>)")
        for a in NUMBERS:
            if a not in ("total", "all[0]"):  # A static is looked after while the program runs.
                add(f"a closure that changes {a} beside it",
                    f"by(&{a}, || {{ <<{a} ~~ {'x' if a != 'x' else 's.a'}>> += 1 }})")
                add(f"a closure that reads {a} beside it",
                    f"by(&{a}, || print(<<{a} ~~ {'x' if a != 'x' else 's.a'}>>))")
        build_loops(add)

def build_loops(add):
    for xs in ["xs", "s.xs", "all"]:
        for change in ["$X.push(1)", "$X.clear()", "_ = $X.pop()", "$X.insert(0, 1)", "$X = []",
                       "_ = $X.remove(0)", "$X[0] = 1", "$X.sort()", "$X.reverse()"]:
            wrong = change.replace("$X", xs)
            if "[0] =" not in wrong:  # A loop copies elements that its body changes.
                add(f"{wrong} in a loop over it",
                    f"for e in {xs} {{ print(e); <<{wrong} ~~ x += e>> }}")
            add(f"{wrong} in a loop that changes it",
                f"for inout e in &{xs} {{ e += 1; <<{wrong} ~~ x += e>> }}")
        add(f"{xs} read in a loop that changes it",
            f"for inout e in &{xs} {{ e += <<{xs}.len ~~ x>> }}")
        add(f"{xs} changed while its elements are matched",
            f"match &{xs} {{ [inout a, ..] => {{ <<{xs}.push(1) ~~ x += 1>>; a += 1 }}, "
            f"else => {{}} }}")
