// MIR text to a module: tokens, then the header's tables. Functions are in
// TextFunctionReader.swift.
import Base

/// Reads the text form. The first mistake is reported, with its place, and the answer is then nil.
public func readMIRText(
  _ bytes: ContiguousArray<UInt8>, file: SourceFileID, reporting diagnostics: inout Diagnostics
) -> MIRModule? {
  do {
    return try bytes.withUnsafeBufferPointer { (buffer) throws(TextFailure) in
      let tokens = try TextLexer.tokens(of: buffer)
      var reader = TextReader(bytes: buffer, tokens: tokens)
      return try reader.run()
    }
  } catch {
    diagnostics.report(.malformedText(error, in: file))
    return nil
  }
}

public func readMIRText(
  _ text: String, file: SourceFileID, reporting diagnostics: inout Diagnostics
) -> MIRModule? {
  readMIRText(ContiguousArray(text.utf8), file: file, reporting: &diagnostics)
}

struct TextReader {
  let bytes: UnsafeBufferPointer<UInt8>
  let tokens: ContiguousArray<TextToken>
  var position = 0
  var module = MIRModule(name: "")
  private var typeIDs: [String: MIRTypeID] = [:]
  private var signatureIDs: [MIRSignature: SignatureID] = [:]
  private var constantIDs: [MIRConstant: ConstantID] = [:]
  private var functionIDs: [String: FunctionRefID] = [:]
  private var staticIDs: [String: StaticID] = [:]
  /// Where a function that has no `ref` line was first named, and which functions are defined.
  private var undeclared: [(id: FunctionRefID, token: TextToken)] = []
  private var defined: [String: SignatureID] = [:]
  private var describedTypes: Set<UInt32> = []

  init(bytes: UnsafeBufferPointer<UInt8>, tokens: ContiguousArray<TextToken>) {
    self.bytes = bytes
    self.tokens = tokens
  }

  mutating func run() throws(TextFailure) -> MIRModule {
    try scanTypeNames()
    try expect(word: "module")
    module.name = try nameText()
    // Not in `module` while it grows: other parts of `self` are copied, and it with them.
    var functions: ContiguousArray<MIRFunction> = []
    while token.kind != .end {
      guard token.opensLine, token.kind == .word else { throw unexpected("a declaration") }
      switch text(token) {
      case "entry": try readEntry()
      case "file": try readFile()
      case "signature":
        advance()
        _ = try signature()
      case "ref": try readReference()
      case "type": try readType()
      case "constant": try readConstant()
      case "static": try readStatic()
      case "func":
        let function = try readFunction()
        guard defined.updateValue(function.signature, forKey: function.symbol) == nil else {
          throw failure("function `\(function.symbol)` is defined twice")
        }
        functions.append(function)
      default: throw unexpected("a declaration")
      }
    }
    for (id, token) in undeclared {
      guard let signature = defined[module.functionRefs[id].symbol] else {
        throw TextFailure(
          message: "function `\(module.functionRefs[id].symbol)` is not known here",
          start: token.start, end: token.end)
      }
      module.functionRefs[id].signature = signature
    }
    for index in functions.indices { completeCalls(of: &functions[index]) }
    module.functions = functions
    return module
  }

  /// Calls written without a signature have their callee's.
  private func completeCalls(of function: inout MIRFunction) {
    for block in function.blocks.ids {
      let call = function.blocks[block].terminator
      guard call.kind == .call, call.callee.exists, call.signature.isNone else { continue }
      function.blocks[block].terminator.signature = module.functionRefs[call.callee].signature
    }
  }

  // MARK: Tokens

  var token: TextToken { tokens[position] }
  var next: TextToken { tokens[min(position + 1, tokens.count - 1)] }

  mutating func advance() { if position < tokens.count - 1 { position += 1 } }

  func text(_ token: TextToken) -> String {
    String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
  }

  func quotedText(_ token: TextToken, skipping prefix: Int = 0) throws(TextFailure) -> [UInt8] {
    try unquoted(bytes, Int(token.start) + prefix..<Int(token.end))
  }

