// Readers of statements and expressions. Each takes the ID of a node of the kind it names.
import Base

public struct LocalSyntax {
  public var pattern: NodeID
  public var type: NodeID
  public var value: NodeID
  public var attributes: NodeList
  /// `var`.
  public var isMutable: Bool
}

public struct AssignmentSyntax {
  public var target: NodeID
  public var value: NodeID
  /// `.assign` for a plain `=`.
  public var operation: BinaryOperator
}

public struct UsingSyntax {
  public var name: Symbol
  public var type: NodeID
  public var value: NodeID
  public var body: NodeID
}

public struct IntegerSyntax {
  public var value: UInt128
  /// Above 128 bits; `value` is then meaningless.
  public var overflows: Bool
}

public struct BinarySyntax {
  public var operation: BinaryOperator
  public var left: NodeID
  public var right: NodeID
}

public struct RangeSyntax {
  public var lower: NodeID
  public var upper: NodeID
  public var operation: RangeOperator
}

public struct CatchSyntax {
  public var value: NodeID
  public var name: Symbol
  public var nameStart: Int32
  public var handler: NodeID
}

public struct CallSyntax {
  public var callee: NodeID
  /// Expressions and `.argument`.
  public var arguments: NodeList
  public var hasTrailingBlock: Bool
}

public struct MemberSyntax {
  public var base: NodeID
  public var name: Symbol
  public var isOptionalChain: Bool
}

public struct ClosureSyntax {
  /// List of `.closureParameter`.
  public var parameters: NodeList
  public var result: NodeID
  public var clauses: NodeList
  /// A `.block` or an expression.
  public var body: NodeID
  public var isMove: Bool
}

public struct ClosureParameterSyntax {
  public var pattern: NodeID
  public var type: NodeID
  public var mode: PassingMode
}

public struct IfSyntax {
  public var condition: NodeID
  public var then: NodeID
  /// `.block`, `.ifExpression` or none.
  public var otherwise: NodeID
}

public struct LetConditionSyntax {
  public var pattern: NodeID
  public var type: NodeID
  public var value: NodeID
  /// `var p = e`.
  public var isMutable: Bool
}

public struct WhileSyntax {
  public var condition: NodeID
  public var label: Symbol
  public var body: NodeID
}

public struct ForSyntax {
  public var label: Symbol
  public var pattern: NodeID
  public var sequence: NodeID
  public var body: NodeID
}

public struct MatchArmSyntax {
  public var pattern: NodeID
  public var guardCondition: NodeID
  public var body: NodeID
  public var isElse: Bool
}

public struct GrantSyntax {
  /// List of `.requiresCapability`.
  public var capabilities: NodeList
  public var name: Symbol
  public var nameStart: Int32
  public var body: NodeID
}

public struct ScratchpadSyntax {
  public var capacity: NodeID
  public var name: Symbol
  public var nameStart: Int32
  public var body: NodeID
}

public struct AssemblyOperandSyntax {
  public var name: Symbol
  public var constraint: Symbol
  public var value: NodeID
  public var type: NodeID
  public var direction: AssemblyDirection
}

extension SyntaxTree {
  /// lhs as a node: the operand of `.unary`, `.borrow`, `.move`, `.tryExpression`, `.propagate`,
  /// `.dereference`, `.returnExpression` (may be none), `.failExpression`, `.unsafeBlock`,
  /// `.deferred`, `.interpolation`.
  @inlinable public func operand(_ id: NodeID) -> NodeID { NodeID(self[id].lhs) }

  /// The symbol of `.name`, `.implicitMember`, `.bindingPattern`, `.intrinsic`, `.string`,
  /// `.cString`, `.fieldValue`, `.argument`, `.fieldPattern`, and the label of `.breakExpression`
  /// and `.continueExpression` (may be empty).
  @inlinable public func symbol(_ id: NodeID) -> Symbol { Symbol(raw: self[id].lhs) }

  public func local(_ id: NodeID) -> LocalSyntax {
    let n = self[id]
    return LocalSyntax(
      pattern: node(n.lhs, 0), type: node(n.lhs, 1), value: node(n.lhs, 2),
      attributes: list(at: word(n.lhs, 3)), isMutable: n.flags.contains(.mutable))
  }

  public func assignment(_ id: NodeID) -> AssignmentSyntax {
    let n = self[id]
    return AssignmentSyntax(
      target: NodeID(n.lhs), value: NodeID(n.rhs), operation: BinaryOperator(rawValue: n.operation)!
    )
  }

