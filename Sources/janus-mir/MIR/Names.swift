// The printed names of opcodes, terminators and panics: case names in snake case, so that a line of
// dumped MIR can be searched back to its definition.

/// `copyValue` becomes `copy_value`.
private func snakeCase(_ name: String) -> String {
  var result = ""
  for scalar in name.unicodeScalars {
    if scalar.properties.isUppercase {
      result += "_"
      result += scalar.properties.lowercaseMapping
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

private let opcodeNames: [String] = Opcode.allCases.map { snakeCase(String(describing: $0)) }
private let panicNames: [String] = PanicKind.allCases.map { snakeCase(String(describing: $0)) }
private let opcodesByName: [String: Opcode] = Dictionary(
  uniqueKeysWithValues: Opcode.allCases.map { (opcodeNames[Int($0.rawValue)], $0) })
private let panicsByName: [String: PanicKind] = Dictionary(
  uniqueKeysWithValues: PanicKind.allCases.map { (panicNames[Int($0.rawValue) - 1], $0) })

extension Opcode {
  /// The printed name: `copy_value`.
  public var name: String { opcodeNames[Int(rawValue)] }
  public init?(name: String) {
    guard let found = opcodesByName[name] else { return nil }
    self = found
  }
}

extension PanicKind {
  /// The printed name: `out_of_memory`.
  public var name: String { panicNames[Int(rawValue) - 1] }
  public init?(name: String) {
    guard let found = panicsByName[name] else { return nil }
    self = found
  }
}

extension LocalStorage {
  /// The word that opens a local's line.
  public var name: String {
    switch self {
    case .stack: "stack"
    case .result: "result"
    case .borrowedParameter: "borrowed"
    case .inoutParameter: "inout"
    case .ownedParameter: "owned"
    case .alias: "alias"
    case .hidden: "hidden"
    case .lent: "lent"
    }
  }

  static let all: [LocalStorage] = [
    .stack, .result, .borrowedParameter, .inoutParameter, .ownedParameter, .alias, .hidden,
    .lent,
  ]

  public init?(name: String) {
    guard let found = LocalStorage.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}

extension FunctionAttributes {
  /// Every attribute with its printed name.
  static let named: [(FunctionAttributes, String)] = [
    (.inline, "inline"), (.noinline, "noinline"), (.cold, "cold"), (.exported, "exported"),
    (.glue, "glue"), (.tracksCaller, "tracks_caller"), (.destructor, "destructor"),
    (.lends, "lends"), (.lendsResult, "lends_result"), (.noImplicitCopy, "no_implicit_copy"),
  ]
}

extension MIRModule {
  /// The type that `projection` leads to from a value of `type`, or none when it does not apply.
  /// A variant keeps the enumeration's type; the field after it is looked up in `variant`.
  public func type(
    after projection: Projection, of type: MIRTypeID, variant: UInt32?
  ) -> MIRTypeID {
    guard type.index < types.count else { return .none }
    switch (projection, types[type].kind) {
    case (.deref, .pointer(let pointee)): return pointee
    case (.index, .array(let element, _)), (.constantIndex, .array(let element, _)):
      return element
    case (.field(let index), .aggregate(let fields)):
      return Int(index) < fields.count ? fields[Int(index)].type : .none
    case (.variant(let index), .enumeration(_, let variants)):
      return Int(index) < variants.count ? type : .none
    case (.field(let index), .enumeration(_, let variants)):
      guard let variant, Int(variant) < variants.count,
        Int(index) < variants[Int(variant)].fields.count
      else { return .none }
      return variants[Int(variant)].fields[Int(index)].type
    case (.deref, _), (.index, _), (.constantIndex, _), (.field, _), (.variant, _):
      return .none
    }
  }
}
