// What a call asks of its signature beside the arguments' types: bounds, the profile, disjoint
// places; and the diagnostics of calls.
import ASTDB
import Base
import Parser

extension BodyChecker {
  // MARK: Type arguments

  /// `f(Buffer, 1024)` for `func f(T: type, n: i64)`: types in argument position.
  mutating func takeTypeArguments(
    _ function: DeclarationID, _ detail: FunctionDetail, _ given: inout [TypeID],
    _ arguments: inout [CallArgument]
  ) {
    let generic = program.declarations[function].genericParameters.count
    let own = detail.typeParameterPositions
    // The parameters passed as arguments are the last of the generic ones.
    guard given.count <= generic - own.count else { return }
    var resolved: [TypeID] = []
    for position in own {
      let index = Int(position) - resolved.count
      guard index >= 0, index < arguments.count, arguments[index].syntax.exists else { return }
      let syntax = arguments[index].syntax
      guard let type = context.typeDenoted(by: syntax, in: tree, scope: scope) else { return }
      resolved.append(type)
      arguments.remove(at: index)
    }
    let missing = generic - own.count - given.count
    for _ in 0..<missing { given.append(inference.fresh(.any, start: 0, end: 0)) }
    given += resolved
  }

  mutating func checkBounds(of target: CallTarget, _ arguments: [TypeID], _ id: SyntaxID) {
    let parameters = program.declarations[target.function].genericParameters
    let inherited = program.inheritedParameterCount(of: target.function)
    for (index, parameter) in parameters.enumerated() {
      if parameter.bounds.isEmpty && parameter.builtin.isEmpty { continue }
      // Where the type was written, its own bounds were checked.
      if index < inherited, index < target.given.count, inference.isKnown(target.given[index]) {
        continue
      }
      if target.isTraitCall && index < target.given.count { continue }
      let pending = PendingBound(
        type: arguments[index], parameter: parameter, arguments: arguments, span: span(id),
        function: target.function)
      if inference.isKnown(arguments[index]), solveTraitArguments(pending) {
        checkBound(pending)
      } else {
        pendingBounds.append(pending)
      }
    }
  }

  /// Takes what is not known of a bound's arguments from the only impl there is: `V: Visitor[R]`
  /// says `R` once `V` is known. False when they stay unknown.
  mutating func solveTraitArguments(_ pending: PendingBound) -> Bool {
    var isSolved = true
    for bound in pending.parameter.bounds where !bound.arguments.isEmpty {
      let arguments = pending.arguments.map { inference.solved($0) }
      let wanted = program.substitute(arguments, in: bound)
      if wanted.arguments.allSatisfy({ inference.isKnown($0) }) { continue }
      let offered = program.traitArgumentChoices(
        of: inference.solved(pending.type), to: bound.trait)
      if offered.count == 1 {
        for (a, b) in zip(wanted.arguments, offered[0]) { _ = inference.unify(a, b) }
      } else {
        isSolved = false
      }
    }
    return isSolved
  }

  mutating func checkBound(_ pending: PendingBound) {
    let type = inference.solved(pending.type)
    if type == TypeTable.error { return }
    var missing: String?
    for (bound, name) in BuiltinBounds.each
    where missing == nil && pending.parameter.builtin.contains(bound) {
      if !context.conforms(type, to: bound) { missing = name }
    }
    let arguments = pending.arguments.map { inference.solved($0) }
    for bound in pending.parameter.bounds where missing == nil {
      let wanted = program.substitute(arguments, in: bound)
      if !context.conforms(type, to: wanted) { missing = program.name(of: wanted) }
    }
    guard let missing else { return }
    let function = program.declarations[pending.function]
    report(
      .unsatisfiedBound(
        name(of: type), missing, text(pending.parameter.name), text(function.name),
        function.nameSpan, at: pending.span))
  }

  // MARK: Profiles

  /// E4109: a file of a stricter profile cannot use a signature with raw pointers.
  mutating func checkExpressible(
    _ function: DeclarationID, _ detail: FunctionDetail, _ id: SyntaxID
  ) {
    if rules.rawPointers != .forbidden { return }
    while expressible.count <= function.index { expressible.append(0) }
    if expressible[function.index] == 0 {
      let isPlain = detail.parameters.allSatisfy { !mentionsPointer($0.type, depth: 0) }
        && !mentionsPointer(detail.result, depth: 0)
      expressible[function.index] = isPlain ? 1 : 2
    }
    if expressible[function.index] == 2 {
      let declaration = program.declarations[function]
      report(
        .inexpressible(
          text(declaration.name), scope.profile, declaration.profile, declaration.nameSpan,
          at: span(id)))
    }
  }

