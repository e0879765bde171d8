// Patterns for the elements of arrays, slices and lists. The elements of an array are parts of its
// place; those of the others are behind a pointer, so an access to the sequence stays open while
// their names may change them or hold a part of them.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// The patterns in a sequence pattern, the one for the elements between last.
  func sequenceParts(_ node: Node) -> [NodeID] {
    let rest = node.c == UInt32.max ? [] : [NodeID(node.c)]
    return nodes(node.a) + nodes(node.b) + rest
  }

  func sequenceNeedsTest(_ node: Node) -> Bool {
    let named = nodes(node.a) + nodes(node.b)
    if named.contains(where: { needsTest($0) }) { return true }
    if case .array = kind(of: concrete[Int(node.type)]) { return false }
    return !named.isEmpty || node.c == UInt32.max
  }

  mutating func testSequence(_ node: Node, _ place: PlaceID, otherwise: BlockID) {
    let source = concrete[Int(node.type)]
    let (before, after) = (nodes(node.a), nodes(node.b))
    if case .array = kind(of: source) {
    } else if !before.isEmpty || !after.isEmpty || node.c == UInt32.max {
      let named = i64(Int64(before.count + after.count))
      let opcode: Opcode = node.c == UInt32.max ? .equal : .greaterEqual
      continueWhen(
        binary(opcode, i64Type, count(of: place, source: source), named, boolType),
        otherwise: otherwise)
    }
    for (index, part) in before.enumerated() where needsTest(part) {
      testPattern(part, element(index, of: place, source), otherwise: otherwise)
    }
    for (index, part) in after.enumerated() where needsTest(part) {
      let place = element(fromEnd: after.count - index, of: place, source)
      testPattern(part, place, otherwise: otherwise)
    }
  }

  /// Names elements, and the slice of those between. They are never taken: a sequence keeps its
  /// elements.
  mutating func bindSequence(_ node: Node, _ place: PlaceID, _ flags: MatchFlags) {
    let flags = flags.subtracting(.takes)
    let source = concrete[Int(node.type)]
    let (before, after) = (nodes(node.a), nodes(node.b))
    if flags.contains(.lendsExclusively) { makeUnique(place, source) }
    let bindsRest = node.c != UInt32.max && binds(NodeID(node.c))
    var isArray = false
    if case .array = kind(of: source) { isArray = true }
    var data = PlaceID.none
    if isArray, bindsRest { data = firstElement(of: place, source) }
    var parts: [(NodeID, PlaceID)] = []
    for (index, part) in before.enumerated() where binds(part) {
      parts.append((part, element(index, of: place, source, data: data)))
    }
    for (index, part) in after.enumerated() where binds(part) {
      parts.append(
        (part, element(fromEnd: after.count - index, of: place, source, data: data)))
    }
    if bindsRest {
      let slice = rest(
        of: place, source, from: before.count, butLast: after.count, type: NodeID(node.c))
      parts.append((NodeID(node.c), slice))
    }
    let isExclusive = flags.contains(.lendsExclusively)
    if bindsRest || (isExclusive && !isArray && !parts.isEmpty) {
      beginAccess(place, exclusive: isExclusive)
    }
    for (part, place) in parts { bindPattern(part, place, flags) }
  }

  // MARK: Elements

  /// Element `index`, which is there. `data`: the first element of an array, to go by its address.
  private mutating func element(
    _ index: Int, of place: PlaceID, _ source: TypeID, data: PlaceID = .none
  ) -> PlaceID {
    if data.exists { return pointee(offset(data, by: i64(Int64(index)))) }
    if case .array(let element, _) = kind(of: source) {
      return function.place(
        place, .constantIndex(UInt32(index)), type: context.mirType(element))
    }
    let position = temporary(i64Type)
    assign(position, i64(Int64(index)))
    return element(of: place, source: source, at: position, checked: false)
  }

  /// The element `distance` before the end.
  private mutating func element(
    fromEnd distance: Int, of place: PlaceID, _ source: TypeID, data: PlaceID = .none
  ) -> PlaceID {
    if case .array(_, let count) = kind(of: source) {
      return element(Int(count) - distance, of: place, source, data: data)
    }
    let position = temporary(i64Type)
    emit(
      Instruction(
        .subWrapping, type: i64Type, dest: position, a: count(of: place, source: source),
        b: i64(Int64(distance))))
    return element(of: place, source: source, at: position, checked: false)
  }

  private mutating func firstElement(of place: PlaceID, _ source: TypeID) -> PlaceID {
    let data = dataPointer(of: place, source: source)
    let pointer = temporary(type(of: data.placeID))
    assign(pointer, data)
    return pointer
  }

  private mutating func offset(_ pointer: PlaceID, by count: Operand) -> PlaceID {
    let moved = temporary(type(of: pointer))
    emit(
      Instruction(
        .pointerOffset, type: elementType(of: pointer), dest: moved, a: .copy(pointer), b: count))
    return moved
  }

  /// A view of the elements that others do not name.
  private mutating func rest(
    of place: PlaceID, _ source: TypeID, from first: Int, butLast last: Int, type: NodeID
  ) -> PlaceID {
    let data = firstElement(of: place, source)
    let start = offset(data, by: i64(Int64(first)))
    let length = binary(
      .subWrapping, i64Type, count(of: place, source: source), i64(Int64(first + last)), i64Type)
    let view = temporary(mirType(of: type))
    construct(view, [.copy(start), length, i64(0)])
    return view
  }
}
