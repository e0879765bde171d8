// Whether two texts mean the same: the formatter's check of itself.
import Base
import Lexer
import Parser

/// The same tree, the same tokens but for the delimiters of blocks and the separators of lists, and
/// the same comments in the same order.
func isEquivalent(_ a: ParsedText, _ b: ParsedText, interner: Interner) -> Bool {
  significantTokens(a.tokens) == significantTokens(b.tokens)
    && comments(a.tokens) == comments(b.tokens)
    && dump(a.tree, interner: interner, blockForms: .ignored)
      == dump(b.tree, interner: interner, blockForms: .ignored)
}

/// The bytes of the tokens that formatting keeps, each ended by a zero.
private func significantTokens(_ tokens: FormatTokens) -> ContiguousArray<UInt8> {
  var result: ContiguousArray<UInt8> = []
  result.reserveCapacity(tokens.bytes.count)
  for i in 0..<tokens.count {
    switch tokens.kinds[i] {
    case .comma, .semicolon, .leftBrace, .rightBrace, .keywordDo, .keywordEnd: continue
    case _: break
    }
    result.append(contentsOf: tokens.bytes[tokens.starts[i]..<tokens.ends[i]])
    result.append(0)
  }
  return result
}

private func comments(_ tokens: FormatTokens) -> ContiguousArray<UInt8> {
  var result: ContiguousArray<UInt8> = []
  for gap in tokens.gaps {
    for comment in gap.comments {
      result.append(contentsOf: tokens.bytes[comment.start..<comment.end])
      result.append(0)
    }
  }
  return result
}
