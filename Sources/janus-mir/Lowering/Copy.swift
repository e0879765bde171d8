// Copies that the language asks for, and where they are elided.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// The value of a place as a value of its own. A temporary needs no copy.
  mutating func lowerCopy(_ node: Node, into dest: PlaceID) {
    let source = NodeID(node.a)
    if isPlace(body[source].kind) {
      let place = place(source)
      copyValue(dest, from: place)
    } else {
      lower(source, into: dest)
    }
  }
}

extension ModuleLowering {
  func demandDrop(_ type: MIRTypeID) {
    demandGlue(.drop, sourceOf[type.index], module.types[type].dropGlue)
  }
  func demandCopy(_ type: MIRTypeID) {
    demandGlue(.copy, sourceOf[type.index], module.types[type].copyGlue)
  }
}
