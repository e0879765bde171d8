// The executing loop.
import MIR

extension Interpreter {
  /// Calls `target` above everything that is executing. `pass` fills the slots of its frame, slot 0
  /// first; `result` reads slot 0 when it has returned.
  func call(
    _ target: UnsafeMutablePointer<FunctionRecord>, argumentsSize: Int,
    pass: (UnsafeMutableRawPointer) -> Void, result: (UnsafeMutableRawPointer) -> Void
  ) -> Outcome {
    let frame = stack.frameTop
    guard frame + argumentsSize + 256 < stack.framesEnd else {
      return overflow(in: target, calledBy: stack.callTop)
    }
    pass(frame)
    shadow?.memory.states.mark(
      UInt(bitPattern: frame), argumentsSize + Int(slotSize), ShadowState.initialised)
    let outer = stack.callTop
    let wasPanicking = isPanicking
    isPanicking = false
    let outcome = execute(target, frame)
    isPanicking = wasPanicking
    stack.frameTop = frame
    stack.callTop = outer
    if case .returned = outcome { result(frame) }
    return outcome
  }

  /// There is no room for the frame of `record`, which was called above `depth` others. The report
  /// names the innermost function that is not std's.
  private func overflow(
    in record: UnsafeMutablePointer<FunctionRecord>, calledBy depth: Int
  ) -> Outcome {
    overflowing = record
    var depth = depth
    while let function = overflowing, !isOfProgram(function.pointee), depth > 0 {
      depth -= 1
      overflowing = stack.calls[depth].record
    }
    return .stackOverflow
  }

  func isOfProgram(_ record: FunctionRecord) -> Bool {
    guard record.function >= 0 else { return false }
    let file = module.functions[record.function].file
    return file != UInt32.max && !module.files[Int(file)].hasPrefix("std/")
  }

  /// Decodes `record` if need be; nil when it is ready.
  private func prepare(_ record: UnsafeMutablePointer<FunctionRecord>) -> Outcome? {
    guard record.pointee.code == nil else { return nil }
    var decoder = Decoder(self, record)
    do {
      try decoder.run()
      return nil
    } catch {
      return .unsupported(error.message)
    }
  }

