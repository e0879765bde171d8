// The interpreter: runs any MIR module, with values at their real layout in real memory and the C
// runtime called through libffi, and evaluates constants for the front.
//
// Functions are decoded on first call (Decoder.swift) and executed by one loop with an explicit
// frame stack (Execute.swift); nothing recurses in Swift with the depth of the program.
import Base
import MIR

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How a program ended.
public enum ExitStatus: Hashable, Sendable {
  case exited(Int32)
  /// The program could not be run: a missing entry, or a runtime library that does not open.
  case failed(String)
  /// The shadow state found a mistake.
  case faulted(MemoryFault)
}

/// What a constant evaluated to.
public enum Evaluation: Hashable, Sendable {
  /// The bytes of the result. They may hold pointers into the evaluator's memory.
  case value([UInt8])
  /// A panic, with its code, message and the place relative to the file.
  case panicked(PanicKind, message: String, file: String, line: Int32, column: Int32)
  case stepLimit
  case stackOverflow
  /// Something that constants cannot do.
  case unsupported(String)
}

/// A place in a file, as panics name it.
public struct SourcePlace: Hashable, Sendable {
  public var file: String
  public var line: Int32
  public var column: Int32
}

/// How the execution of one function ended.
enum Outcome {
  case returned, panicked, stepLimit, stackOverflow
  case unsupported(String)
  case faulted(MemoryFault)
}

struct Panic {
  var kind: PanicKind
  var message: [UInt8]
  var file: String
  var line: Int32
  var column: Int32
}

/// One module, ready to run. Not thread-safe, but that the threads of the program take turns.
public final class Interpreter {
  let module: MIRModule
  let shapes: MIRShapes
  let runtime: RuntimeLibrary?
  /// Only where it was asked for.
  let shadow: Shadow?
  /// Those of `shadow`, or of no memory.
  let shadowStates: ShadowStates
  /// Where the runtime's functions are that neither read nor change anything of the world, for
  /// constants.
  let pureLibrary: String?
  lazy var pureRuntime: RuntimeLibrary? = pureLibrary.flatMap { path in
    if case .opened(let library) = RuntimeLibrary.open(path) { library } else { nil }
  }
  /// Offsets from the end of the pool, below zero.
  private(set) var constantOffsets: ContiguousArray<Int32> = []
  private(set) var staticOffsets: ContiguousArray<Int32> = []
  private(set) var poolEnd: UnsafeMutableRawPointer
  private(set) var poolStart: UnsafeMutableRawPointer
  /// Bytes of string constants, places of panics.
  private var immortals: [UnsafeMutableRawPointer] = []
  private var records: UnsafeMutablePointer<FunctionRecord>
  private var recordCount = 0
  private var recordsBySymbol: [String: Int] = [:]
  private var recordOfReference: ContiguousArray<Int32> = []
  var foreignFunctions: [ForeignFunction] = []
  /// Of the thread whose turn it is, as are the flags of panics below.
  var stack: FrameStack
  /// Exists once a program has started a thread.
  var turns: Turns?
  var steps = Int.max
  /// Panics are printed as a program prints them; constants keep them instead.
  var reportsPanics = true
  var lastPanic: Panic?
  /// Where the last evaluation stopped, and the calls that led there, innermost first.
  public internal(set) var trace: [SourcePlace] = []
  /// The function for whose frame there was no room.
  var overflowing: UnsafeMutablePointer<FunctionRecord>?
  /// A panic is unwinding; another one ends the process.
  var isPanicking = false
  /// Functions to call at the end, last first.
  var finishers: [UnsafeMutablePointer<FunctionRecord>] = []
  private let problem: String?

  /// `runtimeLibrary` is the path of `libjanus_rt.so`; without it only code that calls nothing of
  /// the runtime can run but memory and, with `pureLibrary`, functions of that path that depend on
  /// their arguments alone. `shadows` keeps shadow state, for which there must be a runtime.
  /// `module` has passed the verifier.
  public init(
    _ module: MIRModule, runtimeLibrary: String? = nil, pureLibrary: String? = nil,
    shadows: Bool = false
  ) {
    self.module = module
    self.pureLibrary = pureLibrary
    shapes = MIRShapes(module)
    switch runtimeLibrary.map(RuntimeLibrary.open) {
    case .none: (runtime, problem) = (nil, nil)
    case .opened(let library): (runtime, problem) = (library, nil)
    case .failed(let reason): (runtime, problem) = (nil, reason)
    }
    shadow = shadows ? runtime.flatMap(Shadow.init) : nil
    shadowStates = shadow?.memory.states ?? ShadowStates(base: 0, distance: 0)
    stack = FrameStack(shadow?.memory)
    let capacity = module.functions.count + module.functionRefs.count
    records = .allocate(capacity: max(capacity, 1))
    poolStart = .allocate(byteCount: 16, alignment: 16)
    poolEnd = poolStart
    addRecords()
    layOutPool()
  }

