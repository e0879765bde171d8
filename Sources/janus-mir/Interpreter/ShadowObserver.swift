// What each code of the interpreter does to the states of the bytes it touches. The decoder puts a
// code `shadow` before each code that touches any; it is executed first, and looks at the next one
// (`ShadowOp.observe`) or does what only the decoder knows.
//
// Copying bytes without a value is allowed and copies that they have none; using them is not.

enum ShadowOp: UInt16 {
  /// The next code is about to be executed.
  case observe
  /// The function begins: `imm` bytes of its frame from `a` on hold nothing.
  case enter
  /// The place at `a` holds nothing: storage begins or ends, or a constant is `undefined`.
  case forget
  /// The place at `a` is lent to the callee, destroyed by it, or taken over by it.
  case lend, drop, give
  /// The place at `a` is lent until `unbind`; `y` is the alias.
  case bind, unbind
}

/// One code at work on one frame.
struct ShadowObserver {
  let memory: ShadowStates
  unowned(unsafe) let stack: FrameStack
  let frame: UnsafeMutableRawPointer
  let pool: UnsafeMutableRawPointer
  let poolStart: UnsafeMutableRawPointer
  /// How many calls are below.
  let depth: Int

  private func at(_ offset: Int32) -> UInt {
    UInt(bitPattern: (offset < 0 ? pool : frame) + Int(offset))
  }

  /// The pointer that stands at `offset`, plus `distance`.
  private func target(_ offset: Int32, _ distance: Int32 = 0) throws(ShadowProblem) -> UInt {
    let slot = at(offset)
    try memory.use(slot, 8)
    let pointer = UnsafeRawPointer(bitPattern: slot)!.loadUnaligned(as: UInt.self)
    return pointer &+ UInt(bitPattern: Int(distance))
  }

  private func word(_ offset: Int32) throws(ShadowProblem) -> Int {
    let slot = at(offset)
    try memory.use(slot, 8)
    return UnsafeRawPointer(bitPattern: slot)!.loadUnaligned(as: Int.self)
  }

  private func make(_ offset: Int32, _ count: Int) {
    memory.mark(at(offset), count, ShadowState.initialised)
  }

  // MARK: What the decoder knows

  func perform(_ operation: ShadowOp, _ code: Code) throws(ShadowProblem) {
    do throws(ShadowProblem) {
      try carryOut(operation, code)
    } catch {
      guard error.kind == .writesLent, outdateAliases(of: error.address) else { throw error }
      try perform(operation, code)
    }
  }

  private func carryOut(_ operation: ShadowOp, _ code: Code) throws(ShadowProblem) {
    let count = Int(code.imm)
    switch operation {
    case .observe: break
    case .enter: memory.mark(at(code.a), count, ShadowState.uninitialised)
    case .forget: memory.mark(try place(code), count, ShadowState.uninitialised)
    case .lend:
      let address = try place(code)
      try memory.expectValue(address, count, .lends)
      // A static may change while it is lent.
      if isStatic(address) { break }
      if memory.lend(address, count) { atEnd(.returnsLoan, address, count, depth: depth + 1) }
    case .drop: try consume(code, count, .becomesDropped, .drops)
    case .give: try consume(code, count, .becomesMoved, .moves)
    case .bind:
      let address = try place(code)
      if memory.lend(address, count) {
        atEnd(.returnsLoan, address, count, depth: depth, alias: at(code.y))
      }
    case .unbind: unbind(at(code.y))
    }
  }

  /// The place of a code: in the frame, or behind the pointer there when `b` is 1.
  private func place(_ code: Code) throws(ShadowProblem) -> UInt {
    code.b == 1 ? try target(code.a, code.x) : at(code.a)
  }

  private func consume(
    _ code: Code, _ count: Int, _ effect: ShadowEnd.Effect, _ kind: ShadowProblem.Kind
  ) throws(ShadowProblem) {
    let address = try place(code)
    try memory.change(address, count)
    try memory.expectValue(address, count, kind)
    atEnd(effect, address, count, depth: depth + 1)
  }

  private func atEnd(
    _ effect: ShadowEnd.Effect, _ address: UInt, _ count: Int, depth: Int, alias: UInt = 0
  ) {
    stack.shadowEnds.append(
      ShadowEnd(
        effect: effect, depth: depth, address: address, count: count, alias: alias,
        hasBegun: depth == self.depth))
  }

  private func isStatic(_ address: UInt) -> Bool {
    address &- UInt(bitPattern: poolStart) < UInt(pool - poolStart)
  }

  private func unbind(_ alias: UInt) {
    var index = stack.shadowEnds.count - 1
    while index >= 0, stack.shadowEnds[index].depth == depth {
      let end = stack.shadowEnds[index]
      if end.alias == alias {
        memory.returnLoan(end.address, end.count)
        stack.shadowEnds.remove(at: index)
        return
      }
      index -= 1
    }
  }

  /// A place that aliases name is changed: they are not to be used any more. False when it is lent
  /// to somebody else.
  private func outdateAliases(of address: UInt) -> Bool {
    var found = false
    for index in stack.shadowEnds.indices.reversed() {
      let end = stack.shadowEnds[index]
      guard end.effect == .returnsLoan, address &- end.address < UInt(end.count) else { continue }
      guard end.alias != 0 else { return false }
      memory.returnLoan(end.address, end.count)
      memory.mark(end.alias, 8, ShadowState.stale)
      stack.shadowEnds.remove(at: index)
      found = true
    }
    return found
  }

