// Functions that the compiler makes for a type: which there are, their symbols, and when they are
// demanded. The code of each kind is in a file of its own.
import ASTDB
import Base
import MIR

enum GlueKind: String {
  case drop, copy, equal, compare, hash, display, debug
  /// Destroys `count` elements from a pointer on, the last first.
  case dropElements
  /// Sees to it that nothing else shares a buffer of the value, and marks each.
  case isolate
  /// Tasks of deep drops: one value; elements; the memory of a box; a list without its elements.
  case dropStep, dropElementsStep, freeBoxStep, freeListStep
}

struct GlueKey: Hashable {
  var kind: GlueKind
  var type: TypeID
  var policy: CopyPolicy
}

extension ModuleLowering {
  /// The function of a kind for a type; not yet demanded.
  func glueReference(
    _ kind: GlueKind, _ type: TypeID, _ policy: CopyPolicy
  ) -> FunctionRefID {
    let key = GlueKey(kind: kind, type: type, policy: policy)
    if let known = glueReferences[key] { return known }
    var symbol =
      "\(kind.rawValue).\(program.name(of: type)).\(program.stableHash(of: type).shortHex)"
    if policy != .eager { symbol += ".\(policy)" }
    let reference = functionReference(symbol, glueSignature(kind, reservedType(type)))
    glueReferences[key] = reference
    return reference
  }

  private func glueSignature(_ kind: GlueKind, _ type: MIRTypeID) -> MIRSignature {
    let lent = MIRParameter(type: type, mode: .borrowed)
    let void = mirType(TypeTable.void)
    switch kind {
    case .drop:
      return MIRSignature(parameters: [MIRParameter(type: type, mode: .inout)], result: void)
    case .copy: return MIRSignature(parameters: [lent], result: type, hasDestination: true)
    case .equal: return MIRSignature(parameters: [lent, lent], result: mirType(TypeTable.bool))
    case .compare: return MIRSignature(parameters: [lent, lent], result: mirType(TypeTable.i64))
    case .hash:
      return MIRSignature(parameters: [lent], result: mirType(TypeTable.integer(.u64)))
    case .display, .debug:
      let text = MIRParameter(type: mirType(languageItems.stringType), mode: .inout)
      return MIRSignature(parameters: [lent, text], result: void)
    case .dropElements:
      return MIRSignature(
        parameters: [
          MIRParameter(type: pointerType(to: type), mode: .borrowed),
          MIRParameter(type: mirType(TypeTable.i64), mode: .borrowed),
        ], result: void)
    case .isolate:
      return MIRSignature(
        parameters: [
          MIRParameter(type: type, mode: .inout),
          MIRParameter(type: mirType(TypeTable.i64), mode: .borrowed),
        ], result: void)
    case .dropStep, .dropElementsStep, .freeBoxStep, .freeListStep:
      return deepDropShapes().stepSignature
    }
  }

  func demandGlue(
    _ kind: GlueKind, _ type: TypeID, _ policy: CopyPolicy, _ reference: FunctionRefID
  ) {
    guard reference.exists, demandedGlue.insert(reference).inserted else { return }
    pending.append(
      PendingFunction(
        source: .glue(kind, type), arguments: [], policy: policy, reference: reference))
  }

  /// The function of a kind for a type, demanded.
  func glue(_ kind: GlueKind, _ type: TypeID, _ policy: CopyPolicy) -> FunctionRefID {
    let reference = glueReference(kind, type, policy)
    demandGlue(kind, type, policy, reference)
    return reference
  }

  func lowerGlue(
    _ kind: GlueKind, _ type: TypeID, _ policy: CopyPolicy, _ reference: FunctionRefID
  ) {
    let signature = module.signatures[module.functionRefs[reference].signature]
    var builder = FunctionLowering(
      glue: self, policy: policy, reference: reference,
      displayName: "\(kind.rawValue) \(program.name(of: type))", result: signature.result)
    builder.beginFunction()
    var parameters: [PlaceID] = []
    if signature.hasEnvironment {
      parameters.append(
        builder.addLocal(pointerType(to: mirType(TypeTable.void)), storage: .hidden))
    }
    for parameter in signature.parameters {
      parameters.append(builder.addLocal(parameter.type, storage: parameter.mode.storage))
    }
    builder.addDestination()
    builder.beginReached(builder.newBlock())
    builder.pushScope()
    switch kind {
    case .drop where isRecursive(type): builder.dropDeep(parameters[0], type)
    case .drop: builder.dropParts(of: parameters[0], type)
    case .copy: builder.copyParts(of: parameters[0], type)
    case .equal: builder.equalParts(of: parameters[0], parameters[1], type)
    case .compare: builder.compareParts(of: parameters[0], parameters[1], type)
    case .hash: builder.hashParts(of: parameters[0], type)
    case .display, .debug:
      builder.displayParts(of: parameters[0], type, into: parameters[1], quoted: kind == .debug)
    case .dropElements: builder.dropEach(parameters[0], count: parameters[1])
    case .isolate: builder.isolateParts(of: parameters[0], type, parameters[1])
    case .dropStep, .dropElementsStep, .freeBoxStep, .freeListStep:
      builder.lowerStep(kind, type, parameters)
    }
    builder.popScope()
    builder.terminate(Terminator(kind: .return))
    builder.complete()
  }
}

