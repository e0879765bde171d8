// `s = s + a` appends in place, as `s += a` does: the variable's old value is not used again.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// Appends in place if `value` is the variable `target` with texts behind it that have nothing to
  /// do with it; false when it is anything else.
  mutating func lowerAppendToItself(_ value: NodeID, to target: NodeID) -> Bool {
    guard body[target].kind == .variable else { return false }
    var parts: [NodeID] = []
    var first = value
    while body[first].kind == .concatenate {
      parts.append(NodeID(body[first].b))
      first = NodeID(body[first].a)
    }
    if body[first].kind == .copy { first = NodeID(body[first].a) }
    let variable = body[target].a
    guard !parts.isEmpty, body[first].kind == .variable, body[first].a == variable,
      parts.allSatisfy({ !mayReach(variable, $0) }),
      parts.count == 1 || parts.allSatisfy({ isInert($0) })
    else { return false }
    // All texts come first: a panic on the way leaves the variable as it was.
    let texts = parts.reversed().map { argument($0, .borrowed) }
    let whole = place(target)
    for text in texts {
      callLanguage("string_append", [.borrowMutable(whole), text], into: .none)
    }
    return true
  }

  /// The code below `id` mentions the variable, or may run a closure that does.
  private func mayReach(_ variable: UInt32, _ id: NodeID) -> Bool {
    if mentions(variable, id) { return true }
    if case .function = kind(of: type(of: id)) { return true }
    var found = false
    body.forEachOperand(of: id) { operand, word in
      if operand == .node, !found { found = mayReach(variable, NodeID(word)) }
    }
    return found
  }
}
