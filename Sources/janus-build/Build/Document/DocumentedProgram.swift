// What documentation is made of: the public declarations of some packages, by module.
//
// Reads: the ASTDB. Produces: modules in order of their names, each with its items in the order of
// the source. Leaves out what is private, tests, and names that begin with `__`, which only the
// compiler uses.
import ASTDB
import Base

/// A declaration, or a member of one.
struct DocumentedItem {
  enum Kind: String {
    case structure = "struct"
    case enumeration = "enum"
    case error
    case trait
    case function = "func"
    case constant = "const"
    case variable = "static"
    case alias = "type"
    case capability
    case field
    case variant
    case method
    /// Functions of a type that is declared elsewhere: `impl i64`.
    case addition = "impl"
  }
  var kind: Kind
  var name: String
  /// The path in the whole program.
  var symbol: String
  var signature: String
  var documentation: String
  var line: Int
  var members: [DocumentedItem] = []
  /// The traits that it implements, as they are written.
  var traits: [String] = []
}

struct DocumentedModule {
  var package: String
  /// `std.fs`; a package's root module has its name.
  var name: String
  var items: [DocumentedItem] = []
  /// Symbols of what it shows of other modules (`pub import`).
  var reexports: [String] = []
}

struct DocumentedProgram {
  private(set) var modules: [DocumentedModule] = []

  /// The public declarations of `packages` in the database.
  init(_ database: ASTDB, packages: [String]) throws {
    let program = CheckedProgram()
    try database.load(into: program)
    let collector = Collector(program: program)
    for package in packages {
      for module in program.modules.ids
      where program.packages[program.modules[module].package].name == package {
        let items = collector.items(in: module)
        let reexports = program.modules[module].reexports.map {
          program.declarations[$0.target].path
        }
        guard !items.isEmpty || !reexports.isEmpty else { continue }
        let path = program.modules[module].name
        let name = path.isEmpty ? package : "\(package).\(path)"
        modules.append(
          DocumentedModule(package: package, name: name, items: items, reexports: reexports))
      }
    }
    modules.sort { ($0.package, $0.name) < ($1.package, $1.name) }
  }
}

private struct Collector {
  let program: CheckedProgram
  private var byModule: [ModuleID: [DeclarationID]] = [:]

  init(program: CheckedProgram) {
    self.program = program
    for id in program.declarations.ids {
      byModule[program.declarations[id].module, default: []].append(id)
    }
  }

  func text(_ symbol: Symbol) -> String { program.interner.text(symbol) }

  func items(in module: ModuleID) -> [DocumentedItem] {
    let declarations = (byModule[module] ?? []).sorted {
      program.declarations[$0].span.start < program.declarations[$1].span.start
    }
    var items: [DocumentedItem] = []
    for id in declarations where !program.declarations[id].parent.exists {
      if let item = item(id) { items.append(item) }
    }
    addImplementations(declarations, to: &items)
    return items
  }

  private func isHidden(_ declaration: Declaration) -> Bool {
    !declaration.isPublic || text(declaration.name).hasPrefix("__")
  }

  private func item(_ id: DeclarationID) -> DocumentedItem? {
    let declaration = program.declarations[id]
    guard !isHidden(declaration) else { return nil }
    var item = DocumentedItem(
      kind: .function, name: text(declaration.name), symbol: declaration.path,
      signature: program.signature(of: id), documentation: declaration.documentation,
      line: line(of: declaration))
    switch declaration.detail {
    case .function: item.kind = .function
    case .structure(let detail):
      item.kind = .structure
      item.members = detail.fields.filter { !$0.isPrivate }.map { field($0, .field, id) }
      item.members += methods(detail.members)
    case .enumeration(let detail):
      item.kind = detail.isError ? .error : .enumeration
      item.members = detail.variants.map { variant($0, id) } + methods(detail.members)
    case .trait(let detail):
      item.kind = .trait
      item.members = methods(detail.methods, areAllPublic: true)
    case .constant: item.kind = .constant
    case .staticVariable: item.kind = .variable
    case .typeAlias: item.kind = .alias
    case .capability(let fields):
      item.kind = .capability
      item.members = fields.map { field($0, .field, id) }
    case .implementation, .test: return nil
    }
    return item
  }