  /// Does what is due because calls are over.
  func settle() {
    while let end = stack.shadowEnds.last, end.depth > depth, end.hasBegun {
      stack.shadowEnds.removeLast()
      switch end.effect {
      case .becomesMoved: memory.mark(end.address, end.count, ShadowState.moved)
      case .becomesDropped: memory.mark(end.address, end.count, ShadowState.dropped)
      case .returnsLoan: memory.returnLoan(end.address, end.count)
      }
    }
  }

  /// A call begins, and with it what is due at its end.
  private func begin() {
    var index = stack.shadowEnds.count - 1
    while index >= 0, !stack.shadowEnds[index].hasBegun {
      stack.shadowEnds[index].hasBegun = true
      index -= 1
    }
  }

  // MARK: Codes

  /// What executing `c` needs and leaves behind.
  func observe(_ code: Code) throws(ShadowProblem) {
    do throws(ShadowProblem) {
      try execute(code)
    } catch {
      guard error.kind == .writesLent, outdateAliases(of: error.address) else { throw error }
      try observe(code)
    }
  }

  private func execute(_ c: Code) throws(ShadowProblem) {
    let size = Int(c.kind.size)
    switch c.op {
    case .move1: try move(c, 1)
    case .move2: try move(c, 2)
    case .move4: try move(c, 4)
    case .move8: try move(c, 8)
    case .move16: try move(c, 16)
    case .moveBytes: try move(c, Int(c.imm))
    case .load1: try load(c, 1)
    case .load2: try load(c, 2)
    case .load4: try load(c, 4)
    case .load8: try load(c, 8)
    case .load16: try load(c, 16)
    case .loadBytes: try load(c, Int(c.imm))
    case .store1: try store(c, 1)
    case .store2: try store(c, 2)
    case .store4: try store(c, 4)
    case .store8: try store(c, 8)
    case .store16: try store(c, 16)
    case .storeBytes: try store(c, Int(c.imm))
    case .copyBytes:
      try memory.transfer(
        from: try target(c.a, c.y), to: try target(c.dst, c.x), Int(c.imm), isMove: c.aux == 1)
    case .clear: try write(c.dst, Int(c.imm))
    case .constant, .address: try write(c.dst, 8)
    case .addressThrough:
      try memory.use(at(c.a), 8)
      try write(c.dst, 8)
    case .element:
      try memory.use(at(c.b), 8)
      try write(c.dst, 8)
    case .elementThrough, .pointerOffset:
      try memory.use(at(c.a), 8)
      try memory.use(at(c.b), 8)
      try write(c.dst, 8)
    case .addChecked, .subChecked, .mulChecked, .addWrapping, .subWrapping, .mulWrapping,
      .addSaturating, .subSaturating, .div, .rem, .bitAnd, .bitOr, .bitXor, .floatAdd, .floatSub,
      .floatMul, .floatDiv, .floatRem:
      try operate(c, size, result: size)
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
      try operate(c, size, result: 1)
    case .shlChecked, .shrChecked, .shlMasked, .shrMasked:
      try memory.use(at(c.a), size)
      try memory.use(at(c.b), kindSize(c.aux))
      try write(c.dst, size)
    case .negateChecked, .negateWrapping, .bitNot, .floatNegate:
      try memory.use(at(c.a), size)
      try write(c.dst, size)
    case .not:
      try memory.use(at(c.a), 1)
      try write(c.dst, 1)
    case .convert:
      try memory.use(at(c.a), size)
      try write(c.dst, kindSize(c.aux))
    case .boundsCheck:
      try memory.use(at(c.a), 8)
      try memory.use(at(c.b), 8)
    case .check, .branch: try memory.use(at(c.a), 1)
    case .switch: try memory.use(at(c.a), size)
    case .call: begin()
    case .callValue:
      try memory.use(at(c.a), 16)
      begin()
    case .memoryCopy, .memoryMove:
      let count = try word(c.b) * Int(c.imm)
      try memory.transfer(from: try target(c.a), to: try target(c.dst), count, isMove: false)
    case .memorySet:
      let count = try word(c.b) * Int(c.imm)
      try memory.use(at(c.a), 1)
      let address = try target(c.dst)
      try memory.change(address, count)
      memory.mark(address, count, ShadowState.initialised)
    case .shadow, .jump, .return, .panic, .resume, .unreachable: break
    }
  }

  private func kindSize(_ raw: UInt16) -> Int {
    Int((ScalarKind(rawValue: UInt8(truncatingIfNeeded: raw)) ?? .i64).size)
  }

  private func write(_ offset: Int32, _ count: Int) throws(ShadowProblem) {
    try memory.change(at(offset), count)
    make(offset, count)
  }

  private func operate(_ c: Code, _ size: Int, result: Int) throws(ShadowProblem) {
    try memory.use(at(c.a), size)
    try memory.use(at(c.b), size)
    try write(c.dst, result)
  }

  private func move(_ c: Code, _ count: Int) throws(ShadowProblem) {
    try take(at(c.a), at(c.dst), count, c)
  }

  private func load(_ c: Code, _ count: Int) throws(ShadowProblem) {
    try take(try target(c.a, c.x), at(c.dst), count, c)
  }

  private func store(_ c: Code, _ count: Int) throws(ShadowProblem) {
    try take(at(c.a), try target(c.dst, c.x), count, c)
  }

  private func take(
    _ source: UInt, _ target: UInt, _ count: Int, _ c: Code
  ) throws(ShadowProblem) {
    let isMove = c.aux == 1
    if isMove {
      try memory.change(source, count)
      try memory.expectValue(source, count, .moves)
    }
    try memory.transfer(from: source, to: target, count, isMove: isMove)
  }
}
