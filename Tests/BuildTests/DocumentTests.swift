// `janus-build doc`: what the pages say, that their links lead somewhere, and that the search's
// index is data.
import Base
import Foundation
import Testing

private let source = """
  /// A point of the *plane*. See `length` and [more](https://example.org/?a=1&b=2).
  ///
  /// - first <item>
  /// - second
  ///
  /// ```janus run
  /// print("a" + "b") // both
  /// ```
  /// ```output
  /// ab
  /// ```
  pub struct Point {
      /// Across.
      x: f64
      private secret: i64

      /// How far it is.
      pub func length(self) -> f64 { return self.x }
      func hidden(self) {}
  }

  pub enum Shape {
      /// Nothing.
      Empty
      Dot(Point)
      Box { w: i64, h: i64 }
  }

  impl Display for Shape { func display(self) -> string { return "" } }

  /// Where it is. `Point` it is.
  pub func at(shape: Shape) -> ?Point { return null }

  func private_function() {}
  pub const LIMIT: i64 = 3
  """

@Suite struct DocumentTests {
  private func pages() throws -> (workspace: ScratchWorkspace, run: DriverRun) {
    let workspace = try ScratchWorkspace([
      "package.toml": "[package]\nname = \"geo\"\n", "src/lib.jan": source,
      "src/inner/deep.jan": "/// Deep.\npub func deep() {}\n",
    ])
    return (workspace, try workspace.run("doc", "--output", "pages"))
  }

  private func text(_ name: String, in workspace: ScratchWorkspace) throws -> String {
    String(decoding: try #require(workspace.read("pages/" + name), "\(name)"), as: UTF8.self)
  }

  @Test func aModulePageHasWhatIsPublic() throws {
    let (workspace, run) = try pages()
    #expect(run.status == 0, "\(run.errors)")
    let page = try text("geo.html", in: workspace)
    for wanted in [
      "<h1>geo</h1>", "<em>plane</em>", "first &lt;item&gt;", "Across.", "How far it is.",
      "href=\"https://example.org/?a=1&amp;b=2\"", "<pre class=\"output\">ab</pre>",
      "<span class=\"text\">&quot;a&quot;</span>", "<span class=\"comment\">// both</span>",
      "Nothing.", "id=\"geo.Shape.Dot\"",
      "Implements <a href=\"std.prelude.html#std.prelude.Display\">",
      "id=\"geo.LIMIT\"", "id=\"geo.Point.length\"",
      "<a href=\"geo.html#geo.Point\"><code>Point</code></a>",
    ] {
      #expect(page.contains(wanted), "\(wanted)")
    }
    for hidden in ["secret", "hidden(", "private_function"] {
      #expect(!page.contains(hidden), "\(hidden)")
    }
    #expect(try text("geo.inner.deep.html", in: workspace).contains("Deep."))
    #expect(try text("index.html", in: workspace).contains("geo.inner.deep"))
  }

  @Test func everyLinkLeadsToAPageAndAPlaceInIt() throws {
    let (workspace, _) = try pages()
    let folder = workspace.path("pages")
    var contents: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      contents[name] = try text(name, in: workspace)
    }
    #expect(contents["std.fs.html"] != nil)
    var count = 0
    for (name, page) in contents where name.hasSuffix(".html") {
      for part in page.components(separatedBy: "href=\"").dropFirst() {
        let address = part.prefix { $0 != "\"" }
        guard !address.hasPrefix("https:") && !address.hasPrefix("http:") else { continue }
        let pieces = address.split(separator: "#", omittingEmptySubsequences: false)
        let target = pieces[0].isEmpty ? name : String(pieces[0])
        let text = try #require(contents[target], "\(name) -> \(address)")
        count += 1
        guard pieces.count > 1 else { continue }
        #expect(text.contains("id=\"\(pieces[1])\""), "\(name) -> \(address)")
      }
    }
    #expect(count > 1000)
  }

  @Test func theSearchIndexIsDataWithEveryName() throws {
    let (workspace, _) = try pages()
    let script = try text("search.js", in: workspace)
    let lines = script.split(separator: "\n").dropFirst().prefix { $0 != "];" }
    let entries = lines.compactMap {
      JSON(parsing: ($0.hasSuffix(",") ? $0.dropLast() : $0).utf8)
    }
    #expect(entries.count == lines.count)
    let symbols = Set(entries.compactMap { $0.array?[2].string })
    #expect(symbols.isSuperset(of: ["geo.Point", "geo.Point.x", "geo.at", "geo.inner.deep.deep"]))
    #expect(symbols.contains { $0.hasPrefix("std.") })
  }

  @Test func stdIsDocumentedWithoutAWorkspace() throws {
    let workspace = try ScratchWorkspace([:])
    #expect(try workspace.run("doc", "--std", "--output", "pages").status == 0)
    #expect(workspace.read("pages/std.list.html") != nil)
    #expect(try workspace.run("doc").status == 1)
  }
}
