"""Random programs over the memory features of the language: program(seed) gives a Program.

A program is a prelude of types and helpers, and scenarios: functions of one number, called with several.
The generator follows which variables hold a value, so most scenarios are accepted; now and then it uses
one that was moved, and such a scenario may be rejected. Each statement that is generated counts one
feature. Loops are short, numbers small, and all that is made traces itself: `<+n>` when it is made,
`<-n>` when it is destroyed.
"""
import random
from collections import Counter

PRELUDE = """\
static mut live: i64 = 0
static mut made: i64 = 0
static mut journal: List[string] = []
static mut slot: ?D = null

struct D {
    n: i64
    destructor() {
        live -= 1
        write($"<-{self.n}> ")
    }
}
struct Pair { first: D, second: D }
struct Owner { d: D, name: string, tags: List[string] }
struct Record { name: string, tags: List[string], note: ?string }
struct Guard {
    name: string
    destructor() { journal.push(self.name + " is gone, which is written down at length") }
}
enum Shape { Empty, One(D), Two(D, D), Named(string, D) }
enum Tree { Leaf, Word(string), Many(List[Tree]), Both(string, Box[Tree]) }
error Trouble { Bad(string), Worse }
@unique
struct Ticket { number: i64, text: string }

func make(n: i64) -> D {
    live += 1
    made += 1
    write($"<+{n}> ")
    return D { n: n }
}
func text(n: i64) -> string { return $"text {n} which is long enough to need memory" }
func record(n: i64) -> Record {
    return Record { name: text(n), tags: [text(n + 1), "short"], note: if n % 2 == 0 { text(n + 2) } else { null } }
}
func tree(n: i64) -> Tree {
    if n % 4 == 0 { return .Leaf }
    if n % 4 == 1 { return .Word(text(n)) }
    if n % 4 == 2 { return .Many([.Word(text(n)), .Leaf, tree(n + 3)]) }
    return .Both(text(n), Box.new(tree(n - 1)))
}
func shape(n: i64) -> Shape {
    if n % 4 == 0 { return .Empty }
    if n % 4 == 1 { return .One(make(n)) }
    if n % 4 == 2 { return .Two(make(n), make(n + 1)) }
    return .Named(text(n), make(n))
}
func keep(owned d: D) -> i64 {
    write($"kept {d.n} ")
    return d.n
}
func peek(d: D) -> i64 { return d.n }
func pass(owned d: D) -> D { return move d }
func bump(inout d: D) { d.n += 1000 }
func renew(inout d: D, n: i64) { d = make(n) }
func exchange(inout a: D, inout b: D) { swap(&a, &b) }
func maybe(n: i64) -> ?D {
    if n % 3 == 0 { return null }
    return make(n)
}
func attempt(n: i64) -> D ! Trouble {
    let first = make(n)
    if n % 3 == 1 { fail .Bad(text(n)) }
    if n % 3 == 2 { return make(n + 500) }
    return move first
}
func split(owned p: Pair) -> D {
    let rest = move p.second
    write($"split {rest.n} ")
    return move p.first
}
func measure(t: Tree) -> i64 {
    return match t {
        .Leaf => 1
        .Word(w) => w.len
        .Many(items) => {
            var sum = 0
            for item in items { sum += measure(item) }
            sum
        }
        .Both(name, rest) => name.len + measure(rest)
    }
}
func grow(inout t: Tree, n: i64) {
    match &t {
        .Leaf => {}
        .Word(inout w) => w += text(n)
        .Many(inout items) => items.push(.Word(text(n)))
        .Both(inout name, inout rest) => {
            name += "!"
            grow(&rest, n)
        }
    }
}
func mark(inout s: string) { s += "?" }
func longest(words: []string) -> string {
    var best = ""
    for word in words {
        if word.len > best.len { best = word }
    }
    return best
}
func joined(owned words: List[string]) -> string {
    words.push("end")
    return words.join(",")
}
func extended(words: List[string]) -> List[string] {
    var result = words
    result.push(text(words.len))
    return result
}
func repeat(n: i64, f: func(i64)) {
    for i in 0..<n { f(i) }
}
func ask(f: func() -> i64) -> i64 { return f() }
func finish(owned f: @unique func() -> i64) -> i64 { return f() + 1 }
func maker(owned d: D) -> @unique func() -> i64 { return move || d.n * 2 }
"""


