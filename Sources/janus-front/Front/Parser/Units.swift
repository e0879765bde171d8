// Declarations as the units of incremental checking: their places, nodes and hashes.
import Base
import Lexer

extension Parser {
  /// The unit being parsed, or -1 inside something whose members are no units.
  var currentUnit: Int { unitDepth == 1 && depth == 0 ? openUnit : -1 }

  /// Reserves the place of a unit, so that a parent comes before its members. `parent` is an index
  /// of `tree.units`, -1 when what follows is no unit, or -2 at the top level.
  mutating func beginUnit(_ parent: Int) -> Int {
    unitDepth += 1
    guard parent != -1 else { return -1 }
    if parent == -2 { openUnit = tree.units.count }
    tree.units.append(
      DeclarationUnit(
        node: .none, parent: parent == -2 ? .none : NodeID(parent), span: ByteSpan(0, 0),
        firstNode: NodeID(tree.nodes.count), syntaxHash: .zero))
    return tree.units.count - 1
  }

  /// Completes the unit `unit`, which began at token `first`.
  mutating func endUnit(_ unit: Int, _ node: NodeID, _ first: Int) {
    unitDepth -= 1
    guard unit >= 0 else { return }
    tree.units[unit].node = node
    tree.units[unit].span = ByteSpan(starts[first], max(starts[first], previousEnd))
    tree.units[unit].syntaxHash = hashTokens(first, index)
    // Members have named their parent by its place in the list; now its node is known.
    guard unit == openUnit && unitDepth == 0 else { return }
    for member in (unit + 1)..<max(unit + 1, tree.units.count) { tree.units[member].parent = node }
  }

  /// The hash of the tokens `from ..< to`: kinds, statement starts, and the text of words and
  /// literals.
  private mutating func hashTokens(_ from: Int, _ to: Int) -> Hash128 {
    hashBytes.removeAll(keepingCapacity: true)
    for i in from..<max(from, to) {
      let kind = kinds[i]
      hashBytes.append(
        kind.rawValue | (flags[i].contains(.startsStatement) && i > from ? 0x80 : 0))
      guard kind.rawValue <= TokenKind.interpolationEnd.rawValue else { continue }
      let length = Int(ends[i] &- starts[i])
      hashBytes.append(UInt8(truncatingIfNeeded: length))
      hashBytes.append(UInt8(truncatingIfNeeded: length >> 8))
      hashBytes.append(contentsOf: buffer.bytes(i))
    }
    return hashBytes.withUnsafeBytes { Hash128.of($0) }
  }
}
