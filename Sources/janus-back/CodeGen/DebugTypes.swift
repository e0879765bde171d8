// DWARF types. The language is given as C, whose printing every debugger has: an enumeration is a
// structure with its tag and a union of its variants.
import Base
import CLLVM
import MIR

private let structureTag: UInt32 = 0x13  // DW_TAG_structure_type

private enum Encoding {
  static let boolean: UInt32 = 0x02
  static let float: UInt32 = 0x04
  static let signed: UInt32 = 0x05
  static let unsigned: UInt32 = 0x07
  static let unsignedCharacter: UInt32 = 0x08
  static let unicode: UInt32 = 0x10
}

extension DebugInfo {
  /// The node of a type; nil for `void` and what is like it.
  func type(_ id: MIRTypeID) -> LLVMMetadataRef? {
    guard id.index < typeNodes.count else { return nil }
    if let known = typeNodes[id.index] { return known }
    let info = parent.mir.types[id]
    guard nesting < DebugInfo.deepestNesting else { return opaque(info) }
    nesting += 1
    defer { nesting -= 1 }
    let made: LLVMMetadataRef?
    switch info.kind {
    case .void, .never: return nil
    case .bool: made = basic(info, Encoding.boolean)
    case .char: made = basic(info, Encoding.unicode)
    case .float: made = basic(info, Encoding.float)
    case .int(let bits, let signed):
      // Bytes are mostly text, and debuggers show pointers to characters as such.
      made = basic(
        info, signed ? Encoding.signed : bits == 8 ? Encoding.unsignedCharacter : Encoding.unsigned)
    case .pointer(let pointee): made = withPlaceholder(id, info) { self.pointer(to: pointee) }
    case .function: made = functionValue(info)
    case .array(let element, let count): made = array(info, element, count)
    case .aggregate(let fields):
      made = withPlaceholder(id, info) { self.structure(info.name, info, self.members(fields)) }
    case .enumeration(let tag, let variants):
      made = withPlaceholder(id, info) { self.enumeration(info, tag, variants) }
    }
    typeNodes[id.index] = made
    return made
  }

  /// Describing types recurs; beyond this only their names are given.
  private static let deepestNesting = 200

  private func opaque(_ info: MIRTypeInfo) -> LLVMMetadataRef {
    LLVMDIBuilderCreateForwardDecl(
      builder, structureTag, info.name, info.name.utf8.count, unit, file(UInt32.max), 0, 0,
      UInt64(info.size) * 8, info.alignment32 * 8, "", 0)
  }

  private func basic(_ info: MIRTypeInfo, _ encoding: UInt32) -> LLVMMetadataRef {
    LLVMDIBuilderCreateBasicType(
      builder, info.name, info.name.utf8.count, UInt64(info.size) * 8, encoding, LLVMDIFlagZero)
  }

  /// Types refer to themselves through pointers; a placeholder stands in until the node is made.
  private func withPlaceholder(
    _ id: MIRTypeID, _ info: MIRTypeInfo, _ make: () -> LLVMMetadataRef
  ) -> LLVMMetadataRef {
    let placeholder = LLVMDIBuilderCreateReplaceableCompositeType(
      builder, structureTag, info.name, info.name.utf8.count, unit, file(UInt32.max), 0, 0,
      UInt64(info.size) * 8, info.alignment32 * 8, LLVMDIFlagZero, "", 0)!
    typeNodes[id.index] = placeholder
    let made = make()
    typeNodes[id.index] = made
    LLVMMetadataReplaceAllUsesWith(placeholder, made)
    return made
  }

  private func pointer(to pointee: MIRTypeID) -> LLVMMetadataRef {
    LLVMDIBuilderCreatePointerType(builder, type(pointee), 64, 64, 0, "", 0)
  }

  private func functionValue(_ info: MIRTypeInfo) -> LLVMMetadataRef {
    let pointer = LLVMDIBuilderCreatePointerType(builder, nil, 64, 64, 0, "", 0)
    let parts = [
      member("code", pointer, size: 8, alignment: 8, offset: 0),
      member("environment", pointer, size: 8, alignment: 8, offset: 8),
    ]
    return structure(info.name, info, parts)
  }

