// Constants and statics: types from values, order, cycles, and what deep programs cost.
import ASTDB
import Base
import Sema
import Testing

private func type(_ checked: Checked, _ path: String) -> String {
  switch checked.declaration(path)?.detail {
  case .constant(let type, _), .staticVariable(let type, _): checked.program.name(of: type)
  default: "nothing"
  }
}

@Test func globalsTakeTheirTypesFromTheirValues() {
  let checked = check(
    """
    const A = B
    const B = 64
    const C: u8 = 7
    const D = "text"
    const E = true
    static f = 1.5
    const G: i64 = A + 1
    func g() -> i64 { return A + G }
    """)
  #expect(checked.findings() == [])
  #expect(
    ["A", "B", "C", "D", "E", "f"].map { type(checked, "main." + $0) }
      == ["i64", "i64", "u8", "string", "bool", "f64"])
  guard case .constant(_, let value) = checked.declaration("main.C")?.detail else { return }
  #expect(value == .integer(low: 7, high: 0))
}

@Test func globalsDoNotNeedThemselves() {
  let constants = check("const A = B\nconst B = A\nconst C = C\n")
  #expect(constants.findings() == ["E2107 1:7", "E2107 3:7"])
  let statics = check(
    """
    static a: i64 = b
    static b: i64 = f()
    static c: i64 = 1
    func f() -> i64 { return a + c }
    """)
  #expect(statics.findings() == ["E2106 1:8"])
}

@Test func longChainsAreNoProblem() {
  var source = "const A0 = 1\n"
  for i in (1..<3000).reversed() { source += "const A\(i) = A\(i - 1)\n" }
  let chain = check(source)
  #expect(chain.findings() == [])
  #expect(type(chain, "main.A2999") == "i64")
}

@Test func deepTypesAreRefused() {
  var source = "type T0 = i64\n"
  for i in 1..<1000 { source += "type T\(i) = List[T\(i - 1)]\n" }
  source += "func f(x: T999) { }\n"
  #expect(check(source).findings() == ["E1015 202:13"])
  var reversed = ""
  for i in (1..<400).reversed() { reversed += "type T\(i) = List[T\(i - 1)]\n" }
  #expect(check(reversed + "type T0 = i64\n").findings().allSatisfy { $0.hasPrefix("E1015") })
}

@Test func manyTypesWithEqualMethodsAreFound() {
  var source = ""
  for i in 0..<2000 { source += "struct S\(i) { }\nimpl S\(i) { func value(self) { } }\n" }
  for i in 0..<2000 { source += "func f\(i)(s: S\(i)) { s.value() }\n" }
  #expect(check(source).findings() == [])
}
