// `defer`, `requires e`, and `unsafe` with the operations that need it.
import ASTDB
import Base
import Parser

extension BodyChecker {
  mutating func deferred(_ id: SyntaxID) -> NodeID {
    deferDepth += 1
    let before = narrowed
    narrowed = narrowedForLater()
    let node = statementOrBlock(tree.operand(id))
    narrowed = before
    deferDepth -= 1
    return emit(.defer, TypeTable.void, a: node.raw, at: id)
  }

  private mutating func statementOrBlock(_ id: SyntaxID) -> NodeID {
    tree.kind(id) == .block ? check(id, .discarded) : statement(id)
  }

  mutating func requirement(_ id: SyntaxID) -> NodeID {
    let (node, facts) = condition(tree.condition(id))
    narrowed += facts.whenTrue
    return emit(.require, TypeTable.void, a: node.raw, at: id)
  }

  // MARK: Unsafe

  mutating func unsafeBlock(_ id: SyntaxID, _ expected: Expectation) -> NodeID {
    let isAllowed = rules.unsafeBlocks != .forbidden
    if !isAllowed { report(.unsafeForbidden(scope.profile, at: span(id))) }
    unsafeBlocks.append(false)
    let inner = check(tree.operand(id), expected)
    let isNeeded = unsafeBlocks.removeLast()
    if isAllowed && !isNeeded { report(.needlessUnsafe(at: span(id))) }
    return emit(.unsafeBlock, type(of: inner), a: inner.raw, at: id)
  }

  /// An operation that looks through a pointer, or makes one of something else.
  mutating func requireUnsafe(_ what: String, at span: SourceSpan) {
    if !unsafeBlocks.isEmpty { unsafeBlocks[unsafeBlocks.count - 1] = true }
    switch rules.rawPointers {
    case .anywhere: return
    case .insideUnsafe:
      if unsafeBlocks.isEmpty { report(.outsideUnsafe(what, at: span)) }
    case .forbidden:
      if unsafeBlocks.isEmpty { report(.pointerForbidden(what, scope.profile, at: span)) }
    }
  }
}

extension Diagnostic {
  fileprivate static func unsafeForbidden(
    _ profile: Profile, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.unsafeForbidden, "`unsafe` is not available in `:\(profile.name)`", at: span)
  }

  fileprivate static func needlessUnsafe(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.needlessUnsafe, "nothing in this block needs `unsafe`", at: span)
  }

  fileprivate static func outsideUnsafe(_ what: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .pointerOutsideUnsafe, "\(what) stands outside `unsafe`", at: span,
      notes: ["wrap it in `unsafe { … }`"])
  }

  fileprivate static func pointerForbidden(
    _ what: String, _ profile: Profile, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(.rawPointerType, "\(what) is not available in `:\(profile.name)`", at: span)
  }
}
