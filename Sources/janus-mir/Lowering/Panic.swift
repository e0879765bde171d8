// Panics that programs ask for: `panic`, `assert`, `unwrap`, `@unreachable`.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func panic(_ kind: PanicKind, _ message: Operand) {
    guard current.exists else { return }
    let cleanup = isCleanup ? BlockID.none : cleanupTarget()
    terminate(
      Terminator(kind: .panic, operand: message, cleanup: cleanup, panic: kind))
  }

  mutating func lowerPanic(_ builtin: Builtin, _ arguments: [NodeID]) {
    switch builtin {
    case .panic: panic(.assertion, message(arguments.first))
    case .panicCode:
      var code: UInt32 = PanicKind.assertion.rawValue
      if let first = arguments.first, body[first].kind == .integer { code = body[first].a }
      panic(PanicKind(rawValue: code) ?? .assertion, message(arguments.dropFirst().first))
    case .unreachable, .trap: panic(.unreachable, .none)
    case _: break
    }
  }

  /// A message as a constant or as a lent string.
  private mutating func message(_ id: NodeID?) -> Operand {
    guard let id else { return .none }
    if body[id].kind == .string { return literal(id, body[id]) }
    return .borrow(place(id))
  }

  mutating func lowerAssert(_ arguments: [NodeID]) {
    guard let condition = arguments.first else { return }
    if arguments.count < 2, let comparison = shownComparison(condition) {
      assertComparison(comparison, sourceText(condition))
      return
    }
    if arguments.count < 2 || body[arguments[1]].kind == .string {
      let text =
        arguments.count < 2
        ? string(sourceText(condition)) : literal(arguments[1], body[arguments[1]])
      let value = operand(condition)
      emitPanicking(
        Instruction(.check, a: value, b: text, immediate: PanicKind.assertion.rawValue))
      return
    }
    let (good, bad) = (newBlock(), newBlock())
    branchOn(condition, then: good, otherwise: bad)
    begin(bad)
    pushScope()
    panic(.assertion, message(arguments[1]))
    popScope()
    begin(good)
  }

  /// A comparison whose operands can be shown.
  private func shownComparison(_ id: NodeID) -> Comparison? {
    let node = body[id]
    guard node.kind == .compare || node.kind == .binary,
      let operation = BinaryOperator(rawValue: node.a), operation.isComparison
    else { return nil }
    let comparison = Comparison(
      operation: operation, left: NodeID(node.b), right: NodeID(node.c))
    for operand in [comparison.left, comparison.right]
    where !context.program.conforms(type(of: operand), to: .display) { return nil }
    return comparison
  }

  /// P004 with `prefix` and both values unless the comparison holds.
  private mutating func assertComparison(_ comparison: Comparison, _ prefix: String) {
    let source = type(of: comparison.left)
    let a = place(comparison.left)
    let b = place(comparison.right)
    let holds = temporary(boolType)
    compare(comparison.operation, a, b, source, into: holds)
    let (good, bad) = (newBlock(), newBlock())
    branch(.copy(holds), then: good, otherwise: bad)
    begin(bad)
    pushScope()
    let text = beginText()
    appendText(string(prefix + ", "), to: text)
    appendValues(a, source, b, type(of: comparison.right), to: text)
    panic(.assertion, .borrow(text))
    popScope()
    begin(good)
  }

  /// The source text of an expression, on one line.
  private func sourceText(_ id: NodeID) -> String {
    let span = span(of: id)
    guard span.file.exists else { return "" }
    let bytes = context.sourceBytes(span.file)
    guard span.start >= 0, span.end <= Int32(bytes.count), span.start <= span.end else { return "" }
    let text = String(decoding: bytes[Int(span.start)..<Int(span.end)], as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  mutating func lowerRequire(_ id: NodeID, _ node: Node) { lowerAssert([NodeID(node.a)]) }

  /// With a third argument, that text stands before the values.
  mutating func lowerAssertEqual(_ arguments: [NodeID]) {
    guard arguments.count >= 2 else { return }
    let source = type(of: arguments[0])
    let a = place(arguments[0])
    let b = place(arguments[1])
    let equal = temporary(boolType)
    compare(.equal, a, b, source, into: equal)
    let (good, bad) = (newBlock(), newBlock())
    branch(.copy(equal), then: good, otherwise: bad)
    begin(bad)
    pushScope()
    let text = beginText()
    if arguments.count > 2 {
      display(place(arguments[2]), type(of: arguments[2]), into: text, quoted: false)
      appendText(string(", "), to: text)
    }
    appendValues(a, source, b, type(of: arguments[1]), to: text)
    panic(.assertion, .borrow(text))
    popScope()
    begin(good)
  }

  private mutating func appendValues(
    _ a: PlaceID, _ aType: TypeID, _ b: PlaceID, _ bType: TypeID, to text: PlaceID
  ) {
    appendText(string("left: "), to: text)
    display(a, aType, into: text, quoted: true)
    appendText(string(", right: "), to: text)
    display(b, bType, into: text, quoted: true)
  }

  /// `.unwrap()`: P010 when there is nothing, or an error.
  mutating func lowerUnwrap(_ arguments: [NodeID], into dest: PlaceID) {
    guard let value = arguments.first else { return }
    let isResult = isResultType(type(of: value))
    let success = isResult ? 0 : 1
    let scrutinee = place(value)
    var text = Operand.none
    if arguments.count > 1, body[arguments[1]].kind == .string {
      text = literal(arguments[1], body[arguments[1]])
    }
    let present = isVariant(scrutinee, success)
    if isResult, text.kind == .none {
      requireSuccess(present, scrutinee, nominalArguments(type(of: value))[1])
    } else {
      emitPanicking(
        Instruction(.check, a: present, b: text, immediate: PanicKind.unwrap.rawValue))
    }
    guard dest.exists, !isEmpty(type(of: dest)) else { return }
    let part = payload(scrutinee, success, 0)
    if isTemporary(value) { assign(dest, take(part)) } else { copyValue(dest, from: part) }
  }

  /// P010 with the error's text unless the result is a success.
  private mutating func requireSuccess(_ success: Operand, _ result: PlaceID, _ error: TypeID) {
    let (good, bad) = (newBlock(), newBlock())
    branch(success, then: good, otherwise: bad)
    begin(bad)
    pushScope()
    let text = beginText()
    appendText(string("an error was unwrapped: "), to: text)
    display(payload(result, 1, 0), error, into: text, quoted: false)
    panic(.unwrap, .borrow(text))
    popScope()
    begin(good)
  }
}

/// A comparison that an assertion makes.
private struct Comparison {
  var operation: BinaryOperator
  var left: NodeID
  var right: NodeID
}
