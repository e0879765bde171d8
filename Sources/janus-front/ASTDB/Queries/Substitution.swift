// Putting type arguments in place of generic parameters. Parameters are counted over all enclosing
// declarations, so the index alone finds the argument; parameters beyond the arguments stay.
import Base

extension CheckedProgram {
  /// `type` with `arguments[i]` in place of parameter `i`.
  public func substitute(_ arguments: [TypeID], in type: TypeID) -> TypeID {
    if arguments.isEmpty || !types.hasParameters(type) { return type }
    switch types[type] {
    case .parameter(_, let index):
      return Int(index) < arguments.count ? arguments[Int(index)] : type
    case .nominal(let declaration, let parts):
      return types.intern(.nominal(declaration, arguments: substitute(arguments, in: parts)))
    case .tuple(let parts):
      return types.intern(.tuple(substitute(arguments, in: parts)))
    case .array(let element, let count):
      return types.intern(.array(substitute(arguments, in: element), count: count))
    case .slice(let element):
      return types.intern(.slice(substitute(arguments, in: element)))
    case .pointer(let target, let isConst):
      return types.intern(.pointer(substitute(arguments, in: target), isConst: isConst))
    case .function(let parameters, let result, let isUnique):
      let replaced = parameters.map {
        FunctionTypeParameter(type: substitute(arguments, in: $0.type), mode: $0.mode)
      }
      return types.intern(
        .function(
          parameters: replaced, result: substitute(arguments, in: result), isUnique: isUnique))
    case .error, .void, .never, .bool, .char, .integer, .float, .variable:
      return type
    }
  }

  public func substitute(_ arguments: [TypeID], in list: [TypeID]) -> [TypeID] {
    list.map { substitute(arguments, in: $0) }
  }

  /// `bound` with type arguments in place.
  public func substitute(_ arguments: [TypeID], in bound: TraitBound) -> TraitBound {
    TraitBound(trait: bound.trait, arguments: substitute(arguments, in: bound.arguments))
  }

  /// The generic parameters of `declaration` as types, in order: the arguments that change nothing.
  public func identityArguments(of declaration: DeclarationID) -> [TypeID] {
    let count = declarations[declaration].genericParameters.count
    return (0..<count).map {
      types.intern(.parameter(owner: owner(ofParameter: $0, of: declaration), index: UInt32($0)))
    }
  }

  /// How many generic parameters of `declaration` are those of the type, trait or impl around it. A
  /// declaration inside a function has only its own.
  public func inheritedParameterCount(of declaration: DeclarationID) -> Int {
    inheritedParameterCount(of: declarations[declaration])
  }

  func inheritedParameterCount(of declaration: Declaration) -> Int {
    let parent = declaration.parent
    guard parent.exists, declarations[parent].kind.hasMembers else { return 0 }
    return declarations[parent].genericParameters.count
  }

  /// The declaration that introduces parameter `index` of those in scope in `declaration`.
  public func owner(ofParameter index: Int, of declaration: DeclarationID) -> DeclarationID {
    var owner = declaration
    while true {
      let parent = declarations[owner].parent
      guard inheritedParameterCount(of: owner) > index else { return owner }
      owner = parent
    }
  }
}
