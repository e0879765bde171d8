// Attributes: `@name` and `@name(…)` before a declaration.
import Base
import Lexer

extension Parser {
  private static let attributeNames: [StaticString] = [
    "inline", "noinline", "cold", "packed", "align", "no_implicit_copy", "unique", "must_consume",
    "manual", "budget", "export_name", "lang", "runtime",
  ]

  private func isKnownAttribute(_ at: Int) -> Bool {
    Parser.attributeNames.contains { isWord($0, at) }
  }

  /// At `@` where a statement may stand: an attribute, not an intrinsic?
  mutating func startsAttribute() -> Bool {
    if isKnownAttribute(index + 1) { return true }
    guard peek() == .identifier || peek().isKeyword else { return false }
    // An unknown attribute is one too when a declaration follows it.
    let after = peek(2) == .leftParen ? indexAfterGroup(index + 2) : index + 2
    switch kinds[min(after, lastIndex)] {
    case .keywordFunc, .keywordStruct, .keywordEnum, .keywordTrait, .keywordImpl, .keywordPub,
      .keywordExport, .keywordExtern:
      return true
    case .keywordLet, .keywordVar, .keywordConst, .keywordStatic:
      return !hasNewlineBefore(after)
    case _: return false
    }
  }

  /// A statement or declaration with attributes before it.
  mutating func parseAttributedStatement() -> NodeID {
    var head = parseHead()
    parseModifiers(&head)
    return parseDeclaration(head)
  }

  mutating func parseAttribute() -> NodeID {
    let start = self.start
    advance()
    guard kind == .identifier || kind.isKeyword, isAdjacent(index) else {
      report(.expected("the name of an attribute after `@`", found, tokenSpan(index)))
      return errorNode(start)
    }
    let main = self.start
    let symbol = name(index)
    if !isKnownAttribute(index) {
      report(.unknownAttribute(tokenText(index), tokenSpan(index), nearest(tokenText(index))))
      errorIndex = -1
    }
    advance()
    let arguments =
      kind == .leftParen && !flags[index].contains(.newlineBefore) ? parseArguments() : 0
    return add(Node(.attribute, main: main, lhs: symbol.raw, rhs: arguments), from: start)
  }

  /// The attribute one edit away from `name`, if there is one.
  private func nearest(_ name: String) -> String? {
    let wanted = Array(name.utf8)
    for candidate in Parser.attributeNames.map({ $0.description }) {
      let other = Array(candidate.utf8)
      if isOneEditAway(wanted, other) { return candidate }
    }
    return nil
  }

  private func isOneEditAway(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard abs(a.count - b.count) <= 1 else { return false }
    var i = 0
    while i < min(a.count, b.count) && a[i] == b[i] { i += 1 }
    var j = 0
    while j < min(a.count, b.count) - i && a[a.count - 1 - j] == b[b.count - 1 - j] { j += 1 }
    return max(a.count, b.count) - i - j <= 1
  }
}

extension Diagnostic {
  fileprivate static func unknownAttribute(
    _ name: String, _ span: SourceSpan, _ nearest: String?
  ) -> Diagnostic {
    Diagnostic(
      .unknownAttribute, "unknown attribute `@\(name)`", at: span,
      fixes: nearest.map { [FixIt("write `@\($0)`", [.init(span, $0)])] } ?? [])
  }
}
