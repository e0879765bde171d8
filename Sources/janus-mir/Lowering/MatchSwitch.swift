// Arms of `match` that one switch chooses between: all arms, when they name variants; runs of arms
// that are literals of an integer, character or bool.
import ASTDB
import Base
import MIR

/// Consecutive arms that are entered by a switch over the scrutinee's value.
struct LiteralRun {
  var start = 0
  /// The first arm behind the run.
  var end = 0
  var entries: [BlockID] = []
}

extension FunctionLowering {
  /// The variants of `.A | .B(_)`, when nothing else needs a test.
  func plainVariants(_ pattern: Node) -> [Int]? {
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
  mutating func switchOnVariant(_ arms: [NodeID], _ scrutinee: PlaceID) -> [BlockID]? {
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

  // MARK: Literals

  /// Ends the current block with a switch over the arms from `start` on that are literals without
  /// a guard, when that is better than comparing one after the other.
  mutating func switchOnValue(
    _ arms: [NodeID], from start: Int, _ scrutinee: PlaceID, otherwise: BlockID
  ) -> LiteralRun {
    var run = LiteralRun(start: start, end: start)
    guard current.exists, isSwitchable(type(of: scrutinee)) else { return run }
    var cases: [SwitchCase] = []
    var known: Set<Int64> = []
    while run.end < arms.count {
      let arm = body[arms[run.end]]
      guard arm.b == UInt32.max, let values = literalValues(NodeID(arm.a)) else { break }
      let entry = newBlock()
      run.entries.append(entry)
      for value in values where known.insert(value).inserted {
        cases.append(SwitchCase(value: value, target: entry))
      }
      run.end += 1
    }
    guard cases.count >= 3 else { return LiteralRun(start: start, end: start) }
    let first = UInt32(function.switchCases.count)
    function.switchCases.append(contentsOf: cases)
    terminate(
      Terminator(
        kind: .switch, operand: .copy(scrutinee), first: first, count: UInt32(cases.count),
        otherwise: otherwise))
    return run
  }

  private func isSwitchable(_ type: MIRTypeID) -> Bool {
    switch context.module.types[type].kind {
    case .char, .bool: true
    case .int: context.module.types[type].size <= 8
    case .void, .never, .float, .pointer, .function, .array, .aggregate, .enumeration: false
    }
  }

  /// The values that a pattern names one by one; nil when it does not, or names too many.
  private mutating func literalValues(_ id: NodeID) -> [Int64]? {
    let node = body[id]
    switch node.kind {
    case .valuePattern: return literalValue(NodeID(node.a)).map { [$0] }
    case .rangePattern:
      guard node.a != UInt32.max, node.b != UInt32.max,
        let lower = literalValue(NodeID(node.a)), let upper = literalValue(NodeID(node.b)),
        lower <= upper, upper.subtractingReportingOverflow(lower).partialValue < 32,
        !upper.subtractingReportingOverflow(lower).overflow
      else { return nil }
      return node.flags & 1 != 0 ? Array(lower...upper) : Array(lower..<upper)
    case .alternativePattern:
      var values: [Int64] = []
      for alternative in nodes(node.a) {
        guard let part = literalValues(alternative) else { return nil }
        values += part
      }
      return values
    case _: return nil
    }
  }

  private mutating func literalValue(_ id: NodeID) -> Int64? {
    let node = body[id]
    switch node.kind {
    case .integer, .character, .bool: break
    case _: return nil
    }
    let value = literal(id, node)
    guard value.kind == .constant,
      case .int(let type, let low, _) = context.module.constants[value.constantID]
    else { return nil }
    guard case .int(let bits, let isSigned) = context.module.types[type].kind else {
      return Int64(exactly: low)
    }
    if !isSigned { return Int64(exactly: low) }
    let unused = Int64(64 - bits)
    return (Int64(bitPattern: low) << unused) >> unused
  }
}
