// What closures capture, and which of them own their captures. A closure that is only called, or
// passed to plain function parameters, reaches the variables around it in place. Every other use of
// it makes it escape: it holds copies of copyable values, and unique values when it says `move`.
// Rejects: E3304 (something lent is kept), E3103 (a unique value without `move`), E2402 and E3105
//          (a capture is changed or moved out), E3201 (lent functions that meet).
// Assumes: the body is complete and all its types are known.
import ASTDB
import Base
import Parser

/// What checking knows of a closure beyond its entry in the body.
struct ClosureFacts {
  var span: SourceSpan
  var isMove: Bool
  /// The closure in whose body it is made, if any.
  var parent: ClosureID
  /// Its type says that it owns unique values.
  var isUnique = false
  /// Where each capture is mentioned first; parallel to its `captures`.
  var mentions: [SourceSpan] = []
}

/// A variable is changed, lent exclusively or moved inside closures that capture it.
struct CapturedChange {
  var variable: VariableID
  var span: SourceSpan
  var isMove: Bool
  /// All that stand between the change and the variable's declaration.
  var closures: [ClosureID]
}

extension BodyChecker {
  /// A mention of a variable: every closure between it and its declaration captures it.
  mutating func noteCapture(_ variable: VariableID, _ span: SourceSpan) {
    for closure in closures(capturing: variable)
    where !body.closures[closure.index].captures.contains(variable) {
      body.closures[closure.index].captures.append(variable)
      closureFacts[closure.index].mentions.append(span)
    }
  }

  mutating func noteCapturedChange(
    _ variable: VariableID, _ span: SourceSpan, isMove: Bool = false
  ) {
    let closures = closures(capturing: variable)
    if closures.isEmpty { return }
    capturedChanges.append(
      CapturedChange(variable: variable, span: span, isMove: isMove, closures: closures))
  }

  private func closures(capturing variable: VariableID) -> [ClosureID] {
    let depth = Int(facts[variable.index].closureDepth)
    if depth >= functions.count { return [] }
    return functions[depth...].map(\.closure).filter(\.exists)
  }

  /// `let f = |x| …`: the closure stays here as long as `f` is only called or lent.
  mutating func holdClosure(_ variable: VariableID, _ node: NodeID) {
    guard body.nodes[node.index].kind == .closure else { return }
    let closure = ClosureID(body.nodes[node.index].a)
    if closureFacts[closure.index].isMove { return }
    body.closures[closure.index].escapes = false
    facts[variable.index].closure = closure
  }

  /// A unique value is moved into the closure, as far as the types are known.
  mutating func ownsUniqueValue(_ closure: ClosureID) -> Bool {
    let isMove = closureFacts[closure.index].isMove
    guard isMove || !rules.ownershipWords && body.closures[closure.index].escapes else {
      return false
    }
    for capture in body.closures[closure.index].captures {
      let type = inference.solved(variableType(capture))
      if inference.isKnown(type), program.ownership(of: type) == .unique { return true }
    }
    return false
  }

  // MARK: Function types

  mutating func isFunctionType(_ type: TypeID) -> Bool {
    if case .function = program.types[inference.resolve(type)] { return true }
    return false
  }

  /// A unique function value where a plain one is lent.
  mutating func lentFunction(_ node: NodeID, as wanted: TypeID) -> NodeID {
    let actual = type(of: node)
    guard losesUniqueness(from: actual, to: wanted),
      case .function(let parameters, let result, _) = program.types[actual]
    else { return node }
    let plain = program.types.intern(
      .function(parameters: parameters, result: result, isUnique: false))
    return emit(.asFunction, plain, a: node.raw, like: node)
  }

  mutating func losesUniqueness(from actual: TypeID, to wanted: TypeID) -> Bool {
    guard case .function(_, _, isUnique: true) = program.types[inference.resolve(actual)],
      case .function(_, _, isUnique: false) = program.types[inference.resolve(wanted)]
    else { return false }
    return true
  }

  // MARK: Escaping

  /// Decides which closures own their captures, and checks what that means for each.
  mutating func finishClosures() {
    if !hasLentFunctions { return }
    let lent = lentNodes()
    for index in body.nodes.indices where body.nodes[index].kind == .variable && !lent[index] {
      let variable = VariableID(body.nodes[index].a)
      let held = facts[variable.index].closure
      if held.exists {
        body.closures[held.index].escapes = true
      } else if isLentFunction(variable) {
        reportKept(variable, at: sourceSpan(body.spans[index]))
      }
    }
    escapeThroughCaptures()
    lendCapturesToThreads()
    for index in body.closures.indices where body.closures[index].escapes {
      checkOwnedCaptures(ClosureID(index))
    }
    checkCapturedChanges()
    checkMeetings()
  }

