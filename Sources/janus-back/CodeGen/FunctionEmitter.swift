// Emits one function: the state that all constructs share, the frame, and the order of blocks.
// A block is emitted when something first leads to it; a block with one way in is emitted in the
// LLVM block that leads to it, so that straight code stays one LLVM block.
import Base
import CLLVM
import MIR

/// Where a local is while its function is emitted.
enum LocalSlot {
  case nowhere
  case value(Value)
  /// The address of the local's bytes.
  case memory(Value)
  /// The address of a pointer to the local's bytes: an alias that is bound more than once.
  case indirect(Value)
}

/// A panic that is emitted after the function's ordinary blocks.
struct PendingPanic {
  var block: LLVMBlock
  var entry: RuntimeEntry
  var first: Value?
  var second: Value?
  /// For the general entry: the panic's number.
  var kind: PanicKind
  var place: Value
  var cleanup: BlockID
  var location: MIRLocation
}

/// Identifies panics that may share a block: they have no operands of their own.
struct SharedPanic: Hashable {
  var entry: RuntimeEntry
  var location: MIRLocation
  var cleanup: BlockID
}

final class FunctionEmitter {
  let parent: ModuleEmitter
  let mir: MIRModule
  let shapes: TypeShapes
  let types: BasicTypes
  let builder: LLVMBuilderRef
  let isRelease: Bool

  var function: MIRFunction
  var shape: CallShape!
  var llvm: Value!
  var plan: LocalPlan!
  var slots: ContiguousArray<LocalSlot> = []
  /// The debugger's copy of a local that is otherwise a plain value.
  var shadows: ContiguousArray<Value?> = []
  var blocks: ContiguousArray<LLVMBlock?> = []
  var landingPads: ContiguousArray<LLVMBlock?> = []
  var waiting: ContiguousArray<BlockID> = []
  var waitingPads: ContiguousArray<BlockID> = []
  var pendingPanics: [PendingPanic] = []
  var sharedPanics: [SharedPanic: LLVMBlock] = [:]
  var entryBlock: LLVMBlock!
  var lastAlloca: Value?
  var exceptionSlot: Value?
  var freeTemporaries: [TemporaryKind: [Value]] = [:]
  var usedTemporaries: [(kind: TemporaryKind, value: Value)] = []
  var lastLocation = MIRLocation.none
  /// The cleanup block of the MIR block being emitted.
  var cleanup = BlockID.none
  var location = MIRLocation.none

  init(_ parent: ModuleEmitter) {
    self.parent = parent
    mir = parent.mir
    shapes = parent.shapes
    types = parent.types
    builder = parent.builder
    isRelease = parent.options.mode == .release
    function = MIRFunction(symbol: "", displayName: "", signature: .none)
  }

  /// Defines `function` in the module.
  func emit(_ function: MIRFunction) {
    self.function = function
    shape = parent.callShape(function.signature)
    llvm = parent.function(
      symbol: function.symbol, signature: function.signature, isRuntime: false)
    // A second definition of a symbol can only come from a damaged file.
    guard LLVMCountBasicBlocks(llvm) == 0 else { return }
    plan = LocalPlan(function, mir, shapes)
    reset()
    setLinkage()
    parent.debug?.begin(function, llvm)
    entryBlock = LLVMAppendBasicBlockInContext(parent.context, llvm, unnamed)
    LLVMPositionBuilderAtEnd(builder, entryBlock)
    prepareLocals()
    emitBlocks()
    parent.debug?.end()
  }

  private func reset() {
    let count = function.blocks.count
    slots = ContiguousArray(repeating: .nowhere, count: function.locals.count)
    shadows = ContiguousArray(repeating: nil, count: function.locals.count)
    blocks = ContiguousArray(repeating: nil, count: count)
    landingPads = blocks
    waiting.removeAll(keepingCapacity: true)
    pendingPanics.removeAll(keepingCapacity: true)
    sharedPanics.removeAll(keepingCapacity: true)
    freeTemporaries.removeAll(keepingCapacity: true)
    usedTemporaries.removeAll(keepingCapacity: true)
    lastAlloca = nil
    exceptionSlot = nil
    lastLocation = .none
  }

