// LLVM's target machine: which processor, how much effort, and the way from a module to an object.
import CLLVM
import Glibc

/// What the back end writes.
public enum OutputKind: String, CaseIterable, Sendable {
  case obj, llvm, asm, bc
}

/// A failure inside LLVM: our mistake, not the user's.
public struct BackEndFailure: Error {
  public var message: String
  public init(_ message: String) { self.message = message }
}

/// Says that LLVM gave up, and ends the process.
private func reportFatalError(_ reason: String) {
  let text = "error[E9001]: the back end stopped: LLVM gave up: \(reason)\n"
  var bytes = Array(text.utf8)
  _ = write(2, &bytes, bytes.count)
  exit(1)
}

final class TargetMachine {
  let machine: LLVMTargetMachineRef
  private let triple: UnsafeMutablePointer<CChar>
  private let layout: LLVMTargetDataRef

  init(_ mode: CodeGenOptions.Mode) throws {
    LLVMInstallFatalErrorHandler { message in
      // LLVM cannot go on; the process ends as it does for every other mistake of ours.
      let reason = message.map { String(cString: $0) } ?? "no reason given"
      reportFatalError(reason)
    }
    LLVMInitializeNativeTarget()
    LLVMInitializeNativeAsmPrinter()
    LLVMInitializeNativeAsmParser()
    triple = LLVMGetDefaultTargetTriple()
    var target: LLVMTargetRef?
    var message: UnsafeMutablePointer<CChar>?
    guard LLVMGetTargetFromTriple(triple, &target, &message) == 0 else {
      LLVMDisposeMessage(triple)
      throw BackEndFailure(takeMessage(message))
    }
    let level = mode == .dev ? LLVMCodeGenLevelNone : LLVMCodeGenLevelAggressive
    let made = LLVMCreateTargetMachine(
      target, triple, TargetMachine.processor, "", level, LLVMRelocPIC, LLVMCodeModelDefault)
    guard let made else {
      LLVMDisposeMessage(triple)
      throw BackEndFailure("LLVM has no machine for this processor")
    }
    machine = made
    layout = LLVMCreateTargetDataLayout(machine)
  }

  private var isReleased = false

  /// Gives the machine away; the caller disposes of it.
  func release() -> LLVMTargetMachineRef {
    isReleased = true
    return machine
  }

  deinit {
    LLVMDisposeTargetData(layout)
    if !isReleased { LLVMDisposeTargetMachine(machine) }
    LLVMDisposeMessage(triple)
  }

  /// The least processor that programs run on.
  private static var processor: String {
    #if arch(x86_64)
      "x86-64"
    #else
      "generic"
    #endif
  }

  func prepare(_ module: LLVMModuleRef) {
    LLVMSetTarget(module, triple)
    LLVMSetModuleDataLayout(module, layout)
  }

  /// The finished module in the form asked for.
  func write(_ module: LLVMModuleRef, as kind: OutputKind) throws -> LLVMMemoryBufferRef {
    switch kind {
    case .llvm:
      let text = LLVMPrintModuleToString(module)!
      defer { LLVMDisposeMessage(text) }
      var length = 0
      while text[length] != 0 { length += 1 }
      return LLVMCreateMemoryBufferWithMemoryRangeCopy(text, length, "module")
    case .bc: return LLVMWriteBitcodeToMemoryBuffer(module)
    case .obj, .asm:
      var buffer: LLVMMemoryBufferRef?
      var message: UnsafeMutablePointer<CChar>?
      let file = kind == .obj ? LLVMObjectFile : LLVMAssemblyFile
      guard
        LLVMTargetMachineEmitToMemoryBuffer(machine, module, file, &message, &buffer) == 0,
        let buffer
      else { throw BackEndFailure(takeMessage(message)) }
      return buffer
    }
  }
}

extension CodeGenerator {
  /// A description of this generator's machine, for LLVM's JIT, which takes it over.
  public func machineForJIT() -> LLVMOrcJITTargetMachineBuilderRef? {
    guard let own = try? TargetMachine(options.mode) else { return nil }
    return LLVMOrcJITTargetMachineBuilderCreateFromTargetMachine(own.release())
  }
}
