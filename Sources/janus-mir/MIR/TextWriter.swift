// The readable text form of a module. `readMIRText` reads it back: text, read and written again, is
// the same text.
import Base

/// The whole module as text; without `locations` for people and for expectations in tests.
public func writeMIRText(_ module: MIRModule, locations: Bool = true) -> String {
  var writer = TextWriter(module: module, locations: locations)
  writer.writeHeader()
  for function in module.functions { writer.write(function) }
  return writer.text
}

/// One function as text.
public func writeMIRText(
  _ function: MIRFunction, of module: MIRModule, locations: Bool = false
) -> String {
  var writer = TextWriter(module: module, locations: locations)
  writer.write(function)
  return writer.text
}

/// Words that cannot stand as a type name without quotes.
let reservedOperandWords: Set<String> = [
  "copy", "move", "borrow", "borrow_mutable", "none", "zero", "undefined", "bits", "c", "as",
  "with",
  "cleanup", "environment", "destination",
]

func isSimpleName(_ name: String) -> Bool {
  guard let first = name.utf8.first, isWordStart(first) else { return false }
  guard name.utf8.allSatisfy(isWordByte) else { return false }
  return !isLocalName(name)
}

/// `_12`: a local, never a word.
private func isLocalName(_ name: String) -> Bool {
  let bytes = name.utf8.dropFirst()
  return name.utf8.first == UInt8(ascii: "_") && !bytes.isEmpty && bytes.allSatisfy(isDigitByte)
}

private struct TextWriter {
  let module: MIRModule
  let locations: Bool
  var text = ""
  private var typeNames: [String] = []

  init(module: MIRModule, locations: Bool) {
    self.module = module
    self.locations = locations
    var seen: Set<String> = []
    for (index, type) in module.types.elements.enumerated() {
      let unique = seen.insert(type.name).inserted
      typeNames.append(TextWriter.typeName(unique ? type.name : "\(type.name)#\(index)"))
    }
  }

  private static func typeName(_ name: String) -> String {
    if isSimpleName(name) && !reservedOperandWords.contains(name) { return name }
    return quoted(Array(name.utf8), with: UInt8(ascii: "`"))
  }

  /// Names that a damaged module cannot give are written so that the reader refuses them in turn.
  private func name(_ type: MIRTypeID) -> String {
    type.isNone ? "none" : type.index < typeNames.count ? typeNames[type.index] : "`?\(type.raw)`"
  }

  private func word(_ name: String) -> String {
    isSimpleName(name) ? name : quoted(Array(name.utf8))
  }

  private func symbol(_ name: String) -> String {
    let simple =
      name.utf8.first.map(isWordStart) == true && name.utf8.allSatisfy(isSymbolByte)
    return simple ? name : quoted(Array(name.utf8))
  }

  private func reference(_ function: FunctionRefID) -> String {
    guard function.index < module.functionRefs.count else { return "@\"?\(function.raw)\"" }
    return "@" + symbol(module.functionRefs[function].symbol)
  }

  // MARK: Header

  mutating func writeHeader() {
    text += "module \(word(module.name))\n"
    if !module.entry.isEmpty { text += "entry @\(symbol(module.entry))\n" }
    for file in module.files { text += "file \(quoted(Array(file.utf8)))\n" }
    for signature in module.signatures.elements {
      text += "signature \(describe(signature))\n"
    }
    for function in module.functionRefs.elements {
      text += "ref @\(symbol(function.symbol)) \(describe(function.signature))"
      if function.isRuntime { text += " runtime" }
      text += function.lends ? " lends\n" : "\n"
    }
    for (index, type) in module.types.elements.enumerated() { write(type, at: index) }
    for constant in module.constants.elements { text += "constant \(describe(constant))\n" }
    for variable in module.statics.elements {
      text += "static $\(symbol(variable.symbol)) \(quoted(Array(variable.displayName.utf8)))"
      text += ": \(name(variable.type))\(variable.isMutable ? " mutable" : "")\n"
    }
  }

