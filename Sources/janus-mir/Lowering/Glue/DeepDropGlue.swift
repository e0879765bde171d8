// Destruction of types that can contain themselves through boxes and lists, without recursion: a
// list of tasks that belongs to the outermost drop. A *step* destroys one value: it pushes tasks
// for the parts in order of declaration, so that they are run in reverse, and runs the destructor.
// A task is a function value whose environment is the address it works on, and a count. When a
// destructor panics, the tasks that remain are run while unwinding.
import ASTDB
import Base
import MIR

/// MIR types and functions that all deep drops share, made when the first is needed.
struct DeepDropShapes {
  /// `{run: function, count: i64}`.
  var task: MIRTypeID
  var taskPointer: MIRTypeID
  /// `{tasks: *task, len: i64, capacity: i64}`.
  var list: MIRTypeID
  var listPointer: MIRTypeID
  var function: MIRTypeID
  var stepSignature: MIRSignature
  var push: FunctionRefID
  var drain: FunctionRefID
}

extension ModuleLowering {
  /// Whether a value of `type` can own another value of `type`.
  func isRecursive(_ type: TypeID) -> Bool {
    if let known = recursiveTypes[type] { return known }
    var seen: Set<TypeID> = []
    var stack = ownedParts(of: type)
    var found = false
    while let next = stack.popLast() {
      if next == type {
        found = true
        break
      }
      if seen.insert(next).inserted { stack += ownedParts(of: next) }
    }
    recursiveTypes[type] = found
    return found
  }

  /// The types of the values that a value directly contains or owns.
  private func ownedParts(of type: TypeID) -> [TypeID] {
    if ownership(of: type) == .trivial { return [] }
    switch program.types[type] {
    case .tuple(let parts): return parts
    case .array(let element, _): return [element]
    case .nominal(let declaration, let arguments):
      if declaration == languageItems.box || declaration == languageItems.list { return arguments }
      return program.parts(of: declaration, arguments: arguments)
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .slice, .pointer,
      .function, .variable:
      return []
    }
  }

  func deepDropShapes() -> DeepDropShapes {
    if let known = deepDrop { return known }
    let void = mirType(TypeTable.void)
    let i64 = mirType(TypeTable.i64)
    let step = MIRSignature(
      parameters: [
        MIRParameter(type: i64, mode: .borrowed),
        MIRParameter(type: pointerType(to: void), mode: .borrowed),
      ], result: void, hasEnvironment: true)
    let function = addAnonymousType(
      MIRTypeInfo(name: "drop step", kind: .function(signature(step)), size: 16, alignment: 8))
    let task = addAnonymousType(aggregate("drop task", [("run", function), ("count", i64)]))
    let taskPointer = anonymousPointer(to: task)
    let list = addAnonymousType(
      aggregate("drop list", [("tasks", taskPointer), ("len", i64), ("capacity", i64)]))
    let listPointer = anonymousPointer(to: list)
    let opaque = MIRParameter(type: pointerType(to: void), mode: .borrowed)
    let push = functionReference(
      "drop.push",
      MIRSignature(
        parameters: [
          MIRParameter(type: function, mode: .borrowed), MIRParameter(type: i64, mode: .borrowed),
          opaque,
        ], result: void))
    let drain = functionReference(
      "drop.drain", MIRSignature(parameters: [opaque], result: void))
    let shapes = DeepDropShapes(
      task: task, taskPointer: taskPointer, list: list, listPointer: listPointer,
      function: function, stepSignature: step, push: push, drain: drain)
    deepDrop = shapes
    lowerPush(shapes)
    lowerDrain(shapes)
    return shapes
  }

  private func glueBuilder(_ reference: FunctionRefID, _ name: String) -> FunctionLowering {
    FunctionLowering(
      glue: self, reference: reference, displayName: name, result: mirType(TypeTable.void))
  }

