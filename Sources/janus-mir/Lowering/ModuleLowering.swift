// Lowering of one module: the state that all its functions share, and the order of work.
// Reads: a CheckedProgram without errors. Produces: a MIRModule with every instance that the roots
// demand. Rejects: nothing that was checked; what is not lowered yet is E9002 with its place.
// Assumes: types of nodes are known, everything implicit is a node (see the checked NodeKind).
import ASTDB
import Base
import MIR

/// What the module is made for: which declarations are its roots.
public enum EntryKind: Sendable {
  case main, tests, library
}

public struct LoweringOptions: Sendable {
  /// Release builds check overflow only where the package asks for it.
  public var release: Bool
  /// The bytes of the source file at a path, for the text of assertions; the program may have been
  /// loaded without.
  public var readSource: @Sendable (String) -> ContiguousArray<UInt8>?
  /// The program has errors: bodies that were not accepted are passed over in silence, and the
  /// module is good for analyses only.
  public var skipsInvalid: Bool
  public init(
    release: Bool = false,
    readSource: @escaping @Sendable (String) -> ContiguousArray<UInt8>? = { _ in nil },
    skipsInvalid: Bool = false
  ) {
    self.release = release
    self.readSource = readSource
    self.skipsInvalid = skipsInvalid
  }
}

/// Lowers all that `package` demands for `entry` to one module.
public func lowerModule(
  _ program: CheckedProgram, package: PackageID, entry: EntryKind, options: LoweringOptions,
  reporting diagnostics: inout Diagnostics
) -> MIRModule {
  let lowering = ModuleLowering(
    program, name: program.packages[package].name, options: options,
    copyPolicies: program.copyPolicies(in: package))
  lowering.addRoots(package: package, entry: entry)
  lowering.drainPending()
  lowering.finishEntry(entry, package: package)
  lowering.checkThreads()
  lowering.checkCounts()
  return lowering.finish(reporting: &diagnostics)
}

/// Lowers a constant's value as the entry function of a module of its own, for evaluation: the
/// symbol in `entry` names a function without parameters that returns the value.
public func lowerConstant(
  _ declaration: DeclarationID, in program: CheckedProgram, reporting diagnostics: inout Diagnostics
) -> MIRModule {
  let lowering = ModuleLowering(program, name: "constant", options: LoweringOptions())
  let reference = lowering.constantFunction(declaration)
  lowering.module.entry = lowering.module.functionRefs[reference].symbol
  lowering.drainPending()
  return lowering.finish(reporting: &diagnostics)
}

/// A module whose entry gives the value of an expression of the type `type` in the code of another
/// declaration, the owner of `body`.
public func lowerExpression(
  _ body: BodyID, of type: TypeID, in program: CheckedProgram,
  reporting diagnostics: inout Diagnostics
) -> MIRModule {
  let lowering = ModuleLowering(program, name: "constant", options: LoweringOptions())
  let reference = lowering.expressionFunction(body, type)
  lowering.module.entry = lowering.module.functionRefs[reference].symbol
  lowering.drainPending()
  return lowering.finish(reporting: &diagnostics)
}

/// Instances without type arguments, by policy and declaration.
struct SimpleInstances {
  private var references: ContiguousArray<FunctionRefID>
  private let count: Int

  init(count: Int) {
    self.count = count
    references = ContiguousArray(repeating: .none, count: count * CopyPolicy.allCases.count)
  }

  subscript(policy: CopyPolicy, declaration: DeclarationID) -> FunctionRefID {
    get { references[Int(policy.rawValue) * count + declaration.index] }
    set { references[Int(policy.rawValue) * count + declaration.index] = newValue }
  }
}

