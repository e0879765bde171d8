// Running a program with shadow state (ShadowMemory.swift): what happens at codes, at calls, and at
// the end. A fault ends the program: it is a mistake of the compiler or of `std`.
import Base
import MIR

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What the shadow state found.
public struct MemoryFault: Hashable, Sendable {
  /// What was done, with the names of function and place.
  public var message: String
  /// The instruction, and the calls that led to it, innermost first.
  public var places: [SourcePlace]

  /// The status of a process that such a fault ended.
  public static let status: Int32 = 98

  public var diagnostic: Diagnostic {
    let notes = places.enumerated().map { index, place in
      "\(index == 0 ? "at" : "called at") \(place.file):\(place.line):\(place.column)"
    }
    return Diagnostic(.memoryFault, "memory fault: \(message)", at: .none, notes: notes)
  }
}

/// The state beside the memory of one interpreter.
struct Shadow {
  let memory: ShadowMemory
  let heap: ShadowHeap

  init?(_ runtime: RuntimeLibrary) {
    guard let memory = ShadowMemory(), let heap = ShadowHeap(memory, runtime) else { return nil }
    self.memory = memory
    self.heap = heap
  }
}

extension Interpreter {
  /// Executes a code `shadow`; the fault, if there is one.
  func observe(_ origin: PanicOrigin) -> MemoryFault? {
    let memory = shadowStates
    let observer = ShadowObserver(
      memory: memory, stack: stack, frame: origin.frame, pool: poolEnd,
      poolStart: poolStart, depth: origin.depth)
    observer.settle()
    let code = origin.code.pointee
    do throws(ShadowProblem) {
      if let operation = ShadowOp(rawValue: code.aux), operation != .observe {
        try observer.perform(operation, code)
        return nil
      }
      let next = origin.code[1]
      try observer.observe(next)
      switch next.op {
      case .call:
        guard let callee = UnsafeMutablePointer<FunctionRecord>(bitPattern: Int(next.imm)),
          callee.pointee.isRuntime
        else { break }
        try observeRuntimeCall(callee.pointee, origin.frame + Int(next.x), memory)
      case .callValue: observeValueCall(next, origin.frame, memory)
      case .return: forget(origin, memory)
      case _: break
      }
    } catch {
      return fault(error, at: origin)
    }
    return nil
  }

  /// What a frame held is gone when its function returns, but for the result.
  private func forget(_ origin: PanicOrigin, _ memory: ShadowStates) {
    memory.mark(
      UInt(bitPattern: origin.frame) + UInt(slotSize),
      origin.record.pointee.frameSize - Int(slotSize), ShadowState.uninitialised)
  }

  /// The arguments of a function without environment are moved down by one slot.
  private func observeValueCall(
    _ code: Code, _ frame: UnsafeMutableRawPointer, _ memory: ShadowStates
  ) {
    let value = (code.a < 0 ? poolEnd : frame) + Int(code.a)
    guard let callee = value.loadUnaligned(as: UnsafeMutablePointer<FunctionRecord>?.self),
      !callee.pointee.hasEnvironment
    else { return }
    let slot = UInt(slotSize)
    let states = memory.at(UInt(bitPattern: frame + Int(code.x)) + slot)
    for i in 0..<max(Int(code.y) - 2 * Int(slotSize), 0) { states[i] = states[i + Int(slot)] }
  }

