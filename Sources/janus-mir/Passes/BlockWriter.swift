// Where the instructions go that drop elaboration writes.
import Base
import MIR

/// Where rewritten instructions go. Blocks made on the way have the same cleanup.
struct BlockWriter {
  var block: BlockID
  let isCleanup: Bool
  private(set) var cleanup: BlockID
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

  /// Goes on in a new block, whose panics continue at `cleanup`.
  mutating func continues(cleanup: BlockID, _ function: inout MIRFunction) {
    guard cleanup != self.cleanup else { return }
    self.cleanup = cleanup
    let next = function.addBlock(cleanup: cleanup, isCleanup: isCleanup)
    go(to: next, &function)
    block = next
  }

  /// Runs `steps` in their order. If one panics, those behind it still run, once, on the way to the
  /// cleanup; inside a cleanup a second panic ends the process, so nothing needs to.
  mutating func inSequence(
    _ steps: [(inout BlockWriter, inout MIRFunction) -> Void], mayPanic: Bool,
    _ function: inout MIRFunction
  ) {
    guard mayPanic, steps.count > 1, !isCleanup else {
      for step in steps { step(&self, &function) }
      return
    }
    let end = cleanup
    var cleanups = [end]
    for step in steps.dropFirst().reversed() {
      let block = function.addBlock(isCleanup: true)
      var unwinding = BlockWriter(block: block, isCleanup: true, cleanup: .none)
      unwinding.location = location
      step(&unwinding, &function)
      if let next = cleanups.last, next.exists {
        unwinding.go(to: next, &function)
      } else {
        function.terminate(unwinding.block, Terminator(kind: .resume), at: location)
      }
      cleanups.append(block)
    }
    for (step, cleanup) in zip(steps, cleanups.reversed()) {
      continues(cleanup: cleanup, &function)
      step(&self, &function)
    }
    continues(cleanup: end, &function)
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
