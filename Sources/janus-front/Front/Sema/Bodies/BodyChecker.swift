// Checks the code of one declaration, in one pass over its syntax.
// Reads:    the syntax tree of the body; names, types, members and conformance through SemaContext.
// Produces: a `Body`: every name resolved, every type known, everything implicit written out.
// Rejects:  what Names.swift, Call.swift, If.swift and the other files here report at their ends.
// Assumes:  the declarations of all packages in the run are resolved.
import ASTDB
import Base
import Parser

struct BodyChecker {
  let context: SemaContext
  let program: CheckedProgram
  var known: KnownBodyNames
  var tree: SyntaxTree
  var scope: DeclarationScope
  var rules: ProfileRules
  var body: Body
  /// Byte offset of the declaration: spans of nodes are relative to it.
  var base: Int32
  var inference: Inference
  var errorCount = 0

  // Tables of this body, found by the ID of what they hold; an entry counts when its stamp does.
  var typeSlots = SlotTable()
  var declarationSlots = SlotTable()
  var stringSlots = SlotTable()

  // Names in scope.
  var bindings: ContiguousArray<Binding> = []
  /// By symbol: 1 + index of the innermost binding of that name, or 0.
  var innermost: ContiguousArray<UInt32> = []
  var scopeDepth: Int32 = 0
  /// How deep the blocks are that hold declarations.
  var localScopeDepths: [Int32: Int32] = [:]
  /// Parallel to `body.variables`.
  var facts: ContiguousArray<VariableFacts> = []
  /// `self`, when there is one.
  var selfVariable = VariableID.none
  /// Optional places known not to be null here.
  var narrowed: [NarrowedPlace] = []
  /// The expression that is looked at as an optional whatever is known of it.
  var wholePlace = SyntaxID.none

  /// The function or closure whose body this is, innermost last.
  var functions: [FunctionFrame] = []
  var loops: [LoopFrame] = []
  /// Open `unsafe` blocks: whether something in each needed it.
  var unsafeBlocks: [Bool] = []
  var chain = ChainState()
  /// By declaration: 0 not asked, 1 no raw pointer in the signature, 2 one.
  var expressible: ContiguousArray<UInt8> = []
  var alternatives: [AlternativeFrame] = []
  /// The names that the pattern being checked binds.
  var patternNames: Set<Symbol> = []
  var patternDepth = 0
  /// The call is the language's own, as of `__at` for `m[k]`: its signature is nobody's business.
  var isProtocolCall = false
  var deferDepth = 0
  /// Parallel to `body.closures`.
  var closureFacts: [ClosureFacts] = []
  /// Changes of variables made inside closures that capture them.
  var capturedChanges: [CapturedChange] = []
  /// Literals whose node is completed when types are known.
  var literals: ContiguousArray<PendingLiteral> = []
  /// Places copied when their type was not known yet.
  var pendingCopies: ContiguousArray<PendingCopy> = []
  /// Requirements of calls on types that were not known yet.
  var pendingBounds: [PendingBound] = []
  /// Conditions whose bindings are being seen by the code after them.
  var openTests: [OpenTest] = []
  var nesting = 0
  var isTooDeep = false

  init(_ context: SemaContext, tree: SyntaxTree) {
    self.context = context
    program = context.program
    known = KnownBodyNames(context.program.interner)
    self.tree = tree
    scope = DeclarationScope(
      module: .none, owner: .none, selfType: .none, profile: .core)
    rules = scope.profile.rules
    body = Body(owner: .none)
    base = 0
    inference = Inference(program: context.program)
  }

  /// Makes the checker ready for another body; its tables keep their memory.
  mutating func begin(_ owner: DeclarationID, tree: SyntaxTree, scope: DeclarationScope) {
    self.tree = tree
    self.scope = scope
    rules = scope.profile.rules
    body = Body(owner: owner)
    base = owner.exists ? program.declarations[owner].span.start : 0
    known.refresh(program)
    selfVariable = .none
    inference.reset()
    errorCount = 0
    typeSlots.reset()
    declarationSlots.reset()
    stringSlots.reset()
    facts.removeAll(keepingCapacity: true)
    narrowed.removeAll()
    functions.removeAll(keepingCapacity: true)
    loops.removeAll(keepingCapacity: true)
    unsafeBlocks.removeAll(keepingCapacity: true)
    literals.removeAll(keepingCapacity: true)
    pendingCopies.removeAll(keepingCapacity: true)
    pendingBounds.removeAll(keepingCapacity: true)
    openTests.removeAll(keepingCapacity: true)
    chain = ChainState()
    alternatives.removeAll()
    deferDepth = 0
    closureFacts.removeAll()
    localScopeDepths.removeAll()
    capturedChanges.removeAll()
    nesting = 0
    isTooDeep = false
  }

