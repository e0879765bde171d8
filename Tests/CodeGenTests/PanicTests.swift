// Every kind of panic: its message, its place, its exit status, in every way of running.
import Testing

@Suite struct PanicTests {
  struct Panic: CustomStringConvertible {
    var instruction: String
    var message: String
    var attributes = ""
    var description: String { message }
    init(_ instruction: String, _ message: String, _ attributes: String = "") {
      self.instruction = instruction
      self.message = message
      self.attributes = attributes
    }
  }

  static let panics = [
    Panic("bounds_check copy _1, 3:i64", "P001 index 7 out of range for length 3"),
    Panic("bounds_check -1:i64, 3:i64", "P001 index -1 out of range for length 3"),
    Panic("_1 = add i64 copy _1, 9223372036854775801:i64", "P002 integer overflow"),
    Panic("_1 = sub i64 -9223372036854775807:i64, copy _1", "P002 integer overflow"),
    Panic("_1 = mul i64 copy _1, 4611686018427387904:i64", "P002 integer overflow"),
    Panic("_2 = sub u8 copy _2, 200:u8", "P002 integer overflow"),
    Panic("_1 = negate i64 -9223372036854775808:i64", "P002 integer overflow"),
    Panic("_1 = div i64 -9223372036854775808:i64, copy _3", "P002 integer overflow"),
    Panic("_1 = rem i64 copy _1, copy _4", "P003 division by zero"),
    Panic(
      "_1 = div i64 copy _1, copy _4", "P003 division by zero", " overflow_wraps"),
    Panic("_1 = shl i64 copy _1, 64:i64", "P002 shift by 64 of an integer of 64 bits"),
    Panic("_2 = shr u8 copy _2, 9:u8", "P002 shift by 9 of an integer of 8 bits"),
    Panic("check #4 0:bool, \"x > 3\":string", "P004 x > 3"),
    Panic("check #4 0:bool", "P004 assertion failed"),
    Panic("check #5 0:bool", "P005 unreachable code was reached"),
    Panic("check #10 0:bool", "P010 `null` was unwrapped"),
    Panic("check #8 0:bool, \"not text\":string", "P008 not text"),
  ]

  @Test(arguments: panics) func isReported(_ panic: Panic) throws {
    let backEnd = try BackEnd()
    let module = try backEnd.write(
      """
      func @trouble "trouble" () -> void file 0 line 10\(panic.attributes) {
        result _0: void
        stack mutable _1: i64
        stack mutable _2: u8
        stack mutable _3: i64
        stack mutable _4: i64
      bb0:
        _1 = assign 7:i64
        _2 = assign 100:u8
        _3 = assign -1:i64
        _4 = assign 0:i64
        \(panic.instruction) @3:9(1..2)
        return
      }

      func @janus_main "main" () -> i32 {
        result _0: i32
      bb0:
        call @trouble() -> bb1
      bb1:
        _0 = assign 0:i32
        return
      }
      """)
    let expected = Outcome(
      status: 101, output: "", errors: "panic: \(panic.message)\nat src/test.jan:13:9\n")
    for way in Way.allCases { #expect(try backEnd.run(module, way) == expected, "\(way)") }
  }

  /// Without checks the same operations wrap.
  @Test func wrapsWhereChecksAreOff() throws {
    let backEnd = try BackEnd()
    let module = try backEnd.write(
      """
      func @wraps "wraps" (in i64, in u8) -> i64 overflow_wraps {
        result _0: i64
        borrowed _1: i64
        borrowed _2: u8
        stack mutable _3: i64
        stack _4: u8
        stack _5: i64
      bb0:
        _3 = add i64 copy _1, 1:i64
        _3 = sub i64 copy _3, 2:i64
        _3 = shl i64 copy _3, 65:i64
        _4 = mul u8 copy _2, 2:u8
        _5 = convert u8 copy _4
        _0 = add i64 copy _3, copy _5
        return
      }

      func @janus_main "main" () -> i32 {
        result _0: i32
        stack _1: i64
      bb0:
        _1 = call @wraps(9223372036854775807:i64, 200:u8) -> bb1
      bb1:
        call @show(copy _1) -> bb2
      bb2:
        _0 = assign 0:i32
        return
      }
      """)
    for way in Way.allCases {
      #expect(
        try backEnd.run(module, way) == Outcome(status: 0, output: "140\n", errors: ""), "\(way)")
    }
  }
}