  private mutating func write(_ type: MIRTypeInfo, at index: Int) {
    text += "type \(typeNames[index]) = \(describe(type.kind))"
    text += " size \(type.size) align \(type.alignment)"
    switch type.ownership {
    case .trivial: break
    case .copyable: text += " copyable"
    case .unique: text += " unique"
    }
    if type.hasDestructor { text += " destructor" }
    if type.mustConsume { text += " consumed" }
    if type.dropGlue.exists { text += " drop \(reference(type.dropGlue))" }
    if type.copyGlue.exists { text += " copy \(reference(type.copyGlue))" }
    text += "\n"
  }

  private func describe(_ kind: MIRTypeKind) -> String {
    switch kind {
    case .void: "void"
    case .never: "never"
    case .bool: "bool"
    case .int(let bits, let signed): (signed ? "signed " : "unsigned ") + String(bits)
    case .float(let bits): "float \(bits)"
    case .char: "char"
    case .pointer(let pointee): "pointer " + name(pointee)
    case .function(let signature): "function " + describe(signature)
    case .array(let element, let count): "array \(name(element)) \(count)"
    case .aggregate(let fields): "aggregate " + describe(fields)
    case .enumeration(let tag, let variants):
      "enumeration \(name(tag)) {"
        + variants.map { "\(word($0.name)) = \($0.discriminant) \(describe($0.fields))" }
        .joined(separator: ", ") + "}"
    }
  }

  private func describe(_ fields: [MIRField]) -> String {
    "{"
      + fields.map { "\(word($0.name)): \(name($0.type)) at \($0.offset)" }.joined(separator: ", ")
      + "}"
  }

  private func describe(_ signature: SignatureID) -> String {
    guard signature.index < module.signatures.count else { return "() -> `?\(signature.raw)`" }
    return describe(module.signatures[signature])
  }

  private func describe(_ signature: MIRSignature) -> String {
    let parameters = signature.parameters.map { parameter in
      switch parameter.mode {
      case .borrowed: "in " + name(parameter.type)
      case .inout: "inout " + name(parameter.type)
      case .owned: "owned " + name(parameter.type)
      }
    }
    var result = "(" + parameters.joined(separator: ", ") + ") -> " + name(signature.result)
    if signature.hasEnvironment { result += " environment" }
    if signature.hasDestination { result += " destination" }
    return result
  }

  private func describe(_ constant: MIRConstant) -> String {
    switch constant {
    case .int(let type, let low, let high): integer(low, high, type) + ":" + name(type)
    case .float(let type, let bits):
      floating(bits) + ":" + name(type)
    case .string(let type, let bytes): quoted(bytes) + ":" + name(type)
    case .cString(let type, let bytes): "c" + quoted(bytes) + ":" + name(type)
    case .zero(let type): "zero:" + name(type)
    case .undefined(let type): "undefined:" + name(type)
    }
  }

  /// Decimal when the two words are the proper extension of the value, else all bits.
  private func integer(_ low: UInt64, _ high: UInt64, _ type: MIRTypeID) -> String {
    let bits = UInt128(high) << 64 | UInt128(low)
    let shape = integerShape(of: type, in: module)
    if canonicalInteger(bits, shape) == bits {
      return shape.signed ? String(Int128(truncatingIfNeeded: bits)) : String(bits)
    }
    return "bits 0x" + String(bits, radix: 16)
  }

  private func floating(_ bits: UInt64) -> String {
    let value = Double(bitPattern: bits)
    return value.isFinite ? value.description : "bits 0x" + String(bits, radix: 16)
  }

  // MARK: Functions

