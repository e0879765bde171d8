// The state of one run of semantic analysis, and the questions that checking bodies asks of it. The
// answers are in extensions: names in NameLookup.swift, types in Types.swift, members in
// Members.swift, conformance in ASTDB/Queries.
import ASTDB
import Base
import Parser

/// Where a declaration's text is. Declarations that were loaded have no node.
public struct DeclarationSource: Sendable {
  public var file: SourceFileID
  public var node: SyntaxID
  /// Of the tokens alone.
  var tokenHash = Hash128.zero
  public init(file: SourceFileID = .none, node: SyntaxID = .none) {
    self.file = file
    self.node = node
  }
}

public final class SemaContext {
  public let program: CheckedProgram
  public var diagnostics = Diagnostics()
  /// By file; nil for files of declarations that were loaded.
  public internal(set) var trees: ContiguousArray<SyntaxTree?> = []
  /// Parallel to `program.declarations`.
  public internal(set) var sources: ContiguousArray<DeclarationSource> = []
  public let evaluator: ConstantEvaluator?

  /// By module.
  var scopes: ContiguousArray<ModuleScope> = []
  /// Of blocks that hold declarations.
  var localScopes: ContiguousArray<LocalScope> = []
  var localScopeOfBlock: [BlockKey: Int32] = [:]
  /// The innermost around each declaration inside a function.
  var localScopeOfDeclaration: [DeclarationID: Int32] = [:]
  /// Modules of each package by name.
  var modulesByName: [PackageID: [String: ModuleID]] = [:]
  /// Dotted prefixes of module names: `a` when there is `a.b`.
  var namespaces: Set<NamespaceKey> = []
  var packagesByName: [String: PackageID] = [:]
  /// Suggestions cost a walk over all names; after this many a program is wrong in another way.
  var suggestionsLeft = 200
  var prelude: [Symbol: NameResolution] = [:]
  var builtinNames: [Symbol: NameResolution] = [:]
  /// Members by name of each struct, enum and trait: methods, constants, types.
  var memberTables: [DeclarationID: [Symbol: DeclarationID]] = [:]
  /// Methods of inherent impls by name and by the constructor of the type.
  var inherentMethods: [MethodKey: [DeclarationID]] = [:]
  /// Methods of traits by name.
  var traitMethods: [Symbol: [DeclarationID]] = [:]
  /// Bounds to check when all impls are known.
  var deferredBounds: [DeferredBound] = []
  var aliasDepth = 0
  /// How many constants are being checked because others asked for their types.
  var globalDepth = 0
  var aliasState: [DeclarationID: ResolutionState] = [:]
  var constantState: [DeclarationID: ResolutionState] = [:]
  /// Constants and statics whose type is known.
  var globalsWithType: Set<DeclarationID> = []
  /// What a `Self` means inside structs, enums and traits.
  var selfTypes: [DeclarationID: TypeID] = [:]
  var cachedStringType: TypeID?
  /// Bounds of all generic parameters have been resolved; all impl headers have.
  var boundsAreResolved = false
  package var implementationsAreKnown = false
  /// `Box` and `List` of the standard library, or none.
  var boxDeclaration = DeclarationID.none
  var listDeclaration = DeclarationID.none
  /// Hashes of all public names of packages that are complete.
  var packageNames: [PackageID: Hash128] = [:]
  /// Default values of parameters and fields whose bodies are to be checked, by owner.
  var pendingDefaults: [DeclarationID: [PendingDefault]] = [:]
  var output = SemaOutput()
  /// The first declaration of the package being checked, and how far its declarations are known.
  var firstDeclaration = 0
  var evaluationPhase = EvaluationPhase.headers
  var signatureState: [DeclarationID: ResolutionState] = [:]
  /// Expressions being evaluated, which must not need themselves.
  var evaluatingPlaces: Set<SyntaxPlace> = []
  /// Those of them that were met again while they were evaluated.
  var placesInCycles: Set<SyntaxPlace> = []
  /// Bodies that are checked on trial when an evaluation asks for them, and whether one of those
  /// that were has mistakes.
  var trialOwners: [BodyID: DeclarationID] = [:]
  var hasBrokenTrial = false
  /// Constants whose evaluation was reported to fail; those that need them are left alone.
  var failedConstants: Set<DeclarationID> = []
  let names: KnownNames
  /// Checkers of bodies that are not in use, with the memory of their tables.
  var idleCheckers: [BodyChecker] = []

