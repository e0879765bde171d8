// Lowering of one body to one MIR function: the state of the builder and the small steps that every
// construct is made of. The constructs are in files of their own, as extensions.
import ASTDB
import Base
import MIR

struct FunctionLowering {
  let context: ModuleLowering
  let body: Body
  let arguments: [TypeID]
  let policy: CopyPolicy
  /// The body's types with type arguments put in; parallel to `body.types`.
  let concrete: ContiguousArray<TypeID>
  /// Lowered lazily; parallel to `concrete`.
  var lowered: ContiguousArray<MIRTypeID>
  let reference: FunctionRefID
  var function: MIRFunction
  let symbol: String

  /// Where instructions go; none while control cannot come here.
  var current = BlockID.none
  /// The current block holds an instruction that panics to the block's cleanup.
  var currentPanics = false
  /// Blocks that something leads to.
  var reached: ContiguousArray<Bool> = []
  /// Blocks made now are reached by unwinding only.
  var isCleanup = false
  var resumeBlock = BlockID.none

  /// What to do when scopes are left, innermost last; see Scope.swift.
  var items: ContiguousArray<CleanupItem> = []
  var scopeStarts: ContiguousArray<Int> = []

  var variables: ContiguousArray<PlaceID>
  /// Variables that some `move` ends, or that begin without a value.
  var mayBeEmpty: ContiguousArray<Bool>
  /// The names of a pattern with alternatives, which each alternative fills.
  var sharedBindings: [UInt32: PlaceID] = [:]
  /// Names that take are only lent, until the guard has decided.
  var isGuarding = false
  var loops: ContiguousArray<LoopTarget> = []
  var result = PlaceID.none
  /// The hidden parameter that says where the result's memory comes from; none without one.
  var destination = PlaceID.none
  var resultType: MIRTypeID
  var resultSource: TypeID
  var accessCount: UInt32 = 0
  /// Accesses of the closures among the arguments of the call that is being lowered.
  var closureAccesses: [CallAccess] = []
  /// Accesses of the closures that variables hold.
  var heldAccesses: [UInt32: [CallAccess]] = [:]
  /// Indices of a place that is about to change, evaluated before the way to it.
  var evaluatedIndices: [NodeID: PlaceID] = [:]
  var closureCount = 0
  /// The functions of the closures lowered so far.
  var closureTargets: [UInt32: FunctionRefID] = [:]

  var location = MIRLocation.none
  let file: SourceFileID
  let baseOffset: Int32
  let baseLine: Int32
  private var lineStart: Int32 = 0
  private var lineEnd: Int32 = -1
  private var line: Int32 = 0

  init(
    _ context: ModuleLowering, body: Body, owner: DeclarationID, arguments: [TypeID],
    policy: CopyPolicy, reference: FunctionRefID, displayName: String, result: TypeID
  ) {
    self.context = context
    self.body = body
    self.arguments = arguments
    self.policy = policy
    self.reference = reference
    let ref = context.module.functionRefs[reference]
    symbol = ref.symbol
    function = MIRFunction(symbol: ref.symbol, displayName: displayName, signature: ref.signature)
    if arguments.isEmpty {
      concrete = body.types
    } else {
      concrete = ContiguousArray(body.types.map { context.program.substitute(arguments, in: $0) })
    }
    lowered = ContiguousArray(repeating: .none, count: concrete.count)
    variables = ContiguousArray(repeating: .none, count: body.variables.count)
    mayBeEmpty = ContiguousArray(repeating: false, count: body.variables.count)
    resultSource = result
    resultType = context.mirType(result)

    guard owner.exists else {
      file = .none
      baseOffset = 0
      baseLine = 1
      return
    }
    let declaration = context.program.declarations[owner]
    file = declaration.span.file
    baseOffset = max(declaration.span.start, 0)
    if file.exists {
      baseLine = context.program.files[file].position(of: baseOffset).line
      function.file = context.fileIndex(file)
    } else {
      baseLine = 1
    }
    function.baseLine = baseLine
    function.baseOffset = baseOffset
    function.overflowChecks = declaration.trapsOverflow || !context.options.release
    let module = declaration.module
    if module.exists {
      function.panicAborts =
        context.program.packages[context.program.modules[module].package].panicAborts
    }
    addAttributes(of: declaration)
    findMoves()
  }