  private func line(of declaration: Declaration) -> Int {
    let file = declaration.nameSpan.file
    guard file.exists, file.index < program.files.count else { return 0 }
    return Int(program.files[file].position(of: declaration.nameSpan.start).line)
  }

  private func methods(
    _ members: [DeclarationID], areAllPublic: Bool = false
  ) -> [DocumentedItem] {
    members.compactMap { member in
      let declaration = program.declarations[member]
      guard case .function(let function) = declaration.detail, !function.isDestructor,
        areAllPublic || declaration.isPublic, !text(declaration.name).hasPrefix("__")
      else { return nil }
      return DocumentedItem(
        kind: .method, name: text(declaration.name), symbol: declaration.path,
        signature: program.signature(of: member), documentation: declaration.documentation,
        line: line(of: declaration))
    }
  }

  private func field(
    _ field: Field, _ kind: DocumentedItem.Kind, _ owner: DeclarationID
  ) -> DocumentedItem {
    let name = text(field.name)
    return DocumentedItem(
      kind: kind, name: name, symbol: program.declarations[owner].path + "." + name,
      signature: "\(name): \(program.name(of: field.type))", documentation: field.documentation,
      line: 0)
  }

  private func variant(_ variant: Variant, _ owner: DeclarationID) -> DocumentedItem {
    let name = text(variant.name)
    var payload = ""
    if let first = variant.fields.first {
      let parts = variant.fields.map { field in
        let type = program.name(of: field.type)
        return field.name == .empty ? type : "\(text(field.name)): \(type)"
      }.joined(separator: ", ")
      payload = first.name == .empty ? "(\(parts))" : " { \(parts) }"
    }
    return DocumentedItem(
      kind: .variant, name: name, symbol: program.declarations[owner].path + "." + name,
      signature: name + payload, documentation: variant.documentation, line: 0)
  }

  /// Methods of `impl` blocks go to their type; where that stands in another module, to an item of
  /// their own.
  private func addImplementations(
    _ declarations: [DeclarationID], to items: inout [DocumentedItem]
  ) {
    for id in declarations {
      guard case .implementation(let detail) = program.declarations[id].detail else { continue }
      let type = program.name(of: detail.selfType)
      let name = String(type.prefix { $0 != "[" })
      let owner = items.firstIndex { $0.name == name && $0.kind.hasMembers }
      if detail.trait.exists {
        let trait = text(program.declarations[detail.trait].name)
        if let owner, !items[owner].traits.contains(trait) { items[owner].traits.append(trait) }
        continue
      }
      let added = methods(detail.methods)
      guard !added.isEmpty else { continue }
      if let owner {
        items[owner].members += added
      } else {
        let declaration = program.declarations[id]
        items.append(
          DocumentedItem(
            kind: .addition, name: type, symbol: declaration.path,
            signature: program.signature(of: id), documentation: declaration.documentation,
            line: line(of: declaration), members: added))
      }
    }
  }
}

extension DocumentedItem.Kind {
  var hasMembers: Bool {
    switch self {
    case .structure, .enumeration, .error, .trait, .addition, .capability: true
    case .function, .constant, .variable, .alias, .field, .variant, .method: false
    }
  }

  /// The heading under which items of the kind stand, in the order of the headings.
  static let headings: [(title: String, kinds: [Self])] = [
    ("Types", [.structure, .enumeration, .error, .alias]), ("Traits", [.trait]),
    ("Additions to other types", [.addition]), ("Functions", [.function]),
    ("Constants", [.constant, .variable]), ("Capabilities", [.capability]),
  ]

  static let memberHeadings: [(title: String, kinds: [Self])] = [
    ("Variants", [.variant]), ("Fields", [.field]), ("Functions", [.method]),
  ]
}
