// `match`: arms are tried in order; when all of them name variants, one switch chooses the first
// arm worth trying.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerMatch(_ node: Node, into dest: PlaceID) {
    let flags = MatchFlags(rawValue: node.flags)
    let scrutinee = place(NodeID(node.a))
    openScope(of: scrutinee)
    var open = items
    // What a taking pattern leaves of the scrutinee differs from arm to arm.
    let shared = flags.contains(.takes) ? scopeStarts[scopeStarts.count - 1] : open.count
    let after = newBlock()
    let arms = nodes(node.b)
    let entries = switchOnVariant(arms, scrutinee)
    let impossible = newBlock()
    var next = BlockID.none
    for (index, arm) in arms.enumerated() {
      if let entries {
        begin(entries[index])
        next = followingArm(arms, index).map { entries[$0] } ?? impossible
      } else {
        if next.exists { begin(next) }
        next = newBlock()
      }
      items = open
      lowerArm(
        body[arm], scrutinee, flags, dest, otherwise: next, after: after, isKnown: entries != nil)
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

  /// Tests the arm, runs its body and leaves the match; the scrutinee dies on the way. `isKnown`:
  /// the variant was tested already.
  private mutating func lowerArm(
    _ arm: Node, _ scrutinee: PlaceID, _ flags: MatchFlags, _ dest: PlaceID,
    otherwise: BlockID, after: BlockID, isKnown: Bool
  ) {
    let depth = scopeStarts[scopeStarts.count - 1]
    let pattern = NodeID(arm.a)
    if isKnown, body[pattern].kind == .variantPattern {
      testPayload(body[pattern], scrutinee, otherwise: otherwise)
    } else if !isKnown || body[pattern].kind != .alternativePattern {
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
    if flags.contains(.takes) {
      bindForGuard(pattern, scrutinee)
    } else {
      bindPattern(pattern, scrutinee, flags)
    }
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

  /// For the guard of an arm that takes: its names are lent until the guard has decided.
  private mutating func bindForGuard(_ pattern: NodeID, _ place: PlaceID) {
    var parts: [(UInt32, PlaceID)] = []
    collectLent(pattern, place, &parts)
    for (name, part) in parts { bindAlias(name, .borrow(part)) }
  }

  private mutating func collectLent(
    _ id: NodeID, _ place: PlaceID, _ parts: inout [(UInt32, PlaceID)]
  ) {
    let node = body[id]
    switch node.kind {
    case .bindingPattern:
      parts.append((node.a, place))
      if node.b != UInt32.max { collectLent(NodeID(node.b), place, &parts) }
    case .variantPattern:
      for (index, field) in body.list(node.b).enumerated() {
        collectLent(NodeID(field), payload(place, Int(node.a), index), &parts)
      }
    case .tuplePattern:
      for (index, part) in body.list(node.a).enumerated() {
        collectLent(NodeID(part), field(place, index), &parts)
      }
    case .structurePattern:
      let words = Array(body.list(node.a))
      for i in stride(from: 0, to: words.count - 1, by: 2) {
        collectLent(NodeID(words[i + 1]), field(place, Int(words[i])), &parts)
      }
    case .unboxPattern: collectLent(NodeID(node.a), unboxed(place), &parts)
    case _: break
    }
  }

  /// The variants of `.A | .B(_)`, when nothing else needs a test.
  private func plainVariants(_ pattern: Node) -> [Int]? {
    guard pattern.kind == .alternativePattern else { return nil }
    var variants: [Int] = []
    for alternative in nodes(pattern.a) {
      let node = body[alternative]
      guard node.kind == .variantPattern,
        !body.list(node.b).contains(where: { needsTest(NodeID($0)) })
      else { return nil }
      variants.append(Int(node.a))
    }
    return variants
  }

  /// One switch over the tag, when every arm names a variant or takes all: the entry of each arm.
  private mutating func switchOnVariant(_ arms: [NodeID], _ scrutinee: PlaceID) -> [BlockID]? {
    guard current.exists, arms.count > 1,
      case .enumeration(_, let variants) = context.module.types[type(of: scrutinee)].kind
    else { return nil }
    var first = [Int](repeating: -1, count: variants.count)
    var last = arms.count
    for (index, arm) in arms.enumerated() where last == arms.count {
      let pattern = body[NodeID(body[arm].a)]
      if pattern.kind == .variantPattern {
        if first[Int(pattern.a)] < 0 { first[Int(pattern.a)] = index }
      } else if let listed = plainVariants(pattern), body[arm].b == UInt32.max {
        for variant in listed where first[variant] < 0 { first[variant] = index }
      } else if !needsTest(NodeID(body[arm].a)), body[arm].b == UInt32.max {
        last = index
      } else {
        return nil
      }
    }
    let entries = arms.map { _ in newBlock() }
    let value = discriminant(scrutinee)
    let start = UInt32(function.switchCases.count)
    for (index, variant) in variants.enumerated() {
      let arm = first[index] < 0 ? last : min(first[index], last)
      if arm < arms.count {
        function.switchCases.append(
          SwitchCase(value: variant.discriminant, target: entries[arm]))
      }
    }
    var impossible = BlockID.none
    if last < arms.count { impossible = entries[last] } else { impossible = newBlock() }
    terminate(
      Terminator(
        kind: .switch, operand: value, first: start,
        count: UInt32(function.switchCases.count) - start, otherwise: impossible))
    if last == arms.count {
      begin(impossible)
      unreachable()
    }
    return entries
  }
}
