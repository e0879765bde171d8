// What declarations alone can be wrong about: names, types, bounds, impls, enums, profiles.
import ASTDB
import Base
import Sema
import Testing

@Test func acceptsDeclarationsOfEveryKind() {
  let checked = check(
    """
    const LIMIT = 64
    static mut hits: i64 = 0
    struct Point { x: f64, y: f64 }
    enum Shape { Empty, Circle(f64), Rect { w: f64, h: f64 } }
    enum Status: u16 { Ok = 200, NotFound = 404 }
    error ParseError { Empty, BadDigit(i64) }
    trait Area { func area(self) -> f64
      func name(self) -> string { return "shape" } }
    impl Area for Point { func area(self) -> f64 { return 0.0 } }
    impl Point { func len(self) -> f64 { return 0.0 }
      func origin() -> Point { return Point { x: 0.0, y: 0.0 } } }
    type Grid = List[List[i64]]
    func largest[T: Ord](items: []T) -> ?T { return null }
    func parse(text: string) -> i64 ! ParseError { return 0 }
    func each(f: func(i64) -> bool, inout grid: Grid, owned name: string) { }
    func bytes() -> [LIMIT * 2 + 1]u8 { return [0; LIMIT * 2 + 1] }
    """)
  #expect(checked.findings() == [])
  #expect(checked.program.name(of: parameter(checked, "main.each", 0)) == "func(i64) -> bool")
  #expect(checked.program.name(of: parameter(checked, "main.each", 1)) == "List[List[i64]]")
  #expect(result(checked, "main.bytes") == "[129]u8")
  #expect(result(checked, "main.parse") == "Result[i64, ParseError]")
  #expect(result(checked, "main.largest") == "?T")
  #expect(checked.declaration("main.Point.Area.area") != nil)
  #expect(checked.declaration("main.Point.len") != nil)
}

private func function(_ checked: Checked, _ path: String) -> FunctionDetail {
  guard case .function(let detail) = checked.declaration(path)?.detail else {
    return FunctionDetail()
  }
  return detail
}

private func parameter(_ checked: Checked, _ path: String, _ index: Int) -> TypeID {
  function(checked, path).parameters[index].type
}

private func result(_ checked: Checked, _ path: String) -> String {
  checked.program.name(of: function(checked, path).result)
}

// MARK: Names

@Test func unknownTypesAreReportedWithTheNearestName() {
  let checked = check("func f(a: Lisst[i64], b: String, c: nowhere.T) { }\n")
  #expect(checked.findings() == ["E2001 1:11", "E2001 1:26", "E2001 1:37"])
  let fixes = checked.diagnostics.sorted.flatMap(\.fixes).map(\.title)
  #expect(fixes == ["did you mean `List`?", "did you mean `string`?"])
}

@Test func namesAreDeclaredOnce() {
  let checked = check(
    """
    func f() { }
    struct f { }
    struct S { x: i32, x: i32
      func g(self) { }
      func g(self) { }
      func x(self) { }
    }
    enum E { A, B, A }
    func p(a: i32, a: i32) { }
    func q[T, T](a: T) { }
    """)
  #expect(
    checked.findings() == [
      "E2101 2:8", "E2101 3:20", "E2101 5:8", "E2101 6:8", "E2101 8:16", "E2101 9:16",
      "E2101 10:11",
    ])
}

@Test func modulesSeePublicNamesOnly() {
  let checked = check(modules: [
    (
      "",
      """
      import shapes
      import deep.inner as other
      use shapes.{Square, hidden}
      import missing
      func f(a: shapes.Square, b: shapes.Secret, c: other.T, d: Square, e: shapes.None) { }
      """
    ),
    ("shapes", "pub struct Square { side: f64 }\nstruct Secret { }\nfunc hidden() { }\n"),
    ("deep.inner", "pub struct T { }\nimport shapes\nfunc back(s: shapes.Square) { }\n"),
  ])
  #expect(
    checked.findings() == ["E2003 3:21", "E2004 4:8", "E2003 5:36", "E2001 5:77"])
}

@Test func packagesAreNamedByTheirManifestName() {
  let checked = check(
    modules: [
      ("", "import index\nfunc f(a: index.Index) { }\nfunc g(a: std.prelude.string) { }\n")
    ],
    packages: [("index", "pub struct Index { }\n")])
  #expect(checked.findings() == [])
}