  /// There are closures, or parameters that may not be kept.
  private var hasLentFunctions: Bool {
    if !body.closures.isEmpty { return true }
    return body.variables.indices.contains { isLentFunction(VariableID($0)) }
  }

  /// A plain function parameter: what it refers to is its caller's.
  private func isLentFunction(_ variable: VariableID) -> Bool {
    let v = body.variables[variable.index]
    guard v.kind == .borrowedParameter, case .function = program.types[body.types[Int(v.type)]]
    else { return false }
    return true
  }

  /// By node: a function value that is called, or given to a plain function parameter.
  private func lentNodes() -> ContiguousArray<Bool> {
    var lent = ContiguousArray(repeating: false, count: body.nodes.count)
    func lend(_ node: NodeID) {
      var node = node
      while body.nodes[node.index].kind == .asFunction { node = NodeID(body.nodes[node.index].a) }
      lent[node.index] = true
    }
    for node in body.nodes {
      switch node.kind {
      case .callValue:
        lend(NodeID(node.a))
        guard case .function(let parameters, _, _) = program.types[body.type(of: NodeID(node.a))]
        else { break }
        for (argument, parameter) in zip(body.list(node.b), parameters)
        where lends(parameter.mode, parameter.type) { lend(NodeID(argument)) }
      case .call, .callTrait:
        guard
          case .function(let detail) =
            program.declarations[body.declarations[Int(node.a)]].detail
        else { break }
        for (argument, parameter) in zip(body.list(node.b), detail.parameters)
        where lends(parameter.mode, parameter.type) { lend(NodeID(argument)) }
      case _: break  // Every other use keeps the value.
      }
    }
    return lent
  }

  /// Only a parameter that is declared with a function type; what a type parameter stands for may
  /// be kept.
  private func lends(_ mode: PassingMode, _ type: TypeID) -> Bool {
    if mode == .borrowed, case .function = program.types[type] { return true }
    return false
  }

  private mutating func reportKept(_ variable: VariableID, at span: SourceSpan) {
    let v = body.variables[variable.index]
    report(
      .lentFunctionEscapes(
        v.name == .empty ? "self" : text(v.name), sourceSpan(v.span), at: span))
  }

  /// What an escaping closure captures is kept with it.
  private mutating func escapeThroughCaptures() {
    var work = body.closures.indices.filter { body.closures[$0].escapes }
    while let index = work.popLast() {
      for (capture, mention) in zip(body.closures[index].captures, closureFacts[index].mentions) {
        let held = facts[capture.index].closure
        if held.exists {
          if body.closures[held.index].escapes { continue }
          body.closures[held.index].escapes = true
          work.append(held.index)
        } else if isLentFunction(capture) {
          reportKept(capture, at: mention)
        }
      }
    }
  }

  private mutating func checkOwnedCaptures(_ closure: ClosureID) {
    let captures = body.closures[closure.index].captures
    let known = closureFacts[closure.index]
    for (capture, mention) in zip(captures, known.mentions)
    where !body.closures[closure.index].lends(capture) {
      let v = body.variables[capture.index]
      let type = body.types[Int(v.type)]
      let name = v.name == .empty ? "self" : text(v.name)
      if program.ownership(of: type) == .unique,
        !known.isUnique || rules.ownershipWords && !known.isMove
      {
        report(
          .captureWithoutMove(
            name, self.name(of: type), at: mention, closure: known.span,
            insertion: rules.ownershipWords && !known.isMove
              ? moveInsertion(known.span) : nil))
      }
    }
  }

  /// Where the word `move` goes, and how it is written there.
  private func moveInsertion(_ closure: SourceSpan) -> (at: SourceSpan, text: String)? {
    let source = Array(sourceText(closure).utf8)
    func place(_ offset: Int, _ text: String) -> (at: SourceSpan, text: String) {
      let start = closure.start + Int32(offset)
      return (SourceSpan(file: closure.file, start: start, end: start), text)
    }
    guard let first = source.first else { return nil }
    if first == UInt8(ascii: "|") { return place(0, "move ") }
    // A block after a call.
    let opening = first == UInt8(ascii: "{") ? 1 : source.starts(with: Array("do".utf8)) ? 2 : 0
    guard opening > 0 else { return nil }
    let next = source.dropFirst(opening).firstIndex { !" \n\t\r".utf8.contains($0) }
    if let next, source[next] == UInt8(ascii: "|") { return place(next, "move ") }
    return place(opening, " move ||")
  }

