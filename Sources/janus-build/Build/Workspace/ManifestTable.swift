// Typed access to a TOML table: every value that is read has the right type or a diagnostic with
// its place, and every key that nobody may write is reported with the nearest right one.
import Base
import TOMLKit

struct ManifestTable {
  let table: TOMLTable
  /// The table's path in the file: "", "package", "dependencies.index".
  let path: String
  let places: TOMLPlaces
  let file: String

  /// Reads and parses a manifest. Nil after a diagnostic.
  static func read(
    _ file: String, bytes: [UInt8], reporting diagnostics: inout [LocatedDiagnostic]
  ) -> ManifestTable? {
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      diagnostics.append(.notText(file, Array(bytes)))
      return nil
    }
    do {
      let table = try TOMLTable(string: text)
      return ManifestTable(
        table: table, path: "", places: TOMLPlaces(text: text, file: file), file: file)
    } catch let error as TOMLParseError {
      diagnostics.append(.notTOML(file, error))
    } catch {
      diagnostics.append(
        LocatedDiagnostic(.badManifest, "the manifest is not TOML: \(error)", at: start(of: file)))
    }
    return nil
  }

  static func start(of file: String) -> Location {
    Location(file: file, line: 1, column: 1, endLine: 1, endColumn: 1)
  }

  private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func place(ofKey key: String) -> Location {
    places.keys[name(key)] ?? places.keys[path] ?? ManifestTable.start(of: file)
  }

  func place(ofValue key: String) -> Location { places.values[name(key)] ?? place(ofKey: key) }

  /// Reports every key that is not in `allowed`.
  func check(keys allowed: [String], reporting diagnostics: inout [LocatedDiagnostic]) {
    for key in table.keys where !allowed.contains(key) {
      diagnostics.append(.unknownKey(key, in: path, allowed: allowed, at: place(ofKey: key)))
    }
  }

  /// The table at `key`; a value of another kind is reported.
  func subtable(_ key: String, reporting diagnostics: inout [LocatedDiagnostic]) -> ManifestTable? {
    guard let value = table[key] else { return nil }
    guard let inner = value.table else {
      diagnostics.append(.wrongType(name(key), "a table", value.type, at: place(ofValue: key)))
      return nil
    }
    return ManifestTable(table: inner, path: name(key), places: places, file: file)
  }

  func string(_ key: String, reporting diagnostics: inout [LocatedDiagnostic]) -> Placed<String>? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else {
      diagnostics.append(.wrongType(name(key), "a string", value.type, at: place(ofValue: key)))
      return nil
    }
    return Placed(value: text, place: place(ofValue: key))
  }

  func strings(_ key: String, reporting diagnostics: inout [LocatedDiagnostic]) -> [Placed<String>]?
  {
    guard let value = table[key] else { return nil }
    guard let array = value.array else {
      diagnostics.append(
        .wrongType(name(key), "an array of strings", value.type, at: place(ofValue: key)))
      return nil
    }
    var strings: [Placed<String>] = []
    for index in 0..<array.count {
      let place = places.values["\(name(key))[\(index)]"] ?? place(ofValue: key)
      if let text = array[index].string {
        strings.append(Placed(value: text, place: place))
      } else {
        diagnostics.append(
          .wrongType("\(name(key))[\(index)]", "a string", array[index].type, at: place))
      }
    }
    return strings
  }

  /// A string that must be the name of one of the cases.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _: Choice.Type, reporting diagnostics: inout [LocatedDiagnostic]
  ) -> Placed<Choice>? where Choice.RawValue == String {
    choice(key, names: Choice.allCases.map(\.rawValue), reporting: &diagnostics).flatMap { name in
      Choice(rawValue: name.value).map { Placed(value: $0, place: name.place) }
    }
  }

  /// A string that must be one of `names`.
  func choice(
    _ key: String, names: [String], reporting diagnostics: inout [LocatedDiagnostic]
  ) -> Placed<String>? {
    guard let text = string(key, reporting: &diagnostics) else { return nil }
    if names.contains(text.value) { return text }
    diagnostics.append(.unknownChoice(text.value, of: key, names, at: text.place))
    return nil
  }
}

extension LocatedDiagnostic {
  fileprivate static func notTOML(_ file: String, _ error: TOMLParseError) -> LocatedDiagnostic {
    let begin = error.source.begin
    let end = error.source.end
    var place = Location(
      file: file, line: max(begin.line, 1), column: max(begin.column, 1),
      endLine: max(end.line, 1), endColumn: max(end.column, 1))
    if (place.endLine, place.endColumn) < (place.line, place.column) {
      (place.endLine, place.endColumn) = (place.line, place.column)
    }
    return LocatedDiagnostic(
      .badManifest, "the manifest is not TOML: \(error.description)", at: place)
  }

  fileprivate static func notText(_ file: String, _ bytes: [UInt8]) -> LocatedDiagnostic {
    let source = SourceFile(path: file, bytes: ContiguousArray(bytes))
    // The repaired text differs from the bytes first where they are ill-formed.
    let repaired = Array(String(decoding: bytes, as: UTF8.self).utf8)
    var offset = 0
    while offset < min(bytes.count, repaired.count), bytes[offset] == repaired[offset],
      bytes[offset] != 0
    {
      offset += 1
    }
    let position = source.position(of: Int32(clamping: offset))
    return LocatedDiagnostic(
      .badManifest, "the manifest is not text in UTF-8",
      at: Location(
        file: file, line: Int(position.line), column: Int(position.column),
        endLine: Int(position.line), endColumn: Int(position.column) + 1))
  }

  fileprivate static func unknownKey(
    _ key: String, in table: String, allowed: [String], at place: Location
  ) -> LocatedDiagnostic {
    let home = table.isEmpty ? "the manifest" : "`[\(table)]`"
    var notes = ["known keys: " + allowed.map { "`\($0)`" }.joined(separator: ", ")]
    var fixes: [Fix] = []
    if let near = nearestSpelling(to: key, among: allowed) {
      notes = []
      fixes = [Fix("did you mean `\(near)`?", [Edit(place, near)], .guess)]
    }
    return LocatedDiagnostic(
      .unknownManifestKey, "\(home) has no key `\(key)`", at: place, notes: notes, fixes: fixes)
  }

  fileprivate static func wrongType(
    _ name: String, _ wanted: String, _ found: TOMLType, at place: Location
  ) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .badManifest, "`\(name)` is \(wanted), but a value of type \(found.rawValue) stands here",
      at: place)
  }

  fileprivate static func unknownChoice(
    _ text: String, of key: String, _ names: [String], at place: Location
  ) -> LocatedDiagnostic {
    let list = names.map { "`\($0)`" }.joined(separator: ", ")
    var fixes: [Fix] = []
    if let near = nearestSpelling(to: text, among: names) {
      fixes = [Fix("did you mean `\(near)`?", [Edit(place, "\"\(near)\"")], .guess)]
    }
    return LocatedDiagnostic(
      .badManifest, "`\(text)` is not a \(key): expected \(list)", at: place, fixes: fixes)
  }
}
