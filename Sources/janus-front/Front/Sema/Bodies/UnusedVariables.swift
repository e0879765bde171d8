// Local variables that nothing reads (W2204), and those declared with `var` that never change
// (W2205).
// Reads:   the checked nodes of a body without mistakes, and what checking noted of its variables.
// Silent:  parameters; names that begin with `_`; values with a destructor, which are held for
//          their end; a `var` that hides another one, or holds a closure.
import ASTDB
import Base
import Parser

/// The mentions of a variable.
private struct VariableUse {
  var isRead = false
  var isAssigned = false
}

extension BodyChecker {
  /// Assumes that the body is complete and all its types are known.
  mutating func warnOfVariables() {
    let uses = variableUses()
    var changing: Set<SyntaxID> = []
    for variable in facts.indices where facts[variable].needsVar {
      changing.insert(facts[variable].varWord)
    }
    for index in body.variables.indices where facts[index].binding.exists {
      let variable = VariableID(index)
      let word = facts[index].varWord
      if !uses[index].isRead {
        guard mayBeReported(variable) else { continue }
        report(unused(variable, isAssigned: uses[index].isAssigned))
      } else if word.exists, changing.insert(word).inserted {
        report(.neverChanged(text(body.variables[index].name), word: varWord(word)))
      }
    }
  }

  /// Remembers where the word `var` of the variables since `first` is.
  mutating func noteVarWord(_ declaration: SyntaxID, from first: Int) {
    for index in first..<facts.count { facts[index].varWord = declaration }
  }

  private func varWord(_ declaration: SyntaxID) -> SourceSpan {
    let start = tree.mainPosition(declaration)
    return SourceSpan(file: tree.file, start: start, end: start + 3)
  }

  /// Every mention of a variable is a read, but for the left side of an assignment to the whole of
  /// it. What is assigned to a name that a pattern lends `inout` reaches the place behind it.
  private func variableUses() -> [VariableUse] {
    var isTarget = ContiguousArray(repeating: false, count: body.nodes.count)
    for node in body.nodes where node.kind == .assign || node.kind == .compoundAssign {
      isTarget[Int(node.a)] = true
    }
    var uses = [VariableUse](repeating: VariableUse(), count: body.variables.count)
    for index in body.nodes.indices where body.nodes[index].kind == .variable {
      let variable = Int(body.nodes[index].a)
      if isTarget[index] && body.variables[variable].kind != .inoutBinding {
        uses[variable].isAssigned = true
      } else {
        uses[variable].isRead = true
      }
    }
    return uses
  }

  private mutating func mayBeReported(_ variable: VariableID) -> Bool {
    let v = body.variables[variable.index]
    if v.name == .empty || text(v.name).utf8.first == UInt8(ascii: "_") { return false }
    let type = body.types[Int(v.type)]
    return !isSilent(type) && program.ownership(of: type) != .unique
  }

  private func unused(_ variable: VariableID, isAssigned: Bool) -> Diagnostic {
    let name = text(body.variables[variable.index].name)
    let places = bindingPlaces(of: variable).map { $0.suffix(name) }
    if isAssigned { return .neverRead(name, at: places[0]) }
    let isField = facts[variable.index].isFieldName
    let edits = places.map { place in
      let end = isField ? place.end : place.start
      return FixIt.Edit(
        SourceSpan(file: place.file, start: isField ? place.start : end, end: end),
        isField ? "\(name): _" : "_")
    }
    return .neverUsed(
      name, edits: isField && places.count > 1 ? [] : edits,
      isField: isField, at: places[0])
  }

  /// Where it is bound: once, or in each of several alternatives.
  private func bindingPlaces(of variable: VariableID) -> [SourceSpan] {
    let places = body.nodes.indices.filter {
      body.nodes[$0].kind == .bindingPattern && VariableID(body.nodes[$0].a) == variable
    }
    if places.isEmpty { return [sourceSpan(body.variables[variable.index].span)] }
    return places.map { sourceSpan(body.spans[$0]) }
  }
}

extension Diagnostic {
  fileprivate static func neverUsed(
    _ name: String, edits: [FixIt.Edit], isField: Bool, at span: SourceSpan
  ) -> Diagnostic {
    let title = isField ? "write `\(name): _`" : "call it `_\(name)`"
    return Diagnostic(
      .unusedVariable, "`\(name)` is never used", at: span,
      notes: isField ? [] : ["a name that begins with `_` may go unused"],
      fixes: edits.isEmpty ? [] : [FixIt(title, edits)])
  }

  fileprivate static func neverRead(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unusedVariable, "`\(name)` is given values that nothing reads", at: span,
      notes: ["use it, or remove it with its assignments"])
  }

  fileprivate static func neverChanged(_ name: String, word: SourceSpan) -> Diagnostic {
    Diagnostic(
      .needlessVar, "`\(name)` is declared with `var` but never changes", at: word,
      fixes: [FixIt("declare it with `let`", [FixIt.Edit(word, "let")])])
  }
}
