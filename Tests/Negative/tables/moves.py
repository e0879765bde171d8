"""Unique values: used after a move, moved in loops or out of what is not theirs, kept unsaid."""
from cases import fill

DECLARED = """
@unique
struct T { n: i64 }
struct Two { a: T, b: T }
struct Held {
    t: T
    destructor() { print(self.t.n) }
}
enum Tree { Leaf, Node(T) }
error Bad { Worse }
static kept: T = T { n: 0 }
func make() -> T { return T { n: 1 } }
func use_up(owned t: T) { print(t.n) }
func look(t: T) { print(t.n) }
func change(inout t: T) { t.n += 1 }
func fails() -> i64 ! Bad { fail .Worse }
func run(f: func()) { f() }
impl T {
    func show(self) { print(self.n) }
    func up(inout self) { self.n += 1 }
    func finish(owned self) { print(self.n) }
}
"""

# How the variable `t` loses its value on every path, or on some.
ALWAYS = {
    "a call": "use_up(move t)", "a let": "let u = move t; look(u)", "a method": "(move t).finish()",
    "a list": "let l: List[T] = [move t]; print(l.len)",
    "a field": "let p = Two { a: move t, b: make() }; look(p.a)",
    "a payload": "let p = Tree.Node(move t); if let .Node(u) = p { look(u) }",
    "both branches": "if b { use_up(move t) } else { use_up(move t) }",
    "every arm": "match n { 0 => use_up(move t), else => use_up(move t) }",
    "a block": "{ use_up(move t) }", "a closure's capture": "let g = move || look(t); g()",
    "an optional": "let o: ?T = move t; if let u = o { look(u) }",
    "a tuple": "let (u, k) = (move t, 1); look(u); print(k)",
}
SOMETIMES = {
    "a branch": "if b { use_up(move t) }", "an else": "if b { print(1) } else { use_up(move t) }",
    "an arm": "match n { 0 => use_up(move t), else => {} }", "a guard": "use_up(move t) when b",
    "a while that leaves": "while b { use_up(move t); break }",
    "a for that leaves": "for x in xs { print(x); use_up(move t); break }",
    "a labelled loop":
        "outer: for x in xs { for y in xs { print(x, y); use_up(move t); break outer } }",
    "an if let": "if let x = xs.first() { print(x); use_up(move t) }",
    "a catch": "_ = fails() catch { use_up(move t); 0 }",
    "an and": "if b and n > 1 { use_up(move t) }",
    "an else if": "if b { print(1) } else if n > 1 { use_up(move t) } else { print(2) }",
    "nested branches": "if b { if n > 1 { use_up(move t) } }",
}
USES = {
    "reading": "print(t.n)", "lending": "look(t)", "changing": "change(&t)",
    "moving": "use_up(move t)",
    "a method": "t.show()", "a changing method": "t.up()", "a field's assignment": "t.n = 5",
    "a let": "let v = move t; look(v)", "a closure": "run(|| look(t))",
    "a consuming method": "(move t).finish()",
    "text": "print($\"{t.n}\")", "a condition": "if t.n > 1 { print(1) }",
    "a return": "return when t.n > 2",
    "an argument beside": "print(1, t.n)", "a compound assignment": "t.n += 1",
}


def build(table):
    for kinds, code in [(ALWAYS, "E3101"), (SOMETIMES, "E3102")]:
        for how, loss in kinds.items():
            for way, use in USES.items():
                table.add(f"{way} after {how}", fill(
                    "func f(b: bool, n: i64, xs: List[i64]) {\n    var t = make()\n    $L\n"
                    "    <<~~t = make()>>\n    $U  //~ $C\n    print(b, n, xs)\n}\n",
                    L=loss, U=use, C=code) + DECLARED)
    build_owners(table)
    build_parts(table)
    build_loops(table)
    build_lent(table)
    build_missing(table)
    build_inout(table)