class Variable:
    def __init__(self, name, kind, mutable):
        self.name = name
        self.kind = kind
        self.mutable = mutable
        self.state = "live"  # or gone, maybe
        self.loop = 0  # The depth of loops around its declaration.
        self.locked = 0  # Something that is being iterated or lent: only read it.


UNIQUE = ["D", "D", "D", "Pair", "Owner", "Shape", "List[D]", "?D", "Box[D]", "Ticket", "HashMap[i64, D]",
          "Guard", "@unique func() -> i64"]
COPYABLE = ["string", "string", "Record", "List[string]", "Tree", "?string", "List[List[string]]",
            "HashMap[string, List[string]]", "Box[Record]", "func() -> string"]
MOVED_FIELDS = {"Pair": ["first", "second"], "Owner": ["d"]}


class Scenario:
    def __init__(self, rng, name, features, panics):
        self.rng = rng
        self.name = name
        self.features = features
        self.panics = panics
        self.lines = []
        self.scopes = [[]]
        self.depth = 1
        self.loops = 0
        self.in_defer = False
        self.count = 0
        self.ids = 0
        self.fallible = rng.random() < 0.4
        self.moved = {}  # (variable, field): taken out.

    # Names and places.

    def fresh(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def number(self):
        """A number that depends on the argument."""
        self.ids += 1
        return self.rng.choice([f"{self.ids}", f"k + {self.ids}", f"k * 2 + {self.ids}"])

    def condition(self):
        return self.rng.choice(["k % 2 == 0", "k % 3 == 1", "k > 1", "k == 2", "live % 2 == 0", "k < 5"])

    def emit(self, line):
        self.lines.append("    " * self.depth + line)

    def feature(self, name):
        self.features[name] += 1

    def visible(self, *kinds, mutable=None, state="live", free=True):
        found = [v for scope in self.scopes for v in scope
                 if v.kind in kinds and (mutable is None or v.mutable == mutable)
                 and (state is None or v.state == state) and not (free and v.locked)]
        return found

    def usable(self, *kinds, **more):
        """A variable that holds a value; rarely one that may not."""
        if self.rng.random() < 0.004:
            wrong = self.visible(*kinds, state=None, **more)
            if wrong:
                return self.rng.choice(wrong)
        found = self.visible(*kinds, **more)
        whole = [v for v in found if not any((v, f) in self.moved for f in MOVED_FIELDS.get(v.kind, []))]
        return self.rng.choice(whole) if whole else None

    def declare(self, kind, value, mutable=None):
        if mutable is None:
            mutable = self.rng.random() < 0.6
        name = self.fresh("v")
        self.emit(f"{'var' if mutable else 'let'} {name}: {kind} = {value}")
        variable = Variable(name, kind, mutable)
        variable.loop = self.loops
        self.scopes[-1].append(variable)
        return variable

    def may_move(self, variable):
        """Moving in a loop what was declared outside would be refused."""
        return variable.loop == self.loops and not self.in_defer

    def gone(self, variable):
        variable.state = "gone"

    # Values.

    def value(self, kind):
        n = self.number()
        rng = self.rng
        if kind == "D":
            choices = [f"make({n})", f"make({n})", f"pass(make({n}))",
                       f"split(Pair {{ first: make({n}), second: make({self.number()}) }})"]
            source = self.usable("D")
            if source and self.may_move(source) and rng.random() < 0.3:
                self.gone(source)
                self.feature("move to a variable")
                return f"move {source.name}"
            return rng.choice(choices)
        if kind == "Pair":
            return f"Pair {{ first: {self.value('D')}, second: make({n}) }}"
        if kind == "Owner":
            return f"Owner {{ d: {self.value('D')}, name: {self.value('string')}, tags: [text({n})] }}"
        if kind == "Shape":
            return rng.choice([f"shape({n})", f".One({self.value('D')})", f".Two(make({n}), {self.value('D')})",
                               f".Named({self.value('string')}, make({n}))"])
        if kind == "List[D]":
            return rng.choice([f"[make({n}), make({self.number()})]", f"[{self.value('D')}]", "[]"])
        if kind == "?D":
            return rng.choice([f"maybe({n})", "null", self.value("D")])
        if kind == "Box[D]":
            return f"Box.new({self.value('D')})"
        if kind == "Ticket":
            return f"Ticket {{ number: {n}, text: {self.value('string')} }}"
        if kind == "HashMap[i64, D]":
            return "HashMap[i64, D].new()"
        if kind == "Guard":
            return f"Guard {{ name: text({n}) }}"
        if kind == "@unique func() -> i64":
            source = self.usable("D")
            if source and self.may_move(source):
                self.gone(source)
                self.feature("closure that owns")
                return f"move || {source.name}.n + {n}"
            return f"maker(make({n}))"
        return self.copyable(kind, n)

    def copyable(self, kind, n):
        rng = self.rng
        if rng.random() < 0.45:
            source = self.visible(kind, free=False)
            if source:
                self.feature("copy of a variable")
                return rng.choice(source).name
        if kind == "string":
            choices = [f"text({n})", f"text({n})", '"literal"', f"record({n}).name"]
            for v in self.visible("Record", free=False)[-1:]:
                choices += [f"{v.name}.name", f"({v.name}.note ?? {v.name}.name)"]
            for v in self.visible("Owner")[-1:]:
                choices += [f"{v.name}.name"]
            for v in self.visible("List[string]", free=False)[-1:]:
                choices += [f"({v.name}.first() ?? text({n}))", f"longest({v.name})"]
            self.feature("part of a value")
            return rng.choice(choices)
        if kind == "Record":
            return rng.choice([f"record({n})", f"Record {{ name: {self.copyable('string', n)}, tags: "
                               f"{self.copyable('List[string]', n)}, note: {self.copyable('string', n)} }}"])
        if kind == "List[string]":
            return rng.choice([f"[text({n}), {self.copyable('string', n)}]", f"extended([text({n})])",
                               f"record({n}).tags", "[]"])
        if kind == "Tree":
            return rng.choice([f"tree({n})", f".Word({self.copyable('string', n)})",
                               f".Both({self.copyable('string', n)}, Box.new(tree({n})))"])
        if kind == "?string":
            return rng.choice(["null", self.copyable("string", n), f"record({n}).note"])
        if kind == "List[List[string]]":
            return f"[{self.copyable('List[string]', n)}, [text({n})]]"
        if kind == "HashMap[string, List[string]]":
            return "HashMap[string, List[string]].new()"
        if kind == "Box[Record]":
            return f"Box.new({self.copyable('Record', n)})"
        source = self.visible("string", free=False)
        self.feature("closure that copies")
        if source:
            return f'|| {rng.choice(source).name} + "."'
        return f"|| text({n})"

    # Statements.

    def statement(self):
        before = len(self.lines)
        for _ in range(6):
            choice = self.rng.choice(STATEMENTS)
            choice(self)
            if len(self.lines) > before:
                return self.feature(choice.__name__.replace("_", " "))

    def block(self, size, loop=False):
        """Statements in a scope of their own; the variables' states afterwards."""
        self.scopes.append([])
        self.depth += 1
        self.loops += loop
        for _ in range(size):
            self.statement()
        if self.rng.random() < 0.2:
            self.leave()
        self.loops -= loop
        self.depth -= 1
        self.scopes.pop()

    def leave(self):
        if self.in_defer:
            return
        if self.loops and self.rng.random() < 0.7:
            word = self.rng.choice(["break", "continue"])
            self.feature(word)
            self.emit(f"if {self.condition()} {{ {word} }}")
        elif self.fallible and self.rng.random() < 0.5:
            self.feature("fail")
            self.emit(f"if {self.condition()} {{ fail .Bad(text({self.number()})) }}")
        else:
            self.feature("early return")
            self.emit(f"if {self.condition()} {{ return {self.number()} }}")

    def states(self):
        return ({v: v.state for scope in self.scopes for v in scope}, dict(self.moved))

    def restore(self, saved):
        for v, state in saved[0].items():
            v.state = state
        self.moved = dict(saved[1])

    def merge(self, one, other):
        """What holds after either of two branches."""
        for v in one[0]:
            v.state = one[0][v] if one[0][v] == other[0][v] else "maybe"
        self.moved = {**one[1], **other[1]}

    def function(self):
        self.lines.append(f"func {self.name}(k: i64) -> i64{' ! Trouble' if self.fallible else ''} {{")
        for _ in range(3):
            new_unique(self)
            new_copyable(self)
        for _ in range(self.rng.randint(6, 18)):
            self.statement()
        self.emit(f"return {self.number()}")
        self.lines.append("}")
        return "\n".join(self.lines)


def new_unique(s):
    kind = s.rng.choice(UNIQUE)
    value = s.value(kind)
    s.declare(kind, value)


def new_copyable(s):
    kind = s.rng.choice(COPYABLE)
    value = s.copyable(kind, s.number())
    s.declare(kind, value)


def give_away(s):
    v = s.usable("D")
    if v and s.may_move(v):
        s.emit(s.rng.choice([f"print(keep(move {v.name}))", f"_ = pass(move {v.name})"]))
        s.gone(v)


def give_in_branch(s):
    v = s.usable("D", "Owner", "List[D]", "Shape")
    if v and s.may_move(v):
        s.emit(f"if {s.condition()} {{")
        s.depth += 1
        inner = s.fresh("w")
        s.emit(f"let {inner} = move {v.name}")
        if v.kind == "D":
            s.emit(f"print({inner}.n)")
        if v.mutable and s.rng.random() < 0.4:
            s.feature("revival in a branch")
            s.emit(f"{v.name} = {revival(s, v.kind)}")
        else:
            v.state = "maybe"
        s.depth -= 1
        s.emit("}")


def revival(s, kind):
    n = s.number()
    return {"D": f"make({n})", "Owner": f"Owner {{ d: make({n}), name: text({n}), tags: [] }}",
            "List[D]": f"[make({n})]", "Shape": f"shape({n})", "Pair":
            f"Pair {{ first: make({n}), second: make({n}) }}", "?D": f"maybe({n})"}[kind]


def revive(s):
    found = [v for v in s.visible("D", "Owner", "List[D]", "Shape", "Pair", "?D", mutable=True, state=None)
             if not v.locked]
    if found:
        v = s.rng.choice(found)
        s.emit(f"{v.name} = {revival(s, v.kind)}")
        if v.state == "maybe":
            s.feature("assignment to what may be there")
        v.state = "live"
        for field in MOVED_FIELDS.get(v.kind, []):
            s.moved.pop((v, field), None)


def partial_move(s):
    found = [(v, f) for v in s.visible("Pair", "Owner") for f in MOVED_FIELDS[v.kind]
             if (v, f) not in s.moved and s.may_move(v)]
    if found:
        v, field = s.rng.choice(found)
        s.emit(f"print(keep(move {v.name}.{field}))")
        s.moved[(v, field)] = True


def partial_revival(s):
    found = [(v, f) for (v, f) in s.moved if v.mutable and v.state == "live" and s.may_move(v) and not v.locked
             and v in [x for scope in s.scopes for x in scope]]
    if found:
        v, field = s.rng.choice(found)
        s.emit(f"{v.name}.{field} = make({s.number()})")
        del s.moved[(v, field)]


def through_inout(s):
    v = s.usable("D", mutable=True)
    if v:
        s.emit(s.rng.choice([f"bump(&{v.name})", f"renew(&{v.name}, {s.number()})"]))


def inout_part(s):
    v = s.usable("Pair", "Owner", mutable=True)
    if v:
        s.emit(f"renew(&{v.name}.{s.rng.choice(MOVED_FIELDS[v.kind])}, {s.number()})")


def exchanges(s):
    found = [v for v in s.visible("D", mutable=True)]
    if len(found) > 1:
        a, b = s.rng.sample(found, 2)
        s.emit(s.rng.choice([f"swap(&{a.name}, &{b.name})", f"exchange(&{a.name}, &{b.name})"]))


def replaces(s):
    v = s.usable("D", mutable=True)
    if v:
        s.emit(f"print(peek(replace(&{v.name}, make({s.number()}))))")


def takes(s):
    v = s.usable("?D", mutable=True)
    if v:
        s.emit(s.rng.choice([
            f"if let d = {v.name}.take() {{ print(keep(move d)) }}",
            f"_ = {v.name}.take()", f"if let d = {v.name}.take() {{ print(d.n) }}"]))


def static_slot(s):
    s.emit(s.rng.choice([f"slot = make({s.number()})", "if let d = slot.take() { print(d.n) }", "slot = null",
                         f"slot = maybe({s.number()})", "print(slot?.n)"]))


def static_journal(s):
    s.emit(s.rng.choice([f"journal.push({s.copyable('string', s.number())})", "print(journal.len)",
                         "if journal.len > 6 { journal.clear() }", "print(journal.last() ?? text(k))"]))


def match_taking(s):
    v = s.usable("Shape")
    if v and s.may_move(v):
        s.emit(f"match move {v.name} {{")
        s.emit("    .Empty => {}")
        s.emit(s.rng.choice(["    .One(d) => print(keep(move d))", "    .One(d) => print(d.n)",
                             "    .One(_) => {}"]))
        s.emit(s.rng.choice(["    .Two(a, _) => print(keep(move a))", "    .Two(a, b) => { print(a.n, keep(move b)) }",
                             "    .Two(_, b) when b.n % 2 == 0 => print(keep(move b))\n" + "    " * s.depth
                             + "    .Two(a, b) => print(a.n, b.n)"]))
        s.emit(s.rng.choice(["    .Named(name, d) => print(name, d.n)", "    .Named(name, _) => print(name)"]))
        s.emit("}")
        s.gone(v)


def match_lending(s):
    v = s.usable("Shape")
    if v:
        s.emit(f"match {v.name} {{ .Empty => print(0), .One(d) => print(d.n), .Two(a, b) => print(a.n + b.n), "
               f".Named(name, d) => print(name, peek(d)) }}".replace(", .", "\n" + "    " * s.depth + "    ."))


def match_in_place(s):
    v = s.usable("Shape", mutable=True)
    if v:
        s.emit(f"match &{v.name} {{")
        s.emit(f"    .One(inout d) => renew(&d, {s.number()})")
        s.emit("    .Two(inout a, inout b) => exchange(&a, &b)")
        s.emit("    else => {}")
        s.emit("}")


def if_let(s):
    kind = s.rng.choice(["call", "variable"])
    name = s.fresh("d")
    v = s.usable("?D") if kind == "variable" else None
    if v and s.may_move(v) and s.rng.random() < 0.6:
        s.emit(f"if let {name} = move {v.name} {{")
        s.gone(v)
    elif v:
        s.emit(f"if let {name} = {v.name} {{ print({name}.n) }}")
        return
    else:
        s.emit(f"if let {name} = maybe({s.number()}) {{")
    saved = s.states()
    s.scopes.append([Variable(name, "D", False)])
    s.scopes[-1][0].loop = s.loops
    s.block(s.rng.randint(0, 2))
    s.scopes.pop()
    s.merge(saved, s.states())
    s.emit("}")


def branches(s):
    if s.depth > 4:
        return
    s.emit(f"if {s.condition()} {{")
    saved = s.states()
    s.block(s.rng.randint(1, 4))
    one = s.states()
    if s.rng.random() < 0.5:
        s.restore(saved)
        s.emit("} else {")
        s.block(s.rng.randint(1, 4))
        s.merge(one, s.states())
    else:
        s.merge(one, saved)
    s.emit("}")


def loop(s):
    if s.depth > 3:
        return
    s.emit(s.rng.choice(["for i in 0..<3 {", "for i in 0..<k % 4 {", "for i in 0..<2 {"]))
    saved = s.states()
    s.block(s.rng.randint(1, 5), loop=True)
    s.merge(saved, s.states())
    s.emit("}")


def loop_taking(s):
    v = s.usable("List[D]")
    if v and s.may_move(v):
        name = s.fresh("x")
        body = s.rng.choice([f"print({name}.n)", f"print(keep(move {name}))",
                             f"if {name}.n % 2 == 0 {{ break }}", f"if k == 2 {{ _ = pass(move {name}) }}"])
        s.emit(f"for {name} in move {v.name} {{ {body} }}")
        s.gone(v)


def loop_lending(s):
    v = s.usable("List[D]", mutable=None)
    if v:
        name = s.fresh("x")
        if v.mutable and s.rng.random() < 0.5:
            s.emit(f"for inout {name} in &{v.name} {{ {s.rng.choice([f'bump(&{name})', f'renew(&{name}, k)'])} }}")
        else:
            s.emit(f"for {name} in {v.name} {{ print(peek({name})) }}")


def list_change(s):
    v = s.usable("List[D]", mutable=True)
    if v:
        n = s.number()
        s.emit(s.rng.choice([
            f"{v.name}.push({s.value('D')})", f"{v.name}.push(make({n}))", f"{v.name}.insert(0, make({n}))",
            f"{v.name}.clear()", f"{v.name}.truncate(1)", f"print({v.name}.pop()?.n)",
            f"while let d = {v.name}.pop() {{ print(d.n) }}",
            f"if {v.name}.len > 0 {{ {v.name}[0] = make({n}) }}",
            f"if {v.name}.len > 1 {{ {v.name}.swap_at(0, 1) }}",
            f"if {v.name}.len > 0 {{ print(keep({v.name}.remove(0))) }}",
            f"if {v.name}.len > 0 {{ renew(&{v.name}[0], {n}) }}",
            f"{v.name}.retain(|d| d.n % 2 == 0)", f"{v.name}.extend([make({n}), make({n})])",
            f"print({v.name}.drain().len)", f"{v.name}.reverse()"]))


def map_change(s):
    v = s.usable("HashMap[i64, D]", mutable=True)
    if v:
        n = s.number()
        s.emit(s.rng.choice([
            f"{v.name}[k % 3] = make({n})", f"{v.name}[{s.rng.randint(0, 3)}] = {s.value('D')}",
            f"_ = {v.name}.insert(k, make({n}))", f"print({v.name}.remove(k % 3)?.n)", f"{v.name}.clear()",
            f"print({v.name}.len)", f"for (key, d) in {v.name} {{ print(key, d.n) }}"]))


def closure_lent(s):
    v = s.usable("D", mutable=True)
    w = s.usable("string", mutable=True)
    n = s.number()
    if v and s.rng.random() < 0.5:
        s.emit(s.rng.choice([f"repeat(2, |i| renew(&{v.name}, i + {n}))", f"print(ask(|| {v.name}.n))",
                             f"repeat(2, |i| {{ let old = move {v.name}\n" + "    " * s.depth
                             + f"    {v.name} = make(old.n + i) }})"]))
    elif w:
        s.emit(f'repeat(3, |i| {w.name} += $"{{i}}")')


def closure_owned(s):
    v = s.usable("@unique func() -> i64")
    if v:
        if s.may_move(v) and s.rng.random() < 0.5:
            s.emit(f"print(finish(move {v.name}))")
            s.gone(v)
        else:
            s.emit(f"print({v.name}(), ask({v.name}))")


def closure_called(s):
    v = s.usable("func() -> string", free=False)
    if v:
        s.emit(f"print({v.name}())")


def results(s):
    name = s.fresh("v")
    n = s.number()
    if s.fallible and s.rng.random() < 0.5:
        s.emit(f"let {name} = attempt({n})?")
    else:
        ways = [f"make({n})", "make(0)"]
        if s.loops:
            ways.append("continue")
        elif not s.in_defer:
            ways.append("return 0")
        s.emit(f"let {name} = attempt({n}) catch {s.rng.choice(ways)}")
    v = Variable(name, "D", False)
    v.loop = s.loops
    s.scopes[-1].append(v)


def match_result(s):
    s.emit(f"match attempt({s.number()}) {{ .Ok(d) => print(d.n)\n" + "    " * s.depth
           + "    .Err(e) => print(e) }")


def deferred(s):
    if s.in_defer:
        return
    found = [v for v in s.visible("string", free=False)]
    if found and s.rng.random() < 0.6:
        s.emit(f"defer print({s.rng.choice(found).name}.len)")
    else:
        s.emit(f"defer {{ let d = make({s.number()})\n" + "    " * s.depth + "    print(\"deferred\", d.n) }")


def text_change(s):
    v = s.usable("string", mutable=True)
    if v:
        s.emit(s.rng.choice([f"{v.name} += {s.copyable('string', s.number())}", f"mark(&{v.name})",
                             f"{v.name} = {s.copyable('string', s.number())}", f'{v.name} = {v.name} + "+"']))


def words_change(s):
    v = s.usable("List[string]", mutable=True)
    if v:
        n = s.number()
        s.emit(s.rng.choice([
            f"{v.name}.push({s.copyable('string', n)})", f"if {v.name}.len > 0 {{ {v.name}[0] = text({n}) }}",
            f"if {v.name}.len > 0 {{ mark(&{v.name}[0]) }}", f"{v.name} = extended({v.name})",
            f"{v.name} = []", f"for inout w in &{v.name} {{ mark(&w) }}", f"{v.name}.clear()",
            f"print(joined({v.name}))", f"{v.name}.sort()", f"print({v.name}.pop())"]))


def record_change(s):
    v = s.usable("Record", mutable=True)
    if v:
        n = s.number()
        s.emit(s.rng.choice([
            f"{v.name}.name = {s.copyable('string', n)}", f"{v.name}.tags.push({v.name}.name)",
            f"{v.name}.note = {v.name}.name", f"mark(&{v.name}.name)", f"{v.name} = record({n})",
            f"if {v.name}.tags.len > 0 {{ {v.name}.tags[0] = {v.name}.name }}",
            f"{v.name}.tags = [{v.name}.name, text({n})]"]))


def nested_change(s):
    v = s.usable("List[List[string]]", "HashMap[string, List[string]]", "Box[Record]", mutable=True)
    if not v:
        return
    n = s.number()
    if v.kind == "List[List[string]]":
        s.emit(s.rng.choice([f"{v.name}.push({s.copyable('List[string]', n)})",
                             f"if {v.name}.len > 0 {{ {v.name}[0].push(text({n})) }}",
                             f"if {v.name}.len > 1 {{ {v.name}[0] = {v.name}[1] }}"]))
    elif v.kind == "Box[Record]":
        s.emit(s.rng.choice([f"{v.name}.name = text({n})", f"{v.name}.tags.push({v.name}.name)",
                             f"{v.name} = Box.new(record({n}))"]))
    else:
        s.emit(s.rng.choice([f"{v.name}[{s.copyable('string', n)}] = {s.copyable('List[string]', n)}",
                             f'{v.name}["key"] = [text({n})]', f'_ = {v.name}.remove("key")',
                             f'if {v.name}.contains("key") {{ {v.name}["key"].push(text({n})) }}']))


def tree_change(s):
    v = s.usable("Tree", mutable=True)
    if v:
        s.emit(s.rng.choice([f"grow(&{v.name}, {s.number()})", f"{v.name} = .Many([{v.name}, .Leaf])",
                             f"{v.name} = .Both(text({s.number()}), Box.new({v.name}))"]))


def look(s):
    """An alias of a part, then perhaps a change of the whole, then the alias."""
    v = s.usable("List[string]", "Record", mutable=True)
    if not v:
        return
    name = s.fresh("p")
    n = s.number()
    if v.kind == "Record":
        s.emit(f"let {name} = {v.name}.{s.rng.choice(['name', 'tags'])}")
        change = s.rng.choice([f"{v.name} = record({n})", f"mark(&{v.name}.name)", f"{v.name}.tags.push(text({n}))",
                               "print(k)"])
    else:
        s.emit(f"let {name} = {v.name}{s.rng.choice([f'[0..<{v.name}.len]', '.first()', ''])}")
        change = s.rng.choice([f"{v.name}.push(text({n}))", f"{v.name}.clear()", f"{v.name} = []", "print(k)",
                               f"if {v.name}.len > 0 {{ {v.name}[0] = text({n}) }}"])
    s.emit(change)
    s.emit(f"print({name})")


def cursor(s):
    v = s.usable("Tree", free=False)
    if v:
        name = s.fresh("c")
        s.emit(f"var {name} = {v.name}")
        s.emit(f"while let .Both(head, rest) = {name} {{")
        s.emit("    print(head)")
        s.emit("    let next = rest")
        s.emit("    print(measure(next))")
        s.emit("    break")
        s.emit("}")


def show(s):
    v = s.usable("string", "Record", "List[string]", "Tree", "?string", "List[List[string]]", "Box[Record]",
                 free=False)
    if v:
        s.emit(f"print(measure({v.name}))" if v.kind == "Tree" and s.rng.random() < 0.5 else f"print({v.name})")


def show_unique(s):
    v = s.usable("D", "Pair", "Owner", "Ticket", "Box[D]", "List[D]")
    if v:
        s.emit({"D": f"print({v.name}.n)", "Pair": f"print({v.name}.first.n, {v.name}.second.n)",
                "Owner": f"print({v.name}.d.n, {v.name}.name, {v.name}.tags)", "Ticket": f"print({v.name}.text)",
                "Box[D]": f"print({v.name}.n)", "List[D]": f"print({v.name}.len)"}[v.kind])


def leaving(s):
    if s.rng.random() < 0.3:
        s.leave()


def panic_now(s):
    if s.panics and s.rng.random() < 0.4:
        s.emit(s.rng.choice([f'if {s.condition()} {{ panic("on purpose") }}',
                             "print(journal[journal.len + k])", "print(100 / (k - k))"]))


STATEMENTS = [
    new_unique, new_unique, new_unique, new_copyable, new_copyable, new_copyable, give_away, give_in_branch,
    revive, revive, partial_move, partial_revival, through_inout, inout_part, exchanges, replaces, takes,
    static_slot, static_journal, match_taking, match_lending, match_in_place, if_let, branches, branches, loop,
    loop, loop_taking, loop_lending, list_change, list_change, map_change, closure_lent, closure_owned,
    closure_called, results, match_result, deferred, text_change, words_change, words_change, record_change,
    nested_change, tree_change, look, look, cursor, show, show_unique, leaving, panic_now,
]


class Program:
    """A generated program; scenarios can be left out of its text."""

    def __init__(self, seed, size=6):
        rng = random.Random(seed)
        self.seed = seed
        self.features = Counter()
        self.panics = rng.random() < 0.4
        self.scenarios = []
        for index in range(size):
            panics = self.panics and index == size - 1
            scenario = Scenario(rng, f"scenario{index}", self.features, panics)
            self.scenarios.append((scenario.name, scenario.function(), scenario.fallible))
        self.kept = list(range(size))

    def text(self):
        parts = [PRELUDE]
        calls = []
        for index in self.kept:
            name, text, fallible = self.scenarios[index]
            parts.append(text)
            for k in range(4):
                calls.append(f'    print("\\n{name} {k}:")')
                calls.append(f"    print({name}({k}))")
        main = "func main() {\n" + "\n".join(calls) + '\n    slot = null\n    print("\\nlive", live)\n}\n'
        return "\n".join(parts) + "\n" + main

    def scenario_at(self, line):
        """The index of the scenario that a line of the text belongs to."""
        first = PRELUDE.count("\n") + 2
        for index in self.kept:
            count = self.scenarios[index][1].count("\n") + 1
            if first <= line < first + count:
                return index
            first += count
        return None


if __name__ == "__main__":
    import sys
    print(Program(int(sys.argv[1])).text())
