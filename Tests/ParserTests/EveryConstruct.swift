// One program with every construct of the language, for tests that need much syntax at once.

let everyConstruct = ##"""
  profile :sovereign

  /// Doc of f.
  /// second line
  pub func f[T: Ord + Eq, U](inout a: T, owned b: List<List<U>>, c: ?i64 = null) -> ?T ! Error
    requires cap Net { connect: true }
    requires a > 0 and b.len < 3
  {
    let (x, _) = pair
    var y: [4]u8 = undefined
    x = a + b * c ** d ** e as i32
    xs[i] += -x |> g(2)
    a.b?.c.0 = p.* + q[1].z
    let z = foo(move a, &b, n: 3, []u8, *T, ?i32, [4]u8, func(i32) -> i32, [1, 2], [], |x| x + 1)
    xs.map { |x| x * 2 }.each do |(k, v)| print(k) end
    if let inout x = &opt and x > 3 { 1 } else if c do 2 else 3 end
    let s = $"a {m["k"]} b {x:.2f} {{lit}} {f(|x| { x })}"
    match &t {
      .Node(inout l, v, inout r) => l
      .Rect { w, h: 3 } when w > 2 => { return 1 }
      1 | 2 => a
      0..<5 => b
      -1 => c, 'a'..='z' => d
      (a, .B(c)) => return x when y
      Point { x, .. } => 3
      Shape.Circle(r) => 4
      null => fail .Oops
      else => x
    }
    outer: for inout (k, v) in &m { break outer when k == v
      continue unless x }
    let r = e catch err { return 1 }
    let q = try open(p)? ?? 3
    defer { close() }
    using f = File.open("x")? do print(f) end
    grant cap FileSystem { read: true } as g do g.revoke() end
    grant cap Clock { now() }
    with_scratchpad(65536) |s| do s.alloc(3) end
    let h = HashMap[K, V].new()
    let p = Point { x: 1, y }
    let e = .Rect { w: 1 }
    asm("syscall", in("rax") nr, out("rdi") ret, clobber("rcx", "r11"))
    @memcpy(a, b, n)
    @manual let u = move |x: i32| -> i32 { x }
    let t = func(x: i32) -> i32 { return x }
    x
      .foo()
      + 3
    - 4
    return
  }
  shared struct Cache { private a: i64, b: string = "x"
    destructor() { self.a.close() }
    func m(inout self) {} }
  enum E: u16 { A = 1, B(i32, T), C { w: f64, h: f64 } func m(self) {} }
  error X { Empty, Bad(i64) }
  trait Area: Eq { func area(self) -> f64; func name(self) -> string { return "shape" } }
  impl[T] Area for List[T] { }
  import std.fs as g
  import std.{a, b as c}
  import c "x.h" as y
  export "C" func janus(x: i32) -> i32 { return x }
  extern "C" func printf(f: *const u8, ...) -> i32
  @runtime("janus_alloc") func alloc(size: i64) -> *u8
  test "adds" { assert(1 == 2) }
  capability FileSystem { read: bool, p: string, }
  type Grid = List[List[i64]]
  static mut m: i64 = 0
  func cb(f: func(i32, inout T) -> i32 requires cap A, T: type, move: i32)
  func f() {
    if a do
      if b { x }
    else
      y
    end
    if a do
      if b { x } else { z }
    else if c do
      w
    else
      y
    end
    if a do
      if b {
        x
      }
      else {
        q
      }
    end
    let r = if a { 1 } else { 2 }
    let m = match x { .A => 1, .B(y) => y + 1
      .C => 3 }
    foo(a,
      b)
    (c, d) = e
    [1, 2].each(|x| print(x))
    let t = a
      and b
      or not c
    let u = xs
      |> f
      .g()
    x = -y
    x = a -
      b
    match y {
      .A => foo
      .B => match z { .C => 1
        .D => 2 }
      -1 => 3
      (a, b) => 4
    }
    while let .Some(x) = it.next() do x end
    while x < 3 and not done { x += 1 }
    for i in 0..<n { }
    for i in 0..=xs.len - 1 do end
    for x in move xs { }
    for x in xs.slice(1..<3) { }
    let s = xs[1..<3] + ys[..<2] + zs[1..]
    return Point { x: 1 } when a == b
  }
  func g() -> Result[string, IoError]
  {
    let x = try a()? catch e { return }
    let y = foo() catch 0
    let z = a ?? b ?? c
    let c = |x| |y| x + y
    let d = || 3
    do
      x()
    end
    { y() }
    unsafe { p.* = 3; p[0] = 1 }
    let q = unsafe { p.*.x }
    xs.with_two(i, j) { |inout a, inout b| swap(&a, &b) }
    let o = spawn { work() }
    let w = List[?T].new()
    let w2 = HashMap[string, List[i64]].new()
    let v = x as *u8
    let k = x as i64 < y
    let n = a < b and c > d
    let h: HashMap<string, List<List<i64>>> = HashMap.init(a)
    let l = i32.checked(x)
    let e: ?i32 ! E = f()
    let f2: func(i32) -> i32 = g
    let arr: [4][]u8 = undefined
    let b2 = @sizeof([4]u8) + @sizeof(*T) + @alignof(T)
    cap SharedMemory
    requires dest.len >= src.len
    requires not x
    let move = 3
    let cap = move
    grant(cap)
    move = cap + requires
    error.print()
    label.x = 3
    let owned = f(move move)
    using f = File.open("x")? do
      f.read()
    end
    grant cap FileSystem {
      read: true,
      write: false
    } do
      x
    end
    grant cap SharedMemory do x end
    grant cap A, cap B { x: 1 } as g { y }
    let str = """
      hello
        "world" \n
      """
    let i = $"""
      a {x}
      b
      """
    let ch = '\u{1F600}'
    let by = b'\n'
    let cs = c"hello"
    let t0 = t.0.1
    x?.y?.0
    let cl = move |x| x
    let big = 340282366920938463463374607431768211455
    let bigger = 340282366920938463463374607431768211456
    let fl = 1e300 + 1.5e-3 + 1_000.5
    let hx = 0xff_ff + 0b10 + 0o17
    a.b.c.d()
    return if x { 1 } else { 2 }
  }
  trait It[T] {
    func next(inout self) -> ?T
    func size(self) -> i64 { return 0 }
    const N: i64 = 3
  }
  struct S[T: Number + Ord] { a: T, b: i32 = 3
    c: func(T) -> T
    private d: ?T
    func m(owned self) -> T { self.a }
    pub func n() -> Self { Self { a: 1, b: 2 } } }
  func h(f: func(owned i32, inout string) requires cap Net { connect: true })
  requires cap Clock { now() }
  func k() requires cap Clock {} { now() }
  func priv(private: i32, shared: i32, profile: i32) -> i32 { private + shared + profile }
  func moved(owned x: i32, inout self: i32)
  @budget(heap: 0, scratch: 4096) @inline
  pub func kk() {}
  func move(p: Player) {}
  enum Opt[T] { None, Some(T) }
  impl[T: Display] Display for Opt[T] {
    func display(self) -> string { match self { .None => "n", .Some(x) => $"{x}" } } }
  export "C" func api(x: i32) -> i32 do return x end
  func op(a: Matrix[3, 4], b: [N * 2]T) {}
  """##
