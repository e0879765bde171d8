// The passes on functions in text form: what they reject, and what elaborated drops do when run.
import Base
import Interpreter
import MIR
import Passes
import Testing

private let header = """
  module test
  entry @main
  file "t.jan"
  type void = void size 0 align 1
  type bool = bool size 1 align 1
  type i8 = signed 8 size 1 align 1
  type i64 = signed 64 size 8 align 8
  type Owner = aggregate {id: i64 at 0} size 8 align 8 unique destructor drop @drop.Owner
  type Pair = aggregate {a: Owner at 0, b: Owner at 8} size 16 align 8 unique drop @drop.Pair
  type `?Owner` = enumeration i8 {None = 0 {}, Some = 1 {value: Owner at 8}} size 16 align 8 unique drop @drop.Option
  type `[2]Owner` = array Owner 2 size 16 align 8 unique drop @drop.Array
  static $log "log": i64 mutable
  static $kept "kept": Owner mutable

  // Appends the owner's digit to `log`.
  func @drop.Owner (inout Owner) -> void glue {
    result _0: void
    inout mutable _1: Owner
  bb0:
    $log = mul i64 copy $log, 10:i64
    $log = add i64 copy $log, copy _1.id
    return
  }
  func @drop.Pair (inout Pair) -> void glue {
    result _0: void
    inout mutable _1: Pair
  bb0 cleanup bb1:
    drop _1.b
    drop _1.a
    return
  bb1 unwinding:
    resume
  }
  func @drop.Array (inout `[2]Owner`) -> void glue {
    result _0: void
    inout mutable _1: `[2]Owner`
  bb0:
    return
  }
  func @drop.Option (inout `?Owner`) -> void glue {
    result _0: void
    inout mutable _1: `?Owner`
    stack _2: i8
  bb0:
    _2 = discriminant borrow _1
    switch copy _2 {1: bb1} else bb2
  bb1:
    drop (_1 as Some).value
    goto bb2
  bb2:
    return
  }
  func @make (in i64) -> Owner {
    result _0: Owner
    borrowed _1: i64
  bb0:
    _0 = construct {copy _1}
    return
  }
  func @take (owned Owner) -> void {
    result _0: void
    owned _1 o: Owner
  bb0:
    drop _1
    return
  }
  func @use (in Owner) -> void {
    result _0: void
    borrowed _1: Owner
  bb0:
    return
  }
  func @change (inout Owner, in Owner) -> void {
    result _0: void
    inout mutable _1: Owner
    borrowed _2: Owner
  bb0:
    return
  }

  """

private func parse(_ body: String) -> MIRModule? {
  var diagnostics = Diagnostics()
  let text = header + body
  let module = readMIRText(text, file: SourceFileID(0), reporting: &diagnostics)
  for found in diagnostics.all {
    let line = text.utf8.prefix(Int(found.span.start)).split(separator: 10).last.map(String.init)
    Issue.record("\(found.message): \(line.flatMap { $0 } ?? "")")
  }
  return module
}

/// Codes and lines of what the passes report.
private func errors(_ body: String) -> [String] {
  guard var module = parse(body) else { return [] }
  var diagnostics = Diagnostics()
  let results = runPasses(
    &module, reporting: &diagnostics, options: PassOptions(verify: true))
  for problem in results.problems { Issue.record("\(problem.description)") }
  // Spans of these tests are 100 bytes for each line.
  return diagnostics.sorted.map { "\($0.code.rawValue) line \($0.span.start / 100)" }
}

/// The digits of the owners that `main` destroys, in order.
private func dropped(_ body: String) -> Int64? {
  guard var module = parse(body) else { return nil }
  var diagnostics = Diagnostics()
  let results = runPasses(
    &module, reporting: &diagnostics, options: PassOptions(verify: true))
  for problem in results.problems { Issue.record("\(problem.description)") }
  for found in diagnostics.all { Issue.record("\(found.message)") }
  guard case .value(let bytes) = Interpreter(module).evaluate("main") else { return nil }
  return bytes.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
}

/// `main` with the given locals from `_1` and blocks; gives the log.
private func main(_ locals: String, _ blocks: String) -> String {
  """
  func @main () -> i64 file 0 line 1 offset 0 {
    result _0: i64
  \(locals)
  \(blocks)
  }
  """
}

