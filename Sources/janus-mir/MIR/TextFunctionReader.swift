// MIR text to functions: locals, blocks, instructions, terminators, places and operands.
import Base

extension TextReader {
  mutating func readFunction() throws(TextFailure) -> MIRFunction {
    advance()
    let name = try symbol()
    let displayName = token.kind == .string ? try string() : name
    var function = MIRFunction(symbol: name, displayName: displayName, signature: try signature())
    if take(word: "file") { function.file = try integer() }
    if take(word: "line") { function.baseLine = try integer() }
    if take(word: "offset") { function.baseOffset = try integer() }
    function.overflowChecks = !take(word: "overflow_wraps")
    function.panicAborts = take(word: "panic_aborts")
    for (attribute, word) in FunctionAttributes.named where take(word: word) {
      function.attributes.insert(attribute)
    }
    try expect("{")
    while try readLocal(into: &function) {}
    // Blocks are named before they stand; all exist first.
    var count = 0
    var i = position
    while tokens[i].kind != .end, !isBrace(tokens[i]) || !tokens[i].opensLine {
      if tokens[i].opensLine && blockNumber(tokens[i]) != nil { count += 1 }
      i += 1
    }
    for _ in 0..<count { _ = function.addBlock() }
    for index in 0..<count { try readBlock(BlockID(index), of: &function) }
    try expect("}")
    return function
  }

  private func isBrace(_ token: TextToken) -> Bool {
    token.kind == .punctuation && bytes[Int(token.start)] == UInt8(ascii: "}")
  }

  private mutating func readLocal(into function: inout MIRFunction) throws(TextFailure) -> Bool {
    guard token.kind == .word, let storage = LocalStorage(name: text(token)) else { return false }
    advance()
    let isMutable = take(word: "mutable")
    guard token.kind == .local, text(token) == "_\(function.locals.count)" else {
      throw unexpected("`_\(function.locals.count)`")
    }
    advance()
    let name = isAt(":") ? "" : try nameText()
    try expect(":")
    let type = try type()
    _ = function.addLocal(
      Local(
        name: name, type: type, storage: storage, isMutable: isMutable,
        location: try location()))
    return true
  }

  /// The number of a `bb12` token.
  private func blockNumber(_ token: TextToken) -> Int? {
    guard token.kind == .word, token.end - token.start > 2 else { return nil }
    let name = text(token)
    return name.hasPrefix("bb") ? Int(name.dropFirst(2)) : nil
  }

  private mutating func block(of function: MIRFunction) throws(TextFailure) -> BlockID {
    guard let number = blockNumber(token), number < function.blocks.count else {
      throw unexpected("a block")
    }
    advance()
    return BlockID(number)
  }

  private mutating func optionalBlock(
    after word: String, of function: MIRFunction
  ) throws(TextFailure) -> BlockID {
    take(word: word) ? try block(of: function) : .none
  }

  /// A trailing `@line:column(start..end)`, if there is one.
  private mutating func location() throws(TextFailure) -> MIRLocation {
    guard token.kind == .location else { return .none }
    var values: [Int32] = []
    for part in text(token).split(whereSeparator: { !$0.isNumber && $0 != "-" }) {
      guard let value = Int32(part) else { throw unexpected("a location") }
      values.append(value)
    }
    guard values.count == 4 else { throw unexpected("a location") }
    advance()
    return MIRLocation(start: values[2], end: values[3], line: values[0], column: values[1])
  }

  private mutating func readBlock(
    _ id: BlockID, of function: inout MIRFunction
  ) throws(TextFailure) {
    guard blockNumber(token) == id.index else { throw unexpected("`bb\(id.raw)`") }
    advance()
    function.blocks[id].cleanup = try optionalBlock(after: "cleanup", of: function)
    function.blocks[id].isCleanup = take(word: "unwinding")
    try expect(":")
    while true {
      var dest = PlaceID.none
      if token.kind != .word {
        dest = try place(in: &function)
        try expect("=")
      }
      guard token.kind == .word else { throw unexpected("an instruction") }
      if let opcode = Opcode(name: text(token)), !isAtTerminator {
        advance()
        let instruction = try readInstruction(opcode, dest, in: &function)
        function.append(instruction, to: id, at: try location())
      } else {
        let terminator = try readTerminator(dest, in: &function)
        function.terminate(id, terminator, at: try location())
        return
      }
    }
  }

