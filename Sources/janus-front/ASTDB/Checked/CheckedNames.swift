// Names for what the parser also has under the same name, for files that see both. (They cannot be
// told apart as `ASTDB.Node`: that looks into the class `ASTDB`.)

public typealias CheckedNodeID = NodeID
public typealias CheckedNode = Node
public typealias CheckedNodeKind = NodeKind
public typealias CheckedPassingMode = PassingMode
public typealias CheckedUnaryOperator = UnaryOperator
public typealias CheckedBinaryOperator = BinaryOperator
