// Where attributes may stand and what they take.
//
// Reads: syntax of declarations. Produces: nothing; what an attribute means is asked of the
// declaration that has it.
// Rejects: attributes before the wrong kind of declaration, with wrong arguments, twice, or against
// one another (E2109).
import ASTDB
import Base
import Parser

/// What the language says about one attribute.
private struct AttributeRule {
  enum Arguments {
    case none
    /// A power of two up to 65536.
    case alignment
    case text
    /// `heap:` and `scratch:` with numbers of bytes.
    case budget
    /// What only std writes is not looked at.
    case any
  }

  var kinds: [DeclarationKind]
  /// The kinds in words.
  var target: String
  var arguments = Arguments.none
  /// An attribute that says the opposite.
  var opposite = ""

  private static let function = AttributeRule(kinds: [.function], target: "a function")
  private static let type = AttributeRule(
    kinds: [.structure, .enumeration], target: "a struct or enum")

  static func named(_ name: String) -> AttributeRule? {
    switch name {
    case "inline":
      AttributeRule(kinds: [.function], target: "a function", opposite: "noinline")
    case "noinline", "cold", "track_caller", "no_implicit_copy", "lends": function
    case "budget": AttributeRule(kinds: [.function], target: "a function", arguments: .budget)
    case "export_name": AttributeRule(kinds: [.function], target: "a function", arguments: .text)
    case "packed": AttributeRule(kinds: [.structure], target: "a struct")
    case "align": AttributeRule(kinds: [.structure], target: "a struct", arguments: .alignment)
    case "unique", "must_consume": type
    case "manual": AttributeRule(kinds: [], target: "a `let`")
    case "lang", "runtime":
      AttributeRule(kinds: DeclarationKind.allCases, target: "a declaration", arguments: .any)
    default: nil  // Reported by the parser.
    }
  }
}

extension SemaContext {
  func checkAttributes(from first: Int) {
    for index in first..<program.declarations.count {
      let id = DeclarationID(index)
      guard let tree = tree(of: id), sources[index].node.exists else { continue }
      let list = tree.declaration(sources[index].node).attributes
      guard !list.isEmpty else { continue }
      var names: [String] = []
      for node in list where tree.kind(node) == .attribute {
        let syntax = tree.attribute(node)
        let name = text(syntax.name)
        guard let rule = AttributeRule.named(name) else { continue }
        let span = tree.span(node)
        if names.contains(name) {
          report(.repeatedAttribute(name, at: span))
        } else if names.contains(rule.opposite) || opposes(name, names) {
          report(.contradictoryAttributes(at: span))
        }
        names.append(name)
        check(syntax.arguments, of: name, rule, before: id, in: tree, at: span)
      }
    }
  }

  private func opposes(_ name: String, _ others: [String]) -> Bool {
    others.contains { AttributeRule.named($0)?.opposite == name }
  }

  private func check(
    _ arguments: NodeList, of name: String, _ rule: AttributeRule, before id: DeclarationID,
    in tree: SyntaxTree, at span: SourceSpan
  ) {
    let kind = program.declarations[id].kind
    guard rule.kinds.contains(kind) else {
      report(.misplacedAttribute(name, rule.target, kind.noun, at: span))
      return
    }
    if !fits(arguments, rule.arguments, in: tree) {
      report(.wrongAttributeArguments(name, rule.arguments.description, at: span))
    }
  }

  private func fits(
    _ arguments: NodeList, _ wanted: AttributeRule.Arguments, in tree: SyntaxTree
  ) -> Bool {
    switch wanted {
    case .none: return arguments.isEmpty
    case .any: return true
    case .text:
      return arguments.count == 1 && arguments.allSatisfy { tree.kind($0) == .string }
    case .alignment:
      return arguments.count == 1
        && arguments.allSatisfy {
          guard tree.kind($0) == .integer else { return false }
          let value = tree.integer($0).value
          return value > 0 && value <= 65536 && value & (value - 1) == 0
        }
    case .budget:
      var names: Set<String> = []
      let areFit = arguments.allSatisfy {
        guard tree.kind($0) == .argument else { return false }
        let argument = tree.argument($0)
        return names.insert(text(argument.name)).inserted
          && tree.kind(argument.value) == .integer
      }
      return areFit && !names.isEmpty && names.isSubset(of: ["heap", "scratch"])
    }
  }
}

extension AttributeRule.Arguments: CustomStringConvertible {
  var description: String {
    switch self {
    case .none: "nothing"
    case .alignment: "a power of two up to 65536"
    case .text: "one string"
    case .budget: "numbers of bytes, `heap: 0` or `scratch: 4096` or both"
    case .any: "anything"
    }
  }
}

extension Diagnostic {
  fileprivate static func misplacedAttribute(
    _ name: String, _ target: String, _ found: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .misplacedAttribute, "`@\(name)` stands before \(target), not before \(found)", at: span,
      fixes: [FixIt("remove it", [FixIt.Edit(span, "")])])
  }

  fileprivate static func wrongAttributeArguments(
    _ name: String, _ wanted: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.misplacedAttribute, "`@\(name)` takes \(wanted)", at: span)
  }

  fileprivate static func repeatedAttribute(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .misplacedAttribute, "`@\(name)` is written twice", at: span,
      fixes: [FixIt("remove it", [FixIt.Edit(span, "")])])
  }

  fileprivate static func contradictoryAttributes(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.misplacedAttribute, "`@inline` and `@noinline` contradict each other", at: span)
  }
}
