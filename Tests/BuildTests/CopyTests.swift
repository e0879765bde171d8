// How many copies are left in the final MIR of programs as people write them.
import Base
import Foundation
import Testing

/// The copies in each function of the program's own, `name: count`, those without any left out.
private func copies(in program: String) throws -> [String] {
  let workspace = try ScratchWorkspace(["main.jan": program])
  let build = try workspace.run("build", "main.jan")
  #expect(build.status == 0, "\(build.output)\(build.errors)")
  let lowered = try workspace.run(
    [
      "--db", ".janus/astdb.sqlite", "--module", "main", "--entry", "main", "--emit", "text", "-o",
      "main.mir",
    ], tool: "janus-mir")
  #expect(lowered.status == 0, "\(lowered.errors)")
  var counts: [String: Int] = [:]
  var current = ""
  let text = String(decoding: workspace.read("main.mir") ?? Data(), as: UTF8.self)
  for line in text.split(separator: "\n") {
    // `func @symbol "main.name" (…`
    if line.hasPrefix("func ") { current = String(line.split(separator: "\"")[1]) }
    if line.contains(" = copy_value "), current.hasPrefix("main.") {
      counts[current, default: 0] += 1
    }
  }
  return counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
}

@Test func ordinaryCodeCopiesNothing() throws {
  let found = try copies(
    in: """
      struct Person { name: string, tags: List[string] }
      enum Item { Word(string), Group(List[Item]) }

      func collected(words: []string) -> List[Person] {
          var people: List[Person] = []
          for word in words {
              let name = word.to_upper()
              let tags: List[string] = [name + "!"]
              let person = Person { name: name, tags: tags }
              people.push(person)
          }
          return people
      }

      func longest(people: List[Person]) -> i64 {
          var best = 0
          for i in 0..<people.len {
              let person = people[i]
              let name = person.name
              let first = name[0..<1]
              if name.len + first.len > best { best = name.len }
          }
          return best
      }

      func grouped(owned items: List[Item]) -> Item ! string {
          if items.len == 0 { fail "empty" }
          let group = Item.Group(items)
          return group
      }

      func unwrapped(item: Item) -> i64 {
          return match item {
              .Word(word) => word.len
              .Group(items) => items.len
          }
      }

      func main() {
          let people = collected(["ann", "bob"])
          print(longest(people))
          let word = $"{people.len}"
          var items: List[Item] = []
          items.push(.Word(word))
          match grouped(items) {
              .Ok(item) => print(unwrapped(item))
              .Err(text) => print(text)
          }
          var table: HashMap[string, string] = HashMap.new()
          let key = "k" + "v"
          let value = "v" + "w"
          table[key] = value
          let entry = table["kv"]
          print(entry)
      }
      """)
  #expect(found == [])
}

@Test func whatIsUsedAgainIsCopiedOnce() throws {
  let found = try copies(
    in: """
      struct Person { name: string, tags: List[string] }

      func changed(person: Person) -> Person {
          var copy = person
          copy.name += "!"
          return copy
      }

      func kept(inout names: List[string], name: string) { names.push(name) }

      func later(inout names: List[string]) -> i64 {
          let first = names[0]
          names.clear()
          return first.len
      }

      func main() {
          let person = Person { name: "a" + "b", tags: [] }
          var names: List[string] = []
          kept(&names, person.name)
          let name = person.name
          names.push(name)
          print(changed(person), later(&names), name)
      }
      """)
  #expect(found == ["main.changed: 1", "main.kept: 1", "main.later: 1", "main.main: 1"])
}