  func failure(_ message: String) -> TextFailure {
    TextFailure(message: message, start: token.start, end: max(token.end, token.start + 1))
  }

  func unexpected(_ wanted: String) -> TextFailure {
    failure(
      token.kind == .end
        ? "the text ends where \(wanted) is expected"
        : "found `\(text(token))` where \(wanted) is expected")
  }

  func isAt(word: String) -> Bool { token.kind == .word && text(token) == word }

  func isAt(_ character: Unicode.Scalar) -> Bool {
    token.kind == .punctuation && bytes[Int(token.start)] == UInt8(ascii: character)
  }

  mutating func take(word: String) -> Bool {
    guard isAt(word: word) else { return false }
    advance()
    return true
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard isAt(character) else { return false }
    advance()
    return true
  }

  mutating func expect(word: String) throws(TextFailure) {
    guard take(word: word) else { throw unexpected("`\(word)`") }
  }

  mutating func expect(_ character: Unicode.Scalar) throws(TextFailure) {
    guard take(character) else { throw unexpected("`\(character)`") }
  }

  mutating func expectArrow() throws(TextFailure) {
    guard token.kind == .arrow else { throw unexpected("`->`") }
    advance()
  }

  /// A word or a string.
  mutating func nameText() throws(TextFailure) -> String {
    let result: String
    switch token.kind {
    case .word, .local: result = text(token)
    case .string: result = String(decoding: try quotedText(token), as: UTF8.self)
    case .number, .name, .symbol, .staticName, .location, .arrow, .punctuation, .end:
      throw unexpected("a name")
    }
    advance()
    return result
  }

  mutating func string() throws(TextFailure) -> String {
    guard token.kind == .string else { throw unexpected("a string") }
    return try nameText()
  }

  /// The name after the sigil of a `symbol` or `staticName` token.
  func symbolText(_ token: TextToken) throws(TextFailure) -> String {
    if bytes[Int(token.start) + 1] == UInt8(ascii: "\"") {
      return String(decoding: try quotedText(token, skipping: 1), as: UTF8.self)
    }
    return String(text(token).dropFirst())
  }

  mutating func symbol() throws(TextFailure) -> String {
    guard token.kind == .symbol else { throw unexpected("a function") }
    let result = try symbolText(token)
    advance()
    return result
  }

  mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(TextFailure) -> T {
    guard token.kind == .number, let value = T(text(token)) else {
      throw unexpected("an integer")
    }
    advance()
    return value
  }

  // MARK: Header

  private mutating func readEntry() throws(TextFailure) {
    advance()
    module.entry = try symbol()
  }

  private mutating func readFile() throws(TextFailure) {
    advance()
    module.files.append(try string())
  }

  private mutating func readReference() throws(TextFailure) {
    advance()
    let start = token
    let name = try symbol()
    let signature = try signature()
    guard functionIDs[name] == nil else {
      throw TextFailure(
        message: "function `\(name)` is named before its `ref`", start: start.start, end: start.end)
    }
    functionIDs[name] = module.functionRefs.append(
      FunctionRef(
        symbol: name, signature: signature, isRuntime: take(word: "runtime"),
        lends: take(word: "lends")))
  }

  mutating func function() throws(TextFailure) -> FunctionRefID {
    let start = token
    let name = try symbol()
    if let known = functionIDs[name] { return known }
    let id = module.functionRefs.append(
      FunctionRef(symbol: name, signature: .none, isRuntime: false))
    functionIDs[name] = id
    undeclared.append((id, start))
    return id
  }

  func staticVariable(_ token: TextToken) throws(TextFailure) -> StaticID {
    guard let id = staticIDs[try symbolText(token)] else { throw unexpected("a known static") }
    return id
  }

