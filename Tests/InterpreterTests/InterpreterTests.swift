// The interpreter on small functions in text form: values, control flow, calls, panics, limits.
import Base
import Interpreter
import MIR
import Testing

private let types = """
  module test
  file "t.jan"
  type void = void size 0 align 1
  type never = never size 0 align 1
  type bool = bool size 1 align 1
  type i8 = signed 8 size 1 align 1
  type u8 = unsigned 8 size 1 align 1
  type i32 = signed 32 size 4 align 4
  type u32 = unsigned 32 size 4 align 4
  type i64 = signed 64 size 8 align 8
  type u64 = unsigned 64 size 8 align 8
  type i128 = signed 128 size 16 align 16
  type f64 = float 64 size 8 align 8
  type f32 = float 32 size 4 align 4
  type `*i64` = pointer i64 size 8 align 8
  type Pair = aggregate {a: i64 at 0, b: i64 at 8} size 16 align 8
  type `?i64` = enumeration i8 {None = 0 {}, Some = 1 {value: i64 at 8}} size 16 align 8
  type `[4]i64` = array i64 4 size 32 align 8
  type `fn` = function (in i64) -> i64 size 16 align 8
  type string = aggregate {ptr: `*i64` at 0, len: i64 at 8, capacity: i64 at 16} size 24 align 8
  type Owner = aggregate {id: i64 at 0} size 8 align 8 unique drop @drop.Owner
  static $log "log": i64 mutable

  // Appends the owner's digit to `log`.
  func @drop.Owner (inout Owner) -> void {
    result _0: void
    inout mutable _1: Owner
  bb0:
    $log = mul i64 copy $log, 10:i64
    $log = add i64 copy $log, copy _1.id
    return
  }

  """

private func evaluate(
  _ body: String, steps: Int = 1_000_000, _ symbol: String = "main"
) -> Evaluation {
  var diagnostics = Diagnostics()
  let text = types + body
  guard let module = readMIRText(text, file: SourceFileID(0), reporting: &diagnostics) else {
    let found = diagnostics.all[0]
    let line = text.utf8.prefix(Int(found.span.start)).split(separator: 10).last.map(String.init)
    return .unsupported("\(found.message): \(line.flatMap { $0 } ?? "")")
  }
  if let problem = verifyMIR(module).first { return .unsupported(problem.description) }
  return Interpreter(module).evaluate(symbol, stepLimit: steps)
}

private func value<T: FixedWidthInteger>(_ number: T) -> Evaluation {
  .value(withUnsafeBytes(of: number.littleEndian) { [UInt8]($0) })
}

/// A function of one expression with two locals of the type.
private func expression(
  _ type: String, _ result: String, _ a: String, _ b: String, _ operation: String,
  wraps: Bool = false
) -> String {
  """
  func @main () -> \(result) file 0 line 5 offset 0 \(wraps ? "overflow_wraps " : ""){
    result _0: \(result)
    stack _1: \(type)
    stack _2: \(type)
  bb0:
    _1 = assign \(a):\(type)
    _2 = assign \(b):\(type)
    _0 = \(operation) @2:7(0..1)
    return
  }
  """
}

