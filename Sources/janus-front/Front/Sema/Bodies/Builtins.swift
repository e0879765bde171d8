// What the compiler itself provides: `print` and its family, assertions, `swap`, `replace`, `take`,
// and the `@` intrinsics.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func builtin(
    _ builtin: Builtin, _ type: TypeID, _ arguments: [NodeID], types: [TypeID] = [],
    at id: SyntaxID
  ) -> NodeID {
    emit(
      .builtin, type, a: builtin.rawValue, b: nodeList(arguments), c: typeList(types), at: id)
  }

  // MARK: Functions without a module

  mutating func builtinCall(
    _ which: Builtin, _ arguments: [CallArgument], _ id: SyntaxID, _ expected: Expectation
  ) -> NodeID {
    switch which {
    case .print, .write, .eprint:
      var nodes: [NodeID] = []
      for argument in arguments {
        let node = looseArgument(argument, .lent)
        requirePrintable(node)
        nodes.append(node)
      }
      return builtin(which, TypeTable.void, nodes, at: id)
    case .assert:
      guard isCount(1...2, arguments, "assert", id) else { return errorNode(id) }
      var nodes: [NodeID] = []
      if arguments[0].syntax.exists {
        let (node, facts) = condition(arguments[0].syntax)
        nodes.append(node)
        narrowed += facts.whenTrue
      } else {
        nodes.append(coerce(arguments[0].node, to: TypeTable.bool, .condition))
      }
      if arguments.count == 2 { nodes.append(looseArgument(arguments[1], .lent(stringType))) }
      return builtin(.assert, TypeTable.void, nodes, at: id)
    case .assertEqual: return assertEqual(arguments, id)
    case .panic:
      guard isCount(1...1, arguments, "panic", id) else { return errorNode(id) }
      let message = looseArgument(arguments[0], .lent(stringType))
      return builtin(.panic, TypeTable.never, [message], at: id)
    case .swap: return swapCall(arguments, id)
    case .replace:
      guard isCount(2...2, arguments, "replace", id) else { return errorNode(id) }
      let place = exclusiveArgument(arguments[0])
      let type = self.type(of: place)
      let value = looseArgument(arguments[1], isSilent(type) ? .owned : .owned(type))
      return builtin(.replace, type, [place, value], at: id)
    case .take:
      guard isCount(1...1, arguments, "take", id) else { return errorNode(id) }
      let place = exclusiveArgument(arguments[0])
      let type = inference.solved(self.type(of: place))
      if !program.mayHaveDefault(type) {
        return fail(.noDefault(name(of: type), at: span(id)), at: id)
      }
      return builtin(.take, type, [place], at: id)
    case .panicCode, .sizeof, .alignof, .pointerCast, .integerToPointer, .pointerToInteger,
      .bitcast, .pointerOffset, .pointerDifference, .memoryCopy, .memoryMove, .memorySet, .takeAt,
      .initialise, .dropAt, .needsDrop, .isTrivial, .isUnique, .hash, .compare, .display, .debug,
      .unreachable, .trap, .makeSlice, .slicePointer, .makeString, .address, .typeName,
      .checkedConversion, .require, .undefined, .copy, .arrayCount, .unwrap, .takeOptional,
      .greatest, .least, .bitCount, .epsilon, .infinity, .notANumber, .destination,
      .carriesCounts, .sharesCopies, .isolate:
      checkLoose(arguments)
      return fail(.notCallable("this name", "an intrinsic", at: span(id)), at: id)
    }
  }

  private mutating func looseArgument(
    _ argument: CallArgument, _ expected: Expectation
  ) -> NodeID {
    if argument.label != .empty {
      report(.labelForValue(text(argument.label), at: argument.span))
    }
    return argument.node.exists ? fit(argument.node, expected) : check(argument.syntax, expected)
  }

  private mutating func isCount(
    _ wanted: ClosedRange<Int>, _ arguments: [CallArgument], _ name: String, _ id: SyntaxID
  ) -> Bool {
    if wanted.contains(arguments.count) { return true }
    checkLoose(arguments)
    report(.builtinCount(name, wanted, arguments.count, at: span(id)))
    return false
  }

  private mutating func assertEqual(_ arguments: [CallArgument], _ id: SyntaxID) -> NodeID {
    guard isCount(2...3, arguments, "assert_eq", id) else { return errorNode(id) }
    let isLeftOpen = arguments[0].syntax.exists && needsType(arguments[0].syntax)
    var left = NodeID.none
    var right = NodeID.none
    if isLeftOpen {
      right = looseArgument(arguments[1], .lent)
      left = looseArgument(arguments[0], .lent(type(of: right)))
    } else {
      left = looseArgument(arguments[0], .lent)
      let leftType = type(of: left)
      let isOpen = arguments[1].syntax.exists && needsType(arguments[1].syntax)
      right = isOpen && !isSilent(leftType)
        ? looseArgument(arguments[1], .lent(leftType, .operand(sourceSpan(of: left))))
        : arguments[1].syntax.exists
          ? operand(
            arguments[1].syntax,
            leftType.isNumeric ? Expectation(type: leftType) : .lent)
          : looseArgument(arguments[1], .lent)
    }
    var message: [NodeID] = []
    if arguments.count == 3 { message = [looseArgument(arguments[2], .lent(stringType))] }
    let types = (type(of: left), type(of: right))
    if isSilent(types.0) || isSilent(types.1) { return errorNode(id) }
    if commonNumber(&left, &right) == nil {
      if let converted = converted(right, to: types.0) {
        right = converted
      } else if let converted = converted(left, to: types.1) {
        left = converted
      } else {
        reportMismatch(
          right, expected: types.0, actual: types.1, .operand(sourceSpan(of: left)))
        return errorNode(id)
      }
    }
    let type = inference.solved(self.type(of: left))
    if inference.firstVariable(in: type).isNone {
      for (bound, name) in [(BuiltinBounds.eq, "Eq"), (.display, "Display")]
      where !context.conforms(type, to: bound) {
        report(.notAssertable(self.name(of: type), name, at: sourceSpan(of: left)))
        return errorNode(id)
      }
    }
    return builtin(.assertEqual, TypeTable.void, [left, right] + message, at: id)
  }

  /// Expressions that mean nothing, or something else, without a wanted type.
  private func needsType(_ id: SyntaxID) -> Bool {
    switch tree.kind(id) {
    case .implicitMember, .null, .arrayLiteral, .arrayRepeat, .tuple: true
    case .call: tree.kind(tree.call(id).callee) == .implicitMember
    case .structLiteral: tree.kind(tree.structLiteral(id).type) == .implicitMember
    default: false  // What has a type of its own.
    }
  }

  /// `&x` for a builtin that changes a place.
  private mutating func exclusiveArgument(_ argument: CallArgument) -> NodeID {
    guard argument.syntax.exists, tree.kind(argument.syntax) == .borrow else {
      let node = argument.node.exists ? argument.node : check(argument.syntax, .lent)
      if !isSilent(type(of: node)) {
        report(.missingReference(placeName(node), at: argument.span))
      }
      return errorNodeLike(node)
    }
    let place = mutablePlace(tree.operand(argument.syntax), whole: argument.syntax)
    if isSilent(type(of: place)) { return place }
    return emit(.inoutArgument, type(of: place), a: place.raw, at: argument.syntax)
  }

  private mutating func swapCall(_ arguments: [CallArgument], _ id: SyntaxID) -> NodeID {
    guard isCount(2...2, arguments, "swap", id) else { return errorNode(id) }
    let first = exclusiveArgument(arguments[0])
    let second = exclusiveArgument(arguments[1])
    let types = (type(of: first), type(of: second))
    if !inference.unify(types.0, types.1) {
      reportMismatch(
        second, expected: types.0, actual: types.1, .operand(sourceSpan(of: first)))
      return errorNode(id)
    }
    return builtin(.swap, TypeTable.void, [first, second], at: id)
  }

  /// `x.take()`, `x.unwrap()`, `x.unwrap("why")`, `x.copy()`.
  mutating func builtinMethodCall(
    _ which: Builtin, _ receiver: NodeID, _ arguments: [CallArgument], _ id: SyntaxID
  ) -> NodeID {
    let type = inference.solved(self.type(of: receiver))
    if which == .unwrap {
      guard isCount(0...1, arguments, "unwrap", id) else { return errorNode(id) }
      var nodes = [isPlace(receiver) ? owned(receiver, .owned) : receiver]
      if arguments.count == 1 { nodes.append(looseArgument(arguments[0], .lent(stringType))) }
      let value = resultParts(type)?.value ?? optionalPayload(type)
      return builtin(.unwrap, value, nodes, at: id)
    }
    let name = which == .copy ? "copy" : "take"
    guard isCount(0...0, arguments, name, id) else { return errorNode(id) }
    if which == .copy {
      if program.ownership(of: type) == .unique {
        return fail(.copyOfUnique(self.name(of: type), at: span(id)), at: id)
      }
      return builtin(.copy, type, [receiver], at: id)
    }
    requireChangeable(receiver, at: sourceSpan(of: receiver))
    noteChange(of: receiver)
    let place = emit(.inoutArgument, type, a: receiver.raw, like: receiver)
    return builtin(.takeOptional, type, [place], at: id)
  }

  /// `T.checked(x)`.
  mutating func checkedConversion(
    _ type: TypeID, _ arguments: [CallArgument], _ id: SyntaxID
  ) -> NodeID {
    guard isCount(1...1, arguments, "checked", id) else { return errorNode(id) }
    let value = unboxed(looseArgument(arguments[0], .lent))
    let actual = inference.applyDefaults(self.type(of: value))
    if isSilent(actual) { return errorNode(id) }
    guard actual.isNumeric || !inference.numericBounds(of: actual).isEmpty else {
      return fail(
        .checkedOfOther(name(of: actual), name(of: type), at: sourceSpan(of: value)), at: id)
    }
    return builtin(.checkedConversion, optionalType(type), [value], types: [type], at: id)
  }

  // MARK: Intrinsics

  mutating func intrinsic(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let (symbol, list) = tree.intrinsic(id)
    let name = text(symbol)
    let arguments = Array(list)
    guard let shape = IntrinsicShape.named(name) else {
      for argument in arguments where !denotesType(argument) { _ = check(argument, .lent) }
      if name == "syscall", !rules.assembly {
        return fail(.assemblyForbidden("`@syscall`", scope.profile, at: span(id)), at: id)
      }
      if IntrinsicShape.later.contains(name) {
        return fail(.unsupported("`@\(name)`", at: span(id)), at: id)
      }
      return fail(.unknownIntrinsic(name, at: span(id)), at: id)
    }
    guard arguments.count == shape.arguments.count else {
      return fail(
        .builtinCount(
          "@" + name, shape.arguments.count...shape.arguments.count, arguments.count, at: span(id)),
        at: id)
    }
    if rules.rawPointers == .forbidden, BodyChecker.manualIntrinsics.contains(name) {
      return fail(.manualMemory(name, scope.profile, at: span(id)), at: id)
    }
    if shape.isUnsafe { requireUnsafe("`@\(name)`", at: span(id)) }
    var types: [TypeID] = []
    var nodes: [NodeID] = []
    var pointee = TypeID.none
    for (kind, argument) in zip(shape.arguments, arguments) {
      switch kind {
      case .type: types.append(resolveType(argument))
      case .value: nodes.append(check(argument, .lent))
      case .count: nodes.append(indexNumber(check(argument, .lent)))
      case .byte: nodes.append(check(argument, .lent(TypeTable.u8)))
      case .text: nodes.append(check(argument, .lent(stringType)))
      case .exclusiveText:
        let text = CallArgument(syntax: argument, span: span(argument))
        nodes.append(passed(text, stringType, .inout, .none))
      case .place:
        let place = check(argument, .lent)
        noteAddress(of: place)
        nodes.append(place)
      case .pointer, .samePointer:
        let node = check(argument, .lent)
        nodes.append(node)
        let type = self.type(of: node)
        if isSilent(type) { return errorNode(id) }
        guard case .pointer(let target, _) = program.types[type] else {
          return fail(.pointerWanted(name, self.name(of: type), at: span(argument)), at: id)
        }
        if kind == .pointer {
          pointee = inference.resolve(target)
        } else if !inference.unify(pointee, target) {
          reportMismatch(
            node, expected: self.type(of: nodes[0]), actual: type,
            .operand(sourceSpan(of: nodes[0])))
          return errorNode(id)
        }
      case .pointee: nodes.append(check(argument, .owned(pointee)))
      case .same:
        nodes.append(check(argument, .lent(self.type(of: nodes[0]))))
      }
    }
    let result: TypeID
    switch shape.result {
    case .fixed(let type): result = type
    case .text: result = stringType
    case .type: result = types[0]
    case .pointerToType: result = program.types.intern(.pointer(types[0], isConst: false))
    case .pointee: result = pointee
    case .slice: result = program.types.intern(.slice(pointee))
    case .opaquePointer:
      result = program.types.intern(.pointer(TypeTable.void, isConst: false))
    case .pointerToPlace:
      result = program.types.intern(.pointer(type(of: nodes[0]), isConst: false))
    }
    return builtin(shape.builtin, result, nodes, types: types, at: id)
  }

  func denotesType(_ id: SyntaxID) -> Bool {
    context.typeDenoted(by: id, in: tree, scope: scope) != nil
  }

  /// Something may be written through a pointer to `place`.
  private mutating func noteAddress(of place: NodeID) {
    let root = rootVariable(place)
    if root.exists { facts[root.index].needsVar = true }
  }

  /// `&x` where a value is wanted: a pointer.
  mutating func addressOf(_ id: SyntaxID) -> NodeID {
    let node = check(tree.operand(id), .lent)
    let type = self.type(of: node)
    if isSilent(type) { return errorNode(id) }
    if rules.rawPointers == .forbidden {
      let place = sourceText(span(tree.operand(id)))
      return fail(.strayReference(place, scope.profile, at: span(id)), at: id)
    }
    guard isPlace(node) else { return fail(.addressOfValue(at: span(id)), at: id) }
    noteChange(of: node)
    noteAddress(of: node)
    let pointer = program.types.intern(.pointer(type, isConst: false))
    return builtin(.address, pointer, [node], at: id)
  }
}

