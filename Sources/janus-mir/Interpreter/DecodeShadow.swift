// Decoding, continued: the codes that keep shadow state. Without shadow state there are none.
import Base
import MIR

extension CodeOp {
  /// Whether shadow state must look at it.
  var touchesMemory: Bool {
    switch self {
    case .shadow, .jump, .panic, .resume, .unreachable: false
    case _: true
    }
  }
}

extension Decoder {
  var hasShadow: Bool { interpreter.shadow != nil }

  /// Emits `operation` on the `size` bytes at `place`.
  mutating func shadow(
    _ operation: ShadowOp, _ place: Location, _ size: Int64, alias: Int32 = -1
  ) {
    guard hasShadow, size > 0 else { return }
    switch place {
    case .direct(let offset):
      append(Code(op: .shadow, aux: operation.rawValue, a: offset, y: alias, imm: size))
    case .through(let pointer, let distance):
      append(
        Code(
          op: .shadow, aux: operation.rawValue, a: pointer, b: 1, x: Int32(distance), y: alias,
          imm: size))
    }
  }

  /// The frame holds nothing but the arguments when the function begins.
  mutating func beginShadow() {
    guard hasShadow else { return }
    let signature = interpreter.module.signatures[function.signature]
    let fixed =
      1 + signature.parameters.count + (signature.hasEnvironment ? 1 : 0)
      + (signature.hasDestination ? 1 : 0)
    append(Code(op: .shadow, aux: ShadowOp.enter.rawValue, a: Int32(fixed) * slotSize))
  }

  /// Completes what `beginShadow` emitted.
  mutating func endShadow(_ frameSize: Int32) {
    guard hasShadow else { return }
    code[0].imm = Int64(frameSize - code[0].a)
  }

  /// Whether reading `operand` ends a value that owns something.
  func endsValue(_ operand: Operand) -> Bool {
    operand.kind == .move && !shapes[type(of: operand)].isTrivial
  }

  mutating func shadowStorage(_ id: PlaceID) throws(DecodingFailure) {
    guard hasShadow else { return }
    shadow(.forget, try locate(id), shapes[function.places[id].type].size)
  }

  /// An argument that is passed by its address.
  mutating func shadowArgument(
    _ operand: Operand, _ mode: ParameterMode, _ place: Location, _ shape: MIRShape
  ) {
    switch operand.kind {
    case .move: if !shape.isTrivial { shadow(.give, place, shape.size) }
    case .borrow: if mode == .borrowed { shadow(.lend, place, shape.size) }
    case .none, .constant, .copy, .borrowMutable, .function: break
    }
  }

  mutating func shadowBind(_ instruction: Instruction, _ place: Location, _ alias: Int32) {
    guard instruction.a.kind == .borrow else { return }
    shadow(.bind, place, shapes[type(of: instruction.a)].size, alias: alias)
  }

  mutating func shadowUnbind(_ id: PlaceID) {
    guard hasShadow, case .local(let local) = function.places[id].base else { return }
    append(
      Code(op: .shadow, aux: ShadowOp.unbind.rawValue, y: offsets[local.index]))
  }

  /// The local at a distance in the frame of `record`.
  static func local(
    at distance: Int, _ record: UnsafeMutablePointer<FunctionRecord>, _ interpreter: Interpreter
  ) -> LocalID? {
    var decoder = Decoder(interpreter, record)
    do { try decoder.layOutFrame() } catch { return nil }
    guard distance < decoder.localsEnd else { return nil }
    return decoder.function.locals.ids.last { decoder.offsets[$0.index] <= distance }
  }
}
