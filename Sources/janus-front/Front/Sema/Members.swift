// Finding members: fields, methods in struct bodies and inherent impls, methods of traits through
// impls and bounds; through boxes, and from arrays and lists to the methods of slices.
import ASTDB
import Base

extension SemaContext {
  /// The member `name` of a value of type `type`. A field comes before a method, a method of the
  /// type before one of a trait, and nearer before what boxes and slices give. When there is none,
  /// the caller looks for a free function.
  public func members(
    named name: Symbol, of type: TypeID, from scope: DeclarationScope
  ) -> MemberResolution {
    var current = type
    var boxes = 0
    var first: MemberResolution?
    while true {
      let found = directMember(name, of: current, isValue: true, from: scope)
      if case .none = found.kind {
        if first == nil { first = found }
      } else {
        var found = found
        if boxes > 0 { found.adjustment = .unbox(boxes) }
        return found
      }
      guard let inner = boxedType(of: current), boxes < 16 else { break }
      current = inner
      boxes += 1
    }
    if boxes == 0, let slice = sliceType(of: type) {
      var found = directMember(name, of: slice, isValue: true, from: scope)
      if case .method = found.kind {
        found.adjustment = .asSlice
        return found
      }
    }
    return first!
  }

  /// The member `name` of a type itself: variants, associated functions, methods, constants.
  public func typeMember(
    named name: Symbol, of type: TypeID, from scope: DeclarationScope
  ) -> MemberResolution {
    directMember(name, of: type, isValue: false, from: scope)
  }

  /// Whether `type` satisfies `bound`; noted as read.
  public func conforms(_ type: TypeID, to bound: TraitBound) -> Bool {
    noteRead(bound.trait)
    noteNominals(type)
    return program.conforms(type, to: bound)
  }

  public func conforms(_ type: TypeID, to bounds: BuiltinBounds) -> Bool {
    noteNominals(type)
    return program.conforms(type, to: bounds)
  }

  /// T of `Box[T]`, or nil.
  public func boxedType(of type: TypeID) -> TypeID? {
    guard case .nominal(let declaration, let arguments) = program.types[type],
      declaration == boxDeclaration, arguments.count == 1
    else { return nil }
    return arguments[0]
  }

  /// The slice that an array or list is lent as, or nil.
  public func sliceType(of type: TypeID) -> TypeID? {
    switch program.types[type] {
    case .array(let element, _): return program.types.intern(.slice(element))
    case .nominal(let declaration, let arguments):
      guard declaration == listDeclaration, arguments.count == 1 else { return nil }
      return program.types.intern(.slice(arguments[0]))
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .tuple, .slice,
      .pointer, .function, .variable:
      return nil
    }
  }

  private func noteNominals(_ type: TypeID) {
    if case .nominal(let declaration, _) = program.types[type] { noteRead(declaration) }
  }

  // MARK: One type

  private func directMember(
    _ name: Symbol, of type: TypeID, isValue: Bool, from scope: DeclarationScope
  ) -> MemberResolution {
    var hidden: SourceSpan?
    if case .nominal(let declaration, let arguments) = program.types[type] {
      noteRead(declaration)
      if let found = ownMember(name, of: declaration, arguments, isValue, scope, &hidden) {
        return MemberResolution(found, type: type)
      }
    }
    if let found = inherentMethod(name, of: type, scope, &hidden) {
      return MemberResolution(found, type: type)
    }
    if let found = traitMember(name, of: type, from: scope) {
      return MemberResolution(found, type: type)
    }
    if let hidden { return MemberResolution(.hidden(hidden), type: type) }
    return MemberResolution(.none(suggestion: memberSuggestion(name, of: type)), type: type)
  }

  /// What the declaration of the type itself contains.
  private func ownMember(
    _ name: Symbol, of declaration: DeclarationID, _ arguments: [TypeID], _ isValue: Bool,
    _ scope: DeclarationScope, _ hidden: inout SourceSpan?
  ) -> MemberResolution.Kind? {
    switch program.declarations[declaration].detail {
    case .structure(let structure):
      guard isValue else { break }
      for (index, field) in structure.fields.enumerated() where field.name == name {
        guard isVisible(field, of: declaration, from: scope) else {
          hidden = field.span
          break
        }
        let type = program.substitute(arguments, in: field.type)
        return .field(index: index, type: type, owner: declaration)
      }
    case .enumeration(let enumeration):
      guard !isValue else { break }
      for (index, variant) in enumeration.variants.enumerated() where variant.name == name {
        return .variant(index)
      }
    case .function, .trait, .implementation, .constant, .staticVariable, .typeAlias, .capability,
      .test:
      break
    }
    guard let member = memberTables[declaration]?[name] else { return nil }
    guard isVisible(member, from: scope) else {
      hidden = program.declarations[member].nameSpan
      return nil
    }
    noteRead(member)
    switch program.declarations[member].kind {
    case .function:
      return .method(MethodReference(function: member, arguments: arguments))
    case .structure, .enumeration, .trait, .implementation, .constant, .staticVariable, .typeAlias,
      .capability, .test:
      return isValue ? nil : .declaration(member)
    }
  }

