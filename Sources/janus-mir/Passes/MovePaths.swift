// The tree of places whose initialisation is followed separately.
// Reads: a function's locals, places, and which places are moved out of or dropped.
// Produces: a `MovePaths`: roots for locals, below them fields and variant payloads that are moved
// or dropped by themselves; for each place of the function its path, or the path it is a part of.
// Rejects: nothing.
// Assumes: a verified function.
// Paths stop at pointers, elements, and fields of types with a drop of their own; what lies behind
// is a part of the path. A place overlaps exactly its ancestors and descendants.
import Base
import MIR

public typealias PathIndex = Int32

/// One place that is followed by itself.
struct MovePath {
  var parent: PathIndex
  var firstChild: PathIndex = -1
  var nextSibling: PathIndex = -1
  var local: LocalID
  /// How the place is reached from the parent's; `deref` for roots.
  var projection: Projection
  var type: MIRTypeID
  /// A variant: groups the fields of its payload and has no value of its own.
  var isVariant: Bool
}

/// What a place is to the tree.
enum PlacePath: BitwiseCopyable {
  case untracked
  case exact(PathIndex)
  /// Somewhere inside the path's place, behind what the tree follows.
  case inside(PathIndex)

  /// The path itself or the one around.
  var nearest: PathIndex {
    switch self {
    case .untracked: -1
    case .exact(let path), .inside(let path): path
    }
  }
}

struct MovePaths {
  private(set) var paths: ContiguousArray<MovePath> = []
  private(set) var pathOfLocal: ContiguousArray<PathIndex>
  /// For each place of the function.
  private(set) var places: ContiguousArray<PlacePath> = []

  /// Something is moved or dropped, be it what the function does not own.
  private(set) var endsValues = false

  /// The function neither holds nor ends values.
  var isEmpty: Bool { paths.isEmpty && !endsValues }
  /// Words of a bit set over the paths.
  var wordCount: Int { (paths.count + 63) / 64 }

  /// The tree for `function`.
  init(of function: MIRFunction, _ shapes: MIRShapes) {
    pathOfLocal = ContiguousArray(repeating: -1, count: function.locals.count)
    let lends = function.attributes.contains(.lendsResult)
    for id in function.locals.ids where isRoot(function.locals[id], shapes, lends: lends) {
      _ = addRoot(id, function.locals[id].type)
    }
    var isSeparate = ContiguousArray(repeating: false, count: function.places.count)
    markSeparatePlaces(of: function, in: &isSeparate)
    endsValues = isSeparate.contains(true)
    for id in function.places.ids where isSeparate[id.index] {
      guard case .local(let local) = function.places[id].base else { continue }
      if function.locals[local].storage.lendsExclusively, pathOfLocal[local.index] < 0 {
        _ = addRoot(local, function.locals[local].type)
      }
      _ = find(id, of: function, shapes, adding: true)
    }
    places.reserveCapacity(function.places.count)
    for id in function.places.ids {
      places.append(find(id, of: function, shapes, adding: false))
    }
  }

  private func isRoot(_ local: Local, _ shapes: MIRShapes, lends: Bool) -> Bool {
    switch local.storage {
    // A value without bits is always there.
    case .stack:
      !local.name.isEmpty && shapes[local.type].kind != .void || !shapes[local.type].isTrivial
    case .result: !shapes[local.type].isTrivial && !lends
    case .ownedParameter: true
    case .borrowedParameter, .inoutParameter, .alias, .hidden, .lent: false
    }
  }

  private mutating func addRoot(_ local: LocalID, _ type: MIRTypeID) -> PathIndex {
    pathOfLocal[local.index] = PathIndex(paths.count)
    paths.append(
      MovePath(parent: -1, local: local, projection: .deref, type: type, isVariant: false))
    return PathIndex(paths.count - 1)
  }

  /// Places that an instruction moves out of or drops.
  private func markSeparatePlaces(
    of function: MIRFunction, in marks: inout ContiguousArray<Bool>
  ) {
    for operand in function.operands where operand.kind == .move {
      marks[Int(operand.index)] = true
    }
    for block in function.blocks.elements {
      for instruction in block.instructions {
        if instruction.a.kind == .move { marks[Int(instruction.a.index)] = true }
        if instruction.b.kind == .move { marks[Int(instruction.b.index)] = true }
        if instruction.opcode == .drop { marks[instruction.dest.index] = true }
      }
    }
  }

