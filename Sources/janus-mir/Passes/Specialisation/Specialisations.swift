// The forms that functions have besides their own, and which of them are wanted.
// A *lending* form gives what the function's own form would copy out of a parameter, without the
// copy. A *consuming* form takes parameters over that the own form is lent and copies. Callers that
// were shown to bear one name it here; whoever runs the passes makes what was named.
import Base
import MIR

/// A form of a function besides its own.
enum SpecialForm: Hashable {
  case lending
  /// The parameters that are taken, as bits.
  case consuming(UInt64)
}

/// A form that some call names.
struct WantedForm {
  /// The number of the function's body.
  var body: Int
  var form: SpecialForm
  var symbol: String
  var signature: SignatureID
}

final class Specialisations {
  /// Nothing is wanted: what comes out is looked at and thrown away.
  var isTrial = false
  /// The module's functions and signatures, with those that were added.
  private(set) var references: Table<FunctionRefTag, FunctionRef>
  private(set) var signatures: Table<SignatureTag, MIRSignature>
  /// In the order in which they were named.
  private(set) var wanted: [WantedForm] = []

  private struct Key: Hashable {
    var body: Int
    var form: SpecialForm
  }

  private var known: [Key: FunctionRefID] = [:]
  /// For each function of the module: the body's number, or -1.
  private let bodies: [Int]
  /// For each form: the reference to the function's own.
  private var bases: [FunctionRefID] = []
  private var lenders: [NumberSet?]
  private var consumed: [NumberSet]

  init(of module: MIRModule, _ graph: CallGraph) {
    references = module.functionRefs
    signatures = module.signatures
    bodies = graph.bodies
    lenders = Array(repeating: nil, count: module.functions.count)
    consumed = Array(repeating: NumberSet(), count: module.functions.count)
  }

  // MARK: What is known

  /// The function's own form.
  func base(of function: FunctionRefID) -> FunctionRefID {
    function.index < bodies.count ? function : bases[function.index - bodies.count]
  }

  private func body(of function: FunctionRefID) -> Int? {
    guard function.exists, function.index < bodies.count, bodies[function.index] >= 0 else {
      return nil
    }
    return bodies[function.index]
  }

  /// The parameters that the result of `function` is a part of, when it can be lent.
  func lenders(of function: FunctionRefID) -> NumberSet? {
    body(of: function).flatMap { lenders[$0] }
  }

  /// The parameters that `function` copies and could take instead; nil when there are none.
  func consumed(by function: FunctionRefID) -> NumberSet? {
    guard let body = body(of: function), !consumed[body].isEmpty else { return nil }
    return consumed[body]
  }

  func setLenders(_ parameters: NumberSet?, of body: Int) { lenders[body] = parameters }
  func addConsumed(_ parameter: Int, by body: Int) { consumed[body].insert(parameter) }
  func isConsumed(_ parameter: Int, by body: Int) -> Bool { consumed[body].contains(parameter) }

  // MARK: What is wanted

  func lendingForm(of function: FunctionRefID) -> FunctionRefID {
    reference(to: .lending, of: function, references[function].signature)
  }

  func consumingForm(of function: FunctionRefID, _ parameters: NumberSet) -> FunctionRefID {
    let signature = signature(of: function, parameters)
    return reference(to: .consuming(parameters.bits), of: function, signature)
  }

  /// The signature of a consuming form.
  func signature(of function: FunctionRefID, _ parameters: NumberSet) -> SignatureID {
    var signature = signatures[references[function].signature]
    parameters.forEach { signature.parameters[$0].mode = .owned }
    return signatures.ids.first { signatures[$0] == signature } ?? signatures.append(signature)
  }

  private func reference(
    to form: SpecialForm, of function: FunctionRefID, _ signature: SignatureID
  ) -> FunctionRefID {
    guard !isTrial, let body = body(of: function) else { return function }
    let key = Key(body: body, form: form)
    if let known = known[key] { return known }
    let symbol = form.symbol(of: references[function].symbol)
    let id = references.append(
      FunctionRef(symbol: symbol, signature: signature, isRuntime: false))
    bases.append(function)
    known[key] = id
    wanted.append(WantedForm(body: body, form: form, symbol: symbol, signature: signature))
    return id
  }
}

extension SpecialForm {
  /// The readable path of `symbol`, then the hash of its key with the form.
  fileprivate func symbol(of symbol: String) -> String {
    var builder = HashBuilder()
    builder.add(symbol)
    switch self {
    case .lending: builder.add("lending")
    case .consuming(let parameters):
      builder.add("consuming")
      builder.add(parameters)
    }
    let path = symbol.lastIndex(of: ".").map { symbol[..<$0] } ?? symbol[...]
    return path + "." + builder.finish().shortHex
  }
}

extension NumberSet {
  /// The numbers below 64.
  var bits: UInt64 { words.first ?? 0 }
}
