// Checked types to MIR types: shape, layout as C lays out, ownership, references to glue.
import ASTDB
import Base
import MIR

extension ModuleLowering {
  /// Nesting of type arguments beyond which an instantiation is taken to be endless.
  static let typeDepthLimit = 128
  static let typePartLimit = 2048

  /// The MIR type of a concrete checked type, laid out (unless that is going on right now).
  func mirType(_ type: TypeID) -> MIRTypeID {
    let id = reservedType(type)
    if layoutStates[id.index] == .reserved { layOut(id, type) }
    if layoutDepth == 0 {
      while let next = reservedTypes.popLast() {
        if layoutStates[next.index] == .reserved { layOut(next, sourceOf[next.index]) }
      }
    }
    return id
  }

  /// The row of a type that is only pointed to: laid out later, so that a type may reach itself.
  func reservedType(_ type: TypeID) -> MIRTypeID {
    if type.index < loweredTypes.count {
      let known = loweredTypes[type.index]
      if known.exists { return known }
    } else {
      loweredTypes.append(
        contentsOf: repeatElement(.none, count: program.types.kinds.count - loweredTypes.count))
    }
    let id = module.types.append(
      MIRTypeInfo(name: uniqueTypeName(type), kind: .void, size: 0, alignment: 1))
    loweredTypes[type.index] = id
    ownershipOf.append(ownership(of: type))
    scalarOf.append(false)
    sourceOf.append(type)
    layoutStates.append(.reserved)
    reservedTypes.append(id)
    return id
  }

  private func layOut(_ id: MIRTypeID, _ type: TypeID) {
    layoutStates[id.index] = .underWay
    layoutDepth += 1
    var info = layout(of: type, named: module.types[id].name)
    layoutDepth -= 1
    info.ownership = ownershipOf[id.index]
    info.hasDestructor = hasDestructor(type)
    info.mustConsume = mustConsume(type)
    module.types[id] = info
    scalarOf[id.index] = info.isScalar
    layoutStates[id.index] = .done
    if case .nominal(languageItems.result, _) = program.types[type] {
      module.errorVariants[id] = 1
    }
    if info.ownership != .trivial {
      let drop = glueReference(.drop, type, gluePolicy)
      module.types[id].dropGlue = drop
    }
    if info.ownership == .copyable {
      let copy = glueReference(.copy, type, gluePolicy)
      module.types[id].copyGlue = copy
    }
  }

  /// Dropping runs code of the type's own.
  private func hasDestructor(_ type: TypeID) -> Bool {
    guard case .nominal(let declaration, _) = program.types[type],
      case .structure(let detail) = program.declarations[declaration].detail
    else { return false }
    return detail.destructor.exists || detail.dropMethod.exists
  }

  private func mustConsume(_ type: TypeID) -> Bool {
    guard case .nominal(let declaration, _) = program.types[type] else { return false }
    switch program.declarations[declaration].detail {
    case .structure(let detail): return detail.mark == .mustConsume
    case .enumeration(let detail): return detail.mark == .mustConsume
    case .function, .trait, .implementation, .constant, .staticVariable, .typeAlias, .capability,
      .test:
      return false
    }
  }

  private func uniqueTypeName(_ type: TypeID) -> String {
    let short = program.name(of: type)
    if let other = typeNames[short], other != type {
      let long = short + "#" + program.stableHash(of: type).shortHex
      typeNames[long] = type
      return long
    }
    typeNames[short] = type
    return short
  }

  private func layout(of type: TypeID, named name: String) -> MIRTypeInfo {
    func scalar(_ kind: MIRTypeKind, _ size: Int64) -> MIRTypeInfo {
      MIRTypeInfo(name: name, kind: kind, size: size, alignment: max(size, 1))
    }
    switch program.types[type] {
    case .void, .error, .parameter, .variable: return scalar(.void, 0)
    case .never: return scalar(.never, 0)
    case .bool: return scalar(.bool, 1)
    case .char: return scalar(.char, 4)
    case .integer(let kind):
      return scalar(.int(bits: UInt8(kind.bits), signed: kind.isSigned), Int64(kind.bits / 8))
    case .float(let bits): return scalar(.float(bits: bits), Int64(bits / 8))
    case .pointer(let target, _): return scalar(.pointer(reservedType(target)), 8)
    case .function(let parameters, let result, _):
      let signature = functionTypeSignature(parameters, result)
      return MIRTypeInfo(name: name, kind: .function(signature), size: 16, alignment: 8)
    case .slice(let element):
      let pointer = pointerType(to: reservedType(element))
      let count = mirType(TypeTable.i64)
      // Like a string: a capacity above zero owns the buffer, zero lends it, below it is memory
      // that somebody else frees.
      return aggregate(name, [("ptr", pointer), ("len", count), ("capacity", count)])
    case .tuple(let elements):
      return aggregate(name, elements.enumerated().map { (String($0), mirType($1)) })
    case .array(let element, let count):
      let element = mirType(element)
      let info = module.types[element]
      let (size, overflow) = info.size.multipliedReportingOverflow(by: max(count, 0))
      return MIRTypeInfo(
        name: name, kind: .array(element: element, count: max(count, 0)),
        size: overflow ? 0 : size, alignment: info.alignment)
    case .nominal(let declaration, let arguments):
      return nominalLayout(declaration, arguments, name)
    }
  }

