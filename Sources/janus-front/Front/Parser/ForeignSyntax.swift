// What programmers of other languages write, and what Janus writes instead: the words, and how a
// construct goes on once its word is known. `ForeignStatement`, `ForeignLoop` and
// `ForeignExpression` recognise what a word alone does not tell.
//
// A foreign construct is reported once (E1020), with a fix-it where the change is mechanical, and
// parsed as if it had been written right: one mistake is one diagnostic.
import Base
import Lexer

/// A word of another language at the start of a statement or declaration.
struct ForeignWord {
  var word: String
  /// The keyword it stands for; nil when the word says nothing in Janus.
  var keyword: TokenKind?
  /// What to write; empty to remove the word.
  var spelling: String
  var message: String

  init(_ word: String, _ keyword: TokenKind?, _ spelling: String, _ message: String) {
    self.word = word
    self.keyword = keyword
    self.spelling = spelling
    self.message = message
  }
}

extension ForeignWord {
  private static let function = "a function is declared with `func`"
  private static let variable = "a variable is declared with `let` or `var`"
  private static let inheritance = "there is no inheritance, so nothing is overridden"

  /// Words that stand where a declaring keyword does; a name follows.
  static let declaring: [ForeignWord] = [
    ForeignWord("fn", .keywordFunc, "func", function),
    ForeignWord("def", .keywordFunc, "func", function),
    ForeignWord("fun", .keywordFunc, "func", function),
    ForeignWord("function", .keywordFunc, "func", function),
    ForeignWord("proc", .keywordFunc, "func", function),
    ForeignWord("class", .keywordStruct, "struct", "`class` is written `struct`"),
    ForeignWord("record", .keywordStruct, "struct", "`record` is written `struct`"),
    ForeignWord("interface", .keywordTrait, "trait", "`interface` is written `trait`"),
    ForeignWord("protocol", .keywordTrait, "trait", "`protocol` is written `trait`"),
    ForeignWord("extension", .keywordImpl, "impl", "`extension` is written `impl`"),
    ForeignWord("typealias", .keywordType, "type", "`typealias` is written `type`"),
  ]

  /// Words before a declaration.
  static let modifiers: [ForeignWord] = [
    ForeignWord("public", .keywordPub, "pub", "`public` is written `pub`"),
    ForeignWord("async", nil, "", "there is no `async`: a function that waits is like any other"),
    ForeignWord("override", nil, "", inheritance),
    ForeignWord("final", nil, "", inheritance),
    ForeignWord("abstract", nil, "", inheritance),
    ForeignWord("virtual", nil, "", inheritance),
    ForeignWord("open", nil, "", inheritance),
    ForeignWord("internal", nil, "", "what is not `pub` is seen in its own module only"),
    ForeignWord("protected", nil, "", "what is not `pub` is seen in its own module only"),
    ForeignWord("inline", nil, "@inline", "`inline` is an attribute: `@inline`"),
    ForeignWord(
      "mutating", nil, "", "a method that changes its receiver takes it as `inout self`"),
  ]

  /// Words that begin a statement.
  static let statements: [ForeignWord] = [
    ForeignWord("foreach", .keywordFor, "for", "`foreach` is written `for`"),
    ForeignWord("throw", .keywordFail, "fail", "an error is returned with `fail`"),
    ForeignWord("raise", .keywordFail, "fail", "an error is returned with `fail`"),
    ForeignWord("val", .keywordLet, "let", variable),
    ForeignWord("auto", .keywordVar, "var", variable),
    ForeignWord("mut", .keywordVar, "var", variable),
    ForeignWord("await", nil, "", "there is no `await`: a call waits for its result"),
  ]

  /// Keywords that a slip of the finger may have meant at the start of a statement.
  static let mistypable = [
    "func", "struct", "enum", "trait", "impl", "import", "const", "static", "return", "while",
    "match", "break", "continue", "defer", "for", "let", "var", "if", "pub", "use", "unsafe",
  ]
}

extension Parser {
  /// The current token, whatever its spelling, is read as `keyword`.
  mutating func read(as keyword: TokenKind) {
    kinds[index] = keyword
    kind = keyword
  }

  /// The entry of `table` for the current identifier.
  func foreignWord(among table: [ForeignWord]) -> ForeignWord? {
    guard kind == .identifier, !hasNewlineBefore(index + 1) else { return nil }
    let length = ends[index] - start
    guard length <= 12 else { return nil }
    let spelled = tokenText(index)
    return table.first { $0.word == spelled }
  }

  mutating func report(_ foreign: ForeignWord) {
    let place = tokenSpan(index)
    let fix =
      foreign.spelling.isEmpty
      ? FixIt("remove it", [.init(span(start, starts[index + 1]), "")])
      : FixIt("write `\(foreign.spelling)`", [.init(place, foreign.spelling)])
    reportForeign(Diagnostic(.foreignSyntax, foreign.message, at: place, fixes: [fix]))
  }

