// Optionals: `a ?? b` and `a?.b`. None is variant 0, Some is variant 1.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// The absent value of an optional, or a null pointer.
  mutating func lowerNull(into dest: PlaceID) {
    guard dest.exists else { return }
    if isScalar(type(of: dest)) {
      assign(dest, zero(type(of: dest)))
    } else {
      construct(dest, [], variant: 0)
    }
  }

  mutating func lowerCoalesce(_ node: Node, into dest: PlaceID) {
    let value = NodeID(node.a)
    let (present, absent, after) = (newBlock(), newBlock(), newBlock())
    let optional = scrutineePlace(value)
    let open = items
    let isResult = isResultType(type(of: value))
    branch(isVariant(optional, isResult ? 0 : 1), then: present, otherwise: absent)
    begin(present)
    let part = payload(optional, isResult ? 0 : 1, 0)
    if isTemporary(value) { assign(dest, take(part)) } else { copyValue(dest, from: part) }
    popScope(keeping: dest)
    go(to: after)
    begin(absent)
    let closed = items
    items = open
    runItems(downTo: closed.count)
    pushScope()
    let fallback = NodeID(node.b)
    if isEmpty(mirType(of: fallback)) || dest.isNone {
      discard(fallback)
    } else {
      lower(fallback, into: dest)
    }
    popConditionalScope(keeping: dest)
    go(to: after)
    begin(after)
  }

  /// The expression is a value of its own, which nothing else uses afterwards.
  func isTemporary(_ id: NodeID) -> Bool {
    let kind = body[id].kind
    return !isPlace(kind) && !(kind == .copy && isPlace(body[NodeID(body[id].a)].kind))
      && kind != .string
  }

  func isResultType(_ type: TypeID) -> Bool {
    if case .nominal(let declaration, _) = kind(of: type) {
      return declaration == context.languageItems.result
    }
    return false
  }

  mutating func lowerOptionalChain(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let (present, absent, after) = (newBlock(), newBlock(), newBlock())
    let writes = changes(node.b, in: NodeID(node.c))
    let optional = writes ? writablePlace(NodeID(node.a)) : place(NodeID(node.a))
    let open = items
    branch(isVariant(optional, 1), then: present, otherwise: absent)
    begin(present)
    pushScope()
    variables[Int(node.b)] = payload(optional, 1, 0)
    lowerChained(id, NodeID(node.c), into: dest)
    popConditionalScope(keeping: dest)
    go(to: after)
    let left = items
    rejoin(open)
    begin(absent)
    if dest.exists, !isEmpty(type(of: dest)) { construct(dest, [], variant: 0) }
    go(to: after)
    rejoin(left)
    begin(after)
  }

  /// The result of `?.` is wrapped unless it is an optional already.
  private mutating func lowerChained(_ id: NodeID, _ value: NodeID, into dest: PlaceID) {
    if type(of: id) == type(of: value) || !dest.exists {
      if dest.exists { lower(value, into: dest) } else { discard(value) }
      return
    }
    let inner = operand(value)
    construct(dest, [inner], variant: 1)
  }
}
