// Instances: which functions are demanded with which concrete type arguments, and their symbols.
import ASTDB
import Base
import MIR

struct InstanceKey: Hashable {
  var declaration: DeclarationID
  /// The parameter or field whose default value it is; -1 for the declaration itself.
  var defaultIndex: Int
  var arguments: [TypeID]
  var policy: CopyPolicy
}

extension ModuleLowering {
  /// The function for a declaration with concrete type arguments; demanded on first use.
  func instance(
    _ declaration: DeclarationID, _ arguments: [TypeID], policy demander: CopyPolicy
  ) -> FunctionRefID {
    let policy = self.policy(of: declaration, demandedBy: demander)
    if arguments.isEmpty {
      let known = simpleInstances[policy, declaration]
      if known.exists { return known }
      let reference = demandFunction(declaration, [], policy)
      simpleInstances[policy, declaration] = reference
      return reference
    }
    let key = InstanceKey(
      declaration: declaration, defaultIndex: -1, arguments: arguments, policy: policy)
    if let known = genericInstances[key] { return known }
    let reference = demandFunction(declaration, arguments, policy)
    genericInstances[key] = reference
    return reference
  }

  private func demandFunction(
    _ declaration: DeclarationID, _ arguments: [TypeID], _ policy: CopyPolicy
  ) -> FunctionRefID {
    let value = program.declarations[declaration]
    guard case .function(let detail) = value.detail else {
      diagnostics.report(.notLowered("`\(value.path)` used as a function", value.nameSpan))
      return functionReference(
        "unsupported." + value.path, MIRSignature(parameters: [], result: mirType(TypeTable.void)))
    }
    if !detail.runtimeName.isEmpty {
      var type = signature(of: detail, arguments)
      type.hasDestination = false
      return functionReference(detail.runtimeName, type, isRuntime: true)
    }
    if arguments.contains(where: isTooLarge) {
      diagnostics.report(.endlessInstantiation(value.path, value.nameSpan))
      return functionReference("unsupported." + value.path, signature(of: detail, []))
    }
    let symbol =
      detail.exportName.isEmpty ? symbolName(declaration, arguments, policy) : detail.exportName
    var type = signature(of: detail, arguments)
    let attributes = attributes(of: declaration)
    let tracksCaller = attributes.contains(.tracksCaller)
    if tracksCaller { type.parameters.append(placeParameter) }
    let reference = functionReference(symbol, type)
    module.functionRefs[reference].lends = attributes.contains(.lends)
    if tracksCaller { trackingFunctions.insert(reference) }
    policies[reference] = policy
    pending.append(
      PendingFunction(
        source: .function(declaration), arguments: arguments, policy: policy, reference: reference))
    return reference
  }

  /// The hidden parameter of functions that track their callers.
  private var placeParameter: MIRParameter {
    MIRParameter(type: pointerType(to: mirType(TypeTable.void)), mode: .borrowed)
  }

  func signature(of detail: FunctionDetail, _ arguments: [TypeID]) -> MIRSignature {
    let result = mirType(program.substitute(arguments, in: detail.result))
    return MIRSignature(
      parameters: detail.parameters.map {
        MIRParameter(type: mirType(program.substitute(arguments, in: $0.type)), mode: $0.mode.mir)
      }, result: result, hasDestination: ownershipOf[result.index] != .trivial)
  }

  /// Enters a function reference, or finds the one with this symbol.
  func functionReference(
    _ symbol: String, _ value: MIRSignature, isRuntime: Bool = false
  ) -> FunctionRefID {
    if let known = referencesBySymbol[symbol] { return known }
    let id = module.functionRefs.append(
      FunctionRef(symbol: symbol, signature: signature(value), isRuntime: isRuntime))
    mentions.append(Mentions())
    referencesBySymbol[symbol] = id
    return id
  }

