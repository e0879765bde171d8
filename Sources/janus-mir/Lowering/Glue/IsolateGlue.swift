// Isolation: nothing else shares a buffer of the value afterwards, all the way down, and each
// buffer carries a mark that says what may be done with it from then on. Values are isolated on
// their way to another thread, and statics that never change once they are made, so that no count
// is written by two threads.
import ASTDB
import Base
import MIR

/// What the word before a buffer holds; `mem.jan` says what it means.
enum BufferMark: Int64 {
  case immortal = -1
  case plain = 0
  case counted = 1
}

extension FunctionLowering {
  /// `@isolate(place)`, with the mark that buffers of this policy have; `@isolate_as(place, mark)`.
  mutating func lowerIsolate(_ arguments: [NodeID]) {
    guard context.carriesCounts else { return }
    let target = place(arguments[0])
    let own: BufferMark = policy == .counted ? .counted : .plain
    let mark = arguments.count > 1 ? operand(arguments[1]) : i64(own.rawValue)
    isolate(target, type(of: arguments[0]), mark)
  }

  mutating func isolate(_ value: PlaceID, _ type: TypeID, _ mark: BufferMark) {
    isolate(value, type, i64(mark.rawValue))
  }

  mutating func isolate(_ value: PlaceID, _ type: TypeID, _ mark: Operand) {
    guard context.carriesCounts, context.ownership(of: type) != .trivial, current.exists else {
      return
    }
    call(
      context.glue(.isolate, type, context.gluePolicy), [.borrowMutable(value), mark], into: .none)
  }

  /// The body of the glue.
  mutating func isolateParts(of value: PlaceID, _ type: TypeID, _ mark: PlaceID) {
    let mark = Operand.copy(mark)
    if let method = context.isolateMethod(of: type) {
      let function = context.instance(method, nominalArguments(type), policy: policy)
      call(function, [.borrowMutable(value), mark], into: .none)
    } else if let fields = fieldTypes(type) {
      for (index, part) in fields.enumerated() { isolate(field(value, index), part, mark) }
    } else if let variants = variantTypes(type) {
      isolatePayload(of: value, variants, mark)
    } else if case .function = kind(of: type) {
      isolateEnvironment(of: value, mark)
    } else if let element = elementSource(type) {
      forEach(value, type) { builder, part, _ in builder.isolate(part, element, mark) }
    }
  }

  private mutating func isolatePayload(
    of value: PlaceID, _ variants: [[TypeID]], _ mark: Operand
  ) {
    forOwningVariants(of: value, variants) { builder, index, types in
      for (position, part) in types.enumerated() {
        builder.isolate(builder.payload(value, index, position), part, mark)
      }
    }
  }
}

extension ModuleLowering {
  /// What a container of std does for itself.
  fileprivate func isolateMethod(of type: TypeID) -> DeclarationID? {
    guard case .nominal(let declaration, _) = program.types[type],
      case .structure(let detail) = program.declarations[declaration].detail,
      detail.dropMethod.exists
    else { return nil }
    return detail.members.first {
      program.interner.text(program.declarations[$0].name) == "__isolate"
    }
  }
}
