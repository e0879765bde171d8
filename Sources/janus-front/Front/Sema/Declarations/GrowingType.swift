// Generic types that mention themselves with larger arguments have no end of instances (E2103):
// `struct Grow[T] { next: ?Box[Grow[List[T]]] }` contains `Grow[List[T]]`, which contains
// `Grow[List[List[T]]]`, and so on. A box does not help.
//
// Type parameters are the nodes of a graph. Where a type with a parameter X mentions `C[…]` with X
// in its i-th argument, an edge leads from X to the i-th parameter of C, and grows unless the
// argument is X itself. A circle with an edge that grows is instantiation without end.
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Looks for growth through the generic structs and enums declared from `first` on. What was
  /// loaded has passed this check and mentions none of them. What is `reported` has its
  /// error already.
  func checkGrowingTypes(from first: Int, except reported: Set<DeclarationID>) {
    var graph = GrowthGraph(context: self)
    let types = (first..<program.declarations.count).map { DeclarationID($0) }.filter {
      !program.declarations[$0].genericParameters.isEmpty
    }
    for id in types { graph.addEdges(of: id) }
    for id in types where !reported.contains(id) {
      if let edge = graph.growingEdge(from: id) {
        report(
          .growingType(
            text(program.declarations[id].name), program.name(of: edge.mention), edge.span,
            at: program.declarations[id].nameSpan))
        return  // The types of one circle would all be reported.
      }
    }
  }
}

/// A type parameter, by its declaration and number.
private struct ParameterNode: Hashable {
  var owner: DeclarationID
  var index: Int
}

private struct GrowthEdge {
  var target: ParameterNode
  var grows: Bool
  /// The type in which the parameter is handed on, and the field that mentions it.
  var mention: TypeID
  var span: SourceSpan
}

private struct GrowthGraph {
  let context: SemaContext
  private var edges: [ParameterNode: [GrowthEdge]] = [:]

  private var program: CheckedProgram { context.program }

  init(context: SemaContext) { self.context = context }

  mutating func addEdges(of owner: DeclarationID) {
    switch program.declarations[owner].detail {
    case .structure(let detail):
      for field in detail.fields { addEdges(in: field.type, field.span) }
    case .enumeration(let detail):
      for variant in detail.variants {
        for field in variant.fields { addEdges(in: field.type, field.span) }
      }
    case .function, .trait, .implementation, .constant, .staticVariable, .typeAlias, .capability,
      .test:
      break
    }
  }

  private mutating func addEdges(in type: TypeID, _ span: SourceSpan) {
    guard program.types.hasParameters(type) else { return }
    switch program.types[type] {
    case .nominal(let declaration, let arguments):
      for (index, argument) in arguments.enumerated() {
        let target = ParameterNode(owner: declaration, index: index)
        for source in parameters(in: argument) {
          let isPlain: Bool
          if case .parameter = program.types[argument] { isPlain = true } else { isPlain = false }
          edges[source, default: []].append(
            GrowthEdge(target: target, grows: !isPlain, mention: type, span: span))
        }
        addEdges(in: argument, span)
      }
    case .tuple(let parts): for part in parts { addEdges(in: part, span) }
    case .array(let part, _), .slice(let part), .pointer(let part, _): addEdges(in: part, span)
    case .function(let parameters, let result, _):
      for parameter in parameters { addEdges(in: parameter.type, span) }
      addEdges(in: result, span)
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .variable: break
    }
  }

  private func parameters(in type: TypeID) -> [ParameterNode] {
    guard program.types.hasParameters(type) else { return [] }
    switch program.types[type] {
    case .parameter(let owner, let index): return [ParameterNode(owner: owner, index: Int(index))]
    case .nominal(_, let parts), .tuple(let parts): return parts.flatMap { parameters(in: $0) }
    case .array(let part, _), .slice(let part), .pointer(let part, _):
      return parameters(in: part)
    case .function(let inputs, let result, _):
      return inputs.flatMap { parameters(in: $0.type) } + parameters(in: result)
    case .error, .void, .never, .bool, .char, .integer, .float, .variable: return []
    }
  }

  /// An edge of a parameter of `owner` that grows and lies on a circle.
  func growingEdge(from owner: DeclarationID) -> GrowthEdge? {
    for index in program.declarations[owner].genericParameters.indices {
      let node = ParameterNode(owner: owner, index: index)
      for edge in edges[node] ?? [] where edge.grows && reaches(node, from: edge.target) {
        return edge
      }
    }
    return nil
  }

  private func reaches(_ wanted: ParameterNode, from start: ParameterNode) -> Bool {
    var seen: Set<ParameterNode> = [start]
    var waiting = [start]
    while let node = waiting.popLast() {
      if node == wanted { return true }
      for edge in edges[node] ?? [] where seen.insert(edge.target).inserted {
        waiting.append(edge.target)
      }
    }
    return false
  }
}

extension Diagnostic {
  fileprivate static func growingType(
    _ name: String, _ mention: String, _ field: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .recursiveType, "`\(name)` contains itself with ever larger type arguments", at: span,
      labels: field.file.exists ? [Label(field, "`\(mention)` is mentioned here")] : [],
      notes: ["each value would need another type; a `Box` does not end that"])
  }
}
