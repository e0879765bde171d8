// Threads of a scope: `thread.scope { |s| s.spawn(|| …) }` waits for all that its block starts.
// So a closure that the block itself gives to `spawn` reaches in place what was declared outside of
// the block. What the block declares may end before the thread: the closure has its own of that, as
// it has of everything when it says `move` or is made elsewhere.
// Assumes: the body is complete. Exclusivity compares what the closures of one block do.
import ASTDB
import Base

extension BodyChecker {
  /// Finds the captures that closures lend to threads.
  mutating func lendCapturesToThreads() {
    let starter = program.languageItem("thread_scope_spawn")
    guard starter.exists, body.declarations.contains(starter) else { return }
    let blocks = threadBlocks()
    for index in body.nodes.indices {
      guard let arguments = arguments(ofCall: NodeID(index), to: starter), arguments.count == 2,
        let closure = closure(arguments[1]), !closureFacts[closure.index].isMove,
        body.nodes[arguments[0].index].kind == .variable,
        let block = blocks[VariableID(body.nodes[arguments[0].index].a)],
        closureFacts[closure.index].parent == block
      else { continue }
      let outer = body.closures[block.index].captures
      body.closures[closure.index].lent = body.closures[closure.index].captures.filter {
        outer.contains($0)
      }
    }
  }

  /// The blocks of `thread.scope`, by the variable that stands for the scope in each.
  private func threadBlocks() -> [VariableID: ClosureID] {
    let scope = program.languageItem("thread_scope")
    var blocks: [VariableID: ClosureID] = [:]
    for index in body.nodes.indices {
      guard let block = arguments(ofCall: NodeID(index), to: scope)?.first.flatMap(closure),
        let parameter = body.closures[block.index].parameters.first
      else { continue }
      blocks[parameter] = block
    }
    return blocks
  }

  private func arguments(ofCall id: NodeID, to wanted: DeclarationID) -> [NodeID]? {
    let node = body.nodes[id.index]
    guard node.kind == .call, body.declarations[Int(node.a)] == wanted else { return nil }
    return body.list(node.b).map { NodeID($0) }
  }

  private func closure(_ id: NodeID) -> ClosureID? {
    var node = body.nodes[id.index]
    while node.kind == .asFunction { node = body.nodes[Int(node.a)] }
    return node.kind == .closure ? ClosureID(node.a) : nil
  }
}
