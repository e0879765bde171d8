// `if`, conditions, and tests of patterns in conditions.
import ASTDB
import Base
import MIR

/// Where a condition leads when it is false, and what is open there.
struct ConditionFailure {
  var block: BlockID
  var items: ContiguousArray<CleanupItem>
}

extension FunctionLowering {
  mutating func lowerIf(_ node: Node, into dest: PlaceID) {
    let condition = NodeID(node.a)
    if let known = knownCondition(condition) {
      let taken = known ? node.b : node.c
      if taken != UInt32.max { lowerBranch(NodeID(taken), into: dest) }
      return
    }
    let after = newBlock()
    let depth = items.count
    pushScope()
    var failures: [ConditionFailure] = []
    lowerCondition(condition, failures: &failures)
    lowerBranch(NodeID(node.b), into: dest)
    popScope(keeping: dest)
    go(to: after)
    if body[condition].kind == .patternTest, failures.count == 1 {
      // The scrutinee lives to the end of the statement.
      begin(failures[0].block)
      var open = items
      adoptBlocks(into: &failures[0].items, below: depth)
      items = failures[0].items
      pushScope()
      scopeStarts[scopeStarts.count - 1] = depth
      if node.c != UInt32.max { lowerBranch(NodeID(node.c), into: dest) }
      popScope(keeping: dest)
      adoptBlocks(into: &open, below: depth)
      items = open
    } else {
      enterFailures(failures, depth: depth)
      if node.c != UInt32.max { lowerBranch(NodeID(node.c), into: dest) }
    }
    go(to: after)
    begin(after)
  }

  /// A condition that this instance decides: the other branch may not even make sense for its
  /// types.
  private func knownCondition(_ id: NodeID) -> Bool? {
    let node = body[id]
    if node.kind == .unary, node.a == UnaryOperator.not.rawValue {
      return knownCondition(NodeID(node.b)).map { !$0 }
    }
    guard node.kind == .builtin, let type = typeArguments(node.c).first else { return nil }
    switch Builtin(rawValue: node.a) {
    case .needsDrop: return context.ownership(of: type) != .trivial
    case .isTrivial: return context.ownership(of: type) == .trivial
    case .isUnique: return context.ownership(of: type) == .unique
    case .carriesCounts: return context.carriesCounts(type)
    case .sharesCopies: return sharesCopies(type)
    case _: return nil
    }
  }

  private mutating func lowerBranch(_ id: NodeID, into dest: PlaceID) {
    lowerValue(id, into: isEmpty(mirType(of: id)) ? .none : dest)
  }

  /// Continues where the condition was false, with the items above `depth` run.
  mutating func enterFailures(_ failures: [ConditionFailure], depth: Int) {
    if failures.count == 1, failures[0].items.count == depth {
      begin(failures[0].block)
      return
    }
    var open = items
    let joined = newBlock()
    for failure in failures {
      begin(failure.block)
      var inside = failure.items
      adoptBlocks(into: &inside, below: depth)
      items = inside
      runItems(downTo: depth)
      go(to: joined)
      adoptBlocks(into: &open, below: depth)
    }
    items = open
    begin(joined)
  }

  /// Runs a condition and continues where it is true, with the names it binds.
  mutating func lowerCondition(_ id: NodeID, failures: inout [ConditionFailure]) {
    guard current.exists else { return }
    let node = body[id]
    switch node.kind {
    case .and:
      lowerCondition(NodeID(node.a), failures: &failures)
      lowerCondition(NodeID(node.b), failures: &failures)
    case .patternTest:
      let outer = location
      location = locate(id)
      let flags = MatchFlags(rawValue: node.flags)
      let value = NodeID(node.b)
      // `if var x = place` takes a copy apart.
      let copies = flags.contains(.takes) && body[value].kind == .copy
      let scrutinee = copies ? materialised(value) : place(value)
      let failed = newBlock()
      testPattern(NodeID(node.a), scrutinee, otherwise: failed)
      failures.append(ConditionFailure(block: failed, items: items))
      bindPattern(NodeID(node.a), scrutinee, flags)
      location = outer
    case _:
      let (then, otherwise) = (newBlock(), newBlock())
      branchOn(id, then: then, otherwise: otherwise)
      failures.append(ConditionFailure(block: otherwise, items: items))
      begin(then)
    }
  }

  /// Branches on a condition without names. Its temporaries die before the branch.
  mutating func branchOn(_ id: NodeID, then: BlockID, otherwise: BlockID) {
    let node = body[id]
    switch node.kind {
    case .and:
      let right = newBlock()
      branchOn(NodeID(node.a), then: right, otherwise: otherwise)
      begin(right)
      branchOn(NodeID(node.b), then: then, otherwise: otherwise)
    case .or:
      let right = newBlock()
      branchOn(NodeID(node.a), then: then, otherwise: right)
      begin(right)
      branchOn(NodeID(node.b), then: then, otherwise: otherwise)
    case .unary where node.a == UnaryOperator.not.rawValue:
      branchOn(NodeID(node.b), then: otherwise, otherwise: then)
    case _:
      let outer = location
      location = locate(id)
      pushScope()
      var value = operand(id)
      if items.count > scopeStarts[scopeStarts.count - 1] {
        let saved = temporary(boolType)
        assign(saved, value)
        value = .copy(saved)
      }
      popScope()
      branch(value, then: then, otherwise: otherwise)
      location = outer
    }
  }

  /// A pattern test as a plain bool.
  mutating func lowerPatternTest(_ id: NodeID, into dest: PlaceID) {
    let after = newBlock()
    let depth = items.count
    pushScope()
    var failures: [ConditionFailure] = []
    lowerCondition(id, failures: &failures)
    assign(dest, bool(true))
    popScope()
    go(to: after)
    enterFailures(failures, depth: depth)
    assign(dest, bool(false))
    go(to: after)
    begin(after)
  }
}
