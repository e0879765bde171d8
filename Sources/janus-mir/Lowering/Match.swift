// `match`: arms are tried in order, but for those that a switch chooses between.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerMatch(_ node: Node, into dest: PlaceID) {
    let flags = MatchFlags(rawValue: node.flags)
    let arms = nodes(node.b)
    let isTaken = flags.contains(.takes) && arms.contains { takesParts(NodeID(body[$0].a)) }
    let scrutinee = scrutineePlace(NodeID(node.a), takesParts: isTaken)
    var open = items
    // What a taking pattern leaves of the scrutinee differs from arm to arm.
    let shared = isTaken ? scopeStarts[scopeStarts.count - 1] : open.count
    let after = newBlock()
    let entries = switchOnVariant(arms, scrutinee)
    let impossible = newBlock()
    var next = BlockID.none
    var run = LiteralRun()
    for (index, arm) in arms.enumerated() {
      var known = entries == nil ? Known.nothing : .variant
      if let entries {
        begin(entries[index])
        next = followingArm(arms, index).map { entries[$0] } ?? impossible
      } else {
        if index >= run.end {
          if next.exists { begin(next) }
          next = newBlock()
          run = switchOnValue(arms, from: index, scrutinee, otherwise: next)
        }
        if index < run.end {
          begin(run.entries[index - run.start])
          known = .all
        }
      }
      items = open
      lowerArm(body[arm], scrutinee, flags, dest, otherwise: next, after: after, known)
      adoptBlocks(into: &open, below: shared)
    }
    if entries == nil { begin(next.exists ? next : current) } else { begin(impossible) }
    unreachable()
    items = open
    items.removeSubrange(scopeStarts.removeLast()...)
    begin(after)
  }

  /// The next arm that takes what this one refuses, when both are entered by their variant.
  private func followingArm(_ arms: [NodeID], _ index: Int) -> Int? {
    let pattern = body[NodeID(body[arms[index]].a)]
    return arms.indices.dropFirst(index + 1).first { other in
      let candidate = body[NodeID(body[arms[other]].a)]
      if let listed = plainVariants(candidate) { return listed.contains(Int(pattern.a)) }
      return candidate.kind != .variantPattern
        || (pattern.kind == .variantPattern && candidate.a == pattern.a)
    }
  }

  /// What a switch found out before an arm is entered.
  private enum Known {
    case nothing, variant, all
  }

  /// Tests the arm, runs its body and leaves the match; the scrutinee dies on the way.
  private mutating func lowerArm(
    _ arm: Node, _ scrutinee: PlaceID, _ flags: MatchFlags, _ dest: PlaceID,
    otherwise: BlockID, after: BlockID, _ known: Known
  ) {
    let depth = scopeStarts[scopeStarts.count - 1]
    let pattern = NodeID(arm.a)
    let kind = body[pattern].kind
    if known == .variant, kind == .variantPattern {
      testPayload(body[pattern], scrutinee, otherwise: otherwise)
    } else if known == .nothing || (known == .variant && kind != .alternativePattern) {
      testPattern(pattern, scrutinee, otherwise: otherwise)
    }
    pushScope()
    if arm.b != UInt32.max {
      testGuard(arm, scrutinee, flags, otherwise: otherwise)
    } else {
      bindPattern(pattern, scrutinee, flags)
    }
    let value = NodeID(arm.c)
    let target = isEmpty(mirType(of: value)) ? PlaceID.none : dest
    lowerValue(value, into: target)
    popScope(keeping: target)
    exitItems(downTo: depth, keeping: target)
    go(to: after)
  }

  /// Binds the pattern's names and tests the guard; names that take are only lent to it.
  private mutating func testGuard(
    _ arm: Node, _ scrutinee: PlaceID, _ flags: MatchFlags, otherwise: BlockID
  ) {
    let pattern = NodeID(arm.a)
    let start = scopeStarts[scopeStarts.count - 1]
    isGuarding = true
    bindPattern(pattern, scrutinee, flags)
    isGuarding = false
    let (matched, failed) = (newBlock(), newBlock())
    branchOn(NodeID(arm.b), then: matched, otherwise: failed)
    let bound = items
    begin(failed)
    runItems(downTo: start)
    go(to: otherwise)
    items = bound
    begin(matched)
    if flags.contains(.takes) {
      runItems(downTo: start)
      bindPattern(pattern, scrutinee, flags)
    }
  }
}