  private func setLinkage() {
    let isEntry = function.symbol == mir.entry
    if !isEntry { parent.makeMergeable(llvm, symbol: function.symbol) }
    if isEntry || function.attributes.contains(.exported) {
      LLVMSetVisibility(llvm, LLVMDefaultVisibility)
    }
    // The runtime's start has no lines: merged into it, the program would lose its own.
    if isEntry && isRelease {
      LLVMAddAttributeAtIndex(llvm, functionAttributeIndex, parent.attributes.noinline)
    }
    let attributes = parent.attributes
    func add(_ attribute: LLVMAttributeRef) {
      LLVMAddAttributeAtIndex(llvm, functionAttributeIndex, attribute)
    }
    add(attributes.unwindTable)
    add(attributes.probeStack)
    if function.panicAborts { add(attributes.nounwind) }
    if function.attributes.contains(.cold) { add(attributes.cold) }
    if function.attributes.contains(.noinline) { add(attributes.noinline) }
    if function.attributes.contains(.inline) { add(attributes.inlinehint) }
  }

  // MARK: Blocks

  private func emitBlocks() {
    let first = BlockID(0)
    if plan.entries[0] == 1 {
      emit(first)
    } else {
      LLVMBuildBr(builder, block(first))
    }
    repeat {
      while let next = waiting.popLast() {
        start(blocks[next.index]!)
        emit(next)
      }
      while let next = waitingPads.popLast() { emitLandingPad(next) }
      emitPendingPanics()
    } while !(waiting.isEmpty && waitingPads.isEmpty && pendingPanics.isEmpty)
  }

  /// Emission goes on in an LLVM block that was made before.
  func start(_ block: LLVMBlock) {
    LLVMAppendExistingBasicBlock(llvm, block)
    LLVMPositionBuilderAtEnd(builder, block)
  }

  /// The LLVM block of a MIR block, which will be emitted when its turn comes.
  func block(_ id: BlockID) -> LLVMBlock {
    if let known = blocks[id.index] { return known }
    let made = LLVMCreateBasicBlockInContext(parent.context, unnamed)!
    blocks[id.index] = made
    waiting.append(id)
    return made
  }

  /// An LLVM block in the midst of a MIR block; emission goes on in it.
  func continueInNewBlock() -> LLVMBlock {
    LLVMAppendBasicBlockInContext(parent.context, llvm, unnamed)
  }

  /// Emits `id` where the builder stands, and after it every block that only it leads to.
  func emit(_ id: BlockID) {
    var current: BlockID = id
    while true {
      let block = function.blocks[current]
      cleanup = function.panicAborts ? .none : block.cleanup
      for index in block.instructions.indices {
        setLocation(block.locations[index])
        emit(block.instructions[index])
        releaseTemporaries()
      }
      setLocation(block.terminatorLocation)
      let next = emit(block.terminator)
      releaseTemporaries()
      guard let next else { return }
      guard plan.entries[next.index] == 1, !plan.isLandingTarget[next.index] else {
        LLVMBuildBr(builder, self.block(next))
        return
      }
      current = next
    }
  }

  func setLocation(_ location: MIRLocation) {
    self.location = location
    guard let debug = parent.debug,
      location.line != lastLocation.line || location.column != lastLocation.column
        || lastLocation == .none
    else { return }
    lastLocation = location
    debug.setLocation(location)
  }

  // MARK: Frame

  private func prepareLocals() {
    bindResult()
    let count = parameterLocalCount
    var position = shape.environmentIndex
    for index in 0..<count {
      let parameter = index - (shape.hasEnvironment ? 1 : 0)
      if parameter >= 0, parameter < shape.parameters.count,
        case .words(let words) = shape.parameters[parameter].form
      {
        bindWords(index + 1, words, at: position)
        position += words.words.count
      } else {
        bindParameter(index + 1, LLVMGetParam(llvm, UInt32(position)))
        position += 1
      }
    }
    guard count + 1 < function.locals.count else { return }
    for index in (count + 1)..<function.locals.count { bindLocal(index) }
  }

  private var parameterLocalCount: Int {
    let declared =
      shape.parameters.count + (shape.hasEnvironment ? 1 : 0) + (shape.hasDestination ? 1 : 0)
    return min(declared, function.locals.count - 1)
  }

