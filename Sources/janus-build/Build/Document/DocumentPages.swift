// The pages of the documentation: one for each module, and one that lists them. They need no
// server: every address is relative, and the search runs over an index in a script.

import Base

struct DocumentPages {
  private let program: DocumentedProgram
  private let title: String
  /// Addresses of items by symbol, and symbols by name.
  private var addresses: [String: String] = [:]
  private var symbolsByName: [String: [String]] = [:]

  init(_ program: DocumentedProgram, title: String) {
    self.program = program
    self.title = title
    for module in program.modules {
      for item in module.items {
        let page = DocumentPages.page(of: module)
        addresses[item.symbol] = "\(page)#\(anchor(item.symbol))"
        symbolsByName[item.name, default: []].append(item.symbol)
        for member in item.members {
          addresses[member.symbol] = "\(page)#\(anchor(member.symbol))"
        }
      }
    }
  }

  /// The files, by name.
  var files: [(name: String, text: String)] {
    var files = [("index.html", overview), ("style.css", styleSheet)]
    files.append(("search.js", searchIndex + searchScript))
    for module in program.modules {
      files.append((DocumentPages.page(of: module), page(of: module)))
    }
    return files
  }

  private static func page(of module: DocumentedModule) -> String { "\(module.name).html" }

  private func anchor(_ symbol: String) -> String { symbol }

  // MARK: Pages

  private var overview: String {
    var html = "<h1>\(escaped(title))</h1>\n"
    for package in packages {
      html += "<h2>\(escaped(package))</h2>\n<table>\n"
      for module in program.modules where module.package == package {
        let names = module.items.prefix(8).map { escaped($0.name) }.joined(separator: ", ")
        let address = escaped(DocumentPages.page(of: module))
        html += """
          <tr><td><a href="\(address)">\(escaped(module.name))</a></td>\
          <td>\(names)\(module.items.count > 8 ? ", …" : "")</td></tr>

          """
      }
      html += "</table>\n"
    }
    return frame(title, current: nil, html)
  }

  private var packages: [String] {
    program.modules.map(\.package).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  private func page(of module: DocumentedModule) -> String {
    var html = "<h1>\(escaped(module.name))</h1>\n"
    html += table(of: module)
    if !module.reexports.isEmpty {
      let links = module.reexports.map { code($0, in: module) }.joined(separator: ", ")
      html += "<p class=\"traits\">Also shown here: \(links).</p>\n"
    }
    for (heading, kinds) in DocumentedItem.Kind.headings {
      let items = module.items.filter { kinds.contains($0.kind) }
      guard !items.isEmpty else { continue }
      html += "<h2>\(heading)</h2>\n"
      for item in items { html += section(item, in: module) }
    }
    return frame(module.name, current: module.name, html)
  }

  /// All items with the first sentence of what is said about them.
  private func table(of module: DocumentedModule) -> String {
    var html = "<table class=\"contents\">\n"
    for (_, kinds) in DocumentedItem.Kind.headings {
      for item in module.items where kinds.contains(item.kind) {
        let text = renderMarkdown(summary(of: item.documentation)) { code($0, in: module) }
        html += """
          <tr><td><span class="kind">\(item.kind.rawValue)</span> \
          <a href="#\(escaped(anchor(item.symbol)))">\(escaped(item.name))</a></td>\
          <td>\(text)</td></tr>

          """
      }
    }
    return html + "</table>\n"
  }

  private func section(_ item: DocumentedItem, in module: DocumentedModule) -> String {
    var html = "<section id=\"\(escaped(anchor(item.symbol)))\">\n"
    html += signature(item, in: module, "h3")
    html += renderMarkdown(item.documentation) { code($0, in: module) }
    if !item.traits.isEmpty {
      let traits = item.traits.map { code($0, in: module) }.joined(separator: ", ")
      html += "<p class=\"traits\">Implements \(traits).</p>\n"
    }
    for (heading, kinds) in DocumentedItem.Kind.memberHeadings {
      let members = item.members.filter { kinds.contains($0.kind) }
      guard !members.isEmpty else { continue }
      html += "<h4>\(heading)</h4>\n"
      for member in members {
        html += "<div class=\"member\" id=\"\(escaped(anchor(member.symbol)))\">\n"
        html += signature(member, in: module, "h5")
        html += renderMarkdown(member.documentation) { code($0, in: module) }
        html += "</div>\n"
      }
    }
    return html + "</section>\n"
  }

  private func signature(
    _ item: DocumentedItem, in module: DocumentedModule, _ element: String
  ) -> String {
    let text = highlighted(item.signature) { word in
      word == item.name ? nil : address(of: word, in: module)
    }
    let place = escaped(anchor(item.symbol))
    return "<\(element) class=\"signature\"><a class=\"anchor\" href=\"#\(place)\">§</a>"
      + "<code>\(text)</code></\(element)>\n"
  }

  /// Code in a text, as a link when it names something.
  private func code(_ text: String, in module: DocumentedModule) -> String {
    let name = text.hasSuffix("()") ? String(text.dropLast(2)) : text
    let html = "<code>\(escaped(text))</code>"
    guard let address = address(of: name, in: module) else { return html }
    return "<a href=\"\(escaped(address))\">\(html)</a>"
  }

  /// The item that `name` means in a module: its own, or the only one of that name, those of the
  /// package before those of std.
  private func address(of name: String, in module: DocumentedModule) -> String? {
    if let known = addresses[name] { return known }
    guard let symbols = symbolsByName[name] else { return nil }
    for prefix in [module.name + ".", module.package + "."] {
      let near = symbols.filter { $0.hasPrefix(prefix) }
      if near.count == 1 { return addresses[near[0]] }
    }
    return symbols.count == 1 ? addresses[symbols[0]] : nil
  }

  private func frame(_ heading: String, current: String?, _ content: String) -> String {
    let modules = program.modules.map { module in
      let mark = module.name == current ? " class=\"current\"" : ""
      return "<li><a\(mark) href=\"\(escaped(DocumentPages.page(of: module)))\">"
        + "\(escaped(module.name))</a></li>"
    }.joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(escaped(heading))</title>
      <link rel="stylesheet" href="style.css">
      </head>
      <body>
      <nav>
      <a class="home" href="index.html">\(escaped(title))</a>
      <input id="search" type="search" placeholder="Search ( / )" autocomplete="off">
      <ul>
      \(modules)
      </ul>
      </nav>
      <main>
      <ol id="results" hidden></ol>
      <div id="content">
      \(content)</div>
      </main>
      <script src="search.js"></script>
      </body>
      </html>

      """
  }

  // MARK: Search

  /// `[name, kind, symbol, address, summary]` of everything, in the order of the pages.
  private var searchIndex: String {
    var lines: [String] = []
    for module in program.modules {
      for item in module.items {
        lines.append(entry(item))
        lines += item.members.map(entry)
      }
    }
    // Only characters that no script could take for its end.
    return "const index = [\n" + lines.joined(separator: ",\n") + "\n];\n"
  }

  private func entry(_ item: DocumentedItem) -> String {
    let texts = [
      item.name, item.kind.rawValue, item.symbol, addresses[item.symbol] ?? "",
      summary(of: item.documentation),
    ]
    return JSON.array(texts.map { .string($0) }).text
  }
}
