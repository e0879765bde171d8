// Janus source as coloured HTML: keywords, texts, numbers, comments and the names of types.

private let keywords: Set<String> = [
  "and", "as", "break", "cap", "capability", "catch", "const", "continue", "defer", "do", "else",
  "end", "enum", "error", "export", "extern", "fail", "false", "for", "func", "grant", "if",
  "impl", "import", "in", "inout", "let", "match", "move", "mut", "not", "null", "or", "owned",
  "profile", "pub", "requires", "return", "self", "static", "struct", "test", "trait", "true",
  "try", "type", "undefined", "unless", "unsafe", "use", "using", "var", "when", "while",
]

/// `code` as HTML. `link` may give the address of the declaration that a word names.
func highlighted(_ code: String, link: (String) -> String?) -> String {
  var html = ""
  var rest = Substring(code)
  func span(_ kind: String, _ text: Substring) {
    html += "<span class=\"\(kind)\">\(escaped(String(text)))</span>"
    rest = rest[text.endIndex...]
  }
  while let first = rest.first {
    if rest.hasPrefix("//") {
      span("comment", rest.prefix { $0 != "\n" })
    } else if first == "\"" || first == "'" {
      span("text", quoted(rest, first))
    } else if first.isNumber {
      span("number", rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    } else if first.isLetter || first == "_" {
      let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      if keywords.contains(String(word)) {
        span("keyword", word)
      } else {
        let inner = escaped(String(word))
        let name = first.isUppercase ? "<span class=\"type\">\(inner)</span>" : inner
        html += link(String(word)).map { "<a href=\"\(escaped($0))\">\(name)</a>" } ?? name
        rest = rest[word.endIndex...]
      }
    } else {
      html += escaped(String(first))
      rest = rest.dropFirst()
    }
  }
  return html
}

/// From a quote to the one that closes it, or to the end of the line.
private func quoted(_ text: Substring, _ quote: Character) -> Substring {
  var index = text.index(after: text.startIndex)
  while index < text.endIndex, text[index] != "\n" {
    let character = text[index]
    index = text.index(after: index)
    if character == quote { break }
    if character == "\\", index < text.endIndex { index = text.index(after: index) }
  }
  return text[..<index]
}
