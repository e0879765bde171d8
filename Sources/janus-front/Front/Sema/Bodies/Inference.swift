// Types not yet known while a body is checked: variables, what they are bound to, and unification.
// A literal's variable has a class, and takes the first type of that class that it meets; alone it
// becomes `i64` or `f64`.
import ASTDB
import Base

/// What may be bound to a type variable.
enum VariableClass: UInt8 {
  case any
  /// Of an integer literal: an integer or float type, or a numeric type parameter.
  case integer
  /// Of a float literal.
  case float
}

struct Inference {
  private struct Entry {
    /// None while unbound.
    var binding: TypeID
    var kind: VariableClass
    /// Where the type that it stands for would have to be known.
    var place: ByteRange
  }

  /// Byte offsets in the body's file.
  struct ByteRange {
    var start: Int32
    var end: Int32
  }

  private enum Shape {
    static let unknown: UInt8 = 0
    static let closed: UInt8 = 1
    static let open: UInt8 = 2
    static let variable: UInt8 = 3
  }

  private let program: CheckedProgram
  private var entries: ContiguousArray<Entry> = []
  /// By type: whether it is a variable, mentions one, or neither.
  private var shapes: ContiguousArray<UInt8> = []
  /// The interned `.variable(n)` by n.
  private var variableTypes: ContiguousArray<TypeID> = []

  init(program: CheckedProgram) { self.program = program }

  mutating func reset() { entries.removeAll(keepingCapacity: true) }

  // MARK: Variables

  mutating func fresh(_ kind: VariableClass, start: Int32, end: Int32) -> TypeID {
    let index = entries.count
    entries.append(
      Entry(binding: .none, kind: kind, place: ByteRange(start: start, end: end)))
    if index == variableTypes.count {
      variableTypes.append(program.types.intern(.variable(UInt32(index))))
    }
    return variableTypes[index]
  }

  @inline(__always)
  mutating func shape(of type: TypeID) -> UInt8 {
    let index = type.index
    if index < shapes.count && shapes[index] != Shape.unknown { return shapes[index] }
    return computeShape(type)
  }