  private func nominalLayout(
    _ declaration: DeclarationID, _ arguments: [TypeID], _ name: String
  ) -> MIRTypeInfo {
    let value = program.declarations[declaration]
    switch value.detail {
    case .structure(let detail):
      let fields = detail.fields.map {
        (program.interner.text($0.name), mirType(program.substitute(arguments, in: $0.type)))
      }
      return aggregate(name, fields, attributes: value.attributes)
    case .enumeration(let detail):
      return enumeration(name, detail, arguments)
    case .capability(let fields):
      return aggregate(
        name, fields.map { (program.interner.text($0.name), mirType($0.type)) })
    case .function, .trait, .implementation, .constant, .staticVariable, .typeAlias, .test:
      return MIRTypeInfo(name: name, kind: .void, size: 0, alignment: 1)
    }
  }

  /// C layout: each field at the next offset that its alignment allows.
  func aggregate(
    _ name: String, _ fields: [(String, MIRTypeID)], attributes: [Attribute] = []
  ) -> MIRTypeInfo {
    var packed = false
    var alignment: Int64 = 1
    for attribute in attributes {
      let text = program.interner.text(attribute.name)
      if text == "packed" { packed = true }
      if text == "align", let value = attribute.arguments.first.flatMap({ Int64($0) }), value > 0 {
        alignment = value
      }
    }
    var offset: Int64 = 0
    var laidOut: [MIRField] = []
    laidOut.reserveCapacity(fields.count)
    for (fieldName, type) in fields {
      let info = module.types[type]
      let fieldAlignment = packed ? 1 : info.alignment
      offset = aligned(offset, to: fieldAlignment)
      laidOut.append(MIRField(name: fieldName, type: type, offset: offset))
      offset += info.size
      alignment = max(alignment, fieldAlignment)
    }
    return MIRTypeInfo(
      name: name, kind: .aggregate(fields: laidOut), size: aligned(offset, to: alignment),
      alignment: alignment)
  }

  private func enumeration(
    _ name: String, _ detail: EnumerationDetail, _ arguments: [TypeID]
  ) -> MIRTypeInfo {
    let tag = mirType(tagType(detail))
    let tagInfo = module.types[tag]
    var size = tagInfo.size
    var alignment = tagInfo.alignment
    var variants: [MIRVariant] = []
    variants.reserveCapacity(detail.variants.count)
    for variant in detail.variants {
      var offset = tagInfo.size
      var fields: [MIRField] = []
      for (index, field) in variant.fields.enumerated() {
        let type = mirType(program.substitute(arguments, in: field.type))
        let info = module.types[type]
        offset = aligned(offset, to: info.alignment)
        let text = program.interner.text(field.name)
        fields.append(
          MIRField(name: text.isEmpty ? String(index) : text, type: type, offset: offset))
        offset += info.size
        alignment = max(alignment, info.alignment)
      }
      size = max(size, offset)
      variants.append(
        MIRVariant(
          name: program.interner.text(variant.name), discriminant: variant.discriminant,
          fields: fields))
    }
    return MIRTypeInfo(
      name: name, kind: .enumeration(tag: tag, variants: variants),
      size: aligned(size, to: alignment), alignment: alignment)
  }

  /// The declared tag type, or the smallest unsigned type that holds every discriminant.
  func tagType(_ detail: EnumerationDetail) -> TypeID {
    if detail.tagType.exists { return detail.tagType }
    var largest: Int64 = 0
    var smallest: Int64 = 0
    for variant in detail.variants {
      largest = max(largest, variant.discriminant)
      smallest = min(smallest, variant.discriminant)
    }
    if smallest < 0 { return TypeTable.i64 }
    if largest <= 0xff { return TypeTable.u8 }
    if largest <= 0xffff { return TypeTable.integer(.u16) }
    return largest <= 0xffff_ffff ? TypeTable.integer(.u32) : TypeTable.integer(.u64)
  }

  func aligned(_ offset: Int64, to alignment: Int64) -> Int64 {
    (offset + alignment - 1) / alignment * alignment
  }

  /// `*T` for a MIR type.
  func pointerType(to target: MIRTypeID) -> MIRTypeID {
    if let known = pointerTypes[target] { return known }
    let id = mirType(program.types.intern(.pointer(sourceOf[target.index], isConst: false)))
    pointerTypes[target] = id
    return id
  }

  /// A type that has no checked counterpart, such as the environment of a closure.
  func addAnonymousType(_ info: MIRTypeInfo) -> MIRTypeID {
    ownershipOf.append(info.ownership)
    scalarOf.append(info.isScalar)
    sourceOf.append(TypeTable.void)
    layoutStates.append(.done)
    return module.types.append(info)
  }

  /// Bytes with the size and alignment of a type.
  func storageType(for type: MIRTypeID) -> MIRTypeID {
    if let known = storageTypes[type] { return known }
    let info = module.types[type]
    let byte = mirType(TypeTable.u8)
    let id = addAnonymousType(
      MIRTypeInfo(
        name: "storage of " + info.name, kind: .array(element: byte, count: info.size),
        size: info.size, alignment: info.alignment))
    storageTypes[type] = id
    return id
  }

  func signature(_ value: MIRSignature) -> SignatureID {
    if let known = signatureIDs[value] { return known }
    let id = module.signatures.append(value)
    signatureIDs[value] = id
    return id
  }

  /// Of function values: the environment comes first.
  func functionTypeSignature(_ parameters: [FunctionTypeParameter], _ result: TypeID) -> SignatureID
  {
    let result = reservedType(result)
    return signature(
      MIRSignature(
        parameters: parameters.map { MIRParameter(type: reservedType($0.type), mode: $0.mode.mir) },
        result: result, hasEnvironment: true, hasDestination: ownershipOf[result.index] != .trivial)
    )
  }
}

extension PassingMode {
  var mir: ParameterMode {
    switch self {
    case .borrowed: .borrowed
    case .inout: .inout
    case .owned: .owned
    }
  }
}
