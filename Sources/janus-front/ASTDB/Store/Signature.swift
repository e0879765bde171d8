// The heading of a declaration as a user would write it: for `v1_symbol` and for diagnostics.
import Base

extension CheckedProgram {
  /// `func add(a: i32, b: i32) -> i32`, `struct Point`, `const LIMIT: i64`, ….
  public func signature(of id: DeclarationID) -> String {
    let declaration = declarations[id]
    let name = interner.text(declaration.name)
    switch declaration.detail {
    case .function(let function): return signature(of: declaration, function)
    case .structure: return "struct " + name + genericList(of: declaration)
    case .enumeration(let enumeration):
      return (enumeration.isError ? "error " : "enum ") + name + genericList(of: declaration)
    case .trait: return "trait " + name
    case .implementation(let implementation):
      let type = self.name(of: implementation.selfType)
      guard implementation.trait.exists else { return "impl \(type)" }
      let arguments = implementation.traitArguments
      let list = arguments.isEmpty ? "" : "[\(names(of: arguments))]"
      return "impl \(interner.text(declarations[implementation.trait].name))\(list) for \(type)"
    case .constant(let type, _): return "const \(name): \(self.name(of: type))"
    case .staticVariable(let type, let isMutable):
      return "static \(isMutable ? "mut " : "")\(name): \(self.name(of: type))"
    case .typeAlias(let type): return "type \(name) = \(self.name(of: type))"
    case .capability: return "capability " + name
    case .test(let title): return "test \(jsonString(title))"
    }
  }

  private func signature(of declaration: Declaration, _ function: FunctionDetail) -> String {
    let parameters = function.parameters.enumerated().map { index, parameter in
      let mode =
        switch parameter.mode {
        case .borrowed: ""
        case .inout: "inout "
        case .owned: "owned "
        }
      let name = interner.text(parameter.name)
      if index == 0 && function.hasReceiver { return mode + name }
      return "\(mode)\(name): \(self.name(of: parameter.type))"
    }.joined(separator: ", ")
    let result = function.result == TypeTable.void ? "" : " -> \(name(of: function.result))"
    let name = function.isDestructor ? "destructor" : "func " + interner.text(declaration.name)
    return "\(name)\(genericList(of: declaration))(\(parameters))\(result)"
  }

  /// The parameters that the declaration itself adds to those of its parent.
  private func genericList(of declaration: Declaration) -> String {
    let inherited = inheritedParameterCount(of: declaration)
    let own = declaration.genericParameters.dropFirst(inherited)
    if own.isEmpty { return "" }
    return "[" + own.map { interner.text($0.name) }.joined(separator: ", ") + "]"
  }
}
