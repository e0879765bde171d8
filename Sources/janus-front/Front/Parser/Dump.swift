// A syntax tree as text, for tests and for people: one line for each node, children indented.
import Base

/// How `{ … }` and `do … end` are shown.
public enum BlockForms { case told, ignored }

/// An indented s-expression of the whole tree.
public func dump(
  _ tree: SyntaxTree, interner: Interner, blockForms: BlockForms = .told
) -> String {
  var dumper = TreeDumper(tree: tree, interner: interner, blockForms: blockForms)
  for item in tree.items { dumper.node(item) }
  return dumper.text
}

struct TreeDumper {
  let tree: SyntaxTree
  let interner: Interner
  let blockForms: BlockForms
  var text = ""
  var level = 0

  mutating func line(_ words: String...) {
    text += String(repeating: "  ", count: level)
    text += words.filter { !$0.isEmpty }.joined(separator: " ")
    text += "\n"
  }

  func name(_ symbol: Symbol) -> String { interner.text(symbol) }

  func quoted(_ symbol: Symbol) -> String {
    var result = "\""
    for scalar in interner.text(symbol).unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0": result += "\\0"
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  mutating func under(_ children: NodeID...) {
    level += 1
    for child in children where child.exists { node(child) }
    level -= 1
  }

  mutating func under(_ list: NodeList) {
    level += 1
    for child in list { node(child) }
    level -= 1
  }

  /// A named group of children, left out when it is empty.
  mutating func group(_ title: String, _ list: NodeList) {
    guard !list.isEmpty else { return }
    level += 1
    line(title)
    under(list)
    level -= 1
  }

  mutating func group(_ title: String, _ child: NodeID) {
    guard child.exists else { return }
    level += 1
    line(title)
    under(child)
    level -= 1
  }

  func mode(_ mode: PassingMode) -> String {
    switch mode {
    case .borrow: ""
    case .inout: "inout"
    case .owned: "owned"
    }
  }

  func flags(_ flags: NodeFlags) -> String {
    var words: [String] = []
    if flags.contains(.public) { words.append("pub") }
    if flags.contains(.private) { words.append("private") }
    if flags.contains(.mutable) { words.append("mut") }
    if flags.contains(.shared) { words.append("shared") }
    if flags.contains(.errorType) { words.append("error") }
    if flags.contains(.external) { words.append("extern") }
    if flags.contains(.exported) { words.append("export") }
    return words.joined(separator: " ")
  }

  mutating func node(_ id: NodeID) {
    guard !declaration(id), !type(id), !statement(id), !pattern(id) else { return }
    expression(id)
  }

  // MARK: Declarations

  private mutating func head(_ word: String, _ id: NodeID) {
    let declaration = tree.declaration(id)
    line(word, name(declaration.name), flags(declaration.flags))
    if !declaration.documentation.isEmpty {
      level += 1
      line("documented")
      level -= 1
    }
    under(declaration.attributes)
  }

  private mutating func declaration(_ id: NodeID) -> Bool {
    switch tree.kind(id) {
    case .profile: head("profile", id)
    case .importModule:
      let item = tree.importModule(id)
      line("import", item.path.map(name).joined(separator: "."), "as", name(tree.declaredName(id)))
      under(item.selection)
    case .importSelection:
      let item = tree.importSelection(id)
      line("selection", name(item.name), name(item.alias))
    case .importC: line("import-c", quoted(tree.importedHeader(id)), name(tree.declaredName(id)))
    case .function: function(id)
    case .destructor:
      head("destructor", id)
      under(tree.destructorBody(id))
    case .parameter:
      let item = tree.parameter(id)
      line("parameter", mode(item.mode), name(item.name))
      under(item.type, item.defaultValue)
    case .selfParameter:
      let item = tree.parameter(id)
      line("self-parameter", mode(item.mode))
      under(item.type)
    case .typeParameter: line("type-parameter", name(tree.symbol(id)))
    case .genericParameter:
      let item = tree.genericParameter(id)
      line("generic", name(item.name))
      under(item.bounds)
    case .structure:
      let item = tree.structure(id)
      head("struct", id)
      group("generics", item.genericParameters)
      under(item.members)
    case .field:
      let item = tree.field(id)
      head("field", id)
      under(item.type, item.defaultValue)
    case .enumeration:
      let item = tree.enumeration(id)
      head("enum", id)
      group("generics", item.genericParameters)
      group("backing", item.backingType)
      under(item.members)
    case .variant:
      let item = tree.variant(id)
      head("variant", id)
      under(item.payload)
      group("value", item.discriminant)
    case .trait:
      let item = tree.trait(id)
      head("trait", id)
      group("generics", item.genericParameters)
      group("supertraits", item.supertraits)
      under(item.members)
    case .implementation:
      let item = tree.implementation(id)
      head("impl", id)
      group("generics", item.genericParameters)
      group("trait", item.trait)
      group("target", item.target)
      under(item.members)
    case .typeAlias:
      let item = tree.typeAlias(id)
      head("type", id)
      group("generics", item.genericParameters)
      under(item.type)
    case .constant, .staticVariable:
      let item = tree.constant(id)
      head(tree.kind(id) == .constant ? "const" : "static", id)
      under(item.type, item.value)
    case .test:
      line("test", quoted(tree.declaredName(id)))
      under(tree.testBody(id))
    case .capability:
      head("capability", id)
      under(tree.capabilityFields(id))
    case .attribute:
      let item = tree.attribute(id)
      line("attribute", name(item.name))
      under(item.arguments)
    case .requiresCapability:
      let item = tree.capabilityReference(id)
      line("cap")
      under(item.type)
      under(item.fields)
    case .requiresCondition:
      line("requires")
      under(tree.condition(id))
    case .ensures:
      line("ensures")
      under(tree.condition(id))
    case _: return false
    }
    return true
  }

  private mutating func function(_ id: NodeID) {
    let item = tree.function(id)
    head("func", id)
    if item.abi != .empty || item.flags.contains(.variadic) {
      level += 1
      line("abi", quoted(item.abi), item.flags.contains(.variadic) ? "variadic" : "")
      level -= 1
    }
    group("generics", item.genericParameters)
    under(item.parameters)
    group("result", item.result)
    under(item.clauses)
    under(item.body)
  }

  // MARK: Types

  private mutating func type(_ id: NodeID) -> Bool {
    switch tree.kind(id) {
    case .typeName, .typeMember:
      let item = tree.namedType(id)
      line("type-name", name(item.name))
      under(item.qualifier)
      under(item.arguments)
    case .selfType: line("type-Self")
    case .typeType: line("type-type")
    case .inferredType: line("type-inferred")
    case .optionalType:
      line("type-optional")
      under(tree.innerType(id))
    case .resultType:
      line("type-result")
      under(tree.resultType(id).value, tree.resultType(id).error)
    case .pointerType:
      line("type-pointer", tree.isConstantPointer(id) ? "const" : "")
      under(tree.innerType(id))
    case .sliceType:
      line("type-slice", tree.isConstantPointer(id) ? "const" : "")
      under(tree.innerType(id))
    case .arrayType:
      line("type-array")
      under(tree.arrayType(id).length, tree.arrayType(id).element)
    case .tupleType:
      line("type-tuple")
      under(tree.tupleElements(id))
    case .functionType:
      let item = tree.functionType(id)
      item.isUnique ? line("type-func", "unique") : line("type-func")
      under(item.parameters)
      group("result", item.result)
      under(item.clauses)
    case .functionTypeParameter:
      let item = tree.functionTypeParameter(id)
      line("parameter", mode(item.mode), name(item.name))
      under(item.type)
    case _: return false
    }
    return true
  }

  // MARK: Statements

  private mutating func statement(_ id: NodeID) -> Bool {
    switch tree.kind(id) {
    case .local:
      let item = tree.local(id)
      line(item.isMutable ? "var" : "let")
      under(item.attributes)
      under(item.pattern, item.type, item.value)
    case .assignment:
      let item = tree.assignment(id)
      line("assign", item.operation == .assign ? "=" : item.operation.text + "=")
      under(item.target, item.value)
    case .postfixCondition:
      let item = tree.postfixCondition(id)
      line(item.isUnless ? "unless" : "when")
      under(item.condition, item.statement)
    case .deferred:
      line("defer")
      under(tree.operand(id))
    case .using:
      let item = tree.using(id)
      line("using", name(item.name))
      under(item.type, item.value, item.body)
    case .block:
      let isDo = blockForms == .told && tree[id].flags.contains(.doBlock)
      line(isDo ? "do" : "block")
      under(tree.statements(id))
    case .ifExpression:
      let item = tree.ifExpression(id)
      line("if")
      under(item.condition, item.then, item.otherwise)
    case .letCondition:
      let item = tree.letCondition(id)
      line(item.isMutable ? "var-condition" : "let-condition")
      under(item.pattern, item.type, item.value)
    case .whileLoop:
      let item = tree.whileLoop(id)
      line("while", name(item.label))
      under(item.condition, item.body)
    case .forLoop:
      let item = tree.forLoop(id)
      line("for", name(item.label))
      under(item.pattern, item.sequence, item.body)
    case .match:
      line("match")
      under(tree.match(id).scrutinee)
      under(tree.match(id).arms)
    case .matchArm:
      let item = tree.matchArm(id)
      line("arm", item.isElse ? "else" : "")
      under(item.pattern)
      group("when", item.guardCondition)
      under(item.body)
    case .unsafeBlock:
      line("unsafe")
      under(tree.operand(id))
    case .grant:
      let item = tree.grant(id)
      line("grant", name(item.name))
      under(item.capabilities)
      under(item.body)
    case .scratchpad:
      let item = tree.scratchpad(id)
      line("with_scratchpad", name(item.name))
      under(item.capacity, item.body)
    case _: return false
    }
    return true
  }

  // MARK: Patterns

  private mutating func pattern(_ id: NodeID) -> Bool {
    switch tree.kind(id) {
    case .wildcardPattern: line("pattern _")
    case .bindingPattern:
      line("pattern", mode(tree.bindingPattern(id).mode), name(tree.bindingPattern(id).name))
    case .literalPattern:
      line("pattern-literal")
      under(tree.patternLiteral(id))
    case .rangePattern:
      let item = tree.range(id)
      line("pattern-range", item.operation == .halfOpen ? "..<" : "..=")
      under(item.lower, item.upper)
    case .constructorPattern:
      let item = tree.constructorPattern(id)
      line("pattern-constructor", name(item.variant), item.hasRest ? ".." : "")
      under(item.type)
      under(item.payload)
    case .fieldPattern:
      line("pattern-field", name(tree.fieldPattern(id).name))
      under(tree.fieldPattern(id).pattern)
    case .tuplePattern:
      line("pattern-tuple")
      under(tree.elements(id))
    case .sequencePattern:
      line("pattern-sequence")
      under(tree.elements(id))
    case .restPattern:
      line("pattern-rest", mode(tree.bindingPattern(id).mode), name(tree.bindingPattern(id).name))
    case .namedPattern:
      line("pattern-named")
      under(tree.namedPattern(id).name, tree.namedPattern(id).pattern)
    case .alternativePattern:
      line("pattern-or")
      under(tree.elements(id))
    case _: return false
    }
    return true
  }
}
