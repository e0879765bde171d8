// The synthetic entry `janus_main`: statics in order, then `main` or the tests, then the statics'
// destruction in reverse. Its result is the exit status.
import ASTDB
import Base
import MIR

extension ModuleLowering {
  static let entrySymbol = "janus_main"

  /// Demands what the module is made for.
  func addRoots(package: PackageID, entry: EntryKind) {
    for id in program.declarations.ids {
      let value = program.declarations[id]
      guard value.module.exists, program.modules[value.module].package == package else { continue }
      // Also what nobody calls: its mistakes of ownership are mistakes all the same.
      if value.kind == .function, isConcrete(value) {
        _ = instance(id, [], policy: value.profile.copyPolicy)
      }
      if entry == .main, value.kind == .function, value.parent.isNone, isMain(value) {
        entryFunction = id
      }
      if entry == .tests, value.kind == .test { addTest(id, value) }
    }
    if entry == .main {
      if entryFunction.exists {
        _ = instance(entryFunction, [], policy: gluePolicy)
      } else {
        diagnostics.report(.noMain(program.packages[package].name))
      }
    }
  }

  private func isMain(_ value: Declaration) -> Bool {
    program.interner.text(value.name) == "main" && value.body.exists
      && (program.modules[value.module].name.isEmpty || entryFunction.isNone)
  }

  private func isConcrete(_ value: Declaration) -> Bool {
    guard value.genericParameters.isEmpty, value.body.exists else { return false }
    if case .function(let detail) = value.detail { return detail.runtimeName.isEmpty }
    return false
  }

  /// A test becomes a function that returns 0, as the runtime calls it.
  func addTest(_ id: DeclarationID, _ value: Declaration) {
    guard case .test(let name) = value.detail else { return }
    let policy = policy(of: id, demandedBy: gluePolicy)
    let symbol = symbolName(id, [], policy)
    let body = functionReference(
      symbol, MIRSignature(parameters: [], result: mirType(TypeTable.void)))
    pending.append(
      PendingFunction(source: .test(id), arguments: [], policy: policy, reference: body))
    let wrapper = functionReference(
      symbol + ".run", MIRSignature(parameters: [], result: mirType(TypeTable.i32)))
    var builder = FunctionLowering(
      glue: self, reference: wrapper, displayName: name, result: mirType(TypeTable.i32))
    builder.beginFunction()
    builder.beginReached(builder.newBlock())
    builder.call(body, [], into: .none)
    builder.assign(builder.result, builder.integer(0, mirType(TypeTable.i32)))
    builder.terminate(Terminator(kind: .return))
    builder.complete()
    testFunctions.append((name, wrapper))
  }

  /// Builds the entry once everything else is lowered.
  func finishEntry(_ entry: EntryKind, package: PackageID) {
    guard entry != .library else { return }
    let i32 = mirType(TypeTable.i32)
    let reference = functionReference(
      ModuleLowering.entrySymbol, MIRSignature(parameters: [], result: i32))
    var builder = FunctionLowering(
      glue: self, reference: reference, displayName: ModuleLowering.entrySymbol, result: i32)
    builder.function.panicAborts = program.packages[package].panicAborts
    builder.beginFunction()
    builder.beginReached(builder.newBlock())
    builder.pushScope()
    for id in staticOrder() {
      builder.call(staticInitialisers[id.index], [], into: .none)
      builder.ownInScope(builder.function.place(id, type: module.statics[id].type))
    }
    if entry == .tests {
      builder.runTests(testFunctions)
    } else if entryFunction.exists {
      builder.runMain(entryFunction)
    }
    builder.popScope()
    builder.terminate(Terminator(kind: .return))
    builder.complete()
    module.entry = ModuleLowering.entrySymbol
    drainPending()
  }
}

extension FunctionLowering {
  fileprivate mutating func runMain(_ declaration: DeclarationID) {
    guard case .function(let detail) = context.program.declarations[declaration].detail else {
      return
    }
    let function = context.instance(declaration, [], policy: policy)
    let type = context.mirType(detail.result)
    pushScope()
    if isEmpty(type) {
      call(function, [], into: .none)
      assign(result, integer(0, resultType))
    } else {
      let value = temporary(type)
      call(function, [], into: value)
      ownInScope(value)
      if isResultType(detail.result) {
        reportError(value, detail.result)
      } else if case .int = context.module.types[type].kind {
        convert(.copy(value), from: type, into: result)
      } else {
        assign(result, integer(0, resultType))
      }
    }
    popScope()
  }

  /// Status 0 for Ok; for Err the runtime prints the error and says the status.
  private mutating func reportError(_ value: PlaceID, _ source: TypeID) {
    let arguments = nominalArguments(source)
    let (good, bad, after) = (newBlock(), newBlock(), newBlock())
    branch(isVariant(value, 0), then: good, otherwise: bad)
    begin(good)
    let success = context.mirType(arguments[0])
    if case .int = context.module.types[success].kind {
      convert(.copy(payload(value, 0, 0)), from: success, into: result)
    } else {
      assign(result, integer(0, resultType))
    }
    go(to: after)
    begin(bad)
    pushScope()
    let text = beginText()
    display(payload(value, 1, 0), arguments[1], into: text, quoted: false)
    let bytes = context.pointerType(to: u8Type)
    let opaque = context.pointerType(to: voidType)
    let report = context.functionReference(
      "janus_report_error",
      MIRSignature(
        parameters: [bytes, i64Type, opaque].map { MIRParameter(type: $0, mode: .borrowed) },
        result: resultType), isRuntime: true)
    call(report, [.copy(field(text, 0)), .copy(field(text, 1)), zero(opaque)], into: result)
    popScope()
    go(to: after)
    begin(after)
  }

  fileprivate mutating func runTests(_ tests: [(name: String, wrapper: FunctionRefID)]) {
    let bytes = context.pointerType(to: u8Type)
    let opaque = context.pointerType(to: voidType)
    let run = context.functionReference(
      "janus_run_test",
      MIRSignature(
        parameters: [bytes, i64Type, opaque].map { MIRParameter(type: $0, mode: .borrowed) },
        result: resultType), isRuntime: true)
    for test in tests {
      let name = Array(test.name.utf8)
      call(
        run,
        [
          constant(.cString(type: bytes, bytes: name)), i64(Int64(name.count)),
          .function(test.wrapper),
        ],
        into: result)
    }
    let summary = context.functionReference(
      "janus_test_summary", MIRSignature(parameters: [], result: resultType), isRuntime: true)
    call(summary, [], into: result)
  }
}

extension Diagnostic {
  fileprivate static func noMain(_ package: String) -> Diagnostic {
    Diagnostic(.missingMain, "package `\(package)` has no `func main()`", at: .none)
  }
}