@Test func reexportedNamesAreVisible() {
  let checked = check(modules: [
    ("", "import all\nfunc f(a: all.A) { }\n"),
    ("all", "pub use one.{A}\n"),
    ("one", "pub struct A { }\n"),
  ])
  #expect(checked.findings() == [])
}

// MARK: Types

@Test func typeArgumentsAreCountedAndBounded() {
  let checked = check(
    """
    struct Handle { f: func() }
    func f(a: List, b: List[i32, i32], c: i32[u8], d: HashMap[string, i64]) { }
    func g(a: HashMap[Handle, i64], b: HashMap[f64, func()]) { }
    trait Show { func show(self) -> string }
    struct Wrap[T: Show] { value: T }
    impl Show for i32 { func show(self) -> string { return "" } }
    func h(a: Wrap[i32], b: Wrap[i64]) { }
    func k[T: Show, U](a: Wrap[T], b: Wrap[U]) { }
    """)
  #expect(
    checked.findings() == [
      "E2209 2:11", "E2209 2:20", "E2209 2:39", "E2206 3:19", "E2206 7:30", "E2206 8:40",
    ])
}

@Test func valuesAreNoTypes() {
  let checked = check(
    """
    const N = 1
    trait T { }
    func f(a: N, b: T, c: f, d: Self, e: _) { }
    func g(a: [x]u8, b: [1 / 0]u8, c: [-1]u8) { }
    """)
  #expect(
    checked.findings() == [
      "E2006 3:11", "E2006 3:17", "E2006 3:23", "E2006 3:29", "E2203 3:38", "E2205 4:12",
      "E2205 4:22", "E2205 4:36",
    ])
}

@Test func recursiveTypesNeedABox() {
  let checked = check(
    """
    struct Node { next: ?Node }
    struct Good { next: ?Box[Good], all: List[Good], some: []Good }
    struct A { b: B }
    enum B { None, Some((i32, [2]A)) }
    struct Grow[T] { next: ?Grow[List[T]] }
    type Loop = List[Loop]
    """)
  #expect(checked.findings() == ["E2103 1:8", "E2103 3:8", "E2103 5:8", "E2103 6:6"])
}

// MARK: Traits

@Test func implsGiveWhatTheTraitAsks() {
  let checked = check(
    """
    trait Area { func area(self) -> f64
      func scale(inout self, by: f64)
      func name(self) -> string { return "" }
      func make(side: f64) -> Self }
    struct A { }
    struct B { }
    impl Area for A { func area(self) -> f64 { return 0.0 } }
    impl Area for B {
      func area(self) -> i64 { return 0 }
      func scale(self, by: f64) { }
      func make(side: f64, more: f64) -> B { return B { } }
      func extra(self) { }
    }
    impl Area for A { }
    impl Missing for A { }
    impl A for B { }
    """)
  #expect(
    checked.findings()
      == [
        "E2104 7:6", "E2104 9:8", "E2104 10:8", "E2104 11:8", "E2104 12:8", "E2104 14:6",
        "E2101 14:6", "E2001 15:6", "E2006 16:6",
      ].sorted { place($0).lexicographicallyPrecedes(place($1)) })
}

/// Orders findings as `Diagnostics.sorted` does: by line, column and code.
private func place(_ finding: String) -> [Int] {
  let parts = finding.split { " :".contains($0) }
  return [Int(parts[1])!, Int(parts[2])!, Int(parts[0].dropFirst())!]
}

@Test func genericImplsMatchTheirTraits() {
  let checked = check(
    """
    trait Source[T] { func get(self) -> T
      func map[U](self, f: func(T) -> U) -> U }
    struct Cell[V] { value: V }
    impl[V] Source[V] for Cell[V] {
      func get(self) -> V { return self.value }
      func map[W](self, f: func(V) -> W) -> W { return f(self.value) }
    }
    impl[X] Source[X] for i32 { func get(self) -> X { panic("") }
      func map[U](self, f: func(X) -> U) -> U { panic("") } }
    impl[X] Cell[i32] { }
    """)
  #expect(checked.findings() == ["E2203 10:9"])
}

