// Bodies that are right: nothing is found, and what is implicit is written out.
import ASTDB
import Base
import Testing

import Sema

private func accepts(
  _ source: String, profile: Profile = .core, _ place: SourceLocation = #_sourceLocation
) {
  let checked = check(source, profile: profile)
  #expect(checked.findings() == [], "\(checked.messages)", sourceLocation: place)
  // What the ASTDB asks of a body before it stores it.
  for body in checked.program.bodies.elements where body.owner.exists {
    let owner = checked.program.declarations[body.owner]
    #expect(body.isValid && body.problem() == nil, "\(owner.path)", sourceLocation: place)
  }
}

/// The kinds of the nodes of a function's body, in order of making.
private func kinds(_ source: String, _ path: String, profile: Profile = .core) -> [NodeKind] {
  let checked = check(source, profile: profile)
  #expect(checked.findings() == [], "\(checked.messages)")
  guard let declaration = checked.declaration(path), declaration.body.exists else { return [] }
  return checked.program.bodies[declaration.body].nodes.map(\.kind)
}

@Test func acceptsArithmeticAndLoops() {
  accepts(
    """
    func fib(n: i64) -> i64 {
      if n < 2 { return n }
      return fib(n - 1) + fib(n - 2)
    }
    func sum(xs: []i64) -> i64 {
      var total = 0
      for x in xs { total += x }
      for i in 0..<xs.len { total += xs[i] }
      for (i, x) in xs.enumerate() { total += i * x }
      var n = 10
      while n > 0 { n -= 1; if n == 5 { continue } ; if n == 3 { break } }
      outer: for i in 0..10 { for j in 0..=10 { if i * j > 50 { break outer } } }
      return total
    }
    func main() { print(fib(20), sum([1, 2, 3])) }
    """)
}

@Test func widensMixedNumbers() {
  accepts(
    """
    func f(a: i32, b: i64, c: u8, d: f32) -> f64 {
      let e = a + b
      let _g: i64 = e
      let _h: i32 = c + a
      let i: f64 = d
      let j = i + 1
      let _k: u8 = 200 + 55
      let _s = b << c
      return j * 2 + i ** 2
    }
    """)
  #expect(kinds("func f(a: i32) -> i64 { return a }", "main.f").contains(.widen))
}

@Test func literalsTakeTheTypeOfTheirFirstUse() {
  let checked = check(
    """
    func takes(x: i32) { }
    func f() { let n = 5
      takes(n) }
    func g() { let _n = 5
      let _m = 2.5 }
    """)
  #expect(checked.findings() == [], "\(checked.messages)")
  func types(_ path: String) -> [String] {
    let body = checked.program.bodies[checked.declaration(path)!.body]
    return body.variables.map { checked.program.name(of: body.types[Int($0.type)]) }
  }
  #expect(types("main.f") == ["i32"])
  #expect(types("main.g") == ["i64", "f64"])
}

@Test func acceptsStructsEnumsAndMethods() {
  accepts(
    """
    struct Point { x: f64, y: f64 = 0.0
      func length(self) -> f64 { return self.x * self.x + self.y * self.y }
      func shift(inout self, by: f64) { self.x += by }
      func origin() -> Point { return Point { x: 0.0 } } }
    enum Shape { Empty, Circle(f64), Rect { w: f64, h: f64 } }
    func area(s: Shape) -> f64 {
      return match s {
        .Empty => 0.0
        .Circle(r) => 3.14 * r * r
        .Rect { w, h } => w * h
      }
    }
    func main() {
      var p = Point { x: 1.0, y: 2.0 }
      p.shift(2.0)
      p.shift(by: 3.0)
      p.y = p.length()
      let q = Point.origin()
      let x = 3.0
      let r = Point { x }
      let shapes = [Shape.Empty, .Circle(2.0), .Rect { w: 1.0, h: 2.0 }]
      for s in shapes { print(area(s)) }
      if p == q or p.x > 1.0 and not (r.x != 2.0) { print(p, $"{q} is {p.x:.2f}") }
    }
    """)
}

