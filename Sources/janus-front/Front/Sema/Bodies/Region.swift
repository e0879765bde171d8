// `with_scratchpad(n) |s| do … end`: a block with memory of its own. What may leave the block is a
// matter of a pass over MIR (RegionEscape.swift).
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func scratchpadExpression(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let syntax = tree.scratchpad(id)
    let capacity = syntax.capacity.exists
      ? check(syntax.capacity, .lent(TypeTable.i64)) : NodeID.none
    let start = syntax.nameStart - base
    openScope()
    let variable = declare(
      syntax.name, scratchpadType, .lentBinding,
      NodeSpan(start: start, end: start + Int32(text(syntax.name).utf8.count)))
    let inner = check(syntax.body, expected)
    closeScope()
    return emit(
      .scratchpad, type(of: inner), a: variable.raw, b: capacity.raw, c: inner.raw, at: id)
  }

  private var scratchpadType: TypeID {
    let declaration = program.languageItem("scratchpad")
    guard declaration.exists else { return TypeTable.error }
    return program.types.intern(.nominal(declaration, arguments: []))
  }
}
