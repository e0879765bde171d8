// Panics of interpreted code: their messages, which are those of the runtime, and what is reported.
import MIR

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension PanicKind {
  /// What a panic says that brings no message of its own.
  var defaultMessage: String {
    switch self {
    case .index: "index out of range"
    case .overflow: "integer overflow"
    case .division: "division by zero"
    case .assertion: "assertion failed"
    case .unreachable: "unreachable code was reached"
    case .outOfMemory: "out of memory"
    case .exclusivity: "a variable was accessed while it was being changed"
    case .text: "text is not UTF-8"
    case .capability: "a capability is missing"
    case .unwrap: "`null` was unwrapped"
    case .stackOverflow: "stack overflow"
    }
  }
}

/// Where a panic is raised: the code, its function and frame, and how many calls led there.
struct PanicOrigin {
  var code: UnsafeMutablePointer<Code>
  var record: UnsafeMutablePointer<FunctionRecord>
  var frame: UnsafeMutableRawPointer
  var depth: Int

  init(
    _ code: UnsafeMutablePointer<Code>, _ record: UnsafeMutablePointer<FunctionRecord>,
    _ frame: UnsafeMutableRawPointer, _ depth: Int
  ) {
    self.code = code
    self.record = record
    self.frame = frame
    self.depth = depth
  }
}

extension Interpreter {
  /// Reports a panic that the code at `origin` raises. What follows is unwinding, unless the panic
  /// came out of unwinding or the function does not unwind: then the process ends here.
  func raise(
    _ kind: PanicKind, _ message: [UInt8], at origin: PanicOrigin
  ) {
    var panic = Panic(kind: kind, message: message, file: "", line: 0, column: 0)
    if let place = place(of: origin) {
      (panic.file, panic.line, panic.column) = (place.file, place.line, place.column)
    }
    noteTrace(origin)
    lastPanic = panic
    guard reportsPanics else { return }
    if let runtime {
      runtime.report(panic)
    } else {
      let text = String(decoding: message, as: UTF8.self)
      let number = kind.rawValue < 10 ? "P00\(kind.rawValue)" : "P0\(kind.rawValue)"
      let place =
        panic.file.isEmpty ? "" : "at \(panic.file):\(panic.line):\(panic.column)\n"
      writeError("panic: \(number) \(text)\n\(place)")
    }
    if isPanicking {
      writeError("panic in a destructor while another panic was unwinding\n")
      exit(134)
    }
    if origin.record.pointee.panicAborts { exit(runtime?.finish(101) ?? 101) }
    isPanicking = true
  }

  func raise(_ kind: PanicKind, _ message: String, at origin: PanicOrigin) {
    raise(kind, Array(message.utf8), at: origin)
  }

  /// The message at `text` (a string: pointer and length), or the kind's own.
  func raise(_ number: Int32, _ text: UnsafeMutableRawPointer?, at origin: PanicOrigin) {
    let kind = PanicKind(rawValue: UInt32(number)) ?? .assertion
    var message: [UInt8] = []
    if let text, let bytes = text.loadUnaligned(as: UnsafePointer<UInt8>?.self) {
      let count = text.loadUnaligned(fromByteOffset: 8, as: Int64.self)
      message = [UInt8](UnsafeBufferPointer(start: bytes, count: Int(max(count, 0))))
    }
    if message.isEmpty { message = Array(kind.defaultMessage.utf8) }
    raise(kind, message, at: origin)
  }

  func raise(_ fault: ArithmeticFault, at origin: PanicOrigin) {
    switch fault {
    case .none: break
    case .overflow: raise(.overflow, "integer overflow", at: origin)
    case .division: raise(.division, "division by zero", at: origin)
    case .shift(let amount, let bits):
      raise(
        .overflow, "shift by \(amount) of an integer of \(bits) bits", at: origin)
    }
  }

  /// P011 with the declaration of the function that overflowed; the process's status.
  func reportStackOverflow() -> Int32 {
    runtime?.flush()
    var place = ""
    if let record = overflowing?.pointee, record.function >= 0 {
      let function = module.functions[record.function]
      if function.file != UInt32.max {
        place = "at \(module.files[Int(function.file)]):\(function.baseLine):1\n"
      }
    }
    writeError("panic: P011 stack overflow\n" + place)
    return 134
  }

  func writeError(_ text: String) {
    var text = text
    text.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
  }
}

extension Interpreter {
  /// The address of a place as the runtime describes it (`janus_place`): the file's bytes and their
  /// count, line, column. It lives as long as the interpreter.
  func panicPlace(_ function: MIRFunction, _ location: MIRLocation) -> Int64 {
    guard function.file != UInt32.max else { return 0 }
    let file = Array(module.files[Int(function.file)].utf8)
    let place = immortal(count: 24)
    place.storeBytes(of: text(file), as: UnsafeMutablePointer<UInt8>.self)
    place.storeBytes(of: Int64(file.count), toByteOffset: 8, as: Int64.self)
    place.storeBytes(of: location.line &+ function.baseLine, toByteOffset: 16, as: Int32.self)
    place.storeBytes(of: location.column, toByteOffset: 20, as: Int32.self)
    return Int64(Int(bitPattern: place))
  }
}

extension Interpreter {
  /// Remembers where an evaluation stops: the code and the calls that led to it, innermost first.
  func noteTrace(_ origin: PanicOrigin) {
    guard !reportsPanics, trace.isEmpty else { return }
    if let place = place(of: origin) { trace.append(place) }
    for depth in (max(origin.depth - 20, 0)..<origin.depth).reversed() {
      let call = stack.calls[depth]
      let caller = PanicOrigin(call.code, call.record, call.frame, depth)
      if let place = place(of: caller) { trace.append(place) }
    }
  }

  /// The place that a panic at `origin` names; nil in code that the compiler made.
  func place(of origin: PanicOrigin) -> SourcePlace? {
    let record = origin.record.pointee
    if record.placeOffset >= 0 {
      let address = origin.frame.load(
        fromByteOffset: Int(record.placeOffset), as: UnsafeRawPointer?.self)
      return address.flatMap(SourcePlace.init)
    }
    guard let start = record.code, let sites = record.sites, record.function >= 0 else {
      return nil
    }
    let site = sites[origin.code - start]
    let file = module.functions[record.function].file
    guard file != UInt32.max, site.line > 0 else { return nil }
    return SourcePlace(file: module.files[Int(file)], line: site.line, column: site.column)
  }
}

extension SourcePlace {
  /// What `panicPlace` made, here or in compiled code.
  fileprivate init?(_ address: UnsafeRawPointer) {
    guard let bytes = address.load(as: UnsafePointer<UInt8>?.self) else { return nil }
    let count = Int(address.load(fromByteOffset: 8, as: Int64.self))
    file = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    line = address.load(fromByteOffset: 16, as: Int32.self)
    column = address.load(fromByteOffset: 20, as: Int32.self)
  }
}
