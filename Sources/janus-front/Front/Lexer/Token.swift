// Tokens: one byte of kind each, and the buffer that holds a file's tokens as parallel arrays.
import Base

/// What a token is. Contextual words (`owned`, `grant`, …) are identifiers.
public enum TokenKind: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  case endOfFile
  case identifier, underscore
  case integer, float, character, byte
  case string, multilineString, cString, multilineCString
  // An interpolated string is Start, (Text | Open … [FormatSpecification] Close)*, End.
  case interpolationStart, interpolationText, interpolationOpen, formatSpecification
  case interpolationClose, interpolationEnd

  // Keywords, in the order of language.md section 2.
  case keywordAnd, keywordAs, keywordBreak, keywordCatch, keywordConst, keywordContinue
  case keywordDefer, keywordDo, keywordElse, keywordEnd, keywordEnum, keywordExport, keywordExtern
  case keywordFail, keywordFalse, keywordFor, keywordFunc, keywordIf, keywordImpl, keywordImport
  case keywordIn, keywordLet, keywordMatch, keywordNot, keywordNull, keywordOr, keywordPub
  case keywordReturn, keywordSelf, keywordSelfType, keywordStatic, keywordStruct, keywordTest
  case keywordTrait, keywordTrue, keywordTry, keywordType, keywordUndefined, keywordUnsafe
  case keywordUse, keywordUsing, keywordVar, keywordWhen, keywordWhile

  case leftParen, rightParen, leftBracket, rightBracket, leftBrace, rightBrace
  case comma, semicolon, colon, dot, dotStar, questionDot, question, questionQuestion, at
  case arrow, fatArrow
  case equal, equalEqual, bang, bangEqual, less, lessEqual, greater, greaterEqual
  case lessLess, greaterGreater, lessLessEqual, greaterGreaterEqual
  case plus, plusEqual, plusPercent, plusBar, minus, minusEqual, minusPercent, minusBar
  case star, starEqual, starPercent, starStar, slash, slashEqual, percent, percentEqual
  case ampersand, ampersandEqual, ampersandAmpersand, bar, barEqual, barBar, barGreater
  case caret, caretEqual, tilde
  case dotDot, dotDotLess, dotDotEqual, dotDotDot
  case plusPlus, colonEqual

  @inlinable public var isKeyword: Bool {
    rawValue >= TokenKind.keywordAnd.rawValue && rawValue <= TokenKind.keywordWhile.rawValue
  }
}

/// Marks of a token.
public struct TokenFlags: OptionSet, BitwiseCopyable, Sendable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// A line break stands between this token and the one before.
  public static let newlineBefore = TokenFlags(rawValue: 1)
  /// A string or character with a backslash, or interpolation text with `{{` or `}}`.
  public static let hasEscape = TokenFlags(rawValue: 2)
  /// The lexer has reported this token; what follows from it is not reported again.
  public static let erroneous = TokenFlags(rawValue: 4)
  /// Set by the parser: a statement, member or arm starts here.
  public static let startsStatement = TokenFlags(rawValue: 8)
}

/// A `///` comment of one or more lines, and the token it stands before.
public struct DocumentationComment: BitwiseCopyable, Sendable {
  public var token: Int32
  public var start: Int32
  public var end: Int32
}

/// The tokens of one file. The last token is `endOfFile`. `text` is the file's bytes followed by
/// sixteen zero bytes, so that readers may look ahead without a bounds test.
public final class TokenBuffer {
  public let kinds: UnsafeMutablePointer<TokenKind>
  public let flags: UnsafeMutablePointer<TokenFlags>
  public let starts: UnsafeMutablePointer<Int32>
  public let ends: UnsafeMutablePointer<Int32>
  public let text: UnsafeMutablePointer<UInt8>
  public let textCount: Int
  public internal(set) var count = 0
  public internal(set) var documentation: ContiguousArray<DocumentationComment> = []
  /// Block openers (`{`, `do`) less block closers (`}`, `end`) in the file.
  public internal(set) var blockBalance = 0

  static let padding = 16

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    let capacity = bytes.count + 4
    kinds = .allocate(capacity: capacity)
    flags = .allocate(capacity: capacity)
    starts = .allocate(capacity: capacity)
    ends = .allocate(capacity: capacity)
    text = .allocate(capacity: bytes.count + TokenBuffer.padding)
    textCount = bytes.count
    if let base = bytes.baseAddress { text.update(from: base, count: bytes.count) }
    (text + bytes.count).update(repeating: 0, count: TokenBuffer.padding)
  }

  deinit {
    kinds.deallocate()
    flags.deallocate()
    starts.deallocate()
    ends.deallocate()
    text.deallocate()
  }

  /// The source text of token `index`.
  @inlinable public func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: text + Int(starts[index]), count: Int(ends[index] - starts[index]))
  }
}