  /// A function that the compiler makes: no body, no place in a file.
  init(
    glue context: ModuleLowering, policy: CopyPolicy? = nil, reference: FunctionRefID,
    displayName: String, result: MIRTypeID
  ) {
    self.init(
      context, body: Body(owner: .none), owner: .none, arguments: [],
      policy: policy ?? context.gluePolicy, reference: reference, displayName: displayName,
      result: context.sourceOf[result.index])
    function.attributes.insert(.glue)
  }

  private mutating func addAttributes(of declaration: Declaration) {
    for attribute in declaration.attributes {
      switch context.program.interner.text(attribute.name) {
      case "inline": function.attributes.insert(.inline)
      case "noinline": function.attributes.insert(.noinline)
      case "cold": function.attributes.insert(.cold)
      case _: break
      }
    }
  }

  /// Notes which variables may be without a value at some time.
  private mutating func findMoves() {
    for node in body.nodes {
      if node.kind == .move {
        var place = body[NodeID(node.a)]
        while place.kind == .field || place.kind == .payload { place = body[NodeID(place.a)] }
        if place.kind == .variable { mayBeEmpty[Int(place.a)] = true }
      } else if node.kind == .declare, node.b == UInt32.max {
        mayBeEmpty[Int(node.a)] = true
      } else if node.kind == .closure, body.closures[Int(node.a)].escapes {
        let closure = body.closures[Int(node.a)]
        for capture in closure.captures where !closure.lends(capture) {
          mayBeEmpty[capture.index] = true
        }
      }
    }
  }

  // MARK: Types

  mutating func mirType(at index: UInt32) -> MIRTypeID {
    let known = lowered[Int(index)]
    if known.exists { return known }
    let type = context.mirType(concrete[Int(index)])
    lowered[Int(index)] = type
    return type
  }

  mutating func mirType(of id: NodeID) -> MIRTypeID { mirType(at: body.nodes[id.index].type) }
  func type(of id: NodeID) -> TypeID { concrete[Int(body.nodes[id.index].type)] }
  func kind(of type: TypeID) -> TypeKind { context.program.types[type] }
  func ownership(_ type: MIRTypeID) -> Ownership { context.ownershipOf[type.index] }
  func isTrivial(_ type: MIRTypeID) -> Bool { context.ownershipOf[type.index] == .trivial }
  func isScalar(_ type: MIRTypeID) -> Bool { context.scalarOf[type.index] }
  func type(of place: PlaceID) -> MIRTypeID { function.places[place].type }

  /// Has no bits at all: `void` and `never`.
  func isEmpty(_ type: MIRTypeID) -> Bool {
    let source = context.sourceOf[type.index]
    return (source == TypeTable.void && context.module.types[type].size == 0)
      || source == TypeTable.never
  }

  var boolType: MIRTypeID { context.mirType(TypeTable.bool) }
  var i64Type: MIRTypeID { context.mirType(TypeTable.i64) }
  var u8Type: MIRTypeID { context.mirType(TypeTable.u8) }
  var voidType: MIRTypeID { context.mirType(TypeTable.void) }
  var stringType: MIRTypeID { context.mirType(context.languageItems.stringType) }

  // MARK: Locations

  /// The location of a node; computed from the last one when it is on the same line.
  mutating func locate(_ span: NodeSpan) -> MIRLocation {
    guard file.exists else { return .none }
    let offset = baseOffset + span.start
    if offset < lineStart || offset > lineEnd {
      let source = context.program.files[file]
      let position = source.position(of: offset)
      line = position.line - baseLine
      lineStart = offset - position.column + 1
      lineEnd = source.end(ofLine: position.line)
    }
    return MIRLocation(
      start: span.start, end: span.end, line: line, column: offset - lineStart + 1)
  }

  mutating func locate(_ id: NodeID) -> MIRLocation { locate(body.spans[id.index]) }

  func span(of id: NodeID) -> SourceSpan {
    let span = body.spans[id.index]
    return SourceSpan(file: file, start: baseOffset + span.start, end: baseOffset + span.end)
  }

