// Whether the arms of a `match` cover every value, and whether each arm can be reached: the matrix
// algorithm over the constructors of types. Numbers and characters are ranges.
import ASTDB
import Base
import Parser

/// A pattern without names: what it says about the value.
indirect enum PatternShape {
  case wild
  case constructor(PatternConstructor, [PatternShape])
  case alternatives([PatternShape])
}

enum PatternConstructor: Hashable {
  case variant(UInt32)
  /// A struct, a tuple, what is in a box.
  case single
  case bool(Bool)
  case range(Int128, Int128)
  case text(Symbol)
  /// So many elements at the ends of an array, slice or list; open: perhaps others between.
  case sequence(before: Int, after: Int, isOpen: Bool)
  /// A float, or a constant whose value is not known here: equal to nothing else.
  case opaque(NodeID)
}

extension BodyChecker {
  /// E2301 for a `match`; W2302 for arms that no value reaches.
  mutating func checkExhaustive(
    _ arms: [UInt32], _ type: TypeID, _ id: SyntaxID, _ scrutinee: SyntaxID
  ) {
    let type = inference.solved(type)
    var rows: [[PatternShape]] = []
    var matrix = PatternMatrix(checker: self)
    for arm in arms {
      let node = body.nodes[Int(arm)]
      guard let shape = shape(of: NodeID(node.a)) else { return }
      if !matrix.isUseful([shape], after: rows, [type]) {
        report(.unreachableArm(at: sourceSpan(of: NodeID(node.a))))
      }
      if node.b == NodeID.none.raw { rows.append([shape]) }
    }
    if rows.contains(where: { if case .wild = $0[0] { true } else { false } }) { return }
    let missing = matrix.missing(rows, [type])
    if matrix.gaveUp { return report(.tooLarge(at: matchHead(id, scrutinee))) }
    if missing.isEmpty { return }
    let names = missing.prefix(3).map { "`\($0[0])`" }.joined(separator: ", ")
    report(
      .notExhaustive(
        names, name(of: type), isMore: missing.count > 3, at: matchHead(id, scrutinee)))
  }

  /// The `match` and its scrutinee.
  private func matchHead(_ id: SyntaxID, _ scrutinee: SyntaxID) -> SourceSpan {
    let whole = span(id)
    return SourceSpan(file: whole.file, start: whole.start, end: span(scrutinee).end)
  }

  /// E2302 for a pattern of `let`, `for` or a parameter that may fail.
  mutating func checkIrrefutable(_ pattern: NodeID, _ type: TypeID, _ id: SyntaxID) {
    guard let shape = shape(of: pattern) else { return }
    if case .wild = shape { return }
    var matrix = PatternMatrix(checker: self)
    let missing = matrix.missing([[shape]], [inference.solved(type)])
    if let first = missing.first {
      report(.refutable(first[0], at: span(id)))
    }
  }

  /// E2302 for a range, in a pattern that may fail, that no value is in.
  mutating func checkRanges(_ pattern: NodeID) { _ = shape(of: pattern) }

  // MARK: Shapes

  /// Nil when the pattern was reported as wrong.
  private mutating func shape(of id: NodeID) -> PatternShape? {
    let node = body.nodes[id.index]
    switch node.kind {
    case .bindingPattern where node.b != NodeID.none.raw: return shape(of: NodeID(node.b))
    case .wildcardPattern, .bindingPattern:
      return body.types[Int(node.type)] == TypeTable.error ? nil : .wild
    case .valuePattern: return valueShape(NodeID(node.a), id)
    case .rangePattern: return rangeShape(node, id)
    case .variantPattern:
      return shapes(body.list(node.b)).map { .constructor(.variant(node.a), $0) }
    case .tuplePattern: return tupleShape(node)
    case .structurePattern: return structureShape(node)
    case .sequencePattern: return sequenceShape(node)
    case .alternativePattern: return shapes(body.list(node.a)).map { .alternatives($0) }
    case .unboxPattern: return shape(of: NodeID(node.a)).map { .constructor(.single, [$0]) }
    default: return nil  // An error.
    }
  }

  private mutating func shapes(_ list: some Sequence<UInt32>) -> [PatternShape]? {
    var result: [PatternShape] = []
    for raw in list {
      guard let shape = shape(of: NodeID(raw)) else { return nil }
      result.append(shape)
    }
    return result
  }

  private mutating func tupleShape(_ node: Node) -> PatternShape? {
    let type = inference.solved(body.types[Int(node.type)])
    guard let parts = shapes(body.list(node.a)), case .tuple(let types) = program.types[type],
      types.count == parts.count
    else { return nil }
    return .constructor(.single, parts)
  }

