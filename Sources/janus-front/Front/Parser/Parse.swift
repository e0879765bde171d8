// The entry of the parser: one file in, one syntax tree out.
import Base
import Lexer

/// Parses `file`. Every problem is reported; the tree then has `.error` nodes in the places where
/// nothing could be made of the source.
public func parse(
  _ file: SourceFile, id: SourceFileID, interner: Interner, reporting diagnostics: inout Diagnostics
) -> SyntaxTree {
  SyntaxTree(file: id)
}
