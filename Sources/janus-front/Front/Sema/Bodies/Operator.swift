// Operators: arithmetic with widening of mixed operands, comparison, joining of strings, pointer
// arithmetic. `and`, `or` and `not` are in Condition.swift, `??` in Optional.swift.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func unaryOperator(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let syntax = tree.unary(id)
    switch syntax.operation {
    case .not: return condition(id).node
    case .negate:
      switch tree.kind(syntax.operand) {
      case .integer: return integerLiteral(syntax.operand, negated: true, whole: id, expected)
      case .float: return floatLiteral(syntax.operand, negated: true, whole: id, expected)
      default: return numericUnary(id, .negate, syntax.operand, expected)  // Other operands.
      }
    case .complement: return numericUnary(id, .bitNot, syntax.operand, expected)
    }
  }

  private mutating func numericUnary(
    _ id: SyntaxID, _ operation: UnaryOperator, _ operand: SyntaxID, _ expected: Expectation
  ) -> NodeID {
    var node = check(operand, .lent)
    node = unboxed(node)
    let type = self.type(of: node)
    if type == TypeTable.error || type == TypeTable.never { return node }
    let isFit: Bool
    switch inference.classOfVariable(type) {
    case .some(.integer): isFit = true
    case .some(.float): isFit = operation == .negate
    case .some(.any): isFit = false
    case nil:
      if let kind = type.integerKind {
        isFit = operation == .bitNot || kind.isSigned
      } else {
        let bounds = inference.numericBounds(of: type)
        isFit = operation == .negate
          ? type.isFloat || !bounds.isDisjoint(with: [.number, .integer, .float])
          : bounds.contains(.integer)
      }
    }
    guard isFit else {
      return fail(
        .badUnary(operation == .negate ? "-" : "~", name(of: type), at: span(id)), at: id)
    }
    return emit(.unary, type, a: operation.rawValue, b: node.raw, at: id)
  }

  /// What is in the box, for operators.
  mutating func unboxed(_ node: NodeID) -> NodeID {
    var node = node
    while true {
      let payload = boxPayload(type(of: node))
      if payload.isNone { return node }
      node = emit(.unbox, payload, a: node.raw, like: node)
    }
  }

  /// Chains nest to the left without limit: they are walked, not descended into.
  mutating func binaryOperator(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    var spine = [id]
    while true {
      let left = tree.binary(spine[spine.count - 1]).left
      guard tree.kind(left) == .binary, isArithmetic(tree.binary(left).operation) else { break }
      spine.append(left)
    }
    let first = tree.binary(spine[spine.count - 1])
    var left: NodeID
    if isComparison(first.operation) { return comparison(id, first) }
    left = check(first.left, .lent)
    for link in spine.reversed() {
      let syntax = tree.binary(link)
      left = isComparison(syntax.operation)
        ? comparison(link, left, syntax) : arithmetic(link, left, syntax)
    }
    return left
  }

  private func isArithmetic(_ operation: SyntaxBinaryOperator) -> Bool {
    switch operation {
    case .assign, .coalesce, .or, .and, .equal, .notEqual, .less, .lessEqual, .greater,
      .greaterEqual:
      false
    case .bitOr, .bitXor, .bitAnd, .shiftLeft, .shiftRight, .add, .subtract, .addWrapping,
      .subtractWrapping, .addSaturating, .subtractSaturating, .multiply, .divide, .remainder,
      .multiplyWrapping, .power:
      true
    }
  }

  private func isComparison(_ operation: SyntaxBinaryOperator) -> Bool {
    switch operation {
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: true
    case .assign, .coalesce, .or, .and, .bitOr, .bitXor, .bitAnd, .shiftLeft, .shiftRight, .add,
      .subtract, .addWrapping, .subtractWrapping, .addSaturating, .subtractSaturating, .multiply,
      .divide, .remainder, .multiplyWrapping, .power:
      false
    }
  }

  /// The checked operator of a syntactic one; nil for those that are no operation on two values.
  func checkedOperator(_ operation: SyntaxBinaryOperator) -> BinaryOperator? {
    switch operation {
    case .assign, .coalesce, .or, .and: nil
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessEqual: .lessEqual
    case .greater: .greater
    case .greaterEqual: .greaterEqual
    case .bitOr: .bitOr
    case .bitXor: .bitXor
    case .bitAnd: .bitAnd
    case .shiftLeft: .shiftLeft
    case .shiftRight: .shiftRight
    case .add: .add
    case .subtract: .subtract
    case .addWrapping: .addWrapping
    case .subtractWrapping: .subtractWrapping
    case .addSaturating: .addSaturating
    case .subtractSaturating: .subtractSaturating
    case .multiply: .multiply
    case .divide: .divide
    case .remainder: .remainder
    case .multiplyWrapping: .multiplyWrapping
    case .power: .power
    }
  }

  // MARK: Arithmetic

  private mutating func arithmetic(
    _ id: SyntaxID, _ leftNode: NodeID, _ syntax: BinarySyntax
  ) -> NodeID {
    var left = unboxed(leftNode)
    let leftType = type(of: left)
    if syntax.operation == .add && isString(leftType) {
      let right = check(syntax.right, .lent(stringType, .operand(sourceSpan(of: left))))
      return emit(.concatenate, stringType, a: left.raw, b: right.raw, at: id)
    }
    if case .pointer(let target, _) = program.types[leftType] {
      return pointerArithmetic(id, left, target, syntax)
    }
    let isShift = syntax.operation == .shiftLeft || syntax.operation == .shiftRight
    let hint = leftType.isNumeric ? Expectation(type: leftType) : Expectation.lent
    var right = operand(syntax.right, hint)
    right = unboxed(right)
    if isShift { return shift(id, left, right, syntax.operation) }
    let rightType = type(of: right)
    if isSilent(leftType) || isSilent(rightType) { return poisoned(leftType, rightType, id) }
    guard let common = commonNumber(&left, &right), supports(common, syntax.operation) else {
      return badOperands(id, left, right, syntax.operation)
    }
    let operation = checkedOperator(syntax.operation) ?? .add
    return emit(
      .binary, common, a: operation.rawValue, b: left.raw, c: right.raw, at: id)
  }

  /// An operand whose literal takes the other's type; everything else keeps its own.
  mutating func operand(_ id: SyntaxID, _ hint: Expectation) -> NodeID {
    switch tree.kind(id) {
    case .integer: return integerLiteral(id, whole: id, hint)
    case .float: return floatLiteral(id, whole: id, hint)
    default: return check(id, .lent)  // What has a type of its own.
    }
  }

  func isSilent(_ type: TypeID) -> Bool { type == TypeTable.error || type == TypeTable.never }

  private mutating func poisoned(_ a: TypeID, _ b: TypeID, _ id: SyntaxID) -> NodeID {
    if a == TypeTable.never || b == TypeTable.never {
      // One operand never gives a value: neither does the whole.
      if a != TypeTable.error && b != TypeTable.error {
        return emit(.error, TypeTable.error, at: id)
      }
    }
    return errorNode(id)
  }

  private mutating func shift(
    _ id: SyntaxID, _ left: NodeID, _ right: NodeID, _ operation: SyntaxBinaryOperator
  ) -> NodeID {
    let leftType = type(of: left)
    let rightType = type(of: right)
    if isSilent(leftType) || isSilent(rightType) { return poisoned(leftType, rightType, id) }
    guard isIntegerLike(leftType), isIntegerLike(rightType) else {
      return badOperands(id, left, right, operation)
    }
    var amount = right
    if leftType != rightType {
      if inference.classOfVariable(rightType) != nil || inference.classOfVariable(leftType) != nil {
        _ = inference.unify(leftType, rightType)
      } else {
        amount = emit(
          rightType.widens(to: leftType) ? .widen : .cast, leftType, a: right.raw, like: right)
      }
    }
    let checked = checkedOperator(operation) ?? .shiftLeft
    return emit(.binary, leftType, a: checked.rawValue, b: left.raw, c: amount.raw, at: id)
  }

  mutating func isIntegerLike(_ type: TypeID) -> Bool {
    type.isInteger || inference.classOfVariable(type) == .some(.integer)
      || inference.numericBounds(of: type).contains(.integer)
  }

  /// The type in which two numbers meet; widens one of them where that loses nothing.
  mutating func commonNumber(_ left: inout NodeID, _ right: inout NodeID) -> TypeID? {
    let a = type(of: left)
    let b = type(of: right)
    if a == b { return a }
    if inference.classOfVariable(a) != nil || inference.classOfVariable(b) != nil {
      return inference.unify(a, b) ? inference.resolve(a) : nil
    }
    guard a.isNumeric && b.isNumeric else { return nil }
    if a.widens(to: b) {
      left = emit(.widen, b, a: left.raw, like: left)
      return b
    }
    if b.widens(to: a) {
      right = emit(.widen, a, a: right.raw, like: right)
      return a
    }
    return nil
  }

  private mutating func supports(_ type: TypeID, _ operation: SyntaxBinaryOperator) -> Bool {
    let needsInteger: Bool
    switch operation {
    case .bitOr, .bitXor, .bitAnd, .shiftLeft, .shiftRight, .addWrapping, .subtractWrapping,
      .addSaturating, .subtractSaturating, .multiplyWrapping:
      needsInteger = true
    case .assign, .coalesce, .or, .and, .equal, .notEqual, .less, .lessEqual, .greater,
      .greaterEqual, .add, .subtract, .multiply, .divide, .remainder, .power:
      needsInteger = false
    }
    if type == TypeTable.bool {
      return operation == .bitOr || operation == .bitAnd || operation == .bitXor
    }
    switch inference.classOfVariable(type) {
    case .some(.integer): return true
    case .some(.float): return !needsInteger
    case .some(.any): return true
    case nil: break
    }
    if type.isInteger { return true }
    if type.isFloat { return !needsInteger }
    let bounds = inference.numericBounds(of: type)
    return needsInteger
      ? bounds.contains(.integer) : !bounds.isDisjoint(with: [.number, .integer, .float])
  }

  // MARK: Pointers

  private mutating func pointerArithmetic(
    _ id: SyntaxID, _ left: NodeID, _ target: TypeID, _ syntax: BinarySyntax
  ) -> NodeID {
    requireUnsafe("pointer arithmetic", at: span(id))
    var right = check(syntax.right, .lent)
    let leftType = type(of: left)
    let rightType = type(of: right)
    if isSilent(rightType) { return errorNode(id) }
    if syntax.operation == .subtract, case .pointer(let other, _) = program.types[rightType] {
      guard inference.unify(target, other) else {
        return badOperands(id, left, right, syntax.operation)
      }
      return emit(
        .builtin, TypeTable.i64, a: Builtin.pointerDifference.rawValue,
        b: nodeList([left, right]), at: id)
    }
    guard syntax.operation == .add || syntax.operation == .subtract, isIntegerLike(rightType) else {
      return badOperands(id, left, right, syntax.operation)
    }
    right = indexNumber(right)
    if syntax.operation == .subtract {
      right = emit(
        .unary, TypeTable.i64, a: UnaryOperator.negate.rawValue, b: right.raw, like: right)
    }
    return emit(
      .builtin, leftType, a: Builtin.pointerOffset.rawValue, b: nodeList([left, right]), at: id)
  }

  /// Any integer as an `i64`.
  mutating func indexNumber(_ node: NodeID) -> NodeID {
    let type = self.type(of: node)
    if inference.classOfVariable(type) != nil {
      _ = inference.unify(type, TypeTable.i64)
      return node
    }
    guard type != TypeTable.i64, isIntegerLike(type) else { return node }
    return emit(
      type.widens(to: TypeTable.i64) ? .widen : .cast, TypeTable.i64, a: node.raw, like: node)
  }

  // MARK: Comparison

  private mutating func comparison(_ id: SyntaxID, _ syntax: BinarySyntax) -> NodeID {
    if tree.kind(syntax.right) == .null { return nullTest(id, syntax.left, syntax.operation) }
    if tree.kind(syntax.left) == .null { return nullTest(id, syntax.right, syntax.operation) }
    if tree.kind(syntax.left) == .implicitMember {
      let right = check(syntax.right, .lent)
      let left = check(syntax.left, .lent(type(of: right), .operand(sourceSpan(of: right))))
      return compared(id, left, right, syntax.operation)
    }
    return comparison(id, check(syntax.left, .lent), syntax)
  }

  private mutating func comparison(
    _ id: SyntaxID, _ left: NodeID, _ syntax: BinarySyntax
  ) -> NodeID {
    let leftType = type(of: left)
    let right: NodeID
    switch tree.kind(syntax.right) {
    case .implicitMember, .arrayLiteral, .arrayRepeat, .tuple, .null:
      right = check(syntax.right, .lent(leftType, .operand(sourceSpan(of: left))))
    case .call:
      right = check(syntax.right, isImplicitCall(syntax.right) ? .lent(leftType) : .lent)
    default:  // What has a type of its own.
      right = operand(
        syntax.right, leftType.isNumeric ? Expectation(type: leftType) : Expectation.lent)
    }
    return compared(id, left, right, syntax.operation)
  }

  private func isImplicitCall(_ id: SyntaxID) -> Bool {
    tree.kind(tree.call(id).callee) == .implicitMember
  }

  /// `x == null`: a test of the variant, which asks nothing of what is inside.
  private mutating func nullTest(
    _ id: SyntaxID, _ operand: SyntaxID, _ operation: SyntaxBinaryOperator
  ) -> NodeID {
    let node = unboxed(wholeValue(operand))
    let type = self.type(of: node)
    if isSilent(type) { return errorNode(id) }
    guard operation == .equal || operation == .notEqual else {
      return fail(.nullOrder(at: span(id)), at: id)
    }
    if case .pointer = program.types[type] {
      let null = emit(.null, type, at: id)
      let checked = checkedOperator(operation) ?? .equal
      return emit(
        .binary, TypeTable.bool, a: checked.rawValue, b: node.raw, c: null.raw, at: id)
    }
    guard optionalPayload(type).exists else {
      return fail(.neverNull(name(of: type), at: span(operand)), at: id)
    }
    let pattern: NodeID
    if operation == .equal {
      pattern = emit(.variantPattern, type, a: 0, at: id)
    } else {
      let payload = emit(.wildcardPattern, optionalPayload(type), at: id)
      pattern = emit(.variantPattern, type, a: 1, b: nodeList([payload]), at: id)
    }
    return emit(.patternTest, TypeTable.bool, a: pattern.raw, b: node.raw, at: id)
  }

  mutating func compared(
    _ id: SyntaxID, _ leftNode: NodeID, _ rightNode: NodeID, _ operation: SyntaxBinaryOperator
  ) -> NodeID {
    var left = unboxed(leftNode)
    var right = unboxed(rightNode)
    let a = type(of: left)
    let b = type(of: right)
    if isSilent(a) || isSilent(b) { return errorNode(id) }
    let checked = checkedOperator(operation) ?? .equal
    if let common = commonNumber(&left, &right), isPrimitive(common) {
      return emit(
        .binary, TypeTable.bool, a: checked.rawValue, b: left.raw, c: right.raw, at: id)
    }
    if let converted = converted(right, to: a) {
      right = converted
    } else if let converted = converted(left, to: b) {
      left = converted
    } else {
      return badOperands(id, left, right, operation)
    }
    let type = self.type(of: left)
    if isPrimitive(type) {
      return emit(
        .binary, TypeTable.bool, a: checked.rawValue, b: left.raw, c: right.raw, at: id)
    }
    let isEquality = operation == .equal || operation == .notEqual
    requireBound(isEquality ? .eq : .ord, of: type, operation, at: span(id))
    return emit(.compare, TypeTable.bool, a: checked.rawValue, b: left.raw, c: right.raw, at: id)
  }

  /// Compared by one instruction.
  private mutating func isPrimitive(_ type: TypeID) -> Bool {
    if type.isNumeric || type == TypeTable.bool || type == TypeTable.char { return true }
    switch inference.classOfVariable(type) {
    case .some(.integer), .some(.float): return true
    case .some(.any): return false
    case nil: break
    }
    if case .pointer = program.types[type] { return true }
    return false
  }

  private mutating func requireBound(
    _ bound: BuiltinBounds, of type: TypeID, _ operation: SyntaxBinaryOperator,
    at span: SourceSpan
  ) {
    let solved = inference.solved(type)
    if context.conforms(solved, to: bound) { return }
    if bound == .eq && context.conforms(solved, to: .ord) { return }
    report(
      .notComparable(
        name(of: type), operation.text, bound == .eq ? "Eq" : "Ord", at: span))
  }

  mutating func badOperands(
    _ id: SyntaxID, _ left: NodeID, _ right: NodeID, _ operation: SyntaxBinaryOperator
  ) -> NodeID {
    let a = name(of: type(of: left))
    let b = name(of: type(of: right))
    var diagnostic = Diagnostic.badOperands(
      operation.text, a, b, at: span(id), left: sourceSpan(of: left), right: sourceSpan(of: right))
    if type(of: left).isNumeric && type(of: right).isNumeric && a != b {
      diagnostic.notes.append("neither type holds all values of the other: convert one with `as`")
    }
    if operation == .add, isString(type(of: right)), hasText(type(of: left)) {
      diagnostic.explainJoining(sourceSpan(of: left))
    }
    for (node, name) in [(left, a), (right, b)] where optionalPayload(type(of: node)).exists {
      diagnostic.notes.append(
        "a value of type `\(name)` may be `null`: use `??`, `if let` or `.unwrap()`")
      break
    }
    return fail(diagnostic, at: id)
  }
}

extension Diagnostic {
  fileprivate static func badUnary(
    _ text: String, _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.badOperand, "`\(text)` cannot be applied to `\(type)`", at: span)
  }

  fileprivate static func badOperands(
    _ text: String, _ left: String, _ right: String, at span: SourceSpan,
    left leftSpan: SourceSpan, right rightSpan: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .badOperand, "`\(text)` cannot be applied to `\(left)` and `\(right)`", at: span,
      labels: [Label(leftSpan, "`\(left)`"), Label(rightSpan, "`\(right)`")])
  }

  fileprivate static func nullOrder(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badOperand, "`null` has no order", at: span)
  }

  fileprivate static func neverNull(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badOperand, "a value of type `\(type)` is never `null`", at: span,
      notes: ["only optionals (`?T`) and pointers are compared with `null`"])
  }

  fileprivate static func notComparable(
    _ type: String, _ text: String, _ bound: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unsatisfiedBound, "`\(text)` needs `\(bound)`, which `\(type)` does not have", at: span)
  }
}
