// Ranges that include a length as if it were an index (W2206): `for i in 0..xs.len` with `xs[i]`
// in the body, and `xs[a..xs.len]`. Silent where the body compares with the length again or changes
// what has it: then the last round may be meant.
import ASTDB
import Base
import Parser

/// `0..xs.len` of a loop, before its body is checked.
struct LengthAsLastIndex {
  var range: SyntaxID
  /// `xs` as it is written.
  var owner: String
  /// The variable that `xs` is or is a part of.
  var root: VariableID
  var changesBefore: UInt32
  /// The nodes of the loop's body begin here.
  var firstNode: Int
}

extension BodyChecker {
  /// The length that `range` includes; nil when it includes none.
  mutating func lengthAsLastIndex(_ range: SyntaxID) -> LengthAsLastIndex? {
    guard let owner = lengthOwner(tree.range(range)) else { return nil }
    var place = owner
    while tree.kind(place) == .member { place = tree.member(place).base }
    let root = tree.kind(place) == .selfValue
      ? selfVariable : tree.kind(place) == .name ? local(tree.symbol(place)) : .none
    guard root.exists else { return nil }
    return LengthAsLastIndex(
      range: range, owner: sourceText(span(owner)), root: root,
      changesBefore: facts[root.index].changes, firstNode: body.nodes.count)
  }

  /// `xs` of an inclusive range that ends in `xs.len` or `xs.len()`.
  private func lengthOwner(_ range: RangeSyntax) -> SyntaxID? {
    guard range.operation == .inclusive, range.upper.exists else { return nil }
    var upper = range.upper
    if tree.kind(upper) == .call, tree.call(upper).arguments.isEmpty {
      upper = tree.call(upper).callee
    }
    guard tree.kind(upper) == .member, text(tree.member(upper).name) == "len" else { return nil }
    return tree.member(upper).base
  }

  /// The body of the loop, which has been checked, uses the loop's variable as an index.
  mutating func warnIfIndexed(
    _ length: LengthAsLastIndex, by variable: VariableID, _ loop: ForSyntax
  ) {
    let code = sourceText(span(loop.body))
    guard facts[length.root.index].changes == length.changesBefore,
      !code.contains(length.owner + ".len")
    else { return }
    for index in length.firstNode..<body.nodes.count where body.nodes[index].kind == .index {
      let node = body.nodes[index]
      guard isVariable(NodeID(node.b), variable), rootVariable(NodeID(node.a)) == length.root,
        sourceText(sourceSpan(of: NodeID(node.a))) == length.owner
      else { continue }
      report(
        .lengthAsIndex(
          length.owner, used: sourceSpan(body.spans[index]), rangeOperator(length.range),
          at: span(length.range)))
      return
    }
  }

  /// A mention of `variable`, perhaps widened.
  private func isVariable(_ node: NodeID, _ variable: VariableID) -> Bool {
    var node = node
    while body.nodes[node.index].kind == .widen || body.nodes[node.index].kind == .cast {
      node = NodeID(body.nodes[node.index].a)
    }
    return body.nodes[node.index].kind == .variable
      && VariableID(body.nodes[node.index].a) == variable
  }

  /// `xs[a..xs.len]`.
  mutating func warnOfInclusivePart(_ range: SyntaxID, of base: NodeID) {
    guard let owner = lengthOwner(tree.range(range)), rootVariable(base).exists else { return }
    let written = sourceText(span(owner))
    guard written == sourceText(sourceSpan(of: base)) else { return }
    report(.lengthAsIndex(written, used: nil, rangeOperator(range), at: span(range)))
  }

  /// `..` or `..=` of a range that is written with one.
  private func rangeOperator(_ range: SyntaxID) -> SourceSpan {
    let start = tree.mainPosition(range)
    let long = SourceSpan(file: tree.file, start: start, end: start + 3)
    let isLong = sourceText(long) == "..="
    return SourceSpan(file: tree.file, start: start, end: start + (isLong ? 3 : 2))
  }
}

extension Diagnostic {
  fileprivate static func lengthAsIndex(
    _ owner: String, used: SourceSpan?, _ operation: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .rangeTooFar, "this range includes `\(owner).len`, which is one past the last index",
      at: span,
      labels: used.map { [Label($0, "panics in the last round")] } ?? [],
      notes: ["`a..b` includes `b`; `a..<b` ends before it"],
      fixes: [FixIt("write `..<`", [FixIt.Edit(operation, "..<")])])
  }
}