  /// Appends a task, growing the list.
  private func lowerPush(_ shapes: DeepDropShapes) {
    var builder = glueBuilder(shapes.push, "drop.push")
    builder.beginFunction()
    let task = builder.addLocal(shapes.function, storage: .borrowedParameter)
    let count = builder.addLocal(builder.i64Type, storage: .borrowedParameter)
    let opaque = builder.addLocal(
      pointerType(to: mirType(TypeTable.void)), storage: .borrowedParameter)
    builder.beginReached(builder.newBlock())
    builder.pushScope()
    let list = builder.typedPointee(opaque, shapes.listPointer)
    let (grow, store) = (builder.newBlock(), builder.newBlock())
    let (tasks, length, capacity) = (
      builder.field(list, 0), builder.field(list, 1), builder.field(list, 2)
    )
    let isFull = builder.binary(
      .equal, builder.i64Type, .copy(length), .copy(capacity), builder.boolType)
    builder.branch(isFull, then: grow, otherwise: store)
    builder.begin(grow)
    builder.growTasks(tasks, capacity, shapes)
    builder.go(to: store)
    builder.begin(store)
    let slot = builder.temporary(shapes.taskPointer)
    builder.emit(
      Instruction(
        .pointerOffset, type: shapes.task, dest: slot, a: .copy(tasks), b: .copy(length)))
    builder.construct(builder.pointee(slot), [.copy(task), .copy(count)])
    builder.emit(
      Instruction(
        .addWrapping, type: builder.i64Type, dest: length, a: .copy(length), b: builder.i64(1)))
    builder.popScope()
    builder.terminate(Terminator(kind: .return))
    builder.complete()
  }

  /// Runs tasks until none is left, then frees the list.
  private func lowerDrain(_ shapes: DeepDropShapes) {
    var builder = glueBuilder(shapes.drain, "drop.drain")
    builder.beginFunction()
    let opaque = builder.addLocal(
      pointerType(to: mirType(TypeTable.void)), storage: .borrowedParameter)
    builder.beginReached(builder.newBlock())
    builder.pushScope()
    let list = builder.typedPointee(opaque, shapes.listPointer)
    let (tasks, length) = (builder.field(list, 0), builder.field(list, 1))
    let (header, next, done) = (builder.newBlock(), builder.newBlock(), builder.newBlock())
    builder.go(to: header)
    builder.begin(header)
    let more = builder.binary(
      .greater, builder.i64Type, .copy(length), builder.i64(0), builder.boolType)
    builder.branch(more, then: next, otherwise: done)
    builder.begin(next)
    builder.emit(
      Instruction(
        .subWrapping, type: builder.i64Type, dest: length, a: .copy(length), b: builder.i64(1)))
    let slot = builder.temporary(shapes.taskPointer)
    builder.emit(
      Instruction(
        .pointerOffset, type: shapes.task, dest: slot, a: .copy(tasks), b: .copy(length)))
    let task = builder.temporary(shapes.task)
    builder.assign(task, .copy(builder.pointee(slot)))
    builder.emitCall(
      callee: .none, value: .copy(builder.field(task, 0)),
      signature: signature(shapes.stepSignature),
      [.copy(builder.field(task, 1)), .copy(opaque)], into: .none, unwinds: true)
    builder.go(to: header)
    builder.begin(done)
    builder.release(tasks, capacity: builder.field(list, 2), shapes)
    builder.popScope()
    builder.terminate(Terminator(kind: .return))
    builder.complete()
  }
}

extension FunctionLowering {
  /// What an opaque pointer points to, as the target of `type`.
  fileprivate mutating func typedPointee(_ opaque: PlaceID, _ type: MIRTypeID) -> PlaceID {
    let typed = temporary(type)
    emit(Instruction(.convert, type: self.type(of: opaque), dest: typed, a: .copy(opaque)))
    return pointee(typed)
  }

  private mutating func opaque(_ pointer: PlaceID) -> Operand {
    let address = temporary(context.pointerType(to: voidType))
    emit(Instruction(.convert, type: type(of: pointer), dest: address, a: .copy(pointer)))
    return .copy(address)
  }

