// The text form reads back to what was written, and refuses bad text with a place.
import Base
import MIR
import Testing

/// A module that uses every part of the text form.
let sampleText = """
  module sample
  entry @"main.entry 1"
  file "src/main.jan"
  signature () -> i32
  signature (in i64, inout `List[i64]`, owned `?i64`) -> i64 destination
  ref @janus_alloc (in i64, in i64) -> `*i64` runtime
  ref @drop.List (inout `List[i64]`) -> void
  type void = void size 0 align 1
  type i8 = signed 8 size 1 align 1
  type i32 = signed 32 size 4 align 4
  type i64 = signed 64 size 8 align 8
  type u128 = unsigned 128 size 16 align 16
  type f64 = float 64 size 8 align 8
  type bool = bool size 1 align 1
  type `*i64` = pointer i64 size 8 align 8
  type `List[i64]` = aggregate {ptr: `*i64` at 0, len: i64 at 8} size 16 align 8 unique drop @drop.List
  type `?i64` = enumeration i8 {None = 0 {}, Some = 1 {"0": i64 at 8}} size 16 align 8
  type `[3 x i64]` = array i64 3 size 24 align 8
  type string = aggregate {ptr: `*i64` at 0, len: i64 at 8, capacity: i64 at 16} size 24 align 8
  constant -5:i64
  constant 340282366920938463463374607431768211455:u128
  constant bits 0xffff:i8
  constant 0.1:f64
  constant bits 0x7ff8000000000001:f64
  constant "a\\"b\\n\\x00\\xff":string
  static $counter "app.counter": i64 mutable

  func @"main.entry 1" "main" () -> i32 file 0 line 10 offset 120 overflow_wraps panic_aborts cold {
    result _0: i32
    stack mutable _1 xs: `List[i64]` @3:7(40..42)
    stack _2: i64
    stack _3: `?i64`
    stack _4: `[3 x i64]`
    stack _5: bool
    stack _6: (`*i64`
  """

@Suite struct TextFormTests {
  private func read(_ text: String) -> (MIRModule?, [Diagnostic]) {
    var diagnostics = Diagnostics()
    let module = readMIRText(text, file: SourceFileID(0), reporting: &diagnostics)
    return (module, diagnostics.all)
  }

  private var complete: String {
    sampleText.replacing("  stack _6: (`*i64`", with: "  stack _6: `*i64`") + """

        bb0 cleanup bb4:
          storage_live _1 @3:5(38..60)
          _2 = add i64 copy $counter, -5:i64
          _3 = construct `?i64` #1 {copy _2}
          _2 = assign copy (_3 as Some).0
          _2 = assign copy _4[2]
          bounds_check copy _2, 3:i64
          _2 = assign copy _4[_2]
          _2 = assign copy (*_1.ptr)
          _6 = address_of borrow_mutable _2
          memory_copy i64 copy _6, copy _6, 1:i64
          _5 = less i64 copy (_2: i64), zero:i64
          check #4 copy _5, "no":string
          branch copy _5, bb1, bb2
        bb1:
          _2 = call @other(copy _2, borrow_mutable _1, move _3, zero:`*i64`) -> bb2 cleanup bb4
        bb2:
          switch copy _2 {0: bb3, -1: bb1} else bb3
        bb3:
          drop _1
          return
        bb4 unwinding:
          resume
      }

      func @other (in i64, inout `List[i64]`, owned `?i64`) -> i64 destination line 1 offset 0 {
        result _0: i64
        borrowed _1 a: i64
        inout mutable _2: `List[i64]`
        owned _3: `?i64`
        hidden _4: `*i64`
      bb0:
        panic assertion "text":string
      }
      """
  }

  @Test func roundTrips() throws {
    let (first, diagnostics) = read(complete)
    #expect(diagnostics.map(\.message) == [])
    let written = writeMIRText(try #require(first))
    let (second, problems) = read(written)
    #expect(problems.map(\.message) == [])
    #expect(writeMIRText(try #require(second)) == written)
    #expect(written.contains("_2 = assign copy (_3 as Some).0"))
    #expect(written.contains("_2 = assign copy (*_1.ptr)"))
    #expect(written.contains("storage_live _1 @3:5(38..60)"))
    #expect(written.contains("constant bits 0xffff:i8"))
    #expect(written.contains("constant 340282366920938463463374607431768211455:u128"))
    #expect(written.contains("_5 = less i64 copy _2, zero:i64"))
  }

  @Test func refusesBadTextWithItsPlace() throws {
    let cases = [
      ("_2 = assign copy (_3 as Some).0", "_2 = assign copy (_3 as Sme).0", "Sme"),
      ("branch copy _5, bb1, bb2", "branch copy _5, bb1, bb9", "bb9"),
      ("drop _1", "drop _17", "_17"),
      ("copy $counter", "copy $counte", "$counte"),
      ("@other(copy", "@othr(copy", "@othr"),
      ("constant -5:i64", "constant -5:i46", "i46"),
      ("constant 0.1:f64", "constant \"x:f64", "\"x:f64"),
      ("return\n", "retur\n", "retur"),
    ]
    for (good, bad, seen) in cases {
      let text = complete.replacing(good, with: bad)
      let (module, diagnostics) = read(text)
      #expect(module == nil)
      let found = try #require(diagnostics.first)
      let bytes = Array(text.utf8)[Int(found.span.start)..<Int(found.span.end)]
      #expect(String(decoding: bytes, as: UTF8.self) == seen, "\(found.message)")
    }
  }

  @Test func neverTrapsOnDamage() {
    let bytes = ContiguousArray(complete.utf8)
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for round in 0..<1500 {
      var damaged = bytes
      for _ in 0...round % 3 {
        let at = random(damaged.count)
        switch random(3) {
        case 0: damaged[at] = UInt8(random(256))
        case 1: damaged.removeSubrange(at..<min(damaged.count, at + random(20)))
        default: damaged.insert(contentsOf: Array(damaged[0..<random(40)]), at: at)
        }
      }
      var diagnostics = Diagnostics()
      if let module = readMIRText(damaged, file: SourceFileID(0), reporting: &diagnostics) {
        _ = writeMIRText(module)
      } else {
        #expect(diagnostics.all.count == 1)
      }
    }
  }
}
