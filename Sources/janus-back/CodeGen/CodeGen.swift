// The back end's entry: MIR modules to objects.
import Base
import CLLVM
import MIR

/// Generates code for one MIR module, in one or several LLVM modules.
public final class CodeGenerator {
  let mir: MIRModule
  let shapes: TypeShapes
  let options: CodeGenOptions
  let context: LLVMContextRef
  let machine: TargetMachine

  /// - Precondition: `module` passed `checkModule`.
  public init(_ module: MIRModule, _ options: CodeGenOptions) throws {
    mir = module
    shapes = TypeShapes(module)
    self.options = options
    machine = try TargetMachine(options.mode)
    context = LLVMContextCreate()
  }

  deinit { LLVMContextDispose(context) }

  /// The code generation units that `object(unit:)` takes.
  public var units: [Range<Int>] { mir.codeGenerationUnits }

  /// One LLVM module with the functions of `range` defined. The caller owns it.
  func module(_ range: Range<Int>) throws -> LLVMModuleRef {
    let emitter = ModuleEmitter(
      mir, shapes: shapes, name: mir.name, options: options, in: context, for: machine)
    emitter.emit(range)
    try verify(emitter.module)
    return emitter.module
  }

  private func verify(_ module: LLVMModuleRef) throws {
    var message: UnsafeMutablePointer<CChar>?
    guard LLVMVerifyModule(module, LLVMReturnStatusAction, &message) != 0 else {
      LLVMDisposeMessage(message)
      return
    }
    LLVMDisposeModule(module)
    throw BackEndFailure("LLVM refuses the module: " + takeMessage(message))
  }

  /// Writes the functions of `range`, as one development object or its text, to `path`.
  public func write(_ range: Range<Int>, as kind: OutputKind, to path: String) throws {
    let module = try module(range)
    defer { LLVMDisposeModule(module) }
    let buffer = try machine.write(module, as: kind)
    defer { LLVMDisposeMemoryBuffer(buffer) }
    try writeFile(buffer, to: path)
  }
}
