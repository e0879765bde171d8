// Capabilities in bodies: `grant cap C { … } do … end` and `cap C` as a statement. Names and
// fields are checked, and the types of the fields' values; holding them is a later matter.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func grantExpression(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let syntax = tree.grant(id)
    var granted: [(use: CapabilityUse, pairs: [UInt32])] = []
    for node in syntax.capabilities {
      guard let use = context.resolveCapabilityUse(node, in: tree, scope: scope) else {
        body.isValid = false
        continue
      }
      granted.append((use, capabilityValues(node, use)))
    }
    if syntax.name != .empty {
      report(.unsupported("a name for a grant", at: span(id)))
    }
    var node = check(syntax.body, expected)
    for (use, pairs) in granted.reversed() {
      node = emit(
        .grant, type(of: node), a: declarationSlot(use.capability), b: body.addList(pairs),
        c: node.raw, at: id)
    }
    return node
  }

  /// Pairs of a field's name and its value.
  private mutating func capabilityValues(_ id: SyntaxID, _ use: CapabilityUse) -> [UInt32] {
    guard case .capability(let fields) = program.declarations[use.capability].detail else {
      return []
    }
    var pairs: [UInt32] = []
    for syntax in tree.capabilityReference(id).fields {
      let (name, value) = tree.fieldValue(syntax)
      guard let field = fields.first(where: { $0.name == name }) else { continue }
      let wanted = Expectation.owned(field.type, .field(field.span, name))
      let node: NodeID
      if value.exists {
        node = check(value, wanted)
      } else {
        let variable = local(name)
        let plain = variable.exists
          ? variableNode(variable, syntax)
          : self.value(entity(named: name, syntax), syntax, wanted)
        node = fit(plain, wanted)
      }
      pairs += [stringSlot(name), node.raw]
    }
    return pairs
  }

  /// `cap C { … }` at the top of a body.
  mutating func capabilityRequirement(_ id: SyntaxID) -> NodeID {
    if let use = context.resolveCapabilityUse(id, in: tree, scope: scope) {
      _ = capabilityValues(id, use)
    } else {
      body.isValid = false
    }
    let unit = emit(.unit, TypeTable.void, at: id)
    return emit(.evaluate, TypeTable.void, a: unit.raw, at: id)
  }
}
