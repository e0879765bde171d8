// Terminators other than calls and panics: goto, branch, switch, return, resume.
import Base
import CLLVM
import MIR

extension FunctionEmitter {
  /// Emits a terminator. A block that it simply goes on to is returned, not branched to.
  func emit(_ terminator: Terminator) -> BlockID? {
    switch terminator.kind {
    case .goto: return terminator.next
    case .branch:
      let condition = value(terminator.operand)
      // The last block asked for is emitted first, right behind this one.
      let otherwise = block(terminator.otherwise)
      LLVMBuildCondBr(builder, condition, block(terminator.next), otherwise)
      return nil
    case .switch: return emitSwitch(terminator)
    case .call: return emitCall(terminator)
    case .return:
      emitReturn()
      return nil
    case .panic:
      emitPanic(terminator)
      return nil
    case .unreachable:
      emitUnreachable()
      return nil
    case .resume:
      emitResume()
      return nil
    }
  }

  /// In development a wrong "unreachable" stops the program here instead of running on.
  func emitUnreachable() {
    if !isRelease {
      let trap = parent.plainIntrinsic("llvm.trap")
      LLVMBuildCall2(builder, trap.type, trap.function, nil, 0, unnamed)
    }
    LLVMBuildUnreachable(builder)
  }

  // MARK: Switch

  private func emitSwitch(_ terminator: Terminator) -> BlockID? {
    let operand = value(terminator.operand)
    let type = LLVMTypeOf(operand)!
    let shape = shapes[self.type(of: terminator.operand)]
    let cases = function.switchCases[
      Int(terminator.first)..<Int(terminator.first) + Int(terminator.count)]
    let otherwise = terminator.otherwise
    // LLVM has no fast path for `switch` without optimisation; a few comparisons are cheaper.
    guard isRelease || cases.count > 4 || shape.bits == 128 else {
      return emitComparisons(operand, type, cases, otherwise)
    }
    let fallback: LLVMBlock
    if otherwise.exists {
      fallback = block(otherwise)
    } else {
      fallback = continueInNewBlock()
    }
    let instruction = LLVMBuildSwitch(builder, operand, fallback, UInt32(cases.count))
    for item in cases {
      LLVMAddCase(instruction, constant(item.value, type), block(item.target))
    }
    if !otherwise.exists {
      LLVMPositionBuilderAtEnd(builder, fallback)
      emitUnreachable()
    }
    return nil
  }

  private func emitComparisons(
    _ operand: Value, _ type: LLVMTypeRef, _ cases: ContiguousArray<SwitchCase>.SubSequence,
    _ otherwise: BlockID
  ) -> BlockID? {
    let neverElse = !otherwise.exists || isBareUnreachable(otherwise)
    var rest = cases
    guard let last = rest.last else {
      if otherwise.exists { return otherwise }
      emitUnreachable()
      return nil
    }
    if neverElse { rest.removeLast() }
    for (offset, item) in rest.enumerated() {
      let isLast = offset == rest.count - 1
      let equal = LLVMBuildICmp(builder, LLVMIntEQ, operand, constant(item.value, type), unnamed)
      if isLast {
        let final = neverElse ? last.target : otherwise
        let target = block(final)
        LLVMBuildCondBr(builder, equal, block(item.target), target)
        return nil
      }
      let next = continueInNewBlock()
      LLVMBuildCondBr(builder, equal, block(item.target), next)
      LLVMPositionBuilderAtEnd(builder, next)
    }
    // One case and nothing else.
    return last.target
  }

  private func isBareUnreachable(_ id: BlockID) -> Bool {
    function.blocks[id].instructions.isEmpty && function.blocks[id].terminator.kind == .unreachable
  }

  private func constant(_ value: Int64, _ type: LLVMTypeRef) -> Value {
    LLVMConstInt(type, UInt64(bitPattern: value), 1)
  }

  // MARK: Return

