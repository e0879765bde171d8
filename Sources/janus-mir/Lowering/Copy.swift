// Copies that the language asks for, and where they are elided.
import ASTDB
import Base
import MIR

extension FunctionLowering {
  /// The value of a place as a value of its own. A temporary needs no copy.
  ///
  /// In an instance whose type parameter stands for a unique type, a variable is moved; what others
  /// own cannot be.
  mutating func lowerCopy(_ node: Node, into dest: PlaceID) {
    let source = NodeID(node.a)
    if isPlace(body[source].kind) {
      let place = place(source)
      if function.projections(of: place).contains(where: { $0 == .deref }) {
        checkCopyable(place, source)
      }
      copyValue(dest, from: place)
    } else {
      lower(source, into: dest)
    }
  }

  /// E3103 when this instance's type parameters make the value at `place` a unique one.
  mutating func checkCopyable(_ place: PlaceID, _ node: NodeID) {
    let type = type(of: place)
    guard ownership(type) == .unique else { return }
    context.diagnostics.report(
      .uniqueCopy(context.program.name(of: context.sourceOf[type.index]), span(of: node)))
  }

  /// The copy glue to name in a `copy_value`: none when it is the type's own, which counts if
  /// anything does.
  func copyGlue(_ type: MIRTypeID) -> Operand {
    let source = context.sourceOf[type.index]
    if policy == context.gluePolicy {
      context.demandGlue(.copy, source, policy, context.module.types[type].copyGlue)
      return .none
    }
    return .function(context.glue(.copy, source, policy))
  }
}

extension Diagnostic {
  fileprivate static func uniqueCopy(_ type: String, _ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .missingMove, "this copies a value of unique type `\(type)`", at: span,
      notes: [
        "here a type parameter stands for a unique type; take the value out with `take`, "
          + "`replace`, `remove` or `pop`, or lend it to what only reads it"
      ])
  }
}

extension ModuleLowering {
  func demandDrop(_ type: MIRTypeID) {
    demandGlue(.drop, sourceOf[type.index], gluePolicy, module.types[type].dropGlue)
  }
}
