// The Markdown of documentation comments as HTML: paragraphs, headings, lists, fenced blocks, and
// in a line `code`, *emphasis*, **strong** and [text](link). Everything else is text.

/// `text` as HTML. Code in backticks is given to `link`, which may make a link of it.
func renderMarkdown(_ text: String, link: (String) -> String) -> String {
  var html = ""
  var paragraph: [Substring] = []
  var items: [[Substring]] = []
  func inline(_ lines: [Substring]) -> String {
    renderInline(lines.joined(separator: "\n"), link: link)
  }
  func flush() {
    if !paragraph.isEmpty { html += "<p>\(inline(paragraph))</p>\n" }
    if !items.isEmpty {
      html += "<ul>\n" + items.map { "<li>\(inline($0))</li>\n" }.joined() + "</ul>\n"
    }
    paragraph = []
    items = []
  }
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
  while let line = lines.popFirst() {
    let content = line.drop { $0 == " " }
    if content.hasPrefix("```") {
      flush()
      let code = lines.prefix { !$0.drop { $0 == " " }.hasPrefix("```") }
      lines = lines.dropFirst(code.count + 1)
      html += renderBlock(code.joined(separator: "\n"), of: content.dropFirst(3))
    } else if content.isEmpty {
      flush()
    } else if content.hasPrefix("#") {
      flush()
      html += "<h5>\(inline([content.drop { $0 == "#" || $0 == " " }]))</h5>\n"
    } else if content.hasPrefix("- ") || content.hasPrefix("* ") {
      if !paragraph.isEmpty { flush() }
      items.append([content.dropFirst(2)])
    } else if !items.isEmpty, line.hasPrefix(" ") {
      items[items.count - 1].append(content)
    } else {
      if !items.isEmpty { flush() }
      paragraph.append(content)
    }
  }
  flush()
  return html
}

/// The first sentence of `text`, or its first line, as text.
func summary(of text: String) -> String {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  let paragraph = lines.prefix { !$0.isEmpty && !$0.hasPrefix("```") }.joined(separator: " ")
  var previous: Character = " "
  for index in paragraph.indices {
    if previous == ".", paragraph[index] == " " { return String(paragraph[..<index]) }
    previous = paragraph[index]
  }
  return paragraph
}

private func renderBlock(_ code: String, of words: Substring) -> String {
  let language = words.prefix { $0 != " " }
  switch language {
  case "janus": return "<pre class=\"code\">\(highlighted(code, link: { _ in nil }))</pre>\n"
  case "output": return "<pre class=\"output\">\(escaped(code))</pre>\n"
  case _: return "<pre>\(escaped(code))</pre>\n"
  }
}

private func renderInline(_ text: String, link: (String) -> String) -> String {
  var html = ""
  var rest = text[...]
  while let first = rest.first {
    if first == "`", let end = rest.dropFirst().firstIndex(of: "`") {
      html += link(String(rest[rest.index(after: rest.startIndex)..<end]))
      rest = rest[rest.index(after: end)...]
    } else if rest.hasPrefix("**"), let (inner, after) = enclosed(rest, by: "**") {
      html += "<strong>\(renderInline(String(inner), link: link))</strong>"
      rest = after
    } else if first == "*", let (inner, after) = enclosed(rest, by: "*") {
      html += "<em>\(renderInline(String(inner), link: link))</em>"
      rest = after
    } else if first == "[", let (words, target, after) = linked(rest) {
      let inner = renderInline(String(words), link: link)
      html += "<a href=\"\(escaped(String(target)))\">\(inner)</a>"
      rest = after
    } else {
      html += escaped(String(first))
      rest = rest.dropFirst()
    }
  }
  return html
}

/// What stands between two marks, and what follows them.
private func enclosed(_ text: Substring, by mark: String) -> (Substring, Substring)? {
  let inner = text.dropFirst(mark.count)
  guard let next = inner.first, next != " " else { return nil }
  var rest = inner
  while !rest.isEmpty {
    if rest.hasPrefix(mark), rest.startIndex != inner.startIndex {
      return (inner[..<rest.startIndex], rest.dropFirst(mark.count))
    }
    rest = rest.dropFirst()
  }
  return nil
}

/// `[words](target)`; only targets that a browser may follow without harm.
private func linked(_ text: Substring) -> (Substring, Substring, Substring)? {
  guard let close = text.firstIndex(of: "]") else { return nil }
  let after = text[text.index(after: close)...]
  guard after.first == "(", let end = after.firstIndex(of: ")") else { return nil }
  let target = after[after.index(after: after.startIndex)..<end]
  guard target.hasPrefix("https://") || target.hasPrefix("http://") || target.hasPrefix("#") else {
    return nil
  }
  return (text.dropFirst()[..<close], target, after[after.index(after: end)...])
}

/// Text that can stand in HTML and in its attributes.
func escaped(_ text: String) -> String {
  var html = ""
  html.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": html += "&amp;"
    case "<": html += "&lt;"
    case ">": html += "&gt;"
    case "\"": html += "&quot;"
    case _: html.unicodeScalars.append(scalar)
    }
  }
  return html
}
