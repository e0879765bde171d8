// Which copies are left in functions in text form, and what takes their place.
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
  type Text = aggregate {ptr: `*u8` at 0, len: i64 at 8, capacity: i64 at 16} size 24 align 8 copyable destructor drop @drop.Text copy @copy.Text
  type Pair = aggregate {a: Text at 0, b: Text at 24} size 48 align 8 copyable drop @drop.Pair copy @copy.Pair
  type `*Text` = pointer Text size 8 align 8
  ref @make () -> Text
  ref @take (owned Text) -> void
  ref @use (in Text) -> void
  ref @change (inout Text) -> void
  ref @element (in Pair, in i64) -> `*Text`
  ref @address (in Text) -> `*u8`
  ref @byte (in `*u8`) -> void
  ref @part (in Text) -> Text lends
  ref @next (inout Text) -> Text lends
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
  func @drop.Pair (inout Pair) -> void glue {
    result _0: void
    inout mutable _1: Pair
  bb0:
    drop _1.b
    drop _1.a
    return
  }
  func @copy.Pair (in Pair) -> Pair glue {
    result _0: Pair
    borrowed _1: Pair
    stack _2: Text
    stack _3: Text
  bb0:
    _2 = copy_value borrow _1.a
    _3 = copy_value borrow _1.b
    _0 = construct {move _2, move _3}
    return
  }

  """

/// The function after all passes.
private func passed(_ body: String) -> String {
  var diagnostics = Diagnostics()
  guard var module = readMIRText(header + body, file: SourceFileID(0), reporting: &diagnostics)
  else {
    for found in diagnostics.all { Issue.record("\(found.message)") }
    return ""
  }
  let results = runPasses(&module, reporting: &diagnostics, options: PassOptions(verify: true))
  for problem in results.problems { Issue.record("\(problem.description)") }
  for found in diagnostics.all { Issue.record("\(found.message)") }
  guard let function = module.functions.last else { return "" }
  return writeMIRText(function, of: module)
}

/// How often each of the words that name copies stands in the function.
private func count(_ word: String, in body: String) -> Int {
  passed(body).components(separatedBy: word).count - 1
}

extension String {
  fileprivate func components(separatedBy word: String) -> [String] {
    var result = [""]
    var rest = Substring(self)
    while !rest.isEmpty {
      if rest.hasPrefix(word) {
        rest = rest.dropFirst(word.count)
        result.append("")
      } else {
        result[result.count - 1].append(rest.removeFirst())
      }
    }
    return result
  }
}

@Suite struct CopyElisionTests {
  private func function(_ locals: String, _ blocks: String, _ parameters: String = "") -> String {
    """
    func @f (\(parameters)) -> void file 0 line 1 offset 0 {
      result _0: void
    \(locals)
    \(blocks)
    }
    """
  }

  @Test func lastUseIsAMove() {
    let body = function(
      "  stack _1 a: Text\n  stack _2: Text",
      """
      bb0:
        _1 = call @make() -> bb1
      bb1:
        call @use(borrow _1) -> bb2
      bb2:
        _2 = copy_value borrow _1
        call @take(move _2) -> bb3
      bb3:
        drop _1
        return
      """)
    #expect(count("copy_value", in: body) == 0)
    #expect(count("assign Text move _1", in: body) == 1)
    // Nothing is left to destroy.
    #expect(count("drop", in: body) == 0)
  }

  @Test func laterUseKeepsTheCopy() {
    func body(_ use: String) -> String {
      function(
        "  stack _1 a: Text\n  stack _2: Text\n  stack _3: `*u8`",
        """
        bb0:
          _1 = call @make() -> bb1
        bb1:
          _3 = call @address(borrow _1) -> bb2
        bb2:
          _2 = copy_value borrow _1
          call @take(move _2) -> bb3
        bb3:
          \(use) -> bb4
        bb4:
          drop _1
          return
        """)
    }
    #expect(count("copy_value", in: body("call @use(borrow _1)")) == 1)
    // An address into the value is a use of it.
    #expect(count("copy_value", in: body("call @byte(copy _3)")) == 1)
    #expect(count("copy_value", in: body("call @use(\"\":Text)")) == 0)
  }

  @Test func useInTheNextTurnOfALoopKeepsTheCopy() {
    let body = function(
      "  stack _1 a: Text\n  stack _2: Text\n  stack _3: bool",
      """
      bb0:
        _1 = call @make() -> bb1
      bb1:
        _2 = copy_value borrow _1
        call @take(move _2) -> bb2
      bb2:
        _3 = assign 1:bool
        branch copy _3, bb1, bb3
      bb3:
        drop _1
        return
      """)
    #expect(count("copy_value", in: body) == 1)
  }

  @Test func useWhileUnwindingKeepsTheCopy() {
    let body = function(
      "  stack _1 a: Text\n  stack _2: Text",
      """
      bb0:
        _1 = call @make() -> bb1
      bb1 cleanup bb3:
        _2 = copy_value borrow _1
        call @take(move _2) -> bb2 cleanup bb3
      bb2:
        drop _1
        return
      bb3 unwinding:
        call @use(borrow _1) -> bb4
      bb4 unwinding:
        drop _1
        resume
      """)
    #expect(count("copy_value", in: body) == 1)
  }

  /// What a call lends of a parameter, and what is done before and behind a use of it.
  private func lent(_ use: String, then last: String = "call @use(\"\":Text)") -> String {
    function(
      "  inout mutable _1 a: Text\n  stack _2: Text\n  stack _3: Text\n  stack _4: Text",
      """
      bb0:
        _2 = call @part(borrow _1) -> bb1
      bb1:
        _3 = copy_value borrow _2
        drop _2
        \(use) -> bb2
      bb2:
        \(last) -> bb3
      bb3:
        drop _4
        drop _3
        return
      """, "inout Text")
  }

  @Test func whatACallLendsStaysAView() {
    #expect(count("copy_value", in: lent("call @use(borrow _3)")) == 0)
    #expect(
      count("copy_value", in: lent("call @use(borrow _3)", then: "call @change(borrow_mutable _1)"))
        == 0)
    // The drop stays: it is known at run time whether there is something to free.
    #expect(count("drop ", in: lent("call @use(borrow _3)")) == 1)
  }

  @Test func whatACallLendsIsCopiedWhereOneCouldTell() {
    #expect(
      count("copy_value", in: lent("call @change(borrow_mutable _1)", then: "call @use(borrow _3)"))
        == 1)
    #expect(count("copy_value", in: lent("call @change(borrow_mutable _3)")) == 1)
    #expect(count("copy_value", in: lent("_4 = call @part(borrow _3)")) == 0)
    let stored = function(
      "  borrowed _1 a: Text\n  stack _2: Text\n  stack _3: Text",
      """
      bb0:
        _2 = call @part(borrow _1) -> bb1
      bb1:
        _3 = copy_value borrow _2
        drop _2
        call @take(move _3) -> bb2
      bb2:
        return
      """, "in Text")
    #expect(count("copy_value", in: stored) == 1)
  }

  @Test func whatLendsAgainLeavesItsViewInPlace() {
    #expect(count("copy_value", in: lent("_4 = call @next(borrow_mutable _3)")) == 0)
    #expect(
      count(
        "copy_value",
        in: lent(
          "call @change(borrow_mutable _1)", then: "_4 = call @next(borrow_mutable _3)")) == 1)
  }

  @Test func partsMoveApart() {
    let body = function(
      "  stack _1 p: Pair\n  stack _2: Text\n  stack _3: Text\n  stack _4: Text",
      """
      bb0:
        _2 = call @make() -> bb1
      bb1:
        _3 = call @make() -> bb2
      bb2:
        _1 = construct {move _2, move _3}
        _4 = copy_value borrow _1.a
        call @take(move _4) -> bb3
      bb3:
        call @use(borrow _1.b) -> bb4
      bb4:
        drop _1
        return
      """)
    #expect(count("copy_value", in: body) == 0)
    #expect(count("drop Text _1.b", in: body) == 1)
    #expect(count("drop", in: body) == 1)
  }

  @Test func viewsAreNeverMoved() {
    let body = function(
      "  borrowed _1 s: Text\n  stack _2 view: Text\n  stack _3: Text",
      """
      bb0:
        _2 = construct {copy _1.ptr, 3:i64, 0:i64}
        _3 = copy_value borrow _2
        call @take(move _3) -> bb1
      bb1:
        drop _2
        return
      """, "in Text")
    #expect(count("copy_value", in: body) == 1)
  }

  @Test func readOnlyCopyIsALoan() {
    func body(_ between: String) -> String {
      function(
        "  inout mutable _1 s: Text\n  stack _2 t: Text",
        """
        bb0 cleanup bb4:
          _2 = copy_value borrow _1
          call \(between) -> bb1 cleanup bb4
        bb1 cleanup bb4:
          call @use(borrow _2) -> bb2 cleanup bb4
        bb2:
          drop _2
          call @change(borrow_mutable _1) -> bb3
        bb3:
          return
        bb4 unwinding:
          drop _2
          resume
        """, "inout Text")
    }
    #expect(count("copy_value", in: body("@use(borrow _1)")) == 0)
    #expect(count("bind Text borrow _1", in: body("@use(borrow _1)")) == 1)
    // The source changes while the copy is in use.
    #expect(count("copy_value", in: body("@change(borrow_mutable _1)")) == 1)
    // The copy changes.
    #expect(count("copy_value", in: body("@change(borrow_mutable _2)")) == 1)
  }

  @Test func elementIsLentWhileItsOwnerStays() {
    func body(_ between: String) -> String {
      function(
        "  inout mutable _1 p: Pair\n  stack _2 t: Text\n  stack _3: `*Text`",
        """
        bb0:
          _3 = call @element(borrow _1, 0:i64) -> bb1
        bb1:
          _2 = copy_value borrow (*_3)
          call \(between) -> bb2 cleanup bb4
        bb2:
          call @use(borrow _2) -> bb3 cleanup bb4
        bb3:
          drop _2
          return
        bb4 unwinding:
          drop _2
          resume
        """, "inout Pair")
    }
    #expect(count("copy_value", in: body("@use(borrow _1.a)")) == 0)
    #expect(count("copy_value", in: body("@change(borrow_mutable _1.b)")) == 1)
    // What a pointer of unknown origin leads to may change at any time.
    let unknown = body("@use(borrow _1.a)").split(separator: "\n").map {
      $0.contains("@element") ? "  _3 = assign zero:`*Text`\n  goto bb1" : String($0)
    }.joined(separator: "\n")
    #expect(count("copy_value", in: unknown) == 1)
  }
}