  private mutating func checkCapturedChanges() {
    for change in capturedChanges {
      let owner = change.closures.last { !body.closures[$0.index].lends(change.variable) }
      guard let closure = owner else { continue }
      let v = body.variables[change.variable.index]
      let name = v.name == .empty ? "self" : text(v.name)
      let span = closureFacts[closure.index].span
      report(
        change.isMove
          ? .captureMovedOut(name, span, at: change.span)
          : .captureChanged(name, span, at: change.span))
    }
  }

  // MARK: Lent functions that meet

  /// While a lent function runs, another that was lent beside it may not be among its arguments:
  /// nobody compared what the two do to the variables of their makers.
  private mutating func checkMeetings() {
    for index in body.nodes.indices where body.nodes[index].kind == .callValue {
      let call = body.nodes[index]
      guard reachesLentFunction(NodeID(call.a)) else { continue }
      for argument in body.list(call.b) where reachesLentFunction(NodeID(argument)) {
        report(.lentFunctionsMeet(at: sourceSpan(of: NodeID(argument))))
      }
    }
  }

  private func reachesLentFunction(_ id: NodeID) -> Bool {
    var node = body.nodes[id.index]
    while node.kind == .asFunction { node = body.nodes[Int(node.a)] }
    switch node.kind {
    case .variable:
      let variable = VariableID(node.a)
      if isLentFunction(variable) { return true }
      let held = facts[variable.index].closure
      return held.exists && capturesLentFunction(held)
    case .closure: return capturesLentFunction(ClosureID(node.a))
    case _: return false  // Other values own what they refer to.
    }
  }

  /// A closure captures only what was declared before it, so this ends.
  private func capturesLentFunction(_ closure: ClosureID) -> Bool {
    body.closures[closure.index].captures.contains { capture in
      let held = facts[capture.index].closure
      return isLentFunction(capture) || held.exists && held != closure && capturesLentFunction(held)
    }
  }
}

extension Diagnostic {
  static func uniqueFunction(_ own: String, _ wanted: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .missingMove, "a `\(own)` cannot be kept as a `\(wanted)`, whose values may be copied",
      at: span,
      notes: [
        "the closure owns a unique value, so it is unique itself; write its type with `@unique`"
      ])
  }

  fileprivate static func lentFunctionEscapes(
    _ name: String, _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    let start = SourceSpan(file: declared.file, start: declared.start, end: declared.start)
    return Diagnostic(
      .closureEscapes, "`\(name)` is only lent to this function and cannot be kept", at: span,
      labels: [Label(declared, "declare it `owned` to keep it")],
      fixes: [FixIt("declare it `owned`", [FixIt.Edit(start, "owned ")])])
  }

  fileprivate static func captureWithoutMove(
    _ name: String, _ type: String, at span: SourceSpan, closure: SourceSpan,
    insertion: (at: SourceSpan, text: String)?
  ) -> Diagnostic {
    Diagnostic(
      .missingMove,
      "`\(name)` of unique type `\(type)` is captured by an escaping closure without `move`",
      at: span, labels: [Label(closure, "this closure outlives the place where it is made")],
      notes: ["a unique value cannot be copied into the closure"],
      fixes: insertion.map { [FixIt("move it", [FixIt.Edit($0.at, $0.text)])] } ?? [])
  }

  fileprivate static func captureChanged(
    _ name: String, _ closure: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .assignToBorrowed, "`\(name)` is changed inside a closure that holds its own copy of it",
      at: span, labels: [Label(closure, "this closure escapes, so its captures cannot change")],
      notes: [
        "a closure that is only called, or passed to a plain `func` parameter, may change it",
        "to keep state, use a struct with an `inout self` method",
      ])
  }

  fileprivate static func captureMovedOut(
    _ name: String, _ closure: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .moveOutOfBorrowed, "`\(name)` is moved out of the closure that owns it", at: span,
      labels: [Label(closure, "this closure may be called again")])
  }

  fileprivate static func lentFunctionsMeet(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .exclusivityConflict, "a lent function is passed to another lent function", at: span,
      notes: ["both may change the same variables of the caller; declare one of them `owned`"])
  }
}
