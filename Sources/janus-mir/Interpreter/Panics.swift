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

extension Interpreter {
  /// Reports a panic that `code` of `record` raises. What follows is unwinding, unless the panic
  /// came out of unwinding or the function does not unwind: then the process ends here.
  func raise(
    _ kind: PanicKind, _ message: [UInt8], at code: UnsafeMutablePointer<Code>,
    of record: UnsafeMutablePointer<FunctionRecord>, _ frame: UnsafeMutableRawPointer
  ) {
    var panic = Panic(kind: kind, message: message, file: "", line: 0, column: 0)
    if record.pointee.placeOffset >= 0 {
      let offset = Int(record.pointee.placeOffset)
      panic.name(frame.load(fromByteOffset: offset, as: UnsafeRawPointer?.self))
    } else if let start = record.pointee.code, let sites = record.pointee.sites {
      let site = sites[code - start]
      let file = module.functions[record.pointee.function].file
      if file != UInt32.max, site.line > 0 {
        (panic.file, panic.line, panic.column) = (module.files[Int(file)], site.line, site.column)
      }
    }
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
    if record.pointee.panicAborts { exit(runtime?.finish(101) ?? 101) }
    isPanicking = true
  }

  func raise(
    _ kind: PanicKind, _ message: String, at code: UnsafeMutablePointer<Code>,
    of record: UnsafeMutablePointer<FunctionRecord>, _ frame: UnsafeMutableRawPointer
  ) {
    raise(kind, Array(message.utf8), at: code, of: record, frame)
  }

  /// The message at `text` (a string: pointer and length), or the kind's own.
  func raise(
    _ number: Int32, _ text: UnsafeMutableRawPointer?, at code: UnsafeMutablePointer<Code>,
    of record: UnsafeMutablePointer<FunctionRecord>, _ frame: UnsafeMutableRawPointer
  ) {
    let kind = PanicKind(rawValue: UInt32(number)) ?? .assertion
    var message: [UInt8] = []
    if let text, let bytes = text.loadUnaligned(as: UnsafePointer<UInt8>?.self) {
      let count = text.loadUnaligned(fromByteOffset: 8, as: Int64.self)
      message = [UInt8](UnsafeBufferPointer(start: bytes, count: Int(max(count, 0))))
    }
    if message.isEmpty { message = Array(kind.defaultMessage.utf8) }
    raise(kind, message, at: code, of: record, frame)
  }

  func raise(
    _ fault: ArithmeticFault, at code: UnsafeMutablePointer<Code>,
    of record: UnsafeMutablePointer<FunctionRecord>, _ frame: UnsafeMutableRawPointer
  ) {
    switch fault {
    case .none: break
    case .overflow: raise(.overflow, "integer overflow", at: code, of: record, frame)
    case .division: raise(.division, "division by zero", at: code, of: record, frame)
    case .shift(let amount, let bits):
      raise(
        .overflow, "shift by \(amount) of an integer of \(bits) bits", at: code, of: record, frame)
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

  private func writeError(_ text: String) {
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

extension Panic {
  /// Takes the place from what `panicPlace` made, here or in compiled code.
  fileprivate mutating func name(_ place: UnsafeRawPointer?) {
    guard let place, let bytes = place.load(as: UnsafePointer<UInt8>?.self) else { return }
    let count = Int(place.load(fromByteOffset: 8, as: Int64.self))
    file = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    line = place.load(fromByteOffset: 16, as: Int32.self)
    column = place.load(fromByteOffset: 20, as: Int32.self)
  }
}
