// The last phase: code. Constants first, because others depend on their types and values.
//
// Reads: signatures. Produces: bodies, types of constants and statics without a written type,
// values of constants, body hashes, the list of what each declaration's code read.
// Rejects: whatever the checker of bodies finds; constants that need themselves (E2107); statics
// that need each other to be initialised (E2106).
import ASTDB
import Base
import Parser

extension SemaContext {
  func checkBodies(from first: Int, reuse: ((DeclarationID, CheckedProgram) -> Bool)?) {
    let ids = (first..<program.declarations.count).map { DeclarationID($0) }
    let globals = ids.filter { isGlobal($0) }
    reportCyclicConstants(globals)
    let broken = brokenPackages()
    for id in dependencyOrder(of: globals) {
      checkGlobal(id, reuse: reuse)
      evaluateGlobal(id, broken)
      hashGlobal(id)
    }
    for id in ids where !isGlobal(id) {
      if hasCode(id) { checkCode(of: id, reuse: reuse) }
    }
    checkStaticOrder(ids)
  }

  private func isGlobal(_ id: DeclarationID) -> Bool {
    switch program.declarations[id].kind {
    case .constant, .staticVariable: true
    case .function, .structure, .enumeration, .trait, .implementation, .typeAlias, .capability,
      .test:
      false
    }
  }

  func hasCode(_ id: DeclarationID) -> Bool {
    if pendingDefaults[id] != nil { return true }
    switch program.declarations[id].kind {
    case .function, .test:
      if case .none = bodySyntax(of: id) { return false }
      return true
    case .constant, .staticVariable: return true
    case .structure, .enumeration, .trait, .implementation, .typeAlias, .capability: return false
    }
  }

  // MARK: Constants and statics

  /// The type of a constant or static. Where none is written the code is checked first, wherever
  /// the question comes from.
  public func globalType(of id: DeclarationID) -> TypeID {
    if !globalsWithType.contains(id) { checkGlobal(id, reuse: nil) }
    switch program.declarations[id].detail {
    case .constant(let type, _), .staticVariable(let type, _): return type
    case .function, .structure, .enumeration, .trait, .implementation, .typeAlias, .capability,
      .test:
      return TypeTable.error
    }
  }

  private func checkGlobal(
    _ id: DeclarationID, reuse: ((DeclarationID, CheckedProgram) -> Bool)?
  ) {
    switch constantState[id] {
    case .done: return
    case .inProgress:
      let d = program.declarations[id]
      report(.cyclicConstant(text(d.name), at: d.nameSpan))
      globalsWithType.insert(id)
      return
    case nil: break
    }
    guard globalDepth < 32 else {
      let d = program.declarations[id]
      report(.deepConstant(text(d.name), at: d.nameSpan))
      globalsWithType.insert(id)
      return
    }
    for needed in untypedGlobals(neededBy: id) { checkPrepared(needed, reuse: reuse) }
    checkPrepared(id, reuse: reuse)
  }

  private func checkPrepared(
    _ id: DeclarationID, reuse: ((DeclarationID, CheckedProgram) -> Bool)?
  ) {
    guard constantState[id] == nil else { return }
    constantState[id] = .inProgress
    globalDepth += 1
    checkCode(of: id, reuse: reuse)
    globalDepth -= 1
    constantState[id] = .done
  }

  /// Globals without a written type that the value of `id` names, directly or through each other,
  /// each after those that it names: long chains of constants are checked without recursion.
  private func untypedGlobals(neededBy id: DeclarationID) -> [DeclarationID] {
    var seen: Set<DeclarationID> = []
    var order: [DeclarationID] = []
    appendGlobals(named: id, to: &order, &seen) {
      !self.globalsWithType.contains($0) && self.constantState[$0] == nil
    }
    return order.filter { $0 != id }
  }

  /// Appends `start` and the globals that its value names, directly or through each other, each
  /// after those that it names; only those that are `wanted` and not yet in `seen`.
  private func appendGlobals(
    named start: DeclarationID, to order: inout [DeclarationID], _ seen: inout Set<DeclarationID>,
    where wanted: (DeclarationID) -> Bool
  ) {
    guard seen.insert(start).inserted else { return }
    var stack: [(id: DeclarationID, isExpanded: Bool)] = [(start, false)]
    while let (current, isExpanded) = stack.popLast() {
      if isExpanded {
        order.append(current)
        continue
      }
      stack.append((current, true))
      for named in declarationsNamed(by: current) where isGlobal(named) && wanted(named) {
        if seen.insert(named).inserted { stack.append((named, false)) }
      }
    }
  }