  mutating func reportUnsupported(_ what: String, _ id: NodeID) {
    context.diagnostics.report(.notLowered(what, span(of: id)))
  }

  // MARK: Locals

  mutating func addLocal(
    _ type: MIRTypeID, name: String = "", storage: LocalStorage = .stack, isMutable: Bool = false
  ) -> PlaceID {
    let local = function.addLocal(
      Local(name: name, type: type, storage: storage, isMutable: isMutable, location: location))
    return function.place(local)
  }

  /// A temporary that nothing destroys by itself.
  mutating func temporary(_ type: MIRTypeID) -> PlaceID { addLocal(type) }

  /// The local that a place is the whole of.
  func local(of place: PlaceID) -> LocalID {
    guard case .local(let id) = function.places[place].base else { return .none }
    return id
  }

  // MARK: Blocks

  mutating func newBlock() -> BlockID { function.addBlock(isCleanup: isCleanup) }

  /// Continues in `block`, unless nothing leads there.
  mutating func begin(_ block: BlockID) {
    current = block.index < reached.count && reached[block.index] ? block : .none
    currentPanics = false
  }

  /// Continues in a block that is entered in a way that terminators do not show.
  mutating func beginReached(_ block: BlockID) {
    markReached(block)
    begin(block)
  }

  private mutating func markReached(_ block: BlockID) {
    guard block.exists else { return }
    while reached.count <= block.index { reached.append(false) }
    reached[block.index] = true
  }

  mutating func emit(_ instruction: Instruction) {
    guard current.exists else { return }
    function.append(instruction, to: current, at: location)
  }

  /// Appends an instruction that may panic; starts a new block when the current one cleans up
  /// differently.
  mutating func emitPanicking(_ instruction: Instruction) {
    guard current.exists else { return }
    let cleanup = isCleanup ? BlockID.none : cleanupTarget()
    if !currentPanics {
      function.blocks[current].cleanup = cleanup
    } else if function.blocks[current].cleanup != cleanup {
      let next = newBlock()
      go(to: next)
      begin(next)
      function.blocks[current].cleanup = cleanup
    }
    currentPanics = true
    function.append(instruction, to: current, at: location)
  }

  mutating func terminate(_ terminator: Terminator) {
    guard current.exists else { return }
    function.terminate(current, terminator, at: location)
    current = .none
    markReached(terminator.next)
    markReached(terminator.otherwise)
    if terminator.kind == .switch {
      for i in Int(terminator.first)..<Int(terminator.first + terminator.count) {
        markReached(function.switchCases[i].target)
      }
    }
  }

  mutating func go(to block: BlockID) {
    terminate(Terminator(kind: .goto, next: block))
  }

  mutating func branch(_ condition: Operand, then: BlockID, otherwise: BlockID) {
    terminate(
      Terminator(kind: .branch, operand: condition, next: then, otherwise: otherwise))
  }

  mutating func unreachable() { terminate(Terminator(kind: .unreachable)) }

  // MARK: Constants

  func constant(_ value: MIRConstant) -> Operand { .constant(context.constant(value)) }

  func integer(_ value: Int64, _ type: MIRTypeID) -> Operand {
    constant(
      .int(
        type: type, low: UInt64(bitPattern: value), high: value < 0 ? UInt64.max : 0))
  }

  func i64(_ value: Int64) -> Operand { integer(value, i64Type) }
  func bool(_ value: Bool) -> Operand { integer(value ? 1 : 0, boolType) }
  func zero(_ type: MIRTypeID) -> Operand { constant(.zero(type: type)) }

  func string(_ text: String) -> Operand {
    constant(.string(type: stringType, bytes: Array(text.utf8)))
  }

  // MARK: Moving values

  mutating func assign(_ dest: PlaceID, _ operand: Operand) {
    guard dest.exists, operand.kind != .none else { return }
    let type = type(of: dest)
    if isEmpty(type) { return }
    emit(Instruction(.assign, type: type, dest: dest, a: operand))
  }

  /// The value of `place` as an operand that ends it, or copies bits where that is the same.
  mutating func take(_ place: PlaceID) -> Operand {
    isTrivial(type(of: place)) ? copyBits(place) : .move(place)
  }

