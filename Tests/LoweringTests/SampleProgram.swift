// Checked programs built by hand, for testing the lowering without the front.
import ASTDB
import Base

/// Builds one body node by node.
struct BodyBuilder {
  var body: Body
  private var position: Int32 = 0

  init(_ owner: DeclarationID) { body = Body(owner: owner) }

  mutating func type(_ type: TypeID) -> UInt32 {
    if let known = body.types.firstIndex(of: type) { return UInt32(known) }
    body.types.append(type)
    return UInt32(body.types.count - 1)
  }

  mutating func node(
    _ kind: NodeKind, _ type: TypeID, _ a: UInt32 = 0, _ b: UInt32 = 0, _ c: UInt32 = 0,
    flags: UInt8 = 0
  ) -> UInt32 {
    let index = self.type(type)
    position += 1
    return body.append(
      Node(kind, type: index, a: a, b: b, c: c, flags: flags),
      at: NodeSpan(start: position, end: position + 1)
    ).raw
  }

  mutating func variable(_ kind: VariableKind, _ type: TypeID, _ name: Symbol) -> UInt32 {
    let index = self.type(type)
    body.variables.append(
      Variable(name: name, type: index, kind: kind, span: NodeSpan(start: 0, end: 1)))
    return UInt32(body.variables.count - 1)
  }

  mutating func declaration(_ id: DeclarationID) -> UInt32 {
    body.declarations.append(id)
    return UInt32(body.declarations.count - 1)
  }

  mutating func integer(_ value: UInt32) -> UInt32 { node(.integer, TypeTable.i64, value) }

  mutating func list(_ words: [UInt32]) -> UInt32 { body.addList(words) }

  mutating func block(_ statements: [UInt32], _ value: UInt32? = nil, _ type: TypeID) -> UInt32 {
    let words = list(statements)
    return node(.block, type, words, value ?? .max)
  }
}

/// A program of one package and one module.
struct ProgramBuilder {
  let program = CheckedProgram()
  let module: ModuleID

  init() {
    let file = program.files.append(SourceFile(path: "main.jan", text: "// Text.\n"))
    let package = program.packages.append(Package(name: "main", profile: .core))
    module = program.modules.append(
      Module(package: package, name: "", file: file, profile: .core))
  }

  func name(_ text: String) -> Symbol { program.interner.intern(text) }

  func add(_ kind: DeclarationKind, _ name: String, _ detail: DeclarationDetail) -> DeclarationID {
    let span = SourceSpan(file: program.modules[module].file, start: 0, end: 8)
    var value = Declaration(
      kind: kind, name: self.name(name), module: module, parent: .none, isPublic: false, span: span,
      nameSpan: span, profile: .core, path: "main.\(name)", detail: detail)
    value.stableID = Hash128.of("\(kind) \(name)")
    return program.declarations.append(value)
  }

  func function(
    _ name: String, _ parameters: [(String, TypeID, PassingMode)], _ result: TypeID
  ) -> DeclarationID {
    var detail = FunctionDetail()
    detail.parameters = parameters.map {
      Parameter(name: self.name($0.0), type: $0.1, mode: $0.2)
    }
    detail.result = result
    return add(.function, name, .function(detail))
  }

  func setBody(
    _ declaration: DeclarationID, _ builder: BodyBuilder, root: UInt32, parameters: Int = 0
  ) {
    var body = builder.body
    body.root = NodeID(root)
    body.parameterCount = UInt32(parameters)
    program.declarations[declaration].body = program.bodies.append(body)
  }
}
