// The verifier, continued: terminators and calls.
import Base

extension FunctionVerifier {
  mutating func check(_ terminator: Terminator) {
    let isCleanup = function.blocks[block].isCleanup
    switch terminator.kind {
    case .goto: requireSuccessor(terminator.next)
    case .branch:
      requireValue(terminator.operand, "condition") { $0.kind == .bool }
      requireSuccessor(terminator.next)
      requireSuccessor(terminator.otherwise)
    case .switch:
      requireValue(terminator.operand, "subject") {
        $0.kind == .int || $0.kind == .char || $0.kind == .bool
      }
      let first = Int(terminator.first)
      let count = Int(terminator.count)
      guard first + count <= function.switchCases.count else {
        return report("switch cases do not exist")
      }
      for i in first..<first + count { requireSuccessor(function.switchCases[i].target) }
      if terminator.otherwise.exists { requireSuccessor(terminator.otherwise) }
    case .call: checkCall(terminator)
    case .return: require(!isCleanup, "return from a cleanup block")
    case .panic:
      if terminator.operand.kind != .none { requireText(terminator.operand) }
      requireCleanup(terminator.cleanup)
    case .unreachable: break
    case .resume: require(isCleanup, "resume outside cleanup")
    }
  }

  private mutating func requireSuccessor(_ target: BlockID) {
    let isCleanup = function.blocks[block].isCleanup
    require(
      isBlock(target, cleanup: isCleanup),
      target.index < function.blocks.count
        ? "bb\(target.raw) is \(isCleanup ? "not " : "")a cleanup block"
        : "block \(target.raw) does not exist")
  }

  private mutating func requireCleanup(_ target: BlockID) {
    guard target.exists else { return }
    require(isBlock(target, cleanup: true), "its cleanup bb\(target.raw) is not a cleanup block")
    require(!function.blocks[block].isCleanup, "a cleanup block has a cleanup of its own")
  }

  private mutating func checkCall(_ call: Terminator) {
    guard call.signature.index < module.signatures.count else {
      return report("the call has no signature")
    }
    let signature = module.signatures[call.signature]
    if call.callee.exists {
      guard call.callee.index < module.functionRefs.count else {
        return report("callee \(call.callee.raw) does not exist")
      }
      require(
        module.functionRefs[call.callee].signature == call.signature,
        "the call's signature is not its callee's")
    } else {
      // A function value is called where it stands.
      let isPlace = call.operand.kind == .borrow || call.operand.kind == .copy
      let known = isPlace && Int(call.operand.index) < function.places.count
      let type =
        known
        ? function.places[call.operand.placeID].type : valueType(call.operand, "callee")
      if type.exists { require(shapes[type].kind == .function, "callee is a \(typeName(type))") }
    }
    checkArguments(call, signature)
    if call.dest.exists {
      guard call.dest.index < function.places.count else {
        return report("place \(call.dest.raw) does not exist")
      }
      require(
        function.places[call.dest].type == signature.result,
        "the result is \(typeName(signature.result)), its place "
          + typeName(function.places[call.dest].type))
    } else if call.next.exists {
      require(
        shapes[signature.result].size == 0 || shapes[signature.result].isTrivial,
        "the result of type \(typeName(signature.result)) is lost")
    }
    if call.next.exists { requireSuccessor(call.next) }
    requireCleanup(call.cleanup)
  }

  private mutating func checkArguments(_ call: Terminator, _ signature: MIRSignature) {
    let first = Int(call.first)
    let count = Int(call.count)
    guard first + count <= function.operands.count else { return report("arguments do not exist") }
    let environment = call.callee.exists && signature.hasEnvironment ? 1 : 0
    let destination = signature.hasDestination ? 1 : 0
    let wanted = environment + signature.parameters.count + destination
    guard count == wanted else { return report("\(count) arguments where \(wanted) are needed") }
    if environment == 1 {
      requireValue(function.operands[first], "environment") { $0.kind == .pointer }
    }
    for (i, parameter) in signature.parameters.enumerated() {
      let argument = function.operands[first + environment + i]
      switch parameter.mode {
      case .inout:
        require(argument.kind == .borrowMutable, "argument \(i) is not lent exclusively")
        requireLent(argument, parameter.type)
      case .borrowed where argument.kind == .borrow || argument.kind == .borrowMutable:
        requireLent(argument, parameter.type)
      case .borrowed, .owned:
        if argument.kind == .function {
          _ = requireFunction(argument)
          require(shapes[parameter.type].kind == .pointer, "argument \(i) is a function")
        } else {
          requireValue(argument, parameter.type, "argument")
        }
      }
    }
    if destination == 1 {
      requireValue(function.operands[first + count - 1], "hidden destination") {
        $0.kind == .pointer
      }
    }
  }

  private mutating func requireLent(_ argument: Operand, _ type: MIRTypeID) {
    let actual = lentType(argument, "argument")
    if actual.exists && actual != type {
      report("argument: \(typeName(actual)) where \(typeName(type)) is needed")
    }
  }
}
