// Derived order: part by part, the first difference decides; an `impl Ord` replaces it.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// `dest` (an `i64`) = negative, zero or positive as `a` is before, equal to or after `b`.
  mutating func callCompare(_ a: PlaceID, _ b: PlaceID, _ source: TypeID, into dest: PlaceID) {
    let type = type(of: a)
    if isEmpty(type) {
      assign(dest, i64(0))
    } else if isScalar(type) {
      compareScalars(type, .copy(a), .copy(b), into: dest)
    } else if isString(source) {
      callLanguage("string_compare", [.borrow(a), .borrow(b)], into: dest)
    } else if callImplementation(
      context.languageItems.order, source, [.borrow(a), .borrow(b)], into: dest)
    {
      return
    } else {
      call(context.glue(.compare, source, policy), [.borrow(a), .borrow(b)], into: dest)
    }
  }

  /// (a > b) - (a < b).
  mutating func compareScalars(
    _ type: MIRTypeID, _ a: Operand, _ b: Operand, into dest: PlaceID
  ) {
    guard dest.exists else { return }
    let greater = binary(.greater, type, a, b, boolType)
    let less = binary(.less, type, a, b, boolType)
    let (up, down) = (temporary(i64Type), temporary(i64Type))
    emit(Instruction(.convert, type: boolType, dest: up, a: greater))
    emit(Instruction(.convert, type: boolType, dest: down, a: less))
    emit(
      Instruction(.subWrapping, type: i64Type, dest: dest, a: .copy(up), b: .copy(down)))
  }

  mutating func compareParts(of a: PlaceID, _ b: PlaceID, _ type: TypeID) {
    let decided = newBlock()
    if isBox(type) {
      callCompare(unboxed(a), unboxed(b), nominalArguments(type)[0], into: result)
      go(to: decided)
    } else if let element = elementSource(type) {
      compareSequences(a, b, type, element, decided: decided)
    } else if let fields = fieldTypes(type) {
      for (index, part) in fields.enumerated() {
        comparePart(field(a, index), field(b, index), part, decided: decided)
      }
      assign(result, i64(0))
      go(to: decided)
    } else if let variants = variantTypes(type) {
      compareVariants(a, b, variants, decided: decided)
    } else {
      assign(result, i64(0))
      go(to: decided)
    }
    begin(decided)
  }

  private mutating func compareSequences(
    _ a: PlaceID, _ b: PlaceID, _ type: TypeID, _ element: TypeID, decided: BlockID
  ) {
    forEach(a, type) { builder, part, index in
      let other = builder.count(of: b, source: type)
      let (inside, longer) = (builder.newBlock(), builder.newBlock())
      builder.branch(
        builder.binary(.less, builder.i64Type, .copy(index), other, builder.boolType),
        then: inside, otherwise: longer)
      builder.begin(longer)
      builder.assign(builder.result, builder.i64(1))
      builder.go(to: decided)
      builder.begin(inside)
      let second = builder.element(of: b, source: type, at: index, checked: false)
      builder.comparePart(part, second, element, decided: decided)
    }
    let first = count(of: a, source: type)
    let second = count(of: b, source: type)
    compareScalars(i64Type, first, second, into: result)
    go(to: decided)
  }

  private mutating func compareVariants(
    _ a: PlaceID, _ b: PlaceID, _ variants: [[TypeID]], decided: BlockID
  ) {
    guard case .enumeration(let tag, _) = context.module.types[type(of: a)].kind else { return }
    let first = discriminant(a)
    let second = discriminant(b)
    compareScalars(tag, first, second, into: result)
    let (same, equal) = (newBlock(), newBlock())
    branch(
      binary(.equal, i64Type, .copy(result), i64(0), boolType), then: same, otherwise: decided)
    begin(same)
    let blocks = switchVariants(a, otherwise: equal) { !variants[$0].isEmpty }
    for (index, types) in variants.enumerated() where !types.isEmpty {
      begin(blocks[index])
      for (position, part) in types.enumerated() {
        comparePart(
          payload(a, index, position), payload(b, index, position), part, decided: decided)
      }
      go(to: equal)
    }
    begin(equal)
    assign(result, i64(0))
    go(to: decided)
  }

  private mutating func comparePart(
    _ a: PlaceID, _ b: PlaceID, _ source: TypeID, decided: BlockID
  ) {
    callCompare(a, b, source, into: result)
    let next = newBlock()
    branch(
      binary(.equal, i64Type, .copy(result), i64(0), boolType), then: next, otherwise: decided)
    begin(next)
  }
}
