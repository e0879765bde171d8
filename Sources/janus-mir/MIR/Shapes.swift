// MIR's type table flattened into small values, for whoever looks types up in inner loops: the
// verifier, the passes, the interpreter. Looking a type up here touches no array buffer's count.
import Base

/// What is known of one type, in a few words.
public struct MIRShape: BitwiseCopyable, Sendable {
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    case void, never, bool, int, float, char, pointer, function, array, aggregate, enumeration
  }

  public var kind: Kind
  public var ownership: Ownership
  /// Of integers and floats; 8 for bool, 32 for char, 64 for pointers.
  public var bits: UInt8
  public var isSigned: Bool
  public var size: Int64
  public var alignment: Int64
  /// Pointee, array element, or tag of an enumeration.
  public var element: MIRTypeID
  /// Of a function value.
  public var signature: SignatureID
  /// Fields or variants: a range of `MIRShapes.fields` or `.variants`.
  public var first: Int32
  /// Number of fields, variants, or array elements (clamped).
  public var count: Int32
  public var dropGlue: FunctionRefID
  public var copyGlue: FunctionRefID
  public var hasDestructor: Bool
  public var mustConsume: Bool

  /// Held in registers; see `MIRTypeInfo.isScalar`.
  public var isScalar: Bool {
    switch kind {
    case .bool, .int, .float, .char, .pointer: true
    case .void, .never, .function, .array, .aggregate, .enumeration: false
    }
  }

  public var isTrivial: Bool { ownership == .trivial }
}

public struct MIRFieldShape: BitwiseCopyable, Sendable {
  public var type: MIRTypeID
  public var offset: Int64
}

public struct MIRVariantShape: BitwiseCopyable, Sendable {
  public var discriminant: Int64
  public var first: Int32
  public var count: Int32
}

/// The shapes of all types of a module.
public struct MIRShapes: Sendable {
  public private(set) var shapes: ContiguousArray<MIRShape> = []
  public private(set) var fields: ContiguousArray<MIRFieldShape> = []
  public private(set) var variants: ContiguousArray<MIRVariantShape> = []

  public init(_ module: MIRModule) {
    shapes.reserveCapacity(module.types.count)
    for info in module.types.elements { shapes.append(shape(of: info)) }
  }

  public var count: Int { shapes.count }

  public subscript(type: MIRTypeID) -> MIRShape { shapes[type.index] }

  /// The field of an aggregate, or of a variant's payload.
  public func field(_ index: Int, first: Int32) -> MIRFieldShape { fields[Int(first) + index] }

  public func variant(_ index: Int, of shape: MIRShape) -> MIRVariantShape {
    variants[Int(shape.first) + index]
  }

  private mutating func shape(of info: MIRTypeInfo) -> MIRShape {
    var shape = MIRShape(
      kind: .void, ownership: info.ownership, bits: 0, isSigned: false, size: info.size,
      alignment: info.alignment, element: .none, signature: .none, first: 0, count: 0,
      dropGlue: info.dropGlue, copyGlue: info.copyGlue, hasDestructor: info.hasDestructor,
      mustConsume: info.mustConsume)
    switch info.kind {
    case .void: shape.kind = .void
    case .never: shape.kind = .never
    case .bool: (shape.kind, shape.bits) = (.bool, 8)
    case .char: (shape.kind, shape.bits) = (.char, 32)
    case .int(let bits, let signed): (shape.kind, shape.bits, shape.isSigned) = (.int, bits, signed)
    case .float(let bits): (shape.kind, shape.bits) = (.float, bits)
    case .pointer(let pointee):
      (shape.kind, shape.bits, shape.element) = (.pointer, 64, pointee)
    case .function(let signature): (shape.kind, shape.signature) = (.function, signature)
    case .array(let element, let count):
      (shape.kind, shape.element, shape.count) = (.array, element, Int32(clamping: count))
    case .aggregate(let list):
      shape.kind = .aggregate
      (shape.first, shape.count) = add(list)
    case .enumeration(let tag, let list):
      (shape.kind, shape.element) = (.enumeration, tag)
      let added = list.map { variant in
        let (first, count) = add(variant.fields)
        return MIRVariantShape(discriminant: variant.discriminant, first: first, count: count)
      }
      (shape.first, shape.count) = (Int32(variants.count), Int32(added.count))
      variants.append(contentsOf: added)
    }
    return shape
  }

  private mutating func add(_ list: [MIRField]) -> (first: Int32, count: Int32) {
    let first = Int32(fields.count)
    fields.append(contentsOf: list.lazy.map { MIRFieldShape(type: $0.type, offset: $0.offset) })
    return (first, Int32(list.count))
  }
}
