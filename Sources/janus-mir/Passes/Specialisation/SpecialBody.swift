// The body of a function's special form, before its copies are elided.
// Reads: a function with all its copies, whose places are initialised where they are read.
// Produces: the same with the result marked as lent, or with parameters that it owns and drops on
// every way out. Rejects: nothing. Assumes: a verified function.
import Base
import MIR

extension MIRFunction {
  /// The function in another form.
  func specialised(_ form: SpecialForm, in module: MIRModule) -> MIRFunction {
    var function = self
    function.attributes.remove(.exported)
    switch form {
    case .lending: function.attributes.insert(.lendsResult)
    case .consuming(let parameters): function.own(parameters, in: module)
    }
    return function
  }

  /// Makes parameters the function's own.
  private mutating func own(_ parameters: UInt64, in module: MIRModule) {
    var drops: [Instruction] = []
    for index in 0..<64 where parameters & (1 << UInt64(index)) != 0 {
      let local = LocalID(UInt32(index + 1))
      locals[local].storage = .ownedParameter
      let whole = place(local)
      drops.append(Instruction(.drop, type: locals[local].type, dest: whole))
    }
    unwindEverywhere(in: module)
    for id in blocks.ids {
      switch blocks[id].terminator.kind {
      case .return, .resume:
        for drop in drops { append(drop, to: id, at: blocks[id].terminatorLocation) }
      case .goto, .branch, .switch, .call, .panic, .unreachable: break
      }
    }
  }
}
