// The verifier, continued: the tables of a module.
import Base

/// Everything that is wrong with the tables of `module`, its functions aside.
public func verifyTables(of module: MIRModule) -> [MIRProblem] {
  var verifier = TableVerifier(module: module)
  verifier.run()
  return verifier.problems
}

private struct TableVerifier {
  let module: MIRModule
  private let found = ProblemList()
  var problems: [MIRProblem] { found.problems }

  init(module: MIRModule) { self.module = module }

  mutating func run() {
    for signature in module.signatures.elements {
      require(exists(signature.result), "a signature has no result type")
      for parameter in signature.parameters {
        require(exists(parameter.type), "a parameter has no type")
      }
    }
    for reference in module.functionRefs.elements {
      require(
        reference.signature.index < module.signatures.count,
        "function `\(reference.symbol)` has no signature")
    }
    for variable in module.statics.elements {
      require(exists(variable.type), "static `\(variable.symbol)` has no type")
    }
    for type in module.types.elements { check(type) }
    guard problems.isEmpty else { return }
    for constant in module.constants.elements { check(constant) }
    for type in module.types.elements { checkGlueSignatures(type) }
    checkSymbols()
    checkCycles()
  }

  /// A symbol has one signature wherever it is named. The runtime's have C types, and several
  /// bindings may see them as pointers to different things.
  private func checkSymbols() {
    var known: [String: MIRSignature] = [:]
    var runtime: Set<String> = []
    for reference in module.functionRefs.elements {
      let signature = module.signatures[reference.signature]
      if reference.isRuntime {
        runtime.insert(reference.symbol)
      } else {
        let first = known.updateValue(signature, forKey: reference.symbol)
        require(
          first == nil || first == signature, "function `\(reference.symbol)` has two signatures")
      }
    }
    for function in module.functions where function.signature.index < module.signatures.count {
      let named = known[function.symbol]
      require(
        named == nil || named == module.signatures[function.signature],
        "function `\(function.symbol)` has two signatures")
      require(
        !runtime.contains(function.symbol), "function `\(function.symbol)` is the runtime's")
    }
  }

  /// Glue takes the place of one value; copy glue gives another.
  private func checkGlueSignatures(_ type: MIRTypeInfo) {
    if type.dropGlue.exists {
      let signature = module.signatures[module.functionRefs[type.dropGlue].signature]
      require(
        takes(signature, type) && module.types[signature.result].size == 0,
        "signature of the drop glue of `\(type.name)`")
    }
    if type.copyGlue.exists {
      let signature = module.signatures[module.functionRefs[type.copyGlue].signature]
      require(
        takes(signature, type) && module.types[signature.result].name == type.name,
        "signature of the copy glue of `\(type.name)`")
    }
  }

  private func takes(_ signature: MIRSignature, _ type: MIRTypeInfo) -> Bool {
    signature.parameters.count == 1 && !signature.hasEnvironment && !type.isScalar
      && module.types[signature.parameters[0].type].name == type.name
  }

