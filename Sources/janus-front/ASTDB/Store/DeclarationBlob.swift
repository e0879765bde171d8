// Declarations as blobs: a header (everything but code) and a body (the code, with the code of
// default values). Positions are relative to the declaration's start, so moving it changes neither.
import Base

/// A declaration ready to be stored.
struct EncodedDeclaration {
  var header: ContiguousArray<UInt8>
  var body: ContiguousArray<UInt8>

  /// Names the pair.
  var hash: Hash128 {
    var builder = HashBuilder()
    header.withUnsafeBytes { builder.add($0) }
    body.withUnsafeBytes { builder.add($0) }
    return builder.finish()
  }
}

/// Encodes a declaration; the bodies it owns are numbered in order of their appearance.
func encode(_ id: DeclarationID, of program: CheckedProgram) -> EncodedDeclaration {
  var encoder = DeclarationEncoder(program: program, declaration: program.declarations[id])
  return encoder.encode()
}

private struct DeclarationEncoder {
  let program: CheckedProgram
  let declaration: Declaration
  var tables: BlobTableWriter
  var writer = ByteWriter()
  var bodies: [BodyID] = []

  init(program: CheckedProgram, declaration: Declaration) {
    self.program = program
    self.declaration = declaration
    tables = BlobTableWriter(program: program)
  }

  mutating func encode() -> EncodedDeclaration {
    writer.write(declaration.kind.rawValue)
    writer.write(tables.index(declaration.name))
    writer.write(tables.index(declaration.parent))
    writer.write(declaration.isPublic)
    writer.write(declaration.nameSpan.start - declaration.span.start)
    writer.write(declaration.nameSpan.end - declaration.span.start)
    writer.write(tables.index(declaration.languageItem))
    writer.write(declaration.profile.rawValue)
    writer.write(declaration.trapsOverflow)
    writer.write(declaration.path)
    writer.write(UInt32(declaration.genericParameters.count))
    for parameter in declaration.genericParameters {
      writer.write(tables.index(parameter.name))
      writer.write(parameter.builtin.rawValue)
      write(parameter.bounds)
    }
    writer.write(UInt32(declaration.attributes.count))
    for attribute in declaration.attributes {
      writer.write(tables.index(attribute.name))
      writer.write(UInt32(attribute.arguments.count))
      for argument in attribute.arguments { writer.write(argument) }
    }
    writer.write(UInt32(declaration.references.count))
    for reference in declaration.references {
      writer.write(tables.index(reference.target))
      writer.write(reference.start)
      writer.write(reference.end)
    }
    writer.write(declaration.documentation)
    write(declaration.body)
    write(declaration.detail)
    let header = tables.finish(writer)
    var bodyTables = BlobTableWriter(program: program)
    var bodyWriter = ByteWriter()
    bodyWriter.write(UInt32(bodies.count))
    for body in bodies { program.body(body).encode(into: &bodyWriter, &bodyTables) }
    return EncodedDeclaration(header: header, body: bodyTables.finish(bodyWriter))
  }

  private mutating func write(_ body: BodyID) {
    writer.write(body.exists)
    if body.exists { bodies.append(body) }
  }

  private mutating func write(_ list: [TypeID]) {
    writer.write(UInt32(list.count))
    for type in list { writer.write(tables.index(type)) }
  }

  private mutating func write(_ bounds: [TraitBound]) {
    writer.write(UInt32(bounds.count))
    for bound in bounds {
      writer.write(tables.index(bound.trait))
      write(bound.arguments)
    }
  }

  private mutating func write(_ list: [DeclarationID]) {
    writer.write(UInt32(list.count))
    for declaration in list { writer.write(tables.index(declaration)) }
  }

  private mutating func write(_ fields: [Field]) {
    writer.write(UInt32(fields.count))
    for field in fields {
      writer.write(tables.index(field.name))
      writer.write(tables.index(field.type))
      writer.write(field.isPrivate)
      write(field.defaultValue)
      write(field.span)
      writer.write(field.documentation)
    }
  }

  private mutating func write(_ span: SourceSpan) {
    writer.write(span.start - declaration.span.start)
    writer.write(span.end - declaration.span.start)
  }

  private mutating func write(_ detail: DeclarationDetail) {
    switch detail {
    case .function(let function): write(function)
    case .structure(let structure):
      write(structure.fields)
      writer.write(tables.index(structure.destructor))
      writer.write(tables.index(structure.copyMethod))
      writer.write(tables.index(structure.dropMethod))
      writer.write(structure.mark.rawValue)
      write(structure.members)
    case .enumeration(let enumeration):
      writer.write(UInt32(enumeration.variants.count))
      for variant in enumeration.variants {
        writer.write(tables.index(variant.name))
        writer.write(UInt64(bitPattern: variant.discriminant))
        write(variant.fields)
        write(variant.span)
        writer.write(variant.documentation)
      }
      writer.write(tables.index(enumeration.tagType))
      writer.write(enumeration.isError)
      writer.write(enumeration.mark.rawValue)
      write(enumeration.members)
    case .trait(let trait):
      write(trait.methods)
      write(trait.supertraits)
    case .implementation(let implementation):
      writer.write(tables.index(implementation.trait))
      write(implementation.traitArguments)
      writer.write(tables.index(implementation.selfType))
      write(implementation.methods)
    case .constant(let type, let value):
      writer.write(tables.index(type))
      write(value)
    case .staticVariable(let type, let isMutable):
      writer.write(tables.index(type))
      writer.write(isMutable)
    case .typeAlias(let type): writer.write(tables.index(type))
    case .capability(let fields): write(fields)
    case .test(let name): writer.write(name)
    }
  }

  private mutating func write(_ function: FunctionDetail) {
    writer.write(UInt32(function.parameters.count))
    for parameter in function.parameters {
      writer.write(tables.index(parameter.name))
      writer.write(tables.index(parameter.type))
      writer.write(parameter.mode.rawValue)
      write(parameter.defaultValue)
    }
    writer.write(tables.index(function.result))
    writer.write(UInt32(function.typeParameterPositions.count))
    for position in function.typeParameterPositions { writer.write(position) }
    writer.write(function.hasReceiver)
    writer.write(function.isDestructor)
    writer.write(function.runtimeName)
    writer.write(function.exportName)
    writer.write(UInt32(function.requirements.count))
    for requirement in function.requirements {
      writer.write(tables.index(requirement.capability))
      writer.write(UInt32(requirement.fields.count))
      for field in requirement.fields { writer.write(tables.index(field)) }
    }
  }

  private mutating func write(_ value: ConstantValue?) {
    switch value {
    case nil: writer.write(0 as UInt8)
    case .integer(let low, let high):
      writer.write(1 as UInt8)
      writer.write(low)
      writer.write(high)
    case .float(let bits):
      writer.write(2 as UInt8)
      writer.write(bits)
    case .bool(let flag):
      writer.write(3 as UInt8)
      writer.write(flag)
    case .char(let scalar):
      writer.write(4 as UInt8)
      writer.write(scalar)
    case .string(let text):
      writer.write(5 as UInt8)
      writer.write(text)
    }
  }
}
