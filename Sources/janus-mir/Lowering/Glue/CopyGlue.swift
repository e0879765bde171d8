// Copy glue: a logical copy of a value of one type.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func copyParts(of value: PlaceID, _ type: TypeID) {
    if let detail = structure(type), detail.copyMethod.exists {
      let function = context.instance(
        detail.copyMethod, nominalArguments(type), policy: policy)
      call(function, [.borrow(value)], into: result)
    } else if let fields = fieldTypes(type) {
      let parts = fields.indices.map { field(value, $0) }
      construct(result, copies(of: parts))
    } else if let variants = variantTypes(type) {
      let (after, impossible) = (newBlock(), newBlock())
      let blocks = switchVariants(value, otherwise: impossible) { _ in true }
      for (index, types) in variants.enumerated() {
        begin(blocks[index])
        let parts = types.indices.map { payload(value, index, $0) }
        construct(result, copies(of: parts), variant: index)
        go(to: after)
      }
      begin(impossible)
      unreachable()
      begin(after)
    } else if case .slice(let element) = kind(of: type) {
      copySlice(value, element)
    } else if let element = elementSource(type) {
      assign(result, constant(.undefined(type: resultType)))
      let whole = addressOf(result, mutable: true)
      let data = temporary(context.pointerType(to: context.mirType(element)))
      emit(Instruction(.convert, type: self.type(of: whole), dest: data, a: .copy(whole)))
      forEach(value, type) { builder, part, index in
        let cursor = builder.temporary(builder.type(of: data))
        builder.emit(
          Instruction(
            .pointerOffset, type: builder.elementType(of: data), dest: cursor, a: .copy(data),
            b: .copy(index)))
        builder.copyValue(builder.pointee(cursor), from: part)
      }
    } else if case .function = kind(of: type) {
      copyFunctionValue(value)
    } else {
      assign(result, .copy(value))
    }
  }

  /// A slice that nobody in particular owns stays what it is; of any other, the copy owns its own
  /// elements.
  private mutating func copySlice(_ value: PlaceID, _ element: TypeID) {
    let isMemory = binary(.less, i64Type, .copy(field(value, 2)), i64(0), boolType)
    let (same, copied, after) = (newBlock(), newBlock(), newBlock())
    branch(isMemory, then: same, otherwise: copied)
    begin(same)
    construct(result, (0..<3).map { .copy(field(value, $0)) })
    go(to: after)
    begin(copied)
    let function = context.instance(
      context.program.languageItem("slice_copy"), [element], policy: policy)
    call(function, [.borrow(value)], into: result)
    go(to: after)
    begin(after)
  }

  /// Copies of several parts, each protected while the next is made.
  private mutating func copies(of parts: [PlaceID]) -> [Operand] {
    let depth = items.count
    var operands: [Operand] = []
    for part in parts {
      if isTrivial(type(of: part)) {
        operands.append(isEmpty(type(of: part)) ? zero(type(of: part)) : .copy(part))
        continue
      }
      let copied = temporary(type(of: part))
      copyValue(copied, from: part)
      ownInScope(copied)
      operands.append(.move(copied))
    }
    items.removeSubrange(depth...)
    return operands
  }
}