  /// What the names in the value of a constant or static stand for.
  private func declarationsNamed(by id: DeclarationID) -> [DeclarationID] {
    guard let tree = tree(of: id), case .node(let value) = bodySyntax(of: id),
      tree.kind(value) != .integer
    else { return [] }
    let node = sources[id.index].node
    let scope = scope(of: id)
    var result: [DeclarationID] = []
    // The nodes of a declaration are contiguous, its own the last.
    var index = node.index
    let start = tree.span(node).start
    while index > 0, tree.spans[index - 1].start >= start {
      index -= 1
      guard tree.nodes[index].kind == .name || tree.nodes[index].kind == .member else { continue }
      if case .declaration(let named) = container(SyntaxID(index), in: tree, scope: scope) {
        result.append(named)
      }
    }
    return result
  }

  /// Takes the type from the code where none was written, and the value of a constant if the code
  /// is a literal.
  private func finishGlobal(_ id: DeclarationID, _ body: Body) {
    let type = body.root.exists ? body.type(of: body.root) : TypeTable.error
    if !globalsWithType.contains(id) { setGlobalType(id, type) }
    guard case .constant(let known, _) = program.declarations[id].detail, body.isValid,
      let value = literalValue(of: body)
    else { return }
    program.declarations[id].detail = .constant(type: known, value: value)
  }

  private func literalValue(of body: Body) -> ConstantValue? {
    guard body.root.exists else { return nil }
    let root = body[body.root]
    switch root.kind {
    case .integer where root.c == 0:
      let low = UInt64(root.a) | UInt64(root.b) << 32
      return .integer(low: low, high: isNegative(low, body.type(of: body.root)) ? .max : 0)
    case .float: return .float(UInt64(root.a) | UInt64(root.b) << 32)
    case .bool: return .bool(root.a != 0)
    case .character: return .char(root.a)
    case .string where root.flags == 0: return .string(text(body.strings[Int(root.a)]))
    default: return nil  // Anything else has to be run.
    }
  }

  /// Integers up to 64 bits are kept sign-extended in two words.
  private func isNegative(_ low: UInt64, _ type: TypeID) -> Bool {
    guard case .integer(let kind) = program.types[type], kind.isSigned else { return false }
    return low >> 63 != 0
  }

  /// Each after those that its value names.
  private func dependencyOrder(of globals: [DeclarationID]) -> [DeclarationID] {
    guard let first = globals.first else { return [] }
    var order: [DeclarationID] = []
    var seen: Set<DeclarationID> = []
    for id in globals { appendGlobals(named: id, to: &order, &seen) { $0 >= first } }
    return order
  }

  /// The interface of a constant is also the value, and that of others may be part of it.
  private func hashGlobal(_ id: DeclarationID) {
    hashInterface(of: id)
    guard case .constant(_, nil) = program.declarations[id].detail else { return }
    var hash = HashBuilder()
    hash.add(program.declarations[id].interfaceHash)
    for named in declarationsNamed(by: id) {
      hash.add(program.declarations[named].interfaceHash)
      if program.declarations[named].kind == .function {
        hash.add(sources[named.index].tokenHash)
      }
    }
    program.declarations[id].interfaceHash = hash.finish()
  }

  /// Constants with a written type can be checked in any order, so only their values tell a cycle.
  private func reportCyclicConstants(_ globals: [DeclarationID]) {
    var done: Set<DeclarationID> = []
    var path: Set<DeclarationID> = []
    for start in globals where program.declarations[start].kind == .constant {
      var stack: [(id: DeclarationID, isLeaving: Bool)] = [(start, false)]
      while let (id, isLeaving) = stack.popLast() {
        if isLeaving {
          path.remove(id)
          done.insert(id)
          continue
        }
        guard !done.contains(id) else { continue }
        path.insert(id)
        stack.append((id, true))
        for named in declarationsNamed(by: id) where program.declarations[named].kind == .constant {
          if path.contains(named) {
            let d = program.declarations[named]
            report(.cyclicConstant(text(d.name), at: d.nameSpan))
          } else {
            stack.append((named, false))
          }
        }
      }
    }
  }

  /// Runs a constant whose value is no literal, when nothing is wrong with what is known of its
  /// package.
  private func evaluateGlobal(_ id: DeclarationID, _ broken: Set<PackageID>) {
    guard case .constant(let type, nil) = program.declarations[id].detail else { return }
    let module = program.declarations[id].module
    if module.exists, broken.contains(program.modules[module].package) { return }
    if declarationsNamed(by: id).contains(where: failedConstants.contains) {
      failedConstants.insert(id)
      return
    }
    guard let value = evaluateConstant(id) else { return }
    program.declarations[id].detail = .constant(type: type, value: value)
  }