@Suite struct InitialisationTests {
  @Test func acceptsStraightCode() {
    let body = main(
      "  stack _1 a: Owner @1:1(100..101)",
      """
      bb0:
        _1 = call @make(1:i64) -> bb1
      bb1:
        call @use(borrow _1) -> bb2 cleanup bb3
      bb2:
        drop _1
        return
      bb3 unwinding:
        drop _1
        resume
      """)
    #expect(errors(body) == [])
  }

  @Test func useAfterMove() {
    let body = main(
      "  stack _1 a: Owner @1:1(100..101)",
      """
      bb0:
        _1 = call @make(1:i64) -> bb1
      bb1:
        call @take(move _1) -> bb2 @2:1(200..201)
      bb2:
        call @use(borrow _1) -> bb3 @3:1(300..301)
      bb3:
        call @use(borrow _1) -> bb4 @4:1(400..401)
      bb4:
        drop _1
        return
      """)
    #expect(errors(body) == ["E3101 line 3"])
  }

  @Test func maybeMovedNamesThePath() {
    let body = main(
      "  stack _1 a: Owner @1:1(100..101)\n  stack _2: bool",
      """
      bb0:
        _1 = call @make(1:i64) -> bb1
      bb1:
        _2 = assign 1:bool
        branch copy _2, bb2, bb3 @2:1(200..201)
      bb2:
        call @take(move _1) -> bb3 @3:1(300..301)
      bb3:
        call @use(borrow _1) -> bb4 @5:1(500..501)
      bb4:
        drop _1
        return
      """)
    #expect(errors(body) == ["E3102 line 5"])
  }

  @Test func moveInALoopIsOneError() {
    let body = main(
      "  stack _1 a: Owner @1:1(100..101)\n  stack _2: bool",
      """
      bb0:
        _1 = call @make(1:i64) -> bb1
      bb1:
        _2 = assign 1:bool
        branch copy _2, bb2, bb3 @2:1(200..201)
      bb2:
        call @take(move _1) -> bb1 @3:1(300..301)
      bb3:
        call @use(borrow _1) -> bb4 @5:1(500..501)
      bb4:
        drop _1
        return
      """)
    #expect(errors(body) == ["E3104 line 3"])
  }

  @Test func partsAndRevival() {
    let body = main(
      "  stack _1 p: Pair @1:1(100..101)\n  stack _2: Owner\n  stack _3: Owner",
      """
      bb0:
        _2 = call @make(1:i64) -> bb1
      bb1:
        _3 = call @make(2:i64) -> bb2
      bb2:
        _1 = construct {move _2, move _3}
        call @take(move _1.a) -> bb3 @2:1(200..201)
      bb3:
        call @use(borrow _1.b) -> bb4 @3:1(300..301)
      bb4:
        _1.a = call @make(3:i64) -> bb5
      bb5:
        call @use(borrow _1.a) -> bb6
      bb6:
        drop _1
        return
      """)
    #expect(errors(body) == [])
    let broken = body.replacing("_1.a = call @make(3:i64) -> bb5", with: "goto bb5")
      .replacing(
        "call @use(borrow _1.a) -> bb6", with: "call @use(borrow _1.a) -> bb6 @4:1(400..401)")
    #expect(errors(broken) == ["E3101 line 4"])
  }

  @Test func readBeforeInitialisation() {
    let body = main(
      "  stack _1 n: i64 @1:1(100..101)\n  stack _2: bool",
      """
      bb0:
        _2 = assign 1:bool
        branch copy _2, bb1, bb2 @2:1(200..201)
      bb1:
        _1 = assign 5:i64
        goto bb2
      bb2:
        _0 = assign copy _1 @3:1(300..301)
        return
      """)
    #expect(errors(body) == ["E2403 line 3"])
  }

