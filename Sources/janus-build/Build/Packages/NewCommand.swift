// `janus-build new`: the files of a package, a workspace or a script to start from.
import Base
import Glibc

/// What `janus-build new` is asked to make.
public enum NewKind: Sendable { case program, library, workspace, script }

/// Makes `path`, whose last part is the name. Never touches what is there already.
public func newCommand(_ options: BuildOptions, path: String, _ kind: NewKind) -> Int32 {
  let reporter = Reporter(options)
  let place = Path.normalised(Path.join(options.directory, path))
  let isScript = kind == .script
  let name = isScript ? Path.stem(of: place) : Path.name(of: place)
  let target = isScript ? Path.join(Path.directory(of: place), name + ".jan") : place
  guard isScript || (isModuleName(name) && name != "std") else {
    reporter.report([.badName(name)])
    return 1
  }
  guard !Files.exists(target) else {
    reporter.report([.alreadyThere(target)])
    return 1
  }
  let files = newFiles(named: name, kind)
  do {
    for (file, text) in files {
      let path = isScript ? target : Path.join(target, file)
      try Files.makeDirectory(Path.directory(of: path))
      try Files.write(Array(text.utf8), to: path, mode: isScript ? 0o755 : 0o644)
    }
  } catch {
    reporter.report([.cannotCreate(target, error)])
    return 1
  }
  reporter.progress("created \(target)")
  if kind == .program || kind == .library { noteWorkspace(of: target, reporter) }
  return 0
}

/// A package inside a workspace has to be one of its members.
private func noteWorkspace(of package: String, _ reporter: Reporter) {
  guard let location = findWorkspace(from: Path.directory(of: package)),
    Files.isFile(Path.join(location.root, "workspace.toml"))
  else { return }
  var ignored: [LocatedDiagnostic] = []
  let workspace = readWorkspace(at: location.root, reporting: &ignored)
  let isMember = workspace?.packages.contains { Path.join(location.root, $0.folder) == package }
  if isMember != true {
    reporter.progress("add its folder to `members` in \(location.root)/workspace.toml")
  }
}

// MARK: What the files say

private func newFiles(named name: String, _ kind: NewKind) -> [(path: String, text: String)] {
  switch kind {
  case .program:
    return packageFiles(name, "src/main.jan", programSource(name)) + [(".gitignore", ".janus/\n")]
  case .library:
    return packageFiles(name, "src/lib.jan", librarySource(name)) + [(".gitignore", ".janus/\n")]
  case .workspace:
    let members = "[workspace]\nmembers = [\"packages/*\"]\n"
    let program = packageFiles(name, "src/main.jan", programSource(name))
    return [("workspace.toml", members), (".gitignore", ".janus/\n")]
      + program.map { ("packages/\(name)/\($0.path)", $0.text) }
  case .script:
    return [("", scriptSource)]
  }
}

private func packageFiles(
  _ name: String, _ root: String, _ source: String
) -> [(path: String, text: String)] {
  let manifest = """
    [package]
    name = "\(name)"
    version = "0.1.0"
    profile = "core"

    """
  return [("package.toml", manifest), (root, source)]
}

private func programSource(_ name: String) -> String {
  """
  /// What the program says to `name`.
  func greeting(name: string) -> string {
      return $"Hello, {name}!"
  }

  func main() {
      print(greeting("\(name)"))
  }

  test "greets by name" {
      assert_eq(greeting("you"), "Hello, you!")
  }

  """
}

private func librarySource(_ name: String) -> String {
  """
  /// The sum of two numbers.
  ///
  /// ```janus run
  /// import \(name)
  /// print(\(name).add(1, 2))
  /// ```
  /// ```output
  /// 3
  /// ```
  pub func add(a: i64, b: i64) -> i64 {
      return a + b
  }

  test "adds" {
      assert_eq(add(1, 2), 3)
  }

  """
}

private let scriptSource = """
  #!/usr/bin/env -S janus-build run
  profile :script

  print("Hello!")

  """

extension LocatedDiagnostic {
  fileprivate static func badName(_ name: String) -> LocatedDiagnostic {
    let usable = String(
      decoding: name.utf8.map { isModuleName("x\(Character(Unicode.Scalar($0)))") ? $0 : 0x5F },
      as: UTF8.self)
    var notes = ["a package's name stands after `import`: letters, digits and `_`, no digit first"]
    if name == "std" { notes = ["`std` is the standard library"] }
    if usable != name && isModuleName(usable) { notes.append("`\(usable)` would do") }
    return LocatedDiagnostic(
      .badManifest, "`\(name)` cannot be the name of a package", at: nil, notes: notes)
  }

  fileprivate static func alreadyThere(_ path: String) -> LocatedDiagnostic {
    LocatedDiagnostic(
      .unreadableFile, "`\(path)` is there already", at: nil,
      notes: ["nothing was changed"])
  }

  fileprivate static func cannotCreate(_ path: String, _ error: SystemError) -> LocatedDiagnostic {
    LocatedDiagnostic(.unreadableFile, "`\(path)` cannot be made: \(error.reason)", at: nil)
  }
}
