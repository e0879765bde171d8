// Drop flags: bool locals that follow at run time whether a value is there.
import MIR

/// The drop flags of each local whose state the flow alone does not tell.
struct DropFlags {
  var byLocal: [LocalID: [LocalID]] = [:]
  /// The constant of a flag that is on.
  var on = ConstantID.none
}

/// The type and constants of drop flags, made once for a module.
struct FlagValues {
  var type: MIRTypeID
  var on: ConstantID
  var off: ConstantID
  /// What is said when a panic leaves a value lent as `inout` moved out; none without `string`.
  var lostMessage: ConstantID

  /// Adds what is missing to the tables of `module`.
  init(in module: inout MIRModule) {
    let known = module.types.ids.first { module.types[$0].kind == .bool }
    let type =
      known
      ?? module.types.append(MIRTypeInfo(name: "bool", kind: .bool, size: 1, alignment: 1))
    self.type = type
    func constant(_ bits: UInt64) -> ConstantID {
      let value = MIRConstant.int(type: type, low: bits, high: 0)
      return module.constants.ids.first { module.constants[$0] == value }
        ?? module.constants.append(value)
    }
    on = constant(1)
    off = constant(0)
    lostMessage = .none
    if let text = module.types.ids.first(where: { module.types[$0].name == "string" }) {
      let value = MIRConstant.string(
        type: text, bytes: Array("a panic left a value that was lent as `inout` moved out".utf8))
      lostMessage =
        module.constants.ids.first { module.constants[$0] == value }
        ?? module.constants.append(value)
    }
  }
}
