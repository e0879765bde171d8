// Well-formedness of modules and functions.
// Reads: any module, however damaged. Produces: the list of problems, empty when there is none.
// Rejects: IDs out of range, types that contain themselves or whose parts do not fit, places that
// do not follow their types, operands of the wrong kind or type, unfinished control flow, cleanup
// blocks entered or left in the wrong way.
// Assumes: nothing. What has passed here can be read by every consumer without further checks,
// except for initialisation and ownership, which are the passes' business.
import Base

/// One finding: never the user's fault.
public struct MIRProblem: Hashable, Sendable {
  /// The symbol of the function, or empty for the module's tables.
  public var function: String
  public var block: BlockID
  /// The instruction's index in its block; the number of instructions for the terminator; -1 when
  /// the problem is no instruction's.
  public var instruction: Int
  public var message: String

  public init(function: String, block: BlockID, instruction: Int, message: String) {
    self.function = function
    self.block = block
    self.instruction = instruction
    self.message = message
  }

  public var description: String {
    guard !function.isEmpty else { return message }
    guard block.exists else { return "`\(function)`: \(message)" }
    return "`\(function)` bb\(block.raw)[\(instruction)]: \(message)"
  }
}

/// Everything that is wrong with `module`; at most a hundred findings. Functions without blocks,
/// which were not read, are left out when `skipping`.
public func verifyMIR(_ module: MIRModule, skipping: Bool = false) -> [MIRProblem] {
  var problems = verifyTables(of: module)
  guard problems.isEmpty else { return problems }
  let shapes = MIRShapes(module)
  for function in module.functions {
    if skipping, function.blocks.count == 0 { continue }
    problems += verifyMIR(function, in: module, shapes: shapes)
    if problems.count >= 100 { break }
  }
  return problems
}

/// Everything that is wrong with `function` of a module whose tables are well-formed.
public func verifyMIR(
  _ function: MIRFunction, in module: MIRModule, shapes: MIRShapes
) -> [MIRProblem] {
  var verifier = FunctionVerifier(function: function, module: module, shapes: shapes)
  verifier.run()
  return verifier.problems
}

/// The findings so far; a reference, so that messages may read the verifier while one is added.
final class ProblemList {
  var problems: [MIRProblem] = []
}

struct FunctionVerifier {
  let function: MIRFunction
  let module: MIRModule
  let shapes: MIRShapes
  private let found = ProblemList()
  var problems: [MIRProblem] { found.problems }
  var block = BlockID.none
  var index = -1
  /// The instruction writes what is lent.
  var isIntoLent = false
  /// The signature of the function, once it is known to exist.
  private var signature = MIRSignature(parameters: [], result: .none)

  init(function: MIRFunction, module: MIRModule, shapes: MIRShapes) {
    self.function = function
    self.module = module
    self.shapes = shapes
  }

  mutating func run() {
    checkHeader()
    guard problems.isEmpty else { return }
    checkPlaces()
    guard problems.isEmpty else { return }
    for id in function.blocks.ids {
      block = id
      checkBlock()
      if problems.count > 20 { return }
    }
  }

  func report(_ message: @autoclosure () -> String) {
    found.problems.append(
      MIRProblem(
        function: function.symbol, block: block, instruction: index, message: message()))
  }

