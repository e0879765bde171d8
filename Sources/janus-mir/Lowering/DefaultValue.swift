// `take(&a)`, and the value that it leaves: zero, empty, null, or the defaults of the parts.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// `take(&a)`: the old value; the default value of the type stays.
  mutating func lowerTake(_ id: NodeID, _ arguments: [NodeID], into dest: PlaceID) {
    let source = type(of: arguments[0])
    guard context.program.mayHaveDefault(source) else {
      context.diagnostics.report(
        .noDefault(context.program.name(of: source), span(of: id)))
      return
    }
    let new = temporary(mirType(of: arguments[0]))
    buildDefault(source, into: new)
    let target = writablePlace(arguments[0])
    let old = dest.exists ? dest : temporary(type(of: target))
    assign(old, take(target))
    assign(target, take(new))
    if dest.isNone { ownInScope(old) }
  }

  private mutating func buildDefault(_ source: TypeID, into dest: PlaceID) {
    switch kind(of: source) {
    case .bool, .char, .integer, .float, .pointer, .slice, .void, .error, .never, .parameter,
      .function, .variable:
      assign(dest, zero(type(of: dest)))
    case .nominal(let declaration, let arguments):
      if declaration == context.languageItems.optional {
        construct(dest, [], variant: 0)
      } else if case .structure(let detail) = context.program.declarations[declaration].detail {
        buildDefault(of: detail, declaration, arguments, into: dest)
      }
    case .tuple(let elements):
      construct(dest, elements.map { defaultPart($0) })
    case .array(let element, let count):
      buildDefault(count, element, into: dest)
    }
  }

  private mutating func buildDefault(
    of detail: StructureDetail, _ declaration: DeclarationID, _ arguments: [TypeID],
    into dest: PlaceID
  ) {
    if detail.dropMethod.exists { return assign(dest, zero(type(of: dest))) }
    var parts: [Operand] = []
    for (index, field) in detail.fields.enumerated() {
      let type = context.program.substitute(arguments, in: field.type)
      if field.defaultValue.exists {
        let part = temporary(context.mirType(type))
        lowerDefaultValue(declaration, index, arguments, into: part)
        parts.append(take(part))
      } else {
        parts.append(defaultPart(type))
      }
    }
    construct(dest, parts)
  }

  private mutating func defaultPart(_ type: TypeID) -> Operand {
    let part = temporary(context.mirType(type))
    buildDefault(type, into: part)
    return take(part)
  }

  /// One default value is made and copied to each element of the array.
  private mutating func buildDefault(_ count: Int64, _ element: TypeID, into dest: PlaceID) {
    let value = temporary(context.mirType(element))
    buildDefault(element, into: value)
    ownInScope(value)
    assign(dest, constant(.undefined(type: type(of: dest))))
    let whole = addressOf(dest, mutable: true)
    let data = temporary(context.pointerType(to: type(of: value)))
    emit(Instruction(.convert, type: type(of: whole), dest: data, a: .copy(whole)))
    let length = temporary(i64Type)
    assign(length, i64(count))
    fill(data, length, with: value)
  }
}

extension Diagnostic {
  /// Only an instance of a generic function says that its type has none.
  fileprivate static func noDefault(_ type: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unsatisfiedBound, "`take` leaves a default value, and `\(type)` has none", at: span,
      notes: ["use `replace`, which is given the value that stays"])
  }
}