  public func postfixCondition(
    _ id: NodeID
  ) -> (statement: NodeID, condition: NodeID, isUnless: Bool) {
    let n = self[id]
    return (NodeID(n.lhs), NodeID(n.rhs), n.flags.contains(.negated))
  }

  public func using(_ id: NodeID) -> UsingSyntax {
    let r = self[id].lhs
    return UsingSyntax(name: symbol(r, 0), type: node(r, 1), value: node(r, 2), body: node(r, 3))
  }

  public func integer(_ id: NodeID) -> IntegerSyntax {
    let n = self[id]
    guard n.flags.contains(.wide) else {
      return IntegerSyntax(
        value: UInt128(n.lhs) | UInt128(n.rhs) << 32, overflows: n.flags.contains(.overflow))
    }
    var value: UInt128 = 0
    for k in (0..<4 as Range<UInt32>).reversed() { value = value << 32 | UInt128(word(n.lhs, k)) }
    return IntegerSyntax(value: value, overflows: false)
  }

  public func float(_ id: NodeID) -> Double {
    Double(bitPattern: UInt64(self[id].lhs) | UInt64(self[id].rhs) << 32)
  }

  /// The scalar of a `.character`, the byte of a `.byte`, 0 or 1 of a `.boolean`.
  @inlinable public func scalar(_ id: NodeID) -> UInt32 { self[id].lhs }

  /// Elements of `.tuple`, `.arrayLiteral`, `.block`, `.interpolatedString`, `.tuplePattern`,
  /// `.sequencePattern`, `.alternativePattern`, `.tupleType`.
  @inlinable public func elements(_ id: NodeID) -> NodeList { list(at: self[id].lhs) }

  /// The format specification of an `.interpolation`, or empty; the expression is its operand.
  public func formatSpecification(_ id: NodeID) -> Symbol { Symbol(raw: self[id].rhs) }

  public func arrayRepeat(_ id: NodeID) -> (value: NodeID, count: NodeID) {
    (NodeID(self[id].lhs), NodeID(self[id].rhs))
  }

  public func structLiteral(_ id: NodeID) -> (type: NodeID, fields: NodeList) {
    (NodeID(self[id].lhs), list(at: self[id].rhs))
  }

  /// `value` is none for the short form `x`.
  public func fieldValue(_ id: NodeID) -> (name: Symbol, value: NodeID) {
    (Symbol(raw: self[id].lhs), NodeID(self[id].rhs))
  }

  public func unary(_ id: NodeID) -> (operation: UnaryOperator, operand: NodeID) {
    (UnaryOperator(rawValue: self[id].operation)!, NodeID(self[id].lhs))
  }

  public func binary(_ id: NodeID) -> BinarySyntax {
    let n = self[id]
    return BinarySyntax(
      operation: BinaryOperator(rawValue: n.operation)!, left: NodeID(n.lhs), right: NodeID(n.rhs))
  }

  /// A `.range` or `.rangePattern`.
  public func range(_ id: NodeID) -> RangeSyntax {
    let n = self[id]
    return RangeSyntax(
      lower: NodeID(n.lhs), upper: NodeID(n.rhs), operation: RangeOperator(rawValue: n.operation)!)
  }

  public func cast(_ id: NodeID) -> (value: NodeID, type: NodeID) {
    (NodeID(self[id].lhs), NodeID(self[id].rhs))
  }

  public func catching(_ id: NodeID) -> CatchSyntax {
    let n = self[id]
    return CatchSyntax(
      value: NodeID(n.lhs), name: symbol(n.rhs, 0), nameStart: Int32(bitPattern: word(n.rhs, 1)),
      handler: node(n.rhs, 2))
  }

  public func pipeline(_ id: NodeID) -> (value: NodeID, function: NodeID) {
    (NodeID(self[id].lhs), NodeID(self[id].rhs))
  }

  public func call(_ id: NodeID) -> CallSyntax {
    let n = self[id]
    return CallSyntax(
      callee: NodeID(n.lhs), arguments: list(at: n.rhs),
      hasTrailingBlock: n.flags.contains(.trailing))
  }

  /// A named `.argument`.
  public func argument(_ id: NodeID) -> (name: Symbol, value: NodeID) {
    (Symbol(raw: self[id].lhs), NodeID(self[id].rhs))
  }

