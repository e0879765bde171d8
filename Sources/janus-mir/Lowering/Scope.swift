// Scopes and what happens when they are left. The items of all open scopes are one stack; leaving a
// scope in the ordinary way runs its items in reverse, an early exit runs the items down to its
// target, and a panic enters a chain of cleanup blocks built once from the same items.
import ASTDB
import Base
import MIR

enum CleanupAction {
  case drop(PlaceID)
  case deferred(NodeID)
  case unbind(PlaceID)
  case accessEnd(UInt32, PlaceID)
  /// The elements from the index on of the buffer that the pointer local points to are still there.
  case dropElements(pointer: PlaceID, index: PlaceID, count: PlaceID)
  /// Tasks of a deep drop remain.
  case drainTasks(Operand)
  /// The region that the pointer leads to gives its memory back.
  case endRegion(PlaceID)
}

struct CleanupItem {
  var action: CleanupAction
  /// The block that runs this item and those below it while unwinding; built on demand.
  var block = BlockID.none

  init(_ action: CleanupAction) { self.action = action }

  var unwinds: Bool {
    switch action {
    case .drop, .deferred, .dropElements, .drainTasks, .endRegion: true
    case .unbind, .accessEnd: false
    }
  }
}

struct LoopTarget {
  var breakBlock: BlockID
  var continueBlock: BlockID
  /// Items that are open outside the loop, and outside its body.
  var breakDepth: Int
  var continueDepth: Int
  var dest: PlaceID
}

extension FunctionLowering {
  mutating func pushScope() { scopeStarts.append(items.count) }

  /// The place of a scrutinee, which dies with the statement. If parts of it may be taken, opens a
  /// scope at its value when that is built here: what is left of it differs from path to path.
  mutating func scrutineePlace(_ id: NodeID, takesParts: Bool = true) -> PlaceID {
    let depth = items.count
    let scrutinee = place(id)
    var start = items.count
    if takesParts, start > depth, case .drop(let place)? = items.last?.action, place == scrutinee {
      start -= 1
    }
    scopeStarts.append(start)
    return scrutinee
  }

  /// Leaves the innermost scope. A value already built in `kept` is destroyed if that panics.
  mutating func popScope(keeping kept: PlaceID = .none) {
    let start = scopeStarts.removeLast()
    if current.exists, kept.exists, !isTrivial(type(of: kept)), mayPanicLeaving(downTo: start) {
      items.insert(CleanupItem(.drop(kept)), at: start)
      for i in start..<items.count { items[i].block = .none }
      runItems(downTo: start + 1)
      items.removeLast()
    } else {
      runItems(downTo: start)
    }
  }

  /// Leaves a scope that only some paths of an expression entered. Where it can be seen when its
  /// temporaries die, they live to the end of the statement, and a flag tells if they are there.
  mutating func popConditionalScope(keeping kept: PlaceID = .none) {
    var isObservable = false
    for item in items[scopeStarts[scopeStarts.count - 1]...] {
      guard case .drop(let place) = item.action else { return popScope(keeping: kept) }
      if ownership(type(of: place)) == .unique { isObservable = true }
    }
    if !isObservable || !current.exists { return popScope(keeping: kept) }
    scopeStarts.removeLast()
  }

  /// Continues where other paths meet the current one, with what they and it have left open.
  mutating func rejoin(_ open: ContiguousArray<CleanupItem>) {
    var open = open
    adoptBlocks(into: &open, below: items.count)
    items = open
  }

  /// Runs the items above `depth` and forgets them.
  mutating func runItems(downTo depth: Int) {
    while items.count > depth {
      let item = items.removeLast()
      run(item.action)
    }
  }

