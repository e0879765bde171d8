// Places that are about to change. A list, map, deque or box on the way to one may share its
// buffer, so each is made the only owner first, from the outermost on; `place(_:writing:)` does it
// right before it looks into the buffer. What runs in between could share the buffer again: indices
// are evaluated before, and arguments that look into one after (see `arguments` in Call.swift).
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// A copy of a buffer of `element` made here is one owner more.
  func sharesCopies(_ element: TypeID) -> Bool {
    policy == .counted && context.carriesCounts(element)
  }

  /// The place that an expression names, for a change.
  mutating func writablePlace(_ id: NodeID) -> PlaceID {
    guard policy == .counted else {
      makeStaticPlain(under: id)
      return place(id)
    }
    evaluateIndices(on: id)
    return place(id, writing: true)
  }

  /// The container in `place` becomes the only owner of its buffer; nothing happens for types that
  /// have none.
  mutating func makeUnique(_ place: PlaceID, _ source: TypeID) {
    guard policy == .counted, current.exists, !isLentToRead(place),
      case .nominal(let container, let arguments) = kind(of: source),
      let owner = context.languageItems.owners[container], context.carriesCounts(source)
    else { return }
    call(context.instance(owner, arguments, policy: policy), [.borrowMutable(place)], into: .none)
  }

  /// A part of a parameter that is only borrowed, which nothing changes.
  private func isLentToRead(_ place: PlaceID) -> Bool {
    guard case .local(let local) = function.places[place].base,
      function.locals[local].storage == .borrowedParameter
    else { return false }
    return !function.projections(of: place).contains { $0 == .deref }
  }

  /// Evaluates the indices on the way to a place that could run other code, in the order of the
  /// source.
  private mutating func evaluateIndices(on id: NodeID) {
    let node = body[id]
    switch node.kind {
    case .field, .payload, .unbox, .asSlice, .inoutArgument: evaluateIndices(on: NodeID(node.a))
    case .index, .slice:
      evaluateIndices(on: NodeID(node.a))
      let bounds = node.kind == .index ? [node.b] : [node.b, node.c]
      for bound in bounds where bound != UInt32.max && !isInert(NodeID(bound)) {
        evaluatedIndices[NodeID(bound)] = indexLocal(NodeID(bound))
      }
    case _: break
    }
  }

  // MARK: Arguments

  /// The argument is lent for a change and makes a buffer on the way to it unique.
  func makesUnique(_ id: NodeID) -> Bool {
    policy == .counted && body[id].kind == .inoutArgument && outermostContainer(id) != nil
  }

  /// Makes the first container on the way to a place that an argument lends for a change unique,
  /// before any argument's address is taken.
  mutating func makeOutermostUnique(_ id: NodeID) {
    guard makesUnique(id), let container = outermostContainer(id) else { return }
    makeUnique(place(container), type(of: container))
  }

  /// The container that is a path of fields from a variable, on the way to an element or content.
  private func outermostContainer(_ id: NodeID) -> NodeID? {
    var node = body[id]
    var found: NodeID?
    while true {
      switch node.kind {
      case .inoutArgument, .field, .payload: break
      case .index, .unbox, .slice, .asSlice: found = NodeID(node.a)
      case .variable, .staticVariable: return found
      case _: return nil
      }
      node = body[NodeID(node.a)]
    }
  }
}