  private mutating func readStatic() throws(TextFailure) {
    advance()
    guard token.kind == .staticName else { throw unexpected("a static") }
    let name = try symbolText(token)
    guard staticIDs[name] == nil else { throw failure("static `\(name)` is described twice") }
    advance()
    let displayName = token.kind == .string ? try string() : name
    try expect(":")
    let type = try type()
    staticIDs[name] = module.statics.append(
      StaticVariable(
        symbol: name, displayName: displayName, type: type, isMutable: take(word: "mutable")))
  }

  private mutating func readConstant() throws(TextFailure) {
    advance()
    let value = try constantValue()
    let id = module.constants.append(value)
    if constantIDs[value] == nil { constantIDs[value] = id }
  }

  mutating func constant() throws(TextFailure) -> ConstantID {
    let value = try constantValue()
    if let known = constantIDs[value] { return known }
    let id = module.constants.append(value)
    constantIDs[value] = id
    return id
  }

  private mutating func constantValue() throws(TextFailure) -> MIRConstant {
    let first = token
    let isBits = take(word: "bits")
    let isC = !isBits && take(word: "c")
    let value = token
    switch value.kind {
    case .number where !isC, .string where !isBits: break
    case .word where !isBits && !isC && (isAt(word: "zero") || isAt(word: "undefined")): break
    case .word, .number, .string, .name, .local, .symbol, .staticName, .location, .arrow,
      .punctuation, .end:
      throw unexpected("a constant")
    }
    advance()
    try expect(":")
    let type = try type()
    if value.kind == .string {
      let bytes = try quotedText(value)
      return isC ? .cString(type: type, bytes: bytes) : .string(type: type, bytes: bytes)
    }
    if value.kind == .word {
      return text(value) == "zero" ? .zero(type: type) : .undefined(type: type)
    }
    guard let constant = number(text(value), type, isBits: isBits) else {
      throw TextFailure(
        message: "`\(text(value))` is not a constant of its type", start: first.start,
        end: value.end)
    }
    return constant
  }

  private func number(_ text: String, _ type: MIRTypeID, isBits: Bool) -> MIRConstant? {
    let bits = isBits ? UInt128(text.dropFirst(2), radix: 16) : nil
    if case .float = module.types[type].kind {
      if isBits {
        return bits.flatMap { UInt64(exactly: $0) }.map { .float(type: type, bits: $0) }
      }
      return Double(text).map { .float(type: type, bits: $0.bitPattern) }
    }
    var value = bits
    if !isBits {
      value =
        text.hasPrefix("-") ? Int128(text).map { UInt128(truncatingIfNeeded: $0) } : UInt128(text)
      let shape = integerShape(of: type, in: module)
      if let number = value, canonicalInteger(number, shape) != number { return nil }
    }
    guard let value else { return nil }
    return .int(
      type: type, low: UInt64(truncatingIfNeeded: value),
      high: UInt64(truncatingIfNeeded: value >> 64)
    )
  }

  // MARK: Types

  /// Types may be named before their lines.
  private mutating func scanTypeNames() throws(TextFailure) {
    for (index, token) in tokens.enumerated()
    where token.opensLine && token.kind == .word && text(token) == "type" {
      position = index + 1
      let name = try typeName()
      guard typeIDs[name] == nil else { throw failure("type `\(name)` is described twice") }
      typeIDs[name] = module.types.append(
        MIRTypeInfo(name: name, kind: .void, size: 0, alignment: 1))
    }
    position = 0
  }

  private mutating func typeName() throws(TextFailure) -> String {
    let result: String
    switch token.kind {
    case .word: result = text(token)
    case .name: result = String(decoding: try quotedText(token), as: UTF8.self)
    case .number, .string, .local, .symbol, .staticName, .location, .arrow, .punctuation, .end:
      throw unexpected("a type")
    }
    advance()
    return result
  }

  mutating func type() throws(TextFailure) -> MIRTypeID {
    if isAt(word: "none") {
      advance()
      return .none
    }
    let start = token
    let name = try typeName()
    guard let id = typeIDs[name] else {
      throw TextFailure(message: "type `\(name)` is not known", start: start.start, end: start.end)
    }
    return id
  }

