// The layout of chains: of operators, of method calls, and what follows `=` and `=>`.
import Base
import Lexer
import Parser

extension Layout {
  /// Nodes come in the opposite order here: a chain's last link first.
  mutating func layOutChains(_ id: NodeID) {
    let node = tree[id]
    switch node.kind {
    case .binary:
      if !continued.contains(id) { layOutOperators(id) }
    case .call, .member, .index, .propagate, .dereference, .tupleMember:
      if !continued.contains(id) { layOutMethods(id) }
    case .local: layOutValue(tree.local(id).value)
    case .constant, .staticVariable: layOutValue(tree.constant(id).value)
    case .assignment: layOutValue(tree.assignment(id).value)
    case .matchArm: layOutValue(tree.matchArm(id).body)
    case _: break
    }
  }

  // MARK: Operators

  private mutating func layOutOperators(_ id: NodeID) {
    guard let whole = range(of: id) else { return }
    let level = precedence(of: tree.binary(id).operation)
    var operators: [Int] = []
    var next = id
    while true {
      guard let token = tokens.token(startingAt: tree[next].main) else { return }
      operators.append(token)
      let left = tree.binary(next).left
      guard tree.kind(left) == .binary, precedence(of: tree.binary(left).operation) == level,
        let inner = tokens.token(startingAt: tree[left].main),
        tokens.enclosing[inner] == tokens.enclosing[token]
      else { break }
      continued.insert(left)
      next = left
    }
    // A line that begins with one of these would be a statement.
    let breaksAfter = operators.contains {
      tokens.kinds[$0] == .minus || tokens.kinds[$0] == .bar || tokens.kinds[$0] == .ampersand
    }
    for token in operators { separations[breaksAfter ? token + 1 : token] = .softSpace }
    regions.append(Region(kind: .indentedGroup, first: whole.first, last: whole.last))
  }

  /// Operators of one level are one chain.
  private func precedence(of operation: BinaryOperator) -> Int {
    switch operation {
    case .assign: 0
    case .coalesce: 1
    case .or: 2
    case .and: 3
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: 4
    case .bitOr: 5
    case .bitXor: 6
    case .bitAnd: 7
    case .shiftLeft, .shiftRight: 8
    case .add, .subtract, .addWrapping, .subtractWrapping, .addSaturating, .subtractSaturating: 9
    case .multiply, .divide, .remainder, .multiplyWrapping: 10
    case .power: 11
    }
  }

  // MARK: Method calls

  /// `a.b().c().d()`: with two calls or more, every call but one that follows a plain name starts a
  /// line when the chain breaks. A chain that the author has broken stays broken.
  private mutating func layOutMethods(_ id: NodeID) {
    var dots: [Int] = []
    var calls = 0
    var isCalled = false
    var next = id
    walk: while true {
      let node = tree[next]
      switch node.kind {
      case .call: isCalled = true
      case .member:
        if isCalled {
          calls += 1
          guard let name = tokens.token(startingAt: node.main), name > 0 else { return }
          if !isPlain(NodeID(node.lhs)) { dots.append(name - 1) }
        }
        isCalled = false
      case .index, .propagate, .dereference, .tupleMember: break
      case _: break walk
      }
      continued.insert(NodeID(node.lhs))
      next = NodeID(node.lhs)
    }
    guard calls > 1, !dots.isEmpty, let whole = range(of: id), !isDirectlyInArm(dots[0]) else {
      return
    }
    var region = Region(kind: .indentedGroup, first: whole.first, last: whole.last)
    for dot in dots {
      separations[dot] = .soft
      if tokens.gaps[dot].hasNewline { region.isForced = true }
    }
    if tree.kind(id) == .call, let last = tree.call(id).arguments.last, !region.isForced {
      region.hugged = huggable(last) ?? -1
    }
    regions.append(region)
  }

  /// A name or a path of names.
  private func isPlain(_ id: NodeID) -> Bool {
    var next = id
    while true {
      switch tree.kind(next) {
      case .name, .selfValue, .selfTypeValue: return true
      case .member, .index, .tupleMember, .dereference: next = NodeID(tree[next].lhs)
      case _: return false
      }
    }
  }

  /// Notes the tokens that stand in the body of an arm, and not in a block in it. Parents come
  /// first.
  mutating func noteArms(_ id: NodeID) {
    let kind = tree.kind(id)
    guard kind == .matchArm || kind == .block, let range = range(of: id) else { return }
    let level = kind == .block ? Layout.noArm : tokens.enclosing[range.first]
    for token in range.first...range.last { armLevels[token] = level }
  }

  /// There, a line that begins with `.` starts the next arm.
  private func isDirectlyInArm(_ token: Int) -> Bool {
    armLevels[token] == tokens.enclosing[token]
  }

  // MARK: Values

  /// A value that cannot break itself goes to a line of its own when it is too long.
  private mutating func layOutValue(_ value: NodeID) {
    guard value.exists, isAtom(value), let range = range(of: value), range.first > 0 else { return }
    switch tokens.kinds[range.first - 1] {
    case .equal, .fatArrow: break
    case _: return
    }
    separations[range.first] = .softSpace
    regions.append(Region(kind: .indentedGroup, first: range.first - 1, last: range.last))
  }

  private func isAtom(_ id: NodeID) -> Bool {
    switch tree.kind(id) {
    case .string, .interpolatedString, .name, .integer, .float: true
    case .member: isPlain(id)
    case _: false
    }
  }
}