  /// Runs the items above `depth` on the way out; they stay open for the code that follows.
  mutating func exitItems(downTo depth: Int, keeping kept: PlaceID = .none) {
    guard current.exists, items.count > depth else { return }
    var saved = items
    var depth = depth
    if kept.exists, !isTrivial(type(of: kept)), mayPanicLeaving(downTo: depth) {
      items.insert(CleanupItem(.drop(kept)), at: depth)
      depth += 1
      for i in 0..<items.count where i >= depth - 1 { items[i].block = .none }
      runItems(downTo: depth)
    } else {
      while items.count > depth, current.exists {
        let item = items.removeLast()
        saved[items.count].block = item.block
        run(item.action)
      }
      for i in items.indices { saved[i].block = items[i].block }
    }
    items = saved
  }

  private func mayPanicLeaving(downTo depth: Int) -> Bool {
    for item in items[depth...] {
      switch item.action {
      case .drop(let place): if ownership(type(of: place)) == .unique { return true }
      case .deferred, .drainTasks: return true
      case .dropElements(let pointer, _, _):
        // That is a call, which has a way out for panics whatever the elements are.
        if !isTrivial(elementType(of: pointer)) { return true }
      case .unbind, .accessEnd, .endRegion: break
      }
    }
    return false
  }

  mutating func run(_ action: CleanupAction) {
    guard current.exists else { return }
    switch action {
    case .drop(let place): drop(place)
    case .deferred(let node): runDeferred(node)
    case .unbind(let place):
      emit(Instruction(.unbind, type: type(of: place), dest: place))
    case .accessEnd(let number, let place):
      emit(
        Instruction(.accessEnd, type: type(of: place), a: .borrow(place), immediate: number))
    case .dropElements(let pointer, let index, let count):
      dropElements(pointer, from: index, to: count)
    case .drainTasks(let tasks): drainTasks(tasks)
    case .endRegion(let region): endRegion(region)
    }
  }

  /// From here the value in `place` is destroyed when the innermost scope is left.
  mutating func ownInScope(_ place: PlaceID) {
    if !isTrivial(type(of: place)) { items.append(CleanupItem(.drop(place))) }
  }

  /// The value in `place` goes somewhere else: its item in the open statement is not needed.
  mutating func release(_ place: PlaceID, above depth: Int) {
    var i = items.count - 1
    while i >= depth {
      if case .drop(let owned) = items[i].action, owned == place {
        items.remove(at: i)
        return
      }
      i -= 1
    }
  }

  // MARK: Unwinding

  /// Where a panic raised now continues; none when this frame has nothing to clean up.
  mutating func cleanupTarget() -> BlockID {
    var top = items.count - 1
    while top >= 0, !items[top].unwinds { top -= 1 }
    if top < 0 { return .none }
    if items[top].block.exists { return items[top].block }
    return buildCleanup(top)
  }

  /// Builds the missing blocks from the lowest item up.
  private mutating func buildCleanup(_ top: Int) -> BlockID {
    var next = BlockID.none
    var first = top
    while first >= 0 {
      if items[first].unwinds, items[first].block.exists {
        next = items[first].block
        break
      }
      first -= 1
    }
    let saved = (current, currentPanics, items, isCleanup)
    var built = items
    isCleanup = true
    if next.isNone { next = resume() }
    for i in (first + 1)...top where built[i].unwinds {
      let block = newBlock()
      beginReached(block)
      items.removeSubrange(i...)
      run(built[i].action)
      go(to: next)
      items = built
      built[i].block = block
      items[i].block = block
      next = block
    }
    (current, currentPanics, _, isCleanup) = saved
    items = built
    return next
  }

  /// Keeps the cleanup blocks that were built for items that `saved` has too.
  func adoptBlocks(into saved: inout ContiguousArray<CleanupItem>, below depth: Int) {
    for i in 0..<min(depth, saved.count, items.count) where saved[i].block.isNone {
      saved[i].block = items[i].block
    }
  }

  private mutating func resume() -> BlockID {
    if resumeBlock.exists { return resumeBlock }
    resumeBlock = newBlock()
    beginReached(resumeBlock)
    terminate(Terminator(kind: .resume))
    return resumeBlock
  }
}
