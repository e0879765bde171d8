// The operations that the compiler knows: what each builtin becomes. Those that need control flow
// are in Print.swift, Panic.swift and Memory.swift.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerBuiltin(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let arguments = nodes(node.b)
    let types = typeArguments(node.c)
    guard let builtin = Builtin(rawValue: node.a) else {
      return reportUnsupported("this operation", id)
    }
    switch builtin {
    case .print, .write, .eprint: lowerPrint(builtin, arguments)
    case .assert, .require: lowerAssert(arguments)
    case .assertEqual: lowerAssertEqual(arguments)
    case .panic, .panicCode, .unreachable, .trap: lowerPanic(builtin, arguments)
    case .swap: lowerSwap(arguments)
    case .replace: lowerReplace(arguments, into: dest)
    case .take: lowerTake(id, arguments, into: dest)
    case .takeOptional: lowerTakeOptional(arguments, into: dest)
    case .sizeof, .alignof, .needsDrop, .isTrivial, .isUnique, .typeName, .arrayCount,
      .carriesCounts, .sharesCopies:
      lowerTypeFact(builtin, arguments, types, into: dest)
    case .greatest, .least, .bitCount, .epsilon, .infinity, .notANumber:
      if dest.exists { assign(dest, numericLimit(builtin, types[0])) }
    case .pointerCast, .integerToPointer, .pointerToInteger, .bitcast:
      lowerReinterpret(builtin, arguments, into: dest)
    case .pointerOffset, .pointerDifference: lowerPointerStep(builtin, arguments, into: dest)
    case .memoryCopy, .memoryMove, .memorySet: lowerMemory(builtin, arguments)
    case .takeAt, .initialise, .dropAt: lowerMemoryValue(builtin, arguments, into: dest)
    case .hash:
      callHash(place(arguments[0]), type(of: arguments[0]), into: dest)
    case .compare:
      let a = place(arguments[0])
      let b = place(arguments[1])
      callCompare(a, b, type(of: arguments[0]), into: dest)
    case .display, .debug:
      let value = place(arguments[0])
      let out = place(arguments[1])
      display(value, type(of: arguments[0]), into: out, quoted: builtin == .debug)
    case .makeSlice:
      let parts = operands(arguments)
      construct(dest, parts.count == 2 ? parts + [i64(0)] : parts)
    case .makeString: construct(dest, operands(arguments) + [i64(0)])
    case .slicePointer: assign(dest, .copy(field(place(arguments[0]), 0)))
    case .address:
      let target = writablePlace(arguments[0])
      if dest.exists {
        emit(
          Instruction(
            .addressOf, type: type(of: dest), dest: dest, a: .borrowMutable(target)))
      }
    case .checkedConversion: lowerCheckedConversion(arguments[0], types, into: dest)
    case .undefined:
      if dest.exists { assign(dest, constant(.undefined(type: type(of: dest)))) }
    case .destination:
      assign(dest, destination.exists ? .copy(destination) : zero(type(of: dest)))
    case .copy:
      let source = place(arguments[0])
      checkCopyable(source, arguments[0])
      copyValue(dest, from: source, isExplicit: true)
    case .isolate: lowerIsolate(arguments)
    case .unwrap: lowerUnwrap(arguments, into: dest)
    }
  }

  private mutating func lowerTypeFact(
    _ builtin: Builtin, _ arguments: [NodeID], _ types: [TypeID], into dest: PlaceID
  ) {
    guard dest.exists else { return }
    let source = types.first ?? arguments.first.map { self.type(of: $0) } ?? TypeTable.void
    let type = context.mirType(source)
    let info = context.module.types[type]
    let value: Operand
    switch builtin {
    case .sizeof: value = integer(info.size, self.type(of: dest))
    case .alignof: value = integer(info.alignment, self.type(of: dest))
    case .needsDrop: value = bool(!isTrivial(type))
    case .isTrivial: value = bool(isTrivial(type))
    case .isUnique: value = bool(ownership(type) == .unique)
    case .carriesCounts: value = bool(context.carriesCounts(source))
    case .sharesCopies: value = bool(sharesCopies(source))
    case .typeName: value = string(context.program.name(of: source))
    case .arrayCount:
      for argument in arguments where !isPlace(body[argument].kind) { discard(argument) }
      if case .array(_, let count) = info.kind {
        value = integer(count, self.type(of: dest))
      } else {
        value = .copy(field(place(arguments[0]), 1))
      }
    case _: value = .none
    }
    assign(dest, value)
  }

  private mutating func lowerReinterpret(
    _ builtin: Builtin, _ arguments: [NodeID], into dest: PlaceID
  ) {
    let from = mirType(of: arguments[0])
    let value = operand(arguments[0])
    guard dest.exists else { return }
    if builtin == .bitcast {
      emit(Instruction(.bitcast, type: from, dest: dest, a: value))
    } else {
      convert(value, from: from, into: dest)
    }
  }

  private mutating func lowerPointerStep(
    _ builtin: Builtin, _ arguments: [NodeID], into dest: PlaceID
  ) {
    let pointer = mirType(of: arguments[0])
    let values = operands(arguments)
    guard dest.exists, case .pointer(let target) = context.module.types[pointer].kind else {
      return
    }
    if builtin == .pointerOffset {
      emit(
        Instruction(.pointerOffset, type: target, dest: dest, a: values[0], b: values[1]))
      return
    }
    let (a, b) = (temporary(i64Type), temporary(i64Type))
    emit(Instruction(.convert, type: pointer, dest: a, a: values[0]))
    emit(Instruction(.convert, type: pointer, dest: b, a: values[1]))
    let bytes = binary(.subWrapping, i64Type, .copy(a), .copy(b), i64Type)
    let size = max(context.module.types[target].size, 1)
    emitPanicking(Instruction(.div, type: i64Type, dest: dest, a: bytes, b: i64(size)))
  }

  /// `T.checked(x)`: there and back again must give the same value and sign.
  private mutating func lowerCheckedConversion(
    _ argument: NodeID, _ types: [TypeID], into dest: PlaceID
  ) {
    let from = mirType(of: argument)
    let to = context.mirType(types.first ?? TypeTable.i64)
    let value = temporary(from)
    assign(value, operand(argument))
    guard dest.exists else { return }
    let converted = temporary(to)
    let back = temporary(from)
    convert(.copy(value), from: from, into: converted)
    convert(.copy(converted), from: to, into: back)
    let same = binary(.equal, from, .copy(back), .copy(value), boolType)
    let negativeBefore = binary(.less, from, .copy(value), number(0, from), boolType)
    let negativeAfter = binary(.less, to, .copy(converted), number(0, to), boolType)
    let sign = binary(.equal, boolType, negativeBefore, negativeAfter, boolType)
    let fits = binary(.bitAnd, boolType, same, sign, boolType)
    let (good, bad, after) = (newBlock(), newBlock(), newBlock())
    branch(fits, then: good, otherwise: bad)
    begin(good)
    construct(dest, [.copy(converted)], variant: 1)
    go(to: after)
    begin(bad)
    construct(dest, [], variant: 0)
    go(to: after)
    begin(after)
  }

  func number(_ value: Int64, _ type: MIRTypeID) -> Operand {
    if case .float = context.module.types[type].kind {
      return constant(.float(type: type, bits: Double(value).bitPattern))
    }
    return integer(value, type)
  }
}
