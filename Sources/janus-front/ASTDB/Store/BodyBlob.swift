// Bodies as blobs: arrays copied whole on the way in and out, every index checked on the way in.
import Base

extension Body {
  func encode(into writer: inout ByteWriter, _ tables: inout BlobTableWriter) {
    writer.write(array: nodes)
    writer.write(array: spans)
    writer.write(array: extra)
    writer.write(UInt32(variables.count))
    for variable in variables {
      writer.write(tables.index(variable.name))
      writer.write(variable.type)
      writer.write(variable.kind.rawValue)
      writer.write(variable.span.start)
      writer.write(variable.span.end)
    }
    writer.write(UInt32(closures.count))
    for closure in closures {
      writer.write(array: ContiguousArray(closure.parameters.map(\.raw)))
      writer.write(array: ContiguousArray(closure.captures.map(\.raw)))
      writer.write(closure.body.raw)
      writer.write(closure.escapes)
      writer.write(array: ContiguousArray(closure.lent.map(\.raw)))
    }
    writer.write(parameterCount)
    writer.write(array: ContiguousArray(types.map { tables.index($0) }))
    writer.write(array: ContiguousArray(declarations.map { tables.index($0) }))
    writer.write(array: ContiguousArray(strings.map { tables.index($0) }))
    writer.write(root.raw)
    writer.write(isValid)
  }

  init(
    owner: DeclarationID, from reader: inout ByteReader, _ tables: BlobTableReader
  ) throws(BlobDamage) {
    self.init(owner: owner)
    // `NodeKind` is not valid for any byte, so kinds are checked before the array is made.
    let raw = try reader.peekArray(stride: MemoryLayout<Node>.stride)
    for offset in Swift.stride(from: 0, to: raw.count, by: MemoryLayout<Node>.stride)
    where NodeKind(rawValue: raw[offset]) == nil {
      throw BlobDamage(reason: "a node has an unknown kind")
    }
    nodes = try reader.array(of: Node.self)
    spans = try reader.array(of: NodeSpan.self)
    extra = try reader.array(of: UInt32.self)
    for _ in 0..<(try reader.count(ofSize: 17)) {
      let name = try tables.symbol(try reader.word())
      let type = try reader.word()
      guard let kind = VariableKind(rawValue: try reader.byte()) else {
        throw BlobDamage(reason: "a variable has an unknown kind")
      }
      let start = try reader.int()
      variables.append(
        Variable(
          name: name, type: type, kind: kind,
          span: NodeSpan(start: start, end: try reader.int())))
    }
    for _ in 0..<(try reader.count(ofSize: 17)) {
      let parameters = try reader.array(of: UInt32.self).map { VariableID($0) }
      let captures = try reader.array(of: UInt32.self).map { VariableID($0) }
      let body = NodeID(try reader.word())
      let escapes = try reader.flag()
      let lent = try reader.array(of: UInt32.self).map { VariableID($0) }
      closures.append(
        Closure(
          parameters: parameters, captures: captures, body: body, escapes: escapes, lent: lent))
    }
    parameterCount = try reader.word()
    for index in try reader.array(of: UInt32.self) { types.append(try tables.type(index)) }
    for index in try reader.array(of: UInt32.self) {
      declarations.append(try tables.declaration(index))
    }
    for index in try reader.array(of: UInt32.self) { strings.append(try tables.symbol(index)) }
    root = NodeID(try reader.word())
    isValid = try reader.flag()
    if let problem = problem() { throw BlobDamage(reason: problem) }
  }

  /// What is wrong with the indices of this body, or nil: lists lie within `extra`, no node
  /// contains itself, everything named exists.
  package func problem() -> String? {
    if spans.count != nodes.count { return "nodes and positions differ in number" }
    if extra.isEmpty || extra[0] != 0 { return "the table of lists is damaged" }
    if root.exists && root.index >= nodes.count { return "the root is missing" }
    if Int(parameterCount) > variables.count { return "a parameter is missing" }
    for variable in variables where Int(variable.type) >= types.count { return "a type is missing" }
    for closure in closures {
      let variables = closure.parameters + closure.captures + closure.lent
      if variables.contains(where: { $0.index >= self.variables.count })
        || closure.body.index >= nodes.count
      {
        return "a closure is damaged"
      }
    }
    var isInOrder = true
    for index in 0..<nodes.count {
      if let problem = problem(ofNode: NodeID(index), &isInOrder) { return problem }
    }
    // Children mostly stand before their parents, which rules out cycles.
    return isInOrder || isAcyclic ? nil : "a node is its own ancestor"
  }

  private var isAcyclic: Bool {
    enum Visit { case notYet, open, done }
    var visits = ContiguousArray(repeating: Visit.notYet, count: nodes.count)
    var stack: ContiguousArray<(node: UInt32, leaving: Bool)> = []
    for root in 0..<UInt32(nodes.count) where visits[Int(root)] == .notYet {
      stack.append((root, false))
      while let (node, leaving) = stack.popLast() {
        if leaving {
          visits[Int(node)] = .done
          continue
        }
        switch visits[Int(node)] {
        case .done: continue
        case .open: return false
        case .notYet: visits[Int(node)] = .open
        }
        stack.append((node, true))
        var isCyclic = false
        forEachOperand(of: NodeID(node)) { operand, word in
          guard operand == .node else { return }
          if visits[Int(word)] == .open { isCyclic = true }
          if visits[Int(word)] == .notYet { stack.append((word, false)) }
        }
        if isCyclic { return false }
      }
    }
    return true
  }

  private func problem(ofNode id: NodeID, _ isInOrder: inout Bool) -> String? {
    let node = self[id]
    if Int(node.type) >= types.count { return "a type is missing" }
    let layout = node.kind.layout
    for (operand, word) in [(layout.a, node.a), (layout.b, node.b), (layout.c, node.c)]
    where operand.isList && !listIsInRange(word) { return "a list is damaged" }
    if layout.b == .iteratorProtocol {
      let words = Array(list(node.b))
      if words.count != 4 || !listIsInRange(words[3]) { return "a list is damaged" }
    }
    var problem: String?
    forEachOperand(of: id) { operand, word in
      switch operand {
      case .node:
        if word >= id.raw { isInOrder = false }
        if Int(word) >= nodes.count { problem = "a node is missing" }
      case .variable: if Int(word) >= variables.count { problem = "a variable is missing" }
      case .declaration: if Int(word) >= declarations.count { problem = "a declaration is missing" }
      case .string: if Int(word) >= strings.count { problem = "a string is missing" }
      case .closure: if Int(word) >= closures.count { problem = "a closure is missing" }
      case .types: if Int(word) >= types.count { problem = "a type is missing" }
      case .unused, .number, .words, .optionalNode, .optionalVariable, .optionalDeclaration,
        .nodes, .numberedNodes, .formattedNodes, .namedNodes, .rangeBounds, .entryProtocol,
        .iteratorProtocol:
        break
      }
    }
    return problem
  }

  private func listIsInRange(_ index: UInt32) -> Bool {
    let index = Int(index)
    return index < extra.count && Int(extra[index]) <= extra.count - index - 1
  }
}

extension NodeOperand {
  /// The field is an index of a list.
  var isList: Bool {
    switch self {
    case .nodes, .types, .numberedNodes, .formattedNodes, .namedNodes, .rangeBounds,
      .entryProtocol, .iteratorProtocol, .words:
      true
    case .unused, .number, .node, .optionalNode, .variable, .optionalVariable, .declaration,
      .optionalDeclaration, .string, .closure:
      false
    }
  }
}