  private func inherentMethod(
    _ name: Symbol, of type: TypeID, _ scope: DeclarationScope, _ hidden: inout SourceSpan?
  ) -> MemberResolution.Kind? {
    let head = program.head(of: type)
    var candidates = inherentMethods[MethodKey(name: name, head: head)] ?? []
    if head != .any { candidates += inherentMethods[MethodKey(name: name, head: .any)] ?? [] }
    for method in candidates {
      let implementation = program.declarations[method].parent
      guard let match = program.match(implementation, type: type) else { continue }
      guard isVisible(method, from: scope) else {
        hidden = program.declarations[method].nameSpan
        continue
      }
      noteRead(implementation)
      noteRead(method)
      switch program.declarations[method].kind {
      case .function:
        return .method(MethodReference(function: method, arguments: match.arguments))
      case .structure, .enumeration, .trait, .implementation, .constant, .staticVariable,
        .typeAlias, .capability, .test:
        return .declaration(method)
      }
    }
    return nil
  }

  /// A method of a trait that `type` implements or, for a generic parameter, is bound by.
  private func traitMember(
    _ name: Symbol, of type: TypeID, from scope: DeclarationScope
  ) -> MemberResolution.Kind? {
    guard let candidates = traitMethods[name] else { return nil }
    var found: [MethodReference] = []
    for method in candidates {
      let trait = program.declarations[method].parent
      switch program.conformance(of: type, to: trait) {
      case .none: continue
      case .derived:
        // A function of the program's own comes before what is derived.
        if hasFunction(name, in: scope) { continue }
        noteRead(trait)
        found.append(
          MethodReference(function: method, arguments: [type], isTraitCall: true, isDerived: true))
      case .bound(let bound):
        noteRead(trait)
        found.append(
          MethodReference(
            function: method, arguments: [type] + bound.arguments, isTraitCall: true))
      case .implementation(let match):
        noteRead(trait)
        noteRead(match.implementation)
        found.append(
          MethodReference(
            function: method, arguments: traitCallArguments(type, trait, match),
            isTraitCall: true))
      }
    }
    if found.count > 1 {
      let visible = found.filter {
        isVisible(program.declarations[$0.function].parent, from: scope)
      }
      if visible.count == 1 { return .method(visible[0]) }
      return .ambiguous(found.map(\.function))
    }
    return found.first.map { .method($0) }
  }

  /// `Self` and the trait's arguments; of several impls (`From[A]`, `From[B]`) the call decides, so
  /// only `Self`.
  private func traitCallArguments(
    _ type: TypeID, _ trait: DeclarationID, _ match: ImplementationMatch
  ) -> [TypeID] {
    let arguments = program.traitArguments(of: match)
    if !arguments.isEmpty {
      let matching = program.candidateImplementations(of: trait, for: type).filter {
        program.match($0, type: type) != nil
      }
      if matching.count > 1 { return [type] }
    }
    return [type] + arguments
  }

  /// Whether a function `name` is declared or imported here by name.
  private func hasFunction(_ name: Symbol, in scope: DeclarationScope) -> Bool {
    guard scope.module.exists else { return false }
    let names = scopes[scope.module.index]
    guard let entry = names.declared[name] ?? names.imported[name],
      case .declaration(let declaration) = entry.resolution
    else { return false }
    return program.declarations[declaration].kind == .function
  }

  // MARK: Suggestions

  private func memberSuggestion(_ name: Symbol, of type: TypeID) -> Symbol {
    guard suggestionsLeft > 0 else { return .empty }
    var candidates: [Symbol] = []
    if case .nominal(let declaration, _) = program.types[type] {
      switch program.declarations[declaration].detail {
      case .structure(let structure): candidates += structure.fields.map(\.name)
      case .enumeration(let enumeration): candidates += enumeration.variants.map(\.name)
      case .function, .trait, .implementation, .constant, .staticVariable, .typeAlias, .capability,
        .test:
        break
      }
      if let members = memberTables[declaration] { candidates += members.keys }
    }
    let head = program.head(of: type)
    for (key, functions) in inherentMethods where key.head == head || key.head == .any {
      let applies = functions.contains {
        program.match(program.declarations[$0].parent, type: type) != nil
      }
      if applies { candidates.append(key.name) }
    }
    return closest(to: name, among: candidates)
  }
}
