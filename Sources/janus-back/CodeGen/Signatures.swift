// How a MIR signature becomes an LLVM function type. The order of the LLVM parameters is: place for
// the result (when it is returned in memory), environment, the parameters, hidden destination.
import Base
import CLLVM
import MIR

/// How a result comes back.
enum ResultPassing {
  case nothing
  case scalar(TypeShape)
  /// In registers; the LLVM type is one word or a structure of two.
  case words(RegisterWords, type: LLVMTypeRef)
  /// Through a pointer that is the first LLVM parameter.
  case memory
}

/// How a parameter goes over.
enum ParameterForm {
  /// A scalar, as one LLVM parameter.
  case scalar
  /// The words of a small aggregate that is only read, one LLVM parameter for each.
  case words(RegisterWords)
  /// The address of the value.
  case address
}

/// One parameter of a signature as LLVM sees it.
struct ParameterPassing {
  var type: MIRTypeID
  var mode: ParameterMode
  var form: ParameterForm
  /// The index of its first LLVM parameter.
  var position: Int
}

/// The LLVM form of one signature.
struct CallShape {
  var type: LLVMTypeRef
  var result: ResultPassing
  var resultType: MIRTypeID
  var neverReturns: Bool
  var hasEnvironment: Bool
  var hasDestination: Bool
  var parameters: [ParameterPassing]

  /// The LLVM index of what follows the place for the result.
  var environmentIndex: Int {
    if case .memory = result { return 1 }
    return 0
  }
}

extension ModuleEmitter {
  /// The LLVM form of `signature`. Every function value is called with an environment, also when
  /// the signature of its type does not say so.
  func callShape(_ signature: SignatureID, asFunctionValue: Bool = false) -> CallShape {
    let needsOwnForm = asFunctionValue && !mir.signatures[signature].hasEnvironment
    if needsOwnForm, let known = valueCallShapes[signature] { return known }
    if !needsOwnForm, let known = callShapes[signature.index] { return known }
    let made = makeCallShape(mir.signatures[signature], addEnvironment: needsOwnForm)
    if needsOwnForm {
      valueCallShapes[signature] = made
    } else {
      callShapes[signature.index] = made
    }
    return made
  }

  private func makeCallShape(_ signature: MIRSignature, addEnvironment: Bool) -> CallShape {
    let hasEnvironment = signature.hasEnvironment || addEnvironment
    let resultShape = shapes[signature.result]
    var llvmParameters: [LLVMTypeRef?] = []
    var llvmResult = types.void
    let result: ResultPassing
    if resultShape.isScalar {
      result = .scalar(resultShape)
      llvmResult = types.scalar(resultShape)
    } else if resultShape.size == 0 {
      result = .nothing
    } else if let words = types.registerWords(resultShape, in: shapes) {
      var list: [LLVMTypeRef?] = words.words
      llvmResult =
        list.count == 1 ? words.words[0] : LLVMStructTypeInContext(context, &list, 2, 0)
      result = .words(words, type: llvmResult)
    } else {
      result = .memory
      llvmParameters.append(types.pointer)
    }
    if hasEnvironment { llvmParameters.append(types.pointer) }
    let parameters = signature.parameters.map { parameter in
      let position = llvmParameters.count
      let form = form(of: parameter)
      switch form {
      case .scalar: llvmParameters.append(types.scalar(shapes[parameter.type]))
      case .words(let words): llvmParameters += words.words
      case .address: llvmParameters.append(types.pointer)
      }
      return ParameterPassing(
        type: parameter.type, mode: parameter.mode, form: form, position: position)
    }
    if signature.hasDestination { llvmParameters.append(types.pointer) }
    let type = LLVMFunctionType(llvmResult, &llvmParameters, UInt32(llvmParameters.count), 0)!
    return CallShape(
      type: type, result: result, resultType: signature.result,
      neverReturns: resultShape.kind == .never, hasEnvironment: hasEnvironment,
      hasDestination: signature.hasDestination, parameters: parameters)
  }

