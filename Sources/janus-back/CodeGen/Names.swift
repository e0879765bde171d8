// Short names for LLVM's C API as Swift sees it.
import CLLVM

typealias Value = LLVMValueRef
typealias LLVMBlock = LLVMBasicBlockRef

/// The empty name: values of generated code have none.
nonisolated(unsafe) let unnamed: UnsafePointer<CChar> =
  UnsafeRawPointer(("" as StaticString).utf8Start).assumingMemoryBound(to: CChar.self)

/// Takes ownership of a message of LLVM.
func takeMessage(_ message: UnsafeMutablePointer<CChar>?) -> String {
  guard let message else { return "" }
  defer { LLVMDisposeMessage(message) }
  return String(cString: message)
}

/// Takes ownership of an error of LLVM and gives its text.
func takeError(_ error: LLVMErrorRef) -> String {
  guard let message = LLVMGetErrorMessage(error) else { return "" }
  defer { LLVMDisposeErrorMessage(message) }
  return String(cString: message)
}
