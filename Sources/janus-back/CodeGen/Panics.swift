// Panics: checks branch to a cold block behind the function, which calls the runtime.
import Base
import CLLVM
import MIR

extension FunctionEmitter {
  /// Goes on only when `good` is true; else panics as `entry` says.
  func guardThat(
    _ good: Value, else entry: RuntimeEntry, kind: PanicKind = .unreachable, first: Value? = nil,
    second: Value? = nil
  ) {
    if LLVMIsConstant(good) != 0, LLVMIsAConstantInt(good) != nil,
      LLVMConstIntGetZExtValue(good) == 1 { return }
    let next = continueInNewBlock()
    LLVMBuildCondBr(
      builder, good, next, panicBlock(entry, kind: kind, first: first, second: second))
    LLVMPositionBuilderAtEnd(builder, next)
  }

  /// The same with the condition of failing.
  func panicIf(
    _ bad: Value, _ entry: RuntimeEntry, first: Value? = nil, second: Value? = nil
  ) {
    if LLVMIsAConstantInt(bad) != nil, LLVMConstIntGetZExtValue(bad) == 0 { return }
    let next = continueInNewBlock()
    LLVMBuildCondBr(
      builder, bad, panicBlock(entry, kind: .overflow, first: first, second: second), next)
    LLVMPositionBuilderAtEnd(builder, next)
  }

  private func panicBlock(
    _ entry: RuntimeEntry, kind: PanicKind, first: Value?, second: Value?
  ) -> LLVMBlock {
    let key = SharedPanic(entry: entry, location: location, cleanup: cleanup)
    let canShare = first == nil && second == nil && entry != .panic
    if canShare, let known = sharedPanics[key] { return known }
    let made = LLVMCreateBasicBlockInContext(parent.context, unnamed)!
    if canShare { sharedPanics[key] = made }
    pendingPanics.append(
      PendingPanic(
        block: made, entry: entry, first: first, second: second, kind: kind, place: panicPlace(),
        cleanup: cleanup, location: location))
    return made
  }

  /// The place that a panic of the instruction being emitted names: its own, or where the function
  /// was called.
  func panicPlace() -> Value {
    if function.attributes.contains(.tracksCaller) { return trackedPlace }
    let line = function.baseLine &+ location.line
    return parent.panicPlace(
      PanicPlace(file: function.file, line: line, column: location.column))
  }

  /// The last parameter.
  private var trackedPlace: Value {
    let environment = shape.hasEnvironment ? 1 : 0
    return value(of: LocalID(shape.parameters.count + environment))
  }

  func emitPendingPanics() {
    while let panic = pendingPanics.popLast() {
      start(panic.block)
      setLocation(panic.location)
      cleanup = panic.cleanup
      emitPanicCall(
        panic.entry, kind: panic.kind, first: panic.first, second: panic.second,
        place: panic.place)
    }
  }

  private func emitPanicCall(
    _ entry: RuntimeEntry, kind: PanicKind, first: Value?, second: Value?, place: Value
  ) {
    let null: Value = LLVMConstNull(types.pointer)
    let zero: Value = LLVMConstInt(types.i64, 0, 0)
    var arguments: [Value?]
    switch entry {
    case .panic:
      let code: Value = LLVMConstInt(types.i32, UInt64(kind.rawValue), 0)
      arguments = [code, first ?? null, second ?? zero, place]
    case .panicIndex, .panicShift: arguments = [first ?? zero, second ?? zero, place]
    case .panicAssert: arguments = [first ?? null, second ?? zero, place]
    case .panicOverflow, .panicDivide, .panicUnreachable, .panicMemory, .panicUnwrap, .resume:
      arguments = [place]
    }
    let runtime = parent.runtime(entry)
    call(runtime.type, runtime.function, &arguments)
    LLVMBuildUnreachable(builder)
  }

  // MARK: Checks

  func emitCheck(_ instruction: Instruction) {
    let kind = PanicKind(rawValue: instruction.immediate) ?? .assertion
    let good = value(instruction.a)
    guard instruction.b.kind == .constant else {
      guardThat(good, else: entry(for: kind), kind: kind)
      return
    }
    let text = parent.text(of: instruction.b.constantID)
    guardThat(
      good, else: kind == .assertion ? .panicAssert : .panic, kind: kind, first: text.pointer,
      second: text.length)
  }

  func emitBoundsCheck(_ instruction: Instruction) {
    let index = value(instruction.a)
    let length = value(instruction.b)
    // A length is never negative, so one unsigned comparison covers negative indexes too.
    let good = LLVMBuildICmp(builder, LLVMIntULT, index, length, unnamed)!
    guardThat(good, else: .panicIndex, first: index, second: length)
  }

  func emitPanic(_ terminator: Terminator) {
    cleanup = function.panicAborts ? .none : terminator.cleanup
    var first: Value?
    var second: Value?
    var entry = entry(for: terminator.panic)
    if terminator.operand.kind == .constant {
      (first, second) = parent.text(of: terminator.operand.constantID)
    } else if terminator.operand.kind != .none {
      let message = address(terminator.operand)
      first = LLVMBuildLoad2(builder, types.pointer, message, unnamed)
      second = LLVMBuildLoad2(builder, types.i64, offset(message, by: 8), unnamed)
    }
    if first != nil && entry != .panicAssert { entry = .panic }
    emitPanicCall(
      entry, kind: terminator.panic, first: first, second: second, place: panicPlace())
  }

  /// The runtime's entry for a panic without a message of its own.
  private func entry(for kind: PanicKind) -> RuntimeEntry {
    switch kind {
    case .overflow: .panicOverflow
    case .division: .panicDivide
    case .assertion: .panicAssert
    case .unreachable: .panicUnreachable
    case .outOfMemory: .panicMemory
    case .unwrap: .panicUnwrap
    case .index, .exclusivity, .text, .capability, .stackOverflow: .panic
    }
  }
}
