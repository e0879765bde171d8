// The matrix algorithm of pattern matching: rows are arms, columns the parts still to be looked at.
import ASTDB
import Base

struct PatternMatrix {
  private let program: CheckedProgram
  private let optional: DeclarationID
  private let box: DeclarationID
  private let list: DeclarationID
  /// Work left.
  private var budget = 200_000
  /// The question was too large: nothing that was found says anything.
  var gaveUp: Bool { budget < 0 }

  init(checker: BodyChecker) {
    program = checker.program
    optional = checker.known.optional
    box = checker.known.box
    list = checker.known.list
  }

  /// The least and greatest value of an integer or character type.
  static func bounds(_ type: TypeID) -> (Int128, Int128)? {
    if type == TypeTable.char { return (0, 0x10FFFF) }
    guard let kind = type.integerKind else { return nil }
    if kind.bits == 128 { return kind.isSigned ? (.min, .max) : (0, .max) }
    if kind.isSigned {
      let top = Int128(1) << Int128(kind.bits - 1)
      return (-top, top - 1)
    }
    return (0, (Int128(1) << Int128(kind.bits)) - 1)
  }

  // MARK: Missing values

  /// Examples of what no row matches, one text for each column; at most four.
  mutating func missing(_ rows: [[PatternShape]], _ types: [TypeID]) -> [[String]] {
    budget -= 1 + rows.count
    if budget < 0 { return [] }
    guard let type = types.first else { return rows.isEmpty ? [[]] : [] }
    let rows = expanded(rows)
    let rest = Array(types.dropFirst())
    let heads = heads(of: rows)
    if let all = signature(type, heads) {
      return missing(rows, type, rest, heads, among: all)
    }
    let others = missing(defaultRows(rows), rest)
    return others.map { ["_"] + $0 }
  }

  private mutating func missing(
    _ rows: [[PatternShape]], _ type: TypeID, _ rest: [TypeID],
    _ heads: [PatternConstructor], among all: [PatternConstructor]
  ) -> [[String]] {
    var result: [[String]] = []
    var defaults: [[String]]?
    for constructor in all {
      let isMentioned = heads.contains { covers($0, constructor) }
      if !isMentioned {
        let others = defaults ?? missing(defaultRows(rows), rest)
        defaults = others
        let parts = parts(of: constructor, type).map { _ in "_" }
        let text = heads.isEmpty && isInfiniteLooking(type)
          ? "_" : describe(constructor, type, parts)
        for other in others { result.append([text] + other) }
      } else {
        let parts = parts(of: constructor, type)
        let found = missing(specialised(rows, constructor, parts.count), parts + rest)
        for vector in found {
          let text = describe(constructor, type, Array(vector.prefix(parts.count)))
          result.append([text] + vector.dropFirst(parts.count))
        }
      }
      if result.count >= 4 { break }
    }
    return result
  }

  /// Types whose values are not listed one by one.
  private func isInfiniteLooking(_ type: TypeID) -> Bool {
    if PatternMatrix.bounds(type) != nil { return true }
    switch program.types[type] {
    case .slice, .array: return true
    case .nominal(let declaration, _): return declaration == list
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .tuple, .pointer,
      .function, .variable:
      return false
    }
  }

  // MARK: Useful rows

  /// Whether some value matches `row` and none of `rows`.
  mutating func isUseful(
    _ row: [PatternShape], after rows: [[PatternShape]], _ types: [TypeID]
  ) -> Bool {
    budget -= 1 + rows.count
    if budget < 0 { return true }
    guard let type = types.first, let first = row.first else { return rows.isEmpty }
    let rest = Array(types.dropFirst())
    switch first {
    case .alternatives(let shapes):
      return shapes.contains { isUseful([$0] + row.dropFirst(), after: rows, types) }
    case .constructor(let constructor, let inner):
      let rows = expanded(rows)
      if case .range(let low, let high) = constructor {
        return segments(low, high, heads(of: rows)).contains { segment in
          isUseful(
            Array(row.dropFirst()), after: specialised(rows, segment, 0), rest)
        }
      }
      if case .sequence = constructor {
        return lengths(heads(of: rows) + [constructor], type).contains { length in
          guard covers(constructor, length) else { return false }
          let parts = parts(of: length, type)
          return isUseful(
            spread(inner, of: constructor, over: length) + row.dropFirst(),
            after: specialised(rows, length, parts.count), parts + rest)
        }
      }
      return isUseful(
        inner + row.dropFirst(), after: specialised(rows, constructor, inner.count),
        parts(of: constructor, type) + rest)
    case .wild:
      let rows = expanded(rows)
      let heads = heads(of: rows)
      if let all = signature(type, heads),
        all.allSatisfy({ constructor in heads.contains { covers($0, constructor) } })
      {
        return all.contains { constructor in
          let parts = parts(of: constructor, type)
          return isUseful(
            parts.map { _ in .wild } + row.dropFirst(),
            after: specialised(rows, constructor, parts.count), parts + rest)
        }
      }
      return isUseful(Array(row.dropFirst()), after: defaultRows(rows), rest)
    }
  }