  @Test func movesOutOfWhatIsNotOwned() {
    let body = """
      func @f (in Pair, inout Owner, in `[2]Owner`) -> i64 file 0 line 1 offset 0 {
        result _0: i64
        borrowed _1 p: Pair @1:1(100..101)
        inout mutable _2 o: Owner @1:1(100..101)
        borrowed _3 q: `[2]Owner` @1:1(100..101)
        stack _4: Owner
      bb0:
        _0 = assign 0:i64
        call @take(move _1.a) -> bb1 @2:1(200..201)
      bb1:
        call @take(move $kept) -> bb2 @3:1(300..301)
      bb2:
        call @take(move _3[1]) -> bb3 @4:1(400..401)
      bb3:
        call @take(move _2) -> bb4 @5:1(500..501)
      bb4:
        _4 = assign move $kept
        $kept = construct {1:i64}
        drop _4
        return @6:1(600..601)
      }
      """
    #expect(errors(body) == ["E3105 line 2", "E3105 line 3", "E3105 line 4", "E3106 line 5"])
  }
}

@Suite struct ExclusivityTests {
  private func body(_ call: String, before: String = "", after: String = "") -> String {
    main(
      "  stack _1 p: Pair @1:1(100..101)\n  stack _2: Owner\n  stack _3: Owner\n"
        + "  alias _4 x: Owner",
      """
      bb0:
        _2 = construct {1:i64}
        _3 = construct {2:i64}
        _1 = construct {move _2, move _3}
        \(before)
        \(call) -> bb1 @2:1(200..201)
      bb1:
        \(after)
        drop _1
        _0 = assign 0:i64
        return
      """)
  }

  @Test func argumentsOfOneCall() {
    #expect(errors(body("call @change(borrow_mutable _1.a, borrow _1.b)")) == [])
    #expect(errors(body("call @change(borrow_mutable _1.a, borrow _1.a)")) == ["E3201 line 2"])
  }

  @Test func openAccesses() {
    let begin = "access_begin #7 borrow_mutable _1.a @1:5(150..151)"
    #expect(
      errors(body("call @use(borrow _1.b)", before: begin, after: "access_end #7 borrow _1.a"))
        == [])
    #expect(
      errors(
        body("call @use(borrow _1.a)", before: begin, after: "nop\n  access_end #7 borrow _1.a"))
        == ["E3201 line 2"])
    #expect(
      errors(
        body(
          "call @change(borrow_mutable _1.a, borrow _1.b)", before: begin,
          after: "access_end #7 borrow _1.a")) == [])
    #expect(
      errors(body("call @use(borrow _1.a)", before: "_4 = bind borrow _1.a", after: "unbind _4"))
        == [])
    #expect(
      errors(
        body(
          "call @change(borrow_mutable _1.a, borrow _1.b)", before: "_4 = bind borrow _1.a",
          after: "unbind _4")) == ["E3201 line 2"])
  }
}

@Suite struct DropTests {
  /// A condition, an owner 1 that is moved away when it holds.
  private func conditional(_ value: Int) -> String {
    main(
      "  stack _1 a: Owner\n  stack _2: bool",
      """
      bb0:
        _1 = construct {1:i64}
        _2 = assign \(value):bool
        branch copy _2, bb1, bb2
      bb1:
        call @take(move _1) -> bb2
      bb2:
        $log = mul i64 copy $log, 100:i64
        drop _1
        _0 = assign copy $log
        return
      """)
  }

  @Test func flagsDecideAtRunTime() {
    #expect(dropped(conditional(1)) == 100)
    #expect(dropped(conditional(0)) == 1)
  }

  private func parts(_ moves: String) -> String {
    main(
      "  stack _1 p: Pair\n  stack _2: Owner\n  stack _3: Owner\n  stack _4: bool",
      """
      bb0:
        _2 = construct {1:i64}
        _3 = construct {2:i64}
        _1 = construct {move _2, move _3}
        \(moves)
      bb3:
        $log = mul i64 copy $log, 100:i64
        drop _1
        drop _3
        drop _2
        _0 = assign copy $log
        return
      """)
  }

  @Test func partsThatAreLeft() {
    let always = "goto bb1\nbb1:\n  call @take(move _1.b) -> bb2\nbb2:\n  goto bb3"
    #expect(dropped(parts(always)) == 2001)
    let both =
      "goto bb1\nbb1:\n  call @take(move _1.b) -> bb2\nbb2:\n  call @take(move _1.a) -> bb3"
    #expect(dropped(parts(both)) == 2100)
    func sometimes(_ value: Int) -> String {
      """
      _4 = assign \(value):bool
        branch copy _4, bb1, bb2
      bb1:
        call @take(move _1.a) -> bb2
      bb2:
        goto bb3
      """
    }
    #expect(dropped(parts(sometimes(1))) == 1002)
    #expect(dropped(parts(sometimes(0))) == 21)
  }

