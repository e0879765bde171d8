// One LLVM module in the making: the tables that its functions share, and the order of emission.
// Reads: a MIR module and which of its functions to define. Produces: an LLVM module.
// Assumes: the MIR module passed `checkModule`.
import Base
import CLLVM
import MIR

/// How code is generated.
public struct CodeGenOptions: Sendable {
  public enum Mode: Sendable { case dev, release }
  public var mode: Mode
  /// Lines, variables and types for debuggers.
  public var debugInfo: Bool
  /// A table from functions to places, for code that no file has debug information about.
  public var functionTable: Bool

  public init(mode: Mode, debugInfo: Bool = true, functionTable: Bool = false) {
    self.mode = mode
    self.debugInfo = debugInfo
    self.functionTable = functionTable
  }
}

final class ModuleEmitter {
  let mir: MIRModule
  let shapes: TypeShapes
  let options: CodeGenOptions
  let context: LLVMContextRef
  let module: LLVMModuleRef
  let builder: LLVMBuilderRef
  /// Stands at the end of the allocas of the function being emitted.
  let allocaBuilder: LLVMBuilderRef
  let types: BasicTypes
  let attributes: Attributes
  var debug: DebugInfo?

  var callShapes: ContiguousArray<CallShape?>
  var valueCallShapes: [SignatureID: CallShape] = [:]
  var functionValues: ContiguousArray<Value?>
  var staticValues: ContiguousArray<Value?>
  /// Constants as scalar values, and as read-only globals.
  var constantValues: ContiguousArray<Value?>
  var constantGlobals: ContiguousArray<Value?>
  var constantBytes: ContiguousArray<Value?>
  var fileNames: [UInt32: Value] = [:]
  var panicPlaces: [PanicPlace: Value] = [:]
  var intrinsics: [IntrinsicKey: Intrinsic] = [:]
  var runtimeEntries: ContiguousArray<RuntimeFunction?>
  var personality: Value?
  /// What is known of a bool's byte: 0 or 1.
  let rangeKind: UInt32
  let boolRange: Value

  init(
    _ mir: MIRModule, shapes: TypeShapes, options: CodeGenOptions,
    in context: LLVMContextRef, for machine: TargetMachine
  ) {
    self.mir = mir
    self.shapes = shapes
    self.options = options
    self.context = context
    module = LLVMModuleCreateWithNameInContext("janus", context)
    builder = LLVMCreateBuilderInContext(context)
    allocaBuilder = LLVMCreateBuilderInContext(context)
    types = BasicTypes(context)
    attributes = Attributes(context)
    callShapes = ContiguousArray(repeating: nil, count: mir.signatures.count)
    functionValues = ContiguousArray(repeating: nil, count: mir.functionRefs.count)
    staticValues = ContiguousArray(repeating: nil, count: mir.statics.count)
    constantValues = ContiguousArray(repeating: nil, count: mir.constants.count)
    constantGlobals = constantValues
    constantBytes = constantValues
    runtimeEntries = ContiguousArray(repeating: nil, count: RuntimeEntry.allCases.count)
    rangeKind = LLVMGetMDKindIDInContext(context, "range", 5)
    var bounds: [LLVMMetadataRef?] = [0, 2].map {
      LLVMValueAsMetadata(LLVMConstInt(LLVMInt8TypeInContext(context), $0, 0))
    }
    boolRange = LLVMMetadataAsValue(context, LLVMMDNodeInContext2(context, &bounds, 2))
    machine.prepare(module)
  }

  deinit {
    LLVMDisposeBuilder(builder)
    LLVMDisposeBuilder(allocaBuilder)
  }

  /// Defines the functions of `range`, and everything they need that has no home of its own.
  func emit(_ range: Range<Int>) {
    if options.debugInfo { debug = DebugInfo(self, firstFile: firstFile(of: range)) }
    let emitter = FunctionEmitter(self)
    for index in range { emitter.emit(mir.functions[index]) }
    if range.contains(where: { mir.functions[$0].symbol == mir.entry }) { emitEntryName() }
    if options.functionTable { emitFunctionTable(range) }
    debug?.finish()
  }

  private func firstFile(of range: Range<Int>) -> String {
    let file = range.lazy.map { self.mir.functions[$0].file }.first { $0 != UInt32.max }
    return file.map { mir.files[Int($0)] } ?? "janus"
  }

  /// The C start of the program calls the entry by this name.
  private func emitEntryName() {
    guard mir.entry != entrySymbol, let entry = LLVMGetNamedFunction(module, mir.entry) else {
      return
    }
    LLVMAddAlias2(module, LLVMGlobalGetValueType(entry), 0, entry, entrySymbol)
  }

  /// Several objects may hold the same definition; the linker keeps one, and its section can go
  /// when nothing refers to it.
  func makeMergeable(_ global: Value, symbol: String) {
    LLVMSetLinkage(global, LLVMWeakODRLinkage)
    let comdat = LLVMGetOrInsertComdat(module, symbol)
    LLVMSetComdatSelectionKind(comdat, LLVMAnyComdatSelectionKind)
    LLVMSetComdat(global, comdat)
  }
}

/// The table of functions and places that `CodeGenOptions.functionTable` asks for: a count, then
/// pairs of a code address and a place.
public let functionTableSymbol = "janus_function_table"

/// The symbol that the runtime's start calls.
public let entrySymbol = "janus_main"
