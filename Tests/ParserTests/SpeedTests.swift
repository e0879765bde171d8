// How many lines a second: printed, not asserted, since a debug build says little.
import Base
import Lexer
import Parser
import Testing

@Suite struct SpeedTests {
  @Test func printsLinesPerSecond() {
    let file = SourceFile(
      path: "test.jan", text: String(repeating: everyConstruct + "\n", count: 50))
    let clock = ContinuousClock()
    var diagnostics = Diagnostics()
    var buffer: TokenBuffer?
    let lexing = clock.measure {
      buffer = file.bytes.withUnsafeBufferPointer {
        Lexer.lex($0, file: SourceFileID(0), reporting: &diagnostics)
      }
    }
    let parsing = clock.measure {
      _ = parse(buffer!, id: SourceFileID(0), interner: Interner(), reporting: &diagnostics)
    }
    func rate(_ time: Duration) -> Int {
      Int(Double(file.lineCount) / (Double(time.components.attoseconds) * 1e-18 + 1e-9))
    }
    print(
      "lexing \(rate(lexing)) lines/s, parsing \(rate(parsing)) lines/s (\(file.lineCount) lines)")
    #expect(buffer!.count > file.lineCount)
  }
}
