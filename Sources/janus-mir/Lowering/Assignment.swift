// Assignment: the value is complete before it takes its place, and the old value dies last.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerAssign(_ node: Node) {
    let target = NodeID(node.a)
    let value = NodeID(node.b)
    let type = mirType(of: target)
    if isEmpty(type) { return discard(value) }
    if isTrivial(type) {
      if isScalar(type), body[target].kind == .variable {
        lower(value, into: writablePlace(target))
        return
      }
      var new = operand(value)
      if new.kind == .copy, !isScalar(type) || mayWriteTarget(target) {
        let saved = temporary(type)
        assign(saved, new)
        new = .copy(saved)
      }
      assign(writablePlace(target), new)
      return
    }
    if lowerAppendToItself(value, to: target) { return }
    let new = temporary(type)
    lower(value, into: new)
    if isLet(target) { return assign(place(target), .move(new)) }
    if isInert(target) {
      replaceValue(in: writablePlace(target), by: new, mayBeEmpty: mayBeEmpty(target))
    } else {
      ownInScope(new)
      let destination = writablePlace(target)
      release(new, above: 0)
      replaceValue(in: destination, by: new, mayBeEmpty: mayBeEmpty(target))
    }
  }

  /// A `let` is assigned only to give it its value.
  private func isLet(_ id: NodeID) -> Bool {
    body[id].kind == .variable && body.variables[Int(body[id].a)].kind == .letBinding
  }

  private func mayWriteTarget(_ id: NodeID) -> Bool {
    body[id].kind != .variable && mayWrite(id)
  }

  /// Puts the value of `new` in place of the old one, then destroys the old one. A variable that
  /// may hold nothing is emptied first instead, which no other code can tell.
  private mutating func replaceValue(in place: PlaceID, by new: PlaceID, mayBeEmpty: Bool) {
    let type = type(of: place)
    if mayBeEmpty || ownership(type) == .copyable {
      if ownership(type) == .unique { items.append(CleanupItem(.drop(new))) }
      drop(place)
      if ownership(type) == .unique { items.removeLast() }
      assign(place, .move(new))
      return
    }
    let old = temporary(type)
    assign(old, .move(place))
    assign(place, .move(new))
    drop(old)
  }

  /// The variable that a place starts at is empty at some time.
  private func mayBeEmpty(_ id: NodeID) -> Bool {
    var node = body[id]
    while node.kind == .field || node.kind == .payload { node = body[NodeID(node.a)] }
    return node.kind == .variable && mayBeEmpty[Int(node.a)]
  }

  mutating func lowerCompoundAssign(_ node: Node) {
    let target = NodeID(node.a)
    let value = NodeID(node.b)
    let operation = BinaryOperator(rawValue: node.c) ?? .add
    let type = mirType(of: target)
    if operation == .concatenate {
      if appendInterpolation(value, to: target) { return }
      let part = argument(value, .borrowed)
      let whole = writablePlace(target)
      return callLanguage("string_append", [.borrowMutable(whole), part], into: .none)
    }
    var operand = self.operand(value)
    if operand.kind == .copy, mayWrite(target) {
      let saved = temporary(self.type(of: operand.placeID))
      assign(saved, operand)
      operand = .copy(saved)
    }
    let place = writablePlace(target)
    apply(operation, type, .copy(place), operand, into: place)
  }
}