  private func array(
    _ info: MIRTypeInfo, _ element: MIRTypeID, _ count: Int64
  ) -> LLVMMetadataRef? {
    guard let node = type(element) else { return nil }
    var range: LLVMMetadataRef? = LLVMDIBuilderGetOrCreateSubrange(builder, 0, count)
    return LLVMDIBuilderCreateArrayType(
      builder, UInt64(info.size) * 8, info.alignment32 * 8, node, &range, 1)
  }

  private func members(_ fields: [MIRField]) -> [LLVMMetadataRef?] {
    fields.compactMap { field in
      guard let node = type(field.type) else { return nil }
      let info = parent.mir.types[field.type]
      return member(
        field.name, node, size: info.size, alignment: info.alignment32, offset: field.offset)
    }
  }

  private func member(
    _ name: String, _ node: LLVMMetadataRef?, size: Int64, alignment: UInt32, offset: Int64
  ) -> LLVMMetadataRef? {
    // Debuggers parse member names: the parts of a tuple become `_0`, `_1`.
    let isNumber = name.utf8.first.map { (48...57).contains($0) } ?? true
    let name = isNumber ? "_" + name : name
    return LLVMDIBuilderCreateMemberType(
      builder, unit, name, name.utf8.count, file(UInt32.max), 0, UInt64(size) * 8, alignment * 8,
      UInt64(offset) * 8, LLVMDIFlagZero, node)
  }

  private func structure(
    _ name: String, _ info: MIRTypeInfo, _ members: [LLVMMetadataRef?]
  ) -> LLVMMetadataRef {
    var members = members
    return LLVMDIBuilderCreateStructType(
      builder, unit, name, name.utf8.count, file(UInt32.max), 0, UInt64(info.size) * 8,
      info.alignment32 * 8, LLVMDIFlagZero, nil, &members, UInt32(members.count), 0, nil, "", 0)
  }

  private func enumeration(
    _ info: MIRTypeInfo, _ tag: MIRTypeID, _ variants: [MIRVariant]
  ) -> LLVMMetadataRef {
    var parts: [LLVMMetadataRef?] = []
    if let tagNode = tagType(info, tag, variants) {
      let tagInfo = parent.mir.types[tag]
      parts.append(
        member("tag", tagNode, size: tagInfo.size, alignment: tagInfo.alignment32, offset: 0))
    }
    let payloads: [LLVMMetadataRef?] = variants.compactMap { variant in
      guard !variant.fields.isEmpty else { return nil }
      let node = structure("\(info.name).\(variant.name)", info, members(variant.fields))
      return member(
        variant.name, node, size: info.size, alignment: info.alignment32, offset: 0)
    }
    if !payloads.isEmpty {
      var list = payloads
      let name = "\(info.name).payload"
      let union = LLVMDIBuilderCreateUnionType(
        builder, unit, name, name.utf8.count, file(UInt32.max), 0, UInt64(info.size) * 8,
        info.alignment32 * 8, LLVMDIFlagZero, &list, UInt32(list.count), 0, "", 0)
      parts.append(
        member("payload", union, size: info.size, alignment: info.alignment32, offset: 0))
    }
    return structure(info.name, info, parts)
  }

  /// The tag as an enumeration of C, so that debuggers print the variant's name.
  private func tagType(
    _ info: MIRTypeInfo, _ tag: MIRTypeID, _ variants: [MIRVariant]
  ) -> LLVMMetadataRef? {
    guard let base = type(tag) else { return nil }
    var names: [LLVMMetadataRef?] = variants.map { variant in
      LLVMDIBuilderCreateEnumerator(
        builder, variant.name, variant.name.utf8.count, variant.discriminant, 1)
    }
    let name = "\(info.name).tag"
    let tagInfo = parent.mir.types[tag]
    return LLVMDIBuilderCreateEnumerationType(
      builder, unit, name, name.utf8.count, file(UInt32.max), 0, UInt64(tagInfo.size) * 8,
      tagInfo.alignment32 * 8, &names, UInt32(names.count), base)
  }
}

extension MIRTypeInfo {
  fileprivate var alignment32: UInt32 { UInt32(max(alignment, 1)) }
}
