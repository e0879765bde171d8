// Literals, constants and values written by their parts.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// The operand of a literal, or of a function as a value.
  mutating func literal(_ id: NodeID, _ node: Node) -> Operand {
    let type = mirType(of: id)
    switch node.kind {
    case .integer: return integerLiteral(node, type)
    case .float: return floatLiteral(node, type)
    case .bool, .character:
      return constant(.int(type: type, low: UInt64(node.a), high: 0))
    case .string:
      let bytes = Array(context.program.interner.text(body.strings[Int(node.a)]).utf8)
      if node.flags & 1 != 0 { return constant(.cString(type: type, bytes: bytes)) }
      return constant(.string(type: type, bytes: bytes))
    case .function: return functionValue(node, type)
    case _: return zero(type)
    }
  }

  private func integerLiteral(_ node: Node, _ type: MIRTypeID) -> Operand {
    let low = UInt64(node.a) | UInt64(node.b) << 32
    // In a generic function the type may have become one of the floats.
    if case .float = context.module.types[type].kind {
      return constant(.float(type: type, bits: Double(Int64(bitPattern: low)).bitPattern))
    }
    var high: UInt64 = 0
    if node.c != 0, node.c != UInt32.max {
      let words = Array(body.list(node.c))
      if words.count == 2 { high = UInt64(words[0]) | UInt64(words[1]) << 32 }
    } else if case .int(let bits, let signed) = context.module.types[type].kind, signed,
      bits <= 64, Int64(bitPattern: low) < 0
    {
      high = UInt64.max
    }
    return constant(.int(type: type, low: low, high: high))
  }

  private func floatLiteral(_ node: Node, _ type: MIRTypeID) -> Operand {
    let bits = UInt64(node.a) | UInt64(node.b) << 32
    // In a generic function the type may have become one of the integers.
    if case .int = context.module.types[type].kind {
      let value = Int64(exactly: Double(bitPattern: bits).rounded(.towardZero)) ?? 0
      let high: UInt64 = value < 0 ? .max : 0
      return constant(.int(type: type, low: UInt64(bitPattern: value), high: high))
    }
    return constant(.float(type: type, bits: bits))
  }

  mutating func lowerConstantUse(_ node: Node, into dest: PlaceID) {
    let declaration = body.declarations[Int(node.a)]
    if case .constant(_, let value?) = context.program.declarations[declaration].detail {
      return assign(dest, known(value, type(of: dest)))
    }
    call(context.constantFunction(declaration), [], into: dest)
  }

  /// A constant whose value was computed when it was checked.
  private mutating func known(_ value: ConstantValue, _ type: MIRTypeID) -> Operand {
    switch value {
    case .integer(let low, let high): constant(.int(type: type, low: low, high: high))
    case .float(let bits): constant(.float(type: type, bits: bits))
    case .bool(let value): constant(.int(type: type, low: value ? 1 : 0, high: 0))
    case .char(let value): constant(.int(type: type, low: UInt64(value), high: 0))
    case .string(let text): string(text)
    }
  }

  mutating func lowerDefaultValue(
    _ declaration: DeclarationID, _ index: Int, _ arguments: [TypeID], into dest: PlaceID
  ) {
    let function = context.defaultValueFunction(declaration, index, arguments, policy: policy)
    call(function, [], into: dest)
  }

  /// A struct: parts in order of evaluation, put together in order of declaration.
  mutating func lowerStructure(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let words = Array(body.list(node.a))
    var fields: [Int] = []
    var values: [NodeID] = []
    for i in stride(from: 0, to: words.count - 1, by: 2) {
      fields.append(Int(words[i]))
      values.append(NodeID(words[i + 1]))
    }
    let operands = self.operands(values)
    var ordered = [Operand](repeating: .none, count: fields.count)
    for (position, field) in fields.enumerated() where field < ordered.count {
      ordered[field] = operands[position]
    }
    construct(dest, ordered)
  }

  mutating func lowerVariant(_ node: Node, into dest: PlaceID) {
    let operands = self.operands(nodes(node.b))
    construct(dest, operands, variant: Int(node.a))
  }

  mutating func lowerAggregate(_ node: Node, into dest: PlaceID) {
    let operands = self.operands(nodes(node.a))
    construct(dest, operands)
  }

  /// `lower..<upper` as a value of std's range struct: lower, upper, and whether upper is included
  /// when the struct has a third field.
  mutating func lowerRange(_ node: Node, into dest: PlaceID) {
    var operands = self.operands([NodeID(node.a), NodeID(node.b)])
    guard dest.exists else { return }
    if case .aggregate(let fields) = context.module.types[type(of: dest)].kind, fields.count > 2 {
      operands.append(bool(node.flags & 1 != 0))
    }
    construct(dest, operands)
  }
}