  /// What C is given must be there; what it may write is there afterwards.
  private func observeRuntimeCall(
    _ record: FunctionRecord, _ frame: UnsafeMutableRawPointer, _ memory: ShadowStates
  ) throws(ShadowProblem) {
    let signature = signature(of: record)
    let slots = UInt(bitPattern: frame)
    func word(_ slot: Int) -> Int {
      frame.loadUnaligned(fromByteOffset: slot * Int(slotSize), as: Int.self)
    }
    var pointers: [(address: UInt, count: Int)] = []
    for (i, parameter) in signature.parameters.enumerated() {
      let shape = shapes[parameter.type]
      let slot = i + 1
      try memory.use(slots + UInt(slot) * UInt(slotSize), shape.isScalar ? Int(shape.size) : 8)
      guard shape.kind == .pointer else { continue }
      var count = Int(max(shapes[shape.element].size, 1))
      if slot < signature.parameters.count,
        shapes[signature.parameters[slot].type].kind == .int,
        shapes[signature.parameters[slot].type].bits == 64,
        name(of: record) != "janus_region_begin"
      {
        count *= max(word(slot + 1), 0)
      }
      pointers.append((UInt(bitPattern: word(slot)), count))
    }
    let name = name(of: record)
    if !Interpreter.memoryFunctions.contains(name) {
      for (address, count) in pointers {
        try memory.access(address, count)
        if Interpreter.printingFunctions.contains(name) { try memory.use(address, count) }
        written(address, count, memory)
      }
    }
    memory.mark(slots, Int(slotSize), ShadowState.initialised)
  }

  private static let memoryFunctions: Set<String> = [
    "janus_alloc", "janus_realloc", "janus_free", "janus_region_alloc", "janus_region_realloc",
  ]
  private static let printingFunctions: Set<String> = [
    "janus_print", "janus_eprint", "janus_file_write", "janus_log_write",
  ]

  /// C may have written `count` bytes, or as many as there is room for.
  private func written(_ address: UInt, _ count: Int, _ memory: ShadowStates) {
    guard memory.contains(address) else { return }
    var count = max(count, 64)
    if let block = shadow?.heap.allocation(around: address) {
      count = Int(block.start) + block.size - Int(address)
    }
    let states = memory.at(address)
    for i in 0..<max(count, 0)
    where states[i] & ShadowState.mask < ShadowState.freed
      && states[i] & ShadowState.mask != ShadowState.initialised
    {
      states[i] = states[i] & ~ShadowState.mask | ShadowState.initialised
    }
  }

  /// The runtime's memory, from the heap with shadow state; nil for all other functions.
  func callShadowHeap(
    _ name: String, _ frame: UnsafeMutableRawPointer, at origin: PanicOrigin
  ) -> Outcome? {
    guard let shadow else { return nil }
    func word(_ slot: Int) -> Int {
      frame.loadUnaligned(fromByteOffset: slot * Int(slotSize), as: Int.self)
    }
    do throws(ShadowProblem) {
      switch name {
      case "janus_alloc":
        let new = shadow.heap.allocate(word(1), word(2), at: site(of: origin))
        frame.storeBytes(of: new, as: UInt.self)
      case "janus_realloc":
        let new = try shadow.heap.reallocate(
          UInt(bitPattern: word(1)), from: word(2), to: word(3), word(4), at: site(of: origin))
        frame.storeBytes(of: new, as: UInt.self)
      case "janus_region_alloc" where word(3) == 0:
        let new = shadow.heap.allocate(word(1), word(2), at: site(of: origin))
        frame.storeBytes(of: new, as: UInt.self)
      case "janus_region_realloc" where word(5) == 0:
        let new = try shadow.heap.reallocate(
          UInt(bitPattern: word(1)), from: word(2), to: word(3), word(4), at: site(of: origin))
        frame.storeBytes(of: new, as: UInt.self)
      case "janus_region_realloc":
        guard
          let new = try shadow.heap.reallocate(
            UInt(bitPattern: word(1)), from: word(2), to: word(3), word(4), inRegion: word(5))
        else { return nil }
        frame.storeBytes(of: new, as: UInt.self)
      case "janus_free":
        try shadow.heap.free(UInt(bitPattern: word(1)), word(2), word(3))
      default: return nil
      }
    } catch {
      return .faulted(fault(error, at: origin))
    }
    return .returned
  }