  /// Doubles the capacity of the list of tasks.
  fileprivate mutating func growTasks(
    _ tasks: PlaceID, _ capacity: PlaceID, _ shapes: DeepDropShapes
  ) {
    let size = context.module.types[shapes.task].size
    let bytes = context.pointerType(to: u8Type)
    let old = binary(.mulWrapping, i64Type, .copy(capacity), i64(size), i64Type)
    let doubled = binary(.mulWrapping, i64Type, .copy(capacity), i64(2), i64Type)
    let wanted = binary(.addWrapping, i64Type, doubled, i64(16), i64Type)
    let new = binary(.mulWrapping, i64Type, wanted, i64(size), i64Type)
    let reallocate = context.functionReference(
      "janus_realloc",
      MIRSignature(
        parameters: [bytes, i64Type, i64Type, i64Type].map {
          MIRParameter(type: $0, mode: .borrowed)
        }, result: bytes), isRuntime: true)
    let before = temporary(bytes)
    emit(Instruction(.convert, type: shapes.taskPointer, dest: before, a: .copy(tasks)))
    let memory = temporary(bytes)
    call(reallocate, [.copy(before), old, new, i64(8)], into: memory)
    let found = binary(.notEqual, bytes, .copy(memory), zero(bytes), boolType)
    emitPanicking(Instruction(.check, a: found, immediate: PanicKind.outOfMemory.rawValue))
    emit(Instruction(.convert, type: bytes, dest: tasks, a: .copy(memory)))
    assign(capacity, wanted)
  }

  fileprivate mutating func release(
    _ tasks: PlaceID, capacity: PlaceID, _ shapes: DeepDropShapes
  ) {
    let size = context.module.types[shapes.task].size
    let bytes = temporary(context.pointerType(to: u8Type))
    emit(Instruction(.convert, type: shapes.taskPointer, dest: bytes, a: .copy(tasks)))
    let total = binary(.mulWrapping, i64Type, .copy(capacity), i64(size), i64Type)
    free(.copy(bytes), total, 8)
  }

  private mutating func free(_ memory: Operand, _ size: Operand, _ alignment: Int64) {
    let bytes = context.pointerType(to: u8Type)
    let free = context.functionReference(
      "janus_free",
      MIRSignature(
        parameters: [bytes, i64Type, i64Type].map { MIRParameter(type: $0, mode: .borrowed) },
        result: voidType), isRuntime: true)
    call(free, [memory, size, i64(alignment)], into: .none)
  }

  // MARK: The outermost drop

  /// The drop of a type that can contain itself: its step, then all tasks that came of it.
  mutating func dropDeep(_ value: PlaceID, _ type: TypeID) {
    let shapes = context.deepDropShapes()
    let list = temporary(shapes.list)
    assign(list, zero(shapes.list))
    let address = addressOf(list, mutable: true, as: shapes.listPointer)
    let tasks = opaque(address)
    items.append(CleanupItem(.drainTasks(tasks)))
    let start = addressOf(value, mutable: true)
    pushTask(.dropStep, type, start, i64(0), tasks)
    items.removeLast()
    items.append(CleanupItem(.drainTasks(tasks)))
    drainTasks(tasks)
    items.removeLast()
  }

  mutating func drainTasks(_ tasks: Operand) {
    call(context.deepDropShapes().drain, [tasks], into: .none)
  }

  private mutating func addressOf(
    _ place: PlaceID, mutable: Bool, as pointer: MIRTypeID
  ) -> PlaceID {
    let address = temporary(pointer)
    emit(Instruction(.addressOf, type: pointer, dest: address, a: .borrowMutable(place)))
    return address
  }

  /// Pushes a task of a kind for a type, on the value that `address` points to.
  private mutating func pushTask(
    _ kind: GlueKind, _ type: TypeID, _ address: PlaceID, _ count: Operand, _ tasks: Operand
  ) {
    let shapes = context.deepDropShapes()
    let step = context.glue(kind, type, context.gluePolicy)
    context.mentions[reference.index].functions.append(step)
    let task = temporary(shapes.function)
    emit(
      Instruction(
        .makeFunction, type: shapes.function, dest: task, a: .function(step), b: opaque(address)))
    call(shapes.push, [.borrow(task), count, tasks], into: .none)
  }

  // MARK: Steps

  /// The body of a step function: environment, count, list of tasks.
  mutating func lowerStep(_ kind: GlueKind, _ type: TypeID, _ parameters: [PlaceID]) {
    let pointer = temporary(context.pointerType(to: context.mirType(type)))
    emit(
      Instruction(
        .convert, type: self.type(of: parameters[0]), dest: pointer, a: .copy(parameters[0])))
    let count = parameters[1]
    let tasks = Operand.copy(parameters[2])
    switch kind {
    case .dropStep: stepValue(pointee(pointer), type, tasks)
    case .dropElementsStep: stepElements(pointer, count, type, tasks)
    case .freeBoxStep:
      let info = context.module.types[context.mirType(type)]
      if context.carriesCounts(type) { return releaseBuffer(pointer, type) }
      let bytes = temporary(context.pointerType(to: u8Type))
      emit(Instruction(.convert, type: self.type(of: pointer), dest: bytes, a: .copy(pointer)))
      free(.copy(bytes), i64(info.size), info.alignment)
    case .freeListStep:
      let list = pointee(pointer)
      assign(field(list, 1), i64(0))
      callOwnDrop(list, type)
    case .drop, .copy, .equal, .compare, .hash, .display, .debug, .dropElements, .isolate: break
    }
  }

