// Release builds: the whole program as one module, with the runtime's bitcode merged in, nothing
// but the start visible from outside, and LLVM's standard pipeline over it.
// Reads: the program's LLVM module and the runtime's bitcode. Produces: the same module, optimised.
import CLLVM
import MIR

extension CodeGenerator {
  func optimise(_ module: LLVMModuleRef, runtimeBitcode: String?) throws {
    var roots: Set<String> = [entrySymbol]
    if let runtimeBitcode {
      try merge(runtimeBitcode, into: module)
      roots = ["main"]
    }
    for function in mir.functions where function.attributes.contains(.exported) {
      roots.insert(function.symbol)
    }
    if mir.entry.isEmpty { roots.formUnion(mir.functions.lazy.map(\.symbol)) }
    internalise(module, keeping: roots)
    try runPasses("default<O3>", on: module)
  }

  private func merge(_ path: String, into module: LLVMModuleRef) throws {
    var buffer: LLVMMemoryBufferRef?
    var message: UnsafeMutablePointer<CChar>?
    guard LLVMCreateMemoryBufferWithContentsOfFile(path, &buffer, &message) == 0, let buffer else {
      throw RuntimeBitcodeFailure(path: path, reason: takeMessage(message))
    }
    defer { LLVMDisposeMemoryBuffer(buffer) }
    var runtime: LLVMModuleRef?
    guard LLVMParseBitcodeInContext2(context, buffer, &runtime) == 0, let runtime else {
      throw RuntimeBitcodeFailure(path: path, reason: "it is not bitcode of LLVM 19")
    }
    machine.prepare(runtime)
    guard LLVMLinkModules2(module, runtime) == 0 else {
      throw RuntimeBitcodeFailure(path: path, reason: "it does not fit the program")
    }
  }

  /// Makes every definition private to the module, so that what is inlined or unused goes away.
  private func internalise(_ module: LLVMModuleRef, keeping roots: Set<String>) {
    var function = LLVMGetFirstFunction(module)
    while let value = function {
      makeInternal(value, unlessIn: roots)
      function = LLVMGetNextFunction(value)
    }
    var global = LLVMGetFirstGlobal(module)
    while let value = global {
      makeInternal(value, unlessIn: roots)
      global = LLVMGetNextGlobal(value)
    }
    var alias = LLVMGetFirstGlobalAlias(module)
    while let value = alias {
      if !roots.contains(name(of: value)) { LLVMSetLinkage(value, LLVMInternalLinkage) }
      alias = LLVMGetNextGlobalAlias(value)
    }
  }

  private func makeInternal(_ value: Value, unlessIn roots: Set<String>) {
    guard LLVMIsDeclaration(value) == 0, LLVMGetLinkage(value) != LLVMPrivateLinkage else { return }
    let name = name(of: value)
    if name.hasPrefix("llvm.") { return }
    LLVMSetComdat(value, nil)
    if roots.contains(name) {
      LLVMSetLinkage(value, LLVMExternalLinkage)
      LLVMSetVisibility(value, LLVMDefaultVisibility)
    } else {
      LLVMSetVisibility(value, LLVMDefaultVisibility)
      LLVMSetLinkage(value, LLVMInternalLinkage)
    }
  }

  private func name(of value: Value) -> String {
    var length = 0
    guard let start = LLVMGetValueName2(value, &length) else { return "" }
    return String(
      decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
  }

  private func runPasses(_ passes: String, on module: LLVMModuleRef) throws {
    let options = LLVMCreatePassBuilderOptions()
    defer { LLVMDisposePassBuilderOptions(options) }
    LLVMPassBuilderOptionsSetLoopVectorization(options, 1)
    LLVMPassBuilderOptionsSetLoopInterleaving(options, 1)
    LLVMPassBuilderOptionsSetSLPVectorization(options, 1)
    LLVMPassBuilderOptionsSetLoopUnrolling(options, 1)
    if let error = LLVMRunPasses(module, passes, machine.machine, options) {
      throw BackEndFailure("the optimiser stopped: " + takeError(error))
    }
  }
}

/// The runtime's bitcode could not be used.
public struct RuntimeBitcodeFailure: Error {
  public var path: String
  public var reason: String
}
