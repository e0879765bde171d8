// Stable identities and the hashes that decide what is checked again.
import ASTDB
import Base
import Testing

import Sema

private func hashes(_ source: String, _ path: String) -> (Hash128, Hash128, Hash128) {
  guard let d = check(source).declaration(path) else { return (.zero, .zero, .zero) }
  return (d.stableID, d.syntaxHash, d.interfaceHash)
}

@Test func commentsAndLinesBetweenDeclarationsChangeNothing() {
  let before = hashes("func f(a: i64) -> i64 { return a }\n", "main.f")
  let after = hashes("// more\n\nfunc f(a: i64) -> i64 { return a } // same\n", "main.f")
  #expect(before == after)
}

@Test func layoutInsideChangesPositionsOnly() {
  let before = hashes("func f(a: i64) -> i64 { return a }\n", "main.f")
  let after = hashes("func f(a: i64) -> i64 {\n  return a\n}\n", "main.f")
  #expect(before.1 != after.1)
  #expect(before.2 == after.2)
}

@Test func bodiesAreNoInterfaces() {
  let before = hashes("func f(a: i64) -> i64 { return a }\n", "main.f")
  let after = hashes("func f(a: i64) -> i64 { return 2 }\n", "main.f")
  #expect(before.0 == after.0)
  #expect(before.1 != after.1)
  #expect(before.2 == after.2)
}

@Test func signaturesAndLayoutsAreInterfaces() {
  let before = hashes("struct S { a: i64 }\nfunc f(s: S) { }\n", "main.S")
  let after = hashes("struct S { a: i32 }\nfunc f(s: S) { }\n", "main.S")
  #expect(before.0 == after.0)
  #expect(before.2 != after.2)
  let function = hashes("func f(a: i64) { }\n", "main.f")
  let changed = hashes("func f(inout a: i64) { }\n", "main.f")
  #expect(function.0 == changed.0)
  #expect(function.2 != changed.2)
}

@Test func newNamesMayChangeOldMeanings() {
  let before = hashes("func f() { }\n", "main.f")
  let after = hashes("func f() { }\nfunc print(x: i64) { }\n", "main.f")
  #expect(before.1 != after.1)
  #expect(before.2 == after.2)
}

@Test func identitiesAreUnique() {
  let checked = check(
    """
    struct A { }
    struct B { }
    trait T { func t(self) }
    impl T for A { func t(self) { } }
    impl T for B { func t(self) { } }
    impl A { func one(self) { } }
    impl A { func two(self) { } }
    test "a" { }
    test "a" { }
    """)
  let ids = checked.program.declarations.elements.map(\.stableID)
  #expect(Set(ids).count == ids.count)
}

@Test func codeThatIsStillValidIsNotChecked() {
  let source = "func f() { }\nfunc g() { }\nstruct S { x: i32 = 1 }\nconst C = 1\n"
  let all = check(source)
  let paths = all.output.checked.map { all.program.declarations[$0.declaration].path }
  #expect(paths.filter { $0.hasPrefix("main") } == ["main.C", "main.f", "main.g", "main.S"])
  let some = check(modules: [("", source)]) { id, program in
    program.declarations[id].path != "main.g"
  }
  #expect(some.output.checked.map { some.program.declarations[$0.declaration].path } == ["main.g"])
}