  private var isAtTerminator: Bool { terminatorKind(text(token)) != nil }

  private func terminatorKind(_ name: String) -> TerminatorKind? {
    switch name {
    case "goto": .goto
    case "branch": .branch
    case "switch": .switch
    case "call": .call
    case "return": .return
    case "panic": .panic
    case "unreachable": .unreachable
    case "resume": .resume
    default: nil
    }
  }

  private mutating func readInstruction(
    _ opcode: Opcode, _ dest: PlaceID, in function: inout MIRFunction
  ) throws(TextFailure) -> Instruction {
    var result = Instruction(opcode, dest: dest)
    if isAtType && !token.opensLine { result.type = try type() }
    if !opcode.writesDestination && isAtPlace { result.dest = try place(in: &function) }
    if take("#") { result.immediate = try integer() }
    var count = 0
    while isAtOperand && count < 3 {
      let operand = try operand(in: &function)
      if count == 0 { result.a = operand } else if count == 1 { result.b = operand } else {
        result.c = operand
      }
      count += 1
      if !take(",") { break }
    }
    if opcode == .construct {
      try expect("{")
      let list = try operands(until: "}", in: &function)
      result.firstOperand = list.first
      result.operandCount = list.count
    }
    return result
  }

  private mutating func readTerminator(
    _ dest: PlaceID, in function: inout MIRFunction
  ) throws(TextFailure) -> Terminator {
    guard let kind = terminatorKind(text(token)) else { throw unexpected("an instruction") }
    var result = Terminator(kind: kind, dest: dest)
    if dest.exists && kind != .call { throw unexpected("`call`") }
    advance()
    switch kind {
    case .goto: result.next = try block(of: function)
    case .branch:
      result.operand = try operand(in: &function)
      try expect(",")
      result.next = try block(of: function)
      try expect(",")
      result.otherwise = try block(of: function)
    case .switch:
      result.operand = try operand(in: &function)
      try expect("{")
      result.first = UInt32(function.switchCases.count)
      while !take("}") {
        let value = try integer(Int64.self)
        try expect(":")
        function.switchCases.append(SwitchCase(value: value, target: try block(of: function)))
        result.count += 1
        if !isAt("}") { try expect(",") }
      }
      try expect(word: "else")
      if !take(word: "none") { result.otherwise = try block(of: function) }
    case .call: try readCall(&result, in: &function)
    case .panic:
      guard token.kind == .word, let panic = PanicKind(name: text(token)) else {
        throw unexpected("a kind of panic")
      }
      advance()
      result.panic = panic
      if isAtOperand { result.operand = try operand(in: &function) }
      result.cleanup = try optionalBlock(after: "cleanup", of: function)
    case .return, .unreachable, .resume: break
    }
    return result
  }

  private mutating func readCall(
    _ call: inout Terminator, in function: inout MIRFunction
  ) throws(TextFailure) {
    if token.kind == .symbol {
      call.callee = try self.function()
    } else {
      call.operand = try operand(in: &function)
    }
    if take(word: "as") {
      call.signature = try signature()
      try expect(word: "with")
    } else if call.callee.isNone {
      throw unexpected("`as` and a signature")
    }
    try expect("(")
    let list = try operands(until: ")", in: &function)
    call.first = list.first
    call.count = list.count
    if token.kind == .arrow {
      advance()
      call.next = try block(of: function)
    }
    call.cleanup = try optionalBlock(after: "cleanup", of: function)
  }

  private mutating func operands(
    until close: Unicode.Scalar, in function: inout MIRFunction
  ) throws(TextFailure) -> (first: UInt32, count: UInt32) {
    var list: [Operand] = []
    while !take(close) {
      list.append(try operand(in: &function))
      if !isAt(close) { try expect(",") }
    }
    return (list.isEmpty ? 0 : function.addOperands(list), UInt32(list.count))
  }

  private var isAtPlace: Bool {
    guard !token.opensLine else { return false }
    return token.kind == .local || token.kind == .staticName || isAt("(")
  }

  private var isAtOperand: Bool {
    guard !token.opensLine else { return false }
    switch token.kind {
    case .number, .string, .symbol: return true
    case .word:
      switch text(token) {
      case "copy", "move", "borrow", "borrow_mutable", "none", "zero", "undefined", "bits", "c":
        return true
      default: return false
      }
    case .name, .local, .staticName, .location, .arrow, .punctuation, .end: return false
    }
  }

