// `unsafe` blocks, inline assembly and intrinsics.
import Base
import Lexer

extension Parser {
  mutating func parseUnsafe() -> NodeID {
    let start = self.start
    advance()
    let body = parseBody("`unsafe`")
    return add(Node(.unsafeBlock, main: start, lhs: body.raw), from: start)
  }

  /// `@name(…)`.
  mutating func parseIntrinsic() -> NodeID {
    let start = self.start
    advance()
    guard kind == .identifier || kind.isKeyword, isAdjacent(index) else {
      report(.expected("the name of an intrinsic after `@`", found, tokenSpan(index)))
      return errorNode(start)
    }
    let main = self.start
    let symbol = name(index)
    advance()
    var arguments: UInt32 = 0
    if kind == .leftParen && !isAfterLineEnd {
      arguments = parseArguments()
    } else {
      report(.expected("`(` after the name of an intrinsic", found, tokenSpan(index)))
    }
    return add(Node(.intrinsic, main: main, lhs: symbol.raw, rhs: arguments), from: start)
  }

  /// `asm("…", in("rax") a, out("rdx") b, clobber("memory"))`.
  mutating func parseAssembly() -> NodeID {
    let start = self.start
    advance()
    let open = index
    advance()
    let saved = context
    context.remove([.linesEnd, .header, .arm])
    let template = parseExpression()
    let mark = pending.count
    var isFirst = true
    while isFirst ? accept(.comma) : continuesList(.rightParen, ")") {
      isFirst = false
      if kind == .rightParen || kind == .endOfFile { break }
      let before = index
      parseAssemblyOperand()
      if index == before { break }
    }
    context = saved
    closeGroup(.rightParen, ")", open)
    return add(
      Node(.assembly, main: start, lhs: template.raw, rhs: finishList(mark)), from: start)
  }

  /// One operand, or the strings of a `clobber`; appended to `pending`.
  private mutating func parseAssemblyOperand() {
    let start = self.start
    var operand = Symbol.empty
    if kind == .identifier, peek() == .equal || peek() == .colon {
      operand = name(index)
      advance()
      advance()
    }
    let direction: AssemblyDirection
    if kind == .keywordIn {
      direction = .input
    } else if isWord("out") {
      direction = .output
    } else if isWord("inout") {
      direction = .inputOutput
    } else if isWord("clobber") {
      return parseClobbers(start)
    } else {
      report(.expected("`in`, `out`, `inout` or `clobber`", found, tokenSpan(index)))
      skipElement()
      pending.append(errorNode(start).raw)
      return
    }
    advance()
    let open = index
    expect(.leftParen, "(", "and a register in quotes")
    let constraint = parseConstraint()
    closeGroup(.rightParen, ")", open)
    var value = NodeID.none
    var type = NodeID.none
    if accept(.arrow) {
      type = parseType()
    } else if kind != .comma && kind != .rightParen {
      value = parseExpression()
    } else {
      report(.expected("the value of the operand", found, tokenSpan(index)))
      value = errorNode(self.start)
    }
    let words = record(operand.raw, constraint.raw, value.raw, type.raw)
    pending.append(
      add(
        Node(.assemblyOperand, main: start, lhs: words, operation: direction.rawValue), from: start
      ).raw)
  }

  private mutating func parseConstraint() -> Symbol {
    guard kind == .string else {
      report(.expected("a register in quotes", found, tokenSpan(index)))
      skipElement()
      return .empty
    }
    let symbol = decodeStringToken()
    advance()
    return symbol
  }

  private mutating func parseClobbers(_ start: Int32) {
    advance()
    let open = index
    expect(.leftParen, "(", "and registers in quotes")
    while kind != .rightParen && kind != .endOfFile {
      let before = index
      let begin = self.start
      let constraint = parseConstraint()
      let words = record(Symbol.empty.raw, constraint.raw, NodeID.none.raw, NodeID.none.raw)
      pending.append(
        add(
          Node(
            .assemblyOperand, main: begin, lhs: words, operation: AssemblyDirection.clobber.rawValue
          ),
          from: begin
        ).raw)
      if !continuesList(.rightParen, ")") || index == before { break }
    }
    closeGroup(.rightParen, ")", open)
  }
}
