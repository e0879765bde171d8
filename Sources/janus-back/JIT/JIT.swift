// Runs a program in this process: LLVM's just-in-time linker, the runtime's shared object.
// Reads: a MIR module with an entry. Produces: the program's exit status.
import CLLVM
import CodeGen
import Glibc
import MIR

/// Why a program could not be started.
public enum JITFailure: Error {
  /// The runtime's shared object cannot be opened.
  case runtime(path: String, reason: String)
  /// LLVM refused; our mistake, not the user's.
  case internalError(String)
}

private typealias Entry = @convention(c) () -> Int32
private typealias NoteFunctions = @convention(c) (UnsafeRawPointer?) -> Void
private typealias RunMain =
  @convention(c) (Int32, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, Entry?) -> Int32

/// Compiles `module` and runs its entry under the runtime at `runtime`, so that panics are reported
/// and the exit status is the program's. `arguments` starts with the program's name.
public func runProgram(
  _ module: MIRModule, _ options: CodeGenOptions, runtime: String, arguments: [String]
) throws -> Int32 {
  guard let library = dlopen(runtime, RTLD_NOW | RTLD_GLOBAL) else {
    throw JITFailure.runtime(path: runtime, reason: String(cString: dlerror()))
  }
  guard let runMain = dlsym(library, "janus_run_main") else {
    throw JITFailure.runtime(path: runtime, reason: "it has no `janus_run_main`")
  }
  let session = try Session(module, options)
  let address = try session.address(of: entrySymbol)
  if options.functionTable, let note = dlsym(library, "janus_note_functions") {
    let table = UnsafeRawPointer(bitPattern: UInt(try session.address(of: functionTableSymbol)))
    unsafeBitCast(note, to: NoteFunctions.self)(table)
  }
  var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  let start = unsafeBitCast(runMain, to: RunMain.self)
  let entry = unsafeBitCast(UInt(address), to: Entry.self)
  // The code stays loaded until the process ends: finishers may still call it.
  return withExtendedLifetime(session) { start(Int32(arguments.count), &words, entry) }
}

/// One LLJIT instance with one module.
private final class Session {
  private let jit: LLVMOrcLLJITRef

  init(_ module: MIRModule, _ options: CodeGenOptions) throws {
    let threadSafe = LLVMOrcCreateNewThreadSafeContext()
    defer { LLVMOrcDisposeThreadSafeContext(threadSafe) }
    let generator = try CodeGenerator(
      module, options, in: LLVMOrcThreadSafeContextGetContext(threadSafe))
    var made: LLVMOrcLLJITRef?
    let builder = LLVMOrcCreateLLJITBuilder()
    LLVMOrcLLJITBuilderSetJITTargetMachineBuilder(builder, generator.machineForJIT())
    try Session.check(LLVMOrcCreateLLJIT(&made, builder))
    guard let made else { throw JITFailure.internalError("LLVM made no JIT") }
    jit = made
    try addProcessSymbols()
    let code =
      options.mode == .release
      ? try generator.optimisedModule(runtimeBitcode: nil)
      : try generator.module(0..<module.functions.count)
    try Session.check(
      LLVMOrcLLJITAddLLVMIRModule(
        jit, LLVMOrcLLJITGetMainJITDylib(jit),
        LLVMOrcCreateNewThreadSafeModule(code, threadSafe)))
  }

  /// The runtime, the unwinder and C's library, which are open in this process.
  private func addProcessSymbols() throws {
    var process: LLVMOrcDefinitionGeneratorRef?
    try Session.check(
      LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(
        &process, LLVMOrcLLJITGetGlobalPrefix(jit), nil, nil))
    LLVMOrcJITDylibAddGenerator(LLVMOrcLLJITGetMainJITDylib(jit), process)
  }

  func address(of symbol: String) throws -> UInt64 {
    var address: LLVMOrcExecutorAddress = 0
    try Session.check(LLVMOrcLLJITLookup(jit, &address, symbol))
    return address
  }

  private static func check(_ error: LLVMErrorRef?) throws {
    guard let error else { return }
    guard let message = LLVMGetErrorMessage(error) else {
      throw JITFailure.internalError("LLVM stopped without a reason")
    }
    defer { LLVMDisposeErrorMessage(message) }
    throw JITFailure.internalError(String(cString: message))
  }
}
