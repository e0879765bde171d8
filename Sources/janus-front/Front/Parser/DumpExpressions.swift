// Expressions as text.
import Base

extension TreeDumper {
  mutating func expression(_ id: NodeID) {
    guard !leaf(id), !operation(id), !access(id) else { return }
    switch tree.kind(id) {
    case .closure:
      let item = tree.closure(id)
      line("closure", item.isMove ? "move" : "")
      under(item.parameters)
      group("result", item.result)
      under(item.clauses)
      under(item.body)
    case .closureParameter:
      let item = tree.closureParameter(id)
      line("parameter", mode(item.mode))
      under(item.pattern, item.type)
    case .returnExpression:
      line("return")
      under(tree.operand(id))
    case .failExpression:
      line("fail")
      under(tree.operand(id))
    case .breakExpression:
      line("break", name(tree.breakExpression(id).label))
      under(tree.breakExpression(id).value)
    case .continueExpression: line("continue", name(tree.symbol(id)))
    case .assembly:
      line("asm")
      under(tree.assembly(id).template)
      under(tree.assembly(id).operands)
    case .assemblyOperand:
      let item = tree.assemblyOperand(id)
      let direction =
        switch item.direction {
        case .input: "in"
        case .output: "out"
        case .inputOutput: "inout"
        case .clobber: "clobber"
        }
      line(direction, quoted(item.constraint), name(item.name))
      under(item.value, item.type)
    case _: line("<\(tree.kind(id))>")
    }
  }

  private mutating func leaf(_ id: NodeID) -> Bool {
    switch tree.kind(id) {
    case .error: line("error")
    case .name: line("name", name(tree.symbol(id)))
    case .selfValue: line("self")
    case .selfTypeValue: line("Self")
    case .integer:
      let item = tree.integer(id)
      line("integer", item.overflows ? "overflow" : String(item.value))
    case .float: line("float", String(tree.float(id)))
    case .string: line("string", quoted(tree.symbol(id)))
    case .cString: line("c-string", quoted(tree.symbol(id)))
    case .character: line("char", String(tree.scalar(id)))
    case .byte: line("byte", String(tree.scalar(id)))
    case .boolean: line(tree.scalar(id) == 1 ? "true" : "false")
    case .null: line("null")
    case .undefined: line("undefined")
    case .discard: line("discard")
    case .implicitMember: line("implicit-member", name(tree.symbol(id)))
    case _: return false
    }
    return true
  }

  private mutating func operation(_ id: NodeID) -> Bool {
    switch tree.kind(id) {
    case .unary:
      line("unary", tree.unary(id).operation.text)
      under(tree.unary(id).operand)
    case .binary:
      let item = tree.binary(id)
      line("binary", item.operation.text)
      under(item.left, item.right)
    case .range:
      let item = tree.range(id)
      line("range", item.operation == .halfOpen ? "..<" : "..=")
      under(item.lower, item.upper)
    case .cast:
      line("as")
      under(tree.cast(id).value, tree.cast(id).type)
    case .catching:
      let item = tree.catching(id)
      line("catch", name(item.name))
      under(item.value, item.handler)
    case .pipeline:
      line("pipeline")
      under(tree.pipeline(id).value, tree.pipeline(id).function)
    case .propagate:
      line("propagate")
      under(tree.operand(id))
    case .tryExpression:
      line("try")
      under(tree.operand(id))
    case .borrow:
      line("borrow")
      under(tree.operand(id))
    case .move:
      line("move")
      under(tree.operand(id))
    case .dereference:
      line("dereference")
      under(tree.operand(id))
    case _: return false
    }
    return true
  }

  private mutating func access(_ id: NodeID) -> Bool {
    switch tree.kind(id) {
    case .typeExpression:
      line("type-expression")
      under(tree.innerType(id))
    case .interpolatedString:
      line("interpolated")
      under(tree.elements(id))
    case .interpolation:
      let specification = tree.formatSpecification(id)
      line("part", specification == .empty ? "" : quoted(specification))
      under(tree.operand(id))
    case .arrayLiteral:
      line("array")
      under(tree.elements(id))
    case .arrayRepeat:
      line("array-repeat")
      under(tree.arrayRepeat(id).value, tree.arrayRepeat(id).count)
    case .tuple:
      line("tuple")
      under(tree.elements(id))
    case .structLiteral:
      line("struct-literal")
      under(tree.structLiteral(id).type)
      under(tree.structLiteral(id).fields)
    case .fieldValue:
      line("field", name(tree.fieldValue(id).name))
      under(tree.fieldValue(id).value)
    case .call:
      line("call", tree.call(id).hasTrailingBlock ? "trailing" : "")
      under(tree.call(id).callee)
      under(tree.call(id).arguments)
    case .argument:
      line("argument", name(tree.argument(id).name))
      under(tree.argument(id).value)
    case .intrinsic:
      line("intrinsic", name(tree.intrinsic(id).name))
      under(tree.intrinsic(id).arguments)
    case .member:
      let item = tree.member(id)
      line("member", name(item.name), item.isOptionalChain ? "?." : "")
      under(item.base)
    case .tupleMember:
      line("member", String(tree.tupleMember(id).index))
      under(tree.tupleMember(id).base)
    case .index:
      line("index")
      under(tree.index(id).base)
      under(tree.index(id).arguments)
    case _: return false
    }
    return true
  }
}
