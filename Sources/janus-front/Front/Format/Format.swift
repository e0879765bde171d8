// The entry of the formatter: one file in, its text in the standard form out.
//
// Reads: one file's bytes.
// Produces: the text in the standard form; formatting it again changes nothing.
// Rejects: files with errors, which the lexer and the parser report; they are left as they are.
// Lexes and parses, lays the tokens out along the tree (Layout*.swift), makes a document of groups
// and lines from tokens and comments (Document.swift), prints that in 100 columns, and checks that
// the result still means the same (Equivalence.swift).
import Base
import Lexer
import Parser

/// The text of `file` in the standard form, or nil when it has errors, which are reported.
public func format(
  _ file: SourceFile, id: SourceFileID, reporting diagnostics: inout Diagnostics
) -> ContiguousArray<UInt8>? {
  let interner = Interner()
  var found = Diagnostics()
  let before = ParsedText(file, id: id, interner: interner, reporting: &found)
  diagnostics.report(contentsOf: ContiguousArray(found.all))
  guard !found.hasErrors else { return nil }
  let text = DocumentPrinter.print(Document(Layout(before.tree, before.tokens)))
  let result = SourceFile(path: file.path, bytes: text)
  var problems = Diagnostics()
  let after = ParsedText(result, id: id, interner: interner, reporting: &problems)
  guard !problems.hasErrors, isEquivalent(before, after, interner: interner) else {
    diagnostics.report(.changedMeaning(id))
    return nil
  }
  return text
}

/// A file's tokens and tree.
struct ParsedText {
  let tokens: FormatTokens
  let tree: SyntaxTree

  init(
    _ file: SourceFile, id: SourceFileID, interner: Interner,
    reporting diagnostics: inout Diagnostics
  ) {
    let buffer = file.bytes.withUnsafeBufferPointer {
      Lexer.lex($0, file: id, reporting: &diagnostics)
    }
    // The parser splits `>>` in the buffer, so the tokens are taken first.
    var tokens = FormatTokens(buffer, of: file)
    tree = parse(buffer, id: id, interner: interner, reporting: &diagnostics)
    tokens.markStatements(buffer)
    self.tokens = tokens
  }
}

extension Diagnostic {
  fileprivate static func changedMeaning(_ file: SourceFileID) -> Diagnostic {
    Diagnostic(
      .internalError, "formatting would change what this file means; it was left as it is",
      at: SourceSpan(file: file, start: 0, end: 0))
  }
}
