// Derived equality: part by part; an `impl Eq` replaces it.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// `dest` = whether the values in `a` and `b` are equal.
  mutating func callEqual(_ a: PlaceID, _ b: PlaceID, _ source: TypeID, into dest: PlaceID) {
    let type = type(of: a)
    if isEmpty(type) {
      assign(dest, bool(true))
    } else if isScalar(type) {
      emit(Instruction(.equal, type: type, dest: dest, a: .copy(a), b: .copy(b)))
    } else if isString(source) {
      callLanguage("string_equal", [.borrow(a), .borrow(b)], into: dest)
    } else if callImplementation(
      context.languageItems.equality, source, [.borrow(a), .borrow(b)], into: dest)
    {
      return
    } else {
      call(context.glue(.equal, source, policy), [.borrow(a), .borrow(b)], into: dest)
    }
  }

  mutating func equalParts(of a: PlaceID, _ b: PlaceID, _ type: TypeID) {
    let (different, after) = (newBlock(), newBlock())
    if isBox(type) {
      callEqual(unboxed(a), unboxed(b), nominalArguments(type)[0], into: result)
      go(to: after)
    } else if let element = elementSource(type) {
      let first = count(of: a, source: type)
      let second = count(of: b, source: type)
      requireEqual(
        binary(.equal, i64Type, first, second, boolType), otherwise: different)
      forEach(a, type) { builder, part, index in
        let other = builder.element(of: b, source: type, at: index, checked: false)
        builder.comparePart(part, other, element, otherwise: different)
      }
      assign(result, bool(true))
      go(to: after)
    } else if let fields = fieldTypes(type) {
      for (index, part) in fields.enumerated() {
        comparePart(field(a, index), field(b, index), part, otherwise: different)
      }
      assign(result, bool(true))
      go(to: after)
    } else if let variants = variantTypes(type) {
      equalVariants(a, b, variants, different: different, after: after)
    } else {
      go(to: different)
    }
    begin(different)
    assign(result, bool(false))
    go(to: after)
    begin(after)
  }

  private mutating func equalVariants(
    _ a: PlaceID, _ b: PlaceID, _ variants: [[TypeID]], different: BlockID, after: BlockID
  ) {
    guard case .enumeration(let tag, _) = context.module.types[type(of: a)].kind else { return }
    let first = discriminant(a)
    let second = discriminant(b)
    requireEqual(binary(.equal, tag, first, second, boolType), otherwise: different)
    let same = newBlock()
    let blocks = switchVariants(a, otherwise: same) { !variants[$0].isEmpty }
    for (index, types) in variants.enumerated() where !types.isEmpty {
      begin(blocks[index])
      for (position, part) in types.enumerated() {
        comparePart(
          payload(a, index, position), payload(b, index, position), part, otherwise: different)
      }
      go(to: same)
    }
    begin(same)
    assign(result, bool(true))
    go(to: after)
  }

  private mutating func comparePart(
    _ a: PlaceID, _ b: PlaceID, _ source: TypeID, otherwise: BlockID
  ) {
    let equal = temporary(boolType)
    callEqual(a, b, source, into: equal)
    requireEqual(.copy(equal), otherwise: otherwise)
  }

  private mutating func requireEqual(_ condition: Operand, otherwise: BlockID) {
    let next = newBlock()
    branch(condition, then: next, otherwise: otherwise)
    begin(next)
  }
}
