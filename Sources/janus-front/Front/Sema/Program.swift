// Semantic analysis of a program: packages in dependency order to checked declarations.
//
// Reads: the syntax trees of all files; declarations already in the program (loaded packages).
// Produces: modules, declarations with resolved types, hashes and bodies in the `CheckedProgram`.
// Rejects: everything of E2xxx, E4xxx and E5001 that declarations and bodies show.
// Order: names of all declarations, then imports, then generic parameters and impl headers, then
// signatures, then what compares signatures, then bodies. Only bodies can be skipped: the rest is
// cheap and is done for every file given.
import ASTDB
import Base
import Parser

/// What a run checks.
public struct SemaInput {
  public struct File {
    public var tree: SyntaxTree
    /// `a.b` for `src/a/b.jan`; empty for the root module.
    public var module: String
    public init(tree: SyntaxTree, module: String) {
      self.tree = tree
      self.module = module
    }
  }

  public struct PackageFiles {
    public var package: Package
    public var files: [File]
    public init(package: Package, files: [File]) {
      self.package = package
      self.files = files
    }
  }

  /// In dependency order. Packages that are in the program already are not among them.
  public var packages: [PackageFiles]
  /// Runs constants; without it only literals are known as values.
  public var evaluator: ConstantEvaluator?
  /// Asked for each declaration that has code, when all interfaces are known. True: its bodies are
  /// in the program (the callee has put them there) and need no check.
  public var reuse: ((DeclarationID, CheckedProgram) -> Bool)?

  public init(
    packages: [PackageFiles], evaluator: ConstantEvaluator? = nil,
    reuse: ((DeclarationID, CheckedProgram) -> Bool)? = nil
  ) {
    self.packages = packages
    self.evaluator = evaluator
    self.reuse = reuse
  }
}

/// What a run did, for the one who stores its results.
public struct SemaOutput {
  public struct CheckedDeclaration {
    public var declaration: DeclarationID
    /// The declarations whose interfaces its bodies used, in order of first use.
    public var reads: [DeclarationID]
    /// Something was reported while its bodies were checked: they must be checked again next time.
    public var hasDiagnostics: Bool
  }
  /// Declarations whose code was checked in this run, in order.
  public var checked: [CheckedDeclaration] = []
  public var reusedCount = 0
  public init() {}
}

/// Checks the packages of `input`. Everything wrong with them is reported; declarations are
/// complete also then, with `TypeTable.error` for what could not be known.
@discardableResult
public func checkProgram(
  _ input: SemaInput, into program: CheckedProgram, reporting diagnostics: inout Diagnostics
) -> SemaOutput {
  let context = SemaContext(program: program, evaluator: input.evaluator)
  context.enterBuiltinNames()
  context.enterLoadedDeclarations()
  for package in input.packages { context.checkPackage(package, reuse: input.reuse) }
  diagnostics.report(contentsOf: context.diagnostics.all)
  return context.output
}

extension SemaContext {
  fileprivate func checkPackage(
    _ input: SemaInput.PackageFiles, reuse: ((DeclarationID, CheckedProgram) -> Bool)?
  ) {
    let first = program.declarations.count
    beginEvaluation(from: first)
    let package = collect(input)
    resolveImports(of: package)
    if input.package.name == "std" { buildPrelude() }
    findLanguageTypes()
    resolveHeaders(from: first)
    evaluationPhase = .signatures
    resolveSignatures(from: first)
    evaluationPhase = .bodies
    compareDeclarations(from: first)
    checkMain(of: package)
    hashEnvironments(from: first)
    hashInterfaces(from: first)
    checkBodies(from: first, reuse: reuse)
    warnOfUnusedNames(of: package)
  }

  private func resolveHeaders(from first: Int) {
    boundsAreResolved = false
    implementationsAreKnown = false
    let ids = first..<program.declarations.count
    for index in ids { resolveGenericParameters(of: DeclarationID(index)) }
    boundsAreResolved = true
    for index in ids where program.declarations[DeclarationID(index)].kind == .implementation {
      resolveImplementationHeader(DeclarationID(index))
    }
    assignIdentities(from: first)
    for index in ids {
      program.index(DeclarationID(index))
      enterMethods(of: DeclarationID(index))
    }
  }

  private func resolveSignatures(from first: Int) {
    for index in first..<program.declarations.count { resolveSignature(of: DeclarationID(index)) }
    implementationsAreKnown = true
    let bounds = deferredBounds
    deferredBounds = []
    for bound in bounds { checkBound(bound) }
  }

  private func compareDeclarations(from first: Int) {
    checkAttributes(from: first)
    let recursive = checkRecursiveTypes(from: first)
    checkGrowingTypes(from: first, except: recursive)
    for index in first..<program.declarations.count {
      let id = DeclarationID(index)
      guard program.declarations[id].kind == .implementation else { continue }
      checkImplementation(id)
      checkCoherence(id)
      checkMethodsDifferFromType(id)
    }
  }

  private func findLanguageTypes() {
    boxDeclaration = program.languageItem("box")
    listDeclaration = program.languageItem("list")
  }

  /// Scopes and tables for declarations that were in the program before.
  package func enterLoadedDeclarations() {
    for package in program.packages.ids {
      packagesByName[program.packages[package].name] = package
    }
    for module in program.modules.ids {
      scopes.append(ModuleScope())
      registerModule(module)
      for reexport in program.modules[module].reexports {
        scopes[module.index].exported[reexport.name] = .declaration(reexport.target)
      }
    }
    for id in program.declarations.ids {
      sources.append(DeclarationSource())
      enterLoaded(id)
    }
    findLanguageTypes()
    if packagesByName["std"] != nil { buildPrelude() }
  }

  private func enterLoaded(_ id: DeclarationID) {
    let d = program.declarations[id]
    globalsWithType.insert(id)
    if d.kind == .typeAlias { aliasState[id] = .done }
    if d.parent.isNone {
      if d.kind != .implementation, d.kind != .test { declare(id) }
    } else if program.declarations[d.parent].kind.hasMembers,
      program.declarations[d.parent].kind != .implementation
    {
      declareMember(id, of: d.parent)
    }
    enterMethods(of: id)
  }
}
