// Imports of modules and of C headers.
import Base
import Lexer

extension Parser {
  /// At `import` or `use`.
  mutating func parseImport(_ head: DeclarationHead) -> NodeID {
    advance()
    if isWord("c"), peek() == .string { return parseCImport(head) }
    let start = self.start
    if kind == .string {
      report(.importedString(tokenSpan(index)))
      advance()
      errorIndex = -1
      return errorNode(head.start)
    }
    let mark = pending.count
    var selection: UInt32 = 0
    var last = Symbol.empty
    repeat {
      if kind == .leftBrace {
        selection = parseSelection()
        break
      }
      guard let word = importName() else {
        pending.removeLast(pending.count - mark)
        skipStatement()
        return errorNode(head.start)
      }
      last = name(word)
      pending.append(last.raw)
    } while accept(.dot) || acceptForeignPath()
    let nameEnd = previousEnd
    let path = finishList(mark)
    if isWord("from"), isStringToken(peek()) { return parseForeignImportFrom(head) }
    let alias = parseAlias()
    return add(
      Node(
        .importModule, main: start,
        lhs: declarationRecord(head, nameEnd: nameEnd, path, alias.raw, selection),
        rhs: alias == .empty ? last.raw : alias.raw, flags: head.flags),
      from: head.start)
  }

  /// `::` of Rust and C++ between the parts of a path.
  private mutating func acceptForeignPath() -> Bool {
    guard kind == .colon, peek() == .colon, isAdjacent(index + 1) else { return false }
    let colons = span(start, ends[index + 1])
    reportForeign(.foreign("`::` is written `.`", colons, "write `.`", [.init(colons, ".")]))
    advance()
    advance()
    return true
  }

  /// `import {a} from "m"` of JavaScript, at `from`.
  private mutating func parseForeignImportFrom(_ head: DeclarationHead) -> NodeID {
    reportForeign(
      .foreign(
        "a module is imported with `import m`, names of it with `import m.{a, b}`",
        span(start, ends[index + 1]), "", []))
    advance()
    advance()
    return errorNode(head.start)
  }

  /// A component of a path; after the first, a keyword may be one (`std.test`).
  private mutating func importName() -> Int? {
    if kind.isKeyword, index > 0, kinds[index - 1] == .dot, !isAfterLineEnd {
      advance()
      return index - 1
    }
    return expectName("the name of a module")
  }

  private mutating func parseAlias() -> Symbol {
    guard accept(.keywordAs) else { return .empty }
    guard let word = expectName("a name after `as`") else { return .empty }
    return name(word)
  }

  /// `{a, b as c}`: a list of `.importSelection`.
  private mutating func parseSelection() -> UInt32 {
    let open = index
    advance()
    let saved = context
    context.remove(.linesEnd)
    let mark = pending.count
    while kind != .rightBrace && kind != .endOfFile {
      let before = index
      let start = self.start
      guard let word = expectName("the name of a declaration") else { break }
      let symbol = name(word)
      let alias = parseAlias()
      pending.append(
        add(Node(.importSelection, main: start, lhs: symbol.raw, rhs: alias.raw), from: start).raw)
      if !continuesList(.rightBrace, "}") || index == before { break }
    }
    context = saved
    closeGroup(.rightBrace, "}", open)
    return finishList(mark)
  }

  /// `import c "stdlib.h" as name`.
  private mutating func parseCImport(_ head: DeclarationHead) -> NodeID {
    let start = self.start
    let bound = name(index)
    advance()
    let header = decodeStringToken()
    advance()
    let nameEnd = previousEnd
    let alias = parseAlias()
    return add(
      Node(
        .importC, main: start, lhs: declarationRecord(head, nameEnd: nameEnd, header.raw),
        rhs: alias == .empty ? bound.raw : alias.raw, flags: head.flags),
      from: head.start)
  }
}

extension Diagnostic {
  fileprivate static func importedString(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .expectedToken, "expected the name of a module, found a string", at: span,
      notes: ["a C header is imported with `import c \"name.h\"`"])
  }
}