  // MARK: Reporting

  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { noteKnownError() }
    context.report(diagnostic)
  }

  /// The body has a mistake that has been reported, here or elsewhere.
  mutating func noteKnownError() {
    body.isValid = false
    errorCount += 1
  }

  /// A node for what could not be made sense of, already reported.
  mutating func errorNode(_ id: SyntaxID) -> NodeID {
    body.isValid = false
    return emit(.error, TypeTable.error, at: id)
  }

  mutating func fail(_ diagnostic: Diagnostic, at id: SyntaxID) -> NodeID {
    report(diagnostic)
    return errorNode(id)
  }

  // MARK: Nodes

  func span(_ id: SyntaxID) -> SourceSpan { tree.span(id) }

  func nodeSpan(_ id: SyntaxID) -> NodeSpan {
    let span = tree.spans[id.index]
    return NodeSpan(start: span.start - base, end: span.end - base)
  }

  func sourceSpan(_ span: NodeSpan) -> SourceSpan {
    SourceSpan(file: tree.file, start: span.start + base, end: span.end + base)
  }

  func sourceSpan(of node: NodeID) -> SourceSpan { sourceSpan(body.spans[node.index]) }

  mutating func emit(
    _ kind: NodeKind, _ type: TypeID, a: UInt32 = 0, b: UInt32 = 0, c: UInt32 = 0,
    flags: UInt8 = 0, at id: SyntaxID
  ) -> NodeID {
    body.append(
      Node(kind, type: typeSlot(type), a: a, b: b, c: c, flags: flags), at: nodeSpan(id))
  }

  mutating func emit(
    _ kind: NodeKind, _ type: TypeID, a: UInt32 = 0, b: UInt32 = 0, c: UInt32 = 0,
    flags: UInt8 = 0, like node: NodeID
  ) -> NodeID {
    body.append(
      Node(kind, type: typeSlot(type), a: a, b: b, c: c, flags: flags), at: body.spans[node.index])
  }

  /// The type of a node as far as it is known.
  mutating func type(of node: NodeID) -> TypeID {
    inference.resolve(body.types[Int(body.nodes[node.index].type)])
  }

  mutating func isNever(_ node: NodeID) -> Bool { type(of: node) == TypeTable.never }

  mutating func typeSlot(_ type: TypeID) -> UInt32 {
    if let slot = typeSlots.find(type.raw) { return slot }
    body.types.append(type)
    return typeSlots.add(type.raw)
  }

  mutating func declarationSlot(_ declaration: DeclarationID) -> UInt32 {
    if let slot = declarationSlots.find(declaration.raw) { return slot }
    body.declarations.append(declaration)
    context.noteRead(declaration)
    return declarationSlots.add(declaration.raw)
  }

  mutating func stringSlot(_ symbol: Symbol) -> UInt32 {
    if let slot = stringSlots.find(symbol.raw) { return slot }
    body.strings.append(symbol)
    return stringSlots.add(symbol.raw)
  }

  mutating func typeList(_ types: [TypeID]) -> UInt32 {
    if types.isEmpty { return 0 }
    return body.addList(types.map { typeSlot($0) })
  }

  mutating func nodeList(_ nodes: [NodeID]) -> UInt32 {
    if nodes.isEmpty { return 0 }
    return body.addList(nodes.lazy.map(\.raw))
  }

  // MARK: Types

  mutating func freshType(_ id: SyntaxID, _ kind: VariableClass = .any) -> TypeID {
    let span = tree.spans[id.index]
    return inference.fresh(kind, start: span.start, end: span.end)
  }

  /// The type as a user would write it; literals of open type are called by their class.
  mutating func name(of type: TypeID) -> String {
    let solved = inference.solved(type)
    switch inference.classOfVariable(solved) {
    case .some(.integer): return "integer"
    case .some(.float): return "float"
    case .some(.any): return "_"
    case nil: return program.name(of: solved)
    }
  }

  func text(_ symbol: Symbol) -> String { program.interner.text(symbol) }
}

/// Gives each key a small number, once for each body, without a dictionary.
struct SlotTable {
  private var slots: ContiguousArray<UInt32> = []
  private var stamps: ContiguousArray<UInt32> = []
  private var stamp: UInt32 = 1
  private var count: UInt32 = 0

  mutating func reset() {
    stamp += 1
    count = 0
  }

  @inline(__always)
  func find(_ key: UInt32) -> UInt32? {
    let index = Int(key)
    return index < slots.count && stamps[index] == stamp ? slots[index] : nil
  }

  mutating func add(_ key: UInt32) -> UInt32 {
    let index = Int(key)
    if index >= slots.count {
      let missing = max(index + 1, slots.count * 2) - slots.count
      slots.append(contentsOf: repeatElement(0, count: missing))
      stamps.append(contentsOf: repeatElement(0, count: missing))
    }
    slots[index] = count
    stamps[index] = stamp
    count += 1
    return count - 1
  }
}

/// A function body or closure being checked.
struct FunctionFrame {
  /// The declared result, or a variable to be solved.
  var result: TypeID
  /// What a mismatch in `return` is explained with.
  var resultCause: Cause
  /// The closure, or none for the declaration's own body.
  var closure: ClosureID
  /// `closures.count` before it: variables declared outside have a smaller depth.
  var depth: Int32
  var loopBase: Int
  var deferBase: Int
  /// A test, an initialiser or a script's top level: `return`, `?` and `fail` differ there.
  var kind: Kind

  enum Kind { case function, closure, test, initialiser, script }
}

struct LoopFrame {
  var label: Symbol
  var labelSpan: SourceSpan
  var hasBreak = false
  var deferDepth: Int
}

struct PendingLiteral {
  var node: NodeID
  var value: UInt128
  var isNegative: Bool
  var isFloat: Bool
}

struct PendingCopy {
  var node: NodeID
}

/// A `let` condition whose node is completed when the code after it has been checked.
struct OpenTest {
  var node: NodeID
  var scrutinee: Scrutinee
}

struct PendingBound {
  var type: TypeID
  var parameter: GenericParameter
  var arguments: [TypeID]
  var span: SourceSpan
  var function: DeclarationID
}
