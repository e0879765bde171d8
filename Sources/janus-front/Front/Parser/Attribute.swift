// Attributes: `@name` and `@name(…)` before a declaration.
import Base
import Lexer

extension Parser {
  private static let attributeNames: [StaticString] = [
    "inline", "noinline", "cold", "packed", "align", "no_implicit_copy", "unique", "must_consume",
    "manual", "budget", "export_name", "track_caller", "lang", "runtime",
    "lends",
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
      let names = Parser.attributeNames.map(\.description)
      let nearest = nearestSpelling(to: tokenText(index), among: names)
      report(.unknownAttribute(tokenText(index), tokenSpan(index), nearest))
      errorIndex = -1
    }
    advance()
    let arguments =
      kind == .leftParen && !flags[index].contains(.newlineBefore) ? parseArguments() : 0
    return add(Node(.attribute, main: main, lhs: symbol.raw, rhs: arguments), from: start)
  }
}

extension Diagnostic {
  fileprivate static func unknownAttribute(
    _ name: String, _ span: SourceSpan, _ nearest: String?
  ) -> Diagnostic {
    Diagnostic(
      .unknownAttribute, "unknown attribute `@\(name)`", at: span,
      fixes: FixIt.didYouMean(nearest ?? "", at: span))
  }
}
