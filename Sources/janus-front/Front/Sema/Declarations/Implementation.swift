// The fourth phase: what impls owe their traits, and that no two impls say the same.
//
// Reads: headers and signatures. Rejects: missing and foreign methods, methods that differ from the
// trait's (E2104), two impls of one trait for one type and two methods of one name (E2101).
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Checks one impl of a trait against the trait.
  func checkImplementation(_ id: DeclarationID) {
    guard case .implementation(let detail) = program.declarations[id].detail,
      detail.trait.exists, detail.selfType != TypeTable.error,
      case .trait(let trait) = program.declarations[detail.trait].detail
    else { return }
    var missing: [String] = []
    for method in trait.methods {
      let name = program.declarations[method].name
      if let own = detail.methods.first(where: { program.declarations[$0].name == name }) {
        compare(own, with: method, id, detail)
      } else if !hasBody(method) {
        missing.append(text(name))
      }
    }
    let traitName = text(program.declarations[detail.trait].name)
    if !missing.isEmpty {
      report(
        .missingMembers(
          missing, traitName, program.name(of: detail.selfType),
          program.declarations[detail.trait].nameSpan, at: headerSpan(of: id)))
    }
    for method in detail.methods {
      let name = program.declarations[method].name
      guard !trait.methods.contains(where: { program.declarations[$0].name == name }) else {
        continue
      }
      let suggestion = closest(to: name, among: trait.methods.map { program.declarations[$0].name })
      report(
        .foreignMember(
          text(name), traitName, text(suggestion), at: program.declarations[method].nameSpan))
    }
    checkSupertraits(id, detail, trait)
  }

  /// Whether a trait's method is a default method.
  private func hasBody(_ method: DeclarationID) -> Bool {
    if program.declarations[method].body.exists { return true }
    guard let tree = tree(of: method) else { return false }
    let node = sources[method.index].node
    return tree.kind(node) == .function && tree.function(node).body.exists
  }

  private func checkSupertraits(
    _ id: DeclarationID, _ detail: ImplementationDetail, _ trait: TraitDetail
  ) {
    for extended in trait.supertraits {
      let wanted = program.substitute([detail.selfType] + detail.traitArguments, in: extended)
      if !program.conforms(detail.selfType, to: wanted) {
        report(
          .missingSupertrait(
            program.name(of: wanted), text(program.declarations[detail.trait].name),
            program.name(of: detail.selfType), at: headerSpan(of: id)))
      }
    }
  }

  // MARK: Signatures

  private func compare(
    _ method: DeclarationID, with wanted: DeclarationID, _ implementation: DeclarationID,
    _ detail: ImplementationDetail
  ) {
    guard case .function(let own) = program.declarations[method].detail,
      case .function(let traits) = program.declarations[wanted].detail
    else { return }
    let span = program.declarations[method].nameSpan
    let name = text(program.declarations[method].name)
    func mismatch(_ what: String) {
      report(
        .signatureMismatch(name, what, program.declarations[wanted].nameSpan, at: span))
    }
    let ownCount =
      program.declarations[method].genericParameters.count
      - program.declarations[implementation].genericParameters.count
    let traitCount =
      program.declarations[wanted].genericParameters.count
      - program.declarations[detail.trait].genericParameters.count
    guard ownCount == traitCount else {
      return mismatch(
        "it has \(ownCount) type parameters of its own, the trait's has \(traitCount)")
    }
    guard own.hasReceiver == traits.hasReceiver else {
      return mismatch(
        own.hasReceiver ? "the trait's has no `self`" : "the trait's has `self`")
    }
    guard own.parameters.count == traits.parameters.count else {
      let counted = own.hasReceiver ? 1 : 0
      return mismatch(
        "it has \(own.parameters.count - counted) parameters, the trait's has "
          + "\(traits.parameters.count - counted)")
    }
    let arguments =
      [detail.selfType] + detail.traitArguments
      + program.identityArguments(of: method).suffix(ownCount)
    for (mine, theirs) in zip(own.parameters, traits.parameters) {
      let type = program.substitute(arguments, in: theirs.type)
      let parameter = mine.name == .empty ? "_" : text(mine.name)
      if mine.type != type, mine.type != TypeTable.error, type != TypeTable.error {
        return mismatch(
          "`\(parameter)` has the type `\(program.name(of: mine.type))`, in the trait "
            + "`\(program.name(of: type))`")
      }
      if mine.mode != theirs.mode {
        return mismatch(
          "`\(parameter)` is \(mine.mode.description), in the trait \(theirs.mode.description)")
      }
    }
    let result = program.substitute(arguments, in: traits.result)
    if own.result != result, own.result != TypeTable.error, result != TypeTable.error {
      mismatch(
        "it returns `\(program.name(of: own.result))`, the trait's `\(program.name(of: result))`")
    }
  }

  // MARK: Coherence

  /// Reports impls of `id`'s trait that apply to the same types as an earlier one.
  func checkCoherence(_ id: DeclarationID) {
    guard case .implementation(let detail) = program.declarations[id].detail,
      detail.selfType != TypeTable.error
    else { return }
    for other in program.candidateImplementations(of: detail.trait, for: detail.selfType) {
      // Candidates are in order of declaration within each group; blanket ones are compared here.
      if other >= id { continue }
      guard case .implementation(let first) = program.declarations[other].detail else { continue }
      if detail.trait.isNone {
        checkMethodsDiffer(id, detail, other, first)
      } else if overlap(id, detail, other, first) {
        report(
          .duplicateImplementation(
            text(program.declarations[detail.trait].name), program.name(of: detail.selfType),
            first: placeOfHeader(other), at: headerSpan(of: id)))
        return
      }
    }
  }

  private func placeOfHeader(_ id: DeclarationID) -> SourceSpan {
    tree(of: id) == nil ? program.declarations[id].span : headerSpan(of: id)
  }

  private func overlap(
    _ a: DeclarationID, _ x: ImplementationDetail, _ b: DeclarationID, _ y: ImplementationDetail
  ) -> Bool {
    if !x.traitArguments.elementsEqual(y.traitArguments, by: { mayBeEqual($0, a, $1, b) }) {
      return false
    }
    // With bounds that the other's types do not satisfy they may still be apart.
    return program.match(b, type: x.selfType) != nil || program.match(a, type: y.selfType) != nil
  }

  private func mayBeEqual(
    _ a: TypeID, _ first: DeclarationID, _ b: TypeID, _ second: DeclarationID
  ) -> Bool {
    a == b || program.types.hasParameters(a) || program.types.hasParameters(b)
  }

  private func checkMethodsDiffer(
    _ id: DeclarationID, _ detail: ImplementationDetail, _ other: DeclarationID,
    _ first: ImplementationDetail
  ) {
    for method in detail.methods {
      let name = program.declarations[method].name
      guard let earlier = first.methods.first(where: { program.declarations[$0].name == name }),
        overlap(id, detail, other, first)
      else { continue }
      report(
        .duplicate(
          text(name), first: program.declarations[earlier].nameSpan,
          at: program.declarations[method].nameSpan))
    }
  }

  /// A method of an inherent impl that the struct or enum declares itself.
  func checkMethodsDifferFromType(_ id: DeclarationID) {
    guard case .implementation(let detail) = program.declarations[id].detail, detail.trait.isNone,
      case .nominal(let declaration, _) = program.types[detail.selfType],
      let members = memberTables[declaration]
    else { return }
    for method in detail.methods {
      if let first = members[program.declarations[method].name] {
        report(
          .duplicate(
            text(program.declarations[method].name), first: program.declarations[first].nameSpan,
            at: program.declarations[method].nameSpan))
      }
    }
  }

  /// Enters the methods of an impl or trait into the tables by name.
  func enterMethods(of id: DeclarationID) {
    switch program.declarations[id].detail {
    case .implementation(let detail) where detail.trait.isNone:
      let head = program.head(of: detail.selfType)
      for method in detail.methods {
        let key = MethodKey(name: program.declarations[method].name, head: head)
        inherentMethods[key, default: []].append(method)
      }
    case .trait(let detail):
      for method in detail.methods {
        traitMethods[program.declarations[method].name, default: []].append(method)
      }
    case .implementation, .function, .structure, .enumeration, .constant, .staticVariable,
      .typeAlias, .capability, .test:
      break
    }
  }
}