  private func execute(
    _ target: UnsafeMutablePointer<FunctionRecord>, _ firstFrame: UnsafeMutableRawPointer
  ) -> Outcome {
    if target.pointee.isRuntime { return callRuntime(target, firstFrame) }
    if let problem = prepare(target) { return problem }
    let calls = stack.calls
    let outer = stack.callTop
    var callTop = outer
    let callLimit = stack.callLimit - 1
    let framesEnd = stack.framesEnd
    let pool = poolEnd
    var record = target
    var frame = firstFrame
    var code = target.pointee.code!
    var stepsLeft = steps
    defer { steps = stepsLeft }
    guard frame + target.pointee.frameSize + 4096 < framesEnd else {
      return overflow(in: target, calledBy: outer)
    }

    @inline(__always) func at(_ offset: Int32) -> UnsafeMutableRawPointer {
      (offset < 0 ? pool : frame) + Int(offset)
    }
    @inline(__always) func pointer(_ offset: Int32) -> UnsafeMutableRawPointer {
      UnsafeMutableRawPointer(bitPattern: at(offset).loadUnaligned(as: Int.self))
        ?? UnsafeMutableRawPointer(bitPattern: 1)!
    }

    while true {
      let c = code.pointee
      switch c.op {
      case .move1: at(c.dst).storeBytes(of: at(c.a).loadUnaligned(as: UInt8.self), as: UInt8.self)
      case .move2: at(c.dst).copyMemory(from: at(c.a), byteCount: 2)
      case .move4: at(c.dst).copyMemory(from: at(c.a), byteCount: 4)
      case .move8: at(c.dst).copyMemory(from: at(c.a), byteCount: 8)
      case .move16: at(c.dst).copyMemory(from: at(c.a), byteCount: 16)
      case .moveBytes: at(c.dst).copyMemory(from: at(c.a), byteCount: Int(c.imm))
      case .load1: at(c.dst).copyMemory(from: pointer(c.a) + Int(c.x), byteCount: 1)
      case .load2: at(c.dst).copyMemory(from: pointer(c.a) + Int(c.x), byteCount: 2)
      case .load4: at(c.dst).copyMemory(from: pointer(c.a) + Int(c.x), byteCount: 4)
      case .load8: at(c.dst).copyMemory(from: pointer(c.a) + Int(c.x), byteCount: 8)
      case .load16: at(c.dst).copyMemory(from: pointer(c.a) + Int(c.x), byteCount: 16)
      case .loadBytes: at(c.dst).copyMemory(from: pointer(c.a) + Int(c.x), byteCount: Int(c.imm))
      case .store1: (pointer(c.dst) + Int(c.x)).copyMemory(from: at(c.a), byteCount: 1)
      case .store2: (pointer(c.dst) + Int(c.x)).copyMemory(from: at(c.a), byteCount: 2)
      case .store4: (pointer(c.dst) + Int(c.x)).copyMemory(from: at(c.a), byteCount: 4)
      case .store8: (pointer(c.dst) + Int(c.x)).copyMemory(from: at(c.a), byteCount: 8)
      case .store16: (pointer(c.dst) + Int(c.x)).copyMemory(from: at(c.a), byteCount: 16)
      case .storeBytes: (pointer(c.dst) + Int(c.x)).copyMemory(from: at(c.a), byteCount: Int(c.imm))
      case .copyBytes:
        (pointer(c.dst) + Int(c.x)).copyMemory(
          from: pointer(c.a) + Int(c.y), byteCount: Int(c.imm))
      case .clear:
        at(c.dst).initializeMemory(as: UInt8.self, repeating: 0, count: Int(c.imm))
      case .constant: at(c.dst).storeBytes(of: c.imm, as: Int64.self)
      case .address: at(c.dst).storeBytes(of: at(c.a), as: UnsafeMutableRawPointer.self)
      case .addressThrough:
        let base = at(c.a).loadUnaligned(as: Int.self)
        at(c.dst).storeBytes(of: base &+ Int(c.x), as: Int.self)
      case .element:
        let index = at(c.b).loadUnaligned(as: Int.self)
        at(c.dst).storeBytes(
          of: Int(bitPattern: at(c.a)) &+ index &* Int(c.imm), as: Int.self)
      case .elementThrough:
        let base = at(c.a).loadUnaligned(as: Int.self) &+ Int(c.x)
        let index = at(c.b).loadUnaligned(as: Int.self)
        at(c.dst).storeBytes(of: base &+ index &* Int(c.imm), as: Int.self)
      case .pointerOffset:
        let base = at(c.a).loadUnaligned(as: Int.self)
        let index = at(c.b).loadUnaligned(as: Int.self)
        at(c.dst).storeBytes(of: base &+ index &* Int(c.imm), as: Int.self)

      case .addChecked where c.kind == .i64:
        let (value, overflow) = at(c.a).loadUnaligned(as: Int64.self)
          .addingReportingOverflow(at(c.b).loadUnaligned(as: Int64.self))
        if overflow {
          raise(.overflow, at: PanicOrigin(code, record, frame, callTop))
          if let outcome = unwind(&code, &record, &frame, &callTop, outer) { return outcome }
          continue
        }
        at(c.dst).storeBytes(of: value, as: Int64.self)
      case .subChecked where c.kind == .i64:
        let (value, overflow) = at(c.a).loadUnaligned(as: Int64.self)
          .subtractingReportingOverflow(at(c.b).loadUnaligned(as: Int64.self))
        if overflow {
          raise(.overflow, at: PanicOrigin(code, record, frame, callTop))
          if let outcome = unwind(&code, &record, &frame, &callTop, outer) { return outcome }
          continue
        }
        at(c.dst).storeBytes(of: value, as: Int64.self)
      case .less where c.kind == .i64:
        let value = at(c.a).loadUnaligned(as: Int64.self) < at(c.b).loadUnaligned(as: Int64.self)
        at(c.dst).storeBytes(of: value ? 1 : 0, as: UInt8.self)
      case .greaterEqual where c.kind == .i64:
        let value = at(c.a).loadUnaligned(as: Int64.self) >= at(c.b).loadUnaligned(as: Int64.self)
        at(c.dst).storeBytes(of: value ? 1 : 0, as: UInt8.self)
      case .equal where c.kind == .i64:
        let value = at(c.a).loadUnaligned(as: Int64.self) == at(c.b).loadUnaligned(as: Int64.self)
        at(c.dst).storeBytes(of: value ? 1 : 0, as: UInt8.self)
      case .addWrapping where c.kind == .u64, .addWrapping where c.kind == .i64:
        let value = at(c.a).loadUnaligned(as: UInt64.self) &+ at(c.b).loadUnaligned(as: UInt64.self)
        at(c.dst).storeBytes(of: value, as: UInt64.self)
      case .floatAdd where c.kind == .f64:
        let value = at(c.a).loadUnaligned(as: Double.self) + at(c.b).loadUnaligned(as: Double.self)
        at(c.dst).storeBytes(of: value, as: Double.self)
      case .floatSub where c.kind == .f64:
        let value = at(c.a).loadUnaligned(as: Double.self) - at(c.b).loadUnaligned(as: Double.self)
        at(c.dst).storeBytes(of: value, as: Double.self)
      case .floatMul where c.kind == .f64:
        let value = at(c.a).loadUnaligned(as: Double.self) * at(c.b).loadUnaligned(as: Double.self)
        at(c.dst).storeBytes(of: value, as: Double.self)

      case .addChecked, .subChecked, .mulChecked, .addWrapping, .subWrapping, .mulWrapping,
        .addSaturating, .subSaturating, .div, .rem, .shlChecked, .shrChecked, .shlMasked,
        .shrMasked, .bitAnd, .bitOr, .bitXor, .negateChecked, .negateWrapping, .bitNot, .floatAdd,
        .floatSub, .floatMul, .floatDiv, .floatRem, .floatNegate, .equal, .notEqual, .less,
        .lessEqual, .greater, .greaterEqual:
        let fault = operate(code, at(c.dst), at(c.a), at(c.b))
        if case .none = fault { break }
        raise(fault, at: PanicOrigin(code, record, frame, callTop))
        if let outcome = unwind(&code, &record, &frame, &callTop, outer) { return outcome }
        continue
      case .not:
        at(c.dst).storeBytes(of: at(c.a).loadUnaligned(as: UInt8.self) ^ 1, as: UInt8.self)
      case .convert:
        convert(
          at(c.dst), ScalarKind(rawValue: UInt8(truncatingIfNeeded: c.aux)) ?? .i64, at(c.a), c.kind
        )
      case .boundsCheck:
        let index = at(c.a).loadUnaligned(as: Int64.self)
        let length = at(c.b).loadUnaligned(as: Int64.self)
        if index < 0 || index >= length {
          raise(
            .index, "index \(index) out of range for length \(length)",
            at: PanicOrigin(code, record, frame, callTop))
          if let outcome = unwind(&code, &record, &frame, &callTop, outer) { return outcome }
          continue
        }
      case .check:
        if at(c.a).loadUnaligned(as: UInt8.self) & 1 == 0 {
          raise(c.x, c.aux == 1 ? at(c.b) : nil, at: PanicOrigin(code, record, frame, callTop))
          if let outcome = unwind(&code, &record, &frame, &callTop, outer) { return outcome }
          continue
        }
      case .memoryCopy, .memoryMove:
        let count = Int(at(c.b).loadUnaligned(as: Int64.self) &* c.imm)
        if count > 0 { pointer(c.dst).copyMemory(from: pointer(c.a), byteCount: count) }
      case .memorySet:
        let count = Int(at(c.b).loadUnaligned(as: Int64.self) &* c.imm)
        if count > 0 {
          pointer(c.dst).initializeMemory(
            as: UInt8.self, repeating: at(c.a).loadUnaligned(as: UInt8.self), count: count)
        }

      case .jump:
        stepsLeft -= 1
        if stepsLeft < 0 {
          noteTrace(PanicOrigin(code, record, frame, callTop))
          return .stepLimit
        }
        code += Int(c.x)
        continue
      case .branch:
        stepsLeft -= 1
        if stepsLeft < 0 {
          noteTrace(PanicOrigin(code, record, frame, callTop))
          return .stepLimit
        }
        code += Int(at(c.a).loadUnaligned(as: UInt8.self) & 1 != 0 ? c.x : c.y)
        continue
      case .switch:
        stepsLeft -= 1
        if stepsLeft < 0 {
          noteTrace(PanicOrigin(code, record, frame, callTop))
          return .stepLimit
        }
        code += caseDistance(c, integerValue(at(c.a), c.kind))
        continue

      case .callValue:
        guard prepareValueCall(at(c.a), frame + Int(c.x), Int(c.y)) else {
          return .unsupported("a function value that is null was called")
        }
        fallthrough
      case .call:
        stepsLeft -= 1
        if stepsLeft < 0 {
          noteTrace(PanicOrigin(code, record, frame, callTop))
          return .stepLimit
        }
        let callee =
          c.op == .call
          ? UnsafeMutablePointer<FunctionRecord>(bitPattern: Int(c.imm))!
          : at(c.a).loadUnaligned(as: UnsafeMutablePointer<FunctionRecord>.self)
        let next = frame + Int(c.x)
        if callee.pointee.isRuntime {
          stack.frameTop = next + 1024
          stack.callTop = callTop
          let outcome = callRuntime(
            callee, next, from: PanicOrigin(code, record, frame, callTop))
          if case .returned = outcome { break }
          guard case .panicked = outcome else { return outcome }
          if let panic = lastPanic {
            raise(panic.kind, panic.message, at: PanicOrigin(code, record, frame, callTop))
          }
          if let outcome = unwind(&code, &record, &frame, &callTop, outer) { return outcome }
          continue
        }
        if callee.pointee.code == nil, let problem = prepare(callee) { return problem }
        if next + callee.pointee.frameSize + 4096 >= framesEnd || callTop >= callLimit {
          return overflow(in: callee, calledBy: callTop)
        }
        calls[callTop] = CallRecord(code: code, frame: frame, record: record)
        callTop += 1
        record = callee
        frame = next
        code = callee.pointee.code!
        continue
      case .return:
        if callTop == outer { return .returned }
        callTop -= 1
        code = calls[callTop].code
        frame = calls[callTop].frame
        record = calls[callTop].record
      case .panic:
        raise(c.x, c.aux == 1 ? at(c.b) : nil, at: PanicOrigin(code, record, frame, callTop))
        if let outcome = unwind(&code, &record, &frame, &callTop, outer) { return outcome }
        continue
      case .resume:
        if callTop == outer { return .panicked }
        callTop -= 1
        code = calls[callTop].code
        frame = calls[callTop].frame
        record = calls[callTop].record
        if let outcome = unwind(&code, &record, &frame, &callTop, outer) { return outcome }
        continue
      case .shadow:
        if let fault = observe(PanicOrigin(code, record, frame, callTop)) { return .faulted(fault) }
      case .unreachable:
        return .unsupported("unreachable code was reached in `\(name(of: record.pointee))`")
      }
      code += 1
    }
  }