  @Test func payloads() {
    func body(_ make: String) -> String {
      main(
        "  stack _1 x: `?Owner`\n  stack _2: i8\n  stack _3: Owner",
        """
        bb0:
          _3 = construct {5:i64}
          \(make)
          _2 = discriminant borrow _1
          switch copy _2 {1: bb1} else bb3
        bb1:
          _3 = assign move (_1 as Some).value
          goto bb2
        bb2:
          $log = mul i64 copy $log, 10:i64
          drop _3
          goto bb3
        bb3:
          drop _1
          drop _3
          _0 = assign copy $log
          return
        """)
    }
    #expect(dropped(body("_1 = construct #1 {move _3}")) == 5)
    #expect(dropped(body("_1 = construct #0 {}")) == 5)
  }

  @Test func unwindingDropsWhatIsThere() {
    let body = """
      ref @janus_catch (in `*i64`, in `*i64`) -> i64 runtime
      type `*i64` = pointer i64 size 8 align 8
      func @body (in `*i64`) -> void {
        result _0: void
        borrowed _1: `*i64`
        stack _2 a: Owner
        stack _3 b: Owner
        stack _4: bool
      bb0 cleanup bb3:
        _4 = assign 1:bool
        _2 = construct {1:i64}
        check #4 copy _4
        _3 = construct {2:i64}
        call @take(move _2) -> bb1 cleanup bb3
      bb1 cleanup bb3:
        check #4 0:bool
        goto bb2
      bb2:
        drop _3
        drop _2
        return
      bb3 unwinding:
        drop _3
        drop _2
        resume
      }
      func @main () -> i64 {
        result _0: i64
        stack _1: `*i64`
      bb0:
        _1 = assign @body
        _0 = call @janus_catch(copy _1, zero:`*i64`) -> bb1
      bb1:
        _0 = assign copy $log
        return
      }
      """
    #expect(dropped(body) == 12)
  }
}

@Suite struct SimplifyTests {
  @Test func leavesLittle() throws {
    let body = """
      func @small (in i64) -> i64 {
        result _0: i64
        borrowed _1: i64
      bb0 cleanup bb4:
        nop
        goto bb1
      bb1:
        goto bb2
      bb2:
        _0 = add i64 copy _1, 1:i64
        drop _0
        goto bb3
      bb3:
        return
      bb4 unwinding:
        goto bb5
      bb5 unwinding:
        resume
      }
      """
    var module = try #require(parse(body))
    var diagnostics = Diagnostics()
    _ = runPasses(&module, reporting: &diagnostics)
    let function = try #require(module.functions.last)
    #expect(
      writeMIRText(function, of: module) == """

        func @small "small" (in i64) -> i64 line 1 offset 0 {
          result _0: i64
          borrowed _1: i64
        bb0:
          _0 = add i64 copy _1, 1:i64
          return
        }

        """)
  }
}

@Suite struct LentValueTests {
  /// A panic between the move out of an `inout` parameter and its new value.
  @Test func panicThatLosesALentValueEndsTheProcess() throws {
    let body = """
      func @update (inout Owner) -> void file 0 line 1 offset 0 {
        result _0: void
        inout mutable _1 t: Owner @1:1(100..101)
        stack _2: Owner
      bb0:
        check #4 1:bool
        call @take(move _1) -> bb1
      bb1:
        _2 = call @make(1:i64) -> bb2
      bb2:
        _1 = assign move _2
        call @use(borrow _1) -> bb3
      bb3:
        return
      }
      """
    var module = try #require(parse(body))
    var diagnostics = Diagnostics()
    let results = runPasses(
      &module, reporting: &diagnostics, options: PassOptions(verify: true))
    #expect(diagnostics.all.map(\.message) == [])
    #expect(results.problems.map(\.description) == [])
    let text = writeMIRText(try #require(module.functions.last), of: module)
    // Only where the value may be missing does unwinding end in a panic.
    #expect(text.contains("unwinding:\n  branch copy _3, "))
    #expect(text.contains("panic exclusivity"))
  }
}
