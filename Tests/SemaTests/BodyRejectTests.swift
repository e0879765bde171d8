// Bodies that are wrong: each mistake has its code at its place, and nothing else is said.
import Base
import Testing

import Sema

private func rejects(
  _ source: String, _ expected: [String], profile: Profile = .core,
  _ place: SourceLocation = #_sourceLocation
) {
  let checked = check(source, profile: profile)
  #expect(checked.findings() == expected, "\(checked.messages)", sourceLocation: place)
}

@Test func rejectsUnknownNames() {
  rejects("func f() { print(nothing) }", ["E2001 1:18"])
  rejects("func f() -> i64 { return abd(1) + missing }", ["E2001 1:26", "E2001 1:35"])
  rejects("struct P { x: i64 }\nfunc f(p: P) { print(p.y) }", ["E2102 2:24"])
  rejects("enum E { A }\nfunc f() { let e = E.B }", ["E2102 2:22"])
  rejects("func f() { let a = self }", ["E2001 1:20"])
}

@Test func rejectsTypeMismatches() {
  rejects("func f() -> i64 { return \"a\" }", ["E2201 1:26"])
  rejects("func f() { let x: i32 = \"a\" }", ["E2201 1:25"])
  rejects("func f(a: i64) -> i32 { return a }", ["E2201 1:32"])
  rejects("func f() { if 1 { } }", ["E2201 1:15"])
  rejects("func f(a: bool) -> i64 { return if a { 1 } else { \"x\" } }", ["E2201 1:51"])
  rejects("func f(a: ?i64) -> i64 { return a }", ["E2201 1:33"])
  rejects(
    "func f() { let x = 5\n let y: i32 = x\n let z: i64 = x + 1\n let s: u8 = x }", ["E2201 4:14"])
  rejects("func f() -> i64 { print(1) }", ["E2201 1:19"])
  rejects("func f(a: i64) -> i64 {\n  if a > 0 { return 1 }\n}", ["E2208 3:1"])
  rejects("func f() { return 3 }", ["E2201 1:19"])
}

@Test func rejectsLiteralsOutOfRange() {
  rejects("func f() { let x: u8 = 256 }", ["E2204 1:24"])
  rejects("func f() { let x: i8 = -129\n let y: i8 = -128 }", ["E2204 1:24"])
  rejects("func f() { let x = 9223372036854775808 }", ["E2204 1:20"])
  rejects("func g(x: u8) { }\nfunc f() { let x = 300\n g(x) }", ["E2204 2:20"])
}

@Test func rejectsOperands() {
  rejects("func f(a: i64, b: string) { let x = a + b }", ["E2210 1:37"])
  rejects("func f(a: u32, b: i32) { let x = a + b }", ["E2210 1:34"])
  rejects("struct S { f: func() }\nfunc f(a: S, b: S) -> bool { return a == b }", ["E2206 2:37"])
  rejects("func f(a: i64) -> bool { return a == null }", ["E2210 1:33"])
  rejects("func f(a: string) -> i64 { return a as i64 }", ["E2211 1:35"])
  rejects("func f(a: bool) { let x = -a }", ["E2210 1:27"])
}

@Test func rejectsCalls() {
  let g = "func g(a: i64, b: i64 = 2, inout c: i64) { }\n"
  rejects(g + "func f() { var x = 1\n g(1, 2, x) }", ["E2213 3:10"])
  rejects(g + "func f() { g(1) }", ["E2202 2:12"])
  rejects(g + "func f() { var x = 1\n g(1, 2, &x, 4) }", ["E2202 3:2"])
  rejects(g + "func f() { var x = 1\n g(1, d: 2, c: &x) }", ["E2202 3:7"])
  rejects(g + "func f() { let x = 1\n g(1, 2, &x) }", ["E2401 3:11"])
  rejects("func f() { let x = 3\n x(1) }", ["E2207 2:2"])
  rejects("func g(a: i64) { }\nfunc f() { var x = 1\n g(&x) }", ["E2202 3:4"])
  rejects("func g[T: Ord](a: T) { }\nstruct S { f: func() }\nfunc f(s: S) { g(s) }", ["E2206 3:16"])
}

@Test func rejectsAssignments() {
  rejects("func f() { let x = 1\n x = 2 }", ["E2401 2:2"])
  rejects("func f(x: i64) { x = 2 }", ["E2402 1:18"])
  rejects("struct S { x: i64\n func f(self) { self.x = 2 } }", ["E2402 2:17"])
  rejects("func f() { 3 = 4 }", ["E2404 1:12"])
  rejects("func f(s: string) { var t = s\n t[0] = 3 }", ["E2404 2:2"])
  rejects("func f() { let x = 1\n var x = 2 }", ["E2105 2:6"])
  rejects("func f(xs: List[i64]) { xs.push(3) }", ["E2402 1:25"])
}

@Test func rejectsMissingMove() {
  let file = "struct File { h: i64, destructor() { } }\nfunc eat(owned f: File) { }\n"
  rejects(file + "func f(owned a: File) { let b = a }", ["E3103 3:33"])
  rejects(file + "func f(owned a: File) { eat(a) }", ["E3103 3:29"])
  rejects(file + "func f(owned a: File) -> File { return a }", [])
}