/// Something that is demanded and not lowered yet.
struct PendingFunction {
  enum Source {
    case function(DeclarationID)
    case constant(DeclarationID)
    case expression(BodyID)
    case defaultValue(DeclarationID, index: Int)
    case staticInitialiser(DeclarationID)
    case test(DeclarationID)
    case glue(GlueKind, TypeID)
    case thunk(FunctionRefID)
  }
  var source: Source
  var arguments: [TypeID]
  var policy: CopyPolicy
  var reference: FunctionRefID
}

final class ModuleLowering {
  let program: CheckedProgram
  let options: LoweringOptions
  let copyPolicies: CopyPolicies
  var module: MIRModule
  var diagnostics = Diagnostics()

  // Types. The first array is parallel to `program.types`, the others to `module.types`.
  var loweredTypes: ContiguousArray<MIRTypeID> = []
  var ownershipOf: ContiguousArray<Ownership> = []
  var scalarOf: ContiguousArray<Bool> = []
  var layoutStates: ContiguousArray<LayoutState> = []
  /// Types that were reserved; those not laid out yet follow when nothing is being laid out.
  var reservedTypes: ContiguousArray<MIRTypeID> = []
  var layoutDepth = 0
  /// The checked type that a MIR type was lowered from.
  var sourceOf: ContiguousArray<TypeID> = []
  var typeNames: [String: TypeID] = [:]
  var signatureIDs: [MIRSignature: SignatureID] = [:]
  var constantIDs: [MIRConstant: ConstantID] = [:]
  var smallIntegers: ContiguousArray<ConstantID> = []
  var pointerTypes: [MIRTypeID: MIRTypeID] = [:]
  /// Types of memory that owns nothing, by the type whose values it holds.
  var storageTypes: [MIRTypeID: MIRTypeID] = [:]

  // Functions.
  var pending: ContiguousArray<PendingFunction> = []
  var simpleInstances: SimpleInstances
  /// The policies of functions that have source text.
  var policies: [FunctionRefID: CopyPolicy] = [:]
  /// Functions whose last parameter is the place of the call.
  var trackingFunctions: Set<FunctionRefID> = []
  var genericInstances: [InstanceKey: FunctionRefID] = [:]
  var referencesBySymbol: [String: FunctionRefID] = [:]
  var glueReferences: [GlueKey: FunctionRefID] = [:]
  var demandedGlue: Set<FunctionRefID> = []
  var recursiveTypes: [TypeID: Bool] = [:]
  var deepDrop: DeepDropShapes?
  /// Types that the environments of all closures share, by name.
  var environmentShapes: [String: MIRTypeID] = [:]
  /// Calls that start threads.
  var threadStarts: [ThreadStart] = []
  /// What each function mentions, for the order of statics; parallel to `functionRefs`.
  var mentions: ContiguousArray<Mentions> = []
  /// Statics by declaration, and the declarations in order of demand.
  var staticIDs: [DeclarationID: StaticID] = [:]
  var staticDeclarations: [DeclarationID] = []
  var staticInitialisers: [FunctionRefID] = []
  /// Index into `module.files` by source file.
  var fileIndices: [SourceFileID: UInt32] = [:]
  var languageItems = LanguageItems()
  var entryFunction = DeclarationID.none
  var sourceTexts: [SourceFileID: ContiguousArray<UInt8>] = [:]
  var testFunctions: [(name: String, wrapper: FunctionRefID)] = []

  enum LayoutState: BitwiseCopyable { case reserved, underWay, done }

  struct Mentions {
    var functions: ContiguousArray<FunctionRefID> = []
    var statics: ContiguousArray<StaticID> = []
  }

  init(
    _ program: CheckedProgram, name: String, options: LoweringOptions,
    copyPolicies: CopyPolicies = .eager
  ) {
    self.program = program
    self.options = options
    self.copyPolicies = copyPolicies
    module = MIRModule(name: name)
    simpleInstances = SimpleInstances(count: program.declarations.count)
    languageItems = LanguageItems(program)
  }

