// The binary form gives back what was written and answers every damage with a diagnostic.
import Base
import MIR
import Testing

/// A small well-formed module with a little of everything.
let workingText = """
  module sample
  entry @main
  file "src/main.jan"
  type void = void size 0 align 1
  type i8 = signed 8 size 1 align 1
  type i32 = signed 32 size 4 align 4
  type i64 = signed 64 size 8 align 8
  type bool = bool size 1 align 1
  type f64 = float 64 size 8 align 8
  type `*i64` = pointer i64 size 8 align 8
  type List = aggregate {ptr: `*i64` at 0, len: i64 at 8} size 16 align 8 unique drop @drop
  type `?i64` = enumeration i8 {None = 0 {}, Some = 1 {value: i64 at 8}} size 16 align 8
  type Node = aggregate {next: `*Node` at 0, value: i64 at 8} size 16 align 8
  type `*Node` = pointer Node size 8 align 8
  static $counter "app.counter": i64 mutable

  func @drop "List.drop" (inout List) -> void glue {
    result _0: void
    inout mutable _1: List
  bb0:
    return
  }

  func @main "main" () -> i32 file 0 line 10 offset 120 {
    result _0: i32
    stack mutable _1 xs: List @3:7(40..42)
    stack _2: i64
    stack _3: `?i64`
    stack _4: `*Node`
  bb0 cleanup bb3:
    storage_live _1 @3:5(38..60)
    _2 = add i64 copy $counter, -5:i64 @3:5(38..60)
    _3 = construct #1 {copy _2} @4:5(61..70)
    _2 = assign copy (_3 as Some).value
    _2 = assign copy (*_4).value
    switch copy _2 {0: bb1, -1: bb2} else bb2
  bb1:
    call @drop(borrow_mutable _1) -> bb2 cleanup bb3
  bb2:
    return
  bb3 unwinding:
    resume
  }
  """

func read(_ text: String) -> MIRModule? {
  var diagnostics = Diagnostics()
  let result = readMIRText(text, file: SourceFileID(0), reporting: &diagnostics)
  for diagnostic in diagnostics.all { Issue.record("\(diagnostic.message)") }
  return result
}

@Suite struct FileFormatTests {
  @Test func givesBackWhatWasWritten() throws {
    let module = try #require(read(workingText))
    #expect(verifyMIR(module).map(\.description) == [])
    let bytes = writeMIRFile(module)
    var diagnostics = Diagnostics()
    let file = try #require(readMIRFile(bytes, path: "m.jmir", reporting: &diagnostics))
    #expect(diagnostics.all.map(\.message) == [])
    #expect(writeMIRText(file.module) == writeMIRText(module))
    #expect(writeMIRFile(file.module) == bytes)
    #expect(file.hashes == contentHashes(of: module))
  }

  @Test func readsChosenUnits() throws {
    // Enough functions for several units.
    var text = workingText
    for i in 100..<200 {
      text +=
        "\nfunc @z\(i) () -> i64 {\n  result _0: i64\nbb0:\n  _0 = assign \(i):i64\n  return\n}\n"
    }
    let module = try #require(read(text))
    let units = module.codeGenerationUnits
    #expect(units.count > 1)
    var diagnostics = Diagnostics()
    let bytes = writeMIRFile(module)
    let file = try #require(
      readMIRFile(bytes, path: "m.jmir", units: [1], reporting: &diagnostics))
    #expect(file.module.codeGenerationUnits == units)
    for (index, function) in file.module.functions.enumerated() {
      #expect(function.symbol == module.functions[index].symbol)
      #expect((function.blocks.count > 0) == units[1].contains(index))
    }
    #expect(file.hashes == contentHashes(of: module))
  }

  @Test func damageIsReported() throws {
    let bytes = writeMIRFile(try #require(read(workingText)))
    var random = SmallGenerator(7)
    for round in 0..<400 {
      var damaged = bytes
      switch round % 4 {
      case 0: damaged.removeLast(1 + random.next(below: damaged.count - 1))
      case 1: damaged.append(UInt8(random.next(below: 256)))
      default: damaged[random.next(below: damaged.count)] ^= UInt8(1 + random.next(below: 255))
      }
      var diagnostics = Diagnostics()
      #expect(readMIRFile(damaged, path: "m.jmir", reporting: &diagnostics) == nil)
      #expect(diagnostics.all.first?.code == .damagedArtefact)
    }
  }

  /// Damage behind a correct checksum reaches the tables and the verifier.
  @Test func damageWithARightChecksumNeverTraps() throws {
    let bytes = writeMIRFile(try #require(read(workingText)))
    var random = SmallGenerator(11)
    var accepted = 0
    for _ in 0..<10_000 {
      var damaged = bytes
      for _ in 0...random.next(below: 3) {
        let at = 32 + random.next(below: damaged.count - 32)
        damaged[at] = random.next(below: 2) == 0 ? UInt8(random.next(below: 256)) : damaged[at] &+ 1
      }
      let checksum = damaged.withUnsafeBytes {
        Hash128.of(UnsafeRawBufferPointer(rebasing: $0[32...]))
      }
      withUnsafeBytes(of: (checksum.low, checksum.high)) {
        damaged.replaceSubrange(16..<32, with: $0)
      }
      var diagnostics = Diagnostics()
      if let file = readMIRFile(damaged, path: "m.jmir", reporting: &diagnostics) {
        accepted += 1
        _ = writeMIRText(file.module)
        _ = contentHashes(of: file.module)
      } else {
        #expect(diagnostics.all.count == 1)
      }
    }
    #expect(accepted < 10_000)
  }

  @Test func hashesDoNotDependOnTableNumbers() throws {
    let lines = workingText.split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    var moved = lines
    let types = lines.indices.filter { lines[$0].hasPrefix("type ") }
    moved.replaceSubrange(
      types[0]...types[types.count - 1], with: types.map { lines[$0] }.reversed())
    moved.insert("constant 77:i64", at: types.last! + 1)
    let first = contentHashes(of: try #require(read(workingText)))
    let second = contentHashes(of: try #require(read(moved.joined(separator: "\n"))))
    #expect(first == second)
    let changes = [
      ("value: i64 at 8}} size 16", "value: i64 at 16}} size 24"),
      ("next: `*Node` at 0, value: i64 at 8", "next: `*Node` at 8, value: i64 at 0"),
      ("line 10", "line 11"), ("-5:i64", "-6:i64"), ("@4:5", "@4:6"),
    ]
    for (old, new) in changes {
      let text = workingText.replacing(old, with: new)
      let changed = contentHashes(of: try #require(read(text)))
      #expect(changed[1] != first[1], "\(new)")
      #expect(changed[0] == first[0], "\(new)")
    }
  }
}

/// A linear congruential generator: the same numbers in every run.
struct SmallGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }
  mutating func next(below limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }
}
