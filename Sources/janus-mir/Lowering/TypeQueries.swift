// What lowering asks about checked types: substitution, names, stable hashes, ownership.
import ASTDB
import Base
import MIR

extension ModuleLowering {
  /// `type` with parameter `i` replaced by `arguments[i]`.
  func substitute(_ type: TypeID, _ arguments: [TypeID]) -> TypeID {
    if arguments.isEmpty { return type }
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .variable: return type
    case .parameter(_, let index):
      return Int(index) < arguments.count ? arguments[Int(index)] : type
    case .nominal(let declaration, let own):
      if own.isEmpty { return type }
      return program.types.intern(
        .nominal(declaration, arguments: own.map { substitute($0, arguments) }))
    case .tuple(let elements):
      return program.types.intern(.tuple(elements.map { substitute($0, arguments) }))
    case .array(let element, let count):
      return program.types.intern(.array(substitute(element, arguments), count: count))
    case .slice(let element):
      return program.types.intern(.slice(substitute(element, arguments)))
    case .pointer(let target, let isConst):
      return program.types.intern(.pointer(substitute(target, arguments), isConst: isConst))
    case .function(let parameters, let result):
      return program.types.intern(
        .function(
          parameters: parameters.map {
            FunctionTypeParameter(type: substitute($0.type, arguments), mode: $0.mode)
          }, result: substitute(result, arguments)))
    }
  }

  func substitute(_ types: [TypeID], _ arguments: [TypeID]) -> [TypeID] {
    arguments.isEmpty ? types : types.map { substitute($0, arguments) }
  }

  /// How deeply types nest in `type`.
  func depth(of type: TypeID) -> Int {
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .variable, .parameter: return 1
    case .nominal(_, let arguments): return 1 + (arguments.map { depth(of: $0) }.max() ?? 0)
    case .tuple(let elements): return 1 + (elements.map { depth(of: $0) }.max() ?? 0)
    case .array(let element, _), .slice(let element), .pointer(let element, _):
      return 1 + depth(of: element)
    case .function(let parameters, let result):
      return 1 + max(depth(of: result), parameters.map { depth(of: $0.type) }.max() ?? 0)
    }
  }

  /// The type as users write it.
  func typeName(_ type: TypeID) -> String {
    switch program.types[type] {
    case .error: return "<error>"
    case .void: return "void"
    case .never: return "never"
    case .bool: return "bool"
    case .char: return "char"
    case .integer(let kind): return kind.name
    case .float(let bits): return "f\(bits)"
    case .nominal(let declaration, let arguments):
      if declaration == languageItems.optional, arguments.count == 1 {
        return "?" + typeName(arguments[0])
      }
      let name = program.interner.text(program.declarations[declaration].name)
      if arguments.isEmpty { return name }
      return name + "[" + arguments.map { typeName($0) }.joined(separator: ", ") + "]"
    case .parameter(_, let index): return "$\(index)"
    case .tuple(let elements):
      return "(" + elements.map { typeName($0) }.joined(separator: ", ") + ")"
    case .array(let element, let count): return "[\(count)]" + typeName(element)
    case .slice(let element): return "[]" + typeName(element)
    case .pointer(let target, let isConst):
      return (isConst ? "*const " : "*") + typeName(target)
    case .function(let parameters, let result):
      let list = parameters.map { parameter in
        switch parameter.mode {
        case .borrowed: typeName(parameter.type)
        case .inout: "inout " + typeName(parameter.type)
        case .owned: "owned " + typeName(parameter.type)
        }
      }
      return "func(" + list.joined(separator: ", ") + ") -> " + typeName(result)
    case .variable(let number): return "_\(number)"
    }
  }

  /// Equal in every process for the same type.
  func typeHash(_ type: TypeID) -> Hash128 {
    if type.index >= typeHashes.count {
      typeHashes.append(
        contentsOf: repeatElement(nil, count: program.types.kinds.count - typeHashes.count))
    }
    if let known = typeHashes[type.index] { return known }
    var builder = HashBuilder()
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .variable, .parameter:
      builder.add(typeName(type))
    case .nominal(let declaration, let arguments):
      builder.add("nominal")
      builder.add(program.declarations[declaration].stableID)
      builder.add(program.declarations[declaration].path)
      for argument in arguments { builder.add(typeHash(argument)) }
    case .tuple(let elements):
      builder.add("tuple")
      for element in elements { builder.add(typeHash(element)) }
    case .array(let element, let count):
      builder.add("array")
      builder.add(UInt64(bitPattern: count))
      builder.add(typeHash(element))
    case .slice(let element):
      builder.add("slice")
      builder.add(typeHash(element))
    case .pointer(let target, let isConst):
      builder.add(isConst ? "const pointer" : "pointer")
      builder.add(typeHash(target))
    case .function(let parameters, let result):
      builder.add("function")
      for parameter in parameters {
        builder.add(UInt64(parameter.mode.rawValue))
        builder.add(typeHash(parameter.type))
      }
      builder.add(typeHash(result))
    }
    let hash = builder.finish()
    typeHashes[type.index] = hash
    return hash
  }

  /// Unique when something with a destructor (or so marked) is contained, copyable when something
  /// that owns memory is. Containment is a search, because types may contain themselves.
  func ownership(of type: TypeID) -> Ownership {
    if type.index >= ownerships.count {
      ownerships.append(
        contentsOf: repeatElement(nil, count: program.types.kinds.count - ownerships.count))
    }
    if let known = ownerships[type.index] { return known }
    var found = Ownership.trivial
    var seen: Set<TypeID> = [type]
    var stack = [type]
    while let next = stack.popLast() {
      let own = ownOwnership(next)
      if own == .unique {
        found = .unique
        break
      }
      if own == .copyable { found = .copyable }
      for part in parts(of: next) where seen.insert(part).inserted { stack.append(part) }
    }
    if type.index >= ownerships.count {
      ownerships.append(
        contentsOf: repeatElement(nil, count: program.types.kinds.count - ownerships.count))
    }
    ownerships[type.index] = found
    return found
  }

  /// What a type is by itself, its parts not counted.
  private func ownOwnership(_ type: TypeID) -> Ownership {
    guard case .nominal(let declaration, _) = program.types[type],
      case .structure(let detail) = program.declarations[declaration].detail
    else { return .trivial }
    if detail.destructor.exists || detail.isMarkedUnique { return .unique }
    return detail.dropMethod.exists ? .copyable : .trivial
  }

  /// The types of the values that a value of `type` contains or owns.
  func parts(of type: TypeID) -> [TypeID] {
    switch program.types[type] {
    case .error, .void, .never, .bool, .char, .integer, .float, .variable, .parameter, .pointer,
      .function, .slice:
      return []
    case .tuple(let elements): return elements
    case .array(let element, _): return [element]
    case .nominal(let declaration, let arguments):
      switch program.declarations[declaration].detail {
      case .structure(let detail):
        let fields = detail.fields.map { substitute($0.type, arguments) }
        return detail.dropMethod.exists ? fields + arguments : fields
      case .enumeration(let detail):
        return detail.variants.flatMap { $0.fields.map { substitute($0.type, arguments) } }
      case .function, .trait, .implementation, .constant, .staticVariable, .typeAlias,
        .capability, .test:
        return []
      }
    }
  }
}
