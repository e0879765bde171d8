// The command line: what it writes, and what it answers to bad input.
import Foundation
import Testing

@Suite struct ToolTests {
  @Test func writesEveryForm() throws {
    let backEnd = try BackEnd()
    let module = try backEnd.write(Cases.text("Functions.mir"))
    let starts = ["obj": "\u{7f}ELF", "llvm": "; ModuleID", "asm": "\t.text", "bc": "BC"]
    for (form, start) in starts.sorted(by: { $0.key < $1.key }) {
      for mode in [[], ["--release"]] {
        let made = try backEnd.back([module, "-o", backEnd.path(form), "--emit", form] + mode)
        #expect(made.status == 0, "\(made.errors)")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: backEnd.path(form)))
        #expect(bytes.starts(with: Data(start.utf8)), "\(form) \(mode)")
      }
    }
  }

  @Test func refusesDamagedFiles() throws {
    let backEnd = try BackEnd()
    let files = [("empty", ""), ("short", "JMI"), ("other", String(repeating: "x", count: 500))]
    for (name, bytes) in files {
      let path = backEnd.path(name)
      try bytes.write(toFile: path, atomically: true, encoding: .utf8)
      for arguments in [[path, "-o", backEnd.path("x.o")], ["run", path]] {
        let outcome = try backEnd.back(arguments)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("error[E7007]"), "\(outcome.errors)")
      }
    }
    let missing = try backEnd.back([backEnd.path("none.jmir"), "-o", backEnd.path("x.o")])
    #expect(missing.status == 1)
    #expect(missing.errors.contains("error[E7005]"))
    #expect(!FileManager.default.fileExists(atPath: backEnd.path("x.o")))
  }

  @Test func passesArgumentsAndStatus() throws {
    let backEnd = try BackEnd()
    let module = try backEnd.write(
      """
      ref @janus_argument_count () -> i64 runtime

      func @janus_main "main" () -> i32 {
        result _0: i32
        stack _1: i64
      bb0:
        _1 = call @janus_argument_count() -> bb1
      bb1:
        _0 = convert i64 copy _1
        return
      }
      """)
    #expect(try backEnd.back(["run", module]).status == 1)
    #expect(try backEnd.back(["run", module, "--", "a", "--b", "c"]).status == 4)
  }
}