  /// A function without parameters that gives a constant's value.
  func constantFunction(_ declaration: DeclarationID) -> FunctionRefID {
    let policy = policy(of: declaration, demandedBy: gluePolicy)
    let known = simpleInstances[policy, declaration]
    if known.exists { return known }
    var type = TypeTable.void
    if case .constant(let declared, _) = program.declarations[declaration].detail {
      type = declared
    }
    let reference = demandValue(
      .constant(declaration), declaration, type, [], policy, suffix: "")
    simpleInstances[policy, declaration] = reference
    return reference
  }

  /// A function without parameters that gives the value of an expression that is no declaration's.
  func expressionFunction(_ body: BodyID, _ type: TypeID) -> FunctionRefID {
    let owner = program.body(body).owner
    return demandValue(
      .expression(body), owner, type, [], policy(of: owner, demandedBy: gluePolicy),
      suffix: ".expression")
  }

  /// A function without parameters that gives a default value of a function or struct.
  func defaultValueFunction(
    _ declaration: DeclarationID, _ index: Int, _ arguments: [TypeID], policy demander: CopyPolicy
  ) -> FunctionRefID {
    let policy = policy(of: declaration, demandedBy: demander)
    let key = InstanceKey(
      declaration: declaration, defaultIndex: index, arguments: arguments, policy: policy)
    if let known = genericInstances[key] { return known }
    var type = TypeTable.void
    switch program.declarations[declaration].detail {
    case .function(let detail): type = detail.parameters[index].type
    case .structure(let detail): type = detail.fields[index].type
    case .enumeration(let detail): type = detail.field(index).type
    case .trait, .implementation, .constant, .staticVariable, .typeAlias,
      .capability, .test:
      break
    }
    let reference = demandValue(
      .defaultValue(declaration, index: index), declaration,
      program.substitute(arguments, in: type), arguments,
      policy, suffix: ".default\(index)")
    genericInstances[key] = reference
    return reference
  }

  private func demandValue(
    _ source: PendingFunction.Source, _ declaration: DeclarationID, _ type: TypeID,
    _ arguments: [TypeID], _ policy: CopyPolicy, suffix: String
  ) -> FunctionRefID {
    let result = mirType(type)
    let symbol = symbolName(declaration, arguments, policy) + suffix
    let reference = functionReference(
      symbol,
      MIRSignature(
        parameters: [], result: result, hasDestination: ownershipOf[result.index] != .trivial))
    policies[reference] = policy
    pending.append(
      PendingFunction(source: source, arguments: arguments, policy: policy, reference: reference))
    return reference
  }

  func defaultValueBody(_ declaration: DeclarationID, _ index: Int) -> BodyID {
    switch program.declarations[declaration].detail {
    case .function(let detail): return detail.parameters[index].defaultValue
    case .structure(let detail): return detail.fields[index].defaultValue
    case .enumeration(let detail): return detail.field(index).defaultValue
    case .trait, .implementation, .constant, .staticVariable, .typeAlias,
      .capability, .test:
      return .none
    }
  }

  /// Readable path plus 16 hex digits of the instance key.
  func symbolName(
    _ declaration: DeclarationID, _ arguments: [TypeID], _ policy: CopyPolicy
  ) -> String {
    let value = program.declarations[declaration]
    var builder = HashBuilder()
    builder.add(value.stableID)
    builder.add(value.path)
    if !arguments.isEmpty || policy != .eager { builder.add(UInt64(policy.rawValue)) }
    for argument in arguments { builder.add(program.stableHash(of: argument)) }
    return value.path + "." + builder.finish().shortHex
  }

  /// `List[i64].push`, for people.
  func displayName(_ declaration: DeclarationID, _ arguments: [TypeID]) -> String {
    let path = program.declarations[declaration].path
    if arguments.isEmpty { return path }
    return path + "[" + arguments.map { program.name(of: $0) }.joined(separator: ", ") + "]"
  }
}

extension Diagnostic {
  static func notLowered(_ what: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(.unsupported, "\(what) is not supported yet", at: span)
  }
}

extension Diagnostic {
  fileprivate static func endlessInstantiation(_ path: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unsupported, "`\(path)` is instantiated with ever larger types", at: span)
  }
}
