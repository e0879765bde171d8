// Types that contain themselves in place have no size (E2103). A pointer, box, list or slice
// between them ends the recursion.
import ASTDB
import Base
import Parser

extension SemaContext {
  /// Looks for recursion through the structs and enums declared from `first` on, and gives those
  /// that were reported.
  func checkRecursiveTypes(from first: Int) -> Set<DeclarationID> {
    var walk = ContainmentWalk(context: self, first: DeclarationID(first))
    for index in first..<program.declarations.count {
      let id = DeclarationID(index)
      switch program.declarations[id].kind {
      case .structure, .enumeration: walk.visit(selfType(of: id))
      case .function, .trait, .implementation, .constant, .staticVariable, .typeAlias, .capability,
        .test:
        continue
      }
    }
    return walk.reported
  }
}

/// A depth-first walk over what types contain in place.
private struct ContainmentWalk {
  private struct Step {
    var declaration: DeclarationID
    var type: TypeID
    /// Where the field is that leads on.
    var span: SourceSpan
  }

  let context: SemaContext
  /// The first declaration of the package; a cycle is reported at one of these.
  let first: DeclarationID
  private var finished: Set<TypeID> = []
  private var path: [Step] = []
  /// The types on `path`.
  private var onPath: Set<TypeID> = []
  private(set) var reported: Set<DeclarationID> = []

  /// Deeper containment than this is instantiation without end.
  private static let depthLimit = 200

  init(context: SemaContext, first: DeclarationID) {
    self.context = context
    self.first = first
  }

  mutating func visit(_ type: TypeID) {
    switch context.program.types[type] {
    case .tuple(let parts): for part in parts { visit(part) }
    case .array(let element, _): visit(element)
    case .nominal(let declaration, let arguments): visitNominal(type, declaration, arguments)
    case .error, .void, .never, .bool, .char, .integer, .float, .parameter, .slice, .pointer,
      .function, .variable:
      break
    }
  }

  private mutating func visitNominal(
    _ type: TypeID, _ declaration: DeclarationID, _ arguments: [TypeID]
  ) {
    if finished.contains(type) { return }
    if onPath.contains(type) {
      report(path[path.firstIndex { $0.type == type }!...])
      return
    }
    guard path.count < ContainmentWalk.depthLimit else {
      if let start = path.firstIndex(where: { $0.declaration == declaration }) {
        report(path[start...])
      }
      return
    }
    onPath.insert(type)
    path.append(Step(declaration: declaration, type: type, span: .none))
    for field in fields(of: declaration) {
      path[path.count - 1].span = field.span
      visit(context.program.substitute(arguments, in: field.type))
    }
    path.removeLast()
    onPath.remove(type)
    finished.insert(type)
  }

  private func fields(of declaration: DeclarationID) -> [Field] {
    switch context.program.declarations[declaration].detail {
    case .structure(let detail): detail.fields
    case .enumeration(let detail): detail.variants.flatMap(\.fields)
    case .function, .trait, .implementation, .constant, .staticVariable, .typeAlias, .capability,
      .test:
      []
    }
  }

  private mutating func report(_ cycle: ArraySlice<Step>) {
    // Once for each cycle, at its first declaration in this package.
    let members = cycle.filter { $0.declaration >= self.first }
    guard let first = members.min(by: { $0.declaration < $1.declaration }),
      reported.insert(first.declaration).inserted
    else { return }
    context.report(
      .recursiveType(
        context.text(context.program.declarations[first.declaration].name),
        members.map { ($0.span, context.text(context.program.declarations[$0.declaration].name)) },
        at: context.program.declarations[first.declaration].nameSpan))
  }
}

extension Diagnostic {
  fileprivate static func recursiveType(
    _ name: String, _ path: [(span: SourceSpan, owner: String)], at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .recursiveType, "a value of `\(name)` contains another `\(name)` in place, without end",
      at: span,
      labels: path.filter { $0.span.file.exists }.map {
        Label($0.span, "contained in `\($0.owner)` here")
      },
      notes: ["put it behind a `Box`"])
  }
}
