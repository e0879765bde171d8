// `$"…{e}…{e:spec}…"`: a string made part by part. `s += $"…"` appends the parts to `s`.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerInterpolation(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let text = dest.exists ? dest : temporary(stringType)
    assign(text, string(""))
    let own = items.count
    items.append(CleanupItem(.drop(text)))
    let words = Array(body.list(node.a))
    for i in stride(from: 0, to: words.count - 1, by: 2) {
      append(NodeID(words[i]), specification: words[i + 1], to: text)
    }
    // What the parts left behind dies with the statement; the text is now its owner's.
    items.remove(at: own)
    for i in own..<items.count { items[i].block = .none }
    if dest.isNone { ownInScope(text) }
  }

  private mutating func append(_ part: NodeID, specification: UInt32, to text: PlaceID) {
    if specification != UInt32.max {
      let specification = context.program.interner.text(body.strings[Int(specification)])
      format(part, specification, into: text)
    } else if body[part].kind == .string {
      appendText(literal(part, body[part]), to: text)
    } else {
      display(place(part), type(of: part), into: text, quoted: false)
    }
  }

  // MARK: Appending

  /// `s += $"…"` without a text in between, when nobody can tell: what is computed is complete
  /// before the first part is appended, no part runs the user's code afterwards, and none is in `s`
  /// itself.
  mutating func appendInterpolation(_ id: NodeID, to target: NodeID) -> Bool {
    let node = body[id]
    guard node.kind == .interpolation, body[target].kind == .variable else { return false }
    let words = Array(body.list(node.a))
    let parts = stride(from: 0, to: words.count - 1, by: 2).map { index in
      (id: NodeID(words[index]), specification: words[index + 1])
    }
    let computes = parts.contains { !isInert($0.id) }
    guard
      parts.allSatisfy({ part in
        let isPlain = isScalar(mirType(of: part.id)) && hasPlainText(type(of: part.id))
        if isPlain, part.specification == UInt32.max { return true }
        if body[part.id].kind == .string { return true }
        return (isPlain || isString(type(of: part.id))) && isInert(part.id) && !computes
          && rootVariable(of: part.id) != body[target].a
      })
    else { return false }
    let values = parts.map { part -> PlaceID in
      guard isScalar(mirType(of: part.id)), part.specification == UInt32.max else { return .none }
      let value = temporary(mirType(of: part.id))
      assign(value, operand(part.id))
      return value
    }
    let text = writablePlace(target)
    for (part, value) in zip(parts, values) {
      if value.exists {
        display(value, type(of: part.id), into: text, quoted: false)
      } else {
        append(part.id, specification: part.specification, to: text)
      }
    }
    return true
  }

  /// Its text is made by the library alone.
  private func hasPlainText(_ type: TypeID) -> Bool {
    switch kind(of: type) {
    case .bool, .char, .integer, .float: true
    case _: false
    }
  }

  private func rootVariable(of id: NodeID) -> UInt32? {
    var node = body[id]
    while true {
      switch node.kind {
      case .field, .payload, .widen, .cast, .inoutArgument, .move, .copy:
        node = body[NodeID(node.a)]
      case .variable: return node.a
      case _: return nil
      }
    }
  }

  private mutating func format(_ id: NodeID, _ specification: String, into text: PlaceID) {
    let spec = string(specification)
    let source = type(of: id)
    switch kind(of: source) {
    case .integer(let kind):
      let wide = kind.widestOfSign
      let value = temporary(context.mirType(TypeTable.integer(wide)))
      convert(operand(id), from: mirType(of: id), into: value)
      callLanguage(
        "format_\(wide.name)", [.borrowMutable(text), .copy(value), spec], into: .none)
    case .float(let bits):
      let value = temporary(mirType(of: id))
      assign(value, operand(id))
      callLanguage(
        "format_f\(bits)", [.borrowMutable(text), .copy(value), spec], into: .none)
    case _:
      var value = place(id)
      if !isString(source) {
        let inner = beginText()
        display(value, source, into: inner, quoted: false)
        value = inner
      }
      callLanguage(
        "format_string", [.borrowMutable(text), .borrow(value), spec], into: .none)
    }
  }
}

extension IntegerKind {
  /// The type that std formats integers of this type as.
  fileprivate var widestOfSign: IntegerKind {
    switch self {
    case .i8, .i16, .i32, .i64, .isize: .i64
    case .u8, .u16, .u32, .u64, .usize: .u64
    case .i128, .u128: self
    }
  }
}
