// Calls of runtime functions: most go to C through libffi; those that take functions of the
// program, or that panic, are done here.
import CFFI
import MIR

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Interpreter {
  /// Calls the runtime function `record` with the slots of `frame`.
  func callRuntime(
    _ record: UnsafeMutablePointer<FunctionRecord>, _ frame: UnsafeMutableRawPointer,
    from origin: PanicOrigin? = nil
  ) -> Outcome {
    if record.pointee.foreign >= 0 {
      callOutside(foreignFunctions[record.pointee.foreign], frame)
      return .returned
    }
    let name = name(of: record.pointee)
    if let origin, let outcome = callShadowHeap(name, frame, at: origin) { return outcome }
    if let outcome = callKnown(name, frame) { return outcome }
    if runtime == nil, let outcome = callMemory(name, frame) { return outcome }
    guard let runtime = runtime ?? (isPure(name) ? pureRuntime : nil) else {
      return .unsupported("a constant cannot call `\(name)`")
    }
    guard let address = runtime.symbol(name) else {
      return .unsupported("function `\(name)` is neither in the module nor in the runtime")
    }
    guard var function = prepareForeign(address, signature(of: record.pointee), shapes) else {
      return .unsupported("function `\(name)` has parameters that C cannot take")
    }
    function.mayWait = mayWait(name)
    record.pointee.foreign = foreignFunctions.count
    foreignFunctions.append(function)
    callOutside(function, frame)
    return .returned
  }

  /// Functions that the interpreter does itself; nil for all others.
  private func callKnown(_ name: String, _ frame: UnsafeMutableRawPointer) -> Outcome? {
    func word(_ slot: Int) -> Int64 {
      frame.loadUnaligned(fromByteOffset: slot * 16, as: Int64.self)
    }
    func function(_ slot: Int) -> UnsafeMutablePointer<FunctionRecord>? {
      frame.loadUnaligned(fromByteOffset: slot * 16, as: UnsafeMutablePointer<FunctionRecord>?.self)
    }
    switch name {
    case "janus_at_exit":
      if let finisher = function(1) { finishers.append(finisher) }
      return .returned
    case "janus_catch":
      guard let body = function(1) else { return .unsupported("`janus_catch` of nothing") }
      let environment = word(2)
      let outcome = call(body, argumentsSize: 32) {
        $0.storeBytes(of: environment, toByteOffset: 16, as: Int64.self)
      } result: { _ in
      }
      switch outcome {
      case .returned: frame.storeBytes(of: 0, as: Int32.self)
      case .panicked:
        frame.storeBytes(of: Int32(lastPanic?.kind.rawValue ?? 4), as: Int32.self)
      case .stepLimit, .stackOverflow, .unsupported, .faulted: return outcome
      }
      return .returned
    case "janus_run_test": return runTest(frame)
    case "janus_thread_start": return startThread(frame)
    case "janus_panic":
      return panic(
        UInt32(truncatingIfNeeded: word(1) & 0xFFFF_FFFF), text(word(2), word(3)))
    case "janus_panic_assert": return panic(4, text(word(1), word(2)))
    case "janus_panic_index":
      return panic(1, "index \(word(1)) out of range for length \(word(2))")
    case "janus_panic_slice":
      return panic(1, "range \(word(1))..<\(word(2)) out of range for length \(word(3))")
    case "janus_panic_boundary": return panic(8, "byte \(word(1)) is not a character boundary")
    case "janus_panic_overflow": return panic(2, "integer overflow")
    case "janus_panic_divide": return panic(3, "division by zero")
    case "janus_panic_shift":
      return panic(2, "shift by \(word(1)) of an integer of \(word(2)) bits")
    case "janus_panic_unreachable": return panic(5, "unreachable code was reached")
    case "janus_panic_memory": return panic(6, "out of memory")
    case "janus_panic_unwrap": return panic(10, "`null` was unwrapped")
    case "janus_panic_unwrap_error":
      return panic(10, "an error was unwrapped: " + text(word(1), word(2)))
    default: return nil
    }
  }

  /// Leaves the panic for the loop, which knows the place, to raise.
  private func panic(_ number: UInt32, _ message: String) -> Outcome {
    let kind = PanicKind(rawValue: number) ?? .assertion
    lastPanic = Panic(kind: kind, message: Array(message.utf8), file: "", line: 0, column: 0)
    return .panicked
  }

  private func text(_ address: Int64, _ count: Int64) -> String {
    guard let bytes = UnsafePointer<UInt8>(bitPattern: Int(address)), count > 0 else { return "" }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
  }

  /// `janus_run_test(name, length, body)`: the runtime counts and prints; the body is run by a C
  /// function that calls back here and gives a status, so that no panic crosses C.
  private func runTest(_ frame: UnsafeMutableRawPointer) -> Outcome {
    guard
      let body = frame.loadUnaligned(
        fromByteOffset: 48, as: UnsafeMutablePointer<FunctionRecord>?.self)
    else { return .unsupported("a test without a body") }
    guard let address = runtime?.symbol("janus_run_test") else {
      return .unsupported("tests need the runtime")
    }
    typealias Body = @convention(c) () -> Int32
    typealias RunTest = @convention(c) (UnsafePointer<UInt8>?, Int64, Body) -> Int32
    let run = unsafeBitCast(address, to: RunTest.self)
    let outer = (TestBody.interpreter, TestBody.body, TestBody.failure)
    (TestBody.interpreter, TestBody.body, TestBody.failure) = (self, body, nil)
    let status = run(
      frame.loadUnaligned(fromByteOffset: 16, as: UnsafePointer<UInt8>?.self),
      frame.loadUnaligned(fromByteOffset: 32, as: Int64.self), { TestBody.run() })
    let failure = TestBody.failure
    (TestBody.interpreter, TestBody.body, TestBody.failure) = outer
    if let failure { return failure }
    frame.storeBytes(of: status, as: Int32.self)
    return .returned
  }

  /// Texts of values, searching and comparing text, mathematics.
  private func isPure(_ name: String) -> Bool {
    let families = [
      "janus_display_", "janus_format_", "janus_parse_", "janus_text_", "janus_utf8_",
      "janus_hash_", "janus_char_", "janus_grapheme_",
    ]
    return Interpreter.mathematics.contains(name) || families.contains { name.hasPrefix($0) }
  }

  private static let mathematics: Set<String> = [
    "acos", "asin", "atan", "atan2", "cbrt", "ceil", "cos", "exp", "floor", "fmod", "hypot",
    "log", "log10", "log2", "pow", "round", "sin", "sqrt", "tan", "trunc",
  ]

  /// Memory without a runtime, for constants; nil for all other functions.
  private func callMemory(_ name: String, _ frame: UnsafeMutableRawPointer) -> Outcome? {
    func word(_ slot: Int) -> Int { frame.loadUnaligned(fromByteOffset: slot * 16, as: Int.self) }
    switch name {
    case "janus_alloc":
      frame.storeBytes(of: malloc(max(word(1), 1)), as: UnsafeMutableRawPointer?.self)
    case "janus_realloc":
      frame.storeBytes(
        of: realloc(UnsafeMutableRawPointer(bitPattern: word(1)), max(word(3), 1)),
        as: UnsafeMutableRawPointer?.self)
    case "janus_region_alloc":
      // What is evaluated while compiling has one heap, from which every value is freed by itself.
      frame.storeBytes(of: malloc(max(word(1), 1)), as: UnsafeMutableRawPointer?.self)
    case "janus_region_realloc":
      frame.storeBytes(
        of: realloc(UnsafeMutableRawPointer(bitPattern: word(1)), max(word(3), 1)),
        as: UnsafeMutableRawPointer?.self)
    case "janus_region_begin", "janus_region_end": break
    case "janus_note_copy": break
    case "janus_free": free(UnsafeMutableRawPointer(bitPattern: word(1)))
    default: return nil
    }
    return .returned
  }
}

/// The test that the runtime is running; tests run one at a time, on the main thread.
private enum TestBody {
  nonisolated(unsafe) static var interpreter: Interpreter?
  nonisolated(unsafe) static var body: UnsafeMutablePointer<FunctionRecord>?
  nonisolated(unsafe) static var failure: Outcome?

  static func run() -> Int32 {
    guard let interpreter, let body else { return 1 }
    var status: Int32 = 0
    let isInt = interpreter.shapes[interpreter.signature(of: body.pointee).result].size == 4
    let outcome = interpreter.call(body, argumentsSize: 0) { _ in } result: { frame in
      if isInt { status = frame.loadUnaligned(as: Int32.self) }
    }
    switch outcome {
    case .returned: return status
    case .panicked: return 1
    case .stackOverflow: exit(interpreter.reportStackOverflow())
    case .stepLimit, .unsupported, .faulted:
      failure = outcome
      return 1
    }
  }
}