  /// The bits in `place`. Where there are none, nothing was written there that could be read.
  mutating func copyBits(_ place: PlaceID) -> Operand {
    isEmpty(type(of: place)) ? zero(type(of: place)) : .copy(place)
  }

  /// `dest` = a logical copy of the value in `source`; a unique value is moved.
  mutating func copyValue(_ dest: PlaceID, from source: PlaceID, isExplicit: Bool = false) {
    guard dest.exists else { return }
    let type = type(of: source)
    switch ownership(type) {
    case .trivial: assign(dest, .copy(source))
    case .copyable:
      emitPanicking(
        Instruction(
          .copyValue, type: type, dest: dest, a: .borrow(source), c: copyGlue(type),
          immediate: isExplicit ? 1 : 0))
    case .unique: assign(dest, .move(source))
    }
  }

  mutating func drop(_ place: PlaceID) {
    let type = type(of: place)
    let owned = ownership(type)
    if owned == .trivial { return }
    context.demandDrop(type)
    let instruction = Instruction(.drop, type: type, dest: place)
    if owned == .unique { emitPanicking(instruction) } else { emit(instruction) }
  }

  mutating func construct(_ dest: PlaceID, _ operands: [Operand], variant: Int = 0) {
    guard current.exists, dest.exists else { return }
    let first = function.addOperands(operands)
    emit(
      Instruction(
        .construct, type: type(of: dest), dest: dest, immediate: UInt32(variant),
        firstOperand: first, operandCount: UInt32(operands.count)))
  }

  mutating func addressOf(_ place: PlaceID, mutable: Bool = false) -> PlaceID {
    let pointer = temporary(context.pointerType(to: type(of: place)))
    emit(
      Instruction(
        .addressOf, type: type(of: pointer), dest: pointer,
        a: mutable ? .borrowMutable(place) : .borrow(place)))
    return pointer
  }

  // MARK: Projections

  mutating func field(_ place: PlaceID, _ index: Int) -> PlaceID {
    switch context.module.types[type(of: place)].kind {
    case .aggregate(let fields):
      return function.place(place, .field(UInt32(index)), type: fields[index].type)
    case .void, .never, .bool, .int, .float, .char, .pointer, .function, .array, .enumeration:
      return place
    }
  }

  mutating func payload(_ place: PlaceID, _ variant: Int, _ index: Int) -> PlaceID {
    let type = type(of: place)
    guard case .enumeration(_, let variants) = context.module.types[type].kind else { return place }
    let inner = function.place(place, .variant(UInt32(variant)), type: type)
    return function.place(
      inner, .field(UInt32(index)), type: variants[variant].fields[index].type)
  }

  mutating func pointee(_ place: PlaceID) -> PlaceID {
    guard case .pointer(let target) = context.module.types[type(of: place)].kind else {
      return place
    }
    return function.place(place, .deref, type: target)
  }

  /// The tag of the enumeration in `place`, as an integer operand.
  mutating func discriminant(_ place: PlaceID) -> Operand {
    guard case .enumeration(let tag, _) = context.module.types[type(of: place)].kind else {
      return .none
    }
    let value = temporary(tag)
    emit(Instruction(.discriminant, type: tag, dest: value, a: .borrow(place)))
    return .copy(value)
  }

  /// Whether `variant` is active, as a bool operand.
  mutating func isVariant(_ place: PlaceID, _ variant: Int) -> Operand {
    guard case .enumeration(let tag, let variants) = context.module.types[type(of: place)].kind
    else { return bool(true) }
    let found = discriminant(place)
    return binary(.equal, tag, found, integer(variants[variant].discriminant, tag), boolType)
  }

  mutating func binary(
    _ opcode: Opcode, _ type: MIRTypeID, _ a: Operand, _ b: Operand, _ result: MIRTypeID
  ) -> Operand {
    let value = temporary(result)
    emit(Instruction(opcode, type: type, dest: value, a: a, b: b))
    return .copy(value)
  }
}

extension ModuleLowering {
  func constant(_ value: MIRConstant) -> ConstantID {
    if let known = constantIDs[value] { return known }
    let id = module.constants.append(value)
    constantIDs[value] = id
    return id
  }
}