  private mutating func find(
    _ id: PlaceID, of function: MIRFunction, _ shapes: MIRShapes, adding: Bool
  ) -> PlacePath {
    let place = function.places[id]
    guard case .local(let local) = place.base else { return .untracked }
    var path = pathOfLocal[local.index]
    guard path >= 0 else { return .untracked }
    if place.projectionCount == 0 { return .exact(path) }
    var type = paths[Int(path)].type
    var variant = -1
    for projection in function.projections(of: id) {
      let shape = shapes[type]
      let next: MIRTypeID
      switch projection {
      case .deref, .index, .constantIndex: return .inside(path)
      case .variant(let index):
        variant = Int(index)
        next = type
      case .field(let index):
        if isOpaque(shape, shapes) { return .inside(path) }
        let first = variant < 0 ? shape.first : shapes.variant(variant, of: shape).first
        next = shapes.field(Int(index), first: first).type
        variant = -1
      }
      guard let child = child(of: path, projection, next, adding: adding) else {
        return .inside(path)
      }
      path = child
      type = next
    }
    // A place that ends with a variant is the whole enumeration, known to be of that variant.
    if paths[Int(path)].isVariant { path = paths[Int(path)].parent }
    return .exact(path)
  }

  private mutating func child(
    of parent: PathIndex, _ projection: Projection, _ type: MIRTypeID, adding: Bool
  ) -> PathIndex? {
    var child = paths[Int(parent)].firstChild
    while child >= 0 {
      if paths[Int(child)].projection == projection { return child }
      child = paths[Int(child)].nextSibling
    }
    guard adding else { return nil }
    var isVariant = false
    if case .variant = projection { isVariant = true }
    let new = PathIndex(paths.count)
    paths.append(
      MovePath(
        parent: parent, nextSibling: paths[Int(parent)].firstChild,
        local: paths[Int(parent)].local, projection: projection, type: type,
        isVariant: isVariant))
    paths[Int(parent)].firstChild = new
    return new
  }

  /// One of the two is the other, or lies in it.
  func overlap(_ a: PathIndex, _ b: PathIndex) -> Bool {
    func lies(_ inner: PathIndex, in outer: PathIndex) -> Bool {
      var path = inner
      while path >= 0, path != outer { path = paths[Int(path)].parent }
      return path == outer
    }
    return lies(a, in: b) || lies(b, in: a)
  }

  /// Calls `body` with `path` and everything below it.
  @inline(__always)
  func forSubtree(_ path: PathIndex, _ body: (PathIndex) -> Void) {
    body(path)
    if paths[Int(path)].firstChild < 0 { return }
    forDescendants(path, body)
  }

  private func forDescendants(_ root: PathIndex, _ body: (PathIndex) -> Void) {
    var path = paths[Int(root)].firstChild
    while path >= 0 {
      body(path)
      if paths[Int(path)].firstChild >= 0 {
        path = paths[Int(path)].firstChild
        continue
      }
      while path != root, paths[Int(path)].nextSibling < 0 { path = paths[Int(path)].parent }
      path = path == root ? -1 : paths[Int(path)].nextSibling
    }
  }

  /// Whether `path` is `ancestor` or below it.
  func isWithin(_ path: PathIndex, _ ancestor: PathIndex) -> Bool {
    var path = path
    while path >= 0 {
      if path == ancestor { return true }
      path = paths[Int(path)].parent
    }
    return false
  }
}

/// A value of this type is dropped as a whole only: it has a destructor, or owns what its fields do
/// not show.
func isOpaque(_ shape: MIRShape, _ shapes: MIRShapes) -> Bool {
  if shape.hasDestructor { return true }
  guard shape.ownership != .trivial else { return false }
  switch shape.kind {
  case .aggregate:
    for i in 0..<Int(shape.count) where !shapes[shapes.field(i, first: shape.first).type].isTrivial
    {
      return false
    }
    return true
  case .enumeration:
    for i in 0..<Int(shape.count) {
      let variant = shapes.variant(i, of: shape)
      for j in 0..<Int(variant.count)
      where !shapes[shapes.field(j, first: variant.first).type].isTrivial { return false }
    }
    return true
  case .void, .never, .bool, .int, .float, .char, .pointer, .function, .array: return true
  }
}

extension LocalStorage {
  /// What is moved out of it must be put back: it may be another's place.
  var lendsExclusively: Bool {
    switch self {
    case .inoutParameter, .alias: true
    case .stack, .result, .borrowedParameter, .ownedParameter, .hidden, .lent: false
    }
  }
}
