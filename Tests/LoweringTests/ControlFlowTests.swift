// Lowering of small functions: what comes out is well-formed and says the expected.
import ASTDB
import Base
import Lowering
import MIR
import Testing

private func lower(_ builder: ProgramBuilder) -> (MIRModule, Diagnostics) {
  var diagnostics = Diagnostics()
  let module = lowerModule(
    builder.program, package: PackageID(0 as UInt32), entry: .main, options: LoweringOptions(),
    reporting: &diagnostics)
  return (module, diagnostics)
}

/// `func factorial(n: i64) -> i64 { if n <= 1 { return 1 } return n * factorial(n - 1) }`.
private func addFactorial(_ builder: ProgramBuilder) -> DeclarationID {
  let i64 = TypeTable.i64
  let function = builder.function("factorial", [("n", i64, .borrowed)], i64)
  var body = BodyBuilder(function)
  let n = body.variable(.borrowedParameter, i64, builder.name("n"))
  let itself = body.declaration(function)
  let condition = body.node(
    .binary, TypeTable.bool, BinaryOperator.lessEqual.rawValue, body.node(.variable, i64, n),
    body.integer(1))
  let early = body.node(.return, TypeTable.never, body.integer(1))
  let then = body.block([early], nil, TypeTable.never)
  let test = body.node(.if, TypeTable.void, condition, then, .max)
  let less = body.node(
    .binary, i64, BinaryOperator.subtract.rawValue, body.node(.variable, i64, n), body.integer(1))
  let arguments = body.list([less])
  let call = body.node(.call, i64, itself, arguments, 0)
  let product = body.node(
    .binary, i64, BinaryOperator.multiply.rawValue, body.node(.variable, i64, n), call)
  let end = body.node(.return, TypeTable.never, product)
  let root = body.block([test, end], nil, TypeTable.never)
  builder.setBody(function, body, root: root, parameters: 1)
  return function
}

/// A `main` that gives `factorial(5)` back through a `while` that counts it down to 20.
private func addMain(_ builder: ProgramBuilder, calling function: DeclarationID) {
  let i64 = TypeTable.i64
  let main = builder.function("main", [], i64)
  var body = BodyBuilder(main)
  let x = body.variable(.varBinding, i64, builder.name("x"))
  let callee = body.declaration(function)
  let arguments = body.list([body.integer(5)])
  let declare = body.node(.declare, TypeTable.void, x, body.node(.call, i64, callee, arguments, 0))
  let condition = body.node(
    .binary, TypeTable.bool, BinaryOperator.greater.rawValue, body.node(.variable, i64, x),
    body.integer(20))
  let step = body.node(
    .compoundAssign, TypeTable.void, body.node(.variable, i64, x), body.integer(1),
    BinaryOperator.subtract.rawValue)
  let loop = body.node(.while, TypeTable.void, condition, body.block([step], nil, TypeTable.void))
  let end = body.node(.return, TypeTable.never, body.node(.variable, i64, x))
  let root = body.block([declare, loop, end], nil, TypeTable.never)
  builder.setBody(main, body, root: root)
}

@Suite struct ControlFlowTests {
  @Test func wellFormed() {
    let builder = ProgramBuilder()
    addMain(builder, calling: addFactorial(builder))
    let (module, diagnostics) = lower(builder)
    #expect(diagnostics.all == [])
    #expect(verifyMIR(module).map(\.description) == [])
    #expect(module.entry == "janus_main")
    #expect(module.functions.count == 3)
  }

  @Test func textNamesTheLoop() {
    let builder = ProgramBuilder()
    addMain(builder, calling: addFactorial(builder))
    let text = writeMIRText(lower(builder).0, locations: false)
    #expect(text.contains("mul"))
    #expect(text.contains("call @main.factorial."))
    #expect(text.contains("branch"))
  }

  @Test func sameEveryTime() {
    let builder = ProgramBuilder()
    addMain(builder, calling: addFactorial(builder))
    #expect(writeMIRText(lower(builder).0) == writeMIRText(lower(builder).0))
  }
}