  /// Mentions in the signature that is being resolved, and where its declaration starts.
  private var references: [Reference] = []
  private var referenceBase: Int32 = -1

  /// The declarations whose interfaces the body being checked has used, in order of first use.
  public internal(set) var reads: [DeclarationID] = []
  private var readStamps: ContiguousArray<UInt32> = []
  private var readStamp: UInt32 = 0
  private var lastStamp: UInt32 = 0

  package init(program: CheckedProgram, evaluator: ConstantEvaluator?) {
    self.program = program
    self.evaluator = evaluator
    names = KnownNames(program.interner)
  }

  /// The tree that declares `declaration`; only for declarations with a source.
  public func tree(of declaration: DeclarationID) -> SyntaxTree? {
    let file = sources[declaration.index].file
    return file.exists ? trees[file.index] : nil
  }

  public func report(_ diagnostic: Diagnostic) { diagnostics.report(diagnostic) }

  public func text(_ symbol: Symbol) -> String { program.interner.text(symbol) }

  /// Runs `check` with a list of reads of its own and returns the list. A constant whose type is
  /// asked for in the middle of a body has its own.
  func recordingReads(_ check: () -> Void) -> [DeclarationID] {
    let outer = (reads, readStamp)
    reads = []
    lastStamp += 1
    readStamp = lastStamp
    check()
    let result = reads
    (reads, readStamp) = outer
    // What was read inside has the inner stamp now, so the outer list may say it again.
    return result
  }

  /// Notes that the body being checked depends on the interface of `declaration`.
  public func noteRead(_ declaration: DeclarationID) {
    let index = declaration.index
    while readStamps.count <= index { readStamps.append(0) }
    if readStamps[index] != readStamp {
      readStamps[index] = readStamp
      reads.append(declaration)
    }
  }

  /// Collects mentions in the signature of `declaration` while `resolve` runs.
  func recordingReferences(of declaration: DeclarationID, _ resolve: () -> Void) {
    let outer = (references, referenceBase)
    references = []
    referenceBase = program.declarations[declaration].span.start
    resolve()
    program.declarations[declaration].references += references
    (references, referenceBase) = outer
  }

  func noteReference(_ target: DeclarationID, at span: SourceSpan) {
    guard referenceBase >= 0 else { return }
    references.append(
      Reference(
        target: target, start: span.start - referenceBase, end: span.end - referenceBase))
  }

  /// The scope inside `declaration`: its generic parameters, its `Self`.
  public func scope(of declaration: DeclarationID) -> DeclarationScope {
    let d = program.declarations[declaration]
    var scope = DeclarationScope(
      module: d.module, owner: declaration, selfType: selfType(of: declaration), profile: d.profile)
    scope.locals = localScopeOfDeclaration[declaration] ?? -1
    return scope
  }
}

/// A name of inherent methods of types with one head.
struct MethodKey: Hashable {
  var name: Symbol
  var head: TypeHead
}

enum ResolutionState { case inProgress, done }

/// A default value: its place among the bodies, its syntax, and the type it must have.
struct PendingDefault {
  var body: BodyID
  var node: SyntaxID
  var type: TypeID
}

/// A type argument that must satisfy the bounds of a parameter, remembered until impls are known.
struct DeferredBound {
  var type: TypeID
  var owner: DeclarationID
  var parameter: Int
  var arguments: [TypeID]
  var span: SourceSpan
}

/// Runs a constant's checked body at compile time. Given by the tool; `Sema` knows no interpreter.
public typealias ConstantEvaluator = (ConstantSubject, CheckedProgram) -> ConstantEvaluation

public enum ConstantEvaluation: Sendable {
  case value(ConstantValue)
  /// A value that is no scalar: evaluated where it is used.
  case aggregate
  case failed(Diagnostic)
}

/// Names that the checker itself knows.
struct KnownNames {
  let `self`, selfType, main, destructor, copyMethod, dropMethod, std, prelude: Symbol
  let number, integer, float: Symbol

  init(_ interner: Interner) {
    self.`self` = interner.intern("self")
    selfType = interner.intern("Self")
    main = interner.intern("main")
    destructor = interner.intern("destructor")
    copyMethod = interner.intern("__copy")
    dropMethod = interner.intern("__drop")
    std = interner.intern("std")
    prelude = interner.intern("prelude")
    number = interner.intern("Number")
    integer = interner.intern("Integer")
    float = interner.intern("Float")
  }
}
