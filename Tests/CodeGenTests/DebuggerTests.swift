// gdb on a development build: breakpoints by name and by line, steps, and what it prints.
import Foundation
import Testing

@Suite struct DebuggerTests {
  @Test func stopsStepsAndPrints() throws {
    let backEnd = try BackEnd()
    let module = try backEnd.write(Cases.text("Debugger.mir"))
    #expect(try backEnd.run(module, .objects) == Outcome(status: 0, output: "150\n", errors: ""))
    let commands = [
      "break work", "run", "info args", "next", "next", "print twice", "print shape.tag",
      "break test.jan:17", "continue", "print shape.payload.Circle", "print list",
      "print *list.ptr@list.len", "print numbers", "print flag", "print total", "print second",
      "backtrace 2", "continue",
    ]
    let outcome = try backEnd.run(
      "/usr/bin/gdb",
      ["-nx", "-batch"] + commands.flatMap { ["-ex", $0] } + [backEnd.path("program")])
    let expected = [
      "work (n=21, p=..., name=..., total=100) at src/test.jan:11",
      "p = {x = 3, y = 4.5}", "\"hello\", len = 5, capacity = 0}", "$1 = 42", "$2 = Circle",
      "work (n=21, p=..., name=..., total=142) at src/test.jan:17", "$3 = {radius = 4.5}",
      ", len = 3, capacity = 3, allocator = 0x0}", "$5 = {7, 8, 9}", "$6 = {7, 8, 9}",
      "$7 = true", "$8 = 142", "$9 = 8", "in main () at src/test.jan:33", "exited normally",
    ]
    var rest = outcome.output[...]
    for text in expected {
      guard let found = rest.range(of: text) else {
        Issue.record("`\(text)` is missing or out of order in:\n\(outcome.output)\(outcome.errors)")
        return
      }
      rest = rest[found.upperBound...]
    }
  }
}