/// What an intrinsic takes and gives.
struct IntrinsicShape {
  enum Argument {
    case type, value, count, byte, text, exclusiveText, place
    /// A pointer; a pointer to the same; a value of what it points to; a value of the first's type.
    case pointer, samePointer, pointee, same
  }
  enum Result {
    case fixed(TypeID)
    case text, type, pointerToType, pointee, slice, pointerToPlace, opaquePointer
  }
  var builtin: Builtin
  var arguments: [Argument]
  var result: Result
  var isUnsafe = false

  static func named(_ name: String) -> IntrinsicShape? { table[name] }

  private static let table: [String: IntrinsicShape] = [
    "sizeof": IntrinsicShape(builtin: .sizeof, arguments: [.type], result: .fixed(TypeTable.i64)),
    "alignof": IntrinsicShape(builtin: .alignof, arguments: [.type], result: .fixed(TypeTable.i64)),
    "ptr_cast": IntrinsicShape(
      builtin: .pointerCast, arguments: [.type, .pointer], result: .pointerToType, isUnsafe: true),
    "int_to_ptr": IntrinsicShape(
      builtin: .integerToPointer, arguments: [.type, .count], result: .pointerToType,
      isUnsafe: true),
    "ptr_to_int": IntrinsicShape(
      builtin: .pointerToInteger, arguments: [.pointer],
      result: .fixed(TypeTable.integer(.usize))),
    "bitcast": IntrinsicShape(
      builtin: .bitcast, arguments: [.type, .value], result: .type, isUnsafe: true),
    "memcpy": IntrinsicShape(
      builtin: .memoryCopy, arguments: [.pointer, .samePointer, .count],
      result: .fixed(TypeTable.void), isUnsafe: true),
    "memmove": IntrinsicShape(
      builtin: .memoryMove, arguments: [.pointer, .samePointer, .count],
      result: .fixed(TypeTable.void), isUnsafe: true),
    "memset": IntrinsicShape(
      builtin: .memorySet, arguments: [.pointer, .byte, .count], result: .fixed(TypeTable.void),
      isUnsafe: true),
    "take": IntrinsicShape(
      builtin: .takeAt, arguments: [.pointer], result: .pointee, isUnsafe: true),
    "init": IntrinsicShape(
      builtin: .initialise, arguments: [.pointer, .pointee], result: .fixed(TypeTable.void),
      isUnsafe: true),
    "drop": IntrinsicShape(
      builtin: .dropAt, arguments: [.pointer], result: .fixed(TypeTable.void), isUnsafe: true),
    "needs_drop": IntrinsicShape(
      builtin: .needsDrop, arguments: [.type], result: .fixed(TypeTable.bool)),
    "trivial": IntrinsicShape(
      builtin: .isTrivial, arguments: [.type], result: .fixed(TypeTable.bool)),
    "is_unique": IntrinsicShape(
      builtin: .isUnique, arguments: [.type], result: .fixed(TypeTable.bool)),
    "carries_counts": IntrinsicShape(
      builtin: .carriesCounts, arguments: [.type], result: .fixed(TypeTable.bool)),
    "shares_copies": IntrinsicShape(
      builtin: .sharesCopies, arguments: [.type], result: .fixed(TypeTable.bool)),
    "isolate": IntrinsicShape(
      builtin: .isolate, arguments: [.place], result: .fixed(TypeTable.void), isUnsafe: true),
    "isolate_as": IntrinsicShape(
      builtin: .isolate, arguments: [.place, .count], result: .fixed(TypeTable.void),
      isUnsafe: true),
    "hash": IntrinsicShape(
      builtin: .hash, arguments: [.value], result: .fixed(TypeTable.integer(.u64))),
    "compare": IntrinsicShape(
      builtin: .compare, arguments: [.value, .same], result: .fixed(TypeTable.i64)),
    "display": IntrinsicShape(
      builtin: .display, arguments: [.value, .exclusiveText], result: .fixed(TypeTable.void)),
    "debug": IntrinsicShape(
      builtin: .debug, arguments: [.value, .exclusiveText], result: .fixed(TypeTable.void)),
    "panic": IntrinsicShape(
      builtin: .panicCode, arguments: [.value, .text], result: .fixed(TypeTable.never)),
    "unreachable": IntrinsicShape(
      builtin: .unreachable, arguments: [], result: .fixed(TypeTable.never)),
    "trap": IntrinsicShape(builtin: .trap, arguments: [], result: .fixed(TypeTable.never)),
    "slice": IntrinsicShape(
      builtin: .makeSlice, arguments: [.pointer, .count], result: .slice, isUnsafe: true),
    "owned_slice": IntrinsicShape(
      builtin: .makeSlice, arguments: [.pointer, .count, .count], result: .slice, isUnsafe: true),
    "str": IntrinsicShape(
      builtin: .makeString, arguments: [.pointer, .count], result: .text, isUnsafe: true),
    "type_name": IntrinsicShape(builtin: .typeName, arguments: [.type], result: .text),
    "destination": IntrinsicShape(
      builtin: .destination, arguments: [], result: .opaquePointer, isUnsafe: true),
    "address": IntrinsicShape(
      builtin: .address, arguments: [.place], result: .pointerToPlace, isUnsafe: true),
  ]