@Suite struct InterpreterTests {
  @Test func arithmetic() {
    func run(_ type: String, _ op: String, _ a: String, _ b: String, wraps: Bool = false)
      -> Evaluation
    { evaluate(expression(type, type, a, b, "\(op) \(type) copy _1, copy _2", wraps: wraps)) }
    #expect(run("i64", "add", "40", "2") == value(Int64(42)))
    #expect(run("i8", "sub", "-100", "27") == value(Int8(-127)))
    #expect(run("u8", "mul", "15", "17") == value(UInt8(255)))
    #expect(
      run("i128", "mul", "-99999999999999999999", "3") == value(Int128("-299999999999999999997")!))
    #expect(run("i64", "div", "-7", "2") == value(Int64(-3)))
    #expect(run("i64", "rem", "-7", "2") == value(Int64(-1)))
    #expect(run("i8", "add", "127", "1", wraps: true) == value(Int8(-128)))
    #expect(run("i8", "add_saturating", "100", "100") == value(Int8(127)))
    #expect(run("i8", "sub_saturating", "-100", "100") == value(Int8(-128)))
    #expect(run("u8", "sub_saturating", "3", "100") == value(UInt8(0)))
    #expect(run("u32", "shl", "1", "33", wraps: true) == value(UInt32(2)))
    #expect(run("i32", "shr", "-8", "1") == value(Int32(-4)))
    #expect(run("u8", "bit_xor", "255", "15") == value(UInt8(240)))
    #expect(run("f64", "div", "1.0", "4.0") == value((0.25).bitPattern))
  }

  @Test func panics() {
    func run(_ type: String, _ op: String, _ a: String, _ b: String) -> Evaluation {
      evaluate(expression(type, type, a, b, "\(op) \(type) copy _1, copy _2"))
    }
    func panic(_ kind: PanicKind, _ message: String) -> Evaluation {
      .panicked(kind, message: message, file: "t.jan", line: 7, column: 7)
    }
    #expect(run("i8", "add", "127", "1") == panic(.overflow, "integer overflow"))
    #expect(run("i64", "div", "1", "0") == panic(.division, "division by zero"))
    #expect(run("i64", "div", "-9223372036854775808", "-1") == panic(.overflow, "integer overflow"))
    #expect(
      run("i32", "shl", "1", "32") == panic(.overflow, "shift by 32 of an integer of 32 bits"))
    let check = """
      func @main () -> i64 file 0 line 5 offset 0 {
        result _0: i64
      bb0:
        bounds_check 7:i64, 3:i64 @2:7(0..1)
        return
      }
      """
    #expect(evaluate(check) == panic(.index, "index 7 out of range for length 3"))
    let message = check.replacing(
      "bounds_check 7:i64, 3:i64", with: "check #4 0:bool, \"no\":string")
    #expect(evaluate(message) == panic(.assertion, "no"))
  }

  @Test func conversions() {
    func run(_ from: String, _ a: String, _ to: String) -> Evaluation {
      evaluate(expression(from, to, a, a, "convert \(from) copy _1"))
    }
    #expect(run("f64", "3.99", "i8") == value(Int8(3)))
    #expect(run("f64", "1e30", "i64") == value(Int64.max))
    #expect(run("f64", "-1.0", "u8") == value(UInt8(0)))
    #expect(run("f64", "bits 0x7ff8000000000000", "i32") == value(Int32(0)))
    #expect(run("i8", "-1", "u64") == value(UInt64.max))
    #expect(run("i64", "300", "u8") == value(UInt8(44)))
    #expect(run("u64", "18446744073709551615", "f64") == value(Double(UInt64.max).bitPattern))
    #expect(run("i64", "16777217", "f32") == value(Float(16_777_216).bitPattern))
  }

  @Test func placesAndLoops() {
    let body = """
      func @main () -> i64 {
        result _0: i64
        stack _1: `[4]i64`
        stack _2: i64
        stack _3: bool
        stack _4: `?i64`
        stack _5: i8
        stack _6: `*i64`
        stack _7: Pair
      bb0:
        _1 = construct {1:i64, 2:i64, 3:i64, 4:i64}
        _2 = assign 0:i64
        _0 = assign 0:i64
        goto bb1
      bb1:
        _3 = less i64 copy _2, 4:i64
        branch copy _3, bb2, bb3
      bb2:
        _0 = add i64 copy _0, copy _1[_2]
        _2 = add i64 copy _2, 1:i64
        goto bb1
      bb3:
        _4 = construct #1 {copy _0}
        _5 = discriminant borrow _4
        switch copy _5 {0: bb4, 1: bb5} else bb4
      bb4:
        unreachable
      bb5:
        _6 = address_of borrow_mutable _1[1]
        _6 = pointer_offset i64 copy _6, 2:i64
        (*_6) = assign 30:i64
        _7 = construct {copy _1[3], copy (_4 as Some).value}
        _7 = construct {copy _7.b, copy _7.a}
        _0 = mul i64 copy _7.a, 1000:i64
        _0 = add i64 copy _0, copy _7.b
        return
      }
      """
    #expect(evaluate(body) == value(Int64(10_030)))
  }

  @Test func callsAndFunctionValues() {
    let body = """
      func @fib (in i64) -> i64 {
        result _0: i64
        borrowed _1: i64
        stack _2: bool
        stack _3: i64
        stack _4: i64
      bb0:
        _2 = less i64 copy _1, 2:i64
        branch copy _2, bb1, bb2
      bb1:
        _0 = assign copy _1
        return
      bb2:
        _3 = sub i64 copy _1, 1:i64
        _4 = call @fib(copy _3) -> bb3
      bb3:
        _3 = sub i64 copy _1, 2:i64
        _3 = call @fib(copy _3) -> bb4
      bb4:
        _0 = add i64 copy _3, copy _4
        return
      }
      func @swap (inout Pair, in Pair) -> Pair {
        result _0: Pair
        inout mutable _1: Pair
        borrowed _2: Pair
      bb0:
        _0 = construct {copy _1.b, copy _1.a}
        _1.a = assign copy _2.b
        return
      }
      func @addTo (in i64) -> i64 environment {
        result _0: i64
        hidden _1: `*i64`
        borrowed _2: i64
      bb0:
        _0 = add i64 copy (*_1), copy _2
        return
      }
      func @main () -> i64 {
        result _0: i64
        stack _1: Pair
        stack _2: Pair
        stack _3: fn
        stack _4: i64
        stack _5: `*i64`
      bb0:
        _1 = construct {5:i64, 6:i64}
        _2 = call @swap(borrow_mutable _1, copy _1) -> bb1
      bb1:
        _0 = mul i64 copy _2.a, 100:i64
        _0 = add i64 copy _0, copy _1.a
        _3 = make_function @fib
        _4 = call copy _3 as (in i64) -> i64 with (15:i64) -> bb2
      bb2:
        _5 = address_of borrow _0
        _3 = make_function @addTo, copy _5
        _0 = call copy _3 as (in i64) -> i64 with (copy _4) -> bb3
      bb3:
        return
      }
      """
    #expect(evaluate(body) == value(Int64(606 + 610)))
  }

  @Test func unwindingRunsCleanups() {
    let body = """
      func @fail (in i64) -> void file 0 line 1 offset 0 {
        result _0: void
        borrowed _1: i64
        stack _2: Owner
      bb0 cleanup bb1:
        _2 = construct {3:i64}
        _2.id = assign 3:i64
        bounds_check copy _1, 0:i64 @1:1(0..1)
        drop _2
        return
      bb1 unwinding:
        drop _2
        resume
      }
      func @inner () -> void {
        result _0: void
        stack _1: Owner
        stack _2: Owner
      bb0:
        _1 = construct {1:i64}
        _2 = construct {2:i64}
        call @fail(9:i64) -> bb1 cleanup bb2
      bb1:
        drop _2
        drop _1
        return
      bb2 unwinding:
        drop _2
        goto bb3
      bb3 unwinding:
        drop _1
        resume
      }
      ref @janus_catch (in `*i64`, in `*i64`) -> i32 runtime
      func @body (in `*i64`) -> void {
        result _0: void
        borrowed _1: `*i64`
      bb0:
        call @inner() -> bb1
      bb1:
        return
      }
      func @main () -> i64 {
        result _0: i64
        stack _1: `*i64`
        stack _2: i32
      bb0:
        _1 = assign @body
        _2 = call @janus_catch(copy _1, zero:`*i64`) -> bb1
      bb1:
        _0 = convert i32 copy _2
        _0 = mul i64 copy _0, 1000:i64
        _0 = add i64 copy _0, copy $log
        return
      }
      """
    #expect(evaluate(body) == value(Int64(1321)))
  }

  @Test func limits() {
    let endless = """
      func @main () -> i64 {
        result _0: i64
      bb0:
        goto bb0
      }
      func @deep () -> i64 {
        result _0: i64
      bb0:
        _0 = call @deep() -> bb1
      bb1:
        return
      }
      """
    #expect(evaluate(endless) == .stepLimit)
    #expect(evaluate(endless, steps: Int.max, "deep") == .stackOverflow)
  }
}