  // MARK: Rows

  /// Rows without alternatives in the first column.
  private func expanded(_ rows: [[PatternShape]]) -> [[PatternShape]] {
    var result: [[PatternShape]] = []
    for row in rows {
      if case .alternatives(let shapes) = row[0] {
        result += expanded(shapes.map { [$0] + row.dropFirst() })
      } else {
        result.append(row)
      }
    }
    return result
  }

  private func heads(of rows: [[PatternShape]]) -> [PatternConstructor] {
    rows.compactMap { row in
      if case .constructor(let constructor, _) = row[0] { return constructor }
      return nil
    }
  }

  private func covers(_ head: PatternConstructor, _ constructor: PatternConstructor) -> Bool {
    if case .range(let a, let b) = head, case .range(let c, let d) = constructor {
      return a <= c && d <= b
    }
    if case .sequence(let a, let b, let isOpen) = head,
      case .sequence(let c, let d, let isLonger) = constructor
    {
      return isOpen ? c + d >= a + b : !isLonger && c + d == a + b
    }
    return head == constructor
  }

  /// The parts of a sequence pattern at their places in one of exactly or at least some length.
  private func spread(
    _ parts: [PatternShape], of head: PatternConstructor, over length: PatternConstructor
  ) -> [PatternShape] {
    guard case .sequence(let before, let after, _) = head,
      case .sequence(let first, let last, _) = length, first + last > before + after
    else { return parts }
    let between = [PatternShape](repeating: .wild, count: first + last - before - after)
    return Array(parts.prefix(before)) + between + parts.suffix(after)
  }

  /// The lengths that patterns tell apart: each up to some number of elements, then all longer ones
  /// as one, of which only the elements near the ends are looked at. An array has one length.
  private func lengths(
    _ heads: [PatternConstructor], _ type: TypeID
  ) -> [PatternConstructor] {
    var (first, last, longest) = (0, 0, 0)
    for head in heads {
      guard case .sequence(let before, let after, let isOpen) = head else { continue }
      if isOpen {
        first = max(first, before)
        last = max(last, after)
      } else {
        longest = max(longest, before + after)
      }
    }
    if case .array(_, let count) = program.types[type] {
      if max(longest, first + last) < count {
        return [.sequence(before: first, after: last, isOpen: true)]
      }
      return [.sequence(before: Int(count), after: 0, isOpen: false)]
    }
    first = max(first, longest + 1 - last)
    let exact = (0..<(first + last)).map {
      PatternConstructor.sequence(before: $0, after: 0, isOpen: false)
    }
    return exact + [.sequence(before: first, after: last, isOpen: true)]
  }

  private func specialised(
    _ rows: [[PatternShape]], _ constructor: PatternConstructor, _ count: Int
  ) -> [[PatternShape]] {
    rows.compactMap { row in
      switch row[0] {
      case .wild: return [PatternShape](repeating: .wild, count: count) + row.dropFirst()
      case .constructor(let head, let parts):
        guard covers(head, constructor) else { return nil }
        return spread(parts, of: head, over: constructor) + row.dropFirst()
      case .alternatives: return nil  // Expanded before.
      }
    }
  }

  private func defaultRows(_ rows: [[PatternShape]]) -> [[PatternShape]] {
    rows.compactMap { row in
      if case .wild = row[0] { return Array(row.dropFirst()) }
      return nil
    }
  }

  // MARK: Constructors

  /// All constructors of a type; nil when they cannot be listed. Numbers are cut where the rows cut
  /// them.
  private func signature(
    _ type: TypeID, _ heads: [PatternConstructor]
  ) -> [PatternConstructor]? {
    if type == TypeTable.bool { return [.bool(true), .bool(false)] }
    if type == TypeTable.char {
      return segments(0, 0xD7FF, heads) + segments(0xE000, 0x10FFFF, heads)
    }
    if let (low, high) = PatternMatrix.bounds(type) { return segments(low, high, heads) }
    switch program.types[type] {
    case .tuple: return [.single]
    case .array, .slice: return lengths(heads, type)
    case .nominal(let declaration, _):
      if declaration == list { return lengths(heads, type) }
      switch program.declarations[declaration].detail {
      case .enumeration(let enumeration):
        return enumeration.variants.indices.map { .variant(UInt32($0)) }
      case .structure: return heads.contains(.single) ? [.single] : nil
      case .function, .trait, .implementation, .constant, .staticVariable, .typeAlias,
        .capability, .test:
        return nil
      }
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .pointer, .function,
      .variable:
      return nil
    }
  }

