// Results: `e?`, `e catch err { … }`. Ok is variant 0, Err is variant 1.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerPropagate(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let value = NodeID(node.a)
    let isResult = isResultType(type(of: value))
    let success = isResult ? 0 : 1
    let (good, bad) = (newBlock(), newBlock())
    let scrutinee = place(value)
    branch(isVariant(scrutinee, success), then: good, otherwise: bad)
    begin(bad)
    if isResult {
      propagateError(node, value, scrutinee)
    } else if isResultType(resultSource) {
      // `?` on an optional in a function of `?T ! E`: the result is `Ok(null)`.
      let absent = temporary(context.mirType(nominalArguments(resultSource)[0]))
      construct(absent, [], variant: 0)
      construct(result, [take(absent)], variant: 0)
    } else {
      construct(result, [], variant: 0)
    }
    noteError()
    leaveFunction()
    begin(good)
    if isEmpty(mirType(of: id)) { return }
    let target = dest.exists ? dest : temporary(mirType(of: id))
    let part = payload(scrutinee, success, 0)
    if isTemporary(value) { assign(target, take(part)) } else { copyValue(target, from: part) }
    if dest.isNone { ownInScope(target) }
  }

  /// Builds the function's result from the error of `scrutinee`, converted if needed.
  private mutating func propagateError(_ node: Node, _ value: NodeID, _ scrutinee: PlaceID) {
    let part = payload(scrutinee, 1, 0)
    var error: Operand
    if isTrivial(type(of: part)) {
      error = .copy(part)
    } else if isTemporary(value) {
      error = .move(part)
    } else {
      let copied = temporary(type(of: part))
      copyValue(copied, from: part)
      error = .move(copied)
    }
    if node.b != UInt32.max {
      let method = body.declarations[Int(node.b)]
      let arguments = typeArguments(node.c)
      let function = context.instance(method, arguments, policy: policy)
      let signature = context.module.functionRefs[function].signature
      let converted = temporary(context.module.signatures[signature].result)
      if !isScalar(type(of: part)) {
        let moved = temporary(type(of: part))
        assign(moved, error)
        error = .move(moved)
      }
      call(function, [error], into: converted)
      error = take(converted)
    }
    construct(result, [error], variant: 1)
  }

  mutating func lowerCatching(_ node: Node, into dest: PlaceID) {
    let value = NodeID(node.a)
    let (good, bad, after) = (newBlock(), newBlock(), newBlock())
    let scrutinee = scrutineePlace(value)
    let isResult = isResultType(type(of: value))
    let success = isResult ? 0 : 1
    let open = items
    branch(isVariant(scrutinee, success), then: good, otherwise: bad)
    begin(good)
    if dest.exists, !isEmpty(type(of: dest)) {
      let part = payload(scrutinee, success, 0)
      if isTemporary(value) { assign(dest, take(part)) } else { copyValue(dest, from: part) }
    }
    popScope(keeping: dest)
    go(to: after)
    begin(bad)
    let closed = items
    items = open
    scopeStarts.append(closed.count)
    if node.b != UInt32.max, isResult {
      let part = payload(scrutinee, 1, 0)
      let error = declare(node.b)
      if isTemporary(value) { assign(error, take(part)) } else { copyValue(error, from: part) }
      ownInScope(error)
    }
    let handler = NodeID(node.c)
    let target = isEmpty(mirType(of: handler)) ? PlaceID.none : dest
    lowerValue(handler, into: target)
    popScope(keeping: target)
    go(to: after)
    begin(after)
  }

  // MARK: Errors that reach the entry

  /// Tells the runtime that an error may leave `main` here.
  mutating func noteError() {
    guard current.exists, body.owner.exists, body.owner == context.entryFunction,
      isResultType(resultSource)
    else { return }
    let opaque = context.pointerType(to: voidType)
    let note = context.functionReference(
      "janus_note_error",
      MIRSignature(
        parameters: [MIRParameter(type: opaque, mode: .borrowed)], result: voidType),
      isRuntime: true)
    call(note, [panicPlace()], into: .none)
  }

  /// The same for a value that becomes the result, unless it is a success.
  mutating func noteError(of value: NodeID) {
    var last = value
    while body[last].kind == .block, body[last].b != UInt32.max { last = NodeID(body[last].b) }
    let node = body[last]
    if node.kind == .variant, node.a == 0 { return }
    let outer = location
    location = locate(last)
    noteError()
    location = outer
  }
}
