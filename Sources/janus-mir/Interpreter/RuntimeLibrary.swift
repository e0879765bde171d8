// The C runtime as a shared object: opening it, finding its functions, and calling them through
// libffi with arguments that already stand in the callee's slots.
import CFFI
import MIR

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A C function, prepared for libffi.
struct ForeignFunction {
  var address: UnsafeMutableRawPointer
  var interface: UnsafeMutablePointer<ffi_cif>
  var argumentCount: Int
  /// Other threads may run meanwhile.
  var mayWait = false
}

final class RuntimeLibrary {
  enum Opening {
    case opened(RuntimeLibrary)
    case failed(String)
  }

  private let handle: UnsafeMutableRawPointer
  private let mathLibrary: UnsafeMutableRawPointer?
  /// The program's arguments as C has them; they live as long as the library.
  private var arguments: [UnsafeMutablePointer<CChar>?] = []

  private init(_ handle: UnsafeMutableRawPointer) {
    self.handle = handle
    mathLibrary = dlopen("libm.so.6", RTLD_LAZY)
  }

  static func open(_ path: String) -> Opening {
    guard let handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
      return .failed(dlerror().map { String(cString: $0) } ?? "`\(path)` does not open")
    }
    return .opened(RuntimeLibrary(handle))
  }

  func symbol(_ name: String) -> UnsafeMutableRawPointer? {
    dlsym(handle, name) ?? mathLibrary.flatMap { dlsym($0, name) } ?? dlsym(nil, name)
  }

  /// `janus_start`: arguments, allocator, handlers.
  func start(_ list: [String]) {
    arguments = list.map { strdup($0) } + [nil]
    guard let address = symbol("janus_start") else { return }
    typealias Start =
      @convention(c) (Int32, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Void
    let start = unsafeBitCast(address, to: Start.self)
    let memory = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: arguments.count)
    memory.initialize(from: arguments, count: arguments.count)
    start(Int32(list.count), memory)
  }

  /// `janus_finish`: output, leak report; the exit status.
  func finish(_ status: Int32) -> Int32 {
    guard let address = symbol("janus_finish") else { return status }
    return unsafeBitCast(address, to: (@convention(c) (Int32) -> Int32).self)(status)
  }

  func flush() {
    guard let address = symbol("janus_flush") else { return }
    _ = unsafeBitCast(address, to: (@convention(c) () -> Int64).self)()
  }

  /// `janus_panic_report`: the message and the place on standard error.
  func report(_ panic: Panic) {
    guard let address = symbol("janus_panic_report") else { return }
    typealias Report =
      @convention(c) (Int32, UnsafePointer<UInt8>?, Int64, UnsafeRawPointer?) -> Void
    let report = unsafeBitCast(address, to: Report.self)
    let code = Int32(panic.kind.rawValue)
    var file = panic.file
    file.withUTF8 { path in
      panic.message.withUnsafeBufferPointer { message in
        let place = (
          path.baseAddress, Int64(path.count), UInt32(bitPattern: panic.line),
          UInt32(bitPattern: panic.column)
        )
        withUnsafeBytes(of: place) {
          report(
            code, message.baseAddress, Int64(message.count),
            path.isEmpty ? nil : $0.baseAddress)
        }
      }
    }
  }
}

/// The libffi description of a C function with these parameters; lives for the whole run.
func prepareForeign(
  _ address: UnsafeMutableRawPointer, _ signature: MIRSignature, _ shapes: MIRShapes
) -> ForeignFunction? {
  let count = signature.parameters.count
  let types = UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>.allocate(
    capacity: max(count, 1))
  for (i, parameter) in signature.parameters.enumerated() {
    guard let type = foreignType(shapes[parameter.type]) else { return nil }
    types[i] = parameter.mode == .inout ? janus_ffi_type(Int32(JANUS_FFI_POINTER)) : type
  }
  let result = shapes[signature.result]
  let resultType = result.isScalar ? foreignType(result) : janus_ffi_type(Int32(JANUS_FFI_VOID))
  let interface = UnsafeMutablePointer<ffi_cif>.allocate(capacity: 1)
  guard
    ffi_prep_cif(interface, FFI_DEFAULT_ABI, UInt32(count), resultType, types) == FFI_OK
  else { return nil }
  return ForeignFunction(address: address, interface: interface, argumentCount: count)
}

private func foreignType(_ shape: MIRShape) -> UnsafeMutablePointer<ffi_type>? {
  guard shape.isScalar else { return nil }
  let kind: Int
  switch ScalarKind(shape) {
  case .i8: kind = JANUS_FFI_I8
  case .i16: kind = JANUS_FFI_I16
  case .i32: kind = JANUS_FFI_I32
  case .i64: kind = JANUS_FFI_I64
  case .u8: kind = JANUS_FFI_U8
  case .u16: kind = JANUS_FFI_U16
  case .u32: kind = JANUS_FFI_U32
  case .u64: kind = shape.kind == .pointer ? JANUS_FFI_POINTER : JANUS_FFI_U64
  case .f32: kind = JANUS_FFI_F32
  case .f64: kind = JANUS_FFI_F64
  case .i128, .u128: return nil
  }
  return janus_ffi_type(Int32(kind))
}

/// Calls `function` with the arguments in the slots behind `frame`; the result goes to slot 0.
func callForeign(_ function: ForeignFunction, _ frame: UnsafeMutableRawPointer) {
  withUnsafeTemporaryAllocation(
    of: UnsafeMutableRawPointer?.self, capacity: max(function.argumentCount, 1)
  ) { values in
    for i in 0..<function.argumentCount {
      values[i] = frame + (i + 1) * Int(slotSize)
    }
    ffi_call(
      function.interface, unsafeBitCast(function.address, to: (@convention(c) () -> Void).self),
      frame, values.baseAddress)
  }
}
