// Diagnostics as JSON objects, one for each line of a stage's standard output, and back.

extension LocatedDiagnostic {
  /// `{"kind":"diagnostic","code":"E3101","severity":"error","message":…,"file":…,"line":…,…}`.
  public var json: JSON {
    var members: [JSON.Member] = [
      JSON.Member("kind", "diagnostic"),
      JSON.Member("code", .string(code)),
      JSON.Member("severity", .string(severity.name)),
      JSON.Member("message", .string(message)),
    ]
    members += location?.members ?? []
    members.append(
      JSON.Member(
        "labels", .array(labels.map { $0.location.json(adding: "text", $0.text) })))
    members.append(JSON.Member("notes", JSON(notes)))
    members.append(JSON.Member("fixes", .array(fixes.map(\.json))))
    return .object(members)
  }

  /// Reads the object that `json` makes; nil when it is something else.
  public init?(json: JSON) {
    guard json["kind"].string == "diagnostic", let code = json["code"].string,
      let message = json["message"].string,
      let severity = Severity(name: json["severity"].string ?? "")
    else { return nil }
    self.code = code
    self.severity = severity
    self.message = message
    location = Location(json: json)
    labels = (json["labels"].array ?? []).compactMap { label in
      Location(json: label).map { Label($0, label["text"].string ?? "") }
    }
    notes = (json["notes"].array ?? []).compactMap(\.string)
    fixes = (json["fixes"].array ?? []).map { fix in
      Fix(
        fix["title"].string ?? "",
        (fix["edits"].array ?? []).compactMap { edit in
          Location(json: edit).map { Edit($0, edit["replacement"].string ?? "") }
        },
        fix["certainty"].string.flatMap(FixIt.Certainty.init(rawValue:)) ?? .guess)
    }
  }
}

extension Severity {
  init?(name: String) {
    switch name {
    case "error": self = .error
    case "warning": self = .warning
    case "note": self = .note
    default: return nil
    }
  }
}

extension LocatedDiagnostic.Fix {
  fileprivate var json: JSON {
    [
      "title": .string(title),
      "certainty": .string(certainty.rawValue),
      "edits": .array(edits.map { $0.location.json(adding: "replacement", $0.replacement) }),
    ]
  }
}

extension Location {
  fileprivate var members: [JSON.Member] {
    var members = [
      JSON.Member("file", .string(file)), JSON.Member("line", JSON(line)),
      JSON.Member("column", JSON(column)), JSON.Member("end_line", JSON(endLine)),
      JSON.Member("end_column", JSON(endColumn)),
    ]
    if let bytes {
      members.append(JSON.Member("start", JSON(bytes.lowerBound)))
      members.append(JSON.Member("end", JSON(bytes.upperBound)))
    }
    return members
  }

  fileprivate func json(adding name: String, _ text: String) -> JSON {
    .object(members + [JSON.Member(name, .string(text))])
  }

  fileprivate init?(json: JSON) {
    guard let file = json["file"].string, let line = json["line"].integer,
      let column = json["column"].integer
    else { return nil }
    self.init(
      file: file, line: line, column: column, endLine: json["end_line"].integer ?? line,
      endColumn: json["end_column"].integer ?? column)
    if let start = json["start"].integer, let end = json["end"].integer, start <= end {
      bytes = start..<end
    }
  }
}
