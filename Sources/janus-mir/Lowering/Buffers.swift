// Buffers of containers, which in programs that count copies carry a word before the first element.
// What the word means is said, and done, in `mem.jan`.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// Gives the buffer of one value back.
  mutating func releaseBuffer(_ pointer: PlaceID, _ source: TypeID) {
    callBuffer("buffer_release", source, [.copy(pointer), i64(1)], into: .none)
  }

  /// Goes to `after` when the buffer at `pointer` has owners beside this one, which gives it up.
  mutating func leaveIfShared(_ pointer: PlaceID, _ source: TypeID, to after: BlockID) {
    guard context.carriesCounts(source) else { return }
    let isLast = temporary(boolType)
    callBuffer("buffer_give_up", source, [.copy(pointer)], into: isLast)
    let last = newBlock()
    branch(.copy(isLast), then: last, otherwise: after)
    begin(last)
  }

  /// The same for a buffer that is there only with a capacity above zero; gives the block to go on
  /// in, or none when buffers of the type have one owner.
  mutating func leaveIfShared(
    _ pointer: PlaceID, _ source: TypeID, capacity: Operand
  ) -> BlockID {
    guard context.carriesCounts(source) else { return .none }
    let (owned, after) = (newBlock(), newBlock())
    branch(
      binary(.greater, i64Type, capacity, i64(0), boolType), then: owned, otherwise: after)
    begin(owned)
    leaveIfShared(pointer, source, to: after)
    return after
  }

  private mutating func callBuffer(
    _ name: String, _ source: TypeID, _ arguments: [Operand], into dest: PlaceID
  ) {
    let declaration = context.program.languageItem(name)
    guard declaration.exists else { return }
    call(context.instance(declaration, [source], policy: policy), arguments, into: dest)
  }
}