  private mutating func operand(in function: inout MIRFunction) throws(TextFailure) -> Operand {
    if token.kind == .symbol { return .function(try self.function()) }
    if take(word: "none") { return .none }
    if take(word: "copy") { return .copy(try place(in: &function)) }
    if take(word: "move") { return .move(try place(in: &function)) }
    if take(word: "borrow") { return .borrow(try place(in: &function)) }
    if take(word: "borrow_mutable") { return .borrowMutable(try place(in: &function)) }
    return .constant(try constant())
  }

  // MARK: Places

  private mutating func place(in function: inout MIRFunction) throws(TextFailure) -> PlaceID {
    var projections: [Projection] = []
    var place = Place(base: .local(LocalID(0)), type: .none)
    var variant: UInt32?
    try readPlace(&place, &projections, &variant, in: function, depth: 0)
    place.firstProjection = UInt32(function.projections.count)
    place.projectionCount = UInt32(projections.count)
    function.projections.append(contentsOf: projections)
    return function.places.append(place)
  }

  private mutating func readPlace(
    _ place: inout Place, _ projections: inout [Projection], _ variant: inout UInt32?,
    in function: MIRFunction, depth: Int
  ) throws(TextFailure) {
    guard depth < 200 else { throw failure("place is nested too deeply") }
    if take("(") {
      let isDeref = take("*")
      try readPlace(&place, &projections, &variant, in: function, depth: depth + 1)
      if isDeref {
        try project(.deref, &place, &projections, &variant)
      } else if take(":") {
        place.type = try type()
      } else {
        try expect(word: "as")
        try project(.variant(try variantIndex(of: place.type)), &place, &projections, &variant)
      }
      try expect(")")
    } else {
      try readBase(&place, in: function)
    }
    while !token.opensLine {
      if take(".") {
        try project(
          .field(try fieldIndex(of: place.type, variant)), &place, &projections, &variant)
      } else if take("[") {
        if token.kind == .local {
          try project(.index(try local(in: function)), &place, &projections, &variant)
        } else {
          try project(.constantIndex(try integer()), &place, &projections, &variant)
        }
        try expect("]")
      } else {
        return
      }
    }
  }

  private mutating func project(
    _ projection: Projection, _ place: inout Place, _ projections: inout [Projection],
    _ variant: inout UInt32?
  ) throws(TextFailure) {
    let type = module.type(after: projection, of: place.type, variant: variant)
    guard type.exists else {
      throw failure("the part named here does not exist in its value")
    }
    place.type = type
    projections.append(projection)
    if case .variant(let index) = projection { variant = index } else { variant = nil }
  }

  private mutating func local(in function: MIRFunction) throws(TextFailure) -> LocalID {
    guard token.kind == .local, let number = Int(text(token).dropFirst()),
      number < function.locals.count
    else { throw unexpected("a local") }
    advance()
    return LocalID(number)
  }

  private mutating func readBase(
    _ place: inout Place, in function: MIRFunction
  ) throws(TextFailure) {
    if token.kind == .staticName {
      let id = try staticVariable(token)
      advance()
      place.base = .staticVariable(id)
      place.type = module.statics[id].type
    } else {
      let local = try local(in: function)
      place.base = .local(local)
      place.type = function.locals[local].type
    }
  }

  /// A number, or a name to look up among `names`.
  private mutating func index(among names: [String]) throws(TextFailure) -> UInt32 {
    if token.kind == .number { return try integer() }
    guard token.kind == .word, let found = names.firstIndex(of: text(token)) else {
      throw unexpected("a part of the value")
    }
    advance()
    return UInt32(found)
  }

  private mutating func variantIndex(of type: MIRTypeID) throws(TextFailure) -> UInt32 {
    guard type.exists, case .enumeration(_, let variants) = module.types[type].kind else {
      throw unexpected("a place of an enumeration")
    }
    return try index(among: variants.map(\.name))
  }

  private mutating func fieldIndex(
    of type: MIRTypeID, _ variant: UInt32?
  ) throws(TextFailure) -> UInt32 {
    guard type.exists else { throw unexpected("a typed place") }
    switch (module.types[type].kind, variant) {
    case (.aggregate(let fields), _): return try index(among: fields.map(\.name))
    case (.enumeration(_, let variants), .some(let variant)):
      return try index(among: variants[Int(variant)].fields.map(\.name))
    case (_, _): throw unexpected("a place with fields")
    }
  }
}
