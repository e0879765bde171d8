// DWARF: functions, lines and variables. In release builds lines only.
import Base
import CLLVM
import MIR

final class DebugInfo {
  unowned let parent: ModuleEmitter
  let builder: LLVMDIBuilderRef
  let unit: LLVMMetadataRef
  /// Variables and types too, not only lines.
  let describesVariables: Bool
  private var files: [UInt32: LLVMMetadataRef] = [:]
  private var functionTypes: [SignatureID: LLVMMetadataRef] = [:]
  var typeNodes: ContiguousArray<LLVMMetadataRef?>
  /// How many types stand around the one being described.
  var nesting = 0
  private let plainExpression: LLVMMetadataRef
  private let pointerExpression: LLVMMetadataRef
  private let anyFunctionType: LLVMMetadataRef
  /// Of the function being emitted.
  private var scope: LLVMMetadataRef?
  private var scopeFile: LLVMMetadataRef
  private var baseLine: Int32 = 0
  private var hasSource = false
  private let unitFile: LLVMMetadataRef

  /// The debugger finds sources relative to where it runs: paths are as users wrote them.
  private static let directory = "."

  /// The unit is named after the first file in it: what the rest of the module holds must not show.
  init(_ parent: ModuleEmitter, firstFile: String) {
    self.parent = parent
    describesVariables = parent.options.mode == .dev
    builder = LLVMCreateDIBuilder(parent.module)
    LLVMSetIsNewDbgInfoFormat(parent.module, 1)
    DebugInfo.addModuleFlags(parent)
    unitFile = LLVMDIBuilderCreateFile(
      builder, firstFile, firstFile.utf8.count, DebugInfo.directory, DebugInfo.directory.utf8.count)
    scopeFile = unitFile
    unit = LLVMDIBuilderCreateCompileUnit(
      builder, LLVMDWARFSourceLanguageC11, unitFile, "janus-back", 10,
      parent.options.mode == .release ? 1 : 0, "", 0, 0, "", 0,
      describesVariables ? LLVMDWARFEmissionFull : LLVMDWARFEmissionLineTablesOnly,
      0, 0, 0, "", 0, "", 0)
    typeNodes = ContiguousArray(repeating: nil, count: parent.mir.types.count)
    plainExpression = LLVMDIBuilderCreateExpression(builder, nil, 0)
    var dereference: [UInt64] = [0x06]  // DW_OP_deref
    pointerExpression = LLVMDIBuilderCreateExpression(builder, &dereference, 1)
    anyFunctionType = LLVMDIBuilderCreateSubroutineType(
      builder, unitFile, nil, 0, LLVMDIFlagZero)
  }

  deinit { LLVMDisposeDIBuilder(builder) }

  private static func addModuleFlags(_ parent: ModuleEmitter) {
    func add(_ name: String, _ value: UInt32) {
      LLVMAddModuleFlag(
        parent.module, LLVMModuleFlagBehaviorWarning, name, name.utf8.count,
        LLVMValueAsMetadata(LLVMConstInt(parent.types.i32, UInt64(value), 0)))
    }
    add("Debug Info Version", LLVMDebugMetadataVersion())
    add("Dwarf Version", 4)
  }

  func finish() { LLVMDIBuilderFinalize(builder) }

  func file(_ index: UInt32) -> LLVMMetadataRef {
    guard Int(index) < parent.mir.files.count else { return unitFile }
    if let known = files[index] { return known }
    let path = parent.mir.files[Int(index)]
    let made = LLVMDIBuilderCreateFile(
      builder, path, path.utf8.count, DebugInfo.directory, DebugInfo.directory.utf8.count)!
    files[index] = made
    return made
  }

  // MARK: Functions

  func begin(_ function: MIRFunction, _ value: Value) {
    scopeFile = file(function.file)
    baseLine = function.baseLine
    hasSource = function.file != UInt32.max
    // Line 0: code that stands in no file.
    let line = hasSource ? UInt32(max(function.baseLine, 0)) : 0
    let flags = hasSource ? LLVMDIFlagZero : LLVMDIFlagArtificial
    let name = function.displayName
    // Without the symbol: given one, debuggers know C functions by nothing else.
    let made = LLVMDIBuilderCreateFunction(
      builder, unit, name, name.utf8.count, "", 0, scopeFile, line,
      functionType(function.signature), 0, 1, line, flags, describesVariables ? 0 : 1)!
    LLVMSetSubprogram(value, made)
    scope = made
    // What stores the parameters has no line: breakpoints on the function stand behind it.
    LLVMSetCurrentDebugLocation2(parent.builder, nil)
  }

  func end() {
    if let scope { LLVMDIBuilderFinalizeSubprogram(builder, scope) }
    scope = nil
    LLVMSetCurrentDebugLocation2(parent.builder, nil)
  }

  func setLocation(_ location: MIRLocation) {
    guard hasSource else { return setLine(0, 0) }
    setLine(UInt32(max(baseLine &+ location.line, 0)), UInt32(max(location.column, 0)))
  }

  private func setLine(_ line: UInt32, _ column: UInt32) {
    LLVMSetCurrentDebugLocation2(
      parent.builder,
      LLVMDIBuilderCreateDebugLocation(parent.context, line, column, scope, nil))
  }

  private func functionType(_ signature: SignatureID) -> LLVMMetadataRef {
    guard describesVariables else { return anyFunctionType }
    if let known = functionTypes[signature] { return known }
    let info = parent.mir.signatures[signature]
    var parts: [LLVMMetadataRef?] = [type(info.result)]
    for parameter in info.parameters { parts.append(type(parameter.type)) }
    let made = LLVMDIBuilderCreateSubroutineType(
      builder, unitFile, &parts, UInt32(parts.count), LLVMDIFlagZero)!
    functionTypes[signature] = made
    return made
  }

  // MARK: Variables

  /// A named local whose bytes, or the address of whose bytes, are in `storage`.
  func declare(
    _ local: Local, storage: Value, argument: Int? = nil, throughPointer: Bool = false,
    _ emitter: FunctionEmitter
  ) {
    guard describesVariables, !local.name.isEmpty, let scope else { return }
    // A variable without bytes (a payload of type `void`) has no type that LLVM could describe.
    guard let node = type(local.type) else { return }
    let line = UInt32(max(baseLine &+ local.location.line, 0))
    let name = local.name
    let variable: LLVMMetadataRef
    if let argument {
      variable = LLVMDIBuilderCreateParameterVariable(
        builder, scope, name, name.utf8.count, UInt32(argument), scopeFile, line, node, 0,
        LLVMDIFlagZero)
    } else {
      variable = LLVMDIBuilderCreateAutoVariable(
        builder, scope, name, name.utf8.count, scopeFile, line, node, 0, LLVMDIFlagZero, 0)
    }
    let position = LLVMDIBuilderCreateDebugLocation(
      parent.context, line, UInt32(max(local.location.column, 0)), scope, nil)
    _ = LLVMDIBuilderInsertDeclareRecordAtEnd(
      builder, storage, variable, throughPointer ? pointerExpression : plainExpression, position,
      emitter.entryBlock)
  }

  func declare(_ variable: StaticVariable, _ global: Value) {
    guard describesVariables else { return }
    let name = variable.displayName
    let node = LLVMDIBuilderCreateGlobalVariableExpression(
      builder, unit, name, name.utf8.count, variable.symbol, variable.symbol.utf8.count, unitFile,
      0, type(variable.type), 0, plainExpression, nil, 0)
    LLVMGlobalSetMetadata(global, LLVMGetMDKindIDInContext(parent.context, "dbg", 3), node)
  }
}
