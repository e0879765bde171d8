// Damaged sources: the parser ends, never traps, and every place it names is in the file.
import Base
import Parser
import Testing

private struct Generator {
  var state: UInt64
  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}

private let pieces: [String] = [
  "{", "}", "(", ")", "[", "]", "do", "end", "else", "if", "\"", "$\"", "{x:", "'", "|", "||", "=>",
  "->", "func", "struct", "match", ".", "..", "?", "!", "@", "\n", ";", ",", "*", "&", "let", "\0",
  "\u{202e}", "é", "/*", "*/", "//", "\"\"\"", "end =", ":", "::", "grant cap", "with_scratchpad |",
  "asm(\"", "0x", "1e", "\\", ">>", "<", "unless", "when", "catch", "return", "enum A {", "impl",
  "elif", "then", "switch", "requires cap X {", "else if",
]

@Suite struct MutationTests {
  @Test func damagedSourcesAreReported() {
    var random = Generator(state: 20_26)
    for round in 0..<4000 {
      var bytes = ContiguousArray(everyConstruct.utf8)
      for _ in 0..<(1 + random.below(6)) { damage(&bytes, &random) }
      let file = SourceFile(path: "test.jan", bytes: bytes)
      var diagnostics = Diagnostics()
      let interner = Interner()
      let tree = parse(file, id: SourceFileID(0), interner: interner, reporting: &diagnostics)
      if round % 8 == 0 { _ = dump(tree, interner: interner) }
      let length = Int32(bytes.count)
      #expect(tree.spans.allSatisfy { $0.start >= 0 && $0.start <= $0.end && $0.end <= length })
      #expect(
        diagnostics.all.allSatisfy {
          $0.span.start >= 0 && $0.span.start <= $0.span.end && $0.span.end <= length
        })
    }
  }

  private func damage(_ bytes: inout ContiguousArray<UInt8>, _ random: inout Generator) {
    let at = random.below(bytes.count + 1)
    switch random.below(5) {
    case 0: if at < bytes.count { bytes[at] = UInt8(random.below(256)) }
    case 1: bytes.removeSubrange(at..<min(bytes.count, at + random.below(20)))
    case 2: bytes.insert(contentsOf: Array(pieces[random.below(pieces.count)].utf8), at: at)
    case 3:
      let copy = Array(bytes[at..<min(bytes.count, at + random.below(60))])
      bytes.insert(contentsOf: copy, at: random.below(bytes.count + 1))
    case _: if random.below(8) == 0 { bytes.removeSubrange(at..<bytes.count) }
    }
  }
}
