// Names that other languages give to what Janus has under another name, and names that were
// written without their `self.`. Asked only after a name or member was not found, so a program's
// own names always come first.
import ASTDB
import Base
import Parser

/// What a name of another language means here.
struct ForeignName {
  /// What to write in its place, when that is certain.
  var replacement: String?
  var note: String

  init(_ replacement: String?, _ note: String) {
    self.replacement = replacement
    self.note = note
  }

  private static let truth = "the truth values are `true` and `false`"
  private static let receiver = "a method's receiver is `self`"
  private static let output = "output is written with `print`, which ends the line, or `write`"
  private static let text = "the text of a value is `$\"{x}\"`"
  private static let optional = "a value becomes an optional by itself; nothing is `null`"
  private static let result = "`return v` makes the `Ok`, `fail e` the `Err`"

  /// Names in expressions.
  static let values: [String: ForeignName] = [
    "True": ForeignName("true", truth), "TRUE": ForeignName("true", truth),
    "False": ForeignName("false", truth), "FALSE": ForeignName("false", truth),
    "this": ForeignName("self", receiver),
    "super": ForeignName(nil, "there is no inheritance; methods are called on `self`"),
    "printf": ForeignName(nil, "`print($\"{x:.2f}\")` writes with a format"),
    "puts": ForeignName("print", output), "echo": ForeignName("print", output),
    "console": ForeignName(nil, output), "System": ForeignName(nil, output),
    "fmt": ForeignName(nil, output), "cout": ForeignName(nil, output),
    "Console": ForeignName(nil, output),
    "len": ForeignName(nil, "the length is a member: `xs.len`"),
    "range": ForeignName(nil, "a range is `0..<n`, or `0..=n` with its end"),
    "str": ForeignName(nil, text), "repr": ForeignName(nil, text),
    "pass": ForeignName(nil, "a body may be empty: `{ }`"),
    "loop": ForeignName(nil, "an endless loop is `while true { … }`"),
    "repeat": ForeignName(nil, "a loop is `while true { …; break when c }`"),
    "Some": ForeignName(nil, optional), "Ok": ForeignName(nil, result),
    "Err": ForeignName(nil, result),
    "malloc": ForeignName(nil, "`Box.new(v)` puts a value on the heap; it is freed by itself"),
    "free": ForeignName(nil, "memory is freed by itself when its owner ends"),
    "delete": ForeignName(nil, "memory is freed by itself when its owner ends"),
    "sizeof": ForeignName(nil, "`@sizeof(T)` is the size of a type, in `:sovereign` files"),
    "max": ForeignName(nil, "`std.math` has `max`: `import std.math`"),
    "min": ForeignName(nil, "`std.math` has `min`: `import std.math`"),
    "sqrt": ForeignName(nil, "`std.math` has it: `import std.math`"),
    "abs": ForeignName(nil, "`std.math` has `abs`: `import std.math`"),
  ]

  /// Members, with the names that Janus has for them; the first that the type has is meant.
  static let members: [String: [String]] = [
    "length": ["len"], "size": ["len"], "count": ["len"], "Length": ["len"],
    "append": ["push"], "add": ["push", "insert"], "push_back": ["push"], "pushBack": ["push"],
    "emplace_back": ["push"], "pop_back": ["pop"], "popLast": ["pop"],
    "put": ["insert"], "set": ["insert"], "indexOf": ["index_of"],
    "includes": ["contains"], "has": ["contains"], "has_key": ["contains"],
    "containsKey": ["contains"], "contains_key": ["contains"], "hasKey": ["contains"],
    "forEach": ["each"], "for_each": ["each"], "reduce": ["fold"], "removeAt": ["remove"],
    "isEmpty": ["is_empty"], "empty": ["is_empty"], "startsWith": ["starts_with"],
    "endsWith": ["ends_with"], "hasPrefix": ["starts_with"], "hasSuffix": ["ends_with"],
    "startswith": ["starts_with"], "endswith": ["ends_with"],
    "upper": ["to_upper"], "toUpperCase": ["to_upper"], "uppercased": ["to_upper"],
    "to_uppercase": ["to_upper"], "lower": ["to_lower"], "toLowerCase": ["to_lower"],
    "lowercased": ["to_lower"], "to_lowercase": ["to_lower"], "strip": ["trim"],
    "unwrap_or": ["or"],
  ]

  /// Members that no type has, because there is another way.
  static let ways: [String: String] = [
    "toString": text, "to_string": text, "str": text, "description": text,
    "unwrap_or": "`x ?? y` is `y` when `x` is `null`",
    "getOrElse": "`x ?? y` is `y` when `x` is `null`",
    "is_some": "whether there is a value is asked with `x != null`",
    "is_none": "whether there is no value is asked with `x == null`",
    "clone": "a copy needs no call: `let b = a` copies",
    "iter": "a loop goes over the collection itself: `for x in xs`",
    "new": "a value is written `T { … }` when its type has no function for it",
  ]
}