  deinit {
    for i in 0..<recordCount {
      records[i].code?.deallocate()
      records[i].sites?.deallocate()
    }
    records.deallocate()
    if shadow == nil { poolStart.deallocate() }
    for memory in immortals { memory.deallocate() }
  }

  // MARK: Functions

  private func addRecords() {
    for (index, function) in module.functions.enumerated() {
      let signature = module.signatures[function.signature]
      recordsBySymbol[function.symbol] = recordCount
      addRecord(
        FunctionRecord(
          function: index, reference: .none, hasEnvironment: signature.hasEnvironment,
          isRuntime: false))
    }
    for id in module.functionRefs.ids {
      let reference = module.functionRefs[id]
      if let known = recordsBySymbol[reference.symbol] {
        recordOfReference.append(Int32(known))
        continue
      }
      recordsBySymbol[reference.symbol] = recordCount
      recordOfReference.append(Int32(recordCount))
      addRecord(
        FunctionRecord(
          function: -1, reference: id,
          hasEnvironment: module.signatures[reference.signature].hasEnvironment, isRuntime: true))
    }
  }

  private func addRecord(_ record: FunctionRecord) {
    (records + recordCount).initialize(to: record)
    recordCount += 1
  }

  func record(of reference: FunctionRefID) -> UnsafeMutablePointer<FunctionRecord> {
    records + Int(recordOfReference[reference.index])
  }

  func record(of symbol: String) -> UnsafeMutablePointer<FunctionRecord>? {
    recordsBySymbol[symbol].map { records + $0 }
  }

  func signature(of reference: FunctionRefID) -> SignatureID {
    module.functionRefs[reference].signature
  }

  func signature(of record: FunctionRecord) -> MIRSignature {
    let id =
      record.function >= 0
      ? module.functions[record.function].signature : signature(of: record.reference)
    return module.signatures[id]
  }

  func name(of record: FunctionRecord) -> String {
    record.function >= 0
      ? module.functions[record.function].symbol : module.functionRefs[record.reference].symbol
  }

  // MARK: Constants and statics

  private func layOutPool() {
    var offsets: [Int64] = []
    var end: Int64 = 0
    for type in module.constants.elements.map(\.type) + module.statics.elements.map(\.type) {
      let alignment = max(shapes[type].alignment, 16)
      end = (end + alignment - 1) & -alignment
      offsets.append(end)
      end += shapes[type].size
    }
    end = (end + 63) & ~63
    poolStart.deallocate()
    poolStart =
      shadow?.memory.reserve(Int(max(end, 64)))
      ?? .allocate(byteCount: Int(max(end, 64)), alignment: 64)
    poolStart.initializeMemory(as: UInt8.self, repeating: 0, count: Int(max(end, 64)))
    poolEnd = poolStart + Int(max(end, 64))
    let size = max(end, 64)
    for (index, offset) in offsets.enumerated() {
      let distance = Int32(truncatingIfNeeded: offset - size)
      if index < module.constants.count {
        constantOffsets.append(distance)
        write(module.constants.elements[index], at: poolStart + Int(offset))
        shadow?.memory.states.markConstant(
          UInt(bitPattern: poolStart) + UInt(offset),
          Int(shapes[module.constants.elements[index].type].size))
      } else {
        staticOffsets.append(distance)
      }
    }
  }

