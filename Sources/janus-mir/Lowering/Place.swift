// Places: where a value is, without copying it.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// The place that an expression names. A value that is no place is built in a temporary that dies
  /// with the statement. `writing`: it is about to change, so the buffers on the way get one owner.
  mutating func place(_ id: NodeID, writing: Bool = false) -> PlaceID {
    let node = body[id]
    switch node.kind {
    case .variable: return variablePlace(id, node)
    case .staticVariable: return staticPlace(body.declarations[Int(node.a)])
    case .field:
      let base = place(NodeID(node.a), writing: writing)
      return field(base, Int(node.b))
    case .payload:
      let base = place(NodeID(node.a), writing: writing)
      return payload(base, Int(node.b), Int(node.c))
    case .dereference: return pointee(pointerLocal(NodeID(node.a)))
    case .unbox:
      let box = place(NodeID(node.a), writing: writing)
      if writing { makeUnique(box, type(of: NodeID(node.a))) }
      return unboxed(box)
    case .index: return at(id) { $0.indexPlace(id, node, writing) }
    case .slice: return at(id) { $0.sliceView(id, node, writing) }
    case .asSlice: return at(id) { $0.wholeView(id, node, writing) }
    case .copy where isPlace(body[NodeID(node.a)].kind): return place(NodeID(node.a))
    case .inoutArgument: return writablePlace(NodeID(node.a))
    case .asFunction: return at(id) { $0.asFunctionPlace(id, node) }
    case _: return materialised(id)
    }
  }

  private mutating func at(
    _ id: NodeID, _ body: (inout FunctionLowering) -> PlaceID
  ) -> PlaceID {
    let outer = location
    location = locate(id)
    let place = body(&self)
    location = outer
    return place
  }

  /// The value of an expression in a temporary that dies with the statement.
  mutating func materialised(_ id: NodeID) -> PlaceID {
    if let closure = lentClosure(id) { return closure }
    let value = temporary(mirType(of: id))
    lower(id, into: value)
    ownInScope(value)
    return value
  }

  private mutating func variablePlace(_ id: NodeID, _ node: Node) -> PlaceID {
    let known = variables[Int(node.a)]
    if known.exists { return known }
    // Mentioned in code that its declaration does not reach, as after `return`.
    let value = temporary(mirType(of: id))
    variables[Int(node.a)] = value
    return value
  }

  mutating func staticPlace(_ declaration: DeclarationID) -> PlaceID {
    let id = context.staticVariable(declaration)
    context.mentions[reference.index].statics.append(id)
    return function.place(id, type: context.module.statics[id].type)
  }

  /// A local that holds the pointer that an expression gives, so that a place can start at it.
  mutating func pointerLocal(_ id: NodeID) -> PlaceID {
    let value = operand(id)
    if value.kind == .copy, function.places[value.placeID].projectionCount == 0,
      body[id].kind != .variable
    {
      return value.placeID
    }
    let pointer = temporary(mirType(of: id))
    assign(pointer, value)
    return pointer
  }

  /// What is in a box: its only field is a pointer.
  mutating func unboxed(_ place: PlaceID) -> PlaceID { pointee(field(place, 0)) }

  // MARK: Elements

  private mutating func indexPlace(_ id: NodeID, _ node: Node, _ writing: Bool) -> PlaceID {
    let base = place(NodeID(node.a), writing: writing)
    let index = indexLocal(NodeID(node.b))
    if writing { makeUnique(base, type(of: NodeID(node.a))) }
    return element(of: base, source: type(of: NodeID(node.a)), at: index, checked: true)
  }

  /// The index as an `i64` in a local of its own.
  mutating func indexLocal(_ id: NodeID) -> PlaceID {
    if let known = evaluatedIndices.removeValue(forKey: id) { return known }
    let type = mirType(of: id)
    let value = operand(id)
    let index = temporary(i64Type)
    if type == i64Type {
      assign(index, value)
    } else {
      emit(Instruction(.convert, type: type, dest: index, a: value))
    }
    return index
  }

  /// How many elements a sequence has.
  mutating func count(of base: PlaceID, source: TypeID) -> Operand {
    if case .array(_, let count) = kind(of: source) { return i64(count) }
    return .copy(field(base, 1))
  }

  /// Element `index` (a local) of an array, slice, list or string.
  mutating func element(
    of base: PlaceID, source: TypeID, at index: PlaceID, checked: Bool
  ) -> PlaceID {
    if checked {
      emitPanicking(
        Instruction(
          .boundsCheck, type: i64Type, a: .copy(index), b: count(of: base, source: source)))
    }
    if case .array(let element, _) = kind(of: source) {
      return function.place(base, .index(local(of: index)), type: context.mirType(element))
    }
    let data = field(base, 0)
    let pointer = temporary(type(of: data))
    emit(
      Instruction(
        .pointerOffset, type: elementType(of: data), dest: pointer, a: .copy(data),
        b: .copy(index)))
    return pointee(pointer)
  }

  /// The target of a pointer's type.
  func elementType(of pointer: PlaceID) -> MIRTypeID {
    guard case .pointer(let target) = context.module.types[type(of: pointer)].kind else {
      return type(of: pointer)
    }
    return target
  }

  // MARK: Slices

  /// An array or a list where a slice is wanted: a view in a temporary that owns nothing.
  private mutating func wholeView(_ id: NodeID, _ node: Node, _ writing: Bool) -> PlaceID {
    let base = place(NodeID(node.a), writing: writing)
    let source = type(of: NodeID(node.a))
    if writing { makeUnique(base, source) }
    let view = temporary(mirType(of: id))
    let data = dataPointer(of: base, source: source)
    construct(view, [data, count(of: base, source: source), i64(0)])
    return view
  }

  /// The address of the first element.
  mutating func dataPointer(of base: PlaceID, source: TypeID) -> Operand {
    guard case .array(let element, _) = kind(of: source) else { return .copy(field(base, 0)) }
    let whole = addressOf(base)
    let first = temporary(context.pointerType(to: context.mirType(element)))
    emit(Instruction(.convert, type: type(of: whole), dest: first, a: .copy(whole)))
    return .copy(first)
  }

  /// `xs[a..<b]`: a view in a temporary that owns nothing.
  private mutating func sliceView(_ id: NodeID, _ node: Node, _ writing: Bool) -> PlaceID {
    let base = place(NodeID(node.a), writing: writing)
    let source = type(of: NodeID(node.a))
    let from = node.b == UInt32.max ? constantLocal(0) : indexLocal(NodeID(node.b))
    let total = temporary(i64Type)
    var to = total
    if node.c != UInt32.max {
      to = indexLocal(NodeID(node.c))
      if node.flags & 1 != 0 {
        emitPanicking(
          Instruction(.add, type: i64Type, dest: to, a: .copy(to), b: i64(1)))
      }
    }
    assign(total, count(of: base, source: source))
    let type = mirType(of: id)
    let isString = self.type(of: id) == context.languageItems.stringType
    checkSlice(base, from: from, to: to, count: total, isString: isString)
    if writing { makeUnique(base, source) }
    let data = dataPointer(of: base, source: source)
    let first: PlaceID
    if case .aggregate(let fields) = context.module.types[type].kind {
      first = temporary(fields[0].type)
    } else {
      first = temporary(i64Type)
    }
    emit(
      Instruction(
        .pointerOffset, type: elementType(of: first), dest: first, a: data, b: .copy(from)))
    let length = binary(.subWrapping, i64Type, .copy(to), .copy(from), i64Type)
    let view = temporary(type)
    construct(view, [.copy(first), length, i64(0)])
    return view
  }

  private mutating func constantLocal(_ value: Int64) -> PlaceID {
    let local = temporary(i64Type)
    assign(local, i64(value))
    return local
  }

  /// P001 unless `0 <= from <= to <= count`; in a string P008 unless both are at boundaries.
  private mutating func checkSlice(
    _ base: PlaceID, from: PlaceID, to: PlaceID, count: PlaceID, isString: Bool
  ) {
    let message = string("range out of bounds")
    func check(_ lowering: inout FunctionLowering, _ a: Operand, _ b: Operand) {
      let inside = lowering.binary(.lessEqual, lowering.i64Type, a, b, lowering.boolType)
      lowering.emitPanicking(
        Instruction(.check, a: inside, b: message, immediate: PanicKind.index.rawValue))
    }
    check(&self, i64(0), .copy(from))
    check(&self, .copy(from), .copy(to))
    check(&self, .copy(to), .copy(count))
    if isString {
      checkBoundary(base, from, count)
      checkBoundary(base, to, count)
    }
  }

  /// P008 when the byte at `index` continues a character.
  private mutating func checkBoundary(_ base: PlaceID, _ index: PlaceID, _ count: PlaceID) {
    let inner = newBlock()
    let after = newBlock()
    let inside = binary(.less, i64Type, .copy(index), .copy(count), boolType)
    branch(inside, then: inner, otherwise: after)
    begin(inner)
    let byte = element(
      of: base, source: context.languageItems.stringType, at: index, checked: false)
    let top = binary(.bitAnd, u8Type, .copy(byte), integer(0xC0, u8Type), u8Type)
    let starts = binary(.notEqual, u8Type, top, integer(0x80, u8Type), boolType)
    emitPanicking(
      Instruction(
        .check, a: starts, b: string("not at a character boundary"),
        immediate: PanicKind.text.rawValue))
    go(to: after)
    begin(after)
  }
}