@Test func acceptsOptionals() {
  accepts(
    """
    struct Node { value: i64, next: ?i64 }
    func find(xs: []i64, wanted: i64) -> ?i64 {
      for (i, x) in xs.enumerate() { if x == wanted { return i } }
      return null
    }
    func f(n: ?Node, x: ?i64) -> i64 {
      let a = x ?? 0
      let b = n?.value ?? 1
      let c = n?.next ?? x ?? 2
      if let y = x { return y + a + b + c }
      if x == null { return 0 }
      let z = x + 1
      if n != null and n.value > 3 { return n.value }
      var y: ?i64 = 3
      while let v = y { y = null; print(v) }
      return match x { null => 0, 3 => 1, .Some(v) => v + z }
    }
    func first(x: ?i64) -> ?i64 { let y = x?; return y + 1 }
    """)
}

@Test func narrowingEndsWithAssignment() {
  let checked = check(
    """
    func f(a: ?i64) -> i64 {
      var x = a
      if x != null {
        let y = x + 1
        x = null
        let z = x + 1
        return y
      }
      return 0
    }
    """)
  #expect(checked.findings() == ["E2210 6:13"])
}

@Test func acceptsResults() {
  accepts(
    """
    error ParseError { Empty, BadDigit(i64) }
    error AppError { Parse(ParseError), Other }
    impl From[ParseError] for AppError {
      func from(owned value: ParseError) -> AppError { return .Parse(value) } }
    func parse(text: string) -> i64 ! ParseError {
      if text.len == 0 { fail .Empty }
      if text.len > 9 { fail ParseError.BadDigit(text.len) }
      return 42
    }
    func run(text: string) -> void ! AppError {
      let a = parse(text)?
      let b = try parse(text)
      let c = parse(text) catch err { print(err); 0 }
      let d = parse(text) catch 7
      if a > b { return }
      let e = parse(text) catch err { return }
      match parse(text) { .Ok(v) => print(v + c + d + e), .Err(problem) => print(problem) }
      _ = parse(text)
    }
    func maybe(text: string) -> ?i64 ! ParseError {
      if text.len == 3 { return null }
      return parse(text)?
    }
    """)
}

@Test func acceptsGenericsAndTraits() {
  accepts(
    """
    trait Area { func area(self) -> f64
      func twice(self) -> f64 { return self.area() * 2.0 } }
    struct Square { side: f64 }
    impl Area for Square { func area(self) -> f64 { return self.side * self.side } }
    func total[T: Area](items: []T) -> f64 {
      var sum = 0.0
      for item in items { sum += item.area() + item.twice() }
      return sum
    }
    func largest[T: Ord](items: []T) -> ?T {
      if items.len == 0 { return null }
      var best = items[0]
      for item in items { if item > best { best = item } }
      return best
    }
    func id[T](x: T) -> T { return x }
    func add[T: Number](a: T, b: T) -> T { return a + b + 1 }
    struct Pair[A, B] { first: A, second: B
      func swapped(self) -> Pair[B, A] { return Pair { first: self.second, second: self.first } } }
    func main() {
      let a = id(4)
      let b = id[i32](4)
      let p = Pair { first: 1, second: "x" }
      let q = p.swapped()
      var xs = List.new2()
      xs.push(3)
      print(largest([1, 2, 3]) ?? 0, total([Square { side: 1.0 }]), q.first, a, b, add(1, 2))
    }
    impl[T] List[T] { func new2() -> List[T] { return [] } }
    """)
}

@Test func acceptsClosures() {
  accepts(
    """
    func apply(f: func(i64) -> i64, x: i64) -> i64 { return f(x) }
    func each(xs: []i64, f: func(i64)) { for x in xs { f(x) } }
    func map[T, U](xs: []T, f: func(T) -> U) -> List[U] {
      var out: List[U] = []
      for x in xs { out.push(f(x)) }
      return out
    }
    func change(f: func(inout i64)) { var x = 1; f(&x) }
    func double(x: i64) -> i64 { return x * 2 }
    func main() {
      var total = 0
      each([1, 2, 3]) { |x| total += x }
      each([1, 2]) do |x|
        total += x
      end
      let names = map([1, 2, 3], |x| $"{x}")
      print(apply(|x| x + total, 3), apply(double, 4), names.len)
      change(|inout x| x += 1)
      let f = |x: i64| -> i64 { x + total }
      print(f(3), apply(f, 2))
    }
    """)
}