  /// Lowers demanded functions until no more are demanded.
  func drainPending() {
    var next = 0
    while next < pending.count {
      let work = pending[next]
      next += 1
      lower(work)
      if next >= 4096 {
        pending.removeFirst(next)
        next = 0
      }
    }
    pending.removeAll()
  }

  /// Lowers the functions that are demanded now, and not those that they demand.
  func lowerDemanded() {
    let demanded = pending
    for work in demanded { lower(work) }
    pending.removeAll()
  }

  private func lower(_ work: PendingFunction) {
    switch work.source {
    case .function(let declaration):
      lowerFunction(declaration, work)
    case .constant(let declaration):
      lowerExpressionFunction(program.declarations[declaration].body, declaration, work)
    case .expression(let body): lowerExpressionFunction(body, program.body(body).owner, work)
    case .defaultValue(let declaration, let index):
      lowerExpressionFunction(defaultValueBody(declaration, index), declaration, work)
    case .staticInitialiser(let declaration):
      lowerStaticInitialiser(declaration, work)
    case .test(let declaration):
      lowerExpressionFunction(program.declarations[declaration].body, declaration, work)
    case .glue(let kind, let type):
      lowerGlue(kind, type, work.policy, work.reference)
    case .thunk(let target):
      lowerThunk(to: target, work.reference)
    }
  }

  func finish(reporting diagnostics: inout Diagnostics) -> MIRModule {
    diagnostics.report(contentsOf: self.diagnostics.all)
    module.functions.sort { $0.symbol < $1.symbol }
    return module
  }

  /// The text of a source file, or nothing when it cannot be had.
  func sourceBytes(_ file: SourceFileID) -> ContiguousArray<UInt8> {
    let known = program.files[file].bytes
    if !known.isEmpty { return known }
    if let read = sourceTexts[file] { return read }
    let bytes = options.readSource(program.files[file].path) ?? []
    sourceTexts[file] = bytes
    return bytes
  }

  /// The index of a source file in the module, entered on first use.
  func fileIndex(_ file: SourceFileID) -> UInt32 {
    if let index = fileIndices[file] { return index }
    let index = UInt32(module.files.count)
    module.files.append(program.files[file].path)
    fileIndices[file] = index
    return index
  }
}

/// The `@lang` items that lowering uses, looked up once.
struct LanguageItems {
  var string = DeclarationID.none
  var list = DeclarationID.none
  var box = DeclarationID.none
  var optional = DeclarationID.none
  var result = DeclarationID.none
  var display = DeclarationID.none
  var equality = DeclarationID.none
  var hash = DeclarationID.none
  var order = DeclarationID.none
  var scratchpadAlloc = DeclarationID.none
  var toPersistent = DeclarationID.none
  /// Functions whose last argument runs on another thread.
  var threadStarters: Set<DeclarationID> = []
  /// The functions that make a container the only owner of its buffer, by container.
  var owners: [DeclarationID: DeclarationID] = [:]
  var stringType = TypeTable.error

  init() {}

  init(_ program: CheckedProgram) {
    string = program.languageItem("string")
    list = program.languageItem("list")
    box = program.languageItem("box")
    optional = program.languageItem("optional")
    result = program.languageItem("result")
    display = program.languageItem("display")
    equality = program.languageItem("eq")
    hash = program.languageItem("hash")
    order = program.languageItem("ord")
    toPersistent = program.languageItem("to_persistent")
    scratchpadAlloc = program.languageItem("scratchpad_alloc")
    for name in ["list", "box", "hash_map", "deque"] {
      let (container, owner) = (program.languageItem(name), program.languageItem(name + "_own"))
      if container.exists, owner.exists { owners[container] = owner }
    }
    for name in ["thread_spawn", "thread_scope_spawn"] {
      let starter = program.languageItem(name)
      if starter.exists { threadStarters.insert(starter) }
    }
    if string.exists { stringType = program.types.intern(.nominal(string, arguments: [])) }
  }
}
