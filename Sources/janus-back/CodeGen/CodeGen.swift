// The back end's entry: MIR modules to objects.
import Base
import CLLVM
import MIR

/// Generates code for one MIR module, in one or several LLVM modules.
public final class CodeGenerator {
  let mir: MIRModule
  let shapes: TypeShapes
  let options: CodeGenOptions
  public let context: LLVMContextRef
  private let ownsContext: Bool
  let machine: TargetMachine

  /// - Precondition: `module` passed `checkModule`.
  public init(
    _ module: MIRModule, _ options: CodeGenOptions, in context: LLVMContextRef? = nil
  ) throws {
    mir = module
    shapes = TypeShapes(module)
    self.options = options
    machine = try TargetMachine(options.mode)
    self.context = context ?? LLVMContextCreate()
    ownsContext = context == nil
  }

  deinit { if ownsContext { LLVMContextDispose(context) } }

  /// The code generation units that `object(unit:)` takes.
  public var units: [Range<Int>] { mir.codeGenerationUnits }

  /// One LLVM module with the functions of `range` defined. The caller owns it.
  public func module(_ range: Range<Int>) throws -> LLVMModuleRef {
    let emitter = ModuleEmitter(
      mir, shapes: shapes, options: options, in: context, for: machine)
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

  /// The whole program as one optimised module; the runtime's bitcode is merged in when given.
  public func optimisedModule(runtimeBitcode: String?) throws -> LLVMModuleRef {
    let module = try module(0..<mir.functions.count)
    do {
      try optimise(module, runtimeBitcode: runtimeBitcode)
    } catch {
      LLVMDisposeModule(module)
      throw error
    }
    return module
  }

  /// Writes a module of this generator, which is used up.
  public func write(_ module: LLVMModuleRef, as kind: OutputKind, to path: String) throws {
    defer { LLVMDisposeModule(module) }
    let buffer = try machine.write(module, as: kind)
    defer { LLVMDisposeMemoryBuffer(buffer) }
    try writeFile(buffer, to: path)
  }

  /// Writes the functions of `range`, as one development object or its text, to `path`.
  public func write(_ range: Range<Int>, as kind: OutputKind, to path: String) throws {
    try write(try module(range), as: kind, to: path)
  }
}
