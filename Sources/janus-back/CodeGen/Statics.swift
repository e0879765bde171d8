// Variables of program lifetime, and constants: strings, places of panics, zero aggregates.
import Base
import CLLVM
import MIR

/// What identifies a place constant of a panic.
struct PanicPlace: Hashable {
  var file: UInt32
  var line: Int32
  var column: Int32
}

extension ModuleEmitter {
  /// The variable, defined with zero bits in every object that uses it.
  func address(of variable: StaticID) -> Value {
    if let known = staticValues[variable.index] { return known }
    let info = mir.statics[variable]
    let shape = shapes[info.type]
    let global = LLVMAddGlobal(module, types.bytes(max(shape.size, 1)), info.symbol)!
    LLVMSetInitializer(global, LLVMConstNull(types.bytes(max(shape.size, 1))))
    LLVMSetAlignment(global, shape.alignment)
    LLVMSetVisibility(global, LLVMHiddenVisibility)
    makeMergeable(global, symbol: info.symbol)
    staticValues[variable.index] = global
    debug?.declare(info, global)
    return global
  }

  /// A constant of scalar type as a value.
  func value(of constant: ConstantID) -> Value {
    if let known = constantValues[constant.index] { return known }
    let made = makeValue(mir.constants[constant])
    constantValues[constant.index] = made
    return made
  }

  private func makeValue(_ constant: MIRConstant) -> Value {
    let shape = shapes[constant.type]
    let type = types.scalar(shape)
    switch constant {
    case .int(_, let low, let high):
      if shape.kind == .pointer {
        return LLVMConstIntToPtr(LLVMConstInt(types.i64, low, 0), types.pointer)
      }
      guard shape.bits == 128 else { return LLVMConstInt(type, low, 0) }
      return LLVMConstIntOfArbitraryPrecision(type, 2, [low, high])
    case .float(_, let bits):
      let wide = LLVMConstInt(types.i64, bits, 0)
      guard shape.bits == 32 else { return LLVMConstBitCast(wide, types.double) }
      let narrow = UInt64(Float(Double(bitPattern: bits)).bitPattern)
      return LLVMConstBitCast(LLVMConstInt(types.i32, narrow, 0), types.float)
    case .string(_, let bytes), .cString(_, let bytes): return makeBytes(bytes)
    case .zero, .undefined: return LLVMConstNull(type)
    }
  }

  /// The first byte of a string's text.
  func bytes(of constant: ConstantID) -> Value {
    if let known = constantBytes[constant.index] { return known }
    let made: Value
    switch mir.constants[constant] {
    case .string(_, let bytes), .cString(_, let bytes): made = makeBytes(bytes)
    case .int, .float, .zero, .undefined: made = LLVMConstNull(types.pointer)
    }
    constantBytes[constant.index] = made
    return made
  }

  /// A read-only global that holds the constant: what is lent to a callee.
  func global(of constant: ConstantID) -> Value {
    if let known = constantGlobals[constant.index] { return known }
    let shape = shapes[mir.constants[constant].type]
    let initial: Value
    switch mir.constants[constant] {
    case .string(_, let text):
      // Pointer, length, and for a `string` also the capacity 0: not owned.
      var words: [Value?] = [bytes(of: constant), LLVMConstInt(types.i64, UInt64(text.count), 0)]
      while Int64(words.count) * 8 < shape.size { words.append(LLVMConstInt(types.i64, 0, 0)) }
      initial = LLVMConstStructInContext(context, &words, UInt32(words.count), 0)
    case .int, .float, .cString:
      initial = shape.kind == .bool
        ? LLVMConstInt(types.i8, LLVMConstIntGetZExtValue(value(of: constant)), 0)
        : value(of: constant)
    case .zero, .undefined: initial = LLVMConstNull(types.memory(shape))
    }
    let made = addConstant(initial, alignment: shape.alignment)
    constantGlobals[constant.index] = made
    return made
  }

  /// The text of a panic's message as pointer and length.
  func text(of constant: ConstantID) -> (pointer: Value, length: Value) {
    switch mir.constants[constant] {
    case .string(_, let text), .cString(_, let text):
      (bytes(of: constant), LLVMConstInt(types.i64, UInt64(text.count), 0))
    case .int, .float, .zero, .undefined:
      (LLVMConstNull(types.pointer), LLVMConstInt(types.i64, 0, 0))
    }
  }

  /// The static place structure {file, length of file, line, column}; null for generated code.
  func panicPlace(_ place: PanicPlace) -> Value {
    guard Int(place.file) < mir.files.count else { return LLVMConstNull(types.pointer) }
    if let known = panicPlaces[place] { return known }
    let file = mir.files[Int(place.file)]
    var parts: [Value?] = [
      fileName(place.file), LLVMConstInt(types.i64, UInt64(file.utf8.count), 0),
      LLVMConstInt(types.i32, UInt64(UInt32(truncatingIfNeeded: place.line)), 0),
      LLVMConstInt(types.i32, UInt64(UInt32(truncatingIfNeeded: place.column)), 0),
    ]
    let made = addConstant(LLVMConstStructInContext(context, &parts, 4, 0), alignment: 8)
    panicPlaces[place] = made
    return made
  }

  func emitFunctionTable(_ range: Range<Int>) {
    var rows: [Value?] = []
    for function in mir.functions[range] where function.file != UInt32.max {
      guard let code = LLVMGetNamedFunction(module, function.symbol) else { continue }
      let place = PanicPlace(file: function.file, line: function.baseLine, column: 1)
      var row: [Value?] = [code, panicPlace(place)]
      rows.append(LLVMConstStructInContext(context, &row, 2, 0))
    }
    var members: [LLVMTypeRef?] = [types.pointer, types.pointer]
    let rowType = LLVMStructTypeInContext(context, &members, 2, 0)
    var parts: [Value?] = [
      LLVMConstInt(types.i64, UInt64(rows.count), 0),
      LLVMConstArray2(rowType, &rows, UInt64(rows.count)),
    ]
    let table = LLVMConstStructInContext(context, &parts, 2, 0)!
    let global = LLVMAddGlobal(module, LLVMTypeOf(table), functionTableSymbol)!
    LLVMSetInitializer(global, table)
    LLVMSetGlobalConstant(global, 1)
  }

  private func fileName(_ file: UInt32) -> Value {
    if let known = fileNames[file] { return known }
    let made = makeBytes(Array(mir.files[Int(file)].utf8))
    fileNames[file] = made
    return made
  }

  /// Immortal bytes and a NUL, which C functions and debuggers like to find.
  private func makeBytes(_ bytes: [UInt8]) -> Value {
    let text = bytes.withUnsafeBytes { raw in
      LLVMConstStringInContext2(
        context, raw.baseAddress?.assumingMemoryBound(to: CChar.self) ?? unnamed, raw.count, 0)!
    }
    return addConstant(text, alignment: 1)
  }

  private func addConstant(_ initial: Value, alignment: UInt32) -> Value {
    let global = LLVMAddGlobal(module, LLVMTypeOf(initial), unnamed)!
    LLVMSetInitializer(global, initial)
    LLVMSetGlobalConstant(global, 1)
    LLVMSetLinkage(global, LLVMPrivateLinkage)
    LLVMSetUnnamedAddress(global, LLVMGlobalUnnamedAddr)
    LLVMSetAlignment(global, alignment)
    return global
  }
}