  private func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    guard !condition, problems.count < 20 else { return }
    found.problems.append(
      MIRProblem(function: "", block: .none, instruction: -1, message: message()))
  }

  private func exists(_ type: MIRTypeID) -> Bool { type.index < module.types.count }

  private mutating func check(_ type: MIRTypeInfo) {
    let alignmentFits = type.alignment > 0 && type.alignment <= 1 << 20
    require(
      alignmentFits && type.alignment.nonzeroBitCount == 1, "alignment of `\(type.name)`")
    guard alignmentFits else { return }
    require(
      type.size >= 0 && type.size < 1 << 46 && type.size % type.alignment == 0,
      "size of `\(type.name)`")
    checkGlue(type)
    switch type.kind {
    case .void, .never: require(type.size == 0, "size of `\(type.name)`")
    case .bool: require(type.size == 1, "size of `\(type.name)`")
    case .char: require(type.size == 4, "size of `\(type.name)`")
    case .int(let bits, _):
      require([8, 16, 32, 64, 128].contains(bits), "bits of `\(type.name)`")
      require(type.size == Int64(bits) / 8, "size of `\(type.name)`")
    case .float(let bits):
      require(bits == 32 || bits == 64, "bits of `\(type.name)`")
      require(type.size == Int64(bits) / 8, "size of `\(type.name)`")
    case .pointer(let pointee):
      require(exists(pointee), "`\(type.name)` points to no type")
      require(type.size == 8, "size of `\(type.name)`")
    case .function(let signature):
      require(signature.index < module.signatures.count, "`\(type.name)` has no signature")
      require(type.size == 16, "size of `\(type.name)`")
    case .array(let element, let count):
      guard exists(element), count >= 0 else { return require(false, "`\(type.name)` of nothing") }
      let (size, overflow) = module.types[element].size.multipliedReportingOverflow(by: count)
      require(!overflow && size == type.size, "size of `\(type.name)`")
      require(type.alignment >= module.types[element].alignment, "alignment of `\(type.name)`")
    case .aggregate(let fields): check(fields, from: 0, of: type)
    case .enumeration(let tag, let variants):
      guard exists(tag), case .int = module.types[tag].kind else {
        return require(false, "tag of `\(type.name)`")
      }
      require(module.types[tag].size <= type.size, "size of `\(type.name)`")
      for variant in variants { check(variant.fields, from: module.types[tag].size, of: type) }
    }
  }

  private mutating func checkGlue(_ type: MIRTypeInfo) {
    let known = module.functionRefs.count
    require(
      type.ownership == .trivial ? type.dropGlue.isNone : type.dropGlue.index < known,
      "drop glue of `\(type.name)`")
    require(
      type.ownership == .copyable ? type.copyGlue.index < known : type.copyGlue.isNone,
      "copy glue of `\(type.name)`")
  }

  private mutating func check(_ fields: [MIRField], from start: Int64, of type: MIRTypeInfo) {
    for field in fields {
      guard exists(field.type) else {
        return require(false, "a field of `\(type.name)` has no type")
      }
      let part = module.types[field.type]
      require(
        field.offset >= start && field.offset <= type.size && part.size >= 0
          && part.size <= type.size - field.offset,
        "field `\(field.name)` of `\(type.name)` does not fit")
    }
  }

  private mutating func check(_ constant: MIRConstant) {
    guard exists(constant.type) else { return require(false, "a constant has no type") }
    let type = module.types[constant.type]
    let fits: Bool
    switch (constant, type.kind) {
    case (.int, .int), (.int, .bool), (.int, .char), (.int, .pointer): fits = true
    case (.float, .float): fits = true
    case (.string, .aggregate(let fields)): fits = isText(fields)
    case (.cString, .pointer): fits = true
    case (.zero, _), (.undefined, _): fits = true
    case (.int, _), (.float, _), (.string, _), (.cString, _): fits = false
    }
    require(fits, "a constant of `\(type.name)` that it cannot be")
  }

  /// Pointer, length and, unless it is a slice, capacity.
  private func isText(_ fields: [MIRField]) -> Bool {
    guard fields.count == 2 || fields.count == 3, case .pointer = module.types[fields[0].type].kind
    else { return false }
    return fields.enumerated().allSatisfy { $0.element.offset == Int64($0.offset) * 8 }
      && fields.dropFirst().allSatisfy { module.types[$0.type].size == 8 }
  }

  /// No type contains itself by value. An explicit stack: types may nest deeply.
  private mutating func checkCycles() {
    var state = [UInt8](repeating: 0, count: module.types.count)  // 1: open, 2: done.
    for root in 0..<module.types.count where state[root] == 0 {
      var stack = [(type: root, parts: parts(of: root)[...])]
      state[root] = 1
      while let top = stack.last {
        guard let part = top.parts.first else {
          state[top.type] = 2
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].parts.removeFirst()
        if state[part] == 1 {
          return require(false, "`\(module.types.elements[part].name)` contains itself")
        }
        guard state[part] == 0 else { continue }
        state[part] = 1
        stack.append((part, parts(of: part)[...]))
      }
    }
  }

  /// The types that values of a type hold by value.
  private func parts(of type: Int) -> [Int] {
    switch module.types.elements[type].kind {
    case .void, .never, .bool, .int, .float, .char, .pointer, .function: []
    case .array(let element, _): [element.index]
    case .aggregate(let fields): fields.map(\.type.index)
    case .enumeration(let tag, let variants):
      [tag.index] + variants.flatMap { $0.fields.map(\.type.index) }
    }
  }
}
