// LLVM's intrinsic functions, declared once for a module, and the runtime's panic entries.
import CLLVM

/// An intrinsic of one overload.
struct IntrinsicKey: Hashable {
  var name: String
  var first: LLVMTypeRef
  var second: LLVMTypeRef?
}

struct Intrinsic {
  var type: LLVMTypeRef
  var function: Value
}

/// The runtime's entries that generated code calls on its own account.
enum RuntimeEntry: Int, CaseIterable {
  case panic
  case panicIndex
  case panicOverflow
  case panicDivide
  case panicShift
  case panicAssert
  case panicUnreachable
  case panicMemory
  case panicUnwrap
  /// The unwinder's way on after a cleanup.
  case resume

  var symbol: String {
    switch self {
    case .panic: "janus_panic"
    case .panicIndex: "janus_panic_index"
    case .panicOverflow: "janus_panic_overflow"
    case .panicDivide: "janus_panic_divide"
    case .panicShift: "janus_panic_shift"
    case .panicAssert: "janus_panic_assert"
    case .panicUnreachable: "janus_panic_unreachable"
    case .panicMemory: "janus_panic_memory"
    case .panicUnwrap: "janus_panic_unwrap"
    case .resume: "_Unwind_Resume"
    }
  }
}

struct RuntimeFunction {
  var type: LLVMTypeRef
  var function: Value
}

extension ModuleEmitter {
  func intrinsic(
    _ name: String, _ first: LLVMTypeRef, _ second: LLVMTypeRef? = nil
  ) -> Intrinsic {
    let key = IntrinsicKey(name: name, first: first, second: second)
    if let known = intrinsics[key] { return known }
    let id = LLVMLookupIntrinsicID(name, name.utf8.count)
    var overloads: [LLVMTypeRef?] = second.map { [first, $0] } ?? [first]
    let made = Intrinsic(
      type: LLVMIntrinsicGetType(context, id, &overloads, overloads.count),
      function: LLVMGetIntrinsicDeclaration(module, id, &overloads, overloads.count))
    intrinsics[key] = made
    return made
  }

  /// An intrinsic that is not overloaded.
  func plainIntrinsic(_ name: String) -> Intrinsic {
    let key = IntrinsicKey(name: name, first: types.void, second: nil)
    if let known = intrinsics[key] { return known }
    let id = LLVMLookupIntrinsicID(name, name.utf8.count)
    let made = Intrinsic(
      type: LLVMIntrinsicGetType(context, id, nil, 0),
      function: LLVMGetIntrinsicDeclaration(module, id, nil, 0))
    intrinsics[key] = made
    return made
  }

  func runtime(_ entry: RuntimeEntry) -> RuntimeFunction {
    if let known = runtimeEntries[entry.rawValue] { return known }
    var parameters: [LLVMTypeRef?] =
      switch entry {
      case .panic: [types.i32, types.pointer, types.i64, types.pointer]
      case .panicIndex, .panicShift: [types.i64, types.i64, types.pointer]
      case .panicAssert: [types.pointer, types.i64, types.pointer]
      case .panicOverflow, .panicDivide, .panicUnreachable, .panicMemory, .panicUnwrap, .resume:
        [types.pointer]
      }
    let type = LLVMFunctionType(types.void, &parameters, UInt32(parameters.count), 0)!
    let function =
      LLVMGetNamedFunction(module, entry.symbol)
      ?? LLVMAddFunction(module, entry.symbol, type)!
    LLVMAddAttributeAtIndex(function, functionAttributeIndex, attributes.noreturn)
    LLVMAddAttributeAtIndex(function, functionAttributeIndex, attributes.cold)
    let made = RuntimeFunction(type: type, function: function)
    runtimeEntries[entry.rawValue] = made
    return made
  }

  func personalityFunction() -> Value {
    if let personality { return personality }
    let type = LLVMFunctionType(types.i32, nil, 0, 1)
    let made = LLVMAddFunction(module, "__gcc_personality_v0", type)!
    personality = made
    return made
  }
}
