// Where the instructions go that drop elaboration writes.
import Base
import MIR

/// Where rewritten instructions go. Blocks made on the way have the block's own cleanup.
struct BlockWriter {
  var block: BlockID
  let isCleanup: Bool
  let cleanup: BlockID
  var location = MIRLocation.none

  init(block: BlockID, isCleanup: Bool, cleanup: BlockID) {
    self.block = block
    self.isCleanup = isCleanup
    self.cleanup = cleanup
  }

  func append(_ instruction: Instruction, _ function: inout MIRFunction) {
    function.append(instruction, to: block, at: location)
  }

  func go(to target: BlockID, _ function: inout MIRFunction) {
    function.terminate(block, Terminator(kind: .goto, next: target), at: location)
  }

  func branch(
    _ flag: PlaceID, then: BlockID, otherwise: BlockID, _ function: inout MIRFunction
  ) {
    function.terminate(
      block, Terminator(kind: .branch, operand: .copy(flag), next: then, otherwise: otherwise),
      at: location)
  }

  /// Runs `body` for what happens when `flag` is set, and continues behind it.
  mutating func conditionally(
    _ flag: PlaceID, _ function: inout MIRFunction,
    _ body: (inout BlockWriter, inout MIRFunction) -> Void
  ) {
    let then = function.addBlock(cleanup: cleanup, isCleanup: isCleanup)
    let after = function.addBlock(cleanup: cleanup, isCleanup: isCleanup)
    branch(flag, then: then, otherwise: after, &function)
    var inner = self
    inner.block = then
    body(&inner, &function)
    inner.go(to: after, &function)
    block = after
  }
}
