// Derived printing: `Point { x: 1.0 }`, `Circle(2.0)`, `[1, 2]`, `null`; an `impl Display` replaces
// it. Strings and characters inside other values are quoted.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// Appends the text of the value in `a` to the string in `out`.
  mutating func display(_ a: PlaceID, _ source: TypeID, into out: PlaceID, quoted: Bool) {
    switch kind(of: source) {
    case .void, .never, .error, .parameter, .variable: appendText(string("()"), to: out)
    case .bool: callLanguage("display_bool", [.borrowMutable(out), .copy(a)], into: .none)
    case .char:
      callLanguage(
        quoted ? "debug_char" : "display_char", [.borrowMutable(out), .copy(a)], into: .none)
    case .integer(let kind): displayInteger(a, kind, into: out)
    case .float(let bits):
      callLanguage(
        bits == 32 ? "display_f32" : "display_f64", [.borrowMutable(out), .copy(a)], into: .none)
    case .pointer:
      let bits = temporary(context.mirType(TypeTable.integer(.u64)))
      convert(.copy(a), from: type(of: a), into: bits)
      callLanguage("display_u64", [.borrowMutable(out), .copy(bits)], into: .none)
    case .function: appendText(string("<function>"), to: out)
    case .nominal, .tuple, .array, .slice:
      if isString(source) {
        callLanguage(
          quoted ? "debug_string" : "display_string", [.borrowMutable(out), .borrow(a)],
          into: .none)
      } else if !displayByImplementation(a, source, into: out) {
        let glue = context.glue(quoted ? .debug : .display, source, policy)
        call(glue, [.borrow(a), .borrowMutable(out)], into: .none)
      }
    }
  }

  private mutating func displayInteger(_ a: PlaceID, _ kind: IntegerKind, into out: PlaceID) {
    let wide: IntegerKind =
      kind.bits == 128 ? kind : kind.isSigned ? .i64 : .u64
    let value = temporary(context.mirType(TypeTable.integer(wide)))
    convert(.copy(a), from: type(of: a), into: value)
    callLanguage("display_" + wide.name, [.borrowMutable(out), .copy(value)], into: .none)
  }

  private mutating func displayByImplementation(
    _ a: PlaceID, _ source: TypeID, into out: PlaceID
  ) -> Bool {
    let trait = context.languageItems.display
    guard trait.exists, context.program.implementation(of: trait, for: source) != nil else {
      return false
    }
    let text = temporary(stringType)
    guard callImplementation(trait, source, [.borrow(a)], into: text) else { return false }
    pushScope()
    ownInScope(text)
    callLanguage("string_append", [.borrowMutable(out), .borrow(text)], into: .none)
    popScope()
    return true
  }

  /// The body of the glue for a type that has parts.
  mutating func displayParts(
    of a: PlaceID, _ type: TypeID, into out: PlaceID, quoted: Bool
  ) {
    if isBox(type) {
      display(unboxed(a), nominalArguments(type)[0], into: out, quoted: quoted)
    } else if let element = elementSource(type) {
      displayElements(a, type, element, into: out)
    } else if case .tuple(let elements) = kind(of: type) {
      displayList(
        elements.indices.map { (nil, field(a, $0), elements[$0]) }, into: out, open: "(",
        close: ")")
    } else if let detail = structure(type), case .nominal(let declaration, _) = kind(of: type) {
      let types = fieldTypes(type) ?? []
      let name = context.program.interner.text(context.program.declarations[declaration].name)
      if types.isEmpty { return appendText(string(name + " {}"), to: out) }
      let parts = types.indices.map {
        (
          Optional(context.program.interner.text(detail.fields[$0].name)), field(a, $0), types[$0]
        )
      }
      displayList(parts, into: out, open: name + " { ", close: " }")
    } else if let variants = variantTypes(type) {
      displayVariants(a, type, variants, into: out, quoted: quoted)
    } else {
      appendText(string(context.program.name(of: type)), to: out)
    }
  }

  private mutating func displayList(
    _ parts: [(String?, PlaceID, TypeID)], into out: PlaceID, open: String, close: String
  ) {
    var text = open
    for (index, part) in parts.enumerated() {
      if index > 0 { text += ", " }
      if let name = part.0 { text += name + ": " }
      appendText(string(text), to: out)
      display(part.1, part.2, into: out, quoted: true)
      text = ""
    }
    appendText(string(text + close), to: out)
  }

  private mutating func displayElements(
    _ a: PlaceID, _ type: TypeID, _ element: TypeID, into out: PlaceID
  ) {
    appendText(string("["), to: out)
    forEach(a, type) { builder, part, index in
      let (separator, next) = (builder.newBlock(), builder.newBlock())
      builder.branch(
        builder.binary(
          .greater, builder.i64Type, .copy(index), builder.i64(0), builder.boolType),
        then: separator, otherwise: next)
      builder.begin(separator)
      builder.appendText(builder.string(", "), to: out)
      builder.go(to: next)
      builder.begin(next)
      builder.display(part, element, into: out, quoted: true)
    }
    appendText(string("]"), to: out)
  }

  private mutating func displayVariants(
    _ a: PlaceID, _ type: TypeID, _ variants: [[TypeID]], into out: PlaceID, quoted: Bool
  ) {
    guard case .nominal(let declaration, _) = kind(of: type),
      case .enumeration(let detail) = context.program.declarations[declaration].detail
    else { return }
    let isOptional = declaration == context.languageItems.optional
    let (after, impossible) = (newBlock(), newBlock())
    let blocks = switchVariants(a, otherwise: impossible) { _ in true }
    for (index, types) in variants.enumerated() {
      begin(blocks[index])
      let variant = detail.variants[index]
      let name = context.program.interner.text(variant.name)
      if isOptional {
        if index == 0 {
          appendText(string("null"), to: out)
        } else {
          display(payload(a, index, 0), types[0], into: out, quoted: quoted)
        }
      } else if types.isEmpty {
        appendText(string(name), to: out)
      } else {
        let isNamed = variant.fields.first.map { $0.name != .empty } ?? false
        let parts = types.indices.map { position in
          (
            isNamed ? context.program.interner.text(variant.fields[position].name) : nil,
            payload(a, index, position), types[position]
          )
        }
        displayList(
          parts, into: out, open: name + (isNamed ? " { " : "("), close: isNamed ? " }" : ")")
      }
      go(to: after)
    }
    begin(impossible)
    unreachable()
    begin(after)
  }
}
