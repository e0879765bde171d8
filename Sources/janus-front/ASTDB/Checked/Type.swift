// Types of checked declarations, interned: two types are equal iff their IDs are.
import Base

public enum TypeTag {}
public typealias TypeID = ID<TypeTag>

/// The integer types; `isize` and `usize` are 64 bits wide and distinct from `i64` and `u64`.
public enum IntegerKind: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  case i8, i16, i32, i64, i128, u8, u16, u32, u64, u128, isize, usize

  public var bits: Int {
    switch self {
    case .i8, .u8: 8
    case .i16, .u16: 16
    case .i32, .u32: 32
    case .i64, .u64, .isize, .usize: 64
    case .i128, .u128: 128
    }
  }

  public var isSigned: Bool {
    switch self {
    case .i8, .i16, .i32, .i64, .i128, .isize: true
    case .u8, .u16, .u32, .u64, .u128, .usize: false
    }
  }

  public var name: String {
    switch self {
    case .i8: "i8"
    case .i16: "i16"
    case .i32: "i32"
    case .i64: "i64"
    case .i128: "i128"
    case .u8: "u8"
    case .u16: "u16"
    case .u32: "u32"
    case .u64: "u64"
    case .u128: "u128"
    case .isize: "isize"
    case .usize: "usize"
    }
  }
}

/// How a parameter takes its argument (language.md section 4).
public enum PassingMode: UInt8, BitwiseCopyable, Sendable {
  case borrowed, `inout`, owned
}

public struct FunctionTypeParameter: Hashable, Sendable {
  public var type: TypeID
  public var mode: PassingMode
  public init(type: TypeID, mode: PassingMode) {
    self.type = type
    self.mode = mode
  }
}

public enum TypeKind: Hashable, Sendable {
  /// Already reported; compatible with everything, silently.
  case error
  case void, never, bool, char
  case integer(IntegerKind)
  /// 32 or 64 bits.
  case float(bits: UInt8)
  /// A struct or enum with its type arguments: `string`, `List[i64]`, `Optional[T]`.
  case nominal(DeclarationID, arguments: [TypeID])
  /// A generic parameter of `owner`, counted over all enclosing declarations from the outermost. In
  /// a trait, parameter 0 is `Self`.
  case parameter(owner: DeclarationID, index: UInt32)
  case tuple([TypeID])
  case array(TypeID, count: Int64)
  case slice(TypeID)
  case pointer(TypeID, isConst: Bool)
  /// `isUnique`: `@unique func`, the type of closures that own unique values.
  case function(parameters: [FunctionTypeParameter], result: TypeID, isUnique: Bool)
  /// Stands for a type not yet known; only while a body is being checked.
  case variable(UInt32)
}

/// The interned types of one process.
public struct TypeTable: Sendable {
  public private(set) var kinds: ContiguousArray<TypeKind> = []
  /// Parallel to `kinds`: the type mentions a generic parameter; it mentions a type variable.
  private var mentions: ContiguousArray<UInt8> = []
  /// Parallel to `kinds`: how deep types nest in it.
  private var depths: ContiguousArray<UInt16> = []
  private var ids: [TypeKind: TypeID] = [:]

  public static let error = TypeID(0 as UInt32)
  public static let void = TypeID(1 as UInt32)
  public static let never = TypeID(2 as UInt32)
  public static let bool = TypeID(3 as UInt32)
  public static let char = TypeID(4 as UInt32)
  public static let f32 = TypeID(5 as UInt32)
  public static let f64 = TypeID(6 as UInt32)
  /// The first integer type; the others follow in the order of `IntegerKind`.
  private static let firstInteger: UInt32 = 7
  public static let i32 = integer(.i32)
  public static let i64 = integer(.i64)
  public static let u8 = integer(.u8)

  public static func integer(_ kind: IntegerKind) -> TypeID {
    TypeID(firstInteger + UInt32(kind.rawValue))
  }

  public init() {
    for kind in [
      TypeKind.error, .void, .never, .bool, .char, .float(bits: 32), .float(bits: 64),
    ] { _ = intern(kind) }
    for kind in IntegerKind.allCases { _ = intern(.integer(kind)) }
  }

  @inlinable public subscript(id: TypeID) -> TypeKind { kinds[id.index] }

  public mutating func intern(_ kind: TypeKind) -> TypeID {
    if let id = ids[kind] { return id }
    kinds.append(kind)
    mentions.append(mentions(in: kind))
    depths.append(depth(of: kind))
    let id = TypeID(kinds.count - 1)
    ids[kind] = id
    return id
  }

  private static let parameterMark: UInt8 = 1
  private static let variableMark: UInt8 = 2

  /// Whether a generic parameter occurs in `id`.
  public func hasParameters(_ id: TypeID) -> Bool {
    mentions[id.index] & TypeTable.parameterMark != 0
  }

  /// Whether a type variable occurs in `id`.
  public func hasVariables(_ id: TypeID) -> Bool {
    mentions[id.index] & TypeTable.variableMark != 0
  }

  /// How deep types nest in `id`: 0 for `i64`, 1 for `[]i64`. What walks over types recurses so
  /// far.
  public func depth(of id: TypeID) -> Int { Int(depths[id.index]) }

  private func depth(of kind: TypeKind) -> UInt16 {
    func above(_ parts: some Sequence<TypeID>) -> UInt16 {
      let deepest = parts.reduce(0) { max($0, depths[$1.index]) }
      return deepest == .max ? .max : deepest + 1
    }
    switch kind {
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .variable: return 0
    case .nominal(_, let parts): return parts.isEmpty ? 0 : above(parts)
    case .tuple(let parts): return above(parts)
    case .array(let part, _), .slice(let part), .pointer(let part, _):
      return above(CollectionOfOne(part))
    case .function(let parameters, let result, _): return above(parameters.map(\.type) + [result])
    }
  }

  private func mentions(in kind: TypeKind) -> UInt8 {
    switch kind {
    case .error, .void, .never, .bool, .char, .integer, .float: 0
    case .parameter: TypeTable.parameterMark
    case .variable: TypeTable.variableMark
    case .nominal(_, let parts), .tuple(let parts):
      parts.reduce(0) { $0 | mentions[$1.index] }
    case .array(let part, _), .slice(let part), .pointer(let part, _): mentions[part.index]
    case .function(let parameters, let result, _):
      parameters.reduce(mentions[result.index]) { $0 | mentions[$1.type.index] }
    }
  }
}
