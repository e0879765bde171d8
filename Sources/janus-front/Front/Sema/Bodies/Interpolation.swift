// `$"…{e:spec}…"`: parts and format specifications, which are those of Python's mini-language.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func interpolatedString(_ id: SyntaxID) -> NodeID {
    var pairs: [UInt32] = []
    for part in tree.elements(id) {
      if tree.kind(part) == .string {
        pairs += [stringLiteral(part).raw, UInt32.max]
        continue
      }
      guard tree.kind(part) == .interpolation else {
        pairs += [errorNode(part).raw, UInt32.max]
        continue
      }
      let node = check(tree.operand(part), .lent)
      let specification = tree.formatSpecification(part)
      requirePrintable(node)
      if specification == .empty {
        pairs += [node.raw, UInt32.max]
      } else {
        checkFormat(specification, node, part)
        pairs += [node.raw, stringSlot(specification)]
      }
    }
    return emit(.interpolation, stringType, a: body.addList(pairs), at: id)
  }

  /// Reports a value that has no text.
  mutating func requirePrintable(_ node: NodeID) {
    let type = inference.solved(type(of: node))
    if isSilent(type) || inference.firstVariable(in: type).exists { return }
    if type.isNumeric || isString(type) { return }
    if type == TypeTable.void {
      report(.voidText(at: sourceSpan(of: node)))
      return
    }
    if !context.conforms(type, to: .display) {
      report(.notPrintable(name(of: type), at: sourceSpan(of: node)))
    }
  }

  private mutating func checkFormat(_ symbol: Symbol, _ node: NodeID, _ id: SyntaxID) {
    guard let format = FormatSpecification(text(symbol)) else {
      report(.badFormat(text(symbol), at: span(id)))
      return
    }
    let type = unboxedType(inference.applyDefaults(type(of: node)))
    if isSilent(type) || type == TypeTable.error { return }
    let isFit: Bool
    switch format.kind {
    case .none: isFit = !(format.hasPrecision && type.isInteger)
    case .integer: isFit = type.isInteger || type == TypeTable.char
    case .float: isFit = type.isNumeric
    case .text: isFit = isString(type) || !type.isNumeric
    }
    if case .parameter = program.types[type] { return }
    if !isFit { report(.formatOfOther(text(symbol), name(of: type), at: span(id))) }
  }

  private mutating func unboxedType(_ type: TypeID) -> TypeID {
    let payload = boxPayload(type)
    return payload.exists ? unboxedType(payload) : type
  }
}

/// `[[fill]align][sign][#][0][width][,][.precision][type]`.
struct FormatSpecification {
  enum Kind { case none, integer, float, text }
  var kind = Kind.none
  var hasPrecision = false

  init?(_ text: String) {
    let characters = Array(text.unicodeScalars)
    var at = 0
    func peek(_ offset: Int = 0) -> Unicode.Scalar? {
      at + offset < characters.count ? characters[at + offset] : nil
    }
    func isAlignment(_ scalar: Unicode.Scalar?) -> Bool {
      scalar == "<" || scalar == ">" || scalar == "^" || scalar == "="
    }
    if isAlignment(peek(1)) { at += 2 } else if isAlignment(peek()) { at += 1 }
    if peek() == "+" || peek() == "-" || peek() == " " { at += 1 }
    if peek() == "#" { at += 1 }
    var digits = 0
    while let scalar = peek(), scalar.value >= 48 && scalar.value <= 57 {
      at += 1
      digits += 1
    }
    if digits > 4 { return nil }
    if peek() == "," || peek() == "_" { at += 1 }
    if peek() == "." {
      at += 1
      var count = 0
      while let scalar = peek(), scalar.value >= 48 && scalar.value <= 57 {
        at += 1
        count += 1
      }
      guard count >= 1 && count <= 4 else { return nil }
      hasPrecision = true
    }
    if let scalar = peek() {
      switch scalar {
      case "d", "x", "X", "b", "o", "c": kind = .integer
      case "e", "E", "f", "F", "g", "G", "%": kind = .float
      case "s": kind = .text
      default: return nil  // No such type.
      }
      at += 1
    }
    guard at == characters.count else { return nil }
    if kind == .integer && hasPrecision { return nil }
  }
}

extension Diagnostic {
  fileprivate static func badFormat(_ text: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badOperand, "`\(text)` is not a format", at: span,
      notes: ["a format is `[[fill]align][sign][#][0][width][.precision][type]`"])
  }

  fileprivate static func formatOfOther(
    _ format: String, _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .badOperand, "the format `\(format)` cannot show a value of type `\(type)`", at: span)
  }

  fileprivate static func notPrintable(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unsatisfiedBound, "a value of type `\(type)` has no text: `Display` is not defined for it",
      at: span)
  }

  fileprivate static func voidText(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.typeMismatch, "this call returns nothing that has a text", at: span)
  }
}