extension FunctionLowering {
  /// Types of the fields of a struct or tuple, or nil for other types.
  func fieldTypes(_ type: TypeID) -> [TypeID]? {
    switch kind(of: type) {
    case .tuple(let elements): return elements
    case .nominal(let declaration, let arguments):
      switch context.program.declarations[declaration].detail {
      case .structure(let detail):
        return detail.fields.map { context.program.substitute(arguments, in: $0.type) }
      case .capability(let fields): return fields.map(\.type)
      case .enumeration, .function, .trait, .implementation, .constant, .staticVariable,
        .typeAlias, .test:
        return nil
      }
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .array, .slice,
      .pointer, .function, .variable:
      return nil
    }
  }

  /// Variants with the types of their payloads, or nil for other types.
  func variantTypes(_ type: TypeID) -> [[TypeID]]? {
    guard case .nominal(let declaration, let arguments) = kind(of: type),
      case .enumeration(let detail) = context.program.declarations[declaration].detail
    else { return nil }
    return detail.variants.map {
      $0.fields.map { context.program.substitute(arguments, in: $0.type) }
    }
  }

  func structure(_ type: TypeID) -> StructureDetail? {
    guard case .nominal(let declaration, _) = kind(of: type),
      case .structure(let detail) = context.program.declarations[declaration].detail
    else { return nil }
    return detail
  }

  /// The element type of arrays, slices and lists.
  func elementSource(_ type: TypeID) -> TypeID? {
    switch kind(of: type) {
    case .array(let element, _), .slice(let element): return element
    case .nominal(let declaration, let arguments):
      return declaration == context.languageItems.list ? arguments.first : nil
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .tuple, .pointer,
      .function, .variable:
      return nil
    }
  }

  func isBox(_ type: TypeID) -> Bool {
    if case .nominal(let declaration, _) = kind(of: type) {
      return declaration == context.languageItems.box
    }
    return false
  }

  /// One block for each variant of `place` that `isWanted`; the others go to `otherwise`.
  mutating func switchVariants(
    _ place: PlaceID, otherwise: BlockID, where isWanted: (Int) -> Bool
  ) -> [BlockID] {
    guard case .enumeration(_, let variants) = context.module.types[type(of: place)].kind else {
      return []
    }
    let value = discriminant(place)
    let blocks = variants.indices.map { isWanted($0) ? newBlock() : otherwise }
    let first = UInt32(function.switchCases.count)
    for (index, variant) in variants.enumerated() where isWanted(index) {
      function.switchCases.append(
        SwitchCase(value: variant.discriminant, target: blocks[index]))
    }
    terminate(
      Terminator(
        kind: .switch, operand: value, first: first,
        count: UInt32(function.switchCases.count) - first, otherwise: otherwise))
    return blocks
  }

  /// Runs `body` for each variant whose payload owns something, with its types, where `place` is
  /// that variant; the others need nothing.
  mutating func forOwningVariants(
    of place: PlaceID, _ variants: [[TypeID]],
    _ body: (inout FunctionLowering, _ index: Int, _ types: [TypeID]) -> Void
  ) {
    let after = newBlock()
    let owning = variants.map { types in
      types.contains { context.ownership(of: $0) != .trivial }
    }
    let blocks = switchVariants(place, otherwise: after) { owning[$0] }
    for (index, types) in variants.enumerated() where owning[index] {
      begin(blocks[index])
      body(&self, index, types)
      go(to: after)
    }
    begin(after)
  }

  /// Calls a user's method found in an impl of `trait` for `type`; false when there is none.
  mutating func callImplementation(
    _ trait: DeclarationID, _ type: TypeID, _ arguments: [Operand], into dest: PlaceID
  ) -> Bool {
    guard trait.exists, let match = context.program.implementation(of: trait, for: type),
      case .implementation(let detail) = context.program.declarations[match.implementation].detail,
      case .trait(let traitDetail) = context.program.declarations[trait].detail,
      let wanted = traitDetail.methods.first
    else { return false }
    let name = context.program.declarations[wanted].name
    for method in detail.methods where context.program.declarations[method].name == name {
      call(context.instance(method, match.arguments, policy: policy), arguments, into: dest)
      return true
    }
    return false
  }

  /// Runs `body` for each element; `index` counts up.
  mutating func forEach(
    _ base: PlaceID, _ source: TypeID,
    _ body: (inout FunctionLowering, _ element: PlaceID, _ index: PlaceID) -> Void
  ) {
    let index = temporary(i64Type)
    assign(index, i64(0))
    let (header, enter, after) = (newBlock(), newBlock(), newBlock())
    go(to: header)
    begin(header)
    let count = count(of: base, source: source)
    branch(
      binary(.less, i64Type, .copy(index), count, boolType), then: enter, otherwise: after)
    begin(enter)
    let element = element(of: base, source: source, at: index, checked: false)
    body(&self, element, index)
    emit(
      Instruction(.addWrapping, type: i64Type, dest: index, a: .copy(index), b: i64(1)))
    go(to: header)
    begin(after)
  }
}