  mutating func write(_ function: MIRFunction) {
    text += "\nfunc @\(symbol(function.symbol)) \(quoted(Array(function.displayName.utf8))) "
    text += describe(function.signature)
    if function.file != UInt32.max { text += " file \(function.file)" }
    text += " line \(function.baseLine) offset \(function.baseOffset)"
    if !function.overflowChecks { text += " overflow_wraps" }
    if function.panicAborts { text += " panic_aborts" }
    for (attribute, name) in FunctionAttributes.named
    where function.attributes.contains(attribute) { text += " " + name }
    text += " {\n"
    for (index, local) in function.locals.elements.enumerated() {
      text += "  \(local.storage.name)\(local.isMutable ? " mutable" : "") _\(index)"
      text += "\(local.name.isEmpty ? "" : " " + word(local.name)): \(name(local.type))"
      endLine(local.location)
    }
    for (index, block) in function.blocks.elements.enumerated() {
      text += "bb\(index)"
      if block.cleanup.exists { text += " cleanup bb\(block.cleanup.raw)" }
      text += block.isCleanup ? " unwinding:\n" : ":\n"
      for (instruction, location) in zip(block.instructions, block.locations) {
        text += "  " + describe(instruction, in: function)
        endLine(location)
      }
      text += "  " + describe(block.terminator, in: function)
      endLine(block.terminatorLocation)
    }
    text += "}\n"
  }

  private mutating func endLine(_ location: MIRLocation) {
    if locations && location != .none {
      text += " @\(location.line):\(location.column)(\(location.start)..\(location.end))"
    }
    text += "\n"
  }

  private func describe(_ instruction: Instruction, in function: MIRFunction) -> String {
    var result = ""
    let written = instruction.opcode.writesDestination
    if instruction.dest.exists && written {
      result = place(instruction.dest, in: function) + " = "
    }
    result += instruction.opcode.name
    if instruction.type.exists { result += " " + name(instruction.type) }
    if instruction.dest.exists && !written { result += " " + place(instruction.dest, in: function) }
    if instruction.immediate != 0 { result += " #\(instruction.immediate)" }
    var operands = [instruction.a, instruction.b, instruction.c]
    while operands.last?.kind == OperandKind.none { operands.removeLast() }
    if !operands.isEmpty {
      result += " " + operands.map { operand($0, in: function) }.joined(separator: ", ")
    }
    if instruction.opcode == .construct {
      result += " {" + list(instruction.firstOperand, instruction.operandCount, in: function) + "}"
    }
    return result
  }

  private func list(_ first: UInt32, _ count: UInt32, in function: MIRFunction) -> String {
    guard Int(first) + Int(count) <= function.operands.count else { return "none" }
    return function.operands[Int(first)..<Int(first) + Int(count)]
      .map { operand($0, in: function) }.joined(separator: ", ")
  }

  private func describe(_ terminator: Terminator, in function: MIRFunction) -> String {
    switch terminator.kind {
    case .goto: return "goto \(block(terminator.next))"
    case .branch:
      return "branch \(operand(terminator.operand, in: function)), \(block(terminator.next)), "
        + block(terminator.otherwise)
    case .switch:
      let end = Int(terminator.first) + Int(terminator.count)
      let cases =
        end <= function.switchCases.count
        ? function.switchCases[Int(terminator.first)..<end]
          .map { "\($0.value): \(block($0.target))" }.joined(separator: ", ") : "none"
      return "switch \(operand(terminator.operand, in: function)) {\(cases)} else "
        + block(terminator.otherwise)
    case .call: return describeCall(terminator, in: function)
    case .return: return "return"
    case .panic:
      var result = "panic \(terminator.panic.name)"
      if terminator.operand.kind != .none {
        result += " " + operand(terminator.operand, in: function)
      }
      if terminator.cleanup.exists { result += " cleanup \(block(terminator.cleanup))" }
      return result
    case .unreachable: return "unreachable"
    case .resume: return "resume"
    }
  }

  private func describeCall(_ call: Terminator, in function: MIRFunction) -> String {
    var result = call.dest.exists ? place(call.dest, in: function) + " = call " : "call "
    if call.callee.exists {
      result += reference(call.callee)
    } else {
      result += operand(call.operand, in: function)
    }
    let known =
      call.callee.index < module.functionRefs.count
      ? module.functionRefs[call.callee].signature : .none
    if known.isNone || known != call.signature {
      result += " as " + describe(call.signature) + " with "
    }
    result += "(" + list(call.first, call.count, in: function) + ")"
    if call.next.exists { result += " -> \(block(call.next))" }
    if call.cleanup.exists { result += " cleanup \(block(call.cleanup))" }
    return result
  }