  private func mentionsPointer(_ type: TypeID, depth: Int) -> Bool {
    if depth > 32 { return false }
    switch program.types[type] {
    case .pointer: return true
    case .nominal(_, let arguments):
      return arguments.contains { mentionsPointer($0, depth: depth + 1) }
    case .tuple(let parts): return parts.contains { mentionsPointer($0, depth: depth + 1) }
    case .array(let element, _), .slice(let element):
      return mentionsPointer(element, depth: depth + 1)
    case .function(let parameters, let result, _):
      return parameters.contains { mentionsPointer($0.type, depth: depth + 1) }
        || mentionsPointer(result, depth: depth + 1)
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .variable: return false
    }
  }

  // MARK: Signatures in diagnostics

  func signature(_ function: DeclarationID, _ detail: FunctionDetail) -> String {
    let parameters = detail.parameters.map { parameter in
      let mode: String
      switch parameter.mode {
      case .borrowed: mode = ""
      case .inout: mode = "inout "
      case .owned: mode = "owned "
      }
      let name = text(parameter.name)
      if detail.hasReceiver && (name == "self" || name.isEmpty) { return mode + "self" }
      return "\(mode)\(name): \(program.name(of: parameter.type))"
    }
    let result = detail.result == TypeTable.void ? "" : " -> \(program.name(of: detail.result))"
    let name = text(program.declarations[function].name)
    return "func \(name)(\(parameters.joined(separator: ", ")))\(result)"
  }

  mutating func reportCount(
    _ arguments: [CallArgument], _ function: DeclarationID, _ detail: FunctionDetail,
    _ first: Int, _ id: SyntaxID
  ) {
    let wanted = detail.parameters.count - first
    let required = (first..<detail.parameters.count).filter {
      !detail.parameters[$0].defaultValue.exists
    }.count
    report(
      .argumentCount(
        text(program.declarations[function].name), required, wanted, arguments.count,
        signature(function, detail), program.declarations[function].nameSpan, at: span(id)))
  }

  mutating func unknownLabel(
    _ argument: CallArgument, _ function: DeclarationID, _ detail: FunctionDetail, _ first: Int
  ) -> Diagnostic {
    let names = detail.parameters.dropFirst(first).map(\.name)
    let suggestion = text(context.closest(to: argument.label, among: names))
    return .unknownLabel(
      text(argument.label), text(program.declarations[function].name), suggestion,
      signature(function, detail), program.declarations[function].nameSpan, at: argument.span)
  }
}

extension BodyChecker {
  /// The report about `T(…)`, with what to write: a conversion, or a literal of the struct.
  mutating func typeCalled(
    _ type: TypeID, _ callee: SyntaxID, _ arguments: [CallArgument], _ id: SyntaxID
  ) -> Diagnostic {
    let place = span(callee)
    let whole = span(id)
    var diagnostic = Diagnostic.typeCalled(name(of: type), at: place)
    let close = SourceSpan(file: whole.file, start: whole.end - 1, end: whole.end)
    guard sourceText(close) == ")", !arguments.isEmpty else { return diagnostic }
    let open = SourceSpan(file: whole.file, start: place.end, end: place.end + 1)
    if type.isNumeric, arguments.count == 1, arguments[0].label == .empty {
      let start = SourceSpan(file: whole.file, start: place.start, end: open.end)
      diagnostic.fixes = [
        FixIt(
          "convert it", [FixIt.Edit(start, "("), FixIt.Edit(close, " as \(name(of: type)))")])
      ]
    } else if arguments.allSatisfy({ $0.label != .empty }), nominal(type) != nil {
      diagnostic.fixes = [
        FixIt("write braces", [FixIt.Edit(open, " { "), FixIt.Edit(close, " }")])
      ]
    }
    return diagnostic
  }
}