  func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { report(message()) }
  }

  func typeName(_ type: MIRTypeID) -> String {
    type.index < module.types.count ? "`\(module.types[type].name)`" : "no type"
  }

  // MARK: Header

  private mutating func checkHeader() {
    guard function.signature.index < module.signatures.count else {
      return report("signature \(function.signature.raw) does not exist")
    }
    signature = module.signatures[function.signature]
    require(
      function.file == UInt32.max || Int(function.file) < module.files.count,
      "file \(function.file) does not exist")
    require(function.blocks.count > 0, "there is no entry block")
    for local in function.locals.elements where local.type.index >= module.types.count {
      return report("a local has no type")
    }
    let environment = signature.hasEnvironment ? 1 : 0
    let destination = signature.hasDestination ? 1 : 0
    let fixed = 1 + environment + signature.parameters.count + destination
    guard function.locals.count >= fixed else {
      return report("\(function.locals.count) locals where the signature needs \(fixed)")
    }
    for (position, local) in function.locals.elements.enumerated() {
      let expected: LocalStorage?
      if position == 0 {
        expected = .result
        require(local.type == signature.result, "local 0 is not of the result's type")
      } else if position >= fixed {
        expected = local.storage == .alias || local.storage == .lent ? local.storage : .stack
      } else if position <= environment || position == fixed - 1 && destination == 1 {
        expected = .hidden
        require(shapes[local.type].kind == .pointer, "hidden local _\(position) is no pointer")
      } else {
        let parameter = signature.parameters[position - 1 - environment]
        require(
          local.type == parameter.type, "local _\(position) is not of its parameter's type")
        switch parameter.mode {
        case .borrowed: expected = .borrowedParameter
        case .inout: expected = .inoutParameter
        case .owned: expected = .ownedParameter
        }
      }
      require(local.storage == expected, "local _\(position) is `\(local.storage.name)`")
    }
  }

  // MARK: Places

  private mutating func checkPlaces() {
    for (number, place) in function.places.elements.enumerated() {
      if let problem = problem(with: place) {
        report("place \(number): \(problem)")
        if problems.count > 5 { return }
      }
    }
  }

  private func problem(with place: Place) -> String? {
    var type: MIRTypeID
    switch place.base {
    case .local(let local):
      guard local.index < function.locals.count else { return "local \(local.raw) does not exist" }
      type = function.locals[local].type
    case .staticVariable(let variable):
      guard variable.index < module.statics.count else {
        return "static \(variable.raw) does not exist"
      }
      type = module.statics[variable].type
    }
    let first = Int(place.firstProjection)
    let count = Int(place.projectionCount)
    guard place.type.index < shapes.count else { return "it has no type" }
    guard first + count <= function.projections.count else { return "projections do not exist" }
    var variant = -1
    for i in first..<first + count {
      let projection = function.projections[i]
      guard let next = self.type(after: projection, of: type, variant: variant) else {
        return "projection \(i - first) does not apply to \(typeName(type))"
      }
      type = next
      if case .variant(let index) = projection { variant = Int(index) } else { variant = -1 }
    }
    return type == place.type ? nil : "it is a \(typeName(type)), not a \(typeName(place.type))"
  }

  private func type(
    after projection: Projection, of type: MIRTypeID, variant: Int
  ) -> MIRTypeID? {
    let shape = shapes[type]
    switch projection {
    case .deref: return shape.kind == .pointer ? shape.element : nil
    case .index(let local):
      guard local.index < function.locals.count, shape.kind == .array else { return nil }
      let index = shapes[function.locals[local].type]
      return index.kind == .int && index.bits == 64 ? shape.element : nil
    case .constantIndex(let index):
      return shape.kind == .array && index < shape.count ? shape.element : nil
    case .variant(let index):
      return shape.kind == .enumeration && index < shape.count ? type : nil
    case .field(let index):
      if shape.kind == .aggregate {
        return index < shape.count ? shapes.field(Int(index), first: shape.first).type : nil
      }
      guard shape.kind == .enumeration, variant >= 0 else { return nil }
      let payload = shapes.variant(variant, of: shape)
      return index < payload.count ? shapes.field(Int(index), first: payload.first).type : nil
    }
  }

  // MARK: Blocks

  private mutating func checkBlock() {
    let count = function.blocks[block].instructions.count
    index = -1
    require(function.blocks[block].locations.count == count, "locations do not match instructions")
    let cleanup = function.blocks[block].cleanup
    if cleanup.exists {
      require(
        isBlock(cleanup, cleanup: true), "its cleanup bb\(cleanup.raw) is not a cleanup block")
      require(
        !function.blocks[block].isCleanup, "a cleanup block has a cleanup of its own")
    }
    for i in 0..<count {
      index = i
      check(function.blocks[block].instructions[i])
    }
    index = count
    check(function.blocks[block].terminator)
  }

  func isBlock(_ id: BlockID, cleanup: Bool) -> Bool {
    id.index < function.blocks.count && function.blocks[id].isCleanup == cleanup
  }
}
