// Uses of capabilities: `requires cap C { … }` in signatures and function types, and the same in
// bodies and grants. Names and fields are checked here; holding them is checked elsewhere.
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Resolves a `.requiresCapability` node; nil when the capability was not found (reported).
  public func resolveCapabilityUse(
    _ node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope
  ) -> CapabilityUse? {
    let syntax = tree.capabilityReference(node)
    guard let capability = capability(syntax.type, in: tree, scope: scope) else { return nil }
    guard case .capability(let fields) = program.declarations[capability].detail else { return nil }
    var named: [Symbol] = []
    for field in syntax.fields where tree.kind(field) == .fieldValue {
      let value = tree.fieldValue(field)
      let span = fieldNameSpan(field, value.name, in: tree)
      if !fields.contains(where: { $0.name == value.name }) {
        let suggestion = text(closest(to: value.name, among: fields.map(\.name)))
        report(
          .unknownCapabilityField(
            text(value.name), suggestion, of: program.declarations[capability], text, at: span))
      } else if named.contains(value.name) {
        report(.repeatedCapabilityField(text(value.name), at: span))
      } else {
        named.append(value.name)
      }
    }
    return CapabilityUse(capability: capability, fields: named)
  }

  private func capability(
    _ node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope
  ) -> DeclarationID? {
    guard let found = container(node, in: tree, scope: scope) else { return nil }
    switch found {
    case .declaration(let declaration):
      guard program.declarations[declaration].kind == .capability else {
        report(
          .notACapability(
            text(program.declarations[declaration].name),
            program.declarations[declaration].kind.noun, at: tree.span(node)))
        return nil
      }
      noteReference(declaration, at: tree.span(node))
      checkVisible(declaration, from: scope, at: tree.span(node))
      return declaration
    case .failedImport: return nil
    case .module, .package, .namespace, .builtinType, .genericParameter, .builtin, .ambiguous,
      .notFound:
      let name = tree.namedType(node).name
      let capabilities = program.declarations.ids.filter {
        self.program.declarations[$0].kind == .capability
      }.map { self.program.declarations[$0].name }
      report(
        .unknownCapability(
          text(name), text(closest(to: name, among: capabilities)), at: tree.span(node)))
      return nil
    }
  }

  private func fieldNameSpan(
    _ node: SyntaxID, _ name: Symbol, in tree: SyntaxTree
  ) -> SourceSpan {
    let start = tree.span(node).start
    return SourceSpan(
      file: tree.file, start: start, end: start + Int32(text(name).utf8.count))
  }
}

extension Diagnostic {
  fileprivate static func unknownCapability(
    _ name: String, _ suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unknownCapability, "no capability named `\(name)` is in scope", at: span,
      fixes: FixIt.didYouMean(suggestion, at: span))
  }

  fileprivate static func notACapability(
    _ name: String, _ kind: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.unknownCapability, "`\(name)` is \(kind), not a capability", at: span)
  }

  fileprivate static func unknownCapabilityField(
    _ name: String, _ suggestion: String, of capability: Declaration, _ text: (Symbol) -> String,
    at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unknownCapability, "`\(text(capability.name))` has no field `\(name)`", at: span,
      labels: [Label(capability.nameSpan, "the capability is declared here")],
      fixes: FixIt.didYouMean(suggestion, at: span))
  }

  fileprivate static func repeatedCapabilityField(
    _ name: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.duplicateDeclaration, "the field `\(name)` is given twice", at: span)
  }
}
