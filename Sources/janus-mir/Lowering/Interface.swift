// Calls between code that counts copies and code of `:core`, which writes to what it owns without a
// test. What a function of `:core` gets to own or to change, and what it gets back, is made plain
// first, all the way down: no buffer has another owner, and copies of it are other buffers, whoever
// makes them (soundness.md, A5). Nothing is walked where the outermost buffer is plain already, as
// code that counts makes a plain buffer a counted one when it changes it. A function value may be
// code of either kind.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  enum Interface {
    case none
    /// Code that counts calls code that may not.
    case toEager
    /// Code that does not count calls code that may.
    case fromEager
  }

  /// What a call of a function, or of a function value when it is none, crosses.
  func interface(to callee: FunctionRefID) -> Interface {
    guard context.copyPolicies == .mixed else { return .none }
    let other = callee.exists ? context.policies[callee] : nil
    if callee.exists, other == nil { return .none }
    switch policy {
    case .counted: return other == .counted ? .none : .toEager
    case .eager: return other == .eager ? .none : .fromEager
    }
  }

  /// Before a call: what the callee may change or owns from now on. Each is what its argument, when
  /// there are such, lends.
  mutating func makePlain(_ operands: [Operand], at arguments: [NodeID] = []) {
    let depth = items.count
    let outer = location
    for operand in operands where operand.kind == .move && !isTrivial(type(of: operand.placeID)) {
      items.append(CleanupItem(.drop(operand.placeID)))
    }
    for (index, operand) in operands.enumerated()
    where operand.kind == .move || operand.kind == .borrowMutable {
      if index < arguments.count { location = locate(arguments[index]) }
      makePlain(operand.placeID)
    }
    location = outer
    items.removeSubrange(depth...)
  }

  /// After a call: the result, and what the callee could change.
  mutating func makePlain(_ operands: [Operand], result: PlaceID) {
    guard current.exists else { return }
    if result.exists, !isTrivial(type(of: result)) {
      items.append(CleanupItem(.drop(result)))
      makePlain(result)
      items.removeLast()
    }
    for operand in operands where operand.kind == .borrowMutable { makePlain(operand.placeID) }
  }

  private mutating func makePlain(_ place: PlaceID) {
    isolate(place, context.sourceOf[type(of: place).index], .plain)
  }

  /// A static that changes may have been given a shared value by code that counts.
  mutating func makeStaticPlain(under id: NodeID) {
    guard context.copyPolicies == .mixed else { return }
    var node = body[id]
    while true {
      switch node.kind {
      case .inoutArgument, .field, .payload, .index, .unbox, .slice, .asSlice:
        node = body[NodeID(node.a)]
      case .staticVariable:
        return makePlain(staticPlace(body.declarations[Int(node.a)]))
      case _: return
      }
    }
  }
}
