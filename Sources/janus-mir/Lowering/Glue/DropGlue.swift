// Drop glue: destroys a value of one type, its parts in reverse.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  mutating func dropParts(of value: PlaceID, _ type: TypeID) {
    if let detail = structure(type) {
      let arguments = nominalArguments(type)
      if detail.dropMethod.exists {
        callOnSelf(detail.dropMethod, arguments, value)
        return
      }
      for (index, _) in detail.fields.enumerated() { ownInScope(field(value, index)) }
      if detail.destructor.exists { callOnSelf(detail.destructor, arguments, value) }
    } else if let fields = fieldTypes(type) {
      for index in fields.indices { ownInScope(field(value, index)) }
    } else if let variants = variantTypes(type) {
      dropPayload(of: value, variants)
    } else if case .function = kind(of: type) {
      dropFunctionValue(value)
    } else if case .slice(let element) = kind(of: type) {
      dropSlice(value, element)
    } else if case .array(_, let count) = kind(of: type) {
      let data = dataPointer(of: value, source: type)
      let (zero, total) = (temporary(i64Type), temporary(i64Type))
      assign(zero, i64(0))
      assign(total, i64(count))
      dropElements(data.placeID, from: zero, to: total)
    }
  }

  /// Only a slice that owns its buffer destroys its elements.
  private mutating func dropSlice(_ value: PlaceID, _ element: TypeID) {
    let owns = binary(.greater, i64Type, .copy(field(value, 2)), i64(0), boolType)
    let (owned, after) = (newBlock(), newBlock())
    branch(owns, then: owned, otherwise: after)
    begin(owned)
    let function = context.instance(
      context.program.languageItem("slice_release"), [element], policy: policy)
    call(function, (0..<3).map { .copy(field(value, $0)) }, into: .none)
    go(to: after)
    begin(after)
  }

  mutating func callOnSelf(
    _ method: DeclarationID, _ arguments: [TypeID], _ value: PlaceID
  ) {
    let function = context.instance(method, arguments, policy: policy)
    let signature = context.module.functionRefs[function].signature
    let mode = context.module.signatures[signature].parameters.first?.mode ?? .inout
    switch mode {
    case .inout: call(function, [.borrowMutable(value)], into: .none)
    case .borrowed: call(function, [.borrow(value)], into: .none)
    case .owned: call(function, [.move(value)], into: .none)
    }
  }

  private mutating func dropPayload(of value: PlaceID, _ variants: [[TypeID]]) {
    forOwningVariants(of: value, variants) { builder, index, types in
      builder.pushScope()
      for position in types.indices { builder.ownInScope(builder.payload(value, index, position)) }
      builder.popScope()
    }
  }

  /// The elements from the last to the first; when one of them panics, the others die in cleanup.
  mutating func dropEach(_ pointer: PlaceID, count: PlaceID) {
    let (zero, index) = (temporary(i64Type), temporary(i64Type))
    assign(zero, i64(0))
    assign(index, .copy(count))
    let unique = ownership(elementType(of: pointer)) == .unique
    let (header, enter, after) = (newBlock(), newBlock(), newBlock())
    go(to: header)
    begin(header)
    branch(
      binary(.greater, i64Type, .copy(index), i64(0), boolType), then: enter, otherwise: after)
    begin(enter)
    emit(
      Instruction(.subWrapping, type: i64Type, dest: index, a: .copy(index), b: i64(1)))
    let cursor = temporary(type(of: pointer))
    emit(
      Instruction(
        .pointerOffset, type: elementType(of: pointer), dest: cursor, a: .copy(pointer),
        b: .copy(index)))
    if unique {
      items.append(CleanupItem(.dropElements(pointer: pointer, index: zero, count: index)))
    }
    drop(pointee(cursor))
    if unique { items.removeLast() }
    go(to: header)
    begin(after)
  }
}
