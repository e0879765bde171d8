// What the fields of each kind of checked node hold, as data: for validation of stored bodies, for
// walking them, and for the node view of the ASTDB. `NodeKind.swift` says the same in words.
import Base

/// What a field of a node, or an element of one of its lists, holds.
public enum NodeOperand: UInt8, Sendable {
  case unused, number
  case node, optionalNode
  case variable, optionalVariable
  case declaration, optionalDeclaration
  case string, closure
  case nodes, types
  /// Pairs (number, node).
  case numberedNodes
  /// Pairs (node, string or UInt32.max).
  case formattedNodes
  /// Pairs (string, node).
  case namedNodes
  /// (lower node, upper node).
  case rangeBounds
  /// (node, declaration, declaration, declaration or UInt32.max).
  case entryProtocol
  /// (node, declaration, flags, list of types).
  case iteratorProtocol
  /// Two plain words, or no list.
  case words
}

public struct NodeLayout: Sendable {
  public var a: NodeOperand
  public var b: NodeOperand
  public var c: NodeOperand
  init(_ a: NodeOperand = .unused, _ b: NodeOperand = .unused, _ c: NodeOperand = .unused) {
    self.a = a
    self.b = b
    self.c = c
  }
}

extension NodeKind {
  public var layout: NodeLayout {
    switch self {
    case .error, .null, .unit, .wildcardPattern: NodeLayout()
    case .integer: NodeLayout(.number, .number, .words)
    case .float: NodeLayout(.number, .number)
    case .bool, .character, .continue: NodeLayout(.number)
    case .string: NodeLayout(.string)
    case .variable: NodeLayout(.variable)
    case .staticVariable, .constant: NodeLayout(.declaration)
    case .function: NodeLayout(.declaration, .types)
    case .closure: NodeLayout(.closure)
    case .field: NodeLayout(.node, .number)
    case .index, .and, .or, .concatenate, .range, .coalesce, .assign, .while, .repeated:
      NodeLayout(.node, .node)
    case .dereference, .unbox, .inoutArgument, .widen, .cast, .asSlice, .asFunction, .copy, .move,
      .defer, .unsafeBlock, .evaluate, .require, .unboxPattern, .valuePattern:
      NodeLayout(.node)
    case .payload: NodeLayout(.node, .number, .number)
    case .slice: NodeLayout(.node, .optionalNode, .optionalNode)
    case .call, .callTrait: NodeLayout(.declaration, .nodes, .types)
    case .callValue: NodeLayout(.node, .nodes)
    case .defaultValue: NodeLayout(.declaration, .number, .types)
    case .builtin: NodeLayout(.number, .nodes, .types)
    case .structure, .structurePattern: NodeLayout(.numberedNodes)
    case .variant, .variantPattern: NodeLayout(.number, .nodes)
    case .tuple, .array, .listLiteral, .tuplePattern, .alternativePattern: NodeLayout(.nodes)
    case .interpolation: NodeLayout(.formattedNodes)
    case .unary: NodeLayout(.number, .node)
    case .binary, .compare: NodeLayout(.number, .node, .node)
    case .block: NodeLayout(.nodes, .optionalNode)
    case .if: NodeLayout(.node, .node, .optionalNode)
    case .patternTest, .declarePattern: NodeLayout(.node, .node)
    case .match: NodeLayout(.node, .nodes)
    case .arm: NodeLayout(.node, .optionalNode, .node)
    case .forRange: NodeLayout(.variable, .rangeBounds, .node)
    case .forElements: NodeLayout(.node, .node, .node)
    case .forEntries: NodeLayout(.node, .entryProtocol, .node)
    case .forIterator: NodeLayout(.node, .iteratorProtocol, .node)
    case .break: NodeLayout(.number, .optionalNode)
    case .return: NodeLayout(.optionalNode)
    case .propagate: NodeLayout(.node, .optionalDeclaration, .types)
    case .catching: NodeLayout(.node, .optionalVariable, .node)
    case .optionalChain: NodeLayout(.node, .variable, .node)
    case .scratchpad: NodeLayout(.variable, .optionalNode, .node)
    case .grant: NodeLayout(.declaration, .namedNodes, .node)
    case .declare: NodeLayout(.variable, .optionalNode)
    case .compoundAssign: NodeLayout(.node, .node, .number)
    case .bindingPattern: NodeLayout(.variable, .optionalNode)
    case .rangePattern: NodeLayout(.optionalNode, .optionalNode)
    case .sequencePattern: NodeLayout(.nodes, .nodes, .optionalNode)
    }
  }
}

extension Body {
  /// Calls `visit` for each mention of a node (`.node`), variable, declaration, string, closure or
  /// type in the fields and lists of the node `id`, in order. Lists must be in range.
  public func forEachOperand(of id: NodeID, _ visit: (NodeOperand, UInt32) -> Void) {
    let node = self[id]
    let layout = node.kind.layout
    forEachOperand(layout.a, node.a, visit)
    forEachOperand(layout.b, node.b, visit)
    forEachOperand(layout.c, node.c, visit)
  }

  private func forEachOperand(
    _ operand: NodeOperand, _ word: UInt32, _ visit: (NodeOperand, UInt32) -> Void
  ) {
    switch operand {
    case .unused, .number, .words: break
    case .node, .variable, .declaration, .string, .closure: visit(operand, word)
    case .optionalNode: if word != .max { visit(.node, word) }
    case .optionalVariable: if word != .max { visit(.variable, word) }
    case .optionalDeclaration: if word != .max { visit(.declaration, word) }
    case .nodes, .rangeBounds: for child in list(word) { visit(.node, child) }
    case .types: for type in list(word) { visit(.types, type) }
    case .numberedNodes: forEachPair(word) { visit(.node, $1) }
    case .formattedNodes:
      forEachPair(word) {
        visit(.node, $0)
        if $1 != .max { visit(.string, $1) }
      }
    case .namedNodes:
      forEachPair(word) {
        visit(.string, $0)
        visit(.node, $1)
      }
    case .entryProtocol:
      for (position, element) in list(word).enumerated() where element != .max {
        visit(position == 0 ? .node : .declaration, element)
      }
    case .iteratorProtocol:
      let words = Array(list(word))
      guard words.count == 4 else { break }
      visit(.node, words[0])
      visit(.declaration, words[1])
      for type in list(words[3]) { visit(.types, type) }
    }
  }

  private func forEachPair(_ index: UInt32, _ visit: (UInt32, UInt32) -> Void) {
    let words = list(index)
    var i = words.startIndex
    while i + 1 < words.endIndex {
      visit(words[i], words[i + 1])
      i += 2
    }
  }
}
