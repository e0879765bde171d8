// Statics: entered when mentioned, initialised before `main` so that what one mentions comes first.
import ASTDB
import Base
import MIR

extension ModuleLowering {
  func staticVariable(_ declaration: DeclarationID) -> StaticID {
    if let known = staticIDs[declaration] { return known }
    let value = program.declarations[declaration]
    var type = TypeTable.void
    var isMutable = false
    if case .staticVariable(let declared, let mutable) = value.detail {
      type = declared
      isMutable = mutable
    }
    let policy = policy(of: declaration, demandedBy: gluePolicy)
    let symbol = symbolName(declaration, [], policy)
    let id = module.statics.append(
      StaticVariable(
        symbol: symbol, displayName: value.path, type: mirType(type), isMutable: isMutable))
    staticIDs[declaration] = id
    staticDeclarations.append(declaration)
    let initialiser = functionReference(
      symbol + ".init", MIRSignature(parameters: [], result: mirType(TypeTable.void)))
    staticInitialisers.append(initialiser)
    pending.append(
      PendingFunction(
        source: .staticInitialiser(declaration), arguments: [], policy: policy,
        reference: initialiser))
    return id
  }

  func lowerStaticInitialiser(_ declaration: DeclarationID, _ work: PendingFunction) {
    let value = program.declarations[declaration]
    guard isLowered(value.body) else {
      reportInvalid("`\(value.path)`, which has no value,", value.nameSpan)
      return
    }
    let id = staticVariable(declaration)
    var builder = FunctionLowering(
      self, body: program.body(value.body), owner: declaration, arguments: [],
      policy: work.policy, reference: work.reference, displayName: value.path + " (initialiser)",
      result: TypeTable.void)
    builder.beginFunction()
    builder.beginReached(builder.newBlock())
    builder.pushScope()
    let place = builder.function.place(id, type: module.statics[id].type)
    builder.lower(builder.body.root, into: place)
    if !module.statics[id].isMutable {
      builder.isolate(place, sourceOf[module.statics[id].type.index], .immortal)
    }
    builder.popScope()
    builder.terminate(Terminator(kind: .return))
    builder.complete()
  }

  /// All statics in the order of their initialisation: those that the initialiser of one reaches
  /// come first, ties by symbol.
  func staticOrder() -> [StaticID] {
    let bySymbol = module.statics.ids.sorted {
      module.statics[$0].symbol < module.statics[$1].symbol
    }
    var order: [StaticID] = []
    var placed = [Bool](repeating: false, count: module.statics.count)
    for start in bySymbol where !placed[start.index] {
      // Depth first, without recursion: a static is placed after all that it reaches.
      var stack: [(id: StaticID, next: [StaticID])] = [(start, reached(from: start))]
      placed[start.index] = true
      while let top = stack.last {
        if let next = top.next.first {
          stack[stack.count - 1].next.removeFirst()
          if !placed[next.index] {
            placed[next.index] = true
            stack.append((next, reached(from: next)))
          }
        } else {
          order.append(top.id)
          stack.removeLast()
        }
      }
    }
    return order
  }

  /// The statics that the initialiser of one mentions, itself or through what it calls.
  private func reached(from id: StaticID) -> [StaticID] {
    var seen: Set<FunctionRefID> = [staticInitialisers[id.index]]
    var stack = [staticInitialisers[id.index]]
    var found: Set<StaticID> = []
    while let function = stack.popLast() {
      for other in mentions[function.index].statics { found.insert(other) }
      for callee in mentions[function.index].functions where seen.insert(callee).inserted {
        stack.append(callee)
      }
    }
    return found.sorted { module.statics[$0].symbol < module.statics[$1].symbol }
  }
}
