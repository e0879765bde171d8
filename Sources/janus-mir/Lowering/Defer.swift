// `defer`: a place in the sequence of things that run when the scope is left.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerDefer(_ node: Node) {
    items.append(CleanupItem(.deferred(NodeID(node.a))))
  }

  /// Lowers the deferred code again at each exit that runs it.
  mutating func runDeferred(_ id: NodeID) {
    let saved = variables
    lowerStatement(id)
    variables = saved
  }
}