@Test func conformanceFindsImplsBoundsAndDerivedForms() {
  let checked = check(
    """
    trait Show { func show(self) -> string }
    struct Plain { x: i32, name: string }
    struct Handle { f: func() }
    enum Tree { Leaf, Node(Box[Tree], Plain) }
    impl Show for Plain { func show(self) -> string { return "" } }
    impl[T: Show] Show for List[T] { func show(self) -> string { return "" } }
    func f[T: Show + Ord](a: List[Plain], b: List[Handle], c: Tree, d: T, e: List[T]) { }
    """)
  #expect(checked.findings() == [])
  let program = checked.program
  let show = TraitBound(trait: checked.id("main.Show"))
  let types = (0..<5).map { parameter(checked, "main.f", $0) }
  #expect(types.map { program.conforms($0, to: show) } == [true, false, false, true, true])
  #expect(types.map { program.conforms($0, to: .eq) } == [true, false, true, true, true])
  #expect(types.map { program.conforms($0, to: .hash) } == [true, false, true, false, false])
  let listMatch = program.implementation(of: show.trait, for: types[0])
  #expect(listMatch.map { program.names(of: $0.arguments) } == "Plain")
  let method = checked.id("main.Show.show")
  let target = program.target(ofTraitMethod: method, arguments: [types[0]])
  #expect(target.map { program.declarations[$0.function].path } == "std.prelude.List.Show.show")
}

// MARK: Ownership

@Test func ownershipFollowsTheParts() {
  let checked = check(
    """
    struct Pair { a: i32, b: bool }
    struct Named { name: string, pair: Pair }
    struct File { fd: i32, destructor() { } }
    struct Holder { files: List[File] }
    enum Tree { Leaf, Node(Box[Tree]) }
    func f(a: Pair, b: Named, c: File, d: Holder, e: Tree, g: ?File, h: List[Pair], k: []File) { }
    """)
  #expect(checked.findings() == [])
  let kinds = (0..<8).map { checked.program.ownership(of: parameter(checked, "main.f", $0)) }
  #expect(
    kinds == [.trivial, .copyable, .unique, .unique, .copyable, .unique, .copyable, .unique])
}

// MARK: Enums

@Test func discriminantsFitAndDiffer() {
  let checked = check(
    """
    enum A: u8 { X = 255, Y }
    enum B: i8 { X = -129, Y = 3, Z = 3 }
    enum C: f64 { X }
    const BASE = 10
    enum D: u16 { X = BASE * 2, Y }
    """)
  #expect(
    checked.findings() == ["E2204 1:23", "E2204 2:18", "E2101 2:31", "E2201 3:9"])
  guard case .enumeration(let d) = checked.declaration("main.D")?.detail else { return }
  #expect(d.variants.map(\.discriminant) == [20, 21])
}

// MARK: Profiles, capabilities, attributes, main

@Test func profilesForbidWhatDeclarationsShow() {
  let source = "struct P { p: *u8 }\nfunc f(owned x: string) { }\n"
  #expect(check(source).findings() == ["E4101 1:15"])
  #expect(check("profile :script\n" + source).findings() == ["E4101 2:15", "E4107 3:8"])
  #expect(check("profile :sovereign\n" + source).findings() == [])
  #expect(check("print(1)\n").findings() == ["E4108 1:1"])
  #expect(check("import c \"stdio.h\"\n").findings() == ["E4105 1:1"])
  #expect(check("profile :service\nimport c \"stdio.h\"\n").findings() == ["E9002 2:1"])
  #expect(check("shared struct S { }\n").findings() == ["E4104 1:15"])
}

@Test func capabilitiesAreCheckedByNameAndField() {
  let checked = check(
    """
    capability Door { open: bool }
    func f() requires cap Door { open: true } { }
    func g() requires cap Door { shut: true } { }
    func h() requires cap Dor { } { }
    func k() requires cap FileSystem { read: true } { }
    func m() requires cap f { } { }
    """)
  #expect(checked.findings() == ["E5001 3:30", "E5001 4:23", "E5001 6:23"])
}

@Test func attributesAreKnown() {
  #expect(check("@inline func f() { }\n@inlin func g() { }\n").findings() == ["E1017 2:2"])
}

@Test func executablesHaveAMainThatCanBeCalled() {
  #expect(check("func f() { }\n", isExecutable: true).findings() == ["E2108 1:1"])
  #expect(check("func main() { }\n", isExecutable: true).findings() == [])
  #expect(check("func main(a: i32) { }\n", isExecutable: true).findings() == ["E2108 1:6"])
  #expect(
    check("func main() -> f64 { return 0.0 }\n", isExecutable: true).findings() == ["E2108 1:6"])
  #expect(
    check("error E { A }\nfunc main() -> void ! E { }\n", isExecutable: true).findings() == [])
}
