// Which tests whether a buffer is shared are left, and where.
import Base
import MIR
import Passes
import Testing

private let header = """
  module test
  file "t.jan"
  type void = void size 0 align 1
  type bool = bool size 1 align 1
  type i64 = signed 64 size 8 align 8
  type u8 = unsigned 8 size 1 align 1
  type `*u8` = pointer u8 size 8 align 8
  type List = aggregate {ptr: `*u8` at 0, len: i64 at 8, capacity: i64 at 16} \
  size 24 align 8 copyable destructor drop @drop.List copy @copy.List
  ref @std.list.own.1 (inout List) -> void
  ref @std.mem.allocate_buffer.1 (in i64) -> `*u8`
  ref @use (in List) -> void
  func @drop.List (inout List) -> void glue {
    result _0: void
    inout mutable _1: List
  bb0:
    return
  }
  func @copy.List (in List) -> List glue {
    result _0: List
    borrowed _1: List
  bb0:
    _0 = construct {copy _1.ptr, copy _1.len, copy _1.capacity}
    return
  }

  """

/// The function `f` after the pass, without the glue.
private func refined(_ function: String) -> String {
  var diagnostics = Diagnostics()
  let file = SourceFileID(0)
  guard var module = readMIRText(header + function, file: file, reporting: &diagnostics) else {
    return "not read: " + diagnostics.all.map(\.message).joined(separator: "\n")
  }
  var options = PassOptions()
  options.printAfter = .uniquenessTests
  options.verify = true
  let results = runPasses(&module, reporting: &diagnostics, options: options)
  guard results.problems.isEmpty else { return results.problems.map(\.message).joined() }
  return results.printed.split(separator: "func @f ").last.map(String.init) ?? ""
}

/// What is left of tests in a function with the list `_1`.
private func tests(_ body: String) -> Int {
  let text = refined(
    """
    func @f "f" (inout List) -> void file 0 line 1 offset 0 {
      result _0: void
      inout mutable _1 xs: List
      stack _2: List
      stack _3: `*u8`
    \(body)
    }
    """)
  #expect(text.contains("return"), "\(text)")
  return text.ranges(of: "call @std.list.own.1").count
}

@Suite struct UniquenessTests {
  @Test func aTestedListIsNotTestedAgain() {
    #expect(
      tests(
        """
        bb0:
          call @std.list.own.1(borrow_mutable _1) -> bb1
        bb1:
          call @std.list.own.1(borrow_mutable _1) -> bb2
        bb2:
          return
        """) == 1)
  }

  @Test func whoGetsTheListMayShareIt() {
    #expect(
      tests(
        """
        bb0:
          call @std.list.own.1(borrow_mutable _1) -> bb1
        bb1:
          call @use(borrow _1) -> bb2
        bb2:
          call @std.list.own.1(borrow_mutable _1) -> bb3
        bb3:
          return
        """) == 2)
  }

  @Test func oneWayWithoutATestIsEnough() {
    #expect(
      tests(
        """
        bb0:
          branch 1:bool, bb1, bb2
        bb1:
          call @std.list.own.1(borrow_mutable _1) -> bb2
        bb2:
          call @std.list.own.1(borrow_mutable _1) -> bb3
        bb3:
          return
        """) == 2)
  }

  @Test func aNewBufferIsNotTested() {
    #expect(
      tests(
        """
        bb0:
          _3 = call @std.mem.allocate_buffer.1(4:i64) -> bb1
        bb1:
          _2 = construct List {copy _3, 4:i64, 4:i64}
          call @std.list.own.1(borrow_mutable _2) -> bb2
        bb2:
          drop List _2
          return
        """) == 0)
  }

  /// A loop over `_1`, with `extra` behind the test.
  private func loop(_ extra: String) -> String {
    refined(
      """
      func @f "f" (inout List, in i64) -> void file 0 line 1 offset 0 {
        result _0: void
        inout mutable _1 xs: List
        borrowed _2 n: i64
        stack _3: i64
        stack _4: bool
        stack _5: `*u8`
      bb0:
        _3 = assign i64 0:i64
        goto bb1
      bb1:
        _4 = less i64 copy _3, copy _2
        branch copy _4, bb2, bb5
      bb2:
        call @std.list.own.1(borrow_mutable _1) -> bb3
      bb3:
        _5 = pointer_offset u8 copy _1.ptr, copy _3
        (*_5) = assign u8 0:u8
        \(extra)
      bb4:
        _3 = add_wrapping i64 copy _3, 1:i64
        goto bb1
      bb5:
        return
      }
      """)
  }

  @Test func aLoopIsEnteredByWayOfItsTest() {
    let text = loop("goto bb4")
    let block = text.split(separator: "bb2:").last ?? ""
    #expect(block.hasPrefix("\n  goto bb3"), "\(text)")
    #expect(text.ranges(of: "call @std.list.own.1").count == 1, "\(text)")
    #expect(text.contains("branch copy _4, bb7, bb5"), "\(text)")
  }

  @Test func aLoopThatMayShareTestsEachTime() {
    let text = loop("call @use(borrow _1) -> bb4")
    let block = text.split(separator: "bb2:").last ?? ""
    #expect(block.hasPrefix("\n  call @std.list.own.1"), "\(text)")
  }
}
