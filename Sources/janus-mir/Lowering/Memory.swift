// Raw memory, and values that change places: `@memcpy`, `@take`, `swap`, `replace`; lists
// and repeated values, which are written into memory element by element.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func lowerMemory(_ builtin: Builtin, _ arguments: [NodeID]) {
    guard arguments.count == 3,
      case .pointer(let target) = context.module.types[mirType(of: arguments[0])].kind
    else { return }
    let values = operands(arguments)
    let opcode: Opcode =
      builtin == .memoryCopy ? .memoryCopy : builtin == .memoryMove ? .memoryMove : .memorySet
    emit(Instruction(opcode, type: target, a: values[0], b: values[1], c: values[2]))
  }

  mutating func lowerMemoryValue(
    _ builtin: Builtin, _ arguments: [NodeID], into dest: PlaceID
  ) {
    switch builtin {
    case .takeAt:
      let pointer = pointerLocal(arguments[0])
      let target = pointee(pointer)
      if dest.exists { assign(dest, take(target)) } else { drop(target) }
    case .initialise:
      let depth = items.count
      let pointer = pointerLocal(arguments[0])
      let value = operand(arguments[1])
      if value.kind == .move { release(value.placeID, above: depth) }
      assign(pointee(pointer), value)
    case .dropAt:
      drop(pointee(pointerLocal(arguments[0])))
    case _: break
    }
  }

  // MARK: Values that change places

  mutating func lowerSwap(_ arguments: [NodeID]) {
    let a = writablePlace(arguments[0])
    let b = writablePlace(arguments[1])
    // Both are lent at once, for the exclusivity pass to compare.
    var loans = [(0, a), (1, b)].compactMap {
      beginLoan(of: $0, .borrowMutable($1), among: arguments)
    }
    loans += beginElementLoans(arguments)
    for loan in loans { run(loan) }
    let saved = temporary(type(of: a))
    assign(saved, take(a))
    assign(a, take(b))
    assign(b, take(saved))
  }

  mutating func lowerReplace(_ arguments: [NodeID], into dest: PlaceID) {
    let depth = items.count
    let new = temporary(mirType(of: arguments[1]))
    lower(arguments[1], into: new)
    if !isInert(arguments[0]) { ownInScope(new) }
    let target = writablePlace(arguments[0])
    release(new, above: depth)
    let old = dest.exists ? dest : temporary(type(of: target))
    assign(old, take(target))
    assign(target, take(new))
    if dest.isNone { ownInScope(old) }
  }

  mutating func lowerTakeOptional(_ arguments: [NodeID], into dest: PlaceID) {
    let target = writablePlace(arguments[0])
    let old = dest.exists ? dest : temporary(type(of: target))
    assign(old, take(target))
    construct(target, [], variant: 0)
    if dest.isNone { ownInScope(old) }
  }

  // MARK: Lists and repeated values

  /// `List` from a literal: the elements are complete before the buffer is made.
  mutating func lowerListLiteral(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let elements = nodes(node.a)
    let values = operands(elements)
    let dest = dest.exists ? dest : materialisedDest(id)
    for value in values where value.kind == .move { ownInScope(value.placeID) }
    guard let data = makeList(dest, of: type(of: id), i64(Int64(elements.count))) else {
      return reportUnsupported("this list", id)
    }
    for value in values.reversed() where value.kind == .move {
      release(value.placeID, above: 0)
    }
    for (index, value) in values.enumerated() {
      let cursor = temporary(type(of: data))
      emit(
        Instruction(
          .pointerOffset, type: elementType(of: data), dest: cursor, a: .copy(data),
          b: i64(Int64(index))))
      assign(pointee(cursor), value)
    }
    assign(field(dest, 1), i64(Int64(elements.count)))
  }

  /// `dest` = a list without elements and with room for `count`; the pointer to its buffer.
  private mutating func makeList(
    _ dest: PlaceID, of source: TypeID, _ count: Operand
  ) -> PlaceID? {
    let declaration = context.program.languageItem("list_room")
    guard let element = elementSource(source), declaration.exists else { return nil }
    call(context.instance(declaration, [element], policy: policy), [count], into: dest)
    let buffer = field(dest, 0)
    let data = temporary(type(of: buffer))
    assign(data, .copy(buffer))
    return data
  }

  private mutating func materialisedDest(_ id: NodeID) -> PlaceID {
    let value = temporary(mirType(of: id))
    return value
  }

  /// `data` = memory for `count` elements; P006 when there is none.
  mutating func allocate(_ count: Operand, _ element: MIRTypeID, into data: PlaceID) {
    let info = context.module.types[element]
    let bytes = temporary(i64Type)
    emitPanicking(
      Instruction(.mul, type: i64Type, dest: bytes, a: count, b: i64(info.size)))
    let memory = temporary(context.pointerType(to: u8Type))
    let allocator = context.functionReference(
      "janus_alloc",
      MIRSignature(
        parameters: [
          MIRParameter(type: i64Type, mode: .borrowed),
          MIRParameter(type: i64Type, mode: .borrowed),
        ], result: type(of: memory)), isRuntime: true)
    call(allocator, [.copy(bytes), i64(info.alignment)], into: memory)
    let found = binary(
      .notEqual, type(of: memory), .copy(memory), zero(type(of: memory)), boolType)
    emitPanicking(Instruction(.check, a: found, immediate: PanicKind.outOfMemory.rawValue))
    emit(Instruction(.convert, type: type(of: memory), dest: data, a: .copy(memory)))
  }

  /// `[v; n]` as an array or a list.
  mutating func lowerRepeated(_ id: NodeID, _ node: Node, into dest: PlaceID) {
    let dest = dest.exists ? dest : materialisedDest(id)
    let value = temporary(mirType(of: NodeID(node.a)))
    lower(NodeID(node.a), into: value)
    ownInScope(value)
    let count = indexLocal(NodeID(node.b))
    if case .array(let element, let length) = context.module.types[type(of: dest)].kind {
      assign(dest, constant(.undefined(type: type(of: dest))))
      let whole = addressOf(dest, mutable: true)
      let data = temporary(context.pointerType(to: element))
      emit(Instruction(.convert, type: type(of: whole), dest: data, a: .copy(whole)))
      assign(count, i64(length))
      fill(data, count, with: value)
      return
    }
    let positive = binary(.greaterEqual, i64Type, .copy(count), i64(0), boolType)
    emitPanicking(
      Instruction(
        .check, a: positive, b: string("negative count"), immediate: PanicKind.index.rawValue))
    guard let data = makeList(dest, of: type(of: id), .copy(count)) else {
      return reportUnsupported("this value", id)
    }
    fill(data, count, with: value)
    assign(field(dest, 1), .copy(count))
  }

  /// Copies `value` to each of `count` places from `data` on.
  mutating func fill(_ data: PlaceID, _ count: PlaceID, with value: PlaceID) {
    let index = temporary(i64Type)
    assign(index, i64(0))
    let (header, enter, after) = (newBlock(), newBlock(), newBlock())
    go(to: header)
    begin(header)
    branch(
      binary(.less, i64Type, .copy(index), .copy(count), boolType), then: enter, otherwise: after)
    begin(enter)
    let cursor = temporary(type(of: data))
    emit(
      Instruction(
        .pointerOffset, type: elementType(of: data), dest: cursor, a: .copy(data),
        b: .copy(index)))
    copyValue(pointee(cursor), from: value)
    emit(
      Instruction(.addWrapping, type: i64Type, dest: index, a: .copy(index), b: i64(1)))
    go(to: header)
    begin(after)
  }

  /// Destroys the elements `from..<to` at `pointer`, from the last to the first.
  mutating func dropElements(_ pointer: PlaceID, from: PlaceID, to: PlaceID) {
    let element = elementType(of: pointer)
    if isTrivial(element) { return }
    let glue = context.glue(
      .dropElements, context.sourceOf[element.index], context.gluePolicy)
    let start = temporary(type(of: pointer))
    emit(
      Instruction(
        .pointerOffset, type: element, dest: start, a: .copy(pointer), b: .copy(from)))
    let count = binary(.subWrapping, i64Type, .copy(to), .copy(from), i64Type)
    call(glue, [.copy(start), count], into: .none)
  }
}
