// LLVM types of MIR types. Aggregates have none: they are bytes in memory, reached by constant
// offsets; only scalars, and small results as one or two words, are LLVM values.
import Base
import CLLVM
import MIR

/// LLVM's basic types in one context.
struct BasicTypes {
  let void: LLVMTypeRef
  let i1: LLVMTypeRef
  let i8: LLVMTypeRef
  let i16: LLVMTypeRef
  let i32: LLVMTypeRef
  let i64: LLVMTypeRef
  let i128: LLVMTypeRef
  let float: LLVMTypeRef
  let double: LLVMTypeRef
  let pointer: LLVMTypeRef
  /// What a landing pad yields: the exception and a selector.
  let exception: LLVMTypeRef

  init(_ context: LLVMContextRef) {
    void = LLVMVoidTypeInContext(context)
    i1 = LLVMInt1TypeInContext(context)
    i8 = LLVMInt8TypeInContext(context)
    i16 = LLVMInt16TypeInContext(context)
    i32 = LLVMInt32TypeInContext(context)
    i64 = LLVMInt64TypeInContext(context)
    i128 = LLVMInt128TypeInContext(context)
    float = LLVMFloatTypeInContext(context)
    double = LLVMDoubleTypeInContext(context)
    pointer = LLVMPointerTypeInContext(context, 0)
    var parts: [LLVMTypeRef?] = [pointer, i32]
    exception = LLVMStructTypeInContext(context, &parts, 2, 0)
  }

  func integer(bits: UInt8) -> LLVMTypeRef {
    switch bits {
    case 8: i8
    case 16: i16
    case 32: i32
    case 64: i64
    default: i128
    }
  }

  /// The type of a scalar as a value; bools are single bits.
  func scalar(_ shape: TypeShape) -> LLVMTypeRef {
    switch shape.kind {
    case .bool: i1
    case .signed, .unsigned: integer(bits: shape.bits)
    case .float: shape.bits == 32 ? float : double
    case .char: i32
    case .pointer, .function: pointer
    case .void, .never, .array, .aggregate, .enumeration: void
    }
  }

  /// The type under which a value of `shape` stands in memory.
  func memory(_ shape: TypeShape) -> LLVMTypeRef {
    if shape.kind == .bool { return i8 }
    if shape.isScalar { return scalar(shape) }
    return bytes(shape.size)
  }

  func bytes(_ count: Int64) -> LLVMTypeRef { LLVMArrayType2(i8, UInt64(max(count, 0))) }
}

/// The words of a small aggregate, for returning it in registers.
struct RegisterWords {
  /// One LLVM type for each word of eight bytes; at most two. None reaches beyond the value.
  var words: [LLVMTypeRef]
}

extension BasicTypes {
  /// The register form of a value of `shape`, or nil when it has none: too large, or a length that
  /// no register has.
  func registerWords(_ shape: TypeShape, in shapes: TypeShapes) -> RegisterWords? {
    guard shape.size > 0, shape.size <= 16 else { return nil }
    var leaves = WordLeaves()
    leaves.add(shape, at: 0, in: shapes)
    var words: [LLVMTypeRef] = []
    for word in 0..<Int((shape.size + 7) / 8) {
      let room = min(8, shape.size - Int64(word) * 8)
      switch leaves.words[word] {
      case .one(let leaf) where leaf.size <= room: words.append(memory(leaf))
      case .none, .one, .mixed:
        guard room & (room - 1) == 0 else { return nil }
        words.append(integer(bits: UInt8(room * 8)))
      }
    }
    return RegisterWords(words: words)
  }
}

/// Which scalars lie in each word of a small value: pointers and floats keep their types in
/// registers when nothing else shares their word.
private struct WordLeaves {
  enum Word {
    case none
    case one(TypeShape)
    case mixed
  }
  var words: [Word] = [.none, .none]

  mutating func add(_ shape: TypeShape, at offset: Int64, in shapes: TypeShapes) {
    guard shape.size > 0, offset >= 0, offset + shape.size <= 16 else { return }
    switch shape.kind {
    case .void, .never: return
    case .bool, .signed, .unsigned, .float, .char, .pointer: addLeaf(shape, at: offset)
    case .function:
      words = [.one(pointerLike(shape)), .one(pointerLike(shape))]
    case .array:
      let element = shapes[shape.element]
      for index in 0..<Int64(shape.count) {
        add(element, at: offset + index * element.size, in: shapes)
      }
    case .aggregate:
      for index in 0..<Int(shape.count) {
        let field = shapes.field(index, of: shape)
        add(shapes[field.type], at: offset + field.offset, in: shapes)
      }
    case .enumeration:
      add(shapes[shape.element], at: offset, in: shapes)
      for index in 0..<Int(shape.count) {
        let variant = shapes.variant(index, of: shape)
        for position in 0..<Int(variant.count) {
          let field = shapes.field(position, of: variant)
          add(shapes[field.type], at: offset + field.offset, in: shapes)
        }
      }
    }
  }

  private func pointerLike(_ shape: TypeShape) -> TypeShape {
    var leaf = shape
    leaf.kind = .pointer
    leaf.size = 8
    return leaf
  }

  private mutating func addLeaf(_ leaf: TypeShape, at offset: Int64) {
    let word = Int(offset / 8)
    guard leaf.size <= 8 else {
      words = [.mixed, .mixed]
      return
    }
    switch words[word] {
    case .none where offset % 8 == 0: words[word] = .one(leaf)
    case .one(let old) where offset % 8 == 0 && sameRegister(old, leaf): break
    case .none, .one, .mixed: words[word] = .mixed
    }
  }

  private func sameRegister(_ a: TypeShape, _ b: TypeShape) -> Bool {
    guard a.size == b.size else { return false }
    return isInteger(a) && isInteger(b) || a.kind == b.kind
  }

  private func isInteger(_ shape: TypeShape) -> Bool {
    switch shape.kind {
    case .bool, .signed, .unsigned, .char: true
    case .void, .never, .float, .pointer, .function, .array, .aggregate, .enumeration: false
    }
  }
}
