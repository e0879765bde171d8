// `grant cap … { … }`: until capabilities are enforced, its arguments are evaluated and its block
// runs.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerGrant(_ node: Node, into dest: PlaceID) {
    pushScope()
    let words = Array(body.list(node.b))
    for i in stride(from: 1, to: words.count, by: 2) { discard(NodeID(words[i])) }
    lower(NodeID(node.c), into: dest)
    popScope(keeping: dest)
  }
}
