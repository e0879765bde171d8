// The evaluator of constants: lowers a constant, runs the passes that a program is run through, and
// interprets it. `Sema` knows none of these; it is handed this function.
import ASTDB
import Base
import Interpreter
import Lowering
import MIR
import Passes
import Sema

/// Evaluates one constant whose code was checked without errors.
func evaluateConstant(
  _ declaration: DeclarationID, _ program: CheckedProgram
) -> ConstantEvaluation {
  guard case .constant(let type, _) = program.declarations[declaration].detail else {
    return .aggregate
  }
  var diagnostics = Diagnostics()
  var module = lowerConstant(declaration, in: program, reporting: &diagnostics)
  if let problem = diagnostics.all.first(where: { $0.severity == .error }) {
    return .failed(problem)
  }
  // The passes make drops explicit. What they report belongs to janus-mir, which reports it too.
  var found = Diagnostics()
  _ = runPasses(&module, reporting: &found)
  if found.hasErrors { return .aggregate }
  let span = program.declarations[declaration].nameSpan
  let name = program.interner.text(program.declarations[declaration].name)
  switch Interpreter(module).evaluate(module.entry) {
  case .value(let bytes):
    return scalar(bytes, program.types[type]).map { .value($0) } ?? .aggregate
  case .panicked(let kind, let message, _, _, _):
    return .failed(.panicked(name, panicCode(kind) + " " + message, at: span))
  case .stepLimit: return .failed(.endless(name, at: span))
  case .stackOverflow: return .failed(.panicked(name, "it recurses too deep", at: span))
  case .unsupported(let reason):
    // A value that is built where it is used may need what only a running program has.
    return isScalar(program.types[type]) ? .failed(.impure(name, reason, at: span)) : .aggregate
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

extension Diagnostic {
  fileprivate static func panicked(
    _ name: String, _ message: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .constantEvaluation, "the value of `\(name)` cannot be computed: \(message)", at: span)
  }

  fileprivate static func endless(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .constantEvaluation, "the value of `\(name)` is not computed after ten million steps",
      at: span)
  }

  fileprivate static func impure(
    _ name: String, _ reason: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .constantEvaluation, "the value of `\(name)` needs a running program: \(reason)", at: span)
  }
}