@Test func acceptsOwnership() {
  accepts(
    """
    struct File { handle: i64, destructor() { print("closed") } }
    func consume(owned f: File) { }
    func open() -> File { let f = File { handle: 3 }; return f }
    func main() {
      let a = open()
      consume(move a)
      consume(open())
      var xs: List[i64] = [1, 2]
      let _ys = xs
      xs.push(4)
      var b = 1
      var c = 2
      swap(&b, &c)
      let _d = replace(&b, 5)
      defer print("end")
      using f = open() do print(f.handle) end
    }
    """)
  #expect(
    kinds("func f(a: List[i64]) -> List[i64] { let b = a; return b }", "main.f").filter {
      $0 == .copy
    }.count == 1)
}

@Test func acceptsMatches() {
  accepts(
    """
    enum Tree { Leaf, Node(Box[Tree], i64, Box[Tree]) }
    const LIMIT = 10
    func f(n: i64, s: string, c: char, p: (i64, bool), t: Tree) -> i64 {
      let a = match n { 0 => 1, 1 | 2 => 2, 3..9 => 3, LIMIT => 4, _ when n > 50 => 5, else => 6 }
      let b = match s { "a" => 1, "b" => 2, _ => 3 }
      let d = match c { 'a'..='z' => 1, _ => 2 }
      let e = match p { (0, true) => 1, (_, false) => 2, (x, true) => x }
      return match t { .Leaf => a, .Node(.Leaf, v, _) => v + b, .Node(_, v, _) => v + d + e }
    }
    func g(inout t: Tree) { match &t { .Leaf => { }, .Node(_, inout v, _) => v += 1 } }
    func h(b: u8) -> bool { return match b { 0..127 => false, 128.. => true } }
    """)
}

@Test func acceptsPointersInSovereign() {
  accepts(
    """
    func copy(target: *u8, source: *u8, n: i64) -> *u8 {
      var i = 0
      while i < n { target[i] = source[i]; i += 1 }
      @memcpy(target, source, n)
      let p: *i64 = @ptr_cast(i64, target)
      p.* = 3
      if p == null { return target + 4 }
      let _n = @sizeof(i64) + @alignof(u8)
      return target
    }
    func take[T](p: *T) -> T { return @take(p) }
    """, profile: .sovereign)
}

@Test func acceptsBlocksAsValues() {
  accepts(
    """
    func f(n: i64) -> string {
      let a = if n > 3 { "big" } else if n > 1 { "medium" } else { "small" }
      let b = { let x = n * 2
        x + 1 }
      if b > 3 { return a } else { return "other" }
    }
    func g(n: i64) -> i64 { if n > 0 { n } else { 0 - n } }
    func h() -> i64 { while true { } }
    func i(n: i64) -> i64 { match n { 0 => 1, _ => panic("no") } }
    """)
}

@Test func acceptsMethodsOfTheLanguage() {
  accepts(
    """
    func f(x: ?i64, r: i64 ! string, xs: List[i64]) -> i64 {
      var y = x
      let z = y.take()
      let ys = xs.copy()
      return x.unwrap() + r.unwrap("why") + (z ?? 0) + ys.len
    }
    """)
}

@Test func recursionThroughContainersHasDerivedForms() {
  accepts(
    """
    impl[T: Eq] Eq for List[T] { func equals(self, other: Self) -> bool { return true } }
    impl[T: Display] Display for List[T] { func display(self) -> string { return "" } }
    enum Json { Null, Text(string), Array(List[Json]), Pair(Box[Json], List[List[Json]]) }
    func f(a: Json, b: List[Json]) { print(a, b, a == a, b == b) }
    """)
  let checked = check(
    """
    impl[T: Eq] Eq for List[T] { func equals(self, other: Self) -> bool { return true } }
    enum Odd { A(List[Odd]), B(func()) }
    func f(a: Odd, b: List[Odd]) -> bool { return a == a }
    func g(a: Odd, b: List[Odd]) -> bool { return b == b }
    """)
  #expect(checked.findings() == ["E2206 3:47", "E2206 4:47"], "\(checked.messages)")
}
