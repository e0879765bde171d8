// The evaluator of constants: lowers a constant, runs the passes that a program is run through, and
// interprets it. `Sema` knows none of these; it is handed this function.
import ASTDB
import Base
import Installation
import Interpreter
import Lowering
import MIR
import Passes
import Sema

/// Evaluates one constant, or an expression that must be known early, whose code was checked
/// without errors.
func evaluateConstant(
  _ subject: ConstantSubject, _ program: CheckedProgram
) -> ConstantEvaluation {
  var diagnostics = Diagnostics()
  var module: MIRModule
  let type: TypeID
  switch subject {
  case .declaration(let declaration):
    guard case .constant(let declared, _) = program.declarations[declaration].detail else {
      return .aggregate
    }
    type = declared
    module = lowerConstant(declaration, in: program, reporting: &diagnostics)
  case .expression(let body, let known):
    type = known
    module = lowerExpression(body, of: known, in: program, reporting: &diagnostics)
  }
  if let problem = diagnostics.all.first(where: { $0.severity == .error }) {
    return .failed(problem)
  }
  let failures = Failures(subject, program)
  if let used = module.statics.elements.first {
    return .failed(
      failures.diagnostic("needs the static `\(used.displayName)`, which a program has", []))
  }
  // The passes make drops explicit. What they report belongs to janus-mir, which reports it too.
  var found = Diagnostics()
  _ = runPasses(&module, reporting: &found)
  if found.hasErrors { return .aggregate }
  return run(module, giving: type, failures)
}

private func run(
  _ module: MIRModule, giving type: TypeID, _ failures: Failures
) -> ConstantEvaluation {
  let program = failures.program
  let interpreter = Interpreter(
    module, pureLibrary: Installation.file("core/libjanus_rt.so"))
  switch interpreter.evaluate(module.entry) {
  case .value(let bytes):
    if isString(program.types[type], program) { return .value(.string(text(bytes))) }
    return scalar(bytes, program.types[type]).map { .value($0) } ?? .aggregate
  case .panicked(let kind, let message, _, _, _):
    return .failed(
      failures.diagnostic("cannot be computed: \(panicCode(kind)) \(message)", interpreter.trace))
  case .stepLimit:
    return .failed(
      failures.diagnostic("is not computed after ten million steps", interpreter.trace))
  case .stackOverflow:
    return .failed(failures.diagnostic("cannot be computed: it recurses too deep", []))
  case .unsupported(let reason):
    // A value that is built where it is used may need what only a running program has.
    return isScalar(program.types[type])
      ? .failed(failures.diagnostic("needs a running program: \(reason)", [])) : .aggregate
  }
}

/// Words what goes wrong with one evaluation.
private struct Failures {
  let program: CheckedProgram
  let subject: String
  let span: SourceSpan

  init(_ subject: ConstantSubject, _ program: CheckedProgram) {
    self.program = program
    switch subject {
    case .declaration(let declaration):
      let name = program.interner.text(program.declarations[declaration].name)
      self.subject = "the value of `\(name)`"
      span = program.declarations[declaration].nameSpan
    case .expression(let id, _):
      let body = program.body(id)
      let base = program.declarations[body.owner].span
      let place = body.spans[body.root.index]
      self.subject = "this constant"
      span = SourceSpan(
        file: base.file, start: base.start + place.start, end: base.start + place.end)
    }
  }

  /// `trace` is where the evaluation stopped and the calls that led there, innermost first.
  func diagnostic(_ problem: String, _ trace: [SourcePlace]) -> Diagnostic {
    var result = Diagnostic(.constantEvaluation, "\(subject) \(problem)", at: span)
    for (depth, place) in trace.prefix(8).enumerated() {
      guard let found = self.span(of: place), found.start != span.start else { continue }
      result.labels.append(Label(found, depth == 0 ? "it stops here" : "called here"))
    }
    if trace.count > 8 { result.notes.append("and \(trace.count - 8) calls more") }
    return result
  }

  private func span(of place: SourcePlace) -> SourceSpan? {
    guard
      let file = program.files.ids.first(where: { program.files[$0].path == place.file }),
      Int(place.line) <= program.files[file].lineCount
    else { return nil }
    let start = program.files[file].lineStarts[Int(place.line) - 1] + max(place.column, 1) - 1
    return SourceSpan(file: file, start: start, end: start + 1)
  }
}

private func isString(_ type: TypeKind, _ program: CheckedProgram) -> Bool {
  if case .nominal(program.languageItem("string"), _) = type { true } else { false }
}

/// The text of a `string` whose bytes are still there.
private func text(_ bytes: [UInt8]) -> String {
  bytes.withUnsafeBytes {
    let count = Int($0.load(fromByteOffset: 8, as: Int64.self))
    guard count > 0, let address = $0.load(as: UnsafePointer<UInt8>?.self) else { return "" }
    return String(decoding: UnsafeBufferPointer(start: address, count: count), as: UTF8.self)
  }
}

/// `P003`.
private func panicCode(_ kind: PanicKind) -> String {
  let number = String(kind.rawValue)
  return "P" + String(repeating: "0", count: max(0, 3 - number.count)) + number
}

private func isScalar(_ type: TypeKind) -> Bool {
  switch type {
  case .bool, .char, .integer, .float: true
  case .error, .void, .never, .nominal, .parameter, .tuple, .array, .slice, .pointer, .function,
    .variable:
    false
  }
}

/// The value in little-endian `bytes`, when its type is a scalar.
private func scalar(_ bytes: [UInt8], _ type: TypeKind) -> ConstantValue? {
  guard isScalar(type) else { return nil }
  var words: (low: UInt64, high: UInt64) = (0, 0)
  for (index, byte) in bytes.prefix(16).enumerated() {
    if index < 8 {
      words.low |= UInt64(byte) << (8 * index)
    } else {
      words.high |= UInt64(byte) << (8 * (index - 8))
    }
  }
  switch type {
  case .bool: return .bool(words.low & 1 != 0)
  case .char: return .char(UInt32(truncatingIfNeeded: words.low))
  case .float(let bits):
    let value = bits == 32
      ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: words.low)))
      : Double(bitPattern: words.low)
    return .float(value.bitPattern)
  case .integer(let kind):
    if kind.bits < 64 {
      let shift = UInt64(64 - kind.bits)
      let signed = Int64(bitPattern: words.low << shift) >> Int64(shift)
      words.low = kind.isSigned ? UInt64(bitPattern: signed) : (words.low << shift) >> shift
    }
    if kind.bits <= 64 { words.high = kind.isSigned && words.low >> 63 != 0 ? .max : 0 }
    return .integer(low: words.low, high: words.high)
  case .error, .void, .never, .nominal, .parameter, .tuple, .array, .slice, .pointer, .function,
    .variable:
    return nil
  }
}