  private mutating func computeShape(_ type: TypeID) -> UInt8 {
    while shapes.count <= type.index { shapes.append(Shape.unknown) }
    let shape: UInt8
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter: shape = Shape.closed
    case .variable: shape = Shape.variable
    case .nominal(_, let arguments): shape = combinedShape(arguments)
    case .tuple(let elements): shape = combinedShape(elements)
    case .array(let element, _), .slice(let element), .pointer(let element, _):
      shape = combinedShape([element])
    case .function(let parameters, let result, _):
      shape = combinedShape(parameters.map(\.type) + [result])
    }
    shapes[type.index] = shape
    return shape
  }

  private mutating func combinedShape(_ parts: [TypeID]) -> UInt8 {
    for part in parts where shape(of: part) >= Shape.open { return Shape.open }
    return Shape.closed
  }

  /// The type itself, or what the variable stands for as far as that is known.
  @inline(__always)
  mutating func resolve(_ type: TypeID) -> TypeID {
    if shape(of: type) != Shape.variable { return type }
    return followed(type)
  }

  private mutating func followed(_ type: TypeID) -> TypeID {
    var type = type
    while shape(of: type) == Shape.variable, case .variable(let n) = program.types[type] {
      let next = entries[Int(n)].binding
      if next.isNone { break }
      type = next
    }
    return type
  }

  /// Of a resolved type: the class of the unbound variable that it is, or nil.
  mutating func classOfVariable(_ type: TypeID) -> VariableClass? {
    guard shape(of: type) == Shape.variable, case .variable(let n) = program.types[type] else {
      return nil
    }
    return entries[Int(n)].kind
  }

  func place(ofVariable type: TypeID) -> ByteRange? {
    guard case .variable(let n) = program.types[type] else { return nil }
    return entries[Int(n)].place
  }

  /// No unbound variable is left in it.
  mutating func isKnown(_ type: TypeID) -> Bool {
    if shape(of: type) == Shape.closed { return true }
    return shape(of: solved(type)) == Shape.closed
  }

  /// The type with every bound variable replaced; unbound ones stay.
  mutating func solved(_ type: TypeID) -> TypeID {
    if shape(of: type) == Shape.closed { return type }
    let type = resolve(type)
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .variable: return type
    case .nominal(let declaration, let arguments):
      return program.types.intern(.nominal(declaration, arguments: arguments.map { solved($0) }))
    case .tuple(let elements): return program.types.intern(.tuple(elements.map { solved($0) }))
    case .array(let element, let count):
      return program.types.intern(.array(solved(element), count: count))
    case .slice(let element): return program.types.intern(.slice(solved(element)))
    case .pointer(let element, let isConst):
      return program.types.intern(.pointer(solved(element), isConst: isConst))
    case .function(let parameters, let result, let isUnique):
      return program.types.intern(
        .function(
          parameters: parameters.map {
            FunctionTypeParameter(type: solved($0.type), mode: $0.mode)
          }, result: solved(result), isUnique: isUnique))
    }
  }

  /// Binds every literal's variable in `type` that is still free to its default.
  mutating func applyDefaults(_ type: TypeID) -> TypeID {
    if shape(of: type) == Shape.closed { return type }
    let type = solved(type)
    defaultVariables(of: type)
    return solved(type)
  }

  private mutating func defaultVariables(of type: TypeID) {
    let type = resolve(type)
    if shape(of: type) == Shape.closed { return }
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter: return
    case .variable(let n):
      switch entries[Int(n)].kind {
      case .any: return
      case .integer: entries[Int(n)].binding = TypeTable.i64
      case .float: entries[Int(n)].binding = TypeTable.f64
      }
    case .nominal(_, let arguments): for a in arguments { defaultVariables(of: a) }
    case .tuple(let elements): for e in elements { defaultVariables(of: e) }
    case .array(let element, _), .slice(let element), .pointer(let element, _):
      defaultVariables(of: element)
    case .function(let parameters, let result, _):
      for p in parameters { defaultVariables(of: p.type) }
      defaultVariables(of: result)
    }
  }

  /// Of a solved type: its first unbound variable, or none.
  mutating func firstVariable(in type: TypeID) -> TypeID {
    let type = resolve(type)
    if shape(of: type) == Shape.closed { return .none }
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter: return .none
    case .variable: return type
    case .nominal(_, let arguments): return firstVariable(among: arguments)
    case .tuple(let elements): return firstVariable(among: elements)
    case .array(let element, _), .slice(let element), .pointer(let element, _):
      return firstVariable(in: element)
    case .function(let parameters, let result, _):
      return firstVariable(among: parameters.map(\.type) + [result])
    }
  }

  private mutating func firstVariable(among types: [TypeID]) -> TypeID {
    for type in types {
      let found = firstVariable(in: type)
      if found.exists { return found }
    }
    return .none
  }

  // MARK: Unification

  /// Makes two types equal by binding variables, if that can be done. Errors agree with anything.
  mutating func unify(_ a: TypeID, _ b: TypeID) -> Bool {
    if a == b { return true }
    let a = resolve(a)
    let b = resolve(b)
    if a == b { return true }
    let aShape = shape(of: a)
    let bShape = shape(of: b)
    if a == TypeTable.error || b == TypeTable.error {
      // What is open stays silent from here on.
      if aShape == Shape.variable { poison(a) }
      if bShape == Shape.variable { poison(b) }
      return true
    }
    if aShape == Shape.variable { return bind(a, to: b, bShape) }
    if bShape == Shape.variable { return bind(b, to: a, aShape) }
    if aShape == Shape.closed && bShape == Shape.closed { return containsError(a, b) }
    return unifyParts(a, b)
  }

  /// Two different closed types agree only where one of them holds an error.
  private mutating func containsError(_ a: TypeID, _ b: TypeID) -> Bool {
    switch (program.types[a], program.types[b]) {
    case (.nominal, .nominal), (.tuple, .tuple), (.array, .array), (.slice, .slice),
      (.pointer, .pointer), (.function, .function):
      return unifyParts(a, b)
    case (_, _): return false
    }
  }

  private mutating func unifyParts(_ a: TypeID, _ b: TypeID) -> Bool {
    switch (program.types[a], program.types[b]) {
    case (.nominal(let d, let x), .nominal(let e, let y)):
      return d == e && unify(x, y)
    case (.tuple(let x), .tuple(let y)): return unify(x, y)
    case (.array(let x, let n), .array(let y, let m)): return n == m && unify(x, y)
    case (.slice(let x), .slice(let y)): return unify(x, y)
    case (.pointer(let x, let c), .pointer(let y, let d)): return c == d && unify(x, y)
    case (.function(let p, let r, let u), .function(let q, let s, let v)):
      guard u == v, p.count == q.count else { return false }
      for (x, y) in zip(p, q) where x.mode != y.mode || !unify(x.type, y.type) { return false }
      return unify(r, s)
    case (_, _): return false
    }
  }

  private mutating func unify(_ x: [TypeID], _ y: [TypeID]) -> Bool {
    guard x.count == y.count else { return false }
    for (a, b) in zip(x, y) where !unify(a, b) { return false }
    return true
  }

  private mutating func poison(_ variable: TypeID) {
    guard case .variable(let n) = program.types[variable] else { return }
    entries[Int(n)].binding = TypeTable.error
  }

  private mutating func bind(_ variable: TypeID, to type: TypeID, _ typeShape: UInt8) -> Bool {
    guard case .variable(let n) = program.types[variable] else { return false }
    if typeShape == Shape.variable, case .variable(let m) = program.types[type] {
      // The variable with the narrower class stays.
      if entries[Int(n)].kind.rawValue > entries[Int(m)].kind.rawValue {
        entries[Int(m)].binding = variable
      } else {
        entries[Int(n)].binding = type
      }
      return true
    }
    switch entries[Int(n)].kind {
    case .any: if typeShape == Shape.open && occurs(variable, in: type) { return false }
    case .integer: if !acceptsIntegerLiteral(type) { return false }
    case .float: if !acceptsFloatLiteral(type) { return false }
    }
    entries[Int(n)].binding = type
    return true
  }

  private mutating func occurs(_ variable: TypeID, in type: TypeID) -> Bool {
    let type = resolve(type)
    if type == variable { return true }
    if shape(of: type) == Shape.closed { return false }
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .variable: return false
    case .nominal(_, let arguments): return arguments.contains { occurs(variable, in: $0) }
    case .tuple(let elements): return elements.contains { occurs(variable, in: $0) }
    case .array(let element, _), .slice(let element), .pointer(let element, _):
      return occurs(variable, in: element)
    case .function(let parameters, let result, _):
      return parameters.contains { occurs(variable, in: $0.type) } || occurs(variable, in: result)
    }
  }

  /// Of a known type: an integer literal may have it.
  func acceptsIntegerLiteral(_ type: TypeID) -> Bool {
    type.isNumeric
      || !numericBounds(of: type).isDisjoint(with: [.number, .integer, .float])
  }

  func acceptsFloatLiteral(_ type: TypeID) -> Bool {
    type.isFloat || !numericBounds(of: type).isDisjoint(with: [.number, .float])
  }

  /// The built-in bounds of a type parameter; none for other types.
  func numericBounds(of type: TypeID) -> BuiltinBounds {
    guard case .parameter(let owner, let index) = program.types[type] else { return [] }
    let parameters = program.declarations[owner].genericParameters
    return Int(index) < parameters.count ? parameters[Int(index)].builtin : []
  }
}

// MARK: Numeric types

extension TypeID {
  @inline(__always) var isInteger: Bool {
    raw >= TypeTable.integer(.i8).raw && raw <= TypeTable.integer(.usize).raw
  }
  @inline(__always) var isFloat: Bool { self == TypeTable.f32 || self == TypeTable.f64 }
  @inline(__always) var isNumeric: Bool { isInteger || isFloat }

  var integerKind: IntegerKind? {
    isInteger ? IntegerKind(rawValue: UInt8(raw - TypeTable.integer(.i8).raw)) : nil
  }

  /// Every value of this type is a value of `other`.
  func widens(to other: TypeID) -> Bool {
    if let from = integerKind {
      if let to = other.integerKind {
        if from.isSigned == to.isSigned { return from.bits <= to.bits }
        return to.isSigned && from.bits < to.bits
      }
      guard other.isFloat else { return false }
      return from.bits <= (other == TypeTable.f64 ? 32 : 16)
    }
    return self == TypeTable.f32 && other == TypeTable.f64
  }
}