  /// At a word that other languages declare with, before a name: reads it as the keyword it stands
  /// for. False when it is a name of the program's own.
  mutating func readForeignDeclaration() -> Bool {
    guard kind == .identifier, peek() == .identifier,
      let foreign = foreignWord(among: ForeignWord.declaring), let keyword = foreign.keyword
    else { return false }
    switch peek(2) {
    case .leftParen, .leftBracket, .less, .leftBrace, .colon, .keywordDo, .equal: break
    case .identifier: guard isInheritanceWord(index + 2) else { return false }
    case _: return false
    }
    report(foreign)
    read(as: keyword)
    return true
  }

  func isInheritanceWord(_ at: Int) -> Bool {
    isWord("extends", at) || isWord("implements", at)
  }

  /// At a modifier of another language before a declaration: reports and consumes it.
  mutating func skipForeignModifier() -> Bool {
    guard kind == .identifier, startsDeclarationWord(index + 1),
      let foreign = foreignWord(among: ForeignWord.modifiers)
    else { return false }
    report(foreign)
    advance()
    return true
  }

  /// A declaring keyword, a further modifier or a foreign word for one stands at `at`.
  private func startsDeclarationWord(_ at: Int) -> Bool {
    switch kinds[min(at, lastIndex)] {
    case .keywordFunc, .keywordStruct, .keywordEnum, .keywordTrait, .keywordConst, .keywordStatic,
      .keywordType, .keywordLet, .keywordVar, .keywordPub, .keywordImpl:
      return true
    case .identifier:
      let after = kinds[min(at + 1, lastIndex)]
      guard after == .identifier || after == .keywordFunc else { return false }
      let spelled = tokenText(at)
      return (ForeignWord.declaring + ForeignWord.modifiers).contains { $0.word == spelled }
    case _: return false
    }
  }

  /// A keyword with a letter wrong, missing or doubled, before what cannot follow a name: reads it
  /// as that keyword. Only words that no program is likely to use are taken.
  mutating func readMistypedKeyword() -> Bool {
    guard kind == .identifier, !hasNewlineBefore(index + 1), startsAfterKeyword(index + 1) else {
      return false
    }
    let spelled = tokenText(index)
    let limit = spelled.utf8.count > 4 ? 2 : 1
    guard spelled.utf8.count >= 3,
      let meant = nearestSpelling(
        to: spelled, among: ForeignWord.mistypable, limit: limit),
      let keyword = keywordSpellings.first(where: { $0.0 == meant })?.1,
      canFollow(keyword, index + 1)
    else { return false }
    reportForeign(.mistyped(spelled, meant, tokenSpan(index)))
    read(as: keyword)
    return true
  }

  private func startsAfterKeyword(_ at: Int) -> Bool {
    startsPlainExpression(at) || kinds[min(at, lastIndex)] == .keywordLet
      || kinds[min(at, lastIndex)] == .keywordFunc
  }

  /// Whether the token at `at` is one that `keyword` begins with.
  private func canFollow(_ keyword: TokenKind, _ at: Int) -> Bool {
    let next = kinds[min(at, lastIndex)]
    let after = kinds[min(at + 1, lastIndex)]
    switch keyword {
    case .keywordFunc: return next == .identifier && (after == .leftParen || after == .leftBracket)
    case .keywordStruct, .keywordEnum, .keywordTrait:
      return next == .identifier
        && (after == .leftBrace || after == .leftBracket || after == .keywordDo)
    case .keywordImpl: return next == .identifier && (after == .leftBrace || after == .keywordFor)
    case .keywordLet, .keywordVar, .keywordConst, .keywordStatic:
      return next == .identifier && (after == .equal || after == .colon)
    case .keywordFor: return next == .identifier && (after == .keywordIn || after == .comma)
    case .keywordImport, .keywordUse: return next == .identifier
    case .keywordPub: return next == .keywordFunc
    case .keywordIf, .keywordWhile, .keywordMatch: return isBodyOnLine(at)
    case _: return true
    }
  }

  /// A `{` or `do` stands on the line of the token at `at`.
  private func isBodyOnLine(_ at: Int) -> Bool {
    var i = at
    while i < lastIndex && !hasNewlineBefore(i) && i < at + 100 {
      if kinds[i] == .leftBrace || kinds[i] == .keywordDo { return true }
      i += 1
    }
    return false
  }
}

extension Diagnostic {
  /// Another language's way of writing something, with what to write here.
  static func foreign(
    _ message: String, _ span: SourceSpan, _ title: String, _ edits: [FixIt.Edit]
  ) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, message, at: span, fixes: edits.isEmpty ? [] : [FixIt(title, edits)])
  }

  fileprivate static func mistyped(
    _ word: String, _ meant: String, _ span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .expectedToken, "`\(word)` begins no statement", at: span,
      fixes: FixIt.didYouMean(meant, at: span))
  }
}
