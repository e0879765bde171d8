// `$"…{e}…{e:spec}…"`: a string made part by part.
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
      let part = NodeID(words[i])
      if words[i + 1] == UInt32.max {
        if body[part].kind == .string {
          appendText(literal(part, body[part]), to: text)
        } else {
          display(place(part), type(of: part), into: text, quoted: false)
        }
      } else {
        let specification = context.program.interner.text(body.strings[Int(words[i + 1])])
        format(part, specification, into: text)
      }
    }
    // What the parts left behind dies with the statement; the text is now its owner's.
    items.remove(at: own)
    for i in own..<items.count { items[i].block = .none }
    if dest.isNone { ownInScope(text) }
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
