// Places known not to be null: inside `if x != null` and after `return when x == null`, `x` is its
// payload. A place is a local variable or a path of fields below it; whatever may change the
// variable, or the part of it that holds the place, ends what is known.
import ASTDB
import Base
import Parser

/// A local variable, or a part of it.
struct NarrowedPlace: Hashable {
  var variable: VariableID
  /// Fields from the variable on, or one of the two marks.
  var steps: [UInt32] = []

  static let unbox = UInt32.max
  static let payload = UInt32.max - 1
}

/// What a condition tells about optionals, by how it turned out.
struct Narrowing {
  var whenTrue: [NarrowedPlace] = []
  var whenFalse: [NarrowedPlace] = []
}

extension BodyChecker {
  /// The place that a node names, when what is known about it can be followed.
  private func followedPlace(_ node: NodeID) -> NarrowedPlace? {
    var node = node
    var steps: [UInt32] = []
    while true {
      let n = body.nodes[node.index]
      switch n.kind {
      case .variable: return NarrowedPlace(variable: VariableID(n.a), steps: steps.reversed())
      case .field: steps.append(n.b)
      case .unbox: steps.append(NarrowedPlace.unbox)
      case .payload where n.b == 1: steps.append(NarrowedPlace.payload)
      default: return nil  // Elements and values.
      }
      node = NodeID(n.a)
    }
  }

  /// `node`, or its payload where that is known to be there.
  mutating func narrowed(_ node: NodeID, _ id: SyntaxID) -> NodeID {
    if narrowed.isEmpty || id == wholePlace { return node }
    guard let place = followedPlace(node), narrowed.contains(place) else { return node }
    let payload = optionalPayload(type(of: node))
    guard payload.exists else { return node }
    return emit(.payload, payload, a: node.raw, b: 1, c: 0, at: id)
  }

  /// The optional whose payload a narrowed place is.
  func narrowedOptional(_ node: NodeID) -> NodeID? {
    let words = body.nodes[node.index]
    return words.kind == .payload && words.b == 1 ? NodeID(words.a) : nil
  }

  /// A value as it was declared, whatever is known of it here.
  mutating func wholeValue(_ id: SyntaxID) -> NodeID {
    let outer = wholePlace
    wholePlace = id
    defer { wholePlace = outer }
    return check(id, .lent)
  }

  /// The place that a comparison with `null` says something about.
  func narrowable(_ node: NodeID) -> NarrowedPlace? {
    guard let place = followedPlace(node), !facts[place.variable.index].isChangedByClosure,
      place.steps.last != NarrowedPlace.payload
    else { return nil }
    return place
  }

  /// After a change of what `node` names.
  mutating func forgetNarrowing(of node: NodeID) {
    if narrowed.isEmpty { return }
    let root = rootVariable(node)
    guard root.exists else { return }
    let changed = stepsToChange(node)
    narrowed.removeAll { $0.variable == root && $0.steps.starts(with: changed) }
  }

  /// The path from the variable to the last part that contains what `node` names.
  private func stepsToChange(_ node: NodeID) -> [UInt32] {
    var node = node
    var steps: [UInt32] = []
    while true {
      let n = body.nodes[node.index]
      switch n.kind {
      case .field: steps.append(n.b)
      case .unbox: steps.append(NarrowedPlace.unbox)
      case .payload: steps.append(NarrowedPlace.payload)
      case .index, .asSlice, .slice: steps.removeAll()
      default: return steps.reversed()  // The variable.
      }
      node = NodeID(n.a)
    }
  }

  /// What is known in code that runs at another time than it stands: of what never changes.
  func narrowedForLater() -> [NarrowedPlace] {
    narrowed.filter { !isChangeable($0.variable) }
  }

  func isChangeable(_ variable: VariableID) -> Bool {
    switch body.variables[variable.index].kind {
    case .varBinding, .inoutParameter, .ownedParameter, .inoutBinding: true
    case .letBinding, .borrowedParameter, .lentBinding: false
    }
  }

  /// After a closure that was made while `before` was known.
  mutating func restoreNarrowing(_ before: [NarrowedPlace]) {
    narrowed = before.filter { !facts[$0.variable.index].isChangedByClosure }
  }

  // MARK: Joining what is known

  /// What is known after branches that meet again; a branch that leaves says nothing.
  func meet(_ a: [NarrowedPlace]?, _ b: [NarrowedPlace]?) -> [NarrowedPlace] {
    guard let a else { return b ?? [] }
    guard let b else { return a }
    if a.isEmpty || b.isEmpty { return [] }
    return a.filter { b.contains($0) }
  }

  /// Before a loop: what its body may change is not known in it.
  mutating func forgetChanged(in id: SyntaxID) {
    if narrowed.isEmpty { return }
    let whole = tree.spans[id.index]
    narrowed = narrowed.filter { place in
      // A method may change a part of its receiver; that is not seen in the syntax.
      if !place.steps.isEmpty, isChangeable(place.variable) { return false }
      return !isChanged(place.variable, in: id, whole)
    }
  }

  /// Whether a node inside `id` assigns to the variable, lends it exclusively or moves it.
  private func isChanged(_ variable: VariableID, in id: SyntaxID, _ whole: ByteSpan) -> Bool {
    let name = body.variables[variable.index].name
    var index = id.index
    while index > 0 {
      index -= 1
      if tree.spans[index].end <= whole.start { break }
      let node = tree.nodes[index]
      let isChange = node.kind == .assignment || node.kind == .borrow || node.kind == .move
      if isChange, rootName(SyntaxID(node.lhs)) == name { return true }
    }
    return false
  }

  private func rootName(_ id: SyntaxID) -> Symbol {
    var id = id
    while id.exists {
      switch tree.kind(id) {
      case .name: return tree.symbol(id)
      case .member, .tupleMember, .index: id = SyntaxID(tree[id].lhs)
      default: return .empty  // No place.
      }
    }
    return .empty
  }
}
