// Finding members of values and types.
import ASTDB
import Base
import Sema
import Testing

private let source = """
  trait Show { func show(self) -> string
    func twice(self) -> string { return "" } }
  trait Make[T] { func make(value: T) -> Self }
  struct Point { x: f64, private y: f64
    func len(self) -> f64 { return 0.0 }
    func origin() -> Point { return Point { x: 0.0, y: 0.0 } }
    const DIMENSIONS = 2
  }
  enum Shape { Empty, Circle(f64) }
  impl Point { func scaled(self, by: f64) -> f64 { return by } }
  impl[T] List[T] { func second(self) -> ?T { return null } }
  impl List[i64] { func total(self) -> i64 { return 0 } }
  impl Show for Point { func show(self) -> string { return "" } }
  impl Make[i64] for Point { func make(value: i64) -> Self { return Point.origin() } }
  impl Make[f64] for Point { func make(value: f64) -> Self { return Point.origin() } }
  func f[T: Show](a: Point, b: Box[Box[Point]], c: List[i64], d: List[bool], e: [3]u8,
    g: T, s: Shape) { }
  """

/// Looks `name` up in the parameter `index` of `f` and says what was found.
private struct Lookup {
  let checked: Checked
  let context: SemaContext
  let scope: DeclarationScope

  init() {
    checked = check(source, profile: .core)
    context = SemaContext(program: checked.program, evaluator: nil)
    context.enterBuiltinNames()
    context.enterLoadedDeclarations()
    context.implementationsAreKnown = true
    scope = context.scope(of: checked.id("main.f"))
  }

  func parameter(_ index: Int) -> TypeID {
    guard case .function(let detail) = checked.declaration("main.f")?.detail else {
      return TypeTable.error
    }
    return detail.parameters[index].type
  }

  func member(_ name: String, of index: Int) -> String {
    show(
      context.members(
        named: checked.program.interner.intern(name), of: parameter(index), from: scope))
  }

  func typeMember(_ name: String, of index: Int) -> String {
    show(
      context.typeMember(
        named: checked.program.interner.intern(name), of: parameter(index), from: scope))
  }

  private func show(_ found: MemberResolution) -> String {
    let prefix: String
    switch found.adjustment {
    case .none: prefix = ""
    case .unbox(let count): prefix = "unbox \(count) "
    case .asSlice: prefix = "slice "
    }
    let program = checked.program
    switch found.kind {
    case .field(let index, let type, _): return prefix + "field \(index) \(program.name(of: type))"
    case .method(let method):
      return prefix + (method.isTraitCall ? "trait " : "") + (method.isDerived ? "derived " : "")
        + program.declarations[method.function].path + "[" + program.names(of: method.arguments)
        + "]"
    case .variant(let index): return prefix + "variant \(index)"
    case .declaration(let declaration): return prefix + program.declarations[declaration].path
    case .none(let suggestion): return "none " + program.interner.text(suggestion)
    case .ambiguous(let all): return "ambiguous \(all.count)"
    case .hidden: return "hidden"
    }
  }
}

@Test func valuesHaveFieldsMethodsAndTraitMethods() {
  let lookup = Lookup()
  #expect(lookup.checked.findings() == [])
  #expect(lookup.member("x", of: 0) == "field 0 f64")
  #expect(lookup.member("len", of: 0) == "main.Point.len[]")
  #expect(lookup.member("scaled", of: 0) == "main.Point.scaled[]")
  #expect(lookup.member("show", of: 0) == "trait main.Show.show[Point]")
  #expect(lookup.member("twice", of: 0) == "trait main.Show.twice[Point]")
  #expect(lookup.member("compare", of: 0) == "trait derived std.prelude.Ord.compare[Point]")
  #expect(lookup.member("scaledd", of: 0) == "none scaled")
  #expect(lookup.member("show", of: 5) == "trait main.Show.show[T]")
}

@Test func boxesAreTransparentAndSequencesAreSlices() {
  let lookup = Lookup()
  #expect(lookup.member("x", of: 1) == "unbox 2 field 0 f64")
  #expect(lookup.member("len", of: 1) == "unbox 2 main.Point.len[]")
  #expect(lookup.member("second", of: 2) == "std.prelude.List.second[i64]")
  #expect(lookup.member("total", of: 2) == "std.prelude.List.total[]")
  #expect(lookup.member("total", of: 3) == "none ")
  #expect(lookup.member("is_empty", of: 3) == "slice std.prelude.[]T.is_empty[bool]")
  #expect(lookup.member("is_empty", of: 4) == "slice std.prelude.[]T.is_empty[u8]")
}

@Test func typesHaveVariantsFunctionsAndConstants() {
  let lookup = Lookup()
  #expect(lookup.typeMember("origin", of: 0) == "main.Point.origin[]")
  #expect(lookup.typeMember("DIMENSIONS", of: 0) == "main.Point.DIMENSIONS")
  #expect(lookup.typeMember("Circle", of: 6) == "variant 1")
  #expect(lookup.typeMember("Circles", of: 6) == "none Circle")
  // Two impls: the call decides which.
  #expect(lookup.typeMember("make", of: 0) == "trait main.Make.make[Point]")
}

@Test func privateMembersAreHiddenElsewhere() {
  let checked = check(modules: [
    ("", "import shapes\nfunc f(p: shapes.P) { }\n"),
    (
      "shapes",
      """
      pub struct P { x: i32, private y: i32
        pub func open(self) { }
        func closed(self) { }
      }
      """
    ),
  ])
  let context = SemaContext(program: checked.program, evaluator: nil)
  context.enterBuiltinNames()
  context.enterLoadedDeclarations()
  let scope = context.scope(of: checked.id("main.f"))
  guard case .function(let detail) = checked.declaration("main.f")?.detail else { return }
  func isHidden(_ name: String) -> Bool {
    let found = context.members(
      named: checked.program.interner.intern(name), of: detail.parameters[0].type, from: scope)
    if case .hidden = found.kind { return true }
    return false
  }
  #expect(["x", "y", "open", "closed"].map(isHidden) == [false, true, false, true])
}