def build_owners(table):
    """The same mistake for whatever may own: parameters, receivers, patterns, loops' variables."""
    owners = {
        "an owned parameter": ("func f(owned t: T) {\n$B}", ""),
        "a let": ("func f() {\n    let t = make()\n$B}", ""),
        "an owned self": ("impl T {\n    func g(owned self) {\n$B    }\n}", "self"),
        "a closure's owned parameter":
            ("func f() {\n    let g = |owned t: T| {\n$B    }\n    g(make())\n}", ""),
        "a name of an arm":
            ("func f(owned tree: Tree) {\n    match move tree {\n        .Node(t) => {\n"
             "$B        }\n"
             "        .Leaf => {}\n    }\n}", ""),
        "an if let": ("func f(owned o: ?T) {\n    if let t = move o {\n$B    }\n}", ""),
        "a test's let": ("test \"t\" {\n    let t = make()\n$B}", ""),
        "a generic owner": ("func f[X](owned x: X, owned t: T) {\n$B    _ = move x\n}", ""),
        "a method's let": ("impl T {\n    func g(self) {\n        let t = make()\n$B    }\n}", ""),
    }
    bodies = {
        "read after a call": ("    use_up(move $T)\n    <<look($T) ~~ print(1)>>  //~ E3101\n"),
        "moved twice": ("    use_up(move $T)\n    <<use_up(move $T) ~~ print(1)>>  //~ E3101\n"),
        "moved twice in a call": ("    <<both(move $T, move $T) ~~ use_up(move $T)>>  //~ E3101\n"),
        "moved and read in a call":
            ("    <<owned_and_lent(move $T, $T.n) ~~ use_up(move $T)>>  //~ E3101\n"),
        "moved and read in a tuple":
            ("    let u = <<(move $T, $T.n) ~~ (move $T, 1)>>  //~ E3101\n    print(u.1)\n"),
        "moved and read in a literal":
            ("    let u = Kept { <<t: move $T, n: $T.n ~~ n: $T.n, t: move $T>> }  //~ E3101\n"
             "    print(u.n)\n"),
        "moved and read in a payload":
            ("    let u = Kind.Of(move $T, <<$T.n ~~ 1>>)  //~ E3101\n    _ = move u\n"),
        "moved on one path":
            ("    if flag() { use_up(move $T) }\n    <<look($T) ~~ print(1)>>  //~ E3102\n"),
        "moved in a for":
            ("    <<for i in 0..<2 { print(i); use_up(move $T) } ~~ use_up(move $T)>>  "
             "//~ E3104\n"),
        "moved in a while":
            ("    <<while flag() { use_up(move $T) } ~~ use_up(move $T)>>  //~ E3104\n"),
    }
    more = ("func both(owned a: T, owned b: T) { }\nfunc owned_and_lent(owned a: T, n: i64) { }\n"
            "func flag() -> bool { return true }\nstruct Kept { t: T, n: i64 }\n"
            "enum Kind { Of(T, i64), Other }\n")
    for owner, (template, name) in owners.items():
        for how, body in bodies.items():
            table.add(f"{owner} {how}",
                fill(template, B=fill(body, T=name or "t")) + DECLARED + more)


def build_parts(table):
    rows = {
        "a field read": ("use_up(move p.a)", "look(p.a)", "look(p.b)", "E3101"),
        "a field moved twice": ("use_up(move p.a)", "use_up(move p.a)", "use_up(move p.b)",
            "E3101"),
        "the whole after a field": ("use_up(move p.a)", "look_two(p)", "look(p.b)", "E3101"),
        "the whole moved after a field": ("use_up(move p.a)", "end_two(move p)", "use_up(move p.b)",
            "E3101"),
        "a field after the whole": ("end_two(move p)", "look(p.a)", "print(1)", "E3101"),
        "a field of a field": ("use_up(move p.b)", "print(p.b.n)", "print(p.a.n)", "E3101"),
        "a field lost on a path": ("if b { use_up(move p.a) }", "look(p.a)", "look(p.b)", "E3102"),
        "the whole lost on a path": ("if b { end_two(move p) }", "look(p.a)", "print(1)", "E3102"),
        "a field, then the whole changed": ("use_up(move p.a)", "change_two(&p)", "p.a = make()",
            "E3101"),
        "the rest when a field has come back": ("end_two(move p); p.a = make()", "look(p.b)",
            "look(p.a)", "E3101"),
        "the whole when a field has come back": ("end_two(move p); p.a = make()", "look_two(p)",
            "look(p.a)", "E3101"),
    }
    more = ("func look_two(p: Two) { }\nfunc end_two(owned p: Two) { }\n"
            "func change_two(inout p: Two) { p.a.n += 1 }\n")
    for how, (loss, wrong, right, code) in rows.items():
        for owner, head in [("a var",
                "func f(b: bool) {\n    var p = Two { a: make(), b: make() }\n"),
                            ("an owned parameter", "func f(b: bool, owned p: Two) {\n"),
                            ("a branch's var", "func f(b: bool) {\n    if b { print(1) }\n"
                             "    var p = Two { a: make(), b: make() }\n")]:
            table.add(f"{how}, {owner}",
                f"{head}    {loss}\n    <<{wrong} ~~ {right}>>  //~ {code}\n"
                      "    print(b)\n}\n" + DECLARED + more)


def build_loops(table):
    loops = {
        "while": "while b {\n        $B\n    }",
        "for": "for i in 0..<n {\n        $B\n        print(i)\n    }",
        "while true": "while true {\n        $B\n        break when n > 3\n    }",
        "while let": "while let x = o.take() {\n        $B\n        print(x)\n    }",
        "labelled":
            "outer: for i in 0..<n {\n        for j in 0..<n {\n            $B\n"
            "            print(i, j)\n"
                    "        }\n    }",
        "with continue": "for i in 0..<n {\n        continue when i == 1\n        $B\n    }",
        "in an if":
            "if b {\n        for i in 0..<n {\n            $B\n            print(i)\n        }\n"
            "    }",
        "do": "while b do\n        $B\n    end",
    }
    for loop, template in loops.items():
        for how, loss in ALWAYS.items():
            if how in ("a closure's capture",):
                continue
            if how in ("both branches", "every arm"):
                continue  # Two moves, so two errors.
            body = f"{loss}; <<~~t = make()>>  //~ E3104"
            table.add(f"{how} in {loop}",
                "func f(b: bool, n: i64, inout o: ?i64) {\n    var t = make()\n    "
                      + fill(template, B=body) + "\n}\n" + DECLARED)