  private mutating func structureShape(_ node: Node) -> PatternShape? {
    guard case .nominal(let declaration, _) = program.types[body.types[Int(node.type)]],
      case .structure(let structure) = program.declarations[declaration].detail
    else { return nil }
    var parts = [PatternShape](repeating: .wild, count: structure.fields.count)
    let words = Array(body.list(node.a))
    for pair in stride(from: 0, to: words.count, by: 2) {
      guard let shape = shape(of: NodeID(words[pair + 1])) else { return nil }
      parts[Int(words[pair])] = shape
    }
    return .constructor(.single, parts)
  }

  private mutating func sequenceShape(_ node: Node) -> PatternShape? {
    guard let before = shapes(body.list(node.a)), let after = shapes(body.list(node.b)) else {
      return nil
    }
    let constructor = PatternConstructor.sequence(
      before: before.count, after: after.count, isOpen: node.c != NodeID.none.raw)
    return .constructor(constructor, before + after)
  }

  private func valueShape(_ value: NodeID, _ pattern: NodeID) -> PatternShape? {
    let node = body.nodes[value.index]
    if node.kind == .error { return nil }
    if let number = number(value) { return .constructor(.range(number, number), []) }
    switch node.kind {
    case .bool: return .constructor(.bool(node.a != 0), [])
    case .string: return .constructor(.text(body.strings[Int(node.a)]), [])
    case .constant:
      guard
        case .constant(_, let constant) =
          program.declarations[body.declarations[Int(node.a)]].detail, let constant
      else { return .constructor(.opaque(pattern), []) }
      switch constant {
      case .bool(let flag): return .constructor(.bool(flag), [])
      case .string(let text):
        return .constructor(.text(program.interner.intern(text)), [])
      case .integer, .float, .char: return .constructor(.opaque(pattern), [])
      }
    default: return .constructor(.opaque(pattern), [])  // Known only when it runs.
    }
  }

  /// The value of an integer or character node.
  private func number(_ id: NodeID) -> Int128? {
    let node = body.nodes[id.index]
    switch node.kind {
    case .character: return Int128(node.a)
    case .integer:
      let low = UInt64(node.a) | UInt64(node.b) << 32
      guard let kind = body.types[Int(node.type)].integerKind else {
        guard let literal = literals.first(where: { $0.node == id }),
          let value = Int128(exactly: literal.value)
        else { return nil }
        return literal.isNegative ? -value : value
      }
      if node.c != 0 {
        let words = Array(body.list(node.c))
        let high = UInt64(words[0]) | UInt64(words[1]) << 32
        let value = UInt128(low) | UInt128(high) << 64
        return kind.isSigned ? Int128(truncatingIfNeeded: value) : Int128(exactly: value)
      }
      return kind.isSigned ? Int128(Int64(bitPattern: low)) : Int128(low)
    case .constant:
      guard
        case .constant(_, let value) = program.declarations[body.declarations[Int(node.a)]].detail
      else { return nil }
      if case .char(let scalar) = value { return Int128(scalar) }
      guard case .integer(let low, let high) = value else { return nil }
      return Int128(truncatingIfNeeded: UInt128(low) | UInt128(high) << 64)
    case .widen, .cast: return number(NodeID(node.a))
    default: return nil  // Known only when it runs.
    }
  }

  private mutating func rangeShape(_ node: Node, _ id: NodeID) -> PatternShape? {
    guard let (least, greatest) = PatternMatrix.bounds(body.types[Int(node.type)]) else {
      return .constructor(.opaque(id), [])
    }
    var low = least
    var high = greatest
    if node.a != NodeID.none.raw {
      guard let value = number(NodeID(node.a)) else { return .constructor(.opaque(id), []) }
      low = value
    }
    if node.b != NodeID.none.raw {
      guard let value = number(NodeID(node.b)) else { return .constructor(.opaque(id), []) }
      high = node.flags & 1 != 0 ? value : value - 1
    }
    if low <= high { return .constructor(.range(low, high), []) }
    report(.emptyRange(at: sourceSpan(of: id)))
    return nil
  }
}

extension Diagnostic {
  fileprivate static func notExhaustive(
    _ missing: String, _ type: String, isMore: Bool, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .nonExhaustiveMatch, "`match` does not cover \(missing)\(isMore ? " and more" : "")",
      at: span,
      notes: ["the scrutinee has type `\(type)`; add the missing arms, or `else`"])
  }

  fileprivate static func tooLarge(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .nonExhaustiveMatch, "whether `match` covers every value takes too long to find out",
      at: span, notes: ["add `else`, or take the value apart in steps"])
  }

  fileprivate static func unreachableArm(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unreachablePattern, "no value reaches this pattern: earlier arms match them all", at: span)
  }

  fileprivate static func emptyRange(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badPattern, "the range matches no value: its end lies before its start", at: span)
  }

  fileprivate static func refutable(_ missing: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPattern, "this pattern does not match `\(missing)`", at: span,
      notes: ["use `if let` or `match` for a pattern that can fail"])
  }
}