  /// Function values, slices and the like go over as their words, which the optimiser follows into
  /// the callee; memory it does not.
  private func form(of parameter: MIRParameter) -> ParameterForm {
    let shape = shapes[parameter.type]
    if shape.isScalar { return parameter.mode == .inout ? .address : .scalar }
    guard parameter.mode == .borrowed, let words = types.registerWords(shape, in: shapes) else {
      return .address
    }
    switch shape.kind {
    case .function: return .words(words)
    case .aggregate: return shape.isTrivial ? .words(words) : .address
    case .void, .never, .bool, .signed, .unsigned, .float, .char, .pointer, .array, .enumeration:
      return .address
    }
  }

  /// The function of a reference, declared on first use.
  func function(_ reference: FunctionRefID) -> Value {
    if let known = functionValues[reference.index] { return known }
    let ref = mir.functionRefs[reference]
    let value = function(symbol: ref.symbol, signature: ref.signature, isRuntime: ref.isRuntime)
    functionValues[reference.index] = value
    return value
  }

  func function(symbol: String, signature: SignatureID, isRuntime: Bool) -> Value {
    if let known = LLVMGetNamedFunction(module, symbol) { return known }
    let shape = callShape(signature)
    let value = LLVMAddFunction(module, symbol, shape.type)!
    addParameterAttributes(to: value, shape, isRuntime: isRuntime)
    // Nothing outside the linked program names it: calls and addresses need no indirection.
    if !isRuntime { LLVMSetVisibility(value, LLVMHiddenVisibility) }
    // Runtime functions return a status; only panics unwind.
    if isRuntime && !symbol.hasPrefix("janus_panic") {
      LLVMAddAttributeAtIndex(value, functionAttributeIndex, attributes.nounwind)
    }
    return value
  }

  private func add(_ attribute: LLVMAttributeRef, to function: Value, parameter: Int) {
    LLVMAddAttributeAtIndex(function, UInt32(parameter + 1), attribute)
  }

  /// What exclusivity promises: an `inout` or owned place is reached by no other name during the
  /// call, and a borrowed one is not written.
  private func addParameterAttributes(to function: Value, _ shape: CallShape, isRuntime: Bool) {
    if shape.neverReturns {
      LLVMAddAttributeAtIndex(function, functionAttributeIndex, attributes.noreturn)
    }
    if isRuntime {
      addExtensions(to: function, shape)
      return
    }
    // Without optimisation nothing reads them, and they keep LLVM's fast paths from being taken.
    guard options.mode == .release else { return }
    if case .memory = shape.result {
      let result = shapes[shape.resultType]
      add(attributes.structReturn(types.bytes(result.size)), to: function, parameter: 0)
      add(attributes.noalias, to: function, parameter: 0)
      add(attributes.align(result.knownAlignment), to: function, parameter: 0)
    }
    for parameter in shape.parameters {
      guard case .address = parameter.form else { continue }
      let type = shapes[parameter.type]
      let position = parameter.position
      add(attributes.noalias, to: function, parameter: position)
      add(attributes.nonnull, to: function, parameter: position)
      add(attributes.noundef, to: function, parameter: position)
      add(attributes.align(type.knownAlignment), to: function, parameter: position)
      if type.size > 0 {
        add(attributes.dereferenceable(type.size), to: function, parameter: position)
      }
      if parameter.mode == .borrowed {
        add(attributes.readonly, to: function, parameter: position)
      }
    }
  }

  /// C expects its callers to extend small integers.
  private func addExtensions(to function: Value, _ shape: CallShape) {
    if case .scalar(let result) = shape.result, let attribute = extensionAttribute(result) {
      LLVMAddAttributeAtIndex(function, 0, attribute)
    }
    for parameter in shape.parameters {
      guard case .scalar = parameter.form else { continue }
      if let attribute = extensionAttribute(shapes[parameter.type]) {
        add(attribute, to: function, parameter: parameter.position)
      }
    }
  }

  private func extensionAttribute(_ shape: TypeShape) -> LLVMAttributeRef? {
    switch shape.kind {
    case .bool: attributes.zeroext
    case .unsigned: shape.bits < 32 ? attributes.zeroext : nil
    case .signed: shape.bits < 32 ? attributes.signext : nil
    case .void, .never, .float, .char, .pointer, .function, .array, .aggregate, .enumeration: nil
    }
  }
}
