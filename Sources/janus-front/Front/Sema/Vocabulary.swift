// Both the parser and the checked data have nodes, node kinds, passing modes and operators. Inside
// this target the plain names mean the checked ones; the parser's begin with `Syntax`.
import ASTDB
import Parser

public typealias SyntaxID = Parser.NodeID
public typealias SyntaxKind = Parser.NodeKind
public typealias SyntaxPassingMode = Parser.PassingMode
public typealias SyntaxUnaryOperator = Parser.UnaryOperator
public typealias SyntaxBinaryOperator = Parser.BinaryOperator
public typealias SyntaxRangeOperator = Parser.RangeOperator

public typealias NodeID = CheckedNodeID
public typealias Node = CheckedNode
public typealias NodeKind = CheckedNodeKind
public typealias PassingMode = CheckedPassingMode
public typealias UnaryOperator = CheckedUnaryOperator
public typealias BinaryOperator = CheckedBinaryOperator

extension PassingMode {
  init(_ mode: SyntaxPassingMode) {
    switch mode {
    case .borrow: self = .borrowed
    case .inout: self = .inout
    case .owned: self = .owned
    }
  }
}

extension DeclarationKind {
  /// As a diagnostic says it: `is a function`.
  var noun: String {
    switch self {
    case .function: "a function"
    case .structure: "a struct"
    case .enumeration: "an enum"
    case .trait: "a trait"
    case .implementation: "an impl"
    case .constant: "a constant"
    case .staticVariable: "a static"
    case .typeAlias: "a type"
    case .capability: "a capability"
    case .test: "a test"
    }
  }
}