  private func write(_ constant: MIRConstant, at address: UnsafeMutableRawPointer) {
    switch constant {
    case .int(let type, let low, let high):
      withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) {
        address.copyMemory(from: $0.baseAddress!, byteCount: Int(min(shapes[type].size, 16)))
      }
    case .float(let type, let bits):
      if shapes[type].bits == 32 {
        address.storeBytes(of: Float(Double(bitPattern: bits)), as: Float.self)
      } else {
        address.storeBytes(of: bits, as: UInt64.self)
      }
    case .string(_, let bytes):
      address.storeBytes(of: text(bytes), as: UnsafeMutablePointer<UInt8>.self)
      address.storeBytes(of: Int64(bytes.count), toByteOffset: 8, as: Int64.self)
    case .cString(_, let bytes):
      address.storeBytes(of: text(bytes), as: UnsafeMutablePointer<UInt8>.self)
    case .zero, .undefined: break
    }
  }

  /// Immortal bytes followed by a NUL.
  func text(_ bytes: [UInt8]) -> UnsafeMutablePointer<UInt8> {
    let memory = immortal(count: bytes.count + 1).bindMemory(
      to: UInt8.self, capacity: bytes.count + 1)
    memory.initialize(from: bytes, count: bytes.count)
    memory[bytes.count] = 0
    return memory
  }

  /// Memory that lives as long as the interpreter.
  func immortal(count: Int) -> UnsafeMutableRawPointer {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 8)
    immortals.append(memory)
    return memory
  }

  // MARK: Running

  /// Runs the program: its entry between the start and the end of the runtime. `arguments` are the
  /// program's, its own name first.
  public func run(entry: String? = nil, arguments: [String]) -> ExitStatus {
    if let problem { return .failed(problem) }
    guard let start = record(of: entry ?? module.entry), start.pointee.function >= 0 else {
      return .failed("the module has no entry function")
    }
    let signature = signature(of: start.pointee)
    guard signature.parameters.isEmpty, !signature.hasEnvironment, !signature.hasDestination else {
      return .failed("the entry function takes parameters")
    }
    runtime?.start(arguments)
    var status: Int32 = 101
    let outcome = call(start, argumentsSize: 0) { _ in } result: { frame in
      if self.shapes[signature.result].size == 4 { status = frame.load(as: Int32.self) }
      if self.shapes[signature.result].size == 0 { status = 0 }
    }
    if case .unsupported(let reason) = outcome { return .failed(reason) }
    if case .stackOverflow = outcome { return .exited(reportStackOverflow()) }
    if case .faulted(let fault) = outcome { return .faulted(fault) }
    while let finisher = finishers.popLast() {
      switch call(finisher, argumentsSize: 0, pass: { _ in }, result: { _ in }) {
      case .panicked: status = 101
      case .faulted(let fault): return .faulted(fault)
      case .returned, .stepLimit, .stackOverflow, .unsupported: break
      }
    }
    if turns == nil, let leak = leak() { return .faulted(leak) }
    return .exited(runtime?.finish(status) ?? status)
  }

  /// Evaluates a function without parameters, of at most `stepLimit` terminators, and gives the
  /// bytes of its result.
  public func evaluate(_ symbol: String, stepLimit: Int = 10_000_000) -> Evaluation {
    if let problem { return .unsupported(problem) }
    guard let start = record(of: symbol), start.pointee.function >= 0 else {
      return .unsupported("function `\(symbol)` is not defined")
    }
    let signature = signature(of: start.pointee)
    guard signature.parameters.isEmpty, !signature.hasEnvironment else {
      return .unsupported("function `\(symbol)` takes parameters")
    }
    let shape = shapes[signature.result]
    steps = stepLimit
    trace = []
    reportsPanics = false
    defer {
      steps = Int.max
      reportsPanics = true
    }
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: Int(max(shape.size, 16)), alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: Int(max(shape.size, 16)))
    defer { memory.deallocate() }
    let outcome = call(start, argumentsSize: signature.hasDestination ? 16 : 0) { frame in
      if !shape.isScalar { frame.storeBytes(of: memory, as: UnsafeMutableRawPointer.self) }
      if signature.hasDestination { frame.storeBytes(of: 0, toByteOffset: 16, as: Int.self) }
    } result: { frame in
      if shape.isScalar { memory.copyMemory(from: frame, byteCount: Int(shape.size)) }
    }
    switch outcome {
    case .returned:
      return .value([UInt8](UnsafeRawBufferPointer(start: memory, count: Int(shape.size))))
    case .panicked:
      guard let panic = lastPanic else { return .unsupported("a panic without a message") }
      return .panicked(
        panic.kind, message: String(decoding: panic.message, as: UTF8.self), file: panic.file,
        line: panic.line, column: panic.column)
    case .stepLimit: return .stepLimit
    case .stackOverflow: return .stackOverflow
    case .unsupported(let reason): return .unsupported(reason)
    case .faulted(let fault): return .unsupported(fault.message)
    }
  }
}
