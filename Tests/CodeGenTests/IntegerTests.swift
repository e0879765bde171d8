// Integer arithmetic of every width against Swift's own, in every way of running.
import Testing

private struct IntegerType {
  var bits: Int
  var isSigned: Bool
  var name: String { (isSigned ? "i" : "u") + String(bits) }
  var lowest: Int128 { isSigned ? -(1 << Int128(bits - 1)) : 0 }
  var highest: Int128 { (1 << Int128(bits - (isSigned ? 1 : 0))) - 1 }

  static let all = [8, 16, 32, 64].flatMap {
    [IntegerType(bits: $0, isSigned: true), IntegerType(bits: $0, isSigned: false)]
  }

  /// The value that remains in this width.
  func wrap(_ value: Int128) -> Int128 {
    let bits = value & ((1 << Int128(self.bits)) - 1)
    return isSigned && bits > highest ? bits - (1 << Int128(self.bits)) : bits
  }

  func fits(_ value: Int128) -> Bool { value >= lowest && value <= highest }
  func clamp(_ value: Int128) -> Int128 { min(max(value, lowest), highest) }
}

private let arithmetic: [(String, @Sendable (Int128, Int128, IntegerType) -> Int128?)] = [
  ("add", { a, b, t in t.fits(a + b) ? a + b : nil }),
  ("sub", { a, b, t in t.fits(a - b) ? a - b : nil }),
  ("mul", { a, b, t in t.fits(a * b) ? a * b : nil }),
  ("div", { a, b, t in b != 0 && t.fits(a / b) ? a / b : nil }),
  ("rem", { a, b, t in b != 0 && t.fits(a / b) ? a % b : nil }),
  ("add_wrapping", { a, b, t in t.wrap(a + b) }),
  ("sub_wrapping", { a, b, t in t.wrap(a - b) }),
  ("mul_wrapping", { a, b, t in t.wrap(a * b) }),
  ("add_saturating", { a, b, t in t.clamp(a + b) }),
  ("sub_saturating", { a, b, t in t.clamp(a - b) }),
  ("bit_and", { a, b, _ in a & b }),
  ("bit_or", { a, b, _ in a | b }),
  ("bit_xor", { a, b, t in t.wrap(a ^ b) }),
  ("shl", { a, b, t in b >= 0 && b < Int128(t.bits) ? t.wrap(a << b) : nil }),
  ("shr", { a, b, t in b >= 0 && b < Int128(t.bits) ? a >> b : nil }),
]

private let comparisons: [(String, @Sendable (Int128, Int128) -> Bool)] = [
  ("equal", { $0 == $1 }), ("not_equal", { $0 != $1 }), ("less", { $0 < $1 }),
  ("less_equal", { $0 <= $1 }), ("greater", { $0 > $1 }), ("greater_equal", { $0 >= $1 }),
]

/// A program that does every operation and prints the results, and what it must print.
private struct Program {
  var functions = ""
  var body = ""
  var expected = ""
  private var block = 0
  private var locals: [String] = []

  mutating func local(_ type: String) -> String {
    if let index = locals.firstIndex(of: type) { return "_\(index + 1)" }
    locals.append(type)
    return "_\(locals.count)"
  }

  mutating func call(_ text: String) {
    block += 1
    body += "  \(text) -> bb\(block)\nbb\(block):\n"
  }

  mutating func define(_ operation: String, _ type: IntegerType, result: String) {
    functions += """
      func @\(operation).\(type.name) "op" (in \(type.name), in \(type.name)) -> \(result) {
        result _0: \(result)
        borrowed _1: \(type.name)
        borrowed _2: \(type.name)
      bb0:
        _0 = \(operation) \(type.name) copy _1, copy _2
        return
      }

      """
  }

  mutating func exercise(_ type: IntegerType) {
    for (operation, _) in arithmetic { define(operation, type, result: type.name) }
    for (operation, _) in comparisons { define(operation, type, result: "bool") }
    functions += """
      func @wide.\(type.name) "wide" (in \(type.name)) -> i64 {
        result _0: i64
        borrowed _1: \(type.name)
      bb0:
        _0 = convert \(type.name) copy _1
        return
      }

      """
    var pairs: [(Int128, Int128)] = [(7, 3), (type.highest, 1), (type.lowest, 1), (0, 5)]
    if type.isSigned { pairs += [(-7, 3), (7, -3), (-7, -3), (type.lowest, -1)] }
    for (a, b) in pairs {
      let operands = "(\(a):\(type.name), \(b):\(type.name))"
      for (operation, compute) in arithmetic {
        guard let result = compute(a, b, type) else { continue }
        call("\(local(type.name)) = call @\(operation).\(type.name)\(operands)")
        call("\(local("i64")) = call @wide.\(type.name)(copy \(local(type.name)))")
        call("call @show(copy \(local("i64")))")
        expected += "\(Int64(truncatingIfNeeded: result))\n"
      }
      for (operation, compute) in comparisons {
        call("\(local("bool")) = call @\(operation).\(type.name)\(operands)")
        call("call @show_bool(copy \(local("bool")))")
        expected += "\(compute(a, b))\n"
      }
    }
  }

  var text: String {
    var text = functions + "func @janus_main \"main\" () -> i32 {\n  result _0: i32\n"
    for (index, type) in locals.enumerated() { text += "  stack _\(index + 1): \(type)\n" }
    return text + "bb0:\n" + body + "  _0 = assign 0:i32\n  return\n}\n"
  }
}

@Suite struct IntegerTests {
  @Test func computesWhatSwiftComputes() throws {
    var program = Program()
    for type in IntegerType.all { program.exercise(type) }
    let backEnd = try BackEnd()
    let module = try backEnd.write(program.text)
    for way in Way.allCases {
      let outcome = try backEnd.run(module, way)
      #expect(outcome.status == 0, "\(way): \(outcome.errors)")
      #expect(outcome.output == program.expected, "\(way)")
    }
  }
}
