// Checking small sources: what a test writes is a program, what it gets is codes with places.
import ASTDB
import Base
import Lexer
import Parser
import Sema

/// What the checker needs of a standard library.
let smallStd = """
  profile :sovereign
  @lang("string") pub struct string { private ptr: *u8, len: i64, private capacity: i64
    func __copy(self) -> Self { return self }
    func __drop(inout self) { }
  }
  @lang("optional") pub enum Optional[T] { None, Some(T) }
  @lang("result") pub enum Result[T, E] { Ok(T), Err(E) }
  @lang("list") pub struct List[T] { private ptr: *T, len: i64
    func __copy(self) -> Self { return self }
    func __drop(inout self) { }
    pub func push(inout self, owned value: T) { }
  }
  @lang("box") pub struct Box[T] { private ptr: *T
    func __copy(self) -> Self { return self }
    func __drop(inout self) { }
  }
  pub struct HashMap[K: Hash + Eq, V] { private keys: List[K], private values: List[V] }
  @lang("display") pub trait Display { func display(self) -> string }
  @lang("eq") pub trait Eq { func equals(self, other: Self) -> bool }
  @lang("hash") pub trait Hash { func hash(self) -> u64 }
  @lang("ord") pub trait Ord { func compare(self, other: Self) -> i64 }
  @lang("from") pub trait From[E] { func from(owned value: E) -> Self }
  @lang("iterator") pub trait Iterator[T] { func next(inout self) -> ?T }
  pub capability FileSystem { read: bool, write: bool, path_prefix: string }
  impl[T] []T { pub func is_empty(self) -> bool { return self.len == 0 } }
  """

/// A program of one package `main` and what was found in it.
struct Checked {
  let program: CheckedProgram
  let diagnostics: Diagnostics
  let output: SemaOutput

  /// `E2001 3:7` for each finding about declarations, in order of place. Those of the checker of
  /// bodies are left out unless asked for.
  func findings(in module: String = "") -> [String] {
    diagnostics.sorted.compactMap { diagnostic in
      guard diagnostic.span.file.exists else { return diagnostic.code.rawValue }
      let source = program.files[diagnostic.span.file]
      guard source.path == "main/" + (module.isEmpty ? "main" : module) + ".jan" else {
        return source.path.hasPrefix("main/") ? nil : "\(source.path) \(diagnostic.message)"
      }
      let place = source.position(of: diagnostic.span.start)
      return "\(diagnostic.code.rawValue) \(place.line):\(place.column)"
    }
  }

  var messages: [String] { diagnostics.sorted.map(\.message) }

  func declaration(_ path: String) -> Declaration? {
    program.declarations.elements.first { $0.path == path }
  }

  func id(_ path: String) -> DeclarationID {
    DeclarationID(program.declarations.elements.firstIndex { $0.path == path }!)
  }
}

/// Checks modules of the package `main`: pairs of name and source; the root module is named "".
func check(
  modules: [(name: String, source: String)], profile: Profile = .core,
  packages: [(name: String, source: String)] = [], isExecutable: Bool = false,
  reuse: ((DeclarationID, CheckedProgram) -> Bool)? = nil
) -> Checked {
  let program = CheckedProgram()
  var diagnostics = Diagnostics()
  func file(_ path: String, _ source: String, _ module: String) -> SemaInput.File {
    let id = program.files.append(SourceFile(path: path, text: source))
    let tree = parse(
      program.files[id], id: id, interner: program.interner, reporting: &diagnostics)
    return SemaInput.File(tree: tree, module: module)
  }
  var inputs = [
    SemaInput.PackageFiles(
      package: Package(name: "std", profile: .sovereign),
      files: [file("std/prelude.jan", smallStd, "prelude")])
  ]
  var main = Package(name: "main", profile: profile)
  main.isExecutable = isExecutable
  for (name, source) in packages {
    inputs.append(
      SemaInput.PackageFiles(
        package: Package(name: name, profile: .core),
        files: [file("\(name)/lib.jan", source, "")]))
    main.dependencies.append(Package.Dependency(name: name, package: name))
  }
  inputs.append(
    SemaInput.PackageFiles(
      package: main,
      files: modules.map {
        file("main/" + ($0.name.isEmpty ? "main" : $0.name) + ".jan", $0.source, $0.name)
      }))
  let output = checkProgram(
    SemaInput(packages: inputs, reuse: reuse), into: program, reporting: &diagnostics)
  return Checked(program: program, diagnostics: diagnostics, output: output)
}

func check(_ source: String, profile: Profile = .core, isExecutable: Bool = false) -> Checked {
  check(modules: [("", source)], profile: profile, isExecutable: isExecutable)
}
