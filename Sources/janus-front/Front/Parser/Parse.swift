// The entry of the parser: one file in, one syntax tree out.
import Base
import Lexer

/// Parses `file`. Every problem is reported; the tree then has `.error` nodes in the places where
/// nothing could be made of the source.
public func parse(
  _ file: SourceFile, id: SourceFileID, interner: Interner, reporting diagnostics: inout Diagnostics
) -> SyntaxTree {
  let buffer = file.bytes.withUnsafeBufferPointer {
    Lexer.lex($0, file: id, reporting: &diagnostics)
  }
  return parse(buffer, id: id, interner: interner, reporting: &diagnostics)
}

/// Parses tokens.
public func parse(
  _ buffer: TokenBuffer, id: SourceFileID, interner: Interner,
  reporting diagnostics: inout Diagnostics
) -> SyntaxTree {
  var parser = Parser(buffer, file: id, interner: interner)
  parser.parseFile()
  diagnostics.report(contentsOf: parser.diagnostics)
  return parser.tree
}

extension Parser {
  /// Declarations, and statements in a script, up to the end of the file.
  mutating func parseFile() {
    let mark = pending.count
    while kind != .endOfFile {
      if accept(.semicolon) { continue }
      if kind == .rightBrace || kind == .keywordEnd || kind == .keywordElse {
        report(.nothingOpen(found, tokenSpan(index)))
        while kind == .rightBrace || kind == .keywordEnd || kind == .keywordElse { advance() }
        errorIndex = -1
        continue
      }
      let before = index
      flags[index].insert(.startsStatement)
      let unit = beginUnit(-2)
      let item = parseItem()
      endUnit(unit, item, before)
      pending.append(item.raw)
      if tree.kind(item) == .profile { placeProfile(item, isFirst: pending.count == mark + 1) }
      finishStatement(before)
    }
    tree.itemList = finishList(mark)
  }

  private mutating func parseItem() -> NodeID {
    if kind == .leftBrace && peek() == .dot { return parseDeclaration() }
    if kind == .at && startsAttribute() { return parseAttributedStatement() }
    if isWord("profile"), peek() == .identifier, !hasNewlineBefore(index + 1) {
      return parseDeclaration()
    }
    return parseStatement()
  }

  private mutating func placeProfile(_ node: NodeID, isFirst: Bool) {
    let place = tree.span(node)
    if tree.profile.exists {
      diagnostics.append(.secondProfile(place, tree.span(tree.profile)))
    } else {
      if !isFirst { diagnostics.append(.lateProfile(place)) }
      tree.profile = node
    }
  }
}

extension Diagnostic {
  fileprivate static func nothingOpen(_ found: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(.expectedDeclaration, "expected a declaration, found \(found)", at: span)
  }

  fileprivate static func lateProfile(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(.misplacedProfile, "`profile` must be the first declaration of the file", at: span)
  }

  fileprivate static func secondProfile(_ span: SourceSpan, _ first: SourceSpan) -> Diagnostic {
    Diagnostic(
      .misplacedProfile, "the file has a profile already", at: span,
      labels: [Label(first, "set here")])
  }
}