extension ForeignName {
  /// What the type `name` of another language is called here.
  static func type(_ name: String) -> String? { types[name] ?? integerType(name) }

  /// What the type is called elsewhere.
  private static let types = [
    "String": "string", "str": "string", "float": "f64", "double": "f64", "char8": "u8",
    "byte": "u8", "boolean": "bool", "Bool": "bool", "Int": "i64", "long": "i64", "uint": "u64",
    "Vec": "List", "Array": "List", "Map": "HashMap", "Dict": "HashMap", "Set": "HashSet",
    "unit": "void", "Void": "void", "Double": "f64", "Float": "f32", "Character": "char",
    "rune": "char", "size_t": "usize", "short": "i16", "unsigned": "u32", "integer": "i64",
    "Integer": "i64", "number": "f64", "vector": "List", "ArrayList": "List", "list": "List",
    "dict": "HashMap", "Dictionary": "HashMap", "map": "HashMap", "unordered_map": "HashMap",
    "set": "HashSet", "Option": "Optional", "None": "void", "Never": "never", "float64": "f64",
    "float32": "f32", "UInt": "u64",
  ]

  /// `int32`, `uint8_t`, `Int16` and the like, by their width.
  private static func integerType(_ name: String) -> String? {
    var rest = Substring(name.lowercased())
    if rest.hasSuffix("_t") { rest = rest.dropLast(2) }
    let letter = rest.hasPrefix("u") ? "u" : "i"
    if rest.hasPrefix("u") { rest = rest.dropFirst() }
    guard rest.hasPrefix("int"), ["8", "16", "32", "64", "128"].contains(rest.dropFirst(3)) else {
      return nil
    }
    return letter + rest.dropFirst(3)
  }
}

extension BodyChecker {
  /// The report about a name that nothing in scope has.
  mutating func undefined(_ name: Symbol, _ suggestion: Symbol, _ id: SyntaxID) -> Diagnostic {
    let place = nameSpan(id)
    let spelled = text(name)
    if let owner = receiverMember(name) {
      return .memberWithoutReceiver(
        spelled, self.name(of: owner), hasReceiver: selfVariable.exists, at: place)
    }
    var suggestion = suggestion
    let locals = context.closest(to: name, among: visibleLocalNames())
    if locals != .empty { suggestion = locals }
    if let foreign = ForeignName.values[spelled], locals == .empty {
      return .foreignName(spelled, foreign, at: place)
    }
    return context.undefinedName(name, suggestion: suggestion, in: scope, at: place)
  }

  /// The type around the function, when it has a field or method `name`.
  private mutating func receiverMember(_ name: Symbol) -> TypeID? {
    guard scope.selfType.exists else { return nil }
    switch context.members(named: name, of: scope.selfType, from: scope).kind {
    case .field, .method: return scope.selfType
    case .variant, .declaration, .none, .ambiguous, .hidden: return nil
    }
  }

  /// What the member `name` of another language is called in `type`.
  mutating func foreignMember(_ name: Symbol, of type: TypeID, _ id: SyntaxID) -> Symbol {
    for candidate in ForeignName.members[text(name)] ?? [] {
      let symbol = program.interner.intern(candidate)
      switch context.members(named: symbol, of: type, from: scope).kind {
      case .field, .method: return symbol
      case .variant, .declaration, .none, .ambiguous, .hidden: break
      }
      if symbol == known.len, isLengthOwner(type) { return symbol }
    }
    return .empty
  }

  private func isLengthOwner(_ type: TypeID) -> Bool {
    switch program.types[type] {
    case .array, .slice: true
    case _: false
    }
  }
}

extension Diagnostic {
  fileprivate static func foreignName(
    _ name: String, _ foreign: ForeignName, at span: SourceSpan
  ) -> Diagnostic {
    var result = Diagnostic(
      .undefinedName, "nothing named `\(name)` is in scope", at: span, notes: [foreign.note])
    if let replacement = foreign.replacement {
      result.fixes = [FixIt("write `\(replacement)`", [FixIt.Edit(span, replacement)])]
    }
    return result
  }

  fileprivate static func memberWithoutReceiver(
    _ name: String, _ owner: String, hasReceiver: Bool, at span: SourceSpan
  ) -> Diagnostic {
    let start = SourceSpan(file: span.file, start: span.start, end: span.start)
    return Diagnostic(
      .undefinedName, "nothing named `\(name)` is in scope", at: span,
      notes: [
        hasReceiver
          ? "`\(owner)` has it as a member, which is reached through `self`"
          : "`\(owner)` has it as a member, but this function has no `self`"
      ],
      fixes: hasReceiver ? [FixIt("write `self.`", [FixIt.Edit(start, "self.")])] : [])
  }
}
