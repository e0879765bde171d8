// Types as users write them.
import Base

extension CheckedProgram {
  /// `List[i64]`, `?string`, `[]u8`, `func(i32, inout T) -> bool`, `(A, B)`.
  public func name(of type: TypeID) -> String {
    var out = ""
    appendName(of: type, to: &out, depth: 0)
    return out
  }

  public func names(of list: [TypeID]) -> String { list.map(name(of:)).joined(separator: ", ") }

  /// `Iterator[i64]`, `Ord`.
  public func name(of bound: TraitBound) -> String {
    let trait = interner.text(declarations[bound.trait].name)
    return bound.arguments.isEmpty ? trait : trait + "[" + names(of: bound.arguments) + "]"
  }

  private func appendName(of type: TypeID, to out: inout String, depth: Int) {
    guard depth < 64 else { return out += "…" }
    let next = depth + 1
    switch types[type] {
    case .error: out += "{error}"
    case .void: out += "void"
    case .never: out += "never"
    case .bool: out += "bool"
    case .char: out += "char"
    case .integer(let kind): out += kind.name
    case .float(let bits): out += bits == 32 ? "f32" : "f64"
    case .nominal(let declaration, let arguments):
      appendNominal(declaration, arguments, to: &out, depth: next)
    case .parameter(let owner, let index):
      let parameters = declarations[owner].genericParameters
      out += Int(index) < parameters.count ? interner.text(parameters[Int(index)].name) : "_"
    case .tuple(let parts):
      out += "("
      appendList(parts, to: &out, depth: next)
      out += ")"
    case .array(let element, let count):
      out += "[\(count)]"
      appendName(of: element, to: &out, depth: next)
    case .slice(let element):
      out += "[]"
      appendName(of: element, to: &out, depth: next)
    case .pointer(let target, let isConst):
      out += isConst ? "*const " : "*"
      appendName(of: target, to: &out, depth: next)
    case .function(let parameters, let result, let isUnique):
      if isUnique { out += "@unique " }
      appendFunction(parameters, result, to: &out, depth: next)
    case .variable: out += "_"
    }
  }

  private func appendNominal(
    _ declaration: DeclarationID, _ arguments: [TypeID], to out: inout String, depth: Int
  ) {
    if arguments.count == 1, declaration == languageItem("optional") {
      out += "?"
      return appendName(of: arguments[0], to: &out, depth: depth)
    }
    out += interner.text(declarations[declaration].name)
    guard !arguments.isEmpty else { return }
    out += "["
    appendList(arguments, to: &out, depth: depth)
    out += "]"
  }

  private func appendFunction(
    _ parameters: [FunctionTypeParameter], _ result: TypeID, to out: inout String, depth: Int
  ) {
    out += "func("
    for (position, parameter) in parameters.enumerated() {
      if position > 0 { out += ", " }
      switch parameter.mode {
      case .borrowed: break
      case .inout: out += "inout "
      case .owned: out += "owned "
      }
      appendName(of: parameter.type, to: &out, depth: depth)
    }
    out += ")"
    if result != TypeTable.void {
      out += " -> "
      appendName(of: result, to: &out, depth: depth)
    }
  }

  private func appendList(_ list: [TypeID], to out: inout String, depth: Int) {
    for (position, type) in list.enumerated() {
      if position > 0 { out += ", " }
      appendName(of: type, to: &out, depth: depth)
    }
  }
}