  /// The innermost place outside of `std`, or the code itself.
  private func site(of origin: PanicOrigin) -> AllocationSite {
    var depth = origin.depth
    var site = AllocationSite(code: origin.code, record: origin.record)
    while !isOfProgram(site.record.pointee), depth > 0 {
      depth -= 1
      site = AllocationSite(code: stack.calls[depth].code, record: stack.calls[depth].record)
    }
    return isOfProgram(site.record.pointee)
      ? site : AllocationSite(code: origin.code, record: origin.record)
  }

  // MARK: Reports

  /// Ends the process from a thread that is not the first.
  func endWithFault(_ fault: MemoryFault) -> Never {
    _ = runtime?.flush()
    let diagnostic = fault.diagnostic
    let lines = ["error[\(diagnostic.code.rawValue)]: \(diagnostic.message)"] + diagnostic.notes
    writeError(lines.joined(separator: "\n") + "\n")
    exit(MemoryFault.status)
  }

  /// What was never given back when the program had ended.
  func leak() -> MemoryFault? {
    guard let leaks = shadow?.heap.leaks, let block = shadow?.heap.allocation(around: leaks.first)
    else { return nil }
    let others = leaks.count == 1 ? "" : ", nor are \(leaks.count - 1) other allocations"
    let origin = PanicOrigin(block.site.code, block.site.record, stack.frames, 0)
    return MemoryFault(
      message: "\(block.size) bytes that \(functionName(block.site.record.pointee)) allocates "
        + "are never given back\(others)",
      places: place(of: origin).map { [$0] } ?? [])
  }

  private func fault(_ problem: ShadowProblem, at origin: PanicOrigin) -> MemoryFault {
    let place = describe(problem.address, origin)
    let act =
      switch problem.kind {
      case .reads: "uses \(place), which \(history(problem.state))"
      case .writes: "changes \(place), which \(history(problem.state))"
      case .drops: "destroys \(place), which \(history(problem.state))"
      case .moves: "moves \(place), which \(history(problem.state))"
      case .lends: "lends \(place), which \(history(problem.state))"
      case .writesLent: "changes \(place) while it is lent"
      case .freesTwice: "gives \(place) back twice"
      case .freesUnknown: "gives \(place) back, which is no allocation"
      case .freesWrongSize: "gives \(place) back as memory of another size"
      }
    var places = self.place(of: origin).map { [$0] } ?? []
    for depth in (max(origin.depth - 20, 0)..<origin.depth).reversed() {
      let call = stack.calls[depth]
      if let caller = self.place(of: PanicOrigin(call.code, call.record, call.frame, depth)) {
        places.append(caller)
      }
    }
    return MemoryFault(
      message: "\(functionName(origin.record.pointee)) \(act)", places: places)
  }

  private func history(_ state: UInt8) -> String {
    switch state {
    case ShadowState.moved: "was moved away"
    case ShadowState.dropped: "was destroyed"
    case ShadowState.freed: "was given back"
    case ShadowState.stale: "names a place that was changed"
    case ShadowState.outside: "is outside of any allocation"
    default: "holds no value"
    }
  }

  private func functionName(_ record: FunctionRecord) -> String {
    record.function >= 0 ? "`\(module.functions[record.function].displayName)`" : "C"
  }

  private func describe(_ address: UInt, _ origin: PanicOrigin) -> String {
    if let block = shadow?.heap.allocation(around: address) {
      return "byte \(Int(address) - Int(block.start)) of \(block.size) that "
        + "\(functionName(block.site.record.pointee)) allocated"
    }
    let frame = UInt(bitPattern: origin.frame)
    let distance = Int(address) - Int(frame)
    if address >= frame, distance < origin.record.pointee.frameSize,
      let local = Decoder.local(at: distance, origin.record, self)
    {
      let name = module.functions[origin.record.pointee.function].locals[local].name
      return name.isEmpty ? "_\(local.raw)" : "`\(name)`"
    }
    return "a place of a caller"
  }
}
