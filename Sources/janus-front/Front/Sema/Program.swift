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