  private func block(_ id: BlockID) -> String { id.isNone ? "none" : "bb\(id.raw)" }

  private func operand(_ operand: Operand, in function: MIRFunction) -> String {
    switch operand.kind {
    case .none: "none"
    case .constant:
      Int(operand.index) < module.constants.count
        ? describe(module.constants[operand.constantID]) : "zero:`?\(operand.index)`"
    case .copy: "copy " + place(operand.placeID, in: function)
    case .move: "move " + place(operand.placeID, in: function)
    case .borrow: "borrow " + place(operand.placeID, in: function)
    case .borrowMutable: "borrow_mutable " + place(operand.placeID, in: function)
    case .function: reference(operand.functionID)
    }
  }

  private func place(_ id: PlaceID, in function: MIRFunction) -> String {
    guard id.index < function.places.count else { return "_?\(id.raw)" }
    let place = function.places[id]
    var result: String
    var type: MIRTypeID
    switch place.base {
    case .local(let local):
      result = "_\(local.raw)"
      type = local.index < function.locals.count ? function.locals[local].type : .none
    case .staticVariable(let variable):
      let known = variable.index < module.statics.count
      result = "$" + symbol(known ? module.statics[variable].symbol : "?\(variable.raw)")
      type = known ? module.statics[variable].type : .none
    }
    guard Int(place.firstProjection) + Int(place.projectionCount) <= function.projections.count
    else { return "_?\(id.raw)" }
    var variant: UInt32?
    for projection in function.projections(of: id) {
      let next = module.type(after: projection, of: type, variant: variant)
      switch projection {
      case .field(let index): result += "." + fieldName(index, of: type, variant: variant)
      case .variant(let index): result = "(\(result) as \(variantName(index, of: type)))"
      case .deref: result = "(*\(result))"
      case .index(let local): result += "[_\(local.raw)]"
      case .constantIndex(let index): result += "[\(index)]"
      }
      if case .variant(let index) = projection { variant = index } else { variant = nil }
      type = next
    }
    return type == place.type ? result : "(\(result): \(name(place.type)))"
  }

  private func fieldName(_ index: UInt32, of type: MIRTypeID, variant: UInt32?) -> String {
    guard type.index < module.types.count else { return String(index) }
    let fields: [MIRField]
    switch (module.types[type].kind, variant) {
    case (.aggregate(let list), _): fields = list
    case (.enumeration(_, let variants), .some(let variant)):
      fields = Int(variant) < variants.count ? variants[Int(variant)].fields : []
    case (_, _): fields = []
    }
    guard Int(index) < fields.count else { return String(index) }
    let name = fields[Int(index)].name
    let unique = fields.count { $0.name == name } == 1
    return unique && isSimpleName(name) ? name : String(index)
  }

  private func variantName(_ index: UInt32, of type: MIRTypeID) -> String {
    guard type.index < module.types.count,
      case .enumeration(_, let variants) = module.types[type].kind, Int(index) < variants.count
    else { return String(index) }
    let name = variants[Int(index)].name
    let unique = variants.count { $0.name == name } == 1
    return unique && isSimpleName(name) ? name : String(index)
  }
}

/// Bytes between quotes, with everything but printable ASCII escaped.
func quoted(_ bytes: [UInt8], with quote: UInt8 = UInt8(ascii: "\"")) -> String {
  var result: [UInt8] = [quote]
  for byte in bytes {
    switch byte {
    case quote, UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
    case UInt8(ascii: "\n"): result += Array("\\n".utf8)
    case 0x20..<0x7F: result.append(byte)
    default:
      let digits = String(byte, radix: 16)
      result += Array((byte < 16 ? "\\x0" : "\\x").utf8) + Array(digits.utf8)
    }
  }
  return String(decoding: result + [quote], as: UTF8.self)
}
