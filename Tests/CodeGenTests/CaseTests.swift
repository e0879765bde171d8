// Every case runs in every way with the same output.
import Foundation
import Testing

@Suite struct CaseTests {
  static let names = ["Aggregates", "Functions", "Memory", "Unwinding"]

  @Test(arguments: names) func runsTheSameInEveryWay(name: String) throws {
    let backEnd = try BackEnd()
    let module = try backEnd.write(Cases.text(name + ".mir"))
    let expected = Outcome(
      status: name == "Unwinding" ? 101 : 0, output: try Cases.text(name + ".stdout"),
      errors: Cases.optionalText(name + ".stderr"))
    for way in Way.allCases {
      #expect(try backEnd.run(module, way) == expected, "\(name), \(way)")
    }
  }

  /// Objects of code generation units make the same program as one object, and the same bytes each
  /// time.
  @Test(arguments: names) func unitsMakeTheProgram(name: String) throws {
    let backEnd = try BackEnd()
    let module = try backEnd.write(Cases.text(name + ".mir"))
    let whole = try backEnd.run(module, .objects)
    var objects: [String] = []
    while objects.count < 100 {
      let object = backEnd.path("\(objects.count).o")
      let made = try backEnd.back([module, "--object", "\(objects.count)=\(object)"])
      if made.status != 0 {
        #expect(made.errors.contains("there is no unit \(objects.count)"))
        break
      }
      let again = backEnd.path("again.o")
      _ = try backEnd.back([module, "--object", "\(objects.count)=\(again)"])
      #expect(FileManager.default.contentsEqual(atPath: object, andPath: again))
      objects.append(object)
    }
    #expect(!objects.isEmpty)
    #expect(try backEnd.linkAndRun(objects) == whole)
  }
}