@Test func rejectsMatches() {
  let shape = "enum Shape { Empty, Circle(f64), Rect(f64, f64) }\n"
  rejects(
    shape + "func f(s: Shape) -> i64 { return match s { .Empty => 1, .Circle(r) => 2 } }",
    ["E2301 2:34"])
  rejects("func f(n: i64) -> i64 { return match n { 0 => 1, 1.. => 2 } }", ["E2301 1:32"])
  rejects("func f(n: i64) -> i64 { return match n { _ => 1, 3 => 2 } }", ["W2302 1:50"])
  rejects(
    "func f(a: (bool, ?i64)) -> i64 { return match a { (true, _) => 1, (_, null) => 2 } }",
    ["E2301 1:41"])
  rejects(shape + "func f(s: Shape) { match s { .Square => { }, _ => { } } }", ["E2102 2:30"])
  rejects(shape + "func f(s: Shape) { match s { .Circle => { }, _ => { } } }", ["E2302 2:30"])
  rejects("func f(x: ?i64) { let .Some(y) = x }", ["E2302 1:23"])
}

@Test func namesMissingPatterns() {
  let checked = check(
    """
    enum Shape { Empty, Circle(f64), Rect(f64, ?bool) }
    func f(s: Shape) -> i64 { return match s { .Empty => 1, .Rect(_, true) => 2 } }
    """)
  #expect(
    checked.messages == [
      "`match` does not cover `.Circle(_)`, `.Rect(_, null)`, `.Rect(_, .Some(false))`"
    ])
}

@Test func rejectsControlFlow() {
  rejects("func f() { break }", ["E2212 1:12"])
  rejects("func f() { for i in 0..3 { continue other } }", ["E2212 1:28"])
  rejects("func f() -> i64 { return g()? }\nfunc g() -> i64 ! string { return 1 }", ["E2212 1:26"])
  rejects("func f() { fail 3 }", ["E2212 1:12"])
  rejects("func f(a: i64) { let x = a? }", ["E2210 1:26"])
  rejects("func f() { for x in 5 { } }", ["E2201 1:21"])
  rejects("func f(a: string) { for x in a { print(x) } }", ["E2201 1:30"])
}

@Test func warns() {
  rejects("func g() -> i64 ! string { return 1 }\nfunc f() { g() }", ["W2201 2:12"])
  rejects("func f(a: i64) { a + 1\n print(a) }", ["W2202 1:18"])
  rejects("func f() { return\n print(1) }", ["W2203 2:2"])
  rejects("func f() { unsafe { print(1) } }", ["W4301 1:12"], profile: .service)
}

@Test func rejectsByProfile() {
  rejects("func f() { unsafe { print(1) } }", ["E4102 1:12"])
  rejects("func f(p: *u8) -> u8 { return p.* }", ["E4110 1:31"], profile: .service)
  rejects("func f() { var x = 1\n let p = &x }", ["E4111 2:10"])
}

@Test func rejectsInference() {
  rejects("func f() { let x = null }", ["E2203 1:20"])
  rejects("func f() { let x = [] }", ["E2203 1:20"])
  rejects("func f() { let x = .None }", ["E2203 1:20"])
}

@Test func rejectsStructLiterals() {
  let p = "struct P { x: i64, y: i64 }\n"
  rejects(p + "func f() { let a = P { x: 1 } }", ["E2202 2:20"])
  rejects(p + "func f() { let a = P { x: 1, y: 2, z: 3 } }", ["E2102 2:36"])
  rejects(p + "func f() { let a = P { x: \"a\", y: 2 } }", ["E2201 2:27"])
}

@Test func rejectsEscapingClosures() {
  rejects(
    "func keep(f: func()) -> func() { return f }", ["E3304 1:41"])
  rejects(
    "func make() -> func() -> i64 { var n = 0; return || { n += 1; n } }", ["E2402 1:55"])
  let t = "struct T { n: i64, destructor() {} }\n"
  rejects(
    t + "func make(owned t: T) -> @unique func() -> i64 { return || t.n }", ["E3103 2:60"])
  rejects(
    t + "func make(owned t: T) -> func() -> i64 { return move || t.n }", ["E3103 2:49"])
}

@Test func rejectsNamesOutsideLocalDeclarations() {
  rejects("func f(n: i64) { func g() -> i64 { return n } }", ["E2001 1:43"])
  rejects("func f() { func g() {} }\nfunc h() { g() }", ["E2001 2:12"])
}

@Test func rejectsFormats() {
  rejects("func f(s: string) -> string { return $\"{s:.2f}\" }", ["E2210 1:40"])
  rejects("func f(n: i64) -> string { return $\"{n:q}\" }", ["E2210 1:37"])
}

/// What follows from one mistake is not said again.
@Test func saysOneMistakeOnce() {
  rejects("func f() { let x = missing\n let y = x + 1\n print(y.z, x[0]) }", ["E2001 1:20"])
  rejects("func f() { missing(.A, [1], |x| x, null) }", ["E2001 1:12"])
  rejects("func f(a: Missing) -> i64 { return match a { .X(y) => y, .Z => 2 } }", ["E2001 1:11"])
  rejects("func f() { for x in missing { print(x.y) } }", ["E2001 1:21"])
  rejects("func f() -> i64 { let x: i32 = \"a\"\n return x.y }", ["E2201 1:32", "E2102 2:11"])
}

@Test func saysWhereCodeNestsTooDeep() {
  let links = String(repeating: ".g()", count: 12_000)
  let source = "struct S { x: i64\n func g(self) -> S { return self } }\n"
    + "func f(s: S) -> S { return s\(links) }"
  withDeepStack {
    #expect(check(source).diagnostics.all.map(\.code) == [.nestingTooDeep])
  }
}