extension Diagnostic {
  static func argumentCount(
    _ name: String, _ required: Int, _ wanted: Int, _ given: Int, _ signature: String,
    _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    let count = required == wanted ? "\(wanted)" : "\(required) to \(wanted)"
    let plural = wanted == 1 && required == wanted ? "" : "s"
    return Diagnostic(
      .argumentMismatch,
      "`\(name)` takes \(count) argument\(plural), \(given) \(given == 1 ? "is" : "are") given",
      at: span, labels: [Label(declared, "declared here")], notes: ["`\(signature)`"])
  }

  static func missingArgument(
    _ parameter: String, _ name: String, _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .argumentMismatch, "`\(name)` is called without its argument `\(parameter)`", at: span,
      labels: [Label(declared, "declared here")])
  }

  static func unknownLabel(
    _ label: String, _ name: String, _ suggestion: String, _ signature: String,
    _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .argumentMismatch, "`\(name)` has no parameter `\(label)`", at: span,
      labels: [Label(declared, "declared here")],
      notes: ["`\(signature)`"], fixes: FixIt.didYouMean(suggestion, at: span.prefix(label)))
  }

  static func repeatedArgument(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.argumentMismatch, "the argument `\(name)` is given twice", at: span)
  }

  static func needlessReference(_ place: String, at span: SourceSpan) -> Diagnostic {
    let and = SourceSpan(file: span.file, start: span.start, end: span.start + 1)
    return Diagnostic(
      .argumentMismatch, "`&\(place)` lends exclusively, but the parameter is not `inout`",
      at: span, fixes: [FixIt("remove `&`", [FixIt.Edit(and, "")])])
  }

  static func missingReference(_ place: String, at span: SourceSpan) -> Diagnostic {
    let start = SourceSpan(file: span.file, start: span.start, end: span.start)
    return Diagnostic(
      .missingReference, "`\(place)` is passed to an `inout` parameter without `&`", at: span,
      notes: ["the call may change it"], fixes: [FixIt("lend it", [FixIt.Edit(start, "&")])])
  }

  static func valueForInout(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .missingReference, "an `inout` parameter needs a variable, written `&x`; found a value",
      at: span)
  }

  fileprivate static func typeCalled(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .notCallable, "`\(type)` is a type and cannot be called", at: span,
      notes: ["make a value with `\(type) { … }`, or convert a number with `x as \(type)`"])
  }

  static func notCallable(_ text: String, _ what: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notCallable, "`\(text)` is \(what) and cannot be called", at: span)
  }

  static func valueArgumentCount(
    _ type: String, _ wanted: Int, _ given: Int, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .argumentMismatch,
      "a `\(type)` takes \(wanted) argument\(wanted == 1 ? "" : "s"), \(given) "
        + "\(given == 1 ? "is" : "are") given", at: span)
  }

  static func labelForValue(_ label: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .argumentMismatch, "a function value's parameters have no names: `\(label)`", at: span)
  }

  static func typeArgumentCount(
    _ name: String, _ wanted: Int, _ given: Int, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .wrongTypeArguments,
      "`\(name)` takes \(wanted) type argument\(wanted == 1 ? "" : "s"), \(given) given", at: span)
  }

  static func destructorCall(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .destructorCalledByName, "a destructor is called by name", at: span,
      notes: ["it runs by itself at the end of the value's scope"])
  }

  static func associatedThroughValue(
    _ name: String, _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .notCallable, "`\(name)` has no receiver: it is called as `\(type).\(name)(…)`", at: span)
  }

  static func derivedCount(
    _ name: String, _ wanted: Int, _ given: Int, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .argumentMismatch,
      "`\(name)` takes \(wanted) argument\(wanted == 1 ? "" : "s"), \(given) given", at: span)
  }

  static func unsatisfiedBound(
    _ type: String, _ bound: String, _ parameter: String, _ function: String,
    _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unsatisfiedBound, "`\(type)` does not satisfy the bound `\(bound)`", at: span,
      labels: [Label(declared, "`\(parameter)` of `\(function)` has the bound")])
  }

  static func inexpressible(
    _ name: String, _ profile: Profile, _ other: Profile, _ declared: SourceSpan,
    at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .inexpressibleSignature,
      "the signature of `\(name)` has a raw pointer, which `:\(profile.name)` cannot express",
      at: span, labels: [Label(declared, "declared in a `:\(other.name)` file")])
  }
}