  private mutating func stepValue(_ value: PlaceID, _ type: TypeID, _ tasks: Operand) {
    let arguments = nominalArguments(type)
    if !context.isRecursive(type) {
      drop(value)
    } else if isBox(type) {
      stepBox(field(value, 0), arguments[0], tasks)
    } else if let element = elementSource(type) {
      if case .array = kind(of: type) {
        let data = dataPointer(of: value, source: type)
        let count = self.count(of: value, source: type)
        pushTask(.dropElementsStep, element, data.placeID, count, tasks)
      } else {
        let after = leaveIfShared(field(value, 0), element, capacity: .copy(field(value, 2)))
        let list = addressOf(value, mutable: true)
        pushTask(.freeListStep, type, list, i64(0), tasks)
        pushTask(.dropElementsStep, element, field(value, 0), .copy(field(value, 1)), tasks)
        if after.exists {
          go(to: after)
          begin(after)
        }
      }
    } else if let detail = structure(type) {
      if detail.dropMethod.exists { return callOwnDrop(value, type) }
      pushFields(fieldTypes(type) ?? [], tasks) { $0.field(value, $1) }
      if detail.destructor.exists { callOnSelf(detail.destructor, arguments, value) }
    } else if let fields = fieldTypes(type) {
      pushFields(fields, tasks) { $0.field(value, $1) }
    } else if let variants = variantTypes(type) {
      stepPayload(value, variants, tasks)
    }
  }

  /// What is in a box, then its memory; a box that was emptied points nowhere.
  private mutating func stepBox(_ content: PlaceID, _ type: TypeID, _ tasks: Operand) {
    let (full, after) = (newBlock(), newBlock())
    let pointer = self.type(of: content)
    branch(
      binary(.notEqual, pointer, .copy(content), zero(pointer), boolType), then: full,
      otherwise: after)
    begin(full)
    leaveIfShared(content, type, to: after)
    pushTask(.freeBoxStep, type, content, i64(0), tasks)
    pushTask(.dropStep, type, content, i64(0), tasks)
    go(to: after)
    begin(after)
  }

  /// Tasks for the parts that own something, in order of declaration.
  private mutating func pushFields(
    _ types: [TypeID], _ tasks: Operand,
    _ part: (inout FunctionLowering, Int) -> PlaceID
  ) {
    for (index, type) in types.enumerated() where context.ownership(of: type) != .trivial {
      let address = addressOf(part(&self, index), mutable: true)
      pushTask(.dropStep, type, address, i64(0), tasks)
    }
  }

  private mutating func stepPayload(
    _ value: PlaceID, _ variants: [[TypeID]], _ tasks: Operand
  ) {
    forOwningVariants(of: value, variants) { builder, index, types in
      builder.pushFields(types, tasks) { $0.payload(value, index, $1) }
    }
  }

  /// Elements from the last to the first: this task again for those before, then the last one's.
  private mutating func stepElements(
    _ pointer: PlaceID, _ count: PlaceID, _ type: TypeID, _ tasks: Operand
  ) {
    let (some, done) = (newBlock(), newBlock())
    branch(
      binary(.greater, i64Type, .copy(count), i64(0), boolType), then: some, otherwise: done)
    begin(some)
    let rest = binary(.subWrapping, i64Type, .copy(count), i64(1), i64Type)
    pushTask(.dropElementsStep, type, pointer, rest, tasks)
    let last = temporary(self.type(of: pointer))
    emit(
      Instruction(
        .pointerOffset, type: elementType(of: pointer), dest: last, a: .copy(pointer), b: rest))
    pushTask(.dropStep, type, last, i64(0), tasks)
    go(to: done)
    begin(done)
  }

  private mutating func callOwnDrop(_ value: PlaceID, _ type: TypeID) {
    guard let detail = structure(type), detail.dropMethod.exists else { return }
    callOnSelf(detail.dropMethod, nominalArguments(type), value)
  }
}
