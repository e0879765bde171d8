// Patterns for the elements of arrays, slices and lists: `[]`, `[x]`, `[first, ..rest, last]`.
// Elements are lent, also those of a temporary: it lives to the end of the statement.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func sequencePattern(
    _ id: SyntaxID, _ type: TypeID, _ mode: PatternMode
  ) -> NodeID {
    var mode = mode
    if case .takes = mode { mode = .lends }
    let elements = Array(tree.elements(id))
    let element = sequenceElement(type, id)
    var before: [NodeID] = []
    var after: [NodeID] = []
    var rest = NodeID.none
    for item in elements {
      if tree.kind(item) == .restPattern {
        if rest.isNone { rest = restPattern(item, element, mode) }
        continue
      }
      let node = pattern(item, PatternSubject(type: element, mode: mode))
      if rest.isNone { before.append(node) } else { after.append(node) }
    }
    if case .array(_, let count) = program.types[type] {
      let named = Int64(before.count + after.count)
      if named > count || (named < count && rest.isNone) {
        report(.arrayCount(count, named, at: span(id)))
        return emit(.wildcardPattern, TypeTable.error, at: id)
      }
    }
    if element == TypeTable.error { return emit(.wildcardPattern, element, at: id) }
    return emit(
      .sequencePattern, type, a: nodeList(before), b: nodeList(after), c: rest.raw, at: id)
  }

  private mutating func sequenceElement(_ type: TypeID, _ id: SyntaxID) -> TypeID {
    let solved = inference.solved(type)
    if isSilent(solved) { return TypeTable.error }
    if !isString(solved), let element = elementType(solved) {
      if case .pointer = program.types[solved] {} else { return element }
    }
    report(.sequenceOfOther(name(of: solved), at: span(id)))
    return TypeTable.error
  }

  /// The elements between, as a slice.
  private mutating func restPattern(
    _ id: SyntaxID, _ element: TypeID, _ mode: PatternMode
  ) -> NodeID {
    let slice = element == TypeTable.error
      ? element : program.types.intern(.slice(element))
    if tree.bindingPattern(id).name == .empty { return emit(.wildcardPattern, slice, at: id) }
    return bindingPattern(id, slice, mode)
  }
}

extension Diagnostic {
  fileprivate static func sequenceOfOther(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPattern, "a sequence pattern cannot match a value of type `\(type)`", at: span,
      notes: ["it takes an array, a slice or a list apart"])
  }

  fileprivate static func arrayCount(
    _ count: Int64, _ named: Int64, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .badPattern,
      "the array has \(count) element\(count == 1 ? "" : "s"), the pattern \(named)", at: span,
      notes: named < count ? ["`..` stands for the elements that are not named"] : [])
  }
}
