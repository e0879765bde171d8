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