  /// The next token names a type, as opposed to an operand or place.
  var isAtType: Bool {
    token.kind == .name || token.kind == .word && !reservedOperandWords.contains(text(token))
  }

  private mutating func readType() throws(TextFailure) {
    advance()
    let name = try typeName()
    guard let id = typeIDs[name] else { throw unexpected("a type") }
    try expect("=")
    var info = MIRTypeInfo(name: name, kind: try typeKind(), size: 0, alignment: 1)
    try expect(word: "size")
    info.size = try integer()
    try expect(word: "align")
    info.alignment = try integer()
    if take(word: "copyable") { info.ownership = .copyable }
    if take(word: "unique") { info.ownership = .unique }
    info.hasDestructor = take(word: "destructor")
    info.mustConsume = take(word: "consumed")
    if take(word: "drop") { info.dropGlue = try function() }
    if take(word: "copy") { info.copyGlue = try function() }
    module.types[id] = info
  }

  private mutating func typeKind() throws(TextFailure) -> MIRTypeKind {
    guard token.kind == .word else { throw unexpected("a kind of type") }
    switch text(token) {
    case "void", "never", "bool", "char":
      let name = text(token)
      advance()
      return name == "void" ? .void : name == "never" ? .never : name == "bool" ? .bool : .char
    case "signed", "unsigned":
      let signed = isAt(word: "signed")
      advance()
      return .int(bits: try integer(), signed: signed)
    case "float":
      advance()
      return .float(bits: try integer())
    case "pointer":
      advance()
      return .pointer(try type())
    case "function":
      advance()
      return .function(try signature())
    case "array":
      advance()
      let element = try type()
      return .array(element: element, count: try integer())
    case "aggregate":
      advance()
      return .aggregate(fields: try fields())
    case "enumeration":
      advance()
      let tag = try type()
      return .enumeration(tag: tag, variants: try variants())
    default: throw unexpected("a kind of type")
    }
  }

  private mutating func fields() throws(TextFailure) -> [MIRField] {
    var result: [MIRField] = []
    try expect("{")
    while !take("}") {
      let name = try nameText()
      try expect(":")
      let type = try type()
      try expect(word: "at")
      result.append(MIRField(name: name, type: type, offset: try integer()))
      if !isAt("}") { try expect(",") }
    }
    return result
  }

  private mutating func variants() throws(TextFailure) -> [MIRVariant] {
    var result: [MIRVariant] = []
    try expect("{")
    while !take("}") {
      let name = try nameText()
      try expect("=")
      let discriminant = try integer(Int64.self)
      result.append(
        MIRVariant(name: name, discriminant: discriminant, fields: try fields()))
      if !isAt("}") { try expect(",") }
    }
    return result
  }

  mutating func signature() throws(TextFailure) -> SignatureID {
    var parameters: [MIRParameter] = []
    try expect("(")
    while !take(")") {
      let mode: ParameterMode
      if take(word: "in") {
        mode = .borrowed
      } else if take(word: "inout") {
        mode = .inout
      } else if take(word: "owned") {
        mode = .owned
      } else {
        throw unexpected("`in`, `inout` or `owned`")
      }
      parameters.append(MIRParameter(type: try type(), mode: mode))
      if !isAt(")") { try expect(",") }
    }
    try expectArrow()
    var result = MIRSignature(parameters: parameters, result: try type())
    result.hasEnvironment = take(word: "environment")
    result.hasDestination = take(word: "destination")
    if let known = signatureIDs[result] { return known }
    let id = module.signatures.append(result)
    signatureIDs[result] = id
    return id
  }
}

extension Diagnostic {
  /// Text that is not MIR.
  fileprivate static func malformedText(_ failure: TextFailure, in file: SourceFileID) -> Diagnostic
  {
    Diagnostic(
      .damagedArtefact, "MIR text: \(failure.message)",
      at: SourceSpan(file: file, start: failure.start, end: failure.end))
  }
}