  private func bindResult() {
    guard function.locals.count > 0 else { return }
    switch shape.result {
    case .memory:
      slots[0] = .memory(LLVMGetFirstParam(llvm))
    case .scalar, .words: bindLocal(0)
    // Whoever asks for its address nevertheless is given some.
    case .nothing: slots[0] = .nowhere
    }
  }

  /// A parameter that comes in words stands in the frame like any local.
  private func bindWords(_ index: Int, _ words: RegisterWords, at position: Int) {
    let local = function.locals[LocalID(index)]
    let type = shapes[local.type]
    let storage = addAlloca(types.bytes(type.size), alignment: type.alignment)
    for word in words.words.indices {
      let instruction = LLVMBuildStore(
        builder, LLVMGetParam(llvm, UInt32(position + word)),
        offset(storage, by: Int64(word) * 8))!
      LLVMSetAlignment(instruction, min(type.alignment, 8))
    }
    slots[index] = .memory(storage)
    if parent.debug?.describesVariables == true, !local.name.isEmpty {
      parent.debug?.declare(local, storage: storage, argument: index, self)
    }
  }

  private func bindParameter(_ index: Int, _ value: Value) {
    let local = function.locals[LocalID(index)]
    let type = shapes[local.type]
    let isAddress = !type.isScalar || local.storage == .inoutParameter
    if isAddress {
      slots[index] = .memory(value)
      guard parent.debug?.describesVariables == true, !local.name.isEmpty else { return }
      let shadow = addAlloca(types.pointer, alignment: 8)
      LLVMBuildStore(builder, value, shadow)
      parent.debug?.declare(local, storage: shadow, argument: index, throughPointer: true, self)
      return
    }
    let isValue = plan.homes[index] == .value
    if isValue { slots[index] = .value(value) }
    let isShown = parent.debug?.describesVariables == true && !local.name.isEmpty
    guard !isValue || isShown else { return }
    let storage = addAlloca(types.memory(type), alignment: type.alignment)
    store(value, type, to: storage)
    if !isValue { slots[index] = .memory(storage) }
    parent.debug?.declare(local, storage: storage, argument: index, self)
  }

  private func bindLocal(_ index: Int) {
    let local = function.locals[LocalID(index)]
    let type = shapes[local.type]
    switch plan.homes[index] {
    case .nowhere: return
    case .value:
      guard parent.debug?.describesVariables == true, !local.name.isEmpty else { return }
      let shadow = addAlloca(types.memory(type), alignment: type.alignment)
      shadows[index] = shadow
      parent.debug?.declare(local, storage: shadow, self)
    case .address:
      guard parent.debug?.describesVariables == true, !local.name.isEmpty else { return }
      let shadow = addAlloca(types.pointer, alignment: 8)
      shadows[index] = shadow
      parent.debug?.declare(local, storage: shadow, throughPointer: true, self)
    case .memory where local.storage == .alias:
      let slot = addAlloca(types.pointer, alignment: 8)
      slots[index] = .indirect(slot)
      parent.debug?.declare(local, storage: slot, throughPointer: true, self)
    case .memory:
      let size = max(type.size, 1)
      let llvmType = type.isScalar ? types.memory(type) : types.bytes(size)
      let storage = addAlloca(llvmType, alignment: type.alignment)
      slots[index] = .memory(storage)
      parent.debug?.declare(local, storage: storage, self)
    }
  }

  /// Storage in the frame. All of it is in the entry block, before everything else.
  func addAlloca(_ type: LLVMTypeRef, alignment: UInt32) -> Value {
    let before =
      lastAlloca.map { LLVMGetNextInstruction($0) } ?? LLVMGetFirstInstruction(entryBlock)
    if let before {
      LLVMPositionBuilderBefore(parent.allocaBuilder, before)
    } else {
      LLVMPositionBuilderAtEnd(parent.allocaBuilder, entryBlock)
    }
    LLVMSetCurrentDebugLocation2(parent.allocaBuilder, nil)
    let made = LLVMBuildAlloca(parent.allocaBuilder, type, unnamed)!
    LLVMSetAlignment(made, alignment)
    lastAlloca = made
    return made
  }
}
