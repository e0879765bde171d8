// What is said about a value of the wrong type: where the wanted type comes from, and the way from
// the one to the other that Janus has.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func reportMismatch(
    _ node: NodeID, expected: TypeID, actual: TypeID, _ cause: Cause
  ) {
    let place = sourceSpan(of: node)
    var diagnostic =
      body.nodes[node.index].kind == .null || isNullLiteral(place)
      ? Diagnostic.nullMismatch(expected: name(of: expected), at: place)
      : Diagnostic.mismatch(expected: name(of: expected), actual: name(of: actual), at: place)
    explain(&diagnostic, cause, name(of: expected))
    if let note = conversionNote(from: actual, to: expected) { diagnostic.notes.append(note) }
    switch cause {
    case .operand, .target:
      if isString(expected), hasText(actual), isJoining(place) { diagnostic.explainJoining(place) }
    case .condition: diagnostic.explainCondition(comparison(for: actual), place)
    case .none, .result, .declared, .parameter, .field, .branch, .element: break
    }
    report(diagnostic)
  }

  private mutating func conversionNote(from actual: TypeID, to expected: TypeID) -> String? {
    let actual = inference.resolve(actual)
    let expected = inference.resolve(expected)
    if actual.isNumeric && expected.isNumeric {
      return "only lossless widening is implicit; write `as \(name(of: expected))` to convert"
    }
    let payload = optionalPayload(actual)
    if payload.exists && inference.resolve(expected) == payload {
      return "the value may be `null`: use `??`, `if let` or `match`"
    }
    if let parts = resultParts(actual), parts.value == expected {
      return "the value may be an error: use `?`, `catch` or `match`"
    }
    return nil
  }

  private func explain(_ diagnostic: inout Diagnostic, _ cause: Cause, _ expected: String) {
    switch cause {
    case .none: break
    case .result(let span):
      diagnostic.labels.append(Label(span, "the function returns `\(expected)`"))
    case .declared(let span):
      diagnostic.labels.append(Label(span, "declared with this type"))
    case .parameter(let function, let index):
      let declaration = program.declarations[function]
      guard case .function(let detail) = declaration.detail, index < detail.parameters.count
      else { return }
      let parameter = text(detail.parameters[index].name)
      diagnostic.labels.append(
        Label(declaration.nameSpan, "parameter `\(parameter)` of `\(text(declaration.name))`"))
    case .field(let span, let name):
      diagnostic.labels.append(Label(span, "field `\(text(name))` is declared here"))
    case .condition: diagnostic.notes.append("a condition is a `bool`")
    case .target(let span): diagnostic.labels.append(Label(span, "this has type `\(expected)`"))
    case .branch(let span):
      diagnostic.labels.append(Label(span, "this branch has type `\(expected)`"))
    case .operand(let span): diagnostic.labels.append(Label(span, "this has type `\(expected)`"))
    case .element(let span):
      diagnostic.labels.append(Label(span, "the first element has type `\(expected)`"))
    }
  }

  private func isNullLiteral(_ place: SourceSpan) -> Bool { sourceText(place) == "null" }

  /// `+` or `+=` stands before the value at `place`.
  private func isJoining(_ place: SourceSpan) -> Bool {
    let bytes = program.files[tree.file].bytes
    var at = Int(place.start) - 1
    while at >= 0, bytes[at] == UInt8(ascii: " ") { at -= 1 }
    if at > 0, bytes[at] == UInt8(ascii: "=") { at -= 1 }
    return at >= 0 && bytes[at] == UInt8(ascii: "+")
  }

  /// A value of this type can stand in an interpolated string.
  mutating func hasText(_ type: TypeID) -> Bool {
    let type = inference.solved(type)
    return type.isNumeric || type == TypeTable.bool || type == TypeTable.char
      || inference.classOfVariable(type) != nil
  }

  /// What makes a condition of a value of this type: ` != 0` and the like; empty when nothing does.
  private mutating func comparison(for type: TypeID) -> String {
    let type = inference.solved(type)
    if type.isInteger || inference.classOfVariable(type) == .some(.integer) { return " != 0" }
    if optionalPayload(type).exists { return " != null" }
    if isString(type) || listElement(type).exists { return ".len > 0" }
    return ""
  }
}

extension Diagnostic {
  fileprivate static func mismatch(
    expected: String, actual: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.typeMismatch, "expected `\(expected)`, found `\(actual)`", at: span)
  }

  fileprivate static func nullMismatch(expected: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .typeMismatch, "expected `\(expected)`, found `null`", at: span,
      notes: ["only an optional can be `null`: its type is written `?\(expected)`"])
  }

  /// `"text" + value`: how a value becomes text.
  mutating func explainJoining(_ value: SourceSpan) {
    let start = SourceSpan(file: value.file, start: value.start, end: value.start)
    let end = SourceSpan(file: value.file, start: value.end, end: value.end)
    notes.append("`+` joins strings only")
    fixes.append(
      FixIt("make it text", [FixIt.Edit(start, "$\"{"), FixIt.Edit(end, "}\"")]))
  }

  fileprivate mutating func explainCondition(_ comparison: String, _ value: SourceSpan) {
    guard !comparison.isEmpty else { return }
    let end = SourceSpan(file: value.file, start: value.end, end: value.end)
    fixes.append(FixIt("compare it", [FixIt.Edit(end, comparison)], .guess))
  }
}
