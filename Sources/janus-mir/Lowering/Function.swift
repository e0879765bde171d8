// Whole functions: instances of declarations, functions that give one value, and the frame that
// closures, glue and the entry share.
import ASTDB
import Base
import MIR

extension ModuleLowering {
  func lowerFunction(_ declaration: DeclarationID, _ work: PendingFunction) {
    let value = program.declarations[declaration]
    guard case .function(let detail) = value.detail else { return }
    guard isLowered(value.body) else {
      reportInvalid("`\(value.path)`, which has no body,", value.nameSpan)
      return
    }
    var builder = FunctionLowering(
      self, body: program.body(value.body), owner: declaration, arguments: work.arguments,
      policy: work.policy, reference: work.reference,
      displayName: displayName(declaration, work.arguments),
      result: program.substitute(work.arguments, in: detail.result))
    builder.function.attributes.formUnion(attributes(of: declaration))
    if !detail.exportName.isEmpty { builder.function.attributes.insert(.exported) }
    if detail.isDestructor { builder.function.attributes.insert(.destructor) }
    builder.lowerWhole(isDestructor: detail.isDestructor)
    builder.complete()
  }

  /// A function whose body is an expression: constants, default values, tests.
  func lowerExpressionFunction(
    _ body: BodyID, _ owner: DeclarationID, _ work: PendingFunction
  ) {
    guard isLowered(body) else {
      let value = program.declarations[owner]
      reportInvalid("`\(value.path)`, which has no value,", value.nameSpan)
      return
    }
    let result = module.signatures[module.functionRefs[work.reference].signature].result
    var builder = FunctionLowering(
      self, body: program.body(body), owner: owner, arguments: work.arguments,
      policy: work.policy, reference: work.reference,
      displayName: displayName(owner, work.arguments), result: sourceOf[result.index])
    builder.lowerWhole(isDestructor: false)
    builder.complete()
  }
}

extension ModuleLowering {
  /// A body that was accepted, and in which nothing is unknown because of an error elsewhere.
  func isLowered(_ body: BodyID) -> Bool {
    guard body.exists, program.body(body).isValid else { return false }
    return !options.skipsInvalid || !program.body(body).types.contains(TypeTable.error)
  }

  func reportInvalid(_ what: String, _ place: SourceSpan) {
    if !options.skipsInvalid { diagnostics.report(.notLowered(what, place)) }
  }

  /// What the source's attributes ask of a function.
  func attributes(of declaration: DeclarationID) -> FunctionAttributes {
    var result: FunctionAttributes = []
    for attribute in program.declarations[declaration].attributes {
      switch program.interner.text(attribute.name) {
      case "inline": result.insert(.inline)
      case "noinline": result.insert(.noinline)
      case "cold": result.insert(.cold)
      case "track_caller": result.insert(.tracksCaller)
      case "lends": result.insert(.lends)
      case "no_implicit_copy": result.insert(.noImplicitCopy)
      default: continue  // Text, not an enumeration; the others concern earlier stages.
      }
    }
    return result
  }
}

extension FunctionLowering {
  /// Result local, parameters, hidden destination, entry block, code.
  mutating func lowerWhole(isDestructor: Bool) {
    let signature = context.module.signatures[function.signature]
    if body.root.exists { location = locate(body.root) }
    beginFunction()
    let parameters = (0..<min(Int(body.parameterCount), signature.parameters.count)).map {
      UInt32($0)
    }
    for index in parameters { addParameter(index, signature.parameters[Int(index)]) }
    if function.attributes.contains(.tracksCaller), let place = signature.parameters.last {
      _ = addLocal(place.type, storage: .borrowedParameter)
    }
    addDestination()
    beginReached(newBlock())
    pushScope()
    ownParameters(parameters, signature.parameters)
    finishFunction(body.root)
  }

  mutating func beginFunction() { result = addLocal(resultType, storage: .result) }

  mutating func addParameter(_ variable: UInt32, _ parameter: MIRParameter) {
    _ = declare(variable, storage: parameter.mode.storage)
  }

  mutating func addDestination() {
    if context.module.signatures[function.signature].hasDestination {
      destination = addLocal(context.pointerType(to: voidType), storage: .hidden)
    }
  }

  /// Owned parameters die like locals, in reverse.
  mutating func ownParameters(_ parameters: [UInt32], _ modes: [MIRParameter]) {
    for (index, parameter) in parameters.enumerated()
    where index < modes.count && modes[index].mode == .owned {
      ownInScope(variables[Int(parameter)])
    }
  }

  /// The code of the function, then its ordinary end.
  mutating func finishFunction(_ root: NodeID) {
    if root.exists {
      if isEmpty(resultType) {
        lowerStatement(root)
      } else {
        lowerTail(root)
      }
    }
    if current.exists { leaveFunction() }
    removeUnreached()
  }

  /// The value of the body as the result.
  private mutating func lowerTail(_ root: NodeID) {
    pushScope()
    if isEmpty(mirType(of: root)) { discard(root) } else { lower(root, into: result) }
    noteError(of: root)
    popScope(keeping: result)
  }

  /// Hands the finished function to the module.
  mutating func complete() {
    removeUnreached()
    context.module.functions.append(function)
  }

  /// Renumbers the blocks so that only those remain that something leads to.
  mutating func removeUnreached() {
    while reached.count < function.blocks.count { reached.append(false) }
    if !reached.contains(false) { return }
    var number = ContiguousArray<BlockID>(repeating: .none, count: function.blocks.count)
    var kept = Table<BlockTag, Block>()
    for id in function.blocks.ids where reached[id.index] {
      number[id.index] = kept.append(function.blocks[id])
    }
    func renamed(_ id: BlockID) -> BlockID { id.exists ? number[id.index] : .none }
    for id in kept.ids {
      kept[id].cleanup = renamed(kept[id].cleanup)
      kept[id].terminator.next = renamed(kept[id].terminator.next)
      kept[id].terminator.otherwise = renamed(kept[id].terminator.otherwise)
      kept[id].terminator.cleanup = renamed(kept[id].terminator.cleanup)
    }
    for i in function.switchCases.indices {
      function.switchCases[i].target = renamed(function.switchCases[i].target)
    }
    function.blocks = kept
    reached = ContiguousArray(repeating: true, count: kept.count)
  }
}