def build_lent(table):
    places = {
        "a parameter": ("func f(<<~~owned>> t: T) {\n    $S  //~ E3105\n}", "t"),
        "self": ("impl T {\n    func g(<<~~owned>> self) {\n        $S  //~ E3105\n    }\n}",
            "self"),
        "a parameter's field": ("func f(<<~~owned>> p: Two) {\n    $S  //~ E3105\n}", "p.a"),
        "a static": ("func f() {\n    <<$S ~~ look(kept)>>  //~ E3105\n}", "kept"),
        "an element":
            ("func f(xs: List[T]) {\n    <<$S ~~ print(xs.len)>>  //~ E3105\n}", "xs[0]"),
        "an element of a var":
            ("func f() {\n    var xs: List[T] = [make()]\n    <<$S ~~ print(xs.len)>>  //~ E3105\n"
             "}", "xs[0]"),
        "a field behind a destructor":
            ("func f(owned h: Held) {\n    <<$S ~~ look(h.t)>>  //~ E3105\n}", "h.t"),
        "a field of a static": ("static two: Two = Two { a: make(), b: make() }\nfunc f() {\n"
                                "    <<$S ~~ look(two.a)>>  //~ E3105\n}", "two.a"),
        "a value of a map":
            ("func f(inout m: HashMap[string, T]) {\n    <<$S ~~ look(m[\"a\"])>>  //~ E3105\n}",
                "m[\"a\"]"),
        "a loop's variable":
            ("func f(xs: List[T]) {\n    for t in xs {\n        <<$S ~~ look(t)>>  //~ E3105\n"
             "    }\n}", "t"),
        "a lent payload":
            ("func f(tree: Tree) {\n    match tree {\n        .Node(t) => {\n"
             "            <<$S ~~ look(t)>>"
             "  //~ E3105\n        }\n        .Leaf => {}\n    }\n}", "t"),
        "a closure's parameter":
            ("func f() {\n    let g = |t: T| {\n        <<$S ~~ look(t)>>  //~ E3105\n    }\n"
             "    g(make())\n}", "t"),
    }
    ways = {
        "given away": "use_up(move $P)", "kept": "let u = move $P; look(u)",
        "consumed": "(move $P).finish()", "listed": "let l: List[T] = [move $P]; print(l.len)",
        "wrapped": "let o: ?T = move $P; if let u = o { look(u) }",
    }
    for place, (template, name) in places.items():
        for way, statement in ways.items():
            table.add(f"{place} {way}", fill(template, S=fill(statement, P=name)) + DECLARED)


def build_missing(table):
    """A unique value handed on without `move`."""
    owners = {
        "a let": "func f() {\n    let t = make()\n    $S  //~ E3103\n}",
        "a var": "func f() {\n    var t = make()\n    t.up()\n    $S  //~ E3103\n}",
        "an owned parameter": "func f(owned t: T) {\n    $S  //~ E3103\n}",
        "a field": "func f(owned p: Two) {\n    $S  //~ E3103\n}",
    }
    ways = {
        "a let": "let u = $W $T; look(u)", "a call": "use_up($W $T)",
        "a field": "let p = Two { a: $W $T, b: make() }; look(p.b)",
        "a list": "let l: List[T] = [$W $T]; print(l.len)",
        "a payload": "let p = Tree.Node($W $T); _ = move p",
        "an optional": "let o: ?T = $W $T; _ = move o",
        "an assignment": "var u = make(); u = $W $T; look(u)",
        "a tuple": "let u = ($W $T, 1); print(u.1)", "push": "var l: List[T] = []; l.push($W $T)",
        "a replacement": "var u = make(); _ = replace(&u, $W $T)",
    }
    for owner, template in owners.items():
        for way, statement in ways.items():
            name = "p.a" if owner == "a field" else "t"
            table.add(f"{owner} into {way} without `move`",
                      fill(template, S=fill(statement, W="<<~~move>>", T=name)) + DECLARED)


def build_inout(table):
    """An `inout` parameter that has no value where the function ends."""
    ends = {
        "at the end": "func f(inout t: T) {\n    use_up(move t)  //~ E3106\n    $P\n}",
        "at a return":
            "func f(inout t: T, b: bool) {\n    use_up(move t)  //~ E3106\n    $P\n    return\n}",
    }
    for where, template in ends.items():
        for how, loss in ALWAYS.items():
            if how in ("both branches", "every arm"):
                continue
            text = template.replace("use_up(move t)", loss).replace("$P",
                "<<print(1) ~~ t = make()>>")
            table.add(f"{how}, {where}", text + DECLARED)
