// Derived hashing: the hashes of the parts, combined; an `impl Hash` replaces it.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  private var u64Type: MIRTypeID { context.mirType(TypeTable.integer(.u64)) }

  /// `dest` (a `u64`) = the hash of the value in `a`.
  mutating func callHash(_ a: PlaceID, _ source: TypeID, into dest: PlaceID) {
    let type = type(of: a)
    if isEmpty(type) {
      assign(dest, integer(0, u64Type))
    } else if isScalar(type) {
      hashScalar(a, type, into: dest)
    } else if isString(source) {
      callLanguage(
        "hash_bytes", [.copy(field(a, 0)), .copy(field(a, 1))], into: dest)
    } else if callImplementation(
      context.languageItems.hash, source, [.borrow(a)], into: dest)
    {
      return
    } else {
      call(context.glue(.hash, source, policy), [.borrow(a)], into: dest)
    }
  }

  private mutating func hashScalar(_ a: PlaceID, _ type: MIRTypeID, into dest: PlaceID) {
    let bits = temporary(u64Type)
    if case .float = context.module.types[type].kind {
      let f64 = context.mirType(TypeTable.f64)
      let wide = temporary(f64)
      convert(.copy(a), from: type, into: wide)
      // The two zeros are equal, so their hashes are.
      emitPanicking(
        Instruction(
          .add, type: f64, dest: wide, a: .copy(wide), b: constant(.float(type: f64, bits: 0))))
      emit(Instruction(.bitcast, type: f64, dest: bits, a: .copy(wide)))
    } else {
      convert(.copy(a), from: type, into: bits)
    }
    combine(integer(0, u64Type), .copy(bits), into: dest)
  }

  private mutating func combine(_ a: Operand, _ b: Operand, into dest: PlaceID) {
    callLanguage("hash_combine", [a, b], into: dest)
  }

  mutating func hashParts(of a: PlaceID, _ type: TypeID) {
    assign(result, integer(0, u64Type))
    if isBox(type) {
      callHash(unboxed(a), nominalArguments(type)[0], into: result)
    } else if let element = elementSource(type) {
      forEach(a, type) { builder, part, _ in builder.addHash(of: part, element) }
    } else if let fields = fieldTypes(type) {
      for (index, part) in fields.enumerated() { addHash(of: field(a, index), part) }
    } else if let variants = variantTypes(type) {
      guard case .enumeration(let tag, _) = context.module.types[self.type(of: a)].kind else {
        return
      }
      let bits = temporary(u64Type)
      let value = discriminant(a)
      convert(value, from: tag, into: bits)
      combine(.copy(result), .copy(bits), into: result)
      let after = newBlock()
      let blocks = switchVariants(a, otherwise: after) { !variants[$0].isEmpty }
      for (index, types) in variants.enumerated() where !types.isEmpty {
        begin(blocks[index])
        for (position, part) in types.enumerated() {
          addHash(of: payload(a, index, position), part)
        }
        go(to: after)
      }
      begin(after)
    }
  }

  private mutating func addHash(of part: PlaceID, _ source: TypeID) {
    let hash = temporary(u64Type)
    callHash(part, source, into: hash)
    combine(.copy(result), .copy(hash), into: result)
  }
}
