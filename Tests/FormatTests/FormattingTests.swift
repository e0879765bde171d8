// The formatter: what it makes of small pieces, and that it keeps everything in every file.
import Base
import Foundation
import Format
import Testing

/// The formatted text, or the codes of the errors.
private func formatted(_ source: String) -> String {
  var diagnostics = Diagnostics()
  let file = SourceFile(path: "test.jan", text: source)
  guard let text = format(file, id: SourceFileID(0), reporting: &diagnostics) else {
    return diagnostics.all.map(\.code.rawValue).joined(separator: " ")
  }
  return String(decoding: text, as: UTF8.self)
}

@Suite struct FormattingTests {
  @Test func controlFlowHasDoAndDeclarationsHaveBraces() {
    let source = """
      func f ( a:i64 )->i64 do
      if a==1 { return 2 } else if a > 2 {
      g( )
      } else do
      h( ) ; k()
      end
      while a<3 and b { step( ) }
      match a do 1=>x() , 2 => { y() }
      end
      for x in 0 ..< 4 { print( - x ) }
      end
      """
    let wanted = """
      func f(a: i64) -> i64 {
          if a == 1 do
              return 2
          else if a > 2 do
              g()
          else
              h()
              k()
          end
          while a < 3 and b do step() end
          match a {
              1 => x()
              2 => { y() }
          }
          for x in 0..<4 do print(-x) end
      }

      """
    #expect(formatted(source) == wanted)
  }

  @Test func commentsStayWhereTheyAre() {
    let source = """
      #!/usr/bin/env janus
      // first


      // second
      /// About f.
      func f() { // behind the brace
        // alone
        a( 1, // one
          /* two */ 2 )   // behind


        // before the brace
      }
      struct S { /* empty */ }
      func g() {
        if x { y() } // then
        // before else
        else { /* nothing */ }
      }
      // last
      """
    let wanted = """
      #!/usr/bin/env janus
      // first

      // second
      /// About f.
      func f() { // behind the brace
          // alone
          a(
              1, // one
              /* two */ 2,
          ) // behind

          // before the brace
      }
      struct S { /* empty */ }
      func g() {
          if x do
              y() // then
              // before else
          else /* nothing */
          end
      }
      // last

      """
    #expect(formatted(source) == wanted)
  }

  @Test func longLinesBreakFromTheOutside() {
    let long = String(repeating: "a", count: 40)
    let source = """
      func f(\(long): i64, \(long)b: i64, c: i64) -> i64 {
      let x = \(long) + \(long) + \(long)
      xs.iter().map(\(long)).filter(\(long)).fold(0, |a, b| a + b)
      call(\(long), |x| { return x })
      call(\(long), Point { x: \(long), y: \(long) })
      if \(long) == 1 and \(long) == 2 and c { return 1 }
      let y = "\(long)\(long)\(long)"
      }
      """
    let wanted = """
      func f(
          \(long): i64,
          \(long)b: i64,
          c: i64,
      ) -> i64 {
          let x = \(long)
              + \(long)
              + \(long)
          xs.iter()
              .map(\(long))
              .filter(\(long))
              .fold(0, |a, b| a + b)
          call(\(long), |x| { return x })
          call(\(long), Point {
              x: \(long),
              y: \(long),
          })
          if \(long) == 1
              and \(long) == 2
              and c
          do
              return 1
          end
          let y =
              "\(long)\(long)\(long)"
      }

      """
    #expect(formatted(source) == wanted)
  }

  @Test(arguments: [
    ("func f( {", "E1008"), ("func f() { let }", "E1011"), ("let s = \"abc", "E1003"),
  ])
  func aFileWithErrorsIsRefused(source: String, code: String) {
    let result = formatted(source)
    #expect(result.split(separator: " ").contains(Substring(code)), "\(result)")
  }

  @Test func anEmptyFileStaysEmpty() {
    #expect(formatted("") == "")
    #expect(formatted("\n\n") == "")
    #expect(formatted("// only") == "// only\n")
  }

  /// Every source of the project that has no errors: `format` itself compares the trees, the tokens
  /// and the comments, and reports an internal error when they differ.
  @Test(arguments: ["Sources/janus-runtime/Std", "examples", "Tests/Suites"])
  func everyFileKeepsItsMeaningAndIsStable(folder: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let files = try #require(
      FileManager.default.enumerator(
        at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil))
    var count = 0
    for case let url as URL in files where url.pathExtension == "jan" {
      var diagnostics = Diagnostics()
      let bytes = ContiguousArray(try Data(contentsOf: url))
      let file = SourceFile(path: url.path, bytes: bytes)
      guard let text = format(file, id: SourceFileID(0), reporting: &diagnostics) else {
        #expect(!diagnostics.all.contains { $0.code == .internalError }, "\(url.path)")
        continue
      }
      count += 1
      let again = format(
        SourceFile(path: url.path, bytes: text), id: SourceFileID(0), reporting: &diagnostics)
      #expect(again == text, "formatting \(url.path) again changes it")
    }
    #expect(count > 0)
  }
}
