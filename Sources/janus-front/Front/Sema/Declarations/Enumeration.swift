// Enums: payload types, tag types, discriminants.
//
// Rejects: tag types that are no integers (E2201), discriminants that do not fit (E2204) or occur
// twice, variants declared twice (E2101).
import ASTDB
import Base
import Parser

extension SemaContext {
  func resolveEnumeration(_ id: DeclarationID, _ node: SyntaxID, in tree: SyntaxTree) {
    guard case .enumeration(var detail) = program.declarations[id].detail else { return }
    let syntax = tree.enumeration(node)
    let scope = scope(of: id)
    var range: (least: Int128, most: Int128) = (Int128(Int64.min), Int128(Int64.max))
    if syntax.backingType.exists {
      let type = resolveType(syntax.backingType, in: tree, scope: scope)
      if case .integer(let kind) = program.types[type] {
        detail.tagType = type
        range = kind.range(within: range)
      } else if type != TypeTable.error {
        report(.badTagType(program.name(of: type), at: tree.span(syntax.backingType)))
      }
    }
    var next: Int128 = 0
    for member in syntax.members where tree.kind(member) == .variant {
      let variant = resolveVariant(
        member, of: id, discriminant: &next, range: range, in: tree, scope: scope)
      if let first = detail.variants.first(where: { $0.name == variant.name }) {
        report(.duplicate(text(variant.name), first: first.span, at: variant.span))
      }
      detail.variants.append(variant)
    }
    detail.mark = uniqueMark(of: id)
    checkDiscriminants(detail.variants)
    checkMembersDiffer(from: detail.variants.map { ($0.name, $0.span) }, in: id)
    program.declarations[id].detail = .enumeration(detail)
  }

  private func resolveVariant(
    _ node: SyntaxID, of id: DeclarationID, discriminant next: inout Int128,
    range: (least: Int128, most: Int128), in tree: SyntaxTree, scope: DeclarationScope
  ) -> Variant {
    let syntax = tree.variant(node)
    let declaration = tree.declaration(node)
    let span = declaration.nameSpan
    var value = next
    if syntax.discriminant.exists,
      let given = constantInteger(syntax.discriminant, in: tree, scope: scope)
    {
      value = given
    }
    if value < range.least || value > range.most {
      let place = syntax.discriminant.exists ? tree.span(syntax.discriminant) : span
      report(.discriminantOutOfRange(text(syntax.name), value, at: place))
      value = 0
    }
    next = value + 1
    let fields = resolveVariantFields(
      syntax.payload, kind: syntax.payloadKind, of: id, in: tree, scope: scope)
    return Variant(
      name: syntax.name, discriminant: Int64(truncatingIfNeeded: value), fields: fields,
      span: span, documentation: program.documentation(declaration.documentation, in: tree.file))
  }

  private func checkDiscriminants(_ variants: [Variant]) {
    var seen: [Int64: Variant] = [:]
    for variant in variants {
      if let first = seen[variant.discriminant] {
        if first.name != variant.name {
          report(.sameDiscriminant(text(variant.name), text(first.name), first, at: variant.span))
        }
      } else {
        seen[variant.discriminant] = variant
      }
    }
  }
}

extension IntegerKind {
  /// The values of the type that lie in `limits`.
  fileprivate func range(
    within limits: (least: Int128, most: Int128)
  ) -> (least: Int128, most: Int128) {
    if bits >= 128 { return (isSigned ? limits.least : 0, limits.most) }
    let least: Int128 = isSigned ? -(Int128(1) << (bits - 1)) : 0
    let most: Int128 = (Int128(1) << (isSigned ? bits - 1 : bits)) - 1
    return (max(least, limits.least), min(most, limits.most))
  }
}

extension Diagnostic {
  fileprivate static func badTagType(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.typeMismatch, "the tag of an enum is an integer, not `\(type)`", at: span)
  }

  fileprivate static func discriminantOutOfRange(
    _ name: String, _ value: Int128, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .literalOutOfRange, "the discriminant \(value) of `\(name)` does not fit the tag type",
      at: span)
  }

  fileprivate static func sameDiscriminant(
    _ name: String, _ first: String, _ variant: Variant, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .duplicateDeclaration, "`\(name)` and `\(first)` have the same discriminant", at: span,
      labels: [Label(variant.span, "`\(first)` is declared here")])
  }
}
