// The keyword table: a word of up to eight bytes is one machine word, found by one multiplication.

/// The words that are always keywords, with their spelling.
public let keywordSpellings: [(String, TokenKind)] = [
  ("and", .keywordAnd), ("as", .keywordAs), ("break", .keywordBreak), ("catch", .keywordCatch),
  ("const", .keywordConst), ("continue", .keywordContinue), ("defer", .keywordDefer),
  ("do", .keywordDo), ("else", .keywordElse), ("end", .keywordEnd), ("enum", .keywordEnum),
  ("export", .keywordExport), ("extern", .keywordExtern), ("fail", .keywordFail),
  ("false", .keywordFalse), ("for", .keywordFor), ("func", .keywordFunc), ("if", .keywordIf),
  ("impl", .keywordImpl), ("import", .keywordImport), ("in", .keywordIn), ("let", .keywordLet),
  ("match", .keywordMatch), ("not", .keywordNot), ("null", .keywordNull), ("or", .keywordOr),
  ("pub", .keywordPub), ("return", .keywordReturn), ("self", .keywordSelf),
  ("Self", .keywordSelfType), ("static", .keywordStatic), ("struct", .keywordStruct),
  ("test", .keywordTest), ("trait", .keywordTrait), ("true", .keywordTrue), ("try", .keywordTry),
  ("type", .keywordType), ("undefined", .keywordUndefined), ("unsafe", .keywordUnsafe),
  ("use", .keywordUse), ("using", .keywordUsing), ("var", .keywordVar), ("when", .keywordWhen),
  ("while", .keywordWhile),
]

/// Open addressing over the first eight bytes of a word.
struct KeywordTable: @unchecked Sendable {
  static let slotCount = 256
  static let shared = KeywordTable()

  let words: UnsafePointer<UInt64>
  let kinds: UnsafePointer<TokenKind>

  @inline(__always) static func slot(_ word: UInt64) -> Int {
    Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 56)
  }

  private init() {
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: KeywordTable.slotCount)
    let kinds = UnsafeMutablePointer<TokenKind>.allocate(capacity: KeywordTable.slotCount)
    words.initialize(repeating: 0, count: KeywordTable.slotCount)
    kinds.initialize(repeating: .identifier, count: KeywordTable.slotCount)
    for (text, kind) in keywordSpellings {
      var word: UInt64 = 0
      for (index, byte) in text.utf8.prefix(8).enumerated() { word |= UInt64(byte) << (8 * index) }
      var slot = KeywordTable.slot(word)
      while words[slot] != 0 { slot = (slot + 1) & (KeywordTable.slotCount - 1) }
      words[slot] = word
      kinds[slot] = kind
    }
    self.words = UnsafePointer(words)
    self.kinds = UnsafePointer(kinds)
  }

  /// The kind of the word of `count` bytes at `start`, which has eight readable bytes.
  @inline(__always) func kind(_ start: UnsafePointer<UInt8>, _ count: Int) -> TokenKind {
    guard count >= 2, count <= 9 else { return .identifier }
    var word = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self)
    if count < 8 {
      word &= (1 << UInt64(count &* 8)) &- 1
    } else if count == 9 {
      return word == KeywordTable.undefine && start[8] == UInt8(ascii: "d")
        ? .keywordUndefined : .identifier
    }
    var slot = KeywordTable.slot(word)
    while words[slot] != 0 {
      if words[slot] == word {
        let kind = kinds[slot]
        return kind == .keywordUndefined ? .identifier : kind
      }
      slot = (slot &+ 1) & (KeywordTable.slotCount - 1)
    }
    return .identifier
  }

  /// The bytes `undefine`, little end first.
  private static let undefine: UInt64 = 0x656E_6966_6564_6E75
}
