// What the summaries of functions in text form say.
import Base
import MIR
import Passes
import Testing

private let header = """
  module test
  file "t.jan"
  type void = void size 0 align 1
  type i64 = signed 64 size 8 align 8
  type u8 = unsigned 8 size 1 align 1
  type `*u8` = pointer u8 size 8 align 8
  type Text = aggregate {ptr: `*u8` at 0, len: i64 at 8, capacity: i64 at 16} \
  size 24 align 8 copyable destructor drop @drop.Text copy @copy.Text
  ref @unknown (inout Text) -> Text
  func @drop.Text (inout Text) -> void glue {
    result _0: void
    inout mutable _1: Text
  bb0:
    return
  }
  func @copy.Text (in Text) -> Text glue {
    result _0: Text
    borrowed _1: Text
  bb0:
    _0 = construct {copy _1.ptr, copy _1.len, copy _1.capacity}
    return
  }

  """

/// The line about `name`.
private func summary(of name: String, in functions: String) -> String {
  var diagnostics = Diagnostics()
  let file = SourceFileID(0)
  guard var module = readMIRText(header + functions, file: file, reporting: &diagnostics) else {
    return "not read: " + diagnostics.all.map(\.message).joined(separator: "\n")
  }
  var options = PassOptions()
  options.printAfter = .summaries
  let lines = runPasses(&module, reporting: &diagnostics, options: options).printed
  return lines.split(separator: "\n").first { $0.hasPrefix("\(name):") }.map(String.init) ?? lines
}

private let parts = """
  func @part "part" (in Text) -> Text file 0 line 1 offset 0 {
    result _0: Text
    borrowed _1 x: Text
  bb0:
    _0 = copy_value borrow _1
    return
  }
  func @address "address" (in Text) -> `*u8` file 0 line 1 offset 0 {
    result _0: `*u8`
    borrowed _1 x: Text
  bb0:
    _0 = assign copy _1.ptr
    return
  }
  func @length "length" (in Text) -> i64 file 0 line 1 offset 0 {
    result _0: i64
    borrowed _1 x: Text
  bb0:
    _0 = assign copy _1.len
    return
  }
  func @put "put" (inout Text, in Text) -> void file 0 line 1 offset 0 {
    result _0: void
    inout _1 to: Text
    borrowed _2 from: Text
    stack _3: Text
  bb0:
    _3 = call @part(borrow _2) -> bb1
  bb1:
    drop _1
    _1 = assign move _3
    return
  }
  func @write "write" (in Text, in u8) -> void file 0 line 1 offset 0 {
    result _0: void
    borrowed _1 x: Text
    borrowed _2: u8
    stack _3: `*u8`
  bb0:
    _3 = call @address(borrow _1) -> bb1
  bb1:
    (*_3) = assign copy _2
    return
  }
  func @outside "outside" (inout Text) -> Text file 0 line 1 offset 0 {
    result _0: Text
    inout _1 x: Text
  bb0:
    _0 = call @unknown(borrow_mutable _1) -> bb1
  bb1:
    return
  }
  func @again "again" (in i64, in Text, in Text) -> Text file 0 line 1 offset 0 {
    result _0: Text
    borrowed _1: i64
    borrowed _2 a: Text
    borrowed _3 b: Text
  bb0:
    switch copy _1 {0: bb1} else bb2
  bb1:
    _0 = copy_value borrow _2
    return
  bb2:
    _0 = call @again(copy _1, borrow _3, borrow _2) -> bb3
  bb3:
    return
  }

  """

@Suite struct SummaryTests {
  @Test func resultsCopyOrShareOrAreNew() {
    #expect(summary(of: "part", in: parts) == "part: result copies {0}")
    #expect(summary(of: "address", in: parts) == "address: result shares {0}")
    #expect(summary(of: "length", in: parts) == "length:")
  }

  @Test func whatIsStoredAndChanged() {
    #expect(summary(of: "put", in: parts) == "put: 0 takes copies {1}; changes {0}")
    // Through an address that another function gave.
    #expect(summary(of: "write", in: parts) == "write: changes {0}")
  }

  @Test func unknownFunctionsMayDoAnything() {
    #expect(
      summary(of: "outside", in: parts)
        == "outside: result shares {0}, statics, anything; 0 takes statics, anything; "
        + "changes {0}; calls unknown code")
  }

  @Test func functionsThatCallThemselves() {
    #expect(summary(of: "again", in: parts) == "again: result copies {1, 2}")
  }
}
