// Where the code of a declaration is in its tree.
import ASTDB
import Base
import Parser

/// The syntax of a declaration's code.
public enum BodySyntax: Sendable {
  /// A block or an expression.
  case node(SyntaxID)
  /// The statements at the top level of a script, in order.
  case statements([SyntaxID])
  /// None: declared only.
  case none
}

extension SemaContext {
  public func bodySyntax(of declaration: DeclarationID) -> BodySyntax {
    guard let tree = tree(of: declaration) else { return .none }
    let node = sources[declaration.index].node
    guard node.exists else { return .statements(scriptStatements(of: tree)) }
    let body: SyntaxID
    switch tree.kind(node) {
    case .function: body = tree.function(node).body
    case .destructor: body = tree.destructorBody(node)
    case .test: body = tree.testBody(node)
    case .constant, .staticVariable: body = tree.constant(node).value
    default: return .none  // Declarations without code.
    }
    return body.exists ? .node(body) : .none
  }

  /// Top-level items that are no declarations.
  func scriptStatements(of tree: SyntaxTree) -> [SyntaxID] {
    tree.items.filter { !isDeclaration(tree.kind($0)) }
  }

  func isDeclaration(_ kind: SyntaxKind) -> Bool {
    switch kind {
    case .profile, .importModule, .importC, .function, .destructor, .structure, .field,
      .enumeration, .variant, .trait, .implementation, .typeAlias, .constant, .staticVariable,
      .test, .capability, .error:
      true
    default: false  // Statements and expressions.
    }
  }
}