  /// Goes to the cleanup of `code`, or to that of the nearest caller that has one; gives the
  /// outcome when there is none.
  private func unwind(
    _ code: inout UnsafeMutablePointer<Code>,
    _ record: inout UnsafeMutablePointer<FunctionRecord>, _ frame: inout UnsafeMutableRawPointer,
    _ callTop: inout Int, _ outer: Int
  ) -> Outcome? {
    while true {
      if let start = record.pointee.code, let sites = record.pointee.sites {
        let cleanup = sites[code - start].cleanup
        if cleanup >= 0 {
          code = start + Int(cleanup)
          return nil
        }
      }
      if callTop == outer { return .panicked }
      callTop -= 1
      (code, frame) = (stack.calls[callTop].code, stack.calls[callTop].frame)
      record = stack.calls[callTop].record
    }
  }

  /// The distance to the case of a `switch` that equals `value`, by binary search.
  private func caseDistance(_ code: Code, _ value: Int128) -> Int {
    let table = UnsafePointer<SwitchEntry>(bitPattern: Int(code.imm))!
    // Cases hold the bits of the value's type as a signed word.
    let bits = Int64(truncatingIfNeeded: value)
    let isWide = code.kind == .i128 || code.kind == .u128
    guard !isWide || Int128(bits) == value else { return Int(code.x) }
    var low = 0
    var high = Int(code.y)
    while low < high {
      let middle = (low + high) / 2
      if table[middle].value == bits { return table[middle].distance }
      if table[middle].value < bits { low = middle + 1 } else { high = middle }
    }
    return Int(code.x)
  }

  /// Every function value is called with an environment; a function that takes none has its
  /// arguments moved down. False when there is no function.
  private func prepareValueCall(
    _ value: UnsafeMutableRawPointer, _ frame: UnsafeMutableRawPointer, _ size: Int
  ) -> Bool {
    guard let callee = value.loadUnaligned(as: UnsafeMutablePointer<FunctionRecord>?.self) else {
      return false
    }
    if !callee.pointee.hasEnvironment {
      let slot = Int(slotSize)
      (frame + slot).copyMemory(from: frame + 2 * slot, byteCount: max(size - 2 * slot, 0))
    }
    return true
  }
}
