// Evaluation before all code has been checked: lengths of arrays, discriminants, values of
// constants. The code that it runs is checked on trial when the evaluator asks for it; what is
// wrong with that code is reported when its own turn comes.
//
// Reads: headers of impls; the signatures that the expression can reach, which it has resolved.
// Rejects: expressions that need their own value (E2107); what the evaluator finds (E2205).
import ASTDB
import Base
import Parser

/// What is evaluated.
public enum ConstantSubject: Sendable {
  case declaration(DeclarationID)
  /// The code of an expression, without a declaration of its own, and its type.
  case expression(BodyID, type: TypeID)
}

/// A node of any file.
struct SyntaxPlace: Hashable {
  var file: SourceFileID
  var node: UInt32
}

extension SemaContext {
  /// The integer that an expression evaluates to; nil when it was reported, here or in the code
  /// that it runs.
  func evaluateInteger(
    _ node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope
  ) -> Int128? {
    let span = tree.span(node)
    guard let evaluator, scope.owner.exists, evaluationPhase != .headers else {
      report(.notConstantInteger(at: span))
      return nil
    }
    let place = SyntaxPlace(file: tree.file, node: UInt32(node.index))
    guard evaluatingPlaces.count < 32, evaluatingPlaces.insert(place).inserted else {
      placesInCycles.insert(place)
      hasBrokenTrial = true
      return nil
    }
    defer { evaluatingPlaces.remove(place) }
    if evaluationPhase == .signatures,
      !resolveSignatures(reachableFrom: node, in: tree, scope)
    {
      report(.needsItself(at: span))
      return nil
    }
    let result = onTrial { evaluate(node, in: tree, scope: scope, with: evaluator) }
    switch result {
    case .integer(let value): return value
    case .notInteger: report(.notConstantInteger(at: span))
    case .failed(let diagnostic): report(diagnostic)
    case .brokenCode:
      if placesInCycles.contains(place) {
        report(.needsItself(at: span))
      } else if !diagnostics.hasErrors {
        report(.notConstantInteger(at: span))
      }
    }
    return nil
  }

  private enum IntegerEvaluation {
    case integer(Int128)
    case notInteger
    case failed(Diagnostic)
    /// The code that it runs has mistakes of its own.
    case brokenCode
  }

  private func evaluate(
    _ node: SyntaxID, in tree: SyntaxTree, scope: DeclarationScope,
    with evaluator: ConstantEvaluator
  ) -> IntegerEvaluation {
    let body = checkConstantExpression(node, in: tree, scope: scope)
    guard body.isValid, body.root.exists else {
      let isCyclic = diagnostics.all.contains { $0.code == .cyclicConstant }
      return isCyclic ? .brokenCode : .notInteger
    }
    let type = body.type(of: body.root)
    guard case .integer = program.types[type],
      !body.types.contains(where: { program.types.hasParameters($0) })
    else { return .notInteger }
    let id = program.bodies.append(body)
    switch evaluator(.expression(id, type: type), program) {
    case .value(.integer(let low, let high)):
      return .integer(Int128(truncatingIfNeeded: UInt128(low) | UInt128(high) << 64))
    case .value, .aggregate: return .notInteger
    case .failed(let diagnostic): return hasBrokenTrial ? .brokenCode : .failed(diagnostic)
    }
  }

  /// The value of a constant whose code has been checked; nil when there is none to know.
  func evaluateConstant(_ id: DeclarationID) -> ConstantValue? {
    guard let evaluator, program.body(program.declarations[id].body).isValid else { return nil }
    let result = onTrial { () -> ConstantEvaluation in
      let result = evaluator(.declaration(id), program)
      if case .failed = result, hasBrokenTrial { return .aggregate }
      return result
    }
    switch result {
    case .value(let value): return value
    case .aggregate: return nil
    case .failed(let diagnostic):
      report(diagnostic)
      failedConstants.insert(id)
      return nil
    }
  }

  // MARK: Trial

  /// A package begins, whose first declaration is `first`.
  func beginEvaluation(from first: Int) {
    firstDeclaration = first
    evaluationPhase = .headers
    trialOwners = [:]
    hasBrokenTrial = false
  }

  /// Runs `work` with bodies that are checked when they are asked for; nothing is reported, and
  /// nothing that later phases do has been done.
  private func onTrial<Result>(_ work: () -> Result) -> Result {
    let saved = (
      diagnostics, output, constantState, globalsWithType, deferredBounds, implementationsAreKnown
    )
    let source = program.bodySource
    diagnostics = Diagnostics()
    implementationsAreKnown = true
    reserveTrialBodies()
    program.bodySource = { [self] id in trialBody(id) ?? source?(id) }
    var result: Result?
    _ = recordingReads { result = work() }
    program.bodySource = source
    (diagnostics, output, constantState, globalsWithType, deferredBounds, implementationsAreKnown) =
      saved
    if evaluationPhase == .signatures { forgetTrial() }
    return result!
  }

