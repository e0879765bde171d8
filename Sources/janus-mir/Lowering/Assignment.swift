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
        lower(value, into: place(target))
        return
      }
      var new = operand(value)
      if new.kind == .copy, !isScalar(type) || mayWriteTarget(target) {
        let saved = temporary(type)
        assign(saved, new)
        new = .copy(saved)
      }
      assign(place(target), new)
      return
    }
    let new = temporary(type)
    lower(value, into: new)
    if isInert(target) {
      replaceValue(in: place(target), by: new, mayBeEmpty: mayBeEmpty(target))
    } else {
      ownInScope(new)
      let destination = place(target)
      release(new, above: 0)
      replaceValue(in: destination, by: new, mayBeEmpty: mayBeEmpty(target))
    }
  }

  private func mayWriteTarget(_ id: NodeID) -> Bool {
    body[id].kind != .variable && mayWrite(id)
  }

  /// Puts the value of `new` in place of the old one, then destroys the old one. A variable that may
  /// hold nothing is emptied first instead, which no other code can tell.
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

  /// `s += t`; `s += s` makes a new string, because what is appended to may move.
  private mutating func append(_ value: NodeID, to target: NodeID) {
    let part = argument(value, .borrowed, defaults: [])
    let whole = place(target)
    guard let own = root(of: value), own == root(of: target) else {
      callLanguage("string_append", [.borrowMutable(whole), part], into: .none)
      return
    }
    let joined = temporary(stringType)
    callLanguage("string_concat", [.borrow(whole), part], into: joined)
    replaceValue(in: whole, by: joined, mayBeEmpty: mayBeEmpty(target))
  }

  /// The variable or static that a place is a part of.
  private func root(of id: NodeID) -> UInt32? {
    var node = body[id]
    while true {
      switch node.kind {
      case .variable: return node.a
      case .staticVariable: return UInt32.max - node.a
      case .field, .payload, .index, .unbox, .slice, .copy, .dereference: node = body[NodeID(node.a)]
      case _: return nil
      }
    }
  }

  mutating func lowerCompoundAssign(_ node: Node) {
    let target = NodeID(node.a)
    let value = NodeID(node.b)
    let operation = BinaryOperator(rawValue: node.c) ?? .add
    let type = mirType(of: target)
    if operation == .concatenate {
      let part = place(value)
      let whole = place(target)
      guard function.places[part].base == function.places[whole].base else {
        callLanguage("string_append", [.borrowMutable(whole), .borrow(part)], into: .none)
        return
      }
      // `text += text`: the argument is read before the loan.
      let saved = temporary(self.type(of: part))
      copyValue(saved, from: part)
      pushScope()
      ownInScope(saved)
      callLanguage("string_append", [.borrowMutable(whole), .borrow(saved)], into: .none)
      popScope()
      return
    }
    var operand = self.operand(value)
    if operand.kind == .copy, mayWrite(target) {
      let saved = temporary(self.type(of: operand.placeID))
      assign(saved, operand)
      operand = .copy(saved)
    }
    let place = place(target)
    apply(operation, type, .copy(place), operand, into: place)
  }
}