  /// Packages with errors, and those that depend on them, which come later.
  private func brokenPackages() -> Set<PackageID> {
    guard diagnostics.hasErrors else { return [] }
    var broken: Set<PackageID> = []
    var files: Set<SourceFileID> = []
    for diagnostic in diagnostics.all where diagnostic.severity == .error {
      files.insert(diagnostic.span.file)
    }
    for module in program.modules.ids where files.contains(program.modules[module].file) {
      broken.insert(program.modules[module].package)
    }
    for package in program.packages.ids {
      for dependency in program.packages[package].dependencies {
        if let other = packagesByName[dependency.package], broken.contains(other) {
          broken.insert(package)
        }
      }
    }
    return broken
  }

  // MARK: One declaration

  private func checkCode(
    of id: DeclarationID, reuse: ((DeclarationID, CheckedProgram) -> Bool)?
  ) {
    if let reuse, reuse(id, program) {
      output.reusedCount += 1
      if isGlobal(id), program.declarations[id].body.exists {
        finishGlobal(id, program.body(program.declarations[id].body))
      }
      return
    }
    let before = diagnostics.all.count
    let reads = recordingReads {
      // What the signature and the surrounding type say may change without a change of the text.
      noteSignature(of: id)
      for pending in pendingDefaults[id] ?? [] {
        program.bodies[pending.body] = checkDefaultValue(
          pending.node, of: id, type: pending.type)
      }
      if case .none = bodySyntax(of: id) { return }
      let body = checkBody(of: id)
      if isGlobal(id) { finishGlobal(id, body) }
      program.declarations[id].body = program.bodies.append(body)
    }
    setBodyHash(of: id, reads)
    output.checked.append(
      SemaOutput.CheckedDeclaration(
        declaration: id, reads: reads, hasDiagnostics: diagnostics.all.count > before))
  }

  /// The interface of a global is known only after its code, so what its type mentions stands for
  /// it.
  private func noteSignature(of id: DeclarationID) {
    if isGlobal(id) {
      for reference in program.declarations[id].references { noteRead(reference.target) }
    } else {
      noteRead(id)
    }
    let parent = program.declarations[id].parent
    if parent.exists, program.declarations[parent].kind.hasMembers { noteRead(parent) }
  }

  /// The same text that read the same interfaces has the same code.
  private func setBodyHash(of id: DeclarationID, _ reads: [DeclarationID]) {
    var hash = HashBuilder()
    hash.add(program.declarations[id].syntaxHash)
    hash.add(program.declarations[id].interfaceHash)
    for read in reads { hash.add(program.declarations[read].interfaceHash) }
    program.declarations[id].bodyHash = hash.finish()
  }

  // MARK: Statics

  /// Reports statics whose initialisers need their own value, directly or through functions
  /// (E2106).
  private func checkStaticOrder(_ ids: [DeclarationID]) {
    guard ids.contains(where: { program.declarations[$0].kind == .staticVariable }) else { return }
    var reads: [DeclarationID: [DeclarationID]] = [:]
    for checked in output.checked { reads[checked.declaration] = checked.reads }
    for id in ids where program.declarations[id].kind == .staticVariable {
      guard let path = cycle(through: id, reads) else { continue }
      // Once for each cycle: at its first static.
      let statics = path.filter { program.declarations[$0].kind == .staticVariable }
      guard statics.min() == id else { continue }
      report(
        .cyclicStatic(
          text(program.declarations[id].name),
          path.dropFirst().map {
            (program.declarations[$0].nameSpan, text(program.declarations[$0].name))
          },
          at: program.declarations[id].nameSpan))
    }
  }

  /// A shortest path of reads from `start` back to itself.
  private func cycle(
    through start: DeclarationID, _ reads: [DeclarationID: [DeclarationID]]
  ) -> [DeclarationID]? {
    var cameFrom: [DeclarationID: DeclarationID] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let current = queue[next]
      next += 1
      for read in reads[current] ?? [] {
        if read == start {
          var path = [current]
          while path[path.count - 1] != start { path.append(cameFrom[path[path.count - 1]]!) }
          return path.reversed()
        }
        guard isExecuted(read), cameFrom[read] == nil else { continue }
        cameFrom[read] = current
        queue.append(read)
      }
    }
    return nil
  }

  private func isExecuted(_ id: DeclarationID) -> Bool {
    switch program.declarations[id].kind {
    case .function, .constant, .staticVariable: true
    case .structure, .enumeration, .trait, .implementation, .typeAlias, .capability, .test: false
    }
  }
}

extension Diagnostic {
  fileprivate static func cyclicConstant(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.cyclicConstant, "`\(name)` needs its own value", at: span)
  }

  fileprivate static func deepConstant(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .constantEvaluation, "the type of `\(name)` depends on too many others in turn",
      at: span, notes: ["write its type"])
  }

  fileprivate static func cyclicStatic(
    _ name: String, _ path: [(span: SourceSpan, name: String)], at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .cyclicStatics, "the static `\(name)` is needed to initialise itself", at: span,
      labels: path.map { Label($0.span, "through `\($0.name)`") })
  }
}