  /// Gives all code that is not checked yet a place in the table of bodies.
  private func reserveTrialBodies() {
    for index in firstDeclaration..<program.declarations.count {
      let id = DeclarationID(index)
      for pending in pendingDefaults[id] ?? [] where trialOwners[pending.body] == nil {
        if program.bodies[pending.body].root.exists { continue }
        trialOwners[pending.body] = id
        program.bodies[pending.body] = Body(owner: .none)
      }
      guard program.declarations[id].body.isNone, hasCode(id) else { continue }
      let body = program.bodies.append(Body(owner: .none))
      trialOwners[body] = id
      program.declarations[id].body = body
    }
  }

  private func trialBody(_ id: BodyID) -> Body? {
    guard let owner = trialOwners[id] else { return nil }
    let body: Body
    if let pending = pendingDefaults[owner]?.first(where: { $0.body == id }) {
      body = checkDefaultValue(pending.node, of: owner, type: pending.type)
    } else {
      body = checkBody(of: owner)
    }
    if !body.isValid { hasBrokenTrial = true }
    return body
  }

  /// While signatures are being resolved, what was found about types and code may not be whole.
  private func forgetTrial() {
    for (body, owner) in trialOwners {
      program.bodies[body] = Body(owner: .none)
      if program.declarations[owner].body == body { program.declarations[owner].body = .none }
    }
    trialOwners = trialOwners.filter { body, owner in
      pendingDefaults[owner]?.contains { $0.body == body } ?? false
    }
    hasBrokenTrial = false
    program.ownershipKinds = [:]
    program.foundImplementations = [:]
  }

  // MARK: Signatures

  /// Resolves the signatures of everything that the expression may run: what its names stand for,
  /// what the code of those names, and methods that have a name mentioned there. False when it
  /// needs a signature that is being resolved.
  private func resolveSignatures(
    reachableFrom node: SyntaxID, in tree: SyntaxTree, _ scope: DeclarationScope
  ) -> Bool {
    var seen: Set<DeclarationID> = []
    var names: Set<Symbol> = []
    var waiting = mentions(in: tree, from: tree.span(node).start, to: node, scope, &names)
    while true {
      while let id = waiting.popLast() {
        guard id.index >= firstDeclaration, seen.insert(id).inserted else { continue }
        if signatureState[id] == .inProgress { return false }
        resolveSignature(of: id)
        waiting += mentions(inCodeOf: id, &names)
      }
      waiting = methods(named: names).filter {
        !seen.contains($0) && signatureState[$0] != .inProgress
      }
      if waiting.isEmpty { return true }
    }
  }

  private func mentions(
    inCodeOf id: DeclarationID, _ names: inout Set<Symbol>
  ) -> [DeclarationID] {
    guard let tree = tree(of: id), sources[id.index].node.exists else { return [] }
    let node = sources[id.index].node
    return mentions(in: tree, from: tree.span(node).start, to: node, scope(of: id), &names)
  }

  /// What the names of the nodes up to `last` that begin behind `start` stand for; the nodes of an
  /// expression or declaration are contiguous, its own the last.
  private func mentions(
    in tree: SyntaxTree, from start: Int32, to last: SyntaxID, _ scope: DeclarationScope,
    _ names: inout Set<Symbol>
  ) -> [DeclarationID] {
    var result: [DeclarationID] = []
    var index = last.index + 1
    while index > 0, tree.spans[index - 1].start >= start {
      index -= 1
      let id = SyntaxID(index)
      switch tree.kind(id) {
      case .name, .typeName, .typeMember: break
      case .member: names.insert(tree.member(id).name)
      default: continue  // Names nothing.
      }
      if case .declaration(let named) = container(id, in: tree, scope: scope) {
        result.append(named)
      }
    }
    return result
  }

  private func methods(named names: Set<Symbol>) -> [DeclarationID] {
    (firstDeclaration..<program.declarations.count).map { DeclarationID($0) }.filter {
      program.declarations[$0].kind == .function && program.declarations[$0].parent.exists
        && names.contains(program.declarations[$0].name)
    }
  }
}

/// How far a package's declarations are known, for evaluation.
enum EvaluationPhase { case headers, signatures, bodies }

extension Diagnostic {
  static func notConstantInteger(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.constantEvaluation, "this is not a constant integer", at: span)
  }

  fileprivate static func needsItself(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.cyclicConstant, "this number needs its own value to be computed", at: span)
  }
}
