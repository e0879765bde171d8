// The shape of integer types, and the canonical form of their values as 128 bits.
import Base

/// Width and signedness of a type whose values are held as integers.
public struct IntegerShape: Hashable, BitwiseCopyable, Sendable {
  public var bits: UInt8
  public var signed: Bool
  public init(bits: UInt8, signed: Bool) {
    self.bits = bits
    self.signed = signed
  }
}

/// The shape of an integer, bool, char or pointer type; 128 unsigned bits for anything else.
public func integerShape(of type: MIRTypeID, in module: MIRModule) -> IntegerShape {
  guard type.index < module.types.count else { return IntegerShape(bits: 128, signed: false) }
  switch module.types[type].kind {
  case .bool: return IntegerShape(bits: 8, signed: false)
  case .int(let bits, let signed): return IntegerShape(bits: bits, signed: signed)
  case .char: return IntegerShape(bits: 32, signed: false)
  case .pointer: return IntegerShape(bits: 64, signed: false)
  case .void, .never, .float, .function, .array, .aggregate, .enumeration:
    return IntegerShape(bits: 128, signed: false)
  }
}

/// `value` cut to the width of `shape` and extended to 128 bits again.
public func canonicalInteger(_ value: UInt128, _ shape: IntegerShape) -> UInt128 {
  let unused = 128 - UInt128(min(max(shape.bits, 1), 128))
  if shape.signed {
    return UInt128(truncatingIfNeeded: (Int128(truncatingIfNeeded: value) << unused) >> unused)
  }
  return (value << unused) >> unused
}

extension Opcode {
  /// `dest` is written by the instruction, rather than named as what it works on.
  public var writesDestination: Bool {
    switch self {
    case .nop, .storageLive, .storageDead, .drop, .boundsCheck, .check, .accessBegin, .accessEnd,
      .unbind, .memoryCopy, .memoryMove, .memorySet:
      false
    case .assign, .copyValue, .regionKeep, .construct, .discriminant, .add, .sub, .mul, .div, .rem,
      .addWrapping, .subWrapping, .mulWrapping, .addSaturating, .subSaturating, .shl, .shr,
      .bitAnd, .bitOr, .bitXor, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual,
      .negate, .bitNot, .not, .convert, .bitcast, .addressOf, .panicPlace, .pointerOffset,
      .makeFunction, .bind:
      true
    }
  }

  /// The instruction may raise a panic, which continues at the block's `cleanup`.
  public var mayPanic: Bool {
    switch self {
    case .copyValue, .drop, .add, .sub, .mul, .div, .rem, .shl, .shr, .negate, .boundsCheck, .check:
      true
    case .nop, .storageLive, .storageDead, .assign, .regionKeep, .construct, .discriminant,
      .addWrapping,
      .subWrapping, .mulWrapping, .addSaturating, .subSaturating, .bitAnd, .bitOr, .bitXor, .equal,
      .notEqual, .less, .lessEqual, .greater, .greaterEqual, .bitNot, .not, .convert, .bitcast,
      .addressOf, .panicPlace, .pointerOffset, .makeFunction, .accessBegin, .accessEnd, .bind,
      .unbind,
      .memoryCopy, .memoryMove, .memorySet:
      false
    }
  }
}
