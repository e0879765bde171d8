// Completes the syntax hashes, which decide whether code that reads the same is taken from the last
// run. Two things count beside the tokens. What names and members could mean in the module: a new
// declaration, import or impl can change the meaning of code whose text stays the same. And the
// layout inside the declaration, because positions in it are stored relative to its start.
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Completes the syntax hashes of the declarations from `first` on.
  func hashEnvironments(from first: Int) {
    let everywhere = implementationsHash()
    var hashes: [ModuleID: Hash128] = [:]
    for index in first..<program.declarations.count {
      let id = DeclarationID(index)
      let module = program.declarations[id].module
      let environment: Hash128
      if let known = hashes[module] {
        environment = known
      } else {
        environment = environmentHash(of: module, everywhere)
        hashes[module] = environment
      }
      sources[index].tokenHash = program.declarations[id].syntaxHash
      var hash = HashBuilder()
      hash.add(program.declarations[id].syntaxHash)
      hash.add(environment)
      hash.add(layoutHash(of: program.declarations[id].span))
      program.declarations[id].syntaxHash = hash.finish()
    }
  }

  private func layoutHash(of span: SourceSpan) -> Hash128 {
    program.files[span.file].bytes.withUnsafeBytes { bytes in
      let start = min(max(Int(span.start), 0), bytes.count)
      let end = min(max(Int(span.end), start), bytes.count)
      return Hash128.of(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }
  }

  /// Of all impls with their methods, whatever the order in which they were loaded.
  private func implementationsHash() -> Hash128 {
    var ids: [Hash128] = []
    for id in program.declarations.ids {
      guard case .implementation(let detail) = program.declarations[id].detail else { continue }
      ids.append(program.declarations[id].stableID)
      ids += detail.methods.map { program.declarations[$0].stableID }
    }
    ids.sort()
    var hash = HashBuilder()
    for id in ids { hash.add(id) }
    return hash.finish()
  }

  private func environmentHash(of module: ModuleID, _ everywhere: Hash128) -> Hash128 {
    var hash = HashBuilder()
    hash.add(everywhere)
    hash.add(Int(program.modules[module].profile.rawValue))
    if let std = packagesByName["std"] { hash.add(publicNamesHash(of: std)) }
    let names = scopes[module.index]
    for (name, entry) in sorted(names.declared) {
      hash.add(name)
      add(entry.resolution, to: &hash)
    }
    hash.add("imports")
    for (name, entry) in sorted(names.imported) {
      hash.add(name)
      add(entry.resolution, to: &hash)
    }
    return hash.finish()
  }

  private func sorted<Value>(_ names: [Symbol: Value]) -> [(name: String, value: Value)] {
    names.map { (text($0.key), $0.value) }.sorted { $0.0 < $1.0 }
  }

  private func add(_ resolution: NameResolution, to hash: inout HashBuilder) {
    switch resolution {
    case .declaration(let declaration):
      hash.add(program.declarations[declaration].stableID)
      hash.add(program.declarations[declaration].isPublic)
    case .module(let module): hash.add(publicNamesHash(of: module))
    case .package(let package): hash.add(publicNamesHash(of: package))
    case .namespace(let package, let prefix):
      hash.add(publicNamesHash(of: package))
      hash.add(text(prefix))
    case .builtinType, .genericParameter, .builtin, .notFound, .ambiguous, .failedImport: break
    }
  }

  private func publicNamesHash(of package: PackageID) -> Hash128 {
    if let known = packageNames[package] { return known }
    var hash = HashBuilder()
    let modules = (modulesByName[package] ?? [:]).sorted { $0.key < $1.key }
    for (name, module) in modules {
      hash.add(name)
      hash.add(publicNamesHash(of: module))
    }
    let result = hash.finish()
    packageNames[package] = result
    return result
  }

  private func publicNamesHash(of module: ModuleID) -> Hash128 {
    var hash = HashBuilder()
    hash.add(program.packages[program.modules[module].package].name)
    hash.add(program.modules[module].name)
    for (name, entry) in sorted(scopes[module.index].declared) {
      guard case .declaration(let id) = entry.resolution, program.declarations[id].isPublic else {
        continue
      }
      hash.add(name)
      hash.add(program.declarations[id].stableID)
    }
    for (name, resolution) in sorted(scopes[module.index].exported) {
      hash.add(name)
      if case .declaration(let id) = resolution { hash.add(program.declarations[id].stableID) }
    }
    return hash.finish()
  }
}
