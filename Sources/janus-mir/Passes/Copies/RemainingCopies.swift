// The copies that remain, and why each is needed.
// Reads: functions whose copies were elided. Produces: a `RemainingCopy` for each `copy_value`.
// Rejects: in functions marked `@no_implicit_copy`, each one that the source does not ask for.
// Assumes: a verified function.
// The place to blame is the first, on any path behind the copy, where the original is used; if
// there is none, where it changes while the copy is in use.
import Base
import MIR

/// Why a copy is needed (language.md section 6, rule 6).
public enum CopyReason: String, Sendable {
  /// The source asks for it.
  case explicit
  /// The original is used later.
  case laterUse = "later-use"
  /// The original changes while the copy is in use.
  case liveAccess = "live-access"
  /// The original is what the function was lent.
  case borrowedParameter = "borrowed-parameter"
  /// The original belongs to the variables that a closure captured.
  case captured
  /// The original is a static.
  case global
  /// The copy is stored where it outlives the original's owner.
  case escapes
}

/// A copy that is made when the program runs.
public struct RemainingCopy: Sendable {
  /// The function that makes it, for people.
  public var function: String
  /// Files are numbered as in the module; lines count from 1.
  public var span: SourceSpan
  public var line: Int32
  public var type: String
  public var reason: CopyReason
  public var blame: SourceSpan
  public var blameLine: Int32
}

/// The copies in `function`.
func remainingCopies(
  in function: MIRFunction, _ liveness: CopyLiveness, _ module: MIRModule
) -> [RemainingCopy] {
  let explainer = CopyExplainer(liveness)
  var result: [RemainingCopy] = []
  for id in function.blocks.ids where !function.blocks[id].isCleanup {
    let block = function.blocks[id]
    for (index, instruction) in block.instructions.enumerated()
    where instruction.opcode == .copyValue {
      let location = block.locations[index]
      let (reason, blame) = explainer.reason(
        for: instruction, Position(block: id, index: index), location)
      result.append(
        RemainingCopy(
          function: function.displayName, span: span(of: location, in: function),
          line: function.baseLine &+ location.line,
          type: module.types[function.places[instruction.dest].type].name, reason: reason,
          blame: span(of: blame, in: function), blameLine: function.baseLine &+ blame.line))
    }
  }
  return result
}

private struct CopyExplainer {
  private let liveness: CopyLiveness
  private let paths: LentPaths
  private let function: MIRFunction

  init(_ liveness: CopyLiveness) {
    self.liveness = liveness
    paths = liveness.paths
    function = paths.function
  }

  func reason(
    for copy: Instruction, _ position: Position, _ location: MIRLocation
  ) -> (CopyReason, MIRLocation) {
    if copy.immediate == 1 { return (.explicit, location) }
    let base = paths.places[copy.a.placeID.index].base
    guard base.exists else { return (.global, location) }
    let owner = self.owner(of: base)
    if liveness.owners.owners[base.index].contains(LentPaths.unknown) { return (.global, location) }
    switch function.locals[owner].storage {
    case .borrowedParameter, .inoutParameter:
      return (.borrowedParameter, function.locals[owner].location)
    case .hidden: return (.captured, location)
    case .stack, .result, .ownedParameter, .alias, .lent: break
    }
    let original = paths.numbers(of: owner)
    if let use = first(behind: position, where: { uses, _ in uses.meets(original) }) {
      return (.laterUse, use)
    }
    if let change = first(behind: position, where: { _, changes in changes.meets(original) }) {
      return (.liveAccess, change)
    }
    return (.escapes, location)
  }

  /// The local whose value, or part of it, `local` is or points to.
  private func owner(of local: LocalID) -> LocalID {
    let isPointer = paths.shapes[function.locals[local].type].isTrivial
    guard isPointer || function.locals[local].storage == .alias else { return local }
    var owner = LocalID.none
    liveness.owners.owners[local.index].forEach { index in
      if owner.isNone, index != LentPaths.unknown { owner = paths.paths[index].base }
    }
    return owner.exists && owner != local ? owner : local
  }

  /// The first place on the shortest way behind `position` whose uses and changes satisfy
  /// `condition`.
  private func first(
    behind position: Position, where condition: (NumberSet, NumberSet) -> Bool
  ) -> MIRLocation? {
    var open = [(block: position.block, start: position.index + 1)]
    var seen: Set<BlockID> = []
    var next = 0
    while next < open.count {
      let (id, start) = open[next]
      next += 1
      let block = function.blocks[id]
      for index in block.instructions.indices where index >= start {
        let instruction = block.instructions[index]
        if block.locations[index] != .none, instruction.opcode != .drop,
          condition(liveness.uses(of: instruction), liveness.changes(by: instruction))
        {
          return block.locations[index]
        }
      }
      if block.terminatorLocation != .none,
        condition(liveness.uses(of: block.terminator), liveness.changes(by: block.terminator))
      {
        return block.terminatorLocation
      }
      for target in successors(of: id, in: function)
      where !function.blocks[target].isCleanup && seen.insert(target).inserted {
        open.append((target, 0))
      }
    }
    return nil
  }
}

extension RemainingCopy {
  /// Why the copy is made, as a part of a sentence.
  public var explanation: String {
    switch reason {
    case .explicit: "the source asks for it"
    case .laterUse: "the original is used again in line \(blameLine)"
    case .liveAccess: "the original changes in line \(blameLine) while the copy is in use"
    case .borrowedParameter: "the function was only lent the original, in line \(blameLine)"
    case .captured: "the original belongs to what the closure captured"
    case .global: "the original is a static"
    case .escapes: "it is stored where it outlives the original's owner"
    }
  }

  /// The copy in a function that must not make one.
  var forbidden: Diagnostic {
    Diagnostic(
      .implicitCopy, "a `\(type)` is copied in a function marked `@no_implicit_copy`", at: span,
      labels: blame == span || blame == .none ? [] : [Label(blame, label)],
      notes: ["the copy is needed because \(explanation)"],
      fixes: fix)
  }

  private var label: String {
    switch reason {
    case .laterUse: "the original is used again here"
    case .liveAccess: "the original changes here"
    case .borrowedParameter: "the original is lent from here"
    case .explicit, .captured, .global, .escapes: "this is why"
    }
  }

  private var fix: [FixIt] {
    guard span != .none, span.end > span.start else { return [] }
    let end = SourceSpan(file: span.file, start: span.end, end: span.end)
    return [FixIt("copy it explicitly", [FixIt.Edit(end, ".copy()")], .guess)]
  }
}