  public func intrinsic(_ id: NodeID) -> (name: Symbol, arguments: NodeList) {
    (Symbol(raw: self[id].lhs), list(at: self[id].rhs))
  }

  public func member(_ id: NodeID) -> MemberSyntax {
    let n = self[id]
    return MemberSyntax(
      base: NodeID(n.lhs), name: Symbol(raw: n.rhs),
      isOptionalChain: n.flags.contains(.optionalChain))
  }

  public func tupleMember(_ id: NodeID) -> (base: NodeID, index: UInt32) {
    (NodeID(self[id].lhs), self[id].rhs)
  }

  public func index(_ id: NodeID) -> (base: NodeID, arguments: NodeList) {
    (NodeID(self[id].lhs), list(at: self[id].rhs))
  }

  public func closure(_ id: NodeID) -> ClosureSyntax {
    let n = self[id]
    return ClosureSyntax(
      parameters: list(at: word(n.lhs, 0)), result: node(n.lhs, 1),
      clauses: list(at: word(n.lhs, 2)),
      body: node(n.lhs, 3), isMove: n.flags.contains(.move))
  }

  public func closureParameter(_ id: NodeID) -> ClosureParameterSyntax {
    let n = self[id]
    return ClosureParameterSyntax(
      pattern: NodeID(n.lhs), type: NodeID(n.rhs), mode: PassingMode(rawValue: n.operation)!)
  }

  public func statements(_ id: NodeID) -> NodeList { list(at: self[id].lhs) }

  public func ifExpression(_ id: NodeID) -> IfSyntax {
    let n = self[id]
    return IfSyntax(condition: NodeID(n.lhs), then: node(n.rhs, 0), otherwise: node(n.rhs, 1))
  }

  public func letCondition(_ id: NodeID) -> LetConditionSyntax {
    let n = self[id]
    return LetConditionSyntax(
      pattern: node(n.lhs, 0), type: node(n.lhs, 1), value: NodeID(n.rhs),
      isMutable: n.flags.contains(.mutable))
  }

  public func whileLoop(_ id: NodeID) -> WhileSyntax {
    let n = self[id]
    return WhileSyntax(condition: NodeID(n.lhs), label: symbol(n.rhs, 0), body: node(n.rhs, 1))
  }

  public func forLoop(_ id: NodeID) -> ForSyntax {
    let r = self[id].lhs
    return ForSyntax(
      label: symbol(r, 0), pattern: node(r, 1), sequence: node(r, 2), body: node(r, 3))
  }

  public func match(_ id: NodeID) -> (scrutinee: NodeID, arms: NodeList) {
    (NodeID(self[id].lhs), list(at: self[id].rhs))
  }

  public func matchArm(_ id: NodeID) -> MatchArmSyntax {
    let n = self[id]
    return MatchArmSyntax(
      pattern: NodeID(n.lhs), guardCondition: node(n.rhs, 0), body: node(n.rhs, 1),
      isElse: n.flags.contains(.elseArm))
  }

  public func breakExpression(_ id: NodeID) -> (label: Symbol, value: NodeID) {
    (Symbol(raw: self[id].lhs), NodeID(self[id].rhs))
  }

  public func grant(_ id: NodeID) -> GrantSyntax {
    let r = self[id].lhs
    return GrantSyntax(
      capabilities: list(at: word(r, 0)), name: symbol(r, 1),
      nameStart: Int32(bitPattern: word(r, 2)), body: node(r, 3))
  }

  public func scratchpad(_ id: NodeID) -> ScratchpadSyntax {
    let r = self[id].lhs
    return ScratchpadSyntax(
      capacity: node(r, 0), name: symbol(r, 1), nameStart: Int32(bitPattern: word(r, 2)),
      body: node(r, 3))
  }

  public func assembly(_ id: NodeID) -> (template: NodeID, operands: NodeList) {
    (NodeID(self[id].lhs), list(at: self[id].rhs))
  }

  public func assemblyOperand(_ id: NodeID) -> AssemblyOperandSyntax {
    let n = self[id]
    return AssemblyOperandSyntax(
      name: symbol(n.lhs, 0), constraint: symbol(n.lhs, 1), value: node(n.lhs, 2),
      type: node(n.lhs, 3), direction: AssemblyDirection(rawValue: n.operation)!)
  }
}
