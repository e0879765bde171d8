// MIR's type table flattened into small values, so that the emitter looks types up without touching
// arrays or strings. Made once for a module; knows nothing of LLVM.
import Base
import MIR

/// What code generation needs to know of one type.
struct TypeShape: BitwiseCopyable {
  enum Kind: UInt8, BitwiseCopyable {
    case void, never, bool, signed, unsigned, float, char, pointer, function, array, aggregate
    case enumeration
  }

  var kind: Kind
  /// Of integers and floats.
  var bits: UInt8 = 0
  var isTrivial: Bool
  var size: Int64
  var alignment: UInt32
  /// What may be assumed of the address of a value: 1 in modules with packed types, whose fields
  /// stand anywhere.
  var knownAlignment: UInt32
  /// Pointee, array element, or tag of an enumeration.
  var element: MIRTypeID = .none
  /// Ranges of `fields` or `variants`.
  var first: Int32 = 0
  var count: Int32 = 0
  var dropGlue: FunctionRefID
  var copyGlue: FunctionRefID

  /// Held in a register; everything else is handled by its address.
  var isScalar: Bool {
    switch kind {
    case .bool, .signed, .unsigned, .float, .char, .pointer: true
    case .void, .never, .function, .array, .aggregate, .enumeration: false
    }
  }

  static let void = TypeShape(
    kind: .void, isTrivial: true, size: 0, alignment: 1, knownAlignment: 1, dropGlue: .none,
    copyGlue: .none)
}

struct FieldShape: BitwiseCopyable {
  var type: MIRTypeID
  var offset: Int64
}

struct VariantShape: BitwiseCopyable {
  var discriminant: Int64
  var first: Int32
  var count: Int32
}

/// The shapes of all types of a module.
struct TypeShapes {
  private(set) var shapes: ContiguousArray<TypeShape> = []
  private(set) var fields: ContiguousArray<FieldShape> = []
  private(set) var variants: ContiguousArray<VariantShape> = []

  init(_ module: MIRModule) {
    shapes.reserveCapacity(module.types.count)
    for info in module.types.elements { shapes.append(shape(of: info)) }
    if shapes.contains(where: isPacked) {
      for index in shapes.indices { shapes[index].knownAlignment = 1 }
    }
  }

  /// Some field stands where its type would not be put.
  private func isPacked(_ shape: TypeShape) -> Bool {
    guard shape.kind == .aggregate else { return false }
    return fields[Int(shape.first)..<Int(shape.first + shape.count)].contains {
      let alignment = self[$0.type].alignment
      return alignment > shape.alignment || $0.offset % Int64(alignment) != 0
    }
  }

  subscript(type: MIRTypeID) -> TypeShape {
    type.index < shapes.count ? shapes[type.index] : .void
  }

  func field(_ index: Int, of shape: TypeShape) -> FieldShape { fields[Int(shape.first) + index] }

  func variant(_ index: Int, of shape: TypeShape) -> VariantShape {
    variants[Int(shape.first) + index]
  }

  func field(_ index: Int, of variant: VariantShape) -> FieldShape {
    fields[Int(variant.first) + index]
  }

  private mutating func shape(of info: MIRTypeInfo) -> TypeShape {
    var shape = TypeShape(
      kind: .void, isTrivial: info.ownership == .trivial, size: info.size,
      alignment: UInt32(max(info.alignment, 1)), knownAlignment: UInt32(max(info.alignment, 1)),
      dropGlue: info.dropGlue, copyGlue: info.copyGlue)
    switch info.kind {
    case .void: shape.kind = .void
    case .never: shape.kind = .never
    case .bool: shape.kind = .bool
    case .char: shape.kind = .char
    case .int(let bits, let signed):
      shape.kind = signed ? .signed : .unsigned
      shape.bits = bits
    case .float(let bits):
      shape.kind = .float
      shape.bits = bits
    case .pointer(let pointee):
      shape.kind = .pointer
      shape.element = pointee
    case .function: shape.kind = .function
    case .array(let element, let count):
      shape.kind = .array
      shape.element = element
      shape.count = Int32(clamping: count)
    case .aggregate(let list):
      shape.kind = .aggregate
      (shape.first, shape.count) = add(list)
    case .enumeration(let tag, let list):
      shape.kind = .enumeration
      shape.element = tag
      let added = list.map { variant in
        let (first, count) = add(variant.fields)
        return VariantShape(discriminant: variant.discriminant, first: first, count: count)
      }
      shape.first = Int32(variants.count)
      shape.count = Int32(added.count)
      variants.append(contentsOf: added)
    }
    return shape
  }

  private mutating func add(_ list: [MIRField]) -> (first: Int32, count: Int32) {
    let first = Int32(fields.count)
    fields.append(contentsOf: list.lazy.map { FieldShape(type: $0.type, offset: $0.offset) })
    return (first, Int32(list.count))
  }
}