  private func emitReturn() {
    switch shape.result {
    case .nothing, .memory: LLVMBuildRetVoid(builder)
    case .scalar: LLVMBuildRet(builder, value(of: LocalID(0)))
    case .words(let words, let type):
      let place = address(of: LocalID(0))
      LLVMBuildRet(builder, packWords(words, type, shapes[shape.resultType], from: place))
    }
  }

  /// The register words of a small aggregate; none reaches beyond the value.
  func loadWords(_ words: RegisterWords, _ shape: TypeShape, from place: Value) -> [Value?] {
    words.words.enumerated().map { index, word in
      let part = LLVMBuildLoad2(builder, word, offset(place, by: Int64(index) * 8), unnamed)!
      LLVMSetAlignment(part, min(shape.knownAlignment, 8))
      return part
    }
  }

  /// A small aggregate as the one LLVM value that a function returns.
  private func packWords(
    _ words: RegisterWords, _ type: LLVMTypeRef, _ shape: TypeShape, from place: Value
  ) -> Value {
    let parts = loadWords(words, shape, from: place)
    if parts.count == 1, let only = parts[0] { return only }
    var result: Value = LLVMGetUndef(type)
    for (index, part) in parts.enumerated() {
      result = LLVMBuildInsertValue(builder, result, part, UInt32(index), unnamed)!
    }
    return result
  }

  func storeWords(_ value: Value, _ words: RegisterWords, _ shape: TypeShape, to place: Value) {
    for index in words.words.indices {
      let isWhole = words.words.count == 1
      let part =
        isWhole ? value : LLVMBuildExtractValue(builder, value, UInt32(index), unnamed)!
      let instruction = LLVMBuildStore(builder, part, offset(place, by: Int64(index) * 8))!
      LLVMSetAlignment(instruction, min(shape.knownAlignment, 8))
    }
  }

  // MARK: Unwinding

  /// Where a call that may panic goes on unwinding: into the cleanup block.
  func landingPad(_ cleanup: BlockID) -> LLVMBlock {
    if let known = landingPads[cleanup.index] { return known }
    let made = LLVMCreateBasicBlockInContext(parent.context, unnamed)!
    landingPads[cleanup.index] = made
    waitingPads.append(cleanup)
    return made
  }

  func emitLandingPad(_ cleanup: BlockID) {
    start(landingPads[cleanup.index]!)
    if LLVMHasPersonalityFn(llvm) == 0 {
      LLVMSetPersonalityFn(llvm, parent.personalityFunction())
    }
    let pad = LLVMBuildLandingPad(
      builder, types.exception, parent.personalityFunction(), 0, unnamed)!
    LLVMSetCleanup(pad, 1)
    let slot = exceptionStorage()
    // Inlining needs the whole value; without it the exception alone is simpler code.
    if isRelease {
      LLVMBuildStore(builder, pad, slot)
    } else {
      LLVMBuildStore(builder, LLVMBuildExtractValue(builder, pad, 0, unnamed), slot)
    }
    if plan.entries[cleanup.index] == 0 {
      emit(cleanup)
    } else {
      LLVMBuildBr(builder, block(cleanup))
    }
  }

  private func exceptionStorage() -> Value {
    if let exceptionSlot { return exceptionSlot }
    let made = addAlloca(isRelease ? types.exception : types.pointer, alignment: 8)
    exceptionSlot = made
    return made
  }

  private func emitResume() {
    let slot = exceptionStorage()
    if isRelease {
      LLVMBuildResume(builder, LLVMBuildLoad2(builder, types.exception, slot, unnamed))
      return
    }
    let resume = parent.runtime(.resume)
    var exception: Value? = LLVMBuildLoad2(builder, types.pointer, slot, unnamed)
    LLVMBuildCall2(builder, resume.type, resume.function, &exception, 1, unnamed)
    LLVMBuildUnreachable(builder)
  }
}