  private func segments(
    _ low: Int128, _ high: Int128, _ heads: [PatternConstructor]
  ) -> [PatternConstructor] {
    var starts: Set<Int128> = [low]
    for head in heads {
      guard case .range(let a, let b) = head else { continue }
      if a > low && a <= high { starts.insert(a) }
      if b >= low && b < high { starts.insert(b + 1) }
    }
    let sorted = starts.sorted()
    return sorted.enumerated().map { index, start in
      .range(start, index + 1 < sorted.count ? sorted[index + 1] - 1 : high)
    }
  }

  /// The types of a constructor's parts.
  private func parts(of constructor: PatternConstructor, _ type: TypeID) -> [TypeID] {
    switch (constructor, program.types[type]) {
    case (.single, .tuple(let parts)): return parts
    case (.sequence(let before, let after, _), .slice(let element)),
      (.sequence(let before, let after, _), .array(let element, _)):
      return [TypeID](repeating: element, count: before + after)
    case (.sequence(let before, let after, _), .nominal(_, let arguments)):
      return [TypeID](repeating: arguments.first ?? TypeTable.error, count: before + after)
    case (.single, .nominal(let declaration, let arguments)):
      if declaration == box { return arguments }
      guard case .structure(let structure) = program.declarations[declaration].detail else {
        return []
      }
      return structure.fields.map { program.substitute(arguments, in: $0.type) }
    case (.variant(let index), .nominal(let declaration, let arguments)):
      guard case .enumeration(let enumeration) = program.declarations[declaration].detail,
        Int(index) < enumeration.variants.count
      else { return [] }
      return enumeration.variants[Int(index)].fields.map {
        program.substitute(arguments, in: $0.type)
      }
    case (_, _): return []
    }
  }

  // MARK: Text

  private func describe(
    _ constructor: PatternConstructor, _ type: TypeID, _ parts: [String]
  ) -> String {
    switch constructor {
    case .bool(let flag): return flag ? "true" : "false"
    case .text(let symbol): return "\"\(program.interner.text(symbol))\""
    case .opaque: return "_"
    case .range(let low, let high): return describeRange(low, high, type)
    case .single: return describeSingle(type, parts)
    case .sequence(let before, let after, let isOpen):
      let shown = parts.prefix(before) + (isOpen ? [".."] : []) + parts.suffix(after)
      return "[" + shown.joined(separator: ", ") + "]"
    case .variant(let index):
      guard case .nominal(let declaration, _) = program.types[type],
        case .enumeration(let enumeration) = program.declarations[declaration].detail
      else { return "_" }
      if declaration == optional && index == 0 { return "null" }
      let variant = enumeration.variants[Int(index)]
      let name = "." + program.interner.text(variant.name)
      if parts.isEmpty { return name }
      if variant.fields[0].name == .empty {
        return name + "(" + parts.joined(separator: ", ") + ")"
      }
      return name + fieldList(variant.fields, parts)
    }
  }

  private func describeSingle(_ type: TypeID, _ parts: [String]) -> String {
    guard case .nominal(let declaration, _) = program.types[type] else {
      return "(" + parts.joined(separator: ", ") + ")"
    }
    if declaration == box { return parts.first ?? "_" }
    guard case .structure(let structure) = program.declarations[declaration].detail else {
      return "_"
    }
    return program.interner.text(program.declarations[declaration].name)
      + fieldList(structure.fields, parts)
  }

  private func fieldList(_ fields: [Field], _ parts: [String]) -> String {
    var shown: [String] = []
    for (field, part) in zip(fields, parts) where part != "_" {
      shown.append("\(program.interner.text(field.name)): \(part)")
    }
    if shown.count < fields.count { shown.append("..") }
    return " { " + shown.joined(separator: ", ") + " }"
  }

  private func describeRange(_ low: Int128, _ high: Int128, _ type: TypeID) -> String {
    if type == TypeTable.char {
      func character(_ value: Int128) -> String {
        guard let scalar = Unicode.Scalar(UInt32(value)), value > 32, value < 127 else {
          return "'\\u{\(String(Int(value), radix: 16))}'"
        }
        return "'\(scalar)'"
      }
      return low == high ? character(low) : "\(character(low))..=\(character(high))"
    }
    if low == high { return "\(low)" }
    if let (least, greatest) = PatternMatrix.bounds(type), greatest - 1 > 1 << 30 {
      if low == least { return "..=\(high)" }
      if high == greatest { return "\(low).." }
    }
    return "\(low)..=\(high)"
  }
}