extension PassingMode {
  /// As a diagnostic says it.
  var description: String {
    switch self {
    case .borrowed: "borrowed"
    case .inout: "`inout`"
    case .owned: "`owned`"
    }
  }
}

extension Diagnostic {
  fileprivate static func missingMembers(
    _ names: [String], _ trait: String, _ type: String, _ declared: SourceSpan,
    at span: SourceSpan
  ) -> Diagnostic {
    let list = names.map { "`\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      .missingTraitMember, "the impl of `\(trait)` for `\(type)` lacks \(list)", at: span,
      labels: [Label(declared, "`\(trait)` is declared here")])
  }

  fileprivate static func foreignMember(
    _ name: String, _ trait: String, _ suggestion: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .missingTraitMember, "the trait `\(trait)` has no `\(name)`", at: span,
      fixes: FixIt.didYouMean(suggestion, at: span))
  }

  fileprivate static func missingSupertrait(
    _ wanted: String, _ trait: String, _ type: String, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .missingTraitMember, "`\(type)` implements `\(trait)` but not `\(wanted)`, which it extends",
      at: span)
  }

  fileprivate static func signatureMismatch(
    _ name: String, _ what: String, _ declared: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .missingTraitMember, "`\(name)` differs from the trait's: \(what)", at: span,
      labels: [Label(declared, "the trait's is declared here")])
  }

  fileprivate static func duplicateImplementation(
    _ trait: String, _ type: String, first: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .duplicateDeclaration, "`\(trait)` is implemented twice for `\(type)`", at: span,
      labels: [Label(first, "it is first implemented here")])
  }
}