  /// In the language, but not yet here.
  static let later: Set<String> = [
    "offsetof", "atomic_load", "atomic_store", "atomic_swap", "atomic_add", "atomic_cas",
    "volatile_load", "volatile_store", "syscall",
  ]
}

extension BodyChecker {
  /// What makes and ends values in memory by hand.
  fileprivate static let manualIntrinsics: Set<String> = [
    "init", "take", "drop", "memcpy", "memmove", "memset",
  ]
}

extension Diagnostic {
  fileprivate static func noDefault(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unsatisfiedBound, "`take` leaves a default value, and `\(type)` has none", at: span,
      notes: ["use `replace`, which is given the value that stays"])
  }

  fileprivate static func manualMemory(
    _ name: String, _ profile: Profile, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .manualAllocation, "`@\(name)` manages memory by hand, which `:\(profile.name)` does not",
      at: span, notes: ["values end by themselves; `Box.new(v)` puts one on the heap"])
  }

  fileprivate static func copyOfUnique(_ type: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .missingMove, "a value of unique type `\(type)` cannot be copied", at: span,
      notes: ["`func copy(self) -> Self` in the type makes copies explicit"])
  }

  fileprivate static func builtinCount(
    _ name: String, _ wanted: ClosedRange<Int>, _ given: Int, at span: SourceSpan
  ) -> Diagnostic {
    let count = wanted.lowerBound == wanted.upperBound
      ? "\(wanted.lowerBound)" : "\(wanted.lowerBound) or \(wanted.upperBound)"
    return Diagnostic(
      .argumentMismatch,
      "`\(name)` takes \(count) argument\(count == "1" ? "" : "s"), \(given) "
        + "\(given == 1 ? "is" : "are") given", at: span)
  }

  fileprivate static func notAssertable(
    _ type: String, _ bound: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unsatisfiedBound, "`assert_eq` needs `\(bound)`, which `\(type)` does not have", at: span)
  }

  fileprivate static func checkedOfOther(
    _ type: String, _ target: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .badCast, "`\(target).checked` converts a number, found `\(type)`", at: span)
  }

  fileprivate static func unknownIntrinsic(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.undefinedName, "there is no intrinsic `@\(name)`", at: span)
  }

  fileprivate static func pointerWanted(
    _ name: String, _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.typeMismatch, "`@\(name)` needs a pointer, found `\(type)`", at: span)
  }

  fileprivate static func strayReference(
    _ place: String, _ profile: Profile, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .undefinedForbidden,
      "`&\(place)` stands where a value is wanted, and `:\(profile.name)` has no pointers",
      at: span,
      notes: ["`&` lends a place to an `inout` parameter"])
  }

  fileprivate static func addressOfValue(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.notAPlace, "the address of a value is taken that nothing holds", at: span)
  }
}
